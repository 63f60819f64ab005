"""Measure speed, memory and size: `python benchmarks/speed.py --validation DIR`.

Takes about six minutes on two quiet cores, more with `--parts million` or ten million
`--rows`.
Every time is one of a machine at a moment: beside it stands, where there is one, a
yardstick that was timed in the same run.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any, Final

import msgspec
import numpy as np
from fitting import all_texts, fitted
from record import Recorder, plain
from sets import FILES, paths_of, read_sets
from sklearn.feature_extraction.text import HashingVectorizer
from texts import Answers, answers, long_answers, titles_alone
from watched import Watched, watch

from occoder.classification import bundled
from occoder.coder.artifact import load
from occoder.coder.packed import pack
from occoder.coder.search import Search
from occoder.evaluation.bootstrap import shares
from occoder.evaluation.truth import truth_by_level
from occoder.loading import locate
from occoder.training.gold import corpus_records
from occoder.training.split import normal_form, split_by_text

USUAL: Final = ["kernel", "start", "files", "training", "exact"]
N_TEXTS: Final = 50_000
N_ROWS: Final = 400_000
N_REPEATS: Final = 5
_FRESH: Final = Path(__file__).with_name("fresh.py")
_MIXES: Final[Mapping[str, Callable[[int], Answers]]] = {
    "titles": titles_alone,
    "answers": answers,
    "long answers": long_answers,
}


def main() -> None:
    """Measure and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--validation", type=Path, required=True, help="folder of the sets")
    parser.add_argument("--topic", choices=FILES, default="osca")
    parser.add_argument("--parts", nargs="+", choices=[*USUAL, "million"], default=USUAL)
    parser.add_argument("--rows", type=int, default=2_000_000, help="of the largest file")
    parser.add_argument("--scratch", type=Path, help="folder for large files")
    options = parser.parse_args()
    recorder = Recorder("speed", vars(options))
    topic = options.topic
    locate(topic)
    parts: dict[str, Callable[[], Any]] = {
        "kernel": lambda: kernel(topic),
        "start": lambda: start(topic),
        "files": lambda: files(topic, options.rows, options.scratch),
        "training": lambda: fresh("train", topic),
        "exact": lambda: same_as_exact(topic, options.validation),
        "million": lambda: fresh("million", topic),
    }
    figures = {}
    for name in options.parts:
        figures[name] = plain(parts[name]())
        print(name, json.dumps(figures[name], indent=1), flush=True)
    print(recorder.write(figures, paths_of(options.validation, [topic])))


def kernel(topic: str) -> dict[str, Any]:
    """Time the search on packed texts in memory, on one thread, beside a yardstick."""
    model = load(locate(topic).folder)
    search = Search(model.hsvm)
    found = {}
    for name, make in _MIXES.items():
        texts = make(N_TEXTS)
        packed = pack(texts.titles, texts.tasks)
        found[name] = {
            "n_texts": N_TEXTS,
            "mean_length": texts.mean_length,
            **{
                f"ranked_{n}": rates(lambda: search.rank(packed, n), N_TEXTS)  # noqa: B023
                for n in (1, 3)
            },
            "yardstick": yardstick(texts),
        }
    return found


def yardstick(texts: Answers) -> dict[str, float]:
    """Time scikit-learn at hashing the character 4-grams of the texts, and no more."""
    some = [" ".join(pair) for pair in zip(texts.titles, texts.tasks, strict=True)][::10]
    vectorizer = HashingVectorizer(analyzer="char_wb", ngram_range=(4, 4))
    return rates(lambda: vectorizer.transform(some), len(some))


def rates(run: Callable[[], Any], n: int) -> dict[str, float]:
    """Return records a second of CPU time, after a first run: the median and the best."""
    run()
    seconds = []
    for _ in range(N_REPEATS):
        began = time.process_time()
        run()
        seconds.append(time.process_time() - began)
    return {"median": n / median(seconds), "best": n / min(seconds)}


def start(topic: str) -> dict[str, Any]:
    """Time fresh processes up to their first answer, and weigh the model on disk."""
    runs = [watch([sys.executable, _FRESH, "start", topic]) for _ in range(6)][1:]
    parts = [json.loads(run.stdout) for run in runs]
    folder = locate(topic).folder
    return {
        "seconds": median(sum(part.values()) for part in parts),
        "best_seconds": min(sum(part.values()) for part in parts),
        "parts": {name: median(part[name] for part in parts) for name in parts[0]},
        "with_interpreter_s": median(run.seconds for run in runs),
        "peak_rss_mb": max(run.peak_rss_mb for run in runs),
        "model_mb": sum(file.stat().st_size for file in folder.iterdir()) / 1e6,
    }


