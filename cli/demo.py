"""`landscape demo`: the main job from end to end."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from landscape.core.numerals import percentage

from . import options, places
from .verbs import FOR_IMAGES, verb

if TYPE_CHECKING:
    from landscape import Projected, Run, Surface, Sweep, Trajectory
    from landscape.datasets import Dataset

_NETWORK = (784, 128, 10)
_IMAGES = 10_000
_LESSONS = ("ravine", "mnist")
_RAVINE_STEPS = 350

# The controls of a film, which the page's script shows.
_BAR = """<div class="bar" hidden>
<button type="button">Play</button><input type="range" min="0" step="any" value="0" aria-label="Place in the film">
<output></output><button type="button" aria-label="Full screen" title="Full screen"><svg viewBox="0 0 16 16"
aria-hidden="true"><path d="M2 6V2h4m4 0h4v4m0 4v4h-4m-4 0H2v-4"/></svg></button>
</div>"""
# What to type next, and why; {runs} is the folder of the demo's runs.
_NEXT = {
    "explore --open": "All terrains and optimizers, challenges, and small networks that learn before one's eyes",
    "race himmelblau -o sgd:lr=0.01 -o momentum:lr=0.01 -o adam:lr=0.1": "Optimizers of your choice on another terrain",
    'race "x^2 + 20*y^2 + sin(3*x)" -o sgd:lr=0.02 -o adam:lr=0.1': "… or on a formula of yours",
    "show {runs}/adam": "What one of these networks has learned, and what it misreads",
    "train -o sgd:lr=0.1 -o adam --epochs 5 --seeds 3": "Runs of your own, of several seeds: these say who is ahead",
    "slides {runs}/sgd {runs}/adam --out talk.pptx": "The talk for PowerPoint, with all of its films",
    "evidence --quick": "What is true of the story, sentence by sentence",
    "list optimizers": "What else there is: optimizers, terrains, figures, lessons",
}


@dataclass(frozen=True)
class Results:
    """What the demo measured, for its figures and its page; `images` are those of the surface."""

    sweeps: list[Sweep]
    runs: list[Run]
    folders: list[Path]
    images: int
    surface: Surface
    walks: list[Projected]
    ravine: list[Trajectory]


@verb(least=FOR_IMAGES, short_help="Do all of it once, on one page.")
@options.option("--quality", type=options.OneOf(["low", "medium", "high"]), default="low", help="Of films.")
@options.option("--images", type=int, help="Train on that many images only; all of them if not given.")
@places.folder("out/demo", "Folder of all that is made.")
def demo(quality: str, images: int | None, out: Path) -> None:
    """Train SGD and Adam on MNIST, project, plot, animate, and show it all on one page.

    Both optimizers get the same sweep of learning rates first; each then trains one epoch at its best.
    """
    import landscape as ls

    from . import screen
    from .animate import films

    began = time.perf_counter()
    data = ls.datasets.load()
    if images is not None:
        with options.said_of(n="--images"):
            data = data.subset(images)
    places.hold(out, out / "index.html")
    results = _compute(out, data)
    screen.console.print("Drawing the figures …")
    figures = _draw(results, out)
    screen.console.print("Rendering two films …")
    videos = films(_LESSONS, quality=quality, theme="dark", runs=tuple(results.folders), out=out)
    screen.console.print("Making a page to play with, and a talk …")
    further = [_playground(results, out), _talk(results, data, videos, out)]
    page = _page(results, out)

    rows = [[_name(run), f"{percentage(run.test_accuracy, 2)} %"] for run in _ranked(results.runs)]
    screen.table(
        f"One epoch of MNIST, {results.runs[0].settings['images']:,} images", ["optimizer", "test accuracy"], rows
    )
    screen.console.print("One run each: another seed may turn their order round.")
    screen.console.print(results.surface.faithfulness)
    screen.console.print(f"All done in {time.perf_counter() - began:.0f} s.")
    screen.console.print(f"Next: {_commands(out)[0][1]} (more at the foot of the page)")
    options.report([*results.folders, *figures, *videos, *further, page])


def _compute(out: Path, data: Dataset) -> Results:
    """Everything that pictures will be drawn from."""
    import landscape as ls

    from . import screen

    network = ls.MLP(_NETWORK)
    optimizers = [ls.optimizers.SGD(), ls.optimizers.Adam()]
    with screen.bars() as progress:
        task = progress.add_task("the same learning rates for both", total=None, note="")

        def show(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total, note=f"{done} of {total} runs")

        sweeps = ls.sweep_training(network, data, optimizers, progress=show)
        folders = [out / "runs" / sweep.optimizer.name for sweep in sweeps]
        task = progress.add_task("training at the best", total=len(sweeps), note="")
        runs = []
        for sweep, folder in zip(sweeps, folders, strict=True):
            runs.append(ls.train(network, data, sweep.best, out=folder))
            progress.advance(task)
        task = progress.add_task("projecting", total=None, note="")
        sample = data.sample(_IMAGES)
        surface, walks = ls.projected(runs, sample)
        surface.save(out / "surface.npz")
        progress.update(task, completed=1, total=1)

    ravine = ls.terrains.get("ravine")
    goal = 1e-6 * float(ravine.value(ravine.start))
    tuned = [sweep.best for sweep in ls.sweep(ravine, optimizers, goal)]
    ravines = [ls.descend(ravine, one, steps=_RAVINE_STEPS) for one in tuned]
    return Results(sweeps, runs, folders, len(sample.y), surface, walks, ravines)


def _draw(results: Results, out: Path) -> list[Path]:
    """Every figure, light and dark, as SVG and PNG."""
    import matplotlib.pyplot as plt

    from landscape import figures

    files = []
    for theme in ("light", "dark"):
        with figures.style(theme):
            on_sweep = plt.figure()
            ax = on_sweep.subplots()
            figures.sweep(results.sweeps, ax)
            ax.set_title("one epoch of MNIST at each learning rate")
            drawn = {
                "mnist": figures.race(results.surface, results.walks),
                "learning-curves": figures.learning_curves(results.runs),
                "learning-rates": on_sweep,
                "ravine": figures.race(results.ravine[0].terrain, results.ravine),
            }
            for name, figure in drawn.items():
                files += figures.save(figure, out / f"{name}-{theme}", ("svg", "png"))
                plt.close(figure)
    return files


def _playground(results: Results, out: Path) -> Path:
    """explore.html, which opens in the ravine, where the same optimizers walk."""
    from landscape.explore import page
    from landscape.files import kinds, writing

    first = results.ravine[0]
    text = page(first.terrain, (), [walk.optimizer for walk in results.ravine], steps=_RAVINE_STEPS, theme="auto")
    writing.write_bytes(file := out / "explore.html", text.encode(), kinds.PAGE)
    return file


def _talk(results: Results, data: Dataset, videos: Sequence[Path], out: Path) -> Path:
    """talk.html, with the films that there are."""
    from landscape import slides
    from landscape.animations import lessons

    from . import screen

    clips = dict(zip(_LESSONS, videos, strict=False))
    scripts = {name: lessons.script(name) for name in clips}
    with screen.projecting() as show:
        deck = slides.deck(
            results.runs,
            data,
            data.sample(_IMAGES),
            theme="dark",
            clips=clips,
            scripts=scripts,
            flown=results.runs,
            progress=show,
        )
        return deck.save(out / "talk.html", progress=lambda done, total: show("slides", done, total))


def _commands(out: Path) -> list[tuple[str, str]]:
    """What to type next, each after what it is for: as it was typed here, where it is not on the path."""
    called = Path(sys.argv[0])
    typed = os.path.relpath(called) if called.name == "landscape" and not shutil.which("landscape") else "landscape"
    runs = shlex.quote(str(out / "runs"))
    return [(why, f"{shlex.quote(typed)} {command.format(runs=runs)}") for command, why in _NEXT.items()]


def _page(results: Results, out: Path) -> Path:
    """index.html, which shows them all."""
    from landscape.figures.saving import font_faces
    from landscape.files import kinds, writing

    rows = "\n".join(
        f"<tr><th>{escape(_name(run))}</th><td>{percentage(run.test_accuracy, 2)} %</td>"
        f"<td>{run.history['test_loss'][-1]:.3f}</td><td>{run.seconds:.1f} s</td></tr>"
        for run in _ranked(results.runs)
    )
    explained, null = results.surface.plane.explained, results.surface.plane.null_explained
    assert explained is not None
    assert null is not None
    template = Template((resources.files(__package__) / "demo.html").read_text(encoding="utf-8"))
    page = out / "index.html"
    text = template.substitute(
        rows=rows,
        faithfulness=escape(results.surface.plane.faithfulness),
        first=f"{percentage(explained[0], 1)} %",
        second=f"{percentage(explained[1], 1)} %",
        null_first=f"{percentage(null[0], 1)} %",
        null_second=f"{percentage(null[1], 1)} %",
        parameters=f"{results.runs[0].params.size:,}",
        trained=f"{results.runs[0].settings['images']:,}",
        images=f"{results.images:,}",
        rates=len(results.sweeps[0].lrs),
        bar=_BAR,
        next="\n".join(
            f"<dt>{escape(why)}</dt><dd><code>{escape(command)}</code></dd>" for why, command in _commands(out)
        ),
    )
    text = text.replace("/* fonts */", font_faces("".join(sorted(set(text)))))
    writing.write_bytes(page, text.encode(), kinds.PAGE)
    return page


def _ranked(runs: Sequence[Run]) -> list[Run]:
    """The highest accuracy first."""
    return sorted(runs, key=lambda run: -run.test_accuracy)


def _name(run: Run) -> str:
    from landscape.figures.names import name_of

    return name_of(run.optimizer)
