"""New ground: ReLU is a switch that lets errors through whole, He's weights keep the signal, and SGD has accidents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from manim import DOWN, LEFT, UP, FadeIn, FadeOut, Group, ImageMobject
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

from landscape import datasets, evidence
from landscape.core.annotations import Array, Floats
from landscape.core.numerals import number
from landscape.evidence import Finding, three_places
from landscape.evidence.claims.he import CASES, DEPTH
from landscape.evidence.comparing import clear_way, points
from landscape.evidence.one_path import OnePath, strongest_path
from landscape.evidence.real_grounds import RealGround, real_ground
from landscape.evidence.three_places import Place
from landscape.networks.mlp import MLP
from landscape.optimizers import SGD
from landscape.walks.trajectory import Trajectory

from ..bends import Bend
from ..errors_back import ErrorBack
from ..stage import BODY, SMALL, Lesson
from ..tableaux import Tile, digit
from ..travelling import Traveller
from ..world import OrbitCamera

_SHOWN = ("small", "he", "large")  # of the initialisations
_DIGITS = (0, 7)  # training images whose switches are compared
_BRIGHT = 2.5  # times the root mean square of the first layer, what is quite bright
_SMALL = 0.03  # of the world, the length of a vehicle


@dataclass(frozen=True)
class NewGround:
    """What ReLU lets through, and what happens on its grounds.

    findings : "coevolution", "he" and "cliff", as they are stored. images : (2, 784), and masks : (2, layers, width),
    which units they open. signals : by the initialisation, (DEPTH, units), how one digit fares in the layers, beside
    the root mean square of the first one. dead : a walk that is thrown to where ReLU is shut.
    """

    findings: dict[str, Finding]
    path: OnePath
    images: Array
    masks: NDArray[np.bool_]
    signals: dict[str, Floats]
    ground: RealGround
    ravine: Place
    saddle: Place
    cliff: Place
    dead: Trajectory


class ReluLesson(Lesson):
    """A switch, whole errors, He's weights, a real ground, and three accidents."""

    def solve(self) -> NewGround:
        data = datasets.load()
        ground = real_ground("relu")
        fresh = MLP(ground.runs["sgd"].mlp.sizes, "relu", "he", seed=0)
        x, y = data.x_train[list(_DIGITS)], data.y_train[list(_DIGITS)]
        masks = np.array([a > 0 for a in fresh.trace(fresh.params, x, y).a]).swapaxes(0, 1)
        signals = {}
        for name in _SHOWN:
            net = CASES[name].network(0)
            a = np.array([layer[0] for layer in net.trace(net.params, x[:1], y[:1]).a])
            signals[name] = a / np.sqrt(np.mean(a[0] ** 2))
        findings = {name: evidence.stored()[name] for name in ("coevolution", "he", "cliff")}
        places = three_places.ravine(), three_places.saddle(), three_places.cliff()
        return NewGround(findings, strongest_path("relu"), x, masks, signals, ground, *places, three_places.dead())

    def construct(self) -> None:
        solved: NewGround = self.solved
        relu = self.palette.hues["green"]
        (self.look,) = self.palette.styles([SGD()])

        # The switch.
        self.set_scene(azimuth=40)
        bend = Bend(self, "relu", relu, 6.0)
        self.add(self.title())
        self.say("bend", FadeIn(bend), run_time=0.8)
        self.drive([bend], 6.0, first=-6.0, run_time=4.5)
        self.pause(0.5)

        # Open and shut paths: another digit, other paths.
        self.play(FadeOut(bend), run_time=0.4)
        first, second = (self._mask(k, relu) for k in (0, 1))
        self.say("mask", FadeIn(first), open=self.percent(solved.masks[0].mean()))
        self.pause(0.5)
        other = float(np.mean(solved.masks[0] != solved.masks[1]))
        self.say("other", FadeOut(first), FadeIn(second), other=self.percent(other))
        self.pause(0.5)

        # The error comes back.
        self.play(FadeOut(second), run_time=0.4)
        back = ErrorBack(self, solved.path, relu)
        depth = len(solved.path.slopes)
        self.say("back", FadeIn(back))
        self.drive([back], float(depth), run_time=5)
        whole = float(solved.path.layers[-1] / solved.path.layers[0])
        self.say("arrives", left=number(solved.path.shares[-1], 2), whole=number(whole, 2))
        self.pause(0.5)

        # He's weights: digits through twenty layers.
        self.play(FadeOut(back), run_time=0.4)
        names = [self.word(f"weights_{name}") for name in _SHOWN]
        given = zip(solved.signals.values(), names, strict=True)
        rows = [Fading(self, signal, name) for signal, name in given]
        picture = digit(self, solved.images[0], 0.95)
        self.gathered(picture, Group(*rows).arrange(DOWN, buff=0.45))
        he: dict[str, Any] = {name: number(solved.findings["he"].values[name].value, 1) for name in _SHOWN}
        self.say("he", FadeIn(picture), *(FadeIn(row) for row in rows), depth=DEPTH)
        self.drive(rows, float(DEPTH), run_time=5)
        self.say("kept", **he)
        self.pause(1)

        # The real ground.
        self.leave(FadeOut(picture), *(FadeOut(row) for row in rows))
        self._real_ground()

        # Three accidents.
        self._bounce()
        self._stall()
        self._thrown()

    def _mask(self, k: int, colour: str) -> Group:
        """A digit, and the switches of all hidden layers."""
        solved: NewGround = self.solved
        image = digit(self, solved.images[k], 1.7)
        tiles = []
        for layer, units in enumerate(solved.masks[k], 1):
            grid = units.reshape(8, -1).astype(float)
            name = self.text(self.word("layer", layer=layer), SMALL, self.palette.muted)
            tile = Tile(self, grid, 1.7, 1.7, colours="ink")
            tiles.append(Group(tile, name.next_to(tile, DOWN, buff=0.15)))
        return self.gathered(image, *tiles, gap=0.32)

    def _real_ground(self) -> None:
        """The walker goes down the ground of the same network with ReLU."""
        solved: NewGround = self.solved
        ground, finding = solved.ground, solved.findings["coevolution"]
        scale: dict[str, Any] = {"height": 0.65, "scale": "linear", "beyond": ground.wide, "vehicle": _SMALL}
        self.enter(ground.surface, **scale)
        walk = ground.walks["sgd"]
        start = tuple(self.world.relief.place(walk.x[0]).tolist())
        view = OrbitCamera(azimuth=150, elevation=30, span=2.4, field_of_view=52, target=start, shift=(0.0, -0.1))
        self.view = self.world.clear(view)
        walker = self.ball(walk, self.look)
        gain = finding.values["new_ground"].compared
        said: dict[str, Any] = {"accuracy": self.percent(finding.values["ground_sgd"].value, 1)}
        self.say("ground")
        self.fly(azimuth=130, elevation=18, span=1.1, run_time=3)
        self.say(f"ground_{clear_way(gain)}", **said, **points(gain))
        last = float(walk.steps[-1])
        follow: dict[str, Any] = {"follow": walker, "chase": True, "elevation": 12, "span": 0.8}
        self.drive([walker], last, run_time=7, pace=1.8, **follow)
        self.pause(0.5)

    def _bounce(self) -> None:
        """From wall to wall."""
        walk = self.solved.ravine.accident
        walker = self._go_to(walk, height=0.5, azimuth=-44, elevation=20, span=0.8, target=(0.04, -0.52, 0.08))
        self.say("ravine", lr=number(walk.lr_at(0)), run_time=0.8)
        self.drive([walker], float(walk.steps[-1]), run_time=8, pace=1.6, azimuth=-12, elevation=25, span=0.7)
        self.pause(0.3)

    def _stall(self) -> None:
        """On a saddle."""
        walk = self.solved.saddle.accident
        walker = self._go_to(walk, azimuth=-112, elevation=22, span=1.1, target=(-0.1, -0.28, 0.05))
        self.say("saddle", steps=three_places.stalled(walk), lr=number(walk.lr_at(0)), run_time=0.8)
        self.drive([walker], float(walk.steps[-1]), run_time=8, azimuth=-74, elevation=26, span=1.0)
        self.pause(0.3)

    def _thrown(self) -> None:
        """Over a cliff, and to where ReLU is shut."""
        solved: NewGround = self.solved
        walk, values = solved.cliff.accident, solved.findings["cliff"].values
        walker = self._go_to(walk, azimuth=62, elevation=24, span=1.7, target=(0.14, 0.25, 0.2))
        key = "cliff_none" if values["landed"].value == 0 else "cliff_some"
        said: dict[str, Any] = {"landed": self.percent(values["landed"].value), "starts": values["landed"].n}
        self.say(key, lr=number(walk.lr_at(0)), run_time=0.8, **said)
        self.drive([walker], float(walk.steps[-1]), run_time=8, azimuth=96, elevation=28, span=2.2)
        self.pause(0.3)

        dead = solved.dead
        walker = self._go_to(dead, azimuth=-66, elevation=24, span=1.7, target=(-0.1, 0.0, 0.1))
        self.say("dead", run_time=0.8, loss=number(float(dead.loss[-1])))
        last = int(np.flatnonzero(np.any(np.diff(dead.x, axis=0) != 0, axis=1))[-1]) + 1
        self.drive([walker], float(last), run_time=4, azimuth=-48, elevation=28)
        self.drive([walker], float(dead.steps[-1]), first=float(last), run_time=2.5, azimuth=-38)
        self.say("answer")
        self.fly(azimuth=-10, elevation=36, span=2.1, run_time=4)
        self.pause(1)

    def _go_to(self, walk: Trajectory, height: float = 0.6, **view: Any) -> Traveller:
        """Leave for the ground of another walk, with a walker at its start."""
        self.leave()
        self.enter(walk.terrain, scale="sqrt", height=height, vehicle=0.04)
        self.view = self.world.clear(OrbitCamera(field_of_view=50, shift=(0.0, 0.05), **view))
        return self.ball(walk, self.look)


