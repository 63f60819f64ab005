"""Answers as pieces of JSON."""

import json

import numpy as np
import pytest
from stand_in_coder import load_stand_in

from occoder.files.answers import Answers
from occoder.files.columns import added_columns
from occoder.files.json_answers import JsonAnswers

OSCA = load_stand_in("osca")
PLACE = OSCA.classification.position("111131")


def row(
    category: int, confidence: int, outcome: int, explanation: str | None = None
) -> str:
    """Return the fields of one row with one suggestion, as JSON."""
    explain = explanation is not None
    (names,) = added_columns(['"quoted"'], ["osca"], n_suggestions=1, explain=explain)
    answers = Answers(
        category=np.array([category], np.int32),
        confidence=np.array([confidence], np.int32),
        outcome=np.array([outcome], np.uint8),
        suggested=np.array([[PLACE]], np.int32),
        suggested_confidence=np.array([[1]], np.int32),
        explanations=[explanation] if explain else None,
    )
    columns = JsonAnswers(OSCA, names, nfd=False).pieces(answers)
    return b"".join(column[0] for column in columns).decode()


def test_fields_are_those_of_the_table() -> None:
    """Code, title, level and all else are written in the order of the output."""
    expected = {
        "code": "111131",
        "title": OSCA.classification["111131"].title,
        "level": 5,
        "confidence": 0.95,
        "status": "coded",
        "reason": None,
        "suggestion_1_code": "111131",
        "suggestion_1_title": OSCA.classification["111131"].title,
        "suggestion_1_confidence": 0.0001,
        "model_id": "stand-in-osca",
        "classification": "OSCA 2024",
    }
    fields = row(PLACE, 9500, 0)
    found = json.loads("{" + fields.removeprefix(",") + "}")

    assert fields.startswith(",")
    assert list(expected.items()) == list(found.items())


def test_none_is_null() -> None:
    """Without an answer, its fields are null."""
    found = json.loads("{" + row(-1, -1, 1)[1:] + "}")

    assert [None] * 4 == [found[name] for name in ("code", "title", "level", "confidence")]
    assert ("not coded", "empty") == (found["status"], found["reason"])


@pytest.mark.parametrize(("steps", "text"), [(0, "0.0"), (10_000, "1.0"), (1234, "0.1234")])
def test_confidence_has_four_decimals(steps: int, text: str) -> None:
    """A confidence is written with at most four decimals, never as a power of ten."""
    assert f'"confidence":{text},' in row(PLACE, steps, 0)


def test_explanation_is_escaped() -> None:
    """An explanation is a JSON string, whatever is in it."""
    found = json.loads("{" + row(PLACE, 1, 0, 'say "é"\n')[1:] + "}")

    assert 'say "é"\n' == found["explanation"]
