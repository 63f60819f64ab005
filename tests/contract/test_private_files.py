"""What the service keeps is for the account that runs it, and for nobody else."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from running_service import basic
from served_process import ServedProcess, call

# The certificate without its key, made to be given away.
FOR_ALL = "certificate.pem"
OTHERS = stat.S_IRWXG | stat.S_IRWXO


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProcess]:
    """Return a service of two processes that was used, under a umask that hides nothing."""
    environ = {"OCCODER_TLS": "self-signed", "OCCODER_WORKERS": "2"}
    with ServedProcess(tmp_path_factory.mktemp("used"), environ) as running:
        header = ("Authorization", basic(*running.add_client()))
        body = b"grant_type=client_credentials"
        assert b" 200 " in running.send(call("POST", "/oauth2/token", [header], body))[:16]
        assert 0 == running.run("keys", "rotate").returncode
        yield running


def open_to_others(folder: Path) -> list[str]:
    """Return what below a folder others than its owner have any right to."""
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.stat().st_mode & OTHERS
    ]


def test_only_the_owner_opens_what_is_kept(used: ServedProcess) -> None:
    """Database, keys, certificate, audit log and their folders have no right for others."""
    folder = used.home / "service"
    kept = {path.name for path in folder.rglob("*") if path.is_file()}

    assert {"service.sqlite", "audit.jsonl", "000002.pem", FOR_ALL} <= kept
    assert 0 == folder.stat().st_mode & OTHERS
    assert [f"tls/{FOR_ALL}"] == open_to_others(folder)


def test_only_the_owner_opens_what_is_temporary(used: ServedProcess) -> None:
    """The numbers of worker processes are in a folder without rights for others."""
    folders = list((used.folder / "temporary").iterdir())

    assert folders
    assert {0} == {folder.stat().st_mode & OTHERS for folder in folders}


def test_nothing_temporary_stays(used: ServedProcess) -> None:
    """After the stop nothing is left outside the data folder."""
    assert 0 == used.stop()

    assert [] == list((used.folder / "temporary").iterdir())
    assert [] == [path for path in (used.folder / "user").rglob("*") if path.is_file()]
