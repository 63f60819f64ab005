"""The topics and their models on disk: which there are, which is in use.

Under the data folder, ``models/<topic>/<number>-<id>/`` is a model folder,
``models/<topic>/retired/`` holds those that are out of use, and
``models/<topic>/numbers/`` an empty file for each number that was given.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from occoder.coder.artifact import read_manifest, save
from occoder.coder.manifest import Manifest
from occoder.coder.model import Model
from occoder.errors import ArtifactError, UnknownModel, UnusableTopic
from occoder.home import default_home

_RETIRED: Final = "retired"
_NUMBERS: Final = "numbers"
_MODELS: Final = "[0-9]*-*"
_TOPIC: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A model in the catalogue.

    Parameters
    ----------
    folder : Path
        Its model folder.
    manifest : Manifest
        What it says of itself.
    is_retired : bool
        Out of use: found by its id only.
    """

    folder: Path
    manifest: Manifest
    is_retired: bool


class Catalogue:
    """The models under one data folder.

    Parameters
    ----------
    home : Path, optional
        The data folder; by default that of the environment variable ``OCCODER_HOME``,
        else the usual place for data of the user.
    """

    def __init__(self, home: Path | None = None) -> None:
        self.home = home or default_home(os.environ)

    def topics(self) -> list[str]:
        """Return the topics that have a model, in order of the alphabet."""
        folder = self.home / "models"
        if not folder.is_dir():
            return []
        names = sorted(one.name for one in folder.iterdir() if one.is_dir())
        return [name for name in names if self.entries(name)]

    def entries(self, topic: str) -> list[Entry]:
        """Return the models of a topic, the newest first; what is no model is passed by.

        Of a model that two processes added at once, the one with the lower number counts.
        """
        found: list[Entry] = []
        folder = self._folder(topic)
        for path in [*folder.glob(_MODELS), *(folder / _RETIRED).glob(_MODELS)]:
            try:
                manifest = read_manifest(path)
            except ArtifactError:
                continue
            found.append(Entry(path, manifest, path.parent.name == _RETIRED))
        found.sort(key=lambda entry: -entry.manifest.model_version)
        first = {entry.manifest.model_id: entry for entry in found}
        return list(first.values())

    def latest(self, topic: str) -> Entry | None:
        """Return the newest model of a topic that is in use, or None."""
        in_use = (entry for entry in self.entries(topic) if not entry.is_retired)
        return next(in_use, None)

    def find(self, topic: str, model_id: str) -> Entry:
        """Return a model by its id, or by the beginning of it.

        Raises
        ------
        UnknownModel
            If the topic has none, or several, that the id fits.
        """
        fitting = [
            entry
            for entry in self.entries(topic)
            if model_id and entry.manifest.model_id.startswith(model_id.lower())
        ]
        if len(fitting) != 1:
            raise UnknownModel(topic=topic, model=model_id)
        return fitting[0]

    def add(self, model: Model, documents: Mapping[str, str]) -> Entry:
        """Save a model under the next number of its topic.

        The same model once more is not saved again: the one that is there is returned,
        and is in use again if it was retired.

        Parameters
        ----------
        model : Model
            What to save.
        documents : mapping
            Text of the report and the model card, by file name.

        Raises
        ------
        OSError
            If it can't be written; nothing half-written is left.
        """
        if same := self._same(model):
            return self._in_use(same)
        number = self._next_number(model.topic)
        folder = self._folder(model.topic) / f"{number}-{model.model_id[:8]}"
        manifest = save(
            model,
            folder,
            model_version=number,
            released=datetime.now(UTC).isoformat(timespec="seconds"),
            documents=documents,
        )
        return self._same(model) or Entry(folder, manifest, is_retired=False)

    def retire(self, topic: str, model_id: str) -> Entry:
        """Take a model out of use; it stays on disk and is still found by its id.

        Raises
        ------
        UnknownModel
            If there is no such model.
        """
        entry = self.find(topic, model_id)
        if entry.is_retired:
            return entry
        folder = self._folder(topic) / _RETIRED / entry.folder.name
        folder.parent.mkdir(exist_ok=True)
        entry.folder.rename(folder)
        return Entry(folder, entry.manifest, is_retired=True)

    def _same(self, model: Model) -> Entry | None:
        """Return the model with the same id, if there is one."""
        entries = {entry.manifest.model_id: entry for entry in self.entries(model.topic)}
        return entries.get(model.model_id)

    def _folder(self, topic: str) -> Path:
        if not _TOPIC.fullmatch(topic):
            raise UnusableTopic(topic=topic)
        return self.home / "models" / topic

    def _next_number(self, topic: str) -> int:
        """Take the next number of a topic: no other process gets the same."""
        taken = self._folder(topic) / _NUMBERS
        taken.mkdir(parents=True, exist_ok=True)
        given = (entry.manifest.model_version for entry in self.entries(topic))
        number = 1 + max(given, default=0)
        while True:
            try:
                (taken / str(number)).touch(exist_ok=False)
            except FileExistsError:
                number += 1
            else:
                return number

    def _in_use(self, entry: Entry) -> Entry:
        if not entry.is_retired:
            return entry
        folder = entry.folder.parent.parent / entry.folder.name
        entry.folder.rename(folder)
        return Entry(folder, entry.manifest, is_retired=False)
