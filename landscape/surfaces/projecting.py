"""Runs on the surface over one plane of their weight space, all in one call; what was computed before is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import planes, surfaces
from ..core.annotations import Array
from ..core.checks import one_of
from ..datasets import Dataset
from ..datasets.sample import Caption, Sample, sample_of_own
from ..files.archives import checksum
from ..models.objective import Model, Objective, objective, told_of
from ..optimizers import Walker
from ..planes import Plane
from ..terrains import Domain
from ..training import run
from ..training.cache import Cache
from ..training.recorded import Recorded, known
from ..training.run import Run
from ..walks.trajectory import Projected
from . import Surface, projection
from .enough import fewer
from .of_models import Preview, key_of
from .sampled import grid

Progress = Callable[[str, int, int], None]

PLANES = ("pca", "random", "hessian", "gradient", "through")


@dataclass(frozen=True)
class Snapshots:
    """Snapshots (S, P) at steps (S,) of a model that `optimizer` trained elsewhere."""

    network: Model
    snapshots: Array
    steps: NDArray[np.int64]
    optimizer: Walker


def projected(
    runs: Run | Sequence[Run | Snapshots],
    data: Dataset | Sample | None = None,
    plane: str | Plane = "pca",
    surface: Surface | None = None,
    *,
    model: Model | None = None,
    extent: Domain | None = None,
    resolution: int = 51,
    gradient: bool = False,
    tol: float | None = None,
    error: float | None = None,
    seed: int = 0,
    normalize: str | None = "filter",
    most: int | None = None,
    executor: Executor | None = None,
    out: str | Path | None = None,
    keep: bool = True,
    progress: Progress | None = None,
    preview: Preview | None = None,
) -> tuple[Surface, list[Projected]]:
    """The surface over one plane for all runs, and each of them on it.

    Parameters
    ----------
    runs : of one network and one data set.
    data : whose mean loss the surface is: the first 10,000 training images of a data set, the runs' own if None; or
        any images, as `Dataset.sample` gives them.
    plane : "pca" fitted to the runs; "random", "hessian" or "gradient" around the end of the first one; "through" the
        ends of three, or the start of the first and the ends of two; or one's own. seed, normalize : of a random one.
    model : whose loss it is, where that is not the network of the runs; then over data of its own, without `data`.
    surface : one that is there already; `plane`, `extent`, `resolution` and `gradient` are then its own.
    most : snapshots of a path, spread evenly over the run's; all if None.
    keep : whether planes, surfaces and losses are read from the run folders and kept there. They are the same with and
        without, bit for bit; where a folder cannot be written to, nothing is kept.
    progress : called as progress("surface", done, parts) and progress("path 1 of 2", done, snapshots).

    extent, resolution, gradient, tol, error, executor, out, preview : as in `surface`.

    Raises
    ------
    ValueError for runs that share no plane, or a surface that is not of these images; OtherDataError for other data
    than the runs'.
    """
    runs = [runs] if isinstance(runs, Run) else list(runs)
    if not runs:
        raise ValueError("no runs given: a plane needs the snapshots of at least one")
    network, sample = _given(runs, data, model)
    of = objective(network, sample.x, sample.y)
    about = sample.about or of.caption
    tell = progress or (lambda what, done, total: None)
    shelves = [Cache(one.folder if keep and isinstance(one, Run) else None) for one in runs]
    marks = [projection.marks_of(one.snapshots) for one in runs]
    try:
        ours = surface is None
        if surface is None:
            if not isinstance(plane, Plane):
                plane = _plane(plane, runs, marks, of, seed, normalize, shelves[0])
            if error is not None:
                of, about = fewer(network, plane, sample, extent or plane.extent, error)
            where: dict[str, Any] = {"extent": extent, "resolution": resolution, "gradient": gradient, "tol": tol}
            how: dict[str, Any] = {"executor": executor, "out": out, "progress": partial(tell, "surface")}
            how["preview"] = preview
            surface = _surface(of, plane, about, where, how, shelves[0])
        walks = []
        for k, (one, kept) in enumerate(zip(runs, shelves, strict=True)):
            told = partial(tell, f"path {k + 1} of {len(runs)}")
            if isinstance(one, Run):
                rows = _spread(len(one.snapshots), most)
                if len(rows) < len(one.snapshots):
                    one = replace(one, snapshots=one.snapshots[rows], steps=one.steps[rows])
                own = [marks[k][row] for row in rows]
                walks.append(projection.seen(one, own, surface, of, kept, told, checked=ours))
            else:
                trained: dict[str, Any] = {"optimizer": one.optimizer, "steps": one.steps, "progress": told}
                walks.append(projection.project(one.snapshots, surface, model=of, **trained))
    except KeyboardInterrupt:
        _write(shelves)
        raise
    _write(shelves)
    return surface, walks


def _given(runs: Sequence[Run | Snapshots], data: Dataset | Sample | None, model: Model | None) -> tuple[Model, Sample]:
    """The model whose loss the surface is to be of, and what that is a mean over."""
    if model is None:
        told = sorted({told_of(one.network) for one in runs})
        if len(told) > 1:
            raise ValueError(f"runs of different networks do not share a plane: {'; '.join(told)}")
        # Of runs that were recorded, one may say how the model of all is made.
        model = known([one.network for one in runs])
        own = isinstance(model, Recorded)
    else:
        own = True
    if data is None and own:
        data = sample_of_own("")
    if data is None:
        data = run.data_of([one for one in runs if isinstance(one, Run)])
    return model, data.sample() if isinstance(data, Dataset) else Sample(*data)


def _write(shelves: Sequence[Cache]) -> None:
    for kept in shelves:
        kept.write()


def _plane(
    kind: str,
    runs: Sequence[Run | Snapshots],
    marks: Sequence[list[str]],
    of: Objective,
    seed: int,
    normalize: str | None,
    kept: Cache,
) -> Plane:
    """The plane of that kind, with what it holds of the runs' movement."""
    one_of("plane", kind, PLANES)
    depends: list[Any] = [projection.VERSION, kind, *marks, *(one.steps for one in runs)]
    if kind == "random":
        depends += [seed, normalize, of.specification]
    if kind in ("hessian", "gradient"):
        depends += [*of.about, *([] if of.whole else [of.loss_value(runs[0].snapshots[-1])])]
    key = f"plane {checksum(depends)}"
    if (found := _stored_plane(kept.get(key), runs[0].snapshots.shape[1])) is not None:
        return found
    made = _made_plane(kind, runs, of, seed, normalize)
    kept.put(key, **made.arrays())
    return made


