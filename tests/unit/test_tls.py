"""TLS: which versions are agreed on, and how certificates change while it runs."""

import shutil
import ssl
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from certificates import handshake, write_certificate
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from stand_in_server import StandInServer, one_answer, request, until_closed

from occoder.errors import UnusableCertificate
from occoder.service.transport.certificate import certificate
from occoder.service.transport.tls import TlsContext, tls_context
from occoder.settings.settings import SELF_SIGNED, Settings

TLS_1_1 = ssl.TLSVersion.TLSv1_1
DAY_S = 86_400


class Clock:
    """The time, moved by hand."""

    ahead_s = 0.0

    def __call__(self) -> float:
        """Return the seconds since 1970, as this clock has them."""
        return time.time() + self.ahead_s


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandInServer]:
    """A server with TLS that waits three seconds for a handshake or a header."""
    home = tmp_path_factory.mktemp("home")
    with StandInServer(home, tls=SELF_SIGNED, header_timeout_s="3") as server:
        yield server
    assert "Traceback" not in server.said


def client_of(version: ssl.TLSVersion) -> ssl.SSLContext:
    """Return a client that speaks one version, however old, and trusts anybody."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    client.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore"):
        client.minimum_version = client.maximum_version = version
    return client


def version_agreed(server: StandInServer, client: ssl.SSLContext) -> str | None:
    """Return the version that a client and the server agree on."""
    with client.wrap_socket(server.connect_plain()) as connection:
        connection.sendall(request("GET", "/"))
        assert one_answer(connection).startswith(b"HTTP/1.1 200")
        return connection.version()


@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
def test_r4_new_versions_are_spoken(server: StandInServer, version: str) -> None:
    """A client of TLS 1.2 or 1.3 is answered in that version."""
    client = client_of(ssl.TLSVersion[version])

    assert version.replace("_", ".") == version_agreed(server, client)


def test_r4_old_version_is_refused(server: StandInServer) -> None:
    """A client that speaks nothing newer than TLS 1.1 is refused."""
    with pytest.raises(OSError, match=r"EOF|reset"):
        client_of(TLS_1_1).wrap_socket(server.connect_plain())


def lax_context(chain: Path, key: Path) -> ssl.SSLContext:
    """Return a server that speaks everything that OpenSSL can."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore"):
        context.minimum_version = TLS_1_1
    return context


def test_r4_refusal_is_ours(tmp_path: Path) -> None:
    """The same client is accepted by a context without our minimum."""
    chain, key = write_certificate(tmp_path)
    ours = tls_context(certificate(settings_of(tmp_path, chain, key), time.time()))
    lax = lax_context(chain, key)

    assert ssl.TLSVersion.TLSv1_2 == ours.minimum_version
    assert "TLSv1.1" == handshake(lax, client_of(TLS_1_1)).version()
    with pytest.raises(ssl.SSLError, match="UNSUPPORTED_PROTOCOL"):
        handshake(ours, client_of(TLS_1_1))


RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())


@pytest.mark.parametrize(
    ("key", "suite"),
    [
        (RSA, "AES256-GCM-SHA384"),
        (RSA, "ECDHE-RSA-AES128-SHA"),
        (EC, "ECDHE-ECDSA-AES128-SHA256"),
    ],
    ids=["no forward secrecy", "SHA-1", "not authenticated"],
)
def test_weak_suite_is_refused(
    tmp_path: Path, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, suite: str
) -> None:
    """TLS 1.2 without forward secrecy or authenticated encryption is refused, by us."""
    files = write_certificate(tmp_path, key=key)
    ours = tls_context(certificate(settings_of(tmp_path, *files), time.time()))
    client = client_of(ssl.TLSVersion.TLSv1_2)
    client.set_ciphers(f"{suite}:@SECLEVEL=0")

    assert "TLSv1.2" == handshake(lax_context(*files), client).version()
    with pytest.raises(ssl.SSLError, match="NO_SHARED_CIPHER"):
        handshake(ours, client)


@pytest.mark.parametrize(
    "sent", [request("GET", "/"), bytes(1000), b"\x16\x03\x01\x00\x05junks"], ids=str
)
def test_b62_plain_http_is_not_answered(server: StandInServer, sent: bytes) -> None:
    """What is not TLS gets no HTTP, and no redirect."""
    with server.connect_plain() as connection:
        connection.sendall(sent)

        assert b"HTTP" not in until_closed(connection)


