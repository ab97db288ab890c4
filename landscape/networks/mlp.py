"""MLP: a multilayer perceptron whose parameters are one flat buffer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from ..core import bounds
from ..core.annotations import Array, Labels
from ..core.checks import at_least
from ..core.errors import InputError, not_allowed, shortened
from ..core.shown import Shown
from ..core.values import Value
from . import activations, initialisers, losses
from .activations import Activation
from .architecture import Architecture, fitting
from .hessian import product
from .initialisers import Initialiser
from .losses import Loss
from .over_images import OverImages
from .passes import Trace, Workspace

_MOST_LAYERS, _MOST_PARAMETERS = 1000, 100_000_000  # beyond which memory ends, or patience


class MLP(Value, Shown, Architecture):
    """A fully connected network; the last layer is linear and gives logits.

    Parameters
    ----------
    sizes : units a layer, from the input to the classes; (784, 10) without a hidden layer is softmax regression.
    activation : of the hidden layers, by name or notation: "relu", "leaky_relu:slope=0.1" (see `activations.names()`).
    init : initialiser of the weights, "he", "normal:std=0.01" … (`initialisers.names()`); biases start at 0.
    loss : "cross_entropy", "cross_entropy:label_smoothing=0.1", "mse".
    seed : of the initial weights.
    dtype : float32, or float64 for checks.

    Attributes
    ----------
    params : (P,), the initial parameters, in the order W1 b1 W2 b2 …, each W (in, out) in C order. Methods take the
        parameters to be used as an argument and change nothing.

    >>> import landscape as ls
    >>> ls.MLP((784, 128, 10)).params.size
    101770
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: Activation | str = "relu",
        init: Initialiser | str = "he",
        loss: Loss | str = "cross_entropy",
        seed: int = 0,
        dtype: DTypeLike = np.float32,
    ) -> None:
        if isinstance(sizes, str) or not isinstance(sizes, Sequence | np.ndarray) or len(sizes) < 2:
            raise not_allowed("layers", sizes, "a sequence of sizes, at least an input and an output, is needed")
        if len(sizes) > _MOST_LAYERS:
            raise ValueError(f"{len(sizes)} layers are not allowed: at most {_MOST_LAYERS}")
        self.sizes = tuple(at_least("layer size", size, 1) for size in sizes)
        if (parameters := self.parameters) > _MOST_PARAMETERS:
            why = f"a network of {parameters} parameters, of which there may be {_MOST_PARAMETERS}"
            raise not_allowed("layers", self.sizes, why)
        self.activation, self.init, self.loss = activations.of(activation), initialisers.of(init), losses.of(loss)
        self.seed, self.dtype = at_least("seed", seed, 0), _precision(dtype)

        rng = np.random.default_rng(self.seed)
        # Each layer is drawn in float64.
        bounds.memory({f"layers = {shortened(self.sizes)}": parameters * (self.dtype.itemsize + 16)})
        self.params = np.zeros(parameters, dtype=self.dtype)
        # A deviation may be too large for the precision: such weights are infinite.
        with np.errstate(over="ignore"):
            for w, _ in self.layers(self.params):
                w[:] = self.init.draw(w.shape[0], w.shape[1], rng)

    @classmethod
    def stored(cls, settings: Mapping[str, Any], params: Array) -> MLP:
        """The network of a run, from its `settings` in a file, with parameters (P,) that were not drawn. Nothing is run
        that they name; what is not known here does not compute."""
        net = cls(settings["sizes"], init=initialisers.Zeros(), seed=settings["seed"], dtype=settings["dtype"])
        net.activation = activations.stored(settings["activation"])
        net.init, net.loss = initialisers.stored(settings["init"]), losses.stored(settings["loss"])
        net.params = params
        return net

    def __repr__(self) -> str:
        sizes, act = "-".join(map(str, self.sizes)), activations.text(self.activation, defaults=False)
        return f"<MLP {sizes} {act}, {self.params.size:,} parameters>"

    def _contents(self) -> dict[str, Any]:
        return {**self.settings, "params": self.params}

    @property
    def settings(self) -> dict[str, Any]:
        """What `MLP(**settings)` needs to make this network again."""
        return {
            "sizes": list(self.sizes),
            "activation": activations.text(self.activation),
            "init": initialisers.text(self.init),
            "loss": losses.text(self.loss),
            "seed": self.seed,
            "dtype": self.dtype.name,
        }

    def on(self, x: ArrayLike | None = None, y: ArrayLike | None = None) -> OverImages:
        """The mean loss over images x (N, D) with labels y (N,), as a function of the parameters alone."""
        if x is None or y is None:
            raise InputError("an MLP has no data of its own: give images x (N, D) and labels y (N,)")
        return OverImages(self, self.params, x, y)

    def loss_value(self, params: Array, x: Array, y: Labels) -> float:
        """Mean loss over images (N, D) with labels (N,)."""
        return self.evaluate(params, x, y)[0]

    def accuracy(self, params: Array, x: Array, y: Labels) -> float:
        """Share of images whose largest logit is that of the label."""
        return self.evaluate(params, x, y)[1]

    def evaluate(self, params: Array, x: Array, y: Labels) -> tuple[float, float]:
        """Mean loss and accuracy in one pass over the data. ValueError, as everywhere, for data that do not fit."""
        return self.on(x, y).evaluate(params)

    def loss_and_gradient(self, params: Array, x: ArrayLike, y: Labels) -> tuple[float, Array]:
        """Mean loss over images (N, D) and its gradient (P,)."""
        return self.on(x, y).loss_and_gradient(params)

    def hvp(self, params: Array, v: Array, x: ArrayLike, y: Labels) -> Array:
        """The Hessian of the mean loss over images (N, D), times v (P,): exact, by the R-operator.

        For many products at the same parameters make a `Hessian` once.
        """
        return product(self, params, v, x, y)

    def trace(self, params: Array, x: ArrayLike, y: Labels) -> Trace:
        """Every intermediate of one forward and backward pass over images (N, D)."""
        x, y = fitting(self, x, y)
        params, x = np.asarray(params, dtype=self.dtype), np.asarray(x, dtype=self.dtype)
        work, layers, gradient = Workspace(self, len(x), whole=True), self.layers(params), np.empty_like(params)
        work.forward(layers, x)
        logits = work.z[-1].copy()
        loss = work.backward(layers, x, y, self.layers(gradient), len(x))
        return Trace(x, [*work.z[:-1], logits], work.a, [*work.delta, work.z[-1]], loss, gradient, self)


def _precision(dtype: DTypeLike) -> np.dtype[Any]:
    try:
        found = np.dtype(dtype)
    except (TypeError, ValueError, SyntaxError):
        found = None
    if found not in (np.float32, np.float64):
        raise not_allowed("dtype", dtype, "it must be float32 or float64")
    return found
