"""The doctor on what batches stand on."""

from pathlib import Path

import pytest
from batch_place import batch_place

from occoder.batch.operation import Store
from occoder.batch.vault.storage_keys import key_file
from occoder.service.checks.doctor_batches import batches
from occoder.settings.settings import Settings


def found(settings: Settings) -> dict[str, tuple[bool, str]]:
    """Return what is found, by what was looked at."""
    return {check.name: (check.is_ok, check.finding) for check in batches(settings)}


def test_an_empty_folder_is_fine(tmp_path: Path) -> None:
    """The first start makes all of it, and the doctor makes nothing."""
    settings = Settings(home=tmp_path / "home")
    checks = found(settings)
    assert set(checks) == {"storage keys", "object stores"}
    assert all(is_ok for is_ok, _ in checks.values())
    assert list(tmp_path.iterdir()) == []


def test_keys_and_objects_are_counted(tmp_path: Path) -> None:
    """Generations of each key, and objects in all stores."""
    with batch_place(tmp_path) as place:
        place.upload(b"{}")
        checks = found(place.settings)
    assert checks["storage keys"][1].endswith("ingress 1, validated 1, egress 1")
    assert checks["object stores"][1].endswith("objects: 1")


def test_keys_that_others_can_read_are_a_fault(tmp_path: Path) -> None:
    """So are keys within the data folder: a copy of it would open itself."""
    with batch_place(tmp_path) as place:
        key_file(place.settings.keys_that_seal, Store.EGRESS).chmod(0o644)
        assert not found(place.settings)["storage keys"][0]
    within = Settings(home=tmp_path, storage_keys_folder=str(tmp_path / "keys"))
    assert not found(within)["storage keys"][0]


@pytest.mark.parametrize(
    ("name", "setting", "value"),
    [
        ("malware scanner", "clamd", "no-socket"),
        ("cluster", "executor", "tcp://127.0.0.1:9"),
    ],
)
def test_what_does_not_answer_is_a_fault(
    tmp_path: Path, name: str, setting: str, value: str
) -> None:
    """A scanner or a cluster that the operator named has to be there."""
    settings = Settings(home=tmp_path, **{setting: value})
    assert not found(settings)[name][0]
