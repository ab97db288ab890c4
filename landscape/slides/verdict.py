"""The slides at the end: what holds and what does not, and the answer. Each sentence is backed by the runs."""

from __future__ import annotations

import numpy as np

from ..core.numerals import fraction, setting
from ..core.statistics import shares, wilson
from ..training.measuring import MEASURED
from .beginning import cover_picture, ground, most_parameters
from .claims import ACCURACY, OWN_LOSS, TRAIN_LOSS, Standing, compares, decisive, either, ranked_by, tested
from .common_plane import CommonPlane
from .conditions import optimizer_name
from .facts import Facts
from .parts import Column, Slide
from .results import error_ratio, fades, last_fall, lost_runs, outcome
from .views import barrier_kind, barrier_words
from .vocabulary import capital

_SENTENCES = 5  # that a column has room for; the first ones matter most
_FALLING = 0.05  # of the training loss in an epoch


def verdict(facts: Facts, common: CommonPlane | None) -> Slide:
    """What was measured, and what the runs leave open."""
    words = facts.words
    one = len(facts.runs) == 1
    counts = {len(setup.draws) for setup in facts.setups}
    if len(counts) == 1:
        seeds = words("verdict.seeds", seeds=words.count("seeds", *counts))
    elif 1 in counts:
        seeds = words("verdict.seeds_some")
    else:
        most = words.count("seeds", max(counts))
        seeds = words("verdict.seeds_uneven", least=words.numeral(min(counts)), seeds=most)
    columns = (
        Column(words("verdict.shows"), tuple(map(capital, measured(facts, common)[:_SENTENCES]))),
        Column(words("verdict.open"), tuple(map(capital, left_open(facts, common)[:_SENTENCES]))),
    )
    best = words("verdict.notes_best") if len(facts.told("optimizer")) > 1 else ""
    notes = words.sentences([words("verdict.notes"), seeds, best, words("verdict.notes_try", what=_to_try(facts))])
    return Slide(words("verdict.title_one" if one else "verdict.title"), notes, columns=columns)


def _to_try(facts: Facts) -> str:
    """What would close some of what is left open."""
    words, said = facts.words, [facts.words("verdict.try_seeds")]
    if rates := _rates(facts):
        uneven = len({len(one) for one in _tried(facts).values()}) > 1
        said.append(words("verdict.try_same_rates" if uneven and rates else "verdict.try_rates"))
    return words.listed(said)


def measured(facts: Facts, common: CommonPlane | None) -> list[str]:
    """Sentences on what the runs show."""
    words, ranked = facts.words, facts.ranked
    said = _ahead(facts)
    if facts.diverged:
        said.append(words("verdict.lost", names=lost_runs(facts)))
    said += [
        words("verdict.fades", name=entry.name, ratio=fraction(error_ratio(entry))) for entry in ranked if fades(entry)
    ][:1]
    said += [*_chance(facts), *_lower(facts), *_training(facts)]
    if common is not None and common.line is not None:
        kind = barrier_kind(common.line)
        if kind not in ("overflow", "few"):
            said.append(words(f"verdict.barrier_{kind}", **barrier_words(facts, common)))
    return said


def _ahead(facts: Facts) -> list[str]:
    """Who is ahead by how much, and whether that is more than chance."""
    words = facts.words
    if facts.own and not facts.tested:
        return _lowest(facts)
    if not facts.tested or not facts.comparable:
        return []
    by = ranked_by(facts, ACCURACY)
    if by.lead is None:
        return _alone(facts, by)
    values = {"noun": facts.noun, "best": by.best.name, "accuracy": by.mean(by.best)}
    values |= {"second": by.second.name, "other": by.mean(by.second)}
    said = [words("verdict.each" if by.each else "verdict.means", **values), by.effect()]
    if by.each:
        said += _networks(facts, by)
    elif len(by.setups) > 2:
        behind, pairs = by.behind()
        names = words.listed(setup.name for setup in behind)
        if behind:
            said.append(words("verdict.behind", best=by.best.name, names=names, pairs=words.count("pairs", pairs)))
    return said


