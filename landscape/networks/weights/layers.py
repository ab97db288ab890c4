"""The layers of a network in a file, in their order."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from ...core.annotations import Array
from ...core.checks import one_of
from ...core.errors import RunError

Shape = tuple[int, ...]


def in_order(
    tensors: Mapping[str, Array], sizes: Sequence[int], order: Sequence[str] | None, path: Path
) -> list[tuple[Array, Array]]:
    """Weights (out, in) and biases (out,) from the first layer to the last.

    By their shapes, where these allow of one order alone; among layers of one shape by the numbers in their names; by
    `order`, the layers' names, in any case if it is given. RunError where they are not those of a network of `sizes`,
    or where their order stays open.
    """
    pairs = _pairs(tensors)
    names = sorted(pairs or {}, key=numbered)
    if pairs is not None and order:
        names = _given(order, names)
    needed: list[Shape] = [(out, into) for into, out in pairwise(sizes)]
    found = [(pairs[name][0].shape, pairs[name][1].shape) for name in names] if pairs else []
    wanted = [(shape, shape[:1]) for shape in needed]
    if pairs is None or sorted(found) != sorted(wanted) or (order and found != wanted):
        raise _misfit(tensors, sizes, order, path, transposed=sorted(w[::-1] for w, _ in found) == sorted(needed))
    if not order:
        names = _chained(names, {name: pairs[name][0].shape for name in names}, needed, path)
    return [pairs[name] for name in names]


def numbered(name: str) -> list[str | int]:
    """A key that sorts "2.weight" before "10.weight"."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", name)]


def _pairs(tensors: Mapping[str, Array]) -> dict[str, tuple[Array, Array]] | None:
    """Weight and bias of each layer by its name; None if there is anything else, which would be left out silently."""
    stems = [name.removesuffix("weight") for name in tensors if name.endswith("weight")]
    if sorted(tensors) != sorted(f"{stem}{kind}" for stem in stems for kind in ("weight", "bias")):
        return None
    return {stem.rstrip("._") or "weight": (tensors[f"{stem}weight"], tensors[f"{stem}bias"]) for stem in stems}


def _given(order: Sequence[str], names: list[str]) -> list[str]:
    """An order that was given, in the names of the file."""
    wanted = [name.removesuffix("weight").rstrip("._") or "weight" for name in order]
    for name in wanted:
        one_of("layer", name, names)
    if sorted(wanted) != sorted(names):
        raise ValueError(
            f"order {','.join(order)} is not allowed: it must name each of the layers {', '.join(names)} once"
        )
    return wanted


def _chained(names: list[str], shapes: Mapping[str, Shape], needed: Sequence[Shape], path: Path) -> list[str]:
    """Names, sorted by their numbers, in the order in which outputs become inputs."""
    alike: dict[Shape, list[str]] = defaultdict(list)
    for name in names:
        alike[shapes[name]].append(name)
    waiting = {shape: iter(group) for shape, group in alike.items()}
    chain = [next(waiting[shape]) for shape in needed]
    for group in alike.values():
        if len({re.sub(r"\d+", "#", name) for name in group}) > 1:
            raise RunError(
                f"the order of the layers in '{path}' is open: neither shapes nor numbers in their names say which of "
                f"{', '.join(group)} comes first; give all names, from the pixels on, as --order {_open(chain, group)}"
            )
        kind = re.sub(r"\d+", "#", group[0])
        counted = [name for name in chain if re.sub(r"\d+", "#", name) == kind]
        if len(group) > 1 and counted != sorted(counted, key=numbered):
            raise RunError(
                f"the order of the layers in '{path}' is open: shapes and numbers in their names contradict each other "
                f"in {', '.join(counted)}; give all names, from the pixels on, as --order {_open(chain, group)}"
            )
    return chain


def _open(chain: Sequence[str], group: Sequence[str]) -> str:
    """The order as far as it is known."""
    return ",".join("?" if name in group else name for name in chain)


def _misfit(
    tensors: Mapping[str, Array], sizes: Sequence[int], order: Sequence[str] | None, path: Path, *, transposed: bool
) -> RunError:
    listed = ", ".join(f"{name} {tensors[name].shape}" for name in sorted(tensors, key=numbered)) or "nothing"
    given = f" in the order {','.join(order)}" if order else ""
    hint = "; transposed they would be: PyTorch's are (out, in)" if transposed else ""
    size = "-".join(map(str, sizes))
    return RunError(f"the weights in '{path}' are not those of a network {size}{given}: it holds {listed}{hint}")
