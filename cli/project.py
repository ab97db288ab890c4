"""`landscape project`: training runs on a plane of their weight space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from landscape.core.numerals import number, percentage

from . import cluster, options, own_models, places
from .data import Images, images_of
from .foreign_weights import Foreign, given
from .own_models import OwnModel
from .terminal import say
from .verbs import FOR_IMAGES, goes_with, verb

if TYPE_CHECKING:
    from landscape import Projected, Run, Surface
    from landscape.models import Model
    from landscape.surfaces.projecting import Snapshots

PLANES = ("pca", "random", "hessian", "gradient", "through")  # as in the library, which is not loaded yet


@verb(least=FOR_IMAGES, short_help="Draw runs on the loss surface over one plane.")
@click.argument("runs", nargs=-1, type=options.PATH)
@options.option("--plane", "kind", default="pca", type=options.OneOf(PLANES), help="See below.")
@options.option("--resolution", default=51, help="Grid points along the longer side.")
@options.option("--extent", help="x0,x1,y0,y1 in the plane's coordinates; around the paths if not given.")
@images_of(10_000)
@options.option("--seed", default=0, help="Of a random plane.")
@options.option("--normalize", default="filter", help="Of a random plane: filter, layer or none.")
@options.option("--tol", type=float, help="How far it may be off, as a share of the range; for fewer points.")
@options.option("--error", type=float, help="Take as many images as bring the standard error to this share.")
@options.option("--gradient", is_flag=True, help="Also compute the exact gradient at each grid point.")
@given
@own_models.given
@options.optimizer("what trained the snapshots of each --weights or --checkpoints, or any name")
@cluster.option
@options.drawn
@places.file("out/surface.npz", "File of the surface; the figure has the same name.", also=["npz"])
def project(
    runs: tuple[Path, ...],
    kind: str,
    resolution: int,
    extent: str | None,
    images: Images,
    seed: int,
    normalize: str,
    tol: float | None,
    error: float | None,
    gradient: bool,
    foreign: Foreign,
    own: OwnModel,
    optimizers: tuple[str, ...],
    dask: str | None,
    looks: options.Looks,
    out: Path,
) -> None:
    """Compute the loss surface over one plane for all RUNS, draw their paths on it, and say what the plane cannot show.

    \b
    pca       the plane that holds most of the runs' movement
    random    two random directions around the end of the first run
    hessian   the two directions of largest curvature there
    gradient  the gradient and the direction of largest curvature there
    through   the ends of three runs, or the start of one and the ends of two

    Snapshots of a network that was trained elsewhere are given as files of weights, with --layers, --activation and
    --loss to say what network it is; --data and --scale (or --mean and --std) say what it was trained on. Their steps
    are read from their names, as is said; --steps gives others.

    A model of another library is given by --model, which names what gives a PyTorch module in a file, with --data and
    --loss, which name what gives its data and the loss of outputs and targets there; or what gives a model that
    ls.models made. Its snapshots are --checkpoints, or runs that ls.record wrote, which remember it then.

    A stopped surface goes on where it was when the same command is given again.

    \b
    Examples:
      landscape project runs/sgd-lr0.1 runs/adam-lr0.001
      landscape project --weights 'mine/*.safetensors' --layers 784,128,10 -o adam
      landscape project --weights 'mine/*.safetensors' --data mine.npz:test --mean 0.1307 --std 0.3081
      landscape project --checkpoints 'ckpt/*.pt' --model mine.py:build --data mine.py:digits --loss mine.py:loss
    """
    import numpy as np

    import landscape as ls
    from landscape.core.checks import one_of
    from landscape.core.own import is_file
    from landscape.datasets import sample as sampling
    from landscape.figures.given import same_network
    from landscape.figures.names import run_names, weights_names
    from landscape.models.objective import objective
    from landscape.networks.architecture import fitting
    from landscape.surfaces.diagnosis.ailments import Ailment
    from landscape.surfaces.diagnosis.case import Case
    from landscape.surfaces.diagnosis.on_models import unfitted, unlike_record
    from landscape.surfaces.projecting import Snapshots
    from landscape.surfaces.projection import named
    from landscape.training.recording import remember

    from . import screen

    weights = foreign.weights or own.checkpoints
    if any(path.is_file() for path in runs):
        raise ValueError("RUNS are folders; give files of weights as --weights 'PATTERN', in quotation marks")
    if bool(runs) + bool(foreign.weights) + bool(own.checkpoints) != 1:
        both = ", and not both" if runs or weights else ""
        raise ValueError(f"give run folders, or --weights{both}")
    if foreign.steps and not weights:
        raise ValueError("--steps: only for --weights and --checkpoints; runs know theirs")
    if optimizers and len(optimizers) != len(weights):
        raise ValueError(
            f"{len(optimizers)} names by -o for {len(weights)} --weights are not allowed: one each is needed"
        )
    elsewhere, drawn = (bool(foreign.weights), "--weights"), (kind == "random", "--plane random")
    made = (bool(foreign.weights or own.model), "--weights and --model")
    goes_with({"layers": elsewhere, "activation": elsewhere, "loss": made, "seed": drawn, "normalize": drawn})
    one_of("--normalize", normalize, ["filter", "layer", "none"])
    origins = _names(weights)
    # What others called a file is no notation that may run one.
    walkers = [named(text) for text in optimizers] or [
        ls.optimizers.External(text) if is_file(text) else named(text) for text in origins
    ]
    out = options.without_ending(out, (*places.FORMATS, "npz"))
    target = out.with_name(out.name + ".npz")
    sides = options.box(extent, "--extent") if extent else None
    model: Model | None = None
    if own.model:
        making = own.making(images.text, "" if foreign.loss == "cross_entropy" else foreign.loss)
        model, images = making.made(), replace(images, text="")
    if runs:
        options.distinct(runs)
        loaded = [ls.Run.load(folder, model) for folder in runs]
        same_network(loaded, "do not share a plane")
        sample = images.of_runs(loaded)
        about = str(sample.about)
        paths: list[Run | Snapshots] = list(loaded)
        labels = [str(folder) for folder in runs]
    elif model is not None:
        found_ = own.snapshots(model, foreign.steps)
        paths = [Snapshots(model, one.params, one.steps, who) for one, who in zip(found_, walkers, strict=True)]
        about = getattr(model, "caption", "")
        sample, labels = sampling.sample_of_own(about), list(weights)
    else:
        network, data = foreign.network(), foreign.data(images)
        sample = images.of(data)
        caption = sample.about
        about = str(replace(caption, scaling=data.scaling) if isinstance(caption, sampling.Images) else caption)
        fitting(network, sample.x, sample.y)
        found = foreign.snapshots(network)
        paths = [Snapshots(network, rows, steps, one) for (rows, steps, _), one in zip(found, walkers, strict=True)]
        labels = list(weights)
        for pattern, (snapshots, _, recorded) in zip(weights, found, strict=True):
            for doubt in ls.weights.doubts(network, snapshots[-1], data, sample.x, sample.y, recorded):
                say(f"Warning: {pattern}: {doubt}", err=True)

    places.hold(out)
    given: dict[str, Any] = {"plane": kind, "extent": sides, "resolution": resolution, "gradient": gradient}
    given |= {"seed": seed, "normalize": None if normalize == "none" else normalize, "out": target}
    if runs and own.model:
        case = Case(None, tuple(loaded), objective(model))
        for one in (*unfitted(case), *unlike_record(case)):
            if isinstance(one, Ailment):
                say(f"Warning: {one.words}", err=True)
        for folder in runs:
            remember(folder, making)
    given |= {"tol": tol, "error": error}
    with cluster.executor(dask) as executor, screen.projecting() as show:

        def preview(_: Surface, off: float) -> None:
            show("surface", note="" if np.isnan(off) else f"within {percentage(off)} %")

        surface, walks = ls.projected(paths, sample, **given, executor=executor, progress=show, preview=preview)
    about = str(surface.data) if error is not None else about

    def names() -> list[str]:
        """In the language of the style in force: the figure's own, and English on the terminal."""
        return run_names(loaded) if runs else weights_names(walkers, origins)

    with looks.style():
        files = looks.save(ls.figures.projection(surface, walks, names()), out)
    _report(surface, walks, labels, names(), about or str(surface.data))
    options.report([target, *files])


