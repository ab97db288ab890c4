"""The slides before the results: what it is about, and what was trained."""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from .. import figures, terrains
from ..figures.learning import epoch_length
from ..figures.recognition import draw_images
from ..walks.trajectory import Walk
from .common_plane import CommonPlane
from .facts import Facts
from .parts import Column, Picture, Row, Slide, Table
from .vocabulary import capital

_TRAINED = ("network", "optimizer", "rate", "epochs", "steps", "batch", "seed", "schedule")
_ACROSS = 8  # images side by side beside the question
_MARGIN = 0.18  # around the paths on the cover, as a share of their extent


def cover(facts: Facts, common: CommonPlane | None, title: str) -> Slide:
    """The title, what was trained and by whom it was driven, and the map with the paths."""
    words = facts.words
    journeys = words.count("journeys", len(facts.runs))
    data, optimizers = ground(facts), drivers(facts)
    own = words("cover.title", journeys=journeys, data=data)
    amount = words("cover.trained", images=words.listed(facts.told("images")), epochs=_epochs(facts))
    if facts.own:
        amount = words("cover.trained_own", sample=facts.sample, steps=_epochs(facts))
    return Slide(
        title or capital(own),
        words("cover.notes", runs=words.count("runs", len(facts.runs)), data=data, optimizers=optimizers),
        lines=(words("cover.driven", optimizers=optimizers), _network(facts), amount),
        content=cover_picture(facts, common),
        kind="opening",
    )


def ground(facts: Facts) -> str:
    """Of what the loss is, in a few words: the data or, where they have no name, the networks."""
    return facts.words.listed(facts.told("data") or facts.told("network"))


def drivers(facts: Facts) -> str:
    """The optimizers of all runs."""
    return facts.words.listed(facts.told("optimizer"))


def most_parameters(facts: Facts) -> int:
    """Of the largest network."""
    return max(run.params.size for run in facts.runs)


def _network(facts: Facts) -> str:
    networks = facts.told("network")
    values = {"parameters": most_parameters(facts)}
    if len(networks) == 1:
        return facts.words("cover.network", network=networks[0], **values)
    return capital(facts.words("cover.networks", networks=facts.words.count("networks", len(networks)), **values))


