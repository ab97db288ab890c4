"""The mean loss of a JAX function over fixed data, as a function of flat parameters."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import ArrayLike

from ..core.annotations import Array, Floats
from ..core.errors import InputError, one_line
from ..datasets.sample import Samples
from .objective import LOSS, RIGHT, SLOPES, SQUARES, Objective, Part
from .remaking import Travelling
from .specification import Kind, Specification, Tensor

_CELLS = 16  # points that are computed at once
_ALIKE = 1e-4  # of a loss, by which the mean of single losses may differ from a batch's


class JaxModel(Travelling, Objective):
    """A loss in JAX, a tree of parameters and data, as `models.jax` takes them.

    Attributes
    ----------
    params : (P,), the numbers of the tree.
    specification : its arrays, by their paths: "layers.0.kernel".
    samples, losses : how many samples there are, and of how many the loss is known alone.
    caption : what captions say of the data.
    """

    specification: Specification
    cells = _CELLS

    def __init__(
        self,
        loss: Callable[..., Any],
        params: Any,
        data: Any,
        accuracy: Callable[..., Any] | None,
        filters: int,
        batch_size: int,
        caption: str,
    ) -> None:
        leaves, self.tree = jax.tree_util.tree_flatten_with_path(params)
        if not leaves:
            raise InputError("a tree without parameters is not allowed: there is no space to look at")
        named = {".".join(map(_key, path)): jnp.asarray(leaf) for path, leaf in leaves}
        if odd := next((name for name, one in named.items() if not jnp.issubdtype(one.dtype, jnp.floating)), None):
            raise InputError(f"'{odd}' of type {named[odd].dtype} is not allowed: parameters must be real numbers")
        self.specification = Specification(tuple(_tensor(name, one, filters) for name, one in named.items()))
        self.kinds = [one.dtype for one in named.values()]
        doubled = any(kind == jnp.float64 for kind in self.kinds)
        self.dtype = np.dtype(np.float64 if doubled else np.float32)
        self.params = np.concatenate([np.asarray(one, self.dtype).ravel() for one in named.values()])
        self.batches = _batches(data, batch_size)
        self.samples = sum(size for _, size in self.batches)
        self._loss, self._right = loss, accuracy
        self._single = self._found()
        self.caption = caption or Samples(self.samples)

    def __repr__(self) -> str:
        return f"<Model of JAX parameters, {self.specification.size:,} of them, {self.samples:,} samples>"

    @property
    def losses(self) -> int:
        return self.samples if self._single else len(self.batches)

    @cached_property
    def about(self) -> list[Any]:
        arrays = [np.asarray(one) for batch, _ in self.batches for one in batch]
        return ["jax", self.specification, str(self.tree), *arrays]

    def flat(self, tree: Any) -> Array:
        """The numbers (P,) of a tree of the same kind."""
        leaves, structure = jax.tree_util.tree_flatten(tree)
        shapes = [tuple(np.shape(one)) for one in leaves]
        if structure != self.tree or shapes != [one.shape for one in self.specification.tensors]:
            raise InputError("a tree of other arrays is not allowed: this model's has other names or shapes")
        return np.concatenate([np.asarray(one, self.dtype).ravel() for one in leaves])

    def state(self, params: ArrayLike) -> Any:
        """The tree of parameters (P,)."""
        return self._tree(jnp.asarray(self.check(params)))

    def parts(self) -> Sequence[Part]:
        return [_OneBatch(self, number) for number in range(len(self.batches))]

    def evaluate(self, params: Array) -> tuple[float, float]:
        vectors = np.stack([self.check(params)] * 3)
        sums = np.sum([part.sums(vectors, np.zeros((1, 2)), False)[:, 0] for part in self.parts()], axis=0)
        return float(sums[LOSS]) / self.samples, float(sums[RIGHT]) / self.samples

    def loss_and_gradient(self, params: Array) -> tuple[float, Array]:
        flat, total, gradient = jnp.asarray(self.check(params)), 0.0, np.zeros(np.size(params))
        for batch, size in self.batches:
            loss, slope = self._sloped(flat, batch)
            total += size * float(loss)
            gradient += size * np.asarray(slope, dtype=np.float64)
        return total / self.samples, (gradient / self.samples).astype(self.dtype)

    def products(self, params: Array) -> JaxProducts:
        return JaxProducts(self, self.check(params))

    def _tree(self, flat: Any) -> Any:
        pieces, at = [], 0
        for tensor, kind in zip(self.specification.tensors, self.kinds, strict=True):
            pieces.append(flat[at : at + tensor.size].reshape(tensor.shape).astype(kind))
            at += tensor.size
        return jax.tree_util.tree_unflatten(self.tree, pieces)

    def _mean(self, flat: Any, batch: Any) -> Any:
        return self._loss(self._tree(flat), *batch)

    def _terms(self, flat: Any, batch: Any) -> tuple[Any, Any]:
        """The losses known of a batch, of single samples or of all of it, and the share of right answers."""
        tree = self._tree(flat)
        if self._single:
            losses = jax.vmap(lambda *one: self._loss(tree, *(part[None] for part in one)))(*batch)
        else:
            losses = jnp.asarray(self._loss(tree, *batch))[None]
        right = math.nan if self._right is None else self._right(tree, *batch)
        return losses.reshape(-1), jnp.asarray(right, dtype=losses.dtype)

    @cached_property
    def _many(self) -> Any:
        """Of many parameters (n, P) at once."""
        return jax.jit(jax.vmap(self._terms, in_axes=(0, None)))

    @cached_property
    def _sloped(self) -> Any:
        return jax.jit(jax.value_and_grad(self._mean))

    @cached_property
    def _slopes(self) -> Any:
        return jax.jit(jax.vmap(jax.grad(self._mean), in_axes=(0, None)))

    @cached_property
    def _product(self) -> Any:
        """Of the Hessian over a batch, by deriving the gradient along the vector."""
        return jax.jit(lambda flat, v, batch: jax.jvp(lambda p: jax.grad(self._mean)(p, batch), (flat,), (v,))[1])

    def _found(self) -> bool:
        """Whether the losses of single samples are known. ValueError, in one line, where loss and data do not go
        together."""
        (batch, size), flat = self.batches[0], jnp.asarray(self.params)
        try:
            mean = jnp.asarray(self._mean(flat, batch))
        except Exception as error:
            raise InputError(
                f"the loss fails on a batch: {type(error).__name__}: {one_line(str(error))[:300]}"
            ) from error
        if mean.shape != () or not jnp.issubdtype(mean.dtype, jnp.floating):
            raise InputError(f"the loss gave {mean.dtype} of shape {mean.shape}: it must give one real number")
        if not batch:
            return False
        self._single = True
        try:
            losses, _ = self._terms(flat, batch)
        except Exception:
            return False
        alike = abs(float(losses.mean()) - float(mean)) <= _ALIKE * max(abs(float(mean)), 1e-6)
        return losses.shape == (size,) and alike


@dataclass(frozen=True)
class _OneBatch:
    model: JaxModel
    number: int

    @property
    def sizes(self) -> Floats:
        _, size = self.model.batches[self.number]
        return np.ones(size) if self.model._single else np.array([float(size)])

    def sums(self, vectors: Array, points: Floats, slopes: bool) -> Floats:
        batch, size = self.model.batches[self.number]
        many = vectors[0] + points.astype(vectors.dtype) @ vectors[1:]
        found = np.empty((5 if slopes else 3, len(points)))
        losses, right = self._terms(many)
        each = size / losses.shape[1]
        found[LOSS] = each * losses.sum(axis=1)
        found[SQUARES] = each * np.square(losses).sum(axis=1)
        found[RIGHT] = size * right
        if slopes:
            gradients = np.asarray(self.model._slopes(jnp.asarray(many), batch), dtype=np.float64)
            found[SLOPES] = size * (vectors[1:] @ gradients.T)
        return found

    def each(self, vectors: Array, alphas: Floats) -> Floats:
        many = vectors[0] + alphas.astype(vectors.dtype)[:, None] * vectors[1]
        losses, right = self._terms(many)
        return np.stack([losses.T, np.broadcast_to(right, losses.T.shape)])

    def _terms(self, many: Array) -> tuple[Floats, Floats]:
        """Losses (n, G) and shares of right answers (n,) at parameters (n, P), a few at a time."""
        batch, _ = self.model.batches[self.number]
        found = []
        for at in range(0, len(many), _CELLS):
            few = many[at : at + _CELLS]
            # As many each time, so that it is compiled once.
            padded = np.concatenate([few, np.repeat(few[-1:], _CELLS - len(few), axis=0)])
            losses, right = self.model._many(jnp.asarray(padded), batch)
            found.append((np.asarray(losses, np.float64)[: len(few)], np.asarray(right, np.float64)[: len(few)]))
        losses, right = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return losses, right


class JaxProducts:
    """The Hessian of the mean loss at parameters (P,)."""

    def __init__(self, model: JaxModel, params: Array) -> None:
        self.model, self.size, self.flat = model, params.size, jnp.asarray(params)

    def times(self, v: ArrayLike) -> Array:
        along, total = jnp.asarray(v, dtype=self.flat.dtype), np.zeros(self.size)
        for batch, size in self.model.batches:
            total += size * np.asarray(self.model._product(self.flat, along, batch), dtype=np.float64)
        return np.asarray((total / self.model.samples).astype(self.model.dtype))


def _batches(data: Any, size: int) -> list[tuple[tuple[Any, ...], int]]:
    """Tuples of arrays with as many samples each, and how many."""
    arrays = tuple(jnp.asarray(one) for one in (data if isinstance(data, tuple | list) else (data,)))
    if not arrays:
        return [((), 1)]
    lengths = {one.shape[0] if one.ndim else 0 for one in arrays}
    if len(lengths) != 1 or not (count := lengths.pop()):
        raise InputError(
            f"data of shapes {[one.shape for one in arrays]} are not allowed: arrays (N, …) of as many samples each "
            "are needed, and of one or more"
        )
    parts = [slice(at, at + size) for at in range(0, count, size)]
    return [(tuple(one[part] for one in arrays), min(part.stop, count) - part.start) for part in parts]


def _key(entry: Any) -> str:
    """A step of a path in a tree, as a name."""
    for name in ("key", "idx", "name"):
        if hasattr(entry, name):
            return str(getattr(entry, name))
    return str(entry)


def _tensor(name: str, array: Any, filters: int) -> Tensor:
    shape, *_, last = tuple(array.shape), *name.split(".")
    owner = name.rpartition(".")[0].rpartition(".")[2].lower()
    kind: Kind = "weight"
    if len(shape) < 2:
        kind = "norm" if last == "scale" or "norm" in owner else "bias"
        return Tensor(name, shape, kind)
    if last == "embedding":
        return Tensor(name, shape, "embedding", 0)
    return Tensor(name, shape, kind, filters % len(shape))
