"""A lesson that is looked at while it is played: words inside the frame and apart from each other, vehicles where the
data say, and room for each form of a sentence."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from manim import MathTypst, Text, config, tempconfig

from landscape.animations import shapes
from landscape.animations.lettering import Words
from landscape.figures.breaking import balanced

# The forms of sentences that compare.
_WAYS = ("less", "alike", "more", "unclear", "not")
_GROUPS = (
    _WAYS,
    ("all", "some", "none", "few"),
    ("same", "other"),
    ("he", "other"),
    ("lost", "other"),
    ("rate", "more", "never"),
    ("as", "off", "never"),
)
FORMS = {form: forms for forms in (*_GROUPS, ("plain", "ground", "other")) for form in forms}


def box(mobject):
    return mobject.get_corner([-1, -1, 0])[:2], mobject.get_corner([1, 1, 0])[:2]


def visible(mobject):
    """Words and equations that are seen, each as a whole."""
    if isinstance(mobject, Text | Words | MathTypst):
        parts = mobject.family_members_with_points()
        return [mobject] if parts and max(part.get_fill_opacity() for part in parts) > 0.3 else []
    return [found for part in mobject.submobjects for found in visible(part)]


class Watched:
    """Mixed into a lesson: looks at the scene after every play, and draws it at every pause."""

    def play(self, *args, **kwargs):
        super().play(*args, **kwargs)
        self.check_balls()

    def say(self, key, *animations, **values):
        super().say(key, *animations, **values)
        assert len(self._caption) <= self.shape.lines, (self, key)
        self.said = [*getattr(self, "said", ()), key]
        # The other forms of a sentence that compares have room, and the same numbers, too.
        stem, _, form = key.rpartition("_")
        others = FORMS.get(form, ())
        for other in (f"{stem}_{one}" for one in others):
            if other in self.words:
                words = self.word(other, **values)
                assert len(balanced(words, self.shape.columns)) <= self.shape.lines, (self, other, words)

    def next_section(self, *args, **kwargs):
        super().next_section(*args, **kwargs)
        self.check_balls()
        self.check_words()
        if not self.renderer.skip_animations:
            self.renderer.draw(self)
        self.pauses = getattr(self, "pauses", 0) + 1

    def check_words(self):
        words = list({id(found): found for top in self.mobjects for found in visible(top)}.values())
        assert words
        half = np.array([config.frame_width, config.frame_height]) / 2 + 1e-6
        boxes = [(word, *box(word)) for word in words]
        for word, low, high in boxes:
            assert (low >= -half).all(), (self, word)
            assert (high <= half).all(), (self, word)
        for (one, a0, a1), (other, b0, b1) in combinations(boxes, 2):
            assert not ((a0 < b1 - 0.01) & (b0 < a1 - 0.01)).all(), (self, one, other)

    def check_balls(self):
        """What travels is on its walk at the step that it shows."""
        for ball in self.travellers:
            found = ball.vehicle()
            relief = self.world.relief
            if found is not None:
                expected = interpolated(ball.walk, ball.step)
                np.testing.assert_allclose(found.place[:2], relief.flat(expected), rtol=1e-9, atol=1e-12)
                # At a recorded point it stands on the ground; between two it may be in the air.
                ground = relief.place(expected)[2]
                assert found.place[2] >= ground - 1e-9 or ball.step not in ball.walk.steps
                if ball.step in ball.walk.steps:
                    assert found.place[2] == pytest.approx(ground)
                seen = self.screen_point(found.place)
                if ball.label is not None and ball.label.get_fill_opacity() > 0.5:
                    assert np.abs(ball.label.get_center() - seen).max() < 3.2


def interpolated(walk, step):
    """Where a walk is at a step, by NumPy's own interpolation, as far as it is finite."""
    finite = np.isfinite(walk.x).all(axis=-1)
    return np.array([np.interp(step, walk.steps[finite], walk.x[finite, axis]) for axis in (0, 1)])


def framed(shape):
    """Manim's settings for a small frame of a shape."""
    wide, high = shapes.pixels(shape, 320, 180)
    frame_width, frame_height = shapes.SHAPES[shape].frame
    return tempconfig(
        {"frame_width": frame_width, "frame_height": frame_height, "pixel_width": wide, "pixel_height": high}
    )
