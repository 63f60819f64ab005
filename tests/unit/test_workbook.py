"""Workbooks laid out like those of the ABS are imported; others are explained.

The workbooks are written here: invented categories in the published layout, with its
preamble, its empty columns, its numbers for codes and its footer.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from occoder.classification import Map, read_table, write_table
from occoder.classification.workbook import (
    LEVEL_HEADINGS,
    import_correspondence,
    import_index,
    import_structure,
    write_index,
)
from occoder.errors import ClassificationFaults, UnreadableFile, WorkbookLayout

Cells = Sequence[str | float | None]

PREAMBLE: list[Cells] = [
    [],
    ["BOATS - Standard Classification of Boats, 2022 Update"],
    ["Table: what stands below"],
    ["Released at 11:30am 22 November 2022"],
    [],
]
FOOTER: list[Cells] = [[], ["© Commonwealth of Nowhere"], ["Crown Copyright ©"]]
CONTENTS: list[Cells] = [[], ["Contents"], [], [None, 1, "Table 1: Boats"]]

MAJOR_GROUPS: list[Cells] = [
    ["Major Group", None, "Predominant Skill Levels"],
    [1, "Rowed", "1,2"],
    [2, "Driven", 3.4],
]
OCCUPATIONS: list[Cells] = [
    ["Major Group"],
    [None, "Sub-Major Group"],
    [None, None, "Minor Group"],
    [None, None, None, "Unit Group"],
    [None, None, None, None, "Occupation", None, "Skill Level"],
    [1, "Rowed"],
    [None, 11, "Light"],
    [None, None, 111, "Canoes"],
    [None, None, None, 1111, "Canoeists"],
    [None, None, None, None, 111111, "Canoeist", 1],
    [None, None, None, None, 111199, "Canoeists nec", "5 Aus,4 NZ"],
    [],
    [2, "Driven"],
]
INDEX: list[Cells] = [
    ["Occupation Code", "Description", "Category"],
    ["111199", "Kayak Tester", "Occupation in nec category"],
    ["111111", "Canoeist", "Principal Title"],
]
TO_ISCO: list[Cells] = [
    ["BOATS 2022", None, "ISCO-08"],
    ["111111", "Canoeist", "0110", "p", "Officers"],
    [None, None, "1111", None, "Legislators"],
    ["111199", "Canoeists nec", "xxxxxx", None, "No Correspondence"],
    ["xxxxxx", "No Correspondence", "6340", None, "Subsistence fishers"],
]
FROM_ISCO: list[Cells] = [
    ["ISCO-08", None, "BOATS 2022"],
    ["0110", "Officers", "111111", None, "Canoeist"],
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The path of a workbook that a test writes."""
    return tmp_path / "boats.xlsx"


def write(file: Path, tables: dict[str, list[Cells]]) -> None:
    """Write tables as the sheets of a workbook, between preamble and footer."""
    sheets = {
        "Contents": CONTENTS,
        **{name: [*PREAMBLE, *rows, *FOOTER] for name, rows in tables.items()},
        "Explanatory Notes": [[], [None, "1. What the tables show."]],
        "Empty": [],
    }
    with xlsxwriter.Workbook(file) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for i, row in enumerate(rows):
                for j, cell in enumerate(row):
                    sheet.write(i, j, cell)


def test_structure_is_imported(file: Path) -> None:
    """Codes, titles, parents and skill levels come from the table of occupations."""
    write(file, {"Table 5": OCCUPATIONS})
    boats = import_structure(file)

    assert [heading.lower() for heading in LEVEL_HEADINGS] == [
        one.name for one in boats.levels
    ]
    assert ["1", "11", "111", "1111", "111111", "111199", "2"] == [
        one.code for one in boats.categories
    ]
    assert ("Canoeists nec", "1111", "5 Aus,4 NZ", True) == (
        boats["111199"].title,
        boats["111199"].parent,
        boats["111199"].skill_level,
        boats["111199"].is_residual,
    )


def test_groups_get_their_skill_levels(file: Path) -> None:
    """The other tables state the skill levels of groups, one of them as a number."""
    write(file, {"Table 1": MAJOR_GROUPS, "Table 5": OCCUPATIONS})
    boats = import_structure(file)

    assert ["1,2", "", "", "", "1", "5 Aus,4 NZ", "3,4"] == [
        one.skill_level for one in boats.categories
    ]


