"""Optimizers on one surface of a real network's loss, flown around."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from manim import DOWN, LEFT, FadeIn, FadeOut, Group, VGroup

from landscape import Run, datasets
from landscape.core.numerals import number
from landscape.evidence.crossed import of_digits
from landscape.evidence.real_grounds import Journey, four_on_digits, journey, recorded_journey
from landscape.figures.names import distinct_names, short_name
from landscape.figures.scales import scale_of
from landscape.figures.words import of_data
from landscape.models.objective import objective
from landscape.training.recorded import known

from ..charts import Chart, Curve, linear
from ..material import Material
from ..panels import Legend, Table
from ..stage import BODY, SMALL, Lesson
from ..world import OrbitCamera, Trail


class MnistLesson(Lesson):
    """Fly around the real terrain while the runs cross it."""

    takes: ClassVar = frozenset({"runs"})

    @classmethod
    def check(cls, material: Material) -> None:
        if _recorded(runs := _runs(material.runs)):
            objective(known([run.network for run in runs]))

    def solve(self) -> Journey:
        """From run folders; without any, four optimizers train for an epoch, each at the best of the same rates.

        ValueError for runs of different networks, OtherDataError for those of other data than MNIST.
        """
        runs = _runs(self.material.runs)
        return recorded_journey(runs) if _recorded(runs) else journey(runs or four_on_digits(), datasets.load())

    def construct(self) -> None:
        solved: Journey = self.solved
        walks, run = solved.walks, solved.runs[0]
        last = max(1, *(int(walk.steps[-1]) for walk in walks))
        looks = self.palette.styles([walk.optimizer for walk in walks])
        full = distinct_names(solved.runs)
        short = [short_name(walk.optimizer) for walk in walks]
        names = self.names = short if len(set(short)) == len(short) else full

        # The terrain.
        view = OrbitCamera(azimuth=-70, elevation=46, span=3.6, shift=(0.0, 0.08))
        self.enter(solved.surface, view, height=0.5, beyond=solved.wide)
        data = solved.data.upper() if solved.data == "mnist" else solved.data
        foreign = "_foreign" if _recorded(solved.runs) else ""  # models of other libraries, with data of their own
        self.add(self.title("title_data", data=data), self.height_note())
        alone = "_one" if len(walks) == 1 else "_own"
        own = alone if self.material.runs else ""  # of runs that the user brings little is known
        self.say(f"question{own}", parameters=run.params.size, optimizers=len(walks), run_time=0.8)
        self.fly(azimuth=-40, elevation=36, span=3.3, run_time=5)
        self.pause(0.5)

        # What the picture is, and how much of the truth it holds.
        plane = solved.surface.plane
        assert plane.explained is not None
        assert plane.null_explained is not None
        held = {"held": 100 * plane.explained.sum(), "null": 100 * plane.null_explained.sum()}
        sample = of_data(solved.own) or self.word("own_data") if foreign else ""
        self.say(f"plane{foreign}", images=solved.images, sample=sample, **held)
        self.fly(azimuth=-16, elevation=38, span=3.2, shift=(-0.36, 0.04), run_time=5)
        self.pause(1)

        # The start lies off the plane, so its true loss is above the ground: say so before anything moves.
        start = walks[0]
        post = self.world.relief.place(
            np.repeat(start.x[:1], 2, axis=0), [float(self.world.relief.terrain.value(start.x[0])), start.loss[0]]
        )
        self.strokes = [Trail(post, self.palette.accent, 9.0)]
        axes = linear(0, last), scale_of(walks)
        chart = Chart(self, *axes, 3.9, 2.4, self.word("chart"), self.word("steps"))
        legend = Legend(self, list(zip(full, looks, strict=True)))
        column = self.column(VGroup(legend, chart).arrange(DOWN, buff=0.3, aligned_edge=LEFT))
        together = all(np.array_equal(one.snapshots[0], run.snapshots[0]) for one in solved.runs)
        self.say(
            "start" if together else "start_first",
            FadeIn(column),
            residual=start.residual[0],
            true=start.loss[0],
            shown=start.in_plane[0],
        )
        self.fly(azimuth=-4, run_time=4)
        self.pause(0.5)

        # The journey.
        balls = [self.ball(walk, look, name) for walk, look, name in zip(walks, looks, names, strict=True)]
        curves = [
            Curve(chart, walk.steps, walk.loss, look, lost=bool(walk.diverged))
            for walk, look in zip(walks, looks, strict=True)
        ]
        thin = [
            Curve(chart, walk.steps, walk.in_plane, look, 1.8, head=False, lost=bool(walk.diverged))
            for walk, look in zip(walks, looks, strict=True)
        ]
        self.say(f"drive{foreign}", data=data, steps=last)
        self.strokes = []
        self.drive([*balls, *thin, *curves], last, run_time=12, pace=2.0, azimuth=52, elevation=34)
        self.pause(1)

        # From above it is the map that figures show.
        self.say("above")
        self.fly(view=self.view.above(span=3.2, shift=(-0.36, 0.06)), run_time=4)
        self.pause(0.5)

        # Where they arrived.
        self.play(FadeOut(Group(column, *curves, *thin)), run_time=0.4)
        lost = sum(one.diverged for one in solved.runs)
        accuracies = [one for one in solved.read if np.isfinite(one)]
        if not accuracies and not lost:
            answer = "answer_foreign"
        elif len(accuracies) < 2:
            answer = "answer_lost" if lost else f"answer_one{foreign}"
        else:
            answer = "answer_others" if lost else f"answer{own}"
        spread = 100 * float(np.ptp(accuracies)) if accuracies else 0.0
        table = FadeIn(self.column(self._table([look.colour for look in looks])))
        self.say(answer, table, lost=lost, optimizers=len(walks), spread=spread)
        self.fly(view=view, azimuth=10, elevation=44, span=3.1, shift=(-0.36, 0.06), run_time=6)
        self.pause(1)

    def _table(self, colours: Sequence[str]) -> Table:
        """Accuracy, true loss and distance off the plane at the end."""
        solved: Journey = self.solved
        right = "accuracy_foreign" if solved.accuracies else "accuracy"
        heads = [self.lines(self.word(key), 12, SMALL, self.palette.muted) for key in (right, "end_loss", "off")]
        rows = [["", *heads]]
        each = zip(solved.runs, solved.read, solved.walks, self.names, colours, strict=True)
        for run, read, walk, name, colour in each:
            accuracy = self.percent(read, 2) if np.isfinite(read) else "–"
            numbers = (accuracy, number(walk.loss[-1]), f"{walk.residual[-1]:.1f}")
            if run.diverged:
                numbers = (self.word("lost"), "–", "–")
            cells = [self.text(one, BODY, colour, "SEMIBOLD") for one in numbers]
            rows.append([self.lines(name, 14, BODY, colour), *cells])
        return Table(self, rows, (0.0, 2.9, 4.5, 6.0))


def _runs(folders: Sequence[str]) -> list[Run]:
    """Those in folders, of models of other libraries or of MNIST."""
    runs = [Run.load(folder) for folder in folders]
    return runs if _recorded(runs) else of_digits(folders, datasets.load(), "mnist")


def _recorded(runs: Sequence[Run]) -> bool:
    return bool(runs) and all(run.is_recorded for run in runs)
