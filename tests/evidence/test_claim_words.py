"""Every claim has its words in both languages: each statement in both forms, each condition, each number's name."""

from __future__ import annotations

import pytest

from landscape.core.wording import LANGUAGES, speaking, table
from landscape.evidence.experiments import known
from landscape.evidence.finding import Quantity


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


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", "92.7\xa0% (quartiles 92.1 to 93.4\xa0%, 5 seeds)"),
        ("zh", "92.7%（四分位数 92.1% 至 93.4%，5 个随机种子）"),
    ],
)
def test_ranges_are_written_as_the_language_writes_them(lang, told):
    with speaking(lang):
        assert f"{Quantity(0.927, 'share', 0.921, 0.934, 'quartiles', 5, 'seeds'):spread}" == told
