"""Chunks of a batch in stores of their own, for what codes them."""

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from toy_served import toy_model_folder

from occoder.batch.coding.chunk import ChunkTask, chunk_name, part_name
from occoder.batch.coding.reach import Reach
from occoder.batch.objects.address import Address
from occoder.batch.objects.open_objects import open_address
from occoder.batch.operation import Store
from occoder.batch.scan.validated_line import ValidatedLine
from occoder.batch.vault.sealed import SealedObjects
from occoder.coder.artifact import read_manifest
from occoder.settings.settings import Settings

OPERATION = "0f1e2d3c-4b5a-4678-8796-a5b4c3d2e1f0"


def record(
    record_id: str | None, occp_text: str | None = None, tasks_text: str | None = None
) -> ValidatedLine:
    """Return a line with the texts that are given."""
    given = {"record_id": record_id, "occp_text": occp_text, "tasks_text": tasks_text}
    facts: dict[str, Any] = {key: one for key, one in given.items() if one is not None}
    return ValidatedLine(**facts)


class ChunkPlace:
    """The stores of one operation, and a model that codes it.

    Parameters
    ----------
    home : Path
        Data folder of its own.
    model : Path, optional
        Folder of the model, which is copied; by default a toy model.
    """

    def __init__(self, home: Path, model: Path | None = None) -> None:
        topic = "toy" if model is None else read_manifest(model).topic
        models = home / "models" / topic
        if model is None:
            folder = toy_model_folder(models)
        else:
            folder = Path(shutil.copytree(model, models / model.name))
        self.home = home
        self.topic = topic
        self.model_id = read_manifest(folder).model_id
        self.settings = Settings(home=home)
        self.reach = Reach.from_settings(self.settings)
        self.keys = os.urandom(32), os.urandom(32)
        self.validated = self.settings.folder / "objects" / Store.VALIDATED
        self.egress = self.settings.folder / "objects" / Store.EGRESS

    def write(self, lines: Sequence[ValidatedLine], number: int = 0) -> ChunkTask:
        """Write a chunk and return the task of coding it."""
        store = SealedObjects(open_address(self._address(self.validated)), self.keys[0])
        with store.writer(chunk_name(OPERATION, number)) as writer:
            writer.write(msgspec.json.Encoder().encode_lines(lines))
        return self.task(number)

    def task(self, number: int = 0, **others: Any) -> ChunkTask:
        """Return the task of coding a chunk, be it there or not."""
        facts: dict[str, Any] = {
            "operation_id": OPERATION,
            "number": number,
            "topic": self.topic,
            "model_id": self.model_id,
            "validated": self._address(self.validated),
            "validated_key": self.keys[0],
            "egress": self._address(self.egress),
            "egress_key": self.keys[1],
        }
        return ChunkTask(**(facts | others))

    def output(self, number: int = 0) -> bytes:
        """Return the output of a chunk."""
        store = SealedObjects(open_address(self._address(self.egress)), self.keys[1])
        return b"".join(store.read(part_name(OPERATION, number)))

    def answers(self, number: int = 0) -> list[dict[str, Any]]:
        """Return the lines of output of a chunk."""
        return [json.loads(line) for line in self.output(number).splitlines()]

    def _address(self, folder: Path) -> Address:
        return Address(url=str(folder))
