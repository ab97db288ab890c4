"""The loss along the straight line between two sets of parameters."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from ..core import bounds
from ..core.annotations import Floats, Progress
from ..core.shown import Shown
from ..core.statistics import Difference, bootstrap
from ..core.values import Value
from ..datasets.sample import Caption
from ..models.objective import Model, objective
from .tiles import Tile, work

_ROUNDING = 1e-6  # of the losses, up to which a rise is none


@dataclass(frozen=True, eq=False, repr=False)
class Line(Value, Shown):
    """Loss and accuracy on the line (1 − α)·a + α·b.

    Attributes
    ----------
    alphas, loss, accuracy : (n,); the loss is inf where it overflowed, the accuracy nan where no answer is right or
        wrong.
    ends : (2,), the loss at a and at b.
    data : what the loss is a mean over, for captions.
    rises : (N, K), how far each image's loss, or a batch's where no single ones are known, at the K of the alphas that
        lie between the ends rises above the straight line from the one end's to the other's.
    of_run : whether a and b are the start and the end of one run, for captions.
    """

    alphas: Floats
    loss: Floats
    accuracy: Floats
    ends: Floats
    data: Caption = ""
    rises: Floats = field(default_factory=lambda: np.empty((0, 0)), repr=False)
    of_run: bool = False

    def __repr__(self) -> str:
        between = "the start and the end of a run" if self.of_run else "two networks"
        return f"<Line of {len(self.alphas):,} places between {between}, barrier {self.barrier:.3g}>"

    @property
    def barrier(self) -> float:
        """How far the loss between the ends rises above the straight line from the one's to the other's, the chord; at
        least 0, and nan if no place between them was looked at.

        The loss barrier of Entezari, Sedghi, Saukh & Neyshabur 2022. That of Frankle, Dziugaite, Roy & Carbin 2020, by
        whom networks without one are linearly mode-connected, is over the mean of the two ends: the same where these
        are equal, and otherwise less or more.
        """
        if not ((self.alphas > 0) & (self.alphas < 1)).any():
            return float("nan")
        between = (self.alphas >= 0) & (self.alphas <= 1)
        with np.errstate(invalid="ignore"):
            chord = (1 - self.alphas) * self.ends[0] + self.alphas * self.ends[1]
            rise = np.where(np.isinf(self.loss), np.inf, self.loss - chord)
        highest = float(np.nanmax(rise[between], initial=0.0))
        ends = np.abs(self.ends[np.isfinite(self.ends)])
        return highest if highest > _ROUNDING * float(ends.max(initial=0.0)) else 0.0

    @cached_property
    def rise(self) -> Difference:
        """The barrier with its interval, by `statistics.bootstrap` over the images: would other images show it, too?

        Where there is no barrier, its upper end is how high one may be that these images do not show.
        """
        found = bootstrap(self.rises)
        if not found.tested:
            return replace(found, effect=self.barrier)
        if self.barrier == 0:
            return replace(found, effect=0.0, low=0.0, high=max(0.0, found.high), p=1.0)
        return replace(found, low=max(0.0, found.low))


def line(
    model: Model,
    a: ArrayLike,
    b: ArrayLike,
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
    alphas: ArrayLike | None = None,
    data: Caption = "",
    executor: Executor | None = None,
    progress: Progress | None = None,
    *,
    of_run: bool = False,
) -> Line:
    """Loss and accuracy of a model between parameters a and b (P,), over images x (N, D), y (N,), or over data of its
    own.

    alphas : (n,), where; 81 places from −0.5 to 1.5 if None. a is at 0, b at 1.
    data : what x and y are, for captions; what the model says of its own if empty.
    of_run : whether a and b are the start and the end of one run, for captions.

    Source: Goodfellow, Vinyals & Saxe 2015.
    """
    a, b, loss = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64), objective(model, x, y)
    size = a.size if loss.specification is None else loss.specification.size
    if a.shape != (size,) or b.shape != (size,):
        raise ValueError(f"parameters of shapes {a.shape} and {b.shape} are not allowed: this network has {size}")
    places = np.linspace(-0.5, 1.5, 81) if alphas is None else np.asarray(alphas, dtype=np.float64)
    if places.ndim != 1 or not places.size or not np.isfinite(places).all():
        raise ValueError(f"alphas of shape {places.shape} are not allowed: a row of finite numbers is needed")
    bounds.memory({f"{places.size} places on the line": 40 * (places.size + 2) * loss.losses})
    vectors = np.stack([a, b - a]).astype(loss.dtype)
    # The ends come on top, as `alphas` need not hold them.
    along = np.concatenate([places, [0.0, 1.0]])
    parts = loss.parts()
    sizes = [part.sizes for part in parts]
    edges = np.cumsum([0, *map(len, sizes)]).tolist()
    tiles = [
        Tile((slice(None), slice(low, high)), True, part.each, (vectors, along))
        for part, (low, high) in zip(parts, pairwise(edges), strict=True)
    ]
    shape = 2, edges[-1], len(along)
    with loss.session():
        losses, right = work([lambda _: tiles], len(tiles), shape, executor, None, progress, threads=loss.at_once)
    losses[np.isnan(losses)] = np.inf  # what is nan has overflowed
    first, last = losses[:, -2:].T[..., None]
    between = (places > 0) & (places < 1)
    inside = places[between]
    with np.errstate(invalid="ignore"):
        rises = losses[:, :-2][:, between] - ((1 - inside) * first + inside * last)
    weights = np.concatenate(sizes)
    mean, share = (np.average(rows, axis=0, weights=weights) for rows in (losses, right))
    return Line(places, mean[:-2], share[:-2], mean[-2:], data or loss.caption, rises, of_run)
