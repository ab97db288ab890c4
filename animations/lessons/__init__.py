"""The lessons, two files each: NAME.py is the film, with a class NameLesson, and NAME.toml its words, its place in the
tour, and what lists, documents and decks say of it. They are found by looking into this folder; nothing of it is
imported for that.

Users' own are written mine.py:MyLesson, or are registered; mine.toml beside the file may hold their words.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from landscape.core import own
from landscape.core.checks import name_of
from landscape.core.errors import InputError, RenderError, shortened, unknown
from landscape.core.lesson_scripts import Script
from landscape.core.wording import ENGLISH, LANGUAGES

from .. import own_scripts

if TYPE_CHECKING:
    from ..stage import Lesson

# Films of films, and so no lessons: all that tell something, and the chapters of the story.
TOUR, STORY = "tour", "story"
WHOLES = (STORY, TOUR)
RESERVED = (*WHOLES, "all", "none")

_STAGE = f"{own_scripts.__package__}.stage"  # the module of what all lessons are derived from

_registered: dict[str, type[Lesson]] = {}


def names() -> list[str]:
    """All lessons: those of the tour in its order, others of this project, and those that were registered."""
    own.load_plug_ins()
    return [*_ours(), *_registered]


def tour() -> list[str]:
    """The names of those that are shown to everybody, in their order."""
    return [name for name, script in _ours().items() if script.place is not None]


def chapters() -> list[str]:
    """The names of those that tell the story, in its order."""
    found = {name: script.chapter for name, script in _ours().items() if script.chapter is not None}
    return sorted(found, key=found.__getitem__)


def checked(lesson: str, *also: str) -> str:
    """A lesson's name or notation, or a word that is allowed beside; ValueError with the nearest valid name if there is
    none such."""
    if own.is_file(lesson):
        get(lesson)
    elif lesson not in also and lesson not in _ours() and lesson not in names():
        raise unknown("lesson", lesson, [*names(), *also])
    return lesson


def get(lesson: str) -> type[Lesson]:
    """The lesson called `lesson`, or that of a notation, mine.py:MyLesson: the file is run. ValueError with the nearest
    valid name if there is none such, and RenderError where what draws films is not installed."""
    check_installed()
    if own.is_file(lesson):
        return _taken(lesson, *own.members(lesson, "Lesson"))
    if checked(lesson) in _registered:
        return _registered[lesson]
    found: type[Lesson] = getattr(import_module(f".{lesson}", __package__), f"{lesson.title()}Lesson")
    return found


def check_installed() -> None:
    """RenderError where what draws films is not installed."""
    for needed in ("manim", "moderngl"):
        if find_spec(needed) is None:
            raise RenderError(f"{needed} is not installed: pip install 'landscape-lab[animate]'")


def files(lesson: str) -> list[Path]:
    """What it is made of, beside what all are made of: its file and its script, and those of lessons that it was
    derived from; of one of this project without importing it."""
    if lesson in _ours():
        return [Path(__file__).parent / f"{lesson}{end}" for end in (".py", ".toml")]
    return own_scripts.files_of(get(lesson))


def script(lesson: str) -> Script:
    """What is told of it; of one of this project without importing it."""
    ours = _ours()
    return ours[lesson] if lesson in ours else _script_of(get(lesson))


def file_name(lesson: str) -> str:
    """What its film is called, without the ending: a name also where a notation was given."""
    return script(lesson).name


def origin(lesson: str) -> str:
    """Where a lesson comes from that was registered, a module or a file; empty for all others."""
    return own.origin(_registered[lesson]) if lesson in _registered else ""


def home(lesson: str) -> str:
    """The module that another process must import to know a lesson that was registered; empty for all others, which
    it knows if it meets the same files. ValueError where it cannot."""
    if lesson in _ours() or own.is_file(lesson):
        return ""
    cls = get(lesson)
    if own_scripts.source(cls) in own.met():
        return ""
    if own.is_in_file(cls):
        way = f"give it as file.py:{cls.__qualname__}, as films are rendered in processes of their own"
        raise InputError(f"lesson {lesson} comes from a file that is being run: {way}")
    return cls.__module__


def register(cls: Any) -> Any:
    """Make a lesson known by its name, for `render`, `landscape animate` and lists; for use as a decorator, it returns
    the class.

    Its name is that of the class in small letters, my_lesson of MyLesson, unless it has an attribute `name`. A class
    that is defined again takes the place of the one before. ValueError, in one line, for what is no lesson, and for a
    name that does not do.
    """
    name = _checked(cls)
    there = _registered.get(name)
    if there is not None and not own.same(there, cls):
        taken = f"taken by {own.full_name(there)}: give it another"
        raise InputError(f"the name '{name}' of {cls.__qualname__} is {taken}")
    _registered[name] = cls
    return cls


def is_lesson(thing: Any) -> bool:
    """Whether something is the class of a lesson. Where nobody has asked for lessons yet, it is none, and what draws
    films is not imported to know it."""
    return _STAGE in sys.modules and isinstance(thing, type) and issubclass(thing, _base())


def _base() -> type[Lesson]:
    from ..stage import Lesson

    return Lesson


def _meet(there: dict[str, Any]) -> None:
    """Register the lessons that are defined in a file, but bases of several."""
    for one in own.defined(there, _base()) if _STAGE in sys.modules else ():
        # Without a `construct` it is but a base.
        if one.construct is not _base().construct:
            register(one)


own.meets(_meet)


@cache
def _ours() -> dict[str, Script]:
    found = own_scripts.scripts(Path(__file__).parent)
    return {one.name: one for one in sorted(found, key=lambda one: float("inf") if one.place is None else one.place)}


def _script_of(cls: type[Lesson]) -> Script:
    """Of a class: its words with all that it inherits, and the rest of its own file."""
    words = {lang: own_scripts.words_of(cls, lang) for lang in LANGUAGES}
    words[ENGLISH].setdefault("blurb", (cls.__doc__ or "").strip().partition("\n")[0])
    return replace(own_scripts.script_of(cls) or Script(""), name=name_of(cls), words=words)


def _taken(notation: str, name: str, there: dict[str, Any]) -> type[Lesson]:
    """The lesson that a notation means by the `name` of something that is `there`, in a file."""
    found = there.get(name)
    if not is_lesson(found):
        path = own.path_of(notation)
        known = [key for key, one in there.items() if is_lesson(one) and one.__module__ == there["__name__"]]
        raise unknown(f"lesson of {path}", name, known) if known else InputError(f"'{path}' has no lesson")
    if own.halves(notation)[1].strip():
        raise InputError(f"'{shortened(notation)}' is not allowed: a lesson takes no settings")
    _checked(found)
    return cast("type[Lesson]", found)


def _checked(cls: Any) -> str:
    """The name of what is a lesson; ValueError where it is none, or its name does not do."""
    if not is_lesson(cls):
        raise InputError(f"{shortened(repr(cls))} is no lesson: it must be a subclass of Lesson")
    name = name_of(cls)
    if not name.isidentifier() or name in RESERVED:
        wanted = f"it must be letters, digits and _, and not {' or '.join(RESERVED)}"
        raise InputError(f"'{shortened(name)}' is not allowed as the name of a lesson: {wanted}")
    if name in _ours():
        raise InputError(f"the name '{name}' of {cls.__qualname__} is that of a lesson of landscape: give it another")
    if cls.construct is _base().construct:
        raise InputError(f"{cls.__qualname__} lacks construct, which a lesson must have")
    return name
