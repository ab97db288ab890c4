"""Terrains from a user's own Python functions."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..core import own
from ..core.checks import Text
from ..core.errors import shortened, unknown
from . import differences
from .batched import Batched
from .custom import DOMAIN, CustomTerrain, frame
from .terrain import Array, Height, split

# Where a function is tried out: as fractions of the domain, in no line with its border, its centre or each other.
_PROBES = np.array([[0.245, 0.43], [0.51, 0.86], [0.735, 0.29], [0.98, 0.72], [0.02, 0.15]])

# Steps of the differences, as fractions of the domain's width and height: where truncation and rounding balance for
# terrain whose features are about a twentieth of the domain.
_SLOPE_STEP, _CURVATURE_STEP = 5e-4, 2e-3

_ATTRIBUTES = ("domain", "gradient", "hessian", "start", "minima", "height", "floor")


@dataclass(frozen=True)
class FunctionTerrain(CustomTerrain):
    """A terrain from Python functions; made by `from_function` and `from_file`."""

    source: Text = ""
    f: Batched = field(kw_only=True, repr=False)
    own_gradient: Batched | None = field(default=None, repr=False)
    own_hessian: Batched | None = field(default=None, repr=False)

    def value(self, xy: ArrayLike) -> Array:
        return self._each(xy, self.f, ())

    def gradient(self, xy: ArrayLike) -> Array:
        return self._each(xy, self.own_gradient or partial(self._differences, self.f), (2,))

    def hessian(self, xy: ArrayLike) -> Array:
        return self._each(xy, self.own_hessian or self._curvatures, (2, 2))

    def _curvatures(self, points: Array) -> Array:
        if self.own_gradient is None:
            return differences.curvatures(self.f, points, _CURVATURE_STEP * np.ptp(self.domain, axis=1))
        jacobian = self._differences(self.own_gradient, points)
        return 0.5 * (jacobian + jacobian.swapaxes(-1, -2))

    def _differences(self, f: Batched, points: Array) -> Array:
        return differences.slopes(f, points, _SLOPE_STEP * np.ptp(self.domain, axis=1))

    @staticmethod
    def _each(xy: ArrayLike, f: Callable[[Array], Array], shape: tuple[int, ...]) -> Array:
        x, y = split(xy)
        # Outside of its domain a function may well overflow: that is a result, as in the other terrains.
        with np.errstate(all="ignore"):
            return f(np.stack([x.ravel(), y.ravel()], axis=-1)).reshape((*x.shape, *shape))


def from_function(
    f: Callable[..., Any],
    domain: Any,
    gradient: Callable[..., Any] | None = None,
    hessian: Callable[..., Any] | None = None,
    *,
    start: ArrayLike | None = None,
    minima: ArrayLike | None = None,
    name: str | None = None,
    height: Height = "linear",
    floor: float = 0.0,
) -> FunctionTerrain:
    """A terrain from a Python function.

    Parameters
    ----------
    f : f(x, y), or f(xy) with xy of shape (..., 2): the number of its required positional parameters decides. It may
        take arrays or only single numbers, for instance by using `math` or `if`; then it is called point by point.
    domain : ((x0, x1), (y0, y1)), the part to be drawn.
    gradient, hessian : called in the same ways. With (x, y) they return (∂x, ∂y) and ((∂xx, ∂xy), (∂yx, ∂yy)); with xy
        arrays (..., 2) and (..., 2, 2).
    start : a quarter of the way in from the domain's lower left corner if None.
    minima, height, floor : as in `Terrain`.
    name : the function's own name if None.

    Derivatives that are not given come from central differences of sixth order, with steps of 1/2000 of the domain's
    width and height (1/500 for a Hessian from values). On the smooth textbook terrains the error is at most 1e-11 of
    the largest gradient, 1e-8 of the largest Hessian entry from values, and 1e-11 from a given gradient. Features
    narrower than a hundredth of the domain, such as kinks, cliffs and the edge of `sigmoid_chain`, are not resolved.

    Raises ValueError, in one line, for a domain, a function or a result that cannot be used.

    >>> bowl = from_function(lambda x, y: x**2 + 3 * y**2, ((-1, 1), (-1, 1)))
    >>> bowl.gradient([0.5, 0.5]).round(9)
    array([1., 3.])
    """
    fields = frame(domain, start, minima, height, floor)
    low, high = np.transpose(fields["domain"])
    probes = low + _PROBES * (high - low)
    name = str(name or getattr(f, "__name__", type(f).__name__))
    return FunctionTerrain(
        **fields,
        name=name,
        f=Batched.of(f, name, (), probes),
        own_gradient=gradient and Batched.of(gradient, f"gradient of {name}", (2,), probes),
        own_hessian=hessian and Batched.of(hessian, f"hessian of {name}", (2, 2), probes),
    )


def from_file(text: str, domain: Any = None) -> FunctionTerrain:
    """A terrain from a function in a Python file, written `path/to/file.py:function`.

    Attributes of the function that have the names of parameters of `from_function` are used as such, for instance
    `my_loss.domain = ((0, 1), (0, 1))`; `domain` here takes precedence. Without either it is ((−3, 3), (−3, 3)).
    The file is executed. Raises ValueError, in one line, if it is missing, fails, or has no such function.
    """
    wanted, members = own.members(text, "function")
    where = own.path_of(text)
    module = members.get("__name__")
    functions = [
        key
        for key, member in members.items()
        if inspect.isfunction(member) and member.__module__ == module and not key.startswith("_")
    ]
    if not callable(f := members.get(wanted)):
        raise unknown(f"function of {where}", wanted, functions)
    if settings := own.halves(text)[1].strip():
        raise ValueError(f"'{shortened(settings)}' in '{shortened(text)}' is not allowed: a function has no parameters")
    return with_attributes(f, wanted, own.halves(text)[0], {} if domain is None else {"domain": domain})


def with_attributes(f: Any, name: str, source: str, given: Mapping[str, Any] = MappingProxyType({})) -> FunctionTerrain:
    """A terrain from a function with attributes as `from_file` reads them; what is `given` takes precedence.

    source : its notation.
    """
    attributes = {key: getattr(f, key) for key in _ATTRIBUTES if hasattr(f, key)}
    made = from_function(f, **{"domain": DOMAIN, "name": name} | attributes | dict(given))
    return replace(made, source=source)
