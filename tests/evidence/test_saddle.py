"""The claim on saddles: its numbers, and that its verdict turns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from landscape import evidence
from landscape.evidence.experiments import get


@pytest.fixture(scope="module")
def finding():
    return evidence.run("saddle")


def test_it_stalls_for_as_long_as_theory_says(finding):
    assert finding.verdict == "holds when"
    assert all(finding.statements.values())
    assert finding.disagreeing == []
    # Steps that a ten times nearer start adds: ln 10 / ln(1 + lr), 231.4.
    added = [after - before for before, after in zip(finding.series["sgd"], finding.series["sgd"][1:], strict=False)]
    assert added == pytest.approx([462.8] * 4, abs=1)
    assert finding.series["adam"] == [76, 77, 77, 77, 78]


@pytest.mark.parametrize(
    ("statement", "name", "value", "verdict"),
    [
        ("stalls", "short", 0.1, "does not hold as said"),
        ("as_predicted", "predicted", 800.0, "does not hold as said"),
        ("networks_too", "network", 40.0, "does not hold as said"),
        ("on_the_ridge", "ridge", 1.0, "holds when"),
    ],
)
def test_the_verdict_turns(finding, statement, name, value, verdict):
    turned = finding.values | {name: replace(finding.values[name], value=value)}
    found, statements = get("saddle").rule.judge(turned)
    assert found == verdict
    assert {key for key, true in statements.items() if not true} == {statement}


def test_it_would_hold_as_said_if_nothing_got_away(finding):
    never = {name: replace(finding.values[name], value=float("inf")) for name in ("sgd", "predicted")}
    _, statements = get("saddle").rule.judge(finding.values | never)
    assert not statements["for_a_while"]
