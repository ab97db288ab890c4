"""Products of a network's Hessian with vectors, without ever forming it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import ArrayLike

from ..core.annotations import Array, Labels
from .architecture import Architecture, Layers, fitting

_CHUNK = 16_384  # images at a time; BLAS needs many to keep two threads busy
_ALONE = 2048  # images at a time where nothing is kept, so that memory does not grow with the images
_RARE = 0.02  # the share of images below which a pixel that is not 0 counts as rare
_MANY = 1000  # images from which on it pays to look for rare pixels


class Hessian:
    """The Hessian of the mean loss over images x (N, D), y (N,) at params (P,), as something to multiply vectors with.

    Pearlmutter's R-operator: the derivative, along a vector, of every quantity of the forward and backward pass. It is
    exact; at ReLU's kinks the second derivative counts as 0. What does not depend on the vector is computed once, here:
    a product then costs two large matrix products, where a gradient and its derivative would cost four. For a single
    product there is `product`.

    Raises ValueError for parameters, images or labels that do not fit the network.

    Source: Pearlmutter 1994.
    """

    # Far from any network worth having it overflows; then it is not finite.
    @np.errstate(over="ignore", invalid="ignore")
    def __init__(self, net: Architecture, params: ArrayLike, x: ArrayLike, y: Labels) -> None:
        self.net, self.size = net, net.parameters
        self._parts = list(_parts(net, params, x, y, _CHUNK, rare=True))

    def times(self, v: ArrayLike) -> Array:
        """H v (P,), in the network's precision."""
        return _total(self.net, self._parts, v)


def product(net: Architecture, params: ArrayLike, v: ArrayLike, x: ArrayLike, y: Labels) -> Array:
    """The Hessian at params (P,), over images x (N, D), y (N,), times v (P,); nothing is kept for another product."""
    return _total(net, _parts(net, params, x, y, _ALONE, rare=False), v)


@np.errstate(over="ignore", invalid="ignore")
def _total(net: Architecture, parts: Iterable[_Part], v: ArrayLike) -> Array:
    """The sum of the parts' products with v (P,)."""
    along = net.layers(np.asarray(v, dtype=net.dtype))
    total, share = np.zeros(net.parameters, dtype=net.dtype), np.empty(net.parameters, dtype=net.dtype)
    for part in parts:
        part.product(along, net.layers(share))
        total += share
    return total


def _parts(net: Architecture, params: ArrayLike, x: ArrayLike, y: Labels, size: int, rare: bool) -> Iterator[_Part]:
    """The images in parts of `size`."""
    x, y = fitting(net, x, y)
    layers = net.layers(np.asarray(params, dtype=net.dtype))
    for at in range(0, len(x), size):
        images = np.asarray(x[at : at + size], dtype=net.dtype)
        yield _Part(net, layers, _Inputs(images, rare), y[at : at + size], len(x))


class _Part:
    """Some of the images: all that a product needs of the forward and backward pass over them.

    a and slopes are the hidden layers' activations and f′, errors the layers' ∂loss/∂z, and bends, for hidden layers,
    ∂loss/∂a ∘ f″; None where that is 0, as for ReLU.
    """

    def __init__(self, net: Architecture, layers: Layers, inputs: _Inputs, y: Labels, samples: int) -> None:
        self.net, self.layers, self.samples, self.inputs = net, layers, samples, inputs
        self.a: list[Array] = []
        self.slopes: list[Array] = []
        bent = []
        z = np.empty((len(y), layers[0][1].size), dtype=net.dtype)
        self.inputs.times(*layers[0], out=z)
        for w, bias in layers[1:]:
            a, slope, bend, work = (np.empty_like(z) for _ in range(4))
            net.activation.function(z, out=a)
            net.activation.derivative(z, a, out=slope, work=work)
            net.activation.second(z, a, out=bend, work=work)
            self.a.append(a)
            self.slopes.append(slope)
            bent.append(bend if bend.any() else None)
            z = a @ w
            z += bias
        self.logits = z
        net.loss.gradient_(error := z.copy(), y, samples)
        self.errors, self.bends = [error], list[Array | None]()
        for (w, _), slope, second in zip(reversed(layers[1:]), reversed(self.slopes), reversed(bent), strict=True):
            error = error @ w.T
            self.bends.insert(0, None if second is None else second * error)
            error *= slope
            self.errors.insert(0, error)
        # Memory for a product, so that it allocates nothing of this size.
        self._rz, self._spare = ([np.empty_like(one) for one in self.errors] for _ in range(2))
        self._ra = [np.empty_like(a) for a in self.a]

    def product(self, along: Layers, out: Layers) -> None:
        """Write the part's share of the Hessian times `along` into `out`. R{·} is the derivative along it."""
        rz, ra, spare = self._rz, self._ra, self._spare
        self.inputs.times(*along[0], out=rz[0])
        for k, ((w, _), (v, c)) in enumerate(zip(self.layers[1:], along[1:], strict=True)):
            np.multiply(self.slopes[k], rz[k], out=ra[k])
            np.matmul(ra[k], w, out=rz[k + 1])
            rz[k + 1] += np.matmul(self.a[k], v, out=spare[k + 1])
            rz[k + 1] += c
        error = rz[-1]
        self.net.loss.curvature_(self.logits.copy(), error, self.samples)
        for k in reversed(range(1, len(self.layers))):
            np.matmul(self.a[k - 1].T, error, out=out[k][0])
            out[k][0][:] += ra[k - 1].T @ self.errors[k]
            error.sum(axis=0, out=out[k][1])
            # ra has served, so it takes the next error.
            error = np.matmul(error, self.layers[k][0].T, out=ra[k - 1])
            error += np.matmul(self.errors[k], along[k][0].T, out=spare[k - 1])
            error *= self.slopes[k - 1]
            bend = self.bends[k - 1]
            if bend is not None:
                rz[k - 1] *= bend
                error += rz[k - 1]
        self.inputs.transposed_times(error, *out[0])


class _Inputs:
    """Images (n, D) as what weights and errors are multiplied with, many times.

    Most pixels of a digit are 0, those near the border in nearly all images. Columns that are hardly ever anything else
    form a sparse matrix of their own, and those that never are are left out: of MNIST's 784 columns some 450 remain.
    """

    def __init__(self, x: Array, rare: bool) -> None:
        counts = np.count_nonzero(x, axis=0) if rare and len(x) >= _MANY else np.full(x.shape[1], len(x))
        common = counts > _RARE * len(x)
        self._split = bool(common.mean() < 0.9)
        self._common, self._rare = np.flatnonzero(common), np.flatnonzero(~common & (counts > 0))
        self._dense = np.ascontiguousarray(x[:, common]) if self._split else x
        if self._split:
            from scipy.sparse import csr_array

            self._sparse = csr_array(x[:, self._rare])
            self._transposed = csr_array(self._sparse.T)

    def times(self, w: Array, bias: Array, out: Array) -> None:
        """Write x w + bias (n, units), for weights (D, units), into `out`."""
        np.matmul(self._dense, w[self._common] if self._split else w, out=out)
        if self._split:
            out += self._sparse @ w[self._rare]
        out += bias

    def transposed_times(self, error: Array, w: Array, bias: Array) -> None:
        """Write xᵀ error (D, units) into w, and the sums of the errors (n, units) into bias."""
        error.sum(axis=0, out=bias)
        if not self._split:
            np.matmul(self._dense.T, error, out=w)
            return
        w.fill(0)
        w[self._common] = self._dense.T @ error
        w[self._rare] = self._transposed @ error
