"""One iteration of training on one batch of 32 real digits: forward, loss, backward, update, with the real numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Arrow, FadeIn, Group, Square, VGroup

from landscape import datasets
from landscape.core.annotations import Array
from landscape.core.numerals import number
from landscape.evidence.claims.iteration import BATCH, Iteration, one_iteration

from ..stage import HEADING, MARGIN, SMALL, Lesson
from ..tableaux import Tile, mosaic


class IterationLesson(Lesson):
    """32 digits forth and back."""

    def solve(self) -> Iteration:
        return one_iteration(datasets.load())

    def construct(self) -> None:
        solved: Iteration = self.solved
        trace, labels = solved.trace, solved.labels
        (z1, z2), (a1,), p = trace.z, trace.a, trace.probabilities
        d1, d2 = trace.delta
        (w1, _), (w2, _) = solved.net.layers(trace.gradient)
        target = np.eye(10)[labels]

        # Forward: along the upper row.
        signs = VGroup(*(self._sign(key, hue) for key, hue in (("below", "blue"), ("above", "orange"))))
        signs.arrange(RIGHT, buff=0.4).to_corner(UP + RIGHT, buff=MARGIN)
        self.set_scene(azimuth=150)
        self.add(self.title())
        digits = self._tile(mosaic(1 - trace.x.reshape(-1, 28, 28), 8), "x", f"{BATCH} × 784", 2.6, "gray")
        tiles = [
            digits,
            self._tile(z1, "z₁", "32 × 128", 2.0),
            self._tile(a1, "a₁", "32 × 128", 2.0),
            self._tile(z2, "z₂", "32 × 10", 0.95),
            self._tile(p, "p", "32 × 10", 0.95, "ink"),
        ]
        Group(*tiles).arrange(RIGHT, buff=0.45, aligned_edge=UP).move_to([-1.4, 1.65, 0])
        for tile in tiles:
            tile.shift([0, digits[0].get_y() - tile[0].get_y(), 0])  # names are of different heights
        loss = (
            self.text(f"L = {trace.loss:.3f}", HEADING, self.palette.accent, "SEMIBOLD")
            .next_to(tiles[-1], RIGHT, buff=0.5)
            .match_y(tiles[-1][0])
        )
        self.say("batch", FadeIn(tiles[0]), parameters=solved.net.params.size, batch=BATCH)
        self.pause(1)
        low, high = (number(float(end)) for end in (z1.min(), z1.max()))
        self._reach("z1", tiles[0], tiles[1], FadeIn(signs), low=low, high=high)
        self._reach("a1", tiles[1], tiles[2], shut=100 * np.mean(a1 == 0))
        self._reach("z2", tiles[2], tiles[3])
        self._reach("p", tiles[3], tiles[4], digit=labels[0], chance=100 * p[0, labels[0]])
        self._reach("loss", tiles[4], loss, loss=trace.loss, blank=np.log(10))

        # Backward: along the lower row, from right to left.
        pictures = w1.T[:8].reshape(-1, 28, 28)
        pictures = pictures / np.maximum(np.abs(pictures).max(axis=(1, 2), keepdims=True), 1e-12)
        back = [
            self._tile(d2, "∂z₂", "32 × 10", 0.95),
            self._tile(w2, "∇W₂", "128 × 10", 0.95),
            self._tile(d1, "∂z₁", "32 × 128", 2.0),
            self._tile(mosaic(pictures, 4), "∇W₁", self.word("eight"), 2.6),
        ]
        places = (tiles[3].get_x(), tiles[4].get_x() + 1.2, tiles[1].get_x() + 1.3, digits.get_x())
        for tile, x in zip(back, places, strict=True):
            tile.shift(np.array([x, -0.87, 0]) - tile[0].get_center())
        self.say("d2", FadeIn(back[0]), off=number(float(np.abs(p - target).max())))
        self.pause(1)
        self._reach("w2", back[0], back[1])
        self._reach("d1", back[0], back[2], left=True, shut=100 * np.mean(d1 == 0))
        self._reach("w1", back[2], back[3], left=True)

        # Update.
        moved = solved.step[trace.gradient != 0]
        near = np.floor(1000 * np.mean(np.abs(moved) > 0.99 * solved.lr)) / 10  # 99.97 % are not all
        self.say("update", lr=number(solved.lr), share=100 * moved.size / solved.step.size, near=near)
        self.pause(2)
        after = self.text(f"→ {solved.after:.3f}", HEADING, self.palette.accent, "SEMIBOLD").next_to(
            loss, DOWN, buff=0.18
        )
        self.say("answer", FadeIn(after), before=trace.loss, after=solved.after)
        self.pause(2)

    def _sign(self, key: str, hue: str) -> VGroup:
        """What a colour of the matrices stands for."""
        patch = Square(0.26, stroke_width=0, fill_color=self.palette.hues[hue], fill_opacity=1)
        return VGroup(patch, self.text(self.word(key), SMALL)).arrange(RIGHT, buff=0.14)

    def _tile(self, values: Array, name: str, shape: str, width: float, colours: str = "signed") -> Tile:
        return Tile(self, values, width, 1.4, name, shape, colours)

    def _reach(self, key: str, source: Any, target: Any, *others: FadeIn, left: bool = False, **values: Any) -> None:
        """Say what leads from one tile to the next, with an arrow to it."""
        way = LEFT if left else RIGHT
        begin, end = (one[0] if isinstance(one, Group) else one for one in (source, target))
        arrow = Arrow(
            begin.get_edge_center(way),
            end.get_edge_center(-way),
            buff=0.1,
            color=self.palette.muted,
            stroke_width=4,
            tip_length=0.16,
            max_tip_length_to_length_ratio=0.6,
        )
        self.say(key, FadeIn(arrow), FadeIn(target), *others, **values)
        self.pause(1)
