"""Titles of chapters, which stand between films that are cut together."""

from __future__ import annotations

from typing import Any

from manim import DOWN, LEFT, UP, FadeIn, Line, VGroup

from .stage import SMALL, Lesson


class Card(Lesson):
    """The title of a chapter: its number, its name, and the question that it asks."""

    def __init__(self, title: str, number: int, of: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._title, self._number, self._of = title, number, of

    def construct(self) -> None:
        number = self.text(self.word("chapter", number=self._number, all=self._of), SMALL, self.palette.muted)
        # A third of a caption's letters a line, as they are twice as large.
        title = self.lines(self._title, self.shape.columns // 3, 64, weight="SEMIBOLD")
        rule = Line([0, 0, 0], [2.2, 0, 0], stroke_color=self.palette.accent, stroke_width=5)
        card = self.fitted(VGroup(number, title, rule).arrange(DOWN, buff=0.35, aligned_edge=LEFT))
        self.play(FadeIn(card, shift=0.15 * UP), run_time=0.6)
        self.wait(1.4)