def _lowest(facts: Facts) -> list[str]:
    """The same by the loss over the models' own data, where nobody measured an accuracy on others."""
    words, by = facts.words, ranked_by(facts, OWN_LOSS)
    if not by.setups or not facts.comparable:
        return []
    values = {"best": by.best.name, "loss": by.mean(by.best), "sample": facts.sample}
    if by.lead is None:
        return [words("verdict.alone_own", **values)]
    values |= {"second": by.second.name, "other": by.mean(by.second)}
    return [words("verdict.each_own" if by.each else "verdict.means_own", **values), by.effect()]


def _networks(facts: Facts, by: Standing) -> list[str]:
    """What the test images say of the two networks that read most of them."""
    (first,), (second,) = (one.draws.values() for one in (by.best, by.second))
    right = facts.right(first), facts.right(second)
    if right[0] is None or right[1] is None:
        return []
    a, b, difference = either(right[0], right[1])
    words, noun = facts.words, facts.noun
    gap = words.points(difference.effect)
    told = {"apart": f"{a + b:,}", "gap": gap, "a": f"{a:,}", "b": f"{b:,}", "best": first.name, "second": second.name}
    return [words("verdict.images", **told, noun=noun, test=tested(difference, ACCURACY, words))]


def _alone(facts: Facts, by: Standing) -> list[str]:
    """The accuracy of one setup, and how exact it is."""
    words = facts.words
    if not by.setups:
        return []
    entries = list(by.best.draws.values())
    if len(entries) > 1:
        found = [entry.accuracy for entry in entries]
        ends = {"low": words.percent(min(found)), "high": words.percent(max(found))}
        values = {"seeds": words.count("seeds", len(found)), "name": by.best.name, "noun": facts.noun}
        return [words("verdict.seeds_alone", mean=by.mean(by.best), **ends, **values)]
    right = facts.right(entries[0])
    if right is None:
        return []
    share = wilson(int(right.sum()), len(right))
    ends = {"low": words.percent(share.low), "high": words.percent(share.high)}
    told = {"accuracy": words.percent(share.value), "n": f"{len(right):,}", "noun": facts.noun}
    return [words("verdict.alone", best=entries[0].name, **told, **ends)]


def _chance(facts: Facts) -> list[str]:
    """A network that reads no more than who always guesses the most frequent class."""
    data, words = facts.data, facts.words
    if data is None or not len(data.y_test):
        return []
    guess = data.y_test == np.bincount(data.y_test).argmax()
    for entry in facts.ranked:
        right = facts.right(entry)
        if right is not None and not either(right, guess)[2].clear:
            told = {"accuracy": words.percent(float(right.mean())), "share": words.percent(float(guess.mean()))}
            return [words("verdict.chance", name=entry.name, **told)]
    return []


def _lower(facts: Facts) -> list[str]:
    """Whether the lowest training loss goes with the highest accuracy, where both are clear."""
    if facts.own or not (facts.tested and compares(facts, TRAIN_LOSS)):
        return []
    words, most, lowest = facts.words, ranked_by(facts, ACCURACY), ranked_by(facts, TRAIN_LOSS)
    if not lowest.clear:
        return []
    difference = lowest.lead.difference if lowest.lead is not None else None
    assert difference is not None
    values = {"best": lowest.best.name, "noun": facts.noun, "second": lowest.second.name}
    values |= {"gap": TRAIN_LOSS.apart(difference.effect, words), "test": tested(difference, TRAIN_LOSS, words)}
    if most.clear and most.best is lowest.best:
        return [words("verdict.loss_same", **values)]
    against = most.against(most.best, lowest.best)
    if most.best is not lowest.best and against.clear:
        gap = ACCURACY.apart(against.effect, words)
        told = {"most": most.best.name, "less": gap, "accuracy_test": tested(against, ACCURACY, words)}
        return [words("verdict.loss_other", **values, **told)]
    return []


