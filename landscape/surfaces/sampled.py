"""Surface: the loss on a grid over a plane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..core import bounds
from ..core.annotations import Floats
from ..core.checks import Text, rectangle, within
from ..core.errors import RunError
from ..core.numerals import percentage
from ..core.values import Value
from ..datasets import sample
from ..datasets.sample import Caption
from ..files import archives, kinds
from ..files.archives import NUMBER, SHARE, TEXT, Field, Schema, reading
from ..files.frames import frame_of
from ..models.objective import Model
from ..planes import Plane
from ..terrains import Domain, Terrain
from ..terrains.terrain import Admission, split, symmetric
from ..training.run import Run
from .diagnosis import Diagnosis, diagnose
from .exporting import columns, export
from .spline import Spline, SplineError

_NOISY = 0.05  # of the range of the loss, from where on contour lines may be of the samples alone
_PREDICTED = "{share} of the points were computed, others are predicted."
_OTHERS = "With other samples heights differ by {noise} of their range."
_SHARES = Field("f", (2,), optional=True, rule="finite", least=-1e-9, most=1 + 1e-9)  # but for rounding
_SCHEMA: Schema = {
    "xs": Field("f", ("nx",), rule="ascending"),
    "ys": Field("f", ("ny",), rule="ascending"),
    "loss": Field("f", ("ny", "nx")),
    "accuracy": replace(SHARE, shape=("ny", "nx"), optional=True),
    "slopes": Field("f", ("ny", "nx", 2), optional=True),
    "standard_error": Field("f", ("ny", "nx"), optional=True, least=0),
    "computed": Field("b", ("ny", "nx"), optional=True),
    "data": TEXT,
    "key": TEXT,
    "rounding": replace(NUMBER, most=1, optional=True),
    "origin": Field("f", ("P",), rule="finite"),
    "basis": Field("f", (2, "P"), rule="finite"),
    "kind": TEXT,
    "extent": Field("f", (2, 2), rule="ascending"),
    "explained": _SHARES,
    "null_explained": _SHARES,
}


class OverPlane:
    """What a terrain over a plane through weight space says of itself."""

    plane: Plane

    @property
    def is_plane(self) -> bool:
        return True

    @property
    def to_scale(self) -> bool:
        return self.plane.to_scale

    @property
    def networks(self) -> Floats:
        return self.plane.networks

    @property
    def caveats(self) -> list[Admission]:
        return [self.plane.caveat]


@dataclass(frozen=True, eq=False, repr=False)
class Surface(Value, OverPlane, Terrain):
    """Loss and accuracy over a plane; between the grid's points it is a Terrain by a spline.

    The spline is cubic, and goes through the logarithm of the loss where all that is finite is positive, as that varies
    over decades. Beyond the grid nothing was computed, and the spline goes straight on from the border, so a walk may
    leave and come back; a map is blank there. In cells with a corner where the loss overflowed it is inf: a walk that
    gets there has diverged. How near the spline is to the loss elsewhere, `error` says.

    Attributes
    ----------
    plane : the plane it lies over.
    xs (nx,), ys (ny,) : the grid, in the plane's coordinates.
    loss : (ny, nx), with loss[j, i] at (xs[i], ys[j]); inf where it overflowed.
    accuracy : (ny, nx); None where no answer is right or wrong.
    slopes : (ny, nx, 2), the exact gradient in the plane's coordinates; None if it was not asked for. `gradient` is the
        spline's, which it should be near to.
    data : what the loss is a mean over, for captions.
    rounding : of the loss, as a share of it: as much as the precision that it was computed in allows.
    key : a checksum of all that it was computed from; empty if it was not computed into a file.
    standard_error : (ny, nx), of the loss as an estimate of what it would be over all data, from how it differs between
        the samples; None where these are not told apart. A bump that is not far above it may be none.
    computed : (ny, nx), which points were computed; None if all were. The others are predicted, within the tolerance
        that was asked for.
    """

    plane: Plane
    xs: Floats
    ys: Floats
    loss: Floats
    accuracy: Floats | None = None
    slopes: Floats | None = None
    data: Caption = ""
    key: Text = ""
    rounding: float = 1e-14
    standard_error: Floats | None = None
    computed: NDArray[np.bool_] | None = None

    name: ClassVar[str] = "surface"

    def __repr__(self) -> str:
        return f"<Surface of {len(self.xs)} × {len(self.ys)} points over {self.plane!r}>"

    @property
    def is_bounded(self) -> bool:
        return True

    @property
    def domain(self) -> Domain:
        return (float(self.xs[0]), float(self.xs[-1])), (float(self.ys[0]), float(self.ys[-1]))

    @property
    def start(self) -> Floats:
        return np.array([self.xs.mean(), self.ys.mean()])

    @property
    def height(self) -> Literal["linear", "log"]:
        finite = self.loss[np.isfinite(self.loss)]
        return "log" if finite.size and finite.min() > 0 else "linear"

    def value(self, xy: ArrayLike) -> Floats:
        found = self._spline.value(*split(xy))
        with np.errstate(over="ignore"):
            loss = np.exp(found) if self.height == "log" else found
        return np.where(np.isnan(loss), np.inf, loss)

    def gradient(self, xy: ArrayLike) -> Floats:
        slopes = np.stack(self._spline.slopes(*split(xy)), axis=-1)
        if self.height == "linear":
            return slopes
        with np.errstate(over="ignore", invalid="ignore"):
            return self.value(xy)[..., None] * slopes

    def hessian(self, xy: ArrayLike) -> Floats:
        fxx, fxy, fyy = self._spline.bends(*split(xy))
        if self.height == "linear":
            return symmetric(fxx, fxy, fyy)
        fx, fy = self._spline.slopes(*split(xy))
        with np.errstate(over="ignore", invalid="ignore"):
            return self.value(xy)[..., None, None] * symmetric(fxx + fx * fx, fxy + fx * fy, fyy + fy * fy)

    @cached_property
    def error(self) -> SplineError:
        """How far the spline is from the loss between the grid's points, as this very grid tells."""
        return SplineError.of(self._spline, self.loss, self.slopes, self.height == "log", self.rounding)

    @property
    def noise(self) -> float:
        """The standard error of a usual point, as a share of the range of the loss; nan where it is not known."""
        if self.standard_error is None:
            return float("nan")
        finite, known = self.loss[np.isfinite(self.loss)], self.standard_error[np.isfinite(self.standard_error)]
        span = float(np.ptp(finite)) if finite.size else 0.0
        return float(np.median(known)) / span if known.size and span > 0 else float("nan")

    @property
    def caveats(self) -> list[Admission]:
        """What a picture of it cannot show, in sentences with their numbers: how much of the movement the plane holds,
        how near the spline is to the loss, which points were computed, how much other samples would change where that
        is much, and that there is no loss at some points."""
        said = [self.plane.caveat]
        if np.isfinite([self.error.loss, self.error.slope]).all():
            shares = {"loss": _within(self.error.loss), "slope": _within(self.error.slope)}
            said.append(("Between grid points: loss within {loss}, slopes within {slope}.", shares))
        if self.computed is not None:
            share = f"{percentage(float(self.computed.mean()))}%"
            said.append((_PREDICTED, {"share": share}))
        if (noise := self.noise) > _NOISY:
            said.append((_OTHERS, {"noise": f"{percentage(noise)}%"}))
        bad = int(np.count_nonzero(~np.isfinite(self.loss)))
        if bad:
            counts = {"bad": f"{bad:,}", "all": f"{self.loss.size:,}"}
            said.append(("At {bad} of {all} grid points the loss is not finite; maps are blank there.", counts))
        return said

    @property
    def faithfulness(self) -> str:
        """The same as plain text."""
        return " ".join(sentence.format(**numbers) for sentence, numbers in self.caveats)

    def diagnose(self, runs: Run | Sequence[Run] = (), model: Model | None = None) -> Diagnosis:
        """Why its picture looks as it does: what is wrong with it, and with runs on it, the gravest first; see
        `landscape.diagnose`."""
        return diagnose(runs, self, model)

    def save(self, path: str | Path) -> Path:
        """Write everything, the plane included, into one `.npz` file; or, as the ending of the name says, what other
        programs read: `.csv` for spreadsheets, `.glb` for Blender, `.stl` for printers, `.vtk` for ParaView. Heights of
        meshes are on the scale on which the surface is drawn, the longer side is 1.

        RunError if it cannot be written, or if what is there is something else; LandscapeError where a library is not
        installed that meshes need.
        """
        if Path(path).suffix not in ("", ".npz"):
            export(self, Path(path))
            return Path(path)
        names = ("xs", "ys", "loss", "accuracy", "slopes", "key", "rounding", "standard_error", "computed")
        arrays = {name: getattr(self, name) for name in names} | {"data": str(self.data)} | self.plane.arrays()
        kept = {name: array for name, array in arrays.items() if array is not None}
        archives.write(path := Path(path), kinds.SURFACE, kept)
        return path

    def to_frame(self) -> Any:
        """A row for each point of the grid, as a `pandas.DataFrame`; LandscapeError where pandas is not installed."""
        return frame_of(columns(self))

    @classmethod
    def load(cls, path: str | Path) -> Surface:
        """Read what `save` wrote; RunError if it is something else, damaged, or of a newer version."""
        path = Path(path)
        if kinds.kind(path) not in (kinds.SURFACE, kinds.UNREADABLE):
            raise RunError(f"'{path}' is not a saved surface: {kinds.lies_at(path)}")
        arrays = archives.read(path, kinds.SURFACE, _SCHEMA)
        with reading(path):
            plane = Plane.of_arrays(arrays)
            plane.project(plane.origin)  # it says so where directions span no plane
            xs, ys, loss = (arrays[name] for name in ("xs", "ys", "loss"))
            if not (loss > -np.inf).all() or min(loss.shape) < 4:
                raise ValueError("it is no whole grid")
            data, key = sample.read(str(arrays["data"])), str(arrays["key"])
            rounding = float(arrays.get("rounding", cls.rounding))
            drawn, spread = (arrays.get("accuracy"), arrays.get("slopes")), ("standard_error", "computed")
            return cls(plane, xs, ys, loss, *drawn, data, key, rounding, *map(arrays.get, spread))

    @cached_property
    def _spline(self) -> Spline:
        with np.errstate(divide="ignore", invalid="ignore"):
            return Spline(self.xs, self.ys, np.log(self.loss) if self.height == "log" else self.loss)


def _within(error: float) -> str:
    """An estimated error as a percentage: one digit, rounded up, as more are not known."""
    error = max(error, 1e-5)
    digit = 10.0 ** np.floor(np.log10(error))
    return f"{100 * digit * np.ceil(error / digit - 1e-9):g}%"


def grid(extent: Domain, resolution: int) -> tuple[Floats, Floats]:
    """xs (nx,) and ys (ny,): `resolution` along the longer side, on the shorter as many as make the cells about square.

    A side has at least four, so that a spline can be drawn through them.
    """
    resolution = within("resolution", resolution, 4, 10_000)
    (x0, x1), (y0, y1) = rectangle("extent", extent)
    widths = x1 - x0, y1 - y0
    nx, ny = (max(4, round((resolution - 1) * width / max(widths)) + 1) for width in widths)
    bounds.memory({f"resolution = {resolution}": 100 * nx * ny})
    return np.linspace(x0, x1, nx), np.linspace(y0, y1, ny)
