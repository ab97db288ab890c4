"""Reading data sets from files, with every file checked before it is used."""

from __future__ import annotations

import zipfile
import zlib
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, unknown
from .base import Dataset

BUNDLED = ("mnist",)
KEYS = ("x_train", "y_train", "x_test", "y_test")


def load(name: str | Path = "mnist") -> Dataset:
    """Load a data set.

    Parameters
    ----------
    name : "mnist", which is bundled, or the path of an `.npz` file in the Keras layout: arrays x_train, y_train,
        x_test, y_test, images as whole numbers 0…255 or as floats in [0, 1].

    Raises
    ------
    DataError when the file is missing, truncated or laid out differently; ValueError for an unknown name.
    """
    if name in BUNDLED:
        with resources.as_file(resources.files(__package__) / f"{name}.npz") as path:
            return _read(str(name), path)
    path = Path(name)
    if path.suffix == ".npz":
        return _read(path.stem, path)
    if path.exists():
        raise DataError(f"cannot read data from '{path}': expected an .npz file in the Keras layout")
    raise unknown("data set", str(name), [*BUNDLED, "FILE.npz"])


def _read(name: str, path: Path) -> Dataset:
    if not path.is_file():
        raise DataError(f"data file '{path}' does not exist")
    try:
        with np.load(path, allow_pickle=False) as archive:
            missing = [key for key in KEYS if key not in archive]
            if missing:
                raise DataError(f"data file '{path}' lacks {', '.join(missing)} (it has: {', '.join(archive.files)})")
            arrays = {key: archive[key] for key in KEYS}
    # What numpy raises on a damaged archive depends on where the damage lies.
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, AttributeError, TypeError) as error:
        raise DataError(f"data file '{path}' is truncated or damaged: {error}") from error

    for part in ("train", "test"):
        images, labels = arrays[f"x_{part}"], arrays[f"y_{part}"]
        if images.ndim < 2 or not len(images):
            raise DataError(f"data file '{path}': x_{part} has shape {images.shape}, expected (N, …) with N > 0")
        if labels.size != len(images):
            raise DataError(f"data file '{path}': {len(images)} images but {labels.size} labels in the {part} set")
        if not np.issubdtype(labels.dtype, np.integer) or labels.min() < 0:
            raise DataError(f"data file '{path}': y_{part} must hold class numbers from 0")
    return Dataset(
        name,
        _unit_range(arrays["x_train"], path),
        arrays["y_train"].ravel().astype(np.int64),
        _unit_range(arrays["x_test"], path),
        arrays["y_test"].ravel().astype(np.int64),
    )


def _unit_range(images: NDArray[np.generic], path: Path) -> NDArray[np.float32]:
    """Images flattened to rows of float32 in [0, 1]."""
    flat = images.reshape(len(images), -1)
    if flat.dtype == np.uint8:
        return np.asarray(np.multiply(flat, np.float32(1 / 255), dtype=np.float32))
    floats = flat.astype(np.float32)
    if not (floats.min() >= 0 and floats.max() <= 1):
        raise DataError(f"data file '{path}': images must be bytes (uint8) or floats in [0, 1]")
    return floats
