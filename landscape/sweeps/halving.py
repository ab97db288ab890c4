"""Which cell comes next: all of them, one after the other; or few steps for all rates, and more for the best.

Successive halving (Jamieson & Talwalkar 2016) of the learning rates, within each group of all else but seeds: at the
first rung each rate gets a share η^−s of the steps, at the next one the best 1/η of them η times as many, and so on to
the whole; s is the largest at which one rate at least is left, and the least share is of 20 steps. A rate goes on or is
cut with all of its seeds, by the median of their losses at the end; one that did not come through with all of them is
cut in any case. What is cut depends on losses alone, and not on when they come, so it is the same on any executor.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from .cell import CUT, DIVERGED, FAILED, Cell, Row
from .spec import Spec

_LEAST = 20  # steps that say something of a rate


class Source(Protocol):
    """What says which cells are to be computed."""

    def next(self) -> Cell | None:
        """The next one; None where there is none, or none before others have ended."""

    def ended(self, cell: Cell, row: Row) -> list[Row]:
        """Take note of how a cell ended; what is known of others by that."""


class Everything:
    """All cells."""

    def __init__(self, spec: Spec) -> None:
        self._cells = spec.cells()

    def next(self) -> Cell | None:
        return next(self._cells, None)

    def ended(self, cell: Cell, row: Row) -> list[Row]:
        return []


@dataclass
class _Group:
    """One group on its way: the rates that are left, at a rung from 1 on, and how their cells ended."""

    where: tuple[Any, ...]
    lrs: list[float]
    rung: int = 1
    rows: dict[tuple[float, int], Row] = field(default_factory=dict)


class Halving:
    """Some cells with all steps, and others cut before; as many groups at a time as are needed to keep all busy."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self._groups = spec.groups()
        self._waiting: deque[tuple[_Group, Cell]] = deque()
        self._running: dict[str, _Group] = {}

    def next(self) -> Cell | None:
        if not self._waiting:
            where = next(self._groups, None)
            if where is None:
                return None
            self._begin(_Group(where, list(self.spec.lrs)))
        group, cell = self._waiting.popleft()
        self._running[cell.key] = group
        return cell

    def ended(self, cell: Cell, row: Row) -> list[Row]:
        group = self._running.pop(cell.key)
        group.rows[cell.lr, cell.seed] = row
        shares = shares_of(self.spec, group.where)
        if len(group.rows) < len(group.lrs) * len(self.spec.seeds) or group.rung == len(shares):
            return []
        return list(self._halved(group, len(shares)))

    def _halved(self, group: _Group, rungs: int) -> Iterator[Row]:
        """The rows of those that go no further; the others begin with more."""
        seeds = self.spec.seeds
        scores = {lr: _median([_loss(group.rows[lr, seed]) for seed in seeds]) for lr in group.lrs}
        ranked = sorted(group.lrs, key=lambda lr: (scores[lr], lr))
        wanted = max(1, len(self.spec.lrs) // self.spec.halving**group.rung)
        kept = [lr for lr in ranked[:wanted] if scores[lr] < math.inf]
        at = f"at rung {group.rung} of {rungs}"
        for place, lr in enumerate(ranked, start=1):
            if lr in kept:
                continue
            score = f"loss {scores[lr]:.6g}" if scores[lr] < math.inf else "not with all seeds"
            for seed in seeds:
                cell, row = self.spec.cell(group.where, seed, lr), group.rows[lr, seed]
                found: Row = {"rung": group.rung, "trained": 0}
                if _loss(row) < math.inf:
                    found |= {"status": CUT, "reason": f"{at}: {score}, place {place} of {len(ranked)}"}
                    found["loss"] = row["loss"]
                else:
                    # What took no step was not begun, and failed.
                    found["status"] = FAILED if row.get("steps") is None else DIVERGED
                    found["reason"] = f"{at}: {row.get('reason')}"
                yield cell.row | found
        if kept:
            self._begin(_Group(group.where, sorted(kept), group.rung + 1))

    def _begin(self, group: _Group) -> None:
        shares = shares_of(self.spec, group.where)
        rung = None if group.rung == len(shares) else group.rung
        for seed in self.spec.seeds:
            for lr in group.lrs:
                self._waiting.append((group, self.spec.cell(group.where, seed, lr, shares[group.rung - 1], rung)))


def work(spec: Spec) -> float:
    """The share of the whole grid's steps that is taken, about."""
    found = [len(shares_of(spec, where)) * spec.halving ** (1 - len(shares_of(spec, where))) for where in spec.groups()]
    return min(1.0, float(np.mean(found)))


def shares_of(spec: Spec, where: tuple[Any, ...]) -> list[float]:
    """The share of all steps at each rung of a group, 1 at the last."""
    most = min(len(spec.lrs), spec.steps_of(where) / _LEAST)
    rungs = next(k for k in range(100) if spec.halving ** (k + 1) > most)
    return [float(spec.halving) ** (k - rungs) for k in range(rungs + 1)]


def source_of(spec: Spec) -> Source:
    """The order in which a spec is worked through."""
    return Halving(spec) if spec.halving else Everything(spec)


def _loss(row: Row) -> float:
    """At the end of a cell; inf where it did not come through."""
    loss = row.get("loss")
    return loss if isinstance(loss, float) and math.isfinite(loss) else math.inf


def _median(losses: list[float]) -> float:
    return float(np.median(losses)) if max(losses) < math.inf else math.inf
