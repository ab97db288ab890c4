"""What computes the loss of a surface, as far as runs tell it."""

from __future__ import annotations

from collections.abc import Sequence

from ...core.errors import LandscapeError
from ...datasets.sample import Images
from ...models.objective import Objective, objective
from ...training.recorded import Recorded
from ...training.run import Run, data_of
from .case import Relief


def loss_of(surface: Relief | None, runs: Sequence[Run]) -> tuple[Objective | None, str]:
    """The loss of the runs' network, over the images that the surface says it is over, or of a recorded model over its
    own data; or why there is none, in a line, which is empty where nothing is to be expected."""
    try:
        for run in runs:
            if surface is None or run.params.size == surface.plane.origin.size:
                found = _of(surface, run)
                if found is not None:
                    return found, ""
    except (LandscapeError, ValueError) as error:
        return None, f"the loss itself was not computed: {error}"
    return None, ""


def _of(surface: Relief | None, run: Run) -> Objective | None:
    network = run.network
    if isinstance(network, Recorded):
        return network.on() if network.known else None
    caption = None if surface is None else surface.data
    if not isinstance(caption, Images) or caption.name != run.settings["data"]:
        return None
    sample = data_of([run]).sample(caption.count, caption.part)
    return objective(network, sample.x, sample.y)
