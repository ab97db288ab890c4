"""The kinds of figures, each described once: its name, what it shows, what it is made of, its options, how it is drawn.

The command line, the lists, decks, the gallery and the tests read this. A kind is a function:

    @ls.figures.kind("how far each walk is from the lowest point")
    def distance(walks: Sequence[Walk], ax: Axes, *, within: Annotated[Positive, "Distance that is shown."] = 1.0): ...

Its parameters say what it is made of, by the names of `MATERIALS`; one with a default can be left out. Those after the
star are its options, checked as they are annotated, with their help. One panel is drawn into `ax`, axes of a new
figure; without `ax` the function makes a figure and returns it.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Mapping
from inspect import Parameter, signature
from typing import Any, ClassVar, TypeVar, get_args

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from ..core import checks
from ..core.checks import Part
from ..core.errors import InputError, unknown
from ..core.registry import Registry
from ..core.wording import language
from .words import say

# What a figure can be made of.
MATERIALS = {
    "terrain": "a terrain, or a surface",
    "surfaces": "two saved surfaces or more",
    "optimizers": "notations of optimizers",
    "walks": "trajectories, or runs on a plane",
    "walk": "one trajectory",
    "runs": "runs",
    "run": "one run",
    "data": "their data set",
    "sample": "images of it, labels, and a caption",
    "samples": "the same for each run",
    "table": "the table of a sweep",
}
_OF_RUNS = {"runs", "run", "data"}

F = TypeVar("F", bound=Callable[..., Any])


class FigureKind(Part, ABC):
    """A kind of figure; a member's fields are its options.

    title : what it shows, in English. chinese : the same, where figures' words have none. needs, takes : what it must
    be given, and all that it can be. function : draws it.
    """

    title: ClassVar[str]
    chinese: ClassVar[str]
    needs: ClassVar[tuple[str, ...]]
    takes: ClassVar[tuple[str, ...]]
    function: ClassVar[Callable[..., Any]]

    @property
    def about(self) -> str:
        """What it shows, in the language in force."""
        plain = self.title.replace("{", "{{").replace("}", "}}")
        return self.chinese if self.chinese and language() == "zh" else say(plain)

    @property
    def of_runs(self) -> bool:
        """Whether nothing but runs, and their data, is needed."""
        return set(self.takes) <= _OF_RUNS

    @property
    def walked(self) -> bool:
        """Whether optimizers may walk for it."""
        return bool({"walk", "walks", "optimizers"} & set(self.takes))

    def check(self, material: Mapping[str, Any]) -> None:
        """ValueError, in one line, if the figure needs what is not there."""
        if lacking := [name for name in self.needs if name not in material]:
            said = ", ".join(f"{one} ({MATERIALS[one]})" for one in lacking)
            raise InputError(f"figure {self.name} cannot be drawn here: it lacks {said}")

    def draw(self, **material: Any) -> Figure:
        """The figure, in the style in force; what it does not take is left aside. ValueError if it lacks something."""
        self.check(material)
        given = {name: material[name] for name in self.takes if name in material}
        given |= {name: getattr(self, name) for name in kinds.parameters(self.name)}
        function = type(self).function
        if "ax" in signature(function).parameters:
            figure = plt.figure()
            try:
                function(**given, ax=figure.subplots())
            except BaseException:
                plt.close(figure)
                raise
            return figure
        figure = function(**given)
        if not isinstance(figure, Figure):
            raise InputError(f"{function.__name__} of figure {self.name} has no ax, so it must return a Figure")
        return figure


class _Kinds(Registry[FigureKind]):
    """Words of a kind's name are joined by hyphens, as on the command line."""

    def taken(self, notation: str, name: str, there: dict[str, Any]) -> FigureKind:
        """As for all families, where a function of the file stands for the kind that it is registered as."""
        return super().taken(notation, name, {key: self.made_from(one) or one for key, one in there.items()})

    def made_from(self, function: Any) -> type[FigureKind] | None:
        """The kind that a function is registered as; None if it is none."""
        return next((cls for cls in self.classes.values() if cls.function is function), None)


kinds = _Kinds("figure", FigureKind, [], hyphens=True)


def kind(title: str, *, name: str = "", chinese: str = "") -> Callable[[F], F]:
    """Make a function known as a kind of figure; for use as a decorator, it returns the function.

    title : what the figure shows, in a few words. name : the function's own, with hyphens, if empty. chinese : the
    title in Chinese, where the figures' words do not have it. ValueError, in one line, for a function that does not do.
    """

    def described(function: F) -> F:
        kinds.register(_class_of(function, title, name or function.__name__.strip("_").replace("_", "-"), chinese))
        return function

    return described


def _class_of(function: Callable[..., Any], title: str, name: str, chinese: str) -> type[FigureKind]:
    needs, takes, options = [], [], dict[str, Parameter]()
    for one in signature(function).parameters.values():
        if one.kind is Parameter.KEYWORD_ONLY and one.name != "ax":
            options[one.name] = one
        elif one.name in MATERIALS:
            takes.append(one.name)
            needs += [one.name] if one.default is Parameter.empty else []
        elif one.default is Parameter.empty and one.kind is not Parameter.VAR_KEYWORD and one.name != "ax":
            raise unknown(f"material of figure {name}", one.name, MATERIALS)
    described: dict[str, Any] = {
        "__module__": function.__module__,
        "__qualname__": function.__qualname__,
        "__doc__": f"{title[:1].upper()}{title[1:]}.",
        "__annotations__": {key: one.annotation for key, one in options.items()},
        **{key: one.default for key, one in options.items() if one.default is not Parameter.empty},
        "name": name,
        "title": title,
        "chinese": chinese,
        "function": staticmethod(function),
        "needs": tuple(needs),
        "takes": tuple(takes),
    }
    return type(function.__name__, (FigureKind,), described)


def option_help(name: str) -> dict[str, tuple[str, Any]]:
    """The options of a kind: what each is, and its default."""
    cls: Any = kinds.maker(name)
    said = {key: [one for one in get_args(how)[1:] if isinstance(one, str)] for key, how in checks.kinds(cls).items()}
    return {key: (" ".join(said[key]), default) for key, default in kinds.parameters(name).items()}
