"""The curvature of a network's loss: eigenvalues of its Hessian, by exact Hessian-vector products.

The Hessian itself, P × P, is never formed. All are of the mean loss over images x (N, D), y (N,).
"""

from ..networks.spectrum import density, top
from .sharpness import Sharpness, along

__all__ = ["Sharpness", "along", "density", "top"]
