"""The coded chunks of operations in the database."""

import dataclasses
import json
from typing import Final

import sqlalchemy as sa

from occoder.batch.operation import ChunkDone
from occoder.database import CHUNKS

_FIELDS: Final = tuple(one.name for one in dataclasses.fields(ChunkDone))


def chunks_of(connection: sa.Connection, operation_id: str) -> list[ChunkDone]:
    """Return the coded chunks of an operation, in the order of the input."""
    query = sa.select(CHUNKS).where(CHUNKS.c.operation_id == operation_id)
    rows = connection.execute(query.order_by(CHUNKS.c.number)).mappings()
    return [_from_row(row) for row in rows]


def numbers_of(connection: sa.Connection, operation_id: str) -> set[int]:
    """Return which chunks of an operation are coded."""
    query = sa.select(CHUNKS.c.number).where(CHUNKS.c.operation_id == operation_id)
    return set(connection.execute(query).scalars())


def add_chunk(connection: sa.Connection, operation_id: str, done: ChunkDone) -> None:
    """Keep a coded chunk."""
    row = {name: getattr(done, name) for name in _FIELDS}
    row |= {"operation_id": operation_id, "by_level": json.dumps(done.by_level)}
    connection.execute(sa.insert(CHUNKS).values(row))


def _from_row(row: sa.RowMapping) -> ChunkDone:
    values = {name: row[name] for name in _FIELDS}
    values["by_level"] = tuple(json.loads(values["by_level"]))
    return ChunkDone(**values)
