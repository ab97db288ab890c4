"""`landscape list`: what there is."""

from __future__ import annotations

import re
import textwrap
from types import FunctionType
from typing import TYPE_CHECKING, Any

import click

from landscape.core import docstrings
from landscape.core.wording import ENGLISH

from .terminal import say
from .verbs import verb

if TYPE_CHECKING:
    from landscape.core.registry import Registry

KINDS = ("terrains", "optimizers", "schedules", "activations", "initialisers", "losses", "figures", "lessons")
_WIDTH = 79
_AROUND = """Around any of these, as in adam:lr=0.1,clip=1
  clip=max_norm   the gradient, shortened        landscape list clip
  sam=rho         the gradient a little uphill   landscape list sam"""


@verb("list", short_help="List what there is, or all about one of them.")
@click.argument("what", metavar="KIND|NAME")
def listing(what: str) -> None:
    """List terrains, optimizers, schedules, activations, initialisers or losses with their formulas and defaults; or
    figures, or lessons.

    With the name of one of them, or mine.py:Name: all about it.

    Examples: landscape list optimizers, landscape list adam
    """
    families = families_of_parts()
    # Figures come last: they need matplotlib, and lessons have the names of some.
    plain, known = what.partition(":")[0], what in KINDS or what in _lessons()
    if what == "figures" or not (known or any(family.knows(plain) for family in families.values())):
        from landscape import figures

        families["figures"] = figures.kinds
    if what in families:
        say("\n\n".join(_entry(families[what], name) for name in families[what].names()))
        if what == "optimizers":
            from landscape.optimizers.scipy_methods import METHODS

            beside = _filled(f"On terrains also scipy:method, with {', '.join(METHODS)}", "", "  ")
            say(f"\n{_AROUND}\n\n{beside}")
        say(f"\nMore about one of them: landscape list {families[what].names()[0]}")
    elif what == "lessons":
        say("\n\n".join(f"{name}\n{_filled(about, '  ', '  ')}" for name, about in _lessons().items()))
    else:
        say(_page(families, what))


def families_of_parts() -> dict[str, Registry[Any]]:
    from landscape import optimizers, terrains
    from landscape.networks import activations, initialisers, losses
    from landscape.optimizers import schedules

    return {
        "terrains": terrains.registry,
        "optimizers": optimizers.registry,
        "schedules": schedules.registry,
        "activations": activations.registry,
        "initialisers": initialisers.registry,
        "losses": losses.registry,
    }


def _lessons() -> dict[str, str]:
    """The lessons with what each shows, which is read without what is needed to render it."""
    from landscape.animations import lessons

    about = {name: f"{_about(name)}{_from(lessons.origin(name))}" for name in lessons.names()}
    return about | {
        lessons.STORY: "the whole story in five chapters, each of them a lesson",
        lessons.TOUR: "all lessons as one film, with a title for each",
    }


def _about(lesson: str) -> str:
    """A lesson's title and what it shows, where somebody said it."""
    from landscape.animations import lessons

    script = lessons.script(lesson)
    return ": ".join(one for one in (script.title(ENGLISH), script.blurb()) if one)


def _from(origin: str) -> str:
    return f" (from {origin})" if origin else ""


def _entry(family: Registry[Any], name: str) -> str:
    """A member in the list: its notation with all defaults, what it is, and its formula."""
    maker = family.maker(name)
    summary, formula = docstrings.halves(maker)[0], textwrap.indent(docstrings.formula(maker), "    ")
    origin = f"  from {found}" if (found := family.origin(name)) else ""
    notation = _filled(family.text(family.get(name)), "", "  ")
    return "\n".join(filter(None, [notation, _filled(summary, "  ", "  "), textwrap.indent(formula, "  "), origin]))


def _page(families: dict[str, Registry[Any]], name: str) -> str:
    """All about what has that name."""
    from landscape.core import own
    from landscape.core.errors import nearest
    from landscape.optimizers.wrappers import WRAPPERS

    if name in WRAPPERS:
        wrapper, parameter = WRAPPERS[name]
        summary, rest = docstrings.halves(wrapper)
        usage = f"sgd:lr=0.5,{name}={getattr(wrapper, parameter):g}"
        return "\n\n".join([name, _filled(summary, "  ", "  "), textwrap.indent(rest, "  "), f"  used as     {usage}"])
    if own.is_file(name):
        return _page_of_file(families, name)
    plain = name.partition(":")[0]
    found = [_member(family, name, plain) for family in families.values() if plain in family.names()]
    if name in (lessons := _lessons()):
        found.append(_in_use(name, lessons[name], f"as a film    landscape animate {name}"))
    if not found:
        known = [*KINDS, *WRAPPERS, *(one for family in families.values() for one in family.names()), *lessons]
        # Among names of all kinds much looks a little like anything.
        near = nearest(plain, known, alike=0.75)
        hint = f"; did you mean '{near}'?" if near else ""
        raise ValueError(
            f"unknown kind or name '{name}'{hint} (allowed: {', '.join(KINDS)}, or the name of one of these)"
        )
    return "\n\n\n".join(found)


