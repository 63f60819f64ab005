"""The model folder: written whole or not at all, verified before anything is built.

A folder holds ``manifest.json``, ``weights.npz`` (arrays, no pickles),
``categories.csv``, ``report.json`` and ``MODEL_CARD.md``.
"""

import shutil
import tempfile
import zlib
from collections.abc import Mapping
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import msgspec
import numpy as np
from numpy.typing import NDArray

from occoder.classification import Classification, read_table, write_table
from occoder.coder.calibration import Calibration
from occoder.coder.hsvm import HSVM
from occoder.coder.manifest import FORMAT, KIND, ClassificationFacts, FileFacts, Manifest
from occoder.coder.model import Model
from occoder.coder.storage import build, stored
from occoder.errors import ClassificationFaults, DamagedModel, NotAModel, UnknownModelFormat

INPUT_FORMAT: Final = ("occp_text", "tasks_text")
_MANIFEST, _WEIGHTS, _CATEGORIES = "manifest.json", "weights.npz", "categories.csv"
_PACKAGES = ("occoder", "numpy", "numba")
# What numpy raises for a file that is no archive of arrays, or a damaged one.
_UNREADABLE = (BadZipFile, EOFError, KeyError, OSError, TypeError, ValueError, zlib.error)


def save(
    model: Model,
    folder: Path,
    *,
    model_version: int,
    released: str,
    documents: Mapping[str, str],
) -> Manifest:
    """Write a model folder.

    Parameters
    ----------
    model : Model
        What to write.
    folder : Path
        A folder that does not exist yet.
    model_version : int
        Its number within the topic.
    released : str
        When it was made, ISO 8601.
    documents : mapping
        Text of the further files by name: the report and the model card.

    Returns
    -------
    Manifest
        As written.

    Raises
    ------
    FileExistsError
        If the folder exists; nothing is changed then.
    OSError
        If it can't be written; nothing of it is left then.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".model-", dir=folder.parent))
    try:
        named: dict[str, Any] = stored(model.hsvm, model.calibration)
        np.savez_compressed(work / _WEIGHTS, **named)
        write_table(model.classification, work / _CATEGORIES)
        for name, text in documents.items():
            (work / name).write_text(text, encoding="utf-8")
        manifest = _manifest(model, model_version, released, _file_facts(work))
        readable = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
        (work / _MANIFEST).write_bytes(readable + b"\n")
        work.chmod(0o755)
        _move(work, folder)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Return what a model folder says of itself, without loading the model.

    Raises
    ------
    NotAModel
        If there is no manifest.
    UnknownModelFormat
        If it was written in another format.
    DamagedModel
        If the manifest can't be read.
    """
    try:
        text = (folder / _MANIFEST).read_bytes()
    except OSError as error:
        raise NotAModel(folder=folder) from error
    try:
        format_ = msgspec.json.decode(text, type=_Format).format
        if format_ != FORMAT:
            raise UnknownModelFormat(folder=folder, found=format_, known=FORMAT)
        return msgspec.json.decode(text, type=Manifest)
    except msgspec.MsgspecError as error:
        raise DamagedModel(folder=folder, file=_MANIFEST, problem=str(error)) from error


def verify(folder: Path) -> Manifest:
    """Check that every file of a model folder is there and unchanged.

    Returns
    -------
    Manifest
        What the folder says of itself.

    Raises
    ------
    NotAModel, UnknownModelFormat, DamagedModel
        If it is not a model of this format, or a file is missing or was changed.
    """
    manifest = read_manifest(folder)
    for name, facts in manifest.files.items():
        path = folder / name
        if Path(name).name != name or not path.is_file():
            raise DamagedModel(folder=folder, file=name, problem="it is missing")
        if path.stat().st_size != facts.n_bytes or _sha256(path) != facts.sha256:
            raise DamagedModel(folder=folder, file=name, problem="it was changed")
    for name in (_WEIGHTS, _CATEGORIES):
        if name not in manifest.files:
            raise DamagedModel(folder=folder, file=name, problem="the manifest lacks it")
    return manifest


