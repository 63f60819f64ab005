"""The features of a text as a person reads them, for explanations.

This is `occoder.coder.features` once more, in plain Python, with the text of each
feature in place of its hash: the two give the same features in the same order.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

_WORD = re.compile(r"[a-z0-9+#]+")


def words_of(field: str) -> list[str]:
    """Return the words of a field.

    Examples
    --------
    >>> words_of("Driver's mate (C++)")
    ['drivers', 'mate', 'c++']
    """
    text = "".join(c if c.isascii() else " " for c in field).lower()
    return _WORD.findall(re.sub(r"(?<=[a-z0-9+#])'+", "", text))


def _words_and_pairs(words: list[str]) -> Iterator[str]:
    for previous, word in pairwise(["", *words]):
        yield word
        if previous:
            yield f"{previous} {word}"


def _fragments(words: list[str]) -> Iterator[str]:
    for word in words:
        padded = f" {word} "
        for start in range(max(1, len(padded) - 3)):
            yield padded[start : start + 4]


def pieces(title: str, tasks: str) -> Iterator[str]:
    """Yield the features of a record in the order of the compiled code, as text.

    Fragments keep the blank at the border of a word.

    Examples
    --------
    >>> list(pieces("tax man", ""))[:5]
    ['tax', 'man', 'tax man', 'tax', 'man']
    """
    of_title, of_tasks = words_of(title), words_of(tasks)
    for split in (_words_and_pairs, _fragments):
        yield from dict.fromkeys([*split(of_title), *split(of_tasks)])
        yield from dict.fromkeys(split(of_title))
