"""Output files of batches, with the rows that each has to become."""

import csv
import io
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

ANSWER_COLUMNS: Final = (
    *("recordId", "codeStatus", "input.occp_text", "input.tasks_text"),
    *("result_1.codeCategory", "result_1.codeLabel", "result_1.codeConfidence"),
    *("result_2.codeCategory", "result_2.codeLabel", "result_2.codeConfidence"),
    *("result_3.codeCategory", "result_3.codeLabel", "result_3.codeConfidence"),
)
OUTPUT_COLUMNS: Final = (
    *("recordId", "codeStatus", "error", "input.occp_text", "input.tasks_text"),
    *("result.codeCategory", "result.codeLabel", "result.codeConfidence"),
    *("suggestions_1.codeCategory", "suggestions_1.codeLabel"),
    *("suggestions_1.codeConfidence", "suggestions_2.codeCategory"),
    *("suggestions_2.codeLabel", "suggestions_2.codeConfidence"),
    *("suggestions_3.codeCategory", "suggestions_3.codeLabel"),
    "suggestions_3.codeConfidence",
)

# The sample of the published examples, to the letter.
CODED: Final = (
    '{ "recordId": "1", "codeStatus": "successful", "input": { "occp_text": "software '
    'developer", "tasks_text": "writing code and unit tests" }, "result": { '
    '"codeCategory": "261313", "codeLabel": "Software Engineer", "codeConfidence": 0.98 } }'
)
NOT_CODED: Final = (
    '{ "recordId": "2", "codeStatus": "unsuccessful", "input": { "occp_text": "Paramedic", '
    '"tasks_text": "responding to medical emergencies" }, "suggestions": [ { '
    '"codeCategory": "411111", "codeLabel": "Ambulance Officer", "codeConfidence": 0.26 }, '
    '{ "codeCategory": "411112", "codeLabel": "Intensive Care Ambulance Paramedic", '
    '"codeConfidence": 0.24 } ] }'
)
NOT_JSON: Final = (
    '{ "recordId": "unknown", "codeStatus": "unsuccessful", "input": "this is not json", '
    '"error": "invalid JSON" }'
)
CODED_ROW: Final = (
    *("1", "successful", "", "software developer", "writing code and unit tests"),
    *("261313", "Software Engineer", "0.98", *[""] * 9),
)
NOT_CODED_ROW: Final = (
    *("2", "unsuccessful", "", "Paramedic", "responding to medical emergencies"),
    *("", "", "", "411111", "Ambulance Officer", "0.26"),
    *("411112", "Intensive Care Ambulance Paramedic", "0.24", "", "", ""),
)
NOT_JSON_ROW: Final = ("unknown", "unsuccessful", "invalid JSON", *[""] * 14)


@dataclass(frozen=True)
class OutputFile:
    """The output of a batch.

    Parameters
    ----------
    content : bytes
        As it is downloaded.
    rows : sequence of sequence of str
        The cells that it becomes, below the names of the columns.
    """

    content: bytes
    rows: Sequence[Sequence[str]]


def coded_line(texts: Any = None, **facts: Any) -> str:
    """Return a line with a code; what is None is left out."""
    line = {
        "recordId": "1",
        "codeStatus": "successful",
        "input": {"occp_text": "nurse"} if texts is None else texts,
        "result": {
            "codeCategory": "2654",
            "codeLabel": "Registered Nurses",
            "codeConfidence": 0.9,
        },
    }
    return json.dumps(
        {key: one for key, one in {**line, **facts}.items() if one is not None}
    )


def coded_row(*texts: str, record_id: str = "1", confidence: str = "0.9") -> list[str]:
    """Return the cells of such a line."""
    code = ["2654", "Registered Nurses", confidence]
    return [record_id, "successful", "", *texts, *code, *[""] * 9]


def _file(*lines: str, rows: Sequence[Sequence[str]], end: str = "\n") -> OutputFile:
    return OutputFile("".join(line + end for line in lines).encode(), rows)


def _guarded() -> OutputFile:
    """Return texts that a spreadsheet would run, and some that only look like it."""
    texts = ["=1+1", "+61 nurse", "-nurse", "@SUM(A1)", "\tnurse", "\rnurse", "\nnurse"]
    texts += ["\0=1"]
    texts += ["\uff1d1", "\uff0b1", "\uff0d1", "\uff201"]
    plain = ["a=1", "'nurse", " =1", "", '"=1"']
    lines = [coded_line({"occp_text": one, "tasks_text": one}) for one in texts + plain]
    rows = [coded_row(f"'{one}", f"'{one}") for one in texts]
    return _file(*lines, rows=rows + [coded_row(one, one) for one in plain])


