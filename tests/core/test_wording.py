"""Words and their languages: none of the project's own is missing in one, and what others bring falls back."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

import landscape as ls
from landscape import figures
from landscape.animations import lessons
from landscape.animations.own_scripts import words_of
from landscape.animations.stage import Lesson
from landscape.core import wording
from landscape.core.wording import LANGUAGES, language, speak, speaking
from landscape.figures import fonts, names
from landscape.figures.words import say
from landscape.slides.vocabulary import Words

HOUSE = Path(ls.figures.__file__).parents[1]
FILES = {
    "landscape.slides": "words.toml",
    "landscape.explore": "words.toml",
    "landscape.animations": "captions.toml",
}


def _places(words: str | list[str]) -> list[object]:
    if isinstance(words, list):
        return [_places(one) for one in words]
    return sorted({name for _, name, _, _ in string.Formatter().parse(words) if name})


def _said() -> set[str]:
    """All that code passes to the figures' `say` and `kind`, what the library admits of planes and surfaces, and what
    it calls planes."""
    found = set(map(str, ls.planes.plane.KINDS))
    for file in [*(HOUSE / "figures").glob("*.py"), *(HOUSE / "explore").glob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("say", "kind"):
                constants = (part for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant))
                found |= {part.value for part in constants if isinstance(part.value, str)}
    for module in (ls.planes.plane, ls.surfaces.sampled):
        for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
            text = node.value if isinstance(node, ast.Constant) else ""
            if re.match(
                r"This plane (holds \{|was not)|Between grid points: |At \{bad\}|\{share\} of|With other samples",
                str(text),
            ):
                found.add(text)
    return found


@pytest.mark.parametrize("package", FILES)
def test_nothing_is_missing_in_a_language(package):
    table = wording.table(package, FILES[package])
    english, chinese = (table[lang] for lang in LANGUAGES)
    assert english.keys() ^ chinese.keys() == set()
    assert {key for key in english if _places(english[key]) != _places(chinese[key])} == set()


@pytest.mark.parametrize("name", lessons.names())
def test_nothing_is_missing_of_a_lesson_in_a_language(name):
    english, chinese = (lessons.script(name).words[lang] for lang in LANGUAGES)
    assert english.keys() ^ chinese.keys() == set()
    assert {key for key in english if _places(english[key]) != _places(chinese[key])} == set()
    told = {f"deck.{part}" for part in ("title", "line1", "line2", "notes")}
    assert {"title", "blurb", *(told if name in lessons.tour() else ())} <= english.keys()


def test_nothing_that_figures_say_is_missing_in_chinese():
    chinese = wording.table("landscape.figures", "zh.toml")["zh"]
    assert chinese.keys() ^ _said() == set()
    assert {key for key, words in chinese.items() if _places(key) != _places(words) or key == words} == set()


def test_one_term_for_one_thing():
    terms = wording.table("landscape.core", "terms.toml")["zh"]
    decks, page = Words("zh").known, wording.Words("zh", "landscape.explore").known
    assert [key for key, word in terms.items() if decks.get(f"terms.{key.replace(' ', '_')}", word) != word] == []
    assert [key for key, word in terms.items() if page.get(f"parts.{key.replace(' ', '_')}", word) != word] == []
    assert page["lr"] == terms["lr"] == say_in("zh", "learning rate") == decks["settings.rate"]
    assert page["momentum"] == terms["momentum"]
    # Symbols stand in formulas alone, and names of methods that have a Chinese one nowhere.
    tables = [
        *(wording.table(*one)["zh"] for one in FILES.items()),
        *(lessons.script(name).words["zh"] for name in lessons.names()),
        wording.table("landscape.figures", "zh.toml")["zh"],
    ]
    every = [words for table in tables for words in table.values() if isinstance(words, str)]
    loose = re.compile(r"Momentum|(?<![{/])\blr\b(?! ·|[/}])")
    assert [words for words in every if loose.search(words)] == []


def say_in(lang: str, english: str, **values: object) -> str:
    with speaking(lang):
        return say(english, **values)


def test_names_are_in_the_language_of_the_axis():
    walk = ls.descend("rosenbrock", "momentum:lr=1e-5,momentum=0.95,clip=1", steps=2)
    with figures.style(lang="zh"):
        assert names.walk_name(walk) == "动量，学习率 10⁻⁵，动量系数 0.95，裁剪阈值 1"
        assert names.short_name(ls.optimizers.get("nesterov")) == "Nesterov"
    assert names.walk_name(walk) == "Momentum, lr 10⁻⁵, momentum 0.95, clipped at 1"


def test_what_a_language_lacks_is_said_in_english_or_by_its_key(monkeypatch):
    monkeypatch.setattr(wording, "table", lambda *_: {"en": {"a": "{n} hills"}, "zh": {"b": "山"}})
    words = wording.Words("zh", "nowhere")
    assert [words("a", n=3), words("b"), words("section.c")] == ["3 hills", "山", "section.c"]
    with pytest.raises(ValueError, match="unknown language 'cn'"):
        wording.Words("cn", "nowhere")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_own_parts_and_lessons_need_no_words(lang):
    @dataclass(frozen=True)
    class Gliding(ls.optimizers.SGD):
        lift: float = 0.5

    class Own(Lesson):
        name = "own"
        captions = {"en": {"title": "Mine", "much": "{n} hills"}, "zh": {"title": "我的"}}  # noqa: RUF012

    class Steep(lessons.get("ravine")):
        captions = {"en": {"title": "Steep"}}  # noqa: RUF012

    with figures.style(lang=lang):
        assert "Gliding" in names.name_of(Gliding(lift=0.7))
        assert "lift 0.7" in names.name_of(Gliding(lift=0.7))
        assert say("not known here, {n}", n=3) == "not known here, 3"
    own = Own(lang=lang)
    assert own.word("title") == {"en": "Mine", "zh": "我的"}[lang]
    assert [own.word("much", n=3), own.word("nothing")] == ["3 hills", "nothing"]
    assert own.word("steps") == words_of(lessons.get("ravine"), lang)["steps"]
    steep = Steep(lang=lang)
    assert [steep.word("title"), steep.word("turn")] == ["Steep", words_of(lessons.get("ravine"), lang)["turn"]]


# Which language ------------------------------------------------------------------------------------------------------


def test_the_language_is_what_was_said_and_not_what_the_font_has():
    with plt.rc_context({"font.family": [fonts.CHINESE, "DejaVu Sans"]}):
        assert (language(), say("step")) == ("en", "step")
    with figures.style(lang="zh"):
        assert (language(), say("step")) == ("zh", "步数")
        assert plt.rcParams["font.family"][1] == fonts.CHINESE
        with figures.style("dark"):
            assert language() == "zh"
        with figures.style(lang="en"):
            assert (language(), plt.rcParams["font.family"][1] == fonts.CHINESE) == ("en", False)
        other = []
        thread = threading.Thread(target=lambda: other.append(language()))
        thread.start()
        thread.join()
        assert other == ["en"]
    assert language() == "en"
    with pytest.raises(ValueError, match="unknown language 'cn'"):
        speak("cn")


def test_a_style_for_all_that_follows():
    with plt.rc_context(), speaking("en"):
        figures.use("dark", lang="zh")
        assert (language(), say("step"), plt.rcParams["font.family"][1]) == ("zh", "步数", fonts.CHINESE)
    assert language() == "en"


CHANGES = """
import matplotlib, matplotlib.pyplot as plt
from matplotlib import font_manager
def state():
    return list(font_manager.fontManager.ttflist), sorted(plt.style.library), dict(matplotlib.rcParams)
before = state()
import landscape.figures as figures, landscape as ls
assert state() == before
figures.contour(ls.terrains.get("saddle"))       # in matplotlib's own style and font
plt.gcf().draw_without_rendering()
assert state()[1:] == before[1:]
with figures.style("dark"):
    found = font_manager.findfont(font_manager.FontProperties(family="Source Sans 3"), fallback_to_default=False)
assert sorted(plt.style.library) == before[1]
figures.register()
plt.style.use("landscape-dark")
"""


def test_importing_figures_changes_nothing():
    done = subprocess.run([sys.executable, "-W", "error::UserWarning", "-c", CHANGES], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
