"""`landscape doctor`: why a picture looks as it does, and what is missing in the installation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options
from .terminal import say
from .verbs import verb

if TYPE_CHECKING:
    from landscape import Run, Surface
    from landscape.models import Model


@verb(short_help="Say why a picture looks as it does; or what the installation lacks.")
@click.argument("sources", metavar="[SURFACE] [RUNS]", nargs=-1, type=options.PATH)
@options.option("--model", metavar="FILE:NAME", help="What gives the surface's model, as for landscape project.")
@options.option("--data", metavar="FILE:NAME", help="What gives its data, if --model gives a PyTorch module.")
@options.option("--loss", metavar="FILE:NAME", help="And what gives its loss.")
def doctor(sources: tuple[Path, ...], model: str | None, data: str | None, loss: str | None) -> None:
    """Look at a saved SURFACE, at RUNS, or at both for what makes a picture say something else than it seems to: a page
    of findings, the gravest first, each a measured number with what mends it.

    Without either, look at the installation: what films, slides, pages and models of other libraries lack, with the
    command that brings it. The exit code is 1 if something that is there does not work.

    \b
    Examples:
      landscape doctor out/surface.npz runs/*
      landscape doctor
    """
    if not sources:
        if model or data or loss:
            raise ValueError("--model, --data and --loss are for a SURFACE or RUNS: give some")
        _installation()
        return
    import landscape as ls
    from landscape.models.making import Making
    from landscape.surfaces.diagnosis.loss_of_runs import loss_of

    files = [path for path in sources if path.is_file() or path.suffix == ".npz"]
    folders = [path for path in sources if path not in files]
    if len(files) > 1:
        raise ValueError(f"{len(files)} surfaces are not allowed: give one, or see landscape compare")
    if (data or loss) and not model:
        raise ValueError("--data and --loss are for --model: give it, too, as mine.py:build")
    options.distinct(folders)
    surface: Surface | None = ls.Surface.load(files[0]) if files else None
    made: Model | None = Making(model, data or "", loss or "").absolute().made() if model else None
    runs: list[Run] = [ls.Run.load(folder, made) for folder in folders]
    if made is None:
        made, why = loss_of(surface, runs)
        if why:
            say(f"Note: {why}", err=True)
    say(ls.diagnose(runs, surface, made))


def _installation() -> None:
    """What is there, line by line as it is known; exit code 1 if some of that does not work."""
    from .installation import EXTRAS, look

    broken = False
    for extra in EXTRAS:
        state = look(extra)
        say(f"{state.mark}  {extra.gives}: {state.words}")
        if state.mends:
            say(f"   {state.mends}")
        broken |= state.broken
    if broken:
        raise click.exceptions.Exit(1)
