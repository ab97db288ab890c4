"""Planes through weight space. A plane is three flat vectors, so any model's parameters will do.

>>> import numpy as np
>>> import landscape as ls
>>> plane = ls.planes.through([0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 2.0, 0.0])
>>> plane.project([0.5, 1.0, 3.0])
(array([0. , 0.5]), array(3.))
"""

from __future__ import annotations

from .directions import gradient, hessian, random, through
from .fitted import frame, pca
from .plane import Kind, Plane, around

__all__ = ["Kind", "Plane", "around", "frame", "gradient", "hessian", "pca", "random", "through"]
