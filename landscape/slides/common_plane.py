"""The terrain that runs of one network walked on: their common plane, and the line between two of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..core.errors import NoPlaneError
from ..datasets.sample import Sample
from ..models.objective import objective
from ..surfaces import Line, Surface, line
from ..surfaces.projecting import Progress, projected
from ..walks.trajectory import Projected
from .facts import Entry, Facts, one_network

_SHOWN = 60  # snapshots of a path, beyond which a slide looks no different
_FEWEST = 3  # snapshots that make a path
_PATHS = 5  # that the figure has panels for


@dataclass(frozen=True)
class CommonPlane:
    """Runs on the surface over their common plane.

    entries, walks : the runs, in the order in which they were given. pair : the two best of them, or the only one; the
    line goes from the one to the other.
    """

    entries: list[Entry]
    surface: Surface
    walks: list[Projected]
    pair: list[Entry]
    line: Line | None


def walkers(ranked: Sequence[Entry]) -> list[Entry]:
    """The runs that share a plane, the best first: the largest group of one network whose snapshots are a path."""
    able = [entry for entry in ranked if len(entry.run.snapshots) >= _FEWEST]
    groups = one_network(able)
    return groups[0][:_PATHS] if groups else []


def common_plane(facts: Facts, sample: Sample, resolution: int, progress: Progress) -> CommonPlane | None:
    """The terrain of `walkers`, over the images and labels of the sample, with its caption; None if nothing moved, or
    if the sample is of other data than theirs."""
    best = walkers(facts.ranked)
    entries = [entry for entry in facts.entries if entry in best]
    x, y, caption = sample
    if not entries:
        return None
    runs = [entry.run for entry in entries]
    if not facts.own and (x.shape[1] != runs[0].mlp.sizes[0] or facts.data is None or runs[0].other_data(facts.data)):
        return None
    of = entries[0].of or objective(runs[0].network, x, y)
    if facts.own:
        caption = getattr(of, "caption", "")
    try:
        terrain, walks = projected(runs, Sample(x, y, caption), resolution=resolution, most=_SHOWN, progress=progress)
    except NoPlaneError:
        # Snapshots that are all the same, as at a learning rate too small for float32.
        return None
    ends = [entry.run.params for entry in best[:2]]
    between = line(of, ends[0], ends[1], data=caption) if len(ends) > 1 else None
    return CommonPlane(entries, terrain, walks, best[:2], between)
