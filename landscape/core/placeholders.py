"""What stands for a part whose class is not there, of a run or walk that was made with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, NoReturn

from .errors import InputError, shortened

# name:key=value,…, where a value is a number or a word, or begins a member inside: then=cosine:end=0.1.
_FORM = re.compile(r"(?P<name>[^\W\d]\w*)(:{0}(,{0})*)?".format(r"[^\W\d]\w*=([^\W\d]\w*:[^\W\d]\w*=)*[\w./+-]*"))


@dataclass(frozen=True)
class Absent:
    """A member of a family, of which no more is known than its notation. Whatever needs more raises ValueError."""

    kind: str
    notation: str

    base: ClassVar[Any]

    @property
    def name(self) -> str:
        return self.notation.partition(":")[0]

    def __reduce__(self) -> Any:
        return absent, (self.base, self.kind, self.notation)


def absent(base: Any, kind: str, notation: str) -> Any:
    """One that counts as a member of the family of `base`, though all that is abstract there raises an error.

    ValueError for a text that could be no notation."""
    check_form(kind, notation)
    return _standing_for(base)(kind, notation)


def check_form(kind: str, notation: str) -> None:
    """ValueError unless a text could be the notation of a part that is not known here."""
    if not _FORM.fullmatch(notation):
        raise InputError(f"{kind} '{shortened(notation)}' is not allowed: it must have the form name:key=value,…")


def missing(kind: str, notation: str) -> InputError:
    """The error for what cannot be computed without the part."""
    name = shortened(notation.partition(":")[0])
    way = "import the module that registers it (landscape --with mine.py …), or install the plug-in that brings it"
    return InputError(f"{kind} '{name}' is not known here, and nothing can be computed with it: {way}")


@cache
def _standing_for(base: Any) -> Callable[..., Any]:
    def refuse(self: Absent, *args: Any, **kwargs: Any) -> NoReturn:
        raise missing(self.kind, self.notation)

    needed = dict.fromkeys(base.__abstractmethods__ - {"name"}, refuse)
    # Not checked: what it is made with was found in a file, and is kept as it is.
    own = {"base": base, "name": Absent.name, "__init__": Absent.__init__}
    return type(f"Absent{base.__name__}", (Absent, base), own | needed)
