"""Certificates that are given, and why one can't be used."""

import time
from pathlib import Path

import pytest
from certificates import DAY, write_certificate

from occoder.errors import UnusableCertificate
from occoder.service.transport.certificate import certificate
from occoder.settings.settings import SELF_SIGNED, Settings


def settings_of(folder: Path, chain: Path | str, key: Path | str = "") -> Settings:
    """Return settings that name a certificate."""
    return Settings(home=folder, tls=str(chain), tls_key=str(key))


def problem_of(settings: Settings) -> str:
    """Return why the certificate of some settings can't be used."""
    with pytest.raises(UnusableCertificate) as caught:
        certificate(settings, time.time())
    return caught.value.problem


def test_given_certificate_is_taken(tmp_path: Path) -> None:
    """Certificate and key may be two files."""
    chain, key = write_certificate(tmp_path)
    found = certificate(settings_of(tmp_path, chain, key), time.time())

    assert (chain, key) == (found.chain, found.key)
    assert 89 == found.days_left(time.time())
    assert 95 == len(found.fingerprint)


def test_one_file_may_hold_both(tmp_path: Path) -> None:
    """Without a file of the key, it is in that of the certificate, in any order."""
    chain, key = write_certificate(tmp_path)
    for parts in ((chain, key), (key, chain)):
        both = tmp_path / "both.pem"
        both.write_bytes(b"".join(part.read_bytes() for part in parts))
        found = certificate(settings_of(tmp_path, both), time.time())

        assert (both, both) == (found.chain, found.key)


def test_own_certificate_is_made(tmp_path: Path) -> None:
    """A self-signed one is made where there is none, and kept."""
    settings = settings_of(tmp_path, SELF_SIGNED)
    first, second = (certificate(settings, time.time()) for _ in range(2))

    assert first == second
    assert settings.folder in first.chain.parents


def test_missing_file_is_told(tmp_path: Path) -> None:
    """A file that is not there is named, be it of the certificate or of the key."""
    chain, _ = write_certificate(tmp_path)

    assert "there is no such file" == problem_of(settings_of(tmp_path, tmp_path / "no"))
    assert "there is no such file" == problem_of(
        settings_of(tmp_path, chain, tmp_path / "no")
    )


def test_folder_is_no_certificate(tmp_path: Path) -> None:
    """What can't be read as a file is told with the reason of the system."""
    assert "it can't be read: Is a directory" == problem_of(settings_of(tmp_path, tmp_path))


def test_other_content_is_told(tmp_path: Path) -> None:
    """A file in another format is told, be it of the certificate or of the key."""
    chain, key = write_certificate(tmp_path)
    other = tmp_path / "other.pem"
    other.write_bytes(b"\x30\x82\x01")

    assert "it holds no certificate in PEM" == problem_of(settings_of(tmp_path, other, key))
    assert "no private key in PEM" in problem_of(settings_of(tmp_path, chain, other))
    assert "no private key in PEM" in problem_of(settings_of(tmp_path, chain))


def test_key_with_pass_phrase_is_told(tmp_path: Path) -> None:
    """A key that needs a pass phrase stops the start instead of asking for it."""
    files = write_certificate(tmp_path, password=b"zebra")

    assert "pass phrase" in problem_of(settings_of(tmp_path, *files))


def test_key_of_another_certificate_is_told(tmp_path: Path) -> None:
    """A key that belongs to another certificate is told."""
    chain, _ = write_certificate(tmp_path / "one")
    _, key = write_certificate(tmp_path / "two")

    assert f"it is not the key of the first certificate in {chain}" == problem_of(
        settings_of(tmp_path, chain, key)
    )


def test_time_of_a_certificate_is_told(tmp_path: Path) -> None:
    """A certificate that has ended, or not begun, is told with the day."""
    ended = write_certificate(tmp_path / "ended", begins=-9 * DAY, ends=-DAY)
    early = write_certificate(tmp_path / "early", begins=DAY)

    assert problem_of(settings_of(tmp_path, *ended)).startswith("it ended on 20")
    assert problem_of(settings_of(tmp_path, *early)).startswith("it begins on 20")


def test_damaged_own_certificate_is_told(tmp_path: Path) -> None:
    """A self-signed certificate that was damaged is not replaced without a word."""
    settings = settings_of(tmp_path, SELF_SIGNED)
    certificate(settings, time.time()).chain.write_text("damaged")

    assert "remove the folder" in problem_of(settings)


def test_unwritable_folder_is_told(tmp_path: Path) -> None:
    """A folder in which no certificate can be made is told."""
    settings = settings_of(tmp_path, SELF_SIGNED)
    settings.folder.write_text("a file in its place")

    assert problem_of(settings).startswith("it can't be made: ")