def _member(family: Registry[Any], name: str, plain: str) -> str:
    """All about a member, with the settings that a notation gives it."""
    member = family.parse(name)
    facts = {"defaults" if plain == name else "as given": family.text(member)}
    facts |= {"from": family.origin(plain)} if family.origin(plain) else {}
    return _told(plain, family.maker(plain), member, facts | _facts(family.kind, member))


def _page_of_file(families: dict[str, Registry[Any]], notation: str) -> str:
    """All about one of a user's own in a file; a function that is no figure is a terrain."""
    from landscape import terrains
    from landscape.animations import lessons
    from landscape.core import own
    from landscape.core.errors import unknown
    from landscape.figures import kinds

    name, there = own.members(notation, "Name")
    found = there.get(name)
    if isinstance(found, click.Command):
        return _in_use(name, found.get_short_help_str(_WIDTH), f"as a verb    landscape {notation}")
    if lessons.is_lesson(found):
        return _in_use(lessons.file_name(notation), _about(notation), f"as a film    landscape animate {notation}")
    # A function that a kind of figure was made from stands for it.
    made = kinds.made_from(found) or found
    maker = made if isinstance(made, type | FunctionType) else type(made)
    family = next((one for one in families.values() if isinstance(maker, type) and issubclass(maker, one.base)), None)
    if family is None and not isinstance(found, FunctionType):
        parts = (click.Command, *(one.base for one in families.values()))
        module = there["__name__"]
        known = [
            key
            for key, one in there.items()
            if isinstance(one, parts) or (isinstance(one, type | FunctionType) and one.__module__ == module)
        ]
        raise unknown(f"name of {own.path_of(notation)}", name, known)
    if family is None or family.kind == "terrain":
        ground = terrains.parse(notation)
        return _told(ground.name, maker, ground, {"as given": terrains.text(ground)} | _ground(ground))
    text = family.text(member := family.parse(notation))
    return _told(text.partition(":")[0], maker, member, {"as given": text} | _facts(family.kind, member))


def _in_use(name: str, about: str, use: str) -> str:
    """All about what has neither settings nor a formula."""
    return "\n\n".join([name, *([_filled(about, "  ", "  ")] if about else []), f"  {use}"])


def _told(name: str, maker: Any, member: Any, facts: dict[str, str]) -> str:
    """What a member's maker says of it, and facts."""
    summary, rest = docstrings.halves(maker)
    table = "\n".join(_filled(f"{key:12}{value}", "  ", " " * 14) for key, value in facts.items())
    return "\n\n".join(filter(None, [name, _filled(summary, "  ", "  "), textwrap.indent(rest, "  "), table]))


def _facts(kind: str, member: Any) -> dict[str, str]:
    """What is to be known of members of certain families."""
    return {"terrain": _ground, "figure": _options}.get(kind, lambda _: {})(member)


def _ground(terrain: Any) -> dict[str, str]:
    """Where a terrain lies and what its bottom is."""
    (x0, x1), (y0, y1) = terrain.domain
    facts = {"domain": f"x from {x0:g} to {x1:g}, y from {y0:g} to {y1:g}", "start": _point(terrain.start)}
    if len(terrain.minima):
        lowest = f"{float(terrain.value(terrain.minima[0])):.6g}"
        facts["minimum" if len(terrain.minima) == 1 else "minima"] = (
            f"{', '.join(map(_point, terrain.minima))}, where L = {lowest}"
        )
    return facts


def _options(figure: Any) -> dict[str, str]:
    """What a figure is made of, and what its options say."""
    from landscape.figures.catalogue import MATERIALS, option_help

    made_of = "; ".join(MATERIALS[one] for one in figure.needs or figure.takes)
    return {"made of": made_of} | {key: said for key, (said, _) in option_help(figure.name).items()}


def _point(xy: Any) -> str:
    x, y = (f"{0.0 + float(f'{value:.6g}'):g}" for value in xy)
    return f"({x}, {y})"


def _filled(text: str, first: str, later: str) -> str:
    return "\n".join(_Wrapper(_WIDTH, initial_indent=first, subsequent_indent=later).wrap(text))


class _Wrapper(textwrap.TextWrapper):
    """Breaks lines after the commas of a notation too, which has no spaces."""

    def _split(self, text: str) -> list[str]:
        return [piece for piece in re.split(r"(\s+)|(?<=,)(?=\S)", text) if piece]
