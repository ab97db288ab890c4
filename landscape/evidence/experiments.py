"""Claims by name, and their experiments."""

from __future__ import annotations

import pkgutil
import time
from functools import cache
from importlib import import_module
from pathlib import Path

from ..core.annotations import Progress
from ..core.checks import one_of
from ..core.errors import not_allowed
from . import claim_words, claims
from .claim import SCALES, Claim, Scale
from .finding import Finding, plain


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
) -> Finding:
    """Make the experiment of a claim: "quick", or at "full" with more seeds and settings.

    progress : called as progress(done, all). place : a folder in which a long experiment keeps what is finished;
    resume : go on from that. ValueError for a name or scale that does not exist.
    """
    claim = get(name)
    claim.place, claim.resume = place, resume
    one_of("scale", scale, SCALES)
    began = time.perf_counter()
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


def _place(number: str) -> tuple[int, str]:
    digits = number.rstrip("abcdefghijklmnopqrstuvwxyz")
    return int(digits), number[len(digits) :]
