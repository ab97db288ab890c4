"""Optimizers of matrices: the weights of a layer are turned or scaled as a whole.

A layer's weights (in, out) are PyTorch's (out, in) transposed, and what is called left here is right there. A point of
a terrain, and a layer's biases, are one column: PyTorch's 1×P matrix. Products and decompositions of matrices allocate
their results; there is no getting round it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import prod
from typing import Annotated, Any

import numpy as np

from ..core.annotations import Array
from ..core.checks import Count, Fraction, NonNegative, Positive, within
from ..core.elementary import sqrt
from .optimizer import Blocks, Optimizer, State, average, decay, largest_first, precision

__all__ = ["SOAP", "Muon", "Shampoo"]


class MatrixOptimizer(Optimizer):
    """Sees the last axis of points (..., P) as the matrices that it is made of."""

    def init(self, x: Array, blocks: Blocks | None = None) -> State:
        shapes = [(x.shape[-1], 1)] if blocks is None else [(*shape, 1)[:2] for shape in blocks]
        if sum(map(prod, shapes)) != x.shape[-1] or min(map(min, shapes)) < 1:
            raise ValueError(f"blocks {list(blocks or ())} are not allowed: they do not add up to {x.shape[-1]}")
        return super().init(x, blocks) | {"blocks": tuple(shapes)}

    @staticmethod
    def _matrices(shapes: tuple[tuple[int, int], ...], *arrays: Array) -> Iterator[tuple[Any, ...]]:
        """For each block its number, its slice, and (..., in, out) copies or views of its part of each array."""
        at = 0
        for k, shape in enumerate(shapes):
            part = slice(at, at := at + prod(shape))
            yield k, part, *(array[..., part].reshape(*array.shape[:-1], *shape) for array in arrays)


class Muon(MatrixOptimizer):
    """Momentum turned into the nearest matrix whose singular values are all about 1.

        mₜ = μ mₜ₋₁ + (1 − μ) gₜ
        Oₜ = orthogonalised((1 − μ) gₜ + μ mₜ)
        Δx = −lr · √max(1, out/in) · Oₜ − lr · λ x

    Orthogonalised by `iterations` of Newton and Schulz, which bring most
    singular values to .7 … 1.2; those near 0 stay smaller. Of a single point
    or a layer's biases, which are vectors, only the length changes: to .70.

    PyTorch's convention, its "original" rate; two differences: PyTorch iterates
    in bfloat16, this in the precision of the weights, and PyTorch refuses
    vectors (a 2-D point is a 1×2 matrix there). Jordan's code has no (1 − μ).

    Source: Jordan et al. 2024.
    """

    lr: Positive = 1e-3
    momentum: Fraction = 0.95
    weight_decay: NonNegative = 0.1
    iterations: Annotated[int, partial(within, least=1, most=100)] = 5
    eps: NonNegative = 1e-7

    moments = ("m",)
    scratch = ("work",)

    def _advance(self, g: Array, s: State, delta: Array, x: Array, lr: float) -> None:
        m, work = s["m"], s["_work"]

        average(m, g, self.momentum, delta)
        np.multiply(g, 1 - self.momentum, out=work)
        np.multiply(m, self.momentum, out=delta)
        work += delta

        for _, part, matrix in self._matrices(s["blocks"], work):
            wide = sqrt(max(1.0, matrix.shape[-1] / matrix.shape[-2]))
            turned = self._orthogonalised(matrix)
            delta[..., part] = (-lr * wide * turned).reshape(delta[..., part].shape)
        decay(delta, x, lr * self.weight_decay, work)

    def _orthogonalised(self, matrix: Array) -> Array:
        """U Vᵀ of the matrix's U S Vᵀ, nearly."""
        tall = matrix.shape[-2] > matrix.shape[-1]
        z = matrix.swapaxes(-1, -2) if tall else matrix
        with np.errstate(over="ignore"):
            norm = np.sqrt((z * z).sum(axis=(-1, -2), keepdims=True))
        norm = largest_first(norm, z, (-1, -2))
        z = z / np.maximum(norm, self.eps)
        for _ in range(self.iterations):
            gram = z @ z.swapaxes(-1, -2)
            # The quintic of the paper's code: its slope at 0 is as steep as five rounds allow.
            z = 3.4445 * z + (-4.7750 * gram + 2.0315 * (gram @ gram)) @ z
        return np.asarray(z.swapaxes(-1, -2) if tall else z)


