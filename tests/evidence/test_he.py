"""The claim on He initialisation: its numbers, and that its verdict turns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from landscape import evidence
from landscape.evidence.claims.he import FACTORS
from landscape.evidence.experiments import get


@pytest.fixture(scope="module")
def finding():
    return evidence.run("he")


def test_the_mean_square_is_kept_on_average(finding):
    assert finding.verdict == "holds when"
    assert all(finding.statements.values())
    assert finding.disagreeing == []
    # Of 19 layers each multiplies by fan_in·Var(W)/2, and networks scatter by a factor of a few around that.
    for name in ("small", "glorot", "large"):
        assert 0.2 < finding.values[name].value / FACTORS[name] ** 19 < 5


@pytest.mark.parametrize(("name", "value"), [("he", 1e-6), ("he", 700.0), ("layer", 0.5)])
def test_the_verdict_turns(finding, name, value):
    turned = finding.values | {name: replace(finding.values[name], value=value)}
    verdict, statements = get("he").rule.judge(turned)
    assert verdict == "does not hold as said"
    assert not statements["keeps"]


def test_it_would_hold_if_the_variance_were_kept_too_and_by_each_network(finding):
    rule, values = get("he").rule, dict(finding.values)
    values["variance"] = replace(values["variance"], value=1.0)
    assert rule.judge(values) == ("holds when", {"keeps": True, "square": False, "scatters": True})
    values["single"] = replace(values["single"], low=0.9, high=1.1)
    assert rule.judge(values)[0] == "holds"
