"""Texts that others wrote are shown letter by letter, in documents that can be read: figures, slides, pages, films."""

from __future__ import annotations

import re
import warnings
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import pytest
from matplotlib.text import Text

import landscape as ls
from landscape import figures, slides
from landscape.core import foreign_text
from landscape.core.wording import language
from landscape.explore import page
from landscape.figures.breaking import balanced
from landscape.figures.words import literal
from landscape.optimizers import External

NAMES = {
    "cost $1 or $2": "cost $1 or $2",
    r"$\frac{$": r"$\frac{$",
    r"C:\new\$5_a^b": r"C:\new\$5_a^b",
    "a\x00\x01\x1b[2Jb\x9b": r"a\x00\x01\x1b[2Jb\x9b",
    "ab\u202egnp.exe\u200b\ufeff": r"ab\u202egnp.exe\u200b\ufeff",
    "caf\udce9 \ufffe \U0001ffff": r"caf\udce9 \ufffe \U0001ffff",
    "e" + 100 * "\u0301": "e\u0301\u0301\u0301…",
    "a\tb": "a b",
    "<b>&amp;": "<b>&amp;",
    "": "",
}


@pytest.mark.parametrize(("given", "said"), NAMES.items())
def test_what_is_no_letter_is_shown_as_its_number(given, said):
    assert foreign_text.shown(given) == said
    assert foreign_text.shown(said) == said
    said.encode()


def test_long_texts_lose_their_middle_and_line_breaks_stay_where_they_may():
    assert foreign_text.shown(100 * "ab", most=9) == "ababab…bab"
    assert foreign_text.shown("a\r\nb\x0bc\u2028d") == "a b c d"
    assert foreign_text.shown("a\r\nb\x0bc\u2028d", "\n") == "a\nb\nc\nd"


@pytest.mark.parametrize("given", [name for name in NAMES if name] + ["🦊 实验", 10_000 * "x", 3000 * "word "])
def test_figures_show_names_letter_by_letter_and_within_their_edges(given, tmp_path):
    walks = [ls.descend("booth", one, steps=20) for one in ("sgd:lr=0.01", "adam")]
    with figures.style(size="half-slide"), warnings.catch_warnings():
        warnings.simplefilter("error")  # of letters that no font has
        ax = plt.figure().subplots()
        figures.loss(walks, ax, label=[given, "other"])
        figures.save(ax.figure, tmp_path / "loss", "svg")
        figure = ax.figure
        assert figure.get_tightbbox().x1 <= figure.get_figwidth() + 0.01
    drawing = ElementTree.fromstring((tmp_path / "loss.svg").read_text())
    words = "".join(text for one in drawing.iter("{http://www.w3.org/2000/svg}text") for text in one.itertext())
    if given in NAMES:
        assert "".join(NAMES[given].split()) in "".join(words.split())


def test_every_title_and_legend_takes_dollars_as_they_are(runs, surface, mnist):
    """Those of figures that name what they show by what files say."""
    odd = "$1 or $\\frac{$"
    named = [replace(run, settings=run.settings | {"schedule": f"{odd}{k}"}) for k, run in enumerate(runs)]
    seen = mnist.x_train[:700], mnist.y_train[:700]
    walks = [replace(ls.project(run, surface, *seen), optimizer=External(f"{odd}{k}")) for k, run in enumerate(runs)]
    curve = ls.curvature.along(runs[0], *seen, count=1)
    shown = []
    with figures.style():
        for draw, given in (
            (figures.learning_curves, (named,)),
            (figures.learning_curves, (named[:1],)),
            (figures.gradient_flow, (named,)),
            (figures.gradient_flow, (named[0],)),
            (figures.weights, (named[0],)),
            (figures.loss, (walks,)),
            (figures.race, (surface, walks)),
            (figures.surface3d, (surface, walks)),
            (figures.projection, (replace(surface, data=odd), walks[:1], ["one"])),
            (figures.sharpness, ([replace(curve, data=odd)],)),
            (figures.sharpness, ([curve], None, [odd])),
        ):
            plt.figure()
            draw(*given)
            figure = plt.gcf()
            if draw is figures.surface3d:
                figure.legend()
            figure.draw_without_rendering()
            found = [text.get_text() for text in figure.findobj(Text)]
            shown.append(any(odd.replace("$", r"\$") in " ".join(words.split()) for words in found))
    assert all(shown), shown


def test_a_name_in_chinese_can_be_read_on_a_figure_in_english():
    with figures.style():
        assert literal("实验 1") == "实验 1"
        assert language() == "en"
    with figures.style(lang="zh"):
        assert language() == "zh"


def test_words_wider_than_a_line_are_broken():
    assert balanced(30 * "x", 12) == [12 * "x", 12 * "x", 6 * "x"]


@pytest.fixture(scope="module")
def deck(runs):
    slide = slides.Slide(
        "two\nlines", "".join(NAMES), tuple(NAMES), content=slides.Table(("a", "b"), (slides.Row(("c\x00", "\udce9")),))
    )
    columns = slides.Slide("a\x01", "b", columns=(slides.Column("\ufffe", tuple(NAMES)),) * 2)
    return slides.Deck((slide, columns), slides.Look("light", "en"), "two\nlines")


def test_a_presentation_of_any_names_opens_again(deck, tmp_path):
    pptx = pytest.importorskip("pptx", reason="python-pptx is not installed")
    path = deck.save(tmp_path / "talk.pptx")
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(archive.read(name))
    found = pptx.Presentation(str(path))
    assert found.core_properties.title == "two lines"
    assert found.slides[0].shapes.title.text_frame.text == "two\vlines"
    texts = [frame.text_frame.text for slide in found.slides for frame in slide.shapes if frame.has_text_frame]
    assert all(any(said in text for text in texts) for said in NAMES.values())
    assert "_x00" not in "".join(texts)


def test_a_deck_of_any_names_is_a_page(deck, tmp_path, quick_browser):
    path = deck.save(tmp_path / "talk.html")
    tab = quick_browser.new_page()
    tab.goto(path.as_uri())
    assert tab.title() == "two lines"
    assert tab.locator("h1, h2").first.inner_text() == "two\nlines"
    shown = tab.locator("#slide2 li").all_text_contents()
    assert [text.strip() for text in shown[: len(NAMES)]] == [one.strip() for one in NAMES.values()]
    tab.close()


@pytest.mark.parametrize("given", [list(NAMES)[3], list(NAMES)[5], 10_000 * "x"])
def test_a_page_to_play_with_takes_any_title(given):
    text = page("booth", ls.descend("booth", "adam", steps=3), title=given)
    assert text.encode()
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    )


@pytest.mark.parametrize("given", [*filter(None, NAMES), "x^2*y_1", "two\nlines", 10_000 * "x"])
def test_films_write_any_name(given):
    pytest.importorskip("manim", reason="films are made by manim")
    from landscape.animations.lettering import Words, register_fonts

    register_fonts()
    assert len(Words(given, 40, "#ffffff").points)
