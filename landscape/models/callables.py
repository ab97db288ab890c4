"""Models that are functions of a flat vector: scikit-learn's, SciPy's, anybody's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..core.annotations import Array, Floats
from ..core.errors import not_allowed
from ..core.turns import one_at_a_time
from .objective import Objective, Part
from .specification import Specification, Tensor

Loss = Callable[[Array], float]
_ROUNDING = 1e-14


def function(
    loss: Loss,
    gradient: Callable[[Array], ArrayLike] | None = None,
    hvp: Callable[[Array, Array], ArrayLike] | None = None,
    *,
    accuracy: Loss | None = None,
    tensors: Mapping[str, Sequence[int]] | Iterable[Tensor] | None = None,
    params: ArrayLike | None = None,
    at_once: bool = False,
) -> Function:
    """A Model of any functions of flat parameters (P,) float64.

    Parameters
    ----------
    loss : from parameters to a number. It must give the same again.
    gradient : from parameters to (P,); for planes along it, slopes and walks.
    hvp : from parameters and a vector (P,) to the Hessian's product with it; for Hessian planes and curvature.
    accuracy : from parameters to a share of right answers.
    tensors : what the parameters are made of, for filter norms and layers: shapes by name in PyTorch's layout (out, in,
        …), or `models.Tensor`s, which say which axis counts filters.
    params : (P,), what they are at first.
    at_once : the functions may be called in several threads at once, as they change nothing, their model least of all.
        Otherwise there is one call at a time in a process: most models hold one set of parameters only.

    >>> import numpy as np
    >>> import landscape as ls
    >>> bowl = ls.models.function(lambda p: p @ p, gradient=lambda p: 2 * p, hvp=lambda p, v: 2 * v)
    >>> values, _, _ = ls.curvature.top(bowl, np.ones(5), k=2)
    >>> values.round(6)
    array([2., 2.])
    """
    for name, one in (("loss", loss), ("gradient", gradient), ("hvp", hvp), ("accuracy", accuracy)):
        if one is not None and not callable(one):
            raise not_allowed(name, one, "it must be a function of parameters (P,)")
    specification = None if tensors is None else Specification.of(tensors)
    start = np.zeros(0 if specification is None else specification.size) if params is None else np.asarray(params)
    made = Function(loss, gradient, hvp, accuracy, specification, start.astype(np.float64), at_once)
    if start.size:
        made.check(start)
    return made


@dataclass(frozen=True, eq=False)
class Function(Objective):
    """Functions of flat parameters, as `function` takes them."""

    loss: Loss
    slope: Callable[[Array], ArrayLike] | None = None
    along: Callable[[Array, Array], ArrayLike] | None = None
    right: Loss | None = None
    specification: Specification | None = None
    params: Floats = None  # type: ignore[assignment]
    at_once: bool = False

    dtype = np.dtype(np.float64)
    samples = losses = cells = 1

    def __repr__(self) -> str:
        return f"<Model of the function {getattr(self.loss, '__name__', type(self.loss).__name__)}>"

    @property
    def about(self) -> list[Any]:
        return ["function"]

    @property
    def rounding(self) -> float:
        return _ROUNDING

    def parts(self) -> Sequence[Part]:
        return [_Whole(self)]

    def evaluate(self, params: Array) -> tuple[float, float]:
        right = float("nan") if self.right is None else self._number(self.right, params, "accuracy")
        return self._number(self.loss, params, "loss"), right

    def loss_and_gradient(self, params: Array) -> tuple[float, Array]:
        if self.slope is None:
            return super().loss_and_gradient(params)
        return self.evaluate(params)[0], self._vector("gradient", self.slope, params)

    def products(self, params: Array) -> _Products:
        if self.along is None:
            super().products(params)
        return _Products(self, np.array(params, dtype=np.float64))

    def _number(self, called: Loss, params: Array, what: str) -> float:
        """What a function gives for parameters (P,), which are copied: it may write into what it is given."""
        with nullcontext() if self.at_once else one_at_a_time:
            value = called(np.array(params, dtype=np.float64))
        try:
            if isinstance(value, str | bytes):
                raise TypeError
            # A number in an array, or in a tensor of another library's.
            return float(value.item() if hasattr(value, "item") else value)
        except (TypeError, ValueError, RuntimeError, OverflowError):
            shape = tuple(getattr(value, "shape", ()))
            more = f" of shape {shape}" if shape else f" {value}" if isinstance(value, complex | str) else ""
            kind = type(value).__name__ + more
            raise ValueError(f"the {what} gave a value of type {kind}: it must give one real number") from None

    def _vector(self, what: str, called: Callable[..., ArrayLike], params: Array, *more: Array) -> Floats:
        with nullcontext() if self.at_once else one_at_a_time:
            found = np.asarray(called(*(np.array(one, dtype=np.float64) for one in (params, *more))))
        if found.shape != np.shape(params) or found.dtype.kind not in "fiu":
            raise ValueError(
                f"the {what} gave {found.dtype} of shape {found.shape}: it must give real numbers of shape "
                f"{np.shape(params)}"
            )
        return found.astype(np.float64)


@dataclass(frozen=True)
class _Products:
    model: Function
    params: Floats

    @property
    def size(self) -> int:
        return self.params.size

    def times(self, v: ArrayLike) -> Floats:
        assert self.model.along is not None
        return self.model._vector("hvp", self.model.along, self.params, np.asarray(v))


@dataclass(frozen=True)
class _Whole:
    """All of what a function's loss is of, as one part; a class, as it can be sent to other processes."""

    model: Function

    @property
    def sizes(self) -> Floats:
        return np.ones(1)

    def sums(self, vectors: Array, points: Floats, slopes: bool) -> Floats:
        found = np.empty((5 if slopes else 3, len(points)))
        for k, (a, b) in enumerate(points.tolist()):
            params = vectors[0] + a * vectors[1] + b * vectors[2]
            try:
                loss, right = self.model.evaluate(params)
                found[:3, k] = loss, loss * loss, right
                if slopes:
                    found[3:, k] = vectors[1:] @ self.model.loss_and_gradient(params)[1]
            except Exception as error:
                error.add_note(f"This was at ({a:g}, {b:g}) of the plane.")
                raise
        return found

    def each(self, vectors: Array, alphas: Floats) -> Floats:
        found = [self.model.evaluate(vectors[0] + alpha * vectors[1]) for alpha in alphas]
        return np.array(found).T[:, None, :]
