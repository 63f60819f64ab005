"""Lines looked at one by one."""

import json
from typing import Any

import msgspec
import pytest

from occoder.batch.scan.lines import MAX_LINE_BYTES, lines_of
from occoder.batch.scan.record_check import RecordCheck
from occoder.batch.scan.validated_line import ValidatedLine

FIELDS = ("occp_text", "tasks_text")
INVALID_JSON = "invalid JSON"
MALFORMED = "malformed record"
INVALID_CHARACTERS = "invalid characters"
TOO_SHORT = "Record has a total text length under 3 min"
TOO_LONG = "Record has a total text length over 100 max"


def result(
    line: bytes | str, input_format: tuple[str, ...] = FIELDS, max_chars: int = 100
) -> Any:
    """Return what becomes of one line."""
    encoded = line.encode() if isinstance(line, str) else line
    check = RecordCheck(input_format, max_chars=max_chars)
    (written,) = check.encoded([encoded]).splitlines()
    msgspec.json.decode(written, type=ValidatedLine)
    return json.loads(written)


def faulty(error: str, record_id: str | None = None, **texts: str | None) -> Any:
    """Return the line of a record with an error."""
    name = {} if record_id is None else {"recordId": record_id}
    return {**name, "input": texts, "error": error}


def unreadable(line: str, error: str = INVALID_JSON) -> Any:
    """Return the line of what could not be read."""
    return {"recordId": "unknown", "input": line, "error": error}


@pytest.mark.parametrize(
    "line",
    [
        '{"recordId":"1","occp_text":"baker","tasks_text":"bakes bread"}',
        '{"occp_text":"baker"}',
        '{"tasks_text":"bakes bread"}',
        '{"recordId":"","occp_text":null,"tasks_text":"bakes"}',
        '{"occp_text":"","tasks_text":"   "}',
        '{"recordId":"é😀\\u0000","occp_text":"~ !"}',
    ],
)
def test_record_comes_through(line: str) -> None:
    """A record that can be coded comes through with just the fields that it has."""
    assert json.loads(line) == result(line)


def test_name_may_be_null() -> None:
    """It is as if there were none: so some programs write what is not there."""
    assert {"occp_text": "baker"} == result('{"recordId": null, "occp_text": "baker"}')
    assert faulty(TOO_SHORT, occp_text="x") == result(
        '{"recordId": null, "occp_text": "x"}'
    )


def test_order_of_fields_is_one() -> None:
    """The fields of a record are written in one order, without spare blanks."""
    check = RecordCheck(FIELDS, max_chars=100)
    line = b' { "tasks_text" : "b", "occp_text" : "aa" , "recordId" : "\\u0031" } \r'

    assert b'{"recordId":"1","occp_text":"aa","tasks_text":"b"}\n' == check.encoded([line])


@pytest.mark.parametrize("number", ["7", "-12", "0", "9007199254740993", "9" * 256])
def test_integer_names_a_record(number: str) -> None:
    """An integer is taken as the digits that name the record."""
    assert {"recordId": number, "occp_text": "baker"} == result(
        f'{{"recordId": {number}, "occp_text": "baker"}}'
    )


@pytest.mark.parametrize(
    "name",
    [
        *("true", "1.0", "1e3", "1e400", "[]", "{}", "9" * 257, "9" * 5000),
        f'"{"x" * 257}"',
    ],
)
def test_other_names_are_malformed(name: str) -> None:
    """What can't name a record is not given back; the texts are."""
    assert faulty(MALFORMED, occp_text="baker") == result(
        f'{{"recordId": {name}, "occp_text": "baker"}}'
    )


@pytest.mark.parametrize("line", ["7", "null", "true", '"baker"', "[1]", "1e400", "{}"])
def test_what_is_no_record_is_malformed(line: str) -> None:
    """JSON that is no object, or one without fields, is a malformed record."""
    assert faulty(MALFORMED) == result(line)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"recordId":"1"}', faulty(MALFORMED, "1")),
        ('{"recordId":"1","occp_text":5}', faulty(MALFORMED, "1")),
        (
            '{"recordId":1,"occp_text":["x"],"tasks_text":"bakes"}',
            faulty(MALFORMED, "1", tasks_text="bakes"),
        ),
        (
            '{"recordId":"1","occp_text":"baker","income":{"a":[1]}}',
            faulty(MALFORMED, "1", occp_text="baker"),
        ),
        ('{"input":"baker","error":"x"}', faulty(MALFORMED)),
    ],
)
def test_malformed_record(line: str, expected: Any) -> None:
    """A malformed record keeps its name and its texts, and nothing else."""
    assert expected == result(line)


@pytest.mark.parametrize(
    "line",
    ["this is not json", '{"occp_text":"baker"', "{'a':1}", "{}{}", '{"a":NaN}', "\x00"],
)
def test_no_json_is_given_back(line: str) -> None:
    """A line that is not JSON is given back as it is."""
    assert unreadable(line) == result(line)


@pytest.mark.parametrize("line", ["", " ", "\t\r", "\r"])
def test_blank_line_is_given_back_empty(line: str) -> None:
    """A blank line is not JSON, and given back as nothing."""
    assert unreadable("") == result(line)


