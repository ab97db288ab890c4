"""Trajectory and Projected: where an optimizer went on a terrain, and a run seen on a plane of its weight space."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import optimizers, terrains
from ..core import own
from ..core.annotations import Array
from ..core.errors import RunError
from ..core.shown import Shown
from ..core.values import Value
from ..files import archives, kinds
from ..files.archives import COUNT, NUMBER, TEXT, Field, Schema, parsed, reading
from ..files.frames import frame_of
from ..optimizers import Optimizer, Walker, schedules
from ..optimizers.schedules import Schedule
from ..terrains import Terrain
from ..training import summary

FAR = 1e30  # coordinates up to which no tenth power overflows
_NUMBERS = {  # of the fields, those that are single numbers
    "lost_at": COUNT,
    "noise": NUMBER,
    "batch_size": replace(COUNT, least=1),
    "seed": COUNT,
}
_ARRAYS = ("gradient", "residual", "in_plane", "outside")
_TEXTS = ("terrain", "terrain_name", "optimizer", "schedule")
_SCHEMA: Schema = {
    **dict.fromkeys(_TEXTS, TEXT),
    "settings": replace(TEXT, optional=True),
    "domain": Field("f", (2, 2), rule="ascending"),
    "start": Field("f", (2,), rule="finite"),
    "steps": Field("iu", ("R",), rule="ascending"),
    "x": Field("f", ("R", ..., 2)),
    "loss": Field("f", ("R", ...)),
    "gradient": Field("f", ("R", ..., 2), optional=True),
    "residual": Field("f", ("R",), optional=True, least=0),
    "in_plane": Field("f", ("R",), optional=True),
    "outside": Field("b", None, optional=True),
    **{name: replace(field, optional=True) for name, field in _NUMBERS.items()},
    "state.*": Field("biuf", None),
}


@dataclass(frozen=True, eq=False, repr=False)
class Walk(Value, Shown):
    """What every picture of a path is drawn from: a `Trajectory`, or a `Projected` run.

    Rows are the recorded steps, R of them; the axes after the first, written `...`, are those of the starts.

    Attributes
    ----------
    terrain, optimizer : what the path lies on, and what walked.
    steps : (R,), the step number of each row; the last step is always there.
    x : (R, ..., 2), the points.
    loss : (R, ...), the true loss.
    diverged : (...), True where a walk ended without a finite point, gradient or loss.
    outside : (...), True for those of them that did not run away: they ended at a point where there is no loss, as
        √x has none for x < 0 (see `no_loss`).
    """

    terrain: Terrain
    optimizer: Walker
    steps: NDArray[np.int64]
    x: Array
    loss: Array
    outside: NDArray[np.bool_] = field(default_factory=lambda: np.array(False), kw_only=True)

    def __repr__(self) -> str:
        walks = "" if self.loss.ndim == 1 else f", {self.loss[0].size:,} walks"
        who = optimizers.text(self.optimizer, defaults=False)
        return f"<{type(self).__name__} of {who} on {self.terrain.name}, {int(self.steps[-1]):,} steps{walks}>"

    @property
    def losses(self) -> tuple[Array, ...]:
        """The curves (R, ...) that a picture of the loss shows, the true one first."""
        return (self.loss,)

    @property
    def on_ground(self) -> bool:
        """Whether `loss` is the terrain's height at the points `x`."""
        return True

    @property
    def diverged(self) -> NDArray[np.bool_]:
        # The last row tells, whichever rows were recorded: a walk that stopped stays nan.
        return np.asarray(~self._whole(slice(-1, None))[0])

    @property
    def diverged_at(self) -> NDArray[np.int64]:
        """The recorded step from which on each walk has no finite point, gradient or loss, shape (...); for a projected
        run, the step at which it was given up; −1 if it did not diverge."""
        # Far out a loss may overflow and come back; what counts is from where on it does not.
        lost = np.logical_and.accumulate(~self._whole(slice(None))[::-1], axis=0)[::-1]
        return np.where(lost[-1], self.steps[np.argmax(lost, axis=0)], -1)

    def _whole(self, rows: slice) -> NDArray[np.bool_]:
        """Whether point, loss and what else there is are finite, (rows, ...)."""
        return np.asarray(np.isfinite(self.x[rows]).all(axis=-1) & np.isfinite(self.loss[rows]))

    def steps_to(self, loss: float) -> NDArray[np.int64]:
        """The first recorded step at which each walk is at or below `loss`, shape (...); −1 where it never is."""
        reached = self.loss <= loss
        first = self.steps[np.argmax(reached, axis=0)]
        return np.where(reached.any(axis=0), first, -1)

    def settled_at(self, loss: float) -> NDArray[np.int64]:
        """The recorded step from which each walk stays at or below `loss`, shape (...); −1 where it ends above.

        An oscillating walk may dip below a loss by chance long before; then this is what is worth comparing.
        """
        row = settled(self.loss, loss)
        return np.where((row < 0) | self.diverged, -1, self.steps[row])

    def to_frame(self) -> Any:
        """A row for each recorded step of each start, as a `pandas.DataFrame`: start, step, x, y and loss, and of a run
        on a plane its distance off the plane and the loss in it. LandscapeError where pandas is not installed."""
        count = len(self.steps)
        x, loss = self.x.reshape(count, -1, 2), self.loss.reshape(count, -1)
        starts = loss.shape[1]
        columns = {
            "start": np.tile(np.arange(starts), count),
            "step": np.repeat(self.steps, starts),
            **{name: x[..., k].ravel() for k, name in enumerate(("x", "y"))},
            "loss": loss.ravel(),
        }
        more = {name: getattr(self, name, None) for name in ("residual", "in_plane")}
        return frame_of(columns | {name: np.ravel(values) for name, values in more.items() if values is not None})

    def save(self, path: str | Path) -> Path:
        """Write everything into one `.npz` file; the terrain as its notation, where it has one.

        RunError if it cannot be written, or if what is there is no saved trajectory.
        """
        own = {name: getattr(self, name, None) for name in (*_ARRAYS, *_NUMBERS)}
        arrays: dict[str, Any] = {"steps": self.steps, "x": self.x, "loss": self.loss, "start": self.terrain.start}
        arrays |= {name: np.asarray(value) for name, value in own.items() if value is not None}
        arrays |= {"domain": np.array(self.terrain.domain), **self._more()}
        arrays |= {"terrain": _notation(self.terrain), "terrain_name": self.terrain.name}
        arrays |= {"optimizer": optimizers.text(self.optimizer)}
        path = _with_ending(path)
        archives.write(path, kinds.WALK, arrays)
        return path

    def _more(self) -> dict[str, Any]:
        """What is saved beside arrays and numbers."""
        return {"schedule": ""}

    @classmethod
    def load(cls, path: str | Path, terrain: Terrain | None = None) -> Trajectory | Projected:
        """Read what `save` wrote, a `Trajectory` or a `Projected` run; RunError if it is something else or damaged.

        terrain : the ground, needed where it has no notation: a Python function, or a network's surface.
        """
        path = _with_ending(path)
        if (there := kinds.kind(path)) == kinds.NOTHING:
            raise RunError(f"there is no file '{path}'")
        if there not in (kinds.WALK, kinds.UNREADABLE):
            raise RunError(f"'{path}' is not a saved trajectory: {kinds.lies_at(path)}")
        arrays = archives.read(path, kinds.WALK, _SCHEMA)
        with reading(path):
            texts = {name: str(arrays[name]) for name in _TEXTS}
            found: dict[str, Any] = {name: arrays[name] for name in ("steps", "x", "loss", "outside") if name in arrays}
            if not len(found["steps"]):
                raise ValueError("it has no steps")
            if found.get("outside", np.array(False)).shape not in ((), found["loss"].shape[1:]):
                raise ValueError("outside is of other starts")
            if (settings := parsed(str(arrays.get("settings", "{}")))) != {}:
                summary.check_settings(settings)
            found["optimizer"] = optimizers.stored_walker(texts["optimizer"])
            kind = Projected if "residual" in arrays else Trajectory
            found |= kind._fields(found, arrays)
            if terrain is None and texts["terrain"]:
                terrain = terrains.stored(texts["terrain"], arrays["domain"], arrays["start"])
        if terrain is None:
            raise RunError(
                f"'{path}' was walked on '{texts['terrain_name']}', a function or surface that is not in the file: "
                "give it (terrain=, or on the command line --terrain mine.py:function or --surface FILE)"
            )
        return kind(terrain, **found)

    @classmethod
    def _fields(cls, found: Mapping[str, Any], arrays: Mapping[str, Array]) -> dict[str, Any]:
        """Those of this type alone, from the arrays of a file and what has been found in them."""
        return {}


