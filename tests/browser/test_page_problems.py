"""The page says what went wrong, and what a visitor can do (issue 3, section 4)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Response
from running_service import RunningService
from toy_served import toy_model_folder
from visited_page import CODED, VisitedPage

IMPATIENT = """() => {
  const { timeout } = AbortSignal;
  AbortSignal.timeout = () => timeout.call(AbortSignal, 50);
}"""
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture
def limited(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[RunningService]:
    """Return a service with the page and the limits that the test names."""
    environ = {"OCCODER_PAGE": "true", **request.param}
    model = toy_model_folder(tmp_path, topic="osca")
    with RunningService(tmp_path / "home", [model], environ) as running:
        yield running


def kept(visited: VisitedPage) -> list[Response]:
    """Return a list that gets every answer to a text from now on."""
    answers: list[Response] = []

    def keep(answer: Response) -> None:
        if answer.url.endswith("/code"):
            answers.append(answer)

    visited.page.on("response", keep)
    return answers


@pytest.mark.parametrize(
    "limited",
    [{"OCCODER_PUBLIC_PER_SECOND": "0", "OCCODER_PUBLIC_PER_HOUR": "1"}],
    ids=["one an hour"],
    indirect=True,
)
def test_used_up_quota_says_until_when(browser: Browser, limited: RunningService) -> None:
    """A visitor over the limit reads at what time to try again."""
    with VisitedPage(browser, limited, locale="en-GB", timezone_id="UTC") as visited:
        visited.page.clock.set_fixed_time(NOON)
        answers = kept(visited)
        visited.send("head grocer")
        visited.send("head grocer")
        wait = timedelta(seconds=int(answers[-1].headers["retry-after"]))

        assert [200, 429] == [one.status for one in answers]
        assert [
            "Too many tries for now",
            f"You can try again at {NOON + wait:%H:%M:%S}.",
        ] == visited.texts(".verdict p")


@pytest.mark.parametrize(
    "limited", [{"OCCODER_PUBLIC_PER_SECOND": "1"}], ids=["one a second"], indirect=True
)
def test_short_wait_goes_unnoticed(browser: Browser, limited: RunningService) -> None:
    """The limit of one call a second costs a visitor a second, not a message."""
    with VisitedPage(browser, limited) as visited:
        answers = kept(visited)
        for _ in range(3):
            visited.send("head grocer")

            assert 1 == len(visited.texts(".given"))
        assert 429 in [one.status for one in answers]


def test_refusal_says_what_the_service_says(desk: VisitedPage) -> None:
    """A refused text shows the message, every detail and the id of the request."""
    desk.page.get_by_role("radio").first.evaluate("(one) => (one.value = 'none')")
    answers = kept(desk)
    desk.send(*CODED)
    error = answers[-1].json()

    assert 404 == answers[-1].status
    assert [
        "The service refused this request",
        error["message"],
        f"Request {answers[-1].headers['request-id']}",
    ] == desk.texts(".verdict p")
    assert [one["detail"] for one in error["errors"]] == desk.texts(".verdict li")


def test_lost_connection_keeps_the_text(desk: VisitedPage) -> None:
    """Without a connection the page says so, keeps the text, and works again later."""
    desk.context.set_offline(True)
    desk.send(*CODED)

    assert [
        "The service can't be reached",
        "Check the connection and try again. Your text is still here.",
    ] == desk.texts(".verdict p")

    desk.context.set_offline(False)
    desk.page.get_by_role("button", name="Find the code").click()
    desk.page.locator(".given").wait_for()

    assert ["OSCA electrician, wiring new houses"] == desk.texts(".asked")


def test_late_topics_are_asked_for_again(browser: Browser, served: RunningService) -> None:
    """A page whose topics did not arrive gets them with the first text."""
    visited = VisitedPage(browser, served)
    visited.page.route("**/page/topics", lambda route: route.abort(), times=1)
    visited.page.goto(served.address)
    visited.page.locator(".verdict.broken").wait_for()
    visited.send(*CODED)

    assert ["OSCA electrician, wiring new houses"] == visited.texts(".asked")
    visited.context.close()


def test_slow_answer_is_given_up(desk: VisitedPage) -> None:
    """After a while, here made short, the page stops waiting and says so."""
    desk.page.route("**/code", lambda route: None)
    desk.page.evaluate(IMPATIENT)
    desk.send(*CODED)

    assert "The service takes too long to answer" == desk.texts(".verdict p")[0]
