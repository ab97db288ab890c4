"""Data sets for training: the bundled MNIST, and any `.npz` file in the Keras layout."""

from __future__ import annotations

from .base import Dataset
from .load import load

__all__ = ["Dataset", "load"]
