"""How the plots of a report look, and how they become part of a page."""

import io
import re
from html import escape
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

INK: Final = "#1d2b36"
QUIET: Final = "#5d6b76"
RULE: Final = "#d8dee3"
ACCENT: Final = "#b3471d"
# From the broadest level to the finest; more levels than colours share the last.
_LEVELS: Final = ("#8db3cc", "#6a98b7", "#487d9f", "#296285", "#0c4469")
_PIXELS_PER_INCH: Final = 72
STYLE: Final[dict[Any, Any]] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "occoder",
    "text.parse_math": False,
    "font.family": "sans-serif",
    "font.size": 13.0,
    "text.color": INK,
    "axes.labelcolor": QUIET,
    "axes.edgecolor": QUIET,
    "axes.titlesize": 13.5,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.7,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
}


def new_figure(width: int, height: int) -> tuple[Figure, Axes]:
    """Return an empty figure with its axes; the size is in pixels of the page."""
    size = (width / _PIXELS_PER_INCH, height / _PIXELS_PER_INCH)
    figure = Figure(figsize=size, layout="constrained")
    return figure, figure.add_subplot()


def level_colour(level: int) -> str:
    """Return the colour of a level, 0 for the broadest."""
    return _LEVELS[min(level, len(_LEVELS) - 1)]


def in_percent(axis: Axis) -> None:
    """Write the shares along an axis as percentages."""
    axis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol="\u00a0%"))


def to_svg(figure: Figure, name: str, words: str) -> str:
    """Return the figure as an element that can stand in a page beside others."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, count=1, flags=re.DOTALL)
    # Every id is made the plot's own: a page holds several plots.
    own = re.sub(r"\W+", "-", name)
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{own}-", svg)
    width = figure.get_figwidth() * _PIXELS_PER_INCH
    size = f'style="max-width:{width:.0f}px" role="img" aria-label="{escape(words)}"'
    return re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', lambda _: size, svg, count=1)
