"""An evaluation in a few lines of plain text, for a terminal."""

from collections.abc import Iterator

from occoder.evaluation.bootstrap import Estimate
from occoder.evaluation.evaluation import Evaluation, LevelEvaluation


def summary(evaluation: Evaluation) -> str:
    """Return the main figures of an evaluation.

    Parameters
    ----------
    evaluation : Evaluation
        No text of a record is repeated.

    Returns
    -------
    str
        Lines of at most 80 characters, except for a promise or its refusal.
    """
    return "\n".join(_lines(evaluation))


def _lines(evaluation: Evaluation) -> Iterator[str]:
    gold = evaluation.gold
    yield f"{evaluation.model.model_id} on {gold.name}"
    yield f"{gold.n_records:,} records, {gold.n_texts:,} distinct texts"
    yield from (f"faults in the file: {slug} {n:,}" for slug, n in gold.faults.items())
    yield ""
    yield "level               records           agreement    in first 3  in first 5"
    yield from map(_level, evaluation.levels)
    yield ""
    given = evaluation.given
    yield f"coded under the thresholds: {_share(given.production)}"
    yield f"of these right:             {_share(given.agreement)}"
    for target in evaluation.curve.targets:
        coded = (
            f"{target.point.production_rate:.1%} coded" if target.point else "not reached"
        )
        yield f"at {target.target:.0%} agreement:           {coded}"
    if evaluation.promise:
        promised = evaluation.promise.guarantee
        yield promised.statement() if promised else evaluation.promise.refusal
    yield from _comparison(evaluation)


def _level(level: LevelEvaluation) -> str:
    n = level.agreement.n if level.agreement else 0
    within_3, within_5 = (
        _share(level.within_3, ends=False),
        _share(level.within_5, ends=False),
    )
    return (
        f"{level.name:<18}{n:>9,}{_share(level.agreement):>24}{within_3:>10}{within_5:>12}"
    )


def _comparison(evaluation: Evaluation) -> Iterator[str]:
    if evaluation.comparison is None:
        return
    yield ""
    yield f"against {evaluation.comparison.other.model_id}, in points of agreement:"
    for level, test in zip(evaluation.levels, evaluation.comparison.levels, strict=True):
        if test:
            ends = f"[{100 * test.difference.low:+.1f}, {100 * test.difference.high:+.1f}]"
            by = f"{100 * test.difference.value:+.1f}"
            yield f"{level.name:<18}{by:>9}  {ends:<14}  p = {test.p_value:.3g}"


def _share(found: Estimate | None, *, ends: bool = True) -> str:
    if found is None:
        return "-"
    share = f"{found.value:.1%}"
    return f"{share} [{found.low:.1%}, {found.high:.1%}]" if ends else share
