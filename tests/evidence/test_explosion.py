"""The claim on weights above 1: its numbers refute it, and other numbers would not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from landscape import evidence
from landscape.evidence.experiments import get

REFUTED = {"weights", "matrices", "only"}  # each of them by the numbers
BORNE_OUT = {"above": 1e3, "he": 1e3, "below": 0.5}


@pytest.fixture(scope="module")
def finding():
    return evidence.run("explosion")


def judged(finding, **values):
    changed = {name: replace(finding.values[name], value=value) for name, value in values.items()}
    return get("explosion").rule.judge(finding.values | changed)


def test_weights_above_1_neither_make_errors_explode_nor_are_needed_for_it(finding):
    assert finding.verdict == "does not hold as said"
    assert {name for name, true in finding.statements.items() if not true} == REFUTED
    assert finding.disagreeing == []
    assert finding.values["above_largest"].value > 1 > finding.values["below_largest"].value


@pytest.mark.parametrize(("name", "statement"), [("above", "weights"), ("he", "matrices"), ("below", "only")])
def test_each_sentence_turns_and_one_alone_does_not_save_the_claim(finding, name, statement):
    verdict, statements = judged(finding, **{name: BORNE_OUT[name]})
    assert statements[statement]
    assert verdict == "does not hold as said"


def test_it_would_hold_if_all_weights_above_1_exploded_and_no_others(finding):
    assert judged(finding, **BORNE_OUT)[0] == "holds when"
    assert judged(finding, **BORNE_OUT, critical=3.0)[0] == "holds when"
    assert judged(finding, **BORNE_OUT, critical=3.0, chain=0.9)[0] == "holds"
