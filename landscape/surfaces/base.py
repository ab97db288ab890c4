"""Surface: the loss on a grid over a plane."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import folder
from ..checks import at_least
from ..errors import RunError
from ..planes import Plane
from ..shown import Shown
from ..terrains import Domain, Terrain
from ..terrains.base import split, symmetric

Array = NDArray[Any]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class Surface(Shown, Terrain):
    """Loss and accuracy over a plane; between the grid's points it is a Terrain by a spline.

    The spline is cubic, and goes through the logarithm of the loss where all of it is positive, as that varies over
    decades. Where the loss overflowed somewhere it is linear, and the overflow counts as ten times the highest loss.

    Attributes
    ----------
    plane : the plane it lies over.
    xs (nx,), ys (ny,) : the grid, in the plane's coordinates.
    loss : (ny, nx), with loss[j, i] at (xs[i], ys[j]); inf where it overflowed.
    accuracy : (ny, nx); None for the loss of a model that is not this project's.
    slopes : (ny, nx, 2), the exact gradient in the plane's coordinates; None if it was not asked for. `gradient` is the
        spline's, which it should be near to.
    data : what the loss is a mean over, for captions.
    key : a checksum of all that it was computed from; empty if it was not computed into a file.
    """

    plane: Plane
    xs: Floats
    ys: Floats
    loss: Floats
    accuracy: Floats | None = None
    slopes: Floats | None = None
    data: str = ""
    key: str = ""

    name: ClassVar[str] = "surface"

    def __repr__(self) -> str:
        return f"<Surface of {len(self.xs)} × {len(self.ys)} points over {self.plane!r}>"

    @property
    def domain(self) -> Domain:
        return (float(self.xs[0]), float(self.xs[-1])), (float(self.ys[0]), float(self.ys[-1]))

    @property
    def start(self) -> Floats:
        return np.array([self.xs.mean(), self.ys.mean()])

    @property
    def height(self) -> Literal["linear", "log"]:
        return "log" if self.loss.min() > 0 else "linear"

    def value(self, xy: ArrayLike) -> Floats:
        found = self._derivative(xy, 0, 0)
        return np.exp(found) if self.height == "log" else found

    def gradient(self, xy: ArrayLike) -> Floats:
        slopes = np.stack([self._derivative(xy, 1, 0), self._derivative(xy, 0, 1)], axis=-1)
        return self.value(xy)[..., None] * slopes if self.height == "log" else slopes

    def hessian(self, xy: ArrayLike) -> Floats:
        fxx, fxy, fyy = (self._derivative(xy, *orders) for orders in ((2, 0), (1, 1), (0, 2)))
        if self.height == "linear":
            return symmetric(fxx, fxy, fyy)
        fx, fy = self._derivative(xy, 1, 0), self._derivative(xy, 0, 1)
        return self.value(xy)[..., None, None] * symmetric(fxx + fx * fx, fxy + fx * fy, fyy + fy * fy)

    def save(self, path: str | Path) -> Path:
        """Write everything, the plane included, into one `.npz` file."""
        plane = self.plane
        arrays: dict[str, Any] = {
            "xs": self.xs,
            "ys": self.ys,
            "loss": self.loss,
            "accuracy": self.accuracy,
            "slopes": self.slopes,
            "data": np.array(self.data),
            "key": np.array(self.key),
            "origin": plane.origin,
            "basis": plane.basis,
            "kind": np.array(plane.kind),
            "extent": np.array(plane.extent),
            "explained": plane.explained,
            "null_explained": plane.null_explained,
        }
        folder.write_arrays(path := Path(path), {name: array for name, array in arrays.items() if array is not None})
        return path

    @classmethod
    def load(cls, path: str | Path) -> Surface:
        """Read what `save` wrote; RunError if it is something else or damaged."""
        try:
            arrays = folder.read_arrays(Path(path))
            (x0, x1), (y0, y1) = arrays["extent"].tolist()
            plane = Plane(
                arrays["origin"],
                arrays["basis"],
                str(arrays["kind"]),
                arrays.get("explained"),
                arrays.get("null_explained"),
                ((x0, x1), (y0, y1)),
            )
            xs, ys, loss = (arrays[name] for name in ("xs", "ys", "loss"))
            data, key = str(arrays["data"]), str(arrays["key"])
            return cls(plane, xs, ys, loss, arrays.get("accuracy"), arrays.get("slopes"), data, key)
        except (RunError, ValueError, KeyError) as error:
            damaged = folder.archived(Path(path)) == "surface"
            reason = f"it is damaged: {error}" if damaged else folder.lies_at(Path(path))
            raise RunError(f"'{path}' is not a saved surface: {reason}") from error

    def _derivative(self, xy: ArrayLike, in_x: int, in_y: int) -> Floats:
        """The spline's value at points (..., 2), or a derivative of it."""
        x, y = split(xy)
        if self._spline.degrees[0] == 3 or in_x == in_y == 0:
            return np.asarray(self._spline(y, x, dx=in_y, dy=in_x, grid=False))
        if max(in_x, in_y) > 1:
            return np.zeros(x.shape)
        # SciPy does not differentiate linear splines.
        grid, rest = (self.xs, in_y) if in_x else (self.ys, 0)
        step = 1e-3 * (grid[1] - grid[0])
        way = step * np.array([1, 0] if in_x else [0, 1])
        return np.asarray((self._derivative(xy + way, 0, rest) - self._derivative(xy - way, 0, rest)) / (2 * step))

    @cached_property
    def _spline(self) -> Any:
        from scipy.interpolate import RectBivariateSpline

        finite = np.isfinite(self.loss)
        highest = float(self.loss[finite].max()) if finite.any() else 1.0
        loss = np.where(finite, self.loss, 10 * abs(highest) if highest else 1.0)
        # A cubic one would swing through the cells beside an overflow.
        degree = 3 if finite.all() else 1
        return RectBivariateSpline(
            self.ys, self.xs, np.log(loss) if self.height == "log" else loss, kx=degree, ky=degree
        )


def grid(extent: Domain, resolution: int) -> tuple[Floats, Floats]:
    """xs (nx,) and ys (ny,): `resolution` along the longer side, on the shorter as many as make the cells about square.

    A side has at least four, so that a spline can be drawn through them.
    """
    at_least("resolution", resolution, 4)
    sides = np.asarray(extent, dtype=np.float64)
    if sides.shape != (2, 2) or not (np.isfinite(sides).all() and (sides[:, 0] < sides[:, 1]).all()):
        raise ValueError(f"extent = {extent} is not allowed: it must be ((x0, x1), (y0, y1)) with x0 < x1 and y0 < y1")
    widths = sides[:, 1] - sides[:, 0]
    nx, ny = np.maximum(4, np.rint((resolution - 1) * widths / widths.max()).astype(int) + 1).tolist()
    (x0, x1), (y0, y1) = sides.tolist()
    return np.linspace(x0, x1, nx), np.linspace(y0, y1, ny)
