"""A key that signs tokens, and the file that it is kept in."""

import os
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from occoder.errors import UnusableKeys

ALGORITHM: Final = "ES256"
_CURVE: Final = "P-256"
_CREATED: Final = "Created: "
_FOR_OTHERS: Final = 0o077

# What reading a key may raise: of another kind, on an unknown curve, with a password, ...
_NO_KEY: Final = (JoseError, KeyError, TypeError, UnsupportedAlgorithm, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A key pair for ES256.

    Parameters
    ----------
    number : int
        From 1; a newer key has a higher one.
    created_at : float
        Seconds since 1970.
    pair : ECKey
        With the private key.
    kid : str
        Names it in tokens: the thumbprint of the public key (RFC 7638).
    """

    number: int
    created_at: float
    pair: ECKey = field(repr=False, compare=False)
    kid: str

    def public(self) -> dict[str, Any]:
        """Return the public key as a JSON Web Key (RFC 7517)."""
        return self.pair.as_dict(private=False, kid=self.kid, use="sig", alg=ALGORITHM)


def file_name(number: int) -> str:
    """Return the name of the file of a key.

    >>> file_name(2)
    '000002.pem'
    """
    return f"{number:06}.pem"


def read_key(file: Path) -> SigningKey:
    """Return the key in a file.

    Raises
    ------
    UnusableKeys
        If others than its owner can open it, or it holds no such key.
    FileNotFoundError
        If it is not there.
    """
    try:
        with file.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            content = opened.read()
    except FileNotFoundError:
        raise
    except OSError as error:
        problem = f"{file.name} can't be read: {error.strerror}"
        raise UnusableKeys(folder=file.parent, problem=problem) from error
    if mode & _FOR_OTHERS:
        problem = f"others than its owner can open {file.name}; run chmod 600 on it"
        raise UnusableKeys(folder=file.parent, problem=problem)
    try:
        return _key(file.name, content)
    except _NO_KEY:
        # Without its cause: that could quote the key.
        problem = f"{file.name} is damaged, or is no key that occoder wrote"
        raise UnusableKeys(folder=file.parent, problem=problem) from None


def write_key(folder: Path, *, number: int, created_at: float) -> None:
    """Make a new key; it appears complete or not at all.

    Parameters
    ----------
    folder : Path
        Where; the file will belong to the owner of the folder.
    number : int
        Its number.
    created_at : float
        Seconds since 1970.

    Raises
    ------
    FileExistsError
        If there is a key of this number, such as one that another process made.
    UnusableKeys
        If it can't be written.
    """
    created = datetime.fromtimestamp(created_at, UTC).isoformat(timespec="milliseconds")
    # Text before a PEM block is passed by whoever reads it (RFC 7468, section 2).
    pem = ECKey.generate_key(_CURVE).as_pem(private=True)
    try:
        _write_once(folder / file_name(number), f"{_CREATED}{created}\n".encode() + pem)
    except FileExistsError:
        raise
    except OSError as error:
        problem = f"a new key can't be written: {error.strerror}"
        raise UnusableKeys(folder=folder, problem=problem) from error


def _key(name: str, content: bytes) -> SigningKey:
    first, _, _ = content.decode("ascii").partition("\n")
    created = datetime.fromisoformat(first.removeprefix(_CREATED))
    pair = ECKey.import_key(content)
    if not (created.tzinfo and pair.is_private and pair.curve_name == _CURVE):
        raise ValueError
    return SigningKey(
        number=int(name.partition(".")[0]),
        created_at=created.timestamp(),
        pair=pair,
        kid=pair.thumbprint(),
    )


def _write_once(file: Path, content: bytes) -> None:
    """Write a file that only its owner can open, unless it is there."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as opened:
            owner = file.parent.stat()
            # `sudo occoder keys rotate` must not lock the service out.
            if owner.st_uid != os.geteuid():
                os.fchown(opened.fileno(), owner.st_uid, owner.st_gid)
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        file.hardlink_to(name)
    finally:
        Path(name).unlink()
