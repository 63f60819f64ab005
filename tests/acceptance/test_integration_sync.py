"""Tokens and synchronous coding with the integration kit, beside the real service."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from integration_files import ANSWER_COLUMNS
from integration_kit import LANGUAGES, SAMPLE, Kit
from running_service import RunningService

RECORDS = (
    '{"recordId": "007", "occp_text": "=developer", "tasks_text": "code, \\"x\\""}',
    '{"occp_text": "electrician"}',
    '{"recordId": "2024-12-31T00:00:00Z", "tasks_text": "shearing sheep"}',
    '{"recordId": "", "occp_text": "retired", "tasks_text": ""}',
    '{"recordId": "M\\u0101ori", "occp_text": "nurse", "tasks_text": null}',
)


def partner(kit: Kit, service: RunningService) -> Kit:
    """Return scripts that find the credentials of the partner."""
    client_id, secret = service.partner.client_id, service.partner_secret
    return replace(kit, client_id=client_id, secret=secret)


@pytest.fixture
def scripts(
    request: pytest.FixtureRequest, kit: Callable[[str], Kit], service: RunningService
) -> Kit:
    """Return the scripts of the language that the test is about."""
    return partner(kit(request.param), service)


each_language = pytest.mark.parametrize("scripts", LANGUAGES, indirect=True)


@each_language
def test_token_is_good(scripts: Kit, service: RunningService) -> None:
    """The token that is printed is one that the service takes, as it stands."""
    done = scripts.run("get-token", "--api-url", f"{service.address}/")
    answer = service.http.get(
        "/v1/topics", headers={"Authorization": done.stdout.rstrip("\n")}
    )

    assert (0, "") == (done.returncode, done.stderr)
    assert 200 == answer.status_code


@each_language
def test_r36_one_record(scripts: Kit, service: RunningService) -> None:
    """One record is coded, to the topic that was asked for, with three suggestions."""
    record = ("software developer", 'writing "code"\\tests')
    where = ("--api-url", service.address, "--topic", "anzsco")
    done = scripts.run("code-one", *where, *record)
    texts = dict(zip(("occp_text", "tasks_text"), record, strict=True))
    body = {"record": texts, "numberOfSuggestions": 3}

    assert (0, "") == (done.returncode, done.stderr)
    assert service.code(body, "anzsco").json() == json.loads(done.stdout)


@each_language
def test_r38_title_alone(scripts: Kit, service: RunningService) -> None:
    """A job without tasks is sent without them."""
    done = scripts.run("code-one", "--api-url", service.address, "electrician")

    assert {"occp_text": "electrician"} == json.loads(done.stdout)["input"]


@each_language
def test_r109_batch_as_csv(scripts: Kit, service: RunningService, tmp_path: Path) -> None:
    """A batch becomes the 13 columns, with the ids and digits that it has."""
    lines, output = tmp_path / "records.jsonl", tmp_path / "coded.csv"
    lines.write_text("\r\n\n".join(RECORDS))
    done = scripts.run("code-batch", "--api-url", service.address, lines, output)
    body = {"records": [json.loads(one) for one in RECORDS], "numberOfSuggestions": 3}
    answers = json.loads(service.code(body).content, parse_float=str, parse_int=str)
    rows = list(csv.reader(io.StringIO(output.read_bytes().decode(), newline="")))

    assert (0, "", "") == (done.returncode, done.stdout, done.stderr)
    assert [list(ANSWER_COLUMNS)] == rows[:1]
    for row, answer in zip(rows[1:], answers, strict=True):
        coded = [one[field] for one in answer["result"] for field in one]
        texts = [answer["input"].get(name) or "" for name in ("occp_text", "tasks_text")]
        texts = [f"'{text}" if text.startswith("=") else text for text in texts]
        head = [answer.get("recordId", ""), answer["codeStatus"], *texts]
        assert [*head, *coded, *[""] * (9 - len(coded))] == row


def test_languages_write_the_same(
    kit: Callable[[str], Kit], service: RunningService, tmp_path: Path
) -> None:
    """The CSV of a batch is the same, byte for byte, from every language."""
    written = set()
    for language in LANGUAGES:
        output = tmp_path / f"{language}.csv"
        where = ("--api-url", service.address)
        partner(kit(language), service).run("code-batch", *where, SAMPLE, output)
        written.add(output.read_bytes())

    (content,) = written
    assert content.endswith(b'"\r\n')


@each_language
def test_r108_batch_as_json(scripts: Kit, service: RunningService, tmp_path: Path) -> None:
    """An output that ends in .json is the answer as it came."""
    output = tmp_path / "coded.json"
    scripts.run("code-batch", "--api-url", service.address, SAMPLE, output)
    records = [json.loads(line) for line in SAMPLE.read_text().splitlines()]
    body = {"records": records, "numberOfSuggestions": 3}

    assert service.code(body).content == output.read_bytes()


@each_language
def test_bad_record_is_told(scripts: Kit, service: RunningService, tmp_path: Path) -> None:
    """A refused batch ends with the service's words, exit code 1 and no output."""
    lines, output = tmp_path / "records.jsonl", tmp_path / "coded.csv"
    lines.write_text('{"occp_text": "nurse"}\n{"occp_text": "x"}\n')
    done = scripts.run("code-batch", "--api-url", service.address, lines, output)

    assert (1, "") == (done.returncode, done.stdout)
    assert "The service answered 400: There are record(s) outside the" in done.stderr
    assert "Record with index 1 has a total text length under 3 min" in done.stderr
    assert not output.exists()


@each_language
def test_unknown_topic_is_told(scripts: Kit, service: RunningService) -> None:
    """So does a topic that there is not."""
    where = ("--api-url", service.address, "--topic", "none")
    done = scripts.run("code-one", *where, "nurse")

    assert (1, "") == (done.returncode, done.stdout)
    assert "The service answered 404: The specified topic does not exist" in done.stderr


@each_language
def test_wrong_secret_is_told(scripts: Kit, service: RunningService) -> None:
    """So does a wrong secret, which is not repeated."""
    wrong = replace(scripts, secret="wrongsecret")
    done = wrong.run("get-token", "--api-url", service.address)

    assert (1, "") == (done.returncode, done.stdout)
    assert "The service answered 400: invalid_client" in done.stderr
    assert "wrongsecret" not in done.stderr


@each_language
def test_missing_credentials_are_told(scripts: Kit, service: RunningService) -> None:
    """Without id and secret in the environment, the message names the variables."""
    done = replace(scripts, client_id="").run("get-token", "--api-url", service.address)

    assert (1, "") == (done.returncode, done.stdout)
    assert "Set OCCODER_CLIENT_ID and OCCODER_CLIENT_SECRET first." in done.stderr


@each_language
def test_b18_limit_is_waited_for(scripts: Kit, service: RunningService) -> None:
    """A client at its limit waits as long as the service says, and gets its answer."""
    public = replace(
        scripts, client_id=service.public.client_id, secret=service.public_secret
    )
    for _ in range(2):
        body = {"record": {"occp_text": "nurse"}}
        service.post("/v1/topics/osca/code", body, Authorization=service.public_token)
    done = public.run("code-one", "--api-url", service.address, "nurse")

    assert 0 == done.returncode, done.stderr
    assert "nurse" == json.loads(done.stdout)["input"]["occp_text"]
