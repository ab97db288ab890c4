"""`landscape race`: optimizers against each other on one terrain."""

from __future__ import annotations

from pathlib import Path

import click

from . import options


@click.command()
@click.argument("terrain")
@options.optimizer(default=["sgd:lr=0.015", "adam:lr=0.3"])
@click.option("--start", help="x,y; the terrain's own if not given.")
@click.option("--steps", default=200, show_default=True, help="Steps to take.")
@click.option("--noise", default=0.0, show_default=True, help="Standard deviation of noise on the gradient.")
@click.option("--seed", default=0, show_default=True, help="Of the noise.")
@click.option("--target", type=float, help="Loss to be reached; a millionth of the first one if not given.")
@options.theme
@options.formats
@options.out("out/race", "File of the figure, without its ending.")
def race(
    terrain: str,
    optimizers: tuple[str, ...],
    start: str | None,
    steps: int,
    noise: float,
    seed: int,
    target: float | None,
    theme: str,
    formats: str,
    out: Path,
) -> None:
    """Walk optimizers over TERRAIN from one start, draw them, and say who arrives.

    Example: landscape race rosenbrock -o sgd:lr=0.001 -o adam:lr=0.1 --steps 500
    """
    import landscape as ls

    from . import screen

    ground = ls.terrains.parse(terrain)
    chosen = [ls.optimizers.parse(text) for text in optimizers]
    point = None if start is None else options.numbers(start, "--start")
    walks = [ls.descend(ground, optimizer, point, steps, noise, seed) for optimizer in chosen]
    with ls.figures.style(theme):
        files = options.save(ls.figures.race(ground, walks), out, formats)

    goal = 1e-6 * float(walks[0].loss[0]) if target is None else target
    rows = []
    for walk in walks:
        arrived = int(walk.settled_at(goal))
        rows.append(
            [
                ls.optimizers.text(walk.optimizer, defaults=False),
                "diverged" if walk.diverged else f"{walk.loss[-1]:.4g}",
                str(arrived) if arrived >= 0 else "never",
            ]
        )
    screen.table(f"{terrain}, {steps} steps", ["optimizer", "final loss", f"steps to stay below {goal:.3g}"], rows)
    options.report(files)
