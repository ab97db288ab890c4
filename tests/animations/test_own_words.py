"""Words of a user's own: checked against those of the lesson, said in its film, and what they lack is told."""

import re

import pytest
from commands import command, refusal

from landscape.animations import captioning
from landscape.animations.own_words import OwnWords
from landscape.animations.rendering import _own_words, lacking, render

SPOKEN = """
from landscape.animations import Lesson

class Spoken(Lesson):
    captions = {"en": {"title": "Spoken", "one": "First {n}.", "two": "And that.", "spoken.two": "Aloud."}}

    def construct(self):
        self.say("one", n=7)
        self.say("two")
        self.pause(1)
"""


@pytest.fixture
def mine(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(SPOKEN)
    return "mine.py:Spoken"


def test_a_film_in_a_third_language(mine, tmp_path):
    (tmp_path / "de.toml").write_text('[spoken]\none = "Erstens {n}."\nspoken.two = "Und laut."\n', encoding="utf-8")
    result = command("animate", mine, "--captions-file", "de.toml", "--captions", "file", "--out", "films")
    assert result.exit_code == 0, result.output
    assert result.stderr.startswith("de.toml lacks 2 words, which are said in 'en': spoken.title, spoken.two")
    said = captioning.told(tmp_path / "films" / "spoken.mp4")
    assert [(one.words, one.spoken) for one in said] == [("Erstens 7.", "Erstens 7."), ("And that.", "Und laut.")]
    assert lacking([mine], "de.toml") == ["spoken.title", "spoken.two"]
    # Other words are another film.
    before = (tmp_path / "films" / "spoken.mp4").stat().st_mtime_ns
    (tmp_path / "de.toml").write_text('[spoken]\ntwo = "Zweitens."\n', encoding="utf-8")
    render([mine], captions="file", captions_file="de.toml", out="films")
    assert (tmp_path / "films" / "spoken.mp4").stat().st_mtime_ns != before
    assert captioning.told(tmp_path / "films" / "spoken.mp4")[1].words == "Zweitens."


def test_shared_words_are_those_of_all_lessons(tmp_path):
    (path := tmp_path / "de.toml").write_text('[all]\nsteps = "Schritte"\n[ravine]\ntitle = "Der Canyon"\n')
    found = _own_words(["ravine", "saddle"], path, "en")
    assert found["ravine"] == (("steps", "Schritte"), ("title", "Der Canyon"))
    assert found["saddle"] == (("steps", "Schritte"),)
    assert "plateau.title" in lacking(["story"], path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[ravin]\ntitle = 'a'", "unknown lesson in '{path}' 'ravin'; did you mean 'ravine'? (allowed: ravine, all)"),
        ("[ravine]\ntitel = 'a'", "unknown word of ravine in '{path}' 'titel'; did you mean 'title'?"),
        ("[ravine]\ntitle = '{{lr}}'", "ravine.title in '{path}' is not allowed: {{lr}} has no value there"),
        ("[ravine]\ntitle = '{{'", "ravine.title in '{path}' is not allowed: "),
        ("[ravine]\ntitle = 3", "ravine.title in '{path}' is not allowed: it must be text"),
        ("ravine = 3", "'ravine' in '{path}' is not allowed: it must be a table of words, [ravine]"),
        ("[ravine", "'{path}' is no TOML: "),
    ],
)
def test_words_that_do_not_fit_are_one_line(text, said, tmp_path):
    (path := tmp_path / "own.toml").write_text(text.format())
    result = command("animate", "ravine", "--captions-file", path, "--out", tmp_path / "films")
    assert said.format(path=path) in refusal(result)
    assert not (tmp_path / "films").exists()


def test_a_file_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(ValueError, match=re.escape(f"'{tmp_path / 'none.toml'}' cannot be read")):
        OwnWords.read(tmp_path / "none.toml")
