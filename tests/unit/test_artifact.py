"""The model folder: whole or absent, verified before anything is built."""

import io
import json
import pickle
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from toy_model import small_model

from occoder.coder.artifact import load, read_documents, read_manifest, save, verify
from occoder.coder.manifest import Manifest
from occoder.coder.storage import stored
from occoder.errors import DamagedModel, NotAModel, UnknownModelFormat

DOCUMENTS = {"report.json": "{}\n", "MODEL_CARD.md": "# Caf\u00e9\n"}
FILES = ["MODEL_CARD.md", "categories.csv", "report.json", "weights.npz"]


def save_small(folder: Path) -> Manifest:
    """Save the small model."""
    released = "2026-11-29T00:00:00+00:00"
    return save(
        small_model(), folder, model_version=3, released=released, documents=DOCUMENTS
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model folder."""
    save_small(tmp_path / "model")
    return tmp_path / "model"


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def reseal(folder: Path, **facts: Any) -> None:
    """Change facts of the manifest, and let it state the files as they are now."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_bytes())
    for name in manifest["files"]:
        found = (folder / name).read_bytes()
        manifest["files"][name] = {
            "n_bytes": len(found),
            "sha256": sha256(found).hexdigest(),
        }
    path.write_text(json.dumps({**manifest, **facts}), encoding="utf-8")


def damage(folder: Path) -> DamagedModel:
    """Return the error that loading a damaged model raises."""
    with pytest.raises(DamagedModel) as raised:
        load(folder)
    return raised.value


def test_folder_holds_what_is_stated(folder: Path) -> None:
    """A model folder holds the manifest and the files that it lists, and no others."""
    manifest = read_manifest(folder)

    assert sorted([*FILES, "manifest.json"]) == list(contents(folder))
    assert FILES == sorted(manifest.files)
    assert (1, "hsvm2", 3, "toy") == (
        manifest.format,
        manifest.kind,
        manifest.model_version,
        manifest.topic,
    )
    assert small_model().model_id == manifest.model_id


def test_saved_model_loads_as_it_was(folder: Path) -> None:
    """Loading gives back all that the model is."""
    model, manifest = load(folder), read_manifest(folder)

    assert small_model().model_id == model.model_id == manifest.model_id
    assert small_model().classification == model.classification
    assert small_model().training == model.training
    assert small_model().thresholds == model.thresholds


def test_second_save_is_identical(folder: Path) -> None:
    """A loaded model is saved again byte for byte."""
    model, manifest = load(folder), read_manifest(folder)
    again = folder.with_name("again")
    save(
        model,
        again,
        model_version=manifest.model_version,
        released=manifest.released,
        documents=read_documents(folder),
    )

    assert contents(folder) == contents(again)


def test_documents_are_read_back(folder: Path) -> None:
    """The texts for people come back as they were."""
    assert DOCUMENTS == read_documents(folder)


def test_existing_folder_stays(folder: Path) -> None:
    """A folder that is there is not touched, and nothing is left beside it."""
    before = contents(folder)
    with pytest.raises(FileExistsError):
        save_small(folder)

    assert before == contents(folder)
    assert [folder] == list(folder.parent.iterdir())


def test_failed_save_leaves_nothing(tmp_path: Path) -> None:
    """When a file can't be written nothing of the folder is left."""
    with pytest.raises(OSError, match="no-such-folder"):
        save(
            small_model(),
            tmp_path / "model",
            model_version=1,
            released="",
            documents={"no-such-folder/card.md": ""},
        )

    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("name", FILES)
def test_changed_byte_is_found(folder: Path, name: str) -> None:
    """One changed byte in any file, its length kept, stops the loading."""
    path = folder / name
    found = bytearray(path.read_bytes())
    found[len(found) // 2] ^= 1
    path.write_bytes(found)

    assert (name, "it was changed") == (damage(folder).file, damage(folder).problem)


@pytest.mark.parametrize("name", FILES)
def test_missing_file_is_found(folder: Path, name: str) -> None:
    """A file of the manifest that is not there stops the loading."""
    (folder / name).unlink()

    assert (name, "it is missing") == (damage(folder).file, damage(folder).problem)


@pytest.mark.parametrize(
    "name", ["../secret", "/etc/hostname", "..", ".", "", "a/../b", "x\0"]
)
def test_files_outside_are_refused(folder: Path, name: str) -> None:
    """A manifest that names anything but a file right in the folder is refused."""
    (folder.parent / "secret").write_bytes(b"")
    facts = {"n_bytes": 0, "sha256": sha256(b"").hexdigest()}
    manifest = json.loads((folder / "manifest.json").read_bytes())
    reseal(folder, files={**manifest["files"], name: facts})

    assert name == damage(folder).file


@pytest.mark.parametrize("name", ["weights.npz", "categories.csv"])
def test_needed_files_are_listed(folder: Path, name: str) -> None:
    """A manifest that does not vouch for a file that is built from is refused."""
    files = json.loads((folder / "manifest.json").read_bytes())["files"]
    del files[name]
    reseal(folder, files=files)

    assert (name, "the manifest lacks it") == (damage(folder).file, damage(folder).problem)


def test_folder_without_manifest_is_no_model(tmp_path: Path) -> None:
    """Without a manifest there is no model, nor where there is no folder."""
    for folder in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(NotAModel):
            load(folder)


@pytest.mark.parametrize("format_", [0, 2])
def test_other_format_is_named(folder: Path, format_: int) -> None:
    """A model of another format is refused by its number, whatever else has changed."""
    reseal(folder, format=format_, thresholds="moved elsewhere")
    with pytest.raises(UnknownModelFormat) as raised:
        verify(folder)

    assert (format_, 1) == (raised.value.found, raised.value.known)


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"[]", b"\xff", b'{"format": 1}', b'{"format": "1"}', b'{"format": null}'],
)
def test_unreadable_manifest_is_damage(folder: Path, text: bytes) -> None:
    """A manifest that is no JSON, or lacks what it must say, is damage."""
    (folder / "manifest.json").write_bytes(text)

    assert "manifest.json" == damage(folder).file


