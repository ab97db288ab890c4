"""What an optimizer is: hyperparameters, a small named state, and one kernel behind `update` and `step_`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar, Protocol, Self

import numpy as np

from ..core.annotations import Array
from ..core.checks import Part
from ..core.errors import InputError, shortened

State = dict[str, Any]
Blocks = Sequence[tuple[int, ...]]


class Probe(Protocol):
    """What an optimizer may ask about the loss of the present step, beyond the gradient that it is given."""

    def gradient(self, x: Array) -> Array:
        """The gradient of the same loss (the same batch, the same noise) at other points, shaped like them."""

    def hvp(self, x: Array, v: Array) -> Array:
        """Hessian at `x` times `v`, shaped like them."""


class Optimizer(Part, ABC):
    """Base of the zoo; members are frozen dataclasses of their hyperparameters.

    Points have shape (..., P): one point (2,), many points (n, 2), or the flat parameter buffer (P,) of a network.
    Whatever is a norm, a scalar product or a matrix is taken along the last axis, so points of a batch never mix.

    Attributes
    ----------
    name : the optimizer's name in the registry.
    lr : the learning rate.
    moments : the arrays, shaped like the points, that it remembers; the paper's symbols.
    scratch : arrays, shaped like the points, that a step needs for intermediate results.
    scales : "g" or "m" where a step is the gradient, or the momentum, times a rate for each coordinate, but for decay.
    needs_probe : True if it needs a `probe`: a second gradient, or curvature.
    scheduled : False if the learning rate is that of its first step alone, so that a schedule would do nothing.
    """

    moments: ClassVar[tuple[str, ...]] = ()
    scratch: ClassVar[tuple[str, ...]] = ()
    scales: ClassVar[str] = ""
    needs_probe: ClassVar[bool] = False
    scheduled: ClassVar[bool] = True

    @property
    @abstractmethod
    def lr(self) -> float: ...

    def with_lr(self, lr: float) -> Self:
        """The same optimizer with another learning rate."""
        return replace(self, lr=lr)  # type: ignore[call-arg]

    def try_out(self) -> None:
        if self.needs_probe:
            return
        x = np.array([[0.5, 0.25]])
        state = self.init(x) | {"t": 1}
        given: Any = self._advance(np.ones_like(x), state, state["delta"], x, self.lr)
        if given is not None and given is not state["delta"]:
            raise InputError(f"_advance of optimizer {self.name} returns {shortened(given)}: it must write into delta")

    def init(self, x: Array, blocks: Blocks | None = None) -> State:
        """The state before the first step, for points shaped and typed like `x`.

        blocks : for optimizers of matrices, the shapes of the layers that the last axis of `x` is made of, in order, as
            (in, out) for weights and (out,) for biases; without them a point is one vector, PyTorch's 1×P matrix.

        Keys: "t" counts steps, "delta" is the step last taken, the others are what the optimizer remembers, in a form
        that suits it (see `recorded`). Names that begin with an underscore are scratch.
        """
        arrays = {name: np.zeros_like(x) for name in ("delta", *self.moments)}
        return {"t": 0} | arrays | {f"_{name}": np.empty_like(x) for name in self.scratch}

    def update(
        self, grad: Array, state: State, x: Array, *, lr: float | None = None, probe: Probe | None = None
    ) -> tuple[Array, State]:
        """The step Δx and the state after it; nothing that was passed in is changed. x + Δx is the new point.

        lr : the learning rate of this step, where a schedule says another than the optimizer's own.
        probe : needed by optimizers with `needs_probe`; ValueError without it.
        """
        state = {key: value.copy() if isinstance(value, np.ndarray) else value for key, value in state.items()}
        self._step(grad, state, x, lr, probe)
        return state["delta"].copy(), state

    def step_(
        self, x: Array, grad: Array, state: State, *, lr: float | None = None, probe: Probe | None = None
    ) -> None:
        """Take one step in place: `x` and `state` change. Same numbers as `update`.

        Nothing is allocated but what each point has of its own beside coordinates: scalars (prodigy) and matrices.
        """
        self._step(grad, state, x, lr, probe)
        x += state["delta"]

    def recorded(self, state: State) -> dict[str, Array]:
        """The arrays of a state in the paper's symbols, for a Trajectory to keep."""
        return {key: value for key, value in state.items() if isinstance(value, np.ndarray) and key[0] != "_"}

    def _step(self, grad: Array, state: State, x: Array, lr: float | None, probe: Probe | None) -> None:
        if self.needs_probe and probe is None:
            raise ValueError(f"{self.name} needs more than the gradient of the point: give a probe")
        state["t"] += 1
        g = grad if probe is None else self._ask(grad, state, x, probe)
        self._advance(g, state, state["delta"], x, self.lr if lr is None else lr)

    def _ask(self, g: Array, s: State, x: Array, probe: Probe) -> Array:
        """Ask what there is to ask before the step, and return the gradient to be used."""
        return g

    @abstractmethod
    def _advance(self, g: Array, s: State, delta: Array, x: Array, lr: float) -> None:
        """Bring the moments in `s` up to step s["t"] and write Δx into `delta`, which also serves as scratch."""


def average(m: Array, g: Array, beta: float, scratch: Array) -> None:
    """m ← β m + (1 − β) g."""
    m *= beta
    np.multiply(g, 1 - beta, out=scratch)
    m += scratch


def average_of_squares(v: Array, g: Array, beta: float, scratch: Array) -> None:
    """v ← β v + (1 − β) g², multiplied so that g² alone, which overflows earlier, is never there."""
    v *= beta
    np.multiply(g, 1 - beta, out=scratch)
    scratch *= g
    v += scratch


def largest_first(norm: Array, g: Array, axis: int | tuple[int, ...]) -> Array:
    """The norms of g along axes, kept as `norm`, with those mended in place whose squares overflowed."""
    lost = np.isinf(norm)
    if lost.any():
        largest = np.abs(g).max(axis=axis, keepdims=True)
        with np.errstate(invalid="ignore", divide="ignore"):
            scaled = largest * np.sqrt(np.square(g / largest).sum(axis=axis, keepdims=True))
        np.copyto(norm, scaled, where=lost & np.isfinite(largest))
    return norm


def precision(x: Array) -> np.finfo[Any]:
    """Of an array's numbers, or of those that the symbols in it stand for."""
    return np.finfo(getattr(x, "precision", x.dtype))


def decay(delta: Array, x: Array, amount: float, scratch: Array) -> None:
    """delta ← delta − amount · x, the decoupled weight decay; costs nothing when the amount is 0."""
    if amount:
        np.multiply(x, -amount, out=scratch)
        delta += scratch
