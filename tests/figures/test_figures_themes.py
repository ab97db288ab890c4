"""Themes of a school's own: what they change, and what is refused."""

from __future__ import annotations

import pytest
from PIL import Image

import landscape as ls
from landscape.core.errors import InputError
from landscape.figures.palettes import DARK, contrast
from landscape.figures.themes import palette


def written(folder, text):
    Image.new("RGBA", (40, 20), "#ff0000").save(folder / "logo.png")
    (folder / "noise.png").write_bytes(b"no picture")
    file = folder / "school.toml"
    file.write_text(text)
    return str(file)


def test_contrast_is_that_of_wcag():
    """Black on white is 21; #777777 on white is 4.48, which just fails the 4.5 that it asks for."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_a_theme_changes_what_it_says(tmp_path):
    text = 'ground = "#002147"\nlogo = "logo.png"\nterrain = ["#001122", "#88aacc"]\n[optimizers]\nadam = "#ff8899"\n'
    found = palette(written(tmp_path, text))
    assert (found.ground, found.ink, found.terrain) == ("#002147", DARK.ink, ("#001122", "#88aacc"))
    assert found.logo == str(tmp_path / "logo.png")
    sgd, adam, other = found.styles([ls.optimizers.walker(one) for one in ("sgd", "adam:lr=0.1", "adam:lr=0.01")])
    assert sgd.colour == DARK.hues["orange"]
    assert adam.colour == "#ff8899"
    # A second one must be told apart from it.
    assert other.colour != adam.colour


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('grund = "#000000"', "unknown key in"),
        ('grund = "#000000"', "did you mean 'ground'?"),
        ('base = "drak"', "did you mean 'dark'?"),
        ('ink = "reddish"', "ink = 'reddish' in"),
        ("ink = 3", "is no colour: write it as"),
        ('ink = "#333333"', "its contrast to ground #10131c is 1.5, and 4.5 are needed to read it"),
        ('ground = "#ffffff"', "ink = #f2f3f7"),
        ('[optimizers]\nadma = "#ffffff"', "did you mean 'adam'?"),
        ('[optimizers]\nadam = "#10131c"', "optimizers.adam = #10131c"),
        ('optimizers = "red"', "it must be a table, [optimizers]"),
        ('terrain = ["#ffffff"]', "a list of two colours or more"),
        ('terrain = ["#ffffff", "#000000"]', "it must become lighter"),
        ('logo = "nosuch.png"', "there is no such file"),
        ('logo = "noise.png"', "it is no picture that can be read, as PNG is"),
        ("base = ", "is no TOML"),
    ],
)
def test_what_a_theme_may_not_say(text, said, tmp_path):
    with pytest.raises(InputError) as caught:
        palette(written(tmp_path, text))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_theme_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="cannot be read: No such file"):
        palette(str(tmp_path / "school.toml"))
    with pytest.raises(InputError, match="did you mean 'dark'"):
        palette("drak")
