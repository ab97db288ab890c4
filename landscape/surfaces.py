"""The loss of a network over a plane of its weight space, on a grid."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cached_property
from os import cpu_count
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from threadpoolctl import threadpool_limits

from .checks import at_least
from .errors import RunError
from .folder import write_arrays
from .network import MLP
from .planes import Plane
from .terrains import Domain, Terrain
from .terrains.base import split, symmetric

Array = NDArray[Any]

# Images a block: three affine pieces and one work array of a 128-unit layer then stay in a core's cache.
_BLOCK = 512


@dataclass(frozen=True)
class Surface(Terrain):
    """Loss and accuracy over a plane; between the grid's points it is a Terrain by a cubic spline.

    Attributes
    ----------
    plane : the plane it lies over.
    xs (nx,), ys (ny,) : the grid, in the plane's coordinates.
    loss, accuracy : (ny, nx), with loss[j, i] at (xs[i], ys[j]).
    data : what the loss is a mean over, for captions.
    """

    plane: Plane
    xs: NDArray[np.float64]
    ys: NDArray[np.float64]
    loss: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    data: str = ""

    name: ClassVar[str] = "surface"
    height: ClassVar[Literal["linear", "log"]] = "log"
    floor: ClassVar[float] = 0.0

    @property
    def domain(self) -> Domain:
        return (float(self.xs[0]), float(self.xs[-1])), (float(self.ys[0]), float(self.ys[-1]))

    @property
    def start(self) -> NDArray[np.float64]:
        return np.array([self.xs.mean(), self.ys.mean()])

    def value(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        return np.asarray(np.exp(self._spline(y, x, grid=False)))

    def gradient(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        slopes = [self._spline(y, x, dx=dy, dy=dx, grid=False) for dx, dy in ((1, 0), (0, 1))]
        return np.asarray(self.value(xy)[..., None] * np.stack(slopes, axis=-1))

    def hessian(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        fx, fy = (self._spline(y, x, dx=dy, dy=dx, grid=False) for dx, dy in ((1, 0), (0, 1)))
        fxx, fxy, fyy = (self._spline(y, x, dx=dy, dy=dx, grid=False) for dx, dy in ((2, 0), (1, 1), (0, 2)))
        value = self.value(xy)[..., None, None]
        return value * symmetric(fxx + fx * fx, fxy + fx * fy, fyy + fy * fy)

    def save(self, path: str | Path) -> Path:
        """Write everything, the plane included, into one `.npz` file."""
        plane = self.plane
        arrays: dict[str, Any] = {
            "xs": self.xs,
            "ys": self.ys,
            "loss": self.loss,
            "accuracy": self.accuracy,
            "data": np.array(self.data),
            "origin": plane.origin,
            "basis": plane.basis,
            "kind": np.array(plane.kind),
            "extent": np.array(plane.extent),
        }
        optional = {"explained": plane.explained, "null_explained": plane.null_explained}
        arrays |= {key: value for key, value in optional.items() if value is not None}
        write_arrays(path := Path(path), arrays)
        return path

    @classmethod
    def load(cls, path: str | Path) -> Surface:
        """Read what `save` wrote; RunError if it is something else or damaged."""
        try:
            with np.load(path, allow_pickle=False) as archive:
                (x0, x1), (y0, y1) = archive["extent"].tolist()
                plane = Plane(
                    archive["origin"],
                    archive["basis"],
                    str(archive["kind"]),
                    archive.get("explained"),
                    archive.get("null_explained"),
                    ((x0, x1), (y0, y1)),
                )
                xs, ys, loss, accuracy = (archive[key] for key in ("xs", "ys", "loss", "accuracy"))
                return cls(plane, xs, ys, loss, accuracy, str(archive["data"]))
        except (OSError, ValueError, KeyError, EOFError, AttributeError, zipfile.BadZipFile) as error:
            raise RunError(f"'{path}' is not a saved surface: {error}") from error

    @cached_property
    def _spline(self) -> Any:
        """Through the logarithm of the loss, which varies over decades and must stay positive."""
        from scipy.interpolate import RectBivariateSpline

        return RectBivariateSpline(self.ys, self.xs, np.log(np.maximum(self.loss, 1e-300)))


def surface(
    net: MLP,
    plane: Plane,
    x: Array,
    y: NDArray[np.int64],
    extent: Domain | None = None,
    resolution: int = 51,
    executor: Executor | None = None,
    data: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Surface:
    """Loss and accuracy of `net` over a grid on `plane`, as means over images x (N, D) with labels y (N,).

    Parameters
    ----------
    extent : ((x0, x1), (y0, y1)) in the plane's coordinates; the plane's own if None.
    resolution : grid points along the longer side; the shorter has as many as make the cells about square.
    executor : any `concurrent.futures.Executor`; threads on all cores if None.
    data : what x and y are, for captions.
    progress : called as progress(done, tiles).
    """
    at_least("resolution", resolution, 4)
    (x0, x1), (y0, y1) = plane.extent if extent is None else extent
    longest = max(x1 - x0, y1 - y0)
    nx, ny = (max(4, round((resolution - 1) * side / longest) + 1) for side in (x1 - x0, y1 - y0))
    xs, ys = np.linspace(x0, x1, nx), np.linspace(y0, y1, ny)

    workers = cpu_count() or 1
    tiles = np.array_split(np.arange(ny), min(ny, 4 * workers))
    losses, accuracies = np.full((ny, nx), np.nan), np.full((ny, nx), np.nan)
    pool = ThreadPoolExecutor(workers) if executor is None else executor
    try:
        # One BLAS thread each: the tiles already use all cores.
        with threadpool_limits(1, "blas"):
            futures = {pool.submit(_tile, net, plane, x, y, xs, ys[tile]): tile for tile in tiles}
            for done, future in enumerate(as_completed(futures), start=1):
                losses[futures[future]], accuracies[futures[future]] = future.result()
                if progress is not None:
                    progress(done, len(tiles))
    finally:
        if executor is None:
            pool.shutdown(cancel_futures=True)
    return Surface(plane, xs, ys, losses, accuracies, data)


def _tile(net: MLP, plane: Plane, x: Array, y: NDArray[np.int64], xs: Array, ys: Array) -> tuple[Array, Array]:
    """Mean loss and accuracy (len(ys), len(xs)) over part of the grid.

    The first layer is affine in the plane's coordinates, z₁ = A + αB + βC, so its product with the images is computed
    three times a block of images and not once a cell. Arrays are laid out units first: sums and maxima over the ten
    classes then run along contiguous rows.
    """
    origin, along_x, along_y = (
        net.layers(np.asarray(vector, dtype=net.dtype)) for vector in (plane.origin, *plane.basis)
    )
    pieces = list(zip(origin, along_x, along_y, strict=True))
    loss, right = np.zeros((len(ys), len(xs))), np.zeros((len(ys), len(xs)))
    for at in range(0, len(x), _BLOCK):
        images = np.ascontiguousarray(np.asarray(x[at : at + _BLOCK], dtype=net.dtype).T)
        labels = y[at : at + _BLOCK]
        a0, ax, ay = (w.T @ images + b[:, None] for w, b in (layer[0] for layer in (origin, along_x, along_y)))
        row, z = np.empty_like(a0), np.empty_like(a0)
        activations = [np.empty((units, len(labels)), dtype=net.dtype) for units in net.sizes[1:-1]]
        logits = np.empty((len(xs), net.sizes[-1], len(labels)), dtype=net.dtype)
        for j, beta in enumerate(ys.astype(net.dtype)):
            np.multiply(ay, beta, out=row)
            row += a0
            for i, alpha in enumerate(xs.astype(net.dtype)):
                np.multiply(ax, alpha, out=z)
                z += row
                h = z
                for ((w0, b0), (wx, bx), (wy, by)), a in zip(pieces[1:], activations, strict=True):
                    net.activation.function(h, out=a)
                    h = (w0 + alpha * wx + beta * wy).T @ a
                    h += (b0 + alpha * bx + beta * by)[:, None]
                logits[i] = h
            own = np.take_along_axis(logits, labels[None, None, :], axis=1)[:, 0]
            right[j] += np.count_nonzero(own == logits.max(axis=1), axis=1)
            # Summed in float64: ten thousand float32 terms would lose digits.
            loss[j] += net.loss.terms(logits, labels).sum(axis=1, dtype=np.float64)
    return loss / len(x), right / len(x)
