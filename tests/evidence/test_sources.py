"""Where expected numbers come from is told in both languages."""

from __future__ import annotations

import re

from landscape.core.wording import speaking
from landscape.evidence import experiments
from landscape.evidence.claim_words import source

PAPER = re.compile(r"\(?[A-Z][\w&., ]+\d{4}[^)]*\)?")


def test_sources_in_words_have_chinese_ones():
    texts = {one.source for claim in experiments.known().values() for one in claim.expected.values()}
    with speaking("zh"):
        left = [text for text in texts if source(text) == text]
        assert source("reference value") == "参考值"
    # Formulas, and papers with their year, are the same in both.
    assert [text for text in left if re.search("[a-z]{3,} [a-z]{2,}", PAPER.sub("", text))] == []
