"""Dataset: images and labels in memory, ready for training."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..checks import at_least


@dataclass(frozen=True)
class Dataset:
    """Training and test images with their labels.

    Attributes
    ----------
    name : what captions and errors call it.
    x_train, x_test : (N, D) float32 in [0, 1], an image a row.
    y_train, y_test : (N,) int64, class numbers from 0.
    source : what `load` takes to read it again, whole where this is a subset: "mnist", or the absolute path of a file
        or folder; empty for arrays that come from elsewhere.
    """

    name: str
    x_train: NDArray[np.float32]
    y_train: NDArray[np.int64]
    x_test: NDArray[np.float32]
    y_test: NDArray[np.int64]
    source: str = ""

    @property
    def classes(self) -> int:
        """Number of classes."""
        return int(max(self.y_train.max(), self.y_test.max())) + 1

    def subset(self, n: int, seed: int = 0) -> Dataset:
        """The same data with only `n` training images, drawn without replacement; all test images stay."""
        at_least("n", n, 1)
        if n > len(self.x_train):
            raise ValueError(f"n = {n} is not allowed: {self.name} has {len(self.x_train)} training images")
        chosen = np.sort(np.random.default_rng(seed).choice(len(self.x_train), n, replace=False))
        return replace(self, x_train=self.x_train[chosen], y_train=self.y_train[chosen])
