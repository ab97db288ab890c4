"""`landscape race`: optimizers against each other on one terrain."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from landscape.core.numerals import setting

from . import options, places
from .verbs import goes_with, verb

if TYPE_CHECKING:
    from landscape import Trajectory

# Times the first loss, beyond which a walk that is still finite is said to diverge.
_FAR = 1e6


@verb(short_help="Race optimizers over a terrain.")
@click.argument("terrain")
@options.walker(default=["sgd:lr=0.015", "adam:lr=0.3"])
@options.start
@options.option("--steps", default=200, help="Steps to take.")
@options.noise
@options.option("--batch-size", type=int, help="Examples a step, on terrains with data; all of them if not given.")
@options.option("--schedule", help="Of the learning rates: cosine, step:gamma=0.3,every=50 …")
@options.option("--seed", default=0, help="Of the noise and the batches.")
@options.option(
    "--target", type=float, help="Loss to be reached; a millionth of the first above the lowest if not given."
)
@options.option("--save", is_flag=True, help="Also write each walk into an .npz file, for `landscape plot`.")
@options.domain
@options.drawn
@places.file("out/race", "File of the figure, without its ending.")
def race(
    terrain: str,
    optimizers: tuple[str, ...],
    start: str | None,
    steps: int,
    noise: float,
    batch_size: int | None,
    schedule: str | None,
    seed: int,
    target: float | None,
    save: bool,
    domain: str | None,
    looks: options.Looks,
    out: Path,
) -> None:
    """Walk optimizers over TERRAIN from one start, draw them, and say who arrives.

    TERRAIN is a name (landscape list terrains), a formula in x and y, or file.py:function. A formula that begins with a
    minus goes to the end, after --.

    \b
    Examples: landscape race rosenbrock -o sgd:lr=0.001 -o adam:lr=0.1 -o scipy:bfgs
              landscape race "x^2 + 30*y^2 + sin(3*x)" -o momentum:lr=0.01 --start -2,1
    """
    import landscape as ls
    from landscape.walks.attraction import lowest

    from . import screen

    if target is not None and not math.isfinite(target):
        raise ValueError(f"--target {target} is not allowed: it must be a finite number")
    ground = options.terrain_of(terrain, domain)
    chosen = [ls.optimizers.walker(text) for text in optimizers]
    point = None if start is None else options.numbers(start, "--start")
    plan = None if schedule is None else ls.schedules.parse(schedule)
    goes_with({"seed": (bool(noise or batch_size), "--noise and --batch-size")})
    given = {"noise": noise, "seed": seed, "batch_size": batch_size, "schedule": plan}
    if any(isinstance(one, ls.optimizers.SciPy) for one in chosen) and (noise or batch_size or plan):
        screen.console.print("SciPy's methods search along lines: they get neither noise nor batches nor a schedule.")
    stem = options.without_ending(out, places.FORMATS)
    saved = [Path(f"{stem}-{options.folder_name(ls.optimizers.text(one, defaults=False))}.npz") for one in chosen]
    places.named(*(saved if save else ()))
    places.hold(stem)
    walks = []
    with screen.bars() as progress:
        task = progress.add_task("walking", total=len(chosen), note="")
        for one in chosen:
            chances = {} if isinstance(one, ls.optimizers.SciPy) else given
            if chances and plan and not ls.optimizers.follows_schedules(one):
                chances = given | {"schedule": None}
                name = ls.optimizers.text(one, defaults=False)
                progress.console.print(f"{name} gets no schedule: its rate is that of the first step alone.")
            walks.append(ls.descend(ground, one, point, steps, **chances))  # type: ignore[arg-type]
            progress.advance(task)
    options.defined(walks)
    with looks.style():
        files = looks.save(ls.figures.race(ground, walks), out)
    if save:
        files += [walk.save(file) for walk, file in zip(walks, saved, strict=True)]

    low, on_border = lowest(ground)
    goal = low + 1e-6 * (float(walks[0].loss[0]) - low) if target is None else target
    aimed = math.isfinite(goal)
    walks = sorted(walks, key=lambda walk: _place(walk, goal))
    words = options.distinct_names([float(walk.loss[-1]) for walk in walks] + [goal])
    rows = []
    for walk, loss in zip(walks, words, strict=False):
        reached, stayed = int(walk.steps_to(goal)), int(walk.settled_at(goal))
        row = [ls.optimizers.text(walk.optimizer, defaults=False), _ending(walk, loss)]
        rows.append(row + [str(step) if step >= 0 else "never" for step in (reached, stayed) if aimed])
    aim = (
        f"target: loss {words[-1] if target is None else setting(target)}" if aimed else "no target: no loss is lowest"
    )
    aim += ", the lowest on the map, at its border" if aimed and target is None and on_border else ""
    columns = ["optimizer", "final loss", *(["steps to target", "to stay there"] if aimed else [])]
    screen.table(f"{terrain}, {steps} steps; {aim}", columns, rows)
    options.report(files)


def _place(walk: Trajectory, goal: float) -> tuple[float, float, float]:
    """What the table is sorted by: who stays at the target first, then who reached it, then by the final loss."""
    stayed, reached, last = int(walk.settled_at(goal)), int(walk.steps_to(goal)), float(walk.loss[-1])
    never = math.inf
    lost = bool(walk.diverged) or not math.isfinite(last)
    return stayed if stayed >= 0 else never, reached if reached >= 0 else never, never if lost else last


def _ending(walk: Trajectory, loss: str) -> str:
    """The final loss, in these words, or that there is none."""
    if walk.diverged:
        return f"{'loss undefined' if walk.outside else 'diverged'} at step {int(walk.diverged_at)}"
    growing = walk.loss[-1] > _FAR * max(1.0, abs(float(walk.loss[0])))
    return loss + (", diverging" if growing else "")
