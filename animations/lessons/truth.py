"""The truth: one iteration number by number, four optimizers on real ground, where Adam loses, and who needed it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from manim import DOWN, LEFT, Create, FadeIn, FadeOut, Line, Square, VGroup
from numpy.typing import NDArray

from landscape import datasets, evidence, optimizers
from landscape.core.annotations import Array, Floats
from landscape.core.numerals import fixed, number
from landscape.evidence import Finding
from landscape.evidence.claim_words import of_claim
from landscape.evidence.claims.adaptive import KAPPA, REDDI, STEPS, reddi
from landscape.evidence.claims.iteration import BATCH, Iteration, one_iteration
from landscape.evidence.comparing import clear_way, points
from landscape.evidence.real_grounds import Journey, RealGround, four_on_digits, journey, real_ground, through, trained
from landscape.figures.names import short_name
from landscape.optimizers import Adam
from landscape.terrains import Ravine
from landscape.walks.descent import descend
from landscape.walks.trajectory import Trajectory

from ..answers import Answers
from ..apart import Apart
from ..charts import Chart, Curve, linear
from ..following import Chain, lanes
from ..panels import Bars, Legend
from ..shapes import Room
from ..stage import BODY, SMALL, Lesson
from ..tableaux import Tile, digit, mosaic
from ..travelling import Traveller
from ..world import OrbitCamera
from .evolution import BOTH, GROUND, OLD, VEHICLE, VEHICLES, Cells, Evolution

LOSS, NEW = "loss", "new_weight"  # the names that are words

_BRIGHT = 0.9  # of a pixel that is followed, at the least
_LARGE = 2.9  # of the scene, a digit
_UNITS = 8  # whose weights are seen as pictures
_SHOWN = 24  # test digits
_BESIDE = 12.0  # of the scene, how wide sentences are with their verdicts beside them
_GRIP_AT, _GRIP_LR = 20, 0.3  # steps after which a car's grip is looked at, and its rate
_RING = 0.16  # of a terrain's width, the longer half axis of the grip's ellipse
_LEVEL = 1.25  # times as high as the lowest, at the most, are losses that are called alike
_SENTENCES = ("plateau", "relu", "ravine", "saddle", "cliff", "coevolution", "demand")
_TURNED = ("rmsprop", "adam", "momentum")  # of the claim on adaptive rates
_HUES = {"holds": "green", "holds when": "olive", "does not hold as said": "magenta"}


@dataclass(frozen=True)
class Followed:
    """One pixel, the unit that a weight carries it to, and the numbers on the way, in order.

    row, column : of the pixel in its image. forward, back, update : names and values.
    """

    row: int
    column: int
    unit: int
    forward: list[tuple[str, float]]
    back: list[tuple[str, float]]
    update: list[tuple[str, float]]


@dataclass(frozen=True)
class Truth:
    """One iteration, four optimizers on one ground, the table of grounds and vehicles, and digits that are read.

    findings : as they are stored. images : (n, 784), labels : (n,), says : (n,), what the deep sigmoid network says
    that Adam trained. reddi : (2, steps), where Adam and AMSGrad are in Reddi's example.
    """

    iteration: Iteration
    journey: Journey
    plain: RealGround
    findings: dict[str, Finding]
    images: Array
    labels: NDArray[np.int64]
    says: NDArray[np.int64]
    reddi: Floats

    @property
    def evolution(self) -> Evolution:
        """The table as the lesson evolution reads it."""
        return Evolution(self.findings["coevolution"], 0.0)


class TruthLesson(Lesson):
    """What holds of the story."""

    def solve(self) -> Truth:
        data = datasets.load()
        run, shown = trained("sigmoid", "adam"), slice(_SHOWN)
        says = run.mlp.logits(run.params, data.x_test[shown]).argmax(axis=1)
        findings = {name: evidence.stored()[name] for name in (*_SENTENCES, "adaptive")}
        walks = np.array([reddi(one) for one in REDDI])
        four = four_on_digits()
        # The plane goes through the ends of the first and of the last, plain SGD and Adam.
        grounds = journey(four, data, through([four[0], four[-1]])), real_ground("sigmoid")
        return Truth(one_iteration(data), *grounds, findings, data.x_test[shown], data.y_test[shown], says, walks)

    def construct(self) -> None:
        solved: Truth = self.solved
        self._follow()
        self._four()
        self._turned()
        self._left_out()

        # What holds of each sentence.
        self.leave()
        self.set_scene(azimuth=-60)
        rows = self.fitted(self._sentences())
        verdicts = [solved.findings[name].verdict for name in _SENTENCES]
        self.say("verdicts", holds=verdicts.count("holds"), all=len(verdicts), run_time=0.8)
        for row in rows:
            self.play(FadeIn(row), run_time=0.9)
        self.pause(2)

        # The answer to the first question.
        self.play(FadeOut(rows), run_time=0.5)
        board = Answers(self, solved.images, solved.labels, solved.says)
        right = int(np.sum(solved.says == solved.labels))
        self.say("again", FadeIn(board.digits), right=right, all=len(solved.says))
        for k in range(len(board.said)):
            self.play(FadeIn(board.said[k]), run_time=0.12)
        self.pause(1)
        self.say(f"answer_{solved.evolution.answer}")
        self.pause(0.5)

        # And the whole team once more.
        self.leave(FadeOut(board))
        riders = self._ride(azimuth=14, elevation=26, span=1.3)
        for rider in riders:
            rider.move(float(rider.walk.steps[-1]))
        self.say("team", run_time=0.8)
        self.fly(azimuth=46, elevation=44, span=2.9, run_time=7)
        self.pause(1.5)

    def _follow(self) -> None:
        """One pixel and one weight through one iteration; then all of them."""
        solved: Truth = self.solved
        one = solved.iteration
        found = followed(one)
        self.set_scene(azimuth=150)
        room = self.shape.room
        if room.width > _BESIDE:
            size, place = _LARGE, [-5.3, 0.6, 0]
            room = Room(-1.4, 2.9, 10.4, 1.65)
        else:
            size = _LARGE / 1.5
            place = [0, room.high - size / 2, 0]
            room = replace(room, high=room.high - size - 0.3)
        picture = digit(self, one.trace.x[0], size).move_to(place)
        cell = size / 28
        corner = picture.get_center() + cell * np.array([found.column - 13.5, 13.5 - found.row, 0])
        mark = Square(2.6 * cell, stroke_color=self.palette.accent, stroke_width=6).move_to(corner)
        blue, orange, accent = self.palette.hues["blue"], self.palette.hues["magenta"], self.palette.accent
        there, back_, again = lanes(room, 3)
        forward, back, update = (
            Chain(self, [(self.word(name), number(value)) for name, value in entries], *lane, colour)
            for entries, lane, colour in (
                (found.forward, there, blue),
                (found.back, back_[::-1], orange),
                (found.update, again, accent),
            )
        )
        values = dict(found.forward) | dict(found.back) | dict(found.update)
        self.add(self.title())
        size = one.net.params.size
        self.say("pixel", FadeIn(picture), batch=BATCH, run_time=0.8)
        ray = Line(mark.get_center(), forward.mouth, buff=1.3 * cell, stroke_color=accent, stroke_width=4)
        self.play(FadeIn(mark, scale=5), run_time=0.8)
        self.play(Create(ray), run_time=0.5)
        self.drive([forward], 2.0, run_time=2)
        self.say("forward", unit=found.unit + 1, z=number(values["z₁"]), a=number(values["a₁"]))
        self.drive([forward], 4.0, first=2.0, run_time=3)
        self.say("says", label=int(one.labels[0]), p=self.percent(values["p"]), loss=f"{values[LOSS]:.2f}")
        self.drive([forward], float(len(found.forward)), first=4.0, run_time=3)
        self.say("back")
        self.drive([back], float(len(found.back)), run_time=3.5)
        self.say("update", step=number(values["Δ"]), lr=number(one.lr), w=number(values[NEW]))
        self.drive([update], float(len(found.update)), run_time=3.5)
        (w1, _), _ = one.net.layers(one.trace.gradient)
        strongest = np.argsort(-np.abs(w1).sum(axis=0))[:_UNITS]
        pictures = w1.T[strongest].reshape(-1, 28, 28)
        wide = min(7.6, room.width, 2 * room.height)
        tile = Tile(self, mosaic(pictures / np.abs(pictures).max(axis=(1, 2), keepdims=True), 4), wide, wide / 2)
        tile.move_to([*room.middle, 0])
        everything = [FadeOut(one) for one in (forward, back, update, ray, mark)]
        said: dict[str, Any] = {"parameters": size, "units": _UNITS, "batch": BATCH}
        self.say("all", *everything, FadeIn(tile), before=one.trace.loss, after=one.after, **said)
        self.pause(1.5)
        self.leave(FadeOut(picture), FadeOut(tile))

    def _four(self) -> None:
        """Four optimizers on one real ground."""
        solved: Truth = self.solved
        ground = solved.journey
        riders = self._ride(azimuth=-24, elevation=26, span=1.3, shift=(-0.1, 0.0))
        looks = [rider.look for rider in riders]
        demand = solved.findings["demand"]
        names = [walk.optimizer.name for walk in ground.walks]
        reads = {name: self.percent(demand.values[name].value, 1) for name in names}
        self.say("four", run_time=0.8)
        last = max(float(walk.steps[-1]) for walk in ground.walks)
        self.drive(riders, last, run_time=7, pace=2.2, azimuth=8, elevation=36, span=1.4)
        # On a map far apart is not higher or lower.
        losses = [float(walk.loss[-1]) for walk in ground.walks]
        level = "same" if max(losses) < _LEVEL * min(losses) else "other"
        self.say(f"depths_{level}", least=number(min(losses)), most=number(max(losses)))
        self.fly(azimuth=13, run_time=2)
        gain = demand.values["over_sgd"].compared
        entries = [
            (short_name(walk.optimizer), demand.values[name].value, look.colour, reads[name])
            for walk, name, look in zip(ground.walks, names, looks, strict=True)
        ]
        bars = Bars(self, entries, 4.8, longest=1.0)
        heading = self.text(self.word("read_mean", seeds=demand.values["adam"].n), SMALL)
        panel = self.column(VGroup(heading, bars).arrange(DOWN, buff=0.25, aligned_edge=LEFT))
        self.say(f"four_{clear_way(gain)}", FadeIn(panel), **points(gain))
        # So high that who came the farthest stands above the caption.
        self.fly(azimuth=18, shift=(self.beside[0], 0.24), run_time=2)
        bands: dict[str, Any] = {f"{name}_band": f"{demand.values[f'{name}_band']:plain}" for name in ("sgd", "adam")}
        wider = demand.values["adam_band"].value - demand.values["sgd_band"].value
        self.say("tuning_more" if wider > 0 else "tuning_not", **bands)
        self.fly(azimuth=32, run_time=3)
        self.leave(FadeOut(panel))

    def _ride(self, **view: Any) -> list[Traveller]:
        """Enter the ground of the four, with all of them."""
        ground = self.solved.journey
        self.enter(ground.surface, height=0.7, scale="log", beyond=ground.wide, vehicle=0.04)
        ends = np.array([walk.x[k] for walk in ground.walks for k in (0, -1)])
        middle = tuple(self.world.relief.place(ends.mean(axis=0)).tolist())
        self.view = self.world.clear(OrbitCamera(field_of_view=50, target=middle, **view))
        looks = self.palette.styles([walk.optimizer for walk in ground.walks])
        return [self.ball(walk, look) for walk, look in zip(ground.walks, looks, strict=True)]

    def _turned(self) -> None:
        """A ravine turns, and the grip is gone."""
        values = self.solved.findings["adaptive"].values
        said: dict[str, Any] = {name: number(values[name].value) for name in _TURNED}
        said |= {f"{name}_turned": number(values[f"{name}_turned"].value) for name in _TURNED}
        grip: dict[str, Any] = {"grip": f"{values['grip'].value:.0f}", "turned": f"{values['grip_turned'].value:.1f}"}
        self._grip(0.0)
        self.say("grip", run_time=0.8, **grip)
        self._show_grip()
        self.leave()
        self._grip(45.0)
        self.say("turned", run_time=0.8, **grip)
        self._show_grip()
        kinds = [optimizers.get(name) for name in _TURNED]
        looks = self.palette.styles(kinds)
        entries = [
            (short_name(kind), values[f"{name}_turned"].value, look.colour, _to(said, name))
            for name, kind, look in zip(_TURNED, kinds, looks, strict=True)
        ]
        longest = max(one for _, one, *_ in entries)
        heading = self.text(self.word("steps_turned"), SMALL)
        bars = Bars(self, entries, 5.2, longest=longest)
        panel = self.column(VGroup(heading, bars).arrange(DOWN, buff=0.25, aligned_edge=LEFT))
        self.say("needed", FadeIn(panel), **said)
        self.fly(azimuth=self.view.azimuth + 12, shift=self.beside, run_time=4)
        self.leave(FadeOut(panel))

        # Where large slopes are rare, to the wrong end.
        self.set_scene(azimuth=20)
        looks, steps = self.palette.styles(REDDI), np.arange(1, STEPS + 1)
        axes, size = (linear(0, STEPS), linear(-1.1, 1.1)), self.chart_size(8.0, 3.0)
        chart = Chart(self, *axes, *size, self.word("place"), self.word("steps"))
        legend = Legend(self, list(zip(map(short_name, REDDI), looks, strict=True)), BODY)
        self.gathered(chart, legend)
        every = np.unique(np.geomspace(1, STEPS, 600).astype(int)) - 1
        curves = [
            Curve(chart, steps[every], walk[every], look) for walk, look in zip(self.solved.reddi, looks, strict=True)
        ]
        wrong = values["reddi_adam"].value > 0 > values["reddi_amsgrad"].value
        names = ("adam", "amsgrad")
        ends: dict[str, Any] = {name: fixed(values[f"reddi_{name}"].value, 3, signed=True) for name in names}
        self.say("reddi_lost" if wrong else "reddi_other", FadeIn(chart), FadeIn(legend), **ends)
        self.drive(curves, STEPS, first=1, run_time=5)
        self.pause(0.3)
        self.leave(FadeOut(chart), FadeOut(legend), *map(FadeOut, curves))

    def _grip(self, angle: float) -> None:
        """Enter a ravine with a car on its way, above it and near."""
        walk = descend(Ravine(KAPPA, angle), Adam(lr=_GRIP_LR), steps=2 * _GRIP_AT)
        self.enter(walk.terrain, scale="sqrt", height=0.5, vehicle=0.07)
        (look,) = self.palette.styles([walk.optimizer])
        self._car = self.ball(walk, look)
        place = self.world.relief.place(walk.x[_GRIP_AT])
        view = OrbitCamera(azimuth=-30, elevation=42, span=1.5, field_of_view=45, target=tuple(place.tolist()))
        self.view = self.world.clear(view)

    def _show_grip(self) -> None:
        """It drives on, and stops for its grip to be seen: how far each direction lets it go for the same slope."""
        walk = self._car.walk
        self.drive([self._car], float(_GRIP_AT), run_time=2.5)
        assert isinstance(walk, Trajectory)
        assert isinstance(walk.optimizer, Adam)
        seen = np.sqrt(walk.state["v"][_GRIP_AT] / (1 - walk.optimizer.beta2**_GRIP_AT))
        radii = _RING * float(np.ptp(walk.terrain.domain[0])) * seen.min() / seen
        apart = Apart(self, walk.x[_GRIP_AT])
        points, name = apart.ring(radii, self.word("grip_name"), self.palette.accent)
        self.play(FadeIn(name), run_time=0.3)
        apart.draw_ring(points, self.palette.accent)
        self.pause(0.3)

    def _left_out(self) -> None:
        """The cell that the story leaves out: the new vehicle on the old ground."""
        solved: Truth = self.solved
        evolution, ground = solved.evolution, solved.plain
        looks = self.palette.styles(VEHICLES)
        self.enter(ground.surface, height=0.65, scale="linear", beyond=ground.wide, vehicle=0.03)
        board = Cells(self, evolution, looks, rated=False)
        known = [board.read(case) for case in (OLD, GROUND, BOTH)]
        at = self.world.relief.place(ground.walks["sgd"].x[0])
        view = OrbitCamera(azimuth=-100, elevation=13, span=0.8, field_of_view=52, target=tuple(at.tolist()))
        self.view = self.world.clear(view)
        walker = self.ball(ground.walks["sgd"], looks[0])
        walker.move(float(walker.walk.steps[-1]))
        car = self.ball(ground.walks["adam"], looks[1])
        self.say("left_out", FadeIn(board.shown[0]), *map(FadeIn, known), run_time=0.8)
        self.fly(azimuth=-94, elevation=11, run_time=3)
        # How it gets away, and only then what comes of it.
        last = float(car.walk.steps[-1])
        far: dict[str, Any] = {name: number(ground.moved(name), 2) for name in ("sgd", "adam")}
        self.say("gets_away", steps=int(last), **far)
        self.drive([car], last, run_time=8, pace=1.3, follow=car, chase=True, elevation=12, span=0.8)
        gain = evolution.gain(VEHICLE)
        read = self.percent(evolution.reads(VEHICLE).value, 1)
        self.say(f"car_{clear_way(gain)}", FadeIn(board.read(VEHICLE)), accuracy=read, **points(gain))
        self.fly(azimuth=self.view.azimuth + 14, elevation=18, run_time=2)
        self.say(f"who_{evolution.answer}")
        self.fly(azimuth=-50, elevation=40, span=2.5, target=(0.0, 0.0, 0.3), shift=self.beside, run_time=4)
        self.pause(0.5)
        self.play(*map(FadeOut, board.shown), run_time=0.4)

    def _sentences(self) -> VGroup:
        """Each sentence of the story, and what the measurements say of it."""
        rows, narrow = VGroup(), self.shape.room.width < _BESIDE
        said = [
            self.text(self.word(verdict.replace(" ", "_")), BODY, self.palette.hues[_HUES[verdict]], "SEMIBOLD")
            for verdict in (self.solved.findings[name].verdict for name in _SENTENCES)
        ]
        beside = max(words.width for words in said) + 0.4
        for name, words in zip(_SENTENCES, said, strict=True):
            claim = self.lines(of_claim(name)("claim"), 54 if narrow else 66, 23)
            if narrow:
                words.next_to(claim, DOWN, buff=0.1, aligned_edge=LEFT)
            else:
                # Before it, where it is not looked for far away.
                words.move_to([0, claim.get_y(), 0], aligned_edge=LEFT)
                claim.move_to([beside, claim.get_y(), 0], aligned_edge=LEFT)
            rows.add(VGroup(claim, words))
        return rows.arrange(DOWN, buff=0.36 if narrow else 0.2, aligned_edge=LEFT)


def followed(one: Iteration) -> Followed:
    """The first digit's bright pixel, and the open unit whose weight from it has the largest gradient."""
    (w1, _), (w2, _) = one.net.layers(one.net.params)
    (g1, _), _ = one.net.layers(one.trace.gradient)
    (s1, _), _ = one.net.layers(one.step)
    x, label = one.trace.x[0], int(one.labels[0])
    z1, z2 = one.trace.z[0][0], one.trace.z[1][0]
    p = one.trace.probabilities[0]
    pulls = np.abs(g1) * (x >= min(_BRIGHT, x.max()))[:, None] * (z1 > 0)
    pixel, unit = np.unravel_index(int(pulls.argmax()), pulls.shape)
    error = p - np.eye(len(p))[label]
    back = float(w2[unit] @ error)
    adam = Adam(lr=one.lr)
    _, state = adam.update(g1[pixel, unit : unit + 1], adam.init(np.zeros(1)), np.zeros(1))
    g, step = float(g1[pixel, unit]), float(s1[pixel, unit])
    m, v = (float(adam.recorded(state)[name][0]) for name in ("m", "v"))
    return Followed(
        int(pixel) // 28,
        int(pixel) % 28,
        int(unit),
        [
            ("x", float(x[pixel])),
            ("W₁", float(w1[pixel, unit])),
            ("z₁", float(z1[unit])),
            ("a₁", float(one.trace.a[0][0, unit])),
            (f"z₂ ({label})", float(z2[label])),
            ("p", float(p[label])),
            (LOSS, float(-np.log(p[label]))),
        ],
        [("∂z₂", float(error[label])), ("∂a₁", back), ("∂z₁", back * float(z1[unit] > 0)), ("∇W₁", g)],
        [
            ("m", m),
            ("v", v),
            ("m̂", m / (1 - adam.beta1)),
            ("v̂", v / (1 - adam.beta2)),
            ("Δ", step),
            (NEW, float(w1[pixel, unit]) + step),
        ],
    )


def _to(said: dict[str, Any], name: str) -> str:
    """From the steps along the axes to those after the turn."""
    return f"{said[name]} → {said[f'{name}_turned']}"
