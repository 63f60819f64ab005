"""Parquet, in and out."""

from pathlib import Path

import polars as pl
import pytest

from occoder.errors import UnreadableFile
from occoder.files.columns import TextColumns
from occoder.files.parquet import ROW_GROUP_ROWS, ParquetWriter, read_parquet

TEXTS = TextColumns("job", None)


def frame_of(n: int) -> pl.DataFrame:
    """Return a frame of n rows, each different."""
    numbers = pl.int_range(n, eager=True)
    return pl.DataFrame({"n": numbers, "job": "job " + numbers.cast(pl.String)})


@pytest.mark.parametrize("n", [0, 1, 30_000])
def test_table_is_the_file(tmp_path: Path, n: int) -> None:
    """All rows come in order with their types, in one batch at least."""
    frame_of(n).write_parquet(tmp_path / "a.parquet", row_group_size=7000)
    table = read_parquet(tmp_path / "a.parquet")
    frames = [batch.frame for batch in table.batches(TEXTS)]

    assert frame_of(n).equals(pl.concat(frames))
    assert (frame_of(n).schema, n, n) == (table.schema, table.size, table.position())


def test_names_are_no_patterns(tmp_path: Path) -> None:
    """Brackets and stars in a name are just letters."""
    frame_of(3).write_parquet(tmp_path / "a[1]*.parquet")

    assert 3 == read_parquet(tmp_path / "a[1]*.parquet").size


@pytest.mark.parametrize("kept", [0, 3, 0.5, 0.999])
def test_damaged_file_is_refused(tmp_path: Path, kept: float) -> None:
    """A file cut short is refused before anything is coded."""
    path = tmp_path / "a.parquet"
    frame_of(50_000).write_parquet(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept) if kept < 1 else int(kept)])

    with pytest.raises(UnreadableFile, match="damaged"):
        read_parquet(path)


def test_damaged_pages_are_refused(tmp_path: Path) -> None:
    """A file with damage inside is refused when that is read."""
    path = tmp_path / "a.parquet"
    frame_of(50_000).write_parquet(path)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2000] = bytes(2000)
    path.write_bytes(content)

    with pytest.raises(UnreadableFile, match="damaged"):
        list(read_parquet(path).batches(TEXTS))


def test_frames_are_written_in_order(tmp_path: Path) -> None:
    """Many frames make one file in their order, with few row groups."""
    whole = frame_of(300_000)
    with ParquetWriter(tmp_path / "a.parquet") as writer:
        for start in range(0, whole.height, 10_000):
            writer.write(whole.slice(start, 10_000))

    assert whole.equals(pl.read_parquet(tmp_path / "a.parquet"))
    assert ROW_GROUP_ROWS < whole.height


def test_no_rows_make_a_file(tmp_path: Path) -> None:
    """A frame without rows gives a file with its columns."""
    with ParquetWriter(tmp_path / "a.parquet") as writer:
        writer.write(frame_of(0))

    assert frame_of(0).equals(pl.read_parquet(tmp_path / "a.parquet"))


def test_abandoned_writing_ends(tmp_path: Path) -> None:
    """An exception passes through and ends the writing thread."""
    with pytest.raises(KeyboardInterrupt), ParquetWriter(tmp_path / "a.parquet") as writer:
        writer.write(frame_of(10))
        raise KeyboardInterrupt


def test_failed_writing_is_told(tmp_path: Path) -> None:
    """What the system says against writing comes out as an OSError."""
    with pytest.raises(OSError), ParquetWriter(tmp_path / "none" / "a.parquet") as writer:
        for _ in range(100):
            writer.write(frame_of(10))
