"""The table of different texts."""

from pathlib import Path

import pytest

from occoder.remote.texts import TextTable, key_of


def keys(*numbers: int) -> list[bytes]:
    """Return the keys of some texts."""
    return [key_of(f"title {number}", "") for number in numbers]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a table may be."""
    return tmp_path / "texts.sqlite"


def test_numbers_follow_appearance(path: Path) -> None:
    """Each different text gets the next number, however often it comes."""
    with TextTable(path) as texts:
        assert keys(7, 3) == texts.add(keys(7, 3, 7))
        assert keys(5) == texts.add(keys(3, 5))
        assert dict(zip(keys(7, 3, 5), range(3), strict=True)) == texts.numbers(
            keys(5, 9, 3, 7, 7)
        )
        assert 3 == texts.n_texts


def test_table_is_kept(path: Path) -> None:
    """A table that is opened again has all that was in it."""
    with TextTable(path) as texts:
        texts.add(keys(1, 2))
    with TextTable(path) as texts:
        assert [] == texts.add(keys(2, 1))
        assert 2 == texts.n_texts


def test_more_than_fit_one_question(path: Path) -> None:
    """Any number of texts can be asked for at once."""
    many = keys(*range(40_000))
    with TextTable(path) as texts:
        assert many == texts.add(many)
        assert dict(zip(many, range(40_000), strict=True)) == texts.numbers(many)


def test_key_tells_title_from_tasks() -> None:
    """The same words in the other field are another text."""
    assert 4 == len(
        {key_of("a b", ""), key_of("a", "b"), key_of("", "a b"), key_of("b", "a")}
    )


def test_table_holds_no_text(path: Path) -> None:
    """What respondents wrote can't be read from the table."""
    with TextTable(path) as texts:
        texts.add([key_of("zebra whisperer", "")])

    assert b"zebra" not in path.read_bytes()
