"""What the documentation shows, runs."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"
PLANES, FILMS, FIGURES = (README.parent / "docs" / name for name in ("projections.md", "films.md", "figures.md"))


@pytest.mark.parametrize(
    "name",
    [
        "landscape",
        "landscape.terrains",
        "landscape.terrains.user",
        "landscape.terrains.expression",
        "landscape.optimizers",
        "landscape.schedules",
        "landscape.network",
        "landscape.descent",
        "landscape.planes",
        "landscape.statistics",
        "landscape.shares",
        "landscape.surfaces.callables",
        "landscape.animations",
    ],
)
def test_examples_in_docstrings(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0
    assert result.failed == 0


def execute(page: Path) -> dict[str, object]:
    """Run the examples of a page, one after the other; those that need more than a moment are marked as `py`."""
    names: dict[str, object] = {}
    for example in re.findall(r"```python\n(.*?)```", page.read_text(), flags=re.DOTALL):
        exec(compile(example, str(page), "exec"), names)
    return names


def test_examples_on_planes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = execute(PLANES)
    assert (tmp_path / "projection.png").stat().st_size > 10_000
    assert names["walk"].loss[-1] < names["walk"].loss[0]


def test_examples_on_films(tmp_path, monkeypatch):
    import av

    monkeypatch.chdir(tmp_path)
    execute(FILMS)
    (film,) = tmp_path.rglob("beale.mp4")
    with av.open(str(film)) as container:
        assert container.streams.video[0].frames == 45
    for still in re.findall(r"\]\((images/films/.*?)\)", FILMS.read_text()):
        assert (FILMS.parent / still).exists()


def test_examples_on_figures(tmp_path, monkeypatch):
    import matplotlib.pyplot as plt

    monkeypatch.chdir(tmp_path)
    with plt.rc_context():
        execute(FIGURES)
        assert plt.rcParams["font.size"] == 16
    assert (tmp_path / "himmelblau.svg").exists()
    assert plt.imread("himmelblau.png").shape[1] == 930
    for picture in re.findall(r"\]\((images/.*?|notebooks/.*?)\)", FIGURES.read_text()):
        assert (FIGURES.parent / picture).exists()


def test_readme_examples(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = execute(README)
    assert (tmp_path / "ravine.svg").stat().st_size > 10_000
    # 98 %, but for the rounding of this machine's BLAS.
    assert names["run"].test_accuracy > 0.977


def test_readme_names_every_command():
    from landscape.cli.main import main

    for verb in main.commands:
        assert f"`landscape {verb}" in README.read_text()
