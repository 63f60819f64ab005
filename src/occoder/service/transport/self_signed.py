"""The certificate that the service makes for itself, kept and renewed in its data folder.

One file holds the certificate and its key, so that no crash can part them; a second one
holds the certificate alone, to be given to clients.
"""

import fcntl
import ipaddress
import os
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from occoder.settings.settings import Settings

VALID_DAYS: Final = 365
RENEW_DAYS: Final = 30
WITH_KEY: Final = "certificate-and-key.pem"
FOR_CLIENTS: Final = "certificate.pem"

# Clocks of clients may be a little behind.
_EARLIER: Final = timedelta(hours=1)
_EVERY_ADDRESS: Final = {"", "0.0.0.0", "::"}


def folder_of(settings: Settings) -> Path:
    """Return the folder where the certificate is kept."""
    return settings.folder / "tls"


def names_of(settings: Settings) -> list[str]:
    """Return the names and addresses under which a client may call the service."""
    hosts = (
        *("localhost", "127.0.0.1", "::1", socket.gethostname(), settings.host),
        *(settings.public_auth_host, settings.public_api_host),
        *(settings.partner_auth_host, settings.partner_api_host),
    )
    # A name that is no ASCII stands in no certificate; its "xn--" form can be set instead.
    named = {host.lower() for host in hosts if host.isascii()} - _EVERY_ADDRESS
    return sorted(str(_name(host).value) for host in named)


def names_in(certificate: x509.Certificate) -> set[str]:
    """Return the host names and addresses that a certificate is good for."""
    kind = x509.SubjectAlternativeName
    try:
        extension = certificate.extensions.get_extension_for_class(kind)
    except x509.ExtensionNotFound:
        return set()
    return {str(name.value) for name in extension.value}


def make_current(folder: Path, names: Sequence[str], now: datetime) -> Path:
    """Return the file of certificate and key, made anew when it is due.

    That is when there is none, when it lacks a name, and from 30 days before its end.

    Parameters
    ----------
    folder : Path
        Where it is kept; made when it is not there.
    names : sequence of str
        Host names and addresses that it has to be good for.
    now : datetime
        In UTC.

    Raises
    ------
    OSError
        If it can't be written.
    ValueError
        If the file that is there holds no certificate.
    """
    file = folder / WITH_KEY
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(folder):
        found = x509.load_pem_x509_certificate(file.read_bytes()) if file.exists() else None
        if found is None or not _is_current(found, names, now):
            key = ec.generate_private_key(ec.SECP256R1())
            found = _certificate(key, names, now)
            secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            _write(file, found.public_bytes(Encoding.PEM) + secret, mode=0o600)
            _write(folder / FOR_CLIENTS, found.public_bytes(Encoding.PEM), mode=0o644)
    return file


def _is_current(found: x509.Certificate, names: Iterable[str], now: datetime) -> bool:
    is_good = now < found.not_valid_after_utc - timedelta(days=RENEW_DAYS)
    return is_good and set(names) <= names_in(found)


def _certificate(
    key: ec.EllipticCurvePrivateKey, names: Sequence[str], now: datetime
) -> x509.Certificate:
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "occoder, self-signed"),
            x509.NameAttribute(NameOID.COMMON_NAME, "localhost"),
        ]
    )
    public = key.public_key()
    # No authority: whoever steals the key can pose as this service, and as no other.
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(list(map(_name, names))), critical=False)
        .add_extension(_signs_only(), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False
        )
    )
    return builder.sign(key, SHA256())


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _signs_only() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process at a time look and write."""
    file = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def _write(file: Path, content: bytes, *, mode: int) -> None:
    """Write a file whole or not at all; no other user can read it in between."""
    half = file.with_suffix(".new")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    half.replace(file)
