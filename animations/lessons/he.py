"""Initialisation decides whether a signal survives twenty ReLU layers: He's variance is the one that keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from manim import DOWN, LEFT, UP, FadeIn, Rectangle, Transform, VGroup
from numpy.typing import NDArray

from landscape import datasets
from landscape.core.annotations import Floats
from landscape.core.numerals import number
from landscape.evidence.claims.he import CASES, DEPTH, FACTORS, kept, signals
from landscape.evidence.fresh_networks import IMAGES, WIDTH

from ..charts import Chart, Curve, linear, logarithmic
from ..stage import SMALL, Lesson
from ..strokes import plain

_BINS = 28
_HE = list(CASES).index("he")


@dataclass(frozen=True)
class Signals:
    """The signal in a deep ReLU network at four initialisations.

    power : (4, depth), the mean square E[h²] of the activations in each layer, over images and units.
    shares : (4, depth, bins), how the activations of a layer that are not 0 are spread.
    ratio : (4, networks), the last layer's mean square ÷ the first's; `power` and `shares` are the first network's.
    """

    power: Floats
    shares: NDArray[np.float64]
    ratio: Floats

    @property
    def kept(self) -> int:
        """The initialisation whose signal is the nearest to its first size after the last layer, in the middle one."""
        return int(np.abs(np.median(np.log(self.ratio), axis=1)).argmin())


class HeLesson(Lesson):
    """Four initialisations, layer by layer."""

    def solve(self) -> Signals:
        digits = datasets.load().sample(IMAGES["full"])
        power = np.array([signals(name, digits)[0] for name in CASES])
        shares = np.empty((len(CASES), DEPTH, _BINS))
        for case, fresh in enumerate(CASES.values()):
            ((_, trace),) = fresh.passes(digits, networks=1)
            for layer, a in enumerate(trace.a):
                # On a logarithmic scale, on which all four find room.
                sizes = np.log10(np.maximum(a[a > 0], 1e-30))
                shares[case, layer] = np.histogram(sizes, _BINS, (-24, 4))[0] / a.size
        return Signals(power[:, 0], shares, np.array([kept(one) for one in power]))

    def construct(self) -> None:
        solved: Signals = self.solved
        factors = list(FACTORS.values())
        names = [self.word(key) for key in ("small", "glorot", "he_", "large")]
        # Not the optimizers' colours: nothing is trained here.
        colours = [self.palette.muted, self.palette.ink, self.palette.accent, self.palette.hues["magenta"]]

        # What is asked.
        self.set_scene(azimuth=60)
        self.add(self.title())
        rule = self.fitted(self.equation('EE[h_(k+1)^2] = (n dot op("Var")(w)) / 2 dot EE[h_k^2]', 40))
        self.say("question", FadeIn(rule), depth=DEPTH, width=WIDTH)
        self.pause(2.5)
        self.say("rule")
        self.pause(4)
        self.play(Transform(rule, self.aside(rule.copy().scale(0.62))), run_time=0.8)

        # The signal, layer by layer, with the spread of the activations beside it.
        chart = Chart(self, linear(1, DEPTH), logarithmic(1e-12, 1e4), 5.2, 3.7, self.word("power"), self.word("layer"))
        # A signal that is smaller than the chart shows leaves it through the bottom.
        layers = np.arange(1.0, DEPTH + 1)
        spreads = [Spread(self, rows, colour) for rows, colour in zip(solved.shares, colours, strict=True)]
        grid = VGroup(*spreads).arrange(DOWN, buff=0.56)
        labels = VGroup(
            *(
                self.text(name, SMALL, colour, "SEMIBOLD").next_to(one, UP, buff=0.04).align_to(one, LEFT)
                for name, colour, one in zip(names, colours, spreads, strict=True)
            )
        )
        axis = self.text(self.word("spread"), SMALL, self.palette.muted).next_to(grid, DOWN, buff=0.25)
        self.gathered(chart, VGroup(grid, labels, axis), gap=0.7)
        curves = [Curve(chart, layers, row, plain(colour)) for row, colour in zip(solved.power, colours, strict=True)]
        for which, key in enumerate(("small", "glorot", "he_", "large")):
            start = [FadeIn(chart), FadeIn(axis)] if which == 0 else []
            shown = VGroup(spreads[which], labels[which])
            factor = factors[which]
            self.say(
                f"say_{key}",
                *start,
                FadeIn(shown),
                ratio=number(solved.ratio[which, 0]),
                factor=number(factor),
                expected=number(factor ** (DEPTH - 1)),
                steps=DEPTH - 1,
            )
            movers: list[Any] = [curves[which], spreads[which]]
            self.drive(movers, DEPTH, first=1, run_time=4)
            self.pause(1.2)

        # The last still.
        low, high = (number(end(solved.ratio[solved.kept]), 2) for end in (np.min, np.max))
        answer = "answer_he" if solved.kept == _HE else "answer_other"
        self.say(answer, low=low, high=high, nets=solved.ratio.shape[1], kept=names[solved.kept])
        self.pause(4)


class Spread(VGroup):
    """How large the activations of a layer are: a histogram over their logarithm, which changes from layer to layer."""

    def __init__(self, lesson: Lesson, shares: Floats, colour: str) -> None:
        super().__init__()
        self._shares = shares / shares.max()
        width, height = 4.8, 0.52
        base = Rectangle(width=width, height=0.02, stroke_width=0, fill_color=lesson.palette.muted, fill_opacity=1)
        self._bars = VGroup()
        for k in range(shares.shape[1]):
            bar = Rectangle(
                width=0.92 * width / shares.shape[1], height=0.02, stroke_width=0, fill_color=colour, fill_opacity=0.9
            )
            bar.move_to([(k + 0.5) * width / shares.shape[1] - width / 2, 0, 0])
            self._bars.add(bar)
        self._room = Rectangle(width=width, height=height, stroke_width=0).move_to([0, height / 2, 0])
        self.add(self._room, base, self._bars)
        self.move(1)

    def move(self, layer: float) -> None:
        """Show a layer, counted from 1; between two of them, what lies between."""
        low = int(np.clip(np.floor(layer) - 1, 0, len(self._shares) - 1))
        high = min(low + 1, len(self._shares) - 1)
        share = layer - 1 - low
        row = (1 - share) * self._shares[low] + share * self._shares[high]
        for bar, value in zip(self._bars, row, strict=True):
            bottom = self.get_bottom()[1]
            bar.stretch_to_fit_height(max(0.001, self._room.height * float(value)))
            bar.move_to([bar.get_x(), bottom + bar.height / 2, 0])
