"""The claim on sigmoid: its numbers, and that its verdict turns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from landscape import evidence
from landscape.evidence.experiments import get


@pytest.fixture(scope="module")
def finding():
    return evidence.stored()["sigmoid"]  # measured at full scale, as `make evidence` does again


def test_errors_shrink_with_small_weights_and_depth(finding):
    assert finding.verdict == "holds when"
    assert all(finding.statements.values())
    assert finding.disagreeing == []
    # The error passes a layer times the matrix and slopes of a quarter at most: no more than ¼‖W‖₂ of it is left.
    assert finding.values["reached"].value < 1


@pytest.mark.parametrize(
    ("statement", "name", "value"),
    [
        ("bounded", "slope", 0.3),
        ("shrinks", "shrinking", 0.5),
        ("shrinks", "error_10", 0.5),
        ("plateau", "flat", 0.1),
        ("plateau", "deep", 0.9),
    ],
)
def test_the_verdict_turns(finding, statement, name, value):
    turned = finding.values | {name: replace(finding.values[name], value=value)}
    verdict, statements = get("sigmoid").rule.judge(turned)
    assert verdict == "does not hold as said"
    assert {key for key, true in statements.items() if not true} == {statement}


def test_it_would_hold_if_large_weights_and_few_layers_made_no_exception(finding):
    rule, values = get("sigmoid").rule, dict(finding.values)
    for name in ("large", "shallow"):
        assert rule.judge(values)[0] == "holds when"
        values[name] = replace(values[name], value=0.1)
    assert rule.judge(values)[0] == "holds"


def test_a_map_is_flat_where_it_is_less_than_a_hundredth_as_steep():
    from landscape.evidence.claims.sigmoid import flatness
    from landscape.terrains import Booth

    # A quadratic is flat in a disc around its minimum, of a few thousandths of the map.
    assert 0 < flatness(Booth()) < 0.01
