"""Blocking and asynchronous client against real sockets: what holds for both."""

import logging
import socket
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from both_clients import SECRET, Caller, both
from relay_proxy import RelayProxy
from slow_service import CODED, Act, Connection, SlowService, cuts, head, says

from occoder import wire
from occoder.client.route import MAX_ANSWER_BYTES
from occoder.errors import (
    AnswerNotUnderstood,
    CredentialsRefused,
    RemoteError,
    RequestRefused,
    ServiceUnreachable,
    Throttled,
)
from occoder.service.transport.self_signed import FOR_CLIENTS, WITH_KEY, make_current

CODE = "/v1/topics/osca/code"
TOKEN = "/oauth2/token"
LIMIT = {"message": "RateLimitExceededException", "errors": []}


def then_closes(act: Act) -> Act:
    """Do something and close the connection without having said so."""

    def both_acts(connection: Connection) -> None:
        act(connection)
        connection.close()

    return both_acts


@both
def test_answer_comes_typed(client: Caller) -> None:
    """A coded record comes as what the wire has for it."""
    with SlowService({CODE: says(CODED)}) as service:
        answer = client(service.address, "code_one", "nurse", "on nights")

    assert isinstance(answer, wire.SynchronousCodeResponse)
    assert "Registered Nurses" == answer.result[0].code_label
    assert (b'{"record":{"occp_text":"nurse","tasks_text":"on nights"},'
            b'"numberOfSuggestions":3}') == service.seen[-1].body  # fmt: skip


@both
def test_connection_is_kept(client: Caller) -> None:
    """Token and calls go over one connection."""
    with SlowService({CODE: says(CODED)}) as service:
        client(service.address, "code_one", "nurse", times=3)

    assert [TOKEN, CODE, CODE, CODE] == service.paths
    assert 1 == service.n_connections


@both
@pytest.mark.parametrize(
    "acts",
    [
        [then_closes(says(CODED)), says(CODED)],
        [says(CODED), cuts, says(CODED)],
        [says(CODED), then_closes(lambda c: c.send(head(b"12345"))), says(CODED)],
    ],
    ids=["closed while idle", "closed on the call", "closed in the answer"],
)
def test_restarted_service_is_not_noticed(client: Caller, acts: Sequence[Act]) -> None:
    """A connection that was closed meanwhile is made anew, without any retry."""
    with SlowService({CODE: acts}) as service:
        answer = client(service.address, "code_one", "nurse", times=2, max_wait_s=0)

    assert "2654" == answer.result[0].code_category


@both
def test_limit_is_waited_for(client: Caller) -> None:
    """A call at the limit is made again when the service allows it."""
    acts = [says(LIMIT, 429, retry_after="0"), says({}, 500), says(CODED)]
    with SlowService({CODE: acts}) as service:
        answer = client(service.address, "code_one", "nurse")

    assert "2654" == answer.result[0].code_category
    assert 3 == service.paths.count(CODE)


