"""Learning-rate schedules: a factor on the optimizer's `lr`, step by step.

A schedule is a frozen dataclass, called as `schedule(step, steps)` with the step about to be taken, 0 … steps − 1. The
optimizer's `lr` is the peak, where PyTorch's OneCycleLR takes it as `max_lr`.

>>> import landscape as ls
>>> ls.schedules.Cosine()(50, 100)
0.5
>>> walk = ls.descend(ls.terrains.get("rosenbrock"), ls.optimizers.Adam(0.1), schedule=ls.schedules.parse("cosine"))
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from math import pi

from ..core import elementary
from ..core.checks import Count, Inside, Natural, NonNegative, Part, Positive, result
from ..core.registry import Registry


class Schedule(Part, ABC):
    """Base of the schedules."""

    @abstractmethod
    def __call__(self, step: int, steps: int) -> float:
        """The factor on lr for `step` out of `steps`."""

    def try_out(self) -> None:
        result(f"schedule {self.name}", self(0, 10), ())


class Constant(Schedule):
    """Always 1."""

    def __call__(self, step: int, steps: int) -> float:
        return 1.0


_CONSTANT = Constant()


class Step(Schedule):
    """A factor `gamma` at every `every`-th step, or after each tenth of the run if every = 0.

        γ^⌊t / every⌋   or   γ^⌊10 t / T⌋

    PyTorch's StepLR.
    """

    gamma: Positive = 0.5
    every: Natural = 0

    def __call__(self, step: int, steps: int) -> float:
        times = step // self.every if self.every else 10 * step // max(1, steps)
        return elementary.power(self.gamma, times)


class Exponential(Schedule):
    """Falls by the same factor at every step, to `end` after the last.

        end^(t / T)

    PyTorch's ExponentialLR with γ = end^(1/T).
    """

    end: Positive = 0.01

    def __call__(self, step: int, steps: int) -> float:
        return elementary.power(self.end, step / max(1, steps))


class Cosine(Schedule):
    """Half a cosine from 1 down to `end`.

        end + (1 − end) · ½ (1 + cos πt/T)

    PyTorch's CosineAnnealingLR with T_max = T and eta_min = end · lr.

    Source: Loshchilov & Hutter 2017.
    """

    end: NonNegative = 0.0

    def __call__(self, step: int, steps: int) -> float:
        return self.end + (1 - self.end) * 0.5 * (1 + elementary.cos(pi * step / max(1, steps)))


class Warmup(Schedule):
    """Rises evenly to 1 over the first `length` steps; what is left follows `then`.

        (t + 1) / length,   then   then(t − length, T − length)

    PyTorch's LinearLR from 1/length, with SequentialLR.
    """

    length: Count = 100
    then: Schedule = _CONSTANT

    def __call__(self, step: int, steps: int) -> float:
        if step < self.length:
            return (step + 1) / self.length
        return self.then(step - self.length, steps - self.length)


class OneCycle(Schedule):
    """Up along a cosine from 1/`divide` in the first part of the run, then down to almost nothing.

        up over the share `rise` of all steps, down to 1/(divide · divide_end)

    PyTorch's OneCycleLR with anneal_strategy="cos" and cycle_momentum=False.

    Source: Smith & Topin 2018.
    """

    rise: Inside = 0.3
    divide: Positive = 25.0
    divide_end: Positive = 1e4

    def __call__(self, step: int, steps: int) -> float:
        # There is no step after the last one.
        last = max(1, steps - 1)
        step, top = min(step, last), self.rise * steps - 1
        low, end = 1 / self.divide, 1 / self.divide / self.divide_end
        if step <= top:
            return _cosine(low, 1.0, step / top if top else 1.0)
        return _cosine(1.0, end, (step - top) / (last - top))


def _cosine(start: float, end: float, share: float) -> float:
    """From start to end along half a cosine."""
    return end + (start - end) / 2 * (1 + elementary.cos(pi * share))


registry: Registry[Schedule] = Registry("schedule", Schedule, [Constant, Step, Exponential, Cosine, Warmup, OneCycle])
names, get, register = registry.names, registry.get, registry.register
parse, stored, text, of = registry.parse, registry.stored, registry.text, registry.of
