"""What the integration kit sends, and what it does on a bad day."""

import json
import stat
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from certificates import write_certificate
from integration_kit import LANGUAGES, SAMPLE, SHELLS, Kit
from integration_played import (
    CODE,
    CODED,
    CREATE,
    LIFE,
    OPERATION_ID,
    OUTPUT,
    STATUS,
    TOKENS,
    UPLOAD,
    expected_requests,
    is_at,
    is_complete,
    requests,
    told,
    told_by_store,
)
from relay_proxy import RelayProxy
from slow_service import CODED as ANSWER
from slow_service import Act, Connection, SlowService, cuts, head, says

# Where each language is told of an authority of the organisation's own.
AUTHORITIES = {
    "python": "SSL_CERT_FILE",
    "bash": "CURL_CA_BUNDLE",
    "javascript": "NODE_EXTRA_CA_CERTS",
}


@pytest.fixture
def scripts(request: pytest.FixtureRequest, kit: Callable[[str], Kit]) -> Kit:
    """Return the scripts of the language that the test is about."""
    return replace(kit(request.param), client_id="client1", secret="secret123")


each_language = pytest.mark.parametrize("scripts", LANGUAGES, indirect=True)
each_open_language = pytest.mark.parametrize("scripts", AUTHORITIES, indirect=True)


def life(**others: Act | Sequence[Act]) -> Mapping[str, Act | Sequence[Act]]:
    """Return the life of an operation, some of it other than usual."""
    named = {"create": CREATE, "upload": UPLOAD, "status": STATUS, "output": OUTPUT}
    named |= {"code": CODE, "tokens": TOKENS}
    return {**LIFE, **{named[name]: act for name, act in others.items()}}


def code_file(scripts: Kit, service: SlowService, output: Path) -> tuple[int, str]:
    """Code the sample, looking at once again and again, and return code and errors."""
    where = ("--api-url", service.address, "--poll-every", "0")
    done = scripts.run("code-file", *where, SAMPLE, output)
    return done.returncode, done.stderr


@each_language
def test_r110_life_of_an_operation(scripts: Kit, tmp_path: Path) -> None:
    """A file is coded with exactly the requests of the guide, links without a token."""
    output = tmp_path / "coded.jsonl"
    with SlowService(life()) as service:
        ended = code_file(scripts, service, output)

    assert (0, "") == ended
    assert expected_requests(SAMPLE.read_text()) == requests(service)
    assert CODED == output.read_bytes()
    assert {"modelVersion": 1} == json.loads(
        (tmp_path / f"{output.name}.metadata.json").read_text()
    )
    assert {output.name, f"{output.name}.metadata.json"} == {
        one.name for one in tmp_path.iterdir()
    }


@each_language
def test_r117_id_is_noted_at_once(scripts: Kit, tmp_path: Path) -> None:
    """When the upload begins, the id is on the disk already, for its owner only."""
    output = tmp_path / "coded.jsonl"
    noted: list[tuple[str, str]] = []

    def look(connection: Connection) -> None:
        note = tmp_path / f"{output.name}.operation"
        mode = "" if scripts.language in SHELLS else stat.filemode(note.stat().st_mode)
        noted.append((json.loads(note.read_text())["operationId"], mode))
        says(b"")(connection)

    with SlowService(life(upload=look)) as service:
        code_file(scripts, service, output)

    mode = "" if scripts.language in SHELLS else "-rw-------"
    assert [(OPERATION_ID, mode)] == noted


@each_language
def test_goes_on_after_a_kill(scripts: Kit, tmp_path: Path) -> None:
    """Killed while it waits and started again, it neither creates nor uploads again."""
    output = tmp_path / "coded.jsonl"
    with SlowService(life(status=is_at("in_progress"))) as service:
        where = ("--api-url", service.address, "--poll-every", "60")
        process = scripts.start("code-file", *where, SAMPLE, output)
        with process:
            assert service.waits_for(lambda: STATUS in service.paths)
            time.sleep(0.2)
            process.kill()
    with SlowService(life(status=is_complete)) as again:
        ended = code_file(scripts, again, output)

    assert (0, "") == ended
    assert {TOKENS, STATUS, OUTPUT} < set(again.paths)
    assert not {CREATE, UPLOAD} & set(again.paths)
    assert CODED == output.read_bytes()


@each_language
@pytest.mark.parametrize(
    ("last", "said"),
    [
        (is_at("failed", error="Input file contained no records"), "no records"),
        (is_at("timed_out"), "no file was uploaded in time"),
    ],
    ids=["failed", "timed_out"],
)
def test_failure_ends_it(scripts: Kit, last: Act, said: str, tmp_path: Path) -> None:
    """A failed operation ends with its id and the service's words, and no output."""
    output = tmp_path / "coded.jsonl"
    with SlowService(life(status=[is_at("in_progress"), last])) as service:
        code, errors = code_file(scripts, service, output)

    assert 1 == code
    assert OPERATION_ID in errors
    assert said in errors
    assert f"delete {output}.operation first to begin anew." in errors
    assert not output.exists()


@each_language
def test_refused_upload_is_told(scripts: Kit, tmp_path: Path) -> None:
    """What the store of files says is told too, and not the link."""
    refusal = told_by_store("Request has expired", 403)
    with SlowService(life(upload=refusal)) as service:
        code, errors = code_file(scripts, service, tmp_path / "coded.jsonl")

    assert 1 == code
    assert "The service answered 403: Request has expired" in errors
    assert "upload?" not in errors


