"""`occoder selftest` against the running service (F1, F3)."""

import json
import ssl
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import typer
from running_service import RunningService, basic
from toy_served import toy_model_folder
from typer.testing import CliRunner, Result

from occoder.cli.selftest import selftest
from occoder.errors import ServiceUnreachable
from occoder.service.checks.selftest import Outcome, Selftest
from occoder.service.transport.self_signed import make_current
from occoder.settings.tier import Tier

app = typer.Typer()
app.command()(selftest)


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """Return a service with the usual limits, whose topics have the toy model."""
    folder = tmp_path_factory.mktemp("models")
    models = [
        toy_model_folder(folder / topic, number=number, topic=topic)
        for number, topic in enumerate(("osca", "anzsco"), 1)
    ]
    with RunningService(folder / "home", models) as running:
        yield running


def run(
    service: RunningService,
    *options: str,
    secret: str = "",
    url: str = "",
) -> Result:
    """Run the command as the partner of a service, with the secret in the environment."""
    environ = {
        "OCCODER_CLIENT_ID": service.partner.client_id,
        "OCCODER_CLIENT_SECRET": secret or service.partner_secret,
    }
    return CliRunner().invoke(app, [url or service.address, *options], env=environ)


def outcomes(result: Result) -> list[dict[str, object]]:
    """Return what the command printed as JSON."""
    found: list[dict[str, object]] = json.loads(result.stdout)
    return found


def run_with_its_clock(service: RunningService, tier: Tier) -> list[Outcome]:
    """Return how the samples went for a new client, without waiting for real."""
    client, secret = service.add_client(tier)

    def sleep(seconds: float) -> None:
        service.clock.ahead_s += seconds

    test = Selftest(
        http=service.http,
        url=service.address,
        auth_url=service.address,
        credentials=basic(client.client_id, secret),
        sleep=sleep,
        clock=service.clock,
    )
    return list(test.run(["osca", "anzsco"]))


def test_f1_f3_every_sample_as_documented(service: RunningService) -> None:
    """With the bundled models every sample request is answered as documented."""
    result = run(service)

    assert 0 == result.exit_code, result.output
    assert "FAILED" not in result.stdout
    assert " 0 not, 1 skipped" in result.stdout.splitlines()[-1]


def test_f9_public_client_is_throttled_and_done(toy: RunningService) -> None:
    """A public client meets the limits, waits as asked, and gets through within them."""
    found = run_with_its_clock(toy, Tier.PUBLIC)

    assert {"8.1.7"} == {one.section for one in found if one.is_ok is None}
    assert {True, None} == {one.is_ok for one in found}
    assert "429 RateLimitExceededException" == found[-1].got


def test_partner_is_not_throttled(toy: RunningService) -> None:
    """For a partner all but the throttle itself is looked at, without waiting."""
    before_s = toy.clock.ahead_s
    found = run_with_its_clock(toy, Tier.PARTNER)

    assert [None] == [one.is_ok for one in found if one.is_ok is not True]
    assert before_s == toy.clock.ahead_s


def test_table_has_every_sample(toy: RunningService) -> None:
    """The table has a line for each sample, with section, topic, and what came."""
    lines = run(toy).stdout.splitlines()
    rows = [line.split() for line in lines if line.startswith(("ok", "skipped"))]

    assert ["section", "topic", "sample", "expected", "got"] == lines[0].split()
    assert len(rows) == int(lines[-1].split()[0])
    assert ["ok", "7.2.7", "anzsco"] in [row[:3] for row in rows]


def test_json_tells_the_same(toy: RunningService) -> None:
    """As JSON each sample has what the table has, in full."""
    found = outcomes(run(toy, "--json", "--topic", "osca"))

    assert {("sample", "section", "topic", "expected", "got", "ok")} == {
        tuple(one) for one in found
    }
    assert {"", "osca"} == {one["topic"] for one in found}
    denied = [one for one in found if one["sample"] == "no token"]
    assert ["403 User is not authorized to access this resource with an explicit deny"] == [
        one["got"] for one in denied
    ]


