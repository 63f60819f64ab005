"""Batches with the integration kit, beside a real service with its dispatcher."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from batch_client import BatchClient
from integration_files import OUTPUT_COLUMNS, csv_of
from integration_kit import LANGUAGES, SAMPLE, Kit
from served_process import ServedProcess

from occoder.settings.tier import Tier

UPLOAD_S = 2
LINES = (
    b'{"recordId":"007","occp_text":"=grocer, \\"senior\\"","tasks_text":"sells food"}',
    b"this is not json",
    b'{"recordId":8,"tasks_text":"joins steel"}',
    b'{"occp_text":"retired"}',
    b'{"recordId":"10","occp_text":"caf\xc3\xa9 \x7f"}',
    b'{"recordId":"11","occp_text":"x"}',
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProcess]:
    """Yield a service in which an upload has to begin soon."""
    environ = {"OCCODER_UPLOAD_URL_TTL_S": str(UPLOAD_S)}
    with ServedProcess(tmp_path_factory.mktemp("served"), environ) as running:
        yield running


@pytest.fixture(scope="module")
def credentials(running: ServedProcess) -> tuple[str, str]:
    """Return id and secret of a partner."""
    return running.add_client(tier=Tier.PARTNER)


@pytest.fixture(scope="module")
def partner(running: ServedProcess, credentials: tuple[str, str]) -> Iterator[BatchClient]:
    """Yield the same partner, calling by itself."""
    with BatchClient(f"http://127.0.0.1:{running.port}", *credentials) as partner:
        yield partner


@pytest.fixture
def scripts(
    request: pytest.FixtureRequest, kit: Callable[[str], Kit], credentials: tuple[str, str]
) -> Kit:
    """Return the scripts of the language that the test is about, for that partner."""
    client_id, secret = credentials
    return replace(kit(request.param), client_id=client_id, secret=secret)


each_language = pytest.mark.parametrize("scripts", LANGUAGES, indirect=True)


def code_file(
    scripts: Kit, running: ServedProcess, records: Path, output: Path
) -> tuple[int, str, Sequence[str]]:
    """Code a file and return exit code, errors and the states that were told."""
    where = ("--api-url", f"http://127.0.0.1:{running.port}", "--poll-every", "1")
    done = scripts.run("code-file", *where, records, output)
    states = [line.split()[-1] for line in done.stdout.splitlines()]
    return done.returncode, done.stderr, states


@each_language
def test_r110_file_is_coded(
    scripts: Kit, running: ServedProcess, partner: BatchClient, tmp_path: Path
) -> None:
    """A file is created, uploaded, waited for and downloaded, with its metadata."""
    records, output = tmp_path / "records.jsonl", tmp_path / "coded.jsonl"
    records.write_bytes(b"\n".join(LINES))
    code, errors, states = code_file(scripts, running, records, output)
    expected = partner.get(partner.coded(b"\n".join(LINES))["responseDownloadUrl"])
    metadata = json.loads((tmp_path / "coded.jsonl.metadata.json").read_text())

    assert (0, "") == (code, errors)
    assert "complete" == states[-1]
    assert {"in_progress", "complete"} >= set(states)
    assert expected.content == output.read_bytes()
    assert len(LINES) == metadata["recordsTotal"]
    assert not (tmp_path / "coded.jsonl.operation").exists()


def test_output_becomes_one_csv(
    kit: Callable[[str], Kit], partner: BatchClient, tmp_path: Path
) -> None:
    """What the service writes becomes the same CSV in every language."""
    status = partner.coded(b"\n".join(LINES))
    lines = tmp_path / "coded.jsonl"
    lines.write_bytes(partner.get(status["responseDownloadUrl"]).content)
    answers = [json.loads(line, parse_float=str) for line in lines.read_text().splitlines()]
    rows = []
    for one in answers:
        texts = one["input"] if isinstance(one["input"], dict) else {}
        codes = [one.get("result", {}), *one.get("suggestions", []), {}, {}, {}][:4]
        row = [one["recordId"], one["codeStatus"], one.get("error", "")]
        row += [texts.get(name, "") for name in ("occp_text", "tasks_text")]
        fields = ("codeCategory", "codeLabel", "codeConfidence")
        rows.append(row + [code.get(field, "") for code in codes for field in fields])
    rows[0][3] = f"'{rows[0][3]}"

    assert ["007", "unknown", "8", "", "10", "11"] == [row[0] for row in rows]
    assert {csv_of(OUTPUT_COLUMNS, rows)} == {
        kit(language).converted(lines) for language in LANGUAGES
    }


@each_language
def test_b65_empty_file_fails(scripts: Kit, running: ServedProcess, tmp_path: Path) -> None:
    """A file without records ends with the service's words and exit code 1."""
    records, output = tmp_path / "records.jsonl", tmp_path / "coded.jsonl"
    records.write_bytes(b"")
    code, errors, states = code_file(scripts, running, records, output)

    assert 1 == code
    assert "failed: Input file contained no records" in errors
    assert "failed" == states[-1]
    assert not output.exists()


@each_language
def test_b46_no_upload_times_out(
    scripts: Kit, running: ServedProcess, partner: BatchClient, tmp_path: Path
) -> None:
    """An operation that never gets its file ends with exit code 1."""
    output = tmp_path / "coded.jsonl"
    noted = {"operationId": partner.create()["operationId"]}
    (tmp_path / "coded.jsonl.operation").write_text(json.dumps(noted))
    code, errors, states = code_file(scripts, running, SAMPLE, output)

    assert 1 == code
    assert "timed_out: no file was uploaded in time" in errors
    assert ["awaiting_input", "timed_out"] == [states[0], states[-1]]


@each_language
def test_late_upload_is_told(
    scripts: Kit, running: ServedProcess, partner: BatchClient, tmp_path: Path
) -> None:
    """A link that is over ends with the store's words."""
    operation = partner.create()
    (tmp_path / "coded.jsonl.operation").write_text(json.dumps(operation))
    time.sleep(UPLOAD_S + 1.5)
    code, errors, _ = code_file(scripts, running, SAMPLE, tmp_path / "coded.jsonl")

    assert 1 == code
    assert "The service answered 403: Request has expired" in errors
    assert operation["requestUploadUrl"] not in errors


@each_language
def test_b53_public_client_may_not(
    scripts: Kit, running: ServedProcess, tmp_path: Path
) -> None:
    """A public client is denied, in the service's words, and nothing is left behind."""
    client_id, secret = running.add_client(tier=Tier.PUBLIC)
    public = replace(scripts, client_id=client_id, secret=secret)
    code, errors, _ = code_file(public, running, SAMPLE, tmp_path / "coded.jsonl")

    assert 1 == code
    assert "The service answered 403: User is not authorized to access" in errors
    assert [] == list(tmp_path.iterdir())
