"""What may be said of who is ahead, by how much, and by which number; a claim about setups is one about seeds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

from ..core.annotations import Array
from ..core.numerals import fixed
from ..core.statistics import Difference, Lead, discordant, holm, lead, over_seeds
from .facts import Entry, Facts, Setup
from .vocabulary import Words, measured


@dataclass(frozen=True)
class Measure:
    """A number that runs are compared by.

    name : of its words. quantity : of the history. more : whether more of it is better, as of shares, and not less, as
    of losses.
    """

    name: str
    quantity: str
    more: bool

    def of(self, entry: Entry) -> float:
        """A run's; nan where it has none."""
        return entry.last(self.quantity)

    def written(self, value: float, words: Words) -> str:
        """A value in words."""
        return words.percent(value) if self.more else measured(value)

    def apart(self, value: float, words: Words) -> str:
        """A difference of two in words."""
        return words.points(value) if self.more else measured(value)

    def best_first(self, setups: list[Setup]) -> list[Setup]:
        """Setups that have the number, the best mean first; others behind them."""
        sign = -1 if self.more else 1

        def key(setup: Setup) -> tuple[bool, float]:
            mean = setup.mean(self.of)
            return (True, 0.0) if math.isnan(mean) else (False, sign * mean)

        return sorted(setups, key=key)

    def lead(self, setups: list[Setup]) -> Lead | None:
        """How much better the best is than the others."""
        sign = 1 if self.more else -1
        return lead([{seed: sign * value for seed, value in one.by_seed(self.of).items()} for one in setups])


ACCURACY = Measure("accuracy", "test_accuracy", True)
TRAIN_LOSS, TEST_LOSS = (Measure(name, name, False) for name in ("train_loss", "test_loss"))
# Over the data of models of other libraries.
OWN_LOSS, OWN_ACCURACY = Measure("own_loss", "own_loss", False), Measure("own_accuracy", "own_accuracy", True)


@dataclass(frozen=True)
class Standing:
    """Setups by a number.

    setups : those of which all runs have the number, the best mean first. lead : of the first of them, over the one
    that it is least clearly ahead of; None if there is nothing to compare.
    """

    facts: Facts
    measure: Measure
    setups: list[Setup]
    lead: Lead | None

    @property
    def best(self) -> Setup:
        """The setup with the best mean."""
        return self.setups[0]

    @property
    def second(self) -> Setup:
        """The setup that the best is least clearly ahead of."""
        assert self.lead is not None
        return self.setups[self.lead.second]

    @property
    def each(self) -> bool:
        """Whether all setups ran once."""
        return all(len(setup.draws) == 1 for setup in self.setups)

    @property
    def clear(self) -> bool:
        """Whether the best is better than all others by more than chance."""
        return self.lead is not None and self.lead.difference.clear

    def mean(self, setup: Setup) -> str:
        """A setup's mean in words."""
        return self.measure.written(setup.mean(self.measure.of), self.facts.words)

    def headline(self, clear: str, alone: str = "") -> str:
        """A title: at `clear` are the words for a lead, at `alone` those for a single run."""
        words, name = self.facts.words, self.measure.name
        what = words(f"standing.{name}", noun=self.facts.noun)
        values = {"what": what, "noun": self.facts.noun, "n": len(self.setups)}
        if not self.setups:
            return words("standing.none")
        values |= {"best": self.best.name, "value": self.mean(self.best)}
        if self.lead is None:
            found = sorted(map(self.measure.of, self.best.entries), reverse=self.measure.more)
            high, low = (self.measure.written(found[k], words) for k in (0, -1))
            values |= {"runs": words.count("runs", len(found)), "seeds": words.count("seeds", len(self.best.draws))}
            if len(found) == 1:
                return words(alone, **values)
            if len(self.facts.setups) > 1:
                values["n"] = len(self.facts.setups)
                kind = "only" if len(self.best.draws) > 1 else "only_same"
            elif len(self.best.draws) > 1:
                kind = "seeds"
            else:
                kind = "same" if found[0] == found[-1] else "not_same"
            return words(f"standing.{kind}", **values | {"value": high, "other": low})
        values |= {"second": self.second.name, "other": self.mean(self.second)}
        if self.each:
            last = {"other": self.mean(self.setups[-1])}
            return words("standing.each" if len(self.setups) > 2 else "standing.each_two", **values | last)
        if not self.lead.difference.tested:
            return words("standing.untested", **values)
        return words(clear if self.clear else "standing.close", **values)

    def effect(self) -> str:
        """A sentence: how far the best is ahead, and whether that is more than chance; empty without another one."""
        if self.lead is None:
            return ""
        words, name, difference = self.facts.words, self.measure.name, self.lead.difference
        values = {"best": self.best.name, "second": self.second.name, "noun": self.facts.noun}
        values["gap"] = self.measure.apart(difference.effect, words)
        if not difference.tested:
            return words(f"standing.{'each' if self.each else 'some'}_{name}", **values)
        values |= {"seeds": self._seeds(self.best, self.second), "test": tested(difference, self.measure, words)}
        return words(f"standing.{'clear' if difference.clear else 'unclear'}_{name}", **values)

    def behind(self) -> tuple[list[Setup], int]:
        """The setups that are clearly behind the best one, and of how many pairs all were compared for that."""
        pairs = list(combinations(self.setups, 2))
        found = holm([over_seeds(*(one.by_seed(self.measure.of) for one in pair)) for pair in pairs])
        behind = [b for (a, b), one in zip(pairs, found, strict=True) if a is self.best and one.clear]
        return behind, sum(one.tested for one in found)

    def against(self, first: Setup, second: Setup) -> Difference:
        """How much better one setup is than another."""
        difference = over_seeds(first.by_seed(self.measure.of), second.by_seed(self.measure.of))
        return difference if self.measure.more else -difference

    def _seeds(self, *setups: Setup) -> str:
        words = self.facts.words
        counts = list(dict.fromkeys(len(setup.draws) for setup in setups))
        if len(counts) == 1:
            return words.count("seeds", counts[0])
        return words("standing.counts", first=words.numeral(counts[0]), seeds=words.count("seeds", counts[1]))


