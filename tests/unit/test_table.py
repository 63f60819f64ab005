"""A CSV file becomes a classification, or the full list of its faults."""

from pathlib import Path

import pytest

from occoder.classification import Category, Columns, bundled, read_table, write_table
from occoder.errors import ClassificationFaults

BOATS = "code,title\n1,Boats\n11,Rowing boats\n111,Canoes\n112,Skiffs\n2,Ships\n21,Tugs\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The path of a table that a test writes."""
    return tmp_path / "boats.csv"


def faults(file: Path, content: str | bytes) -> list[tuple[int, str]]:
    """Return line and kind of every fault that reading a content finds."""
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ClassificationFaults) as caught:
        read_table(file)
    return [(fault.line, fault.slug) for fault in caught.value.faults]


def test_levels_come_from_codes(file: Path) -> None:
    """Without a column of parents, a category belongs to the beginning of its code."""
    file.write_text(BOATS)
    boats = read_table(file, name="Boats", version="1", level_names=["a", "b", "c"])

    assert [("a", 2), ("b", 2), ("c", 2)] == [
        (one.name, one.n_categories) for one in boats.levels
    ]
    assert Category("112", "Skiffs", 3, "11", "", False) == boats["112"]
    assert ("Boats", "Boats", "1") == (boats.name, boats.full_name, boats.version)


def test_levels_come_from_parents(file: Path) -> None:
    """With a column of parents, codes may be anything and branches differ in depth."""
    file.write_text(
        "code,title,parent\nJ62,Coding,J\nA,Farms,\nJ,Information,\nJ62.01,Web,J62\n"
    )
    sections = read_table(file)

    assert ["A", "J", "J62", "J62.01"] == [one.code for one in sections.categories]
    assert [1, 1, 2, 3] == [one.level for one in sections.categories]
    assert "level 3" == sections.levels[2].name


def test_name_is_the_files(file: Path) -> None:
    """A table without a given name is called like its file."""
    file.write_text(BOATS)

    assert "boats" == str(read_table(file))


def test_wrong_number_of_level_names(file: Path) -> None:
    """Level names must be as many as the levels."""
    file.write_text(BOATS)

    with pytest.raises(ValueError, match="shorter"):
        read_table(file, level_names=["group"])


def test_columns_can_be_named(file: Path) -> None:
    """Codes, titles, parents and skill levels may stand under other headings."""
    file.write_text("Name,Id,Under,Skill,Note\nCanoes,C,B,3,x\nBoats,B,,1,y\n")
    columns = Columns(code="Id", title="Name", parent="Under", skill_level="Skill")

    assert (
        Category("C", "Canoes", 2, "B", "3", False)
        == read_table(file, columns=columns)["C"]
    )


def test_byte_order_mark_is_tolerated(file: Path) -> None:
    """A file as spreadsheets write it, with a mark and CRLF, reads the same."""
    file.write_text(BOATS)
    plain = read_table(file)
    file.write_bytes(b"\xef\xbb\xbf" + BOATS.replace("\n", "\r\n").encode())

    assert plain == read_table(file)


def test_empty_lines_are_skipped(file: Path) -> None:
    """Lines without any text are no categories."""
    file.write_text(BOATS)
    plain = read_table(file)
    file.write_text(BOATS.replace("2,Ships", "\n,\n2,Ships"))

    assert plain == read_table(file)


def test_empty_lines_are_counted(file: Path) -> None:
    """The line of a fault is that of the file, empty lines included."""
    damaged = BOATS.replace("2,Ships", "\n,\n2,Ships").replace("Tugs", "")

    assert [(9, "empty-title")] == faults(file, damaged)


def test_missing_groups_can_be_derived(file: Path) -> None:
    """Groups that the file lacks are made from the beginnings of codes when asked for."""
    file.write_text("code,title\n11,Canoes\n12,Skiffs\n21,Tugs\n2,Ships\n")
    boats = read_table(file, derived_lengths=[1])

    assert ["Codes that begin with 1", "Ships"] == [
        one.title for one in boats.children(None)
    ]
    assert ["11", "12"] == [one.code for one in boats.children("1")]


def test_bundled_survives_writing(file: Path) -> None:
    """A written classification reads back equal, given its names."""
    osca = bundled("osca")
    write_table(osca, file)

    assert osca == read_table(
        file,
        name=osca.name,
        full_name=osca.full_name,
        version=osca.version,
        level_names=[level.name for level in osca.levels],
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", [(1, "empty-file")]),
        ("\n\n", [(1, "empty-file")]),
        ("code,title\n", [(1, "empty-file")]),
        ("id,name\n1,Boats\n", [(1, "missing-column"), (1, "missing-column")]),
        (b"code,title\n1,Boats\n2,M\xe4rz\n", [(3, "not-utf-8")]),
        ("code,title\n1," + "x" * 200_000, [(1, "not-csv")]),
        (BOATS + "112,Dinghies\n", [(8, "duplicate-code")]),
        (BOATS + "12,\n", [(8, "empty-title")]),
        (BOATS + ",Dinghies\n", [(8, "empty-code")]),
        (BOATS + '"1 2",Dinghies\n', [(8, "spaces-in-code")]),
        (BOATS + "311,Dinghies\n", [(8, "missing-parent")]),
        (BOATS + "1111,Dinghies\n12345,Rafts\n", [(9, "code-length")]),
        (BOATS + "12,Dinghies,3\n", [(8, "wrong-length")]),
        ("title,code\nBoats,1\nShips\n", [(3, "wrong-length"), (3, "empty-code")]),
        (BOATS + '12,"Dinghies\n13,Rafts\n', [(8, "broken-title")]),
        ("code,title,parent\n1,Boats,9\n", [(2, "missing-parent")]),
        ("code,title,parent\n1,Boats,1\n", [(2, "parent-loop")]),
        (
            "code,title,parent\n1,Boats,2\n2,Ships,1\n3,Tugs,2\n",
            [(2, "parent-loop"), (3, "parent-loop")],
        ),
    ],
    ids=lambda value: (
        "-".join(slug for _, slug in value) if isinstance(value, list) else ""
    ),
)
def test_fault_is_found(
    file: Path, content: str | bytes, expected: list[tuple[int, str]]
) -> None:
    """Each kind of fault is found, on its line, and nothing else with it."""
    assert expected == faults(file, content)


def test_all_faults_are_listed(file: Path) -> None:
    """A table with many faults tells them all at once, in line order."""
    damaged = BOATS + '112,Again\n,Nameless\n22,\n"2 3",Spaced\n41,Orphan\n'

    assert [
        (8, "duplicate-code"),
        (9, "empty-code"),
        (10, "empty-title"),
        (11, "spaces-in-code"),
        (12, "missing-parent"),
    ] == faults(file, damaged)


def test_message_tells_first_fault(file: Path) -> None:
    """The error says how many faults there are, and the first of them in full."""
    file.write_text(BOATS + "112,Again\n22,\n")
    with pytest.raises(ClassificationFaults) as caught:
        read_table(file)

    assert str(caught.value).startswith(
        "boats.csv has 2 faults. First, line 8: code 112 stands on line 5 already."
    )


def test_dropped_zero_is_suspected(file: Path) -> None:
    """A code one character short of a level may have lost its zero to a spreadsheet."""
    file.write_text("code,title\n001,A\n002,B\n00100,C\n200,D\n00201,E\n0101,F\n")
    with pytest.raises(ClassificationFaults) as caught:
        read_table(file)

    (fault,) = (one for one in caught.value.faults if one.slug == "code-length")
    assert (7, True) == (fault.line, "dropped a leading zero" in fault.message)
