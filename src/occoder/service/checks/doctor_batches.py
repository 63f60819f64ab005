"""The doctor looks at what batches stand on: keys, stores, scanner, cluster."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from occoder.batch.coding.executor import open_executor
from occoder.batch.objects.open_objects import open_objects
from occoder.batch.operation import Store
from occoder.batch.scan.clamd import check_scanner
from occoder.batch.vault.storage_keys import StorageKeys, key_file
from occoder.errors import ServiceError
from occoder.service.checks.check import Check
from occoder.settings.settings import Settings

_NOT_YET: Final = "not there yet: the first start makes them"


def batches(settings: Settings) -> Iterator[Check]:
    """Look at what batches stand on; what the settings do not name is passed by."""
    yield storage_keys(settings)
    yield stores(settings)
    if settings.clamd:
        yield scanner(settings)
    if settings.executor:
        yield cluster(settings)


def storage_keys(settings: Settings) -> Check:
    """Tell whether the keys that seal what is stored can be read, and stand apart."""
    name, folder = "storage keys", settings.keys_that_seal
    if folder.absolute().is_relative_to(settings.home.absolute()):
        remedy = "Name another with OCCODER_STORAGE_KEYS_FOLDER."
        return Check.failed(name, f"{folder} is within the data folder", remedy)
    there = [store for store in Store if key_file(folder, store).exists()]
    try:
        keys = StorageKeys(folder, there)
        n_generations = {store: len(keys.generations(store)) for store in there}
    except ServiceError as error:
        return Check.failed(name, "they can't be used", str(error))
    if not there:
        return Check.ok(name, f"{folder}: {_NOT_YET}")
    found = ", ".join(f"{store} {n}" for store, n in n_generations.items())
    return Check.ok(name, f"{folder}: {found}")


def stores(settings: Settings) -> Check:
    """Tell whether the stores can be read, and folders also be written."""
    name = "object stores"
    try:
        opened = [open_objects(settings, store) for store in Store]
        n_objects = sum(1 for objects in opened for _ in objects.found())
    except ServiceError as error:
        return Check.failed(name, "they can't be used", str(error))
    place = settings.objects or str(settings.folder / "objects")
    folder = Path(place)
    if "://" not in place and folder.exists() and not os.access(folder, os.W_OK):
        remedy = "Give the account of the service the right to write it."
        return Check.failed(name, f"{place} can't be written", remedy)
    return Check.ok(name, f"{place}, objects: {n_objects}")


def scanner(settings: Settings) -> Check:
    """Tell whether the scanner for malware can be relied on."""
    try:
        return Check.ok("malware scanner", check_scanner(settings.clamd))
    except ServiceError as error:
        return Check.failed("malware scanner", "it can't be relied on", str(error))


def cluster(settings: Settings) -> Check:
    """Tell whether the cluster answers that codes batches."""
    name = "cluster"
    try:
        executor = open_executor(settings)
    except ServiceError as error:
        return Check.failed(name, "it does not answer", str(error))
    try:
        n_slots = executor.n_slots
    finally:
        executor.close()
    if not n_slots:
        return Check.failed(name, "it has no workers", "Start some.")
    return Check.ok(name, f"{settings.executor}, chunks at the same time: {n_slots}")
