"""Parts of a user's own, one of each kind, as they stand in one file; tests copy it, or make a plug-in of it."""

from collections.abc import Sequence
from typing import Annotated

import click
import numpy as np
from matplotlib.axes import Axes

import landscape as ls
from landscape.animations import Lesson
from landscape.cli.verbs import verb


class SignMomentum(ls.optimizers.Optimizer):
    """The sign of a momentum."""

    lr: ls.checks.Positive = 0.01
    beta: ls.checks.Fraction = 0.9
    moments = ("m",)

    def _advance(self, g, s, delta, x, lr):
        s["m"] *= self.beta
        s["m"] += (1 - self.beta) * g
        np.sign(s["m"], out=delta)
        delta *= -lr


class Wavy(ls.activations.Activation):
    def function(self, z, out):
        np.sin(z, out=out)

    def derivative(self, z, a, out, work):
        np.cos(z, out=out)

    def second(self, z, a, out, work):
        np.negative(a, out=out)


class Small(ls.initialisers.Initialiser):
    size: ls.checks.Positive = 0.1

    def draw(self, fan_in, fan_out, rng):
        return rng.uniform(-self.size, self.size, size=(fan_in, fan_out))


class Squared(ls.losses.MSE):
    pass


class Falling(ls.schedules.Schedule):
    power: float = 1.0
    then: ls.schedules.Schedule = ls.schedules.Constant()

    def __call__(self, step, steps):
        return (step + 1) ** -self.power * self.then(step, steps)


class Bowl(ls.terrains.Terrain):
    steep: ls.checks.Positive = 1.0
    domain = ((-1.0, 1.0), (-1.0, 1.0))
    start = np.array([0.5, 0.25])

    def value(self, xy):
        return self.steep * np.square(xy).sum(-1)

    def gradient(self, xy):
        return 2 * self.steep * np.asarray(xy)

    def hessian(self, xy):
        return np.broadcast_to(2 * self.steep * np.eye(2), (*np.shape(xy), 2))


def wave(x, y):
    return np.sin(x) + y**2


fast = SignMomentum(lr=0.5)


@ls.figures.kind("how far each run went", chinese="每次训练走了多远")
def distance(runs: Sequence[ls.Run], ax: Axes, *, power: Annotated[ls.checks.Positive, "Of the distance."] = 1.0):
    ends = [np.linalg.norm(run.params - run.snapshots[0]) ** power for run in runs]
    ax.bar(range(len(runs)), ends)


class MyLesson(Lesson):
    """Mine in a moment."""

    def construct(self):
        self.add(self.title())
        self.say("question", steps=60)


@verb(short_help="Greet a terrain.")
@click.argument("terrain")
def greet(terrain):
    click.echo(f"hello {ls.terrains.parse(terrain).name}")
