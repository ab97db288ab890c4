"""The slides at the end: what holds and what does not, and the answer. Each sentence is backed by the runs."""

from __future__ import annotations

import numpy as np

from .. import optimizers
from .facts import Entry, Facts, Setup, optimizer_name
from .ground import Ground
from .opening import cover_picture, most_parameters
from .parts import Column, Slide
from .terrain import barrier_of
from .training import error_ratio, fades, last_fall, lost_runs, ratio_text
from .words import capital, number

_SENTENCES = 5  # that a column has room for; the first ones matter most
_ERRORS = 2.0  # standard errors, from which on a difference is not put down to the choice of test images
_FALLING = 0.05  # of the training loss in an epoch
_NEAR_CHANCE = 0.005  # of accuracy
_OVERFIT = 0.01  # of accuracy on training images above that on test images, which is worth a sentence


def verdict(facts: Facts, ground: Ground | None) -> Slide:
    """What was measured, and what the runs leave open."""
    words = facts.words
    one = len(facts.runs) == 1
    counts = {len(setup.entries) for setup in facts.setups}
    if len(counts) == 1:
        seeds = words("verdict.seeds", seeds=words.count("seeds", *counts))
    else:
        seeds = words("verdict.seeds_some") if counts else ""
    columns = (
        Column(words("verdict.shows"), tuple(map(capital, measured(facts, ground)[:_SENTENCES]))),
        Column(words("verdict.open"), tuple(map(capital, left_open(facts, ground)[:_SENTENCES]))),
    )
    notes = words("verdict.notes", seeds=seeds)
    return Slide(words("verdict.title_one" if one else "verdict.title"), notes, columns=columns)


def measured(facts: Facts, ground: Ground | None) -> list[str]:
    """Sentences on what the runs show."""
    words, ranked = facts.words, facts.ranked
    said = _ahead(facts)
    if facts.lost:
        said.append(words("verdict.lost", names=lost_runs(facts)))
    said += [
        words("verdict.fades", name=entry.name, ratio=ratio_text(error_ratio(entry)))
        for entry in ranked
        if fades(entry)
    ][:1]
    said += _chance(facts)
    if len(ranked) > 1 and facts.tested and facts.one_loss:
        lowest = min(ranked, key=lambda entry: entry.last("train_loss"))
        kind = "loss_same" if lowest is ranked[0] else "loss_other"
        said.append(words(f"verdict.{kind}", best=ranked[0].name, other=lowest.name, noun=facts.noun))
    if ranked and facts.tested:
        accuracy = ranked[0].last("train_accuracy")
        gap = accuracy - ranked[0].accuracy
        if gap > _OVERFIT:
            told = {"accuracy": words.percent(accuracy), "gap": words.points(gap), "noun": facts.noun}
            said.append(words("verdict.training", best=ranked[0].name, **told))
    if ground is not None and ground.line is not None and np.isfinite(barrier := barrier_of(ground)):
        a, b = (entry.name for entry in ground.pair)
        said.append(words("verdict.barrier" if barrier else "verdict.no_barrier", a=a, b=b, barrier=number(barrier)))
    return said


def _pair(facts: Facts) -> tuple[Setup, Setup] | None:
    """The two setups that lead."""
    if not facts.tested or len(facts.setups) < 2 or not facts.comparable:
        return None
    return facts.setups[0], facts.setups[1]


def _ahead(facts: Facts) -> list[str]:
    """Who is ahead by how much, and whether that is more than chance."""
    words, ranked = facts.words, facts.ranked
    pair = _pair(facts)
    if pair is None:
        return _alone(facts, ranked[0]) if ranked and facts.tested else []
    first, second = pair
    values = {"best": first.name, "second": second.name, "noun": facts.noun}
    values |= {"accuracy": words.percent(first.accuracy), "gap": words.points(first.accuracy - second.accuracy)}
    if first.accuracy == second.accuracy:
        return [words("verdict.level", **values)]
    said = [words("verdict.ahead", **values)]
    if min(len(first.entries), len(second.entries)) > 1:
        kind = "seeds_more" if _beyond_seeds(first, second) else "seeds_less"
        spreads = {"first": words.points(first.spread), "other": words.points(second.spread)}
        said.append(words(f"verdict.{kind}", **spreads, **values))
    apart = _apart(facts, first.entries[0], second.entries[0])
    if apart is not None and len(first.entries) == len(second.entries) == 1:
        a, b, n = apart
        kind = "images_more" if _beyond_images(a, b, n) else "images_less"
        said.append(words(f"verdict.{kind}", apart=f"{a + b:,}", all=f"{n:,}", a=f"{a:,}", b=f"{b:,}", **values))
    return said


def _alone(facts: Facts, best: Entry) -> list[str]:
    """The accuracy of one run, and how exact it is."""
    words, right = facts.words, facts.right(best)
    if right is None:
        return []
    error = _ERRORS * float(np.sqrt(best.accuracy * (1 - best.accuracy) / len(right)))
    told = {"accuracy": words.percent(best.accuracy), "n": f"{len(right):,}", "error": words.points(error)}
    return [words("verdict.alone", best=best.name, noun=facts.noun, **told)]


