"""Exact binomial probabilities and bounds, without scipy at run time."""

import math
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

_TINY: Final = 1e-300
_PRECISION: Final = 1e-14
_HALVINGS: Final = 60


def at_most(k: int, n: int, p: float) -> float:
    """Return the probability of at most k successes in n independent trials.

    Parameters
    ----------
    k : int
        Number of successes; below 0 the probability is 0, from n on it is 1.
    n : int
        Number of trials, at least 0.
    p : float
        Probability of a success, in [0, 1].

    Returns
    -------
    float
        P(X <= k) for X ~ Binomial(n, p), to eight digits or more.

    Examples
    --------
    >>> round(at_most(0, 59, 0.05), 4)
    0.0485
    """
    if k < 0:
        return 0.0
    if k >= n or p <= 0.0:
        return 1.0
    if p >= 1.0:
        return 0.0
    return _incomplete_beta(n - k, k + 1, 1.0 - p)


def upper_bound(k: int, n: int, confidence: float = 0.95) -> float:
    """Return the largest success probability that k of n does not contradict.

    The one-sided bound of Clopper and Pearson (1934): the p at which k or fewer
    successes have probability ``1 - confidence``.

    Parameters
    ----------
    k, n : int
        Successes and trials, ``0 <= k <= n``.
    confidence : float
        Probability with which the bound holds, in (0, 1).

    Returns
    -------
    float
        The bound; 1 when k equals n, so also without any trial.

    Examples
    --------
    >>> round(upper_bound(0, 59), 4)
    0.0495
    """
    if k >= n:
        return 1.0
    low, high = k / n, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if at_most(k, n, middle) > 1.0 - confidence:
            low = middle
        else:
            high = middle
    return high


def interval(k: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the two-sided interval of Clopper and Pearson for k successes in n.

    Parameters
    ----------
    k, n : int
        Successes and trials, ``0 <= k <= n``.
    confidence : float
        Probability, in (0, 1), with which the interval holds the truth (or more).

    Returns
    -------
    tuple of float
        Lower and upper end; (0, 1) without any trial.

    Examples
    --------
    >>> low, high = interval(9, 10)
    >>> round(low, 3), round(high, 3)
    (0.555, 0.997)
    """
    one_sided = (1.0 + confidence) / 2
    return 1.0 - upper_bound(n - k, n, one_sided), upper_bound(k, n, one_sided)


def smallest_n(max_error: float, confidence: float = 0.95) -> int:
    """Return how many answers, all right, show that at most max_error are wrong.

    Parameters
    ----------
    max_error : float
        Largest share of wrong answers, in (0, 1).
    confidence : float
        Confidence of the statement, in (0, 1).

    Returns
    -------
    int
        The smallest n with ``(1 - max_error) ** n <= 1 - confidence``.

    Examples
    --------
    >>> smallest_n(0.05), smallest_n(0.01)
    (59, 299)
    """
    return math.ceil(math.log(1.0 - confidence) / math.log1p(-max_error))


@lru_cache(maxsize=8)
def tolerated(n: int, max_error: float, confidence: float = 0.95) -> NDArray[np.int64]:
    """Return how many wrong answers still show that at most max_error are wrong.

    Parameters
    ----------
    n : int
        Largest number of answers.
    max_error, confidence : float
        As in `smallest_n`.

    Returns
    -------
    int64 array, shape (n + 1,)
        Entry m is the largest k with ``at_most(k, m, max_error) <= 1 - confidence``,
        and -1 where m answers show nothing even when all are right. Read only.

    Examples
    --------
    >>> tolerated(100, 0.05)[[58, 59, 92, 93]].tolist()
    [-1, 0, 0, 1]
    """
    most = np.full(n + 1, -1, dtype=np.int64)
    # Walks along the border: `exactly` and `up_to` are P(X = k) and P(X <= k) for m
    # trials, where k is one above what is tolerated.
    odds = max_error / (1.0 - max_error)
    k, exactly, up_to = 0, 1.0, 1.0
    for m in range(n + 1):
        # One more answer never makes more than one more wrong answer tolerable.
        if up_to <= 1.0 - confidence:
            exactly *= odds * (m - k) / (k + 1)
            up_to += exactly
            k += 1
        most[m] = k - 1
        up_to -= max_error * exactly
        exactly *= (1.0 - max_error) * (m + 1) / (m + 1 - k)
    most.flags.writeable = False
    return most


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b)."""
    if x > (a + 1.0) / (a + b + 2.0):  # the fraction converges fast on the other side
        return 1.0 - _incomplete_beta(b, a, 1.0 - x)
    log_front = a * math.log(x) + b * math.log1p(-x)
    log_front += math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return math.exp(log_front) / (a * _beta_fraction(a, b, x))


def _beta_fraction(a: float, b: float, x: float) -> float:
    """Evaluate the continued fraction of DLMF 8.17.22 by Lentz's method."""
    value, c, d = 1.0, 1.0, 0.0
    step = 0
    change = 0.0
    while abs(change - 1.0) > _PRECISION:
        step += 1
        term = _beta_term(step, a, b, x)
        d = 1.0 / (1.0 + term * d or _TINY)
        c = 1.0 + term / c or _TINY
        change = c * d
        value *= change
    return value


def _beta_term(step: int, a: float, b: float, x: float) -> float:
    """Return coefficient ``step`` (1, 2, ...) of the fraction, DLMF 8.17.23."""
    m = step // 2
    if step % 2:
        return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