FILES: Final = {
    "published sample": _file(
        *(CODED, NOT_CODED, NOT_JSON), rows=[CODED_ROW, NOT_CODED_ROW, NOT_JSON_ROW]
    ),
    "all coded": _file(CODED, CODED, rows=[CODED_ROW, CODED_ROW]),
    "none coded": _file(NOT_CODED, NOT_CODED, rows=[NOT_CODED_ROW, NOT_CODED_ROW]),
    "only bad lines": _file(NOT_JSON, rows=[NOT_JSON_ROW]),
    "one line": _file(CODED, rows=[CODED_ROW]),
    "no line end": _file(CODED, rows=[CODED_ROW], end=""),
    "no line": _file(rows=[]),
    "CR LF": _file(CODED, NOT_CODED, rows=[CODED_ROW, NOT_CODED_ROW], end="\r\n"),
    "blank lines": _file(CODED, "", "  ", CODED, rows=[CODED_ROW, CODED_ROW]),
    "byte order mark": _file("\ufeff" + CODED, rows=[CODED_ROW]),
    "ids": _file(
        *(coded_line(recordId=one) for one in ("001", "", "1e5", "=1", "-2", "1.0", 7)),
        coded_line(recordId=12345678901234567890),
        coded_line(recordId=None),
        '{"recordId": null, ' + coded_line(recordId=None)[1:],
        rows=[
            coded_row("nurse", "", record_id=one)
            for one in ("001", "", "1e5", "=1", "-2", "1.0", "7")
        ]
        + [coded_row("nurse", "", record_id="12345678901234567890")]
        + [coded_row("nurse", "", record_id="")] * 2,
    ),
    "looks like a date": _file(
        coded_line(
            {"occp_text": "2024-01-02T03:04:05Z", "tasks_text": "/Date(1)/"},
            recordId="2024-12-31T00:00:00+11:00",
        ),
        rows=[
            coded_row(
                *("2024-01-02T03:04:05Z", "/Date(1)/"),
                record_id="2024-12-31T00:00:00+11:00",
            )
        ],
    ),
    "empty and odd keys": _file(
        coded_line({}),
        coded_line({"occp_text": None, "tasks_text": "caring"}),
        coded_line({"occp_text": 5, "tasks_text": ["caring"]}),
        coded_line([{"occp_text": "nurse"}]),
        coded_line(7),
        coded_line(suggestions=[]),
        coded_line(reason="low confidence", other={"a": [1]}),
        '{"recordId": "9"}',
        rows=[
            coded_row("", ""),
            coded_row("", "caring"),
            *[coded_row("", "")] * 3,
            *[coded_row("nurse", "")] * 2,
            ["9", *[""] * 16],
        ],
    ),
    "digits": _file(
        *(
            coded_line(result=None)[:-1] + f', "result": {{"codeConfidence" : {one}}}}}'
            for one in ("1.0", "1", "0.10", "0.000001", "1e-6", "0.123456", "0", "1E-05")
        ),
        rows=[
            [*("1", "successful", "", "nurse", "", "", "", one), *[""] * 9]
            for one in ("1.0", "1", "0.10", "0.000001", "1e-6", "0.123456", "0", "1E-05")
        ],
    ),
    "digits in texts": _file(
        coded_line({"occp_text": '"codeConfidence": 0.5', "tasks_text": "recordId: 1.0"}),
        NOT_JSON.replace(
            "this is not json", '{\\"recordId\\": 7, \\"codeConfidence\\":1.0'
        ),
        rows=[coded_row('"codeConfidence": 0.5', "recordId: 1.0"), NOT_JSON_ROW],
    ),
    "beyond ASCII, escaped": _file(
        coded_line({"occp_text": "M\u0101ori \u6f22 \U0001f600 \x7f \u2028 \ue000"}),
        rows=[coded_row("M\u0101ori \u6f22 \U0001f600 \x7f \u2028 \ue000", "")],
    ),
    "beyond ASCII, as it is": _file(
        json.dumps(
            json.loads(CODED) | {"recordId": "M\u0101\u2028\x85"}, ensure_ascii=False
        ),
        rows=[["M\u0101\u2028\x85", *CODED_ROW[1:]]],
    ),
    "quotes, commas, line ends": _file(
        coded_line({"occp_text": 'a "b", c', "tasks_text": "one\r\ntwo\nthree\rfour\\n"}),
        coded_line({"occp_text": '"', "tasks_text": ",\\"}),
        rows=[
            coded_row('a "b", c', "one\r\ntwo\nthree\rfour\\n"),
            coded_row('"', ",\\"),
        ],
    ),
    "what a spreadsheet would run": _guarded(),
}


def csv_of(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """Return the one CSV that all languages have to write."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([columns, *rows])
    return text.getvalue().encode()


def random_lines(n: int, seed: int) -> Iterator[str]:
    """Yield lines of output as no test would think of them."""
    chance = random.Random(seed)
    pieces = ['"', "'", ",", "\\", "\n", "\r\n", "\t", "=", "+", "-", "@", "a", "0", ".5"]
    pieces += [
        "\u0101",
        "\U0001f600",
        " ",
        ":",
        "{",
        "}",
        "codeConfidence",
        "recordId",
        "\0",
    ]

    def text() -> str:
        return "".join(chance.choices(pieces, k=chance.randrange(12)))

    def code() -> dict[str, Any]:
        value = chance.choice([chance.random(), round(chance.random(), 6), 1e-6, 1, 1.0])
        code = {"codeCategory": text(), "codeLabel": text(), "codeConfidence": value}
        return {key: one for key, one in code.items() if chance.random() < 0.9}

    for _ in range(n):
        line = {
            "recordId": chance.choice([text(), chance.randrange(10**18)]),
            "codeStatus": text(),
            "input": chance.choice([text(), {"occp_text": text(), "tasks_text": text()}]),
            "result": code(),
            "suggestions": [code() for _ in range(chance.randrange(5))],
            "error": text(),
        }
        kept = {key: one for key, one in line.items() if chance.random() < 0.8}
        yield json.dumps(kept, ensure_ascii=chance.random() < 0.5)
