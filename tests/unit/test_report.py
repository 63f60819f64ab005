"""The report: one page that needs nothing else, and the same figures as JSON."""

import json
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from toy_coder import TOY, ToyCoder

from occoder.evaluation.evaluate import Gold, evaluate
from occoder.evaluation.evaluation import Evaluation
from occoder.evaluation.report import to_html, to_json, write_report
from occoder.evaluation.summary import summary

HOSTILE = '<script>alert("x")</script> & sons'
ANSWERS = {
    "grocer": (["111", "112"], (0.95, 0.9, 0.85)),
    HOSTILE: (["111", "112"], (0.9, 0.8, 0.6)),
    "welder": (["21", "221"], (0.9, 0.85, 0.85)),
    "carpenter": (["221", "21"], (0.7, 0.6, 0.6)),
}


def evaluation(n: int = 40) -> Evaluation:
    """Return an evaluation with every part filled."""
    titles = list(ANSWERS) * n
    gold = Gold(
        name="gold & truth.csv",
        sha256="ab" * 32,
        titles=titles,
        tasks=[""] * len(titles),
        codes=["111", "112", "21", "221"] * n,
        keys=[f"{title} {i // 8}" for i, title in enumerate(titles)],
        seen=np.arange(len(titles)) % 2 > 0,
        faults={"contradiction": 2},
    )
    return evaluate(
        ToyCoder(ANSWERS),
        gold,
        made_on="2026-12-01",
        baselines={
            "Exact match": np.full(len(titles), TOY.position("111"), dtype=np.int32)
        },
        compared_with=ToyCoder(ANSWERS, model_id="toy-2"),
        max_error=0.4,
    )


class Page(HTMLParser):
    """The elements and the text of a page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Keep an element and its attributes."""
        self.elements.append((tag, dict(attributes)))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(
        self, tag: str, attributes: list[tuple[str, str | None]]
    ) -> None:
        """Keep an element that closes itself."""
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element, which must be of this kind."""
        assert tag == self.open.pop()

    def handle_data(self, text: str) -> None:
        """Keep what is shown."""
        if self.open and self.open[-1] not in ("style", "title"):
            self.text.append(text)

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        """Return the attributes of all elements of some kinds."""
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.fixture(scope="module")
def page() -> Page:
    """Return the page of an evaluation with every part filled."""
    pytest.importorskip("matplotlib")
    return Page(to_html(evaluation()))


def test_page_is_well_formed(page: Page) -> None:
    """Every element is closed, and every id stands once."""
    ids = Counter(one["id"] for _, one in page.elements if "id" in one)

    assert [] == page.open
    assert [] == [name for name, times in ids.items() if times > 1]


def test_page_needs_nothing_from_outside(page: Page) -> None:
    """No element refers to anything but parts of the page itself."""
    references = [
        value
        for _, attributes in page.elements
        for name, value in attributes.items()
        if name in ("src", "href", "xlink:href", "data", "action", "poster")
    ]

    assert [] == page.all("script", "link", "iframe", "img", "object", "embed")
    assert [] == [one for one in references if not (one or "").startswith("#")]
    assert references


def test_inner_references_are_met(page: Page) -> None:
    """What the plots refer to inside the page exists there."""
    ids = {one["id"] for _, one in page.elements if "id" in one}
    wanted = {
        (attributes.get("xlink:href") or "").removeprefix("#")
        for attributes in page.all("use")
    }

    assert set() == wanted - ids


def test_page_can_be_read_aloud(page: Page) -> None:
    """Plots say what they show; tables have captions and marked heads."""
    assert all(
        one.get("role") == "img" and one.get("aria-label") for one in page.all("svg")
    )
    assert 6 == len(page.all("svg"))
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(one.get("scope") in ("row", "col") for one in page.all("th"))
    assert [{"lang": "en"}] == page.all("html")


def test_hostile_text_stays_text(page: Page) -> None:
    """What a respondent wrote is shown as written and never becomes an element."""
    assert HOSTILE in "".join(page.text)


def test_every_section_is_there(page: Page) -> None:
    """With every part filled each section has its heading."""
    assert 10 == len(page.all("h2"))


def test_empty_sections_are_left_out() -> None:
    """Without baselines, comparison and promise there are no headings for them."""
    gold = Gold("g.csv", "", ["grocer"], [""], ["111"], ["grocer"])
    page = Page(to_html(evaluate(ToyCoder(ANSWERS), gold, made_on="")))

    assert 6 == len(page.all("h2"))
    assert not {"Baselines", "Most confused pairs"} & set(page.text)


def test_page_does_without_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where matplotlib is missing the page has its tables, and says what is left out."""
    monkeypatch.delitem(sys.modules, "occoder.evaluation.plots", raising=False)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    page = Page(to_html(evaluation(n=2)))

    assert [] == page.all("svg", "figure")
    assert any("occoder[report]" in text for text in page.text)


def test_same_evaluation_same_page() -> None:
    """The page has no date or chance of its own."""
    assert to_html(evaluation(n=2)) == to_html(evaluation(n=2))


def test_json_holds_every_part() -> None:
    """The JSON has the number of its format and every part of the evaluation."""
    fields = json.loads(to_json(evaluation()))

    assert {"format", *Evaluation.__dataclass_fields__} == set(fields)
    assert 1 == fields["format"]
    assert "toy-1" == fields["model"]["model_id"]
    assert 3 == len(fields["levels"])


def test_reports_are_written(tmp_path: Path) -> None:
    """Both files are written into a folder that is made."""
    as_json, as_html = write_report(evaluation(n=2), tmp_path / "new" / "out")

    assert to_json(evaluation(n=2)) == as_json.read_bytes()
    assert to_html(evaluation(n=2)) == as_html.read_text(encoding="utf-8")


def test_summary_is_short_and_silent() -> None:
    """The summary for a terminal has the main figures and no text of a record."""
    lines = summary(evaluation()).splitlines()

    assert "toy-1 on gold & truth.csv" == lines[0]
    assert any("unit" in line and "160" in line for line in lines)
    assert not [line for line in lines if "script" in line or "grocer" in line]
