"""Telling texts apart and dealing them into folds."""

import pytest

from occoder.training.split import normal_form, split_by_text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Chef", ""), ("  CHEF. ", "")),
        (("café-owner", ""), ("Cafe owner", " ")),
        (("chef", "cooks; cleans"), ("Chef", "Cooks, cleans!")),
    ],
    ids=["case and marks", "accents and hyphens", "tasks"],
)
def test_same_words_are_the_same_text(one: tuple[str, str], other: tuple[str, str]) -> None:
    """Case, marks, accents and blanks don't make another text."""
    assert normal_form(*one) == normal_form(*other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("chef", "cooks"), ("chef cooks", "")),
        (("shop assistant", ""), ("shopassistant", "")),
        (("level 2 chef", ""), ("level 3 chef", "")),
    ],
    ids=["fields", "words", "digits"],
)
def test_other_words_are_another_text(one: tuple[str, str], other: tuple[str, str]) -> None:
    """Fields, words and digits do."""
    assert normal_form(*one) != normal_form(*other)


KEYS = [f"text {i % 70}" for i in range(200)]


def test_equal_texts_share_a_fold() -> None:
    """No text is in two folds."""
    folds = split_by_text(KEYS, n_folds=4, seed=1)

    assert 70 == len(set(zip(KEYS, folds.tolist(), strict=True)))


def test_folds_are_even() -> None:
    """The numbers of distinct texts in the folds differ by at most one."""
    folds = dict(zip(KEYS, split_by_text(KEYS, n_folds=4, seed=1).tolist(), strict=True))
    sizes = sorted(list(folds.values()).count(fold) for fold in range(4))

    assert [17, 17, 18, 18] == sizes


def test_order_is_no_matter() -> None:
    """A text is dealt by what it says, not by where it stands."""
    forwards = split_by_text(KEYS, n_folds=4, seed=1)
    backwards = split_by_text(KEYS[::-1], n_folds=4, seed=1)

    assert forwards.tolist() == backwards[::-1].tolist()


def test_seed_deals_anew() -> None:
    """Another seed gives other folds, the same seed the same ones."""
    folds = [split_by_text(KEYS, n_folds=4, seed=seed).tolist() for seed in (1, 1, 2)]

    assert folds[0] == folds[1]
    assert folds[0] != folds[2]
