"""ReLU's kinks make ravines and saddles: both are there, and without a kink, too."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

import numpy as np
from matplotlib.figure import Figure

from ... import datasets
from ...core.annotations import Array, Floats, Labels, Progress
from ...core.blas import one_blas_thread
from ...datasets import Dataset
from ...figures.styles import two_panels
from ...models.spectrum import top
from ...networks.hessian import Hessian
from ...networks.mlp import MLP
from ...optimizers import SGD
from ...terrains import ReluPair, ReluValley, Terrain
from ...terrains import parse as parse_terrain
from ...training.loop import train
from ...walks.descent import descend
from ..claim import Claim, Measured, Rule, Scale, needs
from ..claim_words import of_claim
from ..finding import Expected, Finding, Quantity
from ..plotting import hue, rows

_KINDS = {"relu": "he", "linear": "glorot", "tanh": "glorot"}  # and the weights that suit them
_ACTIVATIONS = {"linear": "identity"}
_HIDDEN, _TRAINED, _IMAGES = (16, 16), 2000, 300
_PROBES = 4
_TOLERANCE = 1e-4
_THROWN = (0.0195, 0.021, 0.03, 0.1)  # rates, of which the first is below 2/λ
_FROM = (10.0, 0.3)
_ALIKE = 2.0  # times as much, to which curvatures of networks count as alike


class KinksClaim(Claim):
    """The ends of the Hessian's spectrum, on two small terrains and of networks on digits, with kinks and without."""

    number = "6"
    rule = Rule(
        needs(
            saddles=lambda v: v["relu_down"].value > 0.01,
            ravines=lambda v: v["relu_steep"].value > 10,
        ),
        needs(
            saddles_without=lambda v: v["linear_down"].value > v["relu_down"].value / _ALIKE,
            ravines_without=lambda v: v["linear_steep"].value > v["relu_steep"].value / _ALIKE,
        ),
        needs(
            depth=lambda v: v["shallow_down"].value < 1e-6 < v["linear_down"].value,
            dies=lambda v: v["dead_slope"].value == 0,
        ),
    )
    expected: ClassVar = {
        "valley": Expected(100, "κ of relu_valley, eigenvalues ½ and ½/κ", within=1e-9),
        "valley_linear": Expected(100, "κ of the inputs", within=1e-9),
        "pair": Expected(-1, "the Hessian of ½(w₁w₂ − 1)² at 0", within=1e-6),
        "pair_linear": Expected(-1, "the Hessian of ½(w₁w₂ − 1)² at 0", within=1e-6),
        "shallow_down": Expected(0, "softmax regression is convex", apart=1e-9),
        "stays": Expected(98.7, "reference value", within=0.01),
        "thrown": Expected(89.3, "reference value", within=0.01),
        "thrown_far": Expected(7.5, "reference value", within=0.01),
        "dead_loss": Expected(0.5, "½(0 − 1)²"),
        "dead_slope": Expected(0, "the unit is shut"),
    }
    cost: ClassVar = {"quick": 4.0, "full": 14.0}

    def measure(self, scale: Scale, progress: Progress | None = None) -> Measured:
        seeds = range(3 if scale == "quick" else 10)
        data, found = datasets.load().subset(_TRAINED), dict[str, list[_Bends]]()
        for done, (kind, init) in enumerate(_KINDS.items(), start=1):
            found[kind] = [_bends(data, _ACTIVATIONS.get(kind, kind), init, _HIDDEN, seed) for seed in seeds]
            if progress is not None:
                progress(done, len(_KINDS) + 1)
        found["shallow"] = [_bends(data, "identity", "glorot", (), seed) for seed in seeds]
        pair = ReluPair()
        walks = [descend(pair, SGD(lr), _FROM, 3000, record="last") for lr in _THROWN]
        stays, thrown, far, _ = (float(np.linalg.eigvalsh(pair.hessian(walk.x[-1]))[-1]) for walk in walks)
        spread = np.diag([1.0, 0.1])  # of relu_valley's inputs
        ends = np.linalg.eigvalsh(spread @ spread)
        valley = ReluValley()
        bends = np.linalg.eigvalsh(valley.hessian(valley.minima[0]))
        values = {
            **{
                f"{kind}_down": Quantity.median([one.down for one in many], of="networks")
                for kind, many in found.items()
            },
            **{
                f"{kind}_steep": Quantity.median([one.steep for one in many], of="networks")
                for kind, many in found.items()
            },
            "valley": Quantity.single(bends[-1] / bends[0], of="points"),
            "valley_linear": Quantity.single(ends[-1] / ends[0], of="points"),
            "pair": Quantity.single(_lowest(pair), of="points"),
            "pair_linear": Quantity.single(_lowest(parse_terrain("0.5*(x*y - 1)**2")), of="points"),
            "stays": Quantity.single(stays),
            "thrown": Quantity.single(thrown),
            "thrown_far": Quantity.single(far),
            "dead_loss": Quantity.single(float(walks[-1].loss[-1])),
            "dead_slope": Quantity.single(float(np.abs(walks[-1].gradient[-1]).max())),
        }
        settings = {"images": _IMAGES, "trained": _TRAINED, "hidden": _HIDDEN, "rate": _THROWN[-1]}
        return Measured(values, {"networks": list(found)}, settings)

    def draw(self, finding: Finding, figure: Figure) -> None:
        words, values, kinds = of_claim(self.name), finding.values, finding.series["networks"]
        colours = [hue(k) for k in (3, 1, 2, 5)]
        for ax, end in zip(two_panels(1.0, 1.0, figure), ("down", "steep"), strict=True):
            told = [(words(kind), values[f"{kind}_{end}"]) for kind in kinds]
            rows(ax, told, words(end), colours=colours)


