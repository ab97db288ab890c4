"""Lessons of users' own: from a file, or registered; with words beside them or without any."""

from __future__ import annotations

import re
from pathlib import Path

import own
import pytest
from commands import command, refusal
from PIL import Image

from landscape import slides
from landscape.animations import lessons
from landscape.animations.orders import Order
from landscape.animations.stage import Lesson
from landscape.core.lesson_scripts import Script

MORE = """

class Broken(Lesson):
    def construct(self):
        self.say("question", step=60)

class Ravine(MyLesson):
    pass
"""


@pytest.fixture
def mine(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    own.write(tmp_path, MORE)
    return "mine.py:MyLesson"


@pytest.fixture(autouse=True)
def nothing_registered():
    with own.apart():
        yield


def test_a_lesson_of_a_file_renders_like_ours(mine, tmp_path):
    """In Chinese, of which it has the title alone; and one that fails is one line that says where."""
    words = ("--format", "png", "--lang", "zh", "--out", "films", "--jobs", 1)
    result = command("animate", mine, "mine.py:Broken", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    line = 1 + (tmp_path / "mine.py").read_text().splitlines().index('        self.say("question", step=60)')
    assert (
        result.stderr == f"Error: lesson mine.py:Broken: '{tmp_path}/mine.py' raises KeyError in line {line}: 'steps'\n"
    )
    assert len(Image.open(tmp_path / "films" / "my_lesson.png").convert("RGB").getcolors(1 << 20)) > 20


def test_its_words_are_those_beside_it_and_english_ones_where_they_lack(mine, tmp_path):
    script = lessons.script(mine)
    assert (script.name, script.title("zh"), script.said("zh")["question"]) == (
        "my_lesson",
        "我的课",
        "Where in {steps} steps?",
    )
    assert (script.blurb(), script.place) == ("Mine in a moment.", 3.5)
    assert script.told("zh") == {"title": "我的课", "line1": "A line."}
    (tmp_path / "mine.toml").unlink()
    bare = lessons.script(mine)
    assert (bare.title("zh"), bare.told("zh")) == ("my_lesson", {"title": "my_lesson"})


def test_its_film_is_made_anew_when_its_code_or_its_words_change(mine, tmp_path):
    order = Order(mine, "low", "dark", "en", "png")
    keys = {order.key}
    for name in ("mine.py", "mine.toml"):
        (tmp_path / name).write_text((tmp_path / name).read_text() + "# more\n")
        keys.add(order.key)
    ours = Order("ravine", "low", "dark", "en", "png")
    # A chapter's title depends on how many chapters there are.
    keys |= {ours.key, *(Order("ravine", "low", "dark", "en", "png", chapter=("tour", 1, n)).key for n in (12, 13))}
    assert len(keys) == 6


def test_the_tour_has_it_at_its_place_and_all_at_the_end(mine, tmp_path, monkeypatch):
    made, cut = [], []
    module = __import__("sys").modules["landscape.animations.rendering"]
    monkeypatch.setattr(module, "_render_all", lambda orders, *_: made.extend(orders))
    monkeypatch.setattr(module, "_cut_together", lambda _, parts, *__: cut.extend(Path(one.file).stem for one in parts))
    module.render(["tour", mine], out=tmp_path / "films")
    tour = lessons.tour()
    place = sum(lessons.script(name).place < 3.4 for name in tour)
    assert [order.lesson for order in made if order.chapter] == [*tour[:place], mine, *tour[place:]]
    said = next(order.chapter for order in made if order.lesson == mine and order.chapter)
    assert said == ("tour", place + 1, len(tour) + 1)
    assert cut[2 * place : 2 * place + 2] == ["tour-my_lesson", "my_lesson"]
    monkeypatch.setattr("landscape.animations.render", lambda names, **_: cut.extend(names) or [])
    assert command("animate", "all", mine).exit_code == 0
    assert cut[-2:] == ["tour", mine]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("mine.py:MyLeson", "unknown lesson of mine.py 'MyLeson'; did you mean 'MyLesson'? (allowed: MyLesson, Broken"),
        ("mine.py", "'mine.py' is not allowed: it must have the form path/to/file.py:Lesson"),
        ("nowhere.py:Mine", "there is no file 'nowhere.py'"),
        ("mine.py:MyLesson:lr=1", "'mine.py:MyLesson:lr=1' is not allowed: a lesson takes no settings"),
        ("mine.py:Ravine", "the name 'ravine' of Ravine is that of a lesson of landscape: give it another"),
        (
            "mine.py:MyLesson race --terrain booth",
            "--terrain is for the lessons ravine, saddle, cliff, race, and would do nothing in mine.py:MyLesson",
        ),
    ],
)
def test_bad_names_are_one_line(mine, words, said):
    result = command("animate", *words.split(), "--out", "films")
    assert refusal(result).startswith(said)
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[en", "is no TOML"),
        ("[en]\ntitle = 3", "title of en in 'a' is not allowed: it must be text"),
        ('[en]\na = "{"', "must be text, in which {names} in braces stand for values"),
        ('[en]\ntitle = "{a}"', "title of lesson a, '{a}', is not allowed: nothing can stand for {…} there"),
        ('[plce]\na = "b"', "unknown key in 'a' 'plce'; did you mean 'place'?"),
        ('place = "last"', "place = 'last' in 'a' is not allowed: it must be a number"),
        ('[deck]\nwhen = "begining"', "did you mean 'beginning'?"),
        ("[deck]\nusual = 1", "it must be true or false"),
    ],
)
def test_scripts_that_are_none_are_one_line(text, said):
    with pytest.raises(ValueError, match=re.escape(said)) as error:
        Script.read("a", text, "a")
    assert "\n" not in str(error.value)


def test_registered_ones_are_listed_and_named():
    @lessons.register
    class Steeper(lessons.get("ravine")):
        """A ravine that is steeper."""

        captions = {"en": {"title": "Steep", "blurb": "steeper"}}  # noqa: RUF012

    assert lessons.names()[-1] == "steeper"
    assert lessons.get("steeper") is Steeper
    assert f"steeper\n  Steep: steeper (from {__name__})" in command("list", "lessons").stdout
    assert command("list", "steeper").exit_code == 0
    assert "steeper" not in lessons.tour()

    class Other(Lesson):
        name = "steeper"

        def construct(self):
            pass

    for bad, said in (
        (Other, "the name 'steeper' of"),
        (type("Tour", (Other,), {}), "'tour' is not allowed"),
        (type("Empty", (Lesson,), {}), "lacks construct"),
        (int, "is no lesson"),
    ):
        with pytest.raises(ValueError, match=said):
            lessons.register(bad)


def test_an_own_film_has_a_slide(mine, runs, mnist):
    """With what its script says; one without a script has its name."""
    from landscape.slides.facts import Facts
    from landscape.slides.parts import Look
    from landscape.slides.views import lesson
    from landscape.slides.vocabulary import Words

    facts = Facts(tuple(runs), None, Words("zh"), Look("light", "zh"))
    own = lesson(facts, "mine.mp4", lessons.script(mine))
    assert (own.title, own.lines, own.content.alt) == ("我的课", ("A line.",), "影片：我的课")
    told = lesson(facts, "x.mp4", Script("x", mentions="adam"))
    assert (told.title, len(told.lines)) == ("x", 1)
    assert slides.Clip is type(own.content)
