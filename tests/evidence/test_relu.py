"""The claim on ReLU: its numbers, and that its verdict turns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from landscape import evidence
from landscape.evidence.experiments import get


@pytest.fixture(scope="module")
def finding():
    return evidence.run("relu")


def test_gradients_flow_with_the_weights_that_fit_and_to_units_that_live(finding):
    assert finding.verdict == "holds when"
    assert all(finding.statements.values())
    assert finding.disagreeing == []
    assert finding.values["dead_calm"].value < 0.05 < finding.values["dead_large"].value


@pytest.mark.parametrize(
    ("statement", "name", "value"), [("switch", "switch", 0.9), ("flows", "he_20", 0.01), ("flows", "he_2", 40.0)]
)
def test_the_verdict_turns(finding, statement, name, value):
    turned = finding.values | {name: replace(finding.values[name], value=value)}
    verdict, statements = get("relu").rule.judge(turned)
    assert verdict == "does not hold as said"
    assert {key for key, true in statements.items() if not true} == {statement}


@pytest.mark.parametrize(("name", "value"), [("dead_gradient", 1e-9), ("dead_large", 0.01)])
def test_it_would_hold_if_no_weights_and_no_dead_units_stood_in_the_way(finding, name, value):
    rule, values = get("relu").rule, dict(finding.values)
    values["glorot_10"] = replace(values["glorot_10"], value=1.1)
    assert rule.judge(values)[0] == "holds when"
    values[name] = replace(values[name], value=value)
    assert rule.judge(values)[0] == "holds"
