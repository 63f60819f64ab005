"""A correspondence converts codes, and hides nothing of what they may become."""

import pytest

from occoder.classification import (
    Category,
    Classification,
    Correspondence,
    Level,
    Map,
    bundled,
    bundled_correspondence,
)


def classification(name: str, codes: str) -> Classification:
    """Return a classification of two levels whose codes begin with their group."""
    categories = tuple(
        Category(code, f"Title of {code}", len(code), code[:-1] or None, "", False)
        for code in sorted(codes.split())
    )
    return Classification(name, name, "", (Level(1, "a", 1), Level(2, "b", 1)), categories)


OLD = classification("old", "A A1 A2 A3 B B1 B2")
NEW = classification("new", "X X1 X2 Y Y1 Y2")
MAPS = (
    Map("A1", "X1", False),
    Map("A2", "X2", False),
    Map("A2", "Y1", True),
    Map("B1", "Y1", True),
)


@pytest.fixture
def both() -> Correspondence:
    """A correspondence between two small classifications."""
    return Correspondence("old", "new", MAPS, OLD, NEW)


@pytest.fixture
def codes_only() -> Correspondence:
    """The same rows, without the classifications."""
    return Correspondence("old", "new", MAPS)


def test_rows_are_found_both_ways(both: Correspondence) -> None:
    """A source gives its targets, a target its sources, an unknown code nothing."""
    assert MAPS[1:3] == both.targets("A2")
    assert MAPS[2:] == both.sources("Y1")
    assert () == both.targets("A3") == both.sources("Y2")


@pytest.mark.parametrize(
    ("code", "status", "targets", "group"),
    [
        ("A1", "one", [("X1", False)], "X1"),
        ("A2", "several", [("X2", False), ("Y1", True)], None),
        ("A3", "none", [], None),
        ("C1", "unknown", [], None),
        ("A", "several", [("X", False), ("Y1", True)], None),
        ("A0", "several", [("X", False), ("Y1", True)], None),
        ("B", "one", [("Y1", True)], "Y1"),
    ],
)
def test_code_is_converted(
    both: Correspondence,
    code: str,
    status: str,
    targets: list[tuple[str, bool]],
    group: str | None,
) -> None:
    """One code becomes all that it may be, a group or nfd code included."""
    (conversion,) = both.convert([code])

    assert code == conversion.code
    assert status == conversion.status
    assert targets == [(one.target, one.partial) for one in conversion.targets]
    assert group == conversion.group


def test_order_is_kept(both: Correspondence) -> None:
    """Codes come back in the order given, repeated ones and unknown ones too."""
    given = ["B1", "?", "A1", "B1"]

    assert given == [one.code for one in both.convert(given)]


def test_nfd_code_names_its_group(both: Correspondence) -> None:
    """A conversion says which group an nfd code stands for."""
    (conversion,) = both.convert(["A0"])

    assert ("A0", "A") == (conversion.code, conversion.source)


def test_whole_group_stands_for_its_categories() -> None:
    """Where all categories of a group are targets, the group is given, up to the top."""
    whole = Correspondence("old", "new", (*MAPS, Map("A3", "Y2", False)), OLD, NEW)
    (conversion,) = whole.convert(["A"])

    assert [Map("A", "X", False), Map("A", "Y", True)] == list(conversion.targets)


def test_occupation_is_never_widened() -> None:
    """An occupation keeps its targets even where they fill a group."""
    whole = Correspondence(
        "old", "new", (Map("A1", "X1", False), Map("A1", "X2", False)), OLD, NEW
    )
    (conversion,) = whole.convert(["A1"])

    assert (["X1", "X2"], "X") == (
        [one.target for one in conversion.targets],
        conversion.group,
    )


def test_codes_alone_can_be_converted(codes_only: Correspondence) -> None:
    """Without classifications, the beginning of a code is its group."""
    group, unknown, empty = codes_only.convert(["A", "C", ""])

    assert ["X1", "X2", "Y1"] == [one.target for one in group.targets]
    assert [False, False, True] == [one.partial for one in group.targets]
    assert ("several", None) == (group.status, group.group)
    assert ("unknown", "unknown") == (unknown.status, empty.status)


def test_common_beginning_is_the_group() -> None:
    """ISCO-08 targets in one group have its code in common."""
    (conversion,) = bundled_correspondence("osca", "isco-08").convert(["273333"])

    assert (["2512", "2514"], "251") == (
        [one.target for one in conversion.targets],
        conversion.group,
    )


def test_reversed_row_is_partial_by_count(both: Correspondence) -> None:
    """The other way round, a row is partial when its target has several sources."""
    back = both.reversed()

    assert ("new", "old") == (back.source_name, back.target_name)
    assert [Map("Y1", "A2", True), Map("Y1", "B1", False)] == list(back.targets("Y1"))
    assert (NEW, OLD) == (back.source, back.target)


def test_published_example_is_kept() -> None:
    """ANZSCO 121111 is all of ISCO-08 1312 and a part of 6221, as the ABS explains."""
    found = bundled_correspondence("anzsco", "isco-08").targets("121111")

    assert (Map("121111", "1312", False), Map("121111", "6221", True)) == found
    assert "Aquaculture Farmer" == bundled("anzsco")["121111"].title
