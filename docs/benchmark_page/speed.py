"""The tables about speed, memory and size, and about other programs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmark_page.tables import points, rate, share, table


def speed_tables(parts: Mapping[str, Any]) -> dict[str, str]:
    """Return the tables by their names in the page."""
    kernel = ["texts", "mean length", "the best, a second", "the best three", "yardstick"]
    exact = ["", "same first code", "agreement", "that of the exact weights"]
    files = ["rows", "processes", "rows a second", "coding", "memory", "others"]
    return {
        "kernel": table(kernel, _kernel(parts.get("kernel", {}))),
        "exact": table(exact, _exact(parts.get("exact", {}))),
        "files": "\n".join((table(files, _files(parts)), *_about_files(parts))),
        "start": table(["", ""], [*_start(parts), *_training(parts)]),
    }


def peer_table(coders: Mapping[str, Any]) -> str:
    """Return the table about other programs."""
    if not coders:
        return table([], [])
    sets = [*coders["occoder"]["sets"]]
    beside = [cell for name in sets for cell in (name, "lead")]
    head = ["", "training", "records a second", *beside]
    return table(head, (_peer(name, one, len(head)) for name, one in coders.items()))


def _kernel(kernel: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    for name, one in kernel.items():
        figures = ("ranked_1", "ranked_3", "yardstick")
        yield [
            name,
            f"{one['mean_length']:.0f}",
            *(rate(one[figure]) for figure in figures),
        ]


def _exact(exact: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    for name, one in exact.items():
        agreement = (share(one[of]) for of in ("packed_agreement", "exact_agreement"))
        yield [name, share(one["same"], digits=2), *agreement]


def _files(parts: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    for name, run in parts.get("files", {}).items():
        if name.startswith(("workers_", "rows_")):
            yield [
                f"{run['rows']:,}",
                "1" if name == "workers_1" else "2",
                f"{run['rows_per_s']:,.0f}",
                f"{run['coding_rows_per_s']:,.0f}",
                f"{run['peak_pss_mb']:,.0f} MB",
                f"{run['others_cores']:.1f}" if "others_cores" in run else "?",
            ]


def _about_files(parts: Mapping[str, Any]) -> Iterator[str]:
    if files := parts.get("files"):
        yield f"\nTwo processes code {files['ratio_2_to_1']:.2f} times as fast as one."
        yield (
            f"Parsing and writing the same lines with Python's json, and no more: "
            f"{files['yardstick_rows_per_s']:,.0f} a second."
        )


def _start(parts: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    if one := parts.get("start"):
        best = f"{one['seconds']:.2f} s (best {one['best_seconds']:.2f})"
        yield ["start to first answer", best]
        yield ["memory of that process", f"{one['peak_rss_mb']:.0f} MB"]
        yield ["model on disk", f"{one['model_mb']:.1f} MB"]


def _training(parts: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    for name, part in (("bundled", "training"), ("a million", "million")):
        if one := parts.get(part):
            what = f"training on {name} texts ({one['n_records']:,} coded ones)"
            yield [what, f"{one['seconds']:.0f} s, {one['peak_rss_mb'] / 1000:.1f} GB"]
            yield from ([f"… {stage}", f"{s:.1f} s"] for stage, s in one["stages"].items())


def _peer(name: str, one: Mapping[str, Any], n_cells: int) -> Sequence[str]:
    if "problem" in one:
        return [name, one["problem"], *[""] * (n_cells - 2)]
    figures = [
        cell
        for found in one["sets"].values()
        for cell in (share(found["agreement"]), points(found["own_lead"]))
    ]
    training = f"{one['train_s']:.0f} s" if "train_s" in one else ""
    return [name, training, rate(one["records_per_s"]), *figures]
