"""Models of any kind, for planes, surfaces, curvature and lines: PyTorch modules, JAX's trees, and plain functions."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "callables": ["function"],
        "jax_trees": ["jax"],
        "making": ["made"],
        "objective": ["Model", "Objective"],
        "specification": ["Specification", "Tensor"],
        "torch_modules": ["torch"],
    },
)
