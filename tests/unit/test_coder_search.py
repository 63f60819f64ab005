"""The search for the best categories, case by case; the laws stand in properties/."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from random_models import Nested, classification_of, random_hsvm
from reference import Reference
from toy_coder import TOY
from toy_model import small_model

from occoder.classification import Classification
from occoder.coder.hsvm import HSVM
from occoder.coder.packed import pack
from occoder.coder.reason import REFUSALS
from occoder.coder.search import Search

TEXTS = [
    ("aged care nurse", "a nurse"),
    ("o'brien's C++ truck", "4WD truck and 4WD"),
    ("", "nurse nurse nurse nurse"),
    ("aaaaaa and", ""),
]


def shelves(*sizes: int) -> list[Nested]:
    """Return one broad category for each size, with so many below it."""
    return [[[] for _ in range(size)] for size in sizes]


def check(
    hsvm: HSVM, classification: Classification, texts: Sequence[tuple[str, str]]
) -> None:
    """Compare the search with the reference, every category of every text."""
    n_ranked = len(classification.categories)
    ranking = Search(hsvm).rank(pack(*zip(*texts, strict=True)), n_ranked)
    reference = Reference(hsvm, classification)
    for i, text in enumerate(texts):
        expected = reference.rank(*text)
        for level, shares in enumerate(expected.shares):
            ranked = zip(ranking.category[i, level], ranking.share[i, level], strict=True)
            found = {
                int(position): float(share) for position, share in ranked if position >= 0
            }

            assert pytest.approx(found, abs=1e-4) == {one: shares[one] for one in found}
            assert sum(shares.values()) == pytest.approx(sum(found.values()), abs=1e-4)
        assert expected.refusal == pytest.approx(float(ranking.refusal[i]), abs=1e-4)
        assert expected.reason == ranking.reason[i]


@pytest.mark.parametrize(
    "nested",
    [
        pytest.param(shelves(0, 0, 0), id="one level"),
        pytest.param(shelves(1), id="one category above one"),
        pytest.param([[[[[[]]]]]], id="only children all the way"),
        pytest.param(shelves(*[2] * 70), id="more branches than bits in a word"),
        pytest.param(shelves(*[1, 0, 3] * 45), id="three words of bits"),
        pytest.param(shelves(300, 2), id="a branch of more than 256"),
        pytest.param([[], [[[], []]], [[[[], []]], []]], id="unequal depth"),
    ],
)
def test_search_equals_the_reference(nested: list[Nested]) -> None:
    """Any shape of a classification is ranked as the plain reference ranks it."""
    classification = classification_of(nested)
    check(random_hsvm(classification, seed=7), classification, TEXTS)


def test_fitted_model_equals_the_reference() -> None:
    """A fitted model is ranked as the plain reference ranks it."""
    texts = [("head florist", "ties flowers"), ("welder", ""), ("retired now", "")]
    check(small_model().hsvm, TOY, texts)


def test_unknown_text_has_no_category() -> None:
    """Without a known feature there is no category, no share and no refusal."""
    ranking = Search(small_model().hsvm).rank(pack(["", "zzz qqq"], ["", "0"]), 2)

    assert (ranking.category == -1).all()
    assert 0 == ranking.share.sum() == ranking.refusal.sum()


def test_fewer_categories_are_padded() -> None:
    """Where a level has fewer categories than asked for, -1 fills up."""
    ranking = Search(small_model().hsvm).rank(pack(["welder"]), 20)
    n_found = (ranking.category[0] >= 0).sum(axis=1)

    assert [2, 4, 6] == n_found.tolist()
    assert ((ranking.category >= 0) == (ranking.share > 0)).all()


def test_category_without_children_stands_for_itself() -> None:
    """A finest category of a broader level is ranked at the deeper ones too."""
    ranking = Search(small_model().hsvm).rank(pack(["welder"]), 1)

    assert [TOY.position(code) for code in ("2", "21", "21")] == ranking.category[
        0, :, 0
    ].tolist()


@pytest.mark.parametrize("reason", range(len(REFUSALS)), ids=REFUSALS)
def test_refusals_have_their_reason(reason: int) -> None:
    """A text that names no occupation has a share of refusals and the likeliest reason."""
    ranking = Search(small_model().hsvm).rank(pack([REFUSALS[reason]]), 1)

    assert 0.5 < ranking.refusal[0]
    assert reason == ranking.reason[0]


def test_no_texts_give_no_ranking() -> None:
    """Nothing in, nothing out, in the usual shape."""
    ranking = Search(small_model().hsvm).rank(pack([]), 4)

    assert (0, 3, 4) == ranking.category.shape == ranking.share.shape
    assert (0,) == ranking.refusal.shape == ranking.reason.shape


@pytest.mark.parametrize("n_ranked", [0, -1])
def test_at_least_one_is_ranked(n_ranked: int) -> None:
    """To rank no category is a programming error."""
    with pytest.raises(ValueError, match="n_ranked"):
        Search(small_model().hsvm).rank(pack(["welder"]), n_ranked)


def test_model_without_features_knows_nothing() -> None:
    """A model that kept no feature still answers: it knows no text."""
    whole = small_model().hsvm
    names = ("keys", "idf", "trunk_scale", "branch_scale", "trunk", "bits")
    nothing = {name: getattr(whole, name)[:0] for name in names}
    runs = {
        name: getattr(whole, name)[:0] for name in ("run_lengths", "columns", "weights")
    }
    ranking = Search(replace(whole, **nothing, **runs)).rank(pack(["welder"]), 1)

    assert np.array_equal(np.full((1, 3, 1), -1), ranking.category)
