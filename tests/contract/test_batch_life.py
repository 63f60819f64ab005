"""The life of an operation, from its creation to its deletion (A6, F7), over HTTP.

A real `occoder serve`, with its dispatcher and the processes that code.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from batch_client import BatchClient
from dispatching import wait_until
from served_process import ServedProcess
from toy_served import toy_model_folder

from occoder.settings.tier import Tier

LINES = (
    b'{"recordId":"1","occp_text":"software developer","tasks_text":"writing code"}',
    b"this is not json",
    b'{"recordId":"007","tasks_text":"baking bread"}',
    b'{"occp_text":"   "}',
    b'{"recordId":"5","occp_text":"caf\xc3\xa9 owner"}',
)


def latest(partner: BatchClient) -> str:
    """Return the id of the latest model."""
    answer = partner.http.get(
        "/v1/topics/osca/models/latest", headers={"Authorization": partner.token}
    )
    model_id: str = answer.json()["modelId"]
    return model_id


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProcess]:
    """Yield a service."""
    with ServedProcess(tmp_path_factory.mktemp("served"), {}) as running:
        yield running


@pytest.fixture(scope="module")
def partner(running: ServedProcess) -> Iterator[BatchClient]:
    """Yield a partner."""
    address = f"http://127.0.0.1:{running.port}"
    with BatchClient(address, *running.add_client(tier=Tier.PARTNER)) as partner:
        yield partner


def test_r62_a_file_is_coded_line_by_line(partner: BatchClient) -> None:
    """R66 to R69: one answer for each line, in order, whatever a line holds."""
    status = partner.coded(b"\n".join(LINES))
    assert status["operationStatus"] == "complete"
    assert (status["recordsTotal"], status["recordsCoded"]) == (5, 5)
    answers = [
        json.loads(line)
        for line in partner.get(status["responseDownloadUrl"]).text.splitlines()
    ]
    assert [one["recordId"] for one in answers] == ["1", "unknown", "007", "", "5"]
    assert [one.get("error") for one in answers] == [
        None,
        "invalid JSON",
        None,
        None,
        "invalid characters",
    ]
    assert answers[1]["input"] == "this is not json"
    assert answers[2]["input"] == {"tasks_text": "baking bread"}


def test_r123_the_answers_are_those_of_the_real_time_call(partner: BatchClient) -> None:
    """The same text gets the same status, code and confidence both ways."""
    records = [json.loads(line) for line in (LINES[0], LINES[2])]
    answer = partner.http.post(
        "/v1/topics/osca/code",
        headers={"Authorization": partner.token},
        json={"records": records},
    )
    status = partner.coded(b"\n".join((LINES[0], LINES[2])))
    lines = partner.get(status["responseDownloadUrl"]).text.splitlines()
    for one, line in zip(answer.json(), lines, strict=True):
        other = json.loads(line)
        assert other["codeStatus"] == one["codeStatus"]
        if one["codeStatus"] == "successful":
            assert other["result"] == one["result"][0]
        else:
            assert other["suggestions"] == one["suggestions"]


def test_b49_the_metadata_tell_the_model_and_what_came_out(partner: BatchClient) -> None:
    """The fields of the model, counts, times, thresholds, and the digests of the parts."""
    status = partner.coded(b"\n".join(LINES))
    facts = partner.get(status["metadataDownloadUrl"]).json()
    model = partner.http.get(
        "/v1/topics/osca/models/latest", headers={"Authorization": partner.token}
    ).json()
    assert {name: facts[name] for name in model} == model
    assert facts["operationId"] == status["operationId"]
    assert facts["recordsTotal"] == 5
    assert facts["recordsWithErrors"] == 2
    coded = sum(facts["recordsByLevel"].values())
    assert coded + facts["recordsUnsuccessful"] + facts["recordsWithErrors"] == 5
    output = partner.get(status["responseDownloadUrl"]).content
    assert facts["outputBytes"] == len(output)
    assert sum(part["nBytes"] for part in facts["outputParts"]) == len(output)


def test_r63_polling_again_gives_new_links(partner: BatchClient) -> None:
    """R72: as often as one likes, and each link works from a browser."""
    status = partner.coded(LINES[0])
    again = partner.status(status).json()
    for one in (status, again):
        assert partner.get(one["responseDownloadUrl"]).status_code == 200


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "Input file contained no records"),
        (b'[{"occp_text":"baker"}]', "Input file is not JSON Lines: "),
        (b'{"name":"x","occp_text":"baker"}', "Input file contains fields not accepted"),
    ],
)
def test_r74_a_failed_operation_says_why(
    partner: BatchClient, content: bytes, error: str
) -> None:
    """R61: the error is in the answer, and no link is."""
    status = partner.coded(content)
    assert status["operationStatus"] == "failed"
    assert status["error"].startswith(error)
    assert "responseDownloadUrl" not in status


def test_b64_any_usual_encoding_is_read(partner: BatchClient) -> None:
    """UTF-8 with a mark, UTF-16 as Windows writes it, and its line ends."""
    text = b"\n".join(LINES[:1]).decode()
    for encoding, end in (("utf-8-sig", "\n"), ("utf-16", "\r\n")):
        status = partner.coded((text + end).encode(encoding))
        (line,) = partner.get(status["responseDownloadUrl"]).text.splitlines()
        assert json.loads(line)["recordId"] == "1"


def test_r55_the_model_is_fixed_when_the_operation_is_made(tmp_path: Path) -> None:
    """A model that is released after that does not code it."""
    with ServedProcess(tmp_path, {"OCCODER_MODELS_REFRESH_S": "1"}) as running:
        address = f"http://127.0.0.1:{running.port}"
        with BatchClient(address, *running.add_client(tier=Tier.PARTNER)) as partner:
            before = latest(partner)
            operation = partner.create()
            toy_model_folder(running.home / "models" / "osca", number=9, topic="osca")
            wait_until(lambda: latest(partner) != before, every_s=0.3)
            partner.upload(operation, LINES[0])
            status = partner.ended(operation)
            facts = partner.get(status["metadataDownloadUrl"]).json()
            assert facts["modelId"] == before
            status = partner.coded(LINES[0])
            facts = partner.get(status["metadataDownloadUrl"]).json()
            assert facts["modelId"] == latest(partner)


def test_r64_all_that_is_stored_goes_in_time(tmp_path: Path) -> None:
    """R90, B50: with short limits, the output, its links and at last the id are gone."""
    short = {
        "OCCODER_OUTPUT_TTL_S": "3",
        "OCCODER_STATUS_TTL_S": "2",
        "OCCODER_SWEEP_EVERY_S": "1",
        "OCCODER_UPLOAD_URL_TTL_S": "2",
    }
    with ServedProcess(tmp_path, short) as running:
        address = f"http://127.0.0.1:{running.port}"
        with BatchClient(address, *running.add_client(tier=Tier.PARTNER)) as partner:
            never = partner.create()
            over = {"operationStatus": "timed_out"}
            wait_until(lambda: partner.status(never).json() == over, every_s=0.3)
            status = partner.coded(LINES[0])
            assert status["operationStatus"] == "complete"
            wait_until(lambda: partner.status(status).status_code == 404, every_s=0.3)
            gone = partner.get(status["responseDownloadUrl"])
            # No link is good for longer than what it leads to.
            assert (gone.status_code, "has expired" in gone.text) == (403, True)
            wait_until(lambda: partner.status(never).status_code == 404, every_s=0.3)
        stores = running.home / "service" / "objects"
        wait_until(lambda: not [one for one in stores.rglob("*") if one.is_file()])
