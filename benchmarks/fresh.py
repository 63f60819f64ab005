"""What is timed in a fresh process: `python benchmarks/fresh.py start|train|million TOPIC`.

Prints one JSON object.
"""

import time

_BEGAN = time.perf_counter()  # before the other imports: they take time too

import json  # noqa: E402
import resource  # noqa: E402
import sys  # noqa: E402
from typing import Any  # noqa: E402


def start(topic: str) -> dict[str, Any]:
    """Time the way to the first answer of a topic that has a model."""
    import occoder

    imported = time.perf_counter()
    coder = occoder.load(topic)
    loaded = time.perf_counter()
    coder.code([("plumber", "fixing taps and drains")])
    answered = time.perf_counter()
    return {
        "import_s": imported - _BEGAN,
        "load_s": loaded - imported,
        "answer_s": answered - loaded,
    }


def train(topic: str) -> dict[str, Any]:
    """Time the training of a bundled topic, by stage."""
    from occoder.training.bundled import train_bundled

    stages = _Stages()
    trained = train_bundled(topic, stages.note)
    return {
        "n_records": trained.model.training.n_records,
        "n_texts_to_refuse": trained.model.training.n_refusals,
        **stages.ended(),
    }


def million(topic: str) -> dict[str, Any]:
    """Time the training on a million coded records, reading and checking them included."""
    from texts import varied_rows

    from occoder.classification import bundled
    from occoder.training.gold import corpus_record_rows
    from occoder.training.records import check_records
    from occoder.training.train import train as trained_on

    rows = list(varied_rows(list(corpus_record_rows(topic)), 1_000_000))
    stages, classification = _Stages(), bundled(topic)
    records = check_records(rows, classification, source="variations")
    trained = trained_on(
        records, classification, topic=topic, source="variations", progress=stages.note
    )
    return {"n_records": trained.model.training.n_records, **stages.ended()}


class _Stages:
    """Takes the time of each stage of a training, from what it reports of its progress."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._first: dict[str, float] = {}
        self._last: dict[str, float] = {}

    def note(self, stage: str, done: float) -> None:
        """Take note of progress."""
        self._last[stage] = time.perf_counter()
        self._first.setdefault(stage, self._last[stage])

    def ended(self) -> dict[str, Any]:
        """Return the seconds of each stage, of all, and the peak memory in MB."""
        now, at = time.perf_counter(), self._began
        seconds = {}
        for stage, first in self._first.items():
            seconds[f"before {stage}"] = first - at
            at = self._last[stage]
            if at > first:
                seconds[stage] = at - first
        seconds["at the end"] = now - at
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
        return {"stages": seconds, "seconds": now - self._began, "peak_rss_mb": peak}


if __name__ == "__main__":
    _, wanted, topic = sys.argv
    json.dump(
        {"start": start, "train": train, "million": million}[wanted](topic), sys.stdout
    )
