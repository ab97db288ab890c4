"""Files of weights as the snapshots of one training run: which belong together, and at which step each was taken."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from glob import escape, glob
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...core.errors import RunError, shortened
from ...files.archives import reading
from .layers import numbered

# 0.50 is one number, 01 another than 0.1: what is padded with zeros is whole. 10k, 1e4 and step_10_000 are one each.
_GROUPED = r"(?:(?<=step_)|(?<=steps_)|(?<=iter_))\d{1,3}(?:_\d{3})+(?!\d)"
_NUMBER = re.compile(
    rf"({_GROUPED}|(?:(?:0|[1-9]\d*)\.\d+|\d+)(?:[kKM]|[eE]\d{{1,2}})(?![A-Za-z0-9])|(?:0|[1-9]\d*)\.\d+|\d+)"
)
_STEP = re.compile(r"(?:steps?|iter(?:ation)?s?|it|updates?|batch(?:es)?)[\W_]*$", re.IGNORECASE)
_EPOCH = re.compile(r"(?:epochs?|ep)[\W_]*$", re.IGNORECASE)
_RUN = re.compile(r"(?:seed|run|fold|trial|rank|worker|split)s?[\W_]*$", re.IGNORECASE)
_MEASURED = re.compile(r"(?:acc(?:uracy)?|top|loss|score|error|err|f1|auc|lr|psnr)[\W_]*$", re.IGNORECASE)
_DATE = 10**7  # from which on a number is rather a day or a time than a step
_LONG = 16  # digits, from which on it is none that counts anything
_ENDINGS = (".safetensors", ".pt", ".pth", ".ckpt", ".bin")
_LISTED = 8  # names in an error, or steps on the screen


@dataclass(frozen=True)
class Series:
    """Files in the order of their steps.

    Attributes
    ----------
    files : in order. steps : (S,), the step of each. left_out : files that were found too but have no place among them.
    told : where the steps are from, in words.
    """

    files: tuple[Path, ...]
    steps: NDArray[np.int64]
    left_out: tuple[Path, ...]
    told: str

    def __str__(self) -> str:
        """What was taken, for the screen."""
        steps = _listed([str(step) for step in self.steps])
        left = f"; left out: {_listed([path.name for path in self.left_out])}" if self.left_out else ""
        return f"{len(self.files)} files at steps {steps} ({self.told}){left}"


@dataclass(frozen=True)
class _Column:
    """The numbers at one place of all names."""

    before: str  # the text in front of it
    place: int
    texts: tuple[str, ...]

    @property
    def whole(self) -> bool:
        return all(len(text) < _LONG and _value(text) is not None for text in self.texts)

    @property
    def values(self) -> list[int]:
        return [_value(text) or 0 for text in self.texts]

    @property
    def order(self) -> list[int]:
        """Which file comes first, second …"""
        return sorted(range(len(self.texts)), key=self.values.__getitem__)

    @property
    def likely(self) -> tuple[bool, ...]:
        """A key that is the greater, the more the column looks like steps."""
        gaps = np.diff(sorted(self.values))
        even = bool((gaps == gaps[0]).all())
        return bool(_STEP.search(self.before)), bool(_EPOCH.search(self.before)), max(self.values) < _DATE, even


_DIGITS = 18  # of a step; more are a date, a checksum or nonsense


def _value(text: str) -> int | None:
    """What a number in a name counts: 1000 for 1k, 1e3 and 1_000; None if it is not whole."""
    found = re.fullmatch(r"([\d.]+)(?:([kKM])|[eE](\d+))?", text.replace("_", ""))
    assert found is not None
    if len(text) > _DIGITS:
        return None  # no step
    power = {"k": 3, "K": 3, "M": 6}[found[2]] if found[2] else int(found[3] or 0)
    if power > _DIGITS:
        return None
    whole, _, part = found[1].partition(".")
    # 0.50 is none: only what is multiplied may have a point.
    return None if (part and not power) or len(part) > power else int(whole + part) * 10 ** (power - len(part))


def find(pattern: str) -> list[Path]:
    """The files that a pattern such as 'runs/mine/*.safetensors' means, numbers in their names in order.

    Brackets in the name of a folder that exists mean themselves. RunError if there are no files.
    """
    place = Path(pattern)
    if os.path.isdir(place):
        raise RunError(f"'{pattern}' is a folder: name the files in it, as '{place / '*.safetensors'}'")
    there = next(one for one in (place, *place.parents) if os.path.exists(one))
    meant = str(Path(escape(str(there)), *place.relative_to(there).parts))
    paths = [path for path in map(Path, glob(meant, recursive=True)) if not os.path.isdir(path)]
    if not paths:
        with reading(there):
            if os.path.isdir(there):
                os.scandir(there).close()
                os.stat(there / ".")
        raise RunError(f"there are no files '{pattern}'")
    return sorted(paths, key=lambda path: numbered(str(path)))


def series(paths: Sequence[str | Path], steps: Sequence[int] | None = None) -> Series:
    """Files of weights in the order of their steps.

    The step is the whole number that differs from name to name, folders included, where the names are the same but for
    numbers. Of several such numbers one is taken that stands after "step", "epoch" or the like, or rises evenly, if
    they give the same order. Numbers that repeat, as an epoch and a batch in it, give an order but no steps, which are
    0, 1, 2 … then. Files of other names, as best.safetensors beside numbered ones, are left out: see `left_out`.

    steps : of each of `paths`, in their order, in place of all that.

    RunError where the order stays open: no numbers, two series of names, or numbers that contradict one another.
    ValueError for `steps` that do not fit.
    """
    files = [Path(path) for path in paths]
    if steps is not None:
        return _given(files, steps)
    if len(files) == 1:
        return _single(files[0])
    groups: dict[tuple[str, ...], list[Path]] = defaultdict(list)
    for path in files:
        groups[tuple(_NUMBER.split(_name(path))[::2])].append(path)
    numbered_ones = [(texts, group) for texts, group in groups.items() if len(texts) > 1 and len(group) > 1]
    if not numbered_ones:
        raise RunError(f"nothing in the names says which file comes first: {_files(files)}; {_ASK}")
    if len(numbered_ones) > 1:
        several = " and ".join(f"'{'#'.join(texts)}'" for texts, _ in numbered_ones)
        raise RunError(f"the files are of several series, {several}: give each by a pattern of its own")
    ((texts, group),) = numbered_ones
    order, counted, told = _counted(texts, group)
    left = tuple(path for path in files if path not in group)
    return Series(tuple(group[k] for k in order), np.array(counted, dtype=np.int64), left, told)


_ASK = "give their steps, as --steps 0,100,200"


def _counted(texts: tuple[str, ...], group: list[Path]) -> tuple[list[int], list[int], str]:
    """The order of files whose names differ in numbers alone, the step of each, in order, and where that is from."""
    numbers = [_NUMBER.split(_name(path))[1::2] for path in group]
    # One text more than numbers: that behind the last of them.
    places = enumerate(zip(texts[:-1], zip(*numbers, strict=True), strict=True))
    columns = [_Column(before, k, column) for k, (before, column) in places]
    varied = [column for column in columns if len(set(column.texts)) > 1]
    run = next((column for column in varied if _RUN.search(column.before)), None)
    if run is not None:
        marked = _marked(group[-1], run.place)
        raise RunError(
            f"the files are of several runs, as marked in '{marked}': give each by a pattern of its own, or {_ASK}"
        )
    whole = [column for column in varied if column.whole and not _MEASURED.search(column.before)]
    whole = [column for column in whole if len(set(column.values)) > 1]
    rising = [column for column in whole if len(set(column.values)) == len(group)]
    if rising:
        best = max(rising, key=lambda column: (*column.likely, column.place))
        named = [column for column in rising if any(column.likely[:2])]
        against = next((column for column in named or rising if column.order != best.order), None)
        if against is None:
            return best.order, sorted(best.values), f"the number marked in '{_marked(group[-1], best.place)}'"
        marks = " and in ".join(f"'{_marked(group[-1], column.place)}'" for column in (best, against))
        raise RunError(f"two numbers in the names give different orders, as marked in {marks}; {_ASK}")
    keys = [tuple(column.values[k] for column in whole) for k in range(len(group))]
    if len(set(keys)) == len(group):
        order = sorted(range(len(group)), key=lambda k: keys[k])
        return order, list(range(len(group))), "counted: of the numbers in their names none rises all the way"
    raise RunError(f"no whole number in the names says which file comes first: {_files(group)}; {_ASK}")


def _single(path: Path) -> Series:
    """One file, at the step that its name says, or else at 0."""
    parts = _NUMBER.split(_name(path))
    for place, (before, text) in enumerate(zip(parts[::2], parts[1::2], strict=False)):
        if _STEP.search(before) and (value := _value(text)) is not None:
            told = f"the number marked in '{_marked(path, place)}'"
            return Series((path,), np.array([value], dtype=np.int64), (), told)
    return Series((path,), np.zeros(1, np.int64), (), "a single one")


def _given(files: list[Path], steps: Sequence[int]) -> Series:
    if len(steps) != len(files):
        needed = f"one each is needed, in the order {_files(files)}"
        raise ValueError(f"{len(steps)} steps are not allowed for {len(files)} files: {needed}")
    if len(set(steps)) < len(steps) or min(steps) < 0:
        raise ValueError(f"steps {','.join(map(str, steps))} are not allowed: each must be 0 or more, and another one")
    order = sorted(range(len(files)), key=lambda k: steps[k])
    return Series(tuple(files[k] for k in order), np.array(sorted(steps), dtype=np.int64), (), "as given")


def _name(path: Path) -> str:
    """All in which names may differ."""
    return str(path).removesuffix(path.suffix) if path.suffix in _ENDINGS else str(path)


def _marked(path: Path, place: int) -> str:
    """The file's name with brackets around one of its numbers."""
    parts = _NUMBER.split(str(path))
    parts[2 * place + 1] = f"[{parts[2 * place + 1]}]"
    return "".join(parts)


def _files(files: Sequence[Path]) -> str:
    return _listed([shortened(path.name, 260) for path in files])


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words if len(words) <= _LISTED else [*words[: _LISTED - 2], "…", words[-1]])
