"""The slides on how the runs trained: learning curves, results, and how errors flow back."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from .. import figures
from ..figures.learning import epoch_length
from .facts import Entry, Facts, one_network
from .parts import Picture, Row, Slide, Table
from .words import capital, number

_FLOWS = 3  # runs whose gradient flow has room on one slide
_FADES, _GROWS = 0.1, 10.0  # ratios of errors between which they are said to arrive
_CHANCE = 0.01  # in the loss, as near to guessing as to be called that


def learning(facts: Facts) -> Slide:
    """The learning curves, under what they come to."""
    words, ranked = facts.words, facts.ranked
    lost = lost_runs(facts)
    runs = facts.runs
    notes = words("learning.notes", lost=words("learning.notes_lost") if lost else "").strip()
    if not ranked:
        title = words("learning.title_lost", lost=lost)
    else:
        best = min(ranked, key=lambda entry: entry.last("train_loss"))
        values = {"best": best.name, "loss": number(best.last("train_loss"))}
        title = words("learning.title", **values) if len(runs) > 1 else _course(facts, best)
        if facts.one_loss:
            notes = words.sentences([notes, words("learning.notes_best", **values)])
        else:
            title = words("learning.title_losses")
    picture = Picture(lambda: figures.learning_curves(runs), words("learning.alt"))
    return Slide(capital(title), notes, content=picture)


def lost_runs(facts: Facts) -> str:
    """The runs that diverged, and when; empty if none did."""
    parts = [facts.words("units.at_step", name=entry.name, step=entry.steps) for entry in facts.lost]
    return facts.words.listed(parts) if parts else ""


def _course(facts: Facts, entry: Entry) -> str:
    """How the training loss of a single run went."""
    losses = entry.run.history["train_loss"]
    first, last = float(losses[0]), float(losses[-1])
    values = {"first": number(first), "last": number(last)}
    guess = math.log(entry.run.settings["network"]["sizes"][-1])
    if str(entry.run.settings["network"]["loss"]).startswith("cross_entropy") and abs(last - guess) < _CHANCE:
        return facts.words("learning.title_guess", guess=number(guess), **values)
    return facts.words("learning.title" + ("_one" if last < first else "_rise"), **values)


# Columns of the table of results: their quantity, how it is written, and which is the best.
_RESULTS: dict[str, tuple[Callable[[Entry], float], Callable[[list[float]], float] | None]] = {
    "accuracy": (lambda entry: entry.accuracy, max),
    "train_loss": (lambda entry: entry.last("train_loss"), min),
    "test_loss": (lambda entry: entry.last("test_loss"), min),
    "steps": (lambda entry: float(entry.steps), None),
    "seconds": (lambda entry: entry.run.seconds, min),
}


def results(facts: Facts) -> Slide:
    """What came out, the best of each column in bold; a single run has a row for each number."""
    words, ranked = facts.words, facts.ranked
    heads = {name: words(f"results.{name}") for name in _RESULTS}
    if len(facts.runs) == 1:
        entry = facts.entries[0]
        rows = tuple(Row((capital(head), _written(name, entry, facts))) for name, head in heads.items())
        table = Table((words("results.result"), words("results.value")), rows, frozenset({0}))
    else:
        strong = _strong(facts)
        rows = tuple(
            Row((entry.name, *(_written(name, entry, facts) for name in _RESULTS)), entry.colour, strong[k] | {0})
            for k, entry in enumerate(facts.entries)
        )
        table = Table(("", *heads.values()), rows)
    lead, line = _lead(facts), ""
    if lead:
        line = words("results.line", **lead)
    notes = words("results.notes", line=line).strip()
    if facts.lost:
        notes = words.sentences([notes, words("results.notes_lost")])
    return Slide(
        capital(_came_out(facts)), notes, lines=(capital(line),) if line and len(ranked) > 2 else (), content=table
    )


def _lead(facts: Facts) -> dict[str, str]:
    """How far the best is ahead; empty where nobody is, or where the test images were not read."""
    ranked, words = facts.ranked, facts.words
    if len(ranked) < 2 or not (facts.tested and facts.comparable) or ranked[0].accuracy == ranked[1].accuracy:
        return {}
    first, second, last = ranked[0], ranked[1], ranked[-1]
    gap, reach = words.points(first.accuracy - second.accuracy), words.points(first.accuracy - last.accuracy)
    return {"best": first.name, "second": second.name, "gap": gap, "range": reach}


def _came_out(facts: Facts) -> str:
    words, ranked = facts.words, facts.ranked
    if not ranked:
        return words("results.title_lost" if len(facts.runs) > 1 else "results.title_lost_one")
    best = ranked[0]
    if not facts.comparable:
        return words("results.title_data", data=words.listed(facts.told("data")))
    if not facts.tested:
        return words("results.title_loss", best=best.name, loss=number(best.last("train_loss")))
    values = {"accuracy": words.percent(best.accuracy), "noun": facts.noun}
    level = [entry.name for entry in ranked if entry.accuracy == best.accuracy]
    if len(level) > 1:
        return words("results.title_level", names=words.listed(level), **values)
    return words("results.title" if len(ranked) > 1 else "results.title_one", best=best.name, **values)


def _written(name: str, entry: Entry, facts: Facts) -> str:
    value, words = _RESULTS[name][0](entry), facts.words
    if name == "accuracy":
        return words.percent(value) if entry.sound else words("units.diverged", step=entry.steps)
    if name == "steps":
        planned = entry.run.settings["steps"]
        if entry.sound and not entry.run.finished:
            return words("units.stopped", step=entry.steps, steps=planned)
        return f"{entry.steps:,}"
    return words.seconds(value) if name == "seconds" else number(value)


def _strong(facts: Facts) -> list[frozenset[int]]:
    """The cells of each run that hold the best of their columns; runs that diverged have none."""
    strong: list[set[int]] = [set() for _ in facts.entries]
    for column, (name, (value, best)) in enumerate(_RESULTS.items(), 1):
        known = [value(entry) for entry in facts.entries if entry.sound and np.isfinite(value(entry))]
        if best is None or len(known) < 2 or not _compares(name, facts):
            continue
        for cells, entry in zip(strong, facts.entries, strict=True):
            if entry.sound and value(entry) == best(known):
                cells.add(column)
    return [frozenset(cells) for cells in strong]


def _compares(name: str, facts: Facts) -> bool:
    """Whether the runs' numbers of a column say who is better."""
    if name == "seconds":
        return len({entry.steps for entry in facts.ranked}) == 1
    return facts.one_loss if name.endswith("loss") else facts.comparable