def files(topic: str, n_large: int, scratch: Path | None) -> dict[str, Any]:
    """Time `occoder code` from JSON Lines to JSON Lines, and watch its memory."""
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        folder = Path(name)
        source = folder / "in.jsonl"
        length = write_rows(source, N_ROWS)
        found: dict[str, Any] = {"n_rows": N_ROWS, "mean_length": length}
        for n in (1, 2):
            found[f"workers_{n}"] = _coding(source, topic, n)
        found["yardstick_rows_per_s"] = rewriting(source)
        found["ratio_2_to_1"] = _ratio(found)
        for n_rows in (N_ROWS // 2, n_large):
            write_rows(source, n_rows)
            found[f"rows_{n_rows}"] = _coding(source, topic, 2)
    return found


def write_rows(path: Path, n: int) -> float:
    """Write n generated answers as JSON Lines; returns their mean length."""
    texts = answers(min(n, N_ROWS))
    encode = msgspec.json.Encoder().encode
    with path.open("wb") as file:
        for i in range(n):
            row = texts.titles[i % N_ROWS], texts.tasks[i % N_ROWS]
            file.write(encode({"id": i, "job": row[0], "duties": row[1]}) + b"\n")
    return texts.mean_length


def rewriting(source: Path) -> float:
    """Return rows a second of parsing each line and writing it with the json module."""
    target = source.with_name("copy.jsonl")
    began = time.perf_counter()
    with source.open() as lines, target.open("w") as out:
        for line in lines:
            out.write(json.dumps(json.loads(line)) + "\n")
    return N_ROWS / (time.perf_counter() - began)


def _coding(source: Path, topic: str, n_workers: int) -> dict[str, Any]:
    summary, target = source.with_name("summary.json"), source.with_name("out.jsonl")
    program = shutil.which("occoder", path=Path(sys.executable).parent) or "occoder"
    columns = ("--title", "job", "--tasks", "duties", "--topic", topic)
    how = ("--workers", str(n_workers), "--quiet", "--summary", summary)
    run: Watched = watch([program, "code", source, "-o", target, *columns, *how])
    coding_s = json.loads(summary.read_text())["seconds"]
    rows = json.loads(summary.read_text())["rows"]
    return {
        "rows": rows,
        "rows_per_s": rows / run.seconds,
        "seconds": run.seconds,
        "coding_s": coding_s,
        "coding_rows_per_s": rows / coding_s,
        "peak_rss_mb": run.peak_rss_mb,
        "peak_pss_mb": run.peak_pss_mb,
        "others_cores": run.others_cores,
    }


def _ratio(found: Mapping[str, Any]) -> float:
    two, one = found["workers_2"], found["workers_1"]
    return float(two["coding_rows_per_s"] / one["coding_rows_per_s"])


def fresh(what: str, topic: str) -> Any:
    """Return what a fresh process measured; compiled code is cached by then."""
    return json.loads(watch([sys.executable, _FRESH, what, topic]).stdout)


def same_as_exact(topic: str, folder: Path) -> dict[str, Any]:
    """Compare the model as it is searched with the weights as they were fitted.

    One fit on all texts, for the sets; one without a tenth of the coded texts, for those.
    """
    classification = bundled(topic)
    texts = all_texts(corpus_records(topic, classification), classification)
    is_coded = texts.category < len(classification.categories)
    is_coded[-len(classification.categories) :] = False
    held_out = is_coded & (split_by_text(texts.keys(), 10, seed=3) == 0)
    sets = {
        name: (list(gold.titles), list(gold.tasks), list(gold.codes))
        for name, gold in read_sets(folder, topic, classification).items()
    }
    some = texts.some(held_out)
    codes = [classification.categories[position].code for position in some.category]
    whole = _exact_and_packed(fitted(texts, classification), sets)
    partly = fitted(texts, classification, used=~held_out)
    return whole | _exact_and_packed(
        partly, {"held-out texts": (some.titles, some.tasks, codes)}
    )


def _exact_and_packed(
    fit: Any, sets: Mapping[str, tuple[list[str], list[str], list[str]]]
) -> dict[str, Any]:
    search, found = Search(fit.packed()), {}
    for name, (titles, tasks, codes) in sets.items():
        truth = truth_by_level(codes, fit.classification)[:, -1:]
        packed = search.rank(pack(titles, tasks), 1).category[:, -1, :]
        exact = fit.best(titles, tasks)[:, -1:]
        keys = [normal_form(*pair) for pair in zip(titles, tasks, strict=True)]
        counted = np.hstack([np.ones_like(truth, bool), truth >= 0, truth >= 0])
        right = np.hstack([packed == exact, packed == truth, exact == truth])
        names = ("same", "packed_agreement", "exact_agreement")
        found[name] = dict(zip(names, shares(right, counted, keys), strict=True))
    return found


if __name__ == "__main__":
    main()