@each_language
def test_r22_token_is_renewed(scripts: Kit, tmp_path: Path) -> None:
    """When the token ends while it waits, it gets another one and goes on."""
    denied = told("User is not authorized", 403)
    with SlowService(life(status=[is_at("in_progress"), denied, is_complete])) as service:
        ended = code_file(scripts, service, tmp_path / "coded.jsonl")

    assert (0, "") == ended
    assert 2 == service.paths.count(TOKENS)


@each_language
def test_denied_with_a_new_token(scripts: Kit, tmp_path: Path) -> None:
    """A denial of a fresh token is final, and its text is told once with the remedy."""
    with SlowService(life(create=told("User is not authorized", 403))) as service:
        code, errors = code_file(scripts, service, tmp_path / "coded.jsonl")

    assert 1 == code
    assert (
        "The service answered 403: User is not authorized\n  What to do about it.\n"
        == errors
    )
    assert [TOKENS, CREATE] == service.paths
    assert not list(tmp_path.iterdir())


@each_language
@pytest.mark.parametrize(
    ("first", "least_s"),
    [
        (told("RateLimitExceededException", 429, Retry_After="3"), 3),
        (told("Error performing request", 500), 2),
        (says(b"busy", 503, Retry_After="1"), 1),
        (cuts, 2),
    ],
    ids=["429", "500", "503", "cut"],
)
def test_tries_again(scripts: Kit, first: Act, least_s: float) -> None:
    """At a limit, a fault or a broken connection, it waits and tries again."""
    with SlowService(life(code=[first, says(ANSWER)])) as service:
        began = time.monotonic()
        done = scripts.run("code-one", "--api-url", service.address, "nurse")
        took_s = time.monotonic() - began

    assert (0, ANSWER) == (done.returncode, json.loads(done.stdout))
    assert f"Trying again in {least_s} s." in done.stderr
    assert took_s >= least_s
    assert [TOKENS, CODE, CODE] == service.paths


@each_language
def test_cut_download_is_repeated(scripts: Kit, tmp_path: Path) -> None:
    """A download that breaks off is never taken for the whole file."""
    output = tmp_path / "coded.jsonl"

    def breaks_off(connection: Connection) -> None:
        connection.send(head(CODED) + CODED[:100])
        connection.close()

    with SlowService(life(output=[breaks_off, says(CODED)])) as service:
        code, errors = code_file(scripts, service, output)

    assert 0 == code, errors
    assert 2 == service.paths.count(OUTPUT)
    assert CODED == output.read_bytes()


@each_language
def test_redirection_is_not_followed(scripts: Kit) -> None:
    """A redirection ends it: the token goes nowhere else."""
    with SlowService({"/elsewhere": says(ANSWER)}) as other:
        elsewhere = says(b"", 302, Location=f"{other.address}/elsewhere")
        with SlowService(life(code=elsewhere)) as service:
            done = scripts.run("code-one", "--api-url", service.address, "nurse")

    assert 1 == done.returncode
    assert [] == other.paths


@each_language
def test_r3_tokens_from_another_host(scripts: Kit) -> None:
    """Tokens may come from another host than the API."""
    with SlowService() as auth, SlowService({CODE: says(ANSWER)}) as api:
        where = ("--api-url", api.address, "--auth-url", f"{auth.address}/")
        done = scripts.run("code-one", *where, "nurse")

    assert 0 == done.returncode, done.stderr
    assert ([TOKENS], [CODE]) == (auth.paths, api.paths)


@each_open_language
def test_proxy_and_own_authority(scripts: Kit, tmp_path: Path) -> None:
    """All goes through the proxy of HTTPS_PROXY, to a certificate that is checked."""
    chain, key = write_certificate(tmp_path / "tls")
    both = tmp_path / "both.pem"
    both.write_bytes(chain.read_bytes() + key.read_bytes())
    output = tmp_path / "coded.jsonl"
    with (
        SlowService(life(), certificate=both) as service,
        RelayProxy(service.port) as proxy,
    ):
        trust = {AUTHORITIES[scripts.language]: str(chain)}
        leads = {"HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}"}
        where = ("--api-url", "https://localhost:9", "--poll-every", "0")
        through = replace(scripts, environ={**trust, **leads})
        done = through.run("code-file", *where, SAMPLE, output)

    assert (0, "") == (done.returncode, done.stderr)
    assert CODED == output.read_bytes()
    assert {"CONNECT localhost:9"} == {one.split(" HTTP")[0] for one in proxy.heads}


@each_open_language
def test_no_proxy_is_heeded(scripts: Kit) -> None:
    """A host in NO_PROXY is called without the proxy."""
    with SlowService({CODE: says(ANSWER)}) as service, RelayProxy(9) as proxy:
        address = f"http://127.0.0.1:{proxy.port}"
        leads = {"http_proxy": address, "HTTPS_PROXY": address, "NO_PROXY": "127.0.0.1"}
        direct = replace(scripts, environ=leads)
        done = direct.run("code-one", "--api-url", service.address, "nurse")

    assert 0 == done.returncode, done.stderr
    assert [] == proxy.heads