class StoredModel:
    """A model in a folder: verified now, its weights read whenever they are asked for.

    Nothing in the folder is executed.

    Parameters
    ----------
    folder : Path
        A model folder.

    Raises
    ------
    NotAModel, UnknownModelFormat, DamagedModel
        If it is not a model of this format, or is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = verify(folder)
        self.classification = _classification(folder, self.manifest)
        self.model_id = self.manifest.model_id
        self.topic = self.manifest.topic
        self.thresholds = self.manifest.thresholds
        self.promises = self.manifest.promises
        self.refusal_threshold = self.manifest.refusal_threshold

    def weights(self) -> tuple[HSVM, Calibration]:
        """Read the weights and the calibration.

        Raises
        ------
        DamagedModel
            If they can't be right.
        """
        try:
            return build(_arrays(self.folder), self.classification)
        except ValueError as error:
            raise DamagedModel(
                folder=self.folder, file=_WEIGHTS, problem=str(error)
            ) from error


def load(folder: Path) -> Model:
    """Return the model in a folder, read as a whole.

    Raises
    ------
    NotAModel, UnknownModelFormat, DamagedModel
        If it is not a model of this format, or is damaged.
    """
    stored_model = StoredModel(folder)
    manifest = stored_model.manifest
    hsvm, calibration = stored_model.weights()
    return Model(
        manifest.topic,
        stored_model.classification,
        hsvm,
        calibration,
        manifest.refusal_threshold,
        manifest.promises,
        manifest.max_error,
        manifest.thresholds,
        manifest.training,
    )


def read_documents(folder: Path) -> dict[str, str]:
    """Return the texts of a model folder that are for people, by file name."""
    own = {_WEIGHTS, _CATEGORIES}
    names = [name for name in read_manifest(folder).files if name not in own]
    return {name: (folder / name).read_text(encoding="utf-8") for name in names}


def _classification(folder: Path, manifest: Manifest) -> Classification:
    """Return the categories; the manifest must be about as many levels."""
    facts = manifest.classification
    try:
        classification = read_table(
            folder / _CATEGORIES,
            name=facts.name,
            full_name=facts.full_name,
            version=facts.version,
            level_names=facts.level_names,
        )
    except (ClassificationFaults, ValueError) as error:
        raise DamagedModel(folder=folder, file=_CATEGORIES, problem=str(error)) from error
    stated = [manifest.thresholds, *(one.thresholds for one in manifest.promises)]
    if {len(classification.levels)} != {len(thresholds) for thresholds in stated}:
        problem = "it does not have one threshold for each level"
        raise DamagedModel(folder=folder, file=_MANIFEST, problem=problem)
    return classification


def _arrays(folder: Path) -> dict[str, NDArray[Any]]:
    try:
        # Opened here: numpy leaves the file open when it is no archive.
        with (folder / _WEIGHTS).open("rb") as file:
            with np.load(file, allow_pickle=False) as arrays:
                return {name: arrays[name] for name in arrays.files}
    except _UNREADABLE as error:
        raise ValueError("it is no archive of plain arrays") from error


def _move(work: Path, folder: Path) -> None:
    """Give the finished folder its name, unless that is taken."""
    try:
        work.rename(folder)
    except OSError as error:  # "not empty", where another process was quicker
        if folder.exists():
            raise FileExistsError(error.errno, "it exists", str(folder)) from error
        raise


class _Format(msgspec.Struct):
    format: int


def _manifest(
    model: Model, model_version: int, released: str, files: dict[str, FileFacts]
) -> Manifest:
    classification = model.classification
    return Manifest(
        format=FORMAT,
        kind=KIND,
        model_id=model.model_id,
        model_version=model_version,
        released=released,
        topic=model.topic,
        classification=ClassificationFacts(
            classification.name,
            classification.full_name,
            classification.version,
            tuple(level.name for level in classification.levels),
        ),
        input_format=INPUT_FORMAT,
        thresholds=model.thresholds,
        refusal_threshold=model.refusal_threshold,
        max_error=model.max_error,
        promises=model.promises,
        training=model.training,
        packages={name: version(name) for name in _PACKAGES},
        files=files,
    )


def _file_facts(folder: Path) -> dict[str, FileFacts]:
    return {
        path.name: FileFacts(path.stat().st_size, _sha256(path))
        for path in sorted(folder.iterdir())
    }


def _sha256(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
