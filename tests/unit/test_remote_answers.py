"""Answers from the lines of a service to arrays."""

import json
from pathlib import Path
from typing import Any

import pytest
from remote_runs import Heard

from occoder.errors import AnswersDoNotFit
from occoder.remote.answers import Answers, read_answers

NURSE = {"codeCategory": "2654", "codeLabel": "Nurses", "codeConfidence": 0.9}
COOK = {"codeCategory": "3514", "codeLabel": "Cooks", "codeConfidence": 0.25}


def line(number: int, **fields: Any) -> dict[str, Any]:
    """Return an answer."""
    return {"recordId": str(number), **fields}


def read(folder: Path, *lines: object, n_texts: int | None = None) -> Answers:
    """Return the answers that some lines hold."""
    output = folder / "output.jsonl"
    raw = (one if isinstance(one, bytes) else json.dumps(one).encode() for one in lines)
    output.write_bytes(b"".join(one + b"\n" for one in raw))
    n = len(lines) if n_texts is None else n_texts
    return read_answers(output, folder / "answers.bin", n_texts=n, notes=Heard())


def test_answers_are_numbered(tmp_path: Path) -> None:
    """Codes, confidences, suggestions and reasons arrive as numbers with a meaning."""
    found = read(
        tmp_path,
        line(0, codeStatus="successful", input={"occp_text": "x"}, result=COOK),
        line(1, codeStatus="unsuccessful", suggestions=[NURSE, COOK], reason="retired"),
        line(2, codeStatus="unsuccessful", input="raw", error="malformed record"),
        line(3, codeStatus="unsuccessful", suggestions=[NURSE]),
    )

    assert (("3514", "Cooks"), ("2654", "Nurses")) == found.categories
    assert (
        ("coded", ""),
        ("not coded", "retired"),
        ("error", "malformed record"),
        ("not coded", "low confidence"),
    ) == found.outcomes
    assert [0, -1, -1, -1] == found.rows["category"].tolist()
    assert [0, 1, 2, 3] == found.rows["outcome"].tolist()
    assert [[-1, -1, -1], [1, 0, -1], [-1, -1, -1], [1, -1, -1]] == found.rows[
        "suggested"
    ].tolist()
    assert 0.25 == found.rows["confidence"][0]
    assert [0.9, 0.25, 0] == pytest.approx(found.rows["suggested_confidence"][1].tolist())


def test_other_services_are_understood(tmp_path: Path) -> None:
    """Nulls, unknown fields and a missing status, as other services write them."""
    found = read(
        tmp_path,
        line(0, result=COOK, suggestions=None, error=None, more={"a": 1}),
        line(1, result=None, suggestions=[COOK] * 5),
        line(2, suggestions=[], reason=None),
    )

    assert [0, -1, -1] == found.rows["category"].tolist()
    assert [0, 1, 1] == found.rows["outcome"].tolist()


def test_code_has_no_suggestions_beside(tmp_path: Path) -> None:
    """A file is the same whichever way it went, so a code stands alone."""
    found = read(tmp_path, line(0, result=COOK, suggestions=[NURSE]))

    assert [[-1, -1, -1]] == found.rows["suggested"].tolist()


def test_no_text_no_answer(tmp_path: Path) -> None:
    """An input without texts has no answers."""
    assert 0 == len(read(tmp_path).rows)


def test_many_answers_are_read_in_blocks(tmp_path: Path) -> None:
    """More answers than fit one block are all there."""
    found = read(
        tmp_path, *(line(n, result=COOK if n % 2 else NURSE) for n in range(20_000))
    )

    assert 20_000 == len(found.rows)
    assert [0, 1] * 10_000 == found.rows["category"].tolist()


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([line(0, result=COOK)], "line 2 is missing"),
        ([line(n, result=COOK) for n in range(3)], "line 3 is one too many"),
        ([line(1, result=COOK), line(0, result=COOK)], "line 1 is not the answer"),
        ([line(0, result=COOK), {"result": COOK}], "line 2 is not the answer"),
        ([line(0, result=COOK), b'{"recordId":"1"'], "line 2 is not the answer"),
        ([line(0, result=COOK), b"\xff"], "line 2 is not the answer"),
        ([line(0, codeStatus="successful"), line(1)], "line 1 is successful without"),
        ([line(0, result={"codeCategory": "1"}), line(1)], "line 1 is not the answer"),
    ],
)
def test_other_answers_do_not_fit(tmp_path: Path, lines: list[Any], problem: str) -> None:
    """A file that is not the answer to these texts is refused by line, without text."""
    with pytest.raises(AnswersDoNotFit, match=problem):
        read(tmp_path, *lines, n_texts=2)
