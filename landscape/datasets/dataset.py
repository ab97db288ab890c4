"""Dataset: images and labels in memory, ready for training."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ..core.checks import at_least, finite, positive
from ..core.errors import InputError
from ..core.shown import Shown
from ..core.values import Value
from . import arrays
from .sample import Images, Part, Sample, Thing


@dataclass(frozen=True, eq=False, repr=False)
class Dataset(Value, Shown):
    """Training and test images with their labels, checked and brought into one form, whether `load` or a hand made it.

    Attributes
    ----------
    name : what captions and errors call it.
    x_train, x_test : (N, D) float32, an image a row. Given as arrays (N, …): bytes and other whole numbers 0…255 are
        divided by 255, by their content and not by their type, so black and white, as 0 and 1, stays as it is; so do
        numbers in [0, 1], and floating ones of which some are below 0, as standardised ones are. Both parts are treated
        alike.
    y_train, y_test : (N,) int64, class numbers from 0. Given as whole numbers (N,) or (N, 1).
    source : what `load` takes to read it again, whole where this is a subset: "mnist", or the absolute path of a file
        or folder; empty for arrays that come from elsewhere.
    scaling : what was done to the pixels, in words; found out if empty. With other words than its own, floating numbers
        of any range are taken as they are.
    mean, std : what `standardised` took off and divided by; 0 and 1 where it was not called.

    Raises DataError, which is a ValueError, for arrays that do not fit one another, labels that are no class numbers,
    and pixels that are not finite or on no scale named above.
    """

    name: str
    x_train: NDArray[np.float32]
    y_train: NDArray[np.int64]
    x_test: NDArray[np.float32]
    y_test: NDArray[np.int64]
    source: str = ""
    scaling: str = ""
    mean: float = 0.0
    std: float = 1.0
    # Of what this was made from; not carried over by `dataclasses.replace`, which may put other images in.
    _whole: int | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        finite("mean", self.mean)
        positive("std", self.std)
        given = {key: arrays.array(getattr(self, key), key) for key in ("x_train", "y_train", "x_test", "y_test")}
        arrays.shapes(**given)
        for key in ("y_train", "y_test"):
            object.__setattr__(self, key, arrays.classes(given[key], key))
        train, test, scaling = arrays.pixels(given["x_train"], given["x_test"], self.scaling)
        done = {"x_train": train, "x_test": test, "scaling": scaling}
        if scaling in (arrays.DIVIDED, arrays.AS_GIVEN):
            done |= {"mean": 0.0, "std": 1.0}  # whatever was done to the images in whose place these were put
        for name, value in done.items():
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"<Dataset {self.name}: {self.told}, {self.classes} classes>"

    @property
    def thing(self) -> Thing:
        """What an example is: an image, unless it has two numbers, which make a point."""
        return "points" if self.x_train.shape[1] == 2 else "images"

    @property
    def told(self) -> str:
        """How many examples of how many numbers there are, in words."""
        counts = f"{len(self.x_train):,} training and {len(self.x_test):,} test {self.thing}"
        return f"{counts} of {self.x_train.shape[1]:,} {'pixels' if self.thing == 'images' else 'coordinates'}"

    @property
    def classes(self) -> int:
        """Number of classes."""
        return int(max(self.y_train.max(), self.y_test.max())) + 1

    @property
    def ends(self) -> tuple[float, float]:
        """Between which the pixels of the test images are shown: 0 and 1, or the least and the greatest where some lie
        outside."""
        low, high = float(self.x_test.min()), float(self.x_test.max())
        return (0.0, 1.0) if low >= 0 and high <= 1 else (low, high)

    @property
    def checksums(self) -> dict[str, int]:
        """What tells these data from others, under the names by which a run keeps it.

        "pixels" and "test_pixels" : of every training and test image and label. "whole_pixels" : "pixels" of what
        `subset` and `standardised` made this from; its own where they were not called.
        """
        own = arrays.checksum(self.x_train, self.y_train)
        whole = own if self._whole is None else self._whole
        return {"pixels": own, "test_pixels": arrays.checksum(self.x_test, self.y_test), "whole_pixels": whole}

    def subset(self, n: int, seed: int = 0) -> Dataset:
        """The same data with only `n` training images, drawn without replacement; all test images stay."""
        n, seed = at_least("n", n, 1), at_least("seed", seed, 0)
        if n > len(self.x_train):
            raise InputError(f"n = {n} is not allowed: {self.name} has {len(self.x_train)} training images")
        chosen = np.sort(np.random.default_rng(seed).choice(len(self.x_train), n, replace=False))
        return self._made(replace(self, x_train=self.x_train[chosen], y_train=self.y_train[chosen]))

    def sample(self, count: int = 10_000, part: Part = "training") -> Sample:
        """The first `count` images of a part, or as many as there are."""
        x, y = (self.x_train, self.y_train) if part == "training" else (self.x_test, self.y_test)
        count = min(at_least("count", count, 1), len(x))
        return Sample(x[:count], y[:count], Images(count, part, self.name, thing=self.thing))

    def standardised(self, mean: float | None = None, std: float | None = None) -> Dataset:
        """The same data with (x − mean) / std for every pixel x; those of the training images if not given.

        They are in units of these pixels: .1307 and .3081 for MNIST in [0, 1]. ValueError for a deviation that is not
        above 0, and for data that are standardised already.
        """
        if (self.mean, self.std) != (0, 1):
            raise InputError(f"{self.name} is standardised already, by mean {self.mean:g} and deviation {self.std:g}")
        mean = float(self.x_train.mean(dtype=np.float64)) if mean is None else mean
        std = float(self.x_train.std(dtype=np.float64)) if std is None else std
        mean, std = finite("mean", mean), positive("std", std)
        done = f"{self.scaling}, then standardised as (x − {mean:.4g}) / {std:.4g}"
        x_train, x_test = ((x - np.float32(mean)) / np.float32(std) for x in (self.x_train, self.x_test))
        return self._made(replace(self, x_train=x_train, x_test=x_test, scaling=done, mean=mean, std=std))

    def _made(self, part: Dataset) -> Dataset:
        """`part`, with the checksum of what it was made from."""
        object.__setattr__(part, "_whole", self.checksums["whole_pixels"])
        return part
