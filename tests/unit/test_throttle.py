"""Rate and quotas of one client, call by call."""

import re
from pathlib import Path

import pytest

from occoder.service.throttle.throttle import (
    DAY_S,
    HOUR_S,
    MAX_SKEW_S,
    UNLIMITED,
    Usage,
    Verdict,
    admit,
)
from occoder.settings.limits import PRESETS, Limits

PAGE = Path(__file__).parents[2] / "docs" / "guides" / "watch-the-service.md"
NOW = 1_750_000_000.0
PUBLIC = PRESETS["seed-june-2025"]["public"]
RATE = Limits(per_second=1)


def used_up(limits: Limits, n: int, *, every_s: float, burst: int = 1) -> Usage:
    """Return the usage after so many admitted calls, the first of them at NOW."""
    usage = Usage()
    for i in range(n):
        usage, verdict = admit(usage, limits, NOW + i * every_s, burst=burst)
        assert verdict.admitted
    return usage


def admitted_at(limits: Limits, *times: float, burst: int = 1) -> list[bool]:
    """Tell which of the calls at these times after NOW are admitted."""
    usage, found = Usage(), []
    for at in times:
        usage, verdict = admit(usage, limits, NOW + at, burst=burst)
        found.append(verdict.admitted)
    return found


def test_r78_one_call_a_second() -> None:
    """A second call within a second is refused, one after a second is not."""
    assert [True, False, True, False] == admitted_at(PUBLIC, 0, 0.5, 1, 1.89)


def test_b20_tenth_of_a_second_early_passes() -> None:
    """A call may come 100 ms early, one that comes earlier is refused."""
    assert [True, True] == admitted_at(RATE, 0, 0.9)
    assert [True, False] == admitted_at(RATE, 0, 0.89)


def test_b20_jitter_is_not_more_calls() -> None:
    """What a call comes early is missing before the next one."""
    assert [True, True, False, True] == admitted_at(RATE, 0, 0.9, 1.8, 1.9)


def test_r78_hundred_calls_an_hour() -> None:
    """The 101st call of any hour is refused, until the first is an hour ago."""
    usage = used_up(PUBLIC, 100, every_s=10)
    _, early = admit(usage, PUBLIC, NOW + HOUR_S - 0.001)
    after, on_time = admit(usage, PUBLIC, NOW + HOUR_S)
    _, next_one = admit(after, PUBLIC, NOW + HOUR_S + 9)

    assert [False, True, False] == [early.admitted, on_time.admitted, next_one.admitted]


def test_b20_window_slides() -> None:
    """A quota is that of every hour, not of the hours of a clock."""
    limits = Limits(per_hour=2)
    half = HOUR_S / 2

    assert [True, True, False, True, False, True] == admitted_at(
        limits, 0, half, half + 1, HOUR_S, HOUR_S + 1, HOUR_S + half
    )


@pytest.mark.parametrize(
    ("tier", "n"), [("public", 1_000), ("partner", 10_000)], ids=["public", "partner"]
)
def test_b19_live_preset_is_by_day(tier: str, n: int) -> None:
    """With the preset of late 2025 a day has that many calls, and not one more."""
    limits = PRESETS["live-late-2025"][tier]
    usage = used_up(limits, n, every_s=1)
    _, refused = admit(usage, limits, NOW + DAY_S - 1)
    _, admitted = admit(usage, limits, NOW + DAY_S)

    assert (False, "Limit Exceeded", 1) == (
        refused.admitted,
        refused.detail,
        refused.retry_after_s,
    )
    assert admitted.admitted


def test_r80_without_limits_all_pass() -> None:
    """Where nothing is limited nothing is counted and no header is sent."""
    usage, verdict = admit(Usage(), PRESETS["seed-june-2025"]["partner"], NOW)

    assert (Usage(), UNLIMITED, {}) == (usage, verdict, verdict.headers())


def test_hour_and_day_hold_together() -> None:
    """With two quotas a call has to keep both."""
    limits = Limits(per_hour=2, per_day=3)
    times = [0, 1, 2, HOUR_S, HOUR_S + 1, 2 * HOUR_S, DAY_S]

    assert [True, True, False, True, False, False, True] == admitted_at(limits, *times)


def test_b20_refused_calls_are_free() -> None:
    """A refused call leaves the very same usage behind."""
    usage = used_up(PUBLIC, 1, every_s=0)
    after, verdict = admit(usage, PUBLIC, NOW + 0.2)

    assert not verdict.admitted
    assert after is usage


def test_b18_burst_detail() -> None:
    """Too fast is "Too Many Requests", to be tried again after a second."""
    _, verdict = admit(used_up(PUBLIC, 1, every_s=0), PUBLIC, NOW + 0.2)

    assert ("Too Many Requests", 1) == (verdict.detail, verdict.retry_after_s)


def test_b18_quota_detail() -> None:
    """Too many is "Limit Exceeded", to be tried again when the first call has left."""
    _, verdict = admit(used_up(PUBLIC, 100, every_s=1), PUBLIC, NOW + 99.2)

    assert ("Limit Exceeded", 3_501) == (verdict.detail, verdict.retry_after_s)