def _epochs(facts: Facts) -> str:
    """How long the runs went on, which is less than planned where one was stopped or diverged."""
    words = facts.words
    if facts.own:
        least, *_, most = sorted(2 * [entry.steps for entry in facts.entries])
        between = words("cover.between", least=f"{least:,}", epochs=words.count("steps", most))
        return between if least < most else words.count("steps", most)
    least, *_, most = sorted(2 * [run.settings["epochs"] for run in facts.runs])
    if any(run.diverged or not run.finished for run in facts.runs):
        if len(facts.runs) == 1:
            return words.count("steps", facts.entries[0].steps)
        # The last one that was begun may not have ended.
        begun = max(-(-entry.steps // epoch_length(entry.run)) for entry in facts.entries)
        return words("cover.at_most", epochs=words.count("epochs", begun))
    if least < most:
        return words("cover.between", least=words.numeral(least), epochs=words.count("epochs", most))
    return words.count("epochs", most)


def cover_picture(facts: Facts, common: CommonPlane | None) -> Picture | None:
    """The map of the runs without axes, which fills its place; None where there is no map of theirs."""
    if common is None:
        return None
    return Picture(lambda: _bare(common.surface, common.walks), facts.words("cover.alt"))


def _bare(terrain: terrains.Terrain, walks: Sequence[Walk]) -> Figure:
    """Map and paths from edge to edge."""
    figure = plt.figure(layout="none")
    ax = figure.add_axes((0, 0, 1, 1))
    figures.contour(terrain, ax)
    figures.paths(walks, ax, marker="")
    for label in list(ax.texts):
        label.remove()
    ax.set_axis_off()
    (x0, x1), (y0, y1) = terrain.domain
    found = [walk.x[np.isfinite(walk.x).all(axis=-1)] for walk in walks]
    points = np.concatenate(found or [np.array([[x0, y0], [x1, y1]])])
    low, high = points.min(axis=0), points.max(axis=0)
    margin = _MARGIN * (high - low).max()
    aspect = figure.get_figwidth() / figure.get_figheight()
    # The part of the map that has the figure's shape, around the middle of the paths but within the terrain.
    height = min(y1 - y0, (x1 - x0) / aspect)
    sides = np.array([height * aspect, height])
    if (high - low + margin > sides).any():
        ax.set_aspect("auto")
        return figure
    corner = np.clip((low + high) / 2 - sides / 2, [x0, y0], np.array([x1, y1]) - sides)
    ax.set(xlim=(corner[0], corner[0] + sides[0]), ylim=(corner[1], corner[1] + sides[1]))
    return figure


def question(facts: Facts) -> Slide:
    """What the runs can answer, and what they share."""
    words, differing = facts.words, facts.differing
    values = {"epochs": _epochs(facts), "optimizer": drivers(facts), "data": ground(facts)}
    own = "_own" if facts.own else ""
    judged = {"noun": facts.noun, "sample": facts.sample}
    if len(facts.runs) == 1:
        return Slide(
            words("question.one", **values),
            words(f"question.notes_one{own}", **judged),
            lines=(words(f"question.measured{own}", **judged),),
            content=_images(facts),
            kind="opening",
        )
    shared = ["network_word", "data_word", *(["start_word"] if facts.one_start else [])]
    same = words.listed(words(f"question.{part}") for part in shared)
    runs = words.count("runs", len(facts.runs))
    # Several seeds make a comparison better, not another one.
    about = set(differing) - {"seed"}
    if not about:
        kind = "seed" if differing else "same"
    elif about <= {"optimizer", "rate"}:
        kind = "optimizer" if "optimizer" in about else "rate"
    else:
        kind = "network" if about <= {"network", "init"} else "several" if facts.comparable else "data"
    fair = "mixed" if kind in ("several", "data") and len(about) > 1 else "fair"
    what = words.listed(words(f"settings.{setting}") for setting in differing)
    rates = words.count("rates", len(facts.told("rate")))
    title = words(f"question.{kind}", same=same, runs=runs, rates=rates, what=what, **values)
    equal = tuple(setting for setting in facts.settings if setting not in differing)
    return Slide(
        capital(title),
        words(f"question.notes_{fair}{own}", **judged),
        columns=tuple(_column(facts, *one) for one in (("different", tuple(differing)), ("equal", equal)) if one[1]),
    )


def _images(facts: Facts) -> Picture | None:
    """Some of the test images, edge to edge; None where there are none that are square."""
    data = facts.data
    if data is None or not len(data.x_test) or isqrt(data.x_test.shape[1]) ** 2 != data.x_test.shape[1]:
        return None

    def draw() -> Figure:
        figure = plt.figure(layout="none")
        ax = figure.add_axes((0, 0, 1, 1))
        down = round(_ACROSS * figure.get_figheight() / figure.get_figwidth())
        shown = np.resize(np.arange(len(data.x_test)), down * _ACROSS)
        draw_images(data.x_test[shown], data, ax, down, _ACROSS, aspect="auto")
        return figure

    return Picture(draw, facts.words("question.alt", noun=facts.noun))


def _column(facts: Facts, heading: str, settings: tuple[str, ...]) -> Column:
    """The settings and their values, a line each."""
    words, lines = facts.words, []
    for setting in settings:
        values = words("units.comma").join(facts.told(setting))
        lines.append(words("units.setting", setting=words(f"settings.{setting}"), values=values))
    if heading == "equal" and facts.one_start and len(facts.runs) > 1:
        start = {"setting": words("settings.start"), "values": words("settings.same_weights")}
        lines.append(words("units.setting", **start))
    return Column(words(f"question.{heading}"), tuple(map(capital, lines)))


def trained(facts: Facts, labels: tuple[str, ...]) -> Slide:
    """What each run depended on; a single run has a row for each setting."""
    words, networks = facts.words, facts.told("network")
    values = {"parameters": most_parameters(facts), "images": words.listed(facts.told("images"))}
    notes = words("trained.notes_own" if facts.own else "trained.notes", network=networks[0], **values)
    if len(facts.runs) == 1:
        rows = [(words("trained.run"), labels[0])]
        rows += [(words(f"settings.{name}"), facts.cells(name)[0]) for name in facts.settings]
        head = (words("trained.setting"), words("trained.value"))
        table = Table(head, tuple(Row((capital(name), value)) for name, value in rows), frozenset({0, 1}))
        return Slide(words("trained.title_one", optimizer=drivers(facts), **values), notes, content=table)
    kind = "trained.title" if len(networks) == 1 else "trained.title_networks"
    counted = {"runs": words.count("runs", len(facts.runs)), "networks": words.count("networks", len(networks))}
    # Columns in which the runs differ on other settings are as needed as the usual ones.
    columns = [name for name in facts.settings if name in _TRAINED or name in facts.differing]
    header = (words("trained.run"), *(words(f"settings.{name}") for name in columns))
    cells = zip(*(facts.cells(name) for name in columns), strict=True)
    lines = tuple(
        Row((label, *row), entry.colour) for label, entry, row in zip(labels, facts.entries, cells, strict=True)
    )
    named = frozenset(
        k + 1
        for k, name in enumerate(columns)
        if name in ("network", "optimizer", "schedule", "init", "dtype", "loss", "data")
    )
    return Slide(words(kind, **counted, **values), notes, content=Table(header, lines, named | {0}))


def team(facts: Facts) -> Slide | None:
    """The four parts with the images that stand for them, and what plays them in these runs; None for models of other
    libraries, which do not say what plays them."""
    if facts.own:
        return None
    words = facts.words
    losses = words.listed(facts.told("loss"))
    steps = [entry.steps for entry in facts.entries]
    counted = f"{max(steps):,}" if min(steps) == max(steps) else f"{min(steps):,}–{max(steps):,}"
    here = {
        "loss": losses,
        "activation": facts.activations or words("team.no_activation"),
        "backprop": words("team.surveys", steps=counted),
        "optimizer": drivers(facts),
    }
    rows = tuple(
        Row((capital(words(f"team.{part}")), words(f"team.{part}_image"), value), strong=frozenset({0}))
        for part, value in here.items()
    )
    header = (words("team.part"), words("team.image"), words("team.here"))
    notes = words("team.notes", loss=losses, optimizers=drivers(facts))
    return Slide(words("team.title"), notes, content=Table(header, rows, frozenset({0, 1, 2})))
