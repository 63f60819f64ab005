"""What codes, by the settings."""

import sys
from pathlib import Path

import pytest

from occoder.batch.coding.executor import open_executor
from occoder.batch.coding.own_processes import OwnProcesses
from occoder.errors import ExecutorUnreachable
from occoder.settings.settings import Settings


def test_processes_of_this_machine_by_default(tmp_path: Path) -> None:
    """Without a cluster, this machine codes, with as many processes as were asked for."""
    executor = open_executor(Settings(home=tmp_path, batch_workers=3))

    assert isinstance(executor, OwnProcesses)
    assert 3 == executor.n_slots
    executor.close()


def test_one_process_a_core(tmp_path: Path) -> None:
    """Where no number is set, there is at least one process, one for each core."""
    executor = open_executor(Settings(home=tmp_path))

    assert 1 <= executor.n_slots
    executor.close()


def test_cluster_that_is_not_there_is_told(tmp_path: Path) -> None:
    """An address of a cluster that can't be used is told, by its name."""
    with pytest.raises(ExecutorUnreachable, match="nonsense"):
        open_executor(Settings(home=tmp_path, executor="nonsense"))


def test_missing_library_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the library of clusters is not installed, it is told how to get it."""
    monkeypatch.delitem(sys.modules, "occoder.batch.coding.dask_cluster", raising=False)
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(ExecutorUnreachable, match=r"occoder\[dask\]"):
        open_executor(Settings(home=tmp_path, executor="tcp://127.0.0.1:1"))
