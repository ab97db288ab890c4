"""He initialisation keeps the signal's variance through ReLU layers: E[h²], on average over networks."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ... import datasets
from ...core.annotations import Floats, Progress
from ...datasets.sample import Sample
from ..claim import Claim, Measured, Rule, Scale, needs
from ..claim_words import of_claim
from ..finding import Expected, Finding, Quantity
from ..fresh_networks import IMAGES, LISTED, NETWORKS, WIDTH, Fresh
from ..plotting import curves, hue, two_axes

DEPTH = 20
CASES = {
    "small": Fresh("relu", "normal:std=0.01", DEPTH),
    "glorot": Fresh("relu", "glorot", DEPTH),
    "he": Fresh("relu", "he", DEPTH),
    "large": Fresh("relu", "he", DEPTH, scale=1.2),
}
FACTORS = {"small": WIDTH * 0.01**2 / 2, "glorot": 0.5, "he": 1.0, "large": 1.2**2}  # fan_in·Var(W)/2
_MANY = 40  # networks with He's weights: a ratio is the product of 19 random factors, and scatters by as much as 2


class HeClaim(Claim):
    """The mean square and the variance of the signal in fresh ReLU networks, at four initialisations."""

    number = "13"
    rule = Rule(
        needs(keeps=lambda v: 0.5 < v["he"].value < 2 and abs(v["layer"].value - 1) < 0.05),
        needs(
            square=lambda v: v["variance"].value < 0.5,
            scatters=lambda v: v["single"].high > 2 * v["single"].low,
        ),
    )
    expected: ClassVar = {
        "he": Expected(1.0, "(fan_in·Var(W)/2)¹⁹ (He et al. 2015)", apart=0.4),
        "layer": Expected(1.0, "fan_in·Var(W)/2 (He et al. 2015)", within=0.05),
        # A median of seven such ratios.
        "glorot": Expected(2e-6, LISTED, within=0.5),
        "small": Expected(1e-42, LISTED, within=0.6),
        "large": Expected(714, LISTED, within=0.5),
    }
    cost: ClassVar = {"quick": 2.0, "full": 10.0}

    def measure(self, scale: Scale, progress: Progress | None = None) -> Measured:
        digits = datasets.load().sample(IMAGES[scale])
        squares, variances = {}, {}
        for k, name in enumerate(CASES):
            squares[name], variances[name] = signals(name, digits, _MANY if name == "he" else NETWORKS)
            if progress is not None:
                progress(k + 1, len(CASES))
        ratios = {name: kept(found) for name, found in squares.items()}
        values = {
            "he": Quantity.mean(ratios["he"], "", "networks"),
            "single": Quantity.median(ratios["he"], "", "networks", "range"),
            "layer": Quantity.median(ratios["he"] ** (1 / (DEPTH - 1)), "", "networks"),
            "variance": Quantity.median(kept(variances["he"]), "", "networks"),
            "part": Quantity.median(variances["he"][:, -1] / squares["he"][:, -1], "share", "networks"),
            **{name: Quantity.median(ratios[name], "", "networks") for name in ("glorot", "small", "large")},
        }
        series = {
            "squares": {name: _curve(found) for name, found in squares.items()},
            "variance": _curve(variances["he"]),
        }
        return Measured(
            values, series, {"networks": _MANY, "others": NETWORKS, "digits": len(digits.x), "depth": DEPTH}
        )

    def draw(self, finding: Finding, figure: Figure) -> None:
        words = of_claim(self.name)
        four, two = two_axes(figure, 1.2)
        series = finding.series
        shown: list[dict[str, Any]] = [
            {**line, "name": words(f"{name}_line")} for name, line in series["squares"].items()
        ]
        curves(four, shown, words("layer"), words("size"), log="y")
        he = {**series["squares"]["he"], "name": "", "color": hue(list(CASES).index("he"))}
        variance = {**series["variance"], "name": "", "color": hue(len(CASES))}
        both = curves(two, [he, variance], words("layer"), words("shares"), log="y")
        size = 0.9 * float(two.xaxis.label.get_fontsize())
        # As the curves fall, there is room above a place at its right, and below it at its left.
        for line, name, ha, va in zip(both, ("square", "variance"), ("left", "right"), ("bottom", "top"), strict=True):
            x, y = (float(np.asarray(ends)[DEPTH // 2]) for ends in line.get_data())
            text: dict[str, Any] = {"color": line.get_color(), "fontsize": size, "ha": ha, "va": va, "zorder": 4}
            away = (0.0, 6.0 if va == "bottom" else -3.0)
            two.annotate(words(f"{name}_line"), (x, y), away, textcoords="offset points", **text)
        for ax in (four, two):
            ax.xaxis.set_major_locator(MaxNLocator(integer=True))


def signals(name: str, digits: Sample, networks: int = NETWORKS) -> tuple[Floats, Floats]:
    """Of the signal in each hidden layer, at one of the `CASES`: its mean square E[h²] over digits and units, and its
    variance over digits, the mean of the units; both (networks, depth)."""
    layers = [trace.a for _, trace in CASES[name].passes(digits, networks)]
    squares = np.array([[np.square(h).mean() for h in one] for one in layers])
    return squares, np.array([[h.var(axis=0).mean() for h in one] for one in layers])


def kept(sizes: Floats) -> Floats:
    """The last layer's, to the first one's, (networks,); of (networks, depth)."""
    return np.asarray(sizes[:, -1] / sizes[:, 0])


def _curve(sizes: Floats) -> dict[str, Any]:
    shares = sizes / sizes[:, :1]
    x = list(range(1, DEPTH + 1))
    return {"x": x, "y": np.median(shares, axis=0), "low": shares.min(axis=0), "high": shares.max(axis=0)}
