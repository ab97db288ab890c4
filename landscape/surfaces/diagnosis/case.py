"""What there is to be looked at: a surface, runs, a model, or some of these."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...core.annotations import Floats
from ...models.objective import Objective, told_of
from ...models.specification import Specification
from ...planes import Plane
from ...terrains import Domain
from ...training.run import Run


class Error(Protocol):
    """How far a spline may be off between the points of its grid."""

    @property
    def loss(self) -> float: ...


class Relief(Protocol):
    """As much of a surface as is looked at."""

    @property
    def plane(self) -> Plane: ...
    @property
    def xs(self) -> Floats: ...
    @property
    def ys(self) -> Floats: ...
    @property
    def loss(self) -> Floats: ...
    @property
    def accuracy(self) -> Floats | None: ...
    @property
    def standard_error(self) -> Floats | None: ...
    @property
    def rounding(self) -> float: ...
    @property
    def data(self) -> object: ...
    @property
    def height(self) -> str: ...
    @property
    def domain(self) -> Domain: ...
    @property
    def error(self) -> Error: ...
    def value(self, xy: ArrayLike) -> Floats: ...


@dataclass(frozen=True)
class Path:
    """A run, and where it is on the plane of the surface.

    name : the run's folder, or what stands for it. xy (S, 2), residual (S,) : the nearest points of the plane, and how
    far off it the run is; None without a surface of its weight space.
    """

    run: Run
    name: str
    xy: Floats | None = None
    residual: Floats | None = None

    @cached_property
    def offsets(self) -> Floats:
        """(S,), how far each snapshot is from the first."""
        first = self.run.snapshots[0].astype(np.float64)
        return np.array([float(np.linalg.norm(row - first)) for row in self.run.snapshots])

    @property
    def movement(self) -> float:
        """How far the run gets from where it starts."""
        return float(self.offsets.max())

    @cached_property
    def strides(self) -> Floats:
        """(S − 1,), how far each snapshot is from the one before."""
        rows = self.run.snapshots
        pairs = zip(rows[1:], rows[:-1], strict=True)
        return np.array([float(np.linalg.norm(after.astype(np.float64) - before)) for after, before in pairs])


@dataclass(frozen=True)
class Case:
    """All that is there.

    surface, of : None where there is none; `of` is the loss that the surface is of, to be computed.
    """

    surface: Relief | None
    runs: tuple[Run, ...]
    of: Objective | None = None

    @cached_property
    def paths(self) -> tuple[Path, ...]:
        """The runs; where they are on the plane, if they are of its weight space."""
        return tuple(map(self._path, self.runs, self._names()))

    @property
    def on_plane(self) -> list[Path]:
        return [one for one in self.paths if one.xy is not None]

    @cached_property
    def elevation(self) -> Floats:
        """(n,), the finite losses of the surface as heights of the picture: their logarithms where it shows these."""
        assert self.surface is not None
        finite = self.surface.loss[np.isfinite(self.surface.loss)]
        return np.log(finite) if self.surface.height == "log" else finite

    @property
    def scale(self) -> float:
        """How much of these heights the colour scale spans."""
        return float(np.ptp(self.elevation)) if self.elevation.size else 0.0

    @property
    def specification(self) -> Specification | None:
        """The tensors that the plane's parameters are made of, as far as that is known."""
        assert self.surface is not None
        known = [self.of.specification] if self.of is not None else []
        known += [run.network.specification for run in self.runs]
        size = self.surface.plane.origin.size
        return next((one for one in known if one is not None and one.size == size), None)

    @property
    def kind(self) -> str:
        """The plane as `landscape project --plane` calls it."""
        way = "pca" if self.surface is None else self.surface.plane.kind.way
        return {"through_runs": "through"}.get(
            way, way if way in ("random", "hessian", "gradient", "through") else "pca"
        )

    def project(self, *options: str, paths: Sequence[Path] | None = None, kind: str = "") -> str:
        """The command that draws the runs, or some of them, with these options."""
        plane = kind or self.kind
        words = ["landscape project", *(told(self.paths if paths is None else paths))]
        return " ".join([*words, *([] if plane == "pca" else [f"--plane {plane}"]), *options])

    def _path(self, run: Run, name: str) -> Path:
        if self.surface is None or run.params.size != self.surface.plane.origin.size:
            return Path(run, name)
        try:
            return Path(run, name, *self.surface.plane.project(run.snapshots))
        except ValueError:
            # Directions of a network of zeros are zero, too, and span no plane.
            return Path(run, name)

    def _names(self) -> list[str]:
        return [_short(run) if run.folder else f"runs[{k}]" for k, run in enumerate(self.runs)]


def told(paths: Sequence[Path]) -> list[str]:
    """The folders of runs as words of a command; RUNS where they have none."""
    if not paths or any(one.run.folder is None for one in paths):
        return ["RUNS"]
    return [shlex.quote(_short(one.run)) for one in paths]


def _short(run: Run) -> str:
    """Its folder, from the present one where it lies in that."""
    there = os.path.relpath(str(run.folder))
    return str(run.folder) if there.startswith("..") else there


def network_of(run: Run) -> str:
    """What a run's network is, in words."""
    return told_of(run.network)


def box(domain: Any) -> str:
    """An extent as --extent takes it."""
    (x0, x1), (y0, y1) = domain
    return "--extent=" + ",".join(f"{side:.3g}" for side in (x0, x1, y0, y1))


def cells(surface: Relief, count: int) -> Floats:
    """The middles (n, 2) of at most so many cells with finite corners, drawn at random, the same each time."""
    finite = np.isfinite(surface.loss)
    whole: NDArray[np.bool_] = finite[1:, 1:] & finite[1:, :-1] & finite[:-1, 1:] & finite[:-1, :-1]
    rows, columns = np.nonzero(whole)
    chosen = np.random.default_rng(0).permutation(len(rows))[:count]
    x, y = ((side[1:] + side[:-1]) / 2 for side in (surface.xs, surface.ys))
    return np.stack([x[columns[chosen]], y[rows[chosen]]], axis=-1)


def lowest(surface: Relief) -> tuple[Floats, float] | None:
    """The point (2,) of the grid with the lowest loss, and that; None where none is finite."""
    finite = np.where(np.isfinite(surface.loss), surface.loss, np.inf)
    row, column = np.unravel_index(int(finite.argmin()), finite.shape)
    value = float(finite[row, column])
    return (np.array([surface.xs[column], surface.ys[row]]), value) if np.isfinite(value) else None
