"""Claims: closed forms, SciPy and statsmodels as oracles, and how often chance is called clear."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from landscape.core import statistics
from landscape.core.statistics import Difference

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "statsmodels_statistics.json").read_text())
# Three standard errors of a share of 5 % of 2,000 tries.
TRIES, SLACK = 2000, 0.015


def seeds(values, first=0):
    return dict(enumerate(values, first))


@pytest.mark.parametrize("name", GOLDEN["groups"])
def test_two_groups_as_statsmodels_has_it(name):
    one = GOLDEN["groups"][name]
    found = statistics.welch(one["a"], one["b"])
    assert found.effect == pytest.approx(np.mean(one["a"]) - np.mean(one["b"]))
    assert (found.low, found.high, found.p) == pytest.approx(one["welch"], rel=1e-9)
    if "paired" in one:
        found = statistics.paired(one["a"], one["b"])
        assert (found.low, found.high, found.p) == pytest.approx(one["paired"], rel=1e-9)


def test_two_pairs_by_hand():
    # One degree of freedom is Cauchy's distribution: p = 1 − 2/π · atan t, and t is the mean over half the range.
    found = statistics.paired([3.0, 5.0], [0.0, 0.0])
    assert found.p == pytest.approx(1 - 2 / math.pi * math.atan(4.0))
    assert found.high - found.effect == pytest.approx(math.tan(0.475 * math.pi))


def test_pairs_need_numbers_that_belong_together():
    with pytest.raises(ValueError, match="2 and 3 values are not allowed: pairs are needed"):
        statistics.paired([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match=r"second of shape \(1, 2\)"):
        statistics.welch([1, 2], [[1, 2]])


def test_the_same_seeds_are_paired_and_others_are_not():
    a, b = [96.4, 95.1, 96.0], [97.0, 95.8, 96.7]
    assert statistics.over_seeds(seeds(a), seeds(b)) == statistics.paired(a, b)
    # In another order, by name.
    assert statistics.over_seeds(seeds(a), dict(reversed(seeds(b).items()))) == statistics.paired(a, b)
    assert statistics.over_seeds(seeds(a), seeds(b, 1)) == statistics.welch(a, b)
    assert statistics.over_seeds(seeds(a), seeds(b[:2])) == statistics.welch(a, b[:2])


def test_few_beside_many_have_the_degrees_of_freedom_of_the_few():
    a, b = [96.4, 95.1], [97.0, 96.8, 96.9, 97.1, 96.2]
    error = math.sqrt(np.var(a, ddof=1) / 2 + np.var(b, ddof=1) / 5)
    assert statistics.welch(a, b).p == pytest.approx(2 * stats.t.sf(abs(np.mean(a) - np.mean(b)) / error, 1))
    assert statistics.welch(a, b).p > stats.ttest_ind(a, b, equal_var=False).pvalue


@pytest.mark.parametrize("test", [statistics.paired, statistics.welch])
def test_what_has_no_answer(test):
    alone = test([0.9], [0.8])
    assert alone.effect == pytest.approx(0.1)
    assert (alone.low, alone.high) == (-math.inf, math.inf)
    # Runs that are the same with every seed do not differ.
    none = Difference(0.0, 0.0, 0.0, 1.0)
    assert statistics.paired([0.9, 0.8], [0.9, 0.8]) == statistics.welch([0.9, 0.9], [0.9, 0.9]) == none
    assert not alone.tested
    assert not alone.clear
    for a, b in (([], []), ([0.9, math.nan], [0.8, 0.7]), ([0.9, 0.8], [math.inf, 0.7])):
        found = test(a, b)
        assert math.isnan(found.effect)
        assert not found.tested
        assert not found.clear
        assert not (-found).clear


def test_values_that_do_not_vary():
    # Exact tests: with n pairs 2 · ½ⁿ that all have one sign; of 2 and 2 values two of six orders part them.
    for n in (2, 3, 5, 6, 20):
        a, b = [0.3] * n, [0.2] * n
        assert statistics.paired(a, b).p == pytest.approx(2 * 0.5**n)
        assert statistics.paired(a, b).clear == (2 * 0.5**n < 0.05)
        assert statistics.welch(a, b).p == pytest.approx(2 / math.comb(2 * n, n))
        assert statistics.welch(a, a).p == statistics.paired(a, a).p == 1
    # Equal but for rounding.
    assert statistics.paired([0.1 + 0.2, 0.3], [0.0, 0.0]).p == 0.5
    assert statistics.welch([0.9, 0.9], [0.5, 0.7]).tested


@given(st.lists(st.floats(-10, 10), min_size=2, max_size=6), st.lists(st.floats(-10, 10), min_size=2, max_size=6))
def test_signs(a, b):
    one, other = statistics.welch(a, b), statistics.welch(b, a)
    assert one.effect == pytest.approx(-other.effect, abs=1e-12)
    assert one.p == pytest.approx(other.p)
    assert (-one).low == -one.high
    assert one.low <= one.effect <= one.high
    assert one.clear == (-one).clear == (one.p < 0.05)


def test_images_that_only_one_reads_right():
    found = statistics.discordant(4, 0, 500)
    # Four heads in a row, or four tails: 2/16.
    assert found.p == pytest.approx(0.125)
    assert found.effect == pytest.approx(4 / 500)
    assert not found.clear
    assert found.low < 0
    # Six are enough, 2/64; Clopper and Pearson's lower end of 6 of 6 is the sixth root of .025.
    found = statistics.discordant(6, 0, 500)
    assert found.clear
    assert found.low == pytest.approx((2 * 0.025 ** (1 / 6) - 1) * 6 / 500)
    assert (-statistics.discordant(0, 6, 500)).low == pytest.approx(found.low)
    # Of what was not seen in n images there are up to 1 − .025^(1/n).
    found = statistics.discordant(0, 0, 500)
    assert (found.effect, found.p) == (0, 1)
    assert found.high == -found.low == pytest.approx(1 - 0.025 ** (1 / 500))
    assert math.isnan(statistics.discordant(0, 0, 0).p)
    for first, second, n in ((3, 3, 5), (-1, 2, 5), (1.5, 2, 5)):
        with pytest.raises(ValueError, match="is not allowed: whole numbers are needed"):
            statistics.discordant(first, second, n)


def test_counts_as_statsmodels_has_them():
    for right, n, low, high in GOLDEN["wilson"]:
        found = statistics.wilson(right, n)
        assert (found.value, found.low, found.high) == pytest.approx((right / n, low, high), abs=1e-12)
    for first, second, p in GOLDEN["discordant"]:
        assert statistics.discordant(first, second, 10_000).p == pytest.approx(p)
    for a, n, b, m, low, high in GOLDEN["shares"]:
        found = statistics.shares(a, n, b, m)
        assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)
        assert found.p == pytest.approx(stats.fisher_exact([[a, n - a], [b, m - b]])[1])
    assert math.isnan(statistics.wilson(0, 0).value)
    assert not statistics.shares(0, 0, 3, 5).tested


def test_many_at_once():
    ps, adjusted = GOLDEN["holm"]
    several = [Difference(1.0, 0.5, 1.5, p) for p in ps]
    untested = Difference(1.0, -math.inf, math.inf, math.nan)
    found = statistics.holm([untested, *several])
    assert [one.p for one in found[1:]] == pytest.approx(adjusted)
    assert found[0] == untested
    assert [one.clear for one in several] == [True, True, True, True, False]
    assert [one.clear for one in found[1:]] == [True, False, False, True, False]


def test_the_mean_over_images():
    rng = np.random.default_rng(1)
    values = rng.normal(0.3, 1.0, 400)
    found, t = statistics.bootstrap(values), stats.ttest_1samp(values, 0.0)
    # Where Student's t holds, they agree as far as 2,000 resamples can tell.
    assert (found.low, found.high) == pytest.approx(tuple(t.confidence_interval()), abs=0.02)
    assert found.clear
    assert found == statistics.bootstrap(values)
    less = statistics.bootstrap(-values)
    assert less.effect == -found.effect
    assert less.clear
    assert not statistics.bootstrap(values - values.mean()).clear


def test_the_highest_of_many_means_is_above_0_by_chance():
    rng = np.random.default_rng(1)
    found = statistics.bootstrap(rng.normal(size=(400, 40)))
    assert found.effect > 0.05
    assert found.low < 0 < found.high
    assert not found.clear
    # The ends of a line, where nothing varies, are 0.
    rises = np.zeros((400, 7))
    rises[:, 1:6] = rng.normal(np.array([0, 0, 0.4, 0, 0]), 1.0, (400, 5))
    found = statistics.bootstrap(rises)
    assert found.clear
    assert found.low < 0.4 < found.high
    assert statistics.bootstrap(rises - 1e3 * (rises != 0)).effect == 0


def test_what_a_bootstrap_cannot_say():
    assert not statistics.bootstrap(np.arange(19.0)).tested
    assert statistics.bootstrap(np.arange(20.0)).tested
    assert math.isnan(statistics.bootstrap([]).effect)
    assert math.isnan(statistics.bootstrap([*range(30), math.nan]).effect)
    assert statistics.bootstrap(np.ones(30)).clear
    assert statistics.bootstrap(np.zeros(30)) == Difference(0.0, 0.0, 0.0, 1.0)
    assert statistics.bootstrap(np.ones((30, 2)) * [1, -1]).effect == 1
    with pytest.raises(ValueError, match=r"values of shape \(2, 2, 2\) are not allowed"):
        statistics.bootstrap(np.zeros((2, 2, 2)))


def test_the_lead_is_over_every_other_one():
    near, far = seeds([97.0, 97.2, 97.1]), seeds([90.0, 90.1, 90.3])
    best = seeds([97.1, 97.4, 97.1])
    found = statistics.lead([far, near, best])
    assert (found.first, found.second) == (2, 1)
    assert found.difference == statistics.over_seeds(best, near)
    assert not found.difference.clear
    assert statistics.lead([far, best]).difference.clear
    # One that ran once cannot be beaten.
    found = statistics.lead([far, best, {0: 80.0}])
    assert found.second == 2
    assert not found.difference.tested
    # One that diverged has no result, and no data no lead.
    assert statistics.lead([far, best, seeds([99.0, math.nan])]).first == 1
    assert statistics.lead([best, seeds([math.nan])]) is None
    assert statistics.lead([]) is statistics.lead([{}, best]) is None


def clear(differences):
    return np.mean([one.clear for one in differences])


def test_chance_is_called_clear_in_one_of_twenty():
    rng = np.random.default_rng(0)
    for n in (2, 3, 5, 20):
        a, b = rng.normal(size=(2, TRIES, n))
        # Seeds have effects of their own, which pairs cancel.
        shared = 3 * rng.normal(size=(TRIES, n))
        assert clear(map(statistics.welch, a, 3 * b)) < 0.05 + SLACK, n
        assert 0.05 - SLACK < clear(map(statistics.paired, a + shared, b + shared)) < 0.05 + SLACK, n


@pytest.mark.parametrize(("n", "m"), [(2, 3), (2, 20), (3, 5), (5, 20)])
def test_chance_with_unequal_numbers_of_seeds(n, m):
    rng = np.random.default_rng(0)
    for spread in (0.25, 1.0, 4.0):
        a, b = rng.normal(size=(TRIES, n)), spread * rng.normal(size=(TRIES, m))
        assert clear(map(statistics.welch, a, b)) < 0.05 + SLACK, spread


def test_chance_makes_no_leader_of_many():
    rng = np.random.default_rng(0)
    for groups in (2, 5):
        values = rng.normal(size=(TRIES // 2, groups, 3))
        found = [statistics.lead([seeds(one) for one in some]).difference for some in values]
        assert clear(found) < 0.05 + SLACK, groups


def test_chance_makes_no_barrier():
    rng = np.random.default_rng(0)
    # Losses are skewed, and neighbours on a line are alike.
    common = rng.normal(size=(300, 100, 1))
    losses = np.exp(0.9 * common + 0.4 * rng.normal(size=(300, 100, 7)))
    found = [statistics.bootstrap(one - np.exp(0.97 / 2), resamples=400) for one in losses]
    assert clear(found) < 0.05 + 3 * math.sqrt(0.05 * 0.95 / 300)


def test_power_grows_with_the_seeds():
    rng = np.random.default_rng(0)
    shares = []
    for n in (2, 3, 5, 20):
        a, b = rng.normal(size=(2, 600, n))
        shares.append([clear(map(test, a + 1, b)) for test in (statistics.welch, statistics.paired)])
    assert (np.diff(shares, axis=0) > 0).all()
    # SciPy's noncentral t: a shift of one standard deviation at 20 seeds, unpaired and paired.
    for share, error, freedom in zip(shares[-1], (math.sqrt(2 / 20),) * 2, (38, 19), strict=True):
        limit = stats.t.isf(0.025, freedom)
        assert share == pytest.approx(stats.nct.sf(limit, freedom, 1 / error), abs=0.06)
