"""What a finding says, in sentences that its numbers choose."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from ..core.numerals import setting
from ..figures.words import enumerated
from .claim_words import of_claim, said
from .experiments import known
from .finding import Finding


class Told(NamedTuple):
    """A statement's sentence. speaks : "for" the claim, "against" it, of a "limit" to it, or of a "fact" beside it."""

    name: str
    sentence: str
    speaks: str


def numbers(finding: Finding) -> dict[str, Any]:
    """What the words of a claim put in: settings, lists of them as such and at `name_count` how many; numbers, at
    `name_told` how far each spreads, and at `name_expected` what it should be, written alike."""
    settings: dict[str, Any] = dict(finding.settings)
    for name, one in finding.settings.items():
        if isinstance(one, list):
            settings[f"{name}_count"] = len(one)
            if all(isinstance(each, int | float) for each in one):
                settings[name] = enumerated([setting(each) for each in one])
    told = {f"{name}_told": one.told for name, one in finding.values.items()}
    due = {name: replace(finding.values[name], value=one.value) for name, one in finding.expected.items()}
    expected = {f"{name}_expected": f"{one:plain}" for name, one in due.items()}
    return {**settings, **finding.values, **told, **expected}


def say(finding: Finding, key: str) -> str:
    """Words of the finding's claim, in the language in force, with its numbers."""
    return of_claim(finding.claim)(key, **numbers(finding))


def statements(finding: Finding) -> list[Told]:
    """A sentence for each statement, for the claim or against it; of a limit that is not there only if it has one."""
    rule, found = known()[finding.claim].rule, []
    for one in rule.needs:
        true = finding.statements[one.name]
        found.append(Told(one.name, say(finding, one.name + "_not" * (not true)), "for" if true else "against"))
    for one in rule.limits:
        if finding.statements[one.name]:
            found.append(Told(one.name, say(finding, one.name), "limit"))
        elif f"{one.name}_not" in of_claim(finding.claim).known:
            found.append(Told(one.name, say(finding, f"{one.name}_not"), "for"))
    for one in rule.facts:
        found.append(Told(one.name, say(finding, one.name + "_not" * (not finding.statements[one.name])), "fact"))
    return found


def verdict(finding: Finding) -> str:
    """The verdict in words, with its conditions."""
    if finding.verdict != "holds when":
        return said(f"verdict.{finding.verdict.replace(' ', '_')}")
    limits = [one.name for one in known()[finding.claim].rule.limits if finding.statements[one.name]]
    conditions = said("verdict.and").join(say(finding, f"{name}_when") for name in limits)
    return said("verdict.holds_when", conditions=conditions)
