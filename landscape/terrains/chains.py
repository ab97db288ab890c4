"""The same weight met again and again, through depth or through time: gradients that vanish and explode."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike

from ..core.checks import within
from .sigmoid import centred, sigmoid, slope
from .terrain import Array, Terrain, always, join, split, symmetric

__all__ = ["Cliff", "SigmoidChain"]


class SigmoidChain(Terrain):
    """The plateau of deep sigmoid networks: `depth` units in a row.

        u₁ = σ(w₁) − ½,   u_k = σ(w₂ u_{k−1}) − ½
        L = ½ (u_D + ½ − 0.9)²

    One input of 1, a target of 0.9. Near 0 every unit multiplies by w₂/4:
    the gradient vanishes with depth below w₂ = 4 and explodes above. At the
    default start and depth 10 it is 3e-6.
    Minima 0 along a curve. Point = (w₁, w₂).
    Source: after Bengio, Simard & Frasconi 1994.
    """

    depth: Annotated[int, partial(within, least=1, most=200)] = 10

    coordinates = ("w₁", "w₂")
    domain = ((-2.0, 10.0), (-2.0, 10.0))
    start = always([1.0, 1.0])

    def value(self, xy: ArrayLike) -> Array:
        w1, w2 = split(xy)
        u = centred(w1)
        for _ in range(self.depth - 1):
            u = centred(w2 * u)
        r = u - 0.4
        return 0.5 * r * r

    def gradient(self, xy: ArrayLike) -> Array:
        w1, w2 = split(xy)

        # ∂u/∂w₁ and ∂u/∂w₂, carried forward unit by unit.
        u = centred(w1)
        u1, u2 = slope(w1), np.zeros_like(w1)
        for _ in range(self.depth - 1):
            before, a = u, w2 * u
            u, s = centred(a), slope(a)
            u1, u2 = s * w2 * u1, s * (before + w2 * u2)

        r = u - 0.4
        return join(r * u1, r * u2)

    def hessian(self, xy: ArrayLike) -> Array:
        w1, w2 = split(xy)
        zero, one = np.zeros_like(w1), np.ones_like(w1)

        # a is a unit's input; a1, a2 and a11, a12, a22 are its derivatives by w₁ and w₂.
        a, a1, a2, a11, a12, a22 = w1, one, zero, zero, zero, zero
        for unit in range(self.depth):
            u, s = centred(a), slope(a)
            c = -2 * u * s
            u1, u2 = s * a1, s * a2
            u11, u12, u22 = c * a1 * a1 + s * a11, c * a1 * a2 + s * a12, c * a2 * a2 + s * a22
            if unit < self.depth - 1:
                a, a1, a2 = w2 * u, w2 * u1, u + w2 * u2
                a11, a12, a22 = w2 * u11, u1 + w2 * u12, 2 * u2 + w2 * u22

        r = u - 0.4
        return symmetric(u1 * u1 + r * u11, u1 * u2 + r * u12, u2 * u2 + r * u22)


class Cliff(Terrain):
    """The wall in the loss of a recurrent unit that runs for `steps` steps.

        x₀ = ½,   x_{k+1} = w σ(x_k) + b,   L = (σ(x_T) − 0.7)²

    Where the unit's start falls from one resting state to the other, L jumps:
    on a grid of 0.05 over the domain the gradient's median is 0.014 and its
    largest norm 26, at (4.90, −2.55), and on the edge itself, thinner than
    any grid, it exceeds 1e14. A plain step from there flies off; clipping
    the gradient's norm, or Adam, keeps it on the ground.
    Minima 0 along a curve. Point = (w, b).
    Source: after Pascanu, Mikolov & Bengio 2013, fig. 6.
    """

    steps: Annotated[int, partial(within, least=1, most=500)] = 50

    coordinates = ("w", "b")
    domain = ((2.0, 9.0), (-6.0, 0.0))
    start = always([6.5, -2.0])

    def value(self, xy: ArrayLike) -> Array:
        w, b = split(xy)
        x = np.full_like(w, 0.5)
        for _ in range(self.steps):
            x = w * sigmoid(x) + b
        r = sigmoid(x) - 0.7
        return r * r

    def gradient(self, xy: ArrayLike) -> Array:
        w, b = split(xy)

        # p = ∂x/∂w and q = ∂x/∂b, carried forward in time.
        x = np.full_like(w, 0.5)
        p = q = np.zeros_like(w)
        for _ in range(self.steps):
            h, k = sigmoid(x), w * slope(x)
            p, q = h + k * p, 1 + k * q
            x = w * h + b

        steep = 2 * (sigmoid(x) - 0.7) * slope(x)
        return join(steep * p, steep * q)

    def hessian(self, xy: ArrayLike) -> Array:
        w, b = split(xy)

        # The same, with the second derivatives pp, pq, qq of x; bend is σ″/σ′.
        x = np.full_like(w, 0.5)
        p = q = pp = pq = qq = np.zeros_like(w)
        for _ in range(self.steps):
            h, s, bend = sigmoid(x), slope(x), -2 * centred(x)
            k, c = w * s, w * s * bend
            pp, pq, qq = 2 * s * p + c * p * p + k * pp, s * q + c * p * q + k * pq, c * q * q + k * qq
            p, q = h + k * p, 1 + k * q
            x = w * h + b

        r, s, bend = sigmoid(x) - 0.7, slope(x), -2 * centred(x)
        steep, curved = 2 * r * s, 2 * s * (s + r * bend)
        return symmetric(curved * p * p + steep * pp, curved * p * q + steep * pq, curved * q * q + steep * qq)
