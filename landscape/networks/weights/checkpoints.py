"""Checkpoints of any model as the snapshots of its training: PyTorch's .pt files, safetensors, and folders of these."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.annotations import Array
from ...core.errors import LandscapeError, RunError, nearest, one_line, shortened
from ...models.objective import Model
from ...models.specification import Specification, Tensor
from . import stored
from .sequences import series

# Where checkpoints keep a module's state beside other things, and what wrappers put before its names.
_INSIDE = ("state_dict", "model_state_dict", "model", "module", "net", "params")
_BEFORE = ("module.", "_orig_mod.", "model.", "net.")
_LISTED = 4  # tensors in an error


@dataclass(frozen=True, eq=False)
class Checkpoints:
    """Snapshots of a training that were saved elsewhere.

    Attributes
    ----------
    params : (S, P). steps : (S,), as the files' names tell. files : in that order. told : where the steps are from.
    specification : the tensors that the parameters are made of.
    """

    params: Array
    steps: NDArray[np.int64]
    files: tuple[Path, ...]
    told: str
    specification: Specification

    def __repr__(self) -> str:
        return f"<{len(self.files)} checkpoints of {self.specification.size:,} parameters>"


def snapshots(
    paths: str | Path | Iterable[str | Path], model: Model | None = None, steps: Sequence[int] | None = None
) -> Checkpoints:
    """Checkpoints as the snapshots of a training, in the order of the number that differs in their names.

    paths : files .pt, .pth, .bin or .ckpt, of which tensors alone are read (`weights_only=True`: nothing in them is
        run); safetensors; folders of safetensors, of which all belong to one checkpoint; or a pattern for such,
        "ckpt/*.pt".
    model : whose parameters they are; by its tensors' names they get their order. All floating tensors, in the order of
        the first file, if None.
    steps : of each of the paths, in their order, in place of the numbers.

    RunError, in one line, for files that cannot be read, for missing, extra and wrongly shaped tensors, and where the
    order stays open.
    """
    given = _found(paths) if isinstance(paths, str | Path) else [Path(path) for path in paths]
    if not given:
        raise RunError("no checkpoints are given")
    order = series(given, steps)
    rows, specification = [], None if model is None else model.specification
    others = set(getattr(model, "others", ()))
    for path in order.files:
        tensors = _plain(_tensors(path), None if specification is None else {one.name for one in specification.tensors})
        if specification is None:
            specification = Specification(
                tuple(
                    Tensor(name, one.shape, "weight", 0) if one.ndim > 1 else Tensor(name, one.shape, "bias")
                    for name, one in tensors.items()
                    if one.dtype.kind == "f"
                )
            )
            others = {name for name, one in tensors.items() if one.dtype.kind != "f"}
        _check(path, tensors, specification, others)
        flat = [np.asarray(tensors[one.name]).ravel() for one in specification.tensors]
        rows.append(np.concatenate(flat) if flat else np.empty(0))
    assert specification is not None
    kind = np.float64 if any(row.dtype == np.float64 for row in rows) else np.float32
    return Checkpoints(np.stack(rows).astype(kind), order.steps, order.files, order.told, specification)


def _found(pattern: str | Path) -> list[Path]:
    if os.path.exists(pattern):
        return [Path(pattern)]
    paths = [Path(path) for path in glob(os.path.expanduser(pattern), recursive=True)]
    paths = [path for path in paths if not path.is_dir() or list(path.glob("*.safetensors"))]
    if not paths:
        raise RunError(f"there are no files '{shortened(pattern)}'")
    return sorted(paths)


def _tensors(path: Path) -> dict[str, Array]:
    """All tensors of a checkpoint by name."""
    if path.is_dir():
        shards = sorted(path.glob("*.safetensors"))
        if not shards:
            raise RunError(f"'{path}' is a folder without safetensors files")
        return {name: one for shard in shards for name, one in stored.tensors(shard, counters=True).items()}
    if path.suffix == ".safetensors":
        return stored.tensors(path, counters=True)
    return _of_torch(path)


def _of_torch(path: Path) -> dict[str, Array]:
    try:
        import torch
    except ImportError:
        raise LandscapeError(f"'{path}' needs PyTorch, which is not installed: pip install torch") from None
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise RunError(f"cannot read '{path}': {error.strerror or error}") from error
    except Exception as error:
        said = one_line(str(error))
        if "weights_only" in said or "Unsupported" in said:
            raise RunError(
                f"'{path}' holds more than tensors, and only these are read, as other things could run any code: save "
                "model.state_dict() alone"
            ) from error
        raise RunError(f"cannot read '{path}': {said[:200]}") from error
    for name in _INSIDE:
        if isinstance(found, Mapping) and isinstance(found.get(name), Mapping):
            found = found[name]
            break
    if not isinstance(found, Mapping):
        raise RunError(f"'{path}' holds a {type(found).__name__}, and no tensors by name: save model.state_dict()")
    return {
        str(name): (one.float() if one.dtype == torch.bfloat16 else one).numpy()
        for name, one in found.items()
        if isinstance(one, torch.Tensor)
    }


def _plain(tensors: Mapping[str, Array], wanted: set[str] | None) -> dict[str, Array]:
    """Without what wrappers put before all names, as far as that makes them those that are wanted."""
    found = dict(tensors)
    for _ in range(3):
        if wanted is not None and wanted <= found.keys():
            break
        before = next((one for one in _BEFORE if found and all(name.startswith(one) for name in found)), "")
        if not before or (wanted is None and before in ("model.", "net.")):
            break
        found = {name.removeprefix(before): one for name, one in found.items()}
    return found


def _check(path: Path, tensors: Mapping[str, Array], wanted: Specification, others: set[str]) -> None:
    """RunError, which names them, for tensors that are missing, too many, or of other shapes."""
    shapes = {one.name: one.shape for one in wanted.tensors}
    missing = [name for name in shapes if name not in tensors]
    extra = [name for name in tensors if name not in shapes and name not in others]
    wrong = [
        f"{name} {tensors[name].shape}, expected {shape}"
        for name, shape in shapes.items()
        if name in tensors and tensors[name].shape != shape
    ]
    said = [f"{what}: {_listed(names)}" for what, names in (("missing", missing), ("extra", extra)) if names]
    said += [f"of another shape: {_listed(wrong)}"] if wrong else []
    if said:
        near = nearest(missing[0], extra) if missing and extra else ""
        hint = f" ('{missing[0]}' may be called '{near}' there)" if near else ""
        raise RunError(f"the tensors in '{path}' are not those of the model: {'; '.join(said)}{hint}")


def _listed(names: Sequence[Any]) -> str:
    shown = [str(name) for name in names[:_LISTED]]
    return ", ".join([*shown, *([f"and {len(names) - _LISTED} more"] if len(names) > _LISTED else [])])
