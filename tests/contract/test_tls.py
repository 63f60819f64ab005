"""What a caller of a service with TLS can rely on (R4, R7, R83, B62).

What is agreed on in detail is tested with the module; this is the command as it runs.
"""

import socket
import ssl
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from served_process import PATIENCE_S, ServedProcess, call

LIVE = call("GET", "/health/live")
OLD = [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1]
NEW = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProcess]:
    """Return a service with a certificate of its own making."""
    folder = tmp_path_factory.mktemp("secured")
    with ServedProcess(folder, {"OCCODER_TLS": "self-signed"}) as running:
        yield running


def given_to_clients(secured: ServedProcess) -> Path:
    """Return the file that the operator gives to clients."""
    return secured.home / "service" / "tls" / "certificate.pem"


def context(version: ssl.TLSVersion) -> ssl.SSLContext:
    """Return a client's context of one version, however old, that trusts everybody."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    made.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        made.minimum_version = made.maximum_version = version
    return made


def answer(port: int, tls: ssl.SSLContext, name: str = "localhost") -> bytes:
    """Return the first bytes of the answer that a client gets."""
    with (
        socket.create_connection(("127.0.0.1", port), PATIENCE_S) as plain,
        tls.wrap_socket(plain, server_hostname=name) as connection,
    ):
        connection.sendall(LIVE)
        return connection.recv(15)


@pytest.mark.parametrize("version", NEW, ids=lambda one: one.name)
def test_r4_new_versions_are_spoken(
    secured: ServedProcess, version: ssl.TLSVersion
) -> None:
    """TLS 1.2 and 1.3 are spoken."""
    assert b"HTTP/1.1 200 OK" == answer(secured.port, context(version))


@pytest.mark.parametrize("version", OLD, ids=lambda one: one.name)
def test_r4_older_versions_are_refused(
    secured: ServedProcess, version: ssl.TLSVersion
) -> None:
    """A client that speaks nothing newer than TLS 1.1 gets no answer."""
    with pytest.raises(ssl.SSLError):
        answer(secured.port, context(version))


@pytest.mark.parametrize("version", OLD, ids=lambda one: one.name)
def test_client_would_speak_older_versions(
    secured: ServedProcess, version: ssl.TLSVersion
) -> None:
    """It is the service that refuses: another server and the same client do agree."""
    lax = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    lax.load_cert_chain(given_to_clients(secured).with_name("certificate-and-key.pem"))
    lax.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        lax.minimum_version = version

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answer_once, args=(server, lax))
        thread.start()
        assert b"HTTP/1.1 200 OK" == answer(server.getsockname()[1], context(version))
        thread.join(PATIENCE_S)


def answer_once(server: socket.socket, tls: ssl.SSLContext) -> None:
    """Answer one call."""
    plain, _ = server.accept()
    with plain, tls.wrap_socket(plain, server_side=True) as connection:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 200 OK")
        connection.recv(1000)


def test_b62_plain_http_gets_nothing(secured: ServedProcess) -> None:
    """Plain HTTP gets no answer, and no redirect that would ask for the same again."""
    with socket.create_connection(("127.0.0.1", secured.port), PATIENCE_S) as plain:
        plain.sendall(LIVE)

        assert b"HTTP" not in plain.recv(1000)


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_r7_client_can_check_the_name(secured: ServedProcess, name: str) -> None:
    """A client that trusts the file it was given checks the name that it calls."""
    tls = ssl.create_default_context(cafile=given_to_clients(secured))

    assert b"HTTP/1.1 200 OK" == answer(secured.port, tls, name)


def test_r7_other_names_and_authorities_fail(secured: ServedProcess) -> None:
    """Another name, or a client that was not given the file, ends the connection."""
    trusting = ssl.create_default_context(cafile=given_to_clients(secured))

    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        answer(secured.port, trusting, "coder.example.org")
    with pytest.raises(ssl.SSLCertVerificationError, match="self-signed"):
        answer(secured.port, ssl.create_default_context())


def test_browsers_are_told_to_stay_with_tls(secured: ServedProcess) -> None:
    """Every answer says that the host is to be called with TLS for a year."""
    for sent in (LIVE, call("GET", "/v1/topics"), call("GET", "/nothing")):
        assert b"strict-transport-security: max-age=31536000" in secured.send(sent)


def test_private_key_is_not_given_to_clients(secured: ServedProcess) -> None:
    """The file for clients holds the certificate alone."""
    assert "PRIVATE" not in given_to_clients(secured).read_text(encoding="ascii")
