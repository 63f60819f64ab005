"""The sections of a report, each from an evaluation to a piece of HTML."""

from collections.abc import Mapping, Sequence

from occoder.evaluation.comparison import LevelComparison
from occoder.evaluation.evaluation import Evaluation, LevelEvaluation
from occoder.evaluation.markup import (
    NOTHING,
    Html,
    count,
    element,
    estimate,
    facts,
    html,
    percent,
    table,
)
from occoder.evaluation.production import ProductionCurve

Plots = Mapping[str, Html]


def in_short(evaluation: Evaluation) -> Html:
    """Return the four figures to remember."""
    finest, given = evaluation.levels[-1], evaluation.given
    figures = (
        (html(count(evaluation.gold.n_records)), "coded records"),
        (estimate(finest.agreement), f"agree at the level {finest.name}, answers forced"),
        (estimate(given.production), "get a code under the thresholds of the model"),
        (estimate(given.agreement), "of these codes are right"),
    )
    boxes = (element("div", element("strong", figure), words) for figure, words in figures)
    return element("div", *boxes, class_="figures")


def identification(evaluation: Evaluation, _: Plots) -> Html:
    """Return what was evaluated, and on which records."""
    model, gold = evaluation.model, evaluation.gold
    found = [f"{n} {slug.replace('-', ' ')}" for slug, n in gold.faults.items()]
    return facts(
        [
            ("Model", model.model_id),
            ("Topic", model.topic),
            ("Classification", model.classification),
            ("Thresholds", _thresholds(evaluation, model.thresholds)),
            ("Coded records", gold.name),
            ("SHA-256 of the file", gold.sha256),
            ("Records", f"{count(gold.n_records)} ({count(gold.n_texts)} distinct texts)"),
            ("Faults in the file", ", ".join(found) or "none"),
            ("Made", f"{evaluation.made_on}, {evaluation.software}"),
        ]
    )


def agreement(evaluation: Evaluation, plots: Plots) -> Html:
    """Return the agreement at each level, answers forced."""
    rows = [
        (
            level.name,
            count(level.agreement.n) if level.agreement else "0",
            estimate(level.agreement),
            estimate(level.within_3),
            estimate(level.within_5),
            estimate(level.seen),
            estimate(level.unseen),
        )
        for level in evaluation.levels
    ]
    headings = ["Level", "Records", "Agreement", "In first 3", "In first 5"]
    headings += ["Title seen", "Title not seen"]
    whole = evaluation.hierarchical
    return html(
        element(
            "p",
            "The best category of each level against the true one, whatever its "
            "confidence. Records whose true code is coarser than a level are left out "
            "there. A title is seen when it stands in the training texts.",
        ),
        table("Agreement rate by level, with 95 % bootstrap intervals", headings, rows),
        _figure(plots, "agreement", "Agreement rate by level with 95 % intervals."),
        element(
            "p",
            "Partly right answers counted in part: hierarchical precision ",
            estimate(whole.precision),
            ", recall ",
            estimate(whole.recall),
            ", F ",
            estimate(whole.f),
            ".",
        ),
    )


def given(evaluation: Evaluation, _: Plots) -> Html:
    """Return what the model does under its own thresholds."""
    found = evaluation.given
    rows = [
        (level.name, percent(level.share), estimate(level.agreement))
        for level in found.levels
    ]
    rows.append(("any level", estimate(found.production), estimate(found.agreement)))
    reasons = [f"{reason} {count(n)}" for reason, n in found.not_coded.items()]
    return html(
        element(
            "p",
            "A record gets the category of the deepest level that passes its threshold. "
            "A code finer than the true one can't be checked and counts as wrong.",
        ),
        table(
            "Codes given, by level", ("Level of the code", "Given", "Of these right"), rows
        ),
        element("p", f"Not coded: {', '.join(reasons) or 'none'}.", class_="note"),
    )


def production(evaluation: Evaluation, plots: Plots) -> Html:
    """Return production against agreement: the curve and the points to read off."""
    rows = [_targets(level.name, level.curve) for level in evaluation.levels]
    rows.append(_targets("deepest level that passes", evaluation.curve))
    headings = ["Answers given at"]
    for target in evaluation.curve.targets:
        headings += [f"Coded at {percent(target.target, 0)} agreement", "Threshold"]
    return html(
        element(
            "p",
            "A stricter threshold gives fewer codes, and more of them are right. "
            "The figures are read off the records they describe, so they flatter a little: "
            "to promise a rate, use a calibration with a stated maximum error.",
        ),
        _figure(
            plots,
            "production",
            "Production rate against agreement rate, from 20 answers on. The threshold "
            "falls from left to right.",
        ),
        table("Largest production at a given agreement", headings, rows),
    )


def promise(evaluation: Evaluation, _: Plots) -> Html:
    """Return whether a maximum error can be promised."""
    asked = evaluation.promise
    if asked is None:
        return Html()
    if asked.guarantee is None:
        return element("p", asked.refusal)
    return html(
        element("p", asked.guarantee.statement()),
        element(
            "p",
            "It holds for records of which these are a random sample, and for these "
            f"thresholds: {_thresholds(evaluation, asked.guarantee.thresholds)}.",
            class_="note",
        ),
    )


