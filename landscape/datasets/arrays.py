"""What images and labels must be, and how pixels become numbers near 1: looked at here, wherever they come from."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..core.annotations import Array, Labels
from ..core.errors import DataError

Images = NDArray[np.float32]

DIVIDED = "divided by 255"
AS_GIVEN = "as given"
CENTRED = "as given, some below 0"

# Far above any data set of images; a greater label is an id or a damaged number, and would ask for as many outputs.
_LAST_CLASS = 65_535
_GREY = 255
_ROWS = 256  # images that are looked at at a time


@dataclass(frozen=True)
class _Pixels:
    """The images of one part: rows of numbers (N, D), and what may be meant by them."""

    flat: Array
    found: str  # for errors
    low: float
    high: float

    @property
    def real(self) -> bool:
        """Whether they may have a fraction, by their type."""
        return self.flat.dtype.kind == "f"

    @property
    def unit(self) -> bool:
        """Whether all are in [0, 1]."""
        return self.low >= 0 and self.high <= 1

    @property
    def grey(self) -> bool:
        """Whether they are whole numbers 0…255, by their content."""
        if not (self.low >= 0 and self.high <= _GREY):
            return False
        # The first rows say so of most that are not.
        starts = range(0, len(self.flat), _ROWS)
        return not self.real or all(not (self.flat[at : at + _ROWS] % 1).any() for at in starts)


def shapes(x_train: Array, y_train: Array, x_test: Array, y_test: Array) -> None:
    """DataError, which names the array, unless there are as many labels as images, and all images of one shape."""
    for part, images, labels in (("train", x_train, y_train), ("test", x_test, y_test)):
        if images.ndim < 2 or not images.size:
            raise DataError(f"x_{part} has shape {images.shape}, expected (N, …) with no size of 0")
        n = len(images)
        if labels.shape not in ((n,), (n, 1)):
            raise DataError(f"y_{part} has shape {labels.shape}, expected ({n},): x_{part} has {n} images")
    train, test = x_train.shape[1:], x_test.shape[1:]
    if train != test:
        raise DataError(f"x_test has images of shape {test}, expected {train} as x_train has")


def classes(labels: Array, name: str) -> Labels:
    """Labels (N,) from (N,) or (N, 1); DataError, which names the array, unless they are class numbers."""
    if labels.dtype.kind not in "iu":
        raise DataError(f"{name} holds {labels.dtype}, expected class numbers (whole numbers from 0)")
    least, most = labels.min(), labels.max()
    if least < 0 or most > _LAST_CLASS:
        raise DataError(f"{name} holds labels from {least} to {most}, expected class numbers 0…{_LAST_CLASS}")
    return (labels if labels.ndim == 1 else labels[:, 0]).astype(np.int64, copy=False)


def pixels(train: Array, test: Array, done: str = "") -> tuple[Images, Images, str]:
    """Images as rows (N, D), and what was done to them, decided by what the numbers are and for both parts alike:

    - of floating type, some below 0, as standardised ones are: as given;
    - all in [0, 1], black and white among them: as given;
    - whole numbers 0…255, of whatever type: divided by 255.

    done : what was done before, if anything; then floating numbers of any range are taken as they are, unless that was
        one of the last two, which leave them in [0, 1].

    DataError, which names the array, for all else.
    """
    looks = _looked_at(train, "x_train"), _looked_at(test, "x_test")
    free = done not in ("", DIVIDED, AS_GIVEN) or any(one.low < 0 for one in looks)
    if free and all(one.real for one in looks):
        return _rows(looks[0].flat), _rows(looks[1].flat), done or CENTRED
    # Black and white may come as bytes, too, and a part may lack the bright pixels that the other one has.
    if all(one.unit for one in looks):
        return _rows(looks[0].flat), _rows(looks[1].flat), done if done == DIVIDED else AS_GIVEN
    if all(one.grey for one in looks):
        return _divided(looks[0].flat), _divided(looks[1].flat), DIVIDED
    for one in looks:
        if not (one.unit or one.grey or (one.real and one.low < 0)):
            wanted = "whole numbers 0…255, numbers in [0, 1], or floating ones with some below 0 (standardised)"
            raise DataError(f"{one.found}, expected {wanted}")
    raise DataError(" and ".join(one.found for one in looks) + ", expected one scale for both")


def checksum(x: Images, y: Labels) -> int:
    """Of images (N, D) and labels (N,): every pixel, label and place of an image counts.

    Sums along rows and along columns are many times as fast as a checksum of all bytes, and miss a change only where it
    cancels in both.
    """
    words = x.view(np.uint32)
    found = zlib.crc32(repr(x.shape).encode())
    for part in (np.bitwise_xor.reduce(words, axis=0), np.bitwise_xor.reduce(words, axis=1), y):
        found = zlib.crc32(np.ascontiguousarray(part).data, found)
    return found


def array(given: ArrayLike, name: str) -> Array:
    """As an array; DataError, which names it, where that cannot be."""
    try:
        return np.asarray(given)
    except ValueError as error:
        raise DataError(f"{name} is no array: {' '.join(str(error).split())}") from error


def _looked_at(images: Array, name: str) -> _Pixels:
    kind, flat = images.dtype.kind, images if images.ndim == 2 else images.reshape(len(images), -1)
    if kind not in "buif":
        raise DataError(f"{name} holds {images.dtype}, expected numbers")
    if kind == "f":
        # Before the range is looked at: 1 + 1e-16 is 1, and what overflows is refused anyhow.
        with np.errstate(over="ignore"):
            flat = _rows(flat)
    low, high = float(flat.min()), float(flat.max())
    found = f"{name} holds {images.dtype} from {low:g} to {high:g}"
    if not (np.isfinite(low) and np.isfinite(high)):
        raise DataError(f"{found}, expected finite numbers")
    return _Pixels(flat, found, low, high)


def _rows(flat: Array) -> Images:
    return np.asarray(flat, dtype=np.float32, order="C")


def _divided(flat: Array) -> Images:
    return np.asarray(np.multiply(flat, np.float32(1 / _GREY), dtype=np.float32, order="C"))
