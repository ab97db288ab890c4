"""Any value for any parameter of any registered part: one line says what is wrong, or it is walked and trained with."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import landscape as ls
from landscape import optimizers, terrains
from landscape.networks import activations, initialisers, losses
from landscape.optimizers import WRAPPERS, schedules

from .attempts import fuzz

# In float32 and float64, as a text and as a number: too large, too small, none at all, of another kind.
VALUES: list[Any] = [
    *(10**400, -(10**400), 2**63, 10**9, 1e308, 1e18, 3, 1.0, 0.999999999999, 1e-320, 0, -1),
    *(math.nan, math.inf, -math.inf, True, None, "x", "", [1], (), {}),
    *(np.float32(0.1), np.float32(3), np.float64(0.5), np.int64(3), np.bool_(True), np.array([1.0, 2.0])),
]
TEXTS = [
    *("1" + "0" * 400, "9" * 5000, "1e308", "1e999", "1e-320", "0.999999999999", "1.0", "0", "-1", "1_000", "٣"),
    *("nan", "inf", "-inf", "True", "None", "x", "", "=", ":", "0x10", "1e18", str(2**63)),
]
PARTS = [
    (family, name, parameter)
    for family in (optimizers, schedules, terrains, activations, initialisers, losses)
    for name in family.names()
    for parameter in family.registry.parameters(name)
]
_NUMBERS = np.random.default_rng(0).random((18, 4), dtype=np.float32)
DATA = ls.datasets.Dataset("own", _NUMBERS[:12], np.arange(12) % 3, _NUMBERS[12:], np.arange(6) % 3)


def made(make: Callable[[], Any]) -> Any:
    """What is made; None where a ValueError says in one line why not."""
    try:
        return make()
    except ValueError as error:
        message = str(error)
    assert "\n" not in message
    assert 0 < len(message) < 1000
    return None


def used(family: Any, part: Any) -> None:
    """Five steps on two terrains, and three of a network's training: whatever comes of it, nothing is raised."""
    network = {activations: "activation", initialisers: "init", losses: "loss"}.get(family)
    walker = part if family is optimizers else "adam:lr=0.1"
    schedule = part if family is schedules else None
    for ground in [part] if family is terrains else ["rosenbrock", "x^4 + abs(y)"]:
        ls.descend(ground, walker, steps=5, schedule=schedule)
    net = ls.MLP((4, 3, 3), **({network: family.text(part)} if network else {}))
    ls.train(net, DATA, walker, batch_size=4, schedule=schedule)


def check(family: Any, make: Callable[[], Any]) -> None:
    part = made(make)
    if part is None:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        used(family, part)
    parse = optimizers.parse if family is optimizers else family.registry.parse
    assert parse(family.text(part)) == part


@fuzz
@given(part=st.sampled_from(PARTS), value=st.sampled_from(VALUES) | st.integers() | st.floats())
def test_values_of_parameters(part: tuple[Any, str, str], value: Any) -> None:
    family, name, parameter = part
    check(family, lambda: family.get(name, **{parameter: value}))


@fuzz
@given(part=st.sampled_from(PARTS), value=st.sampled_from(TEXTS) | st.text(max_size=20))
def test_texts_of_parameters(part: tuple[Any, str, str], value: str) -> None:
    family, name, parameter = part
    check(family, lambda: family.parse(f"{name}:{parameter}={value}"))


@fuzz
@given(wrapper=st.sampled_from(list(WRAPPERS)), value=st.sampled_from(VALUES), text=st.sampled_from(TEXTS))
def test_values_of_wrappers(wrapper: str, value: Any, text: str) -> None:
    kind, parameter = WRAPPERS[wrapper]
    check(optimizers, lambda: kind(optimizers.SGD(), **{parameter: value}))
    check(optimizers, lambda: optimizers.parse(f"sgd:lr=0.1,{wrapper}={text}"))
    assert made(lambda: kind(value)) is None


SETTINGS: dict[str, Callable[[Any], Any]] = {
    **{
        name: lambda value, name=name: ls.descend("neuron", "sgd:lr=0.1", **{"steps": 3, name: value})
        for name in ("start", "noise", "seed", "record", "batch_size")
    },
    **{name: lambda value, name=name: ls.MLP(**{"sizes": (4, 3), name: value}) for name in ("seed", "dtype")},
    "sizes": lambda value: ls.MLP((4, value, 3)),
    **{
        name: lambda value, name=name: ls.train(ls.MLP((4, 3)), DATA, "sgd", **{name: value})
        for name in ("batch_size", "seed", "snapshots", "checkpoint_every", "sharpness", "measure")
    },
    "images": lambda value: DATA.subset(value),
    "images' seed": lambda value: DATA.subset(3, value),
    **{
        name: lambda value, name=name: ls.nudged(
            "booth", "sgd:lr=0.1", **{"target": 1.0, "steps": 3, "tries": 3, name: value}
        )
        for name in ("target", "nudge", "seed", "start")
    },
    "plane's seed": lambda value: ls.planes.random(ls.MLP((4, 3)), ls.MLP((4, 3)).params, seed=value),
    "domain": lambda value: terrains.parse("x*y", ((value, 1), (0, 1))),
    "resolution": lambda value: ls.basins(terrains.get("booth"), "sgd", 1, resolution=value),
}


@fuzz
@given(name=st.sampled_from(list(SETTINGS)), value=st.sampled_from([*VALUES, *TEXTS]))
def test_values_of_settings(name: str, value: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        made(lambda: SETTINGS[name](value))


@pytest.mark.parametrize("family", [optimizers, schedules, terrains, activations, initialisers, losses])
@pytest.mark.parametrize("notation", ["a" * 10**6, "{}:" + "," * 10**6, "{}:" + "b" * 10**6, "{}:b=" + "9" * 10**6])
def test_texts_of_any_length(family: Any, notation: str) -> None:
    made(lambda: family.parse(notation.format(family.names()[0])))
    made(lambda: family.get(notation))
