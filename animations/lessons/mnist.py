"""Two real MNIST runs from one start, on the plane that holds most of their movement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from manim import LEFT, RIGHT, UP, FadeIn, VGroup, smooth

from landscape import datasets, planes
from landscape.figures.labels import name_of
from landscape.network import MLP
from landscape.optimizers import SGD, Adam
from landscape.projection import project
from landscape.run import Run
from landscape.surfaces import Surface, surface
from landscape.training import train
from landscape.trajectory import Trajectory

from ..panels import Chart, Curve, Legend, along
from ..stage import MARGIN, SMALL, Drive, Lesson
from ..world import Ball, OrbitCamera, Trail, World

_IMAGES = 10_000


@dataclass(frozen=True)
class Journey:
    """The runs, and each of them on the surface over their common plane."""

    runs: list[Run]
    surface: Surface
    walks: list[Trajectory]

    @classmethod
    def of(cls, folders: Sequence[str | Path]) -> Journey:
        """From run folders; without any, SGD and Adam are trained for one epoch now."""
        data = datasets.load()
        runs = [Run.load(folder) for folder in folders]
        if not runs:
            runs = [train(MLP((784, 128, 10)), data, optimizer) for optimizer in (SGD(lr=0.1), Adam(lr=1e-3))]
        x, y = data.x_train[:_IMAGES], data.y_train[:_IMAGES]
        plane = planes.pca(runs)
        terrain = surface(runs[0].network, plane, x, y)
        return cls(runs, terrain, [project(run, terrain, x, y) for run in runs])


class MnistLesson(Lesson):
    """Fly around the real terrain while the runs cross it."""

    name: ClassVar[str] = "mnist"
    shows_runs: ClassVar[bool] = True

    def __init__(self, runs: Sequence[str | Path] = (), journey: Journey | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.journey = journey or Journey.of(runs)

    def construct(self) -> None:
        # Solve.
        walks, terrain = self.journey.walks, self.journey.surface
        run = self.journey.runs[0]
        last = max(int(walk.steps[-1]) for walk in walks)

        # Set the stage.
        self.world = World(terrain, (self.camera.pixel_width, self.camera.pixel_height), self.palette)
        self._paths = [self.world.drape(walk.x) for walk in walks]
        self.view = OrbitCamera(azimuth=-62, elevation=54, distance=5.2, shift=(0.0, 0.14))
        self.step, self.travelling = 0.0, False
        self.camera.backdrop = self._frame
        title = self.title("title")
        self.add(title)
        optimizers = " and ".join(type(run.optimizer).__name__ for run in self.journey.runs)
        self.say("question", parameters=run.params.size, optimizers=optimizers, run_time=0.8)
        self._fly(5, azimuth=-38, elevation=40, distance=5.0)

        # What the picture is, and how much of the truth it holds.
        self.say("plane", faithful=terrain.plane.faithfulness, images=_IMAGES)
        self._fly(5, azimuth=-12, elevation=40, distance=5.1, shift=(-0.38, 0.12))

        # The start lies off the plane: say so before anything moves.
        self.travelling = True
        chart, curves, legend = self._chart(last)
        start = walks[0]
        self.say(
            "start",
            FadeIn(chart),
            FadeIn(legend),
            residual=start.residual[0] if start.residual is not None else 0.0,
            true=start.loss[0],
            shown=float(terrain.value(start.x[0])),
        )
        self._fly(3.5, azimuth=-2)

        # The journey.
        self.say("drive", epochs=run.settings["epochs"])
        self.add(*curves)

        def move(share: float) -> None:
            self.step = last * share**1.5
            self._turn(share, azimuth=(-2, 58), elevation=(40, 34))
            for curve in curves:
                curve.move(self.step)

        self.play(Drive(move, *curves), run_time=12)

        # Where they arrived.
        accuracies = ", ".join(
            f"{type(run.optimizer).__name__} {100 * run.test_accuracy:.2f} %" for run in self.journey.runs
        )
        self.say("answer", accuracies=accuracies)
        self._fly(6, azimuth=0, elevation=56, distance=5.0, shift=(-0.38, 0.02))
        self.wait(2)

    def balls(self) -> list[Ball]:
        """The balls as they lie now: each at its trajectory's point for the current step."""
        if not self.travelling:
            return []
        return [
            Ball(along(walk.steps, walk.x, self.step)[0], self.colour(walk.optimizer)) for walk in self.journey.walks
        ]

    def _frame(self) -> Any:
        trails = []
        if self.travelling:
            for walk, (points, rows) in zip(self.journey.walks, self._paths, strict=True):
                row = np.interp(self.step, walk.steps, np.arange(len(walk.steps)))
                trails.append(Trail(points[: np.searchsorted(rows, row, side="right")], self.colour(walk.optimizer)))
        return self.world.frame(self.view, self.balls(), trails)

    def _fly(self, run_time: float, **to: Any) -> None:
        """Ease the camera to new values of its attributes."""
        start = {key: getattr(self.view, key) for key in to}
        moves = {key: (start[key], to[key]) for key in to}
        self.play(Drive(lambda share: self._turn(share, **moves), rate_func=smooth), run_time=run_time)

    def _turn(self, share: float, **moves: tuple[Any, Any]) -> None:
        values: dict[str, Any] = {}
        for key, (a, b) in moves.items():
            value = (1 - share) * np.asarray(a) + share * np.asarray(b)
            values[key] = tuple(value.tolist()) if value.ndim else float(value)
        self.view = replace(self.view, **values)

    def _chart(self, last: int) -> tuple[VGroup, list[Curve], VGroup]:
        """The chart of true and in-plane losses on a panel at the right, its curves, and the legend."""
        shown = [walk.terrain.value(walk.x) for walk in self.journey.walks]
        losses = np.concatenate([*shown, *(walk.loss for walk in self.journey.walks)])
        losses = losses[np.isfinite(losses)]
        chart = Chart(self, last, (0.8 * losses.min(), 1.2 * losses.max()), 3.5, 2.9, self.word("chart"))
        legend = Legend(
            self, [(name_of(walk.optimizer), self.colour(walk.optimizer)) for walk in self.journey.walks], SMALL
        )
        legend.next_to(chart, UP, buff=0.25).align_to(chart.field, LEFT)
        panel = VGroup(chart, legend).to_corner(UP + RIGHT, buff=MARGIN + 0.05)
        backing = self.backing(panel)
        curves = []
        for walk, in_plane in zip(self.journey.walks, shown, strict=True):
            colour = self.colour(walk.optimizer)
            curves.append(Curve(chart, walk.steps, walk.loss, colour))
            curves.append(Curve(chart, walk.steps, in_plane, colour, width=1.8, dot=False))
        return VGroup(backing, chart), curves, legend


LESSON = MnistLesson
