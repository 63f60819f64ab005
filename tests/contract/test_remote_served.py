"""`occoder remote code` against `occoder serve`: the same columns as `occoder code`."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from remote_command import finished, killed, started
from remote_runs import rows_of, write_survey
from running_service import RunningService
from served_process import ServedProcess
from toy_model import toy_rows

from occoder.client import Client
from occoder.files.code_file import Options, open_run
from occoder.loading import load
from occoder.remote.side_folder import SideFolder
from occoder.remote.state import read_state
from occoder.settings.tier import Tier

ROOT = Path(__file__).parents[2]
SURVEY = ROOT / "examples" / "survey.csv"
GUIDE = ROOT / "docs" / "guides" / "code-against-a-service.md"
# Code, and what it prints.
BLOCK = re.compile(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```\n", re.DOTALL | re.M)
SUGGESTED = [f"suggestion_{n}_{what}" for n in (1, 2, 3) for what in ("code", "title")]
ODD = [("9001", "", ""), ("9002", "x", ""), ("9003", "caf\xe9 owner / florist", "=1")]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProcess]:
    """Return a service with its dispatcher."""
    with ServedProcess(tmp_path_factory.mktemp("served"), {}) as served:
        yield served


@pytest.fixture(scope="module")
def partner(served: ServedProcess) -> tuple[str, str]:
    """Return id and secret of a partner."""
    return served.add_client(tier=Tier.PARTNER)


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with texts that the model of the service knows, and odd ones."""
    rows = [(str(row.line), row.title, row.tasks) for row in toy_rows()]
    folder = tmp_path_factory.mktemp("survey")
    return write_survey(folder / "survey.csv", [*rows, *ODD, *rows])


@pytest.fixture(scope="module")
def here(served: ServedProcess, survey: Path) -> list[dict[str, str]]:
    """Return what coding with the same model on this machine writes."""
    target = survey.with_name("here.csv")
    words = ["code", str(survey), "-o", str(target), "-q"]
    subprocess.run(
        [sys.executable, "-c", "from occoder.cli.main import main; main()", *words],
        env={**os.environ, "OCCODER_HOME": str(served.home)},
        check=True,
    )
    return rows_of(target)


@pytest.mark.parametrize("way", ["--batch", "--no-batch"])
def test_same_columns_as_here(
    tmp_path: Path,
    served: ServedProcess,
    partner: tuple[str, str],
    survey: Path,
    here: list[dict[str, str]],
    way: str,
) -> None:
    """Both ways give what the same model gives here; beside a code nothing is suggested."""
    url = f"http://127.0.0.1:{served.port}"
    target = tmp_path / "coded.csv"
    code, said = finished(started(url, survey, target, way, credentials=partner))
    assert 0 == code, said
    rows = rows_of(target)

    assert list(here[0]) == list(rows[0])
    for ours, theirs in zip(here, rows, strict=True):
        # The short name of a classification of one's own is not on the wire.
        names = [*_names(ours["status"]), "job", "duties", "model_id"]
        assert {name: ours[name] for name in names} == {
            name: theirs[name] for name in names
        }
    assert {"coded", "not coded"} == {row["status"] for row in rows}


@pytest.mark.parametrize("topic", ["osca", "anzsco"])
def test_bundled_topics_as_here(
    tmp_path: Path, service: RunningService, topic: str
) -> None:
    """With the bundled models, every level, title and name is as it is here."""
    target = tmp_path / "coded.csv"
    credentials = service.partner.client_id, service.partner_secret
    options = ("--topic", topic, "-q")
    command = started(service.address, SURVEY, target, *options, credentials=credentials)
    assert (0, "") == finished(command)
    run = open_run(
        str(SURVEY), str(tmp_path / "here.csv"), Options(topics=[topic]), load=load
    )
    run.run()

    for ours, theirs in zip(rows_of(tmp_path / "here.csv"), rows_of(target), strict=True):
        assert list(ours) == list(theirs)
        names = [*_names(ours["status"]), "job", "duties", "classification", "model_id"]
        assert [ours[name] for name in names] == [theirs[name] for name in names]


def test_operation_outlives_its_client(
    tmp_path: Path, served: ServedProcess, partner: tuple[str, str], survey: Path
) -> None:
    """A client that is killed when it has uploaded finds its operation, and its output."""
    url = f"http://127.0.0.1:{served.port}"
    target = tmp_path / "coded.csv"
    folder = SideFolder(target)

    def has_uploaded() -> bool:
        state = read_state(folder)
        return bool(state and state.operation and state.operation.is_uploaded)

    killed(started(url, survey, target, "--batch", credentials=partner), has_uploaded)
    state = read_state(folder)
    code, said = finished(started(url, survey, target, credentials=partner))

    assert 0 == code, said
    assert state and state.operation
    assert f"going on with operation {state.operation.created.operation_id}" in said
    assert [target] == list(tmp_path.iterdir())


def test_public_client_uses_calls(
    tmp_path: Path, served: ServedProcess, survey: Path
) -> None:
    """A public client may make no operation, and is told so; calls it may make."""
    url = f"http://127.0.0.1:{served.port}"
    public = served.add_client(tier=Tier.PUBLIC)
    target = tmp_path / "coded.csv"
    refused, said = finished(started(url, survey, target, "--batch", credentials=public))
    done, _ = finished(started(url, survey, target, "--no-batch", credentials=public))

    assert (1, 0) == (refused, done)
    assert "explicit deny" in said


def test_other_client_is_refused(
    tmp_path: Path, served: ServedProcess, partner: tuple[str, str], survey: Path
) -> None:
    """An operation belongs to who made it: another client is told, and loses nothing."""
    url = f"http://127.0.0.1:{served.port}"
    target = tmp_path / "coded.csv"
    folder = SideFolder(target)
    command = started(url, survey, target, "--batch", credentials=partner)
    killed(command, lambda: b"operationId" in _content(folder.state))
    other = served.add_client(tier=Tier.PARTNER)
    refused, said = finished(started(url, survey, target, credentials=other))
    done, _ = finished(started(url, survey, target, credentials=partner))

    assert (1, 0) == (refused, done)
    assert "401 'User is not authorised to retrieve operation" in said


def test_guide_runs(
    tmp_path: Path,
    served: ServedProcess,
    partner: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The Python on the guide runs as it stands, and prints what the guide shows."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CODER_ID", partner[0])
    monkeypatch.setenv("CODER_SECRET", partner[1])
    names: dict[str, object] = {}
    blocks = BLOCK.findall(GUIDE.read_text(encoding="utf-8"))
    for code, shown in blocks:
        here = code.replace("https://coder.example", f"http://127.0.0.1:{served.port}")
        with redirect_stdout(StringIO()) as told:
            exec(here, names)
        assert shown == told.getvalue()
    client = names["coder"]
    assert isinstance(client, Client)
    client.close()

    assert 2 == len(blocks)


def _names(status: str) -> list[str]:
    """Return the added columns that are the same in both outputs."""
    answer = ["code", "title", "level", "confidence", "status", "reason"]
    return answer if status == "coded" else [*answer, *SUGGESTED]


def _content(file: Path) -> bytes:
    return file.read_bytes() if file.exists() else b""
