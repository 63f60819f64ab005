"""What the doctor finds of the models."""

from pathlib import Path

from toy_model import small_model

from occoder.catalogue import Catalogue
from occoder.service.checks.check import Check
from occoder.service.checks.doctor_models import models
from occoder.settings.settings import Settings


def found(home: Path) -> dict[str, Check]:
    """Return what the doctor finds, by what it looked at."""
    return {check.name: check for check in models(Settings(home=home))}


def test_bundled_topics_need_no_model_yet(tmp_path: Path) -> None:
    """Before the first start the bundled topics are well without a model."""
    expected = "not there yet: the first start trains it"

    assert {"model osca": expected, "model anzsco": expected} == {
        name: check.finding for name, check in found(tmp_path).items() if check.is_ok
    }


def test_model_in_use_is_told(tmp_path: Path) -> None:
    """Of a topic the version and the id in use are told."""
    entry = Catalogue(tmp_path).add(small_model(), {})

    assert f"version 1, {entry.manifest.model_id}" == found(tmp_path)["model toy"].finding


def test_changed_model_is_found(tmp_path: Path) -> None:
    """A model of which a file or a threshold was changed is found."""
    entry = Catalogue(tmp_path).add(small_model(), {})
    for name, old, new in (
        ("manifest.json", b"0.625", b"0.125"),
        ("weights.npz", b"PK", b"KP"),
    ):
        file = entry.folder / name
        whole = file.read_bytes()
        file.write_bytes(whole.replace(old, new))
        check = found(tmp_path)["model toy"]
        file.write_bytes(whole)

        assert not check.is_ok
        assert check.remedy
    assert found(tmp_path)["model toy"].is_ok


def test_retired_topic_is_well(tmp_path: Path) -> None:
    """A topic whose models are all retired is not served, and that is told."""
    entry = Catalogue(tmp_path).add(small_model(), {})
    Catalogue(tmp_path).retire("toy", entry.manifest.model_id)

    assert "model toy" in found(tmp_path)
    assert found(tmp_path)["model toy"].is_ok
    assert "retired" in found(tmp_path)["model toy"].finding
