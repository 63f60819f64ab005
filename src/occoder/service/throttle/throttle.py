"""Whether a call may come now: a rate with even spacing, and quotas of sliding windows.

Pure: the time is given, and what was used before goes in and comes out.
"""

import math
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from occoder.settings.limits import Limits

TOO_MANY_REQUESTS: Final = "Too Many Requests"
LIMIT_EXCEEDED: Final = "Limit Exceeded"

HOUR_S: Final = 3_600
DAY_S: Final = 86_400

# How much too early a call may come: a client that waits for a second is not punctual.
JITTER_S: Final = 0.1

# Machines that share a database differ by less; what lies further ahead was written by a
# clock that has been set back since, and would shut a client out until then.
MAX_SKEW_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Usage:
    """What has been used of some limits.

    Parameters
    ----------
    next_at : float
        When the next call is due at the rate; without a rate, when the last one came.
    calls : tuple of float
        When the calls came that count for quotas, the oldest first.
    """

    next_at: float = 0.0
    calls: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a call may come, and what to tell the client.

    Parameters
    ----------
    admitted : bool
        The call may come, and was counted.
    retry_after_s : int
        Whole seconds after which the call would be admitted; 0 for one that was.
    detail : str
        What was exceeded, "Too Many Requests" for the rate, "Limit Exceeded" for a
        quota; "" for an admitted call.
    limit : int
        Calls of the tightest limit; 0 when nothing is limited.
    remaining : int
        How many of them are left.
    reset_at : int
        Seconds since 1970, rounded up, when more are left again.
    """

    admitted: bool
    retry_after_s: int = 0
    detail: str = ""
    limit: int = 0
    remaining: int = 0
    reset_at: int = 0

    def headers(self) -> dict[str, str]:
        """Return the headers of the answer; none when nothing is limited.

        Examples
        --------
        >>> refused = Verdict(False, 7, "Limit Exceeded", 100, 0, 1_750_000_000)
        >>> refused.headers()["Retry-After"]
        '7'
        """
        if not self.limit:
            return {}
        headers = {
            "X-Rate-Limit-Limit": str(self.limit),
            "X-Rate-Limit-Remaining": str(self.remaining),
            "X-Rate-Limit-Reset": str(self.reset_at),
        }
        if not self.admitted:
            headers["Retry-After"] = str(self.retry_after_s)
        return headers


UNLIMITED: Final = Verdict(admitted=True)


def admit(
    usage: Usage, limits: Limits, now: float, *, burst: int = 1
) -> tuple[Usage, Verdict]:
    """Return whether a call may come now, and the usage after it.

    The rate is held by the generic cell rate algorithm (ITU-T I.371): a call may come up
    to a tenth of a second early, but that is taken from the time of the next one. Each
    quota is exact: no window of its length, wherever it begins, has more calls. A call
    that is refused counts for nothing: the usage is the same object.

    Parameters
    ----------
    usage : Usage
        Of the same client, so far.
    limits : Limits
        What holds for it.
    now : float
        Seconds since 1970. It may fall behind earlier times by up to a minute.
    burst : int
        How many calls may come at once before the rate holds them, from 1.

    Returns
    -------
    tuple of Usage and Verdict

    Examples
    --------
    >>> usage, first = admit(Usage(), Limits(per_second=1), now=100.0)
    >>> usage, second = admit(usage, Limits(per_second=1), now=100.5)
    >>> first.admitted, second.admitted, second.retry_after_s
    (True, False, 1)
    """
    if limits.are_none:
        return usage, UNLIMITED
    rate = _Rate(limits.per_second, burst)
    if _is_of_wrong_clock(usage, rate, now):
        usage = Usage()
    quotas = _quotas(limits)
    rate_at, quota_at = rate.free_at(usage), _quotas_free_at(usage.calls, quotas)
    if now < rate_at or now < quota_at:
        detail = LIMIT_EXCEEDED if now < quota_at else TOO_MANY_REQUESTS
        wait_s = max(math.ceil(max(rate_at, quota_at) - now), 1)
        return usage, Verdict(False, wait_s, detail, *_tightest(usage, rate, quotas, now))
    usage = Usage(rate.next_at(usage, now), _with_one_more(usage.calls, quotas, now))
    return usage, Verdict(True, 0, "", *_tightest(usage, rate, quotas, now))


class _Rate:
    """Even spacing of calls, of which some may come early."""

    __slots__ = ("burst", "early_s", "interval_s")

    def __init__(self, per_second: float, burst: int) -> None:
        self.burst = burst
        self.interval_s = 1 / per_second if per_second else 0.0
        self.early_s = JITTER_S + (burst - 1) * self.interval_s

    def free_at(self, usage: Usage) -> float:
        """Return from when on one more call keeps the rate."""
        return usage.next_at - self.early_s if self.interval_s else 0.0

    def next_at(self, usage: Usage, now: float) -> float:
        """Return when the call after one that comes now is due."""
        return max(usage.next_at, now) + self.interval_s

    def state(self, usage: Usage, now: float) -> tuple[int, int, int]:
        """Return limit, remaining, and when more are left."""
        free_at = self.free_at(usage)
        spare = math.floor((now - free_at) / self.interval_s) + 1
        remaining = min(max(spare, 0), self.burst)
        more_at = max(free_at + remaining * self.interval_s, now)
        return self.burst, remaining, math.ceil(more_at)


def _is_of_wrong_clock(usage: Usage, rate: _Rate, now: float) -> bool:
    too_far = now + MAX_SKEW_S
    return usage.next_at - rate.interval_s - rate.early_s > too_far or (
        bool(usage.calls) and usage.calls[-1] > too_far
    )


def _quotas(limits: Limits) -> list[tuple[int, int]]:
    """Return number and seconds of each quota, the longest window last."""
    both = ((limits.per_hour, HOUR_S), (limits.per_day, DAY_S))
    return [quota for quota in both if quota[0]]


def _quotas_free_at(calls: tuple[float, ...], quotas: list[tuple[int, int]]) -> float:
    """Return from when on one more call keeps every quota."""
    free_at = 0.0
    for n, window_s in quotas:
        # One more is too many as long as the n-th last lies in the window.
        if len(calls) >= n:
            free_at = max(free_at, calls[-n] + window_s)
    return free_at


def _with_one_more(
    calls: tuple[float, ...], quotas: list[tuple[int, int]], now: float
) -> tuple[float, ...]:
    """Return the calls that can still count, and the one that comes now."""
    if not quotas:
        return ()
    longest_s = quotas[-1][1]
    first = max(
        bisect_right(calls, now - longest_s - MAX_SKEW_S),
        len(calls) + 1 - max(n for n, _ in quotas),
    )
    # Never earlier than the last one: quotas are counted by the order.
    return (*calls[first:], max(now, calls[-1]) if calls else now)


def _tightest(
    usage: Usage, rate: _Rate, quotas: list[tuple[int, int]], now: float
) -> tuple[int, int, int]:
    """Return limit, remaining and reset of the quota with the least left, or the rate."""
    if not quotas:
        return rate.state(usage, now)
    states = [_state(usage.calls, n, window_s, now) for n, window_s in quotas]
    return min(states, key=lambda state: (state[1], -state[2]))


def _state(
    calls: tuple[float, ...], n: int, window_s: int, now: float
) -> tuple[int, int, int]:
    """Return limit, remaining, and when more are left."""
    first = bisect_right(calls, now - window_s)
    n_used = len(calls) - first
    if not n_used:
        return n, n, math.ceil(now)
    leaves_first = calls[max(first, len(calls) - n)]
    return n, max(n - n_used, 0), math.ceil(leaves_first + window_s)
