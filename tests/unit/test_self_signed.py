"""The certificate that the service makes for itself."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from certificates import handshake
from cryptography import x509

from occoder.service.transport.self_signed import (
    FOR_CLIENTS,
    RENEW_DAYS,
    VALID_DAYS,
    WITH_KEY,
    make_current,
    names_of,
)
from occoder.settings.settings import SELF_SIGNED, Settings

NAMES = ["127.0.0.1", "::1", "localhost"]
NOW = datetime.now(UTC).replace(microsecond=0)


def made(folder: Path, names: list[str] = NAMES, now: datetime = NOW) -> x509.Certificate:
    """Return the certificate of a folder, made if it is due."""
    return x509.load_pem_x509_certificate(make_current(folder, names, now).read_bytes())


def test_names_are_those_of_the_settings(tmp_path: Path) -> None:
    """It is good for this machine, the address, and the virtual hosts."""
    settings = Settings(
        home=tmp_path,
        tls=SELF_SIGNED,
        host="2001:DB8:0::7",
        public_api_host="Coder.example.org",
    )
    expected = {*NAMES, socket.gethostname().lower(), "2001:db8::7", "coder.example.org"}

    assert expected == set(names_of(settings))


def test_every_address_is_no_name(tmp_path: Path) -> None:
    """The address that stands for all addresses, and a name beyond ASCII, are left out."""
    for host in ("0.0.0.0", "::", "", "münchen.example.org"):
        assert host not in names_of(Settings(home=tmp_path, host=host))


def test_certificate_holds_names_and_ends(tmp_path: Path) -> None:
    """It names what was asked for, lasts a year, and can sign no other certificate."""
    found = made(tmp_path / "tls")
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    limits = found.extensions.get_extension_for_class(x509.BasicConstraints).value

    assert set(NAMES) == {str(name.value) for name in names}
    assert NOW + timedelta(days=VALID_DAYS) == found.not_valid_after_utc
    assert not limits.ca


def test_only_its_owner_can_read_the_key(tmp_path: Path) -> None:
    """Folder and key are for their owner; what clients get holds no key."""
    folder = tmp_path / "tls"
    made(folder)
    public = (folder / FOR_CLIENTS).read_bytes()

    assert (0o700, 0o600) == tuple(
        path.stat().st_mode & 0o777 for path in (folder, folder / WITH_KEY)
    )
    assert b"PRIVATE" not in public
    assert (folder / WITH_KEY).read_bytes().startswith(public)


def test_certificate_is_kept(tmp_path: Path) -> None:
    """It stays the same until 30 days before its end, also for fewer names."""
    first = made(tmp_path)
    late = first.not_valid_after_utc - timedelta(days=RENEW_DAYS, seconds=1)

    assert first == made(tmp_path, NAMES[:1], late)


def test_certificate_is_renewed(tmp_path: Path) -> None:
    """Thirty days before its end another one is made, with another key."""
    first = made(tmp_path)
    due = first.not_valid_after_utc - timedelta(days=RENEW_DAYS)
    second = made(tmp_path, NAMES, due)

    assert first.public_key() != second.public_key()
    assert due + timedelta(days=VALID_DAYS) == second.not_valid_after_utc


def test_new_name_makes_another(tmp_path: Path) -> None:
    """A name that it lacks makes another one."""
    assert made(tmp_path) != made(tmp_path, [*NAMES, "coder.example.org"])


def test_processes_agree_on_one(tmp_path: Path) -> None:
    """Of several that find none at once, one makes it for all."""
    found: list[x509.Certificate] = []
    threads = [
        threading.Thread(target=lambda: found.append(made(tmp_path))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [found[0]] * 8 == found


def test_strict_client_accepts_it(tmp_path: Path) -> None:
    """OpenSSL at its strictest accepts it for each of its names, given as an authority."""
    file = make_current(tmp_path, NAMES, NOW)
    for name in NAMES:
        client = ssl.create_default_context(cafile=tmp_path / FOR_CLIENTS)
        client.verify_flags |= ssl.VERIFY_X509_STRICT
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(file)

        assert "TLSv1.3" == handshake(server, client, name).version()
