"""Real databases for the tests of the service, each test with one of its own."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from occoder.database import connect

POSTGRES_VARIABLE = "TEST_POSTGRES_URL"
_LOCAL = "postgresql://root@127.0.0.1:5432/test"

KINDS = ["sqlite", "postgresql"]


@contextmanager
def database_url(kind: str) -> Iterator[str]:
    """Yield the URL of a database without tables, which is dropped afterwards.

    That of "sqlite" is "", for a file in the data folder.
    """
    if kind == "sqlite":
        yield ""
        return
    server = os.environ.get(POSTGRES_VARIABLE, _LOCAL)
    try:
        connection = psycopg.connect(server, connect_timeout=5, autocommit=True)
    except psycopg.OperationalError:
        pytest.skip(f"no PostgreSQL answers; {POSTGRES_VARIABLE} names one as a URL")
    schema = f"occoder_{uuid.uuid4().hex}"
    with connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        try:
            mark = "&" if "?" in server else "?"
            yield f"{server}{mark}options=-csearch_path%3D{schema}"
        finally:
            connection.execute(f"DROP SCHEMA {schema} CASCADE")


@contextmanager
def opened(url: str, folder: Path) -> Iterator[sa.Engine]:
    """Yield a database with its tables, opened once more at each call."""
    engine = connect(url, folder / "service.sqlite")
    try:
        yield engine
    finally:
        engine.dispose()
