"""One iteration of training on one batch of 32 real digits: forward, loss, backward, update, with the real numbers."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Arrow, FadeIn, Group, Square, VGroup

from landscape import datasets
from landscape.core.annotations import Array
from landscape.core.errors import InputError
from landscape.core.numerals import number
from landscape.evidence.claims.iteration import BATCH, Iteration, iteration_of, one_iteration
from landscape.evidence.crossed import of_digits
from landscape.figures.names import name_of
from landscape.networks import activations

from ..material import Material
from ..stage import HEADING, SMALL, Lesson
from ..tableaux import Tile, mosaic

# Where the middles of the pictures lie, those of the way there and those of the way back.
_ROWS = (
    [(-5.25, 1.65), (-2.5, 1.65), (-0.05, 1.65), (1.87, 1.65), (3.27, 1.65)],
    [(1.87, -0.87), (4.47, -0.87), (-1.2, -0.87), (-5.25, -0.87)],
)
_COLUMNS = (
    [(-1.9, 2.5 * k) for k in range(0, -5, -1)],
    [(1.3, -10.0), (3.2, -8.75), (1.9, -6.25), (1.9, -2.5)],
)
_SHOWN = 8  # units, whose gradients are pictures


class IterationLesson(Lesson):
    """32 digits forth and back."""

    takes_alone: ClassVar = frozenset({"runs"})

    @classmethod
    def check(cls, material: Material) -> None:
        _of_run(material)

    def solve(self) -> Iteration:
        return _of_run(self.material) if self.material.runs else one_iteration(datasets.load())

    def construct(self) -> None:
        solved: Iteration = self.solved
        trace, labels = solved.trace, solved.labels
        (z1, z2), (a1,), p = trace.z, trace.a, trace.probabilities
        d1, d2 = trace.delta
        (w1, _), (w2, _) = solved.net.layers(trace.gradient)
        target = np.eye(10)[labels]
        units, own = w1.shape[1], bool(self.material.runs)
        relu = solved.net.activation.name == "relu"

        # Forward along one row, back along the other; in a high frame along columns.
        signs = VGroup(*(self._sign(key, hue) for key, hue in (("below", "blue"), ("above", "orange"))))
        self.set_scene(azimuth=150)
        self.add(self.title())
        self.aside(signs.arrange(RIGHT, buff=0.4))
        digits = self._tile(mosaic(1 - trace.x.reshape(-1, 28, 28), 8), "x", f"{BATCH} × {w1.shape[0]}", 2.6, "gray")
        tiles = [
            digits,
            self._tile(z1, "z₁", f"{BATCH} × {units}", 2.0),
            self._tile(a1, "a₁", f"{BATCH} × {units}", 2.0),
            self._tile(z2, "z₂", f"{BATCH} × 10", 0.95),
            self._tile(p, "p", f"{BATCH} × 10", 0.95, "ink"),
        ]
        pictures = w1.T[:_SHOWN].reshape(-1, 28, 28)
        pictures = pictures / np.maximum(np.abs(pictures).max(axis=(1, 2), keepdims=True), 1e-12)
        shown = self.word("eight", shown=len(pictures), units=units)
        back = [
            self._tile(d2, "∂z₂", f"{BATCH} × 10", 0.95),
            self._tile(w2, "∇W₂", f"{units} × 10", 0.95),
            self._tile(d1, "∂z₁", f"{BATCH} × {units}", 2.0),
            self._tile(mosaic(pictures, 4 if len(pictures) == _SHOWN else len(pictures)), "∇W₁", shown, 2.6),
        ]
        room = self.shape.room
        upright = room.height > room.width
        for row, places in zip((tiles, back), _COLUMNS if upright else _ROWS, strict=True):
            for tile, place in zip(row, places, strict=True):
                tile.shift(np.array([*place, 0]) - tile[0].get_center())
        loss, after = (
            self.text(words, HEADING, self.palette.accent, "SEMIBOLD")
            for words in (f"L = {trace.loss:.3f}", f"→ {solved.after:.3f}")
        )
        loss.next_to(tiles[-1][0], DOWN if upright else RIGHT, buff=0.65 if upright else 0.5)
        after.next_to(loss, RIGHT if upright else DOWN, buff=0.3 if upright else 0.18)
        self.fitted(Group(*tiles, *back, loss, after))
        driver = name_of(solved.optimizer)
        said: dict[str, Any] = {"parameters": solved.net.params.size, "batch": BATCH, "optimizer": driver}
        self.say("own_batch" if own else "batch", FadeIn(tiles[0]), **said)
        self.pause(1)
        low, high = (number(float(end)) for end in (z1.min(), z1.max()))
        self._reach("z1", tiles[0], tiles[1], FadeIn(signs), low=low, high=high, units=units)
        low, high = (number(float(end)) for end in (a1.min(), a1.max()))
        activation = activations.text(solved.net.activation, defaults=False)
        said = {"shut": 100 * np.mean(a1 == 0), "activation": activation, "low": low, "high": high}
        self._reach("a1" if relu else "own_a1", tiles[1], tiles[2], **said)
        self._reach("z2", tiles[2], tiles[3])
        self._reach("p", tiles[3], tiles[4], digit=labels[0], chance=100 * p[0, labels[0]])
        self._reach("loss", tiles[4], loss, loss=trace.loss, blank=np.log(10))

        self.say("d2", FadeIn(back[0]), off=number(float(np.abs(p - target).max())))
        self.pause(1)
        self._reach("w2", back[0], back[1])
        (slopes,) = trace.slopes
        said = {"shut": 100 * np.mean(d1 == 0), "most": number(float(slopes.max()), 2)}
        self._reach("d1" if relu else "own_d1", back[0], back[2], **said)
        self._reach("w1", back[2], back[3], shown=len(pictures))

        # Update.
        moved = solved.step[trace.gradient != 0]
        near = np.floor(1000 * np.mean(np.abs(moved) > 0.99 * solved.lr)) / 10  # 99.97 % are not all
        said = {"lr": number(solved.lr), "share": 100 * moved.size / solved.step.size, "near": near}
        usual = number(float(np.median(np.abs(moved))), 2) if moved.size else "0"
        self.say("own_update" if own else "update", optimizer=driver, usual=usual, **said)
        self.pause(2)
        self.say("answer", FadeIn(after), before=trace.loss, after=solved.after)
        self.pause(2)

    def _sign(self, key: str, hue: str) -> VGroup:
        """What a colour of the matrices stands for."""
        patch = Square(0.26, stroke_width=0, fill_color=self.palette.hues[hue], fill_opacity=1)
        return VGroup(patch, self.text(self.word(key), SMALL)).arrange(RIGHT, buff=0.14)

    def _tile(self, values: Array, name: str, shape: str, width: float, colours: str = "signed") -> Tile:
        return Tile(self, values, width, 1.4, name, shape, colours)

    def _reach(self, key: str, source: Any, target: Any, *others: FadeIn, **values: Any) -> None:
        """Say what leads from one tile to the next, with an arrow to it."""
        begin, end = (one[0] if isinstance(one, Group) else one for one in (source, target))
        across, up = (end.get_center() - begin.get_center())[:2]
        way = (RIGHT if across > 0 else LEFT) if abs(across) > abs(up) else (UP if up > 0 else DOWN)
        # Above and below a picture are its words.
        whole = [one if way[1] else frame for one, frame in ((source, begin), (target, end))]
        arrow = Arrow(
            whole[0].get_edge_center(way),
            whole[1].get_edge_center(-way),
            buff=0.06 if way[1] else 0.1,
            color=self.palette.muted,
            stroke_width=4,
            tip_length=0.16,
            max_tip_length_to_length_ratio=0.6,
        )
        self.say(key, FadeIn(arrow), FadeIn(target), *others, **values)
        self.pause(1)


def _of_run(brought: Material) -> Iteration:
    """The first iteration of the run that was brought."""
    if len(brought.runs) > 1:
        raise InputError(f"the lesson iteration shows one run, and {len(brought.runs)} were given")
    data = datasets.load()
    (run,) = of_digits(brought.runs, data, "iteration")
    return iteration_of(run, data)
