"""The claim on the four parts: its numbers, and that its verdict turns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from landscape import evidence
from landscape.evidence.experiments import get


@pytest.fixture(scope="module")
def finding():
    return evidence.stored()["roles"]  # measured at full scale, as `make evidence` does again


def test_each_part_counts_and_the_survey_decides_nothing(finding):
    assert finding.verdict == "holds"
    assert all(finding.statements.values())
    assert finding.disagreeing == []


@pytest.mark.parametrize(
    ("statement", "name", "changed"),
    [
        ("shapes", "ground", {"value": 0.01}),
        ("shapes", "ground", {"p": 0.4}),
        ("strategy", "random", {"value": 1.5}),
        ("strategy", "wanderers", {"value": 0.9}),
        ("surveys", "survey", {"value": 0.1}),
        ("surveys", "apart", {"value": 0.1}),
        ("drives", "vehicle", {"value": 0.01}),
        ("drives", "vehicle", {"p": 0.4}),
        ("team", "together", {"p": 0.4}),
    ],
)
def test_the_verdict_turns(finding, statement, name, changed):
    turned = finding.values | {name: replace(finding.values[name], **changed)}
    verdict, statements = get("roles").rule.judge(turned)
    assert verdict == "does not hold as said"
    assert {key for key, true in statements.items() if not true} == {statement}
