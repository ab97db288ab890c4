"""What figures are made from, given as text: run folders, saved surfaces and trajectories, terrains."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import options
from .data import Images

if TYPE_CHECKING:
    from landscape import Run, Surface
    from landscape.figures.catalogue import FigureKind
    from landscape.sweeps import Table
    from landscape.terrains import Terrain
    from landscape.walks.trajectory import Walk

saved_surface = options.option("--surface", type=options.PATH, help="A saved one, to draw runs and trajectories on.")
own_ground = options.option(
    "--terrain", help="That saved trajectories were walked on, if it is your own: mine.py:function."
)


@dataclass(frozen=True)
class Sources:
    """The sources of one figure, all of one kind, and what is needed to make walks of them.

    texts : a run folder, a file of a surface or a trajectory, or a terrain's notation each. images : of the loss of
    runs. optimizers, steps : who walks on a terrain, and how far. surface : a saved one to draw runs on, if any.
    ground : what saved trajectories were walked on, where that is a function of the user's own.
    """

    texts: tuple[str, ...]
    images: Images
    optimizers: tuple[str, ...] = ()
    steps: int = 200
    surface: Path | None = None
    ground: str | None = None

    def __post_init__(self) -> None:
        if self.surface is not None and self.ground is not None:
            raise ValueError("--surface and --terrain both say what was walked on: give one of them")

    def material(self, figure: FigureKind) -> dict[str, Any]:
        """What a figure takes of all this; ValueError if it needs what is not here."""
        kind, needs, found = figure.name, figure.needs, dict[str, Any]()
        of_runs = "runs" in needs or ("runs" in figure.takes and self._kind() == "run")
        runs = self.runs(kind) if of_runs else [self.run(kind)] if "run" in needs else []
        walks = self.walks(kind) if {"walk", "walks"} & {*figure.takes} else []
        if {"walk", "walks"} & {*needs} and not walks:
            raise ValueError(f"{kind} needs optimizers on a terrain: give -o once or more")
        if "walk" in needs and len(walks) > 1:
            raise ValueError(f"{kind} draws one walk, not {len(walks)}")
        if "optimizers" in needs and not self.optimizers:
            raise ValueError(f"{kind} needs optimizers: give -o once or more")
        makers: dict[str, Callable[[], Any]] = {
            "surfaces": lambda: self.surfaces(kind),
            "terrain": lambda: walks[0].terrain if walks else self.terrain(kind),
            "optimizers": lambda: self.optimizers,
            "walks": lambda: walks,
            "walk": lambda: walks[0],
            "runs": lambda: runs,
            "run": lambda: runs[0],
            "data": lambda: self.images.data(runs),
            "sample": lambda: self.images.of_runs(runs),
            "samples": lambda: self.images.of_each(runs),
            "table": lambda: self.table(kind),
        }
        for name in figure.takes:
            # What can be left out is not made of sources of another kind.
            if name in needs or not (runs and name == "terrain"):
                found[name] = makers[name]()
        return found

    def runs(self, kind: str) -> list[Run]:
        """Run folders; ValueError, which names the kind of figure, for anything else."""
        self._only("run", f"{kind} needs run folders")
        if self.optimizers:
            raise ValueError(f"-o is for walks on a terrain; '{self.texts[0]}' is a run and is shown as it is")
        options.distinct([Path(text) for text in self.texts])
        return self._loaded

    @cached_property
    def _loaded(self) -> list[Run]:
        """Of a figure that asks for walks and for names, too, once."""
        from landscape import Run

        return [Run.load(text) for text in self.texts]

    def table(self, kind: str) -> Table:
        """The table of a sweep."""
        from landscape.sweeps import Table

        self._only("table", f"{kind} needs the table of a sweep, a .csv file")
        if len(self.texts) > 1:
            raise ValueError(f"{kind} draws one table, not {len(self.texts)}")
        if self.optimizers:
            raise ValueError(f"-o is for walks on a terrain; '{self.texts[0]}' is a table and is shown as it is")
        return Table.load(self.texts[0])

    def surfaces(self, kind: str) -> list[Surface]:
        """Saved surfaces."""
        from landscape import Surface

        self._only("surface", f"{kind} needs saved surfaces")
        if self.optimizers:
            raise ValueError(f"-o is for walks on a terrain; {kind} shows surfaces as they are")
        options.distinct([Path(text) for text in self.texts], "surface")
        return [Surface.load(text) for text in self.texts]

    def run(self, kind: str) -> Run:
        """A single run folder."""
        runs = self.runs(kind)
        if len(runs) > 1:
            raise ValueError(f"{kind} draws one run, not {len(runs)}: give one run folder")
        return runs[0]

    def terrain(self, kind: str) -> Terrain:
        """A terrain, a saved surface, or what trajectories were walked on."""
        import landscape as ls

        if self._kind() in ("trajectory", "run"):
            return self.walks(kind)[0].terrain
        if len(self.texts) > 1:
            raise ValueError(f"{kind} draws one terrain, not {len(self.texts)}")
        if self._kind() == "surface":
            return ls.Surface.load(self.texts[0])
        try:
            return options.terrain_of(self.texts[0], None)
        except ValueError as error:
            if not str(error).startswith("unknown terrain"):
                raise
            raise ValueError(f"{error}; nor is '{self.texts[0]}' a run folder or an .npz file") from None

    def walks(self, kind: str) -> Sequence[Walk]:
        """Saved trajectories; runs on a surface; or the optimizers' walks on a terrain; none without optimizers."""
        import landscape as ls

        found = self._kind()
        if found in ("trajectory", "run") and self.optimizers:
            raise ValueError(f"-o is for walks on a terrain; '{self.texts[0]}' is a {found} and is shown as it is")
        if found != "run" and self.images.text:
            raise ValueError(f"--data is for run folders, and '{self.texts[0]}' is a {found}: leave it out")
        if found != "trajectory" and self.ground is not None:
            raise ValueError(f"--terrain is for saved trajectories, and '{self.texts[0]}' is a {found}: leave it out")
        if found == "trajectory":
            options.distinct([Path(text) for text in self.texts], "walk")
            saved: Terrain | None = None if self.surface is None else ls.Surface.load(self.surface)
            if self.ground is not None:
                saved = options.terrain_of(self.ground, None)
            return [ls.Trajectory.load(text, saved) for text in self.texts]
        if found == "run":
            from landscape.figures.given import same_network

            from . import screen

            runs = self.runs(kind)
            same_network(runs, "do not share a plane")
            sample = self.images.of_runs(runs)
            with screen.projecting() as show:
                ready = None if self.surface is None else ls.Surface.load(self.surface)
                return ls.projected(runs, sample, surface=ready, progress=show)[1]
        if self.surface is not None:
            raise ValueError(f"--surface is for runs and trajectories, and '{self.texts[0]}' is a {found}")
        ground = self.terrain(kind)
        walks = [ls.descend(ground, ls.optimizers.walker(text), steps=self.steps) for text in self.optimizers]
        options.defined(walks)
        return walks

    def _only(self, wanted: str, message: str) -> None:
        from landscape.files.kinds import lies_at

        for text in self.texts:
            if _kind_of(text) != wanted:
                lies = f": {lies_at(Path(text))}" if os.path.isfile(text) else ""
                raise ValueError(f"{message}, and '{text}' is none{lies}")

    def _kind(self) -> str:
        """The kind that all sources are of."""
        first = _kind_of(self.texts[0])
        self._only(first, f"sources of one kind are needed; '{self.texts[0]}' is a {first}")
        return first


