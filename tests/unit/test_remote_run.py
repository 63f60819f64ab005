"""A run of a file through a service, from beginning to end, and begun again."""

import gzip
import json
from pathlib import Path

import polars as pl
import pytest
from remote_answers import category
from remote_runs import ROWS, Heard, coded, rows_of, survey_of, write_survey
from remote_stand_in import StandIn

from occoder.errors import (
    UncleanTexts,
)
from occoder.files.format import Format
from occoder.remote.run import MANY_TEXTS

ADDED = [
    *("code", "title", "level", "confidence", "status", "reason"),
    *("suggestion_1_code", "suggestion_1_title", "suggestion_1_confidence"),
    *("suggestion_2_code", "suggestion_2_title", "suggestion_2_confidence"),
    *("suggestion_3_code", "suggestion_3_title", "suggestion_3_confidence"),
    *("model_id", "classification"),
]


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    """Return a small file with rows of all kinds."""
    return write_survey(tmp_path / "survey.csv")


@pytest.mark.parametrize("as_operation", [False, True])
def test_rows_get_their_answers(tmp_path: Path, survey: Path, as_operation: bool) -> None:
    """Every row comes out at its place, with the columns that `occoder code` adds."""
    with StandIn() as service:
        done = coded(service, survey, tmp_path / "coded.csv", as_operation=as_operation)
    rows = rows_of(tmp_path / "coded.csv")
    nurse = category("nurse on a ward")

    assert ["id", "job", "duties", *ADDED] == list(rows[0])
    assert [row[0] for row in ROWS] == [row["id"] for row in rows]
    assert "Façade cleaner" == rows[3]["job"]
    assert (nurse["codeCategory"], nurse["codeLabel"]) == (
        rows[0]["code"],
        rows[0]["title"],
    )
    assert str(nurse["codeConfidence"]) == rows[4]["confidence"]
    assert rows[0]["code"] == rows[4]["code"]
    assert ["empty", "too short"] == [row["reason"] for row in rows[1:3]]
    assert ("not coded", "low confidence") == (rows[5]["status"], rows[5]["reason"])
    assert category("vague one  2")["codeCategory"] == rows[5]["suggestion_3_code"]
    assert ("not coded", "retired") == (rows[6]["status"], rows[6]["reason"])
    assert "OSCA 2024" == rows[9]["classification"]
    assert (10, 1, 1) == (done.rows, done.empty, done.too_short)
    assert 5 == sum(done.topics[0].coded.values())


def test_record_error_is_told(tmp_path: Path, survey: Path) -> None:
    """A record that the service could not read has the status error, in its words."""
    with StandIn() as service:
        for name in ("coded.csv", "coded.jsonl"):
            done = coded(service, survey, tmp_path / name, as_operation=True)
    row = rows_of(tmp_path / "coded.csv")[8]
    line = json.loads((tmp_path / "coded.jsonl").read_text().splitlines()[8])

    assert ("error", "malformed record") == (row["status"], row["reason"])
    assert ("error", "malformed record") == (line["status"], line["reason"])
    assert {"malformed record": 1} == done.errors
    assert 1 == done.topics[0].not_coded["low confidence"]


def test_each_text_is_sent_once(tmp_path: Path, survey: Path) -> None:
    """Different texts are sent, prepared and without anything else of their rows."""
    with StandIn() as service:
        coded(service, survey, tmp_path / "coded.csv")
    sent = [json.loads(record) for record in service.records]

    assert {"recordId", "occp_text", "tasks_text"} >= set().union(*sent)
    assert ["0", "1", "2", "3", "4", "5", "6"] == [one["recordId"] for one in sent]
    assert ("nurse", "Facade cleaner") == (sent[0]["occp_text"], sent[1]["occp_text"])
    assert 100 >= max(len(one["occp_text"] + one.get("tasks_text", "")) for one in sent)
    assert "0001" not in str(sent)


def test_lines_of_an_operation_have_all_fields(tmp_path: Path, survey: Path) -> None:
    """All lines of an operation have the same fields, blank where nothing is."""
    with StandIn() as service:
        coded(service, survey, tmp_path / "coded.csv", as_operation=True)
    content = service.only_operation().content or b""

    assert {("occp_text", "tasks_text", "recordId")} == {
        tuple(json.loads(line)) for line in content.splitlines()
    }


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "csv.gz", "parquet", "xlsx"])
def test_every_format_goes(tmp_path: Path, survey: Path, ending: str) -> None:
    """Any format that `occoder code` reads can be read, and written."""
    source, target = tmp_path / f"in.{ending}", tmp_path / f"out.{ending}"
    frame = pl.read_csv(survey, schema_overrides={"id": pl.String})
    if ending == "jsonl":
        frame.write_ndjson(source)
    elif ending == "parquet":
        frame.write_parquet(source)
    elif ending == "xlsx":
        frame.write_excel(source)
    elif ending == "csv.gz":
        source.write_bytes(gzip.compress(frame.write_csv().encode()))
    else:
        frame.write_csv(source, separator="\t" if ending == "tsv" else ",")
    with StandIn() as service:
        coded(service, source, target, keep_formulas=True)
        coded(service, target, tmp_path / "again.csv", title="job", tasks="duties")
        coded(service, survey, tmp_path / "plain.csv")
    plain, again = rows_of(tmp_path / "plain.csv"), rows_of(tmp_path / "again.csv")

    assert [row["code"] for row in plain] == [row["code"] for row in again]
    assert [row["code"] for row in plain] == [row["occoder_code"] for row in again]


