"""What the doctor finds in database, signing keys and clock."""

import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from service_database import KINDS, database_url, opened

from occoder.database import FORMATS, SQLITE_FILE, USAGE
from occoder.service.checks.doctor_state import clocks, database, signing_keys
from occoder.service.startup import prepare
from occoder.settings.settings import Settings

YEAR_S = 365 * 86_400


@pytest.mark.parametrize("kind", KINDS)
def test_good_database_is_well(tmp_path: Path, kind: str) -> None:
    """A database that answers and can be written is well, and holds nothing more then."""
    with database_url(kind) as url:
        settings = Settings(home=tmp_path, database_url=url)
        prepare(settings)
        check = database(settings)
        with opened(url, settings.folder) as engine, engine.connect() as connection:
            n_rows = connection.execute(
                sa.select(sa.func.count()).select_from(USAGE)
            ).scalar()

    assert check.is_ok
    assert check.finding.endswith("format 1, clients: 0")
    assert 0 == n_rows


def test_missing_file_is_well(tmp_path: Path) -> None:
    """Before the first start there is no file, and the doctor makes none."""
    assert database(Settings(home=tmp_path)).is_ok
    assert not list(tmp_path.iterdir())


def test_silent_database_is_found(tmp_path: Path) -> None:
    """A database that does not answer is found, without its password."""
    url = "postgresql://someone:pa55word@127.0.0.1:1/none"
    check = database(Settings(home=tmp_path, database_url=url))

    assert not check.is_ok
    assert "pa55word" not in repr(check)


def test_damaged_database_is_found(tmp_path: Path) -> None:
    """A file that is no database is found."""
    settings = Settings(home=tmp_path)
    settings.folder.mkdir()
    (settings.folder / SQLITE_FILE).write_bytes(b"no database" * 1000)

    assert "file is not a database" in database(settings).remedy


def test_other_format_is_found(tmp_path: Path) -> None:
    """A database of another version is found."""
    settings = Settings(home=tmp_path)
    prepare(settings)
    with opened("", settings.folder) as engine, engine.begin() as connection:
        connection.execute(sa.update(FORMATS).values(number=99))

    assert "tables of format 99" in database(settings).remedy


def test_database_without_rights_is_found(tmp_path: Path) -> None:
    """A database whose tables can't be written is found."""
    with database_url("postgresql") as url:
        settings = Settings(home=tmp_path, database_url=url)
        prepare(settings)
        with opened(url, settings.folder) as engine, engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE occoder_usage ADD CHECK (next_at > 9)"))
        check = database(settings)

    assert not check.is_ok
    assert check.finding.startswith("it can't be written: ")


def test_keys_are_told(tmp_path: Path) -> None:
    """Before the first start there are no keys; then it is told which one signs."""
    settings = Settings(home=tmp_path)
    before = signing_keys(settings, time.time)
    prepare(settings)
    after = signing_keys(settings, time.time)

    assert (True, True) == (before.is_ok, after.is_ok)
    assert before.finding.endswith("not there yet: the first start makes it")
    assert after.finding.startswith(f"1 in {settings.folder / 'keys'}, ")


def test_unusable_keys_are_found(tmp_path: Path) -> None:
    """A key that others can read is found."""
    settings = Settings(home=tmp_path)
    prepare(settings)
    for file in (settings.folder / "keys").glob("*.pem"):
        file.chmod(0o644)

    assert not signing_keys(settings, time.time).is_ok


@pytest.mark.parametrize("kind", KINDS)
def test_right_clock_is_well(tmp_path: Path, kind: str) -> None:
    """A clock that goes with that of disk and database is well."""
    with database_url(kind) as url:
        settings = Settings(home=tmp_path, database_url=url)
        prepare(settings)

        assert clocks(settings, time.time).is_ok


def test_wrong_year_is_found(tmp_path: Path) -> None:
    """A year in which there was no such software is found."""
    check = clocks(Settings(home=tmp_path), lambda: 10.0 * YEAR_S)

    assert not check.is_ok
    assert check.finding.startswith("1979-")


def test_disk_apart_is_found(tmp_path: Path) -> None:
    """A clock that differs from that of the disk is found, and by how much."""
    settings = Settings(home=tmp_path)
    settings.folder.mkdir()
    check = clocks(settings, lambda: time.time() - 3600)

    assert not check.is_ok
    assert check.finding.endswith(" +3600 s on the disk")


def test_database_apart_is_found(tmp_path: Path) -> None:
    """A clock that differs from that of the database is found."""
    with database_url("postgresql") as url:
        settings = Settings(home=tmp_path / "none", database_url=url)
        check = clocks(settings, lambda: time.time() + 3600)

    assert not check.is_ok
    assert check.finding.endswith(" -3600 s in the database")


def test_silent_database_has_no_clock(tmp_path: Path) -> None:
    """That the database does not answer is no fault of the clock."""
    url = "postgresql://127.0.0.1:1/none"

    assert clocks(Settings(home=tmp_path, database_url=url), time.time).is_ok


def test_doctor_leaves_no_file(tmp_path: Path) -> None:
    """The file that shows the clock of the disk is gone afterwards."""
    settings = Settings(home=tmp_path)
    settings.folder.mkdir()
    clocks(settings, time.time)

    assert [] == list(settings.folder.iterdir())
