"""Outputs."""

import gzip
import io
import sys
from pathlib import Path

import polars as pl
import pytest

from occoder.files.format import place_of
from occoder.files.sink import line_sink, table_sink

FRAME = pl.DataFrame({"job": ["=1", "nurse"], "n": [1, 2]})


def written(path: Path, *, delimiter: str | None = None, has_mark: bool = False) -> Path:
    """Write the frame to a path and return it."""
    place = place_of(str(path))
    with table_sink(
        place, delimiter=delimiter, has_mark=has_mark, keep_formulas=False
    ) as writer:
        writer.write(FRAME)
    return path


@pytest.mark.parametrize(
    ("name", "delimiter", "expected"),
    [
        ("a.csv", None, "job,n\n'=1,1\nnurse,2\n"),
        ("a.csv", ";", "job;n\n'=1;1\nnurse;2\n"),
        ("a.csv", "\t", "job,n\n'=1,1\nnurse,2\n"),
        ("a.tsv", ";", "job\tn\n'=1\t1\nnurse\t2\n"),
        ("a.jsonl", None, '{"job":"=1","n":1}\n{"job":"nurse","n":2}\n'),
    ],
)
def test_name_tells_format(
    tmp_path: Path, name: str, delimiter: str | None, expected: str
) -> None:
    """The output is in the format of its name; CSV keeps a semicolon."""
    assert expected == written(tmp_path / name, delimiter=delimiter).read_text()


def test_mark_is_written_on_request(tmp_path: Path) -> None:
    """A byte order mark is kept."""
    assert (
        written(tmp_path / "a.csv", has_mark=True)
        .read_bytes()
        .startswith(b"\xef\xbb\xbfjob")
    )


def test_binary_formats_are_written(tmp_path: Path) -> None:
    """Parquet and XLSX hold the same rows."""
    assert FRAME.equals(pl.read_parquet(written(tmp_path / "a.parquet")))
    assert FRAME.equals(pl.read_excel(written(tmp_path / "a.xlsx")))


def test_gzip_is_the_same_every_time(tmp_path: Path) -> None:
    """Compressed output holds no time and no name."""
    first, second = written(tmp_path / "a.csv.gz"), written(tmp_path / "b.csv.gz")

    assert b"job,n\n'=1,1\nnurse,2\n" == gzip.decompress(first.read_bytes())
    assert first.read_bytes() == second.read_bytes()


def test_pipe_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe gets the bytes."""
    pipe = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(pipe))
    with line_sink(place_of("-")) as writer:
        writer.write(b"{}\n")

    assert b"{}\n" == pipe.getvalue()


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.jsonl", "a.parquet", "a.xlsx"])
def test_failure_leaves_nothing(tmp_path: Path, name: str) -> None:
    """An exception while writing leaves no file, temporary or not."""
    with (
        pytest.raises(KeyboardInterrupt),
        table_sink(
            place_of(str(tmp_path / name)),
            delimiter=None,
            has_mark=False,
            keep_formulas=False,
        ) as writer,
    ):
        writer.write(FRAME)
        raise KeyboardInterrupt
    assert [] == list(tmp_path.iterdir())
