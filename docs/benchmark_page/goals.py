"""What was aimed at before the work began, beside what was reached."""

from collections.abc import Iterator, Mapping
from typing import Any

from benchmark_page.batch import best_run
from benchmark_page.tables import percent, share

_MILLION = 1_000_000
SURVEY, TITLES, WITH_TASKS = "survey answers", "index titles", "index titles with tasks"


def goals(
    topics: Mapping[str, Any],
    speed: Mapping[str, Any],
    coders: Mapping[str, Any],
    service: Mapping[str, Any],
    batches: Mapping[str, Any],
) -> Iterator[list[str]]:
    """Yield the rows of the table: figure, aim, what was reached, if that is enough."""
    yield from _quality_goals(topics)
    yield from _speed_goals(speed)
    if coders:
        yield _peer_goal(coders)
    if service:
        yield from _service_goals(service)
    if batches:
        yield from _batch_goals(batches)


def _quality_goals(topics: Mapping[str, Any]) -> Iterator[list[str]]:
    if "osca" not in topics:
        return
    sets = topics["osca"]["sets"]
    for name, aim in ((SURVEY, 0.94), (TITLES, 0.81), (WITH_TASKS, 0.86)):
        found = sets[name]["levels"][-1]["agreement"]
        yield _share_goal(f"OSCA, six digits forced, {name}", aim, found)
    unseen = sets[TITLES]["levels"][-1]["unseen"]
    yield _share_goal(
        "OSCA, six digits forced, index titles not in the texts", 0.67, unseen
    )
    if "anzsco" in topics:
        for name in (SURVEY, TITLES):
            yield _anzsco_goal(name, sets, topics["anzsco"]["sets"])
    refused = topics["osca"]["not_codable"]["refused"]
    yield _share_goal("texts that name no occupation, refused", 0.95, refused)
    wrongly = sets[SURVEY]["refused"]
    yield [
        "codable survey answers refused",
        "under 1 %",
        share(wrongly),
        _mark(wrongly[0] < 0.01),
    ]
    at_95 = sets[SURVEY]["at_95"]
    for where, key, aim in (
        ("at some level", "production", 0.92),
        ("six digits", "finest", 0.82),
    ):
        yield _share_goal(f"survey answers coded {where}, 95 % right", aim, at_95[key])
    worst = max(sets[SURVEY]["levels"], key=lambda level: float(level["ece"][0]))
    yield [
        "largest calibration error of a level, survey answers",
        "0.020",
        f"{worst['ece'][0]:.3f} ({worst['name']})",
        _mark(worst["ece"][0] <= 0.02),
    ]
    for name in (SURVEY, TITLES, WITH_TASKS):
        kept = topics["osca"]["promise_kept"][f"{name} -> {name}"]
        yield _share_goal(
            f"promise of 5 % kept by the other half, {name}", 0.95, kept["kept"]
        )
        yield _share_goal("… by both halves together", 0.95, kept["kept_by_all"])


def _anzsco_goal(
    name: str, osca: Mapping[str, Any], anzsco: Mapping[str, Any]
) -> list[str]:
    ours, theirs = (sets[name]["levels"][-1]["agreement"] for sets in (osca, anzsco))
    aim = f"{percent(ours[0] - 0.02)} (OSCA less 2)"
    figure = f"ANZSCO, six digits forced, {name}"
    return [figure, aim, share(theirs), _mark(theirs[0] >= ours[0] - 0.02)]


def _speed_goals(speed: Mapping[str, Any]) -> Iterator[list[str]]:
    if kernel := speed.get("kernel"):
        found = kernel["answers"]["ranked_1"]
        yield _rate_goal("search alone, answers, best one", 60_000, found["median"])
    if exact := speed.get("exact"):
        name, least = min(exact.items(), key=lambda item: float(item[1]["same"][0]))
        reached = f"{share(least['same'], digits=2)} ({name})"
        is_enough = least["same"][0] >= 0.995
        figure = "same first code as the exact weights, at least"
        yield [figure, "99.5", reached, _mark(is_enough)]
    if files := speed.get("files"):
        for n, what in (("1", "one process"), ("2", "two processes")):
            found = files[f"workers_{n}"]["coding_rows_per_s"]
            yield _rate_goal(f"`occoder code`, {what}, rows", 40_000 * int(n), found)
        ratio = files["ratio_2_to_1"]
        yield ["… two against one", "1.8", f"{ratio:.2f}", _mark(ratio >= 1.8)]
        most = max(int(name[5:]) for name in files if name.startswith("rows_"))
        memory = files[f"rows_{most}"]["peak_pss_mb"]
        figure = f"memory of `occoder code`, {most:,} rows"
        yield [figure, "under 600 MB", f"{memory:,.0f} MB", _mark(memory < 600)]
    if start := speed.get("start"):
        yield _most("start to first answer", 1.5, start["seconds"], "s")
        yield _most("model on disk", 15, start["model_mb"], "MB")
    if training := speed.get("training"):
        yield _most("training one topic", 30, training["seconds"], "s")
    if million := speed.get("million"):
        yield _most("training on a million texts", 300, million["seconds"], "s")
        yield _most("… memory", 6, million["peak_rss_mb"] / 1000, "GB")