def _training(facts: Facts) -> list[str]:
    """How much more of the training images than of the test images the first network reads right, if that is clear."""
    words, ranked = facts.words, facts.ranked
    if not ranked or facts.data is None or (right := facts.right(ranked[0])) is None:
        return []
    images = min(int(ranked[0].run.settings["images"]), MEASURED)
    accuracy = ranked[0].last("train_accuracy")
    if not np.isfinite(accuracy):
        return []
    more = shares(round(accuracy * images), images, int(right.sum()), len(right))
    if not more.clear or more.effect < 0:
        return []
    told = {"accuracy": words.percent(accuracy), "gap": words.points(more.effect), "noun": facts.noun}
    return [words("verdict.training", best=ranked[0].name, **told, test=tested(more, ACCURACY, words))]


def left_open(facts: Facts, common: CommonPlane | None) -> list[str]:
    """Sentences on what the runs do not show."""
    words, said = facts.words, []
    data = ground(facts)
    if not facts.comparable:
        said.append(words("verdict.other_data", data=data))
    said += [*_luck(facts), *_rates(facts)]
    mixed = [setting for setting in facts.differing if setting not in ("seed", "rate")]
    if len(mixed) > 1:
        said.append(words("verdict.mixed", what=words.listed(words(f"settings.{setting}") for setting in mixed)))
    stopped = [entry.name for entry in facts.ranked if not entry.run.finished]
    if stopped:
        said.append(words("verdict.stopped", names=words.listed(stopped)))
    falling = [(last_fall(entry), entry.name) for entry in facts.ranked if last_fall(entry) > _FALLING]
    if falling:
        share, name = max(falling)
        said.append(words("verdict.falling", name=name, share=words.percent(share, 0)))
    if common is None and facts.data is None and not facts.own:
        said.append(words("verdict.no_data"))
    networks = facts.told("network")
    if facts.comparable:
        kind = "scope" if len(networks) == 1 else "scope_data"
        kind += "_own" if facts.own and not facts.told("data") else ""
        said.append(words(f"verdict.{kind}", network=networks[0], data=data))
    if common is not None:
        said.append(words("verdict.plane", parameters=common.surface.plane.origin.size))
    return said


def _luck(facts: Facts) -> list[str]:
    words, setups = facts.words, facts.setups
    if len(facts.runs) == 1:
        return [words("verdict.luck_one")]
    alone = sum(len(setup.draws) == 1 for setup in setups)
    if alone == len(setups) > 1:
        return [words("verdict.luck")]
    if 0 < alone < len(setups):
        return [words("verdict.luck_some", n=words.numeral(alone), all=words.numeral(len(setups)))]
    return []


def _rates(facts: Facts) -> list[str]:
    """Learning rates that were not tried, or not for all alike."""
    words, tried = facts.words, _tried(facts)
    counts = {len(rates) for rates in tried.values()}
    if counts == {1}:
        rate = next(iter(next(iter(tried.values()))))
        return [words("verdict.rates" if len(tried) > 1 else "verdict.rates_one", rate=setting(rate))]
    if len(counts) > 1:
        each = [words("units.rates", name=name, n=len(rates)) for name, rates in tried.items()]
        return [words("verdict.rates_uneven", rates=words("units.comma").join(each))]
    return []


def _tried(facts: Facts) -> dict[str, set[float]]:
    """The learning rates of each optimizer, by its name with its other hyperparameters."""
    tried: dict[str, set[float]] = {}
    for entry in facts.entries:
        tried.setdefault(optimizer_name(entry.run, facts.words), set()).add(entry.run.optimizer.lr)
    return tried


def end(facts: Facts, common: CommonPlane | None, title: str) -> Slide:
    """The answer, and room for questions."""
    words = facts.words
    answer, effect = capital(outcome(facts, "end")), ""
    if facts.ranked and compares(facts, decisive(facts)):
        effect = ranked_by(facts, decisive(facts)).effect()
    notes = words("end.notes", title=answer, effect=effect)
    about = title or words("cover.network", network=facts.told("network")[0], parameters=most_parameters(facts))
    lines = (words("end.questions"), about, words("end.made", runs=words.count("runs", len(facts.runs))))
    return Slide(answer, notes, lines=lines, content=cover_picture(facts, common), kind="opening")
