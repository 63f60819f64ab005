"""`occoder objects`, with folders and with a real S3 store."""

from pathlib import Path

import pytest
from ceph_gateway import KEY_OF_CLIENT, CephGateway
from typer.testing import CliRunner, Result

from occoder.cli.objects import app
from occoder.errors import ObjectsUnreachable
from occoder.home import HOME_VARIABLE
from occoder.settings.settings import Settings, variable

ALL_ROLES = [f"{role}: may do its work" for role in ("gateway", "dispatcher", "coder")]
EVERYTHING = "write yes, read yes, list yes, delete yes"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    return tmp_path


@pytest.fixture
def settings(gateway: CephGateway, home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a store without buckets, in the environment too."""
    made = gateway.settings(home)
    for name in ("objects", "s3_endpoint", "s3_kms_key"):
        monkeypatch.setenv(variable(name), getattr(made, name))
    return made


def run(*words: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(app, words)


def test_folders_need_no_preparation(home: Path) -> None:
    """Without an S3 store there is nothing to do, which is said."""
    result = run("init")

    assert 0 == result.exit_code
    assert "nothing to prepare" in result.stdout


def test_folders_are_checked(home: Path) -> None:
    """Folders are tried as buckets are, and nothing stays of it."""
    result = run("check")
    lines = result.stdout.splitlines()

    assert 0 == result.exit_code
    assert ALL_ROLES == lines[3:]
    assert all(line.endswith(EVERYTHING) for line in lines[:3])
    assert [] == [one for one in home.rglob("*") if one.is_file()]


def test_buckets_are_prepared_and_checked(settings: Settings) -> None:
    """After the first command the second finds that everything may be done."""
    assert 0 == run("init").exit_code

    lines = run("check").stdout.splitlines()

    assert ALL_ROLES == lines[3:]
    assert f"{settings.objects}-ingress: {EVERYTHING}" == lines[0]


def test_missing_bucket_is_told(settings: Settings) -> None:
    """Before the first command the second tells what is missing, and ends with 1."""
    result = run("check", "--role", "coder")
    lines = result.stdout.splitlines()

    assert 1 == result.exit_code
    assert "NoSuchBucket" in lines[0]
    assert ["coder: may not read validated, write egress"] == lines[3:]


def test_client_has_to_be_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where each client has a key of its own, one of them has to be named."""
    monkeypatch.setenv("OCCODER_S3_KMS_KEY", KEY_OF_CLIENT)
    run("init")

    assert 2 == run("check").exit_code
    assert 0 == run("check", "--client", "one").exit_code


def test_key_that_is_missing_is_seen(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that the key service does not have is seen before the first batch."""
    monkeypatch.setenv("OCCODER_S3_KMS_KEY", KEY_OF_CLIENT)
    run("init")
    result = run("check", "--client", "nobody")

    assert 1 == result.exit_code
    assert "write InvalidAccessKeyId" in result.stdout


def test_unknown_role_is_misuse() -> None:
    """A role that there is not ends with 2."""
    assert 2 == run("check", "--role", "owner").exit_code


def test_store_that_is_away_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that does not answer is told by its error."""
    monkeypatch.setenv("OCCODER_S3_ENDPOINT", "http://127.0.0.1:9")

    assert isinstance(run("init").exception, ObjectsUnreachable)
