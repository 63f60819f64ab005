"""`occoder classification convert` shows all that a code may become."""

import csv
import io
import json
from pathlib import Path

import pytest
from classification_command import lines, run

from occoder.errors import UnknownCorrespondence


def test_convert_shows_one_to_many() -> None:
    """Each code is followed by all it may become; the counts go to stderr."""
    result = run(
        "convert", "--from", "anzsco", "--to", "osca", "131112", "121617", "261300", "9x"
    )
    shown = result.stdout.splitlines()

    assert [
        "131112  Sales and Marketing Manager: several "
        "(2 categories, all in 1121 Business Promotion Managers)",
        "  112132  Business Development Manager",
        "  112133  Sales and Marketing Manager",
        "121617  Wine Grape Grower: one",
        "  151237  Wine Grape Grower",
    ] == shown[:5]
    assert shown[5].startswith(
        "261300 = 2613    Software and Applications Programmers: several"
    )
    assert "9x: unknown in ANZSCO 2022" == shown[-1]
    assert "codes: 4, one: 1, several: 2, none: 0, unknown: 1\n" == result.stderr


def test_convert_reads_files_and_stdin(tmp_path: Path) -> None:
    """Codes come from arguments, files and stdin; a heading is left out."""
    file = tmp_path / "codes.csv"
    file.write_text("\ufeffanzsco,n\n121617,4\n\n132211,5\n", encoding="utf-8")
    result = run(
        *("convert", "--from", "anzsco", "--to", "osca", "--csv", "111111", str(file), "-"),
        stdin="code\n121617\n",
    )
    rows = list(csv.DictReader(io.StringIO(result.stdout)))

    assert ["111111", "121617", "132211", "121617"] == [row["code"] for row in rows]
    assert {"one"} == {row["status"] for row in rows}
    assert ("151237", "Wine Grape Grower", "", "151237") == tuple(
        rows[1][heading] for heading in ("target", "target_title", "partial", "group")
    )


def test_convert_keeps_codes_without_target() -> None:
    """A code without correspondence, or unknown, keeps a row of its own."""
    result = run("convert", "--from", "anzsco", "--to", "isco-08", "--csv", "121617", "xyz")
    rows = list(csv.reader(io.StringIO(result.stdout)))[1:]

    assert [
        ["121617", "Wine Grape Grower", "none", "", "", "", "", ""],
        ["xyz", "", "unknown", "", "", "", "", ""],
    ] == rows


def test_convert_gives_json() -> None:
    """For machines a conversion comes as JSON, with the group of all targets."""
    result = run("convert", "--from", "osca", "--to", "isco-08", "--json", "273333")
    (facts,) = json.loads(result.stdout)

    assert "several" == facts["status"]
    assert ["2512", "2514"] == [one["code"] for one in facts["targets"]]
    assert {"code": "251", "title": ""} == facts["group"]


def test_convert_takes_another_table(tmp_path: Path) -> None:
    """A correspondence of one's own converts codes too."""
    file = tmp_path / "map.csv"
    file.write_text("Old,New,partial\n1,7,\n1,8,p\n")

    assert [
        "1: several (codes only, 2 categories, no group holds them all)",
        "  7",
        "  8 (part of it)",
    ] == lines("convert", "--table", str(file), "1")


@pytest.mark.parametrize(
    "words",
    [("1",), ("1", "--from", "osca"), ("1", "--to", "osca"), ()],
    ids=["nothing", "from", "to", "no code"],
)
def test_convert_needs_both_ends(words: tuple[str, ...]) -> None:
    """Without codes, or both classifications, or a table, the command is misused."""
    assert 2 == run("convert", *words).exit_code


def test_convert_names_bundled() -> None:
    """A pair without correspondence is an error that lists those that have one."""
    error = run("convert", "--from", "noc", "--to", "osca", "1").exception

    assert isinstance(error, UnknownCorrespondence)
