"""The examples of docs/models, at a small size: their pictures, and what they say."""

from __future__ import annotations

import io
import re
import runpy
import tokenize
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="make test-models installs PyTorch")

DOCS = Path(__file__).parents[2] / "docs"
FILES = sorted((DOCS / "models").glob("*.py"))
PAGE = (DOCS / "models" / "README.md").read_text(encoding="utf-8")
# Of each constant, what is enough to come to the end.
SMALL = {"STEPS": 12, "TUNING": 12, "SHARED": 4, "IMAGES": 120, "RESOLUTION": 5, "BLOCKS": 1, "SEEDS": 2, "COUNT": 4}
NUMBER = re.compile(r"[-+]?\d+(?:,\d{3})*(?:\.\d+)?")
# What numbers choose.
CHOSEN = re.compile(r"not clearly (?:more or less|flatter or sharper)|clearly (?:more|less)|flatter|sharper")
BARRIER = re.compile(r"no clear barrier|a barrier of #")


def small(source: str) -> str:
    """A script with small constants."""

    def smaller(found: re.Match[str]) -> str:
        names = found[1].split(", ")
        return f"{found[1]} = {', '.join(str(SMALL[name]) for name in names)}"

    return re.sub(r"^((?:[A-Z]+, )*(?:STEPS|COUNT)(?:, [A-Z]+)*) = [\d, ]+$", smaller, source, flags=re.MULTILINE)


def form(said: str) -> str:
    """What is said, without the numbers and what they choose; any number of them in a row is one."""
    numberless = re.sub(r"#(?:, #)+", "#", NUMBER.sub("#", said))
    return BARRIER.sub("…", CHOSEN.sub("…", numberless))


def lines(source: str) -> int:
    """Lines of code: without empty ones, comments and docstrings."""
    quiet = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    kept, begins = set(), True
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in quiet and not (begins and token.type == tokenize.STRING):
            kept |= set(range(token.start[0], token.end[0] + 1))
        begins = token.type in quiet
    return len(kept)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_example_draws_and_says_what_its_page_shows(file, tmp_path, monkeypatch, capsys):
    source = file.read_text(encoding="utf-8")
    changed = small(source)
    assert changed != source
    script = tmp_path / file.name
    script.write_text(changed, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(script))
    said = capsys.readouterr().out
    drawn = {picture.name for picture in tmp_path.glob("*.png")}
    assert drawn == {name for name in re.findall(r"images/models/([\w.]+)", PAGE) if name.startswith(file.stem)}
    assert all((tmp_path / name).stat().st_size > 10_000 for name in drawn)
    # The page shows the same lines with its own numbers.
    (shown,) = re.findall(rf"<!-- {file.stem} -->\n```text\n(.*?)```\n", PAGE, flags=re.DOTALL)
    assert form(said) == form(shown)
    for text in (said, shown):
        assert not re.search(r"\b(?:nan|inf)\b", text)
        assert len(NUMBER.findall(text)) > 3


COUNTED = '''"""Two
lines."""

x = 1  # one
y = [
    2,
]


def f():
    """No."""
    return """a
b"""
'''


def test_examples_are_short():
    assert lines(COUNTED) == 7
    for file in FILES:
        assert lines(file.read_text(encoding="utf-8")) <= 60, file


def test_the_page_has_all_examples_and_all_their_pictures():
    assert len(FILES) == 6
    for file in FILES:
        assert f"({file.name})" in PAGE
    shown = set(re.findall(r"images/models/([\w.]+)", PAGE))
    assert shown == {picture.name for picture in (DOCS / "images" / "models").glob("*.png")}
