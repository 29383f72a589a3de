"""How sure are the figures?

Three sources, told apart. The *definition*: low, mid and high of what others could answer, carried through every sum. The *sample*: calls of a week
hang together, so whole weeks are drawn (a block bootstrap, Künsch 1989). *Thin cells*: an area's half hour has few calls, so its rate is drawn
towards the mean of all (empirical Bayes with a gamma prior, Marshall 1991). Small counts are not published, and cells are never ranked on them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from numpy.typing import NDArray


def ratio_interval(
    numerator: NDArray[np.float64], denominator: NDArray[np.float64], *, seed: int = 0, draws: int = 2_000, level: float = 0.95, block: int = 1
) -> tuple[float, float]:
    """Return the interval of sum(numerator) / sum(denominator) over weeks, by drawing weeks with replacement.

    `block` draws runs of so many weeks that follow one another (wrapping around), for demand that drifts. One week says nothing about others: the
    interval is then NaN.
    """
    n = len(numerator)
    if n < 2 or denominator.sum() <= 0:
        return float("nan"), float("nan")
    rng = np.random.default_rng(seed)
    starts = rng.integers(n, size=(draws, -(-n // block)))
    drawn = ((starts[:, :, None] + np.arange(block)) % n).reshape(draws, -1)[:, :n]
    below = denominator[drawn].sum(axis=1)
    ratios = numerator[drawn].sum(axis=1)[below > 0] / below[below > 0]
    low, high = np.quantile(ratios, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def shrunken_rates(
    counts: NDArray[np.float64], exposure: NDArray[np.float64], *, level: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return (rate, low, high) per cell: counts over exposure, thin cells drawn towards the mean of all.

    The prior's mean is the overall rate and its variance what the cells vary beyond Poisson noise (Marshall's moments). Where they do not vary beyond
    it, every cell has the overall rate, with the interval of the total.
    """
    counts, exposure = np.asarray(counts, dtype=np.float64), np.asarray(exposure, dtype=np.float64)
    total = exposure.sum()
    if total <= 0 or counts.sum() <= 0:
        zero = np.zeros(len(counts))
        return zero, zero, zero
    mean = counts.sum() / total
    rates = np.divide(counts, exposure, out=np.full(len(counts), mean), where=exposure > 0)
    spread = (exposure * (rates - mean) ** 2).sum() / total - mean / (total / len(counts))
    if spread <= 0:
        low, high = special.gammaincinv(counts.sum() + 0.5, [(1 - level) / 2, (1 + level) / 2]) / total
        return np.full(len(counts), mean), np.full(len(counts), low), np.full(len(counts), high)
    shape, rate = mean**2 / spread, mean / spread
    posterior, scale = counts + shape, 1 / (exposure + rate)
    low, high = (special.gammaincinv(posterior, q) * scale for q in ((1 - level) / 2, (1 + level) / 2))
    return posterior * scale, low, high


def rate_ratio(counts: tuple[float, float], exposure: tuple[float, float], *, level: float = 0.95) -> tuple[float, float, float]:
    """Return (ratio, low, high) of two rates, first over second, by the normal interval of the log ratio (1/a + 1/b); NaN where a count is 0."""
    a, b = counts
    if min(a, b) <= 0 or min(exposure) <= 0:
        return float("nan"), float("nan"), float("nan")
    ratio = (a / exposure[0]) / (b / exposure[1])
    reach = float(special.ndtri((1 + level) / 2)) * (1 / a + 1 / b) ** 0.5
    return ratio, float(ratio * np.exp(-reach)), float(ratio * np.exp(reach))


def moved_share(before: NDArray[np.float64], after: NDArray[np.float64]) -> float:
    """Return which share of need lies elsewhere now: half the sum of the differences of the two distributions, 0 none to 1 all.

    `before` and `after` count the same cells (half hours, or areas by half hours).

    >>> moved_share(np.array([10.0, 0.0]), np.array([5.0, 5.0]))
    0.5
    """
    if before.sum() <= 0 or after.sum() <= 0:
        return float("nan")
    return float(np.abs(before / before.sum() - after / after.sum()).sum() / 2)


def densest_window(counts: NDArray[np.float64], *, slots: int) -> tuple[int, float]:
    """Return (first slot, share of all) of the run of `slots` half hours of the week that holds most; the week wraps.

    >>> densest_window(np.array([0.0, 1, 5, 4, 0, 0]), slots=2)
    (2, 0.9)
    """
    wrapped = np.concatenate([counts, counts[: slots - 1]])
    sums = np.convolve(wrapped, np.ones(slots), mode="valid")
    first = int(np.argmax(sums.round(9)))
    return first, float(sums[first] / counts.sum()) if counts.sum() else 0.0