def calibration(evaluation: Evaluation, plots: Plots) -> Html:
    """Return how far confidences can be taken at their word."""
    headings = ["Level", "Records", "ECE", "Noise floor", "ECE, 15 bins"]
    headings += ["ECE, equal mass", "Brier", "Overconfidence"]
    return html(
        element(
            "p",
            "Of the answers given with confidence 0.8, 80 % should be right. "
            "ECE is the mean distance from that, over 10 bins of equal width. "
            "The noise floor is the ECE that as many records would show on average if the "
            "confidences were perfect; only what lies above it is miscalibration.",
        ),
        table("Calibration by level", headings, map(_calibration_row, evaluation.levels)),
        _figure(
            plots,
            "reliability",
            "Share that is right by confidence, with exact 95 % intervals. On the dashed "
            "line both are equal. The bars show how the records are spread.",
        ),
    )


def groups(evaluation: Evaluation, plots: Plots) -> Html:
    """Return the agreement by category of the first level."""
    names = [level.name.capitalize() for level in evaluation.levels]
    rows = [
        (
            f"{group.code} {group.title}",
            count(group.levels[0].n) if group.levels[0] else "0",
            estimate(group.levels[0]),
            estimate(group.levels[-1]),
        )
        for group in evaluation.groups
    ]
    headings = ("True category", "Records", names[0], names[-1])
    return html(
        _figure(plots, "groups", "Agreement by true category, with exact 95 % intervals."),
        table("Agreement rate by true category of the first level", headings, rows),
    )


def confused(evaluation: Evaluation, _: Plots) -> Html:
    """Return the most confused pairs with examples."""
    if not evaluation.confused:
        return Html()
    rows = [
        (
            f"{pair.truth} {pair.truth_title}",
            f"{pair.answer} {pair.answer_title}",
            count(pair.count),
            "; ".join(pair.examples),
        )
        for pair in evaluation.confused
    ]
    headings = ("True category", "Answer", "Records", "Examples")
    return table(
        "Most confused pairs at the finest level", headings, rows, kind="wide pairs"
    )


def baselines(evaluation: Evaluation, _: Plots) -> Html:
    """Return what simpler ways of coding reach on the same records."""
    if not evaluation.baselines:
        return Html()
    names = [level.name.capitalize() for level in evaluation.levels]
    headings = ("Baseline", "Has an answer", *names, "Where it answers", "The model there")
    rows = [
        (
            one.name,
            estimate(one.coverage),
            *map(estimate, one.levels),
            estimate(one.when_covered),
            estimate(one.model_when_covered),
        )
        for one in evaluation.baselines
    ]
    return table("Agreement rate of baselines; no answer is a wrong answer", headings, rows)


def comparison(evaluation: Evaluation, _: Plots) -> Html:
    """Return the paired tests against another model."""
    if evaluation.comparison is None:
        return Html()
    names = [level.name for level in evaluation.levels]
    pairs = zip(names, evaluation.comparison.levels, strict=True)
    headings = ["Level", "Records", "This model", "Other", "Only this right"]
    headings += ["Only other right", "Difference in points", "p"]
    return html(
        element("p", f"This model against {evaluation.comparison.other.model_id}."),
        table(
            "Paired comparison: exact McNemar test, paired bootstrap interval",
            headings,
            [_comparison_row(name, test) for name, test in pairs if test],
        ),
    )


def _thresholds(evaluation: Evaluation, thresholds: Sequence[float]) -> str:
    if len(set(thresholds)) == 1:
        return f"{thresholds[0]:.4f} at every level"
    pairs = zip(evaluation.levels, thresholds, strict=True)
    return ", ".join(f"{level.name} {value:.4f}" for level, value in pairs)


def _targets(name: str, curve: ProductionCurve) -> tuple[str, ...]:
    cells = [name]
    for target in curve.targets:
        point = target.point
        cells += [percent(point.production_rate) if point else NOTHING]
        cells += [f"{point.threshold:.3f}" if point else NOTHING]
    return tuple(cells)


def _calibration_row(level: LevelEvaluation) -> tuple[str, ...]:
    found = level.reliability
    if found is None:
        return (level.name, "0", *[NOTHING] * 6)
    errors = (found.ece, found.ece_if_calibrated, found.ece_15, found.ece_equal_mass)
    written = (f"{value:.3f}" for value in (*errors, found.brier))
    return (level.name, count(found.n), *written, f"{found.overconfidence:+.3f}")


def _comparison_row(name: str, test: LevelComparison) -> tuple[str, ...]:
    ends = f"{100 * test.difference.low:+.1f} to {100 * test.difference.high:+.1f}"
    return (
        name,
        count(test.n),
        percent(test.first),
        percent(test.second),
        count(test.only_first),
        count(test.only_second),
        html(f"{100 * test.difference.value:+.1f} ", element("small", ends)),
        "< 0.001" if test.p_value < 0.001 else f"{test.p_value:.3f}",
    )


def _figure(plots: Plots, name: str, caption: str) -> Html:
    """Return a plot with its caption; nothing where plots could not be drawn."""
    if name not in plots:
        return Html()
    return element("figure", plots[name], element("figcaption", caption))
