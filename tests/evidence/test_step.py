"""The claim on the length of Adam's steps: its numbers, and that its verdict turns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from landscape import evidence
from landscape.evidence.experiments import get


@pytest.fixture(scope="module")
def finding():
    return evidence.run("step")


def test_a_step_is_about_one_rate_and_at_most_seven(finding):
    assert finding.verdict == "holds when"
    assert all(finding.statements.values())
    assert finding.disagreeing == []


@pytest.mark.parametrize(
    ("statement", "name", "value", "verdict"),
    [
        ("mostly", "run_share", 0.6, "does not hold as said"),
        ("walks", "walk_longest", 3.0, "does not hold as said"),
        ("bounded", "reached", 8.0, "does not hold as said"),
        ("bounded", "run_longest", 8.0, "does not hold as said"),
        ("not_always", "run_longest", 1.0, "holds when"),
        ("growing", "reached", 3.0, "holds when"),
    ],
)
def test_the_verdict_turns(finding, statement, name, value, verdict):
    turned = finding.values | {name: replace(finding.values[name], value=value)}
    found, statements = get("step").rule.judge(turned)
    assert found == verdict
    assert {key for key, true in statements.items() if not true} == {statement}


def test_it_would_hold_as_said_if_no_step_were_longer(finding):
    short = {name: replace(finding.values[name], value=1.0) for name in ("reached", "run_longest")}
    assert get("step").rule.judge(finding.values | short)[0] == "holds"
