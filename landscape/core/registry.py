"""Families of frozen dataclasses found by name, and their text notation: `adam:lr=0.01,beta1=0.95`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar, get_args, get_origin, get_type_hints

import numpy as np

from .errors import no_part, shortened, unknown

_NESTED = 8  # members inside one another that a notation may have

T = TypeVar("T")


class Registry(Generic[T]):
    """Frozen dataclasses of one family, each under its class attribute `name`."""

    def __init__(self, kind: str, base: Any, classes: Iterable[type[T]]) -> None:
        self.kind, self.base = kind, base
        self.classes: dict[str, type[T]] = {cls.name: cls for cls in classes}  # type: ignore[attr-defined]

    @cached_property
    def _types(self) -> dict[str, dict[str, Any]]:
        """The types of the parameters of each; of all at once, as annotations are evaluated for that."""
        return {name: get_type_hints(cls) for name, cls in self.classes.items()}

    def names(self) -> list[str]:
        """All names, in the order of the family."""
        return list(self.classes)

    def parameters(self, name: str) -> dict[str, Any]:
        """The parameters of one member with their defaults."""
        return {field.name: field.default for field in fields(self._class(name))}  # type: ignore[arg-type]

    def get(self, name: str, **parameters: Any) -> T:
        """The member called `name`; ValueError with the nearest valid name otherwise."""
        allowed = self.parameters(name)
        for given in parameters:
            if given not in allowed:
                raise unknown(f"parameter of {name}", given, allowed)
        return self._class(name)(**parameters)

    def parse(self, notation: str, extra: Iterable[str] = (), nested: int = 0) -> T:
        """Read `name` or `name:key=value,key=value`. `extra` are keys read elsewhere, which may be meant as well; the
        notation stands inside `nested` others."""
        if nested > _NESTED:
            raise ValueError(f"{self.kind} '{shortened(notation)}' is not allowed: it is inside {_NESTED} others")
        name, _, rest = notation.strip().partition(":")
        self._class(name)
        types = self._types[name]
        parameters: dict[str, Any] = {}
        parts = [part for part in (part.strip() for part in rest.split(",")) if part]
        for k, part in enumerate(parts):
            key, equals, value = (piece.strip() for piece in part.partition("="))
            if key not in self.parameters(name):
                raise unknown(f"parameter of {name}", key, [*self.parameters(name), *extra])
            if not equals:
                raise ValueError(f"'{shortened(part)}' in '{shortened(notation)}' is not of the form key=value")
            if key in parameters:
                raise ValueError(f"'{shortened(notation)}' gives {key} twice")
            if isinstance(types[key], type) and types[key] not in (float, int, str):
                # A member of the same family inside another takes the rest for itself.
                parameters[key] = self.parse(",".join([value, *parts[k + 1 :]]), nested=nested + 1)
                break
            parameters[key] = self._read(types[key], key, value, notation)
        return self.get(name, **parameters)

    def of(self, given: T | str) -> T:
        """A member as it is, or the one whose notation was given; ValueError for anything else."""
        if isinstance(given, str):
            return self.parse(given)
        if not isinstance(given, self.base):
            raise no_part(self.kind, given)
        member: T = given
        return member

    def text(self, member: T, *, defaults: bool = True) -> str:
        """The notation that `parse` reads back; without `defaults`, only `lr` and what differs from them."""
        name: str = member.name  # type: ignore[attr-defined]
        shown = {
            key: getattr(member, key)
            for key, default in self.parameters(name).items()
            if defaults or key == "lr" or getattr(member, key) != default
        }
        return name + (":" if shown else "") + ",".join(f"{key}={self._write(value)}" for key, value in shown.items())

    def _write(self, value: Any) -> str:
        if type(value) in self.classes.values():
            return self.text(value, defaults=False)
        # NumPy's own numbers would show their type.
        return value if isinstance(value, str) else repr(value.item() if isinstance(value, np.generic) else value)

    def _read(self, kind: Any, key: str, value: str, notation: str) -> Any:
        """A parameter of type `kind` from its text."""
        if kind is float or kind is int:
            return number(key, value, notation, kind)
        if get_origin(kind) is Literal and value not in get_args(kind):
            raise unknown(key, value, get_args(kind))
        return value

    def _class(self, name: str) -> type[T]:
        if name not in self.classes:
            raise unknown(self.kind, name, self.classes)
        return self.classes[name]


def number(key: str, value: str, notation: str, kind: type = float) -> Any:
    """`value` as a number of type `kind`; ValueError that shows where it stands otherwise."""
    try:
        return kind(value)
    except ValueError:
        wanted = "a whole number" if kind is int else "a number"
        raise ValueError(
            f"{key} = '{shortened(value)}' in '{shortened(notation)}' is not allowed: it must be {wanted}"
        ) from None
