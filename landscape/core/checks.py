"""Checks of single values, and the base of every frozen dataclass that takes parameters: they stand with its fields."""

from __future__ import annotations

import math
import re
import typing
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, fields
from functools import cache, partial
from inspect import get_annotations, isabstract
from numbers import Real
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Literal, Self, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from .errors import InputError, not_allowed, shortened, unknown

MOST = 2**63 - 1  # the largest whole number that NumPy counts with
MOST_STEPS = 10_000_000  # of a walk or a training, beyond which nobody waits for its end


Rule = Callable[[str, Any], Any]  # of a field's name and value: the value as it is kept, or ValueError

_WORD = re.compile(r"[\w./+-]*")  # what a notation can hold as a text


def positive(name: str, value: Any) -> float:
    """The value as a float; ValueError unless it is finite and above 0."""
    return _allowed(name, value, lambda number: number > 0, "be a finite number above 0")


def non_negative(name: str, value: Any) -> float:
    """The value as a float; ValueError unless it is finite and at least 0."""
    return _allowed(name, value, lambda number: number >= 0, "be a finite number of 0 or more")


def finite(name: str, value: Any) -> float:
    """The value as a float; ValueError unless it is finite."""
    return _allowed(name, value, lambda number: True, "be a finite number")


def fraction(name: str, value: Any) -> float:
    """The value as a float; ValueError unless 0 ≤ value < 1, as for a decay rate such as β₁."""
    return _allowed(name, value, lambda number: 0 <= number < 1, "lie in [0, 1)")


def inside(name: str, value: Any) -> float:
    """The value as a float; ValueError unless 0 < value < 1."""
    return _allowed(name, value, lambda number: 0 < number < 1, "lie in (0, 1)")


def at_least(name: str, value: Any, least: int) -> int:
    """The value as an int; ValueError unless it is a whole number of at least `least`, and no larger than MOST."""
    return within(name, value, least, MOST)


def within(name: str, value: Any, least: int, most: int) -> int:
    """The value as an int; ValueError unless it is a whole number from `least` to `most`: far more than is sensible,
    where it says what something costs."""
    number = _number(value)
    if number is not None and number.is_integer() and least <= value <= most:
        return int(value)
    too_large = isinstance(value, Real) and bool(value > most)  # type: ignore[operator]
    wanted = f"from {least} to {most}" if most < MOST or too_large else f"of {least} or more"
    raise not_allowed(name, value, f"it must be a whole number {wanted}")


def number(name: str, value: Any) -> float:
    """The value as a float, infinite ones included; ValueError unless it is a number."""
    infinite = isinstance(value, float | np.floating) and math.isinf(value)
    return float(value) if infinite else _allowed(name, value, lambda number: True, "be a number")


def whole(name: str, value: Any) -> int:
    """The value as an int; ValueError unless it is a whole number, of either sign."""
    _allowed(name, value, lambda number: number.is_integer() and abs(number) <= MOST, "be a whole number")
    return int(value)


def truth(name: str, value: Any) -> bool:
    """The value as True or False; ValueError for anything else, numbers included."""
    if not isinstance(value, bool | np.bool_):
        raise not_allowed(name, value, "it must be True or False")
    return bool(value)


def word(name: str, value: Any) -> str:
    """The value as a str; ValueError unless it is a text that a notation can hold."""
    if not isinstance(value, str) or not _WORD.fullmatch(value):
        raise not_allowed(name, repr(value), "it must be a text of letters, digits and . / + - _")
    return str(value)


def free(name: str, value: Any) -> str:
    """The value as a str, which may hold anything."""
    return str(value)


# What fields are annotated with.
Positive = Annotated[float, positive]
NonNegative = Annotated[float, non_negative]
Finite = Annotated[float, finite]
Fraction = Annotated[float, fraction]
Inside = Annotated[float, inside]
Natural = Annotated[int, partial(at_least, least=0)]
Count = Annotated[int, partial(at_least, least=1)]
Text = Annotated[str, free]