class Shampoo(MatrixOptimizer):
    """AdaGrad for matrices: rows and columns are decorrelated, not just scaled.

        Lₜ = Lₜ₋₁ + Gₜ Gₜᵀ,   Rₜ = Rₜ₋₁ + Gₜᵀ Gₜ        L₀ = R₀ = ε I
        Δx = −lr · Lₜ^(−1/4) Gₜ Rₜ^(−1/4)

    It learns the axes of a turned ravine. Roots are taken anew every `every`
    steps; sides longer than `max_size` are left alone (no L or no R). A point
    of a terrain or a bias is one column: L is P×P and R a number.

    Convention of the paper: sums, no momentum, no grafting. Distributed
    Shampoo decays the sums and grafts Adam's step length on.

    Source: Gupta, Koren & Singer 2018.
    """

    lr: Positive = 1e-1
    eps: NonNegative = 1e-6
    every: Count = 1
    max_size: Count = 2048

    def init(self, x: Array, blocks: Blocks | None = None) -> State:
        state = super().init(x, blocks)
        for k, shape in enumerate(state["blocks"]):
            for side, size in zip("LR", shape, strict=True):
                if size <= self.max_size:
                    start = np.zeros((*x.shape[:-1], size, size), dtype=x.dtype)
                    start += self.eps * np.eye(size, dtype=x.dtype)
                    state[f"{side}{k}"], state[f"_root_{side}{k}"] = start, np.zeros_like(start)
        return state

    def _advance(self, g: Array, s: State, delta: Array, x: Array, lr: float) -> None:
        for k, part, matrix in self._matrices(s["blocks"], g):
            step = matrix
            for side in "LR":
                if f"{side}{k}" not in s:
                    continue
                sums, root = s[f"{side}{k}"], s[f"_root_{side}{k}"]
                sums += matrix @ matrix.swapaxes(-1, -2) if side == "L" else matrix.swapaxes(-1, -2) @ matrix
                if (s["t"] - 1) % self.every == 0:
                    root[...] = _inverse_fourth_root(sums)
                step = root @ step if side == "L" else step @ root
            delta[..., part] = (-lr * step).reshape(delta[..., part].shape)


