"""When a call is tried again, and when its caller hears what is wrong.

Coding changes nothing, so trying again is always safe.
"""

from collections import Counter
from typing import Final

from occoder.client.attempt import Call, Caller, attempt
from occoder.client.exchange import Answer, Flow, Pause
from occoder.client.failure import Again, Failure

# After faults: so often, after about 0.25, 0.5, 1, 2 and 4 seconds.
MAX_REPEATS: Final = 5
FIRST_PAUSE_S: Final = 0.25
# At a limit, when the service doesn't say how long: 1, 2, 4, 8, 8, ... seconds.
FIRST_BREAK_S: Final = 1.0
LONGEST_BREAK_S: Final = 8.0
# Some say to wait 0 seconds: asking again at once would make it worse.
SHORTEST_BREAK_S: Final = 0.1


def patiently(caller: Caller, call: Call) -> Flow[Answer]:
    """Return the answer to a call, tried again as long as that is of use and allowed.

    The last attempt begins at most ``max_wait_s`` after the first, and each takes at most
    ``timeout_s``, so it is over after the sum of the two.

    Raises
    ------
    RemoteError
        If there is no answer; which one says why.
    """
    latest = caller.clock() + caller.max_wait_s
    seen: Counter[Again] = Counter()
    while True:
        result = yield from attempt(caller, call)
        if isinstance(result, Answer):
            return result
        pause_s = pause_after(result, seen[result.again], caller.chance())
        if pause_s is None or caller.clock() + pause_s > latest:
            raise result.error
        seen[result.again] += 1
        yield Pause(pause_s)


def pause_after(failure: Failure, n_before: int, chance: float) -> float | None:
    """Return how many seconds to wait before the next attempt, or None for none.

    Parameters
    ----------
    failure : Failure
        What the last attempt came to.
    n_before : int
        How many attempts came to one of the same kind before.
    chance : float
        In [0, 1): takes up to half off a pause after a fault, so that callers that were
        cut off together don't come back together.

    Examples
    --------
    >>> from occoder.errors import Throttled
    >>> limit = Throttled(retry_after_s=3)
    >>> pause_after(Failure(error=limit, again=Again.WHEN_ALLOWED, wait_s=3), 0, 0.5)
    3
    """
    if failure.again is Again.NEVER:
        return None
    if failure.again is Again.WHEN_ALLOWED:
        if failure.wait_s is not None:
            return max(failure.wait_s, SHORTEST_BREAK_S)
        return min(FIRST_BREAK_S * 2.0**n_before, LONGEST_BREAK_S)
    if n_before >= MAX_REPEATS:
        return None
    pause_s = FIRST_PAUSE_S * 2.0**n_before * (1 - chance / 2)
    return max(pause_s, failure.wait_s or 0.0)
