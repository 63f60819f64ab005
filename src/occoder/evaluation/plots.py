"""The plots of a report, as SVG text, one consistent style. Needs matplotlib.

Every plot says in words what it shows, for readers who can't see it.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from matplotlib import rc_context
from matplotlib.axes import Axes

from occoder.evaluation.bootstrap import Estimate
from occoder.evaluation.drawing import (
    ACCENT,
    INK,
    QUIET,
    RULE,
    STYLE,
    in_percent,
    level_colour,
    new_figure,
    to_svg,
)
from occoder.evaluation.evaluation import Evaluation, LevelEvaluation
from occoder.evaluation.markup import percent
from occoder.evaluation.production import CurvePoint, ProductionCurve
from occoder.evaluation.reliability import Bin, Reliability

_FEWEST_DRAWN: Final = 20  # rates of fewer records are noise
_QUARTERS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)


def all_plots(evaluation: Evaluation) -> dict[str, str]:
    """Return every plot of a report by name.

    Parameters
    ----------
    evaluation : Evaluation
        What to draw.

    Returns
    -------
    dict of str to str
        HTML: an ``<svg>`` element each, for "reliability" one for each level in a grid.
    """
    drawn = [
        reliability_plot(level, level.reliability)
        for level in evaluation.levels
        if level.reliability
    ]
    return {
        "agreement": agreement_plot(evaluation),
        "production": production_plot(evaluation),
        "groups": group_plot(evaluation),
        "reliability": f'<div class="grid">{"".join(drawn)}</div>',
    }


def production_plot(evaluation: Evaluation) -> str:
    """Draw production rate against agreement rate, by level and for the deepest level.

    Parameters
    ----------
    evaluation : Evaluation
        Its curves; points of fewer than 20 answers are not drawn.

    Returns
    -------
    str
        An ``<svg>`` element.
    """
    with rc_context(STYLE):
        figure, axes = new_figure(600, 430)
        ends = []
        for i, level in enumerate(evaluation.levels):
            ends += _curve(axes, level.curve, level_colour(i), level.name, 1.4)
        ends += _curve(axes, evaluation.curve, ACCENT, "deepest level that passes", 2.4)
        _write_at_the_ends(axes, ends)
        axes.set_xlim(0, 1)
        for i, target in enumerate(evaluation.curve.targets):
            if target.point:
                _mark(axes, target.point, line=i)
        axes.set_xlabel("Production rate: share of records that get a code")
        axes.set_title("Agreement rate of the codes given", color=QUIET, pad=10)
        in_percent(axes.xaxis)
        in_percent(axes.yaxis)
        return to_svg(figure, "production", _production_words(evaluation))


def agreement_plot(evaluation: Evaluation) -> str:
    """Draw agreement by level with intervals, for the model and what it is held against.

    Parameters
    ----------
    evaluation : Evaluation
        Its levels, baselines and comparison.

    Returns
    -------
    str
        An ``<svg>`` element.
    """
    names = [level.name for level in evaluation.levels]
    rows = [("this model", ACCENT, [level.agreement for level in evaluation.levels])]
    rows += [(one.name.lower(), QUIET, list(one.levels)) for one in evaluation.baselines]
    with rc_context(STYLE):
        figure, axes = new_figure(600, 70 + 48 * len(names))
        for i, (name, colour, estimates) in enumerate(rows):
            _dots(axes, estimates, name, colour, shift=0.18 * i)
        _name_rows(axes, names)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False)
        return to_svg(
            figure, "agreement", "Agreement rate by level: " + _listed(names, rows[0][2])
        )


def group_plot(evaluation: Evaluation) -> str:
    """Draw agreement by category of the first level, at the first and finest level.

    Parameters
    ----------
    evaluation : Evaluation
        Its groups.

    Returns
    -------
    str
        An ``<svg>`` element.
    """
    groups = [group for group in evaluation.groups if group.levels[0]]
    names = [f"{group.code}  {group.title}" for group in groups]
    finest = [group.levels[-1] for group in groups]
    with rc_context(STYLE):
        figure, axes = new_figure(600, 70 + 38 * len(names))
        first = [group.levels[0] for group in groups]
        _dots(axes, first, evaluation.levels[0].name, level_colour(0), shift=0.0)
        _dots(axes, finest, evaluation.levels[-1].name, level_colour(4), shift=0.2)
        _name_rows(axes, names)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False)
        words = f"Agreement rate at the level {evaluation.levels[-1].name}: "
        return to_svg(figure, "groups", words + _listed(names, finest))


def reliability_plot(level: LevelEvaluation, found: Reliability) -> str:
    """Draw the reliability diagram of one level: confidence against agreement.

    Parameters
    ----------
    level : LevelEvaluation
        For its name.
    found : Reliability
        Its bins are drawn with their exact intervals; the bars below show how the
        records are spread over the bins.

    Returns
    -------
    str
        An ``<svg>`` element.
    """
    with rc_context(STYLE):
        figure, axes = new_figure(300, 320)
        axes.plot([0, 1], [0, 1], color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)))
        x = [one.confidence for one in found.bins]
        y = [one.agreement for one in found.bins]
        axes.bar(x, [0.25 * one.n / found.n for one in found.bins], 0.045, color=RULE)
        axes.vlines(x, *_ends(found.bins), color=level_colour(4), linewidth=1.1)
        axes.plot(x, y, "o", color=level_colour(4), markersize=4.5)
        axes.set(xlim=(0, 1.02), ylim=(0, 1.02), aspect="equal", xlabel="Confidence")
        axes.set(xticks=_QUARTERS, yticks=_QUARTERS)
        axes.set_title(f"{level.name.capitalize()}: ECE {found.ece:.3f}")
        in_percent(axes.xaxis)
        in_percent(axes.yaxis)
        words = ", ".join(
            f"{percent(a, 0)} right at {percent(c, 0)}" for c, a in zip(x, y, strict=True)
        )
        return to_svg(
            figure, level.name, f"Agreement by confidence, {level.name}: {words}."
        )


def _curve(
    axes: Axes, curve: ProductionCurve, colour: str, name: str, width: float
) -> list[tuple[float, str, str]]:
    """Draw one curve; return the height of its end, its name and its colour."""
    points = [one for one in curve.points if one.n_answered >= _FEWEST_DRAWN]
    if not points:
        return []
    x = [one.production_rate for one in points]
    y = [one.agreement_rate for one in points]
    axes.plot(x, y, color=colour, linewidth=width)
    return [(y[-1], name, colour)]


def _write_at_the_ends(axes: Axes, ends: Sequence[tuple[float, str, str]]) -> None:
    """Name the curves at their right ends, pushed apart where they would overlap."""
    low, high = axes.get_ylim()
    gap = (high - low) * 0.05
    ordered = sorted(ends, reverse=True)
    heights = [height for height, _, _ in ordered]
    for i, (above, here) in enumerate(pairwise(heights), start=1):
        heights[i] = min(here, heights[i - 1] - gap, above)
    for height, (_, name, colour) in zip(heights, ordered, strict=True):
        axes.annotate(
            f" {name}",
            (1.0, height),
            xycoords=("axes fraction", "data"),
            va="center",
            color=colour if colour == ACCENT else INK,
            annotation_clip=False,
        )


def _mark(axes: Axes, point: CurvePoint, *, line: int) -> None:
    """Mark a point of the curve, and read it off on a given line of text below."""
    x, y = point.production_rate, point.agreement_rate
    floor = axes.get_ylim()[0]
    axes.vlines(x, floor, y, color=ACCENT, linewidth=0.8, linestyle=(0, (1, 2)))
    axes.set_ylim(bottom=floor)
    axes.plot([x], [y], "o", color=ACCENT, markersize=6)
    side = -1 if x > 0.5 else 1
    axes.annotate(
        f"{percent(x)} coded at {percent(y, 0)} agreement",
        (x, floor),
        xytext=(5 * side, 8 + 19 * line),
        textcoords="offset points",
        ha="right" if side < 0 else "left",
        color=ACCENT,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
    )


def _dots(
    axes: Axes,
    estimates: Sequence[Estimate | None],
    name: str,
    colour: str,
    *,
    shift: float,
) -> None:
    """Draw a dot with its interval for each estimate, shifted down from its row."""
    rows = [row + shift for row, one in enumerate(estimates) if one]
    drawn = [one for one in estimates if one]
    axes.hlines(rows, *_ends(drawn), color=colour, linewidth=1.2)
    axes.plot(
        [one.value for one in drawn], rows, "o", color=colour, label=name, markersize=5
    )


def _ends(intervals: Sequence[Estimate] | Sequence[Bin]) -> tuple[list[float], list[float]]:
    return [one.low for one in intervals], [one.high for one in intervals]


def _name_rows(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), names, color=INK)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(right=1.0)
    axes.grid(visible=False, axis="y")
    axes.spines.left.set_visible(False)
    in_percent(axes.xaxis)


def _listed(names: Sequence[str], estimates: Sequence[Estimate | None]) -> str:
    pairs = zip(names, estimates, strict=True)
    return ", ".join(f"{name} {percent(one.value)}" for name, one in pairs if one) + "."


def _production_words(evaluation: Evaluation) -> str:
    found = [
        f"{percent(target.point.production_rate)} at {percent(target.target, 0)} agreement"
        for target in evaluation.curve.targets
        if target.point
    ]
    return f"Records that can be coded: {', '.join(found) or 'none at these rates'}."