def _beyond_seeds(first: Setup, second: Setup) -> bool:
    return first.accuracy - second.accuracy > max(first.spread, second.spread)


def _apart(facts: Facts, a: Entry, b: Entry) -> tuple[int, int, int] | None:
    """On how many test images only `a` is right, on how many only `b`, and how many there are."""
    right_a, right_b = facts.right(a), facts.right(b)
    if right_a is None or right_b is None:
        return None
    return int((right_a & ~right_b).sum()), int((right_b & ~right_a).sum()), len(right_a)


def _beyond_images(a: int, b: int, n: int) -> bool:
    """Whether a lead of a − b images of n is beyond what the choice of the images makes (McNemar 1947)."""
    return abs(a - b) > _ERRORS * float(np.sqrt(max(a + b - (a - b) ** 2 / n, 0.0)))


def _chance(facts: Facts) -> list[str]:
    """A run that reads no more than who always guesses the most frequent class."""
    if facts.data is None or not len(facts.data.y_test):
        return []
    share = float(np.bincount(facts.data.y_test).max() / len(facts.data.y_test))
    words = facts.words
    return [
        words("verdict.chance", name=entry.name, accuracy=words.percent(entry.accuracy), share=words.percent(share))
        for entry in facts.ranked
        if abs(entry.accuracy - share) < _NEAR_CHANCE
    ][:1]


def left_open(facts: Facts, ground: Ground | None) -> list[str]:
    """Sentences on what the runs do not show."""
    words, said = facts.words, []
    data = words.listed(facts.told("data"))
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
    if ground is None and facts.data is None:
        said.append(words("verdict.no_data"))
    networks = facts.told("network")
    if facts.comparable:
        kind = "scope" if len(networks) == 1 else "scope_data"
        said.append(words(f"verdict.{kind}", network=networks[0], data=data))
    if ground is not None:
        said.append(words("verdict.plane", parameters=ground.surface.plane.origin.size))
    return said


def _luck(facts: Facts) -> list[str]:
    words, pair = facts.words, _pair(facts)
    if len(facts.runs) == 1:
        return [words("verdict.luck_one")]
    several = [setup.name for setup in facts.setups if len(setup.entries) > 1]
    if not several and pair is not None:
        return [words("verdict.luck", gap=words.points(pair[0].accuracy - pair[1].accuracy))]
    if several and len(several) < len(facts.setups):
        alone = len(facts.setups) - len(several)
        return [words("verdict.luck_some", n=words.numeral(alone), all=words.numeral(len(facts.setups)))]
    return []


def _rates(facts: Facts) -> list[str]:
    """Learning rates that were not tried, or not for all alike."""
    words = facts.words
    tried: dict[str, set[float]] = {}
    names: dict[str, str] = {}
    for entry in facts.entries:
        kind = optimizers.text(entry.run.optimizer.with_lr(1.0))
        tried.setdefault(kind, set()).add(entry.run.optimizer.lr)
        names.setdefault(kind, optimizer_name(entry.run, words))
    counts = {len(rates) for rates in tried.values()}
    if counts == {1}:
        rate = next(iter(next(iter(tried.values()))))
        return [words("verdict.rates" if len(tried) > 1 else "verdict.rates_one", rate=f"{rate:g}")]
    if len(counts) > 1:
        each = [words("units.rates", name=names[kind], n=len(rates)) for kind, rates in tried.items()]
        return [words("verdict.rates_uneven", rates=words("units.comma").join(each))]
    return []


def end(facts: Facts, ground: Ground | None, title: str) -> Slide:
    """The answer, and room for questions."""
    words = facts.words
    answer = capital(_answer(facts))
    lines = (words("end.questions"), title or most(facts), words("end.made", runs=words.count("runs", len(facts.runs))))
    return Slide(
        answer, words("end.notes", title=answer), lines=lines, content=cover_picture(facts, ground), kind="opening"
    )


def most(facts: Facts) -> str:
    """What the talk was about, in a line."""
    return facts.words("cover.network", network=facts.told("network")[0], parameters=most_parameters(facts))


def _answer(facts: Facts) -> str:
    words, ranked = facts.words, facts.ranked
    if not ranked:
        return words("end.title_lost" if len(facts.runs) > 1 else "end.title_lost_one")
    best = ranked[0]
    if not facts.tested:
        return words("end.title_loss", best=best.name, loss=number(best.last("train_loss")))
    pair = _pair(facts)
    if pair is None:
        return words("end.title_one", best=best.name, accuracy=words.percent(best.accuracy), noun=facts.noun)
    first, second = pair
    values = {"best": first.name, "accuracy": words.percent(first.accuracy), "second": second.name}
    values |= {"gap": words.points(first.accuracy - second.accuracy), "other": words.percent(second.accuracy)}
    apart = _apart(facts, first.entries[0], second.entries[0])
    if min(len(first.entries), len(second.entries)) > 1:
        clear = _beyond_seeds(first, second)
    else:
        clear = apart is None or _beyond_images(*apart)
    return words("end.title" if clear and first.accuracy > second.accuracy else "end.title_close", **values)
