"""Claims by name, and their experiments."""

from __future__ import annotations

import pkgutil
import time
from collections.abc import Callable, Iterable
from concurrent.futures import BrokenExecutor, Future
from functools import cache, partial
from importlib import import_module
from os import cpu_count
from pathlib import Path
from queue import SimpleQueue

from ..core.annotations import Progress
from ..core.blas import one_blas_thread
from ..core.checks import one_of
from ..core.errors import not_allowed
from ..sweeps.pool import Processes
from . import claim_words, claims
from .claim import SCALES, Claim, Scale
from .finding import Finding, plain
from .trained import TrainedClaim


@cache
def known() -> dict[str, type[Claim]]:
    """The classes of all claims by name, in the story's order."""
    found: list[type[Claim]] = []
    for module in pkgutil.iter_modules(claims.__path__):
        loaded = import_module(f"{claims.__name__}.{module.name}")
        name = "".join(part.title() for part in module.name.split("_"))
        cls: type[Claim] = getattr(loaded, f"{name}Claim")
        cls.name = module.name
        found.append(cls)
    return {cls.name: cls for cls in sorted(found, key=lambda cls: _place(cls.number))}


def register(cls: type[Claim]) -> type[Claim]:
    """Make a claim of one's own known, by its `name`; for use as a decorator. ValueError for a name that is taken."""
    if cls.name in known():
        raise not_allowed("name of a claim", cls.name, "it is taken")
    known()[cls.name] = cls
    claim_words.own[cls.name] = cls.words or {}
    return cls


def names() -> list[str]:
    """The names of all claims, in the story's order."""
    return list(known())


def get(name: str) -> Claim:
    """A claim; ValueError with the nearest valid name if there is none such."""
    one_of("claim", name, known())
    return known()[name]()


def run(
    name: str,
    scale: Scale = "quick",
    progress: Progress | None = None,
    *,
    place: Path | None = None,
    resume: bool = False,
    pool: Processes | None = None,
) -> Finding:
    """Make the experiment of a claim: "quick", or at "full" with more seeds and settings.

    progress : called as progress(done, all). place : a folder in which one that trains networks keeps what is finished;
    resume : go on from that; pool : the processes that train them, its own if None. ValueError for a name or scale that
    does not exist.
    """
    claim = get(name)
    if isinstance(claim, TrainedClaim):
        claim.place, claim.resume, claim.pool = place, resume, pool
    one_of("scale", scale, SCALES)
    began = time.perf_counter()
    # What is measured here is small; and it is to be the same in a process beside others, which has one thread.
    with one_blas_thread:
        measured = claim.measure(scale, progress)
    verdict, statements = claim.rule.judge(measured.values)
    return Finding(
        claim=name,
        number=claim.number,
        values=dict(measured.values),
        expected={name: one for name, one in claim.expected.items() if name in measured.values},
        statements=statements,
        verdict=verdict,
        series=plain(measured.series),
        settings=plain(measured.settings),
        scale=scale,
        seconds=time.perf_counter() - began,
    )


def run_all(
    names: Iterable[str],
    keep: Callable[[Finding], None],
    watch: Callable[[str], Progress],
    scale: Scale = "quick",
    *,
    place: Path | None = None,
    resume: bool = False,
) -> None:
    """Make the experiments of several claims.

    Those that train networks do so one after the other, on processes; those that do not fill one process beside them.

    keep : is given each finding as it is there, also where the rest is stopped. watch : gives a claim's progress.
    place, resume : as of `run`.
    """
    names = list(names)
    aside = [name for name in names if _goes_aside(name)]
    if len(names) == 1:
        aside = []
    over: SimpleQueue[tuple[str, Future[Finding]]] = SimpleQueue()

    def ended(name: str, shown: Progress, future: Future[Finding]) -> None:
        over.put((name, future))
        if not future.cancelled():
            shown(1, 1)

    with Processes(cpu_count() or 1) as pool, Processes(1) as side:
        for name in aside:
            future = side.submit(run, name, scale)
            future.add_done_callback(partial(ended, name, watch(name)))
        left = len(aside)
        try:
            for name in names:
                if name not in aside:
                    keep(run(name, scale, watch(name), place=place, resume=resume, pool=pool))
            while left:
                name, future = over.get()
                left -= 1
                try:
                    keep(future.result())
                except BrokenExecutor:
                    keep(run(name, scale, watch(name)))
        finally:
            while left and not over.empty():
                left -= 1
                _, future = over.get()
                if not future.cancelled() and future.exception() is None:
                    keep(future.result())


def _goes_aside(name: str) -> bool:
    """Whether a claim can be measured in a process beside others: not if it begins some itself, nor if that process
    would not find its class."""
    cls = known()[name]
    return not issubclass(cls, TrainedClaim) and cls.__module__.startswith(f"{claims.__name__}.")


def _place(number: str) -> tuple[int, str]:
    digits = number.rstrip("abcdefghijklmnopqrstuvwxyz")
    return int(digits), number[len(digits) :]
