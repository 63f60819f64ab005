"""`occoder classification` checks tables and imports workbooks."""

from pathlib import Path

import pytest
import xlsxwriter
from classification_command import lines, run

from occoder.classification import read_table


@pytest.fixture
def boats(tmp_path: Path) -> Path:
    """A small table without faults."""
    file = tmp_path / "boats.csv"
    file.write_text("Id,Name\n1,Boats\n11,Canoes\n19,Boats nec\n2,Ships\n")
    return file


COLUMNS = ("--code", "Id", "--title", "Name")


def test_check_sums_up_a_table(boats: Path, tmp_path: Path) -> None:
    """A table without faults is summed up, and can be written with usual columns."""
    usual = tmp_path / "usual.csv"

    assert [
        "boats: no fault, 4 categories",
        "  level 1: 2",
        "  level 2: 2",
        "  residual: 1",
        "  groups with an nfd code: 1",
    ] == lines("check", str(boats), *COLUMNS, "--output", str(usual))
    assert ["2   Ships"] == lines("search", "ship", "--classification", str(usual))
    assert "level 1 of 2" in lines("show", "2", "--classification", str(usual))


def test_check_lists_every_fault(boats: Path) -> None:
    """Each fault is a line that begins with file and line number; the exit fails."""
    boats.write_text("Id,Name\n1,Boats\n1,Boats\n2,\n")
    result = run("check", str(boats), *COLUMNS)

    assert (1, "faults: 2\n") == (result.exit_code, result.stderr)
    assert [
        f"{boats}:3: code 1 stands on line 2 already (duplicate-code)",
        f"{boats}:4: category 2 has no title (empty-title)",
    ] == result.stdout.splitlines()


def test_check_derives_groups(boats: Path, tmp_path: Path) -> None:
    """Missing groups are derived when their code lengths are given."""
    boats.write_text("code,title\n11,Canoes\n12,Tugs\n")
    run("check", str(boats), "--derive", "1", "-o", str(tmp_path / "out.csv"))

    assert "Codes that begin with 1" == read_table(tmp_path / "out.csv")["1"].title
    assert 2 == run("check", str(boats), "--derive", "one").exit_code


def test_import_writes_tables(tmp_path: Path) -> None:
    """Each kind of workbook becomes a CSV file, and its size is told."""
    with xlsxwriter.Workbook(tmp_path / "abs.xlsx") as workbook:
        structure = workbook.add_worksheet("Structure")
        groups = (
            "Major Group",
            "Sub-Major Group",
            "Minor Group",
            "Unit Group",
            "Occupation",
        )
        structure.write_row(0, 0, groups)
        for level, code in enumerate(("1", "11", "111", "1111", "111111")):
            structure.write_row(level + 1, level, (code, f"Title of {code}"))
        index = workbook.add_worksheet("Index")
        index.write_row(0, 0, ("Occupation Code", "Description"))
        index.write_row(1, 0, (111111, "Canoeist"))
        table = workbook.add_worksheet("Map")
        table.write_row(0, 0, ("Old", "", "New"))
        table.write_row(1, 0, ("1", "One", "2", "p", "Two"))
    told = {
        kind: lines(
            "import", str(workbook.filename), "--kind", kind, "-o", str(tmp_path / kind)
        )
        for kind in ("structure", "index", "correspondence")
    }

    assert [f"{tmp_path / 'structure'}: 5 categories"] == told["structure"]
    assert [f"{tmp_path / 'index'}: 1 titles"] == told["index"]
    assert [f"{tmp_path / 'correspondence'}: 1 rows"] == told["correspondence"]
    assert 5 == len(read_table(tmp_path / "structure").levels)
    assert "Old,New,partial\n1,2,p\n" == (tmp_path / "correspondence").read_text()
