"""The doctor, on a whole data folder."""

from pathlib import Path

from toy_model import small_model

from occoder.catalogue import Catalogue
from occoder.errors import SettingsFaults
from occoder.service.checks.doctor import checks, faulty_settings
from occoder.service.startup import prepare
from occoder.settings.settings import SELF_SIGNED, Settings

NAMES = {
    *("settings", "data folder", "free disk", "open files", "clock", "database"),
    *("signing keys", "audit log", "certificate", "address", "metrics"),
    *("storage keys", "object stores", "model osca", "model anzsco"),
}


def files_in(folder: Path) -> dict[Path, bytes]:
    """Return all that lies in a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_empty_folder_is_well(tmp_path: Path) -> None:
    """Before the first start nothing is wrong, and nothing is made."""
    found = checks(
        Settings(home=tmp_path / "home", port=0, metrics_port=0, tls=SELF_SIGNED)
    )

    assert NAMES == {check.name for check in found}
    assert [] == [check for check in found if not check.is_ok]
    assert not list(tmp_path.iterdir())


def test_started_service_is_well(tmp_path: Path) -> None:
    """After a start nothing is wrong, and nothing is changed."""
    settings = Settings(home=tmp_path, port=0, metrics_port=0, tls=SELF_SIGNED)
    prepare(settings)
    Catalogue(tmp_path).add(small_model(), {})
    before = files_in(tmp_path)
    found = checks(settings)

    assert {*NAMES, "model toy"} == {check.name for check in found}
    assert [] == [check for check in found if not check.is_ok]
    assert before == files_in(tmp_path)


def test_every_fault_has_a_remedy(tmp_path: Path) -> None:
    """Where much is wrong, each fault is told with what to do."""
    (tmp_path / "service").write_text("no folder")
    settings = Settings(
        home=tmp_path,
        host="192.0.2.1",
        port=1,
        metrics_port=0,
        tls=str(tmp_path / "none"),
        database_url="postgresql://127.0.0.1:1/none",
        proxies=("everybody",),
    )
    faults = [check for check in checks(settings) if not check.is_ok]

    assert {
        *("settings", "data folder", "audit log", "signing keys", "database"),
        *("certificate", "address"),
    } == {check.name for check in faults}
    assert all(check.remedy for check in faults)


def test_changed_settings_are_named(tmp_path: Path) -> None:
    """Settings that differ from their defaults are named, without their values."""
    secret = "postgresql://someone:pa55word@127.0.0.1:1/none"
    found = checks(Settings(home=tmp_path, port=0, database_url=secret))

    assert "changed: port, database_url" == found[0].finding
    assert "pa55word" not in repr(found)


def test_faulty_settings_are_all_told() -> None:
    """Where the settings can't be read, all their faults are told."""
    check = faulty_settings(SettingsFaults(faults=["A: wrong", "B: wrong"]))

    assert ("settings", False, "A: wrong; B: wrong") == (
        check.name,
        check.is_ok,
        check.finding,
    )
