"""What an experiment found: numbers with their spread, what was expected of them, and the verdict that they choose."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from ..core.numerals import fixed, fraction, number, percentage
from ..core.statistics import Difference
from ..core.wording import language, percent
from ..sweeps.bands import Band
from .claim_words import counted, said

Verdict = Literal["holds", "holds when", "does not hold as said"]
Spread = Literal["", "quartiles", "range", "interval"]
VERDICTS: tuple[Verdict, ...] = ("holds", "holds when", "does not hold as said")


@dataclass(frozen=True)
class Quantity:
    """A measured number.

    Attributes
    ----------
    value : a single one, or a median or mean of several; inf for steps that were never enough.
    unit : what it counts, of `UNITS`: "steps", "share", "points", "decades", "ratio", "loss" or "" for a plain number.
    low, high : how far it spreads; nan where that is not told.
    spread : what they are: the "quartiles" or the "range" of n values, or a 95 % "interval" of the number itself.
    n : how many values it is of, and of what: of the words at `count` in words.toml, such as "seeds" and "networks".
    p : of an interval, the p-value of there being no difference; nan where nothing is compared.
    least : whether it is at least that, as what it counts went on beyond what was tried.
    """

    value: float
    unit: str = ""
    low: float = math.nan
    high: float = math.nan
    spread: Spread = ""
    n: int = 1
    of: str = "walks"
    p: float = math.nan
    least: bool = False

    @classmethod
    def band(cls, band: Band | None, rates: int) -> Quantity:
        """How many decades of learning rates arrive, of so many rates tried."""
        if band is None:
            return cls(0.0, "decades", n=rates, of="rates")
        return cls(band.decades, "decades", n=rates, of="rates", least=band.open_below or band.open_above)

    @classmethod
    def single(cls, value: float, unit: str = "", of: str = "walks", n: int = 1) -> Quantity:
        """A number that the same settings give again to its last digit."""
        return cls(float(value), unit, n=n, of=of)

    @classmethod
    def median(cls, values: ArrayLike, unit: str = "", of: str = "seeds", spread: Spread = "quartiles") -> Quantity:
        """The median of several, with their quartiles or their range."""
        many = np.asarray(values, dtype=np.float64).ravel()
        low, high = (many.min(), many.max()) if spread == "range" else np.quantile(many, (0.25, 0.75), method="linear")
        return cls(float(np.median(many)), unit, float(low), float(high), spread, many.size, of)

    @classmethod
    def mean(cls, values: ArrayLike, unit: str = "", of: str = "seeds") -> Quantity:
        """The mean of several, with its 95 % interval by Student's t."""
        from ..core.statistics import paired

        many = np.asarray(values, dtype=np.float64).ravel()
        found = paired(many, np.zeros_like(many))
        return cls(float(many.mean()), unit, found.low, found.high, "interval", many.size, of)

    @classmethod
    def difference(cls, found: Difference, unit: str, n: int, of: str = "seeds") -> Quantity:
        """A difference with its interval and p-value."""
        return cls(found.effect, unit, found.low, found.high, "interval", n, of, found.p)

    @property
    def compared(self) -> Difference:
        """A difference as statistics have it."""
        return Difference(self.value, self.low, self.high, self.p)

    @property
    def clear(self) -> bool:
        """Of a difference: whether it is more than chance."""
        return self.compared.clear

    def __format__(self, form: str) -> str:
        """In the language in force: the number with its unit, or "plain" without; as "spread" also `told`; as "size",
        of a difference, without its sign."""
        number = "≥" * self.least + self._written(self.value, self.spread == "interval" and not math.isnan(self.p))
        if form == "plain":
            return "≥" * self.least + self._bare(self.value)
        if form == "size":
            return self._written(abs(self.value))
        if form != "spread":
            return number
        return said("quantity.spread", value=number, spread=self.told)

    @property
    def told(self) -> str:
        """How far it spreads, and of how many: "quartiles 92.1 to 93.4 %, 5 seeds"."""
        parts = []
        if self.spread and self.n > 1 and math.isfinite(self.low) and math.isfinite(self.high):
            # In Chinese both ends of a range have their percent sign.
            both = self.unit == "share" and language() == "zh"
            low = self._written(self.low) if both else self._bare(self.low)
            parts.append(said(f"quantity.{self.spread}", low=low, high=self._written(self.high)))
        if not math.isnan(self.p):
            parts.append(said("quantity.p", p=_p(self.p)))
        parts.append(counted(self.of, self.n))
        return said("quantity.comma").join(parts)

    def _written(self, value: float, signed: bool = False) -> str:
        if self.unit == "share":
            return percent(self._bare(value))
        bare = self._bare(value, signed)
        return said(f"unit.{self.unit}", value=bare) if self.unit in ("steps", "points", "decades") else bare

    def _bare(self, value: float, signed: bool = False) -> str:
        if self.unit == "share":
            return percentage(value, 0 if value in (0, 1) else 1)
        if self.unit == "points":
            return fixed(100 * value, 2 if abs(100 * value) < 10 else 1, signed)
        if self.unit == "steps":
            return number(value) if not math.isfinite(value) else number(round(value, 1))
        if self.unit == "decades":
            return fixed(value, 1, signed)
        if self.unit == "loss":
            return number(value, 5)  # losses of networks differ by little
        if self.unit == "ratio":
            return fraction(value) if value < 0.01 else number(value)
        return number(value, 4)


@dataclass(frozen=True)
class Expected:
    """What a number should be.

    value : the number. within : how far from it the measured one may lie, as a share of it, or at most by `apart`.
    source : where it comes from: a formula, or a paper.
    """

    value: float
    source: str
    within: float = 0.0
    apart: float = 0.0

    def agrees(self, measured: float) -> bool:
        """Whether a measured number is that."""
        if measured == self.value:
            return True
        return bool(abs(measured - self.value) <= max(self.within * abs(self.value), self.apart))


Values = Mapping[str, Quantity]


@dataclass(frozen=True)
class Finding:
    """What an experiment found.

    Attributes
    ----------
    claim : the name of the claim; number : its number in the story.
    values : the measured numbers, by name. expected : what some of them should be.
    statements : what the claim comes to, in parts, and whether each is so: those that it needs, the limits that make it
        hold only under conditions, and what is told beside. verdict : chosen by them.
    series : what the figure is drawn from: numbers and names by name.
    settings : all that the numbers depend on. scale : "quick" or "full". seconds : that it took.
    """

    claim: str
    number: str
    values: dict[str, Quantity]
    expected: dict[str, Expected]
    statements: dict[str, bool]
    verdict: Verdict
    series: dict[str, Any]
    settings: dict[str, Any]
    scale: str
    seconds: float = field(compare=False)

    @property
    def disagreeing(self) -> list[str]:
        """The values that are not what was expected."""
        return [name for name, one in self.expected.items() if not one.agrees(self.values[name].value)]


def _p(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"= {number(p, 2)}"


def plain(value: Any) -> Any:
    """Numbers, arrays and what is made of them as JSON has them: lists, and words for what is not finite."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(one) for one in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
