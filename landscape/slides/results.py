"""The slides on how the runs trained: learning curves, results, and how errors flow back."""

from __future__ import annotations

import math

import numpy as np

from ..core.numerals import fixed, fraction
from ..figures import kinds
from ..figures.learning import epoch_length, read
from ..figures.recognition import probable
from ..training.measuring import MEASURED
from .claims import ACCURACY, OWN_ACCURACY, OWN_LOSS, TEST_LOSS, TRAIN_LOSS, compares, decisive, loss_of, ranked_by
from .facts import Entry, Facts, Setup, one_network
from .parts import Picture, Row, Slide, Table
from .vocabulary import capital, measured

_FLOWS = 3  # runs whose gradient flow has room on one slide
_FADES, _GROWS = 0.1, 10.0  # ratios of errors between which they are said to arrive
_CHANCE = 0.01  # in the loss, as near to guessing as to be called that


def learning(facts: Facts) -> Slide:
    """The learning curves, under what they come to."""
    words, ranked = facts.words, facts.ranked
    lost = lost_runs(facts)
    runs = facts.runs
    kind, by = "_own" if facts.own else "", loss_of(facts)
    about = "" if any(map(read, runs)) else "_batches"
    notes = words(f"learning.notes{about}", lost=words("learning.notes_lost") if lost else "").strip()
    if not ranked:
        title = words("learning.title_lost", lost=lost)
    elif len(runs) == 1:
        title = _course(facts, ranked[0])
    elif not compares(facts, by):
        title = words(uncompared(facts))
    else:
        standing = ranked_by(facts, by)
        title = standing.headline(f"learning.title{kind}", f"learning.title_alone{kind}")
        lowest = min(ranked, key=by.of)
        values = {"best": lowest.name, "loss": measured(by.of(lowest)), "sample": facts.sample}
        told = words(f"learning.notes_lowest{kind}", **values)
        notes = words.sentences([notes, told, standing.effect()])
    picture = Picture(lambda: kinds.get("learning-curves").draw(runs=runs), words(f"learning.alt{about}"))
    return Slide(capital(title), notes, content=picture)


def uncompared(facts: Facts) -> str:
    """Where the words are that say why training losses do not compare."""
    return f"learning.title_{'losses' if len(facts.told('loss')) > 1 else 'data'}"


def lost_runs(facts: Facts) -> str:
    """The runs that diverged, and when; empty if none did."""
    parts = [facts.words("units.at_step", name=entry.name, step=entry.steps) for entry in facts.diverged]
    return facts.words.listed(parts) if parts else ""


def _course(facts: Facts, entry: Entry) -> str:
    """How the training loss of a single run went."""
    first, last = entry.ends
    values, kind = {"first": measured(first), "last": measured(last)}, "_own" if facts.own else ""
    if not facts.own and probable(entry.run):
        guess = math.log(entry.run.settings["network"]["sizes"][-1])
        if abs(last - guess) < _CHANCE:
            return facts.words("learning.title_guess", guess=measured(guess), **values)
    if values["first"] == values["last"]:
        return facts.words(f"learning.title_stays{kind}", **values)
    return facts.words("learning.title" + ("_one" if last < first else "_rise") + kind, **values)


_COLUMNS = ("accuracy", "train_loss", "test_loss", "steps", "seconds")
_MEASURES = {measure.name: measure for measure in (ACCURACY, TRAIN_LOSS, TEST_LOSS, OWN_LOSS, OWN_ACCURACY)}


def _columns(facts: Facts) -> tuple[str, ...]:
    """What is told of each run: of models of other libraries, their loss and, where answers are right or wrong, their
    accuracy over data of their own, beside what was measured while they were trained."""
    if not facts.own:
        return _COLUMNS
    tested = ("accuracy",) if facts.ranked and facts.tested else ()
    right = ("own_accuracy",) if any(np.isfinite(OWN_ACCURACY.of(entry)) for entry in facts.ranked) else ()
    return (*tested, "own_loss", *right, "steps", "seconds")


def results(facts: Facts) -> Slide:
    """What came out, the best setup first; a single run has a row for each number."""
    words = facts.words
    heads = {name: words(f"results.{name}") for name in _columns(facts)}
    standing = ranked_by(facts, decisive(facts))
    effect = standing.effect() if compares(facts, standing.measure) else ""
    if len(facts.runs) == 1:
        setup = facts.setups[0]
        rows = tuple(Row((capital(head), _written(name, setup, facts))) for name, head in heads.items())
        table = Table((words("results.result"), words("results.value")), rows, frozenset({0}))
    else:
        table = _table(facts, heads)
    several = any(len(setup.draws) > 1 for setup in facts.setups)
    notes = [
        _sorted(facts, heads[decisive(facts).name]),
        words("results.notes_seeds") if several and len(table.rows) < len(facts.runs) else "",
        words("results.notes_bold") if len(facts.setups) > 1 else "",
        words("results.notes_lost") if facts.diverged else "",
    ]
    title, lines = capital(outcome(facts, "results")), (capital(effect),) if effect else ()
    return Slide(title, words.sentences(notes), lines=lines, content=table)


def _table(facts: Facts, heads: dict[str, str]) -> Table:
    """A row for each setup or, of a single one, for each run; the best first."""
    words, rows = facts.words, facts.setups
    if len(rows) == 1:
        rows = [Setup(entry.name, (entry,)) for entry in rows[0].draws.values()]
    rows = decisive(facts).best_first(rows)
    strong = _clearly_best(facts, rows, tuple(heads))
    counts = [len(setup.draws) for setup in rows]
    seeds = (words("results.seeds"),) if max(counts) > 1 else ()
    lines = []
    for setup, count, cells in zip(rows, counts, strong, strict=True):
        told = [*([str(count)] if seeds else []), *(_written(name, setup, facts) for name in heads)]
        bold = frozenset({0, *(cell + len(seeds) for cell in cells)})
        lines.append(Row((setup.name, *told), setup.entries[0].colour, bold))
    return Table(("", *seeds, *heads.values()), tuple(lines))


