"""What the processes that code can reach."""

import sys
from pathlib import Path

import pytest

from occoder.batch.coding.reach import Reach
from occoder.settings.settings import Settings


def allowed(reach: Reach, path: Path) -> bool:
    """Tell whether a path can be read."""
    return any(path.is_relative_to(one) for one in reach.readable({}))


def test_stores_in_folders_need_no_network(tmp_path: Path) -> None:
    """With stores in folders, one is read, one is written, and nothing is connected to."""
    reach = Reach.from_settings(Settings(home=tmp_path))

    objects = tmp_path / "service" / "objects"
    assert not reach.may_connect
    assert [objects / "egress"] == reach.writable()
    assert allowed(reach, objects / "validated" / "x")
    assert allowed(reach, tmp_path / "models" / "osca")
    assert not allowed(reach, objects / "ingress" / "x")
    assert not allowed(reach, objects / "egress" / "x")
    assert not allowed(reach, tmp_path / "service" / "service.sqlite")
    assert not allowed(reach, Path("/etc/hosts"))


def test_folders_of_the_stores_are_made(tmp_path: Path) -> None:
    """The folders that a process gets are there before it can make none any more."""
    reach = Reach.from_settings(Settings(home=tmp_path / "home"))

    for folder in (reach.validated, reach.egress):
        assert folder is not None
        assert 0o700 == folder.stat().st_mode & 0o777


def test_store_elsewhere_needs_the_network(tmp_path: Path) -> None:
    """With an S3 store, the network and what opens the store can be used, no folder."""
    reach = Reach.from_settings(Settings(home=tmp_path, objects="s3://census"))
    credentials = str(tmp_path / "credentials")

    assert reach.may_connect
    assert [] == reach.writable()
    assert allowed(reach, Path("/etc/ssl/certs"))
    environ = {"AWS_SHARED_CREDENTIALS_FILE": credentials}
    assert Path(credentials) in reach.readable(environ)
    assert [] == [*tmp_path.iterdir()]


def test_models_are_found_behind_links(tmp_path: Path) -> None:
    """A model, or a topic, that is a link to another place can be read there."""
    link = tmp_path / "home" / "models" / "osca" / "1-abcdef01"
    link.parent.mkdir(parents=True)
    link.symlink_to(tmp_path)

    reach = Reach.from_settings(Settings(home=tmp_path / "home"))

    assert link in reach.readable({})


def test_code_beside_secrets_is_not_let_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that Python looks for code in is not readable if it holds secrets."""
    code = tmp_path / "code"
    monkeypatch.setattr(sys, "path", [*sys.path, "", str(tmp_path), str(code)])
    settings = Settings(home=tmp_path / "home", storage_keys_folder=str(tmp_path / "keys"))

    reach = Reach.from_settings(settings)

    assert allowed(reach, code / "module.py")
    assert not allowed(reach, tmp_path / "keys" / "egress.json")
    assert not allowed(reach, tmp_path / "other")
