"""Reading data sets from files, with every file checked before it is used."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from importlib import resources
from pathlib import Path

from ..core import own
from ..core.annotations import Array
from ..core.errors import DataError, unknown
from ..files.archives import entries, reading, stored
from . import idx, planar
from .dataset import Dataset

# The checksums that tell whether a file of a bundled set's name holds that set.
BUNDLED = {"mnist": {"whole_pixels": 2162212692, "test_pixels": 3742278642}}
KEYS = ("x_train", "y_train", "x_test", "y_test")


def load(name: str | Path = "mnist") -> Dataset:
    """Load a data set.

    Parameters
    ----------
    name : "mnist", which is bundled; points in the plane, as "spiral" or "spiral:noise=0.1,size=500" (see
        `datasets.planar`); or the path of one of
        - an `.npz` file in the Keras layout: arrays x_train, y_train, x_test, y_test, as `Dataset` takes them;
        - a folder of four IDX files, plain or gzipped, as MNIST, Fashion-MNIST, KMNIST and EMNIST come:
          [prefix]train-images-idx3-ubyte[.gz], …train-labels-idx1-ubyte…, and both for t10k- or test-; a dot may
          stand before idx. Pixels keep the order of the file: EMNIST's images are transposed.

    The set is named after the file or folder, but not "mnist" where it is no MNIST: then "own-mnist".
    `load(data.source)` loads it again.

    Raises
    ------
    DataError when a file is missing, truncated or laid out differently; ValueError for an unknown name.
    """
    if isinstance(name, str) and name in BUNDLED:
        with resources.as_file(resources.files(__package__) / f"{name}.npz") as path:
            return _dataset(*_from_npz(path), name, source=name)
    if isinstance(name, str) and has_name(name):
        return planar.registry.parse(name).made()
    path = Path(name)
    # A name may be too long for a file, too; then there is none.
    if os.path.isdir(path):
        return _dataset(*_from_folder(path), path.resolve().name, source=str(path.resolve()))
    if path.suffix == ".npz":
        return _dataset(*_from_npz(path), path.stem, source=str(path.resolve()))
    if os.path.exists(path):
        raise DataError(
            f"cannot read data from '{path}': expected an .npz file in the Keras layout, or a folder of IDX files"
        )
    if isinstance(name, Path) or len(path.parts) > 1:
        raise DataError(f"data file or folder '{path}' does not exist")
    raise unknown("data set", name, [*BUNDLED, *planar.registry.classes, "FILE.npz", "FOLDER"])


def has_name(text: str) -> bool:
    """Whether data have a name, with settings or without, and are no file."""
    return text in BUNDLED or own.halves(text)[0] in planar.registry.classes


def _from_folder(folder: Path) -> tuple[dict[str, Array], dict[str, str]]:
    """Arrays under KEYS, and for errors where each comes from."""
    files = idx.find(folder)
    arrays: dict[str, Array] = {key: idx.read(path, key[0]) for key, path in files.items()}
    return arrays, {key: f"data file '{path}'" for key, path in files.items()}


def _from_npz(path: Path) -> tuple[dict[str, Array], dict[str, str]]:
    """The same for an archive."""
    if not os.path.lexists(path):
        raise DataError(f"data file '{path}' does not exist")
    with reading(path, f"data file '{path}'", DataError):
        arrays = stored(path, KEYS)
        names = entries(path)
    missing = [key for key in KEYS if key not in arrays]
    if missing:
        raise DataError(f"data file '{path}' lacks {', '.join(missing)} (it has: {', '.join(names) or 'nothing'})")
    return arrays, {key: f"{key} of data file '{path}'" for key in KEYS}


def _dataset(arrays: dict[str, Array], places: dict[str, str], name: str, source: str) -> Dataset:
    """The arrays as a Dataset, which checks them; what it says of one of them is said of its place in the file."""
    try:
        x_train, y_train, x_test, y_test = (arrays.pop(key) for key in KEYS)
        found = Dataset(name, x_train, y_train, x_test, y_test, source)
    except DataError as error:
        raise DataError(re.sub("|".join(KEYS), lambda match: places[match[0]], str(error))) from error
    if source == name or name.lower() not in BUNDLED:
        return found
    true = BUNDLED[name.lower()].items() <= found.checksums.items()
    return replace(found, name=name.lower() if true else f"own-{name}")