class Fading(Group):
    """How bright the units of each layer are, one square a layer, in a row that fills from the left; as a mover its
    steps are layers."""

    def __init__(self, lesson: Lesson, signal: Floats, name: str) -> None:
        depth, units = signal.shape
        rows = 8
        squares = np.zeros((rows, depth * (units // rows + 1)))
        across = units // rows
        for k, layer in enumerate(signal):
            begin = k * (across + 1)
            squares[:, begin : begin + across] = layer.reshape(rows, across)
        self._across = across + 1
        shown = np.clip(squares / _BRIGHT, 0, 1)[..., None]
        ground, ink = (np.array(to_rgb(one)) for one in (lesson.palette.ground, lesson.palette.ink))
        alpha = np.full((*shown.shape[:2], 1), 255.0)
        self._pixels = np.concatenate([255 * ((1 - shown) * ground + shown * ink), alpha], axis=-1).astype(np.uint8)
        gaps = np.arange(squares.shape[1]) % self._across == across
        self._pixels[:, gaps, 3] = 0
        self._image = ImageMobject(self._pixels.repeat(6, axis=0).repeat(3, axis=1))
        self._image.stretch_to_fit_width(min(11.6, lesson.shape.room.width)).stretch_to_fit_height(0.75)
        words = lesson.text(name, BODY, weight="SEMIBOLD").next_to(self._image, UP, buff=0.1, aligned_edge=LEFT)
        super().__init__(self._image, words)
        self.move(0.0)

    def move(self, step: float) -> None:
        """Show so many layers."""
        seen = self._pixels.copy()
        seen[:, int(step * self._across) :, 3] = 0
        self._image.pixel_array = seen.repeat(6, axis=0).repeat(3, axis=1)
