"""The curvature of a model's loss: eigenvalues of its Hessian, by exact Hessian-vector products.

The Hessian itself, P × P, is never formed. All are of the mean loss over images x (N, D), y (N,), or
over the model's own data, where it has some.
"""

from ..models.spectrum import density, top
from .sharpness import Sharpness, along

__all__ = ["Sharpness", "along", "density", "top"]
