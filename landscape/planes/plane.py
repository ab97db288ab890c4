"""What a plane through weight space is, and how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from ..core.annotations import Array, Floats
from ..core.numerals import percentage
from ..core.shown import Shown
from ..core.values import Value
from ..terrains import Domain
from ..terrains.terrain import Admission

_SUMS = 1e-14  # of parameters' length, by which sums in float64 may be rounded

UNIT: Domain = ((-1.0, 1.0), (-1.0, 1.0))

Way = Literal["own", "pca", "pca_of_others", "random", "hessian", "gradient", "through", "through_runs"]

_TEXTS: dict[Way, str] = {
    "pca": "pca",
    "pca_of_others": "pca of other runs",
    "random": "random",
    "hessian": "Hessian's top eigenvectors",
    "gradient": "gradient and curvature",
    "through": "through three points",
    "through_runs": "through points of the runs",
}


@dataclass(frozen=True)
class Kind:
    """How a plane was made; as a text it stands in captions.

    way : "pca" was fitted to the movement that the plane is judged by, "pca_of_others" to that of other runs;
        "through_runs" goes through three of their snapshots, "through" through any three points; "own" is a user's.
    normalize : what the norms of random directions were made equal to: "filter", "layer" or None.
    words : what a user calls a plane of one's own.
    """

    way: Way = "own"
    normalize: str | None = None
    words: str = "plane"

    def __str__(self) -> str:
        text = _TEXTS.get(self.way, self.words)
        return text if self.normalize is None else f"{text}, {self.normalize} norms"

    @classmethod
    def read(cls, text: str) -> Kind:
        """What `str` wrote; any other text is the name of a user's own."""
        return next((kind for kind in KINDS if str(kind) == text), cls(words=text))

    @property
    def judged_by_walks(self) -> bool:
        """Whether chance, beside what the plane holds, is that of random walks, and not of random planes."""
        return self.way in ("pca", "through_runs")

    @property
    def networks(self) -> list[tuple[float, float]]:
        """The coordinates of the networks that it was laid around, or through, as far as they are known."""
        if self.way in ("random", "hessian", "gradient"):
            return [(0.0, 0.0)]
        return [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)] if self.way in ("through", "through_runs") else []


OWN = Kind()
KINDS = (*map(Kind, _TEXTS), *(Kind("random", norms) for norms in ("filter", "layer")))  # but for users' own