def _made_plane(kind: str, runs: Sequence[Run | Snapshots], of: Objective, seed: int, normalize: str | None) -> Plane:
    paths, steps = [one.snapshots for one in runs], [one.steps for one in runs]
    end = paths[0][-1]
    if kind == "pca":
        return planes.pca(paths, steps)
    if kind == "random":
        plane = planes.random(of, end, seed, normalize)
    elif kind == "hessian":
        plane = planes.hessian(of, end)
    elif kind == "gradient":
        plane = planes.gradient(of, end)
    else:
        if len(paths) not in (2, 3):
            raise ValueError(f"a plane through the ends of runs is of 2 or 3 runs, not {len(paths)}")
        ends = [one[-1] for one in paths]
        plane = planes.through(*([paths[0][0], *ends] if len(ends) == 2 else ends))
    # A single network has not moved.
    return plane if sum(map(len, paths)) == 1 else planes.frame(plane, paths, steps)


def _stored_plane(found: dict[str, Array], parameters: int) -> Plane | None:
    try:
        plane = Plane.of_arrays(found)
    except (KeyError, ValueError):
        return None
    return plane if plane.origin.size == parameters else None


def _surface(
    of: Objective, plane: Plane, about: Caption, where: dict[str, Any], how: dict[str, Any], kept: Cache
) -> Surface:
    """The surface, `where` and `how` as `surfaces.surface` takes them; one with a file of its own is kept there."""
    names = ("loss", "accuracy", "slopes", "standard_error", "computed")
    if how["out"] is None:
        xs, ys = grid(where["extent"] or plane.extent, where["resolution"])
        first = None if of.whole else of.loss_value(plane.at([xs[0], ys[0]]))
        key = f"surface {key_of(of, plane, xs, ys, where['gradient'], where['tol'], str(about), first)}"
        loss, accuracy, slopes, error, computed = map(kept.get(key).get, names)
        if loss is not None and loss.shape == (len(ys), len(xs)):
            drawn = {"rounding": of.rounding, "standard_error": error, "computed": computed}
            return Surface(plane, xs, ys, loss, accuracy, slopes, about, **drawn)  # type: ignore[arg-type]
    made = surfaces.surface(of, plane, data=about, **where, **how)
    if how["out"] is None:
        kept.put(key, **{name: getattr(made, name) for name in names})
    return made


def _spread(rows: int, most: int | None) -> NDArray[np.int64]:
    """All rows, or fewer that are spread evenly, the first and the last among them."""
    if most is None or rows <= most:
        return np.arange(rows)
    return np.unique(np.linspace(0, rows - 1, most).round().astype(np.int64))
