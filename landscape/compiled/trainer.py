"""A network's training by compiled loops: what can be done so, and the buffers and threads that it is done with."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from threading import Thread
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.annotations import Array, Floats, Labels
from ..networks.activations import GELU, Identity, LeakyReLU, ReLU, Sigmoid, SiLU, Tanh
from ..networks.losses import MSE, CrossEntropy
from ..networks.mlp import MLP
from ..optimizers import Optimizer
from ..optimizers.optimizer import State
from .step_numbers import MOST as NUMBERS
from .step_numbers import names, numbers, place

MOST = 512  # images a batch, beyond which BLAS is as fast

# In the order of their numbers in `rows`.
_ACTIVATIONS: tuple[type, ...] = (Identity, Sigmoid, Tanh, ReLU, LeakyReLU, GELU, SiLU)
_LOSSES: tuple[type, ...] = (CrossEntropy, MSE)
_PROBE, _OFTEN = 16, 50  # steps of a trial with the other number of threads, and how many calls after the last one


def cannot(net: MLP, optimizer: Optimizer, batch_size: int) -> str:
    """Why the compiled loops cannot train this so, in words; empty if they can."""
    parts: list[tuple[Any, tuple[Any, ...]]] = [(net.activation, _ACTIVATIONS), (net.loss, _LOSSES)]
    for part, known in parts:
        # A subclass may compute something else.
        if type(part) not in known:
            return f"{part.name} is not compiled ({', '.join(str(one.name) for one in known)} are)"
    if place(optimizer) < 0:
        return f"{optimizer.name} is not compiled ({', '.join(names())} are)"
    if net.dtype != np.float32:
        return f"{net.dtype} is not compiled (float32 is)"
    if batch_size > MOST:
        return f"batches of {batch_size} images are not compiled (of up to {MOST} they are)"
    return ""


class Trainer:
    """Takes steps on `params` (P,) and an optimizer's `state`, in place, from images (N, D) and labels (N,)."""

    def __init__(
        self, net: MLP, optimizer: Optimizer, params: Array, state: State, x: Array, y: Labels, batch_size: int
    ) -> None:
        from .fused import Images, Memory, Work, copies
        from .pixels import pixels
        from .products import LANES, TALL

        self._optimizer, self._params, self._state = optimizer, params, state
        self._shape = shape = _shape(net, LANES)
        self._images = Images(*pixels(x), np.ascontiguousarray(y, dtype=np.int64))
        m, v = (_moment(name, state) for name in "mv")
        self._moments = [state[key] for key in optimizer.moments]
        full, turned = (np.zeros(int(place[-1]), np.float32) for place in (shape.full, shape.turned))
        self._memory = Memory(place(optimizer), params, m, v, state["delta"], full, turned)
        copies(shape, self._memory)

        padded = -(-batch_size // TALL) * TALL
        a, slope, error = (np.zeros(padded * int(shape.unit[-1]), np.float32) for _ in range(3))
        who = np.empty((net.sizes[0], batch_size), np.uint16)
        shares, filled = np.zeros(int(shape.row[-1])), np.empty(net.sizes[0], np.int64)
        self._work = Work(a, slope, error, np.empty(batch_size), shares, filled, who, np.empty(who.shape, np.float32))
        self._threads = (1, 2) if _cores() > 1 else (1,)
        self._pace: dict[int, float] = {}  # seconds a step with so many threads
        self._calls = 0
        # No steps, so that compiling, or reading what was compiled before, is over.
        nothing = np.empty(0)
        self._run(1, np.empty((0, batch_size), np.int64), np.empty((0, NUMBERS), np.float32), np.inf, nothing, nothing)

    def advance(self, batches: NDArray[np.int64], rates: Sequence[float], limit: float) -> tuple[Floats, Floats, bool]:
        """Take steps, as `training.steps.Plain` does."""
        threads = self._chosen()
        if len(self._pace) < len(self._threads) or self._pace[threads] > min(self._pace.values()):
            batches = batches[:_PROBE]
        t = self._state["t"]
        by = np.array(
            [numbers(self._optimizer, t + k, lr) for k, lr in enumerate(rates[: len(batches)], 1)], np.float32
        )
        losses, norms = np.empty(len(batches)), np.empty(len(batches))
        changed = self._params, *self._moments, self._memory.full, self._memory.turned
        kept = [one.copy() for one in changed]
        began = time.perf_counter()
        ended = self._run(threads, batches, by, limit, losses, norms)
        taken = ended if ended >= 0 else -ended - 1
        if ended != len(batches):
            # By the time that a gradient is known not to be finite, a step was taken with it; and a step's delta is
            # kept of the last one alone.
            for one, was in zip(changed, kept, strict=True):
                np.copyto(one, was)
            self._run(threads, batches[:taken], by, limit, losses, norms)
        self._pace[threads] = (time.perf_counter() - began) / len(batches)
        self._state["t"] += taken
        return losses[:taken], norms[:taken], ended != len(batches)

    def _chosen(self) -> int:
        """How many threads: as many as were quicker; now and then as many as were not, which may have become so."""
        self._calls += 1
        for threads in self._threads:
            if threads not in self._pace:
                return threads
        best = max if self._calls % _OFTEN == 0 else min
        return best(self._threads, key=lambda one: self._pace[one])

    def _run(
        self,
        threads: int,
        batches: NDArray[np.int64],
        by: Array,
        limit: float,
        losses: NDArray[np.float64],
        norms: NDArray[np.float64],
    ) -> int:
        """What `steps` says of how they ended."""
        from .fused import Results, steps

        counter, results = np.zeros(8, np.int64), Results(losses, norms, np.zeros(1, np.int64))
        place = counter.ctypes.data

        def share(me: int) -> None:
            net, images, memory, work = self._shape, self._images, self._memory, self._work
            steps(me, threads, place, batches, by, limit, net, images, memory, work, results)

        others = [Thread(target=share, args=(me,)) for me in range(1, threads)]
        for other in others:
            other.start()
        share(0)
        for other in others:
            other.join()
        return int(results.ended[0])


def _moment(name: str, state: State) -> Array:
    """The moment m or v in a state; of an optimizer without it what has its shape, as it is not read."""
    return np.asarray(state.get(f"{name}_scaled", state.get(name, state["delta"])))


def _shape(net: MLP, lanes: int) -> Any:
    """A network as `steps` takes it."""
    from .fused import Shape

    sizes = np.array(net.sizes, dtype=np.int64)
    wide = -(-sizes // lanes) * lanes
    inputs, units = sizes[:-1], sizes[1:]

    def places(lengths: Array) -> NDArray[np.int64]:
        return np.concatenate([[0], np.cumsum(lengths)])

    return Shape(
        sizes,
        wide,
        at=places((inputs + 1) * units),
        full=places(np.where(units < wide[1:], inputs * wide[1:], 0)),
        # Of the first layer nothing goes back.
        turned=places(np.where(np.arange(len(units)) > 0, wide[:-1] * units, 0)),
        unit=places(wide),
        row=places(inputs + 1),
        kind=_ACTIVATIONS.index(type(net.activation)),
        slope=np.float32(getattr(net.activation, "slope", 0.0)),
        squared=isinstance(net.loss, MSE),
        smoothing=float(net.loss.label_smoothing),
    )


def _cores() -> int:
    """How many threads may be of use here: one where several processes share the cores, which is what the variable of
    OpenMP says, and where a waiting thread cannot offer its core to others."""
    if sys.platform == "win32":
        return 1
    said = os.environ.get("OMP_NUM_THREADS", "")
    return int(said) if said.isdecimal() else os.cpu_count() or 1
