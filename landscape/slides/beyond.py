"""What is known beyond the runs of a deck: findings, as they come with the project, of the claims that it touches."""

from __future__ import annotations

from collections.abc import Collection

from .. import evidence
from ..core.wording import speaking
from ..evidence import telling
from .facts import Facts
from .parts import Row, Slide, Table

_MOST = 7  # rows that one slide has room for


def beyond(facts: Facts, shown: Collection[str]) -> Slide | None:
    """The claims on the runs' optimizers and activations, and those of the lessons that are shown, with their verdicts;
    None where there are none."""
    words, found = facts.words, evidence.stored()
    chosen = [name for name in found if name in _asked(facts) or name in shown][:_MOST]
    if not chosen:
        return None
    with speaking(words.lang):
        rows = tuple(
            Row((found[name].number, telling.say(found[name], "claim"), telling.verdict(found[name])))
            for name in chosen
        )
    heads = ("", words("beyond.claim"), words("beyond.verdict"))
    return Slide(words("beyond.title"), words("beyond.notes"), content=Table(heads, rows, frozenset({0, 1, 2})))


def _asked(facts: Facts) -> set[str]:
    """The claims that the runs themselves are about."""
    if facts.own:
        return set()  # what they are made of is not known
    grounds = {str(run.settings["network"].get("activation", "")).partition(":")[0] for run in facts.runs}
    vehicles = {run.optimizer.name for run in facts.runs}
    asked = {"demand"} if len(vehicles) > 1 and "relu" in grounds else set()
    return asked | ({"coevolution"} if len(vehicles) > 1 or len(grounds) > 1 else set())