def _sorted(facts: Facts, by: str) -> str:
    """What the table is sorted by, and what its losses are means over."""
    if facts.own:
        return facts.words("results.notes_own", sorted=by, sample=facts.sample)
    counts = sorted({min(int(run.settings["images"]), MEASURED) for run in facts.runs})
    return facts.words("results.notes", sorted=by, images=facts.words.listed(f"{count:,}" for count in counts))


def outcome(facts: Facts, section: str) -> str:
    """What came out, in the words of a section: of the "results", or of the "end"."""
    words = facts.words
    if not facts.ranked:
        return words(f"{section}.title_lost" if len(facts.runs) > 1 else f"{section}.title_lost_one")
    if not facts.comparable:
        return words("results.title_data", data=words.listed(facts.told("data")))
    by = decisive(facts)
    if not compares(facts, by):
        return words(uncompared(facts))
    found, kind = ranked_by(facts, by), {ACCURACY: "", OWN_LOSS: "_own"}.get(by, "_loss")
    if section == "end" and found.lead is not None and found.each:
        return words("end.title_each", best=found.mean(found.best), last=found.mean(found.setups[-1]))
    return found.headline(f"{section}.title{kind}", f"{section}.title_one{kind}")


def _written(name: str, setup: Setup, facts: Facts) -> str:
    """A number of a setup: its mean over the seeds, and their standard deviation."""
    words, entries = facts.words, list(setup.draws.values())
    if name == "steps":
        return words.listed(_steps(entry, facts) for entry in entries)
    if name == "seconds":
        return words.seconds(float(np.mean([entry.run.seconds for entry in entries])))
    measure = _MEASURES[name]
    values = np.array([measure.of(entry) for entry in entries])
    lost = [entry for entry in entries if not entry.finite]
    if name == "accuracy" and lost:
        if len(entries) == 1:
            return words("units.diverged", step=lost[0].steps)
        return words("units.diverged_some", n=len(lost), all=len(entries))
    mean = measure.written(float(values.mean()), words)
    if len(values) == 1 or not np.isfinite(values).all():
        return mean
    spread = float(values.std(ddof=1))
    if name == "accuracy":
        return words("units.spread", value=fixed(100 * values.mean(), 2), spread=words.percent(spread))
    return words("units.spread", value=mean, spread=measured(spread))


def _steps(entry: Entry, facts: Facts) -> str:
    planned = entry.run.settings["steps"]
    if entry.finite and not entry.run.finished and not entry.run.is_recorded:
        return facts.words("units.stopped", step=entry.steps, steps=planned)
    return f"{entry.steps:,}"


def _clearly_best(facts: Facts, rows: list[Setup], columns: tuple[str, ...]) -> list[set[int]]:
    """The cells of each row that are clearly better, over seeds, than those of all others in their column."""
    strong: list[set[int]] = [set() for _ in rows]
    for column, name in enumerate(columns, 1):
        # Seconds also depend on what else the machine did at that time.
        if name not in _MEASURES or not compares(facts, _MEASURES[name]):
            continue
        standing = ranked_by(facts, _MEASURES[name])
        if standing.clear:
            strong[rows.index(standing.best)].add(column)
    return strong


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


def flow(facts: Facts) -> Slide | None:
    """How errors flow back: in the best run of each network, or in the first one if all diverged; None for models of
    other libraries, in which nobody looked at that."""
    if facts.own:
        return None
    words = facts.words
    best = [group[0] for group in one_network(facts.ranked or facts.entries[:1])]
    of = [entry for entry in best if len(entry.run.mlp.sizes) > 2][:_FLOWS] or best[:1]
    runs = [entry.run for entry in of]
    ratios = [error_ratio(entry) for entry in of]
    written = [words("flow.ratio", ratio=fraction(one), name=entry.name) for one, entry in zip(ratios, of, strict=True)]
    if len(of) > 1:
        title, says = words("flow.title_many", ratios=words.listed(written)), ""
    else:
        title = words(f"flow.title_{_course_of(ratios[0], of[0])}", ratio=fraction(ratios[0]))
        says = words("flow.says", ratio=fraction(ratios[0])) if np.isfinite(ratios[0]) else ""
    which = words("flow.which", name=words.listed(entry.name for entry in of))
    picture = Picture(lambda: kinds.get("gradient-flow").draw(runs=runs), words("flow.alt"))
    return Slide(capital(title), words("flow.notes", which=which, says=says).strip(), content=picture)


def _course_of(ratio: float, entry: Entry) -> str:
    if np.isfinite(ratio) and ratio > 0:
        return "fades" if ratio < _FADES else "grows" if ratio > _GROWS else "even"
    return "dead" if len(entry.run.settings["network"]["sizes"]) > 2 else "none"


def last_fall(run: Entry) -> float:
    """By what share the training loss fell in the last epoch; nan where it was not measured before."""
    steps, losses = run.run.history["measured_step"], run.run.history["train_loss"]
    if run.run.is_recorded or not len(steps):
        return float("nan")
    before = np.flatnonzero(steps <= steps[-1] - epoch_length(run.run))
    # A run of one epoch begins at the loss of random weights, which says nothing on its end.
    if len(before) < 2 or not losses[before[-1]] > 0:
        return float("nan")
    return float(1 - losses[-1] / losses[before[-1]])
