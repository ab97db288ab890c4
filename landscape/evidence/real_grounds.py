"""The measured grounds of the story: the loss of one deep network on real digits, over the plane of the paths that
plain SGD and Adam take through its weights, for an activation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from .. import datasets, optimizers
from ..compiled.engine import chosen
from ..compiled.trainer import cannot
from ..core.annotations import Array, Floats
from ..datasets.sample import Caption, Sample
from ..models.objective import Objective, objective
from ..networks.mlp import MLP
from ..optimizers import SGD, Adam, Momentum, RMSProp
from ..planes import Plane
from ..planes.fitted import frame
from ..planes.plane import around as around_points
from ..surfaces import Surface, surface
from ..surfaces.projecting import projected
from ..terrains import Domain, Terrain
from ..terrains.nested import NestedTerrain
from ..training.loop import train
from ..training.recorded import known
from ..training.run import Run
from ..walks.trajectory import Projected
from .claims.coevolution import DEEP, IMAGES, NAMED, NATURAL, WIDTH
from .kept_findings import stored

SIZES = (784, *[WIDTH] * DEEP, 10)  # of the network

SEEN = 600  # training images, whose mean loss is the ground's height
FINE, _COARSE = 73, 37  # points along the sides of the ground and of its surroundings
_NEAR, _AROUND = 2.2, 9.0  # times as wide as the ground are its near and its far surroundings
_MEAN = 2_000  # training images, whose mean loss is the ground of a journey
_SNAPSHOTS = 150
_HARDLY = 0.1  # of the way of another
_MARGIN = 0.5  # of the longer side


@dataclass(frozen=True, eq=False)
class RealGround:
    """Of a network with an activation.

    surface : the ground under its paths, and wide : the same plane far around, with fewer points. walks, runs : by the
    optimizer's name, each at the best of its rates.
    """

    activation: str
    surface: Surface
    wide: Terrain
    walks: dict[str, Projected]
    runs: dict[str, Run]

    def moved(self, name: str) -> float:
        """How far from its start a run ended, in the space of all weights."""
        snapshots = self.runs[name].snapshots
        return float(np.linalg.norm(np.asarray(snapshots[-1], dtype=np.float64) - snapshots[0]))


@cache
def real_ground(activation: str, who: tuple[str, ...] = ("sgd", "adam"), seed: int = 0) -> RealGround:
    """Trained anew, at the rates that the table of grounds and vehicles found the best: a few seconds."""
    net = MLP(SIZES, activation, NATURAL[activation], seed=seed)
    runs = {one: trained(activation, one, seed) for one in who}
    sample = _digits().sample(SEEN)
    plane = through(list(runs.values()))
    ground, walks = projected(list(runs.values()), sample, plane, resolution=FINE)
    return RealGround(
        activation, ground, surroundings(_few(net, sample), ground), dict(zip(runs, walks, strict=True)), runs
    )


@cache
def trained(activation: str, optimizer: str, seed: int = 0) -> Run:
    """The network with an activation, trained at the rate that the table of grounds and vehicles found the best."""
    name = next(name for name, one in NAMED.items() if one == activation)
    lr = stored()["coevolution"].series["curves"][f"{name}_{optimizer}"]["lr"]
    one, net = optimizers.parse(optimizer).with_lr(lr), MLP(SIZES, activation, NATURAL[activation], seed=seed)
    engine = chosen("auto", cannot(net, one, 32))
    return train(net, _digits(), one, snapshots=_SNAPSHOTS, seed=seed, measure=0, engine=engine)


def with_activation(ground: RealGround, activation: str) -> tuple[Surface, Terrain]:
    """The same weights in a network with another activation: its loss over the same plane, and far around."""
    sample = _digits().sample(SEEN)
    net = MLP(SIZES, activation, seed=0)
    over: Any = {"extent": ground.surface.domain, "resolution": FINE}
    found = surface(net, ground.surface.plane, sample.x, sample.y, **over)
    return found, surroundings(_few(net, sample), found)


def as_one_matrix(params: Array, images: int = 1000) -> tuple[Floats, Floats]:
    """What the network says of images without an activation, (n, 10), and what its matrices say that were multiplied to
    one before."""
    net = MLP(SIZES, "identity", seed=0)
    x = _digits().sample(images).x.astype(np.float64)
    layers = [(w.astype(np.float64), b.astype(np.float64)) for w, b in net.layers(np.asarray(params, dtype=np.float32))]
    through, matrix, shift = x, np.eye(SIZES[0]), np.zeros(SIZES[0])
    for w, b in layers:
        through, matrix, shift = through @ w + b, matrix @ w, shift @ w + b
    return through, x @ matrix + shift


def _digits() -> datasets.Dataset:
    data = datasets.load()
    return data.subset(min(IMAGES["full"], len(data.x_train)))


@dataclass(frozen=True)
class Journey:
    """Runs, and each of them on the surface over their common plane.

    data : what they learnt; what their network is where that was recorded. images : over how many of its training
    images the surface is a mean. wide : the loss around it, where it was computed. accuracies :
    over data of their own, of recorded runs for which none was measured on others; own : what captions say of these.
    """

    runs: list[Run]
    surface: Surface
    walks: list[Projected]
    data: str
    images: int
    wide: Terrain | None = None
    accuracies: tuple[float, ...] = ()
    own: Caption = ""

    @property
    def read(self) -> list[float]:
        """The accuracy of each at the end; nan where there is none."""
        return list(self.accuracies) or [run.test_accuracy for run in self.runs]


def journey(runs: Sequence[Run], data: datasets.Dataset, plane: str | Plane = "pca") -> Journey:
    """Of runs on some data, over their common plane or another."""
    sample = data.sample(_MEAN)
    ground, walks = projected(runs, sample, plane)
    wide = surroundings(_few(runs[0].mlp, sample), ground)
    return Journey(list(runs), ground, walks, data.name, len(sample.y), wide)


def recorded_journey(runs: Sequence[Run]) -> Journey:
    """Of runs that were recorded, over the data of their models; ValueError where none knows how these are made, or
    they share no plane."""
    ground, walks = projected(runs)
    of = objective(known([run.network for run in runs]))
    tested = all(run.diverged or np.isfinite(run.test_accuracy) for run in runs)
    own = () if tested else tuple(np.nan if run.diverged else of.accuracy(run.params) for run in runs)
    kind = runs[0].settings["network"]["kind"]
    return Journey(list(runs), ground, walks, kind, of.samples, surroundings(of, ground), own, ground.data)


def four_on_digits() -> list[Run]:
    """SGD, momentum, RMSProp and Adam train a network with one hidden layer for an epoch, each at the best of the rates
    over which the claim on demand compares them."""
    net, best = MLP((784, 128, 10)), stored()["demand"].settings["best"]
    kinds = (SGD(), Momentum(), RMSProp(), Adam())
    return [train(net, datasets.load(), one.with_lr(best[one.name]), snapshots=_SNAPSHOTS) for one in kinds]


def _few(net: MLP, sample: Sample) -> Objective:
    """The loss over the first of some images, for surroundings, of which less is seen."""
    return objective(net, sample.x[:SEEN], sample.y[:SEEN])


def surroundings(of: Objective, ground: Surface) -> Terrain:
    """The loss around a surface, on the same plane: with few points, and fewer far away."""
    (x0, x1), (y0, y1) = ground.domain
    middle = (x0 + x1) / 2, (y0 + y1) / 2

    def wide(times: float) -> Surface:
        half = times * max(x1 - x0, y1 - y0) / 2
        around: Domain = ((middle[0] - half, middle[0] + half), (middle[1] - half, middle[1] + half))
        return surface(of, ground.plane, extent=around, resolution=_COARSE)

    return NestedTerrain(wide(_NEAR), wide(_AROUND))


def through(runs: list[Run]) -> Plane:
    """The plane to scale through the start and the end of the last run, and through that of the first as well; or, if
    that one hardly left, along what there is most of beside the way of the last."""
    start = np.asarray(runs[0].snapshots[0], dtype=np.float64)
    paths = [np.asarray(run.snapshots, dtype=np.float64) - start for run in runs]
    along = paths[-1][-1] / np.linalg.norm(paths[-1][-1])
    beside = [path - np.outer(path @ along, along) for path in paths]
    aside = beside[0][-1]
    if np.linalg.norm(aside) < _HARDLY * np.linalg.norm(paths[-1][-1]):
        _, vectors = np.linalg.eigh(beside[-1] @ beside[-1].T)
        aside = vectors[:, -1] @ beside[-1]
    basis = np.array([along, aside / np.linalg.norm(aside)])
    extent = around_points(np.concatenate([path @ basis.T for path in paths]), margin=_MARGIN)
    return frame(Plane(start, basis, extent=extent), runs)