class SOAP(MatrixOptimizer):
    """Adam in the axes that Shampoo finds.

        Lₜ = β₂ Lₜ₋₁ + (1 − β₂) Gₜ Gₜᵀ,   Q_L = eigenvectors of L;   R likewise
        G′ = Q_Lᵀ Gₜ Q_R                       the gradient in these axes
        mₜ = β₁ mₜ₋₁ + (1 − β₁) Gₜ,   vₜ = β₂ vₜ₋₁ + (1 − β₂) G′²
        Δx = −lr · cₜ · Q_L [ Q_Lᵀ mₜ Q_R / (√vₜ + ε) ] Q_Rᵀ,   then − lr · λ x
        cₜ = √(1 − β₂ᵗ) / (1 − β₁ᵗ)                  t counts from the second

    The first gradient only sets the axes: the first step is 0. Every `every`
    steps one power iteration turns the axes along; sides longer than
    `max_size` keep their own.

    Convention of the authors' code, in which the decay shrinks the point
    after the step. A point of a terrain or a bias is one column; the authors
    leave vectors to Adam.

    Source: Vyas et al. 2024.
    """

    lr: Positive = 3e-3
    beta1: Fraction = 0.95
    beta2: Fraction = 0.95
    eps: NonNegative = 1e-8
    weight_decay: NonNegative = 1e-2
    every: Count = 10
    max_size: Count = 2048

    moments = ("m", "v")
    scratch = ("work",)

    def init(self, x: Array, blocks: Blocks | None = None) -> State:
        state = super().init(x, blocks)
        for k, shape in enumerate(state["blocks"]):
            for side, size in zip("LR", shape, strict=True):
                if size <= self.max_size:
                    sums = np.zeros((*x.shape[:-1], size, size), dtype=x.dtype)
                    state[f"{side}{k}"], state[f"Q{side}{k}"] = sums, np.zeros_like(sums)
        return state

    def _advance(self, g: Array, s: State, delta: Array, x: Array, lr: float) -> None:
        m, v, t = s["m"], s["v"], s["t"] - 1
        if t == 0:
            self._learn(g, s, first=True)
            delta[...] = 0
            return

        average(m, g, self.beta1, delta)

        rate = lr * sqrt(1 - self.beta2**t) / (1 - self.beta1**t)
        for k, part, gradient, momentum, squares in self._matrices(s["blocks"], g, m, v):
            turned = _into(s, k, gradient)
            squares = self.beta2 * squares + (1 - self.beta2) * turned * turned
            v[..., part] = squares.reshape(v[..., part].shape)
            step = _back(s, k, _into(s, k, momentum) / (np.sqrt(squares) + self.eps))
            delta[..., part] = (-rate * step).reshape(delta[..., part].shape)

        # Decay after the step: (x + Δ)(1 − lr λ).
        if self.weight_decay:
            delta *= 1 - lr * self.weight_decay
            decay(delta, x, lr * self.weight_decay, s["_work"])
        self._learn(g, s, first=False)

    def _learn(self, g: Array, s: State, *, first: bool) -> None:
        """Add a gradient to L and R, and turn the axes when it is time."""
        v = s["v"]
        for k, part, gradient, squares in self._matrices(s["blocks"], g, v):
            for side in "LR":
                if f"{side}{k}" not in s:
                    continue
                sums, axes = s[f"{side}{k}"], s[f"Q{side}{k}"]
                flipped = gradient.swapaxes(-1, -2)
                sums *= self.beta2
                sums += (1 - self.beta2) * (gradient @ flipped if side == "L" else flipped @ gradient)
                if first:
                    axes[...] = np.linalg.eigh(_finite(sums))[1][..., ::-1]
                elif (s["t"] - 1) % self.every == 0:
                    product = sums @ axes
                    order = np.argsort(-(axes * product).sum(axis=-2), axis=-1, kind="stable")
                    axes[...] = np.linalg.qr(_finite(np.take_along_axis(product, order[..., None, :], axis=-1)))[0]
                    along = order[..., :, None] if side == "L" else order[..., None, :]
                    squares = np.take_along_axis(squares, along, axis=-2 if side == "L" else -1)
            v[..., part] = squares.reshape(v[..., part].shape)


def _into(s: State, k: int, matrix: Array) -> Array:
    """A block's matrix in the axes Q_L and Q_R."""
    if f"QL{k}" in s:
        matrix = s[f"QL{k}"].swapaxes(-1, -2) @ matrix
    return matrix @ s[f"QR{k}"] if f"QR{k}" in s else matrix


def _back(s: State, k: int, matrix: Array) -> Array:
    """A matrix in the axes Q_L and Q_R in the block's own axes again."""
    if f"QL{k}" in s:
        matrix = s[f"QL{k}"] @ matrix
    return matrix @ s[f"QR{k}"].swapaxes(-1, -2) if f"QR{k}" in s else matrix


def _inverse_fourth_root(matrix: Array) -> Array:
    """A^(−1/4) of symmetric positive definite matrices (..., n, n); nan where one is not finite."""
    values, vectors = np.linalg.eigh(_finite(matrix))
    # Rounding may leave an eigenvalue of a nearly singular sum below 0.
    smallest = float(precision(matrix).eps) * values[..., -1:]
    roots = np.maximum(values, smallest) ** -0.25
    result = (vectors * roots[..., None, :]) @ vectors.swapaxes(-1, -2)
    return np.where(np.isfinite(matrix).all(axis=(-1, -2), keepdims=True), result, np.nan)


def _finite(matrix: Array) -> Array:
    """The matrices, with the identity in place of those that hold nan or inf, at which LAPACK would stop for all."""
    broken = ~np.isfinite(matrix).all(axis=(-1, -2), keepdims=True)
    return np.where(broken, np.eye(matrix.shape[-1], dtype=matrix.dtype, M=matrix.shape[-2]), matrix)
