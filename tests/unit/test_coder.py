"""The coder: texts in, categories out."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from toy_coder import TOY
from toy_model import small_model, toy_coder, toy_trained

from occoder.coder.artifact import save
from occoder.coder.coded import CodedBatch
from occoder.coder.coder import Coder, Record
from occoder.coder.reason import REASONS
from occoder.errors import NoPromise

SMALL = Coder(small_model())


def same(one: CodedBatch, other: CodedBatch) -> bool:
    """Tell whether two batches hold the same answers, to the last bit."""
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in CodedBatch.__slots__
    )


def test_clear_title_is_coded() -> None:
    """A title that the model knows gets the code, title and level of its category."""
    (record,) = toy_coder().code(["senior greengrocer"])

    assert ("111", "Grocer", 3) == (record.code, record.title, record.level)
    assert record.is_coded
    assert 0.5 < record.confidence <= 1


@pytest.mark.parametrize(
    "record",
    [
        ("florist", "ties flowers"),
        {"occp_text": "florist", "tasks_text": "ties flowers"},
        {"tasks_text": "ties flowers", "occp_text": "florist", "recordId": "7"},
    ],
    ids=["pair", "mapping", "mapping with more"],
)
def test_record_may_have_several_forms(record: Record) -> None:
    """A pair and a mapping with the field names say the same."""
    expected = SMALL.code([("florist", "ties flowers")])

    assert expected == SMALL.code([record])


@pytest.mark.parametrize(
    "record",
    [
        "florist",
        ("florist", ""),
        {"occp_text": "florist"},
        {"occp_text": "florist", "tasks_text": None},
    ],
    ids=["text", "pair", "field missing", "field None"],
)
def test_tasks_may_be_missing(record: Record) -> None:
    """A title alone, missing tasks and empty tasks say the same."""
    assert SMALL.code(["florist"]) == SMALL.code([record])


@pytest.mark.parametrize("record", [None, 7, ["florist", ""], ("a", "b", "c")])
def test_other_records_are_an_error(record: Any) -> None:
    """Anything else is a programming error that names the position."""
    with pytest.raises(TypeError, match="record 1 is a"):
        SMALL.code(["florist", record])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("\U0001f44d", "empty"),
        ("ab", "too short"),
        ("???", "gibberish"),
        ("retired", "retired"),
    ],
)
def test_reason_is_given(text: str, reason: str) -> None:
    """A record that is not coded says why."""
    (record,) = toy_coder().code([text])

    assert ("", reason) == (record.code, record.reason)
    assert 0 == record.confidence


def test_uncodable_texts_have_no_suggestions() -> None:
    """A text too short to code has no suggestion, though its words may be known."""
    (record,) = SMALL.code(["2"])

    assert ((), ()) == (record.suggestions, record.levels)


@pytest.mark.parametrize("n", [0, 1, 4])
def test_suggestions_are_as_many_as_wanted(n: int) -> None:
    """The best categories of the finest level are given, best first."""
    (record,) = SMALL.code(["head florist"], suggestions=n)
    confidences = [one.confidence for one in record.suggestions]

    assert n == len(record.suggestions)
    assert sorted(confidences, reverse=True) == confidences


def test_levels_reach_from_broad_to_fine() -> None:
    """The best category of each level is shown, and confidence never grows downwards."""
    (record,) = SMALL.code(["head florist"])
    confidences = [one.confidence for one in record.levels]

    assert ["1", "11", "112"] == [one.code for one in record.levels]
    assert sorted(confidences, reverse=True) == confidences


def test_texts_are_prepared_first() -> None:
    """Accents, blanks and length are dealt with before the model sees a text."""
    plain = SMALL.code_texts(["florist"], ["ties"])

    assert same(plain, SMALL.code_texts(["  fl\u00f3rist\n"], ["ties " + "z" * 200]))


def test_thresholds_can_be_given() -> None:
    """Thresholds of the caller replace those of the model, for this call."""
    strict = SMALL.code_texts(["florist"], thresholds=(1.0, 1.0, 1.0))
    lenient = SMALL.code_texts(["florist"], thresholds=(0.0, 0.0, 0.0))

    assert "low confidence" == REASONS[strict.reason[0]]
    assert TOY.position("112") == lenient.category[0]
    assert small_model().thresholds == SMALL.thresholds


def test_lengths_must_agree() -> None:
    """Titles and tasks of different number are a programming error."""
    with pytest.raises(ValueError, match="zip"):
        SMALL.code_texts(["florist", "welder"], ["ties"])


def test_no_records_give_no_answers() -> None:
    """Nothing in, nothing out."""
    assert [] == SMALL.code([])
    assert 0 == len(SMALL.code_texts([], []))


def test_promise_gives_its_thresholds() -> None:
    """The thresholds of a stated maximum error can be asked for."""
    for promise in toy_trained().model.promises:
        assert promise.thresholds == toy_coder().thresholds_for(promise.max_error)
    assert toy_trained().model.promises == toy_coder().promises


def test_unknown_promise_names_the_known() -> None:
    """A maximum error without a promise raises, with those that there are."""
    with pytest.raises(NoPromise) as raised:
        toy_coder().thresholds_for(0.123)

    known = tuple(one.max_error for one in toy_trained().model.promises)
    assert (0.123, known) == (raised.value.max_error, raised.value.known)


def test_coder_knows_its_model() -> None:
    """Topic, classification and id are those of the model."""
    assert ("toy", TOY, small_model().model_id) == (
        SMALL.topic,
        SMALL.classification,
        SMALL.model_id,
    )


def test_folder_gives_the_same_coder(tmp_path: Path) -> None:
    """A coder from a model folder answers to the last bit as the one that was saved."""
    save(small_model(), tmp_path / "m", model_version=1, released="", documents={})
    loaded = Coder.from_folder(tmp_path / "m")
    titles = ["florist", "head welder", "", "retired now", "zzz", "tradie"]

    assert SMALL.model_id == loaded.model_id
    assert same(SMALL.code_texts(titles), loaded.code_texts(titles))


def test_threads_share_a_coder() -> None:
    """Several threads that code at once get the answers that each would get alone."""
    titles = [f"{title} {i}" for i in range(500) for title in ("florist", "welder", "zzz")]
    expected = SMALL.code_texts(titles)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(SMALL.code_texts, [titles] * 4))

    assert all(same(expected, one) for one in found)


def test_explanation_is_of_the_answer() -> None:
    """The steps lead to the best category of the finest level."""
    steps = SMALL.explain("head florist", "ties flowers").steps
    (record,) = SMALL.code([("head florist", "ties flowers")])

    assert record.suggestions[0].code == steps[-1].chosen.code
    assert [one.code for one in record.levels] == [step.chosen.code for step in steps]


@pytest.mark.parametrize("text", ["", "???", "zzz"])
def test_unknown_text_has_no_explanation(text: str) -> None:
    """Where the model knows nothing there is nothing to explain."""
    assert () == SMALL.explain(text).steps