def test_r79_headers_of_a_refusal() -> None:
    """A refusal tells limit, remaining, reset and when to try again, in whole numbers."""
    _, verdict = admit(used_up(PUBLIC, 100, every_s=1), PUBLIC, NOW + 99.2)

    assert verdict.headers() == {
        "X-Rate-Limit-Limit": "100",
        "X-Rate-Limit-Remaining": "0",
        "X-Rate-Limit-Reset": "1750003600",
        "Retry-After": "3501",
    }


def test_headers_of_an_admitted_call() -> None:
    """An admitted call tells what is left, and when the oldest call will have left."""
    _, verdict = admit(used_up(PUBLIC, 2, every_s=1), PUBLIC, NOW + 2.5)

    assert verdict.headers() == {
        "X-Rate-Limit-Limit": "100",
        "X-Rate-Limit-Remaining": "97",
        "X-Rate-Limit-Reset": "1750003600",
    }


def test_rate_alone_is_told() -> None:
    """Without a quota the headers are those of the rate."""
    _, verdict = admit(used_up(RATE, 1, every_s=0), RATE, NOW + 0.25)

    assert Verdict(False, 1, "Too Many Requests", 1, 0, 1_750_000_001) == verdict


def test_tightest_quota_is_told() -> None:
    """Of two quotas the headers are those of the one with the least left."""
    limits = Limits(per_hour=100, per_day=3)
    _, verdict = admit(Usage(), limits, NOW)

    assert (3, 2, NOW + DAY_S) == (verdict.limit, verdict.remaining, verdict.reset_at)


def test_burst_comes_at_once() -> None:
    """With a burst that many calls may come at once, then the rate holds."""
    limits = Limits(per_second=10)
    usage = used_up(limits, 600, every_s=0, burst=600)
    _, refused = admit(usage, limits, NOW - 0.01, burst=600)
    _, later = admit(usage, limits, NOW + 30, burst=600)

    assert (False, 1, 600) == (refused.admitted, refused.retry_after_s, refused.limit)
    assert (True, 300) == (later.admitted, later.remaining)


def test_slow_rate_waits_long() -> None:
    """A rate below one a second is told as the seconds between calls."""
    limits = Limits(per_second=0.05)
    _, verdict = admit(used_up(limits, 1, every_s=0), limits, NOW + 1)

    assert ("Too Many Requests", 19) == (verdict.detail, verdict.retry_after_s)


def test_lowered_quota_holds_at_once() -> None:
    """When a quota is lowered, what was used before counts, and nothing is left."""
    usage = used_up(Limits(per_hour=50), 50, every_s=1)
    _, verdict = admit(usage, Limits(per_hour=10), NOW + 60)

    assert (False, 10, 0) == (verdict.admitted, verdict.limit, verdict.remaining)
    assert NOW + 40 + HOUR_S == verdict.reset_at
    assert 40 + HOUR_S - 60 == verdict.retry_after_s


def test_old_calls_are_not_kept() -> None:
    """Usage holds no more calls than can still count."""
    usage = used_up(Limits(per_hour=3), 3, every_s=1)
    usage, _ = admit(usage, Limits(per_hour=3), NOW + HOUR_S)
    later, _ = admit(usage, Limits(per_hour=3), NOW + 10 * HOUR_S)

    assert (NOW + 1, NOW + 2, NOW + HOUR_S) == usage.calls
    assert (NOW + 10 * HOUR_S,) == later.calls


@pytest.mark.parametrize(
    "limits", [RATE, Limits(per_hour=1), Limits(per_day=1)], ids=["rate", "hour", "day"]
)
def test_clock_set_back_locks_nobody_out(limits: Limits) -> None:
    """What a clock that ran ahead has written is passed by."""
    usage, _ = admit(Usage(), limits, NOW + 2 * MAX_SKEW_S)
    _, at_once = admit(usage, limits, NOW)

    assert at_once.admitted


@pytest.mark.parametrize(
    "limits", [RATE, Limits(per_hour=1), Limits(per_day=1)], ids=["rate", "hour", "day"]
)
def test_small_skew_counts(limits: Limits) -> None:
    """A call that another machine has counted a moment ahead of this one is counted."""
    usage, _ = admit(Usage(), limits, NOW + 1)
    _, verdict = admit(usage, limits, NOW)

    assert not verdict.admitted


def test_clock_behind_opens_no_window() -> None:
    """Calls that a fast clock saw leave the window still count for a slow one."""
    limits = Limits(per_hour=3)
    times = [0, 0.01, HOUR_S + 0.05, HOUR_S - 0.1, HOUR_S + 0.05]

    assert [True, True, True, False, True] == admitted_at(limits, *times)


def test_page_lists_every_header() -> None:
    """The guide has a row for each header of a refusal, and for no other."""
    _, verdict = admit(used_up(RATE, 1, every_s=0), RATE, NOW)
    rows = re.findall(r"^\| `([A-Z][\w-]+)` \|", PAGE.read_text("utf-8"), re.MULTILINE)

    assert list(verdict.headers()) == rows
