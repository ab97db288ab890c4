"""What a network is made of as programs, written down by Python's own formulas."""

from __future__ import annotations

from dataclasses import fields
from functools import partial
from typing import Any

import numpy as np

from ..networks.activations import Activation
from ..networks.initialisers import Gaussian
from .straight import line
from .symbolic import Paths, Symbols
from .tracing import Program, with_symbols


def of_activation(activation: Activation) -> dict[str, Program]:
    """An activation's programs, of one number z that stands for all, of a = f(z), and of its parameters: `function` and
    `derivative`; and `steepest`, of the parameters alone."""
    free = [one.name for one in fields(activation)]
    paths = Paths()

    def array(name: str) -> Symbols:
        return Symbols.of(paths, [paths.symbol(name)], summed=True)

    def computed(method: str, *beside: str) -> list[Any]:
        z = array("z")
        out, others = np.empty_like(z), {name: array(name) for name in beside}
        work = {"work": np.empty_like(z)} if beside else {}
        getattr(with_symbols(activation, free, paths), method)(z, **others, out=out, **work)
        return [*np.asarray(out)]

    def steepest() -> list[Any]:
        return [with_symbols(activation, free, paths).steepest]

    return {
        "function": line(["z", *free], {"a": paths.all(partial(computed, "function"))}),
        "derivative": line(["z", "a", *free], {"slope": paths.all(partial(computed, "derivative", "a"))}),
        "steepest": line(free, {"steepest": paths.all(steepest)}),
    }


def of_deviation(initialiser: Gaussian) -> Program:
    """The standard deviation of a layer's first weights, of its inputs, its outputs and the parameters."""
    free = [one.name for one in fields(initialiser)]
    paths = Paths()

    def deviation() -> list[Any]:
        fans = paths.symbol("fan_in"), paths.symbol("fan_out")
        return [with_symbols(initialiser, free, paths).deviation(*fans)]

    return line(["fan_in", "fan_out", *free], {"deviation": paths.all(deviation)})
