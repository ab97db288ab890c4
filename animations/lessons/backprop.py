"""The error flows back layer by layer: times a quarter at most through a sigmoid, times 1 or 0 through ReLU."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from manim import DOWN, Circle, FadeIn, Group, Line, VGroup

from landscape import datasets
from landscape.core.annotations import Floats
from landscape.core.numerals import number
from landscape.evidence.claims.relu import switches
from landscape.evidence.comparing import Compared, compared
from landscape.evidence.fresh_networks import IMAGES, Fresh, arrived
from landscape.networks import activations

from ..charts import Chart, Curve, linear, logarithmic
from ..panels import Legend
from ..stage import Lesson
from ..strokes import plain
from ..tableaux import mix

_DEPTH = 10
_ALIKE = 2.0  # networks of one kind differ by about as much
_CASES = (("sigmoid", "glorot"), ("relu", "he"), ("relu", "glorot"))


@dataclass(frozen=True)
class Errors:
    """The back-propagated error of deep networks before training, on real digits.

    error : (3, depth), |δ| of each hidden layer, from the first, for sigmoid with Glorot's weights, ReLU with He's and
        ReLU with Glorot's.
    slopes : z (n,), and f′(z) of sigmoid and ReLU there.
    open : the share of ReLU's switches that are open.
    ratio : (3, networks), first hidden layer ÷ last; `error` and `open` are the first network's.
    """

    error: Floats
    slopes: tuple[Floats, Floats, Floats]
    open: float
    ratio: Floats

    @property
    def relu(self) -> Compared:
        """What the first layers of ReLU with He's weights receive, to what the last ones do, in the middle network."""
        return compared(float(np.median(self.ratio[1])), 1.0, _ALIKE)

    @property
    def half(self) -> Compared:
        """What arrives with Glorot's weights, to what arrives with He's."""
        he, glorot = np.median(self.ratio[1:], axis=1)
        return compared(float(glorot), float(he), _ALIKE)

    def said(self, case: int) -> dict[str, Any]:
        """The numbers that captions tell of a case: the first network's ratio, and those of all."""
        ratio, low, high = self.ratio[case, 0], self.ratio[case].min(), self.ratio[case].max()
        return {"ratio": number(ratio), "low": number(low, 2), "high": number(high, 2), "nets": self.ratio.shape[1]}