class _Bends(NamedTuple):
    """down : of the Hessian's lowest eigenvalue, how far below 0 it is, beside the highest; at the start. steep : the
    highest eigenvalue beside the root mean square of all; after an epoch."""

    down: float
    steep: float


def _bends(data: Dataset, activation: str, init: str, hidden: tuple[int, ...], seed: int) -> _Bends:
    """How the loss on digits bends around a network."""
    sizes = (data.x_train.shape[1], *hidden, 10)
    net = MLP(sizes, activation, init, seed=seed)
    run = train(net, data, SGD(lr=0.05), seed=seed, snapshots=1, measure=[])
    exact = MLP(sizes, activation, init, seed=seed, dtype="float64")
    x, y = data.x_train[:_IMAGES].astype(np.float64), data.y_train[:_IMAGES]
    low, high, _ = _ends(exact, net.params, x, y)
    _, highest, usual = _ends(exact, run.params, x, y)
    return _Bends(max(0.0, -low / high), highest / usual)


def _ends(net: MLP, params: Array, x: Array, y: Labels) -> tuple[float, float, float]:
    """The lowest and the highest eigenvalue of the Hessian, and the root mean square of all."""
    from scipy.sparse.linalg import LinearOperator, eigsh

    hessian, rng = Hessian(net, params, x, y), np.random.default_rng(0)
    size = hessian.size
    with one_blas_thread:
        highest = float(top(net, params, x, y, 1, tolerance=_TOLERANCE)[0][0])

        def below(v: Floats) -> Floats:
            # How far below the highest: its largest eigenvalue is found, where a lowest one of 0 never would be.
            return np.asarray(highest * v.ravel() - hessian.times(v.ravel()))

        operator = LinearOperator((size, size), matvec=below, dtype=np.float64)
        (depth,) = eigsh(operator, 1, tol=_TOLERANCE, v0=rng.normal(size=size), return_eigenvectors=False, which="LA")
        # Of random signs v, the mean of |Hv|² is the sum of the squares of all eigenvalues (Hutchinson 1990).
        squares = [np.square(hessian.times(rng.choice([-1.0, 1.0], size))).mean() for _ in range(_PROBES)]
    return highest - float(depth), highest, float(np.sqrt(np.mean(squares)))


def _lowest(terrain: Terrain) -> float:
    """The lowest eigenvalue of the Hessian beside 0, on the side where a ReLU is open."""
    return float(np.linalg.eigvalsh(terrain.hessian([1e-9, 0.0]))[0])
