"""The mountain range: the activation shapes it, descent is the strategy, backpropagation the radar, the optimizer the
vehicle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from manim import DOWN, LEFT, FadeIn, FadeOut, VGroup
from numpy.typing import NDArray

from landscape import datasets, evidence
from landscape.core.annotations import Array, Floats
from landscape.core.numerals import number
from landscape.evidence import Finding
from landscape.evidence.real_grounds import RealGround, as_one_matrix, real_ground, trained, with_activation
from landscape.optimizers import SGD, Adam
from landscape.surfaces import Surface
from landscape.terrains import Terrain

from ..answers import Answers
from ..stage import BODY, SMALL, Lesson
from ..strokes import plain
from ..world import OrbitCamera, Radar, World

_SHOWN = 24  # test digits
_ABOVE = 1.5  # times the highest loss of ReLU's ground
_HEIGHT = 0.9  # of the model
_REACH = 0.5  # of the world, how far the radar sees
_ARROW = 0.42  # of the world, how long the compass's arrow is
_NEAR = 0.9  # the span of a camera that stands beside what travels
_SMALL = 0.035  # of the world, the length of a vehicle
_PARTS = ("activation", "descent", "backprop", "optimizer")


@dataclass(frozen=True)
class MountainRange:
    """One network's loss over one plane of its weights, with three activations; and what a network reads that stands
    still.

    grounds : by the activation, the loss on the plane, and far around. ground : that of ReLU, with what travels there.
    apart : the largest difference of what the network says without an activation from what its one matrix says, to the
    largest of what it says. images : (n, 784), labels, says : (n,), the first test digits, and what a deep sigmoid
    network says that plain SGD trained. accuracy : of all of them. usual : the digit that it says most often, and how
    often.
    """

    finding: Finding
    ground: RealGround
    grounds: dict[str, tuple[Surface, Terrain]]
    apart: float
    images: Array
    labels: NDArray[np.int64]
    says: NDArray[np.int64]
    accuracy: float
    usual: tuple[int, float]


class RolesLesson(Lesson):
    """Who does what."""

    def solve(self) -> MountainRange:
        data, old, ground = datasets.load(), trained("sigmoid", "sgd"), real_ground("relu")
        says = old.mlp.logits(old.params, data.x_test).argmax(axis=1)
        often = np.bincount(says, minlength=10)
        through, at_once = as_one_matrix(ground.runs["sgd"].snapshots[0])
        grounds = {one: with_activation(ground, one) for one in ("identity", "sigmoid")}
        shown = slice(_SHOWN)
        return MountainRange(
            evidence.stored()["coevolution"],
            ground,
            grounds | {"relu": (ground.surface, ground.wide)},
            float(np.abs(through - at_once).max() / np.abs(through).max()),
            data.x_test[shown],
            data.y_test[shown],
            says[shown],
            float(np.mean(says == data.y_test)),
            (int(often.argmax()), float(often.max() / often.sum())),
        )

    def construct(self) -> None:
        solved: MountainRange = self.solved
        settings = solved.finding.settings

        # The question that hurts.
        self.set_scene(azimuth=-60)
        board = Answers(self, solved.images, solved.labels, solved.says)
        usual, share = solved.usual
        reads: dict[str, Any] = {"accuracy": self.percent(solved.accuracy, 1), "usual": usual}
        reads |= {"often": self.percent(share)}
        self.add(self.title())
        self.say("question", FadeIn(board.digits), layers=settings["deep"], images=settings["images"], run_time=1.2)
        self.pause(0.5)
        self.say("hurts_all" if share == 1 else "hurts_some", FadeIn(board.said), run_time=1.2, **reads)
        self.pause(1.5)

        # The loss is a mountain range; without an activation a plain bowl.
        worlds = self._worlds()
        self.leave(FadeOut(board))
        start = OrbitCamera(azimuth=118, elevation=13, span=1.5, field_of_view=52, target=(0.0, 0.0, 0.6))
        self.enter(worlds["identity"], start)
        note = self.height_note()
        self.say("loss", FadeIn(note), parameters=solved.ground.runs["sgd"].params.size, run_time=0.8)
        self.fly(azimuth=140, elevation=26, span=2.1, run_time=5)
        cards = self.column(*(self._card(key) for key in _PARTS), gap=0.22)
        beside: dict[str, Any] = {"shift": (-0.3, 0.1)}
        low = number(float(solved.grounds["identity"][0].loss.min()))
        self.say("identity", layers=settings["deep"] + 1, apart=number(solved.apart, 1), low=low)
        self.fly(azimuth=150, elevation=30, span=2.3, target=(0.0, 0.0, 0.4), run_time=4)
        self.pause(0.5)

        # The shaper of the terrain.
        said: dict[str, Any] = {name: self._ends(one) for name, (one, _) in solved.grounds.items()}
        self.say("sigmoid", FadeIn(cards[0]), FadeOut(note), **said["sigmoid"])
        self.become(worlds["sigmoid"], run_time=4, azimuth=160, span=2.3, **beside)
        self.pause(0.5)
        self.say("relu", **said["relu"])
        self.become(worlds["relu"], run_time=4, azimuth=172, elevation=34, **beside)
        self.fly(azimuth=180, run_time=2)
        self.pause(0.5)

        # The strategy, and the survey.
        ground = solved.ground
        walker = self.ball(ground.walks["sgd"], plain(self.palette.ink), self.word("here"))
        place = np.asarray(walker.here())
        downhill = -ground.surface.gradient(walker.walk.x[0])
        compass = self._compass(walker.walk.x[0], downhill)
        self.say("say_descent", FadeIn(cards[1]))
        target: dict[str, Any] = {"target": tuple(place.tolist()), "span": _NEAR, "elevation": 20}
        target |= {"shift": (-0.3, -0.05)}
        self.fly(azimuth=196, run_time=1.5, **target)
        self.fly(moves=compass, azimuth=205, run_time=3.5)
        self.pause(0.5)
        slope = number(float(ground.runs["sgd"].history["gradient_norm"][0]))
        self.say("say_backprop", FadeIn(cards[2]), slope=slope)

        def sweep(share: float) -> None:
            self.radar = Radar(tuple(place.tolist()), _REACH, 2 * share, self.palette.accent)

        self.fly(moves=sweep, azimuth=222, elevation=26, span=1.1, run_time=4.5)
        self.radar, self.arrows = None, []
        self.pause(0.3)

        # The vehicles: both from the same place.
        self.travellers.remove(walker)
        self.play(FadeOut(walker.label), run_time=0.2)
        looks = self.palette.styles([SGD(), Adam()])
        self.say("say_optimizer", FadeIn(cards[3]))
        riders = [self.ball(ground.walks[name], look) for name, look in zip(("sgd", "adam"), looks, strict=True)]
        last = float(riders[0].walk.steps[-1])
        far: dict[str, Any] = {"elevation": 38, "span": 1.9, "target": (0.0, 0.0, 0.2), "shift": (-0.3, 0.05)}
        self.drive(riders, last, run_time=7, pace=2.2, azimuth=236, **far)
        values = solved.finding.values
        read: dict[str, Any] = {name: self.percent(values[f"ground_{name}"].value, 1) for name in ("sgd", "adam")}
        self.say("arrived", seeds=values["ground_sgd"].n, **read)
        self.fly(azimuth=244, run_time=3)
        self.pause(0.5)

        # The one sentence that ties them, and the map that papers print.
        self.say("answer")
        self.fly(view=self.view.above(azimuth=360.0, span=3.2, shift=(-0.3, 0.1)), run_time=4)
        self.pause(1.5)

    def _worlds(self) -> dict[str, World]:
        """To one scale, in which ReLU's is nearly as high as the model: others may rise above it."""
        grounds = self.solved.grounds
        lowest, highest = (
            min(float(one.loss.min()) for one, _ in grounds.values()),
            float(grounds["relu"][0].loss.max()),
        )
        scale: dict[str, Any] = {"scale": "log", "height": _HEIGHT, "vehicle": _SMALL}
        scale |= {"span": (lowest, _ABOVE * highest)}
        return {name: self.world_of(one, beyond=wide, **scale) for name, (one, wide) in grounds.items()}

    def _ends(self, surface: Surface) -> dict[str, Any]:
        """The lowest loss and the highest of a ground."""
        return {"low": number(float(surface.loss.min())), "high": number(float(surface.loss.max()))}

    def _card(self, key: str) -> VGroup:
        """A part's name and its image."""
        name = self.text(self.word(key), BODY, weight="SEMIBOLD")
        image = self.text(self.word(f"{key}_image"), SMALL, self.palette.accent)
        return VGroup(name, image).arrange(DOWN, buff=0.1, aligned_edge=LEFT)

    def _compass(self, here: Floats, downhill: Floats) -> Any:
        """An arrow turns until it points down the steepest way."""
        length = _ARROW * float(np.ptp(self.world.relief.terrain.domain[0])) / 2
        at_last = np.arctan2(downhill[1], downhill[0])

        def turn(share: float) -> None:
            angle = at_last + 2.6 * np.cos(7 * share) * (1 - min(1.0, 1.3 * share)) ** 2
            vector = length * np.array([np.cos(angle), np.sin(angle)])
            self.arrows = [self.world.arrow(here, vector, self.palette.accent, 12.0)]

        return turn
