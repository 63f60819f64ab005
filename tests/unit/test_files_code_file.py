"""Coding a whole file from Python."""

import json
from pathlib import Path
from typing import Any

import pytest
from stand_in_coder import load_stand_in

from occoder.errors import InputError, UnwritableFile
from occoder.files.code_file import FileRun, Options, open_run


def run_of(folder: Path, *titles: str, **options: Any) -> FileRun:
    """Return a run over JSON Lines with these titles."""
    source = folder / "in.jsonl"
    source.write_text("".join(json.dumps({"job": title}) + "\n" for title in titles))
    target = str(folder / "out.jsonl")
    return open_run(str(source), target, Options(**options), load=load_stand_in)


def answers(folder: Path, *titles: str, **options: Any) -> list[dict[str, Any]]:
    """Return what is written for these titles."""
    run_of(folder, *titles, **options).run()
    return [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]


def test_answers_are_the_coders(tmp_path: Path) -> None:
    """Codes and titles are those that the coder gives and the classification has."""
    coder = load_stand_in("osca")
    titles = ["nurse", "doubt 3", "retired"]
    expected = [
        coder.classification.categories[i].code if i >= 0 else None
        for i in coder.code_texts(titles).category
    ]

    assert expected == [one["code"] for one in answers(tmp_path, *titles)]


@pytest.mark.parametrize("n", [0, 1, 16])
def test_number_of_suggestions(tmp_path: Path, n: int) -> None:
    """There are as many suggestions as asked for, the answer first."""
    (answer,) = answers(tmp_path, "nurse", n_suggestions=n)

    assert n == sum(name.endswith("_code") for name in answer)
    assert n == 0 or answer["code"] == answer["suggestion_1_code"]


def test_level_is_never_passed(tmp_path: Path) -> None:
    """No code is finer than the level asked for; coarser ones stay."""
    found = answers(tmp_path, "nurse", "doubt 1", level=3)

    assert [3, 1] == [one["level"] for one in found]
    assert all(len(one["suggestion_1_code"]) == 3 for one in found)


def test_threshold_replaces_the_models(tmp_path: Path) -> None:
    """One threshold holds at all levels."""
    assert [2] == [one["level"] for one in answers(tmp_path, "nurse", threshold=0.885)]
    assert [5] == [one["level"] for one in answers(tmp_path, "doubt 2", threshold=0)]


def test_max_error_asks_the_model(tmp_path: Path) -> None:
    """Thresholds come from the model's calibration, or there is an error."""
    assert [5] == [one["level"] for one in answers(tmp_path, "nurse", max_error=0.05)]
    assert [1] == [one["level"] for one in answers(tmp_path, "doubt 1", max_error=0.05)]
    with pytest.raises(InputError, match=r"0\.05 only"):
        run_of(tmp_path, "nurse", max_error=0.01)


def test_groups_may_be_nfd(tmp_path: Path) -> None:
    """A group is written with its supplementary code and title."""
    plain_, nfd = answers(tmp_path, "doubt 1"), answers(tmp_path, "doubt 1", nfd=True)

    assert f"{plain_[0]['code']}00000" == nfd[0]["code"]
    assert f"{plain_[0]['title']} nfd" == nfd[0]["title"]


def test_two_topics_in_one_pass(tmp_path: Path) -> None:
    """Each topic gives what it gives alone, under its own names."""
    (both,) = answers(tmp_path, "nurse", topics=["osca", "anzsco"])
    alone = {
        topic: answers(tmp_path, "nurse", topics=[topic])[0] for topic in ("osca", "anzsco")
    }

    assert alone["osca"]["code"] == both["osca_code"]
    assert alone["anzsco"]["suggestion_2_title"] == both["anzsco_suggestion_2_title"]
    assert ("OSCA 2024", "ANZSCO 2022") == (
        both["osca_classification"],
        both["anzsco_classification"],
    )


def test_explanation_is_added(tmp_path: Path) -> None:
    """The coder's explanation is the last column."""
    (answer,) = answers(tmp_path, "aged care nurse", explain=True)

    assert ("explanation", "aged + care + nurse") == list(answer.items())[-1]


def test_coding_again_keeps_the_first(tmp_path: Path) -> None:
    """An output can be coded again: its columns stay, the new ones get other names."""
    first = answers(tmp_path, "nurse")[0]
    (tmp_path / "out.jsonl").rename(tmp_path / "again.jsonl")
    source, target = tmp_path / "again.jsonl", tmp_path / "out.jsonl"
    run = open_run(str(source), str(target), Options(), load=load_stand_in)
    run.run()
    second = json.loads(target.read_text())

    assert first == {name: second[name] for name in first}
    assert first["code"] == second["occoder_code"]
    assert "17 added columns begin with occoder_: their names are taken" == run.check()[2]


def test_check_tells_what_was_understood(tmp_path: Path) -> None:
    """Before the work starts, format, columns and models can be told."""
    name = f"{tmp_path}/in.jsonl"

    assert [
        f'{name}: JSON Lines in utf-8, 1 columns; job titles in "job", no tasks',
        "coding to OSCA 2024 (model stand-in-osca)",
    ] == run_of(tmp_path, "nurse").check()


def test_progress_goes_to_the_end(tmp_path: Path) -> None:
    """Progress is told in bytes, up to the size of the file."""
    told: list[tuple[int, int | None]] = []
    run_of(tmp_path, "nurse", "cook").run(lambda *at: told.append(at))
    size = (tmp_path / "in.jsonl").stat().st_size

    assert (size, size) == told[-1]


@pytest.mark.parametrize("link", [False, True])
def test_input_is_never_overwritten(tmp_path: Path, link: bool) -> None:
    """The output can't be the input, under whatever name."""
    source = tmp_path / "in.jsonl"
    source.write_text('{"job":"nurse"}\n')
    target = tmp_path / "link.jsonl" if link else source
    if link:
        target.symlink_to(source)

    with pytest.raises(UnwritableFile, match="it is the input"):
        open_run(str(source), str(target), Options(), load=load_stand_in)


def test_levels_must_exist(tmp_path: Path) -> None:
    """A level that the classification doesn't have is refused."""
    with pytest.raises(InputError, match="levels 1 to 5"):
        run_of(tmp_path, "nurse", level=6)


@pytest.mark.parametrize(
    "options",
    [
        {"n_suggestions": 17},
        {"n_suggestions": -1},
        {"threshold": 0.5, "max_error": 0.05},
        {"topics": []},
        {"topics": ["osca", "osca"]},
        {"n_workers": 0},
    ],
)
def test_options_without_meaning_are_refused(options: dict[str, Any]) -> None:
    """Options out of range are a programming error."""
    with pytest.raises(ValueError, match=r"must be|not both"):
        Options(**options)