@dataclass(frozen=True, eq=False, repr=False)
class Plane(Value, Shown):
    """All points origin + a·basis[0] + b·basis[1].

    Attributes
    ----------
    origin : (P,) float64.
    basis : (2, P) float64; neither orthogonal nor of length 1 in general.
    kind : how it was made; a text of one's own is taken as that of an own way.
    explained : (2,), the share of runs' movement (of the variance of all their snapshots) along the first axis, and
        what the second one adds to it; None for a plane that no runs were shown to.
    null_explained : (2,), the same by chance. For "pca" that is what random walks from the runs' starts, as long as the
        runs, would give; for a plane through three of their snapshots, what one through the same points of random walks
        would hold; for any other plane, what a random plane would: 1/P for each axis.
    extent : ((x0, x1), (y0, y1)), the part worth drawing, in the plane's coordinates.
    """

    origin: Floats
    basis: Floats
    kind: Kind = OWN
    explained: Floats | None = None
    null_explained: Floats | None = None
    extent: Domain = UNIT

    def __post_init__(self) -> None:
        if isinstance(self.kind, str):
            object.__setattr__(self, "kind", Kind(words=self.kind))
        origin, basis = np.asarray(self.origin, dtype=np.float64), np.asarray(self.basis, dtype=np.float64)
        object.__setattr__(self, "origin", origin)
        object.__setattr__(self, "basis", basis)
        if origin.ndim != 1 or basis.shape != (2, origin.size):
            raise ValueError(
                f"a plane with an origin of shape {origin.shape} and a basis of shape {basis.shape} is not allowed: "
                "they must be (P,) and (2, P)"
            )
        if not (np.isfinite(origin).all() and np.isfinite(basis).all()):
            raise ValueError("origin and basis of a plane must be finite")

    def __repr__(self) -> str:
        held = "" if self.explained is None else f", {percentage(self.explained.sum())}% of the movement"
        return f"<Plane, {self.kind}, in {self.origin.size:,} dimensions{held}>"

    @property
    def networks(self) -> Floats:
        """The coordinates (n, 2) of the networks that it was laid around, or through; none if it was fitted to a
        movement, or nothing is known of that."""
        return np.array(self.kind.networks).reshape(-1, 2)

    @property
    def to_scale(self) -> bool:
        """Whether lengths and angles in its coordinates are those of weight space, but for a factor."""
        (xx, xy), (_, yy) = self.basis @ self.basis.T
        return bool(abs(xx - yy) < 0.05 * xx and abs(xy) < 0.05 * xx)

    @property
    def vectors(self) -> Floats:
        """(3, P), the origin and the basis."""
        return np.stack([self.origin, *self.basis])

    def at(self, xy: ArrayLike) -> Array:
        """The parameters (..., P) at coordinates (..., 2)."""
        return self.origin + np.asarray(xy, dtype=np.float64) @ self.basis

    def project(self, params: ArrayLike) -> tuple[Floats, Floats]:
        """Coordinates (..., 2) of the nearest points of the plane to parameters (..., P), and the distances (...).

        Least squares, so the coordinates are right for a basis that is not orthonormal too. What is less than the
        rounding of the parameters, as in float32, is no distance, but 0.
        """
        params = np.asarray(params)
        if params.shape[-1:] != self.origin.shape:
            raise ValueError(
                f"parameters of shape {params.shape} do not lie in the plane's space of {self.origin.size}"
            )
        rows = params.reshape(-1, params.shape[-1])
        coordinates, distances = np.empty((len(rows), 2)), np.empty(len(rows))
        q, r = self._qr
        rounding = max(float(np.finfo(np.result_type(params, np.float32)).eps), _SUMS)
        # Row by row: all snapshots of a run in float64 would be many times the run's own size.
        for k, row in enumerate(rows):
            offset = row - self.origin
            along = q.T @ offset
            coordinates[k] = np.linalg.solve(r, along)
            distance = np.linalg.norm(offset - q @ along)
            distances[k] = 0.0 if distance < rounding * np.linalg.norm(row.astype(np.float64)) else distance
        return coordinates.reshape(*params.shape[:-1], 2), distances.reshape(params.shape[:-1])

    @property
    def faithfulness(self) -> str:
        """One plain sentence on how much of the movement the plane holds, beside what chance would give."""
        sentence, numbers = self.caveat
        return sentence.format(**numbers)

    @property
    def caveat(self) -> Admission:
        """The sentence of `faithfulness` ready to be translated, names in the places of numbers, and the numbers."""
        if self.explained is None or self.null_explained is None:
            return "This plane was not fitted to any run, so it says nothing on how much of a movement it holds.", {}
        numbers = {"held": f"{percentage(self.explained.sum())}%", "null": f"{percentage(self.null_explained.sum())}%"}
        if self.kind.judged_by_walks:
            return "This plane holds {held} of the movement; a random walk would give {null}.", numbers
        return "This plane holds {held} of the movement; a random plane would hold {null}.", numbers

    def arrays(self) -> dict[str, Any]:
        """What files keep of it, by name; None for a share that is not known."""
        names = ("origin", "basis", "extent", "explained", "null_explained")
        return {"kind": str(self.kind), **{name: getattr(self, name) for name in names}}

    @classmethod
    def of_arrays(cls, found: Mapping[str, Array]) -> Plane:
        """The plane that `arrays` told of; KeyError or ValueError where it is none."""
        (x0, x1), (y0, y1) = found["extent"].tolist()
        shares = found.get("explained"), found.get("null_explained")
        return cls(found["origin"], found["basis"], Kind.read(str(found["kind"])), *shares, ((x0, x1), (y0, y1)))

    @cached_property
    def _qr(self) -> tuple[Array, Array]:
        q, r = np.linalg.qr(self.basis.T)
        if not (abs(r[0, 0]) > 0 and abs(r[1, 1]) > 1e-9 * np.linalg.norm(r[:, 1])):
            raise ValueError("the two directions of the plane are parallel, or one of them is 0: they span no plane")
        return q, r


def around(points: ArrayLike, margin: float = 0.35, least_aspect: float = 0.6) -> Domain:
    """The extent around points (n, 2): their bounding box and a margin on every side, as a share of its longer side.

    The shorter side is widened to `least_aspect` times the longer one at least. Points that are not finite
    do not count.
    """
    rows = np.asarray(points, dtype=np.float64)
    rows = rows[np.isfinite(rows).all(axis=-1)]
    low, high = rows.min(axis=0), rows.max(axis=0)
    longest = max((high - low).max(), 1e-12)
    half = np.maximum((high - low) / 2 + margin * longest, least_aspect * (0.5 + margin) * longest)
    middle = (low + high) / 2
    (x0, y0), (x1, y1) = (middle - half).tolist(), (middle + half).tolist()
    return (x0, x1), (y0, y1)


def upright(axis: Array) -> Array:
    """A direction (P,), in place, with its largest component positive: the sign of an eigenvector means nothing."""
    axis *= 1.0 if axis[np.abs(axis).argmax()] >= 0 else -1.0
    return axis
