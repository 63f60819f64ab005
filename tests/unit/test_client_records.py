"""Records of a caller, and the bodies they are sent in."""

import json
from typing import Any

import msgspec
import pytest

from occoder import wire
from occoder.client.records import Record, Wanted, body_of, one_record, wire_record

ALL = Wanted(suggestions=16, levels=True, explain=True)


def fields(record: wire.Record) -> object:
    """Return a record as it is sent."""
    return json.loads(msgspec.json.encode(record))


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("sparky", {"occp_text": "sparky"}),
        ("", {"occp_text": ""}),
        (("nurse", "nights"), {"occp_text": "nurse", "tasks_text": "nights"}),
        (("nurse", ""), {"occp_text": "nurse", "tasks_text": ""}),
        ({"occp_text": "nurse"}, {"occp_text": "nurse"}),
        ({"tasks_text": "nights"}, {"tasks_text": "nights"}),
        ({"occp_text": None, "tasks_text": "x"}, {"occp_text": None, "tasks_text": "x"}),
        ({"occp_text": "x", "recordId": "007"}, {"occp_text": "x", "recordId": "007"}),
        ({"occp_text": "x", "recordId": None}, {"occp_text": "x"}),
        ({"occp_text": "x", "name": "Jo", "age": 7}, {"occp_text": "x"}),
        ("  Café “chef” \n", {"occp_text": "  Café “chef” \n"}),
    ],
)
def test_texts_are_sent_as_they_are(record: Record, expected: object) -> None:
    """Every kind of record is sent with its texts untouched and nothing else of it."""
    assert expected == fields(wire_record(record, 0))


@pytest.mark.parametrize(
    ("record", "kind", "fault"),
    [
        (42, TypeError, "record 7 is a int"),
        (None, TypeError, "record 7 is a NoneType"),
        (["s3cret"], TypeError, "record 7 is a list"),
        (("s3cret",), TypeError, "record 7 is a tuple"),
        (("s3cret", 1), TypeError, "tasks_text of record 7 is a int"),
        ({"occp_text": b"s3cret"}, TypeError, "occp_text of record 7 is a bytes"),
        (
            {"occp_text": "s3cret", "recordId": 1},
            TypeError,
            "recordId of record 7 is a int",
        ),
        ({"title": "s3cret"}, ValueError, "record 7 has neither"),
        ({}, ValueError, "record 7 has neither"),
        ("s3cret \ud83d", ValueError, "occp_text of record 7 holds half a character"),
    ],
)
def test_unusable_records_are_told(record: Any, kind: type[Exception], fault: str) -> None:
    """What is no record is told by its position, never by what stands in it."""
    with pytest.raises(kind, match=fault) as caught:
        wire_record(record, 7)

    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("nurse", ""), {"occp_text": "nurse"}),
        (("nurse", "nights"), {"occp_text": "nurse", "tasks_text": "nights"}),
        (("", "nights"), {"occp_text": "", "tasks_text": "nights"}),
    ],
)
def test_one_record_leaves_no_tasks_out(given: tuple[str, str], expected: object) -> None:
    """Without tasks there is no field of tasks."""
    assert expected == fields(one_record(*given))


def test_title_must_be_text() -> None:
    """A title that is none is told."""
    with pytest.raises(TypeError, match="occp_text of record 0 is a int"):
        one_record(7, "x")  # type: ignore[arg-type]


def test_bodies_are_those_of_the_guide() -> None:
    """Plain calls hold what the user guide shows and no extension."""
    one, many = one_record("nurse", ""), [one_record("nurse", "")]

    assert {"record": {"occp_text": "nurse"}, "numberOfSuggestions": 3} == json.loads(
        body_of(one, Wanted())
    )
    assert {"records": [{"occp_text": "nurse"}], "numberOfSuggestions": 3} == json.loads(
        body_of(many, Wanted())
    )


def test_extensions_are_named_when_wanted() -> None:
    """What is wanted beside the contract is asked for, in the words of the wire."""
    body = body_of([one_record("nurse", "nights")], ALL)

    assert wire.CodeRequest(
        records=[wire.Record("nurse", "nights")],
        number_of_suggestions=16,
        levels=True,
        explain=True,
    ) == msgspec.json.decode(body, type=wire.CodeRequest)


@pytest.mark.parametrize(
    ("suggestions", "kind"),
    [(-1, ValueError), (17, ValueError), ("3", TypeError), (2.0, TypeError)],
)
def test_unusable_wishes_are_told(suggestions: Any, kind: type[Exception]) -> None:
    """A number of suggestions that the contract doesn't have is refused."""
    with pytest.raises(kind, match="suggestions must be"):
        Wanted(suggestions=suggestions)
