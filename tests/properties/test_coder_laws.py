"""Laws of the coder, for any classification, model and text."""

import tempfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from random_models import TEXTS, models
from reference import Ranked, Reference, blocks
from toy_model import small_model

from occoder.coder.artifact import load, save
from occoder.coder.coded import CodedBatch
from occoder.coder.coder import Coder
from occoder.coder.explanation import Explainer
from occoder.coder.features import features_of
from occoder.coder.model import Model
from occoder.coder.packed import pack
from occoder.coder.pieces import pieces
from occoder.coder.search import Ranking, Search
from occoder.coder.storage import LAYOUT, build, stored
from occoder.evaluation.truth import paths

# In single precision, beside the reference in double.
CLOSE = 1e-4

Pairs = list[tuple[str, str]]
ANYTHING = st.lists(st.tuples(st.text(), st.text()), min_size=1, max_size=4)


def rank_all(model: Model, texts: Pairs) -> Ranking:
    """Return all categories of some texts, ranked."""
    titles, tasks = zip(*texts, strict=True)
    return Search(model.hsvm).rank(
        pack(titles, tasks), len(model.classification.categories)
    )


def code_all(model: Model, texts: Pairs, n_ranked: int = 3) -> CodedBatch:
    """Return the answers for some texts."""
    titles, tasks = zip(*texts, strict=True)
    return Coder(model).code_texts(titles, tasks, n_ranked=n_ranked)


def shares(ranking: Ranking, record: int, level: int) -> dict[int, float]:
    """Return the share of each category that was ranked at a level."""
    ranked = zip(ranking.category[record, level], ranking.share[record, level], strict=True)
    return {int(position): float(share) for position, share in ranked if position >= 0}


def answers(coded: CodedBatch) -> list[tuple[bytes, ...]]:
    """Return each answer as bytes: equal when it is the same to the last bit."""
    columns = [getattr(coded, name) for name in CodedBatch.__slots__]
    return [tuple(column[i].tobytes() for column in columns) for i in range(len(coded))]


def agree(expected: Ranked, found: Ranking, record: int) -> bool:
    """Tell whether the search found what the reference finds."""
    for level, wanted in enumerate(expected.shares):
        got = shares(found, record, level)
        if any(abs(wanted[one] - got.get(one, 0.0)) > CLOSE for one in wanted):
            return False
        if not got.keys() <= wanted.keys():
            return False
    return abs(expected.refusal - found.refusal[record]) <= CLOSE


@given(ANYTHING)
def test_features_equal_the_reference(texts: Pairs) -> None:
    """Of any text the compiled code finds the features that the plain one finds."""
    for title, tasks in texts:
        keys, counts, in_block = features_of(pack([title], [tasks]))
        for block, expected in enumerate(blocks(title, tasks)):
            at = in_block == block
            found = dict(zip(keys[at].tolist(), counts[at].tolist(), strict=True))

            assert expected == found


@given(ANYTHING)
def test_pieces_name_the_features(texts: Pairs) -> None:
    """Any text has one piece for each feature: the same piece, the same feature."""
    named: dict[tuple[int, str], int] = {}
    for title, tasks in texts:
        keys, _, in_block = features_of(pack([title], [tasks]))
        found = zip(in_block.tolist(), pieces(title, tasks), strict=True)
        for piece, key in zip(found, keys.tolist(), strict=True):
            assert key == named.setdefault(piece, key)

    assert len(named) == len(set(named.values()))


@given(models(), TEXTS)
def test_search_equals_the_reference(model: Model, texts: Pairs) -> None:
    """The compiled search gives the categories and shares that the plain one gives."""
    ranking, reference = rank_all(model, texts), Reference(model.hsvm, model.classification)
    for record, text in enumerate(texts):
        expected = reference.rank(*text)
        assume(expected.nearest > CLOSE)

        assert agree(expected, ranking, record)


@given(models(), TEXTS)
def test_shares_add_up(model: Model, texts: Pairs) -> None:
    """The children of a category share its share; all categories and the refusals, 1."""
    ranking, above = rank_all(model, texts), paths(model.classification)
    for record in range(len(texts)):
        levels = [shares(ranking, record, level) for level in range(above.shape[1])]
        if not levels[0]:
            continue

        total = sum(levels[0].values()) + ranking.refusal[record]
        assert 1 == pytest.approx(total, abs=CLOSE)
        for level, (coarser, finer) in enumerate(pairwise(levels)):
            summed = dict.fromkeys(above[list(finer), level].tolist(), 0.0)
            for position, share in finer.items():
                summed[int(above[position, level])] += share

            # A category whose branch was not opened has no children here.
            assert summed == pytest.approx({one: coarser[one] for one in summed}, abs=CLOSE)


@given(models(), TEXTS)
def test_ranked_categories_are_of_their_level(model: Model, texts: Pairs) -> None:
    """At each level categories stand once, best first, and belong to that level."""
    ranking = rank_all(model, texts)
    along = paths(model.classification)
    for record in range(len(texts)):
        for level in range(len(model.classification.levels)):
            found = shares(ranking, record, level)

            assert len(found) == (ranking.category[record, level] >= 0).sum()
            assert sorted(found.values(), reverse=True) == list(found.values())
            assert all(along[one, level] == one for one in found)


@given(models(), TEXTS, st.randoms(use_true_random=False), st.integers(1, 6))
def test_alone_equals_in_batch(
    model: Model, texts: Pairs, random: Random, n_ranked: int
) -> None:
    """A record gets the same answer to the last bit alone, in any batch, in any order."""
    order = [*range(len(texts)), *range(len(texts))]
    random.shuffle(order)
    together = answers(code_all(model, [texts[i] for i in order], n_ranked))
    alone = [answers(code_all(model, [text], n_ranked))[0] for text in texts]

    assert [alone[i] for i in order] == together