def test_large_files_go_as_operations(tmp_path: Path) -> None:
    """More than 3,000 different texts go as an operation, fewer in calls of 300."""
    with StandIn() as service:
        large = write_survey(tmp_path / "large.csv", survey_of(MANY_TEXTS + 1))
        coded(service, large, tmp_path / "large.out.csv")
        assert {"create": 1} == {
            k: n for k, n in service.calls.items() if k in "create code"
        }
        small = write_survey(tmp_path / "small.csv", survey_of(MANY_TEXTS))
        coded(service, small, tmp_path / "small.out.csv")

    assert 10 == service.calls["code"]
    assert 1 == service.calls["create"]


def test_both_ways_give_the_same(tmp_path: Path) -> None:
    """The output does not depend on the way, but for errors of single records."""
    rows = [row for row in survey_of(700) if "unlucky" not in row[1]]
    source = write_survey(tmp_path / "survey.csv", rows)
    with StandIn() as service:
        for way in (False, True):
            coded(service, source, tmp_path / f"{way}.csv", as_operation=way)

    assert (tmp_path / "False.csv").read_bytes() == (tmp_path / "True.csv").read_bytes()


def test_nothing_is_left(tmp_path: Path, survey: Path) -> None:
    """After a run there is the output, and no folder with texts."""
    with StandIn() as service:
        coded(service, survey, tmp_path / "coded.csv")
        coded(service, survey, tmp_path / "coded.csv", as_operation=True)

    assert {"survey.csv", "coded.csv"} == {one.name for one in tmp_path.iterdir()}


def test_input_without_texts(tmp_path: Path) -> None:
    """A file of which nothing can be coded sends nothing."""
    source = write_survey(tmp_path / "survey.csv", [("1", "", ""), ("2", "x", "")])
    with StandIn() as service:
        done = coded(service, source, tmp_path / "coded.csv", as_operation=True)

    assert (2, 1) == (done.rows, done.empty)
    assert 0 == service.calls["create"] + service.calls["code"]


def test_no_rows(tmp_path: Path) -> None:
    """A file with names of columns only comes out with more of them."""
    source = write_survey(tmp_path / "survey.csv", [])
    with StandIn() as service:
        coded(service, source, tmp_path / "coded.csv")

    assert (tmp_path / "coded.csv").read_text().startswith("id,job,duties,code,")


def test_report_comes_before_anything_is_sent(tmp_path: Path, survey: Path) -> None:
    """What was noticed is said first, with rows and without texts."""
    heard = Heard()
    with StandIn() as service:
        coded(service, survey, tmp_path / "coded.csv", heard)
    said = "\n".join(heard.lines)

    assert "10 rows with 7 different texts; 1 more have one of these" in said
    assert "  empty: 1, row 2" in heard.lines
    assert "  cut to 100 characters: 1, row 8" in heard.lines
    assert "  characters beyond ASCII: 1, row 4" in heard.lines
    assert "  several jobs suspected: 1, row 8" in heard.lines
    assert "cleaner" not in said
    assert ["reading", "coding", "sorting", "joining"] == list(
        dict.fromkeys(stage for stage, _, _ in heard.stages)
    )


def test_strict_sends_nothing(tmp_path: Path, survey: Path) -> None:
    """With is_strict a text that is not as it should be stops the run before it is sent."""
    with StandIn() as service:
        with pytest.raises(UncleanTexts, match=r"empty 1 \(row 2\)") as error:
            coded(service, survey, tmp_path / "coded.csv", is_strict=True)
        clean = write_survey(tmp_path / "clean.csv", [ROWS[0], ROWS[4]])
        coded(service, clean, tmp_path / "coded.csv", is_strict=True)

    assert {"empty": 1} == {k: n for k, n in error.value.counts.items() if k == "empty"}
    assert 1 == len(service.records)
    assert not (tmp_path / "coded.csv.occoder").exists()


@pytest.mark.parametrize("n", [0, 1])
def test_suggestions_can_be_fewer(tmp_path: Path, survey: Path, n: int) -> None:
    """As many suggestions are added as are wanted."""
    with StandIn() as service:
        coded(service, survey, tmp_path / "coded.csv", n_suggestions=n)

    assert n == sum("suggestion" in name for name in rows_of(tmp_path / "coded.csv")[0]) / 3


def test_options_reach_the_output(tmp_path: Path, survey: Path) -> None:
    """Columns, formats and formulas are as stated."""
    with StandIn() as service:
        coded(
            service,
            survey,
            tmp_path / "out.data",
            title="duties",
            tasks="",
            keep_formulas=True,
            output_format=Format.TSV,
        )
    sent = [json.loads(record) for record in service.records]

    assert "\t=cleans\t" in (tmp_path / "out.data").read_text()
    assert "on a ward" == sent[0]["occp_text"]
    assert not any("tasks_text" in one for one in sent)
