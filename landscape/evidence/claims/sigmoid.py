"""Sigmoid's slope is a quarter at most, so that errors shrink layer by layer and the ground is flat."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ... import datasets
from ...core.annotations import Progress
from ...terrains import SigmoidChain, Terrain
from ...terrains.sigmoid import slope
from ..claim import Measured, Rule, Scale, needs
from ..claim_words import of_claim
from ..finding import Expected, Finding, Quantity
from ..fresh_networks import DEPTHS, IMAGES, LISTED, NETWORKS, Fresh, arrived, back, matrices
from ..plotting import curves, hue, rows, two_axes
from ..trained import TrainedClaim, cases

_DEEP = 10  # hidden layers
_LARGE = 2.0  # deviation of large weights; Glorot's is 0.088
_FLAT = 1e-2  # of the steepest slope of a map, below which ground is called flat
_FEW, _MANY = 1, 6  # hidden layers
_LEARNT: dict[Scale, dict[str, Any]] = {
    "quick": {"images": 5000, "seeds": [0, 1, 2]},
    "full": {"images": 20_000, "seeds": [0, 1, 2, 3, 4]},
}
_RATES = (-4, 1)  # the ends of the first grid, as exponents of √10


class WideChain(SigmoidChain):
    """The same ground, drawn as far as momentum rolls."""

    domain = ((-2.0, 10.0), (-2.0, 15.0))


class SigmoidClaim(TrainedClaim):
    """Errors in fresh networks of sigmoids, the map of a chain of them, and what SGD learns with few and with many."""

    number = "2"
    rule = Rule(
        needs(
            bounded=lambda v: v["slope"].value <= 0.25,
            shrinks=lambda v: v["shrinking"].value > 0.95 and v["error_10"].value < 0.01,
            plateau=lambda v: v["flat"].value > 0.5 and v["deep"].value < 0.2,
        ),
        needs(
            large=lambda v: v["large"].value > 1,
            shallow=lambda v: v["shallow"].value > 0.8,
        ),
    )
    expected: ClassVar = {
        "slope": Expected(0.25, "σ′(0) = σ(0)(1 − σ(0))"),
        # Told in one digit: from the shallowest on, so much is half of its last place, or what depth makes of chance.
        "error_2": Expected(0.25, LISTED, within=0.08),
        "error_5": Expected(3e-3, LISTED, within=0.15),
        "error_10": Expected(2e-6, LISTED, within=0.3),
        "error_20": Expected(1e-12, LISTED, within=0.4),
        "deep": Expected(0.1135, "the share of the most frequent test digit", apart=0.02),
    }
    cost: ClassVar = {"quick": 4.0, "full": 40.0}

    def measure(self, scale: Scale, progress: Progress | None = None) -> Measured:
        digits = datasets.load().sample(IMAGES[scale])
        errors = {depth: Fresh("sigmoid", "glorot", depth).errors(digits) for depth in DEPTHS}
        deepest = errors[DEPTHS[-1]]
        large = Fresh("sigmoid", f"normal:std={_LARGE:g}", _DEEP)
        grown, norms = [], []
        for net, trace in large.passes(digits):
            grown.append(trace.error_norm[:-1])
            norms.append([np.linalg.norm(w, 2) for w in matrices(net)])
        grown_, norms_ = np.array(grown), np.array(norms)
        passed = grown_[:, :-1] / grown_[:, 1:] / (0.25 * norms_)

        spec = _LEARNT[scale] | {"optimizers": "sgd", "pairs": [("sigmoid", "glorot")]}
        table = self.swept(scale, spec | {"depths": [_FEW, _MANY], "widths": 64}, _RATES, progress)
        learnt = dict(zip(("shallow", "deep"), cases(table), strict=True))

        values = {
            "slope": Quantity.single(float(slope(np.linspace(-10, 10, 2001)).max()), of="points", n=2001),
            **{f"error_{depth}": Quantity.median(arrived(found), "", "networks") for depth, found in errors.items()},
            "shrinking": Quantity.single(
                float(np.mean(deepest[:, :-1] < deepest[:, 1:])), "share", "networks", len(deepest)
            ),
            "flat": Quantity.single(flatness(WideChain(_DEEP)), "share", "points", 201 * 201),
            "large": Quantity.median(arrived(grown_), "", "networks"),
            "norm": Quantity.median(norms_.mean(axis=1), "", "networks"),
            "reached": Quantity.single(float(passed.max()), "share", "networks", len(norms_)),
            **{name: one.reads for name, one in learnt.items()},
        }
        series = {"errors": {"glorot": back(deepest), "large": back(grown_)}}
        settings = {"networks": NETWORKS, "digits": IMAGES[scale], "depth": _DEEP, "std": _LARGE}
        settings |= {"images": spec["images"], **{f"lr_{name}": one.lr for name, one in learnt.items()}}
        return Measured(values, series, settings)

    def draw(self, finding: Finding, figure: Figure) -> None:
        words = of_claim(self.name)
        back, learnt = two_axes(figure, 1.6)
        lines: list[dict[str, Any]] = [
            {**line, "name": words(f"{name}_line", **finding.settings), "color": hue(k)}
            for k, (name, line) in enumerate(finding.series["errors"].items())
        ]
        layers = lines[0]["x"]
        lines.append({"x": layers, "y": [0.25**k for k in layers], "name": words("quarter"), "dash": True})
        curves(back, lines, words("layers"), words("error"), log="y")
        back.xaxis.set_major_locator(MaxNLocator(integer=True))
        kinds = [(words(f"{name}_row"), finding.values[name]) for name in ("shallow", "deep")]
        chance = finding.expected["deep"]
        rows(learnt, kinds, words("accuracy"), colours=[hue(0), hue(0)], expected=[None, chance])
        learnt.set_xlim(-0.02, 1.02)


def flatness(terrain: Terrain) -> float:
    """The share of a map that is less than a hundredth as steep as its steepest place."""
    xs, ys, _ = terrain.grid(201, 201)
    slopes = np.linalg.norm(terrain.gradient(np.stack(np.meshgrid(xs, ys), axis=-1)), axis=-1)
    return float(np.mean(slopes < _FLAT * slopes.max()))
