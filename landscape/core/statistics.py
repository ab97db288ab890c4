"""Whether a difference is more than chance: for each kind of claim the test that fits, with effect and interval.

A claim about optimizers or networks is one about seeds, as each run is one draw of weights and batches: `over_seeds`
for two of them, `lead` for the best of several. A claim about two trained networks is one about images: `discordant`
for what they read right, `shares` for different images, `bootstrap` for losses. Where a claim is one of many, `holm`
makes up for it.

>>> from landscape import statistics
>>> sgd, adam = {0: 0.9675, 1: 0.9597, 2: 0.9652}, {0: 0.9635, 1: 0.9661, 2: 0.9672}
>>> statistics.over_seeds(adam, sgd).clear
False
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .annotations import Floats
from .checks import at_least, within

LEVEL = 0.95  # of every interval; what has a p-value below the rest of 1 is called clear


_TAIL = (1 - LEVEL) / 2
_TRUSTED = 5  # values a group, from which on Welch's degrees of freedom hold for groups of unequal sizes, too
_FEWEST = 20  # samples that a bootstrap needs: of fewer it makes intervals that are too short
_AT_ONCE = 4_000_000  # weights of a bootstrap in memory
_ROUNDING = 1e-12  # of the values, up to which they count as all the same


@dataclass(frozen=True)
class Interval:
    """A measured number, and where the true one lies with a probability of LEVEL."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Difference:
    """How much the first is above the second, the interval of that at LEVEL, and the probability p of one as large, or
    larger, by chance alone.

    Without a test, as with one run each, the interval has no ends and p is nan; without numbers all are nan.
    """

    effect: float
    low: float
    high: float
    p: float

    @property
    def clear(self) -> bool:
        """Whether chance does not explain it."""
        return self.p < 1 - LEVEL and not self.low <= 0 <= self.high

    @property
    def tested(self) -> bool:
        """Whether there was enough for a test."""
        return not math.isnan(self.p)

    def __neg__(self) -> Difference:
        """How much the second is above the first."""
        return Difference(-self.effect, -self.high, -self.low, self.p)


_NONE = Difference(math.nan, math.nan, math.nan, math.nan)


class Lead(NamedTuple):
    """first, second : places of the group with the highest mean, and of the one that it is least clearly ahead of."""

    first: int
    second: int
    difference: Difference


def over_seeds(first: Mapping[Any, float], second: Mapping[Any, float]) -> Difference:
    """The difference of two means over seeds, each value under its seed: `paired` if both have the same seeds, else by
    `welch`, all values of both, so that the effect is the difference of their means.
    """
    if first.keys() == second.keys():
        return paired(list(first.values()), [second[seed] for seed in first])
    return welch(list(first.values()), list(second.values()))


def paired(first: ArrayLike, second: ArrayLike) -> Difference:
    """The mean of the differences first − second (n,), by Student's t (1908); ValueError for unequal numbers.

    Differences that are all the same say nothing on how much they vary: then by the exact test of signs, p = 2¹⁻ⁿ.
    """
    a, b = _row("first", first), _row("second", second)
    if len(a) != len(b):
        raise ValueError(f"{len(a)} and {len(b)} values are not allowed: pairs are needed")
    size = _size(a, b)
    if math.isnan(size):
        return _NONE
    apart = a / size - b / size
    n, effect = len(apart), float(apart.mean())
    if n == 1:
        return _untested(size * effect)
    if _constant(apart):
        return _unvaried(size * effect, 2.0 ** (1 - n))
    return _student(size, effect, float(apart.std(ddof=1)) / math.sqrt(n), n - 1)


def welch(first: ArrayLike, second: ArrayLike) -> Difference:
    """The difference of the means of two groups (n,), (m,) of any spreads (Welch 1947).

    His degrees of freedom are too many where few values stand beside more, 2 beside 20 give 12 % false alarms: then
    they are those of the smaller group, n − 1 (Mickey & Brown 1966). Groups without any spread are told apart by the
    exact permutation test, p = 2 n! m! / (n + m)!.
    """
    a, b = _row("first", first), _row("second", second)
    size = _size(a, b)
    if math.isnan(size):
        return _NONE
    a, b = a / size, b / size
    n, m, effect = len(a), len(b), float(a.mean() - b.mean())
    if min(n, m) == 1:
        return _untested(size * effect)
    if _constant(a) and _constant(b):
        return _unvaried(size * effect, 2 / math.comb(n + m, n))
    va, vb = float(a.var(ddof=1)) / n, float(b.var(ddof=1)) / m
    freedom: float = min(n, m) - 1
    if n == m or freedom + 1 >= _TRUSTED:
        share = va / (va + vb)
        freedom = 1 / (share**2 / (n - 1) + (1 - share) ** 2 / (m - 1))
    return _student(size, effect, math.sqrt(va + vb), freedom)