def ranked_by(facts: Facts, by: Measure) -> Standing:
    """The setups by a number; those of which a run diverged have none."""
    known = [setup for setup in facts.setups if math.isfinite(setup.mean(by.of))]
    ranked = by.best_first(known)
    return Standing(facts, by, ranked, by.lead(ranked))


def compares(facts: Facts, by: Measure) -> bool:
    """Whether the runs' numbers say who is better: they are of the same data and loss, the training loss of the same
    images."""
    if by is ACCURACY or not facts.comparable:
        return facts.comparable
    images = {run.settings.get("pixels") for run in facts.runs}
    return len(facts.told("loss")) <= 1 and (by is TEST_LOSS or len(images) == 1)


def loss_of(facts: Facts) -> Measure:
    """The loss that all runs have: on training images, or over the data of their models."""
    return OWN_LOSS if facts.own else TRAIN_LOSS


def decisive(facts: Facts) -> Measure:
    """What decides: the accuracy on test images or, where those were not read, the loss."""
    return ACCURACY if facts.tested else loss_of(facts)


def tested(difference: Difference, by: Measure, words: Words) -> str:
    """The interval of a difference, if it has ends, and its p-value in words."""
    if math.isinf(difference.high):
        return words.p(difference.p)
    return words("units.tested", interval=interval(difference, by, words), p=words.p(difference.p))


def interval(difference: Difference, by: Measure, words: Words) -> str:
    """The ends of a difference, of which only the last has a unit."""

    def end(value: float) -> str:
        if math.isinf(value):
            return "∞" if value > 0 else "−∞"
        return fixed(100 * value, 2) if by is ACCURACY else measured(value)

    return words("units.interval", low=end(difference.low), high=end(difference.high))


def either(first: Array, second: Array) -> tuple[int, int, Difference]:
    """How many test images (N,) only the first of two reads right, how many only the second, and the test."""
    a, b = int((first & ~second).sum()), int((second & ~first).sum())
    return a, b, discordant(a, b, len(first))
