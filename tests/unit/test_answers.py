"""Wording the answers of the coder for the wire."""

from typing import Any

import msgspec
from toy_coder import TOY, ToyCoder

from occoder import wire
from occoder.service.coding.answers import Answers, encode

CODER = ToyCoder(
    {
        "grocer": (["111", "112", "121"], [0.9, 0.8, 0.7]),
        "shop": (["111", "112", "121"], [0.9, 0.8, 0.2]),
        "vague": (["122", "121", "111"], [0.4, 0.3, 0.2]),
        "welder": (["21", "221"], [0.9, 0.9, 0.9]),
        "retired": ([], [0, 0, 0]),
    }
)


def answer(title: str, *, unsuccessful_result: str = "empty", **options: Any) -> Any:
    """Return the answer to a title as plain JSON values."""
    record = wire.Record(title)
    request = wire.CodeRequest(record=record, **options)
    n_ranked = max(request.number_of_suggestions, 1)
    [worded] = Answers(TOY).word(
        request,
        [record],
        CODER.code_texts([title], n_ranked=n_ranked),
        unsuccessful_result=unsuccessful_result,
    )
    return msgspec.json.decode(encode(worded))


def codes(found: list[dict[str, Any]]) -> list[str]:
    """Return the codes of a list of categories."""
    return [one["codeCategory"] for one in found]


def test_answer_then_next_best() -> None:
    """The answer comes first, then the next best of its level."""
    assert ["111", "112", "121"] == codes(answer("grocer")["result"])


def test_coarse_answer_with_its_level() -> None:
    """A coarse answer is followed by others of its own level."""
    assert ["11", "12"] == codes(answer("shop")["result"])


def test_category_without_children() -> None:
    """A category that stands for itself at deeper levels is given as it is."""
    assert ["21", "22"] == codes(answer("welder")["result"])


def test_unsuccessful_has_suggestions() -> None:
    """Without a code, the best of the finest level are suggestions and not the result."""
    found = answer("vague", number_of_suggestions=2)

    assert ("unsuccessful", []) == (found["codeStatus"], found["result"])
    assert ["122", "121"] == codes(found["suggestions"])
    assert "low confidence" == found["reason"]


def test_b22_suggestions_as_result() -> None:
    """By a setting they are the result as well."""
    found = answer("vague", unsuccessful_result="suggestions", number_of_suggestions=2)

    assert ["122", "121"] == codes(found["result"]) == codes(found["suggestions"])


def test_zero_suggestions() -> None:
    """Zero suggestions leave the code of the successful, and nothing of the others."""
    assert ["111"] == codes(answer("grocer", number_of_suggestions=0)["result"])
    assert [] == answer("vague", number_of_suggestions=0)["suggestions"]


def test_nothing_known() -> None:
    """A text of which nothing is known has neither result nor suggestions."""
    found = answer("retired", levels=True)

    assert ("retired", [], []) == (found["reason"], found["suggestions"], found["levels"])


def test_levels_broadest_first() -> None:
    """Levels are given from the broadest to the finest."""
    assert ["1", "11", "111"] == codes(answer("shop", levels=True)["levels"])


def test_titles_of_the_table() -> None:
    """Titles are those of the classification."""
    titles = {one.code: one.title for one in TOY.categories}

    for found in answer("grocer")["result"]:
        assert titles[found["codeCategory"]] == found["codeLabel"]


def test_f11_unknown_category_is_never_worded() -> None:
    """A category that the classification has not can't be given out."""
    coded = CODER.code_texts(["grocer"], n_ranked=1)
    coded.ranked[0, 2, 0] = len(TOY.categories)
    record = wire.Record("grocer")

    try:
        Answers(TOY).word(
            wire.CodeRequest(record=record), [record], coded, unsuccessful_result="empty"
        )
    except IndexError:
        return
    raise AssertionError
