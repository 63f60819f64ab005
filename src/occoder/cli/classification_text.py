"""What `occoder classification` prints: a category, conversions, a checked table."""

from collections import Counter
from collections.abc import Iterable, Iterator

from occoder.classification import (
    STATUSES,
    Category,
    Classification,
    Conversion,
    Correspondence,
)

CONVERSION_HEADINGS = (
    *("code", "title", "status", "target", "target_title"),
    *("partial", "group", "group_title"),
)


def titled(code: str, classification: Classification | None) -> str:
    """Return a code and its title in two columns; the code alone where none is known."""
    if classification is None:
        return code
    return f"{code:<{classification.code_length}}  {classification[code].title}"


def category_page(
    category: Category,
    classification: Classification,
    correspondences: Iterable[Correspondence],
) -> Iterator[str]:
    """Yield the lines that show a category: place, facts, what it holds, what meets it."""
    code = category.code
    yield f"{classification}"
    yield ""
    for one in (*classification.ancestors(code), category):
        yield titled(one.code, classification)
    yield ""
    yield ", ".join(_facts_in_words(category, classification))
    if nfd := classification.nfd(code):
        yield f"nfd code: {nfd[0]}  {nfd[1]}"
    if children := classification.children(code):
        yield ""
        yield f"It holds {len(children)}:"
        yield from (f"  {titled(one.code, classification)}" for one in children)
    for correspondence in correspondences:
        yield ""
        (conversion,) = correspondence.convert([code])
        yield f"In {correspondence.target_name}{_extent(conversion, correspondence)}:"
        yield from _target_lines(conversion, correspondence)


def category_facts(
    category: Category,
    classification: Classification,
    correspondences: Iterable[Correspondence],
) -> dict[str, object]:
    """Return what `category_page` shows, for JSON."""
    code = category.code
    nfd = classification.nfd(code)
    return {
        "classification": classification.name,
        "version": classification.version,
        **category_brief(category, classification),
        "skill_level": category.skill_level,
        "is_residual": category.is_residual,
        "nfd": {"code": nfd[0], "title": nfd[1]} if nfd else None,
        "ancestors": [
            category_brief(a, classification) for a in classification.ancestors(code)
        ],
        "children": [
            category_brief(c, classification) for c in classification.children(code)
        ],
        "correspondences": {
            correspondence.target_name: _targets(conversion, correspondence)
            for correspondence in correspondences
            for conversion in correspondence.convert([code])
        },
    }


def category_brief(category: Category, classification: Classification) -> dict[str, object]:
    """Return code, title and level of a category, for JSON."""
    return {
        "code": category.code,
        "title": category.title,
        "level": category.level,
        "level_name": classification.levels[category.level - 1].name,
    }


def conversion_lines(
    conversion: Conversion, correspondence: Correspondence
) -> Iterator[str]:
    """Yield the lines that show what a code becomes."""
    if conversion.source is None:
        yield f"{conversion.code}: unknown in {correspondence.source_name}"
        return
    given = f"{conversion.code} = " if conversion.code != conversion.source else ""
    head = titled(conversion.source, correspondence.source)
    yield f"{given}{head}: {conversion.status}{_extent(conversion, correspondence)}"
    yield from _target_lines(conversion, correspondence)


def conversion_rows(
    conversion: Conversion, correspondence: Correspondence
) -> list[list[str]]:
    """Return a row for each target of a code, one without target where it has none."""
    source = conversion.source
    head = [conversion.code, _title(source, correspondence.source), conversion.status]
    group = [conversion.group or "", _title(conversion.group, correspondence.target)]
    return [
        [
            *head,
            m.target,
            _title(m.target, correspondence.target),
            "p" if m.partial else "",
            *group,
        ]
        for m in conversion.targets
    ] or [[*head, "", "", "", *group]]


def conversion_facts(
    conversion: Conversion, correspondence: Correspondence
) -> dict[str, object]:
    """Return what a code becomes, for JSON."""
    group = conversion.group
    return {
        "code": conversion.code,
        "title": _title(conversion.source, correspondence.source),
        "status": conversion.status,
        "targets": _targets(conversion, correspondence),
        "group": {"code": group, "title": _title(group, correspondence.target)}
        if group
        else None,
    }


def conversion_counts(conversions: Iterable[Conversion]) -> str:
    """Return how many codes became one, several or no categories, or are unknown."""
    counts = Counter(one.status for one in conversions)
    counted = ", ".join(f"{status}: {counts[status]}" for status in STATUSES)
    return f"codes: {counts.total()}, {counted}"


def table_summary(classification: Classification) -> Iterator[str]:
    """Yield the lines that sum up a table without faults."""
    yield f"{classification.name}: no fault, {len(classification.categories)} categories"
    for level in classification.levels:
        yield f"  {level.name}: {level.n_categories}"
    yield f"  residual: {sum(one.is_residual for one in classification.categories)}"
    n_nfd = sum(
        classification.nfd(one.code) is not None for one in classification.categories
    )
    yield f"  groups with an nfd code: {n_nfd}"


def _facts_in_words(category: Category, classification: Classification) -> Iterator[str]:
    level = classification.levels[category.level - 1]
    rank = f"level {level.number} of {len(classification.levels)}"
    yield rank if level.name in rank else f"{level.name} ({rank})"
    if category.skill_level:
        yield f"skill level {category.skill_level}"
    if category.is_residual:
        yield "residual: what fits nothing else in its group"


def _extent(conversion: Conversion, correspondence: Correspondence) -> str:
    """Say in brackets how many targets there are, and what holds them all."""
    said = ["codes only"] if correspondence.target is None else []
    if conversion.status == "none":
        said.append("no correspondence")
    if conversion.status == "several":
        said.append(f"{len(conversion.targets)} categories")
        said.append(_common_group(conversion.group, correspondence.target))
    return f" ({', '.join(said)})" if said else ""


def _common_group(group: str | None, target: Classification | None) -> str:
    if group is None:
        return "no group holds them all"
    if target is None:
        return f"all beginning with {group}"
    return f"all in {group} {target[group].title}"


def _target_lines(conversion: Conversion, correspondence: Correspondence) -> Iterator[str]:
    for one in conversion.targets:
        part = " (part of it)" if one.partial else ""
        yield f"  {titled(one.target, correspondence.target)}{part}"


def _targets(
    conversion: Conversion, correspondence: Correspondence
) -> list[dict[str, object]]:
    return [
        {
            "code": m.target,
            "title": _title(m.target, correspondence.target),
            "partial": m.partial,
        }
        for m in conversion.targets
    ]


def _title(code: str | None, classification: Classification | None) -> str:
    return "" if code is None or classification is None else classification[code].title