def test_imported_structure_is_a_table(file: Path, tmp_path: Path) -> None:
    """What is imported can be written, and read as any other classification."""
    write(file, {"Table 5": OCCUPATIONS})
    boats = import_structure(file)
    write_table(boats, tmp_path / "boats.csv")

    assert boats.categories == read_table(tmp_path / "boats.csv").categories


def test_faulty_structure_is_reported(file: Path) -> None:
    """Faults are named by the row of the sheet."""
    occupations = [*OCCUPATIONS, [None, 31, "Orphans"], [None, None, None, None, 111111]]
    write(file, {"Table 5": occupations})
    with pytest.raises(ClassificationFaults) as caught:
        import_structure(file)

    assert [(19, "missing-parent"), (20, "empty-title"), (20, "duplicate-code")] == [
        (fault.line, fault.slug) for fault in caught.value.faults
    ]


def test_index_becomes_training_records(file: Path, tmp_path: Path) -> None:
    """Titles of an index are written as records, with no text for the tasks."""
    write(file, {"Table 1": INDEX, "Table 2": [INDEX[0], INDEX[2], INDEX[1]]})
    entries = import_index(file)
    write_index(entries, tmp_path / "records.csv")

    assert [("111199", "Kayak Tester"), ("111111", "Canoeist")] == list(entries)
    assert "code,occp_text,tasks_text\n111199,Kayak Tester,\n111111,Canoeist,\n" == (
        tmp_path / "records.csv"
    ).read_text(encoding="utf-8")


def test_index_headings_can_be_named(file: Path) -> None:
    """An index with other headings is read when they are given."""
    write(file, {"Titles": [["Job", "OSCA code"], ["Canoeist", 111111]]})

    assert [("111111", "Canoeist")] == list(
        import_index(file, code="OSCA Code", title="job")
    )


def test_correspondence_is_imported(file: Path) -> None:
    """Rows below a source belong to it; rows without correspondence are left out."""
    write(file, {"Table 4": TO_ISCO})
    found = import_correspondence(file)

    assert ("BOATS 2022", "ISCO-08") == (found.source_name, found.target_name)
    assert (Map("111111", "0110", True), Map("111111", "1111", False)) == found.maps


def test_sheet_can_be_named(file: Path) -> None:
    """Of several correspondences, the named one is read; unnamed they are listed."""
    write(file, {"Table 3": FROM_ISCO, "Table 4": TO_ISCO})
    with pytest.raises(WorkbookLayout) as caught:
        import_correspondence(file)

    assert 2 == caught.value.n_found
    assert ("ISCO-08", "BOATS 2022") == caught.value.sheets["Table 3"]
    assert (Map("0110", "111111", False),) == import_correspondence(
        file, sheet="Table 3"
    ).maps


@pytest.mark.parametrize(
    "read", [import_structure, import_correspondence], ids=["structure", "correspondence"]
)
def test_other_layout_is_explained(file: Path, read: object) -> None:
    """A workbook of another kind is answered with its sheets and their headings."""
    write(file, {"Table 1": INDEX})
    with pytest.raises(WorkbookLayout) as caught:
        read(file)  # type: ignore[operator]

    assert 0 == caught.value.n_found
    assert {
        "Contents": (),
        "Table 1": ("Occupation Code", "Description", "Category"),
        "Explanatory Notes": (),
        "Empty": (),
    } == caught.value.sheets


def test_index_without_headings_is_explained(file: Path) -> None:
    """The message names the headings that were wanted."""
    write(file, {"Table 5": OCCUPATIONS})
    with pytest.raises(WorkbookLayout, match='"Occupation Code", "Description"') as caught:
        import_index(file)

    assert (*LEVEL_HEADINGS, "Skill Level") == caught.value.sheets["Table 5"]


def test_unknown_sheet_is_explained(file: Path) -> None:
    """A sheet that isn't there is answered with those that are."""
    write(file, {"Table 1": INDEX})
    with pytest.raises(WorkbookLayout, match='the name "Tabel 1"') as caught:
        import_index(file, sheet="Tabel 1")

    assert ["Contents", "Table 1", "Explanatory Notes", "Empty"] == list(
        caught.value.sheets
    )


@pytest.mark.parametrize("content", [b"", b"code,title\n", b"PK\x03\x04"], ids=repr)
def test_other_file_is_unreadable(file: Path, content: bytes) -> None:
    """A file that is no workbook is said to be none."""
    file.write_bytes(content)

    with pytest.raises(UnreadableFile, match="workbook"):
        import_index(file)
