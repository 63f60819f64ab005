"""The database of the service: its tables, and how it is opened.

SQLite in one file by default, PostgreSQL in production; every statement runs on both.
"""

from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from occoder.errors import DatabaseOfOtherVersion, DatabaseUnreachable
from occoder.settings.settings import Settings

# Raised by one when a table changes; then `connect` has to carry the older ones over.
FORMAT: Final = 1

SQLITE_FILE: Final = "service.sqlite"
_LOCK: Final = 0x6F63636F  # any number, as long as it is always the same
METADATA: Final = sa.MetaData()

FORMATS: Final = sa.Table(
    "occoder_format", METADATA, sa.Column("number", sa.Integer, primary_key=True)
)

# Times are seconds since 1970 in UTC; a text that is not known is "".
CLIENTS: Final = sa.Table(
    "occoder_clients",
    METADATA,
    sa.Column("client_id", sa.Text, primary_key=True),
    sa.Column("secret_hash", sa.Text, nullable=False),
    sa.Column("organisation", sa.Text, nullable=False),
    sa.Column("contact", sa.Text, nullable=False),
    sa.Column("tier", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("terms_version", sa.Text, nullable=False),
    sa.Column("terms_accepted_by", sa.Text, nullable=False),
    sa.Column("terms_accepted_at", sa.Double, nullable=False),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("last_used_at", sa.Double),
    sa.Column("tokens_from", sa.Double, nullable=False),
    sa.Column("per_second", sa.Double),
    sa.Column("per_hour", sa.Integer),
    sa.Column("per_day", sa.Integer),
)

USAGE: Final = sa.Table(
    "occoder_usage",
    METADATA,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("next_at", sa.Double, nullable=False),
    sa.Column("calls", sa.LargeBinary, nullable=False),
)

OPERATIONS: Final = sa.Table(
    "occoder_operations",
    METADATA,
    sa.Column("operation_id", sa.Text, primary_key=True),
    sa.Column("client_id", sa.Text, nullable=False, index=True),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("model_id", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False, index=True),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("upload_until", sa.Double, nullable=False),
    sa.Column("uploading_until", sa.Double, nullable=False),
    sa.Column("uploaded_at", sa.Double, nullable=False),
    sa.Column("started_at", sa.Double, nullable=False),
    sa.Column("finished_at", sa.Double, nullable=False),
    sa.Column("expires_at", sa.Double, nullable=False),
    sa.Column("n_input_bytes", sa.BigInteger, nullable=False),
    sa.Column("n_output_bytes", sa.BigInteger, nullable=False),
    sa.Column("n_records", sa.BigInteger, nullable=False),
    sa.Column("n_coded", sa.BigInteger, nullable=False),
    sa.Column("n_chunks", sa.Integer, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("lease_owner", sa.Text, nullable=False),
    sa.Column("lease_until", sa.Double, nullable=False),
    sa.Column("not_before", sa.Double, nullable=False),
    sa.Column("n_attempts", sa.Integer, nullable=False),
    sa.Column("ingress_key", sa.LargeBinary, nullable=False),
    sa.Column("validated_key", sa.LargeBinary, nullable=False),
    sa.Column("egress_key", sa.LargeBinary, nullable=False),
    sa.Column("upload_id", sa.Text, nullable=False),
)

CHUNKS: Final = sa.Table(
    "occoder_chunks",
    METADATA,
    sa.Column("operation_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("n_records", sa.Integer, nullable=False),
    sa.Column("n_bytes", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("tag", sa.Text, nullable=False),
    sa.Column("by_level", sa.Text, nullable=False),
    sa.Column("n_unsuccessful", sa.Integer, nullable=False),
    sa.Column("n_errors", sa.Integer, nullable=False),
)

# What an operator switches for all dispatchers.
SWITCHES: Final = sa.Table(
    "occoder_switches", METADATA, sa.Column("name", sa.Text, primary_key=True)
)

# A client's key of each store, wrapped by the master key of that store.
CLIENT_KEYS: Final = sa.Table(
    "occoder_client_keys",
    METADATA,
    sa.Column("client_id", sa.Text, primary_key=True),
    sa.Column("store", sa.Text, primary_key=True),
    sa.Column("key_id", sa.Text, nullable=False),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    sa.Column("master_id", sa.Text, nullable=False),
)


def sqlite_file(settings: Settings) -> Path:
    """Return the file of the database, where no other is named."""
    return settings.folder / SQLITE_FILE


def open_database(settings: Settings) -> sa.Engine:
    """Open the database that the settings name, as `connect` does."""
    return connect(settings.database_url, sqlite_file(settings))


def connect(url: str, default: Path) -> sa.Engine:
    """Open the database and make its tables where there are none.

    Parameters
    ----------
    url : str
        "postgresql://user@host/name", or "" for SQLite.
    default : Path
        File of the SQLite database.

    Raises
    ------
    DatabaseUnreachable
        If it can't be opened or written.
    DatabaseOfOtherVersion
        If its tables have another format.
    """
    engine = _engine(url, default)
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":  # two servers may start at once
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            METADATA.create_all(connection)
            found = connection.execute(sa.select(FORMATS.c.number)).scalar()
            if found is None:
                connection.execute(sa.insert(FORMATS).values(number=FORMAT))
    except SQLAlchemyError as error:
        raise DatabaseUnreachable(database=name(engine), problem=problem(error)) from error
    if found not in {None, FORMAT}:
        raise DatabaseOfOtherVersion(database=name(engine), found=found, known=FORMAT)
    return engine


def name(engine: sa.Engine) -> str:
    """Return the address of a database, without a password."""
    return engine.url.render_as_string(hide_password=True)


def problem(error: SQLAlchemyError) -> str:
    """Return the first line of what the database says, without any parameters."""
    cause = getattr(error, "orig", None) or error
    return str(cause).partition("\n")[0]


def _engine(url: str, default: Path) -> sa.Engine:
    if url:
        scheme, _, rest = url.partition("://")
        driver = "postgresql+psycopg" if scheme in {"postgres", "postgresql"} else scheme
        try:
            return sa.create_engine(
                f"{driver}://{rest}", pool_pre_ping=True, hide_parameters=True
            )
        except (SQLAlchemyError, ImportError) as error:
            raise DatabaseUnreachable(
                database=scheme, problem=type(error).__name__
            ) from error
    default.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    default.touch(mode=0o600)
    engine = sa.create_engine(
        f"sqlite:///{default}", connect_args={"timeout": 10}, hide_parameters=True
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Let readers go on while one writes, and leave transactions to SQLAlchemy."""
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten


def _begin_sqlite(connection: sa.Connection) -> None:
    # Takes the write lock at once: two that read first and then write would both fail.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
