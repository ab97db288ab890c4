"""Reading data sets from files, with every file checked before it is used."""

from __future__ import annotations

import zipfile
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, unknown
from . import idx
from .base import Dataset

BUNDLED = ("mnist",)
KEYS = ("x_train", "y_train", "x_test", "y_test")
# Far above any data set of images; a greater label is an id or a damaged number, and would ask for as many outputs.
_LAST_CLASS = 65_535

Array = NDArray[Any]


def load(name: str | Path = "mnist") -> Dataset:
    """Load a data set.

    Parameters
    ----------
    name : "mnist", which is bundled; or the path of one of
        - an `.npz` file in the Keras layout: arrays x_train, y_train, x_test, y_test, images (N, …) as whole numbers
          0…255 or as numbers in [0, 1], labels (N,) as whole numbers from 0;
        - a folder of four IDX files, plain or gzipped, as MNIST, Fashion-MNIST, KMNIST and EMNIST come:
          [prefix]train-images-idx3-ubyte[.gz], …train-labels-idx1-ubyte…, and both for t10k- or test-; a dot may
          stand before idx. Pixels keep the order of the file: EMNIST's images are transposed.

    The set is named after the file or folder; `load(data.source)` loads it again.

    Raises
    ------
    DataError when a file is missing, truncated or laid out differently; ValueError for an unknown name.
    """
    if isinstance(name, str) and name in BUNDLED:
        with resources.as_file(resources.files(__package__) / f"{name}.npz") as path:
            return _dataset(*_from_npz(path), name, source=name)
    path = Path(name)
    if path.is_dir():
        return _dataset(*_from_folder(path), path.resolve().name, source=str(path.resolve()))
    if path.suffix == ".npz":
        return _dataset(*_from_npz(path), path.stem, source=str(path.resolve()))
    if path.exists():
        raise DataError(
            f"cannot read data from '{path}': expected an .npz file in the Keras layout, or a folder of IDX files"
        )
    if isinstance(name, Path) or len(path.parts) > 1:
        raise DataError(f"data file or folder '{path}' does not exist")
    raise unknown("data set", name, [*BUNDLED, "FILE.npz", "FOLDER"])


def _from_folder(folder: Path) -> tuple[dict[str, Array], dict[str, str]]:
    """Arrays under KEYS, and for errors where each comes from."""
    files = idx.find(folder)
    arrays: dict[str, Array] = {key: idx.read(path, key[0]) for key, path in files.items()}
    return arrays, {key: f"data file '{path}'" for key, path in files.items()}


def _from_npz(path: Path) -> tuple[dict[str, Array], dict[str, str]]:
    """The same for an archive."""
    if not path.is_file():
        raise DataError(f"data file '{path}' does not exist")
    try:
        # Asked first, because np.load takes what is no archive for a pickle, and says so.
        zipfile.ZipFile(path).close()
        with np.load(path, allow_pickle=False) as archive:
            names = archive.files
            arrays = {key: np.asarray(archive[key]) for key in KEYS if key in archive}
    except MemoryError as error:
        raise DataError(f"data file '{path}' does not fit into memory: {error}") from error
    # What zipfile, zlib and numpy raise on a damaged archive depends on where the damage lies.
    except Exception as error:
        reason = " ".join(str(error).split())
        raise DataError(f"data file '{path}' cannot be read, it may be truncated or damaged: {reason}") from error
    missing = [key for key in KEYS if key not in arrays]
    if missing:
        raise DataError(f"data file '{path}' lacks {', '.join(missing)} (it has: {', '.join(names) or 'nothing'})")
    return arrays, {key: f"{key} of data file '{path}'" for key in KEYS}


def _dataset(arrays: dict[str, Array], places: dict[str, str], name: str, source: str) -> Dataset:
    """The arrays, checked and converted; `arrays` is emptied."""
    for x, y in (("x_train", "y_train"), ("x_test", "y_test")):
        images, labels = arrays[x], arrays[y]
        if images.ndim < 2 or not images.size:
            raise DataError(f"{places[x]} has shape {images.shape}, expected (N, …) with no size of 0")
        n = len(images)
        if labels.shape not in ((n,), (n, 1)):
            raise DataError(f"{places[y]} has shape {labels.shape}, expected ({n},): {places[x]} has {n} images")
        if labels.dtype.kind not in "iu":
            raise DataError(f"{places[y]} holds {labels.dtype}, expected class numbers (whole numbers from 0)")
        least, most = labels.min(), labels.max()
        if least < 0 or most > _LAST_CLASS:
            raise DataError(f"{places[y]} holds labels from {least} to {most}, expected class numbers 0…{_LAST_CLASS}")
    train, test = arrays["x_train"].shape[1:], arrays["x_test"].shape[1:]
    if train != test:
        raise DataError(f"{places['x_test']} has images of shape {test}, expected {train} as {places['x_train']} has")

    # Popped, so that an array is freed as soon as its floats are there.
    return Dataset(
        name,
        x_train=_unit_range(arrays.pop("x_train"), places["x_train"]),
        y_train=arrays.pop("y_train").ravel().astype(np.int64),
        x_test=_unit_range(arrays.pop("x_test"), places["x_test"]),
        y_test=arrays.pop("y_test").ravel().astype(np.int64),
        source=source,
    )


def _unit_range(images: Array, place: str) -> NDArray[np.float32]:
    """Images flattened to rows of float32 in [0, 1]."""
    kind, flat = images.dtype.kind, images.reshape(len(images), -1)
    if kind not in "buif":
        raise DataError(f"{place} holds {images.dtype}, expected numbers")
    if kind == "f":
        # Before the range is looked at: 1 + 1e-16 is 1, and what overflows is refused anyhow.
        with np.errstate(over="ignore"):
            flat = flat.astype(np.float32, order="C", copy=False)
    low, high = flat.min(), flat.max()
    # Bytes are grey levels always; wider whole numbers may be 0 and 1, black and white.
    grey = images.dtype == np.uint8 or (kind in "iu" and high > 1)
    if not (low >= 0 and high <= (255 if grey else 1)):  # NaN is refused too
        found = f"{images.dtype} from {low} to {high}"
        raise DataError(f"{place} holds {found}, expected whole numbers 0…255 or numbers in [0, 1]")
    if grey:
        return np.asarray(np.multiply(flat, np.float32(1 / 255), dtype=np.float32, order="C"))
    return np.asarray(flat, dtype=np.float32, order="C")