def test_failures_end_with_1(toy: RunningService) -> None:
    """What is not as documented is told in full, and the exit code is 1."""
    result = run(toy, "--topic", "isco")

    assert 1 == result.exit_code
    assert "FAILED" in result.stdout
    assert "  expected: 200\n  got:      404 The specified topic does not exist" in (
        result.stdout
    )


def test_wrong_secret_ends_at_the_token(toy: RunningService) -> None:
    """With a wrong secret only the token is asked for, and the secret is not shown."""
    result = run(toy, "--json", secret="wrong-secret-7391")

    assert 1 == result.exit_code
    assert [False, False] == [one["ok"] for one in outcomes(result)]
    assert "wrong-secret-7391" not in result.output


def test_secret_is_never_printed(toy: RunningService) -> None:
    """Neither the secret nor a token is in anything that the command prints."""
    for result in (run(toy), run(toy, "--json")):
        assert toy.partner_secret not in result.output
        assert "eyJ" not in result.output


def test_b3_version_in_the_address(toy: RunningService) -> None:
    """The address may be given with the version and a slash."""
    assert 0 == run(toy, url=f"{toy.address}/v1/").exit_code


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["http://coder.example"], "https"),
        (["coder.example"], "address of a host"),
        (["https://coder.example", "--auth-url", "http://auth.example"], "https"),
        (["https://coder.example", "--client-id", "a:b"], "colon"),
    ],
    ids=str,
)
def test_r4_misuse_is_told(arguments: Sequence[str], said: str) -> None:
    """An address that would send secrets in the clear is refused, before any call."""
    environ = {"OCCODER_CLIENT_ID": "client1", "OCCODER_CLIENT_SECRET": "secret123"}
    result = CliRunner().invoke(app, list(arguments), env=environ)

    assert 2 == result.exit_code
    assert said in result.output
    assert "secret123" not in result.output


def test_credentials_are_needed() -> None:
    """Without credentials the command is misused, and says where they may come from."""
    result = CliRunner().invoke(
        app,
        ["https://coder.example"],
        env={"OCCODER_CLIENT_ID": None, "OCCODER_CLIENT_SECRET": None},
    )

    assert 2 == result.exit_code
    assert "--client-id" in result.output


def test_file_without_certificates(tmp_path: Path) -> None:
    """A file that holds no certificate can't be trusted."""
    file = tmp_path / "ca.pem"
    file.write_text("nothing")
    options = ["--client-id", "a", "--client-secret", "b", "--ca", str(file)]
    result = CliRunner().invoke(app, ["https://coder.example", *options])

    assert 2 == result.exit_code
    assert "PEM" in result.output


def test_nobody_there(toy: RunningService) -> None:
    """Where nothing answers, that is the error, with the address."""
    result = run(toy, url="http://127.0.0.1:1")

    assert isinstance(result.exception, ServiceUnreachable)
    assert "http://127.0.0.1:1" == result.exception.url


class RefusesTokens(BaseHTTPRequestHandler):
    """Answers every request for a token with 400."""

    def do_POST(self) -> None:
        """Read the request and refuse it."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(400)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def private(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Return the address of a server with a certificate of its own, and the certificate."""
    file = make_current(tmp_path, ["127.0.0.1"], datetime.now(UTC))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with ThreadingHTTPServer(("127.0.0.1", 0), RefusesTokens) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"https://127.0.0.1:{server.server_port}", file
        server.shutdown()
        thread.join()


def test_r7_unknown_certificate_is_refused(
    toy: RunningService, private: tuple[str, Path]
) -> None:
    """A certificate that nobody vouches for gets no secret."""
    result = run(toy, url=private[0])

    assert isinstance(result.exception, ServiceUnreachable)
    assert "certificate" in result.exception.problem


def test_r7_given_certificate_is_trusted(
    toy: RunningService, private: tuple[str, Path]
) -> None:
    """With its certificate a service of one's own is asked."""
    address, file = private
    result = run(toy, "--json", "--ca", str(file), url=address)

    assert ["400", "400"] == [one["got"] for one in outcomes(result)]
