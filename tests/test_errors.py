"""The errors: one tree, permanent names, facts instead of prose to parse."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from occoder import errors
from occoder.errors import OccoderError

ERRORS_PAGE = Path(__file__).parents[1] / "docs" / "reference" / "errors.md"
BRANCHES = {
    *("OccoderError", "InputError", "NotFound", "ArtifactError"),
    *("ServiceError", "RemoteError"),
}


def tree(
    error: type[OccoderError], depth: int = 0
) -> Iterator[tuple[int, type[OccoderError]]]:
    """Yield every error with its depth, a branch before what hangs on it."""
    yield depth, error
    for below in error.__subclasses__():
        yield from tree(below, depth + 1)


ALL = [error for _, error in tree(OccoderError)]
LEAVES = [error for error in ALL if error.__name__ not in BRANCHES]


def drawn() -> set[tuple[int, str]]:
    """Return depth and name of every error drawn at the top of occoder.errors."""
    lines = re.findall(r"^([│├└─ ]*)(\w+)(?:  | *$)", errors.__doc__ or "", re.MULTILINE)
    return {(len(indent) // 4, name) for indent, name in lines}


def test_every_error_is_drawn() -> None:
    """The tree at the top of occoder.errors is the tree of the classes."""
    assert {(depth, error.__name__) for depth, error in tree(OccoderError)} == drawn()


def test_every_error_stands_in_one_package() -> None:
    """All errors are defined in occoder.errors, and importable from it."""
    assert {"occoder.errors"} == {error.__module__.rpartition(".")[0] for error in ALL}
    assert all(getattr(errors, error.__name__) is error for error in ALL)


def test_slugs_are_unique() -> None:
    """Each error has a name of its own, in lower case with hyphens."""
    slugs = [error.slug for error in ALL]

    assert sorted(set(slugs)) == sorted(slugs)
    assert all(re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", slug) for slug in slugs)


@pytest.mark.parametrize("error", LEAVES, ids=lambda error: error.__name__)
def test_facts_are_keyword_only(error: type[OccoderError]) -> None:
    """An error takes its facts by name and keeps each as an attribute."""
    facts = [p for p in inspect.signature(error).parameters.values() if p.name != "self"]
    source = inspect.getsource(error)

    assert facts
    assert {inspect.Parameter.KEYWORD_ONLY} == {fact.kind for fact in facts}
    assert [] == [fact.name for fact in facts if f"self.{fact.name} = " not in source]


def test_every_error_has_a_section() -> None:
    """The page on errors has one section for each error, and no other."""
    sections = re.findall(
        r"^### (\S+)$", ERRORS_PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )

    assert sorted(error.slug for error in LEAVES) == sorted(sections)


def test_every_section_has_cause_and_remedy() -> None:
    """Each section of the page says why the error happens and what to do."""
    _, *sections = re.split(
        r"^### ", ERRORS_PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    starts = [("Cause: ", "Remedy: ")] * len(sections)
    lines = [[line for line in section.splitlines()[1:] if line] for section in sections]

    assert starts == [(first[:7], second[:8]) for first, second, *_ in lines]
