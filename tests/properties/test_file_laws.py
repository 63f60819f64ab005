"""Laws of text rules, formats and files, for whatever people type."""

import csv
import io
import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stand_in_coder import load_stand_in

from occoder.coder.text import MAX_CHARACTERS, fit, plain, prepare, prepare_all
from occoder.files.code_file import Options, open_run
from occoder.files.formulas import neutralised
from occoder.files.source import CHUNK_BYTES, blocks_of

TEXT = st.text(max_size=150)
TYPED = st.one_of(TEXT, st.text("abc é—\t\n\"',;=+-@\r", max_size=150))
RECORDS = st.lists(st.tuples(TYPED, TYPED), min_size=1, max_size=20)
FOLDER = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


@given(TYPED)
def test_plain_is_stable(typed: str) -> None:
    """Plain text is printable ASCII with single spaces, and stays as it is."""
    once = plain(typed)

    assert once == plain(once)
    assert once.isascii() and (once.isprintable() or not once)
    assert once == " ".join(once.split(" "))


@given(TYPED, TYPED, st.integers(1, 120))
def test_fit_keeps_beginnings(title: str, tasks: str, limit: int) -> None:
    """What is kept fits, is the beginning of what was given, and is something."""
    title, tasks = plain(title), plain(tasks)
    kept_title, kept_tasks = fit(title, tasks, limit=limit)

    assert len(kept_title) + len(kept_tasks) <= limit
    assert title.startswith(kept_title) and tasks.startswith(kept_tasks)
    assert bool(title or tasks) == bool(kept_title or kept_tasks)
    assert kept_title == title or not kept_tasks


@given(st.lists(st.tuples(st.none() | TYPED, st.none() | TYPED), max_size=20))
def test_together_equals_alone(records: list[tuple[str | None, str | None]]) -> None:
    """Preparing many records gives what preparing each alone gives."""
    alone = [prepare(title, tasks) for title, tasks in records]
    together = prepare_all([r[0] for r in records], [r[1] for r in records])

    assert [one.title for one in alone] == together.titles
    assert [one.tasks for one in alone] == together.tasks
    assert [i for i, one in enumerate(alone) if one.reason == "empty"] == together.empty
    assert [
        i for i, one in enumerate(alone) if one.reason == "too short"
    ] == together.too_short
    assert sum(one.transliterated for one in alone) == together.n_transliterated
    assert sum(one.cut for one in alone) == together.n_cut
    assert all(len(one.title) + len(one.tasks) <= MAX_CHARACTERS for one in alone)


@given(st.lists(TYPED, min_size=1))
def test_neutralising_is_stable(cells: list[str]) -> None:
    """A neutralised cell is left alone; only an apostrophe is ever added."""
    once, n = neutralised(pl.DataFrame({"job": cells}))

    assert (n, 0) == (
        sum(a != b for a, b in zip(cells, once["job"], strict=True)),
        neutralised(once)[1],
    )
    assert cells == [
        b if a == b else b[1:] for a, b in zip(cells, once["job"], strict=True)
    ]


@given(st.binary(), st.integers(1, 40))
def test_blocks_are_whole_lines(content: bytes, copies: int) -> None:
    """Blocks of lines put together are the file, and all but the last end a line."""
    content = content * copies + b"x" * (CHUNK_BYTES // 2) + b"\n" + content * copies
    blocks = list(blocks_of(io.BytesIO(content * 3), name="x"))

    assert content * 3 == b"".join(blocks)
    assert all(block.endswith(b"\n") for block in blocks[:-1])


@FOLDER
@given(records=RECORDS)
def test_csv_cells_are_kept(tmp_path: Path, records: list[tuple[str, str]]) -> None:
    """Every input cell of CSV comes out as it was, in order."""
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    records = [(a.replace("\x00", ""), b.replace("\x00", "")) for a, b in records]
    with source.open("w", encoding="utf-8", newline="", errors="replace") as file:
        csv.writer(file).writerows([("job", "duties"), *records])
    with source.open(encoding="utf-8", newline="") as file:
        expected = list(csv.reader(file))
    open_run(
        str(source), str(target), Options(keep_formulas=True), load=load_stand_in
    ).run()

    with target.open(encoding="utf-8", newline="") as file:
        assert expected == [row[:2] for row in csv.reader(file)]


@FOLDER
@given(records=RECORDS)
@pytest.mark.parametrize("ending", ["parquet", "xlsx", "tsv", "jsonl", "csv.gz"])
def test_every_format_gives_the_same_answers(
    tmp_path: Path, ending: str, records: list[tuple[str, str]]
) -> None:
    """A record gets the same answer, whatever format it came in and went out."""
    plainly = [(plain(a), plain(b)) for a, b in records]
    frame = pl.DataFrame(
        plainly, schema={"job": pl.String, "duties": pl.String}, orient="row"
    )
    frame.write_csv(tmp_path / "in.csv", quote_style="always")
    there, back = tmp_path / f"there.{ending}", tmp_path / "back.jsonl"
    direct = tmp_path / "direct.jsonl"
    options = Options(n_suggestions=1, keep_formulas=True)
    open_run(str(tmp_path / "in.csv"), str(direct), options, load=load_stand_in).run()
    open_run(str(tmp_path / "in.csv"), str(there), options, load=load_stand_in).run()
    open_run(str(there), str(back), options, load=load_stand_in).run()

    expected = [json.loads(line) for line in direct.read_text().splitlines()]
    found = [json.loads(line) for line in back.read_text().splitlines()]
    assert [one["code"] for one in expected] == [one["code"] or None for one in found]
    assert [one["code"] for one in expected] == [one["occoder_code"] for one in found]
