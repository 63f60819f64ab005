"""The certificate that the service shows: given or made, and checked before it is used."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from occoder.errors import UnusableCertificate
from occoder.service.transport.self_signed import (
    folder_of,
    make_current,
    names_in,
    names_of,
)
from occoder.settings.settings import SELF_SIGNED, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The certificate that the service shows, and where it is.

    Parameters
    ----------
    chain : Path
        PEM file with the certificate, then those that sign it.
    key : Path
        PEM file with its private key, may be the same.
    fingerprint : str
        SHA-256 of the certificate.
    not_after : datetime
        When it ends, in UTC.
    names : tuple of str
        Host names and addresses that it is good for; "*.example.org" stands for one more
        label.
    """

    chain: Path
    key: Path
    fingerprint: str
    not_after: datetime
    names: tuple[str, ...]

    def covers(self, host: str) -> bool:
        """Tell whether clients that call a host by this name accept it.

        Parameters
        ----------
        host : str
            Name or address.
        """
        first, _, rest = host.lower().partition(".")
        wanted = {host.lower(), f"*.{rest}"} if first and rest else {host.lower()}
        return not wanted.isdisjoint(name.lower() for name in self.names)

    def days_left(self, now: float) -> int:
        """Return whole days until it ends.

        Parameters
        ----------
        now : float
            Seconds since 1970.
        """
        return (self.not_after - datetime.fromtimestamp(now, UTC)).days


def certificate(settings: Settings, now: float) -> Certificate:
    """Return the certificate that the settings name, made first if that is wanted.

    Parameters
    ----------
    settings : Settings
        With TLS.
    now : float
        Seconds since 1970.

    Raises
    ------
    UnusableCertificate
        If it can't be used, with the reason.
    """
    if settings.tls == SELF_SIGNED:
        chain = _own(settings, now)
        return checked(chain, chain, now)
    chain = Path(settings.tls)
    return checked(chain, Path(settings.tls_key) if settings.tls_key else chain, now)


def checked(chain: Path, key: Path, now: float) -> Certificate:
    """Return the certificate in a file, if it fits the key and the time.

    Parameters
    ----------
    chain, key : Path
        PEM files, may be the same.
    now : float
        Seconds since 1970.

    Raises
    ------
    UnusableCertificate
        If it can't be used, with the reason.
    """
    found = _read_certificate(chain)
    if _read_key(key).public_key() != found.public_key():
        problem = f"it is not the key of the first certificate in {chain}"
        raise UnusableCertificate(file=key, problem=problem)
    moment = datetime.fromtimestamp(now, UTC)
    if moment >= found.not_valid_after_utc:
        problem = f"it ended on {found.not_valid_after_utc:%Y-%m-%d}"
        raise UnusableCertificate(file=chain, problem=problem)
    if moment < found.not_valid_before_utc:
        problem = f"it begins on {found.not_valid_before_utc:%Y-%m-%d}; check the clock"
        raise UnusableCertificate(file=chain, problem=problem)
    return Certificate(
        chain=chain,
        key=key,
        fingerprint=found.fingerprint(SHA256()).hex(":").upper(),
        not_after=found.not_valid_after_utc,
        names=tuple(sorted(names_in(found))),
    )


def _own(settings: Settings, now: float) -> Path:
    folder = folder_of(settings)
    moment = datetime.fromtimestamp(now, UTC)
    try:
        return make_current(folder, names_of(settings), moment)
    except OSError as error:
        problem = f"it can't be made: {error.strerror}"
        raise UnusableCertificate(file=folder, problem=problem) from error
    except ValueError as error:
        problem = "a file in it holds no certificate; remove the folder"
        raise UnusableCertificate(file=folder, problem=problem) from error


def _read_certificate(file: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificates(_read(file))[0]
    except ValueError as error:
        problem = "it holds no certificate in PEM"
        raise UnusableCertificate(file=file, problem=problem) from error


def _read_key(file: Path) -> PrivateKeyTypes:
    try:
        return load_pem_private_key(_read(file), password=None)
    except TypeError as error:
        problem = "its key has a pass phrase, and nobody is there to enter it"
        raise UnusableCertificate(file=file, problem=problem) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        problem = "it holds no private key in PEM; --tls-key names the file of the key"
        raise UnusableCertificate(file=file, problem=problem) from error


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise UnusableCertificate(file=file, problem="there is no such file") from error
    except OSError as error:
        problem = f"it can't be read: {error.strerror}"
        raise UnusableCertificate(file=file, problem=problem) from error
