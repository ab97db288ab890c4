"""Every claim has its words in both languages: each statement in both forms, each condition, each number's name."""

from __future__ import annotations

import pytest

from landscape.core.wording import LANGUAGES, table
from landscape.evidence.experiments import known


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", known())
def test_words_are_there(name, lang):
    claim, words = known()[name], table("landscape.evidence.claims", f"{name}.toml")[lang]
    needed = {"claim", "how", "caption", *(f"label.{value}" for value in claim.expected)}
    for one in (*claim.rule.needs, *claim.rule.facts):
        needed |= {one.name, f"{one.name}_not"}
    for one in claim.rule.limits:
        needed |= {one.name, f"{one.name}_when"}
    assert needed - words.keys() == set()