@dataclass(frozen=True, eq=False, repr=False)
class Trajectory(Walk):
    """The record of a walk on a terrain, from one start or from many at once.

    Attributes
    ----------
    gradient : (R, ..., 2), the gradient that the optimizer saw at each point, noise included; the terrain's own if none
        is given.
    state : the optimizer's memory at each point, in the paper's symbols: name → (R, ..., 2), or more axes for matrices.
        At step 0 it is the state before the first step; "delta" is the step that led to the point.
    schedule : what multiplied the learning rate; None if nothing did.
    noise, batch_size, seed : as `descend` took them.
    diverged : (...), True where point, gradient or loss were not finite: there the walk stops, and later rows are nan.

    All else is as in `Walk`.
    """

    gradient: Array = None  # type: ignore[assignment]  # until __post_init__
    state: dict[str, Array] = field(default_factory=dict)
    schedule: Schedule | None = None
    noise: float = 0.0
    batch_size: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if self.gradient is None:
            with np.errstate(all="ignore"):
                object.__setattr__(self, "gradient", self.terrain.gradient(self.x))

    def _whole(self, rows: slice) -> NDArray[np.bool_]:
        return np.asarray(super()._whole(rows) & np.isfinite(self.gradient[rows]).all(axis=-1))

    def lr_at(self, step: int) -> float:
        """The learning rate of the step that left the point of that step number; nan where there is none."""
        if not isinstance(self.optimizer, Optimizer):
            return float("nan")
        return self.optimizer.lr * (1.0 if self.schedule is None else self.schedule(step, int(self.steps[-1])))

    def _more(self) -> dict[str, Any]:
        state = {f"state.{name}": array for name, array in self.state.items()}
        return {"schedule": "" if self.schedule is None else schedules.text(self.schedule), **state}

    @classmethod
    def _fields(cls, found: Mapping[str, Any], arrays: Mapping[str, Array]) -> dict[str, Any]:
        state = {name.removeprefix("state."): array for name, array in arrays.items() if name.startswith("state.")}
        _check_state(found["optimizer"], state, found["loss"].shape)
        own = {name: arrays[name].item() for name in ("noise", "batch_size", "seed") if name in arrays}
        own |= {"gradient": arrays["gradient"]} if "gradient" in arrays else {}
        schedule = str(arrays["schedule"])
        return {"state": state, "schedule": schedules.stored(schedule) if schedule else None, **own}


