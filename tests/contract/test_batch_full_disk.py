"""A disk that fills up while a batch is coded costs time, and nothing else."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from batch_place import batch_place
from dispatching import Dispatching, output, wait_for_end, wait_until
from running_service import link_model
from toy_served import toy_model_folder

from occoder.batch.operation import OperationState, Step
from occoder.catalogue import Catalogue

MIB = 1024 * 1024
LINE = b'{"recordId": "1", "occp_text": "baker of bread and cakes and pies and rolls"}\n'
N_RECORDS = 130_000


@contextmanager
def small_disk(folder: Path, n_mib: int) -> Iterator[Path]:
    """Yield a folder on a disk of its own."""
    folder.mkdir()
    size = f"size={n_mib}m"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_an_operation_waits_for_space_and_ends_well(tmp_path: Path) -> None:
    """The output does not fit; when there is space again it is written, whole."""
    link_model(toy_model_folder(tmp_path / "models", topic="osca"), tmp_path / "home")
    with small_disk(tmp_path / "disk", 48) as disk:
        environ = {"OCCODER_OBJECTS": str(disk / "objects"), "OCCODER_LEASE_S": "2"}
        with batch_place(tmp_path, environ) as place:
            latest = Catalogue(place.settings.home).latest("osca")
            assert latest is not None
            filler = disk / "filler"
            operation = place.upload(LINE * N_RECORDS, model_id=latest.manifest.model_id)
            filler.write_bytes(bytes(18 * MIB))
            with Dispatching(place.settings, tmp_path / "one"):
                wait_until(lambda: place.now(operation).not_before > place.clock())
                waiting = place.now(operation)
                assert waiting.state is OperationState.IN_PROGRESS
                assert waiting.step is Step.CODE
                filler.unlink()
                done = wait_for_end(place, operation)
            assert (done.state, done.n_coded) == (OperationState.COMPLETE, N_RECORDS)
            assert output(place, operation).count(b"\n") == N_RECORDS
