"""What is wrong with the heights: too small a range, too large a one, or too coarse a grid."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ...core.numerals import number, percentage
from ...terrains import Domain
from .ailments import Ailment, Reading
from .case import Case, Relief, box, cells, lowest

_ERRORS = 2.0  # standard errors, within which 19 of 20 other samples would lie
_STEPS = 10.0  # of rounding, below which contour lines follow that
_BLANK = 0.1  # of the map; less is a corner
_MIDDLE = 0.1  # of the colour scale, for 98 of 100 cells
_LEVEL, _FLAT = 0.8, 0.02  # of the cells; of an even slope over the whole scale, below which a cell is level
_MEANT = ("pca", "random", "hessian", "gradient")  # planes with an extent around paths, or as far as the loss rises
_WIDE = 8.0  # times that, from which on it is less than a sixtieth of the map
_GOOD = 0.01  # of the cells; a disc of a ninth of the map's width
_LEVELS = 14  # of a map's contour lines
_SURE, _COARSE = 9, 4.0  # points along a side; contour lines where there are fewer
_TRIED = 25  # cells in whose middle the loss is computed


def too_small(case: Case) -> Iterator[Reading]:
    """The range of the loss beside what it would differ by with other samples, and beside its rounding."""
    if (surface := case.surface) is None or not case.elevation.size:
        return
    span, name, noise, limit = _noise(surface)
    ratio = span / noise if noise > 0 else np.inf if span > 0 else 0.0
    words = f"the loss varies by {number(span)} over the map, {number(ratio, 2)} times its {name}, {number(noise)}"
    if ratio > limit:
        yield Reading("range-too-small", words, ratio, limit)
        return
    # As far as a slope that stays would rise by several times as much as is needed.
    domain = _around(surface, float(np.clip(10 * limit / max(ratio, 1e-9), 10, 1e6)))
    call = f"ls.surface(model, plane, extent={_sides(domain)})"
    yield Ailment("range-too-small", words, ratio, limit, command=case.project(box(domain)), call=call)


def _noise(surface: Relief) -> tuple[float, str, float, float]:
    """The range of the loss; which noise asks for most beside it, how large that is, and how many times of it."""
    loss = surface.loss[np.isfinite(surface.loss)]
    noises = [("rounding", surface.rounding * float(np.abs(loss).max()), _STEPS)]
    if surface.standard_error is not None:
        known = surface.standard_error[np.isfinite(surface.standard_error)]
        if known.size:
            noises.append(("standard error", float(np.median(known)), _ERRORS))
    return float(np.ptp(loss)), *max(noises, key=lambda one: one[1] * one[2])


def too_large(case: Case) -> Iterator[Reading]:
    """Whether the map shows ground of any worth, or for the most part a rim."""
    if (surface := case.surface) is None:
        return
    for words, value, limit, ill in _shares(case, surface):
        if not ill:
            yield Reading("range-too-large", words, value, limit)
            continue
        domain = _near(surface)
        call = f"ls.surface(model, plane, extent={_sides(domain)})"
        yield Ailment("range-too-large", words, value, limit, command=case.project(box(domain)), call=call)
        return


def _shares(case: Case, surface: Relief) -> Iterator[tuple[str, float, float, bool]]:
    """What is said, the number, its limit, and whether it is beyond that."""
    blank = float(np.mean(~np.isfinite(surface.loss)))
    yield f"the loss is not finite on {percentage(blank)} % of the map", blank, _BLANK, blank > _BLANK
    if not case.elevation.size:
        return
    span, _, noise, most = _noise(surface)
    if span <= most * noise:
        return  # there is nothing that a rim could hide
    if surface.plane.kind.way in _MEANT:
        wider = _wider(surface)
        yield f"the map is {number(wider, 2)} times as wide as what its plane shows", wider, _WIDE, wider > _WIDE
    middle = float(np.ptp(np.quantile(case.elevation, [0.01, 0.99]))) / case.scale
    words = f"98 of 100 points take {percentage(middle)} % of the colour scale"
    yield words, middle, _MIDDLE, middle < _MIDDLE
    level = _level(case, surface)
    yield f"{percentage(level)} % of the cells are level", level, _LEVEL, level > _LEVEL
    if (read := surface.accuracy) is not None and 2 * np.nanmin(read) <= np.nanmax(read):
        half = float(np.nanmax(read) + np.nanmin(read)) / 2
        yield _good(read > half, "read better than half-way from worst to best")
    met = np.concatenate([np.empty(0), *(path.run.history["loss"] for path in case.on_plane)])
    if (met := met[np.isfinite(met)]).size:
        yield _good(surface.loss <= met.max(), f"have no higher loss than the runs met, {number(float(met.max()))}")


def _good(cells: NDArray[np.bool_], words: str) -> tuple[str, float, float, bool]:
    """Of a mask (ny, nx); a single point is a dot, however coarse the grid."""
    share, alone = float(np.mean(cells)), int(np.count_nonzero(cells)) <= 1
    return f"{percentage(share)} % of the points {words}", share, _GOOD, share < _GOOD or alone


def _level(case: Case, surface: Relief) -> float:
    """The share of cells whose corners differ by nearly nothing of the colour scale."""
    with np.errstate(divide="ignore", invalid="ignore"):
        heights = np.log(surface.loss) if surface.height == "log" else surface.loss
        corners = np.stack([heights[1:, 1:], heights[1:, :-1], heights[:-1, 1:], heights[:-1, :-1]])
        spans = corners.max(axis=0) - corners.min(axis=0)
    return float(np.mean(spans < _FLAT * case.scale / max(heights.shape)))


def resolution(case: Case) -> Iterator[Reading]:
    """How far the spline is off between the points, beside the distance of two contour lines."""
    if (surface := case.surface) is None or not case.elevation.size or not case.scale > 10 * surface.rounding:
        return
    step, (off, how, limit) = case.scale / _LEVELS, _off(case, surface)
    if not np.isfinite(off):
        return
    size, ratio = max(surface.loss.shape), off / step
    words = f"between the points of the grid, {len(surface.xs)} × {len(surface.ys)}, the surface is off by "
    words += f"{number(ratio, 2)} contour lines, {how}"
    if ratio <= limit:
        yield Reading("resolution", words, ratio, limit)
    else:
        finer = 2 * size - 1
        call = f"ls.surface(model, plane, resolution={finer})"
        yield Ailment("resolution", words, ratio, limit, command=case.project(f"--resolution {finer}"), call=call)


def _off(case: Case, surface: Relief) -> tuple[float, str, float]:
    """How far 19 of 20 heights between points are off, as they are drawn; how that is known; and how many contour lines
    are too many: more where few points are left when some are left out, as the estimate may be so much too high."""
    if case.of is not None:
        middles = cells(surface, _TRIED)
        true = np.array([case.of.loss_value(row.astype(case.of.dtype)) for row in surface.plane.at(middles)])
        seen = surface.value(middles)
        if surface.height == "log":
            with np.errstate(divide="ignore", invalid="ignore"):
                true, seen = np.log(true), np.log(seen)
        apart = np.abs(true - seen)
        apart = apart[np.isfinite(apart)]
        if apart.size:
            return float(np.quantile(apart, 0.95)), f"as the loss in the middle of {apart.size} cells says", 1.0
    error = surface.error.loss
    off = float(np.log1p(error)) if surface.height == "log" else error * case.scale
    return off, "as leaving points out says", 1.0 if min(surface.loss.shape) >= _SURE else _COARSE


def _near(surface: Relief) -> Domain:
    """An extent to be looked at instead: what the plane was made to show, or a tenth of the map around its lowest
    point."""
    if surface.plane.kind.way in _MEANT and _wider(surface) > 1:
        return surface.plane.extent
    return _around(surface, 0.1)


def _wider(surface: Relief) -> float:
    """How many times as wide the map is as the extent of its plane."""
    own, wide = (float(np.ptp(np.array(sides), axis=1).max()) for sides in (surface.plane.extent, surface.domain))
    return wide / own


def _around(surface: Relief, factor: float) -> Domain:
    """The map made so many times as wide, around its network or its lowest point."""
    found = lowest(surface)
    middle = np.array([surface.xs.mean(), surface.ys.mean()])
    if len(surface.plane.networks) == 1:
        middle = surface.plane.networks[0]
    elif factor < 1 and found is not None:
        middle = found[0]
    half = factor * np.ptp(np.array(surface.domain), axis=1) / 2
    (x0, y0), (x1, y1) = (middle - half).tolist(), (middle + half).tolist()
    return (x0, x1), (y0, y1)


def _sides(domain: Domain) -> str:
    (x0, x1), (y0, y1) = domain
    return f"(({x0:.3g}, {x1:.3g}), ({y0:.3g}, {y1:.3g}))"
