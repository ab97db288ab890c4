"""Families of frozen dataclasses found by name, and their text notation: `adam:lr=0.01,beta1=0.95`."""

from __future__ import annotations

import abc
from collections.abc import Callable, Collection, Iterable
from dataclasses import MISSING, fields, is_dataclass
from functools import partial
from types import ModuleType
from typing import Any, Generic, TypeGuard, TypeVar

from . import notation as notations
from . import own
from .checks import Checked, bare, complete, kinds, name_of, one_of
from .errors import InputError, no_part, shortened, unknown
from .placeholders import Absent, absent, missing
from .values import same

_NESTED = 8  # members inside one another that a notation may have

T = TypeVar("T")


class Registry(Generic[T]):
    """Frozen dataclasses of one family, each under its class attribute `name`.

    Beside those of this project there are the user's own: what `register` was given; what plug-ins register, which are
    imported when names are asked for, or one is not known; and classes that were never registered, whose objects were
    given or which a notation took from a file. The last can be read back, but are in no list.
    """

    def __init__(
        self,
        kind: str,
        base: Any,
        classes: Iterable[type[T]],
        reserved: Collection[str] = (),
        beside: Collection[str] = (),
        hyphens: bool = False,
    ) -> None:
        """`reserved` are words that are no names, as they mean something else; `beside` are keys that are read before
        those of a member, which then can have no such parameter; `hyphens` may join the words of a name."""
        self.kind, self.base, self.reserved, self.beside, self.hyphens = kind, base, reserved, beside, hyphens
        self.classes = dict[str, type[T]]()
        for cls in classes:
            complete(cls)
            self.classes[name_of(cls)] = cls
        self.ready: dict[str, tuple[Callable[..., Any], T]] = {}  # members without parameters, from functions
        self._met = dict[str, type[T]]()
        self._places: dict[str, int] = {}
        self._good = set[type]()
        own.meets(self._meet)

    def names(self) -> list[str]:
        """All names, in the order of the family."""
        own.load_plug_ins()
        return [*self.classes, *self.ready]

    def knows(self, name: str) -> bool:
        """Whether a name is one of a member, which need not be in the list."""
        return name in self.ready or self._find(name) is not None

    def is_ours(self, member: object) -> bool:
        """Whether a member is of this project, and not a user's own."""
        return type(member) in self.classes.values() and not own.is_foreign(type(member))

    def place(self, name: str) -> int:
        """The place of a user's own name among all that were asked for, from 0: the same as long as the program runs,
        also while its class is not there."""
        return self._places.setdefault(name, len(self._places))

    def maker(self, name: str) -> Any:
        """The class of a name, or the function that the member was made from."""
        return self.ready[name][0] if name in self.ready else self._class(name)

    def origin(self, name: str) -> str:
        """Where a user's own member comes from, a module or a file; empty for one of this project."""
        maker = self.maker(name)
        return own.origin(maker) if own.is_foreign(maker) else ""

    def parameters(self, name: str) -> dict[str, Any]:
        """The parameters of one member with their defaults."""
        return {} if name in self.ready else _parameters(self._class(name))

    def get(self, name: str, **parameters: Any) -> T:
        """The member called `name`; ValueError with the nearest valid name otherwise."""
        allowed = self.parameters(name)
        for given in parameters:
            one_of(f"parameter of {name}", given, allowed)
        return self.ready[name][1] if name in self.ready else self._class(name)(**parameters)

    def register(self, cls: Any) -> Any:
        """Make a class known by its name, for notations and lists; for use as a decorator, it returns the class.

        It must be a subclass of the family's base. If it is no dataclass it becomes a frozen one; its name is that of
        the class in small letters, sign_momentum of SignMomentum, unless it has an attribute `name`. A class that is
        defined again, as in a notebook, takes the place of the one before.

        ValueError, in one line, for a class or a name that does not do.
        """
        name = self._prepare(cls)
        self.ready.pop(name, None)
        self.classes[name] = cls
        return cls

    def register_function(self, f: Any, member: T) -> Any:
        """Make known what was made from a function, by the function's name; it returns the function."""
        self._check_name(f, f.__name__)
        self.classes.pop(f.__name__, None)
        self.ready[f.__name__] = f, member
        return f

    def parse(self, notation: str) -> T:
        """Read `name` or `name:key=value,key=value`; also with path/to/mine.py:Class for the name, or the name of an
        object there: the file is run."""
        if own.is_file(notation):
            return self.taken(notation, *own.members(notation, "Class"))
        return self._tried(self._read(notation, 0, self._refused))

    def stored(self, notation: str) -> T:
        """As `parse`, but for texts that lie in files: nothing is run that they name, and a name that is not known
        gives a member that keeps its notation, with which nothing can be computed."""
        own.refuse_file(notation)
        return self._read(notation, 0, partial(absent, self.base, self.kind))

    def taken(self, notation: str, name: str, there: dict[str, Any]) -> T:
        """The member that a notation means by the `name` of something that is `there`, in a file."""
        found, settings = there.get(name), own.halves(notation)[1]
        if isinstance(found, self.base) and not settings.strip():
            return self.of(found)
        if not self._is_kind(found):
            raise self.not_there(notation, name, there)
        if found not in self.classes.values():
            self._met[self._prepare(found)] = found
        return self._tried(self._made(found, settings, notation, 0, self._refused))

    def _meet(self, there: dict[str, Any]) -> None:
        """Register the classes of this family that are defined in a file, but bases of several."""
        for found in own.defined(there, self.base):
            complete(found)
            if found not in self.classes.values() and not abc.update_abstractmethods(found).__abstractmethods__:
                self.register(found)

    def not_there(self, notation: str, name: str, there: dict[str, Any]) -> InputError:
        """The error for a name that is no member of this family in a file."""
        path, classes = own.path_of(notation), own.defined(there, self.base)
        if isinstance(there.get(name), self.base):
            return InputError(f"'{shortened(notation)}' is not allowed: {name} is one already, and takes no settings")
        found = [key for key, one in there.items() if isinstance(one, self.base) or one in classes]
        return unknown(f"{self.kind} of {path}", name, found) if found else InputError(f"'{path}' has no {self.kind}")

    def of(self, given: T | str) -> T:
        """A member as it is, or the one whose notation was given; ValueError for anything else."""
        if isinstance(given, str):
            return self.parse(given)
        if not isinstance(given, self.base):
            raise no_part(self.kind, given)
        if isinstance(given, Absent):
            raise missing(self.kind, given.notation)
        member: T = given
        if own.is_foreign(cls := type(member)) and cls not in self.classes.values():
            self._check_name(cls, name_of(cls))
            if self.readable(cls):
                self._met[name_of(cls)] = cls
        return self._tried(member)

    def text(self, member: T, *, defaults: bool = True) -> str:
        """The notation that `parse` reads back; without `defaults`, only `lr` and what differs from them."""
        if isinstance(member, Absent):
            return member.notation
        for name, (_, one) in self.ready.items():
            if one is member:
                return name
        shown = {
            key: getattr(member, key)
            for key, default in _parameters(type(member)).items()
            if defaults or key == "lr" or not same(getattr(member, key), default)
        }
        settings = ",".join(f"{key}={self._write(value)}" for key, value in shown.items())
        return name_of(type(member)) + (":" if shown else "") + settings

    def brief(self, notation: str) -> str:
        """A stored notation without what is default; as it is where it cannot be read, being of another version."""
        try:
            return self.text(self.stored(notation), defaults=False)
        except ValueError:
            return notation

    def readable(self, cls: type) -> bool:
        """Whether a notation holds all parameters of a class."""
        return is_dataclass(cls) and not self._unwritable(cls)

    def _tried(self, member: T) -> T:
        """A member, whose class was tried out if it is a user's own: once, as that may take its time."""
        if own.is_foreign(cls := type(member)) and cls not in self._good and isinstance(member, Checked):
            member.try_out()
            self._good.add(cls)
        return member

    def _read(self, notation: str, nested: int, otherwise: Callable[[str], T]) -> T:
        """Inside `nested` others; `otherwise` makes what a name means that is not known."""
        if nested > _NESTED:
            raise ValueError(f"{self.kind} '{shortened(notation)}' is not allowed: it is inside {_NESTED} others")
        name, settings = own.halves(notation.strip())
        cls = self._find(name)
        if cls is not None:
            return self._made(cls, settings, notation, nested, otherwise)
        if name not in self.ready:
            return otherwise(notation.strip())
        if settings.strip():
            raise ValueError(f"'{shortened(notation)}' is not allowed: {name} has no parameters")
        return self.ready[name][1]

    def _made(self, cls: Any, settings: str, notation: str, nested: int, otherwise: Callable[[str], T]) -> T:
        """A member of that class with the settings of a notation."""
        name, allowed = name_of(cls), _parameters(cls)
        parameters: dict[str, Any] = {}
        parts = [part for part in (part.strip() for part in settings.split(",")) if part]
        for k, part in enumerate(parts):
            key, equals, value = (piece.strip() for piece in part.partition("="))
            if key not in allowed:
                raise unknown(f"parameter of {name}", key, [*allowed, *self.beside])
            if not equals:
                raise ValueError(f"'{shortened(part)}' in '{shortened(notation)}' is not of the form key=value")
            if key in parameters:
                raise ValueError(f"'{shortened(notation)}' gives {key} twice")
            kind, optional = bare(kinds(cls)[key])
            if self._is_kind(kind):
                # A member of the same family inside another takes the rest for itself.
                self._check_order(cls, parts, k)
                parameters[key] = self._read(",".join([value, *parts[k + 1 :]]), nested + 1, otherwise)
                break
            none = optional and value.lower() == "none"
            parameters[key] = None if none else notations.read(kind, key, value, notation)
        if lost := [key for key, default in allowed.items() if default is MISSING and key not in parameters]:
            raise ValueError(f"'{shortened(notation)}' is not allowed: it lacks {', '.join(lost)}")
        made: T = cls(**parameters)
        return made

    def _check_order(self, cls: type[T], parts: list[str], k: int) -> None:
        """ValueError if after the k-th of the parts, a member inside, there is one that is meant for the outer one."""
        key, _, value = (piece.strip() for piece in parts[k].partition("="))
        inner = self._find(own.halves(value)[0])
        inside = () if inner is None else _parameters(inner)
        outer, name = _parameters(cls), name_of(cls)
        mine: list[str] = []
        rest: list[str] = []
        for part in parts[k + 1 :]:
            one = part.partition("=")[0].strip()
            (mine if one in outer and one not in inside else rest).append(part)
        if mine:
            last = f"{key}={value}{',' if ':' in value else ':'}{','.join(rest)}" if rest else f"{key}={value}"
            right = f"{name}:{','.join([*parts[:k], *mine, last])}"
            raise InputError(f"{key} of {name} takes all that follows it, so it goes last: '{shortened(right)}'")
        if parts[k + 1 :] and ":" not in value:
            right = f"{key}={value}:{','.join(parts[k + 1 :])}"
            raise InputError(f"{key} of {name} takes all that follows it, after a colon: '{shortened(right)}'")

    def _find(self, name: str) -> type[T] | None:
        """The class of a name; None where there is none."""
        if name in self.classes or name in self.ready:
            return self.classes.get(name)
        # A text that is no name is none of a plug-in's either.
        if self._is_name(name):
            own.load_plug_ins()
        return self.classes.get(name) or self._met.get(name)

    def _class(self, name: str) -> type[T]:
        found = self._find(name)
        if found is None:
            raise unknown(self.kind, name, self.names())
        return found

    def _refused(self, notation: str) -> T:
        # Inside another one, as in warmup:then=mine.py:Falling.
        if own.is_file(notation):
            return self.parse(notation)
        raise unknown(self.kind, own.halves(notation)[0], self.names())

    def _prepare(self, given: Any) -> str:
        """Make a class one that notations can name; its name. ValueError if it cannot be."""
        if not self._is_kind(given):
            wanted = f"it must be a subclass of {self.base.__name__}"
            raise InputError(f"{shortened(repr(given))} is no {self.kind}: {wanted}")
        cls: Any = given
        who, name = cls.__qualname__, name_of(cls)
        self._check_name(cls, name)
        cls.name = name
        complete(cls)
        if "__dataclass_fields__" not in vars(cls):
            raise InputError(f"{who} has an __init__ of its own: its settings must be fields, as in lr: float = 0.1")
        abc.update_abstractmethods(cls)
        if lacking := sorted(cls.__abstractmethods__):
            raise InputError(f"{who} lacks {', '.join(lacking)}, which {_a(self.kind)} must have")
        if not cls.__dataclass_params__.frozen:
            raise InputError(f"{who} must be a frozen dataclass")
        for key, default in _parameters(cls).items():
            if default is MISSING or key in self.beside:
                fault = "has no default" if default is MISSING else "has a meaning in notations already"
                raise InputError(f"{key} of {who} {fault}")
        if bad := self._unwritable(cls):
            allowed = f"float, int, bool, str, Literal{', or ' + self.base.__name__ if not self.beside else ''}"
            raise InputError(f"{bad} of {who} is of a type that no notation holds (allowed: {allowed})")
        cls()
        return name

    def _check_name(self, maker: Any, name: str) -> None:
        """ValueError for a name that is none, or that of another member."""
        if not self._is_name(name) or name in self.reserved:
            letters = f"letters, digits and {'-' if self.hyphens else '_'}"
            wanted = ", and not ".join([letters, *([" or ".join(self.reserved)] if self.reserved else [])])
            raise InputError(f"'{shortened(name)}' is not allowed as the name of {_a(self.kind)}: it must be {wanted}")
        there = self.classes.get(name) or self.ready.get(name, (None,))[0]
        if there is not None and there is not maker and not own.same(there, maker):
            taken = f"taken by {own.full_name(there)}: give it another"
            raise InputError(f"the name '{name}' of {maker.__qualname__} is {taken}")

    def _is_name(self, text: str) -> bool:
        return (text.replace("-", "_") if self.hyphens else text).isidentifier()

    def _unwritable(self, cls: type) -> str:
        """The first parameter of a class that a notation cannot hold; empty if it holds all."""
        for key in _parameters(cls):
            kind, _ = bare(kinds(cls)[key])
            # Beside keys that are read elsewhere, a member inside could not be told from the outer one.
            if not notations.holds(kind) and (self.beside or not self._is_kind(kind)):
                return key
        return ""

    def _is_kind(self, kind: Any) -> TypeGuard[type[T]]:
        """Whether something is a class of this family."""
        return isinstance(kind, type) and issubclass(kind, self.base)

    def _write(self, value: Any) -> str:
        inside = isinstance(value, self.base) and not self.beside
        return self.text(value, defaults=False) if inside else notations.written(value)


def members(*modules: ModuleType) -> list[Any]:
    """What modules export, in the order in which they define it."""
    return [one for module in modules for name, one in vars(module).items() if name in module.__all__]


def _parameters(cls: type) -> dict[str, Any]:
    """What a class is made with, with the defaults; nothing of what is no dataclass."""
    return {one.name: one.default for one in fields(cls) if one.init} if is_dataclass(cls) else {}


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
