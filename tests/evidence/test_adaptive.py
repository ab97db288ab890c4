"""The claim on adaptive rates: its numbers, and that its verdict turns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from landscape import evidence
from landscape.evidence.experiments import get


@pytest.fixture(scope="module")
def finding():
    return evidence.stored()["adaptive"]  # measured at full scale, as `make evidence` does again


def test_a_turned_ravine_takes_them_away(finding):
    assert finding.verdict == "holds when"
    assert all(finding.statements.values())
    assert finding.disagreeing == []
    settings = finding.settings
    assert settings["network_low"] < min(settings["network_best"])
    assert max(settings["network_best"]) < settings["network_high"]
    # A turn leaves what does not look at coordinates as it is.
    for name in ("sgd", "momentum", "heavy"):
        assert finding.values[f"{name}_turned"].value == finding.values[name].value


@pytest.mark.parametrize(
    ("statement", "name", "value", "verdict"),
    [
        ("helps", "adam", 400.0, "does not hold as said"),
        ("turned", "grip_turned", 9.0, "holds"),
        ("networks_too", "network_turned", 0.4, "holds when"),
        ("forgets", "reddi_adam", -0.9, "holds when"),
        ("forgets", "reddi_amsgrad", 0.5, "holds when"),
    ],
)
def test_the_verdict_turns(finding, statement, name, value, verdict):
    turned = finding.values | {name: replace(finding.values[name], value=value)}
    found, statements = get("adaptive").rule.judge(turned)
    assert found == verdict
    assert {key for key, true in statements.items() if not true} == {statement}


def test_rates_that_are_alike_shorten_nothing(finding):
    alike = finding.values | {"grip": replace(finding.values["grip"], value=1.0)}
    found, statements = get("adaptive").rule.judge(alike)
    assert found == "does not hold as said"
    assert not statements["grips"]
