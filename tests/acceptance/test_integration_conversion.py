"""From JSON Lines to CSV with the integration kit: the same bytes in every language."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from integration_files import FILES, OUTPUT_COLUMNS, OutputFile, csv_of, random_lines
from integration_kit import LANGUAGES, Kit

# Runs a command and prints how much memory it and all that it started took at most.
MEASURED = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)
MORE_KIB = 40 * 1024


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("file", FILES.values(), ids=FILES)
def test_r111_rows_as_expected(
    kit: Callable[[str], Kit], language: str, file: OutputFile, tmp_path: Path
) -> None:
    """Every kind of output becomes the 17 columns, byte for byte, in each language."""
    lines = tmp_path / "coded.jsonl"
    lines.write_bytes(file.content)

    assert csv_of(OUTPUT_COLUMNS, file.rows) == kit(language).converted(lines)


def test_languages_agree_on_anything(kit: Callable[[str], Kit], tmp_path: Path) -> None:
    """Whatever the lines hold, all languages write the same bytes."""
    lines = tmp_path / "coded.jsonl"
    lines.write_text("".join(f"{one}\n" for one in random_lines(2000, 1)), encoding="utf-8")

    assert 1 == len({kit(language).converted(lines) for language in LANGUAGES})


@pytest.mark.parametrize("language", LANGUAGES)
def test_not_json_is_told(kit: Callable[[str], Kit], language: str, tmp_path: Path) -> None:
    """What is no JSON Lines ends with a message, exit code 1 and no output."""
    lines, output = tmp_path / "coded.jsonl", tmp_path / "coded.csv"
    lines.write_text(json.dumps({"recordId": "1"}) + '\n{"recordId": \n')
    done = kit(language).run("jsonl-to-csv", lines, output)

    assert 1 == done.returncode
    assert "is not JSON" in done.stderr
    assert "Traceback" not in done.stderr
    assert not output.exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_missing_file_is_told(
    kit: Callable[[str], Kit], language: str, tmp_path: Path
) -> None:
    """A file that is not there is named, and the exit code is 1."""
    done = kit(language).run("jsonl-to-csv", tmp_path / "none.jsonl", tmp_path / "x.csv")

    assert 1 == done.returncode
    assert "none.jsonl" in done.stderr
    assert not (tmp_path / "x.csv").exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_r114_memory_stays(
    kit: Callable[[str], Kit], language: str, tmp_path: Path
) -> None:
    """A file a hundred times as long takes hardly more memory."""
    peaks_kib = []
    for n in (2_000, 200_000):
        lines, output = tmp_path / f"{n}.jsonl", tmp_path / f"{n}.csv"
        lines.write_bytes(FILES["published sample"].content * (n // 2))
        command = kit(language).command("jsonl-to-csv", [str(lines), str(output)])
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, *command], capture_output=True, check=True
        )
        peaks_kib.append(int(done.stdout))

    assert 3 * 100_000 + 1 == output.read_bytes().count(b"\n")
    assert peaks_kib[1] - peaks_kib[0] < MORE_KIB, peaks_kib
