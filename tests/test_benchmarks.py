"""The benchmarks measure what they say, and the page shows what they recorded."""

import json
import re
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from benchmark_page import BENCHMARKS_PAGE, RESULTS, benchmarks_page
from toy_coder import TOY

from occoder.coder.coded import CodedBatch
from occoder.coder.packed import pack
from occoder.coder.search import Search
from occoder.evaluation.checked import Checked
from occoder.training.record_file import RecordRow

ROOT = Path(__file__).parents[1]
RECORDED = sorted(RESULTS.glob("*.json"))
TITLES = {"111": "grocer", "112": "florist", "121": "grain", "122": "sheep", "21": "welder"}


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the function that imports a module of the benchmarks."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return import_module


def strings(value: Any) -> list[str]:
    """Return every string in a JSON value, keys included."""
    if isinstance(value, dict):
        return [*value, *(one for part in value.values() for one in strings(part))]
    if isinstance(value, list):
        return [one for part in value for one in strings(part)]
    return [value] if isinstance(value, str) else []


def test_page_is_current() -> None:
    """The page shows the newest results; else run docs/generate.py."""
    assert benchmarks_page() == BENCHMARKS_PAGE.read_text("utf-8")


def test_page_opens_with_its_limits() -> None:
    """What the figures do not show stands before the first of them."""
    headings = re.findall(r"^## (.+)$", benchmarks_page(), re.MULTILINE)

    assert "What these figures do not show" == headings[0]


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_results_say_where_from(path: Path) -> None:
    """A result has date, commit, machine, versions and digests, and is named by them."""
    result = json.loads(path.read_text("utf-8"))
    date, commit = result["made_at"][:10], result["commit"]

    assert path.name.startswith(date)
    assert path.name.endswith(f"{commit}-{result['kind']}.json")
    assert {"cpu", "n_cores", "memory_gib", "load_before"} <= set(result["machine"])
    assert {"numpy", "numba", "occoder"} <= set(result["packages"])
    assert [] == [d for d in result["data"].values() if not re.fullmatch("[0-9a-f]{64}", d)]


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_results_hold_no_text(path: Path) -> None:
    """A result holds names and figures: no long text, and no path of a machine."""
    found = strings(json.loads(path.read_text("utf-8")))

    assert [] == [one for one in found if len(one) > 80 or one.startswith(("/", "~"))]


def test_readme_names_every_script() -> None:
    """The README of the benchmarks says what each file is for."""
    readme = (ROOT / "benchmarks" / "README.md").read_text("utf-8")
    scripts = {path.name for path in (ROOT / "benchmarks").glob("*.py")}

    assert set() == {name for name in scripts if f"`{name}`" not in readme}


def test_exact_weights_agree_with_packed(script: Any) -> None:
    """On texts that it was trained on, a small fit answers alike, packed or exact."""
    fitting: ModuleType = script("fitting")
    titles = [f"{word} {i}" for word in TITLES.values() for i in range(9)]
    truth = np.repeat([TOY.position(code) for code in TITLES], 9)
    nothing = [""] * len(titles)

    fit = fitting.fitted(fitting.Texts(titles, nothing, truth), TOY)
    exact = fit.best(titles, nothing)
    packed = Search(fit.packed()).rank(pack(titles, nothing), 1).category[:, :, 0]

    assert truth.tolist() == exact[:, -1].tolist()
    assert packed.tolist() == exact.tolist()


def test_unused_texts_are_not_learnt(script: Any) -> None:
    """A word of a text that is not used says nothing of its category."""
    fitting: ModuleType = script("fitting")
    titles = ["red shop", "blue shop", "red yard", "blue yard", "zebra"]
    truth = np.array([TOY.position(code) for code in ("111", "112", "111", "112", "122")])
    texts = fitting.Texts(titles, [""] * 5, truth)

    fit = fitting.fitted(texts, TOY, used=np.array([True, True, True, True, False]))

    assert TOY.position("122") not in fit.best(titles, [""] * 5)[:, -1]


def test_variations_are_always_the_same(script: Any) -> None:
    """Variations follow the records they vary, keep their codes, and never differ."""
    texts: ModuleType = script("texts")
    rows = [RecordRow(1, "sheep farmer", "shearing", "122"), RecordRow(2, "", "wool", "12")]

    varied = list(texts.varied_rows(rows, 50))

    assert rows == varied[:2]
    assert ["122", "12"] * 25 == [row.code for row in varied]
    assert varied == list(texts.varied_rows(rows, 50))
    assert len({row.title for row in varied}) > 5


@pytest.mark.parametrize(
    ("n_wrong", "n_promised"), [(0, 20), (400, 0)], ids=["good", "bad"]
)
def test_promises_are_tried(script: Any, n_wrong: int, n_promised: int) -> None:
    """A coder that is always right keeps every promise; a bad one gets none to keep."""
    right = np.arange(800) >= n_wrong
    truth = np.zeros((800, 1), np.int32)
    ranked = np.where(right, 0, 1)[:, None, None].astype(np.int32)
    confidences = np.random.default_rng(0).random((800, 1))
    coded = CodedBatch(*[np.zeros(0)] * 5)
    keys = [str(i) for i in range(800)]
    measured = script("sets").Measured(coded, Checked(truth, ranked, confidences), keys)

    kept = script("promises").promise_kept(measured, measured, n_resamples=20)

    assert n_promised == kept.n_promised
    assert (1.0 if n_promised else None) == (kept.kept and kept.kept.value)


def test_memory_of_a_program_is_seen(script: Any) -> None:
    """The peak of a program is at least what it holds for half a second."""
    program = "import time; kept = b'x' * 100_000_000; time.sleep(0.5); print(len(kept))"

    seen = script("watched").watch([sys.executable, "-c", program])

    assert "100000000" == seen.stdout.strip()
    assert 100 < seen.peak_pss_mb <= seen.peak_rss_mb
    assert seen.others_cores >= 0


def test_failing_program_is_reported(script: Any) -> None:
    """A program that fails stops the benchmark with what it said."""
    with pytest.raises(RuntimeError, match="broken on purpose"):
        script("watched").watch(
            [sys.executable, "-c", "raise SystemExit('broken on purpose')"]
        )


def test_interval_holds_the_figure(script: Any) -> None:
    """A resampled figure lies within its interval, and equal texts are drawn together."""
    values = np.arange(40) % 2
    alone = [str(i) for i in range(40)]
    in_pairs = [str(i // 2) for i in range(40)]

    def mean(at: Any) -> list[float]:
        return [float(values[at].mean())]

    (by_text,) = script("resampling").resampled(mean, alone)
    (by_pair,) = script("resampling").resampled(mean, in_pairs)

    assert by_text.low < 0.5 == by_text.value < by_text.high
    assert (0.5, 0.5, 0.5) == (by_pair.low, by_pair.value, by_pair.high)
