"""The claim on momentum: its numbers, and that its verdict turns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from landscape import evidence
from landscape.evidence.experiments import get


@pytest.fixture(scope="module")
def finding():
    return evidence.run("momentum")


def test_bouncing_is_cancelled_and_a_larger_rate_leaves_saddles(finding):
    assert finding.verdict == "holds when"
    assert all(finding.statements.values())
    assert finding.disagreeing == []


@pytest.mark.parametrize(
    ("statement", "name", "value", "verdict"),
    [
        ("cancels", "across", 0.5, "does not hold as said"),
        ("quicker", "ravine_momentum", 400.0, "does not hold as said"),
        ("carries", "saddle_momentum", 1000.0, "does not hold as said"),
        ("only_a_larger_rate", "saddle_matched", 400.0, "holds"),
        ("networks_too", "network_apart", -0.8, "holds when"),
    ],
)
def test_the_verdict_turns(finding, statement, name, value, verdict):
    turned = finding.values | {name: replace(finding.values[name], value=value)}
    found, statements = get("momentum").rule.judge(turned)
    assert found == verdict
    assert {key for key, true in statements.items() if not true} == {statement}
