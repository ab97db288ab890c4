"""Findings in a file: those that come with the project, which films, decks and pages quote, and any others."""

from __future__ import annotations

import json
import math
import os
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from ..core.errors import DataError
from ..core.release import __version__
from ..files import kinds, writing
from ..files.archives import parsed, reading
from ..files.opening import MOST_JSON, whole
from .experiments import names
from .finding import Finding, Quantity, plain

FILE = "findings.json"


@cache
def stored() -> Mapping[str, Finding]:
    """The findings that come with the project, measured at full scale, by their claims' names."""
    return _findings(json.loads((resources.files(__package__) / FILE).read_text(encoding="utf-8")))


def read(path: Path) -> Mapping[str, Finding]:
    """The findings in a file; RunError or DataError, in one line, if it cannot be read or holds none."""
    with reading(path, f"findings '{path}'"):
        found = parsed(whole(path, MOST_JSON))
        if not isinstance(found, dict) or "findings" not in found:
            raise DataError(f"'{path}' holds no findings")
        return _findings(found)


def write(path: Path, findings: Iterable[Finding]) -> None:
    """Write findings, with what they were measured with."""
    rows = [plain(asdict(one)) for one in findings]
    with writing.room(path):
        # A line each, so that a difference between two files shows which claims it is in.
        lines = ",\n".join(json.dumps(row, ensure_ascii=False, allow_nan=False) for row in rows)
        head = json.dumps({"format": 1, **made_with()})[:-1]
        writing.write_bytes(path, f'{head}, "findings": [\n{lines}\n]}}\n'.encode(), kinds.JSON)


def made_with() -> dict[str, Any]:
    """What numbers hang on beside the settings."""
    return {"version": __version__, "numpy": np.__version__, "machine": platform.machine(), "cores": os.cpu_count()}


def _findings(found: Mapping[str, Any]) -> dict[str, Finding]:
    rows = [msgspec.convert(_numbers(one), Finding) for one in found["findings"]]
    place = {name: k for k, name in enumerate(names())}
    return {one.claim: one for one in sorted(rows, key=lambda one: place.get(one.claim, len(place)))}


def _numbers(row: dict[str, Any]) -> dict[str, Any]:
    """A row whose values that are not finite, which JSON cannot hold, are numbers again."""
    for one in (*row["values"].values(), *row["expected"].values()):
        for key, value in one.items():
            if value in ("nan", "inf", "-inf"):
                one[key] = float(value)
    return row


def moved(before: Finding, after: Finding) -> list[str]:
    """What a new measurement says otherwise: values by name, beside verdict and statements.

    A number has moved where it is another to 6 digits and the two spreads do not meet; but not as long as it is what it
    should be: what lies within rounding of 0 is another number on each machine.
    """
    found = ["verdict"] if before.verdict != after.verdict else []
    found += [name for name, true in before.statements.items() if after.statements.get(name) != true]
    for name in before.values.keys() | after.values.keys():
        if name not in before.values or name not in after.values:
            found.append(name)
            continue
        one, other = before.values[name], after.values[name]
        right = after.expected.get(name)
        if _apart(one, other) and not (right and right.agrees(one.value) and right.agrees(other.value)):
            found.append(name)
    return found


def _apart(one: Quantity, other: Quantity) -> bool:
    if one.value == other.value or math.isclose(one.value, other.value, rel_tol=1e-6):
        return False
    if not (one.spread and other.spread):
        return True
    return not (one.low <= other.high and other.low <= one.high)
