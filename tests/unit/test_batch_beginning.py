"""What the first lines of a file tell of it."""

import bz2
import gzip
import io
import lzma
import zipfile

import pytest

from occoder.batch.scan.beginning import MAX_LINES_BEFORE_RECORD, with_checked_beginning
from occoder.batch.scan.input_refused import InputRefused

FIELDS = ("recordId", "occp_text", "tasks_text")
RECORD = b'{"occp_text": "baker"}'


def zipped(content: bytes) -> bytes:
    """Return a zip file with a file of some content."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.jsonl", content)
    return file.getvalue()


def passed(*line_lists: list[bytes]) -> list[list[bytes]]:
    """Return what is passed on of lines."""
    return list(with_checked_beginning(line_lists, FIELDS))


def refusal(*lines: bytes) -> str:
    """Return why lines are refused."""
    with pytest.raises(InputRefused) as refused:
        passed(list(lines))
    return refused.value.message


@pytest.mark.parametrize("first", [b"[", b'[{"occp_text": "baker"}]', b" \t[{"])
def test_array_is_refused(first: bytes) -> None:
    """A file whose first line begins an array is refused."""
    assert refusal(first).startswith("Input file is not JSON Lines: it begins with [")
    assert refusal(b"", b" ", first) == refusal(first)


@pytest.mark.parametrize("first", [b"{", b" { \r"])
def test_pretty_printed_object_is_refused(first: bytes) -> None:
    """A file whose first line is an opening brace alone is refused."""
    assert refusal(first).startswith("Input file is not JSON Lines: its first line is just")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (gzip.compress(b"{}"), "gzip"),
        (zipped(b"{}"), "zip"),
        (bz2.compress(b"{}"), "bzip2"),
        (lzma.compress(b"{}"), "xz"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_compressed_is_refused(content: bytes, name: str) -> None:
    """A compressed file is refused with the name of what it is."""
    assert refusal(*content.split(b"\n")).startswith(
        f"Input file is not JSON Lines: it is compressed ({name}"
    )


@pytest.mark.parametrize(
    "content",
    ["{}".encode("utf-16-le"), "{}".encode("utf-32"), b"\x00"],
    ids=["utf-16 without a mark", "utf-32", "nul"],
)
def test_nul_bytes_are_refused(content: bytes) -> None:
    """A file with NUL bytes in its first line is no text, so it is refused."""
    assert refusal(*content.split(b"\n")).startswith(
        "Input file is not JSON Lines: it has NUL bytes"
    )


@pytest.mark.parametrize("later", [b"[1]", b"{", b'{"id": 1}', b"\x00", b"BZh"])
def test_later_lines_refuse_nothing(later: bytes) -> None:
    """What comes after the first record spoils no file."""
    lines = [[b"?", RECORD, later], [later]]

    assert lines == passed(*lines)


def test_first_record_may_come_late() -> None:
    """Lines that are no objects may come before the first record, which counts."""
    lines = [[b"?", b"7"], [b"", b"nul"], [RECORD]]

    assert lines == passed(*lines)
    assert "not accepted by the model: id;" in refusal(b"?", b'{"id": "7"}')


def test_unknown_fields_are_named() -> None:
    """The fields that are not accepted are named, with those that are."""
    record = b'{"recordId": 1, "id": "7", "occp_text": "baker", "age": 40}'

    assert (
        "Input file contains fields not accepted by the model: "
        "id, age; it accepts recordId, occp_text, tasks_text" == refusal(record)
    )


def test_names_of_fields_are_cut() -> None:
    """At most five names are given, each of 40 characters in printable ASCII."""
    names = ["é\\n\\ud800" + "x" * 90, *"abcdef"]
    record = "{" + ",".join(f'"{name}": 1' for name in names) + "}"
    shown = refusal(record.encode()).removeprefix(
        "Input file contains fields not accepted by the model: "
    )

    assert "???" + "x" * 37 + ", a, b, c, d, ...; it accepts" == shown.partition(" rec")[0]


def test_not_an_object_in_many_lines() -> None:
    """A file that is no JSON Lines is told by its first thousand lines, not by fewer."""
    few = [b"baker,bakes bread"] * (MAX_LINES_BEFORE_RECORD - 1)

    assert [few] == passed(few)
    assert [[*few, RECORD]] == passed([*few, RECORD])
    assert (
        "Input file is not JSON Lines: none of its first 1,000 lines is an object"
        == refusal(*few, b"7", RECORD)
    )
