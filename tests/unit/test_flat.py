"""The flat SVM that the coder is compared with."""

from toy_coder import TOY
from toy_model import toy_records

from occoder.training.flat import flat_svm

FINEST = {one.code for one in TOY.categories if not TOY.children(one.code)}


def answers(*titles: str) -> list[str | None]:
    """Return the codes that the flat SVM gives these titles."""
    found = flat_svm(toy_records(), titles, [""] * len(titles), TOY)
    return [TOY.categories[one].code if one >= 0 else None for one in found]


def test_known_words_give_their_category() -> None:
    """Titles made of the words of one category are coded to it."""
    assert ["111", "112", "122"] == answers("head grocer", "florist", "casual grazier")


def test_unknown_words_give_nothing() -> None:
    """A text without any word of the training texts has no answer."""
    assert [None, None] == answers("zzz qqq", "")


def test_answers_are_of_the_finest_level() -> None:
    """Records coded to a group are left out, and no group is answered."""
    assert FINEST >= {one for one in answers("shop manager", "tradie", "welder") if one}
