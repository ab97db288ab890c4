"""Data sets for training: the bundled MNIST, `.npz` files in the Keras layout, and folders of IDX files."""

from .dataset import Dataset
from .reading import BUNDLED, load

__all__ = ["BUNDLED", "Dataset", "load"]
