"""Handwritten digits, and what a network says of each."""

from __future__ import annotations

import numpy as np
from manim import Group, VGroup
from numpy.typing import NDArray

from landscape.core.annotations import Array

from .stage import BODY, Lesson
from .tableaux import digit

_COLUMNS = 8


class Answers(Group):
    """Images (n, 784) in rows, `digits`, and under each an answer (n,), in green where it is the label (n,), else in
    red, `said`."""

    def __init__(self, lesson: Lesson, images: Array, labels: NDArray[np.int64], says: NDArray[np.int64]) -> None:
        self.digits, self.said = Group(), VGroup()
        for k, (image, label, answer) in enumerate(zip(images, labels, says, strict=True)):
            place = np.array([1.22 * (k % _COLUMNS), -1.5 * (k // _COLUMNS), 0])
            colour = lesson.palette.hues["green" if answer == label else "magenta"]
            self.digits.add(digit(lesson, image, 0.95).move_to(place))
            words = lesson.text(str(answer), BODY, colour, "BOLD")
            self.said.add(words.move_to(place - np.array([0, 0.7, 0])))
        super().__init__(self.digits, self.said)
        self.move_to([0, 0.35, 0])
