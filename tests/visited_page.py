"""The page of the service as a visitor has it before them, in a real browser."""

from typing import Any, Self

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect
from running_service import RunningService

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PHONE, DESK = (360, 740), (1280, 900)
CODED = ("electrician", "wiring new houses")
COARSE, VAGUE, NOT_CODED = ("nurse", ""), ("works", ""), ("retired", "")

_WORDED = """(word) => [...document.getElementById("wordings").content.children]
  .find((one) => one.dataset.for === word)?.textContent.replace(/\\s+/g, " ")"""


class VisitedPage:
    """A page that is open and has its topics.

    Parameters
    ----------
    browser : Browser
        Gets a window with nothing from before.
    service : RunningService
        Serves the page.
    size : pair of int
        Width and height of the window.
    options
        Of the window, such as ``color_scheme``.
    """

    def __init__(
        self,
        browser: Browser,
        service: RunningService,
        size: tuple[int, int] = DESK,
        **options: Any,
    ) -> None:
        viewport = ViewportSize(width=size[0], height=size[1])
        self.service = service
        self.context: BrowserContext = browser.new_context(viewport=viewport, **options)
        self.page: Page = self.context.new_page()
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self._complain(message.text, message.type))
        self.page.on("pageerror", lambda error: self._complain(str(error), "error"))

    def __enter__(self) -> Self:
        """Open it."""
        self.page.goto(self.service.address)
        self.page.get_by_role("radio").first.wait_for()
        return self

    def __exit__(self, *_: object) -> None:
        """Close the window."""
        self.context.close()

    @property
    def n_sent(self) -> int:
        """Return how many texts were sent for coding."""
        return sum(url.endswith("/code") for url in self.asked)

    def write(self, title: str, tasks: str = "") -> None:
        """Write into both fields."""
        self.page.get_by_label("Job title").fill(title)
        self.page.get_by_label("Main tasks").fill(tasks)

    def send(self, title: str, tasks: str = "") -> None:
        """Write into both fields, send them, and wait for what comes."""
        self.write(title, tasks)
        self.page.get_by_role("button", name="Find the code").click()
        self.wait()

    def wait(self) -> None:
        """Wait until nothing is under way."""
        expect(self.page.locator("#answer")).to_have_attribute("aria-busy", "false")

    def texts(self, selector: str) -> list[str]:
        """Return what each element shows, in one line."""
        shown = self.page.locator(selector).all_inner_texts()
        return [" ".join(one.split()) for one in shown]

    def rows(self, heading: str) -> list[tuple[str, str]]:
        """Return codes and titles of the list below a heading."""
        rows = f"section:has(> h3:text-is('{heading}')) .rows li"
        names = [one.removesuffix(" answer") for one in self.texts(f"{rows} .name")]
        return list(zip(self.texts(f"{rows} .code"), names, strict=True))

    def worded(self, word: str) -> str | None:
        """Return the sentence that the page has for a word of the service."""
        sentence: str | None = self.page.evaluate(_WORDED, word)
        return sentence

    def call(self, function: str, *values: Any) -> list[Any]:
        """Return what a function of the script makes of each value."""
        script = f"(all) => import('/page/page.js').then((it) => all.map(it.{function}))"
        made: list[Any] = self.page.evaluate(script, values)
        return made

    def _complain(self, text: str, kind: str) -> None:
        if kind in {"error", "warning"}:
            self.complaints.append(text)


def by_api(service: RunningService, title: str, tasks: str = "") -> dict[str, Any]:
    """Return what the API answers to a record, with all that the page asks for."""
    record = {"occp_text": title, "tasks_text": tasks}
    extent = {"numberOfSuggestions": 5, "levels": True, "explain": True}
    answered: dict[str, Any] = service.code({"record": record, **extent}).json()
    return answered


def named(categories: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return codes and titles of categories in an answer of the API."""
    return [(one["codeCategory"], one["codeLabel"]) for one in categories]