@typing.dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Checked:
    """Base of frozen dataclasses whose fields are checked, each by the rules that its annotation carries, such as
    `Positive`, or else to be of its type.

    They are kept as Python's own numbers: what is whole is an int, also where it was given as 3.0, and other numbers
    are floats. A class that is no dataclass, and has no __init__ of its own, becomes a frozen one as it is first used.
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        if not isabstract(cls):
            complete(cls)
        return super().__new__(cls)

    def __post_init__(self) -> None:
        cls: Any = type(self)
        for name, rule in _rules(cls).items():
            object.__setattr__(self, name, rule(name, getattr(self, name)))

    def try_out(self) -> None:
        """ValueError, in one line, if what it computes is not of the form that is needed; of a user's own it is asked
        before the work begins."""


class Part(Checked):
    """One that has a name in notations: that of its class in small letters, sign_momentum of SignMomentum, unless it
    gives another.
    """

    name: ClassVar[str]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "name" not in vars(cls):
            cls.name = name_of(cls)


def complete(cls: Any) -> None:
    """Make a class a frozen dataclass, unless it is one, or makes its objects in a way of its own.

    What it is derived from comes first, as the fields of that are its own, too.
    """
    for base in cls.__bases__:
        if issubclass(base, Checked) and any("ClassVar" not in str(kind) for kind in get_annotations(base).values()):
            complete(base)
    maker = next(one for one in cls.__mro__ if "__init__" in vars(one))
    plain = maker is object or ("__dataclass_fields__" in vars(maker) and maker.__dataclass_params__.frozen)
    if plain and "__dataclass_fields__" not in vars(cls):
        dataclass(frozen=True)(cls)


def name_of(cls: type) -> str:
    """The name that a class gives itself, or its own in small letters, with _ between words."""
    own = vars(cls).get("name")
    words = re.sub("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", cls.__name__)
    return own if isinstance(own, str) else words.lower().strip("_")


@cache
def kinds(cls: Any) -> dict[str, Any]:
    """The annotations of the fields of a dataclass, rules included; ValueError where they cannot be read."""
    try:
        hints = get_type_hints(cls, include_extras=True)
    # An annotation is a piece of program, which may raise anything.
    except Exception as error:
        raise InputError(f"the annotations of {cls.__qualname__} cannot be read: {error}") from error
    return {field.name: hints[field.name] for field in fields(cls)}


def bare(kind: Any) -> tuple[Any, bool]:
    """The type of an annotation without its rules, and whether None is allowed beside it."""
    if get_origin(kind) is Annotated:
        return bare(get_args(kind)[0])
    others = [one for one in get_args(kind) if one is not NoneType]
    if get_origin(kind) in (Union, UnionType) and len(others) == 1:
        return bare(others[0])[0], True
    return kind, False


@cache
def _rules(cls: Any) -> dict[str, Rule]:
    return {name: rule for name, kind in kinds(cls).items() if (rule := _rule(kind))}


def _rule(kind: Any) -> Rule | None:
    """How a field of that annotation is checked; None for types of which nothing is known here."""
    if get_origin(kind) is Annotated:
        inner, *beside = get_args(kind)
        own = [one for one in beside if callable(one)]
        return partial(_each, own) if own else _rule(inner)
    inner, optional = bare(kind)
    if optional:
        others = [rule for one in get_args(kind) if one is not NoneType and (rule := _rule(one))]
        return partial(_unless_none, others)
    if get_origin(inner) is Literal:
        return partial(_chosen, get_args(inner))
    if isinstance(inner, type) and issubclass(inner, Checked):
        return partial(_member, inner)
    simple: dict[Any, Rule] = {float: number, int: whole, bool: truth, str: word}
    return simple.get(inner)


def _each(rules: Sequence[Rule], name: str, value: Any) -> Any:
    for rule in rules:
        value = rule(name, value)
    return value


def _unless_none(rules: Sequence[Rule], name: str, value: Any) -> Any:
    return None if value is None else _each(rules, name, value)


def _chosen(allowed: Sequence[Any], name: str, value: Any) -> Any:
    for one in allowed:
        if isinstance(value, type(one)) and isinstance(value, bool) == isinstance(one, bool) and value == one:
            return one
    raise unknown(name, value, map(str, allowed))


def _member(base: type, name: str, value: Any) -> Any:
    if not isinstance(value, base):
        wanted = f"{'an' if base.__name__[0] in 'AEIOU' else 'a'} {base.__name__.lower()}"
        raise not_allowed(name, value, f"it must be {wanted}")
    return value


def one_of(kind: str, value: Any, allowed: Collection[str]) -> None:
    """Raise ValueError, with the nearest valid name, unless `value` is in `allowed`."""
    if value not in allowed:
        raise unknown(kind, value, allowed)


def rectangle(name: str, given: Any) -> tuple[tuple[float, float], tuple[float, float]]:
    """((x0, x1), (y0, y1)) in floats; ValueError unless they are finite and ascending."""
    try:
        (x0, x1), (y0, y1) = np.asarray(given, dtype=np.float64).tolist()
        fine = x0 < x1 and y0 < y1 and math.isfinite(x1 - x0) and math.isfinite(y1 - y0)
    except (TypeError, ValueError, OverflowError):
        fine = False
    if not fine:
        wanted = "((x0, x1), (y0, y1)) with x0 < x1 and y0 < y1, of a finite width and height"
        raise not_allowed(name, given, f"it must be {wanted}")
    return (x0, x1), (y0, y1)


def start(given: Any, *, many: bool = False, of: str = "") -> NDArray[np.float64]:
    """The coordinates (2,) of a start, if `many` are allowed also (n, 2), in floats; ValueError for anything else.

    of : whose it is, in the error."""
    try:
        found = np.array(given, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        found = np.array(np.nan)
    if found.shape[-1:] != (2,) or (found.ndim > 1 and not many) or not np.isfinite(found).all():
        wanted = "finite numbers of shape (2,) or (n, 2)" if many else "one start, finite numbers of shape (2,)"
        shown = given.tolist() if isinstance(given, np.ndarray) else given
        raise not_allowed(f"start{of}", shown, f"it must be {wanted}")
    return found


def result(what: str, given: Any, shape: tuple[int, ...]) -> None:
    """ValueError unless what a function gave back is an array of real numbers of that shape, or is a number if the
    shape is ()."""
    if isinstance(given, np.ndarray | np.generic) or (not shape and isinstance(given, Real)):
        there = np.asarray(given)
        told = f"{there.dtype} of shape {there.shape}"
        fine = there.shape == shape and there.dtype.kind in "biuf"
    else:
        told, fine = shortened(repr(given)), False
    if not fine:
        wanted = f"an array of real numbers of shape {shape}" if shape else "a real number"
        raise InputError(f"{what} gives {told}: it must be {wanted}")


def start_with_loss(start: Sequence[float], loss: float) -> None:
    """Raise ValueError unless the loss at a start is finite."""
    if not math.isfinite(loss):
        raise ValueError(f"start {','.join(f'{value:g}' for value in start)} is not allowed: the loss is {loss}")


def _allowed(name: str, value: Any, fits: Callable[[float], bool], wanted: str) -> float:
    number = _number(value)
    if number is None or not fits(number):
        raise not_allowed(name, value, f"it must {wanted}")
    return number


def _number(value: Any) -> float | None:
    """A finite number as a float; None for anything else, True and False included."""
    if not isinstance(value, Real) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
