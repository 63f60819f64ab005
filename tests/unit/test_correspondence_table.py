"""A correspondence in a CSV file is checked as a whole."""

from pathlib import Path

import pytest

from occoder.classification import (
    Map,
    bundled,
    bundled_correspondence,
    read_correspondence,
    write_correspondence,
)
from occoder.errors import ClassificationFaults


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The path of a table that a test writes."""
    return tmp_path / "map.csv"


def test_headings_name_the_classifications(file: Path) -> None:
    """The headings of the first two columns are the names, unless others are given."""
    file.write_text("Old 1,New 2,partial\nB,Y,p\nA,X,\n")
    found = read_correspondence(file)

    assert ("Old 1", "New 2") == (found.source_name, found.target_name)
    assert (Map("A", "X", False), Map("B", "Y", True)) == found.maps
    assert "New" == read_correspondence(file, target_name="New").target_name


def test_flag_may_be_missing(file: Path) -> None:
    """A file of two columns has no partial rows."""
    file.write_text("old,new\nA,X\n")

    assert (Map("A", "X", False),) == read_correspondence(file).maps


def test_written_reads_back_equal(file: Path) -> None:
    """A written correspondence reads back equal, given its classifications."""
    original = bundled_correspondence("osca", "anzsco")
    write_correspondence(original, file)

    assert original == read_correspondence(
        file, source=bundled("osca"), target=bundled("anzsco")
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", [(1, "empty-file")]),
        ("only\n1\n", [(1, "missing-column")]),
        ("a,b\n273333\n", [(2, "wrong-length")]),
        ("a,b\n273333,\n", [(2, "empty-code")]),
        ("a,b\n273333,261313\n273333,261313\n", [(3, "duplicate-row")]),
        ("a,b,c\n273333,261313,q\n", [(2, "unknown-flag")]),
        ("a,b\n273333,999\n", [(2, "unknown-code")]),
        ("a,b\n2733,261313\n", [(2, "group-code")]),
        (
            "a,b,c\n2733,261313,\n273333,999,p\n273333,,x\n",
            [
                (2, "group-code"),
                (3, "unknown-code"),
                (4, "empty-code"),
                (4, "unknown-flag"),
            ],
        ),
    ],
    ids=lambda value: (
        "-".join(slug for _, slug in value) if isinstance(value, list) else ""
    ),
)
def test_faults_are_listed(
    file: Path, content: str, expected: list[tuple[int, str]]
) -> None:
    """Every fault is found on its line, several at once."""
    file.write_text(content)
    with pytest.raises(ClassificationFaults) as caught:
        read_correspondence(file, source=bundled("osca"), target=bundled("anzsco"))

    assert expected == [(fault.line, fault.slug) for fault in caught.value.faults]