def lead(groups: Sequence[Mapping[Any, float]]) -> Lead | None:
    """How far the best of several groups of values by seed is ahead: clear only if it is from every other one.

    That needs no correction for their number, though the best was found by looking: the more there are, the more it
    has to beat (Gutmann & Maymin 1987). Groups with a value that is not finite have no result; None for fewer than two
    that have one.
    """
    means = {k: float(np.mean(list(one.values()))) for k, one in enumerate(groups) if one}
    ranked = sorted((k for k, mean in means.items() if math.isfinite(mean)), key=lambda k: -means[k])
    if len(ranked) < 2:
        return None
    best, *others = ranked
    against = [Lead(best, k, over_seeds(groups[best], groups[k])) for k in others]
    # What cannot be tested is the least clear.
    return max(against, key=lambda one: one.difference.p if one.difference.tested else math.inf)


def discordant(first: int, second: int, n: int) -> Difference:
    """The difference of two shares of the same n images, of which `first` are the one's alone and `second` the other's.

    The exact binomial test of what only one of them has (McNemar 1947), and Clopper & Pearson's interval (1934). It
    also says whether the most frequent of several errors is that: `discordant(most, next, n)`.
    """
    from scipy import stats

    _counts(first + second, n)
    _counts(first, first + second)
    apart = first + second
    if not n:
        return _NONE
    if not apart:
        reach = 1 - _TAIL ** (1 / n)  # as many as there may be of what was not seen in n
        return Difference(0.0, -reach, reach, 1.0)
    test = stats.binomtest(first, apart)
    within = test.proportion_ci(LEVEL, "exact")
    low, high = ((2 * float(end) - 1) * apart / n for end in (within.low, within.high))
    return Difference((first - second) / n, low, high, float(test.pvalue))


def shares(first: int, n: int, second: int, m: int) -> Difference:
    """The difference of the shares first / n and second / m of different images: Fisher's exact test (1935), and
    Newcombe's interval (1998, method 10).
    """
    from scipy import stats

    a, b = wilson(first, n), wilson(second, m)
    if not n or not m:
        return _NONE
    effect = a.value - b.value
    low = effect - math.hypot(a.value - a.low, b.high - b.value)
    high = effect + math.hypot(a.high - a.value, b.value - b.low)
    p = stats.fisher_exact([[first, n - first], [second, m - second]]).pvalue
    return Difference(effect, low, high, min(1.0, float(p)))


def wilson(right: int, n: int) -> Interval:
    """The share of images that are read right, with Wilson's interval (1927); nan of no images."""
    from scipy import stats

    _counts(right, n)
    if not n:
        return Interval(math.nan, math.nan, math.nan)
    ends = stats.binomtest(right, n).proportion_ci(LEVEL, "wilson")
    return Interval(right / n, float(ends.low), float(ends.high))


def bootstrap(values: ArrayLike, resamples: int = 2000, seed: int = 0) -> Difference:
    """The mean over samples, such as images, of values (N,), which may be differences of pairs; of values (N, K) the
    largest of the K means, as of a loss along a line.

    Samples are drawn again (Efron 1979). Of several means the largest is above 0 by chance, so the interval comes from
    bands that hold for all of them at once (Romano & Wolf 2005), and p from how often those leave out 0. Fewer than 20
    samples are not tested: of them a bootstrap gives false alarms.
    """
    resamples, seed = within("resamples", resamples, 1, 1_000_000), at_least("seed", seed, 0)
    rows = np.asarray(values, dtype=np.float64)
    if rows.ndim not in (1, 2):
        raise ValueError(f"values of shape {rows.shape} are not allowed: samples (N,) or (N, K) are needed")
    size, n = _size(rows), len(rows)
    if math.isnan(size):
        return _NONE
    rows = rows.reshape(n, -1) / size
    means = rows.mean(axis=0)
    effect = float(means.max())
    if n < _FEWEST:
        return _untested(size * effect)
    errors = rows.std(axis=0, ddof=1) / math.sqrt(n)
    # Where all samples agree, as at the ends of a line, there is no doubt either.
    varied = errors > _ROUNDING
    if not varied.any():
        return _unvaried(size * effect, 2.0 ** (1 - n))
    scaled = (rows - means)[:, varied] / (math.sqrt(n) * errors[varied])
    above, below = _farthest(scaled, resamples, seed)
    down, up = (np.where(varied, errors, 0.0) * float(np.quantile(one, 1 - _TAIL)) for one in (above, below))
    sure = np.where(means == 0, 0.0, np.copysign(np.inf, means))
    highest = float(np.divide(means, errors, out=sure, where=varied).max())
    rarer = min(int((above >= highest).sum()), int((below >= -highest).sum()))
    p = min(1.0, 2 * (1 + rarer) / (1 + resamples))
    return Difference(size * effect, size * float((means - down).max()), size * float((means + up).max()), p)


