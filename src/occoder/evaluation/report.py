"""Writing an evaluation down: report.json for programs, report.html for readers.

The page needs nothing from outside. It is made to be printed, and read on a phone.
"""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Final

import msgspec

from occoder.evaluation import sections
from occoder.evaluation.evaluation import Evaluation
from occoder.evaluation.markup import Html, element, html

FORMAT: Final = 1

_SECTIONS: Final[tuple[tuple[str, Callable[[Evaluation, sections.Plots], Html]], ...]] = (
    ("What was evaluated", sections.identification),
    ("Agreement, answers forced", sections.agreement),
    ("Codes given under the thresholds", sections.given),
    ("Production against agreement", sections.production),
    ("A promise about the error", sections.promise),
    ("Calibration", sections.calibration),
    ("By category of the broadest level", sections.groups),
    ("Most confused pairs", sections.confused),
    ("Baselines", sections.baselines),
    ("Comparison with another model", sections.comparison),
)
_NOTES: Final = (
    "Intervals are 95 % percentile bootstrap intervals over texts (2,000 resamples; "
    "records with the same text are drawn together), or exact Clopper-Pearson intervals "
    "where a table says so and where all or none agree. They tell how far another sample "
    "of the same kind could differ, not whether the sample resembles the records to be "
    "coded, nor whether the true codes are right: two clerical coders do not always agree."
)


def write_report(evaluation: Evaluation, folder: Path) -> tuple[Path, Path]:
    """Write report.json and report.html into a folder, which is made if need be.

    Parameters
    ----------
    evaluation : Evaluation
        What to write down.
    folder : Path
        Where. Existing reports in it are replaced.

    Returns
    -------
    tuple of Path
        The JSON file and the page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    as_json, as_html = folder / "report.json", folder / "report.html"
    as_json.write_bytes(to_json(evaluation))
    as_html.write_text(to_html(evaluation), encoding="utf-8")
    return as_json, as_html


def to_json(evaluation: Evaluation) -> bytes:
    """Return the evaluation as JSON, with the number of this format in front."""
    fields = {"format": FORMAT, **msgspec.to_builtins(evaluation)}
    return msgspec.json.format(msgspec.json.encode(fields), indent=2) + b"\n"


def to_html(evaluation: Evaluation) -> str:
    """Return the evaluation as one page, without plots where matplotlib is missing."""
    plots = _plots(evaluation)
    title = f"Evaluation of {evaluation.model.model_id}"
    style = files("occoder.evaluation").joinpath("report.css").read_text(encoding="utf-8")
    head = element(
        "head",
        Html('<meta charset="utf-8">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        element("title", title),
        element("style", Html(style)),
    )
    byline = (
        f"{evaluation.model.classification} on {evaluation.gold.name}, {evaluation.made_on}"
    )
    body = element(
        "body",
        element("h1", title),
        element("p", byline, class_="byline"),
        sections.in_short(evaluation),
        element("main", *_filled_sections(evaluation, plots)),
        element("footer", element("p", _NOTES), _missing_plots(plots)),
    )
    return "<!DOCTYPE html>\n" + element("html", head, body, lang="en") + "\n"


def _filled_sections(evaluation: Evaluation, plots: sections.Plots) -> list[Html]:
    written = [(heading, write(evaluation, plots)) for heading, write in _SECTIONS]
    return [
        element("section", element("h2", name), content)
        for name, content in written
        if content
    ]


def _plots(evaluation: Evaluation) -> sections.Plots:
    try:
        from occoder.evaluation.plots import all_plots
    except ImportError:
        return {}
    return {name: Html(svg) for name, svg in all_plots(evaluation).items()}


def _missing_plots(plots: sections.Plots) -> Html:
    if plots:
        return html()
    return element("p", "Plots are left out: they need the extra occoder[report].")
