"""All that the playground holds: terrains, optimizers and schedules with programs, names and looks, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, replace
from functools import partial
from typing import Any, Literal, get_args, get_origin, get_type_hints

from .. import optimizers as zoo
from .. import terrains
from ..core import docstrings
from ..core.checks import Finite, Fraction, NonNegative, Positive
from ..core.wording import language, table, term
from ..figures import palettes
from ..figures.names import fixed_name, title_of
from ..figures.themes import palette
from ..optimizers import Optimizer, schedules
from ..optimizers.wrappers import WRAPPERS
from ..sweeps.bands import rates
from ..terrains import Terrain
from . import symbols, tracing

# Of whole numbers that decide how long a formula is, those that can be chosen; each is a program of its own.
_LENGTHS: Mapping[str, Sequence[int]] = {"depth": (2, 3, 5, 10, 20), "steps": (5, 10, 20, 50, 100)}
RATES = [float(lr) for lr in rates(1e-5, 10, 4)]  # that are tried of each optimizer alike
_SCALES = {Positive: "rate", NonNegative: "amount", Fraction: "memory", Finite: "number"}


def inventory(own: Sequence[Terrain] = (), walkers: Sequence[Optimizer] = ()) -> dict[str, Any]:
    """All of it; `own` are terrains that the page begins with, `walkers` optimizers, whose settings may make other
    programs of them."""
    kinds = {name: zoo.registry.get(name) for name in zoo.names()}
    kinds |= {one.name: type(one)() for one in walkers if one.name not in kinds and not _needs(one)}
    optimizers = {name: made for name, one in kinds.items() if (made := _optimizer(one)) is not None}
    for one in walkers:
        if one.name in optimizers and (setting := variant(one)) and (point := _programs(one)) is not None:
            optimizers[one.name]["variants"][setting] = point
    return {
        "terrains": _terrains(own),
        "optimizers": optimizers,
        "schedules": {name: _schedule(name) for name in schedules.names()},
        "wrappers": {"clip": tracing.of_clip(), "sam": tracing.of_sam()},
        "sizes": {name: getattr(kind, parameter) for name, (kind, parameter) in WRAPPERS.items()},
        "derivatives": tracing.of_derivatives(),
        "looks": looks(),
        "rates": RATES,
    }


def _terrains(own: Sequence[Terrain]) -> dict[str, Any]:
    found = {name: terrain(terrains.registry.get(name)) for name in terrains.names()}
    found |= {one.name: terrain(one) for one in own if terrains.registry.knows(one.name)}
    return {name: one for name, one in found.items() if one is not None}


def terrain(ground: Terrain) -> dict[str, Any] | None:
    """A terrain with a program for each choice of what decides on its formula's length; None if none can be written
    down, as of a function that decides by values."""
    choices = _choices(ground)
    variants: dict[str, Any] = {}
    for choice in _combined(choices):
        one = replace(ground, **choice) if choice else ground
        made = tracing.attempted(partial(tracing.of_terrain, one))
        if made is None:
            return None
        variants[",".join(f"{name}={value}" for name, value in choice.items())] = made
    maker = terrains.registry.maker(ground.name)
    return {
        "title": title_of(ground).partition(":")[0].partition("：")[0],
        "formula": _formula(maker),
        "domain": ground.domain,
        "start": ground.start,
        "height": ground.height,
        "floor": ground.floor,
        "rounding": ground.rounding,
        "coordinates": ground.coordinates,
        "toScale": ground.to_scale,
        "bounded": ground.is_bounded,
        "parameters": parameters(ground, choices),
        "variants": variants,
    }


def _formula(kind: Any) -> str:
    """Of a docstring, its words in the language in force."""
    text = docstrings.formula(kind)
    for english, own in sorted(
        table(__package__, "formulas.toml").get(language(), {}).items(), key=lambda one: -len(one[0])
    ):
        text = text.replace(english, own)
    return text


def _choices(ground: Terrain) -> dict[str, Sequence[Any]]:
    """The values that parameters may have of which each makes another formula."""
    found: dict[str, Sequence[Any]] = {}
    for one in fields(ground):
        value = getattr(ground, one.name)
        annotation = _annotation(ground, one)
        if get_origin(annotation) is Literal:
            found[one.name] = get_args(annotation)
        elif isinstance(value, int) and not isinstance(value, bool) and one.name in _LENGTHS:
            found[one.name] = sorted({value, *_LENGTHS[one.name]})
    return found


def _combined(choices: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{}]
    for name, values in choices.items():
        found = [{**one, name: value} for one in found for value in values]
    return found


def parameters(part: Any, choices: Mapping[str, Sequence[Any]] = {}) -> list[dict[str, Any]]:
    """What may be changed of a part, each with its value, the scale of its slider, and its name."""
    found = []
    for one in fields(part):
        value = getattr(part, one.name)
        if one.name in choices:
            several = choices[one.name]
            named = {"titles": [term(str(each).replace("_", " ")) for each in several]}
            found.append({"name": one.name, "label": _label(one.name), "value": value, "choices": several, **named})
        elif one.name in tracing.WHOLE:
            found.append({"name": one.name, "label": _label(one.name), "value": value, "scale": "count"})
        elif isinstance(value, float):
            scale = _SCALES.get(_annotation(part, one), "rate" if value > 0 else "number")
            scale = "angle" if one.name == "angle" else scale
            found.append({"name": one.name, "label": _label(one.name), "value": value, "scale": scale})
    return found


def _label(name: str) -> str:
    return term("κ" if name == "kappa" else name.replace("_", " "))


def _annotation(part: Any, one: Field[Any]) -> Any:
    """What a field is annotated with, where its class was written."""
    return get_type_hints(type(part), include_extras=True).get(one.name)


def variant(one: Optimizer) -> str:
    """What an optimizer's programs are of that no slider changes, as far as it is unusual."""
    fixed = [
        each
        for each in fields(one)
        if not isinstance(getattr(one, each.name), float) and each.name not in tracing.WHOLE
    ]
    told = [(each.name, getattr(one, each.name)) for each in fixed if getattr(one, each.name) != each.default]
    return ",".join(f"{name}={value}" for name, value in told)


