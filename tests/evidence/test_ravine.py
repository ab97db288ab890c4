"""The claim on ravines: its numbers, and that its verdict turns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from landscape import evidence
from landscape.evidence.experiments import get


@pytest.fixture(scope="module")
def finding():
    return evidence.run("ravine")


def test_numbers_are_those_of_theory(finding):
    assert finding.verdict == "holds"
    assert all(finding.statements.values())
    assert finding.disagreeing == []


@pytest.mark.parametrize(
    ("statement", "name", "value"),
    [("bounces", "bounces", 0.1), ("crawls", "floor", 0.5), ("bounded", "critical", 0.03), ("helped", "momentum", 400)],
)
def test_the_verdict_turns(finding, statement, name, value):
    turned = finding.values | {name: replace(finding.values[name], value=value)}
    verdict, statements = get("ravine").rule.judge(turned)
    assert verdict == "does not hold as said"
    assert {key for key, true in statements.items() if not true} == {statement}
