"""The classification that a service codes to, as far as its answers show it."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from occoder import wire
from occoder.classification import (
    BUNDLED,
    Category,
    Classification,
    Level,
    bundled,
    is_residual_title,
)


def classification_of(
    topic: str, model: wire.Model, answered: Iterable[tuple[str, str]] = ()
) -> Classification:
    """Return a classification that has every category that was answered.

    Titles are those of the answers. What lies between the levels is known for the topics
    that come with occoder; of others a code of n characters stands at level n, below the
    codes that it begins with.

    Parameters
    ----------
    topic : str
        What is coded to.
    model : Model
        What the service says of its model.
    answered : iterable of tuples (code, title)
        From the answers; the first title of a code counts.

    Examples
    --------
    >>> model = wire.Model(
    ...     model_id="...",
    ...     model_version=1,
    ...     model_release_date="2026-11-20T06:06:44.514Z",
    ...     model_type="hsvm2",
    ...     input_format=("occp_text", "tasks_text"),
    ...     topic_standard="NOC - National Occupational Classification",
    ...     topic_version="2021",
    ... )
    >>> found = classification_of("noc", model, [("21", "Natural sciences")])
    >>> str(found), found["21"].level, found["21"].parent
    ('NOC 2021', 2, '2')
    """
    known = _known(topic, model)
    titles = {one.code: one.title for one in known.categories} if known else {}
    titles |= dict(reversed(list(answered)))
    titles = titles or {"-": ""}  # a classification can't be empty; this one is not given
    lengths = sorted({len(one.code) for one in known.categories} if known else ())
    lengths = lengths or list(range(1, 1 + max(map(len, titles), default=1)))
    above = {parent: "" for code in titles for parent in _above(code, lengths)}
    categories = _categories({**above, **titles}, lengths, known)
    name, _, _ = model.topic_standard.partition(" - ")
    return Classification(
        name=known.name if known else name.strip(),
        full_name=model.topic_standard,
        version=model.topic_version,
        levels=_levels(categories, known),
        categories=categories,
    )


def _known(topic: str, model: wire.Model) -> Classification | None:
    """Return the bundled classification, if the model is of its version."""
    name = topic.lower()
    if name not in BUNDLED or bundled(name).version != model.topic_version:
        return None
    return bundled(name)


def _categories(
    titles: Mapping[str, str], lengths: Sequence[int], known: Classification | None
) -> tuple[Category, ...]:
    return tuple(
        replace(known[code], title=title)
        if known and code in known
        else _category(code, title, lengths)
        for code, title in sorted(titles.items())
    )


def _category(code: str, title: str, lengths: Sequence[int]) -> Category:
    above = _above(code, lengths)
    return Category(
        code=code,
        title=title,
        level=len(above) + 1,
        parent=above[-1] if above else None,
        skill_level="",
        is_residual=is_residual_title(title, has_children=False),
    )


def _above(code: str, lengths: Sequence[int]) -> list[str]:
    """Return the codes above one, broadest first."""
    return [code[:length] for length in lengths[: bisect_left(lengths, len(code))]]


def _levels(
    categories: Iterable[Category], known: Classification | None
) -> tuple[Level, ...]:
    counts = Counter(one.level for one in categories)
    names = {level.number: level.name for level in known.levels} if known else {}
    return tuple(
        Level(number, names.get(number, f"level {number}"), n)
        for number, n in sorted(counts.items())
    )