def _service_goals(service: Mapping[str, Any]) -> Iterator[list[str]]:
    single, batch, start = service["single"], service["batch"], service["start"]
    ratio = single["ratio"]
    figure = "service, one record: calls a second over those of the bare handler"
    yield [figure, "0.5", f"{ratio:.2f}", _mark(ratio >= 0.5)]
    yield _most("… 99 of 100 within, 32 connections", 5, single["p99_ms"], "ms")
    yield _most("service, 300 records: 99 of 100 within", 25, batch["p99_ms"], "ms")
    yield _rate_goal("… records", 20_000, batch["records_per_s"])
    yield _most("service, start to first answer", 3, start["seconds"], "s")
    yield _most("… memory of a process, both topics", 400, single["memory_mb"], "MB")
    if soak := service.get("soak"):
        growth = soak["late_memory_mb"] - soak["early_memory_mb"]
        yield ["… mixed load: 5xx", "0", str(soak["n_5xx"]), _mark(soak["n_5xx"] == 0)]
        yield ["… growth in memory", "none", f"{growth:+.0f} MB", _mark(growth < 5)]


def _batch_goals(batches: Mapping[str, Any]) -> Iterator[list[str]]:
    million = best_run(batches, 2, _MILLION)
    yield _most("batch of a million records, two processes", 30, million["seconds"], "s")
    largest = max(batches["runs"], key=lambda run: int(run["n_records"]))
    for run in (million, largest):
        name = f"… memory of all processes, {run['n_records']:,} records"
        yield _most(name, 1500, run["most_memory_mb"], "MB")
    each = largest["seconds"] / largest["n_records"] * million["n_records"]
    ratio = each / million["seconds"]
    linear = "… time for each record, longest run against a million"
    yield [linear, "at most 1.1", f"{ratio:.2f}", _mark(ratio <= 1.1)]
    if alone := best_run(batches, 1, _MILLION):
        gain = alone["seconds"] / million["seconds"]
        yield ["… two processes against one", "1.8", f"{gain:.2f}", _mark(gain >= 1.8)]
    yield _most("… one record, upload to complete", 2, batches["small"]["seconds"], "s")
    for way in ("upload", "download"):
        ratio = batches["transfer"][f"{way}_ratio"]
        name = f"… {way}, over that of the bare handler"
        yield [name, "0.5", f"{ratio:.2f}", _mark(ratio >= 0.5)]


def _peer_goal(coders: Mapping[str, Any]) -> list[str]:
    """Set the speed against that of every peer, also of those that agree less often."""
    own = coders["occoder"]["records_per_s"]["median"]
    ratios = {
        name: own / one["records_per_s"]["median"]
        for name, one in coders.items()
        if not name.startswith("occoder") and "problem" not in one
    }
    reached = ", ".join(f"{name} {ratio:.1f}" for name, ratio in ratios.items())
    is_enough = all(ratio >= 10 for ratio in ratios.values())
    return ["records a second, times those of each peer", "10", reached, _mark(is_enough)]


def _share_goal(figure: str, aim: float, found: list[float] | None) -> list[str]:
    reached = found is not None and found[0] >= aim
    return [figure, f"{100 * aim:g}", share(found), _mark(reached)]


def _rate_goal(figure: str, aim: float, found: float) -> list[str]:
    return [f"{figure} a second", f"{aim:,.0f}", f"{found:,.0f}", _mark(found >= aim)]


def _most(figure: str, aim: float, found: float, unit: str) -> list[str]:
    return [figure, f"{aim:g} {unit}", f"{found:.1f} {unit}", _mark(found <= aim)]


def _mark(is_reached: bool) -> str:
    return "reached" if is_reached else "not reached"
