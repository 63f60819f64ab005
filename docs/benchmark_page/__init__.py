"""The page on benchmarks, made from the results that were recorded."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template
from typing import Any, Final

from benchmark_page.batch import batch_tables
from benchmark_page.goals import SURVEY, goals
from benchmark_page.quality import quality_tables
from benchmark_page.service import service_tables
from benchmark_page.speed import peer_table, speed_tables
from benchmark_page.tables import table

ROOT: Final = Path(__file__).parents[2]
BENCHMARKS_PAGE: Final = ROOT / "docs" / "reference" / "benchmarks.md"
RESULTS: Final = ROOT / "benchmarks" / "results"
SPEED_PARTS: Final = ("kernel", "exact", "files", "start", "training", "million")


def newest(kind: str, part: str) -> dict[str, Any] | None:
    """Return the newest result of a kind whose figures have a part, or None."""
    results = [json.loads(path.read_text("utf-8")) for path in RESULTS.glob("*.json")]
    fitting = [one for one in results if one["kind"] == kind and part in one["figures"]]
    return max(fitting, key=lambda one: str(one["made_at"]), default=None)


def benchmarks_page() -> str:
    """Return the text of the page on benchmarks."""
    quality, peers = newest("quality", "osca"), newest("compare", "coders")
    service = newest("service", "single")
    over_http = service["figures"] if service else {}
    batch = newest("batch", "runs")
    batches = batch["figures"] if batch else {}
    speed = {part: newest("speed", part) for part in SPEED_PARTS}
    topics = quality["figures"] if quality else {}
    coders = peers["figures"]["coders"] if peers else {}
    parts = {part: one["figures"][part] for part, one in speed.items() if one}
    origins = {
        "quality": quality,
        **{f"speed: {part}": one for part, one in speed.items()},
        "service": service,
        "batches": batch,
        "other programs": peers,
    }
    return Template((Path(__file__).parent / "page.txt").read_text("utf-8")).substitute(
        seen=_seen_titles(topics),
        goals=table(
            ["figure", "aim", "reached", ""],
            goals(topics, parts, coders, over_http, batches),
        ),
        peers=peer_table(coders),
        n_peer_texts=f"{peers['figures']['n_texts']:,}" if peers else "",
        origins=_origins(origins),
        **quality_tables(topics),
        **speed_tables(parts),
        **service_tables(over_http),
        **batch_tables(batches),
    )


def _seen_titles(topics: Mapping[str, Any]) -> str:
    """Return how many titles of the survey answers are in the training texts."""
    if not topics:
        return "Many"
    finest = topics["osca"]["sets"][SURVEY]["levels"][-1]
    return f"{100 * finest['seen'][3] / finest['agreement'][3]:.0f} %"


def _origins(results: Mapping[str, dict[str, Any] | None]) -> str:
    """Return the table of where and when results were measured."""
    head = ["", "when (UTC)", "commit", "machine", "load before", "Python", "texts"]
    return table(head, (_origin(name, one) for name, one in results.items() if one))


def _origin(name: str, result: Mapping[str, Any]) -> Iterator[str]:
    machine = result["machine"]
    yield name
    yield result["made_at"][:16].replace("T", " ")
    yield result["commit"] + (" and changes" if result["is_changed"] else "")
    yield f"{machine['cpu']}, {machine['n_cores']} cores, {machine['memory_gib']:.0f} GiB"
    yield f"{machine['load_before']:.1f}"
    yield result["python"]
    yield f"`{result['data']['bundled texts'][:12]}`"
