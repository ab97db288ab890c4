"""Networks: the perceptron on one flat buffer, its parts, its Hessian, and its weights in files."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__, submodules=["activations", "initialisers", "losses", "weights"]
)
