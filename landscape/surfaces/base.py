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
from ..terrains import Domain, Terrain
from ..terrains.base import split, symmetric

Array = NDArray[Any]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Surface(Terrain):
    """Loss and accuracy over a plane; between the grid's points it is a Terrain by a cubic spline.

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
    height: ClassVar[Literal["linear", "log"]] = "log"
    floor: ClassVar[float] = 0.0

    @property
    def domain(self) -> Domain:
        return (float(self.xs[0]), float(self.xs[-1])), (float(self.ys[0]), float(self.ys[-1]))

    @property
    def start(self) -> Floats:
        return np.array([self.xs.mean(), self.ys.mean()])

    def value(self, xy: ArrayLike) -> Floats:
        x, y = split(xy)
        return np.asarray(np.exp(self._spline(y, x, grid=False)))

    def gradient(self, xy: ArrayLike) -> Floats:
        x, y = split(xy)
        slopes = [self._spline(y, x, dx=dy, dy=dx, grid=False) for dx, dy in ((1, 0), (0, 1))]
        return np.asarray(self.value(xy)[..., None] * np.stack(slopes, axis=-1))

    def hessian(self, xy: ArrayLike) -> Floats:
        x, y = split(xy)
        fx, fy = (self._spline(y, x, dx=dy, dy=dx, grid=False) for dx, dy in ((1, 0), (0, 1)))
        fxx, fxy, fyy = (self._spline(y, x, dx=dy, dy=dx, grid=False) for dx, dy in ((2, 0), (1, 1), (0, 2)))
        value = self.value(xy)[..., None, None]
        return np.asarray(value * symmetric(fxx + fx * fx, fxy + fx * fy, fyy + fy * fy))

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
            raise RunError(f"'{path}' is not a saved surface: {error}") from error

    @cached_property
    def _spline(self) -> Any:
        """Through the logarithm of the loss, which varies over decades and must stay positive."""
        from scipy.interpolate import RectBivariateSpline

        # A loss that overflowed is drawn as a very high one, so that the rest of the surface has a spline.
        finite = np.nan_to_num(self.loss, nan=1e300, posinf=1e300, neginf=1e-300)
        return RectBivariateSpline(self.ys, self.xs, np.log(np.clip(finite, 1e-300, 1e300)))


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
