"""The report: what stands in it, in which order, and in whatever form it is written then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..core.numerals import number
from .claim_words import said, source
from .finding import Finding
from .telling import Told, numbers, say, statements, verdict

# The story's chapters, and the claims of each.
CHAPTERS = {
    "team": ("roles", "iteration"),
    "old": ("sigmoid", "plateau"),
    "new": ("relu", "explosion", "kinks", "he"),
    "accidents": ("ravine", "saddle", "cliff"),
    "vehicle": ("momentum", "adaptive", "step"),
    "truth": ("demand", "coevolution"),
}
HEADLINE = "coevolution"


@dataclass(frozen=True)
class Row:
    """A number of a claim: what it is, what was measured and of how many, what was expected of it, and by whom."""

    label: str
    measured: str
    spread: str
    expected: str
    source: str
    agrees: bool


@dataclass(frozen=True)
class Part:
    """What the report says of a claim."""

    finding: Finding
    claim: str
    how: str
    verdict: str
    statements: tuple[Told, ...]
    caption: str
    rows: tuple[Row, ...]
    command: str
    settings: str


@dataclass(frozen=True)
class Chapter:
    """Claims under a heading."""

    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Essay:
    """The whole report, in one language.

    answer : sentences on the question in the middle of the story; none where it was not asked.
    """

    title: str
    lead: str
    answer: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    methods: tuple[str, ...]
    made: str


def essay(findings: Mapping[str, Finding]) -> Essay:
    """The report of findings, in the language in force."""
    chapters = []
    for name, claims in CHAPTERS.items():
        if parts := tuple(_part(findings[claim]) for claim in claims if claim in findings):
            chapters.append(Chapter(said(f"chapter.{name}"), parts))
    placed = {claim for claims in CHAPTERS.values() for claim in claims}
    if others := tuple(_part(one) for name, one in findings.items() if name not in placed):
        chapters.append(Chapter(said("chapter.others"), others))
    answer = _answer(findings[HEADLINE]) if HEADLINE in findings else ()
    methods = tuple(said(f"methods.{name}") for name in ("rates", "arrival", "cost", "seeds", "chaos", "verdicts"))
    scales = " + ".join(sorted({said(f"scale.{one.scale}") for one in findings.values()}))
    minutes = max(sum(one.seconds for one in findings.values()) / 60, 0.1)
    made = said("report.made", scale=scales, minutes=number(minutes, 2))
    return Essay(said("report.title"), said("report.lead"), answer, tuple(chapters), methods, made)


def _answer(finding: Finding) -> tuple[str, ...]:
    """What the table of grounds and vehicles says of the story's question: the claim's own sentences."""
    return tuple(one.sentence for one in statements(finding))


def _part(finding: Finding) -> Part:
    told = numbers(finding)
    rows = []
    for name, one in finding.values.items():
        due = finding.expected.get(name)
        rows.append(
            Row(
                label=say(finding, f"label.{name}"),
                measured=f"{one}",
                spread=one.told,
                expected=told.get(f"{name}_expected", ""),
                source=source(due.source) if due else "",
                agrees=due is None or due.agrees(one.value),
            )
        )
    return Part(
        finding=finding,
        claim=say(finding, "claim"),
        how=say(finding, "how"),
        verdict=verdict(finding),
        statements=tuple(statements(finding)),
        caption=say(finding, "caption"),
        rows=tuple(rows),
        command=f"landscape evidence {finding.claim} --{finding.scale}",
        settings=", ".join(f"{key} = {_written(value)}" for key, value in finding.settings.items()),
    )


def _written(value: Any) -> str:
    if isinstance(value, float):
        return number(value, 6)
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_written(one)}" for key, one in value.items())
    return str(value)