def test_long_no_json_is_cut() -> None:
    """Of a line that is not JSON, a thousand characters are given back."""
    assert unreadable("é" * 1000) == result("é" * 1001 + "\r")


def test_nested_beyond_reason_is_no_json() -> None:
    """A line nested beyond reason is not read."""
    line = '{"occp_text":' + "[" * 5000

    assert unreadable(line[:1000]) == result(line)


def test_overlong_line_is_malformed() -> None:
    """Of a line that is too long the beginning is given back, even of a fine record."""
    line = b'{"occp_text": "baker"}' + b" " * MAX_LINE_BYTES
    half = MAX_LINE_BYTES // 2
    ((cut,),) = [x for x in lines_of([line[:half], line[half:], b"x"]) if x]

    assert unreadable(line.decode().strip(), MALFORMED) == result(cut)


@pytest.mark.parametrize("text", ["café", "tab\t", "del\x7f", "nul\x00", "a\nb", "a—b"])
def test_other_characters_are_invalid(text: str) -> None:
    """A text with anything but printable ASCII is told of, and given back."""
    record = {"recordId": "é", "occp_text": "baker", "tasks_text": text}

    assert faulty(INVALID_CHARACTERS, "é", occp_text="baker", tasks_text=text) == result(
        json.dumps(record)
    )


def test_other_encodings_keep_the_name() -> None:
    """A record in an old encoding keeps its name, so that it can be found again."""
    line = '{"recordId": "7", "occp_text": "café"}'.encode("latin-1")

    assert faulty(INVALID_CHARACTERS, "7", occp_text="caf\ufffd") == result(line)


@pytest.mark.parametrize(
    ("line", "record_id", "text"),
    [
        (rb'{"recordId":"a","occp_text":"b\ud800aker"}', "a", "b?aker"),
        (rb'{"recordId":"a\udc00","occp_text":"baker"}', "a?", "baker"),
        (b'{"recordId":"a\xe9","occp_text":"baker"}', "a\ufffd", "baker"),
        (b'{"recordId":"a\xed\xa0\x80","occp_text":"baker"}', "a" + "\ufffd" * 3, "baker"),
    ],
)
def test_half_characters_are_invalid(line: bytes, record_id: str, text: str) -> None:
    """What is no whole character is told of and replaced, in names too."""
    assert faulty(INVALID_CHARACTERS, record_id, occp_text=text) == result(line)


@pytest.mark.parametrize(
    ("title", "tasks", "error"),
    [
        ("", None, TOO_SHORT),
        (None, None, TOO_SHORT),
        ("a", "b", TOO_SHORT),
        ("a", "bc", ""),
        ("a" * 50, "b" * 50, ""),
        ("a" * 50, "b" * 51, TOO_LONG),
        (" " * 101, "", TOO_LONG),
        (" " * 100, "", ""),
    ],
)
def test_lengths_count_over_both(title: str | None, tasks: str | None, error: str) -> None:
    """Lengths are those of both texts together, blanks included."""
    texts = {"occp_text": title, "tasks_text": tasks}

    assert (faulty(error, **texts) if error else texts) == result(json.dumps(texts))


def test_long_text_is_cut() -> None:
    """Of a text that is too long, a thousand characters are given back."""
    assert faulty(TOO_LONG, occp_text="x" * 1000, tasks_text="y") == result(
        json.dumps({"occp_text": "x" * 1001, "tasks_text": "y"})
    )


def test_longest_text_is_a_setting() -> None:
    """The greatest length is as it is set, and told so."""
    line = json.dumps({"occp_text": "x" * 300})

    assert {"occp_text": "x" * 300} == result(line, max_chars=300)
    assert (
        "Record has a total text length over 299 max"
        == (result(line, max_chars=299)["error"])
    )


def test_faults_have_an_order() -> None:
    """Of several faults the shape is told first, then characters, then the length."""
    malformed = {"occp_text": "é", "x": 1}
    non_ascii = {"occp_text": "é"}

    assert MALFORMED == result(json.dumps(malformed))["error"]
    assert INVALID_CHARACTERS == result(json.dumps(non_ascii))["error"]


@pytest.mark.parametrize(
    "line",
    [
        '{"occp_text": 5, "occp_text": "baker"}',
        '{"recordId": 1.5, "recordId": "a", "occp_text": "baker"}',
    ],
)
def test_last_of_two_equal_names_counts(line: str) -> None:
    """Where a field is given twice the last counts, whatever the first was."""
    assert "baker" == result(line)["occp_text"]


@pytest.mark.parametrize(
    "input_format", [("duty",), ("job title", "class", "2nd"), ("occp_text",)]
)
def test_fields_are_those_of_the_model(input_format: tuple[str, ...]) -> None:
    """Which text fields there are is up to the model."""
    record = {"recordId": "1", **dict.fromkeys(input_format, "baker")}
    foreign = {**record, "tasks_text": "bakes"}

    assert record == result(json.dumps(record), input_format)
    assert MALFORMED == result(json.dumps(foreign), input_format)["error"]
    assert set(input_format) == result(json.dumps(foreign), input_format)["input"].keys()
