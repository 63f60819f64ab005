"""Parquet, in and out, a row group at a time."""

import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl
from polars.io.plugins import register_io_source

from occoder.errors import UnreadableFile
from occoder.files.columns import TextColumns
from occoder.files.table import BATCH_ROWS, Batch, Table, Writer

ROW_GROUP_ROWS: Final = 131_072


def read_parquet(path: Path) -> Table:
    """Open a Parquet file as a table; columns keep their types.

    Raises
    ------
    UnreadableFile
        If it is not Parquet, or damaged.
    """
    lazy = pl.scan_parquet(path, glob=False, hive_partitioning=False, low_memory=True)
    try:
        schema = lazy.collect_schema()
        size = lazy.select(pl.len()).collect().item()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _damaged(path) from error
    n_read = 0

    def batches(_texts: TextColumns) -> Iterator[Batch]:
        nonlocal n_read
        if size == 0:
            yield Batch(schema.to_frame())
        for frame in _frames(lazy, path):
            n_read += frame.height
            yield Batch(frame)

    return Table(schema, batches, position=lambda: n_read, size=size)


class ParquetWriter(Writer[pl.DataFrame]):
    """Writes frames as one Parquet file, holding one row group at most.

    Polars can only pull the frames that it writes, so it does that in a thread of its
    own, and a queue of one frame stands between.

    Parameters
    ----------
    path : Path
        The file to write; there is none before the first frame.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._frames: queue.Queue[pl.DataFrame | None] = queue.Queue(maxsize=1)
        self._thread: threading.Thread | None = None
        self._failure: BaseException | None = None
        self._is_abandoned = False

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Finish the file, or let it go.

        Raises
        ------
        OSError
            If something could not be written.
        """
        if self._thread is not None:
            self._is_abandoned = kind is not None
            self._put(None)
            self._thread.join()
        if kind is None:
            self._raise_failure()

    def write(self, frame: pl.DataFrame, /) -> None:
        """Hand over some rows.

        Raises
        ------
        OSError
            If an earlier frame could not be written.
        """
        self._raise_failure()
        if self._thread is None:
            self._thread = threading.Thread(target=self._sink, args=(frame.schema,))
            self._thread.start()
        self._put(frame)

    def _put(self, frame: pl.DataFrame | None) -> None:
        while self._failure is None:
            try:
                return self._frames.put(frame, timeout=0.1)
            except queue.Full:
                continue

    def _raise_failure(self) -> None:
        if isinstance(self._failure, pl.exceptions.PolarsError):
            raise OSError(str(self._failure)) from self._failure
        if self._failure is not None:
            raise self._failure

    def _pulled(self, *_asked_for: object) -> Iterator[pl.DataFrame]:
        while (frame := self._frames.get()) is not None:
            yield frame
        if self._is_abandoned:
            raise InterruptedError

    def _sink(self, schema: pl.Schema) -> None:
        try:
            source = register_io_source(self._pulled, schema=schema)
            source.sink_parquet(self._path, row_group_size=ROW_GROUP_ROWS)
        except BaseException as failure:
            self._failure = failure


def _frames(lazy: pl.LazyFrame, path: Path) -> Iterator[pl.DataFrame]:
    try:
        yield from lazy.collect_batches(
            chunk_size=BATCH_ROWS, maintain_order=True, lazy=True
        )
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> UnreadableFile:
    return UnreadableFile(source=str(path), problem="it is damaged or not a Parquet file")
