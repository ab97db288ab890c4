"""`landscape project`: training runs on a plane of their weight space."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from . import options

if TYPE_CHECKING:
    from landscape import MLP, Plane, Trajectory

PLANES = ("pca", "random", "hessian", "gradient", "through")


@click.command(short_help="Draw runs on the loss surface over one plane.")
@click.argument("runs", nargs=-1, type=click.Path(path_type=Path))
@click.option("--plane", "kind", default="pca", show_default=True, type=click.Choice(PLANES), help="See below.")
@click.option("--resolution", default=51, show_default=True, help="Grid points along the longer side.")
@click.option("--extent", help="x0,x1,y0,y1 in the plane's coordinates; around the paths if not given.")
@options.images
@click.option("--seed", default=0, show_default=True, help="Of a random plane.")
@click.option("--normalize", default="filter", show_default=True, help="Of a random plane: filter, layer or none.")
@click.option("--gradient", is_flag=True, help="Also compute the exact gradient at each grid point.")
@click.option(
    "--weights", multiple=True, metavar="PATTERN", help="Instead of runs: snapshots, as 'mine/*.safetensors'."
)
@options.layers
@options.activation
@options.loss
@options.optimizer("what trained the snapshots of each --weights, or any name")
@options.dask
@options.theme
@options.formats
@options.out("out/surface.npz", "File of the surface; the figure has the same name.")
def project(
    runs: tuple[Path, ...],
    kind: str,
    resolution: int,
    extent: str | None,
    images: str,
    seed: int,
    normalize: str,
    gradient: bool,
    weights: tuple[str, ...],
    layers: str,
    activation: str,
    loss: str,
    optimizers: tuple[str, ...],
    dask: str | None,
    theme: str,
    formats: str,
    out: Path,
) -> None:
    """Compute the loss surface over one plane for all RUNS, draw their paths on it, and say what the plane cannot show.

    \b
    pca       the plane that holds most of the runs' movement
    random    two random directions around the end of the first run
    hessian   the two directions of largest curvature there
    gradient  the gradient and the direction of largest curvature there
    through   the ends of three runs, or the start of one and the ends of two

    Snapshots of a network that was trained elsewhere are given as files of weights, in the order of their numbers;
    --layers, --activation and --loss then say what network it is.

    A stopped surface goes on where it was when the same command is given again.

    \b
    Examples:
      landscape project runs/sgd-lr0.1 runs/adam-lr0.001
      landscape project --weights 'mine/*.safetensors' --layers 784,128,10 -o adam
    """
    import landscape as ls
    from landscape.figures.labels import network_name

    from . import screen

    if bool(runs) == bool(weights):
        raise ValueError("give run folders, or --weights, and not both" if runs else "give run folders, or --weights")
    if optimizers and len(optimizers) != len(weights):
        raise ValueError(
            f"{len(optimizers)} names by -o for {len(weights)} --weights are not allowed: one each is needed"
        )
    given = options.box(extent, "--extent") if extent else None
    if runs:
        loaded = [ls.Run.load(folder) for folder in runs]
        kinds = {f"{network_name(run)}, {run.settings['network']['loss']}" for run in loaded}
        if len(kinds) > 1:
            raise ValueError(f"runs of different networks do not share a plane: {'; '.join(sorted(kinds))}")
        network, data = loaded[0].network, loaded[0].data()
        paths: list[Any] = list(loaded)
        labels = [str(folder) for folder in runs]
    else:
        sizes = options.numbers(layers, "--layers", int)
        network, data = ls.MLP(sizes, activation, loss=loss), ls.datasets.load()
        paths, labels = [_snapshots(network, pattern) for pattern in weights], list(weights)
    x, y, caption = options.choose(data, images)

    out.parent.mkdir(parents=True, exist_ok=True)
    with options.executor(dask) as executor, screen.surface_progress() as watch:
        plane = _plane(kind, network, paths, x, y, seed, normalize)
        surface = ls.surface(
            network, plane, x, y, given, resolution, executor, out, caption, watch("surface"), gradient=gradient
        )
        walks = []
        for k, path in enumerate(paths):
            show = watch(f"path {k + 1} of {len(paths)}")
            if runs:
                walks.append(ls.project(path, surface, x, y, progress=show))
            else:
                name = optimizers[k] if optimizers else Path(weights[k]).parent.name
                walks.append(
                    ls.project(
                        path,
                        surface,
                        loss=lambda params: network.loss_value(params, x, y),
                        optimizer=name,
                        progress=show,
                    )
                )
    with ls.figures.style(theme):
        files = options.save(ls.figures.projection(surface, walks), out.with_suffix(""), formats)
    _report(surface.plane, walks, labels, caption)
    options.report([out, *files])


def _snapshots(network: MLP, pattern: str) -> Any:
    import numpy as np

    from landscape import weights

    return np.stack([weights.load(path, network) for path in weights.find(pattern)])


def _plane(kind: str, network: MLP, paths: list[Any], x: Any, y: Any, seed: int, normalize: str) -> Plane:
    import landscape as ls

    if kind == "pca":
        return ls.planes.pca(paths)
    snapshots = [path.snapshots if isinstance(path, ls.Run) else path for path in paths]
    end = snapshots[0][-1]
    if kind == "random":
        plane = ls.planes.random(network, end, seed, None if normalize == "none" else normalize)
    elif kind == "hessian":
        plane = ls.planes.hessian(network, end, x, y)
    elif kind == "gradient":
        plane = ls.planes.gradient(network, end, x, y)
    else:
        if len(paths) not in (2, 3):
            raise ValueError(f"--plane through goes through the ends of 2 or 3 runs, not {len(paths)}")
        ends = [one[-1] for one in snapshots]
        plane = ls.planes.through(*([snapshots[0][0], *ends] if len(ends) == 2 else ends))
    return ls.planes.frame(plane, paths)


def _report(plane: Plane, walks: list[Trajectory], labels: list[str], caption: str) -> None:
    """The table of what is true and what the plane shows, and the sentence."""
    from rich.markup import escape

    from landscape.figures.labels import name_of

    from . import screen

    rows = []
    for walk, label in zip(walks, labels, strict=True):
        assert walk.residual is not None
        assert walk.in_plane is not None
        for name, place, k in ((label, "start", 0), (f"  {name_of(walk.optimizer)}", "end", -1)):
            numbers = [f"{value:.4g}" for value in (walk.residual[k], walk.loss[k], walk.in_plane[k])]
            rows.append([escape(name), place, *numbers])
    columns = ["run", "", "distance off the plane", "true loss", "loss in the plane"]
    screen.table(f"loss over {caption}", columns, rows)
    screen.console.print(plane.faithfulness)
