"""The page shows what the API answers (issue 3, section 4)."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from visited_page import COARSE, CODED, NOT_CODED, VAGUE, VisitedPage, by_api, named

from occoder.coder.reason import REASONS

Record = tuple[str, str]
MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize("record", [CODED, COARSE], ids=["fine", "coarse"])
def test_code_is_shown(desk: VisitedPage, record: Record) -> None:
    """The code, the levels and the next best are those of the API."""
    desk.send(*record)
    expected = by_api(desk.service, *record)
    given, *others = named(expected["result"])
    levels = named(expected["levels"])
    level = levels.index(given) + 1

    assert [" ".join(given)] == desk.texts(".given")
    assert levels == desk.rows("At each level")
    assert others == desk.rows("Next best")
    assert len(levels) - level == len(desk.texts(".rows .unsure"))
    expect(desk.page.locator(".verdict .hint")).to_contain_text(f"Level {level} of 5, ")


@pytest.mark.parametrize("record", [VAGUE, NOT_CODED], ids=["vague", "retired"])
def test_no_code_says_why(desk: VisitedPage, record: Record) -> None:
    """Without a code there are the reason and the suggestions of the API."""
    desk.send(*record)
    expected = by_api(desk.service, *record)

    assert ["No code", desk.worded(expected["reason"])] == desk.texts(".verdict p")
    assert named(expected["suggestions"]) == desk.rows("Suggestions")
    assert named(expected["levels"]) == desk.rows("At each level")


def test_every_reason_has_a_sentence(desk: VisitedPage) -> None:
    """The page has a sentence for each reason that the coder can give."""
    assert [] == [one for one in REASONS[1:] if not desk.worded(one)]


@pytest.mark.parametrize("record", [CODED, COARSE, NOT_CODED], ids=" ".join)
def test_bars_are_the_confidences(desk: VisitedPage, record: Record) -> None:
    """Each bar is as long as its confidence, and the percentage stands beside it."""
    desk.send(*record)
    expected = by_api(desk.service, *record)
    lists = [expected["levels"], expected.get("suggestions") or expected["result"][1:]]
    if expected["codeStatus"] == "unsuccessful":
        lists.reverse()
    confidences = [one["codeConfidence"] for rows in lists for one in rows]
    lengths = desk.page.locator(".rows .fill").evaluate_all(
        "all => all.map((one) => one.offsetWidth / one.parentElement.offsetWidth)"
    )

    assert pytest.approx(confidences, abs=0.01) == lengths
    assert desk.call("percent", *confidences) == desk.texts(".rows .percent")


def test_percentage_is_never_certain(desk: VisitedPage) -> None:
    """A percentage is whole, and says neither 0 nor 100."""
    assert ["over 99 %", "over 99 %", "99 %", "50 %", "1 %", "under 1 %", "under 1 %"] == (
        desk.call("percent", 1, 0.995, 0.9949, 0.5, 0.005, 0.0049, 0)
    )


def test_words_have_their_weights(desk: VisitedPage) -> None:
    """Every piece of the explanation stands there with its weight, at its step."""
    desk.send(*CODED)
    steps = by_api(desk.service, *CODED)["explanation"]
    weights = [f"{one['weight']:+.2f}" for step in steps for one in step["evidence"]]

    assert [
        f"{one['codeCategory']} {one['codeLabel']} "
        f"rather than {one['rivalCategory']} {one['rivalLabel']}"
        for one in steps
    ] == desk.texts(".steps > li > p")
    assert weights == [one.replace(MINUS, "-") for one in desk.texts(".pieces b")]
    assert {"electrician +1.99", "wiring new +0.31", "ele… +0.33", "…ian +0.14"} <= set(
        desk.texts(".pieces li")
    )
    assert [one for one in weights if one[0] == "-"] == [
        one.split()[-1].replace(MINUS, "-") for one in desk.texts(".pieces .against")
    ]


def test_answer_is_there_as_json(desk: VisitedPage) -> None:
    """The whole answer can be unfolded as the JSON that a program gets."""
    desk.send(*CODED)
    desk.page.get_by_text("The answer as JSON").click()
    shown = desk.page.evaluate("JSON.parse(document.querySelector('pre').innerText)")

    assert by_api(desk.service, *CODED) == shown


def test_chosen_topic_is_coded_to(desk: VisitedPage) -> None:
    """OSCA is chosen at first, and another topic when the visitor chooses it."""
    expect(desk.page.get_by_role("radio").first).to_have_value("osca")
    expect(desk.page.get_by_role("radio").first).to_be_checked()
    desk.page.get_by_label("ANZSCO").check()
    desk.send(*CODED)

    assert "/page/anzsco/code" == urlsplit(desk.asked[-1]).path
    assert ["ANZSCO electrician, wiring new houses"] == desk.texts(".asked")


@pytest.mark.parametrize("record", [CODED, COARSE, NOT_CODED], ids=" ".join)
def test_examples_can_be_tried(desk: VisitedPage, record: Record) -> None:
    """An example fills the form and is coded at once."""
    name = ", ".join(filter(None, record))
    desk.page.get_by_role("button", name=name).click()
    desk.page.locator(".verdict").wait_for()

    assert [f"OSCA {name}"] == desk.texts(".asked")
    assert 1 == desk.n_sent


def test_texts_never_become_html(desk: VisitedPage) -> None:
    """Markup that a visitor types is shown as it was typed."""
    markup = "<img src=x onerror=alert(1)><b>nurse</b>"
    desk.send(markup)

    assert [f"OSCA {markup}"] == desk.texts(".asked")
    assert 0 == desk.page.locator("main img, .asked b").count()
