"""The claims on ReLU's ground and Adam: their verdicts turn, and a false claim is refused."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest

from landscape import evidence
from landscape.evidence import experiments, report
from landscape.evidence.claim import Claim, Measured, Rule, needs
from landscape.evidence.finding import Quantity


def single(value):
    return Quantity(value)


def apart(value, clear=True):
    """A difference whose interval leaves out 0, or not."""
    reach, p = (0.5 * abs(value), 0.001) if clear else (2 * abs(value) + 0.01, 0.4)
    return Quantity(value, "points", value - reach, value + reach, "interval", 3, "seeds", p)


COEVOLUTION = {
    "plain_gain": apart(0.0, clear=False),
    "ground_gain": apart(0.05),
    "interaction": apart(-0.05),
    "new_ground": apart(0.8),
    "plain_sgd_shallow": single(0.9),
    "ground_adam_rates": Quantity(0.6, n=10),
    "ground_sgd_rates": Quantity(0.3, n=10),
}
DEMAND = {
    "over_sgd": apart(0.02),
    "over_momentum": apart(0.02),
    "sgd_steps": single(np.inf),
    "momentum_steps": single(np.inf),
    "adam_band": single(4.0),
    "sgd_band": single(2.0),
    "rescaled": single(0.0),
}
TURNS = [
    ("coevolution", COEVOLUTION, "stuck", {"plain_gain": apart(0.78)}),
    ("coevolution", COEVOLUTION, "called", {"ground_gain": apart(0.05, clear=False)}),
    ("coevolution", COEVOLUTION, "called", {"ground_gain": apart(-0.05)}),
    ("coevolution", COEVOLUTION, "more", {"interaction": apart(-0.05, clear=False)}),
    ("coevolution", COEVOLUTION, "more", {"interaction": apart(0.77)}),
    ("coevolution", COEVOLUTION, "freed", {"new_ground": apart(0.8, clear=False)}),
    ("coevolution", COEVOLUTION, "shallow", {"plain_sgd_shallow": single(0.5)}),
    ("coevolution", COEVOLUTION, "wider", {"ground_sgd_rates": Quantity(0.55, n=10)}),
    ("demand", DEMAND, "ahead", {"over_sgd": apart(0.02, clear=False)}),
    ("demand", DEMAND, "unmatched", {"over_momentum": apart(-0.02)}),
    ("demand", DEMAND, "alone", {"momentum_steps": single(130.0)}),
    ("demand", DEMAND, "wider", {"sgd_band": single(3.8)}),
    ("demand", DEMAND, "unscaled", {"rescaled": single(1e-3)}),
]


@pytest.mark.parametrize(("name", "values", "statement", "changed"), TURNS)
def test_verdicts_turn(name, values, statement, changed):
    rule = experiments.get(name).rule
    verdict, before = rule.judge(values)
    assert verdict == "holds"
    verdict, after = rule.judge(values | changed)
    assert before[statement]
    assert not after[statement]
    assert verdict == ("holds" if statement in {one.name for one in rule.facts} else "does not hold as said")


class BeatsClaim(Claim):
    """SGD beats everything."""

    name, number = "beats", "99"
    rule = Rule(
        needs(
            momentum=lambda v: v["over_momentum"].clear and v["over_momentum"].value > 0,
            adam=lambda v: v["over_adam"].clear and v["over_adam"].value > 0,
        )
    )
    words: ClassVar = {
        "en": {
            "claim": "SGD beats everything.",
            "momentum": "It beats momentum: {over_momentum}.",
            "momentum_not": "It does not beat momentum: {over_momentum:spread}.",
            "adam": "It beats Adam: {over_adam}.",
            "adam_not": "It does not beat Adam: {over_adam:spread}.",
            "label": {"over_momentum": "SGD over momentum", "over_adam": "SGD over Adam"},
        }
    }

    def measure(self, scale, progress=None):
        return Measured({"over_momentum": apart(-0.02), "over_adam": apart(0.001, clear=False)})

    def draw(self, finding, figure):
        figure.subplots()


@pytest.fixture
def beats():
    evidence.register(BeatsClaim)
    yield
    del experiments.known()["beats"]


def test_a_false_claim_is_refused(tmp_path, beats):
    with pytest.raises(ValueError, match="name of a claim = beats is not allowed: it is taken"):
        evidence.register(BeatsClaim)
    finding = evidence.run("beats")
    assert finding.verdict == "does not hold as said"
    report.write({"beats": finding}, tmp_path)
    for name in ("report.html", "report.md"):
        page = (tmp_path / name).read_text(encoding="utf-8")
        assert "✗ does not hold as said" in page
        assert "It does not beat Adam: +0.10 points (95\N{NO-BREAK SPACE}% interval" in page
        assert "It beats" not in page
        assert "✓ holds" not in page
