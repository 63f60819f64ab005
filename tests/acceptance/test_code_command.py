"""The command `occoder code`, as a person or a script uses it."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from stand_in_coder import load_stand_in

import occoder
from occoder.cli.main import main
from occoder.files.code_file import Options, open_run

TESTS = Path(__file__).parents[1]
SURVEY = TESTS.parent / "examples" / "survey.csv"
PROGRAM = [sys.executable, str(TESTS / "stand_in_program.py"), "code"]
Code = Callable[..., tuple[int, list[str]]]
SECRET = "zebra whisperer"
ADDED = [
    *("code", "title", "level", "confidence", "status", "reason"),
    *("suggestion_1_code", "suggestion_1_title", "suggestion_1_confidence"),
    *("suggestion_2_code", "suggestion_2_title", "suggestion_2_confidence"),
    *("suggestion_3_code", "suggestion_3_title", "suggestion_3_confidence"),
    *("model_id", "classification"),
]


def run(*arguments: str | Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command in a process of its own and return what it said."""
    words = [*PROGRAM, *map(str, arguments)]
    return subprocess.run(words, input=given, capture_output=True, timeout=120)


@pytest.fixture
def code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Code:
    """Run the command here, in a folder of its own; give exit code and lines of stderr."""
    monkeypatch.setattr(occoder, "load", load_stand_in, raising=False)
    monkeypatch.chdir(tmp_path)

    def run_here(*arguments: str | Path) -> tuple[int, list[str]]:
        monkeypatch.setattr(sys, "argv", ["occoder", "code", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr().err.splitlines()
        if isinstance(ended.value.code, str):  # Python prints it and exits with 1
            return 1, [*said, ended.value.code]
        return ended.value.code or 0, said

    return run_here


def rows(path: Path) -> list[list[str]]:
    """Return the rows of a CSV file, its header first."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_survey_is_coded(tmp_path: Path) -> None:
    """The example comes out row by row, with all it had and what was added."""
    done = run(SURVEY, "-o", tmp_path / "coded.csv")
    before, after = rows(SURVEY), rows(tmp_path / "coded.csv")
    unlike = [a[:4] for a, b in zip(after, before, strict=True) if a[:4] != b]

    assert (0, b"") == (done.returncode, done.stdout)
    assert before[0] + ADDED == after[0]
    assert {"coded", "not coded"} == {row[after[0].index("status")] for row in after[1:]}
    assert 3 == len(unlike)
    assert all(row[1].startswith(("'=", "'-", "'@")) for row in unlike)


def test_words_are_said_on_stderr(code: Code) -> None:
    """A check comes first and a summary last, without colours when it is no terminal."""
    exit_code, said = code(SURVEY, "-o", "coded.csv")

    assert 0 == exit_code
    assert "CSV in utf-8, separated by commas, 4 columns" in said[0]
    assert 'job titles in "job", tasks in "duties"' in said[0]
    assert "200 rows in" in said[2]
    assert "changed: formulas neutralised 3" in said
    assert not any("\x1b" in line for line in said)


def test_machines_get_json(tmp_path: Path, code: Code) -> None:
    """With --json the summary is the only thing said; --summary writes it to a file."""
    _, (line,) = code(SURVEY, "-o", "c.csv", "--json", "--summary", "s.json")

    assert json.loads(line) == json.loads((tmp_path / "s.json").read_text())
    assert 200 == json.loads(line)["rows"]


def test_quiet_says_nothing(code: Code) -> None:
    """With --quiet nothing is said."""
    assert (0, []) == code(SURVEY, "-o", "coded.csv", "-q")


def test_pipes_carry_rows() -> None:
    """A pipe in, a pipe out, CSV by default and any text format when stated."""
    as_csv = run("-", "-o", "-", "--suggestions", "0", given=b"job\nnurse\n")
    stated = ("--input-format", "jsonl", "--output-format", "jsonl", "--suggestions", "0")
    as_json = run("-", "-o", "-", *stated, given=b'{"job":"nurse"}\n')
    (answer,) = csv.DictReader(as_csv.stdout.decode().splitlines())

    assert answer["code"] == json.loads(as_json.stdout)["code"]


def test_every_option_is_passed_on(tmp_path: Path, code: Code) -> None:
    """Columns, topics, level, nfd, explanation and the rest take effect."""
    (tmp_path / "a.csv").write_text("x,y\n=doubt 2,caring\n")
    done = code(
        *("a.csv", "-o", "b.tsv", "--title", "x", "--tasks", "", "--topic", "osca"),
        *("--topic", "anzsco", "--suggestions", "1", "--level", "1", "--nfd", "--explain"),
        *("--threshold", "0.1", "--keep-formulas", "--workers", "1", "--quiet"),
    )
    (row,) = csv.DictReader((tmp_path / "b.tsv").read_text().splitlines(), delimiter="\t")

    assert (0, []) == done
    assert ("=doubt 2", "1", "6") == (
        row["x"],
        row["osca_level"],
        str(len(row["anzsco_code"])),
    )
    assert "=doubt + 2" == row["osca_explanation"]
    assert "anzsco_suggestion_1_code" in row and "osca_suggestion_2_code" not in row


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "parquet", "xlsx"])
def test_two_workers_write_the_same_bytes(tmp_path: Path, ending: str) -> None:
    """Ten thousand rows come out the same, in order, by one process or two."""
    odd = ["", "retired", "=1", "doubt 3"]
    titles = [f"job {i}" if i % 7 else odd[i % 4] for i in range(10_000)]
    frame = pl.DataFrame({"id": range(10_000), "job": titles})
    source = tmp_path / f"in.{ending}"
    if ending == "jsonl":
        frame.write_ndjson(source)
    elif ending == "parquet":
        frame.write_parquet(source, row_group_size=3000)
    elif ending == "xlsx":
        frame.write_excel(source)
    else:
        frame.write_csv(source, separator="\t" if ending == "tsv" else ",")
    for n in (1, 2):
        target = str(tmp_path / f"out{n}.{ending}")
        run_ = open_run(str(source), target, Options(n_workers=n), load=load_stand_in)
        assert 10_000 == run_.run().rows

    one, two = (tmp_path / f"out{n}.{ending}" for n in (1, 2))
    assert one.read_bytes() == two.read_bytes()


BAD = {
    "missing": ("none.csv", None),
    "empty": ("a.csv", b""),
    "binary": ("a.csv", bytes(range(256)) * 9),
    "wrong ending": ("a.txt", b"job\nnurse\n"),
    "workbook as CSV": ("a.csv", b"PK\x03\x04\x00\x00"),
    "CSV as workbook": ("a.xlsx", f"job\n{SECRET}\n".encode()),
    "CSV as Parquet": ("a.parquet", f"job\n{SECRET}\n".encode()),
    "CSV as JSON Lines": ("a.jsonl", f"job\n{SECRET}\n".encode()),
    "JSON Lines as CSV": ("a.csv", f'{{"job":"{SECRET}"}}\n'.encode()),
    "JSON array": ("a.jsonl", f'[{{"job":"{SECRET}"}}]\n'.encode()),
    "no title column": ("a.csv", f"x,y\n{SECRET},1\n".encode()),
    "two title columns": ("a.csv", f"job,occupation\n{SECRET},1\n".encode()),
    "same names": ("a.csv", f"job,job\n{SECRET},1\n".encode()),
    "open quote": ("a.csv", f'job,id\n"{SECRET},1\n'.encode()),
    "huge cell": ("a.csv", f'job,id\n"{SECRET},1\n'.encode() + b"x,2\n" * 50_000),
    "damaged gzip": ("a.csv.gz", b"\x1f\x8b\x08\x00 no"),
}


@pytest.mark.parametrize(("name", "content"), BAD.values(), ids=BAD)
def test_bad_file_gives_one_line(
    tmp_path: Path,
    code: Code,
    name: str,
    content: bytes | None,
) -> None:
    """A file that can't be coded gives one clear line, exit code 1, and no output."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    before = sorted(tmp_path.iterdir())
    exit_code, (line,) = code(name, "-o", "coded.csv", "--quiet")

    assert 1 == exit_code
    assert line.startswith("occoder: ") and "\n" not in line
    assert SECRET not in line
    assert before == sorted(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("output", "problem"),
    [
        ("in.csv", "it is the input"),
        ("folder", "not known"),
        ("folder.csv", "it is a folder"),
        ("none/out.csv", "its folder doesn't exist"),
        ("/dev/full", "no space left on device"),
    ],
)
def test_bad_output_gives_one_line(
    tmp_path: Path,
    code: Code,
    output: str,
    problem: str,
) -> None:
    """An output that can't be written is told in one line, with exit code 1."""
    (tmp_path / "in.csv").write_text(f"job\n{SECRET}\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder.csv").mkdir()
    stated = ("--output-format", "csv") if output.startswith("/") else ()
    before = sorted(tmp_path.iterdir())
    exit_code, (line,) = code("in.csv", "-o", output, "--quiet", *stated)

    assert 1 == exit_code
    assert problem in line and SECRET not in line
    assert before == sorted(tmp_path.iterdir())


@pytest.mark.parametrize(
    "options",
    [
        ("--suggestions", "17"),
        ("--threshold", "2"),
        ("--threshold", "0.5", "--max-error", "0.05"),
        ("--topic", "osca", "--topic", "osca"),
        ("--output-format", "docx"),
        ("--colour",),
    ],
)
def test_misuse_exits_with_2(tmp_path: Path, code: Code, options: tuple[str, ...]) -> None:
    """Options without meaning exit with 2 and write nothing."""
    exit_code, _ = code(SURVEY, "-o", "coded.csv", *options)

    assert (2, []) == (exit_code, list(tmp_path.iterdir()))


@pytest.mark.parametrize("ending", ["csv", "tsv", "parquet", "xlsx", "jsonl"])
def test_header_alone_is_coded(tmp_path: Path, code: Code, ending: str) -> None:
    """A table without rows comes out as one, with the added columns."""
    (tmp_path / "a.csv").write_text("id,job\n")
    done = code("a.csv", "-o", f"b.{ending}", "--quiet")
    readers = {"parquet": pl.read_parquet, "xlsx": pl.read_excel}
    output = tmp_path / f"b.{ending}"

    assert (0, []) == done
    if ending in readers:
        frame = readers[ending](output)
        assert (["id", "job", *ADDED], 0) == (frame.columns, frame.height)
    else:
        separator = "\t" if ending == "tsv" else ","
        header = separator.join(["id", "job", *ADDED]) + "\n"
        assert ("" if ending == "jsonl" else header) == output.read_text()
