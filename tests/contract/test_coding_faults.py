"""What is wrong with a coding call, as the contract has it (R46-R50, B17-B44, F4-F6)."""

from typing import Any

import pytest
from running_service import RunningService

NURSE = {"occp_text": "nurse"}


def message(service: RunningService, body: Any) -> str:
    """Return the message of a coding call that has to fail with 400."""
    answer = service.code(body)
    assert answer.status_code == 400, answer.text
    found: str = answer.json()["message"]
    return found


def details(service: RunningService, body: Any) -> list[dict[str, Any]]:
    """Return the single faults of a coding call that has to fail."""
    found: list[dict[str, Any]] = service.code(body).json()["errors"]
    return found


@pytest.mark.parametrize("number", [17, -1, 2.5, "3", None, True, 10**30])
def test_b23_f6_unusable_numbers(service: RunningService, number: object) -> None:
    """Any other number of suggestions is an invalid body, and the place is named."""
    body = {"record": NURSE, "numberOfSuggestions": number}

    assert "Invalid request body" == message(service, body)
    if number != 10**30:
        pointers = [one["source"]["pointer"] for one in details(service, body)]
        assert ["/numberOfSuggestions"] == pointers


def test_f4_b17_301_records(service: RunningService) -> None:
    """301 records are refused, with both names that the guide has for it."""
    body = {"records": [NURSE] * 301}

    assert "Batch records exceeds length limit of 300" == message(service, body)
    fault = details(service, body)[0]
    assert ("InvalidRequestBody", "Invalid request body") == (fault["code"], fault["title"])


def test_f4_no_records(service: RunningService) -> None:
    """An empty batch is refused."""
    assert "Batch input contained no records" == message(service, {"records": []})


def test_f4_r46_one_bad_of_300(service: RunningService) -> None:
    """One record that is too long fails the batch, and its index is named."""
    records = [*([NURSE] * 299), {"occp_text": "x" * 101}]

    expected = (
        "There are record(s) outside the min or max char limit:\n"
        "Record with index 299 has a total text length over 100 max"
    )
    assert expected == message(service, {"records": records})
    fault = details(service, {"records": records})[0]
    assert "/records/299" == fault["source"]["pointer"]


def test_r48_every_bad_record_is_named(service: RunningService) -> None:
    """Each record outside the limits has its line."""
    records = [{"occp_text": "ab"}, NURSE, {"occp_text": "x" * 60, "tasks_text": "y" * 41}]

    assert [
        "There are record(s) outside the min or max char limit:",
        "Record with index 0 has a total text length under 3 min",
        "Record with index 2 has a total text length over 100 max",
    ] == message(service, {"records": records}).split("\n")


def test_b37_single_record_is_index_0(service: RunningService) -> None:
    """A single record that is too short is called index 0."""
    assert "Record with index 0" in message(service, {"record": {"occp_text": "a"}})


@pytest.mark.parametrize(
    "odd", ["\x1f", "\x7f", "é", "\t", "\n", "\u2019", "😀"], ids=ascii
)
def test_f5_b38_only_printable_ascii(service: RunningService, odd: str) -> None:
    """Any other character is an invalid body, and the field is named."""
    body = {"records": [NURSE, {"occp_text": "nurse", "tasks_text": f"cares{odd}"}]}

    assert "Invalid request body" == message(service, body)
    assert "/records/1/tasks_text" == details(service, body)[0]["source"]["pointer"]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, "neither"),
        ({"numberOfSuggestions": 3}, "neither"),
        ({"record": NURSE, "records": [NURSE]}, "both"),
        ({"records": NURSE}, "wrap in @( )"),
        ({"records": None}, "wrap in @( )"),
        ([NURSE], "must be an object"),
        ("nurse", "must be an object"),
        ({"record": NURSE, "suggestions": 3}, "none of"),
        ({"record": NURSE, "explain": 1}, "explain"),
        ({"record": NURSE, "levels": "yes"}, "levels"),
    ],
    ids=str,
)
def test_b21_b43_invalid_envelopes(
    service: RunningService, body: object, found: str
) -> None:
    """What is wrong with the envelope is said."""
    assert "Invalid request body" == message(service, body)
    assert found in " ".join(one["detail"] for one in details(service, body))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nurse",
        b'{"record": {"occp_text": "nurse"},}',
        b'{"record": {"occp_text": "nurse"}} x',
        b"\xff\xfe\x00",
        b"[" * 50_000,
        b'{"record":' * 10_000,
        b'{"record": {"occp_text": "\xe9"}}',
    ],
    ids=lambda body: str(body[:20]),
)
def test_b44_not_json(service: RunningService, body: bytes) -> None:
    """What is not JSON, trailing commas included, is an invalid body."""
    assert "Invalid request body" == message(service, body)


@pytest.mark.parametrize(
    "record",
    [
        "nurse",
        None,
        7,
        [],
        {},
        {"recordId": "1"},
        {"occp_text": 7},
        {"occp_text": ["nurse"]},
        {"occp_text": "nurse", "tasks_text": {}},
        {"occp_text": "nurse", "tasks_text": []},
        {"occp_text": "nurse", "tasks_text": 0},
        {"occp_text": "nurse", "tasks_text": False},
        {"occp_text": "nurse", "age": "30"},
        {"occp_text": "nurse", "recordId": 7},
        {"occp_text": "nurse", "recordId": None},
        {"occp_text": "nurse", "recordId": "x" * 257},
    ],
    ids=str,
)
def test_b39_b41_malformed_records(service: RunningService, record: object) -> None:
    """A record that does not fit the input format is malformed, alone and in a batch."""
    assert "Malformed record found in request" == message(service, {"record": record})
    body = {"records": [NURSE, record]}
    assert "Malformed record found in request" == message(service, body)
    assert "/records/1" == details(service, body)[0]["source"]["pointer"]


def test_explain_is_for_few(service: RunningService) -> None:
    """An explanation of many records at once is refused."""
    body = {"records": [NURSE] * 21, "explain": True}

    assert "Invalid request body" == message(service, body)
    assert "/explain" == details(service, body)[0]["source"]["pointer"]
