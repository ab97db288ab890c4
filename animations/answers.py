"""Handwritten digits, and what a network says of each."""

from __future__ import annotations

import numpy as np
from manim import Group, VGroup
from numpy.typing import NDArray

from landscape.core.annotations import Array

from .stage import BODY, Lesson
from .tableaux import digit

_WIDE, _HIGH = 1.22, 1.5  # of a digit with its answer, in manim's units
_AIR = 0.94  # of the room for pictures, as titles and captions would touch rows that fill it


class Answers(Group):
    """Images (n, 784) in rows, `digits`, and under each an answer (n,), in green where it is the label (n,), else in
    red, `said`."""

    def __init__(self, lesson: Lesson, images: Array, labels: NDArray[np.int64], says: NDArray[np.int64]) -> None:
        room = lesson.shape.room
        count = len(images)
        # Rows of one length, as many as make it most like the frame.
        columns = min(
            (k for k in range(1, count + 1) if count % k == 0),
            key=lambda k: abs(np.log(_WIDE * k**2 / (_HIGH * count) * room.height / room.width)),
        )
        self.digits, self.said = Group(), VGroup()
        for k, (image, label, answer) in enumerate(zip(images, labels, says, strict=True)):
            place = np.array([_WIDE * (k % columns), -_HIGH * (k // columns), 0])
            colour = lesson.palette.hues["green" if answer == label else "magenta"]
            self.digits.add(digit(lesson, image, 0.95).move_to(place))
            words = lesson.text(str(answer), BODY, colour, "BOLD")
            self.said.add(words.move_to(place - np.array([0, 0.7, 0])))
        super().__init__(self.digits, self.said)
        lesson.fitted(self, 1.3).scale(_AIR)
