"""The page is for everybody, and asks nobody but its service (issue 3, section 4)."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect
from running_service import RunningService
from visited_page import (
    COARSE,
    CODED,
    DESK,
    NOT_CODED,
    PHONE,
    VisitedPage,
)

CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
LONG = ("x" * 101, "café")
STATES = {
    "empty": (),
    "coded": (CODED,),
    "coarse": (COARSE,),
    "not coded": (NOT_CODED,),
    "faulty": (LONG,),
}
SHIFT = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((one) => (sum += one.value)))
    .observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(sum))));
})"""
OUTLINE = """
- link "Skip to the form"
- banner
- main:
  - heading "Find the code of an occupation" [level=1]
  - form "The job":
    - textbox "Job title": electrician
    - textbox "Main tasks optional": wiring new houses
    - group "Classification":
      - radio "OSCA Occupation Standard Classification for Australia" [checked]
      - radio "ANZSCO Australian and New Zealand Standard Classification of Occupations"
    - button "Find the code"
    - list "Or take an example"
  - region "Answer":
    - heading "Answer" [level=2]
    - heading "At each level" [level=3]
    - list
    - heading "Next best" [level=3]
    - list
    - group:
      - heading "Which words decided" [level=3]
    - group:
      - heading "The answer as JSON" [level=3]
  - status: /381231 Electrician/
- contentinfo:
  - navigation "For developers":
    - list:
      - listitem:
        - link "API description (OpenAPI)"
      - listitem:
        - link "List of topics"
"""


def test_nothing_is_asked_from_outside(desk: VisitedPage) -> None:
    """Everything comes from the service, and no policy or script is broken."""
    for record in (CODED, NOT_CODED):
        desk.send(*record)
    host = urlsplit(desk.service.address).netloc

    assert {host} == {urlsplit(url).netloc for url in desk.asked}
    assert [] == desk.complaints


def test_policy_allows_only_its_own_files(desk: VisitedPage) -> None:
    """The policy of the page lets nothing run, load or be sent but its own."""
    answer = desk.page.request.get(desk.service.address, headers={"Accept": "text/html"})

    assert {
        *("default-src 'none'", "script-src 'self'", "style-src 'self'"),
        *("connect-src 'self'", "img-src 'self'", "form-action 'none'"),
        *("base-uri 'none'", "frame-ancestors 'none'"),
    } == set(answer.headers["content-security-policy"].split("; "))


def test_page_is_off_by_default(service: RunningService) -> None:
    """Without the setting there is neither the page nor coding without a token."""
    as_browser = {"Accept": "text/html"}

    assert "html" not in service.http.get("/", headers=as_browser).headers["content-type"]
    assert 404 == service.http.get("/page/page.js").status_code
    assert 404 == service.http.post("/page/osca/code", json={}).status_code


def test_links_lead_into_the_service(desk: VisitedPage) -> None:
    """The links to the API description and the topics are answered by the service."""
    links = desk.page.locator("footer a").evaluate_all("all => all.map((one) => one.href)")

    assert [200, 403] == [desk.service.http.get(one).status_code for one in links]


def test_outline_is_complete(desk: VisitedPage) -> None:
    """A screen reader finds landmarks, headings, names of fields, and the answer."""
    desk.send(*CODED)

    expect(desk.page.locator("body")).to_match_aria_snapshot(OUTLINE)


def test_keyboard_is_enough(desk: VisitedPage) -> None:
    """The whole page works by keyboard, every stop on the way has a visible focus."""
    keyboard = desk.page.keyboard
    stops = []
    keyboard.press("Tab")
    keyboard.press("Enter")
    keyboard.type("electrician")
    keyboard.press("Tab")
    keyboard.type("wiring new houses")
    keyboard.press("Tab")
    keyboard.press("ArrowDown")
    for _ in range(4):
        keyboard.press("Tab")
        stops.append(desk.page.evaluate("document.activeElement.textContent.trim()"))
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert "solid" == desk.page.evaluate(outline)
    for _ in range(3):
        keyboard.press("Shift+Tab")
    keyboard.press("Enter")
    desk.page.locator(".given").wait_for()

    assert ["Find the code", "electrician, wiring new houses", "nurse", "retired"] == stops
    assert ["ANZSCO electrician, wiring new houses"] == desk.texts(".asked")


def test_answer_is_spoken(desk: VisitedPage) -> None:
    """The answer and its lack are said aloud, and the focus stays at the form."""
    said = desk.page.locator("#said")
    desk.send(*CODED)
    expect(said).to_contain_text("381231 Electrician (General)")
    desk.send(*NOT_CODED)
    expect(said).to_contain_text("No code")

    expect(desk.page.get_by_role("button", name="Find the code")).to_be_focused()


def test_phone_is_brought_to_the_answer(phone: VisitedPage) -> None:
    """Where the answer stands below the form, it comes into view with the focus."""
    phone.send(*CODED)

    expect(phone.page.get_by_role("heading", name="Answer", exact=True)).to_be_focused()
    expect(phone.page.locator(".given")).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_contrast_suffices(
    browser: Browser, served: RunningService, scheme: str, state: str
) -> None:
    """Every text has a contrast of 4.5 at least, every bar and border one of 3."""
    with VisitedPage(
        browser, served, color_scheme=scheme, reduced_motion="reduce"
    ) as visited:
        for record in STATES[state]:
            visited.send(*record)
        visited.page.locator("details").evaluate_all(
            "all => all.map((it) => (it.open = 1))"
        )
        text, shape = visited.page.evaluate(CONTRAST)

    assert text >= 4.5
    assert shape >= 3


@pytest.mark.parametrize("state", STATES)
def test_page_fits_its_window(desk: VisitedPage, state: str) -> None:
    """Nothing has to be scrolled sideways, from 320 pixels on."""
    for record in STATES[state]:
        desk.send(*record)
    widths = [320, 360, 480, 640, 800, 896, 1024, 1280]
    needed = []
    for width in widths:
        desk.page.set_viewport_size({"width": width, "height": 740})
        needed.append(desk.page.evaluate("document.documentElement.scrollWidth"))

    assert widths == needed


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_nothing_shifts(
    browser: Browser, served: RunningService, size: tuple[int, int]
) -> None:
    """Neither the topics nor the answer move anything that was there before."""
    place = "document.getElementById('form').getBoundingClientRect().toJSON()"
    with VisitedPage(browser, served, size) as visited:
        shift = visited.page.evaluate(SHIFT)
        before = visited.page.evaluate(place)
        visited.send(*CODED)
        visited.page.evaluate("scrollTo(0, 0)")

        assert 0 == shift
        assert before == visited.page.evaluate(place)


def test_motion_can_be_switched_off(desk: VisitedPage) -> None:
    """Who asks for less motion gets none."""
    longest = """Math.max(...[...document.querySelectorAll("*")].map((one) =>
      parseFloat(getComputedStyle(one).transitionDuration)))"""
    usual = desk.page.evaluate(longest)
    desk.page.emulate_media(reduced_motion="reduce")

    assert 0 == desk.page.evaluate(longest) < usual
