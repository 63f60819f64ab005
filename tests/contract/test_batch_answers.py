"""Answers of batches as the contract has them (R66-R69, R96, R106, R123, B24-B34, B66)."""

import json
from pathlib import Path
from typing import Any

import pytest
from batch_chunks import ChunkPlace
from running_service import RunningService

from occoder.batch.coding.chunk import code_chunk
from occoder.batch.scan.validated_line import ValidatedLine
from occoder.catalogue import Catalogue
from occoder.classification import Classification
from occoder.loading import load
from occoder.training.corpus import corpus_rows

N_COMPARED = 600
ODD = [
    {"occp_text": "retiree"},
    {"occp_text": "homemaker"},
    {"occp_text": "Paramedic, respond to emergencies"},
    {"occp_text": "software developer", "tasks_text": "writing code and unit tests"},
    {"occp_text": "manager", "tasks_text": None},
    {"tasks_text": 'says "yes" \\ and </script>'},
    {"occp_text": "n/a", "tasks_text": "milking cows"},
    {"occp_text": "   "},
    {"occp_text": "xyzzy qwrtp"},
    {"occp_text": "nurse", "tasks_text": "  two  blanks  "},
]


def texts() -> list[dict[str, str | None]]:
    """Return texts of all kinds: those of the corpus, parts of them, and odd ones."""
    rows = [row for _, _, row in corpus_rows()]
    pairs = [
        (row["occp_text"], row["tasks_text"]) for row in rows[:: len(rows) // N_COMPARED]
    ]
    both = [
        {"occp_text": title, "tasks_text": tasks}
        for title, tasks in pairs
        if 3 <= len(title) + len(tasks) <= 100
    ]
    titles = [title for title, _ in pairs if 5 <= len(title) <= 100]
    bare = [{"occp_text": title} for title in titles]
    # Parts of words are harder to code, so more of them are not.
    parts = [{"occp_text": title[:5]} for title in titles]
    return [*ODD, *both, *bare, *parts]


@pytest.fixture(params=["osca", "anzsco"])
def topic(request: pytest.FixtureRequest) -> str:
    """Each of the bundled topics."""
    return str(request.param)


@pytest.fixture
def place(
    topic: str, service: RunningService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> ChunkPlace:
    """Return stores for a topic, whose model is that of the service."""
    model = Catalogue(service.home).latest(topic)
    assert model is not None
    monkeypatch.setenv("OCCODER_HOME", str(tmp_path))
    return ChunkPlace(tmp_path, model.folder)


def classification_of(topic: str) -> Classification:
    """Return what a topic is coded to."""
    return load(topic).classification


def coded(place: ChunkPlace, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the answers of a batch for records."""
    lines = [
        ValidatedLine(**({"record_id": str(n)} | one)) for n, one in enumerate(records)
    ]
    code_chunk(place.write(lines))
    return place.answers()


def test_r123_same_answers_as_one_at_a_time(
    place: ChunkPlace, service: RunningService
) -> None:
    """A text has the same status, code and confidence as by the synchronous route."""
    records = texts()
    answers = coded(place, records)

    one_by_one: list[dict[str, Any]] = []
    for start in range(0, len(records), 300):
        body = {"records": records[start : start + 300], "numberOfSuggestions": 3}
        one_by_one += service.code(body, place.topic).json()

    assert [
        {"recordId": str(number), **as_line(single)}
        for number, single in enumerate(one_by_one)
    ] == answers
    statuses = {one["codeStatus"] for one in answers}
    assert {"successful", "unsuccessful"} == statuses
    assert records == [one["input"] for one in answers]


def as_line(single: dict[str, Any]) -> dict[str, Any]:
    """Return a synchronous answer in the shape of a line: a result alone, or none."""
    if single["codeStatus"] == "successful":
        return single | {"result": single["result"][0]}
    kept = {key: one for key, one in single.items() if one != [] and key != "reason"}
    return kept


def test_r66_r67_r96_shape_of_every_line(place: ChunkPlace, topic: str) -> None:
    """A line has a result or one to three suggestions, all of them from the table."""
    classification = classification_of(topic)
    answers = coded(place, texts())

    for answer in answers:
        given = answer.get("suggestions", [])
        if answer["codeStatus"] == "successful":
            assert ["recordId", "codeStatus", "input", "result"] == list(answer)
            given = [answer["result"]]
        else:
            begin = ["recordId", "codeStatus", "input"]
            assert list(answer) in ([*begin, "suggestions"], begin)
            assert 1 <= len(given) <= 3 or "suggestions" not in answer
        for one in given:
            category = classification[one["codeCategory"]]
            assert category.title == one["codeLabel"]
            assert 0 <= one["codeConfidence"] <= 1
            assert one["codeConfidence"] == round(one["codeConfidence"], 6)


def test_b66_output_is_ascii(place: ChunkPlace) -> None:
    """Whatever an id or a title holds, a line is ASCII and JSON, and ends with a feed."""
    record_id = 'M\u0101ori \U0001f600 \u2028 \x7f "'
    coded(place, [{"record_id": record_id, "occp_text": "interpreter of Maori"}])

    output = place.output()

    assert output.isascii()
    assert b"\r" not in output
    assert output.endswith(b"}\n") and output.count(b"\n") == 1
    assert record_id == json.loads(output)["recordId"]


def test_r68_lines_that_cannot_be_coded(place: ChunkPlace) -> None:
    """The guide's bad line has the answer that the guide gives, byte by byte."""
    lines = [
        ValidatedLine(record_id="1", occp_text="nurse"),
        ValidatedLine(record_id="unknown", input="this is not json", error="invalid JSON"),
        ValidatedLine(record_id="2", occp_text="nurse"),
    ]

    code_chunk(place.write(lines))

    output = place.output().splitlines()
    assert (
        b'{"recordId":"unknown","codeStatus":"unsuccessful",'
        b'"input":"this is not json","error":"invalid JSON"}' == output[1]
    )
    assert output[0].replace(b'"1"', b'"2"') == output[2]


@pytest.mark.parametrize("topic", ["anzsco"])
def test_r106_paramedic_of_the_guide(place: ChunkPlace) -> None:
    """The guide's software developer and paramedic come out as its samples have them."""
    answers = coded(
        place,
        [
            {
                "occp_text": "software developer",
                "tasks_text": "writing code and unit tests",
            },
            {"occp_text": "Paramedic, respond to emergencies"},
        ],
    )
    named = [one.get("suggestions") or [one["result"]] for one in answers]

    assert "261313" == named[0][0]["codeCategory"]
    assert "Software Engineer" == named[0][0]["codeLabel"]
    assert "4111" == named[1][0]["codeCategory"][:4]
