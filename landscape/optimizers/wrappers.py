"""Optimizers around an optimizer: clipped gradients, and gradients from the sharpest point nearby."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from ..core.annotations import Array
from ..core.checks import Positive
from .optimizer import Blocks, Optimizer, Probe, State, largest_first


@dataclass(frozen=True)
class Wrapper(Optimizer):
    """Changes the gradient before another optimizer gets it."""

    optimizer: Optimizer

    @property
    def lr(self) -> float:
        return self.optimizer.lr

    @property
    def needs_probe(self) -> bool:  # type: ignore[override]
        return self.optimizer.needs_probe

    def with_lr(self, lr: float) -> Self:
        return replace(self, optimizer=self.optimizer.with_lr(lr))

    def init(self, x: Array, blocks: Blocks | None = None) -> State:
        own = {f"_{self.name}_gradient": np.empty_like(x), f"_{self.name}_norm": np.empty_like(x[..., :1])}
        return self.optimizer.init(x, blocks) | own

    def recorded(self, state: State) -> dict[str, Array]:
        return self.optimizer.recorded(state)

    def _ask(self, g: Array, s: State, x: Array, probe: Probe) -> Array:
        return self.optimizer._ask(g, s, x, probe)

    def _advance(self, g: Array, s: State, delta: Array, x: Array, lr: float) -> None:
        self.optimizer._advance(g, s, delta, x, lr)

    def _norm(self, g: Array, s: State) -> Array:
        """|g| of each point (..., 1), over all of its coordinates."""
        norm: Array = s[f"_{self.name}_norm"]
        # The step is not yet there, so its place serves for the squares.
        with np.errstate(over="ignore"):
            np.square(g, out=s["delta"])
            np.sum(s["delta"], axis=-1, keepdims=True, out=norm)
        return largest_first(np.sqrt(norm, out=norm), g, -1)


@dataclass(frozen=True)
class Clip(Wrapper):
    """Shorten gradients that are longer than `max_norm`, then step as `optimizer` does.

        g ← g · min(1, max_norm / (|g| + 10⁻⁶))

    |g| is taken over all coordinates of a point, or all weights of a network.

    PyTorch's convention, with its 10⁻⁶.

    Source: Pascanu, Mikolov & Bengio 2013.
    """

    max_norm: Positive = 1.0

    def _advance(self, g: Array, s: State, delta: Array, x: Array, lr: float) -> None:
        factor = self._norm(g, s)
        factor += 1e-6
        np.divide(self.max_norm, factor, out=factor)
        np.minimum(factor, 1, out=factor)
        np.multiply(g, factor, out=s["_clip_gradient"])
        self.optimizer._advance(s["_clip_gradient"], s, delta, x, lr)


@dataclass(frozen=True)
class SAM(Wrapper):
    """Step with the gradient of the worst point within `rho`, which leads to flat minima.

        e = ρ g(x) / (|g(x)| + 10⁻¹²)
        g ← g(x + e),   then step from x as `optimizer` does

    Every step costs a second gradient, of the same batch.

    Convention of the common PyTorch version; not the adaptive variant.

    Source: Foret et al. 2021.
    """

    rho: Positive = 0.05

    needs_probe = True

    def _ask(self, g: Array, s: State, x: Array, probe: Probe) -> Array:
        norm = self._norm(g, s)
        norm += 1e-12
        np.divide(self.rho, norm, out=norm)
        away = np.multiply(g, norm, out=s["_sam_gradient"])
        away += x
        return self.optimizer._ask(probe.gradient(away), s, x, probe)


WRAPPERS: dict[str, tuple[type[Any], str]] = {"clip": (Clip, "max_norm"), "sam": (SAM, "rho")}
