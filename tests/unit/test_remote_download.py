"""Where an output differs from what the service wrote."""

import hashlib
from io import BytesIO

import pytest

from occoder.remote.download import first_damage
from occoder.wire import OutputPart

PARTS = [b"first part\n", b"second\n", b"x" * 3_000_000]
STATED = [OutputPart(len(part), hashlib.sha256(part).hexdigest()) for part in PARTS]
WHOLE = b"".join(PARTS)


@pytest.mark.parametrize(
    ("content", "damage"),
    [
        (WHOLE, None),
        (b"F" + WHOLE[1:], (1, 0)),
        (WHOLE[:12] + b"?" + WHOLE[13:], (2, 11)),
        (WHOLE[:-1], (3, 18)),
        (WHOLE[:11], (2, 11)),
        (b"", (1, 0)),
        (WHOLE + b"more", (4, len(WHOLE))),
    ],
    ids=["whole", "first", "second", "short", "one part", "nothing", "long"],
)
def test_first_damage_is_found(content: bytes, damage: tuple[int, int] | None) -> None:
    """The first part that is not as stated is told, with where it begins."""
    assert damage == first_damage(BytesIO(content), STATED)


def test_case_of_a_checksum_does_not_matter() -> None:
    """A checksum in capitals is the same checksum."""
    stated = [OutputPart(one.n_bytes, one.sha256.upper()) for one in STATED]

    assert first_damage(BytesIO(WHOLE), stated) is None


def test_nothing_is_stated() -> None:
    """Without parts there is nothing to hold a file against."""
    assert first_damage(BytesIO(b"anything"), []) is None
