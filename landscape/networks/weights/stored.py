"""The tensors in a safetensors file; of other files, what they are and how weights get out of them."""

from __future__ import annotations

import json
import math
import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from ...core.annotations import Array
from ...core.errors import RunError
from ...files import opening

_LOSS = re.compile(r"loss[=_-]?(\d+\.\d+(?:e[+-]?\d+)?)", re.IGNORECASE)
_COPIES = 3  # of a file in memory: its bytes, those of each tensor, and the numbers made of them
_TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2"}
_WHOLE = {"I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1", "BOOL": "?"}

# What to do.
_TORCH = (
    "load it in PyTorch and write model.state_dict() with safetensors.torch.save_file; it is not opened here, as a "
    "pickle can run any code"
)
_KERAS = (
    "write each Dense layer's kernel, transposed, as '0.weight', its bias as '0.bias', the next ones as '1.weight' … "
    "with safetensors.numpy.save_file"
)
_NUMPY = "write its arrays as '0.weight' (out, in), '0.bias', '1.weight' … with safetensors.numpy.save_file"
_EXPORT = "write the weights where the network was trained, with safetensors.torch.save_file(model.state_dict(), …)"

# First bytes, and what begins with them.
_BEGINNINGS = (
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file, as Keras writes .h5", _KERAS),
    (b"\x93NUMPY", "a NumPy array", _NUMPY),
    (b"GGUF", "a GGUF file, of llama.cpp", _EXPORT),
    (b"version https://git-lfs", "a pointer of Git LFS, in the place of the file itself", "fetch it with git lfs pull"),
    (b"\x1f\x8b", "a gzip file", "unpack it first"),
    (b"<", "a web page, or XML", "download the file itself"),
    (b"{", "JSON, perhaps the index of a model in several files", "name the .safetensors files"),
)
_ENDINGS = {
    ".onnx": ("an ONNX file", _EXPORT),
    ".pb": ("a TensorFlow graph", _EXPORT),
    ".msgpack": ("a Flax file", _NUMPY),
    ".tflite": ("a TensorFlow Lite file", _EXPORT),
}


def tensors(path: Path, counters: bool = False) -> dict[str, Array]:
    """The tensors by name; bfloat16 as the float32 that it is the upper half of.

    counters : whether there may be whole numbers, too, such as a module counts batches with.

    RunError, which says what it is, for a file of another format, for damage, and for numbers of fewer than 16 bits.
    """
    raw, types = _read(path), _TYPES | (_WHOLE if counters else {})
    return {name: _decoded(path, name, stored, types) for name, stored in sorted(_stored(path, raw))}


def recorded_loss(path: Path) -> float | None:
    """What a safetensors file says of the loss, as "loss" in its metadata or in its name (val_loss=0.31); None if it
    does not."""
    raw = _read(path)
    _stored(path, raw)
    said = json.loads(raw[8 : 8 + int.from_bytes(raw[:8], "little")]).get("__metadata__", {})
    named = _LOSS.search(path.stem)
    try:
        loss = float(said["loss"] if "loss" in said else named[1] if named else "")
    except ValueError:
        return None
    return loss if math.isfinite(loss) else None


def _read(path: Path) -> bytes:
    try:
        return opening.whole(path, takes=_COPIES)
    except OSError as error:
        raise RunError(f"cannot read weights from '{path}': {error.strerror or error}") from error


def _stored(path: Path, raw: bytes) -> list[tuple[str, dict[str, Any]]]:
    from safetensors import SafetensorError, deserialize

    try:
        found: list[tuple[str, dict[str, Any]]] = deserialize(raw)  # type: ignore[no-untyped-call]
    except SafetensorError as error:
        if known := _format(path, raw):
            what, advice = known
            raise RunError(f"'{path}' is {what}, and no safetensors file: {advice}") from error
        raise RunError(f"cannot read weights from '{path}': {error}") from error
    return found


def _decoded(path: Path, name: str, stored: dict[str, Any], types: Mapping[str, str]) -> Array:
    kind, shape, data = stored["dtype"], stored["shape"], stored["data"]
    if kind == "BF16":
        return (np.frombuffer(data, "<u2").astype(np.uint32) << 16).view(np.float32).reshape(shape)
    if kind not in types:
        raise RunError(
            f"cannot read weights from '{path}': {name} is of type {kind}, expected {', '.join([*_TYPES, 'BF16'])}; "
            "convert it where it was made"
        )
    return np.frombuffer(data, types[kind]).reshape(shape)


def _format(path: Path, raw: bytes) -> tuple[str, str] | None:
    """What a file is that is no safetensors file, by its content rather than its name, and what to do."""
    if not raw:
        return "empty", "write it again"
    if raw[8:9] == b"{":
        return None  # a damaged safetensors file: after eight bytes its header begins
    if raw.startswith(b"PK\x03\x04"):
        return _archive(raw)
    if raw[0] == 0x80 and raw[1:2] <= b"\x05":
        return "a pickle, as torch.save wrote before version 1.6", _TORCH
    for beginning, what, advice in _BEGINNINGS:
        if raw.startswith(beginning):
            return what, advice
    return _ENDINGS.get(path.suffix.lower())


def _archive(raw: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return "a damaged zip archive, perhaps of torch.save", "write it again"
    if any(name.endswith("data.pkl") for name in names):
        return "a PyTorch file, of torch.save", _TORCH
    if "model.weights.h5" in names:
        return "a Keras file", _KERAS
    if names and all(name.endswith(".npy") for name in names):
        return "a NumPy archive, .npz", _NUMPY
    return "a zip archive", "unpack it first"
