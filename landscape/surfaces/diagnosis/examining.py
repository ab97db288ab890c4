"""All that is looked for, the gravest first, in the pictures of a surface and of runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from ...core.errors import InputError
from ...models.objective import Model, objective
from ...training.run import Run
from . import on_heights, on_models, on_planes, on_runs
from .ailments import Ailment, Diagnosis, Reading
from .case import Case, Relief

Rule = Callable[[Case], Iterator[Reading]]

# Each makes what comes after it worth less: first what is no loss, or not that of these runs, then what leaves nothing
# to be seen, what the paths do not tell, and what the plane does not hold.
RULES: tuple[Rule, ...] = (
    on_models.random_loss,
    on_runs.other_network,
    on_runs.other_data,
    on_models.other_loss,
    on_models.unfitted,
    on_models.unlike_record,
    on_runs.same_run,
    on_models.train_mode,
    on_planes.near_zero,
    on_runs.dead_units,
    on_heights.too_small,
    on_heights.too_large,
    on_models.penalty,
    on_runs.snapshots,
    on_runs.scales,
    on_planes.held,
    on_planes.off_plane,
    on_heights.resolution,
)


def diagnose(runs: Run | Sequence[Run] = (), surface: Relief | None = None, model: Model | None = None) -> Diagnosis:
    """Why a picture looks as it does: what is wrong with a surface, with runs on it, or with either alone.

    runs : that are drawn. surface : that they are drawn on. model : with data of its own, or those of the surface, as
    `net.on(x, y)`: what the surface is of. It is then computed at some points, to see whether it is that, and steady,
    and whether the surface is near it between the points of its grid.

    Returns the findings, the gravest first, each a number beyond its limit with what mends it; none where all is well.
    `print` shows them on a page, with all other numbers that were looked at. ValueError where there is nothing to look
    at, or the model has no data.
    """
    given = tuple(runs) if isinstance(runs, Iterable) else (runs,)
    if not given and surface is None and model is None:
        raise InputError("there is nothing to look at: give runs, a surface or a model")
    if odd := next((one for one in given if not isinstance(one, Run)), None):
        raise TypeError(f"a Run, one or several of it, is needed, not {type(odd).__name__}")
    of = None if model is None else objective(model)
    case = Case(surface, given, of)
    readings: list[Reading] = []
    for rule in RULES:
        readings += rule(case)
        last = readings[-1] if readings else None
        if isinstance(last, Ailment) and last.name in ("random-loss", "other-loss"):
            # What another loss is, or what it is the next time, says nothing on this surface.
            case = Case(surface, given)
    return Diagnosis(readings)
