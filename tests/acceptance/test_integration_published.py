"""The published conversion scripts, unchanged, on what the service writes (R113, F8)."""

import csv
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from batch_client import BatchClient
from integration_files import CODED, NOT_CODED, NOT_JSON, OUTPUT_COLUMNS
from integration_kit import Kit
from served_process import ServedProcess

from occoder.settings.tier import Tier

SCRIPTS = Path(__file__).parent / "published_scripts"
COMMANDS = {
    "node": ["node", str(SCRIPTS / "convert.mjs")],
    "jq": ["bash", str(SCRIPTS / "convert.sh")],
    "pandas": [sys.executable, str(SCRIPTS / "convert.pandas.txt")],
}


@pytest.fixture
def convert(
    kit: Callable[[str], Kit], tmp_path: Path
) -> Callable[[str, bytes], list[dict[str, str]]]:
    """Return what runs a published script on a file, which it finds by name."""

    def run(name: str, content: bytes) -> list[dict[str, str]]:
        (tmp_path / "example.jsonl").write_bytes(content)
        command = list(COMMANDS[name])
        if name == "node":  # it looks for its package beside itself
            packages = kit("javascript").scripts / "node_modules"
            (tmp_path / "node_modules").symlink_to(packages)
            command[-1] = str(shutil.copy(command[-1], tmp_path))
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert 0 == done.returncode, done.stderr
        text = (tmp_path / "example.csv").read_text(encoding="utf-8")
        return list(csv.DictReader(io.StringIO(text)))

    return run


@pytest.fixture(scope="module")
def partner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BatchClient]:
    """Yield a partner of a running service."""
    with ServedProcess(tmp_path_factory.mktemp("served")) as running:
        address = f"http://127.0.0.1:{running.port}"
        with BatchClient(address, *running.add_client(tier=Tier.PARTNER)) as partner:
            yield partner


def output_of(partner: BatchClient, records: Sequence[dict[str, str]]) -> bytes:
    """Return the output for some records."""
    lines = "".join(json.dumps(one) + "\n" for one in records)
    status = partner.coded(lines.encode())
    return partner.get(status["responseDownloadUrl"]).content


# One of each kind, for scripts that need each key somewhere in the file: a code, three
# suggestions, and an error of a line that is a record all the same.
RECORDS = (
    {"recordId": "a1", "occp_text": "software developer", "tasks_text": "writing code"},
    {"recordId": "a2", "occp_text": "retired", "tasks_text": ""},
    {"recordId": "a3", "occp_text": "x", "tasks_text": ""},
)


@pytest.mark.parametrize("name", COMMANDS)
def test_r113_published_script_gives_r111(
    convert: Callable[[str, bytes], list[dict[str, str]]], partner: BatchClient, name: str
) -> None:
    """Each published script makes exactly the 17 columns of the output of a batch."""
    rows = convert(name, output_of(partner, RECORDS))

    assert list(OUTPUT_COLUMNS) == list(rows[0])
    assert ["a1", "a2", "a3"] == [row["recordId"] for row in rows]
    assert {"successful", "unsuccessful"} == {row["codeStatus"] for row in rows}
    assert ["software developer", "retired", "x"] == [
        row["input.occp_text"] for row in rows
    ]


@pytest.mark.parametrize(
    ("name", "lines"),
    [("node", [CODED, NOT_CODED, NOT_JSON]), ("jq", [CODED, NOT_CODED])],
    ids=["node", "jq"],
)
def test_kit_agrees_with_published(
    convert: Callable[[str, bytes], list[dict[str, str]]],
    kit: Callable[[str], Kit],
    name: str,
    lines: Sequence[str],
    tmp_path: Path,
) -> None:
    """Where a published script can convert a file, the kit finds the same cells."""
    content = "".join(f"{one}\n" for one in lines).encode()
    published = convert(name, content)
    ours = kit("python").converted(tmp_path / "example.jsonl").decode()

    assert published == list(csv.DictReader(io.StringIO(ours, newline="")))
