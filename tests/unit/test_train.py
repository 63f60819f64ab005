"""Training: from coded texts to a calibrated model."""

from collections.abc import Sequence

import numpy as np
import pytest
from toy_coder import TOY
from toy_model import NOUNS, rows, toy_coder, toy_records, toy_rows, toy_trained

from occoder.coder.coder import Coder
from occoder.training.calibrating import DEFAULT_MAX_ERROR
from occoder.training.record_file import RecordRow
from occoder.training.records import CodedRecords, check_records
from occoder.training.train import UNPROMISED, Trained, train, unseen_share

FINEST = ("111", "112", "121", "122", "21", "221")


def checked(records: Sequence[RecordRow]) -> CodedRecords:
    """Return rows as checked records of the toy classification."""
    return check_records(records, TOY, source="toy texts")


def trained_on(records: Sequence[RecordRow], *, n_threads: int | None = None) -> Trained:
    """Train a toy model."""
    return train(
        checked(records), TOY, topic="toy", source="toy texts", n_threads=n_threads
    )


def noise(n: int) -> list[str]:
    """Return different words of random letters: nothing can be learned from them."""
    letters = np.random.default_rng(4).integers(ord("a"), ord("z") + 1, (n, 8))
    return ["".join(map(chr, word)) for word in letters]


def test_training_twice_gives_the_same_model() -> None:
    """The same records give the same id, and with it the same weights, on any threads."""
    assert (
        toy_trained().model.model_id == trained_on(toy_rows(), n_threads=1).model.model_id
    )


def test_training_texts_come_back() -> None:
    """Of the texts that it was trained on, nearly all get their own category."""
    records = toy_records()
    coded = toy_coder().code_texts(records.titles, records.tasks, n_ranked=1)
    level = [TOY[code].level - 1 for code in records.codes]
    best = coded.ranked[np.arange(len(records)), level, 0]
    right = [TOY.position(code) for code in records.codes] == best

    assert 0.99 < right.mean()


def test_texts_of_a_group_train_above_it() -> None:
    """A text coded to a group leads to the group."""
    (record,) = toy_coder().code(["night tradie"])

    assert "2" == record.levels[0].code


def test_held_out_texts_are_new_texts() -> None:
    """Words of noise can't be coded when held out, though each stands there twice.

    Were a text held out while the same words, written another way, are trained on, then
    it would be coded right.
    """
    words = noise(607)
    codes = [FINEST[i % len(FINEST)] for i in range(len(words))]
    once = [(word, "", code) for word, code in zip(words, codes, strict=True)]
    again = [
        (f"{word.upper()}!", " ", code) for word, code in zip(words, codes, strict=True)
    ]
    found = trained_on(rows(*once, *again))
    coded = Coder(found.model).code_texts(words, n_ranked=1)
    right = coded.ranked[:, -1, 0] == [TOY.position(code) for code in codes]

    assert 0.99 < right.mean()
    assert found.calibrated.agreement[-1] < 0.4


def test_official_titles_are_not_held_out() -> None:
    """A text with the words of an official title, which is trained on, is not held out."""
    titles = [(f"{one.title.upper()}!", "", one.code) for one in TOY.categories]
    with_titles = trained_on([*toy_rows(), *rows(*titles)])

    n_held_out = toy_trained().model.training.n_held_out
    assert n_held_out == with_titles.model.training.n_held_out


def test_retired_people_are_refused() -> None:
    """Every model knows the bundled texts that name no occupation."""
    reasons = [record.reason for record in toy_coder().code(["retired", "home duties"])]

    assert ["retired", "home duties"] == reasons


def test_promise_is_in_force() -> None:
    """The promise for the usual maximum error sets the thresholds."""
    model = toy_trained().model
    (promise,) = [one for one in model.promises if one.max_error == DEFAULT_MAX_ERROR]

    assert (promise.max_error, promise.thresholds) == (model.max_error, model.thresholds)


def test_without_promise_confidence_must_be_high() -> None:
    """Where the texts support no promise, a high confidence is asked for at each level."""
    model = trained_on(
        rows(*((word, "", FINEST[i % 6]) for i, word in enumerate(noise(60))))
    ).model

    assert ((), 0.0) == (model.promises, model.max_error)
    assert (UNPROMISED,) * 3 == model.thresholds


@pytest.mark.parametrize("text", ["florist", "???"], ids=["a word", "no word"])
def test_one_record_is_enough(text: str) -> None:
    """A single record trains a model, without any promise."""
    found = trained_on(rows((text, "", "112")))

    assert () == found.model.promises
    assert all(0 <= share <= 1 for share in found.calibrated.agreement)


def test_facts_of_the_training_are_kept() -> None:
    """The model says how many texts of what kind it was trained on."""
    training = toy_trained().model.training

    assert len(toy_records()) == training.n_records
    assert "toy texts" == training.records
    assert 0 < training.n_held_out < training.n_records
    assert 3000 < training.n_refusals


def test_fingerprint_is_of_the_records() -> None:
    """One other letter, code or order in the records is another fingerprint."""
    few = toy_rows()[:40]
    others = [
        [*few[:-1], few[-1]._replace(title="gr\u00f6cer")],
        [*few[:-1], few[-1]._replace(code="112")],
        [few[1], few[0], *few[2:]],
    ]
    prints = {trained_on(one).model.training.fingerprint for one in (few, *others)}

    assert 4 == len(prints)


def test_progress_is_told() -> None:
    """Each stage is named, with parts in [0, 1] that end at 1 for both fits."""
    told: list[tuple[str, float]] = []
    train(
        checked(toy_rows()[:30]),
        TOY,
        topic="toy",
        source="",
        progress=lambda stage, done: told.append((stage, done)),
    )
    last = dict(told)

    assert ["reading texts", "fitting", "fitting with the held-out texts"] == list(last)
    assert {1.0} == {last[stage] for stage in list(last)[1:]}
    assert all(0 <= done <= 1 for _, done in told)


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (["a", "b", "c", "d"], 1.0),
        (["a", "A.", " a ", "b"], 0.25),
        (["a", "a", "b", "b"], 0.0),
    ],
)
def test_unseen_share_is_that_of_singles(titles: list[str], expected: float) -> None:
    """The part of the records whose text stands there once, by its normal form."""
    records = checked(rows(*((title, "", "111") for title in titles)))

    assert expected == unseen_share(records)


def test_repeats_tell_how_much_is_seen() -> None:
    """What is taken to be seen is what repeats in the records, or what the caller says."""
    told = train(checked(toy_rows()[:30]), TOY, topic="toy", source="", seen_share=0.3)
    twice = trained_on([*toy_rows()[:20], *toy_rows()[:10]])

    assert 0.3 == told.seen_share
    assert pytest.approx(2 / 3) == twice.seen_share


def test_classification_is_not_judged_by_its_records() -> None:
    """Categories that no record is coded to are still there to be given."""
    found = trained_on(rows(*((noun, "", "111") for noun in NOUNS["111"])))
    ranked = Coder(found.model).code_texts(["florist"], n_ranked=6).ranked

    assert set(map(TOY.position, FINEST)) == set(ranked[0, -1].tolist())
