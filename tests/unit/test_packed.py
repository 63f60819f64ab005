"""The texts of many records as one run of bytes."""

import pytest

from occoder.coder.packed import pack


def test_fields_end_with_a_mark() -> None:
    """Every record is its title and its tasks, each with 0x1F at the end."""
    packed = pack(["nurse", ""], ["cares", "digs"])

    assert b"nurse\x1fcares\x1f\x1fdigs\x1f" == packed.data.tobytes()
    assert [0, 12, 18] == packed.starts.tolist()
    assert 2 == len(packed)


def test_tasks_may_be_absent() -> None:
    """Without tasks every record has empty ones."""
    assert pack(["a", "b"], ["", ""]).data.tobytes() == pack(["a", "b"]).data.tobytes()


@pytest.mark.parametrize("tasks", [None, []], ids=["absent", "empty"])
def test_no_records_pack_to_nothing(tasks: list[str] | None) -> None:
    """No records are no bytes and no starts but the end."""
    packed = pack([], tasks)

    assert (0, b"", [0]) == (len(packed), packed.data.tobytes(), packed.starts.tolist())


@pytest.mark.parametrize("text", ["a\x1fb", "aéb", "a\u2028b", "a\U0001f9d1b"])
def test_what_is_not_ascii_is_a_blank(text: str) -> None:
    """A character outside ASCII, or the mark itself, can't shift the fields."""
    packed = pack([text, "x"], ["y", text])

    assert pack(["a b", "x"], ["y", "a b"]).data.tobytes() == packed.data.tobytes()
    assert [0, 6, 12] == packed.starts.tolist()


def test_lengths_must_agree() -> None:
    """Titles and tasks of different number are a programming error."""
    with pytest.raises(ValueError, match="2 titles came with 1 tasks"):
        pack(["a", "b"], [""])