@dataclass(frozen=True, eq=False, repr=False)
class Projected(Walk):
    """A network's run, seen on a plane of its weight space, as `project` makes it of the run's snapshots.

    Attributes
    ----------
    terrain : the surface over the plane.
    x : (R, 2), the nearest points of the plane.
    loss : (R,), the network's own loss, which is not the terrain's at `x`.
    residual : (R,), how far the network lies off the plane.
    in_plane : (R,), the loss at the nearest point of the plane, `x`.
    lost_at : of a run that diverged, the step at which it did, its last; None otherwise.
    settings : all that the run depended on, by which pictures tell it from others; empty for plain snapshots.
    diverged : whether the run was given up: its rows are those of its snapshots, all finite.

    All else is as in `Walk`.
    """

    residual: Array
    in_plane: Array
    lost_at: int | None = None
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def losses(self) -> tuple[Array, ...]:
        return self.loss, self.in_plane

    @property
    def on_ground(self) -> bool:
        return False

    @property
    def diverged(self) -> NDArray[np.bool_]:
        return super().diverged if self.lost_at is None else np.array(True)

    @property
    def diverged_at(self) -> NDArray[np.int64]:
        return super().diverged_at if self.lost_at is None else np.array(self.lost_at)

    def _more(self) -> dict[str, Any]:
        return {"schedule": "", **({"settings": json.dumps(self.settings)} if self.settings else {})}

    @classmethod
    def _fields(cls, found: Mapping[str, Any], arrays: Mapping[str, Array]) -> dict[str, Any]:
        lost_at = arrays["lost_at"].item() if "lost_at" in arrays else None
        if lost_at is not None and lost_at < found["steps"][-1]:
            raise ValueError("lost_at is before its last step")
        return {name: arrays[name] for name in ("residual", "in_plane")} | {
            "lost_at": lost_at,
            "settings": parsed(str(arrays.get("settings", "{}"))),
        }


def _check_state(optimizer: Walker, state: Mapping[str, Array], shape: tuple[int, ...]) -> None:
    """ValueError, which names the array, unless the state is of these rows and starts, and as the optimizer has it."""
    known = optimizer.recorded(optimizer.init(np.zeros((1, 2)))) if isinstance(optimizer, Optimizer) else {}
    for name, array in state.items():
        own = known[name].shape[1:] if name in known else array.shape[len(shape) :]
        if array.shape != (*shape, *own):
            raise ValueError(f"state.{name} has shape {array.shape}, which does not fit the other arrays")


def _with_ending(path: str | Path) -> Path:
    """The path, ending in .npz as NumPy wants it."""
    path = Path(path)
    return path if path.suffix == ".npz" else path.with_name(path.name + ".npz")


def _notation(terrain: Terrain) -> str:
    """The terrain's notation; empty where it has none, or where reading it would execute a file."""
    try:
        notation = terrains.text(terrain)
    except ValueError:
        return ""
    return "" if own.is_file(notation) else notation


def no_loss(x: Array, loss: Array) -> NDArray[np.bool_]:
    """Whether there is no loss (...) at points (..., 2) that are not so far out that something overflows there."""
    return np.asarray(np.isnan(loss) & (np.abs(x) < FAR).all(axis=-1))


def settled(losses: Array, target: float) -> NDArray[np.int64]:
    """The first row of losses (rows, ...) from which on each column stays at or below `target`; −1 where none does."""
    above = ~(losses <= target)
    after = len(losses) - np.argmax(above[::-1], axis=0)
    return np.where(above[-1], -1, np.where(above.any(axis=0), after, 0))
