"""The claim on the plateau: its numbers, and that its verdict turns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from landscape import evidence
from landscape.evidence import telling
from landscape.evidence.experiments import get


@pytest.fixture(scope="module")
def finding():
    return evidence.stored()["plateau"]  # measured at full scale, as `make evidence` does again


def test_sgd_stops_where_the_rate_is_small_and_the_layers_are_many(finding):
    assert finding.verdict == "holds when"
    assert all(finding.statements.values())
    assert finding.disagreeing == []
    # The last biases learn how frequent the digits are, and nothing else is learnt: a loss told to its fifth digit.
    assert "2.3012" in telling.say(finding, "network")


@pytest.mark.parametrize(
    ("statement", "name", "value"),
    [
        ("stands", "moved", 3.0),
        ("stands", "fallen", 0.9),
        ("network", "chance", 0.9),
        ("network", "best", 0.9),
    ],
)
def test_the_verdict_turns(finding, statement, name, value):
    turned = finding.values | {name: replace(finding.values[name], value=value)}
    verdict, statements = get("plateau").rule.judge(turned)
    assert verdict == "does not hold as said"
    assert {key for key, true in statements.items() if not true} == {statement}


def test_it_would_hold_if_no_rate_and_no_shorter_chain_helped(finding):
    rule, values = get("plateau").rule, dict(finding.values)
    for name in ("sgd", "short"):
        assert rule.judge(values)[0] == "holds when"
        values[name] = replace(values[name], value=np.inf)
    assert rule.judge(values)[0] == "holds"
