"""The form says what can't be sent before it is sent (issue 3, section 4)."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from visited_page import CODED, VisitedPage

from occoder.coder.text import plain

CURLY = "nurse\N{RIGHT SINGLE QUOTATION MARK}s aide"
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)

# Most characters that rules for plain text could get wrong, between two letters.
CHARACTERS = [
    *range(1, 0x250),
    *range(0x300, 0x310),
    *range(0x1E00, 0x1F00),
    *range(0x2000, 0x2150),
    *(0x3000, 0x4E00, 0xFB01, 0xFEFF, 0xFF21, 0x1F600),
]


def test_counter_counts_both_fields(desk: VisitedPage) -> None:
    """The counter tells the characters of both fields together, in code points."""
    counter = desk.page.locator("#counter")

    expect(counter).to_have_text("0 of 100 characters in both fields")
    desk.write(*CODED)
    expect(counter).to_have_text("28 of 100 characters in both fields")
    desk.write("\U0001f600 abc", "x" * 96)
    expect(counter).to_have_text("101 of 100 characters in both fields, 1 too many")


def test_counter_is_spoken_when_typing_rests(desk: VisitedPage) -> None:
    """A screen reader hears the counter once, after the last key."""
    spoken = desk.page.locator("#counted")
    desk.page.clock.install(time=NOON)
    desk.page.clock.pause_at(NOON + timedelta(seconds=1))
    desk.page.get_by_label("Job title").press_sequentially("nurse")
    desk.page.clock.run_for(999)
    expect(spoken).to_have_text("")
    desk.page.clock.run_for(1)
    expect(spoken).to_have_text("5 of 100 characters in both fields")


@pytest.mark.parametrize(
    ("title", "tasks", "field", "fault"),
    [
        ("", "", "Job title", "Write at least 3 characters about the job."),
        ("ab", "", "Job title", "Write at least 3 characters about the job."),
        ("ab", "x" * 99, "Main tasks", "Shorten the text"),
        ("x" * 99, "ab", "Job title", "Shorten the text"),
        ("nurse", "café", "Main tasks", "Replace or remove the characters"),
        (CURLY, "", "Job title", "Replace or remove the characters"),
    ],
    ids=["empty", "short", "long tasks", "long title", "tasks", "title"],
)
def test_fault_is_told_before_sending(
    desk: VisitedPage, title: str, tasks: str, field: str, fault: str
) -> None:
    """What the service would refuse is not sent; the field to put right says why."""
    desk.send(title, tasks)
    wrong = desk.page.get_by_label(field)

    assert 0 == desk.n_sent
    expect(wrong).to_be_focused()
    expect(wrong).to_have_attribute("aria-invalid", "true")
    described = wrong.evaluate(
        "(one) => one.getAttribute('aria-describedby').split(' ')"
        ".map((id) => document.getElementById(id).textContent).join(' ')"
    )
    assert fault in " ".join(described.split())
    assert 1 == len([one for one in desk.texts(".fault") if one])


def test_limits_themselves_are_sent(desk: VisitedPage) -> None:
    """3 and 100 characters are sent, and a fault that is put right is forgotten."""
    desk.send("ab")
    desk.send("abc")
    desk.send("nurse", "x" * 95)

    assert 2 == desk.n_sent
    assert ["", ""] == desk.texts(".fault")
    assert ["false", "false"] == [
        desk.page.get_by_label(one).get_attribute("aria-invalid")
        for one in ("Job title", "Main tasks")
    ]


def test_foreign_characters_are_named(desk: VisitedPage) -> None:
    """Characters that can't be sent are named while typing, each once."""
    desk.write("Chef — café — “x”", "cooks\n\u200bcleans")

    assert ["—", "é", "“", "”"] == desk.texts("#title-note kbd")
    assert ["line break", "U+200B"] == desk.texts("#tasks-note kbd")
    expect(desk.page.locator("#title-note .better")).to_have_text('Chef - cafe - "x"')


def test_many_foreign_characters_are_not_all_named(desk: VisitedPage) -> None:
    """Of a text in another script the first characters are named."""
    desk.write("看護師として働いています")

    assert 6 == len(desk.texts("#title-note kbd"))
    expect(desk.page.locator("#title-note")).to_contain_text("and others")
    expect(desk.page.locator("#title-note .better")).to_have_text("an empty field")


def test_replaced_text_can_be_sent(desk: VisitedPage) -> None:
    """One press replaces what can't be sent, and nothing is replaced unasked."""
    desk.write(CURLY)
    expect(desk.page.get_by_label("Job title")).to_have_value(CURLY)
    desk.page.locator("#title-note").get_by_role("button", name="Replace").click()
    expect(desk.page.get_by_label("Job title")).to_be_focused()
    expect(desk.page.locator("#title-note")).to_be_hidden()
    desk.page.get_by_role("button", name="Find the code").click()
    desk.page.locator(".verdict").wait_for()

    assert ["OSCA nurse's aide"] == desk.texts(".asked")


def test_replacement_is_that_of_the_coder(desk: VisitedPage) -> None:
    """The page replaces characters by the very rules of the coder."""
    texts = [f" a{chr(n)}b " for n in CHARACTERS]

    assert [plain(one) for one in texts] == desk.call("plain", *texts)


def test_enter_sends_from_both_fields(desk: VisitedPage) -> None:
    """Enter sends the form, from the tasks as well: a line break can't be sent."""
    for label in ("Job title", "Main tasks"):
        desk.page.get_by_label("Job title").fill("electrician")
        desk.page.get_by_label(label).press("Enter")
        desk.page.locator(".given").wait_for()
        desk.wait()

    assert 2 == desk.n_sent
    expect(desk.page.get_by_label("Main tasks")).to_have_value("")
