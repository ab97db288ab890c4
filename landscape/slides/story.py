"""A deck from runs: which slides there are, and in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from .. import figures
from ..core import foreign_text
from ..core.errors import LandscapeError, OtherDataError
from ..core.lesson_scripts import Script
from ..datasets import Dataset, load
from ..datasets.sample import Sample, sample_of_own
from ..figures.catalogue import FigureKind
from ..figures.themes import palette
from ..surfaces.projecting import Progress
from ..training.run import Run
from .beginning import cover, question, team, trained
from .beyond import beyond
from .common_plane import CommonPlane, common_plane, walkers
from .decks import LONGEST, Deck, can_be_shown
from .drawing import poster
from .facts import Entry, Facts, of_one_kind
from .learned import learned
from .parts import Clip, Look, Picture, Slide, Table
from .results import flow, learning, results
from .verdict import end, verdict
from .views import film, lesson, line, shadow, terrain
from .vocabulary import Words, capital

_ROWS = 12  # of a table, on one slide
_NAME = 80  # letters of a run's, in a table
_DATA = "mnist"  # that the film of runs shows
_FLOWN = 4  # runs that a film has room for


def deck(
    runs: Sequence[Run],
    data: Dataset | None = None,
    sample: Sample | None = None,
    *,
    names: Sequence[str] | None = None,
    title: str = "",
    theme: str = "light",
    lang: str = "en",
    clips: Mapping[str, Path] | None = None,
    scripts: Mapping[str, Script] | None = None,
    flown: Sequence[Run] = (),
    further: Sequence[str] = (),
    resolution: int = 51,
    progress: Progress | None = None,
) -> Deck:
    """A talk about training runs; every number and every sentence comes from them.

    Parameters
    ----------
    runs : one or more, of any networks, diverged ones among them.
    data : what they were trained on; read from where they say if None. Where that cannot be read, the slides that need
        the images are left out; so are runs of other data from those slides.
    sample : images (N, D), labels (N,) and a caption, whose mean loss is the terrain; the first 10,000 training images
        if None.
    names : what the table of settings calls each run.
    title : of the first slide; made from the runs if empty.
    theme : "light" or "dark". lang : "en" or "zh".
    clips : MP4 files by the names of their lessons, in the order in which they are shown.
    scripts : what is told of these lessons, as `landscape.animations.lessons.script` gives it; a clip without one has
        its name for a title.
    flown : the runs that the clip of the terrain shows, "mnist"; none if it trained its own.
    further : kinds of figures, with their options, that have a slide each before the verdict.
    resolution : of the terrain.
    progress : called as progress(what, done, total).

    ValueError if there are no runs, for a theme or language that does not exist, or for a title or name that cannot be
    shown; LandscapeError for a clip that cannot be read; OtherDataError for data that no run was trained on.
    """
    if not runs:
        raise ValueError("there are no runs for a deck: give one or more")
    palette(theme)
    of_one_kind(runs)
    can_be_shown(title, "title", LONGEST)
    for name in names or ():
        can_be_shown(name, "name")
    labels = None if names is None else [foreign_text.shown(name, most=_NAME) for name in names]
    more = [figures.kinds.of(text) for text in further]
    for file in (clips or {}).values():
        poster(Clip(file, ""))
    if data is None:
        data = data_of(runs)
    elif all(run.other_data(data) for run in runs):
        raise OtherDataError(f"data '{data.name}' have other images or labels than each of the runs saw")
    facts = Facts(tuple(runs), data, Words(lang), Look(theme, lang))
    tell = progress or (lambda what, done, total: None)
    films = [(file, (scripts or {}).get(name) or Script(name)) for name, file in (clips or {}).items()]
    # The figures' names of optimizers and planes come in the language of the style.
    with figures.style(theme, "slide", lang):
        walked = None
        if facts.own:
            sample = sample_of_own(facts.sample)
            walked = common_plane(facts, sample, resolution, tell)
        elif data is not None:
            sample = sample or data.sample()
            walked = common_plane(facts, sample, resolution, tell)
        slides: list[Slide | None] = [
            cover(facts, walked, title),
            question(facts),
            trained(facts, tuple(labels or (entry.name for entry in facts.entries))),
            team(facts),
            *(lesson(facts, file, script) for file, script in films if script.when == "beginning"),
            learning(facts),
            results(facts),
        ]
        if walked is not None:
            slides += [terrain(facts, walked), shadow(facts, walked)]
        shown = [one for one in facts.entries if any(one.run is run for run in flown)]
        slides += [film(facts, file, script, shown) for file, script in films if script.when == "terrain"]
        slides.append(flow(facts))
        if walked is not None:
            slides.append(line(facts, walked))
        slides += [
            *learned(facts),
            *(_figure(kind, facts, walked, sample) for kind in more),
            verdict(facts, walked),
            beyond(facts, clips or {}),
            end(facts, walked, title),
        ]
    pages = [page for slide in slides if slide is not None for page in _paged(slide, facts.words)]
    return Deck(tuple(pages), facts.look, pages[0].title)


def _figure(kind: FigureKind, facts: Facts, walked: CommonPlane | None, sample: Sample | None) -> Slide:
    """A slide that shows one kind of figure, of all runs or of the best."""
    material: dict[str, Any] = {"runs": facts.runs}
    if facts.ranked:
        material["run"] = facts.ranked[0].run
    if sample is not None:
        material |= {"sample": sample, "samples": [sample] * len(facts.runs)}
    if facts.data is not None:
        material["data"] = facts.data
    if walked is not None:
        material |= {"terrain": walked.surface, "walks": walked.walks}
    kind.check(material)
    return Slide(capital(kind.about), kind.about, content=Picture(lambda: kind.draw(**material), kind.about))


def _paged(slide: Slide, words: Words) -> list[Slide]:
    """A slide as it is, or several if its table has more rows than one has room for."""
    table = slide.content
    if not isinstance(table, Table) or len(table.rows) <= _ROWS:
        return [slide]
    count = -(-len(table.rows) // _ROWS)
    each = -(-len(table.rows) // count)
    parts = [table.rows[k * each : (k + 1) * each] for k in range(count)]
    return [
        replace(slide, title=words("units.part", title=slide.title, n=k, all=count), content=replace(table, rows=part))
        for k, part in enumerate(parts, 1)
    ]


def flyable(runs: Sequence[Run]) -> list[Run]:
    """The runs that the film of "mnist" can show: those that share a plane, of MNIST or of models of other libraries,
    the best first, at most four; none if there are not at least two."""
    facts = Facts(tuple(runs), None, Words("en"), Look("light", "en"))
    mnist = load(_DATA)
    of_one_kind(runs)
    able: list[Entry] = [one for one in walkers(facts.ranked) if facts.own or not one.run.other_data(mnist)]
    return [entry.run for entry in able[:_FLOWN]] if len(able) > 1 else []


def data_of(runs: Sequence[Run], source: str | Path | None = None) -> Dataset | None:
    """The data of the first run whose data can be read; None if there is none.

    source : where they are now, for the first run that they are of.

    OtherDataError where what is read has other images or labels than the run saw; DataError if `source` cannot be read.
    """
    for run in runs:
        try:
            return run.data() if source is None else run.data(source)
        except OtherDataError:
            if source is None or run is runs[-1]:
                raise
        except (ValueError, LandscapeError):
            if source is not None:
                raise
    return None