def error_ratio(entry: Entry) -> float:
    """The error at the first layer, over that at the last one, at the last measurement that was finite; nan without a
    hidden layer."""
    norms = entry.run.history["layer_error_norm"]
    norms = norms[np.isfinite(norms).all(axis=1)]
    if norms.shape[1] < 2 or not len(norms) or not norms[-1, -1] > 0:
        return float("nan")
    return float(norms[-1, 0] / norms[-1, -1])


def fades(entry: Entry) -> bool:
    """Whether hardly any error reaches the first layer."""
    return error_ratio(entry) < _FADES


def flow(facts: Facts) -> Slide:
    """How errors flow back: in the best run of each network, or in the first one if all diverged."""
    words = facts.words
    best = [group[0] for group in one_network(facts.ranked or facts.entries[:1])]
    of = [entry for entry in best if len(entry.run.network.sizes) > 2][:_FLOWS] or best[:1]
    runs = [entry.run for entry in of]
    ratios = [error_ratio(entry) for entry in of]
    written = [
        words("flow.ratio", ratio=ratio_text(one), name=entry.name) for one, entry in zip(ratios, of, strict=True)
    ]
    if len(of) > 1:
        title, says = words("flow.title_many", ratios=words.listed(written)), ""
    else:
        title = words(f"flow.title_{_course_of(ratios[0], of[0])}", ratio=ratio_text(ratios[0]))
        says = words("flow.says", ratio=ratio_text(ratios[0])) if np.isfinite(ratios[0]) else ""
    which = words("flow.which", name=words.listed(entry.name for entry in of))
    picture = Picture(lambda: figures.gradient_flow(runs), words("flow.alt"))
    return Slide(capital(title), words("flow.notes", which=which, says=says).strip(), content=picture)


def _course_of(ratio: float, entry: Entry) -> str:
    if np.isfinite(ratio) and ratio > 0:
        return "fades" if ratio < _FADES else "grows" if ratio > _GROWS else "even"
    return "dead" if len(entry.run.settings["network"]["sizes"]) > 2 else "none"


def ratio_text(ratio: float) -> str:
    """Two digits, small ones as a fraction: 1/4,600."""
    if not np.isfinite(ratio):
        return "–"
    if ratio >= _FADES or ratio == 0:
        return f"{ratio:.2g}" if ratio < 99.5 else f"{ratio:,.0f}"
    return f"1/{float(f'{1 / ratio:.2g}'):,.0f}"


def last_fall(run: Entry) -> float:
    """By what share the training loss fell in the last epoch; nan where it was not measured before."""
    steps, losses = run.run.history["measured_step"], run.run.history["train_loss"]
    before = np.flatnonzero(steps <= steps[-1] - epoch_length(run.run))
    # A run of one epoch begins at the loss of random weights, which says nothing on its end.
    if len(before) < 2 or not losses[before[-1]] > 0:
        return float("nan")
    return float(1 - losses[-1] / losses[before[-1]])