@given(models(), TEXTS, st.integers(1, 6))
def test_ranking_more_changes_nothing(model: Model, texts: Pairs, n_ranked: int) -> None:
    """However many categories are ranked, the answer and the first of them are the same."""
    few, more = code_all(model, texts, n_ranked), code_all(model, texts, n_ranked + 3)

    assert few.category.tolist() == more.category.tolist()
    assert few.confidence.tobytes() == more.confidence.tobytes()
    assert few.reason.tolist() == more.reason.tolist()
    assert few.ranked.tolist() == more.ranked[:, :, :n_ranked].tolist()


@given(models(), TEXTS)
def test_confidence_never_grows_downwards(model: Model, texts: Pairs) -> None:
    """Confidences are in [0, 1]; none exceeds that of the best category one level up."""
    shown = code_all(model, texts).ranked_confidence

    assert ((shown >= 0) & (shown <= 1)).all()
    assert (shown[:, 1:] <= shown[:, :-1, :1]).all()


@given(models(), ANYTHING)
def test_any_text_gets_a_proper_answer(model: Model, texts: Pairs) -> None:
    """Whatever is typed, the answer is a category with its title, or a reason."""
    coder = Coder(model)
    for record in coder.code(texts):
        assert record.is_coded != bool(record.reason)
        if record.is_coded:
            category = model.classification[record.code]

            assert (category.title, category.level) == (record.title, record.level)
            assert record.code in {one.code for one in record.levels}


@given(models(), TEXTS)
def test_answer_is_the_deepest_that_passes(model: Model, texts: Pairs) -> None:
    """A given code is the best of a level that passes, and none below it passes."""
    coded = code_all(model, texts)
    best, shown = coded.ranked[:, :, 0], coded.ranked_confidence[:, :, 0]
    passes = (shown >= np.array(model.thresholds, np.float32)) & (best >= 0)
    for record in np.flatnonzero(coded.category >= 0):
        level = int(np.flatnonzero(passes[record])[-1])

        assert best[record, level] == coded.category[record]
        assert shown[record, level] == coded.confidence[record]


@given(models(), TEXTS, st.floats(0, 1), st.integers(0, 4))
def test_higher_threshold_never_codes_more(
    model: Model, texts: Pairs, threshold: float, level: int
) -> None:
    """Raising one threshold or all codes no record that was not coded before."""
    lenient = model.thresholds
    one = [max(old, threshold) if i == level else old for i, old in enumerate(lenient)]
    every = [max(old, threshold) for old in lenient]
    before = code_all(model, texts).category >= 0
    for strict in (one, every):
        after = code_all(replace(model, thresholds=tuple(strict)), texts).category >= 0

        assert not (after & ~before).any()


@settings(max_examples=25)
@given(models(), TEXTS)
def test_save_and_load_change_nothing(model: Model, texts: Pairs) -> None:
    """A loaded model has the same id and answers, and is saved again byte for byte."""
    with tempfile.TemporaryDirectory() as home:
        first, again = Path(home, "first"), Path(home, "again")
        save(model, first, model_version=1, released="", documents={})
        loaded = load(first)
        save(loaded, again, model_version=1, released="", documents={})
        names = sorted(path.name for path in first.iterdir())

        assert model.model_id == loaded.model_id
        assert answers(code_all(model, texts)) == answers(code_all(loaded, texts))
        assert names == sorted(path.name for path in again.iterdir())
        assert all((first / n).read_bytes() == (again / n).read_bytes() for n in names)


@given(models(), TEXTS, st.integers(0))
def test_explanations_are_exact(model: Model, texts: Pairs, any_category: int) -> None:
    """Evidence and bias add up to each margin, and the margin is that of the weights."""
    whole, reference = model.classification, Reference(model.hsvm, model.classification)
    explainer = Explainer(model.hsvm, whole)
    code = whole.categories[any_category % len(whole.categories)].code
    for title, tasks in texts:
        values = reference.decision_values(title, tasks)
        if values is None:
            continue
        for step in explainer.explain(title, tasks, code).steps:
            brought = sum(one.weight for one in step.evidence)
            rival = values[whole.position(step.rival.code)] if step.rival else 0.0
            chosen = values[whole.position(step.chosen.code)] if step.rival else 0.0

            assert step.margin == pytest.approx(brought + step.bias, abs=CLOSE)
            assert step.margin == pytest.approx(chosen - rival, abs=CLOSE)


TEXTS_KNOWN = [("head florist", "ties flowers"), ("welder", ""), ("retired now", "a shop")]
CHANGEABLE = [name for name, _, _ in LAYOUT if name != "coefficients"]


@settings(max_examples=300)
@given(st.sampled_from(CHANGEABLE), st.integers(0), st.binary(min_size=8, max_size=8))
def test_odd_numbers_are_refused_or_searched(name: str, at: int, number: bytes) -> None:
    """Whatever number stands in an array, the model is refused or answers properly."""
    model = small_model()
    arrays = stored(model.hsvm, model.calibration)
    odd = arrays[name].copy()
    odd.flat[at % odd.size] = np.frombuffer(number, odd.dtype)[0]
    try:
        hsvm, calibration = build({**arrays, name: odd}, model.classification)
    except ValueError:
        return
    coded = code_all(replace(model, hsvm=hsvm, calibration=calibration), TEXTS_KNOWN)

    assert (coded.ranked < len(model.classification.categories)).all()
    assert ((coded.ranked_confidence >= 0) & (coded.ranked_confidence <= 1)).all()
