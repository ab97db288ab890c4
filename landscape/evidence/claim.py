"""What a claim is: an experiment that answers with numbers, and the rule by which these choose a verdict."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from matplotlib.figure import Figure

from ..core.annotations import Progress
from .finding import Expected, Finding, Quantity, Values, Verdict

Scale = Literal["quick", "full"]
SCALES: tuple[Scale, ...] = ("quick", "full")


@dataclass(frozen=True)
class Statement:
    """A part of a claim that numbers make true or false; its words have its name, and with `_not` for the opposite."""

    name: str
    true: Callable[[Values], bool]


@dataclass(frozen=True)
class Rule:
    """How numbers choose a verdict.

    needs : statements without any of which the claim does not hold as it is said.
    limits : statements each of which, where it is true, makes it hold under conditions only; the words of the condition
        have its name and `_when`.
    facts : what else is told, for whoever asks what is true in its place.
    """

    needs: tuple[Statement, ...]
    limits: tuple[Statement, ...] = ()
    facts: tuple[Statement, ...] = ()

    def judge(self, values: Values) -> tuple[Verdict, dict[str, bool]]:
        """The verdict, and what it rests on: whether each statement is true."""
        found = {one.name: bool(one.true(values)) for one in (*self.needs, *self.limits, *self.facts)}
        if not all(found[one.name] for one in self.needs):
            return "does not hold as said", found
        return ("holds when" if any(found[one.name] for one in self.limits) else "holds"), found


@dataclass(frozen=True)
class Measured:
    """What an experiment measured: numbers, what its figure is drawn from, and all that both depend on."""

    values: dict[str, Quantity]
    series: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)


class Claim(ABC):
    """A sentence of the story. A claim is in `claims/name.py` the class NameClaim, with its words in `name.toml`; your
    own has both in its class, and is made known by `evidence.register`.

    Attributes
    ----------
    name : in small letters, as its file. number : its place in the story, "7" or "14b".
    rule : by which numbers choose its verdict. expected : what some of them should be, by their names.
    cost : seconds that it takes on two cores, about, by scale.
    words : by language, where there is no file of them.
    """

    name: ClassVar[str]
    number: ClassVar[str]
    rule: ClassVar[Rule]
    expected: ClassVar[Mapping[str, Expected]] = {}
    cost: ClassVar[Mapping[Scale, float]] = {"quick": 1.0, "full": 1.0}
    words: ClassVar[Mapping[str, Mapping[str, Any]] | None] = None

    @abstractmethod
    def measure(self, scale: Scale, progress: Progress | None = None) -> Measured:
        """Make the experiment; progress is called as progress(done, all)."""

    @abstractmethod
    def draw(self, finding: Finding, figure: Figure) -> None:
        """Draw what was found into an empty figure, in the style in force; from the finding alone."""


def needs(**statements: Callable[[Values], bool]) -> tuple[Statement, ...]:
    """Statements by their names."""
    return tuple(Statement(name, true) for name, true in statements.items())
