"""What the documentation shows, runs."""

from __future__ import annotations

import contextlib
import doctest
import importlib
import re
import runpy
import shlex
from pathlib import Path

import click
import pytest

import landscape as ls

README = Path(__file__).parents[1] / "README.md"
CHINESE = README.with_name("README.zh.md")
PLANES, FILMS, FIGURES, OWN, SWEEPS = (
    README.parent / "docs" / name for name in ("projections.md", "films.md", "figures.md", "own.md", "sweeps.md")
)


@pytest.mark.parametrize(
    "name",
    [
        "landscape",
        "landscape.terrains",
        "landscape.terrains.user",
        "landscape.terrains.expression",
        "landscape.optimizers",
        "landscape.optimizers.schedules",
        "landscape.networks.mlp",
        "landscape.walks.descent",
        "landscape.planes",
        "landscape.sweeps",
        "landscape.core.statistics",
        "landscape.core.numerals",
        "landscape.surfaces.of_callables",
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
        exec(compile(example, str(page), "exec", dont_inherit=True), names)
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


def test_the_tables_of_pictures_show_all_figures_and_films():
    """As `make docs` writes them: each with what it says of itself, and its picture."""
    tables = runpy.run_path(str(FIGURES.parent / "images" / "tables.py"))
    for page, told in tables["told"]().items():
        text = (FIGURES.parent / f"{page}.md").read_text(encoding="utf-8")
        assert text == tables["written"](page, text)
        assert {path.stem for path in (FIGURES.parent / "images" / page).iterdir()} == set(told)


def test_examples_on_figures(tmp_path, monkeypatch):
    import matplotlib.pyplot as plt

    monkeypatch.setattr(ls.figures.kinds, "classes", dict(ls.figures.kinds.classes))
    monkeypatch.chdir(tmp_path)
    with plt.rc_context():
        execute(FIGURES)
        assert plt.rcParams["font.size"] == 16
    assert (tmp_path / "himmelblau.svg").exists()
    assert plt.imread("himmelblau.png").shape[1] == 930
    for picture in re.findall(r"\]\((images/.*?|notebooks/.*?)\)", FIGURES.read_text()):
        assert (FIGURES.parent / picture).exists()


def test_examples_of_own_parts(monkeypatch):
    zoo = ls.optimizers.registry
    monkeypatch.setattr(zoo, "classes", dict(zoo.classes))
    assert repr(execute(OWN)["walk"]).startswith("<Trajectory of sign_momentum:lr=0.02,clip=1.0 on rosenbrock")


def test_examples_of_sweeps(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = execute(SWEEPS)
    assert (tmp_path / "coevolution.png").stat().st_size > 10_000
    assert len(names["bands"]) == 4
    (settings,) = re.findall(r"```toml\n(.*?)```", SWEEPS.read_text(), flags=re.DOTALL)
    assert len(ls.sweeps.Spec.parse(settings)) == 4 * 9 * 2 * 3 * 2 * 2 * 2 * 3
    columns = {
        one for cells in re.findall(r"^\| (`.*?) \|", SWEEPS.read_text(), re.M) for one in re.findall(r"`(\w+)`", cells)
    }
    assert set(names["table"].columns) - {f"end_{one}" for one in ls.sweeps.ground.NETWORK} <= set(columns)


def test_readme_examples(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = execute(README)
    assert (tmp_path / "ravine.svg").stat().st_size > 10_000
    # 98 %, but for the rounding of this machine's BLAS.
    assert names["run"].test_accuracy > 0.977


def test_readme_examples_in_chinese(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = execute(CHINESE)
    assert (tmp_path / "峡谷.svg").stat().st_size > 10_000
    assert (tmp_path / "学习曲线.png").stat().st_size > 10_000
    assert names["run"].test_accuracy > 0.9


def commands(text: str) -> list[list[str]]:
    """The words of each `landscape …` in code, of a page of documentation or of the demo's."""
    spans = re.findall(r"`(landscape [^`\n]+)`", text) + re.findall(r"^(landscape .+?)(?:  #.*)?$", text, re.MULTILINE)
    return [shlex.split(span)[1:] for span in spans]


@pytest.mark.parametrize("page", [README, CHINESE], ids=lambda page: page.name)
def test_the_commands_of_a_readme_are_there(page, tmp_path, monkeypatch):
    """Each is read by its verb, with all of its options, for runs that are there; some are named alone."""
    from landscape.cli.main import main

    monkeypatch.chdir(tmp_path)
    told = commands(page.read_text(encoding="utf-8"))
    assert len(told) > 12
    for verb, *words in told:
        for word in words:
            if word == "runs" or (word.startswith("runs/") and not word.endswith(".csv")):
                (tmp_path / word.replace("*", "one")).mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(click.MissingParameter):
            assert main.commands[verb].make_context(verb, list(words))


@pytest.mark.parametrize("page", [README, CHINESE], ids=lambda page: page.name)
def test_the_links_of_a_readme_lead_somewhere(page):
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8"))]
    assert {"README.zh.md" if page == README else "README.md", "docs/figures.md", "CONTRIBUTING.md"} <= set(links)
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_pages_and_readme_say_what_the_findings_say():
    told = runpy.run_path(str(README.parent / "docs" / "images" / "findings.py"))
    for lang, readme in (("en", README), ("zh", CHINESE)):
        assert told["written"](text := readme.read_text(encoding="utf-8"), lang) == text, "run make docs"
    for lang, name in told["PAGES"].items():
        assert (README.parent / "docs" / name).read_text(encoding="utf-8") == told["page"](lang), "run make docs"
        for claim in ls.evidence.stored():
            assert (README.parent / "docs" / "images" / "evidence" / lang / f"{claim}.svg").exists()


def test_readme_names_every_command():
    from landscape.cli.main import main

    for verb in main.commands:
        assert f"`landscape {verb}" in README.read_text()


def test_the_tests_that_reliability_names_are_there():
    text = (README.parent / "docs" / "reliability.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", text)
    assert len(named) > 40
    for file, test in named:
        (source,) = (found.read_text(encoding="utf-8") for found in (README.parent / "tests").rglob(file))
        assert not test or f"def {test}(" in source, (file, test)
