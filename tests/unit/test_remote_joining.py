"""Answers put beside the rows that they belong to."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from remote_runs import model

from occoder.coder.reason import REASONS
from occoder.errors import UnreadableFile
from occoder.files.columns import added_columns
from occoder.remote.answers import Answers
from occoder.remote.categories import classification_of
from occoder.remote.joining import AnswerFinder, with_others
from occoder.remote.texts import TextTable, key_of

TEXTS = [("nurse", "on a ward"), ("vague", ""), ("old", ""), ("bad", ""), ("new", "")]
CATEGORIES = (("2654", "Nurses"), ("999999", "Sleepers"))
OUTCOMES = (
    ("coded", ""),
    ("not coded", "low confidence"),
    ("not coded", "retired"),
    ("error", "malformed record"),
    ("not coded", "not heard of here"),
)
(NAMES,) = added_columns(["job", "status"], ["osca"], n_suggestions=0, explain=False)


def rows() -> NDArray[np.void]:
    """Return an answer of each kind."""
    kind = [
        ("category", "<i4"),
        ("confidence", "<f4"),
        ("outcome", "<i4"),
        ("suggested", "<i4", (3,)),
        ("suggested_confidence", "<f4", (3,)),
    ]
    none = [-1, -1, -1]
    return np.array(
        [
            (0, 0.75, 0, none, [0, 0, 0]),
            (-1, 0, 1, [1, 0, -1], [0.5, 0.25, 0]),
            *((-1, 0, outcome, none, [0, 0, 0]) for outcome in (2, 3, 4)),
        ],
        kind,
    )


@pytest.fixture
def finder(tmp_path: Path) -> AnswerFinder:
    """Return what finds these answers."""
    texts = TextTable(tmp_path / "texts.sqlite")
    texts.add([key_of(*pair) for pair in TEXTS])
    classification = classification_of("osca", model(), CATEGORIES)
    answers = Answers(CATEGORIES, OUTCOMES, rows())
    return AnswerFinder(texts, answers, classification, "survey.csv")


def test_answers_are_found_by_text(finder: AnswerFinder) -> None:
    """Rows get the answers of their texts, in any order; short ones get none."""
    classification = classification_of("osca", model(), CATEGORIES)
    titles, tasks = zip(TEXTS[1], ("x", ""), TEXTS[0], TEXTS[0], TEXTS[2], strict=True)
    coded = finder.answer(titles, tasks, 2)
    nurse, sleeper = (classification.position(code) for code, _ in CATEGORIES)

    assert [-1, -1, nurse, nurse, -1] == coded.category.tolist()
    assert [0, 0, 0.75, 0.75, 0] == coded.confidence.tolist()
    assert ["low confidence", "low confidence", "", "", "retired"] == [
        REASONS[one] for one in coded.reason
    ]
    assert [sleeper, nurse] == coded.ranked[0, -1].tolist()
    assert [0.5, 0.25] == coded.ranked_confidence[0, -1].tolist()
    assert {} == finder.others


def test_what_only_a_service_says_is_kept_apart(finder: AnswerFinder) -> None:
    """Errors and reasons that no coder here gives are told by row, until the next rows."""
    titles, tasks = zip(*TEXTS[2:], strict=True)
    finder.answer(titles, tasks, 1)
    others = dict(finder.others)
    finder.answer(["nurse"], ["on a ward"], 1)

    assert {1: OUTCOMES[3], 2: OUTCOMES[4]} == others
    assert {} == finder.others


def test_no_text_at_all(finder: AnswerFinder) -> None:
    """Rows without texts get no answer."""
    assert [-1, -1] == finder.answer(["", "x"], ["", ""], 1).category.tolist()


def test_unknown_text_is_refused(finder: AnswerFinder) -> None:
    """A text that was not sent means that the input was changed."""
    with pytest.raises(UnreadableFile, match="changed"):
        finder.answer(["nurse", "zebra whisperer"], ["on a ward", ""], 1)


def test_frame_gets_the_words_of_the_service() -> None:
    """Status and reason of a table's rows are replaced, and nothing else."""
    frame = pl.DataFrame(
        {"job": ["a", "b"], NAMES.status: ["coded", "not coded"], NAMES.reason: [None, "x"]}
    )
    changed = with_others(frame, {1: ("error", "malformed record")}, NAMES)

    assert frame is with_others(frame, {}, NAMES)
    assert ["a", "b"] == changed["job"].to_list()
    assert ["coded", "error"] == changed[NAMES.status].to_list()
    assert [None, "malformed record"] == changed[NAMES.reason].to_list()
    assert frame.columns == changed.columns


def test_line_gets_the_words_of_the_service() -> None:
    """Only the added fields of a line are changed, whatever its text looks like."""
    stand_in = b'"occoder_status":"not coded","reason":"low confidence"'
    text = rb'{"job":"\"occoder_status\":\"not coded\",\"reason\":\"low confidence\"",'
    lines = text + stand_in + b',"m":1}\n{"job":"b",' + stand_in + b"}\n"
    changed = with_others(lines, {0: ("error", 'a "bad" one')}, NAMES)

    own = rb'"occoder_status":"error","reason":"a \"bad\" one"'
    assert text + own + b',"m":1}\n{"job":"b",' + stand_in + b"}\n" == changed
