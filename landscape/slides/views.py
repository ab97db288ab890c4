"""The slides of films, and on the terrain: the map, what it cannot show, and the line between two networks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from .. import figures
from ..core.lesson_scripts import ACTIVATIONS, Script
from ..figures.words import faithfulness, of_data
from ..optimizers import innermost
from ..surfaces import Line
from ..walks.trajectory import Projected
from .claims import TRAIN_LOSS, interval
from .common_plane import CommonPlane
from .facts import Entry, Facts
from .parts import Clip, Picture, Row, Slide, Table
from .vocabulary import Words, capital, measured

_NAMED = 4  # runs, up to which a sentence names all of them


def terrain(facts: Facts, common: CommonPlane) -> Slide:
    """The map of the common plane, and how much of the movement it holds."""
    words, plane = facts.words, common.surface.plane
    assert plane.explained is not None
    kind = "terrain.title" if len(common.entries) > 1 else "terrain.title_one"
    names, some = [entry.name for entry in common.entries], ""
    if len(names) < len(facts.runs):
        kind_ = "terrain.some" if len(names) <= _NAMED else "terrain.some_many"
        runs = words.count("runs", len(facts.runs))
        some = words(kind_, n=words.numeral(len(names)), all=runs, names=words.listed(names))
    values = {"parameters": plane.origin.size, "data": of_data(common.surface.data)}
    return Slide(
        words(kind, held=words.percent(float(plane.explained.sum()), 0)),
        words("terrain.notes", faithfulness=faithfulness(plane), some=some, **values).strip(),
        lines=(capital(some),) if some else (),
        content=Picture(lambda: figures.projection(common.surface, common.walks, names), words("terrain.alt")),
    )


def shadow(facts: Facts, common: CommonPlane) -> Slide:
    """What the plane cannot show, in numbers, and how much it holds."""
    words = facts.words
    # The farthest off the plane first: that is what the table is about.
    pairs = sorted(zip(common.entries, common.walks, strict=True), key=lambda pair: -_end(pair[1])[0])
    entries, ends = [entry for entry, _ in pairs], [_end(walk) for _, walk in pairs]
    numbers = [[measured(_moved(entry)), *map(measured, end)] for entry, end in zip(entries, ends, strict=True)]
    heads = [words(f"shadow.{name}") for name in ("moved", "distance", "true", "plane")]
    if len(entries) == 1:
        rows = [Row((capital(head), value)) for head, value in zip(heads, numbers[0], strict=True)]
        table = Table((words("results.result"), words("results.value")), tuple(rows))
    else:
        told = zip(entries, numbers, strict=True)
        rows = [Row((entry.name, *cells), entry.colour, frozenset({0})) for entry, cells in told]
        table = Table(("", *heads), tuple(rows))
    widest = max(range(len(ends)), key=lambda k: abs(ends[k][1] - ends[k][2]))
    said = faithfulness(common.surface.plane)
    return Slide(
        words("shadow.title", name=entries[0].name, distance=measured(ends[0][0])),
        words(
            "shadow.notes",
            faithfulness=said,
            name=entries[widest].name,
            gap=measured(abs(ends[widest][1] - ends[widest][2])),
        ),
        lines=(said,),
        content=table,
    )


def _end(walk: Projected) -> tuple[float, float, float]:
    """At the end: the distance off the plane, the true loss, and the loss in the plane."""
    return float(walk.residual[-1]), float(walk.loss[-1]), float(walk.in_plane[-1])


def _moved(entry: Entry) -> float:
    """From the start to the end, along a straight line."""
    return float(np.linalg.norm(entry.run.params.astype(np.float64) - entry.run.snapshots[0]))


def lesson(facts: Facts, file: Path, script: Script) -> Slide:
    """A film that has an example of its own, and what the runs have to do with it."""
    words, several, more = facts.words, len(facts.runs) > 1, []
    runs = words.count("runs", len(facts.runs))
    if script.mentions == ACTIVATIONS and facts.activations:
        more.append(words("lessons.in_runs" if several else "lessons.in_run", activations=facts.activations))
    elif script.mentions not in ("", ACTIVATIONS):
        driven = sum(innermost(run.optimizer).name == script.mentions for run in facts.runs)
        said = f"lessons.drives{'' if driven else '_not'}{'' if several else '_one'}"
        more.append(words(said, n=words.numeral(driven), runs=runs))
    title = words.fill(script.told(words.lang)["title"], runs=runs)
    return _clip(words, file, script, title, more, words("lessons.notes_film"))


def film(facts: Facts, file: Path, script: Script, flown: Collection[Entry]) -> Slide:
    """The film of the terrain; `flown` are the runs that it shows, none for an example."""
    words, told = facts.words, script.told(facts.words.lang)
    names = words.listed(entry.name for entry in flown) if flown else ""
    who = words("lessons.who_own", names=names) if flown else words("lessons.who_example")
    title = told["title"] if flown else told.get("title_example", script.title(words.lang))
    title = words.fill(title, runs=words.count("runs", len(flown)))
    return _clip(words, file, script, title, [] if flown else [words("lessons.example")], who)


def _clip(words: Words, file: Path, script: Script, title: str, more: Sequence[str], note: str) -> Slide:
    """A film beside the lines of its script, and more of them; under it the script's notes, and one more."""
    told = script.told(words.lang)
    lines = (*(words.fill(told[key]) for key in ("line1", "line2") if key in told), *more)
    notes = words.sentences([words.fill(told.get("notes", "")), note])
    return Slide(title, notes, lines, content=Clip(file, words("lessons.film", title=title)))


def line(facts: Facts, common: CommonPlane) -> Slide | None:
    """The loss on the straight line between the two best, or None where there is only one."""
    if common.line is None:
        return None
    words, between = facts.words, common.line
    values = barrier_words(facts, common)
    kind = barrier_kind(between)
    says = "" if kind in ("overflow", "few") else words(f"line.says_{kind}", **values)
    ends = {"loss_a": measured(float(between.ends[0])), "loss_b": measured(float(between.ends[1]))}
    name = words("line.name", **values)

    def draw() -> Figure:
        figure = plt.figure()
        figures.interpolation(between, [name])
        return figure

    notes = words("line.notes", data=of_data(between.data), says=says, **ends, **values).strip()
    return Slide(capital(words(f"line.{kind}", **values)), notes, content=Picture(draw, words("line.alt")))


def barrier_kind(between: Line) -> str:
    """What the images say of a barrier: "overflow" of the loss, "few" images to tell, "clear" or "unclear"; of none, it
    is "flat" if other images would show none either, else "unseen".
    """
    if np.isinf(between.barrier):
        return "overflow"
    if not between.rise.tested:
        return "few"
    if between.barrier == 0:
        return "unseen" if between.rise.high > 0 else "flat"
    return "clear" if between.rise.clear else "unclear"


def barrier_words(facts: Facts, common: CommonPlane) -> dict[str, str]:
    """What sentences on the barrier are made of."""
    assert common.line is not None
    rise, words = common.line.rise, facts.words
    a, b = (entry.name for entry in common.pair)
    # Without a barrier its share is not told, and both ends may be exactly 0.
    highest = float(common.line.ends.max())
    share = words.percent(common.line.barrier / highest if highest > 0 else 0.0, 0)
    found = {"barrier": measured(common.line.barrier), "share": share, "high": measured(rise.high)}
    return {"a": a, "b": b, "interval": interval(rise, TRAIN_LOSS, words), **found}
