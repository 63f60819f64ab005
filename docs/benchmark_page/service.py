"""The tables about the service."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmark_page.tables import table


def service_tables(figures: Mapping[str, Any]) -> dict[str, str]:
    """Return the tables by their names in the page."""
    head = ["", "calls a second", "records a second", "median", "99 of 100", "bare handler"]
    return {
        "service": table(head, _calls(figures)),
        "service_process": table(["", ""], _process(figures)),
    }


def _calls(figures: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    kinds = {"single": ("one record, 32 connections", 1), "batch": ("300 records", 300)}
    for kind, (name, n_records) in kinds.items():
        if one := figures.get(kind):
            yield [
                name,
                f"{one['requests_per_s']:,.0f}",
                f"{n_records * one['requests_per_s']:,.0f}",
                f"{one['p50_ms']:.1f} ms",
                f"{one['p99_ms']:.1f} ms",
                f"{one['echo_requests_per_s']:,.0f} a second ({one['ratio']:.2f})",
            ]


def _process(figures: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    if start := figures.get("start"):
        best = f"{start['seconds']:.2f} s (best {start['best_seconds']:.2f})"
        yield ["start to first good answer, both topics", best]
        yield ["memory then", f"{start['memory_mb']:,.0f} MB"]
    if single := figures.get("single"):
        yield ["memory after load", f"{single['memory_mb']:,.0f} MB"]
    if soak := figures.get("soak"):
        yield [
            f"{soak['seconds'] / 60:.0f} minutes of mixed load",
            f"{soak['calls']:,} calls, {soak['n_5xx']} of them 5xx; memory "
            f"{soak['early_memory_mb']:,.0f} MB early, "
            f"{soak['late_memory_mb']:,.0f} MB late",
        ]
