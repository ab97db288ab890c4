"""JAX's losses of trees of parameters as models."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..core.checks import at_least
from ..core.errors import InputError, LandscapeError

if TYPE_CHECKING:
    from .jax_objective import JaxModel


def jax(
    loss: Callable[..., Any],
    params: Any,
    data: Any = (),
    *,
    accuracy: Callable[..., Any] | None = None,
    filters: int = -1,
    batch_size: int = 500,
    caption: str = "",
) -> JaxModel:
    """A Model of a loss in JAX, as a function of the numbers in a tree of parameters.

    Parameters
    ----------
    loss : called as loss(params, *batch), a batch's mean; it must be pure, as for `jax.grad`.
    params : a tree of arrays, such as Flax's or Haiku's: dicts, lists, dataclasses that are registered.
    data : a tuple of arrays (N, …), such as (x, y), which are split into batches along their first axis; none if the
        loss has its data in it.
    accuracy : called as accuracy(params, *batch), the share of right answers.
    filters : the axis that counts filters, in arrays of two axes or more: the last one in JAX's layout (in, out).
        Arrays called "embedding" have theirs first.
    batch_size : samples at a time.
    caption : what captions say of the data.

    Numbers are computed in float32, or in float64 where `jax_enable_x64` is set and the parameters are. ValueError, in
    one line, for what does not go together; LandscapeError where JAX is not installed.
    """
    try:
        from .jax_objective import JaxModel
    except ImportError as error:
        if error.name != "jax":
            raise
        raise LandscapeError("JAX is not installed: pip install jax") from None
    for name, one in (("loss", loss), ("accuracy", accuracy)):
        if not callable(one) and (one is not None or name == "loss"):
            raise InputError(f"{name} = {one!r} is not allowed: it must be a function of params and a batch")
    return JaxModel(loss, params, data, accuracy, filters, at_least("batch_size", batch_size, 1), caption)
