"""What planes, surfaces, curvature, lines and projections need of a model: a loss as a function of one flat vector."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..core.annotations import Array, Floats
from ..core.errors import InputError
from ..datasets.sample import Caption
from .jet import Jet
from .specification import Specification

LOSS, SQUARES, RIGHT, SLOPES = 0, 1, 2, slice(3, 5)  # rows of what parts sum up
_POINT = 1e-12  # seconds that a parameter and sample take at a point, at the least


@runtime_checkable
class Model(Protocol):
    """A network, or anything else with parameters: `MLP`, or what `models.torch`, `models.jax` and `models.function`
    make.

    Attributes
    ----------
    params : (P,), what they are at first; methods take those to be used as an argument and change nothing.
    specification : the tensors that they are made of.
    """

    @property
    def params(self) -> Array: ...

    @property
    def specification(self) -> Specification | None: ...

    def on(self, x: ArrayLike | None = None, y: ArrayLike | None = None) -> Objective:
        """Its mean loss over images x (N, D) with labels y (N,); over its own data, where it has some, without."""
        ...


class Products(Protocol):
    """A matrix (P, P), such as a Hessian, as something to multiply vectors with."""

    @property
    def size(self) -> int: ...

    def times(self, v: ArrayLike) -> Array:
        """Its product (P,) with a vector (P,)."""
        ...


class Part(Protocol):
    """Some of the samples, which other threads or processes may work on.

    sizes : (G,), how many samples each loss is a mean over: 1, or those of a batch.
    """

    @property
    def sizes(self) -> Floats: ...

    def sums(self, vectors: Array, points: Floats, slopes: bool) -> Floats:
        """Over all its samples, at points (n, 2) of the plane of vectors (3, P): the loss, the squares of the losses,
        and the right answers, nan where none is right or wrong; with `slopes` also the loss's derivatives by the two
        coordinates: (3, n) or (5, n)."""
        ...

    def each(self, vectors: Array, alphas: Floats) -> Floats:
        """Each loss, and the share of right answers, at vectors[0] + α · vectors[1]: (2, G, n)."""
        ...


class Jets(Protocol):
    """A loss all along a plane."""

    def jet(self, a: float, b: float, order: int, chosen: NDArray[np.int64] | None = None) -> Jet:
        """At coordinates (a, b), with derivatives up to `order`; over the samples with the numbers `chosen`, or all."""
        ...


class Objective(ABC):
    """The mean loss of a model over samples: a Model with data of its own.

    Attributes
    ----------
    params : (P,), what they are at first.
    specification : the tensors of the parameters; None where only their number is known, if that.
    dtype : float32 or float64, in which it computes.
    samples : how many the loss is a mean over. losses : how many independent ones are known, of samples or of batches.
    about : what decides on its numbers, for checksums; whole : whether that is all, and no code of a user's besides.
    at_once : whether several threads may call it at once.
    cells : points that a part had best be asked for at a time; None for as many as there are.
    caption : what captions say of its data, where nothing else is said.
    """

    params: Array
    specification: Specification | None
    dtype: np.dtype[Any]
    samples: int
    whole: bool = False
    at_once: bool = False
    cells: int | None = None
    caption: Caption = ""

    @property
    @abstractmethod
    def about(self) -> list[Any]: ...

    @property
    def losses(self) -> int:
        return self.samples

    @property
    def rounding(self) -> float:
        """Of the loss, as a share of it."""
        return 64 * float(np.finfo(self.dtype).eps)

    @abstractmethod
    def evaluate(self, params: Array) -> tuple[float, float]:
        """Mean loss, and the share of right answers, at parameters (P,); nan where no answer is right or wrong."""

    @abstractmethod
    def parts(self) -> Sequence[Part]:
        """All samples, in parts."""

    def on(self, x: ArrayLike | None = None, y: ArrayLike | None = None) -> Objective:
        """Itself: it has data of its own."""
        if x is not None or y is not None:
            raise InputError("images x and labels y are not allowed: this model has data of its own")
        return self

    def session(self) -> AbstractContextManager[None]:
        """To be entered where many calls follow each other."""
        return nullcontext()

    def loss_value(self, params: Array) -> float:
        """Mean loss at parameters (P,)."""
        return self.evaluate(params)[0]

    def accuracy(self, params: Array) -> float:
        """Share of right answers at parameters (P,)."""
        return self.evaluate(params)[1]

    def loss_and_gradient(self, params: Array) -> tuple[float, Array]:
        """Mean loss at parameters (P,), and its gradient (P,); ValueError for a model that knows none."""
        raise InputError("this model has no gradient: give it one, as models.function(loss, gradient=…)")

    def products(self, params: Array) -> Products:
        """The Hessian of the mean loss at parameters (P,); ValueError for a model that knows none."""
        raise InputError("this model has no Hessian: give it products, as models.function(loss, gradient, hvp=…)")

    def hvp(self, params: Array, v: Array) -> Array:
        """The Hessian of the mean loss at parameters (P,), times v (P,)."""
        return self.products(params).times(v)

    def jets(self, vectors: Array) -> Jets:
        """All along the plane of vectors (3, P)."""
        return _Points(self, vectors)

    def check(self, params: ArrayLike) -> Array:
        """Parameters (P,) as an array of its type; ValueError for another number of them."""
        found = np.asarray(params)
        if self.specification is not None:
            self.specification.check(found)
        elif found.ndim != 1 or not found.size:
            raise ValueError(f"parameters of shape {found.shape} are not allowed: a flat vector (P,) is needed")
        return found.astype(self.dtype, copy=False)

    def seconds(self, points: int, parameters: int) -> float:
        """That so many points of a plane take at the least."""
        return points * self.samples * parameters * _POINT


@dataclass(frozen=True)
class _Points:
    """Point after point, by the objective's own gradient and Hessian."""

    objective: Objective
    vectors: Array

    def jet(self, a: float, b: float, order: int, chosen: NDArray[np.int64] | None = None) -> Jet:
        if chosen is not None:
            raise InputError("this model has its data as a whole, and no batches of them")
        origin, *basis = self.vectors
        params, count = origin + a * basis[0] + b * basis[1], self.objective.samples
        loss, right = self.objective.evaluate(params)
        jet = Jet(loss * count, right * count)
        if order:
            _, gradient = self.objective.loss_and_gradient(params)
            jet.gradient[:] = [count * float(np.dot(axis, gradient)) for axis in basis]
        if order > 1:
            products = self.objective.products(params)
            ahead = [products.times(axis) for axis in basis]
            jet.hessian[:] = [[count * float(np.dot(axis, other)) for other in ahead] for axis in basis]
        return jet


def objective(model: Model | None, x: ArrayLike | None = None, y: ArrayLike | None = None) -> Objective:
    """The loss of a model over images x (N, D), y (N,), or over data of its own; ValueError, in one line, for what is
    no model."""
    if isinstance(model, Model):
        if (x is None) != (y is None):
            raise InputError("images x and labels y belong together: give both, or none for a model with own data")
        return model.on(x, y)
    if hasattr(model, "state_dict") and hasattr(model, "named_parameters"):
        raise InputError("a PyTorch module is no model yet: make it one by ls.models.torch(module, loss, data)")
    hint = ": a function becomes one by ls.models.function(loss)" if callable(model) else ""
    raise InputError(f"{type(model).__name__} is no model{hint}; allowed: MLP, and what ls.models makes")


def told_of(model: Model) -> str:
    """What a model is, so that others can be told from it: a network's layers, activation and loss."""
    return str(model.told) if hasattr(model, "told") else repr(model)