def holm(differences: Sequence[Difference]) -> list[Difference]:
    """The same with p-values that are right for all of them together (Holm 1979); those without a test do not count."""
    tested = sorted((k for k, one in enumerate(differences) if one.tested), key=lambda k: differences[k].p)
    adjusted, highest = list(differences), 0.0
    for rank, k in enumerate(tested):
        highest = max(highest, min(1.0, (len(tested) - rank) * differences[k].p))
        adjusted[k] = replace(differences[k], p=highest)
    return adjusted


def _farthest(scaled: Floats, resamples: int, seed: int) -> tuple[Floats, Floats]:
    """By how many of its own standard errors the highest of the means is too high in each resample, and the lowest too
    low (resamples,); of samples (N, K) with means 0 and standard deviations 1.
    """
    rng, n = np.random.default_rng(seed), len(scaled)
    above, below = np.empty(resamples), np.empty(resamples)
    step = max(1, _AT_ONCE // n)
    for at in range(0, resamples, step):
        part = slice(at, min(at + step, resamples))
        weights = rng.multinomial(n, np.full(n, 1 / n), size=part.stop - at) / n
        means = weights @ scaled
        spreads = np.sqrt(np.maximum(weights @ scaled**2 - means**2, 0.0) / n)
        # A resample of samples that agree is as far off as can be.
        apart = np.divide(means, spreads, out=np.copysign(np.inf, means), where=spreads > _ROUNDING)
        above[part], below[part] = apart.max(axis=1), -apart.min(axis=1)
    return above, below


def _student(size: float, effect: float, error: float, freedom: float) -> Difference:
    """By Student's t, of an effect and its standard error in units of `size`."""
    from scipy import special

    reach = error * float(special.stdtrit(freedom, 1 - _TAIL))
    p = 2 * float(special.stdtr(freedom, -abs(effect) / error))
    return Difference(size * effect, size * (effect - reach), size * (effect + reach), p)


def _untested(effect: float) -> Difference:
    return Difference(effect, -math.inf, math.inf, math.nan)


def _unvaried(effect: float, p: float) -> Difference:
    """Of values without spread, of which `p` is the chance that all of them lie to one side of the true one. Where they
    are the same there is nothing to be told apart."""
    if effect == 0:
        return Difference(0.0, 0.0, 0.0, 1.0)
    reach = 0.0 if p < 1 - LEVEL else math.inf
    return Difference(effect, effect - reach, effect + reach, p)


def _size(*groups: Floats) -> float:
    """The largest of all values without their signs, in units of which squares neither overflow nor vanish; nan if one
    is not finite or a group is empty."""
    if not all(one.size and np.isfinite(one).all() for one in groups):
        return math.nan
    return max(float(np.abs(one).max()) for one in groups) or 1.0


def _constant(values: Floats) -> bool:
    """Of values of at most about 1."""
    return float(np.ptp(values)) <= _ROUNDING


def _row(name: str, values: ArrayLike) -> Floats:
    row = np.asarray(values, dtype=np.float64)
    if row.ndim != 1:
        raise ValueError(f"{name} of shape {row.shape} is not allowed: values (n,) are needed")
    return row


def _counts(part: Any, whole: Any) -> None:
    if not 0 <= part <= whole or part != int(part) or whole != int(whole):
        raise ValueError(f"{part} of {whole} is not allowed: whole numbers are needed, none below 0")
