"""Data sets for training: the bundled MNIST, points in the plane, `.npz` files in the Keras layout, IDX folders."""

from .dataset import Dataset
from .reading import BUNDLED, has_name, load

__all__ = ["BUNDLED", "Dataset", "has_name", "load"]
