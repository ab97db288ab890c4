"""`landscape project`: runs on a plane of their weight space, and the loss over it."""

from __future__ import annotations

from pathlib import Path

import click

from . import options


@click.command(short_help="Compute the loss surface over a plane for runs.")
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--plane", default="pca", show_default=True, type=click.Choice(["pca"]), help="How the plane is chosen.")
@click.option("--resolution", default=51, show_default=True, help="Grid points along the longer side.")
@options.images
@options.out("out/surface.npz", "File of the surface.")
def project(runs: tuple[Path, ...], plane: str, resolution: int, images: str, out: Path) -> None:
    """Compute the loss surface over one plane for all RUNS, and say how much of the truth it holds.

    Example: landscape project runs/sgd-lr0.1 runs/adam-lr0.001
    """
    import landscape as ls

    from . import screen

    loaded = [ls.Run.load(folder) for folder in runs]
    x, y, caption = options.choose(loaded[0].data(), images)
    chosen = ls.planes.pca(loaded)
    with screen.bars() as progress:
        task = progress.add_task("surface", total=None, note="")

        def show(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        surface = ls.surface(loaded[0].network, chosen, x, y, resolution=resolution, data=caption, progress=show)
    out.parent.mkdir(parents=True, exist_ok=True)
    surface.save(out)

    rows = []
    for run in loaded:
        walk = ls.project(run, surface, x, y)
        assert walk.residual is not None
        rows += [
            [f"{type(run.optimizer).__name__}, lr {run.optimizer.lr:g}: {place}"]
            + [f"{value:.4g}" for value in (walk.residual[k], walk.loss[k], surface.value(walk.x[k]))]
            for place, k in (("start", 0), ("end", -1))
        ]
    screen.table(f"loss over {caption}", ["run", "distance off the plane", "true loss", "loss in the plane"], rows)
    screen.console.print(chosen.faithfulness)
    options.report([out])
