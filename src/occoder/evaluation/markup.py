"""Small pieces of HTML: elements, tables and numbers, every text escaped once."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from occoder.evaluation.bootstrap import Estimate

NOTHING: Final = "\u2013"


class Html(str):
    """Text that is HTML already; any other text is escaped when it is put in."""

    __slots__ = ()


def html(*parts: str) -> Html:
    """Join parts into one piece of HTML.

    Examples
    --------
    >>> html("a < b", Html("<br>"))
    'a &lt; b<br>'
    """
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in parts))


def element(tag: str, *parts: str, **attributes: str) -> Html:
    """Return an element with its content; ``class_`` stands for the attribute class.

    Examples
    --------
    >>> element("p", "R&D", class_="note")
    '<p class="note">R&amp;D</p>'
    """
    written = "".join(
        f' {name.rstrip("_")}="{escape(value)}"' for name, value in attributes.items()
    )
    return Html(f"<{tag}{written}>{html(*parts)}</{tag}>")


def table(
    caption: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    kind: str = "wide",
) -> Html:
    """Return a table whose first column names the rows.

    Parameters
    ----------
    caption : str
        What the table shows.
    headings : sequence of str, length n_columns
        Heads of the columns.
    rows : iterable of sequences of str, each of length n_columns
        The cells.
    kind : str
        Class of the box around it: "wide", or "wide pairs" for words instead of numbers.

    Returns
    -------
    Html
        A ``<table>`` in a box that scrolls sideways on a narrow screen.
    """
    head = element("tr", *(element("th", one, scope="col") for one in headings))
    body = [
        element(
            "tr", element("th", first, scope="row"), *(element("td", one) for one in rest)
        )
        for first, *rest in rows
    ]
    parts = element("caption", caption), element("thead", head), element("tbody", *body)
    return element("div", element("table", *parts), class_=kind, tabindex="0")


def facts(pairs: Iterable[tuple[str, str]]) -> Html:
    """Return a list of names and what they stand for."""
    written = (html(element("dt", name), element("dd", value)) for name, value in pairs)
    return element("dl", *written)


def percent(value: float, digits: int = 1) -> str:
    """Return a share as a percentage.

    Examples
    --------
    >>> percent(0.919).replace(chr(160), " ")
    '91.9 %'
    """
    return f"{100 * value:.{digits}f}\u00a0%"


def estimate(found: Estimate | None) -> Html:
    """Return a share with its interval, or a dash where there is none."""
    if found is None:
        return Html(NOTHING)
    ends = f"{100 * found.low:.1f}\u2013{100 * found.high:.1f}"
    return html(percent(found.value), " ", element("small", ends))


def count(n: int) -> str:
    """Return a number with its thousands parted.

    Examples
    --------
    >>> count(12345)
    '12,345'
    """
    return f"{n:,}"
