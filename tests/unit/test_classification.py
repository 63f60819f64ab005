"""A classification answers every look-up, and refuses what it can't hold."""

import pytest

from occoder.classification import (
    Category,
    Classification,
    Level,
    bundled,
    is_residual_title,
)
from occoder.errors import UnknownCategory


def category(code: str, level: int, parent: str | None) -> Category:
    """Return a category with a title made from its code."""
    return Category(code, f"Title of {code}", level, parent, "", False)


def classification(*categories: Category) -> Classification:
    """Return a small classification with the given categories, in the given order."""
    levels = (Level(1, "group", 2), Level(2, "occupation", 3))
    return Classification("Boats", "Boats", "1", levels, categories)


@pytest.fixture
def boats() -> Classification:
    """Two groups, one with two occupations and one with one; "C" has none."""
    return classification(
        category("A", 1, None),
        category("A1", 2, "A"),
        category("A2", 2, "A"),
        category("B", 1, None),
        category("B1", 2, "B"),
        category("C", 1, None),
    )


def codes(categories: tuple[Category, ...]) -> list[str]:
    """Return the codes of categories, in their order."""
    return [one.code for one in categories]


def test_code_finds_its_category(boats: Classification) -> None:
    """A code gives its category, and its position is its index in code order."""
    assert category("A2", 2, "A") == boats["A2"]
    assert boats.categories.index(boats["B"]) == boats.position("B")
    assert "B" in boats
    assert "D" not in boats


def test_unknown_code_is_named(boats: Classification) -> None:
    """Each look-up of an unknown code says which code and which classification."""
    for look_up in (
        boats.__getitem__,
        boats.position,
        boats.children,
        boats.ancestors,
        boats.finest,
        boats.nfd,
    ):
        with pytest.raises(UnknownCategory) as caught:
            look_up("D")

        assert ("D", "Boats 1") == (caught.value.code, caught.value.classification)


def test_children_are_directly_below(boats: Classification) -> None:
    """Children stand one level down, in code order; those of nothing are the top."""
    assert ["A1", "A2"] == codes(boats.children("A"))
    assert [] == codes(boats.children("A1"))
    assert ["A", "B", "C"] == codes(boats.children(None))


def test_ancestors_are_broadest_first() -> None:
    """The ancestors of an occupation are its groups, major group first."""
    above = bundled("anzsco").ancestors("261313")

    assert ["2", "26", "261", "2613"] == codes(above)
    assert () == bundled("anzsco").ancestors("2")


def test_finest_have_no_children(boats: Classification) -> None:
    """The finest categories of a group have no children; one without is its own."""
    assert ["A1", "A2"] == codes(boats.finest("A"))
    assert ["C"] == codes(boats.finest("C"))
    assert ["A1", "A2", "B1", "C"] == codes(boats.finest(None))


def test_level_holds_its_categories(boats: Classification) -> None:
    """A level gives its categories in code order, and no level gives none."""
    assert ["A1", "A2", "B1"] == codes(boats.at_level(2))
    assert [] == codes(boats.at_level(3))


def test_nfd_code_finds_its_group(boats: Classification) -> None:
    """A code in coded records may be an nfd code: it finds the group it stands for."""
    assert ("A0", "Title of A nfd") == boats.nfd("A")
    assert boats["A"] == boats.find("A0")
    assert boats["A1"] == boats.find("A1")
    assert boats.find("B0") is None


def test_disorder_is_refused() -> None:
    """Categories out of code order, or twice, are a programming error."""
    with pytest.raises(ValueError, match="code order"):
        classification(category("B", 1, None), category("A", 1, None))
    with pytest.raises(ValueError, match="code order"):
        classification(category("A", 1, None), category("A", 1, None))


@pytest.mark.parametrize("parent", [None, "A", "B1"], ids=["none", "absent", "same level"])
def test_misplaced_parent_is_refused(parent: str | None) -> None:
    """A parent that is not one level above is a programming error."""
    with pytest.raises(ValueError, match="one level above"):
        classification(
            category("B", 1, None), category("B1", 2, "B"), category("B2", 2, parent)
        )


@pytest.mark.parametrize(
    ("title", "has_children", "expected"),
    [
        ("Legislators nec", False, True),
        ("Elementary workers not elsewhere classified", True, True),
        ("Brokers n.e.c.", False, True),
        ("Other Labourers", True, True),
        ("Miscellaneous Labourers", True, True),
        ("Other Draftsperson", False, False),
        ("Journalists and Other Writers", True, False),
        ("Defence Force Members - Other Ranks", True, False),
        ("Connec", False, False),
        ("Otherworldly Guides", True, False),
    ],
)
def test_residual_is_told_by_title(title: str, has_children: bool, expected: bool) -> None:
    """Nec titles are residual, and so are groups titled Other or Miscellaneous."""
    assert expected == is_residual_title(title, has_children=has_children)