def _names(patterns: Sequence[str]) -> list[str]:
    """The names of the folders that the files lie in, with as much more of their paths as tells them apart."""
    places = [Path(pattern) for pattern in patterns]
    if len(places) == 1:
        return [places[0].parent.name]
    twice = next((pattern for k, pattern in enumerate(patterns) if pattern in patterns[:k]), None)
    if twice is not None:
        raise ValueError(f"--weights '{twice}' is given twice: give it once")
    folders = [place.parent for place in places]
    if len(set(folders)) == len(folders):
        return options.distinct(folders)
    return [f"{place.parent.name} {place.name.removesuffix('.safetensors')}".strip() for place in places]


def _report(surface: Surface, walks: list[Projected], labels: list[str], names: list[str], about: str) -> None:
    """The table of what is true and what the plane shows, and the sentence."""
    import numpy as np

    from . import screen

    rows = []
    # The lowest true loss first; what has none comes last.
    ends = sorted(zip(walks, labels, names, strict=True), key=lambda one: np.nan_to_num(one[0].loss[-1], nan=np.inf))
    for walk, label, name in ends:
        for words, place, k in ((label, "start", 0), (f"  {name}", "end", -1)):
            numbers = [number(value, 4) for value in (walk.residual[k], walk.loss[k], walk.in_plane[k])]
            rows.append([words, place, *numbers])
    columns = ["run", "", "distance off the plane", "true loss", "loss in the plane"]
    screen.table(f"loss over {about}", columns, rows)
    screen.console.print(surface.faithfulness)
