"""Find categories by the words of their titles."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from occoder.classification.classification import Category, Classification

_WORD: Final = re.compile(r"\w+")


def search(classification: Classification, words: str) -> tuple[Category, ...]:
    """Return the categories whose title has a word beginning with each word sought.

    Case and accents make no difference, and the code counts as a word of its title.

    Parameters
    ----------
    classification : Classification
        Where to look.
    words : str
        Such as "soft eng".

    Returns
    -------
    tuple of Category
        Those with more whole words first, then those whose title begins like the
        search, then those with fewer words in the title, then in code order. Empty
        when nothing is found, or nothing sought.

    Examples
    --------
    >>> from occoder.classification import bundled
    >>> [category.code for category in search(bundled("osca"), "software eng")]
    ['273333', '2733']
    """
    sought = _words(words)
    if not sought:
        return ()
    ranked = [
        (rank, category.code, category)
        for category in classification.categories
        if (rank := _rank([category.code.lower(), *_words(category.title)], sought))
    ]
    return tuple(category for _, _, category in sorted(ranked, key=lambda one: one[:2]))


def _rank(words: Sequence[str], sought: Sequence[str]) -> tuple[int, int, int] | None:
    """How well a title fits, best first; None when a word sought is not in it."""
    places = [
        next((i for i, word in enumerate(words) if word.startswith(begin)), None)
        for begin in sought
    ]
    if any(place is None for place in places):
        return None
    n_whole = sum(word in words for word in sought)
    return -n_whole, places[0] or 0, len(words)


def _words(text: str) -> list[str]:
    """The words of a text, without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))
