"""Lines of output, made of pieces."""

from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from msgspec import UNSET
from toy_coder import TOY

from occoder import wire
from occoder.batch.coding.batch_answers import BatchAnswers
from occoder.batch.scan.validated_line import ValidatedLine
from occoder.coder.coded import CodedBatch
from occoder.coder.reason import REASONS
from occoder.wire.ascii_json import ascii_json

N_CATEGORIES = len(TOY.categories)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
OR_NONE = st.none() | st.just(UNSET) | TEXTS
LINES = st.builds(
    ValidatedLine,
    record_id=st.just(UNSET) | TEXTS,
    occp_text=OR_NONE,
    tasks_text=OR_NONE,
) | st.builds(
    ValidatedLine,
    record_id=st.just(UNSET) | TEXTS,
    input=TEXTS | st.dictionaries(TEXTS, st.none() | TEXTS, max_size=2),
    error=TEXTS,
)


@st.composite
def coded_lines(draw: st.DrawFn) -> tuple[list[ValidatedLine], CodedBatch]:
    """Return lines, with any answers for them that a coder could give."""
    lines = draw(st.lists(LINES, max_size=8))
    n, n_levels, n_ranked = len(lines), len(TOY.levels), draw(st.integers(1, 3))
    positions = st.integers(-1, N_CATEGORIES - 1)
    shares = st.floats(0, 1, width=32)
    shape = (n, n_levels, n_ranked)
    coded = CodedBatch(
        draw(arrays.arrays(np.int32, n, elements=positions)),
        draw(arrays.arrays(np.float32, n, elements=shares)),
        draw(arrays.arrays(np.uint8, n, elements=st.integers(0, len(REASONS) - 1))),
        draw(arrays.arrays(np.int32, shape, elements=positions)),
        draw(arrays.arrays(np.float32, shape, elements=shares)),
    )
    return lines, coded


def encoded(
    line: ValidatedLine,
    coded: CodedBatch,
    i: int,
    no_id: str | None,
    *,
    has_reason: bool,
) -> bytes:
    """Return a line of output by way of the body that the contract describes."""
    facts: dict[str, Any] = {}
    if line.error is not UNSET:
        facts = {"input": line.input, "error": line.error}
    elif coded.category[i] >= 0:
        facts["result"] = category(int(coded.category[i]), float(coded.confidence[i]))
    else:
        best = zip(
            coded.ranked[i, -1].tolist(),
            coded.ranked_confidence[i, -1].tolist(),
            strict=True,
        )
        suggestions = tuple(category(*one) for one in best if one[0] >= 0)
        facts = {"suggestions": suggestions} if suggestions else {}
        if has_reason:
            facts["reason"] = REASONS[coded.reason[i]]
    answer = wire.AsynchronousCodeResponse(
        **{
            "record_id": no_id if line.record_id is UNSET else line.record_id,
            "code_status": wire.SUCCESSFUL if "result" in facts else wire.UNSUCCESSFUL,
            "input": wire.Texts(line.occp_text, line.tasks_text),
            **facts,
        }
    )
    return ascii_json(msgspec.json.encode(answer)) + b"\n"


def category(position: int, confidence: float) -> wire.CodedRecord:
    """Return a category of the toy classification as it is given out."""
    one = TOY.categories[position]
    return wire.CodedRecord(one.code, one.title, round(confidence, 6))


def answer_of(positions: list[int], confidence: float = 0.5) -> CodedBatch:
    """Return an answer for each position, which is a category or none."""
    n = len(positions)
    return CodedBatch(
        np.array(positions, np.int32),
        np.full(n, confidence, np.float32),
        np.zeros(n, np.uint8),
        np.array([[[one]] * 3 for one in positions], np.int32),
        np.full((n, 3, 1), confidence, np.float32),
    )


@given(coded_lines(), st.booleans(), st.booleans())
def test_pieces_make_the_bodies_of_the_contract(
    given_: tuple[list[ValidatedLine], CodedBatch], null_record_id: bool, has_reason: bool
) -> None:
    """Whatever the coder answers, a line is what encoding its body would give."""
    lines, coded = given_
    no_id = None if null_record_id else ""

    worded = BatchAnswers(TOY).word(
        lines, coded, null_record_id=null_record_id, has_reason=has_reason
    )

    expected = [
        encoded(line, coded, i, no_id, has_reason=has_reason)
        for i, line in enumerate(lines)
    ]
    assert b"".join(expected) == worded
    assert worded.isascii()


@given(st.lists(st.floats(0, 1, width=32), min_size=1))
def test_confidences_are_rounded_like_python_does(confidences: list[float]) -> None:
    """A confidence has the digits that rounding to six decimals and encoding give."""
    coded = answer_of([0] * len(confidences))
    coded.confidence[:] = confidences
    lines = [ValidatedLine(occp_text="shop")] * len(confidences)

    worded = BatchAnswers(TOY).word(lines, coded)

    expected = [msgspec.json.encode(round(one, 6)) for one in confidences]
    ends = [line.rpartition(b":")[2] for line in worded.splitlines()]
    assert [one + b"}}" for one in expected] == ends


@pytest.mark.parametrize("outside", [N_CATEGORIES, 999_999])
def test_f11_category_outside_cannot_be_worded(outside: int) -> None:
    """A category that the classification has not is never given out (R96)."""
    lines = [ValidatedLine(occp_text="shop")] * 2
    as_result = answer_of([0, outside])
    as_suggestion = answer_of([0, -1])
    as_suggestion.ranked[1] = outside

    for coded in (as_result, as_suggestion):
        with pytest.raises(IndexError):
            BatchAnswers(TOY).word(lines, coded)


def test_answers_are_counted_by_level() -> None:
    """Categories given are counted by their levels, broadest first."""
    given_ = ["1", "2", "11", "111", "112", "221"]
    coded = answer_of([*(TOY.position(code) for code in given_), -1])

    assert [2, 1, 3] == BatchAnswers(TOY).by_level(coded).tolist()
