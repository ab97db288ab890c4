"""What is wrong with the loss itself: it is random, or of another model, or mostly a penalty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...core.annotations import Floats
from ...core.numerals import number, percentage
from ...models.objective import Objective
from ...training.run import Run
from ..steadiness import same
from .ailments import Ailment, Reading
from .case import Case, Relief, lowest

_CALLS = 5  # of a loss at one point; what is random in one batch of a hundred shows in a few
_OTHER = 1e-3  # of a loss, by which another sum in float32 may differ; other images change it more
_TOLD, _FELL = 20, 0.5  # losses of a run, and how much of them is left, from where on the record says something
_BY_HEART = float(np.log(10))
_AS_FAR = 6.0  # times as far in its logarithm; a test loss that stays behind, or dropout while training, is no more
_HALF = 0.5  # of the relief, from which on the penalty makes more of it than the data do


def random_loss(case: Case) -> Iterator[Reading]:
    """The same parameters, evaluated several times: a loss that differs by more than sums are rounded is random."""
    # A loss of this project's alone draws nothing.
    if case.of is None or case.of.whole or (place := _place(case)) is None:
        return
    # Alone, each call of a PyTorch module would begin with the same seed.
    with case.of.session():
        losses = np.array([case.of.loss_value(place) for _ in range(_CALLS)])
    finite = losses[np.isfinite(losses)]
    largest = float(np.abs(finite).max(initial=0.0))
    spread = float(np.ptp(finite)) if finite.size else 0.0
    steady = all(same(float(losses[0]), float(one), largest) for one in losses[1:])
    words = f"called {_CALLS} times with the same parameters the loss differs by {number(spread)}, at {number(largest)}"
    if steady:
        yield Reading("random-loss", words, spread, 0.0)
        return
    mends = "ls.models.torch(net, loss, data), which turns dropout off; what else is random in the loss, draw it once"
    yield Ailment("random-loss", f"{words}: dropout is on, or something else is drawn anew", spread, 0.0, call=mends)


def other_loss(case: Case) -> Iterator[Reading]:
    """The loss, computed where the surface is lowest: rounding is least there."""
    if case.of is None or case.surface is None or (found := lowest(case.surface)) is None:
        return
    (place, height), size = found, case.surface.plane.origin.size
    if not _fits(case.of, size):
        words = f"the plane lies among {size:,} parameters, and the model has others"
        call = "surface.diagnose(runs, model=…) with the model that it was made of"
        yield Ailment("other-loss", words, 1.0, 0.0, call=call)
        return
    loss = case.of.loss_value(_at(case.surface, place, case.of))
    apart, limit = abs(loss - height), _OTHER * max(abs(height), 1e-2)
    words = f"at its lowest point the surface is {number(height, 6)}, and the loss of the model {number(loss, 6)}"
    if apart <= limit:
        yield Reading("other-loss", words, apart, limit)
    else:
        said = f"{words}: the surface is of another model, or over other data"
        call = "surface.diagnose(runs, model=…) with the model and the data that it was made of"
        yield Ailment("other-loss", said, apart, limit, call=call)


def unlike_record(case: Case) -> Iterator[Reading]:
    """Whether the loss fell along the run as the losses did that were recorded while it was trained."""
    if case.of is None:
        return
    for path in case.paths:
        if path.run.is_recorded and _fits(case.of, path.run.params.size):
            yield from _unlike(path.run, path.name, case.of)


def unfitted(case: Case) -> Iterator[Reading]:
    """Running statistics that are frozen as a new module has them, though other networks are looked at."""
    of: Any = case.of
    if not (layers := getattr(of, "unfitted", 0)) or not (case.runs or case.surface):
        return
    words = f"{_counted(layers)} normalised by running statistics to which no batch has contributed: those of a new "
    words += "module, and of no network that was trained"
    call = 'ls.models.torch(net, loss, data, buffers="recomputed"), or with the module that was trained'
    yield Ailment("batch-norm-untrained", words, float(layers), 0.0, call=call)


def _counted(layers: int, whose: str = "") -> str:
    return f"{layers} layer{whose} is" if layers == 1 else f"{layers} layers{whose} are"


def _fits(of: Objective, parameters: int) -> bool:
    return of.specification is None or of.specification.size == parameters


def _unlike(run: Run, name: str, of: Objective) -> Iterator[Reading]:
    recorded = run.history["loss"][np.isfinite(run.history["loss"])]
    if len(recorded) < _TOLD or run.diverged:
        return
    few = max(1, len(recorded) // 10)
    began, ended = float(np.mean(recorded[: max(1, few // 4)])), float(np.mean(recorded[-few:]))
    first, last = (of.loss_value(one.astype(of.dtype)) for one in (run.snapshots[0], run.params))
    if not (0 < ended < _FELL * began) or not np.isfinite([first, last]).all():
        return
    # What falls further may be learnt by heart, and says nothing on other data.
    fell = min(float(np.log(began / ended)), _BY_HEART)
    here = float(np.log(first / last)) if first > 0 and last > 0 else 0.0
    words = f"while {name} was trained its loss fell from {number(began)} to {number(ended)}; that of the model goes "
    words += f"from {number(first)} to {number(last)}"
    if here >= fell / _AS_FAR:
        yield Reading("unlike-record", words, here / fell, 1 / _AS_FAR)
        return
    said = f"{words}: it is another loss, or over other data, or running statistics are those of another network"
    call = 'ls.models.torch(net, loss, data, buffers="recomputed"), or the loss that the run was trained with'
    yield Ailment("unlike-record", said, here / fell, 1 / _AS_FAR, call=call)


def train_mode(case: Case) -> Iterator[Reading]:
    """Batch normalisation by the statistics of each batch: the loss then depends on how the data are split."""
    for layers, batches, whose in _normalised(case):
        words = f"{_counted(layers, f' of {whose}')} normalised by the statistics of each {batches}"
        call = 'ls.models.torch(net, loss, data, buffers="frozen"), or "recomputed", from all data at each point'
        yield Ailment("batch-norm-in-train-mode", words, float(layers), 0.0, call=call)


def _normalised(case: Case) -> Iterator[tuple[int, str, str]]:
    """Layers in train mode, of what they take the statistics, and whose they are."""
    of: Any = case.of
    if getattr(of, "buffers", "") == "train":
        if layers := sum(name.endswith("running_mean") for name in of.others):
            yield layers, f"of {len(of.batches)} batches", "the model"
        return
    for path in case.paths:
        if _options(path.run).get("buffers") == "train":
            # Of each, scale and shift are parameters.
            layers = sum(one.kind == "norm" for one in path.run.network.specification.tensors) // 2
            if layers:
                yield layers, "batch", path.name


def penalty(case: Case) -> Iterator[Reading]:
    """How much of the relief is ½ λ |params|², which is known in closed form on a plane."""
    if case.surface is None or not (decay := _decay(case)) > 0:
        return
    finite = np.isfinite(case.surface.loss)
    if not finite.any():
        return
    term = 0.5 * decay * _squares(case.surface)[finite]
    own = float(np.ptp(term))
    share = own / ((own + float(np.ptp(case.surface.loss[finite] - term))) or 1.0)
    words = f"the penalty of weight_decay = {decay:g} makes {percentage(share)} % of the relief, the data the rest"
    if share <= _HALF:
        yield Reading("penalty-swamps", words, share, _HALF)
    else:
        call = "ls.models.torch(net, loss, data, weight_decay=0)"
        yield Ailment("penalty-swamps", words, share, _HALF, call=call)


def _decay(case: Case) -> float:
    """λ of the loss that the surface is of."""
    known = [getattr(case.of, "weight_decay", 0.0) if case.of is not None else 0.0]
    known += [_options(path.run).get("weight_decay", 0.0) for path in case.on_plane]
    return float(next((one for one in known if one), 0.0))


def _options(run: Any) -> dict[str, Any]:
    """How the model of a recorded run is made, beyond what it is."""
    found = run.settings["network"].get("making", {}).get("options", {})
    return found if isinstance(found, dict) else {}


def _squares(surface: Relief) -> Floats:
    """|params|² at each point (ny, nx) of the grid."""
    plane = surface.plane
    a, b = np.meshgrid(surface.xs, surface.ys)
    first, second = plane.basis
    lengths = a**2 * (first @ first) + b**2 * (second @ second) + 2 * a * b * (first @ second)
    return np.asarray(
        plane.origin @ plane.origin + lengths + 2 * (a * (plane.origin @ first) + b * (plane.origin @ second))
    )


def _place(case: Case) -> Any:
    """Parameters (P,) to look at: the surface's lowest point, the end of a run, or the model's own."""
    assert case.of is not None
    if case.surface is not None and (found := lowest(case.surface)) is not None:
        if not _fits(case.of, case.surface.plane.origin.size):
            return None
        return _at(case.surface, found[0], case.of)
    if case.runs:
        return case.runs[0].params.astype(case.of.dtype)
    return case.of.params if case.of.params.size else None


def _at(surface: Relief, place: Floats, of: Objective) -> Any:
    return surface.plane.at(place).astype(of.dtype)