def test_slow_handshake_is_cut_off(server: StandInServer) -> None:
    """A connection that never begins TLS is closed like one with a slow header."""
    with server.connect_plain() as connection:
        connection.sendall(b"\x16\x03\x01")

        assert b"" == until_closed(connection)


def test_slow_header_is_cut_off(server: StandInServer) -> None:
    """Encryption does not spare anyone the limits on a header."""
    with server.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")

        assert b"" == until_closed(connection)


def test_long_header_is_refused(server: StandInServer) -> None:
    """The refusal of a long header arrives encrypted too."""
    answer = server.ask(b"GET / HTTP/1.1\r\nHost: localhost\r\nA: " + b"x" * 1_000_000)

    assert answer.startswith(b"HTTP/1.1 431 ")


def settings_of(folder: Path, tls: Path | str, key: Path | str = "") -> Settings:
    """Return settings with TLS."""
    return Settings(home=folder, tls=str(tls), tls_key=str(key))


def test_short_key_is_refused(tmp_path: Path) -> None:
    """What OpenSSL takes for too weak is told as such."""
    key = rsa.generate_private_key(65537, 1024)
    files = write_certificate(tmp_path, key=key)
    with pytest.raises(UnusableCertificate) as caught:
        TlsContext(settings_of(tmp_path, *files))

    assert "OpenSSL refuses it: EE_KEY_TOO_SMALL" == caught.value.problem


def test_new_certificate_is_taken(tmp_path: Path) -> None:
    """A certificate that replaces the former one is shown to the next connection."""
    clock = Clock()
    tls = TlsContext(settings_of(tmp_path, *write_certificate(tmp_path)), clock)
    first = shown_by(tls)
    clock.ahead_s += 60
    assert not tls.refresh()
    write_certificate(tmp_path)
    clock.ahead_s += 60

    assert tls.refresh()
    assert first != shown_by(tls)


def shown_by(tls: TlsContext) -> bytes | None:
    """Return the certificate that a client is shown."""
    client = client_of(ssl.TLSVersion.TLSv1_2)
    return handshake(tls.context, client).getpeercert(binary_form=True)


def test_files_are_looked_at_seldom(tmp_path: Path) -> None:
    """Between two looks there are ten seconds, so that each second costs nothing."""
    clock = Clock()
    tls = TlsContext(settings_of(tmp_path, *write_certificate(tmp_path)), clock)
    write_certificate(tmp_path)
    clock.ahead_s -= 5  # also when the clock is set back, it is soon looked again

    assert tls.refresh()
    write_certificate(tmp_path)
    clock.ahead_s += 1
    assert not tls.refresh()


def test_unusable_certificate_is_told_once(tmp_path: Path) -> None:
    """When the new one can't be used, that is told once, and the former goes on."""
    clock = Clock()
    chain, key = write_certificate(tmp_path)
    tls = TlsContext(settings_of(tmp_path, chain, key), clock)
    first = shown_by(tls)
    good = chain.read_bytes()
    chain.write_text("half a certif")
    clock.ahead_s += 60
    with pytest.raises(UnusableCertificate):
        tls.refresh()
    clock.ahead_s += 60

    assert not tls.refresh()
    assert first == shown_by(tls)
    chain.write_bytes(good)
    clock.ahead_s += 60
    assert not tls.refresh()


def test_own_certificate_is_renewed(tmp_path: Path) -> None:
    """A self-signed certificate is renewed while the service runs."""
    clock = Clock()
    tls = TlsContext(settings_of(tmp_path, SELF_SIGNED), clock)
    first = tls.certificate
    clock.ahead_s += 300 * DAY_S
    assert not tls.refresh()
    clock.ahead_s += 40 * DAY_S

    assert tls.refresh()
    assert first.not_after < tls.certificate.not_after


def test_lost_folder_does_not_stop_it(tmp_path: Path) -> None:
    """When its own files are gone, others are made."""
    clock = Clock()
    settings = settings_of(tmp_path, SELF_SIGNED)
    tls = TlsContext(settings, clock)
    shutil.rmtree(settings.folder)
    clock.ahead_s += 60

    assert tls.refresh()
