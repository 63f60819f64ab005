"""Opening inputs as UTF-8 bytes."""

import codecs
import gzip
import io
import sys
from pathlib import Path

import pytest

from occoder.errors import NoSuchFile, UnreadableFile
from occoder.files.format import place_of
from occoder.files.source import (
    CHUNK_BYTES,
    MAX_LINE_BYTES,
    blocks_of,
    decoded,
    open_source,
)

TEXT = "job\ncafé owner\n" * 200_000


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        pytest.param(TEXT.encode(), "utf-8", id="plain"),
        pytest.param(TEXT.encode("utf-8-sig"), "utf-8-sig", id="mark"),
        pytest.param(
            codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16-le", id="little"
        ),
        pytest.param(codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16-be", id="big"),
    ],
)
def test_marks_are_understood(tmp_path: Path, content: bytes, encoding: str) -> None:
    """Whatever the byte order mark says, the stream is UTF-8 without one."""
    (tmp_path / "a.csv").write_bytes(content)
    source = open_source(place_of(str(tmp_path / "a.csv")))

    assert encoding == source.encoding
    assert TEXT.encode().startswith(source.head)
    assert TEXT.encode() == source.stream.read()
    assert len(content) == source.size == source.position()


def test_gzip_is_read(tmp_path: Path) -> None:
    """A compressed file gives its content, and its position in compressed bytes."""
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(TEXT.encode()))
    source = open_source(place_of(str(tmp_path / "a.csv.gz")))

    assert TEXT.encode() == source.stream.read()
    assert (tmp_path / "a.csv.gz").stat().st_size == source.size == source.position()


def test_pipe_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe has no size and no position."""
    pipe = io.TextIOWrapper(io.BytesIO(b"job\nnurse\n"))
    monkeypatch.setattr(sys, "stdin", pipe)
    source = open_source(place_of("-"))

    assert b"job\nnurse\n" == source.stream.read()
    assert (None, 0) == (source.size, source.position())


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"PK\x03\x04rest", "XLSX"),
        ("a.csv", b"PAR1rest", "Parquet"),
        ("a.csv", gzip.compress(b"job\n", mtime=0), "gzip"),
        ("a.csv", b"\xd0\xcf\x11\xe0rest", "Excel"),
        ("a.csv", bytes(range(256)), "binary"),
        ("a.csv.gz", b"job\nnurse\n", "damaged gzip"),
        ("a.csv.gz", gzip.compress(TEXT.encode(), mtime=0)[:200], "damaged gzip"),
    ],
)
def test_what_is_no_text_is_refused(
    tmp_path: Path, name: str, content: bytes, problem: str
) -> None:
    """A file that is not text is refused with what it seems to be."""
    (tmp_path / name).write_bytes(content)

    with pytest.raises(UnreadableFile, match=problem):
        open_source(place_of(str(tmp_path / name))).stream.read()


def test_missing_file_is_named(tmp_path: Path) -> None:
    """A missing file is named."""
    with pytest.raises(NoSuchFile) as caught:
        open_source(place_of(str(tmp_path / "a.csv")))

    assert str(tmp_path / "a.csv") == caught.value.source


def test_folder_is_refused(tmp_path: Path) -> None:
    """A folder is no input, even with the name of one."""
    (tmp_path / "a.csv").mkdir()

    with pytest.raises(UnreadableFile, match="folder"):
        open_source(place_of(str(tmp_path / "a.csv")))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"plain", ("plain", False)),
        ("é".encode(), ("é", False)),
        (b"caf\xe9 \x96 \x81", ("café – \ufffd", True)),  # noqa: RUF001
    ],
)
def test_other_bytes_are_windows_1252(line: bytes, expected: tuple[str, bool]) -> None:
    """A line that is not UTF-8 is read as Windows-1252, and told."""
    assert expected == decoded(line)


def test_endless_line_is_refused() -> None:
    """A line over the limit stops the file instead of filling the memory."""
    with pytest.raises(UnreadableFile, match="64 MiB"):
        list(blocks_of(io.BytesIO(b"x" * (MAX_LINE_BYTES + CHUNK_BYTES + 1)), name="x"))
