"""The tables about the quality of the models."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from benchmark_page.tables import percent, share, table

# The figures of each set, under the words for topic and set.
Sets: TypeAlias = Mapping[str, Mapping[str, Any]]


def quality_tables(topics: Mapping[str, Any]) -> dict[str, str]:
    """Return the tables by their names in the page."""
    sets = {
        f"{topic}, {name}": figures
        for topic, one in topics.items()
        for name, figures in one["sets"].items()
    }
    levels = [level["name"] for one in [*sets.values()][:1] for level in one["levels"]]
    coded = ["coded at 95 %", "to the finest level", "coded as it comes", "right"]
    kept = ["promises", "kept", "other half", "refuted", "coded"]
    return {
        "agreement": table(
            ["", "records", *levels, "first 3", "first 5", "new titles"], _agreement(sets)
        ),
        "given": table(["", *coded, "refused"], _given(sets)),
        "calibration": table(["", *levels, "Brier, finest"], _calibration(sets)),
        "promises": table(
            ["", "maximum error", "coded", "to the finest level", "error"], _promises(sets)
        ),
        "kept": table(["set on half of → tested on", *kept], _kept(topics)),
        "not_codable": table(["", "texts", "refused", "not coded"], _not_codable(topics)),
    }


def _agreement(sets: Sets) -> Iterator[Iterable[str]]:
    for name, one in sets.items():
        finest = one["levels"][-1]
        yield [
            name,
            f"{one['n_records']:,}",
            *(share(level["agreement"]) for level in one["levels"]),
            *(share(finest[figure]) for figure in ("within_3", "within_5", "unseen")),
        ]


def _given(sets: Sets) -> Iterator[Iterable[str]]:
    for name, one in sets.items():
        yield [
            name,
            *(share(one["at_95"][figure]) for figure in ("production", "finest")),
            *(share(one["given"][figure]) for figure in ("production", "agreement")),
            share(one["refused"]),
        ]


def _calibration(sets: Sets) -> Iterator[Iterable[str]]:
    for name, one in sets.items():
        levels = one["levels"]
        yield [name, *map(_error, levels), f"{levels[-1]['brier']:.3f}"]


def _error(level: Mapping[str, Any]) -> str:
    value, low, high = (f"{one:.3f}" for one in level["ece"][:3])
    return f"{value} [{low}, {high}] / {level['ece_if_calibrated']:.3f}"


def _promises(sets: Sets) -> Iterator[Iterable[str]]:
    for name, one in sets.items():
        for promise in one["promises"]:
            yield [
                name,
                f"{100 * promise['max_error']:g}",
                *(percent(promise[figure]) for figure in ("production", "finest")),
                share(promise["error"]),
            ]


def _kept(topics: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    for topic, one in topics.items():
        for name, found in one["promise_kept"].items():
            yield [
                f"{topic}, {name.replace('->', '→')}",
                str(found["n_promised"]),
                *(
                    share(found[figure])
                    for figure in ("kept_by_all", "kept", "contradicted")
                ),
                percent(found["mean_production"]),
            ]


def _not_codable(topics: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    for topic, one in topics.items():
        found = one["not_codable"]
        n_texts = f"{found['refused'][3]:,}"
        yield [topic, n_texts, share(found["refused"]), share(found["not_coded"])]
