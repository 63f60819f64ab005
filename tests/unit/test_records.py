"""Coded records checked against the classification."""

from pathlib import Path

import pytest
from toy_coder import TOY

from occoder.classification import bundled
from occoder.errors import Fault, FaultyRecords, UnreadableFile
from occoder.training.record_file import RecordRow
from occoder.training.records import CodedRecords, check_records, read_records


def checked(*rows: tuple[str, str, str], **rules: bool) -> CodedRecords:
    """Return records of (title, tasks, code), from line 2 on, checked."""
    numbered = [RecordRow(line, *row) for line, row in enumerate(rows, start=2)]
    return check_records(numbered, TOY, source="gold.csv", **rules)


def slugs(records: CodedRecords) -> list[tuple[int, str]]:
    """Return line and kind of each fault."""
    return [(fault.line, fault.slug) for fault in records.faults]


def test_good_records_stay_as_they_are() -> None:
    """Texts and codes of any level come back in order, without faults."""
    records = checked(("grocer", "sells", "111"), ("", "welds", "21"), ("boss", "", "1"))

    assert (
        CodedRecords(
            titles=("grocer", "", "boss"),
            tasks=("sells", "welds", ""),
            codes=("111", "21", "1"),
            lines=(2, 3, 4),
            faults=(),
        )
        == records
    )
    assert 3 == len(records)


def test_unknown_codes_are_all_listed() -> None:
    """Every unknown code is refused at once, with its lines."""
    with pytest.raises(FaultyRecords) as error:
        checked(("a", "", "119"), ("b", "", "111"), ("c", "", "119"), ("d", "", "1111"))

    assert [2, 4, 5] == [fault.line for fault in error.value.faults]
    assert "code 119 is not in TOY 1 (line 2, 4)" in str(error.value)
    assert "code 1111 has 4 characters; the levels have 1, 2, 3 (line 5)" in str(
        error.value
    )


def test_unknown_codes_can_be_left_out() -> None:
    """On demand records with unknown codes are left out and counted."""
    records = checked(("a", "", "119"), ("b", "", "111"), skip_faulty=True)

    assert (("111",), {"unknown-code": 1}) == (records.codes, records.fault_counts())


def test_error_repeats_no_text() -> None:
    """A text that stands in the column of the codes is not repeated."""
    with pytest.raises(FaultyRecords) as error:
        checked(("111", "", "I work with Jane at the bakery"))

    assert "Jane" not in str(error.value)


def test_records_without_text_or_code_are_left_out() -> None:
    """An empty text or code is a fault, but no reason to stop."""
    records = checked((" ", "", "111"), ("b", "", " "), ("c", "", " 111 "))

    assert ("111",) == records.codes
    assert [(2, "empty-text"), (3, "no-code")] == slugs(records)


def test_contradiction_moves_to_the_common_group() -> None:
    """The same text under several codes gets the smallest group that holds them all."""
    records = checked(
        ("Sells", "", "111"), ("x", "", "221"), ("sells!", "", "112"), ("SELLS", "", "111")
    )

    assert ("11", "221", "11", "11") == records.codes
    assert [(2, "contradiction"), (4, "contradiction"), (5, "contradiction")] == slugs(
        records
    )
    assert (
        Fault(2, "contradiction", "the same text stands under 111, 112: moved to 11")
        == (records.faults[0])
    )


def test_group_above_is_the_common_group() -> None:
    """A code and the group above it meet in the group."""
    assert ("1", "1") == checked(("boss", "", "1"), ("boss", "", "122")).codes


def test_hopeless_contradiction_is_left_out() -> None:
    """Without a group that holds all codes the records are left out."""
    records = checked(("boss", "", "111"), ("x", "", "1"), ("boss", "", "221"))

    assert (("1",), {"contradiction": 2}) == (records.codes, records.fault_counts())
    assert records.faults[0].message.endswith("left out")


def test_contradictions_can_be_kept() -> None:
    """For evaluation each record keeps its own truth, and the fault is still counted."""
    records = checked(("boss", "", "111"), ("boss", "", "221"), keep_contradictions=True)

    assert ("111", "221") == records.codes
    assert {"contradiction": 2} == records.fault_counts()


def test_unreadable_rows_are_refused() -> None:
    """A row that can't be read is refused like an unknown code."""
    row = RecordRow(7, "", "", "", "has 2 cells where there are 3 headings")
    with pytest.raises(FaultyRecords, match=r"has 2 cells .* \(line 7\)"):
        check_records([row], TOY, source="gold.csv")


def test_nfd_code_is_its_group() -> None:
    """A supplementary nfd code is read as the group that it stands for."""
    row = RecordRow(2, "programmer", "", "261300")
    records = check_records([row], bundled("anzsco"), source="gold.csv")

    assert ("2613",) == records.codes


def test_nothing_left_is_an_error() -> None:
    """A file without any usable record raises."""
    with pytest.raises(UnreadableFile, match="holds no coded record"):
        checked(("", "", "111"))


def test_file_is_read_and_checked(tmp_path: Path) -> None:
    """Records come from a file with their lines."""
    path = tmp_path / "gold.csv"
    path.write_text("occp_text,code\ngrocer,111\n,112\n", encoding="utf-8")
    records = read_records(path, TOY)

    assert (("grocer",), (2,)) == (records.titles, records.lines)
    assert [(3, "empty-text")] == slugs(records)


def test_keys_are_normal_forms() -> None:
    """Each record has a key that it shares with records that say the same."""
    assert ["grocer|", "grocer|sells"] == checked(
        ("Grocer", "", "111"), ("grocer", "Sells.", "111")
    ).keys()
