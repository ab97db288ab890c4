"""ReLU's gradients explode when weights exceed 1: refuted, as what decides is fan_in·Var(W)/2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, ClassVar

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from ... import datasets
from ...core.annotations import Progress
from ...datasets.sample import Sample
from ...figures.palettes import current
from ...networks.mlp import MLP
from ..claim import Claim, Measured, Rule, Scale, needs
from ..claim_words import of_claim
from ..finding import Expected, Finding, Quantity
from ..fresh_networks import WIDTH, Fresh, arrived, matrices
from ..plotting import curves, two_axes

_DEPTH = 20  # hidden layers, between which are 19 matrices
_WIDTHS = (16, 64, 256)
_SPREADS = (0.25, 0.6, 1.0, 1.7, 4.0)  # fan_in·Var(W)/2, which is 1 for He's weights
_EXPLODES = 10.0  # times the error of the last hidden layer, in the first one
_CHAIN = 1.1  # the weights of a chain of single units
_DIGITS: dict[Scale, tuple[int, int]] = {"quick": (32, 3), "full": (1000, 7)}  # images, networks


@dataclass(frozen=True)
class _Kind:
    """Networks of one width and spread of weights: their largest weight, the norm ‖W‖₂ of a matrix, and by how much the
    error grows from the last hidden layer to the first; medians of the networks."""

    width: int
    spread: float
    largest: float
    norm: float
    ratio: Sequence[float]

    @property
    def grown(self) -> float:
        return float(np.median(self.ratio))

    @property
    def growth(self) -> float:
        """In a layer, on average."""
        return float(self.grown ** (1 / (_DEPTH - 1)))


class ExplosionClaim(Claim):
    """Errors in fresh ReLU networks of several widths, their weights He's, smaller and larger ones."""

    number = "5"
    rule = Rule(
        needs(
            weights=lambda v: v["above"].value > _EXPLODES,
            matrices=lambda v: v["he"].value > _EXPLODES,
            only=lambda v: v["below"].value < _EXPLODES,
        ),
        needs(
            condition=lambda v: abs(v["critical"].value - 1) < 0.15,
            chain=lambda v: v["chain"].value > 1,
        ),
    )
    expected: ClassVar = {
        "critical": Expected(1.0, "fan_in·Var(W)/2 = 1 (He et al. 2015)", within=0.15),
        "he_norm": Expected(2 * sqrt(2), "σ(√n + √n) with σ = √(2/n) (Geman 1980)", within=0.05),
        "he": Expected(1.0, "(fan_in·Var(W)/2)^(19/2)", within=0.25),
        "chain": Expected(_CHAIN, "the weight itself", within=1e-9),
    }
    cost: ClassVar = {"quick": 1.0, "full": 25.0}

    def measure(self, scale: Scale, progress: Progress | None = None) -> Measured:
        images, networks = _DIGITS[scale]
        digits = datasets.load().sample(images)
        he = _kind(digits, WIDTH, 1.0, networks)
        kinds = []
        for width in _WIDTHS:
            kinds += [_kind(digits, width, spread, networks) for spread in _SPREADS]
            if progress is not None:
                progress(len(kinds), len(_WIDTHS) * len(_SPREADS))
        above = min((one for one in kinds if one.largest > 1), key=lambda one: one.grown)
        below = max((one for one in kinds if one.largest < 1), key=lambda one: one.grown)
        wide = [one for one in kinds if one.width == _WIDTHS[-1]]
        values = {
            "above": Quantity.median(above.ratio, "", "networks"),
            "above_largest": Quantity.single(above.largest, of="networks", n=networks),
            "below": Quantity.median(below.ratio, "", "networks"),
            "below_largest": Quantity.single(below.largest, of="networks", n=networks),
            "he": Quantity.median(he.ratio, "", "networks"),
            "he_norm": Quantity.single(he.norm, of="networks", n=networks),
            "critical": Quantity.single(_critical(wide), of="networks", n=networks * len(wide)),
            "chain": Quantity.single(_chain()),
        }
        series = {
            str(width): [
                {"largest": one.largest, "spread": one.spread, "growth": one.growth}
                for one in kinds
                if one.width == width
            ]
            for width in _WIDTHS
        }
        settings = {"networks": networks, "digits": images, "depth": _DEPTH, "weight": _CHAIN, "widths": list(_WIDTHS)}
        return Measured(values, series, settings | {"above_width": above.width, "below_width": below.width})

    def draw(self, finding: Finding, figure: Figure) -> None:
        words = of_claim(self.name)
        for ax, what in zip(two_axes(figure), ("largest", "spread"), strict=True):
            for line in (ax.axvline, ax.axhline):
                line(1, color=current().muted, ls=(0, (2, 1.5)), lw=0.6 * plt.rcParams["lines.linewidth"], zorder=1)
            named = what == "spread"  # where there is room for names
            lines: list[dict[str, Any]] = [
                {
                    "x": [one[what] for one in found],
                    "y": [one["growth"] for one in found],
                    "name": words("line", n=width) if named else "",
                }
                for width, found in finding.series.items()
            ]
            curves(ax, lines, words(what), words("growth"), log="xy")


def _kind(digits: Sample, width: int, spread: float, networks: int) -> _Kind:
    fresh = Fresh("relu", "he", _DEPTH, sqrt(spread), width)
    errors, largest, norms = [], [], []
    for net, trace in fresh.passes(digits, networks):
        errors.append(trace.error_norm[:-1])
        largest.append(max(float(np.abs(w).max()) for w in matrices(net)))
        norms.append(float(np.linalg.norm(matrices(net)[0], 2)))
    return _Kind(width, spread, float(np.median(largest)), float(np.median(norms)), arrived(np.array(errors)).tolist())


def _critical(kinds: Sequence[_Kind]) -> float:
    """The spread at which errors neither grow nor shrink, on a line through the logarithms."""
    slope, at_one = np.polyfit(np.log([one.spread for one in kinds]), np.log([one.growth for one in kinds]), 1)
    return float(np.exp(-at_one / slope))


def _chain() -> float:
    """By how much an error grows in a layer of a chain of open units, which all have the same weight."""
    net = MLP((1, *[1] * _DEPTH, 2), "relu", "zeros", dtype="float64")
    for w, _ in net.layers(net.params):
        w[:] = _CHAIN
    net.layers(net.params)[-1][0][:, 1] = 0.0
    *hidden, _ = net.trace(net.params, np.ones((1, 1)), np.zeros(1, dtype=np.int64)).error_norm
    return float((hidden[0] / hidden[-1]) ** (1 / (_DEPTH - 1)))