@both
@pytest.mark.parametrize(
    ("acts", "kind"),
    [
        ({CODE: says(LIMIT, 429, retry_after="3600")}, Throttled),
        ({CODE: says({"message": "Invalid request body"}, 400)}, RequestRefused),
        ({CODE: says(b"<html>", 200)}, AnswerNotUnderstood),
        ({CODE: says(b"", 302, location="https://elsewhere.example")}, AnswerNotUnderstood),
        ({TOKEN: says({"error": "invalid_client"}, 400)}, CredentialsRefused),
        ({CODE: lambda c: c.send(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")}, ServiceUnreachable),
    ],
    ids=["limit", "refused", "page", "redirect", "credentials", "no HTTP"],
)
def test_errors_are_told_without_secrets(
    client: Caller,
    acts: dict[str, Act],
    kind: type[RemoteError],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Each failure has its error, and no log, error or cause of it holds a secret."""
    caplog.set_level(logging.DEBUG)
    canary = "canary of a respondent"
    with SlowService(acts) as service, pytest.raises(kind) as caught:
        client(service.address, "code_one", canary, max_wait_s=0)
    told = f"{caught.value!r} {caught.value} {vars(caught.value)} {caplog.text}"

    for secret in (SECRET, "token-1", "Basic", canary):
        assert secret not in told
    assert caught.value.__context__ is None or caught.value.__suppress_context__


@both
def test_refused_connection_is_told(client: Caller) -> None:
    """A port where nobody listens is told in the words of the system."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(ServiceUnreachable, match="Connection refused"):
            client(f"http://127.0.0.1:{port}", "topics", max_wait_s=0)


@both
def test_unknown_certificate_is_refused(client: Caller, tmp_path: Path) -> None:
    """A certificate that nobody vouches for ends the call, and no secret is sent."""
    make_current(tmp_path, ["127.0.0.1"], datetime.now(UTC))
    with SlowService(certificate=tmp_path / WITH_KEY) as service:
        with pytest.raises(ServiceUnreachable, match="certificate is not trusted"):
            client(service.address, "topics")

    assert [] == service.seen


@both
def test_r7_other_name_is_refused(client: Caller, tmp_path: Path) -> None:
    """A trusted certificate for another name ends the call, and no secret is sent."""
    make_current(tmp_path, ["other.example"], datetime.now(UTC))
    with SlowService(certificate=tmp_path / WITH_KEY) as service:
        with pytest.raises(ServiceUnreachable, match="certificate is not trusted"):
            client(service.address, "topics", verify=tmp_path / FOR_CLIENTS)

    assert [] == service.seen


@both
def test_plain_http_port_is_told(client: Caller) -> None:
    """An https address where plain HTTP is spoken is told as a fault of TLS."""
    answers = then_closes(lambda c: c.send(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    with SlowService(on_connect=answers) as service:
        with pytest.raises(ServiceUnreachable, match="TLS fails"):
            client(f"https://127.0.0.1:{service.port}", "topics", max_wait_s=0)


@both
def test_proxy_leads_there(client: Caller, tmp_path: Path) -> None:
    """Through a proxy with a password, TLS goes to the service, which the proxy finds."""
    make_current(tmp_path, ["coder.example"], datetime.now(UTC))
    with (
        SlowService({CODE: says(CODED)}, certificate=tmp_path / WITH_KEY) as service,
        RelayProxy(service.port) as proxy,
    ):
        answer = client(
            "https://coder.example",
            "code_one",
            "nurse",
            verify=tmp_path / FOR_CLIENTS,
            proxy=f"http://me:pass@127.0.0.1:{proxy.port}",
        )

    assert "2654" == answer.result[0].code_category
    assert 1 == len(proxy.heads)
    assert proxy.heads[0].startswith("CONNECT coder.example:443 HTTP/1.1\r\n")
    assert "Proxy-Authorization: Basic bWU6cGFzcw==" in proxy.heads[0]
    assert not any("proxy-authorization" in one.headers for one in service.seen)


@both
def test_refusing_proxy_is_told(client: Caller) -> None:
    """A proxy that refuses is told by its status, without its words or password."""
    with RelayProxy(0, status="407 Ask me:pass") as proxy:
        with pytest.raises(ServiceUnreachable, match="with 407") as caught:
            client(
                "https://coder.example",
                "topics",
                proxy=f"http://me:pass@127.0.0.1:{proxy.port}",
            )

    assert "pass" not in str(caught.value)


@both
def test_endless_answer_is_cut(client: Caller) -> None:
    """An answer that is far too long is not kept."""
    page = b" " * (MAX_ANSWER_BYTES + 1)
    with SlowService({CODE: says(page)}) as service:
        with pytest.raises(ServiceUnreachable, match="too long to be one"):
            client(service.address, "code_one", "nurse", timeout_s=30)

    assert 1 == service.paths.count(CODE)


@both
def test_requests_name_host_and_token(client: Caller) -> None:
    """A request carries the headers of the contract and no others of note."""
    with SlowService({CODE: says(CODED)}) as service:
        client(service.address, "code_one", "nurse")
    token, code = service.seen

    assert f"127.0.0.1:{service.port}" == code.headers["host"]
    assert "token-1" == code.headers["authorization"]
    assert "application/json" == code.headers["content-type"]
    assert token.headers["authorization"].startswith("Basic ")
    assert "application/x-www-form-urlencoded" == token.headers["content-type"]
    assert {"host", "accept", "user-agent", "authorization", "content-type"} | {
        "content-length"
    } == set(code.headers)


@both
def test_tokens_may_come_from_elsewhere(client: Caller) -> None:
    """With an address of its own, only the host of tokens sees id and secret."""
    with SlowService() as auth, SlowService({CODE: says(CODED)}) as service:
        client(service.address, "code_one", "nurse", auth_url=auth.address)

    assert [TOKEN] == auth.paths
    assert [CODE] == service.paths


@both
@pytest.mark.parametrize("given", [{"topic": "anzsco"}, {"model": "6d1a9d25"}])
def test_options_reach_the_path(client: Caller, given: dict[str, Any]) -> None:
    """Topic and model are those that the caller names."""
    path = {
        "topic": "/v1/topics/anzsco/code",
        "model": "/v1/topics/osca/models/6d1a9d25/code",
    }[next(iter(given))]
    with SlowService({path: says(CODED)}) as service:
        client(service.address, "code_one", "nurse", **given)

    assert path == service.paths[-1]
