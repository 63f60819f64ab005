"""What the doctor finds in the data folder, and what the system allows."""

from pathlib import Path

from occoder.service.checks.doctor_files import (
    audit_log,
    data_folder,
    free_disk,
    open_files,
)
from occoder.service.transport.open_files import n_allowed
from occoder.settings.settings import Settings


def test_folder_of_the_owner_is_well(tmp_path: Path) -> None:
    """A folder for its owner only is well, and so is one that can be made."""
    settings = Settings(home=tmp_path / "deep" / "home")
    before = data_folder(settings)
    settings.folder.mkdir(parents=True, mode=0o700)

    assert before.is_ok
    assert before.finding.endswith("not there yet: the first start makes it")
    assert data_folder(settings).is_ok


def test_open_folder_is_found(tmp_path: Path) -> None:
    """A folder that others can read is found, with the command that mends it."""
    settings = Settings(home=tmp_path)
    settings.folder.mkdir()
    settings.folder.chmod(0o750)

    assert f"chmod 700 {settings.folder}" == data_folder(settings).remedy


def test_file_in_place_of_the_folder_is_found(tmp_path: Path) -> None:
    """A folder that can't be made, or is none, is found."""
    for home in (tmp_path, tmp_path / "file" / "home"):
        (tmp_path / "service").write_text("no folder")
        (tmp_path / "file").write_text("no folder")

        assert not data_folder(Settings(home=home)).is_ok


def test_free_disk_is_told(tmp_path: Path) -> None:
    """How much is free is told, also where the folder is not there yet."""
    check = free_disk(Settings(home=tmp_path / "none"))

    assert check.finding.endswith(" GiB free")


def test_audit_log_for_its_owner_is_well(tmp_path: Path) -> None:
    """An audit log for its owner only is well, and so is one that can be made."""
    file = tmp_path / "audit.jsonl"
    settings = Settings(home=tmp_path, audit_file=str(file))
    before = audit_log(settings)
    file.touch(mode=0o600)

    assert before.is_ok
    assert f"{file}: not there yet: the first start makes it" == before.finding
    assert audit_log(settings).is_ok


def test_open_audit_log_is_found(tmp_path: Path) -> None:
    """An audit log that others can read, or that is no file, is found."""
    file = tmp_path / "audit.jsonl"
    file.touch()
    file.chmod(0o644)

    assert f"chmod 600 {file}" == audit_log(settings_with(file)).remedy
    assert not audit_log(settings_with(tmp_path)).is_ok


def settings_with(file: Path) -> Settings:
    """Return settings that name an audit log."""
    return Settings(home=file.parent, audit_file=str(file))


def test_too_few_files_are_found(tmp_path: Path) -> None:
    """More connections than the system allows files are found."""
    few = Settings(home=tmp_path, max_connections=1)
    many = Settings(home=tmp_path, max_connections=n_allowed())

    assert open_files(few).is_ok
    assert not open_files(many).is_ok
