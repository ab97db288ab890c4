"""What is wrong with the plane: it holds little, lies elsewhere, or goes where nothing moves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...core.annotations import Floats
from ...core.numerals import number, percentage
from ...models.specification import Specification
from .ailments import Ailment, Reading
from .case import Case, Path, told

_SURE = 0.95  # of a random walk, from which on a plane that holds as much says nothing: dimensions or points are few
_ONCE = float(np.log(1000))  # times what a random plane holds on average: one of 1000 holds more
_OFF = float(np.sqrt(0.5))  # of the movement: more than half of its square is then off the plane
_ON = 1e-3  # of the movement, within which a run goes through the plane
_NEAR_ZERO = 1e-3  # beside the others, and beside 1: initialisers give a filter norms from 0.5 to 1.5
_FEW = 0.25  # of the filters
_STILL = 0.4  # of the parameters; biases are fewer


def near_zero(case: Case) -> Iterator[Reading]:
    """Filters of nearly zero norm, along which a normalised random direction does not go."""
    if case.surface is None or case.surface.plane.kind.way != "random" or case.surface.plane.kind.normalize is None:
        return
    plane, tensors = case.surface.plane, case.specification
    if tensors is None:
        share, limit = float(np.mean(np.abs(plane.basis).max(axis=0) == 0)), _STILL
        words = f"{percentage(share)} % of the parameters do not move in this plane"
    else:
        norms = _norms(tensors, plane.origin)
        usual = max(float(np.median(norms)), 1.0)
        share, limit = float(np.mean(norms < _NEAR_ZERO * usual)), _FEW
        words = f"{percentage(share)} % of {norms.size} filters have norms below {number(_NEAR_ZERO * usual)}"
    if share <= limit:
        yield Reading("dead-filters", words, share, limit)
    else:
        call = "ls.planes.random(model, params, normalize=None), or other params: these have died"
        command = case.project("--normalize none", kind="random")
        yield Ailment("dead-filters", f"{words}: nothing moves there", share, limit, command=command, call=call)


def _norms(tensors: Specification, params: Floats) -> Floats:
    """The norms (n,) of all filters."""
    weights = [
        np.sqrt(np.square(view).sum(axis=one.across)).ravel()
        for one, view in zip(tensors.tensors, tensors.views(params), strict=True)
        if one.kind in ("weight", "embedding")
    ]
    return np.concatenate(weights) if weights else np.ones(1)


def held(case: Case) -> Iterator[Reading]:
    """How much of the movement the plane holds, beside what chance would."""
    plane = None if case.surface is None else case.surface.plane
    if plane is None or plane.explained is None or plane.null_explained is None:
        return
    share, null, way = float(plane.explained.sum()), float(plane.null_explained.sum()), plane.kind.way
    walks = plane.kind.judged_by_walks
    # Around one network, such a plane shows what is there; whether it is to show a path, the runs say.
    if way in ("hessian", "gradient") or (way == "random" and not case.on_plane):
        return
    if walks and null > _SURE:
        return
    limit = null if walks else _ONCE * null
    chance = "a random walk" if walks else "a random plane"
    words = f"the plane holds {percentage(share)} % of the movement, {chance} gives {percentage(null)} %"
    if share > limit and way != "random":
        yield Reading("plane-holds-little", words, share, limit)
        return
    fitted = way == "pca"
    if not fitted:
        command, call = case.project(kind="pca"), "ls.projected(runs)"
    elif len(case.paths) > 1:
        command, call = case.project(paths=case.paths[:1]), "ls.projected(run) for each alone"
    else:
        command = " ".join(["landscape plot learning-curves", *told(case.paths)])
        call = "ls.figures.learning_curves(runs): no plane holds such a movement"
    yield Ailment("plane-holds-little", words, share, limit, command=command, call=call)


def off_plane(case: Case) -> Iterator[Reading]:
    """How far a run's start and end are off the plane, beside how far the run moves."""
    if case.surface is None:
        return
    fitted = case.surface.plane.kind.way in ("pca", "pca_of_others")
    anchored = any(_touches(path) for path in case.on_plane)
    for path in case.on_plane:
        # What was laid through some of these networks is not meant to hold the others.
        if path.residual is None or not path.movement > 0 or (anchored and not fitted):
            continue
        for place, k in (("start", 0), ("end", -1)):
            share = float(path.residual[k]) / path.movement
            words = f"the {place} of {path.name} lies {number(float(path.residual[k]))} off the plane, "
            words += f"{number(share, 2)} times as far as the run moves, {number(path.movement)}"
            if share <= _OFF:
                yield Reading("off-the-plane", words, share, _OFF)
            else:
                command, call = case.project(kind="pca"), "ls.projected(runs): a plane that is fitted to these"
                yield Ailment("off-the-plane", words, share, _OFF, command=command, call=call)
                break


def _touches(path: Path) -> bool:
    return path.residual is not None and float(path.residual.min()) <= _ON * path.movement
