"""The features of a text as a person reads them."""

import pytest

from occoder.coder.features import features_of
from occoder.coder.packed import pack
from occoder.coder.pieces import pieces, words_of


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("Truck driver (HR)", ["truck", "driver", "hr"]),
        ("driver's o''brien 'mate'", ["drivers", "obrien", "mate"]),
        ("C++/C# 4x4", ["c++", "c#", "4x4"]),
        ("na\u00efve \u212aelvin", ["na", "ve", "elvin"]),
        ("", []),
    ],
    ids=["marks", "apostrophes", "signs", "not ASCII", "empty"],
)
def test_words_are_runs_of_letters(field: str, expected: list[str]) -> None:
    """Words are runs of ASCII letters, digits, + and #, in lower case."""
    assert expected == words_of(field)


def test_order_is_that_of_the_blocks() -> None:
    """Words and pairs come first, then those of the title, then fragments alike."""
    expected = [
        *("tax", "man", "tax man", "a"),
        *("tax", "man", "tax man"),
        *(" tax", "tax ", " man", "man ", " a "),
        *(" tax", "tax ", " man", "man "),
    ]

    assert expected == list(pieces("Tax man", "a"))


@pytest.mark.parametrize(
    ("title", "tasks"),
    [
        ("aged care nurse", "cares for the aged, care plans"),
        ("a a a", "b a"),
        ("aaaaaaaa", "aaaa aaa"),
        ("", "C++ o'brien's"),
        ("\u00e9\x1f", "?"),
    ],
)
def test_each_piece_is_one_feature(title: str, tasks: str) -> None:
    """Pieces and hashed features are the same in number and order, block by block."""
    keys, _, found_in = features_of(pack([title], [tasks]))
    named = list(pieces(title, tasks))
    paired = set(zip(named, found_in.tolist(), keys.tolist(), strict=True))

    assert len(named) == len(paired) == len({key for _, _, key in paired})
