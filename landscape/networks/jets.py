"""The loss of a network at single points of a plane, with its exact derivatives by the plane's coordinates.

A value and its derivatives by a and b, a jet, are carried along through the network: for a layer with weights
W = W₀ + aW₁ + bW₂ and input h,

    z = Wh,   ∂ₐz = W ∂ₐh + W₁h,   ∂ₐ∂ᵦz = W ∂ₐ∂ᵦh + W₁ ∂ᵦh + W₂ ∂ₐh

In the first layer h is an image, so z is affine in a and b, and its product with the images is needed once only.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.annotations import Array, Labels
from ..models.jet import Jet
from .architecture import Architecture

_AXES, _PAIRS = (0, 1), ((0, 0), (0, 1), (1, 1))
_IMAGES = 1024  # at a time


class Images:
    """Images x (N, D) and labels y (N,) behind the first layer of a network, all along a plane.

    vectors : (3, P), the plane's origin and basis; computations are done in their precision.
    """

    def __init__(self, net: Architecture, vectors: Array, x: Array, y: Labels) -> None:
        self.net, self.y = net, y
        (first, *self.later) = zip(*(net.layers(vector) for vector in vectors), strict=True)
        # Units first, here and everywhere below: (units, N).
        self.first = [np.empty((bias.size, len(y)), dtype=vectors.dtype) for _, bias in first]
        for at in range(0, len(y), _IMAGES):
            part = slice(at, at + _IMAGES)
            images = np.asarray(x[part], dtype=vectors.dtype).T
            for z, (w, bias) in zip(self.first, first, strict=True):
                np.add(w.T @ images, bias[:, None], out=z[:, part])

    @np.errstate(over="ignore", invalid="ignore")
    def jet(self, a: float, b: float, order: int, chosen: Array | None = None) -> Jet:
        """At coordinates (a, b), with derivatives up to `order`; over the images with the numbers `chosen`, or all."""
        total = Jet()
        for at in range(0, len(self.y) if chosen is None else len(chosen), _IMAGES):
            part: Any = slice(at, at + _IMAGES) if chosen is None else chosen[at : at + _IMAGES]
            total += self._part([piece[:, part] for piece in self.first], self.y[part], a, b, order)
        return total

    def _part(self, first: list[Array], y: Labels, a: float, b: float, order: int) -> Jet:
        at = np.asarray([1, a, b], dtype=first[0].dtype)
        z = at[0] * first[0] + at[1] * first[1] + at[2] * first[2]
        dz: list[Array] = first[1:] if order else []
        ddz: list[Array] = []  # 0 in the first layer
        for layer in self.later:
            h, dh, ddh = self._activate(z, dz, ddz, order)
            w, bias = (sum(c * part for c, part in zip(at, parts, strict=True)) for parts in zip(*layer, strict=True))
            along = [layer[1], layer[2]]
            z = w.T @ h + bias[:, None]
            dz = [w.T @ dh[k] + along[k][0].T @ h + along[k][1][:, None] for k in _AXES] if order else []
            if order > 1:
                ddz = [
                    w.T @ d + along[i][0].T @ dh[j] + along[j][0].T @ dh[i]
                    for d, (i, j) in zip(ddh, _PAIRS, strict=True)
                ]
        return self._loss(z, dz, ddz, y, order)

    def _activate(
        self, z: Array, dz: list[Array], ddz: list[Array], order: int
    ) -> tuple[Array, list[Array], list[Array]]:
        activation = self.net.activation
        activation.function(z, out=(h := np.empty_like(z)))
        if not order:
            return h, [], []
        slope, bend, work = (np.empty_like(z) for _ in range(3))
        activation.derivative(z, h, out=slope, work=work)
        dh = [slope * d for d in dz]
        if order < 2:
            return h, dh, []
        activation.second(z, h, out=bend, work=work)
        ddh = [bend * dz[i] * dz[j] for i, j in _PAIRS]
        for d, second in zip(ddh, ddz, strict=False):
            d += slope * second
        return h, dh, ddh

    def _loss(self, logits: Array, dz: list[Array], ddz: list[Array], y: Labels, order: int) -> Jet:
        loss = self.net.loss
        terms, right = loss.per_sample(logits.copy(), y)
        jet = Jet(float(terms.sum(dtype=np.float64)), float(right.sum()))
        if order:
            loss.gradient_((slope := logits.copy()).T, y, 1)
            jet.gradient[:] = [_dot(slope, d) for d in dz]
        if order > 1:
            for k, (i, j) in enumerate(_PAIRS):
                loss.curvature_(logits.copy().T, (bent := dz[j].copy()).T, 1)
                second = _dot(dz[i], bent) + (_dot(slope, ddz[k]) if ddz else 0.0)
                jet.hessian[i, j] = jet.hessian[j, i] = second
        return jet


def _dot(u: Array, v: Array) -> float:
    return float(np.einsum("cn,cn->n", u, v).sum(dtype=np.float64))