@pytest.mark.parametrize(
    ("facts", "file"),
    [
        ({"thresholds": [0.5]}, "manifest.json"),
        ({"thresholds": [0.5, 0.5, "0.5"]}, "manifest.json"),
        ({"classification": ["TOY", "Toy", "1", ["a"]]}, "manifest.json"),
        ({"refusal_threshold": None}, "manifest.json"),
    ],
    ids=["too few thresholds", "text for a number", "list for an object", "null"],
)
def test_impossible_facts_are_damage(
    folder: Path, facts: dict[str, Any], file: str
) -> None:
    """A manifest that can't be true of the model is damage."""
    reseal(folder, **facts)

    assert file == damage(folder).file


def test_names_of_levels_fit_the_categories(folder: Path) -> None:
    """A manifest that names more or fewer levels than there are is damage."""
    facts = json.loads((folder / "manifest.json").read_bytes())["classification"]
    reseal(folder, classification={**facts, "level_names": ["only one"]})

    assert "categories.csv" == damage(folder).file


@pytest.mark.parametrize("text", [b"", b"nonsense", b"\xff\xfe", b"code,title\n1,A\n1,B\n"])
def test_faulty_categories_are_damage(folder: Path, text: bytes) -> None:
    """Categories that are no classification are damage to the model, not to the input."""
    (folder / "categories.csv").write_bytes(text)
    reseal(folder)

    assert "categories.csv" == damage(folder).file


def saved(**arrays: Any) -> bytes:
    """Return an archive of arrays."""
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def one_array() -> bytes:
    """Return an array that is in no archive."""
    file = io.BytesIO()
    np.save(file, np.zeros(3))
    return file.getvalue()


class Trap:
    """Writes a file when it is unpickled."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str, str]]:
        """Return what unpickling would run."""
        return open, ("sprung", "w")


WEIGHTS = stored(small_model().hsvm, small_model().calibration)
BAD_WEIGHTS = {
    "empty": b"",
    "text": b"these are no arrays",
    "one array": one_array(),
    "pickle": pickle.dumps(Trap()),
    "array of objects": saved(**{**WEIGHTS, "idf": np.array([Trap()], object)}),
    "cut short": saved(**WEIGHTS)[:-100],
    "garbled": saved(**WEIGHTS).replace(b"NUMPY", b"MUNPY"),
    "no arrays": saved(),
    "other shape": saved(**{**WEIGHTS, "idf": WEIGHTS["idf"][:, None]}),
    "other type": saved(**{**WEIGHTS, "idf": WEIGHTS["idf"].astype(np.float64)}),
    "other byte order": saved(**{**WEIGHTS, "idf": WEIGHTS["idf"].astype(">f4")}),
    "not a number": saved(**{**WEIGHTS, "idf": WEIGHTS["idf"] * np.nan}),
}


@pytest.mark.parametrize("weights", BAD_WEIGHTS.values(), ids=BAD_WEIGHTS)
def test_weights_are_checked_and_never_executed(
    folder: Path, weights: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Impossible weights are damage whatever their hash, and nothing of them runs."""
    monkeypatch.chdir(folder.parent)
    (folder / "weights.npz").write_bytes(weights)
    reseal(folder)

    assert "weights.npz" == damage(folder).file
    assert not Path("sprung").exists()


def test_trap_would_spring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The trap of these tests does spring where pickles are loaded."""
    monkeypatch.chdir(tmp_path)
    pickle.loads(BAD_WEIGHTS["pickle"]).close()

    assert Path("sprung").exists()
