"""The claim on ReLU's kinks: its numbers, and that its verdict turns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from landscape import evidence
from landscape.evidence.experiments import get


@pytest.fixture(scope="module")
def finding():
    return evidence.stored()["kinks"]  # measured at full scale, as `make evidence` does again


def test_networks_without_a_kink_have_saddles_and_ravines_too(finding):
    assert finding.verdict == "holds when"
    assert all(finding.statements.values())
    assert finding.disagreeing == []


@pytest.mark.parametrize(
    ("statement", "name", "value", "verdict"),
    [
        ("saddles", "relu_down", 0.0, "does not hold as said"),
        ("ravines", "relu_steep", 3.0, "does not hold as said"),
        ("saddles_without", "linear_down", 0.01, "holds when"),
        ("ravines_without", "linear_steep", 5.0, "holds when"),
        ("depth", "shallow_down", 0.1, "holds when"),
        ("dies", "dead_slope", 0.1, "holds when"),
    ],
)
def test_the_verdict_turns(finding, statement, name, value, verdict):
    turned = finding.values | {name: replace(finding.values[name], value=value)}
    found, statements = get("kinks").rule.judge(turned)
    assert found == verdict
    assert {key for key, true in statements.items() if not true} == {statement}


def test_it_would_hold_as_said_if_kinks_alone_made_them(finding):
    none = {name: replace(finding.values[name], value=1e-3) for name in ("linear_down", "linear_steep")}
    assert get("kinks").rule.judge(finding.values | none)[0] == "holds"
