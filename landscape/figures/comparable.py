"""What of several surfaces can be compared, and what cannot, as their numbers say."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ..core.annotations import Floats
from ..core.numerals import number, percentage
from ..core.wording import percent
from ..surfaces import Surface
from .words import listed, literal, of_data, say

_ALIKE = 0.05  # of a width, by which two maps may differ and still show as much
_CLEAR = 1.96  # standard errors of a difference, within which 19 of 20 lie that chance makes


class Comparison(NamedTuple):
    """Whether something of surfaces can be compared, what that is, and why, in the language in force."""

    fits: bool
    subject: str
    reason: str


Rule = Callable[[Sequence[Surface], Sequence[str]], Iterator[Comparison]]


def comparisons(surfaces: Sequence[Surface], names: Sequence[str]) -> list[Comparison]:
    """What of surfaces with these names can be compared, and what cannot."""
    rules: tuple[Rule, ...] = (_heights, _networks, _planes, _widths, _flatness, _grids, _noise)
    return [found for rule in rules for found in rule(surfaces, names)]


def told(found: Sequence[Comparison], *, brief: bool = False) -> str:
    """A line on what can be compared and one on what cannot; without the reasons, if `brief`."""

    def listing(fits: bool) -> str:
        some = [one for one in found if one.fits == fits]
        return listed([one.subject if brief else say("{subject} ({reason})", **one._asdict()) for one in some])

    yes, no = listing(True), listing(False)
    lines = [say("Comparable: {list}.", list=yes)] if yes else []
    return "\n".join([*lines, *([say("Not comparable: {list}.", list=no)] if no else [])])


def _heights(surfaces: Sequence[Surface], names: Sequence[str]) -> Iterator[Comparison]:
    captions = [literal(of_data(one.data)) for one in surfaces]
    if len(set(captions)) > 1:
        told = [caption or say("not told") for caption in captions]
        yield Comparison(False, say("heights"), say("other data: {told}", told=_each(names, told)))
    elif captions[0]:
        yield Comparison(True, say("heights"), say("all over {data}", data=captions[0]))
    else:
        yield Comparison(False, say("heights"), say("over which data is not told"))


def _networks(surfaces: Sequence[Surface], names: Sequence[str]) -> Iterator[Comparison]:
    counts = [one.plane.origin.size for one in surfaces]
    if len(set(counts)) > 1:
        told = _each(names, [f"{count:,}" for count in counts])
        yield Comparison(False, say("networks"), say("numbers of parameters: {told}", told=told))
    else:
        yield Comparison(True, say("networks"), say("{count:,} parameters each", count=counts[0]))


def _planes(surfaces: Sequence[Surface], names: Sequence[str]) -> Iterator[Comparison]:
    kinds, first = [kind_of(one) for one in surfaces], surfaces[0].plane
    if all(one.plane is first or one.plane == first for one in surfaces):
        yield Comparison(True, say("places"), say("one plane, point for point"))
    elif len(set(kinds)) > 1:
        yield Comparison(False, say("shapes"), say("kinds of planes: {told}", told=_each(names, kinds)))
    else:
        yield Comparison(False, say("places"), say("one kind of plane, but other directions"))


def _widths(surfaces: Sequence[Surface], names: Sequence[str]) -> Iterator[Comparison]:
    """How far the maps reach in weight space, whatever unit their coordinates have."""
    widths = np.array([_width(one) for one in surfaces])
    sides = [f"{number(x, 2)} × {number(y, 2)}" for x, y in widths]
    if (np.ptp(widths, axis=0) <= _ALIKE * widths.max(axis=0)).all():
        yield Comparison(True, say("distances"), say("maps of {sides} in weight space", sides=sides[0]))
    else:
        reason = say("maps in weight space: {told}", told=_each(names, sides))
        yield Comparison(False, say("distances"), reason)


def _flatness(surfaces: Sequence[Surface], names: Sequence[str]) -> Iterator[Comparison]:
    """Whether how wide basins look says how flat they are: where directions have the networks' own norms, and the maps
    reach as far in these."""
    if any(one.plane.kind.way != "random" for one in surfaces):
        return
    norms = [one.plane.kind.normalize for one in surfaces]
    if set(norms) != {"filter"}:
        called = {"filter": say("filter"), "layer": say("layer"), None: say("none")}
        reason = say("norms of directions: {told}", told=_each(names, [called[norm] for norm in norms]))
        yield Comparison(False, say("flatness"), reason)
    elif len({one.domain for one in surfaces}) > 1:
        yield Comparison(False, say("flatness"), say("the extents differ"))
    else:
        yield Comparison(True, say("flatness"), say("directions have the norms of the filters"))


def _grids(surfaces: Sequence[Surface], names: Sequence[str]) -> Iterator[Comparison]:
    grids = [f"{len(one.xs)} × {len(one.ys)}" for one in surfaces]
    if len(set(grids)) > 1:
        yield Comparison(False, say("details"), say("grids: {told}", told=_each(names, grids)))
        return
    errors = [one.error.loss for one in surfaces]
    reason = say("grids of {grid}", grid=grids[0])
    if all(np.isfinite(errors)):
        worst = percent(percentage(float(f"{max(errors):.1g}")))
        reason = say("grids of {grid}, within {error} between points", grid=grids[0], error=worst)
    yield Comparison(True, say("details"), reason)


def _noise(surfaces: Sequence[Surface], names: Sequence[str]) -> Iterator[Comparison]:
    """From which difference on two heights differ by more than other samples would make them, where they compare."""
    if len({one.data for one in surfaces}) > 1 or not surfaces[0].data:
        return
    errors = [_error(one) for one in surfaces]
    if not all(np.isfinite(errors)):
        yield Comparison(False, say("small differences"), say("the noise is not known of all"))
        return
    least = number(_CLEAR * math.hypot(*sorted(errors)[-2:]), 2)
    yield Comparison(True, say("differences from {least} on", least=least), say("smaller ones may be noise"))


def _error(surface: Surface) -> float:
    """The median of the standard errors; nan where none is known."""
    known = np.empty(0) if surface.standard_error is None else surface.standard_error
    known = known[np.isfinite(known)]
    return float(np.median(known)) if known.size else float("nan")


def _width(surface: Surface) -> Floats:
    """The map's sides (2,) as distances in weight space."""
    return np.asarray(np.linalg.norm(surface.plane.basis, axis=1) * np.ptp(np.array(surface.domain), axis=1))


def kind_of(surface: Surface) -> str:
    """The plane's kind in the language in force; a user's own name for it as it is."""
    kind = surface.plane.kind
    return literal(str(kind)) if kind.way == "own" else say(str(kind))


def _each(names: Sequence[str], values: Sequence[str]) -> str:
    """A value beside each name; one for all where they are equal."""
    if len(set(values)) == 1:
        return values[0]
    return listed([say("{name} {value}", name=name, value=value) for name, value in zip(names, values, strict=True)])