def _needs(one: Optimizer) -> bool:
    """Whether there is none without a setting."""
    return any(each.default is MISSING and each.default_factory is MISSING for each in fields(one))


def _programs(one: Optimizer, size: int | None = 2) -> dict[str, Any] | None:
    """An optimizer's programs; None if they cannot be written down, as of one that decides by its numbers too often."""
    return tracing.attempted(partial(tracing.of_optimizer, one, size=size))


def _optimizer(one: Optimizer) -> dict[str, Any] | None:
    point = _programs(one)
    if point is None:
        return None
    return {
        "title": fixed_name(one, ()),
        "formula": _formula(type(one)),
        "parameters": parameters(one),
        "point": point,
        "vector": _programs(one, None),
        "variants": {},
    }


def _schedule(name: str) -> dict[str, Any]:
    one = schedules.registry.get(name)
    return {"title": term(name), "parameters": parameters(one), "program": tracing.of_schedule(one)}


def looks() -> dict[str, Any]:
    """The looks of optimizers, and what those are given whose own are taken."""
    markers = dict.fromkeys([*(marker for _, _, marker in palettes._OWN.values()), *palettes._MARKERS, "X"])
    return {
        "own": {name: [hue, dash[1] or (), marker] for name, (hue, dash, marker) in palettes._OWN.items()},
        "hues": {theme: dict(palette(theme).hues) for theme in ("light", "dark")},
        "spare": palettes._SPARE,
        "dashes": [dash[1] or () for dash in palettes.DASHES],
        "markers": palettes._MARKERS,
        "outlines": {marker: symbols.outline(marker, 11) for marker in markers},
    }


__all__ = ["inventory", "looks", "parameters", "terrain", "variant"]