def _kind_of(text: str) -> str:
    """ "run", "surface", "trajectory", "table" or "terrain"."""
    from landscape.files import kinds
    from landscape.files.archives import reading
    from landscape.files.opening import opened
    from landscape.training.folder import is_run

    path = Path(text)
    if os.path.isdir(path):
        # A folder may have the name of a terrain.
        return "run" if is_run(path) or not _is_terrain(text) else "terrain"
    if text.endswith(".csv"):
        return "table"
    if not text.endswith(".npz"):
        return "run" if "/" in text and not os.path.exists(path) and not _is_terrain(text) else "terrain"
    if (there := kinds.kind(path)) == kinds.NOTHING:
        raise ValueError(f"there is no file '{text}'")
    if there == kinds.UNREADABLE:
        with reading(path):
            opened(path).close()
    found = {kinds.SURFACE: "surface", kinds.WALK: "trajectory"}.get(there)
    if found is None:
        raise ValueError(f"'{text}' is not a saved surface or trajectory: {kinds.lies_at(path)}")
    return found


def _is_terrain(text: str) -> bool:
    """Whether a text with a slash is a formula or a file's function, and not a folder that is missing."""
    from landscape import terrains

    try:
        terrains.parse(text)
    except ValueError:
        return ".py" in text
    return True
