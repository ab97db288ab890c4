"""The claim on cliffs: its numbers, and that its verdict turns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from landscape import evidence
from landscape.evidence.experiments import get


@pytest.fixture(scope="module")
def finding():
    return evidence.stored()["cliff"]  # measured at full scale, as `make evidence` does again


def test_sgd_is_thrown_out_from_every_start(finding):
    assert finding.verdict == "holds"
    assert all(finding.statements.values())
    assert finding.disagreeing == []
    # Adam's steps and clipped ones are never long: at most the rate times the norm that it is clipped at.
    assert finding.values["clipped_jump"].value == pytest.approx(0.5, rel=1e-5)
    assert finding.values["adam_jump"].value < 0.1


@pytest.mark.parametrize(
    ("statement", "name", "change", "verdict"),
    [
        ("flies", "jump", {"low": 0.4}, "does not hold as said"),
        ("lost", "landed", {"value": 0.6}, "does not hold as said"),
        ("at_all_rates", "all_jumps", {"low": 0.4}, "does not hold as said"),
        ("networks_too", "network_sgd", {"value": 0.3}, "does not hold as said"),
        ("clipping", "adam_band", {"value": 5.0}, "holds"),
        ("clipping", "clipped_landed", {"value": 0.2}, "holds"),
        ("networks_clipped", "network_clipped", {"value": 0.1}, "holds"),
        ("networks_clipped", "network_adam", {"value": 0.1}, "holds"),
    ],
)
def test_the_verdict_turns(finding, statement, name, change, verdict):
    found, statements = get("cliff").rule.judge(finding.values | {name: replace(finding.values[name], **change)})
    assert found == verdict
    assert {key for key, true in statements.items() if not true} == {statement}
