"""A network's loss over images, at many points of a plane, or each image's along a line.

The first layer is affine in the plane's coordinates, z = A + aB + bC, so its product with the images is computed three
times and not once a point. Arrays are laid out (points, units, images): sums and maxima over the classes then run along
contiguous rows, and a call of NumPy works on many cells of a row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from ..core.annotations import Array, Floats, Labels
from ..models.objective import LOSS, RIGHT, SQUARES
from .activations import ReLU
from .architecture import Architecture
from .jets import Images

_IMAGES = 512  # at a time
_STRIP = 900_000  # numbers in the widest layer of the cells that are worked on together: more leave the cache


@dataclass(frozen=True)
class OfImages:
    """Images x (N, D) and labels y (N,) as a part of what a loss is a mean over."""

    net: Architecture
    x: Array
    y: Labels

    @property
    def sizes(self) -> Floats:
        return np.ones(len(self.y))

    def sums(self, vectors: Array, points: Floats, slopes: bool) -> Floats:
        found = sums(self.net, vectors, self.x, self.y, points)
        if not slopes:
            return found
        images, first = Images(self.net, vectors, self.x, self.y), np.empty((2, len(points)))
        for k, (a, b) in enumerate(points.tolist()):
            # The loss, too, so that it and its slopes belong together.
            jet = images.jet(a, b, order=1)
            found[LOSS, k], found[RIGHT, k], first[:, k] = jet.loss, jet.right, jet.gradient
        return np.concatenate([found, first])

    def each(self, vectors: Array, alphas: Floats) -> Floats:
        return each(self.net, vectors, self.x, self.y, alphas)


# Logits that overflow, far from the network, are a result and not an error.
@np.errstate(over="ignore", invalid="ignore")
def sums(net: Architecture, vectors: Array, x: Array, y: Labels, points: Floats) -> Floats:
    """Sums of the loss, of its squares, and of right answers over images x (N, D), y (N,), at points (n, 2): (3, n).

    vectors : (3, P), the plane's origin and basis, in the precision to be used. What is found at a point does not
    depend on which others are asked for, bit for bit.
    """
    totals = np.zeros((3, len(points)))
    (first, *later) = zip(*(net.layers(vector) for vector in vectors), strict=True)
    layers = [_Layer.of(parts) for parts in later]
    # relu(u + v) = max(u, −v) + v saves a pass over all units at every point: v is the same for a whole row, and what
    # + v adds to the next layer's sums is affine in a. That pays if there are few of them, as where they are classes.
    split = isinstance(net.activation, ReLU) and len(later) == 1 and 4 * net.sizes[2] <= net.sizes[1]
    cells = max(1, _STRIP // (_IMAGES * max(net.sizes[1:])))
    blocks = [block for one in _blocks(points, vectors.dtype) for block in one.strips(cells)]
    for at in range(0, len(x), _IMAGES):
        batch, labels = np.asarray(x[at : at + _IMAGES], dtype=vectors.dtype).T, y[at : at + _IMAGES]
        base, along_x, along_y = (w.T @ batch + bias[:, None] for w, bias in first)
        ys = sorted({b for block in blocks for b in block.ys})
        fed = {b: layers[0].at(b).fed(base + b * along_y) for b in ys} if split else {}
        if split:
            base, along_y = -base, -along_y
        buffers = _Buffers.of(net, cells, len(labels), vectors.dtype)
        for block in blocks:
            xs = block.xs
            across = np.multiply(xs[:, None, None], along_x, out=buffers.across[: len(xs)])
            for b, places in zip(block.ys, block.places, strict=True):
                row = base + b * along_y
                h = (np.maximum if split else np.add)(across, row, out=buffers.first[: len(across)])
                for k, layer in enumerate(layers):
                    if not split:
                        net.activation.function(h, out=(h := buffers.hidden[k][: len(h)]))
                    here = fed[b] if split else layer.at(b)
                    h = here.outputs(xs, h, buffers.weights[k], buffers.sums[k])[:, : net.sizes[k + 2]]
                terms, right = net.loss.per_sample(h, labels)
                # Summed in float64: ten thousand float32 terms would lose digits.
                totals[LOSS, places] += terms.sum(axis=-1, dtype=np.float64)
                totals[SQUARES, places] += np.einsum("cn,cn->c", terms, terms, dtype=np.float64)
                totals[RIGHT, places] += np.count_nonzero(right, axis=-1)
    return totals


@dataclass(frozen=True)
class _Block:
    """Points at all pairs of xs and ys; places : for each of the ys, where the points stand among all."""

    xs: Array
    ys: list[Any]
    places: list[Array]

    def strips(self, cells: int) -> Iterator[_Block]:
        """In pieces of at most so many xs."""
        for at in range(0, len(self.xs), cells):
            part = slice(at, at + cells)
            yield _Block(self.xs[part], self.ys, [places[part] for places in self.places])


def _blocks(points: Floats, dtype: Any) -> list[_Block]:
    """Rows of points (n, 2), which have one y each, and those with the same xs together."""
    edges = np.flatnonzero(np.diff(points[:, 1], prepend=np.nan, append=np.nan))
    alike: dict[bytes, _Block] = {}
    for low, high in pairwise(edges.tolist()):
        xs = points[low:high, 0].astype(dtype)
        block = alike.setdefault(xs.tobytes(), _Block(xs, [], []))
        block.ys.append(dtype.type(points[low, 1]))
        block.places.append(np.arange(low, high))
    return list(alike.values())


@np.errstate(over="ignore", invalid="ignore")
def each(net: Architecture, vectors: Array, x: Array, y: Labels, alphas: Array) -> Array:
    """The loss of each of the images x (N, D), y (N,), and whether the answer is right: (2, N, len(alphas)).

    vectors : (2, P), the parameters at α = 0 and the way from there to α = 1, in the precision to be used.
    """
    alphas = alphas.astype(vectors.dtype)
    (first, *later) = zip(*(net.layers(vector) for vector in vectors), strict=True)
    found = np.empty((2, len(x), len(alphas)))
    for at in range(0, len(x), _IMAGES):
        part = slice(at, at + _IMAGES)
        batch, labels = np.asarray(x[part], dtype=vectors.dtype), y[part]
        base, along = (batch @ w + bias for w, bias in first)
        for k, alpha in enumerate(alphas):
            z = base + alpha * along
            for (w, c), (v, d) in later:
                net.activation.function(z, out=(h := np.empty_like(z)))
                z = h @ (w + alpha * v) + (c + alpha * d)
            found[:, part, k] = net.loss.per_sample(np.ascontiguousarray(z.T), labels)
    return found


@dataclass(frozen=True)
class _Row:
    """A layer along a row, at coordinates a: weights W + aV (units, inputs), biases c + ad (units, 1 or images)."""

    weights: tuple[Array, Array]
    biases: tuple[Array, Array]

    def fed(self, h: Array) -> _Row:
        """The same with what inputs h (inputs, images), equal in all cells, add to the outputs."""
        (w, v), (c, d) = self.weights, self.biases
        return _Row(self.weights, (c + w @ h, d + v @ h))

    def outputs(self, a: Array, h: Array, weights: Array, out: Array) -> Array:
        """For inputs (cells, inputs, images) at coordinates a (cells,): (cells, units, images).

        weights, out : memory for as many cells or more, for the weights and the outputs.
        """
        (w, v), (c, d), a = self.weights, self.biases, a[:, None, None]
        weights, out = weights[: len(h)], out[: len(h)]
        np.multiply(a, v, out=weights)
        weights += w
        np.matmul(weights, h, out=out)
        out += c + a * d
        return out


@dataclass(frozen=True)
class _Layer:
    """A layer all over the plane: weights (3, units, inputs) and biases (3, units, 1), of the origin and the basis."""

    weights: Array
    biases: Array

    @classmethod
    def of(cls, parts: Any) -> _Layer:
        """From (w (inputs, units), bias (units,)) of each of the three vectors."""
        units = parts[0][1].size
        # BLAS works on four rows at a time: 12 outputs are computed faster than 10.
        padding = ((0, 0), (0, _padded(units) - units), (0, 0))
        weights, biases = np.stack([w.T for w, _ in parts]), np.stack([bias[:, None] for _, bias in parts])
        return cls(np.pad(weights, padding), np.pad(biases, padding))

    def at(self, b: Any) -> _Row:
        (w, v, u), (c, d, e) = self.weights, self.biases
        return _Row((w + b * u, v), (c + b * e, d))


@dataclass(frozen=True)
class _Buffers:
    """Memory for a strip of cells: a's part of the first layer, its sums; the later layers' inputs, weights, sums."""

    across: Array
    first: Array
    hidden: list[Array]
    weights: list[Array]
    sums: list[Array]

    @classmethod
    def of(cls, net: Architecture, cells: int, images: int, dtype: Any) -> _Buffers:
        def array(*shape: int) -> Array:
            return np.empty((cells, *shape), dtype=dtype)

        pairs = list(pairwise(net.sizes[1:]))
        return cls(
            array(net.sizes[1], images),
            array(net.sizes[1], images),
            [array(n, images) for n, _ in pairs],
            [array(_padded(m), n) for n, m in pairs],
            [array(_padded(m), images) for _, m in pairs],
        )


def _padded(units: int) -> int:
    return -(-units // 4) * 4
