"""One signing key and its file."""

import os
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from joserfc.jwk import ECKey, RSAKey

from occoder.errors import UnusableKeys
from occoder.service.tokens.signing_key import SigningKey, file_name, read_key, write_key

CREATED = b"Created: 2027-01-15T08:00:00.123+00:00\n"

OTHER_CURVE = ec.generate_private_key(ec.SECP224R1()).private_bytes(
    Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
)


def written(folder: Path, number: int = 1) -> SigningKey:
    """Return a new key that was written and read."""
    write_key(folder, number=number, created_at=1_800_000_000.123)
    return read_key(folder / file_name(number))


def pem(curve: str = "P-256") -> bytes:
    """Return a private key of a curve."""
    return ECKey.generate_key(curve).as_pem(private=True)


def test_key_comes_back(tmp_path: Path) -> None:
    """A key that was written is read with its number and time, and can sign."""
    key = written(tmp_path, 7)

    assert 7 == key.number
    assert 1_800_000_000.123 == key.created_at
    assert key.pair.is_private
    assert key.pair.thumbprint() == key.kid


def test_only_owner_can_open_it(tmp_path: Path) -> None:
    """The file is for its owner alone, and nothing else is left in the folder."""
    written(tmp_path)

    assert [tmp_path / file_name(1)] == list(tmp_path.iterdir())
    assert 0o600 == (tmp_path / file_name(1)).stat().st_mode & 0o777


def test_file_belongs_to_folder_owner(tmp_path: Path) -> None:
    """An administrator who makes a key does not lock the service out of it."""
    owner = 12345 if os.geteuid() == 0 else os.geteuid()
    os.chown(tmp_path, owner, -1)
    written(tmp_path)

    assert owner == (tmp_path / file_name(1)).stat().st_uid


def test_taken_number_stays(tmp_path: Path) -> None:
    """A key is never written over another of its number."""
    first = written(tmp_path)
    with pytest.raises(FileExistsError):
        write_key(tmp_path, number=1, created_at=0.0)

    assert first.kid == read_key(tmp_path / file_name(1)).kid
    assert [tmp_path / file_name(1)] == list(tmp_path.iterdir())


def test_public_key_holds_nothing_private(tmp_path: Path) -> None:
    """The public form has what RFC 7517 asks for and no private part."""
    key = written(tmp_path)
    public = key.public()

    assert {"kty", "crv", "x", "y", "kid", "use", "alg"} == set(public)
    assert ("EC", "P-256", "sig", "ES256", key.kid) == tuple(
        public[name] for name in ("kty", "crv", "use", "alg", "kid")
    )


def test_repr_shows_no_key(tmp_path: Path) -> None:
    """A key that ends up in a traceback or log shows number, time and id alone."""
    key = written(tmp_path)

    assert f"SigningKey(number=1, created_at={key.created_at}, kid='{key.kid}')" == repr(
        key
    )


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o602, 0o620, 0o677])
def test_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    """A key that others than the owner can open is refused, with the remedy."""
    written(tmp_path)
    (tmp_path / file_name(1)).chmod(mode)

    with pytest.raises(UnusableKeys, match=re.escape("chmod 600")):
        read_key(tmp_path / file_name(1))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        CREATED,
        pem(),
        b"Created: yesterday\n" + pem(),
        b"Created: 2027-01-15T08:00:00\n" + pem(),
        CREATED + pem()[:-40],
        CREATED + pem("P-384"),
        CREATED + ECKey.generate_key("P-256").as_pem(private=False),
        CREATED + ECKey.generate_key("P-256").as_pem(private=True, password="x"),
        CREATED + RSAKey.generate_key(2048).as_pem(private=True),
        CREATED + OTHER_CURVE,
        b"\xff\xfe" + CREATED + pem(),
    ],
    ids=[
        "empty",
        "no key",
        "no time",
        "no such time",
        "time without zone",
        "cut off",
        "other curve",
        "public key",
        "with password",
        "RSA",
        "curve that JOSE has not",
        "not ASCII",
    ],
)
def test_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """What is not a whole ES256 key of ours is refused by name, without its content."""
    file = tmp_path / file_name(1)
    file.write_bytes(content)
    file.chmod(0o600)

    with pytest.raises(UnusableKeys, match=f"{file.name} is damaged") as caught:
        read_key(file)
    assert caught.value.__suppress_context__
    assert tmp_path == caught.value.folder


def test_missing_file_is_told_apart(tmp_path: Path) -> None:
    """A file that is gone is no fault: another process may have removed it."""
    with pytest.raises(FileNotFoundError):
        read_key(tmp_path / file_name(1))


def test_unreadable_file_is_refused(tmp_path: Path) -> None:
    """A file that the system does not give is refused with what the system says."""
    (tmp_path / file_name(1)).mkdir()

    with pytest.raises(UnusableKeys, match="can't be read: Is a directory"):
        read_key(tmp_path / file_name(1))


def test_unwritable_folder_is_told(tmp_path: Path) -> None:
    """A folder that takes no file is refused with what the system says."""
    with pytest.raises(UnusableKeys, match="can't be written: No such file"):
        write_key(tmp_path / "gone", number=1, created_at=0.0)
