"""What the page on models shows, runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="make test-models installs PyTorch")

PAGE = Path(__file__).parents[2] / "docs" / "models.md"


def test_examples_on_models(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for example in re.findall(r"```python\n(.*?)```", PAGE.read_text(), flags=re.DOTALL):
        exec(compile(example, str(PAGE), "exec", dont_inherit=True), names)
    assert (tmp_path / "mine.png").stat().st_size > 10_000
    assert names["walk"].loss[-1] < names["walk"].loss[0]
    assert names["values"][0] > 0
    run = names["run"]
    assert run.finished
    assert len(run.history["loss"]) == 60
