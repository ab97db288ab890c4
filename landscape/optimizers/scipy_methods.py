"""SciPy's minimisers by name, so that a second-order path can be drawn beside the others."""

from __future__ import annotations

from dataclasses import dataclass

from ..core.checks import one_of

METHODS = (
    "bfgs",
    "cg",
    "l-bfgs-b",
    "nelder-mead",
    "newton-cg",
    "powell",
    "slsqp",
    "tnc",
    "trust-exact",
    "trust-krylov",
    "trust-ncg",
)
NEED_HESSIAN = ("newton-cg", "trust-exact", "trust-krylov", "trust-ncg")  # want the Hessian
DERIVATIVE_FREE = ("nelder-mead", "powell")  # want no gradient


@dataclass(frozen=True)
class SciPy:
    """A method of `scipy.optimize.minimize`, for `descend` only: it asks the terrain itself, as often as it likes.

    One step is one iteration of the method. Methods of second order get the terrain's closed-form Hessian.
    """

    method: str

    def __post_init__(self) -> None:
        one_of("SciPy method", self.method, METHODS)

    @property
    def name(self) -> str:
        """What `optimizers.parse` reads, as in scipy:l-bfgs-b."""
        return f"scipy:{self.method}"
