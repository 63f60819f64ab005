"""Counting connections that are turned away."""

from occoder.service.transport.turned_away import Reason, TurnedAway


class Told:
    """What was told, with a clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.lines: list[tuple[Reason, int]] = []
        self.counts = TurnedAway(lambda *line: self.lines.append(line), lambda: self.now)


def test_first_one_is_told_at_once() -> None:
    """The first of each reason makes a line."""
    told = Told()
    for reason in (Reason.TOO_MANY, Reason.BROKEN_HTTP):
        told.counts.count(reason)

    assert [(Reason.TOO_MANY, 1), (Reason.BROKEN_HTTP, 1)] == told.lines


def test_flood_makes_one_line_a_minute() -> None:
    """All others within a minute are one line, when it is over."""
    told = Told()
    for _ in range(1000):
        told.counts.count(Reason.BROKEN_HTTP)
    told.now += 59
    told.counts.tell_due()
    assert [(Reason.BROKEN_HTTP, 1)] == told.lines
    told.now += 1
    told.counts.tell_due()

    assert [(Reason.BROKEN_HTTP, 1), (Reason.BROKEN_HTTP, 999)] == told.lines


def test_silence_makes_no_line() -> None:
    """Where nothing happens, nothing is told."""
    told = Told()
    told.counts.count(Reason.TOO_MANY)
    told.now += 3600
    told.counts.tell_due()

    assert [(Reason.TOO_MANY, 1)] == told.lines
