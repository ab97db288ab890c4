"""The claim on one iteration: its numbers, and that its verdict turns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from landscape import evidence
from landscape.evidence.experiments import get


@pytest.fixture(scope="module")
def finding():
    return evidence.run("iteration")


def test_every_number_has_a_second_way_to_it(finding):
    assert finding.verdict == "holds"
    assert all(finding.statements.values())
    assert finding.disagreeing == []
    # Differences in float64 know nothing of the float32 pass, so they are nearer.
    assert finding.values["off_differences"].value < 1e-7


@pytest.mark.parametrize(
    ("statement", "name", "value"),
    [
        ("forward", "off_forward", 0.01),
        ("forward", "off_loss", 0.01),
        ("backward", "off_errors", 0.01),
        ("backward", "off_gradient", 0.01),
        ("backward", "off_differences", 0.01),
        ("update", "off_update", 0.01),
        ("falls", "fell", 0.5),
    ],
)
def test_the_verdict_turns(finding, statement, name, value):
    turned = finding.values | {name: replace(finding.values[name], value=value)}
    found, statements = get("iteration").rule.judge(turned)
    assert found == "does not hold as said"
    assert {key for key, true in statements.items() if not true} == {statement}
