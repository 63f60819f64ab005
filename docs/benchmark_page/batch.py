"""The tables about asynchronous batches."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmark_page.tables import table


def batch_tables(figures: Mapping[str, Any]) -> dict[str, str]:
    """Return the tables by their names in the page."""
    head = [
        *("records", "processes that code", "input", "output", "seconds"),
        *("records a second", "memory of all processes"),
    ]
    return {
        "batch_runs": table(head, map(_run, figures.get("runs", []))),
        "batch_others": table(["", ""], _others(figures)),
    }


def best_run(figures: Mapping[str, Any], n_workers: int, n_records: int) -> dict[str, Any]:
    """Return the run with so many processes and records."""
    fitting = [
        one
        for one in figures["runs"]
        if (one["n_workers"], one["n_records"]) == (n_workers, n_records)
    ]
    return min(fitting, key=lambda one: float(one["seconds"]), default={})


def _run(one: Mapping[str, Any]) -> Sequence[str]:
    return [
        f"{one['n_records']:,}",
        str(one["n_workers"]),
        f"{one['input_bytes'] / 1e6:,.0f} MB",
        f"{one['output_bytes'] / 1e6:,.0f} MB",
        f"{one['seconds']:,.1f}",
        f"{one['records_per_s']:,.0f}",
        f"{one['most_memory_mb']:,.0f} MB ({one['n_processes']} processes)",
    ]


def _others(figures: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    if small := figures.get("small"):
        yield ["one record, from upload to complete", f"{small['seconds']:.2f} s"]
        yield ["… the first after a start", f"{small['first_s']:.2f} s"]
    if moved := figures.get("transfer"):
        for way in ("upload", "download"):
            yield [
                f"{way} of 1 GB",
                f"{moved[f'{way}_mb_per_s']:,.0f} MB/s; bare handler "
                f"{moved[f'peer_{way}_mb_per_s']:,.0f} ({moved[f'{way}_ratio']:.2f})",
            ]
