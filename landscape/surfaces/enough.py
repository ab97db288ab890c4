"""How many samples are enough for a surface."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from ..core.annotations import Floats
from ..core.checks import fraction
from ..core.errors import InputError
from ..datasets.sample import Caption, Images, Sample
from ..models.objective import LOSS, SQUARES, Model, Objective, objective
from ..planes import Plane
from ..terrains import Domain

_SIDE = 7  # points along a side, from which the spread of the losses is told
_FEWEST = 100  # samples, as spreads of fewer are themselves not known


def enough(of: Objective, plane: Plane, extent: Domain, error: float) -> int:
    """How many of the samples of a loss bring its standard error, at a usual point of the plane, to this share of the
    range of the loss there; all, if they do not.

    The losses of single samples are looked at over a coarse grid. InputError where they are not known.
    """
    error = fraction("error", error)
    if of.losses < 2 or of.losses != of.samples:
        raise InputError("error= needs the losses of single samples, which this model does not tell")
    xs, ys = (np.linspace(*side, _SIDE) for side in extent)
    points = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    vectors = plane.vectors.astype(of.dtype)
    with of.session():
        sums: Floats = np.sum([part.sums(vectors, points, False) for part in of.parts()], axis=0)
    loss, squares = sums[LOSS] / of.samples, sums[SQUARES] / of.samples
    known = np.isfinite(loss) & np.isfinite(squares)
    span = float(np.ptp(loss[known])) if known.any() else 0.0
    if not span > 0:
        return of.samples
    spread = float(np.median(np.maximum(0, squares - loss**2)[known]))
    return min(of.samples, max(_FEWEST, math.ceil(spread / (error * span) ** 2)))


def fewer(model: Model, plane: Plane, sample: Sample, extent: Domain, error: float) -> tuple[Objective, Caption]:
    """The loss over as many of the samples, the first ones, as are enough; and what captions say of them."""
    if sample.x is None:
        raise InputError("error= chooses among images x and labels y: a model with data of its own is given fewer")
    of = objective(model, sample.x, sample.y)
    count, about = enough(of, plane, extent, error), sample.about
    x, y = np.asarray(sample.x)[:count], np.asarray(sample.y)[:count]
    if isinstance(about, Images) and about.count == of.samples:
        about = replace(about, count=count)
    return objective(model, x, y), about
