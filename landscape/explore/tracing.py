"""The mathematics of a page: terrains, optimizers and schedules as programs, written down by Python's own formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import fields
from functools import partial
from typing import Any, TypeVar, cast

import numpy as np

from ..optimizers import SAM, Clip, Optimizer, Sophia
from ..optimizers.schedules import Schedule
from ..terrains import ExpressionTerrain, Terrain
from ..terrains.formula import Reader
from ..terrains.graph import SLOPES, Graph, of_order
from ..terrains.traced import Curvature, Points
from .straight import line
from .symbolic import Paths, Symbols, Undecided

T = TypeVar("T")
Program = dict[str, Any]

_TERRAIN = ("x", "y")
_POINT = ("g0", "g1", "x0", "x1", "lr", "t")
_CURVATURE = ("h00", "h01", "h11")
_SIGNS = ("u0", "u1")
WHOLE = ("every", "length")  # whole numbers that decide on no shape


def of_terrain(terrain: Terrain) -> dict[str, Any]:
    """A terrain's programs, which take x, y and the parameters that may be changed.

    `value`; `slopes`, with the value; `hessian`; `frame`, of the parameters alone: start and minima. `fixed` are the
    parameters that are as they are. ValueError or TypeError for a terrain that cannot be followed.
    """
    if isinstance(terrain, ExpressionTerrain):
        return of_formula(terrain.name) | {"fixed": {}}
    free = [one.name for one in fields(terrain) if isinstance(getattr(terrain, one.name), float)]
    inputs = (*_TERRAIN, *free)

    def asked(made: Any, paths: Paths, point: Points) -> Any:
        return made(with_symbols(terrain, free, paths), point)

    def program(**results: Any) -> Program:
        paths = Paths()
        point = Points(paths.symbol("x"), paths.symbol("y"))
        found = {name: paths.all(partial(asked, made, paths, point)) for name, made in results.items()}
        return line(inputs, found)

    def slopes(one: Terrain, point: Any) -> list[Any]:
        gradient: Any = one.gradient(point)
        return [gradient.x, gradient.y]

    def curvature(one: Terrain, point: Any) -> list[Any]:
        hessian: Any = one.hessian(point)
        return (
            [hessian.xx, hessian.xy, hessian.yy]
            if isinstance(hessian, Curvature)
            else [*hessian.reshape(-1)[[0, 1, 3]]]
        )

    value = {"value": lambda one, point: [one.value(point)]}
    return {
        "value": program(**value),
        "slopes": program(gradient=slopes, **value),
        "hessian": program(hessian=curvature),
        "frame": program(
            start=lambda one, point: _flat(one.start),
            minima=lambda one, point: _flat(one.minima),
        ),
        "fixed": {one.name: getattr(terrain, one.name) for one in fields(terrain) if one.name not in free},
        **_of_examples(terrain, free, slopes, curvature),
    }


def attempted(write: Callable[[], T]) -> T | None:
    """What is written down; None where it cannot be, as of a formula that decides by its numbers, or calls what knows
    no symbols."""
    try:
        return write()
    except (TypeError, ValueError, AttributeError, IndexError, KeyError, Undecided):
        return None


class _Draws:
    """Stands for a generator of random numbers, of which it tells what is drawn for one example."""

    def __init__(self, paths: Paths) -> None:
        self.paths, self.kind, self.size = paths, "", 0

    def standard_normal(self, shape: tuple[int, ...]) -> Symbols:
        return self._drawn("normal", shape)

    def multinomial(self, many: int, shares: Any, size: Any = None) -> Symbols:
        return self._drawn("one", (len(shares),))

    def _drawn(self, kind: str, shape: tuple[int, ...]) -> Symbols:
        self.kind, self.size = kind, int(np.prod(shape))
        symbols = Symbols.of(self.paths, [self.paths.symbol(f"d{k}") for k in range(self.size)])
        return cast(Symbols, symbols.reshape(shape))


def _of_examples(terrain: Terrain, free: list[str], slopes: Any, curvature: Any) -> dict[str, Any]:
    """Of a terrain that is a mean over examples: slopes and bends of one of them, from what is drawn for it, which is
    "normal" numbers, or "one" of some examples as shares that are 0 but for its own."""
    if type(terrain).minibatch_gradient is Terrain.minibatch_gradient:
        return {}
    found: dict[str, Any] = {}

    def asked(name: str, result: Any, paths: Paths, draws: _Draws) -> Any:
        point = Points(paths.symbol("x"), paths.symbol("y"))
        drawn = getattr(with_symbols(terrain, free, paths), f"minibatch_{name}")(point, 1, draws)
        return result(_Answer(drawn), point)

    for name, result in (("gradient", slopes), ("hessian", curvature)):
        paths = Paths()
        draws = _Draws(paths)
        results = {name: paths.all(partial(asked, name, result, paths, draws))}
        found[name] = line([*_TERRAIN, *free, *(f"d{k}" for k in range(draws.size))], results)
        found["draws"] = {"kind": draws.kind, "size": draws.size}
    return {"example": found}


class _Answer:
    """What was computed, as a terrain would answer it."""

    def __init__(self, answer: Any) -> None:
        self.gradient = self.hessian = lambda point: answer


def of_formula(text: str) -> dict[str, Any]:
    """The same of a formula, which has no parameters and no minima that were known."""
    # Where a formula has no value it has no slope, though that of log x can be computed for x < 0.
    found = of_order(2, Reader(text).read())
    graph = found[0].graph
    value, *seconds = found
    firsts = of_order(1, value)[1:]
    lost = graph.written("isnan", value)
    nan = graph.node(np.nan)

    def known(slopes: list[Any]) -> list[Any]:
        return [graph.written("where", lost, nan, slope) for slope in slopes]

    return {
        "value": line(_TERRAIN, {"value": [value]}),
        "slopes": line(_TERRAIN, {"gradient": known(firsts), "value": [value]}),
        "hessian": line(_TERRAIN, {"hessian": known(seconds)}),
    }


def of_optimizer(optimizer: Optimizer, *, size: int | None = 2) -> dict[str, Any]:
    """An optimizer's programs: `init`, of the start and the hyperparameters; and `step`, of the gradient, the point,
    the rate, the step's number and all that it remembers, to the step and what is remembered then.

    size : coordinates of the point; None for as many as there are, of which then one stands for all.
    `free` are the hyperparameters that programs take, `fixed` all others, `state` what is remembered, by name: how many
    numbers, and whether they are a vector of one to a coordinate. `asks` names what a step needs beside the gradient.
    """
    many = size or 1
    free = [
        one.name for one in fields(optimizer) if isinstance(getattr(optimizer, one.name), float) or one.name in WHOLE
    ]
    hyper = [name for name in free if name != "lr"]
    state = _state(optimizer, many, vector=size is None)
    names = {name: [f"{name}:{k}" for k in range(count)] for name, (count, _) in state.items()}
    paths = Paths()
    points = [f"x{k}" for k in range(many)]
    gradients = [f"g{k}" for k in range(many)]
    asks: list[str] = []

    def array(inputs: list[str]) -> Symbols:
        return Symbols.of(paths, [paths.symbol(name) for name in inputs], summed=size is None)

    class Asked:
        """What a step may ask about the loss."""

        def gradient(self, x: Any) -> Any:
            raise TypeError("a second gradient is asked for outside of its wrapper")

        def hvp(self, x: Any, v: Any) -> Any:
            if size != 2:
                raise TypeError("a Hessian product is asked for, of which only points have one")
            asks.append("hessian")
            a, b, c = (paths.symbol(name) for name in _CURVATURE)
            return Symbols.of(paths, [a * v[0] + b * v[1], b * v[0] + c * v[1]])

    def shaped(found: Any) -> list[Any]:
        return [*np.asarray(found, dtype=object).reshape(-1)]

    def begun() -> list[Any]:
        symbolic = with_symbols(optimizer, free, paths)
        made = symbolic.init(array(points))
        return told(made, symbolic.recorded(made))

    def stepped() -> list[Any]:
        symbolic = with_symbols(optimizer, free, paths)
        if isinstance(optimizer, Sophia) and optimizer.diagonal == "hutchinson":
            object.__setattr__(symbolic, "signs", lambda step, count: array([*_SIGNS]))
            asks.append("signs")
        x, g = array(points), array(gradients)
        now = symbolic.init(array(points))
        for name, places in names.items():
            symbols = array(places)
            kept = now[name]
            now[name] = symbols.reshape(kept.shape) if isinstance(kept, np.ndarray) else symbols[0]
        now["t"] = paths.symbol("t")
        used = symbolic._ask(g, now, x, Asked()) if symbolic.needs_probe else g
        symbolic._advance(used, now, now["delta"], x, paths.symbol("lr"))
        return told(now, symbolic.recorded(now))

    def told(now: Any, recorded: Any) -> list[Any]:
        return [one for made in (*(now[name] for name in names), *recorded.values()) for one in shaped(made)]

    with np.errstate(all="ignore"):
        initial = paths.all(begun)
        after = paths.all(stepped)
        plain = optimizer.recorded(optimizer.init(np.zeros(many)))
    inputs = [*gradients, *points, "lr", "t", *_CURVATURE, *_SIGNS, *(one for each in names.values() for one in each)]
    counts = {name: len(places) for name, places in names.items()}
    counts |= {f"shown:{name}": int(np.size(one)) for name, one in plain.items()}
    return {
        "init": line([*points, "lr", *hyper], _grouped(initial, counts)),
        "step": line([*inputs, *hyper], _grouped(after, counts)),
        "state": {name: {"size": count, "each": each} for name, (count, each) in state.items()},
        "free": ["lr", *hyper],
        "fixed": {one.name: getattr(optimizer, one.name) for one in fields(optimizer) if one.name not in free},
        "asks": sorted(set(asks)),
        "scheduled": optimizer.scheduled,
    }


def _state(optimizer: Optimizer, size: int, *, vector: bool) -> dict[str, tuple[int, bool]]:
    """What an optimizer remembers: how many numbers, and whether they are one to a coordinate."""
    small, large = (optimizer.init(np.zeros(many)) for many in (size, size + 1))
    if vector and "blocks" in small:
        raise TypeError("matrices are no vectors")
    kept = [name for name, one in small.items() if name != "t" and name[0] != "_" and name != "blocks"]
    kept += [name for name in small if name.startswith("_root_")]
    return {name: (int(np.size(small[name])), np.size(large[name]) == size + 1 > np.size(small[name])) for name in kept}


def of_clip(size: int | None = 2) -> Program:
    """The gradient that clipping makes of one; size as in `of_optimizer`."""
    paths, many = Paths(), range(size or 1)

    class Inner(Optimizer):
        lr: float = 0.0

        def _advance(self, g: Any, s: Any, delta: Any, x: Any, lr: Any) -> None:
            s["used"] = g

    def clipped() -> list[Any]:
        g = Symbols.of(paths, [paths.symbol(f"g{k}") for k in many], summed=size is None)
        one = Clip(Inner(), 1.0)
        object.__setattr__(one, "max_norm", paths.symbol("max_norm"))
        state = one.init(g)
        one._advance(g, state, state["delta"], g, 0.0)
        return [*np.asarray(state["used"])]

    return line([*(f"g{k}" for k in many), "max_norm"], {"gradient": paths.all(clipped)})


def of_sam(size: int | None = 2) -> Program:
    """The point at which SAM asks for the gradient that it steps with; size as in `of_optimizer`."""
    paths, many = Paths(), range(size or 1)
    asked: list[Any] = []

    class Asked:
        def gradient(self, x: Any) -> Any:
            asked[:] = [*np.asarray(x)]
            return x

    def away() -> list[Any]:
        g, x = (Symbols.of(paths, [paths.symbol(f"{name}{k}") for k in many], summed=size is None) for name in "gx")
        from ..optimizers import SGD

        one = SAM(SGD(), 1.0)
        object.__setattr__(one, "rho", paths.symbol("rho"))
        one._ask(g, one.init(x), x, Asked())  # type: ignore[arg-type]
        return asked

    return line([*(f"{name}{k}" for name in "gx" for k in many), "rho"], {"point": paths.all(away)})


def of_schedule(schedule: Schedule) -> Program:
    """A schedule's factor, of the step about to be taken, the number of all steps, and its parameters."""
    free = [one.name for one in fields(schedule) if _is_number(getattr(schedule, one.name))]
    paths = Paths()

    def factor() -> list[Any]:
        return [with_symbols(schedule, free, paths)(paths.symbol("step"), paths.symbol("steps"))]

    return line(["step", "steps", *free], {"factor": paths.all(factor)})


def of_derivatives() -> dict[str, Program]:
    """How each function of formulas is differentiated: its slope, of its argument a and its value f."""
    found = {}
    for name, slope in SLOPES.items():
        graph = Graph()
        found[name] = line(["a", "f"], {"slope": [slope(graph.variable("a"), graph.variable("f"))]})
    return found


def _grouped(results: list[Any], counts: Mapping[str, int]) -> dict[str, list[Any]]:
    rest = iter(results)
    return {name: [next(rest) for _ in range(count)] for name, count in counts.items()}


def _flat(points: Any) -> list[Any]:
    """The coordinates of points, one after the other."""
    return [points.x, points.y] if isinstance(points, Points) else [*np.asarray(points, dtype=object).reshape(-1)]


def with_symbols(part: Any, names: Sequence[str], paths: Paths) -> Any:
    """A copy of a part with symbols in the places of parameters."""
    made = copy(part)
    # What was computed from its parameters and kept is of the numbers.
    for name in [name for name in vars(made) if name not in {one.name for one in fields(part)}]:
        object.__delattr__(made, name)
    for name in names:
        object.__setattr__(made, name, paths.symbol(name))
    return made


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
