"""Tables of the page on benchmarks, and the figures in them."""

from collections.abc import Iterable, Mapping, Sequence


def table(head: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table in Markdown; without rows, a sentence."""
    found = [list(row) for row in rows]
    if not found:
        return "Not measured yet."
    lines = [head, ["---"] * len(head), *found]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def share(found: Sequence[float] | None, *, digits: int = 1) -> str:
    """Return a share in percent with its interval."""
    if found is None:
        return "-"
    value, low, high = (f"{100 * one:.{digits}f}" for one in found[:3])
    return f"{value} [{low}, {high}]"


def percent(value: float) -> str:
    """Return a share in percent."""
    return f"{100 * value:.1f}"


def points(found: Sequence[float]) -> str:
    """Return a difference of shares in points, with its interval."""
    value, low, high = (f"{100 * one:+.1f}" for one in found[:3])
    return f"{value} [{low}, {high}]"


def rate(found: Mapping[str, float]) -> str:
    """Return records a second: the median of the repeats, and the best."""
    return f"{found['median']:,.0f} (best {found['best']:,.0f})"