class BackpropLesson(Lesson):
    """What reaches the first layer."""

    def solve(self) -> Errors:
        digits = datasets.load().sample(IMAGES["full"])
        error = np.array([Fresh(activation, init, _DEPTH).errors(digits) for activation, init in _CASES])
        (opened,), _ = switches(digits, _DEPTH, networks=1)
        z = np.linspace(-6, 6, 241)
        slopes = (z, activations.get("sigmoid").at(z)[1], activations.get("relu").at(z)[1])
        return Errors(error[:, 0], slopes, float(opened), np.array([arrived(one) for one in error]))

    def construct(self) -> None:
        solved: Errors = self.solved
        sigmoid, relu = self.palette.hues["magenta"], self.palette.hues["green"]

        # A network, and where its error is known.
        network = Network(self, _DEPTH)
        shares = solved.error / solved.error[:, -1:]
        ends = 10 ** np.floor(np.log10(shares.min())), 1.2 * shares.max()
        axes = linear(1, _DEPTH), logarithmic(*ends)
        chart = Chart(self, *axes, 6.3, 1.75, self.word("error"), self.word("layer"))
        # Each layer above its place on the axis.
        chart.next_to(network, DOWN, buff=0.35).shift([-chart.field.get_x(), 0, 0])
        left = Group(network, chart)
        rule = self.equation("delta_k = ( W_(k+1)^top delta_(k+1) ) dot.o f'(z_k)", 32)
        slopes = Chart(self, linear(-6, 6), linear(0, 1.1), 4.3, 1.3, self.word("slope"), "z")
        entries = [(self.word(f"case{k}"), plain(colour)) for k, colour in enumerate((sigmoid, relu, self.palette.ink))]
        legend = Legend(self, entries)
        right = Group(*(Group(self.backing(one), one) for one in (rule, slopes, legend)))
        self.gathered(left, right.arrange(DOWN, buff=0.18), gap=0.3)
        column = [*right]
        z, *lines = solved.slopes
        bends = [
            Curve(slopes, z, line, plain(colour), head=False)
            for line, colour in zip(lines, (sigmoid, relu), strict=True)
        ]
        self.set_scene()
        self.add(self.title())
        self.say("question", FadeIn(network), depth=_DEPTH, run_time=0.8)
        self.pause(2.5)
        self.say("rule", FadeIn(column[0]))
        self.pause(3)

        # The two slopes.
        self.say("slopes", FadeIn(column[1]), open=100 * solved.open)
        self.drive(bends, 6, first=-6, run_time=2.5)
        names = self._names(slopes, (sigmoid, relu))
        self.play(FadeIn(names), run_time=0.4)
        self.pause(3)

        # Sigmoid: the error goes back, and is gone.
        for one in legend[1:]:
            one.set_opacity(0)
        self.say("sigmoid", FadeIn(chart), FadeIn(column[2][0]), FadeIn(legend[0]), **solved.said(0))
        self._flow(network, chart, solved.error[0], sigmoid)
        self.pause(2)

        # ReLU with He's weights: it arrives.
        network.darken()
        self.say(f"relu_{solved.relu}", legend[1].animate.set_opacity(1), **solved.said(1))
        self._flow(network, chart, solved.error[1], relu)
        self.pause(2)

        # Both halves are needed.
        network.darken()
        self.say(f"half_{solved.half}", legend[2].animate.set_opacity(1), **solved.said(2))
        self._flow(network, chart, solved.error[2], self.palette.ink)
        self.pause(2)
        self.say("answer")
        self.pause(4.5)

    def _flow(self, network: Network, chart: Chart, error: Floats, colour: str) -> None:
        """The error flows back from the last layer; each layer lights up as strongly as there is error left."""
        shares = error / error[-1]
        network.light(shares, colour)
        layers = np.arange(_DEPTH, 0, -1)
        curve = Curve(chart, -layers, shares[::-1], plain(colour), x=layers)
        self.drive([network, curve], -1, first=-_DEPTH, run_time=4)

    def _names(self, chart: Chart, colours: tuple[str, str]) -> VGroup:
        places = ((-3.6, 0.42), (3.7, 0.82))
        words = [
            self.text(self.word(key), 22, colour, "SEMIBOLD")
            for key, colour in zip(("sigmoid_slope", "relu_slope"), colours, strict=True)
        ]
        return VGroup(*(word.move_to(chart.point(*place)) for word, place in zip(words, places, strict=True)))


class Network(VGroup):
    """Layers of units with lines between them, and a glow in each layer as strong as the error that is in it.

    As a mover its steps are −depth at the last layer to −1 at the first.
    """

    def __init__(self, lesson: Lesson, depth: int, units: int = 5) -> None:
        super().__init__()
        self._palette = lesson.palette
        self._shares: Floats = np.zeros(depth)
        gap, rows = 6.3 / (depth - 1), np.arange(units) - (units - 1) / 2
        places = [[np.array([gap * k, 0.4 * row, 0]) for row in rows] for k in range(depth)]
        style: dict[str, Any] = {"stroke_color": lesson.palette.muted, "stroke_width": 1.0, "stroke_opacity": 0.35}
        lines = [Line(a, b, **style) for left, right in pairwise(places) for a in left for b in right]
        self._layers = [
            VGroup(
                *(
                    Circle(
                        0.14,
                        color=lesson.palette.muted,
                        stroke_width=2,
                        fill_color=lesson.palette.ground,
                        fill_opacity=1,
                    ).move_to(place)
                    for place in column
                )
            )
            for column in places
        ]
        self.add(*lines, *self._layers)
        self.center()

    def light(self, shares: Floats, colour: str) -> None:
        """What `move` will show: the share (depth,) of the last layer's error that is in each."""
        self._shares, self._colour = shares, colour

    def darken(self) -> None:
        """Put all lights out."""
        for layer in self._layers:
            layer.set_fill(self._palette.ground, opacity=1).set_stroke(self._palette.muted)

    def move(self, step: float) -> None:
        for k, (layer, share) in enumerate(zip(self._layers, self._shares, strict=True)):
            come = np.clip(step + k + 2, 0, 1)  # the light of a layer grows while the error crosses the gap before it
            # The root, as what is left is seen to fade, and a twentieth of it can be seen yet.
            strength = float(come * min(max(share, 0.0), 1.0) ** 0.5)
            layer.set_fill(mix(self._palette.ground, self._colour, strength), opacity=1)
            layer.set_stroke(mix(self._palette.muted, self._colour, strength))
