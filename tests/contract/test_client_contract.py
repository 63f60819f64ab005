"""The client against the real service, over real sockets."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from both_clients import Caller, both
from running_service import RunningService
from toy_served import toy_model_folder

from occoder import wire
from occoder.client import Client
from occoder.errors import (
    CredentialsRefused,
    RequestRefused,
    Throttled,
)
from occoder.service.clients.client import Override
from occoder.settings.tier import Tier


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """Return a service with two models of a small classification."""
    folder = tmp_path_factory.mktemp("models")
    models = [toy_model_folder(folder, number=number) for number in (1, 2)]
    with RunningService(tmp_path_factory.mktemp("home"), models) as running:
        yield running


def coder(toy: RunningService, **options: Any) -> Client:
    """Return a client that is registered as a partner."""
    given = {"topic": "toy", "timeout_s": 30, **options}
    return Client(toy.address, toy.partner.client_id, toy.partner_secret, **given)


@both
def test_everything_can_be_asked(client: Caller, toy: RunningService) -> None:
    """Each method of both clients gets its answer from the service."""

    def ask(method: str, *given: Any, **options: Any) -> Any:
        return client(
            toy.address,
            method,
            *given,
            credentials=(toy.partner.client_id, toy.partner_secret),
            topic="toy",
            timeout_s=30,
            **options,
        )

    models = ask("models")
    coded = ask("code", ["welder", ("florist", "ties flowers")], suggestions=2)
    older = ask("code_one", "welder", model=models[1].model_id)

    assert ["toy"] == [topic.uri_name for topic in ask("topics")]
    assert [2, 1] == [model.model_version for model in models]
    assert models[0] == ask("latest_model")
    assert ["21", "112"] == [one.result[0].code_category for one in coded]
    assert wire.Texts("florist", "ties flowers") == coded[1].input
    assert "21" == older.result[0].code_category


def test_extensions_arrive(toy: RunningService) -> None:
    """Levels, explanation, suggestions and reason arrive as what the wire has for them."""
    with coder(toy) as client:
        coded = client.code_one("welder", levels=True, explain=True)
        plain = client.code_one("welder")
        unsure = client.code_one("retired")

    assert coded.levels and coded.explanation
    assert not plain.levels and not plain.explanation
    assert wire.UNSUCCESSFUL == unsure.code_status
    assert unsure.reason
    assert unsure.suggestions


def test_answers_are_those_of_their_records(toy: RunningService) -> None:
    """Threads that share a client each get the answers to their own records."""
    with coder(toy) as client, ThreadPoolExecutor(8) as threads:

        def ids(thread: int) -> list[object]:
            records = [
                {"recordId": f"{thread}-{i}", "occp_text": "welder"} for i in range(40)
            ]
            return [one.record_id for _ in range(5) for one in client.code(records)]

        got = list(threads.map(ids, range(8)))

    assert [[f"{thread}-{i}" for i in range(40)] * 5 for thread in range(8)] == got


@pytest.mark.parametrize(("n", "explain"), [(601, False), (45, True)])
def test_r118_any_number_is_coded(toy: RunningService, n: int, explain: bool) -> None:
    """More records than go into one call are coded, and come in order."""
    records = [{"recordId": str(i), "occp_text": "welder"} for i in range(n)]
    with coder(toy) as client:
        coded = client.code(records, explain=explain)

    assert [str(i) for i in range(n)] == [one.record_id for one in coded]


def test_refused_record_is_found(toy: RunningService) -> None:
    """The error for one bad record names its place among all, and not its text."""
    with coder(toy) as client, pytest.raises(RequestRefused) as caught:
        client.code(["welder"] * 310 + ["q"] + ["welder"] * 5)
    error = caught.value

    assert 400 == error.status
    assert "Record with index 310 has a total text length under 3 min" in error.message
    assert "/records/310" in error.details[0]
    assert error.request_id


@pytest.mark.parametrize(
    ("call", "status", "message"),
    [
        (lambda c: c.models("nope"), 404, "The specified topic does not exist"),
        (
            lambda c: c.code_one("welder", model="00000000-0000-0000-0000-000000000000"),
            404,
            "The specified model does not exist",
        ),
        (lambda c: c.code_one("caf\u00e9 manager"), 400, "Invalid request body"),
        (lambda c: c.code_one("w" * 101), 400, "There are record(s) outside"),
    ],
)
def test_a7_refusals_are_told(
    toy: RunningService, call: Any, status: int, message: str
) -> None:
    """Refusals of the contract arrive with their status and text."""
    with coder(toy) as client, pytest.raises(RequestRefused) as caught:
        call(client)

    assert status == caught.value.status
    assert caught.value.message.startswith(message)
    assert caught.value.details


def test_wrong_secret_is_told(toy: RunningService) -> None:
    """Without the right secret there is no token, and the error says why."""
    client = Client(toy.address, toy.partner.client_id, "wrong", timeout_s=30)
    with client, pytest.raises(CredentialsRefused, match="invalid_client"):
        client.topics()


def test_r19_expired_token_is_renewed(toy: RunningService) -> None:
    """A token that the service takes for expired is renewed without a word."""
    with coder(toy) as client:
        client.topics()
        toy.clock.ahead_s += 3601
        topics = client.topics()

    assert ["toy"] == [topic.uri_name for topic in topics]


def test_suspended_client_is_told(toy: RunningService) -> None:
    """A client that is suspended meanwhile hears it as refused credentials."""
    registered, secret = toy.add_client(Tier.PARTNER)
    with Client(toy.address, registered.client_id, secret, timeout_s=30) as client:
        client.topics()
        toy.parts.register.suspend(registered.client_id)
        toy.clock.ahead_s += 60
        with pytest.raises(CredentialsRefused):
            client.topics()


def test_r78_public_client_is_patient(toy: RunningService) -> None:
    """At one call a second a client waits its turn; one that won't wait is told."""
    registered, secret = toy.add_client(Tier.PUBLIC)
    address, credentials = toy.address, (registered.client_id, secret)
    with Client(address, *credentials, topic="toy", timeout_s=30) as client:
        coded = [client.code_one("welder") for _ in range(2)]
    with Client(address, *credentials, topic="toy", timeout_s=30, max_wait_s=0) as client:
        with pytest.raises(Throttled) as caught:
            for _ in range(9):
                client.code_one("welder")

    assert ["successful"] * 2 == [one.code_status for one in coded]
    assert caught.value.retry_after_s >= 1


def test_used_up_quota_is_told_at_once(toy: RunningService) -> None:
    """A quota that lasts longer than the caller would wait is told, not waited for."""
    registered, secret = toy.add_client(Tier.PARTNER, Override(per_hour=1))
    with Client(
        toy.address, registered.client_id, secret, topic="toy", timeout_s=30
    ) as client:
        client.code_one("welder")
        with pytest.raises(Throttled) as caught:
            client.code_one("welder")

    assert caught.value.retry_after_s > 60


@pytest.mark.parametrize("prefix", ["", "/", "/v1", "/v1/"])
def test_address_may_have_version(toy: RunningService, prefix: str) -> None:
    """The address works with and without the version."""
    with Client(
        toy.address + prefix, toy.partner.client_id, toy.partner_secret, timeout_s=30
    ) as client:
        assert client.topics()
