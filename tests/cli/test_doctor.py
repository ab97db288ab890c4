"""`landscape doctor` and `landscape compare` through click's runner."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from commands import PNG, refusal

import landscape as ls
from landscape.cli import installation, trials
from landscape.cli.installation import EXTRAS, Extra, State, look
from landscape.core.errors import RenderError


@pytest.fixture
def place(runs, surface, mnist, tmp_path):
    """Two runs, the surface over their plane, and one around the first, in the folder of the test."""
    for run, name in zip(runs, ("sgd", "adam"), strict=True):
        run.save(tmp_path / name)
    surface.save(tmp_path / "pca.npz")
    x, y, about = mnist.sample(200)
    ls.surface(runs[0].network, ls.planes.random(runs[0].network, runs[0].params), x, y, resolution=9, data=about).save(
        tmp_path / "around.npz"
    )
    return tmp_path


def test_sound_pictures_are_said_to_be(run, place):
    for words in (("pca.npz", "sgd", "adam"), ("sgd", "adam"), ("around.npz", "sgd"), ("pca.npz",)):
        result = run("doctor", *words)
        assert result.exit_code == 0, result.output
        assert result.stdout.startswith("All is well.\n"), result.stdout
    # The images that the surface is over are found by its caption, and the loss is computed.
    assert "as the loss in the middle of 25 cells says" in run("doctor", "around.npz", "sgd").stdout
    assert "as leaving points out says" in run("doctor", "around.npz").stdout


def test_findings_come_with_the_command_that_mends_them(run, place):
    shape = ("--data", "test:100", *PNG, "--resolution", "9")
    assert run("project", "sgd", "adam", "--extent", "-900,900,-900,900", *shape, "--out", "wide.npz").exit_code == 0
    result = run("doctor", "wide.npz", "sgd", "adam")
    assert result.exit_code == 0
    assert "\n1. range-too-large: " in result.stdout
    told = [line.split() for line in result.stdout.splitlines() if line.startswith("   landscape project sgd adam")]
    words = told[0]
    assert run(*words[1:], *shape, "--out", "mended.npz").exit_code == 0
    assert run("doctor", "mended.npz", "sgd", "adam").stdout.startswith("All is well.")


def test_what_cannot_be_looked_at_is_refused_in_a_line(run, place):
    for words, said in (
        (["pca.npz", "sgdd"], "'sgdd' is not a run folder: there is no such file or folder"),
        (["nothing.npz"], "'nothing.npz' is not a saved surface: there is no such file or folder"),
        (["sgd/run.json"], "'sgd/run.json' is not a saved surface: it is one file of the run folder 'sgd'"),
        (["pca.npz", "around.npz"], "2 surfaces are not allowed: give one, or see landscape compare"),
        (["sgd", "adam/../sgd"], "a run is given twice: give 'adam/../sgd' once"),
        (["--model", "mine.py:build"], "--model, --data and --loss are for a SURFACE or RUNS: give some"),
        (["sgd", "--data", "mine.py:data"], "--data and --loss are for --model: give it, too, as mine.py:build"),
    ):
        assert refusal(run("doctor", *words)) == said
    (place / "empty").mkdir()
    assert refusal(run("doctor", "empty")) == "'empty' is not a run folder: it is a folder without run.json"


def test_a_run_whose_data_are_gone_is_looked_at_without_them(run, mnist, tmp_path):
    part = mnist.subset(320)
    lost = ls.datasets.Dataset("lost", part.x_train, part.y_train, part.x_test[:50], part.y_test[:50])
    made = ls.train(ls.MLP((784, 8, 10)), lost, "adam:lr=0.003", 3, snapshots=12)
    made.save(tmp_path / "r")
    ls.projected(made, lost.sample(200), resolution=9)[0].save(tmp_path / "s.npz")
    result = run("doctor", "s.npz", "r")
    assert result.exit_code == 0
    assert result.stderr.startswith("Note: the loss itself was not computed: ")
    assert "arrays called 'lost', of which no file is known" in result.stderr


def test_every_extra_is_looked_at():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {extra.name for extra in EXTRAS} == set(project["optional-dependencies"]) - {"dev"}
    assert {extra.brings for extra in EXTRAS} >= {
        "pip install 'landscape-lab[torch]'",
        "pip install 'landscape-lab[web]'",
    }


def test_what_is_there_works_what_is_not_is_named_and_what_fails_is_told():
    assert look(Extra("x", "what", ("json", "csv"))) == State("✓", "works")
    lacks = look(Extra("x", "what", ("json", "no_such_module")))
    assert (lacks.words, lacks.mends) == ("not installed (no_such_module)", "pip install 'landscape-lab[x]'")
    assert not lacks.broken
    for code, said in (
        ("raise RuntimeError('no such\\nluck')", "luck"),
        ("import os; os.kill(os.getpid(), 9)", "it was ended by signal 9"),
        ("raise SystemExit(3)", "exit code 3"),
    ):
        fails = look(Extra("x", "what", ("json",), code))
        assert fails.broken
        assert fails.words == f"installed, but does not work: {said}"
        assert fails.mends == "pip install 'landscape-lab[x]' --force-reinstall"
    told = look(Extra("x", "what", ("json",), "raise RuntimeError('apt install libegl1')"))
    assert told.mends == ""
    assert "apt install libegl1" in told.words


def test_the_exit_code_says_whether_something_is_broken(run, monkeypatch):
    fine, lacking = Extra("a", "one", ("json",)), Extra("b", "two", ("no_such_module",))
    broken = Extra("c", "three", ("json",), "raise RuntimeError('gone')")
    for extras, code in (((fine, lacking), 0), ((fine, lacking, broken), 1)):
        monkeypatch.setattr(installation, "EXTRAS", extras)
        result = run("doctor")
        assert result.exit_code == code
        shown = "✓  one: works\n–  two: not installed (no_such_module)\n   pip install 'landscape-lab[b]'\n"
        assert result.stdout.startswith(shown)
        assert ("✗  three: installed, but does not work: RuntimeError: gone" in result.stdout) == (code == 1)


def test_a_frame_is_drawn_and_a_clip_encoded(monkeypatch):
    pytest.importorskip("moderngl", reason="films are drawn with moderngl")
    pytest.importorskip("av", reason="films are encoded with PyAV")
    trials.draw_frame()
    trials.encode_clip()
    monkeypatch.setattr(trials, "_FRAMES", 10**6)  # more colours than there are pixels
    with pytest.raises(RenderError, match="OpenGL draws one colour"):
        trials.draw_frame()


def test_surfaces_are_drawn_on_one_scale(run, place):
    result = run("compare", "pca.npz", "around.npz", "--format", "png", "--out", "c")
    assert result.stdout == "c.png\n", result.output
    told = " ".join(result.stderr.split())
    assert "Comparable: networks (25,450 parameters each)" in told
    assert "Not comparable: heights" in told
    assert "shapes (kinds of planes: pca pca, around random, filter norms)" in told
    assert run("compare", "pca.npz", "around.npz", "--format", "svg", "--lang", "zh", "--theme", "dark").exit_code == 0


def test_what_cannot_be_compared_at_all_is_refused(run, place):
    for words, said in (
        (["pca.npz"], "'pca.npz' alone cannot be compared: give two surfaces or more"),
        (["pca.npz", "pca.npz"], "a surface is given twice: give 'pca' once"),
        (["pca.npz", "sgd"], "'sgd' is not a saved surface: it is a run folder"),
        (["pca.npz", "no.npz"], "'no.npz' is not a saved surface: there is no such file or folder"),
    ):
        assert refusal(run("compare", *words)) == said
    assert "compare needs saved surfaces, and 'sgd' is none" in refusal(run("plot", "compare", "sgd", "adam"))
    assert "-o is for walks" in refusal(run("plot", "compare", "pca.npz", "around.npz", "-o", "adam"))
