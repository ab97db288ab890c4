"""What all verbs have in common: options that are given once, and where results go."""

from __future__ import annotations

import os

import click
import pytest
from commands import PNG, refusal

from landscape.cli import options
from landscape.cli.main import main
from landscape.cli.verbs import Verb

VERBS = main.commands
OPTIONS = [(verb, option) for verb, command in VERBS.items() for option in command.params if option.opts[0][0] == "-"]
ONCE = [(verb, option) for verb, option in OPTIONS if not (option.multiple or option.is_flag)]
# As many words as each verb needs.
WORDS = {verb: ["a"] * sum(one.required for one in command.params) for verb, command in VERBS.items()}
FILES = {
    "race": "race",
    "basins": "basins",
    "plot": "plot",
    "compare": "compare",
    "interpolate": "line",  # figures, whose ending comes later
    "project": "surface.npz",
    "explore": "explore.html",
    "slides": "talk.pptx",
}


@pytest.mark.parametrize(("verb", "option"), ONCE, ids=lambda one: one if isinstance(one, str) else one.name)
def test_an_option_that_is_given_twice_is_refused(run, verb, option):
    name, values = option.opts[-1], ("1", "2") if option.type.name in ("integer", "float") else ("relu", "tanh")
    assert refusal(run(verb, name, values[0], f"{name}={values[1]}")) == f"{name} is given twice: give it once"
    # Not even the same one again, of which two may have been meant.
    assert refusal(run(verb, *3 * (name, values[0]))) == f"{name} is given 3 times: give it once"


def test_what_may_be_repeated_is_taken_each_time(run):
    multiple = {(verb, option.name) for verb, option in OPTIONS if option.multiple}
    walkers = {(verb, "optimizers") for verb in ("train", "race", "basins", "plot", "explore", "animate", "project")}
    assert multiple == walkers | {
        ("animate", "runs"),
        ("project", "weights"),
        ("project", "checkpoints"),
        ("project", "steps"),
        ("slides", "further"),
        *(("sweep", name) for name in ("optimizers", "activations", "inits", "schedules")),
    }
    result = run("race", "saddle", "-o", "adam", "-o", "sgd", "--steps", 3, "--format", "png,svg,png")
    assert result.stdout.split() == ["out/race.png", "out/race.svg"]
    assert "adam" in result.stderr
    assert "sgd" in result.stderr


@pytest.mark.parametrize("verb", ["train", "race", "basins", "plot", "explore", "animate"])
def test_one_optimizer_is_not_two(run, verb):
    words = {"plot": ["race", "saddle"], "race": ["saddle"], "basins": ["saddle"], "explore": ["saddle"]}.get(verb, [])
    result = run(verb, *words, "-o", "adam", "-o", "sgd", "-o", "adam:lr=0.001")
    assert refusal(result) == "-o adam:lr=0.001 is given twice: give each optimizer once"


def test_one_run_is_not_two(run, runs, tmp_path):
    folder = runs[0].save(tmp_path / "run").name
    run("race", "saddle", "-o", "adam", "--steps", 3, "--save", *PNG)
    for verb in ("show", "project", "interpolate", "curvature", "slides", "plot gradient-flow", "plot race"):
        result = run(*verb.split(), folder, "run/../run")
        assert refusal(result) == "a run is given twice: give 'run/../run' once"
    assert "given twice" in refusal(run("animate", "mnist", "--run", "run", "--run", "run"))
    assert "given twice" in refusal(run("plot", "loss", *2 * ["out/race-adam-lr0.001.npz"]))


def test_options_that_would_do_nothing_are_refused(run, runs, tmp_path):
    runs[0].save(tmp_path / "run")
    for words, said in (
        ("plot contour saddle --step 3", "--step is for anatomy"),
        ("plot race saddle -o adam --target 1", "--target is for sweep"),
        ("plot learning-curves run --steps 9", "--steps is for walks on a terrain"),
        ("plot contour saddle --steps 9", "--steps is for walks on a terrain"),
        ("race saddle -o adam --seed 3", "--seed is for --noise and --batch-size"),
        ("basins saddle -o adam --seed 3", "--seed is for --noise"),
        ("project run --layers 784,10", "--layers is for --weights"),
        ("project run --activation tanh", "--activation is for --weights"),
        ("project run --seed 3", "--seed is for --plane random"),
        ("project run --plane hessian --normalize layer", "--normalize is for --plane random"),
    ):
        assert refusal(run(*words.split())) == f"{said}, and would do nothing here: leave it out"
    for words in ("explore saddle --data train:9", "plot race saddle -o adam --data train:9"):
        assert refusal(run(*words.split())) == "--data is for run folders, and 'saddle' is a terrain: leave it out"
    few = ("--resolution", 5, "--data", "test:50", *PNG)
    assert run("project", "run", "--plane", "random", "--seed", 3, *few).exit_code == 0


def test_a_target_that_is_but_the_lowest_on_the_map_says_so(run):
    words = ("-o", "sgd", "--steps", 5, *PNG)
    for ground, said in (("x^2-y^2", True), ("saddle", True), ("himmelblau", False), ("relu_pair", False)):
        assert ("the lowest on the map, at its border" in " ".join(run("race", ground, *words).stderr.split())) == said


def test_losses_far_from_0_are_told_apart_and_an_aim_that_is_none_is_none(run):
    shown = run("race", "1000000+x^2+y^2", "-o", "sgd:lr=0.01", "-o", "adam:lr=0.01", "--start", "2,1", "--out", "q")
    assert "1,000,000.002" in shown.stderr
    assert "1,000,000.247" in shown.stderr
    shown = run("race", "log(x^2+y^2)", "-o", "sgd:lr=0.1", "--steps", 20, "--out", "q")
    words = " ".join(shown.stderr.split())
    assert "no target: no loss is lowest" in words
    assert "nan" not in words
    assert "never" not in words


def test_what_is_undefined_is_not_said_to_diverge_and_beside_a_pole_there_is_no_aim(run):
    shown = run("race", "sqrt(x+2)+y^2", "-o", "sgd:lr=0.05", "--out", "q").stderr
    assert "loss undefined at step 11" in shown
    shown = run("basins", "sqrt(x)+y^2", "-o", "sgd:lr=0.2", "--resolution", 10, "--out", "q").stderr
    assert "loss undefined" in " ".join(shown.split())
    for pole in ("1/x+y^2", "tan(x)+y^2"):
        shown = run("race", pole, "-o", "sgd:lr=0.01", "--out", "q").stderr
        assert "no target: no loss is lowest" in " ".join(shown.split())


def test_to_go_on_and_to_begin_anew_are_not_both_meant(run):
    assert "give one of them" in refusal(run("train", "--resume", "--overwrite"))


@pytest.mark.parametrize("verb", FILES)
def test_a_folder_gets_a_file_of_the_usual_name(run, verb, tmp_path, monkeypatch):
    (tmp_path / "there").mkdir()
    monkeypatch.setattr(VERBS[verb], "callback", lambda out, **others: click.echo(out))
    for out, file in ((".", ""), ("..", "../"), ("there", "there/"), ("new/", "new/")):
        assert run(verb, *WORDS[verb], "--out", out).stdout == f"{file}{FILES[verb]}\n"
    assert run(verb, *WORDS[verb], "--out", "new").stdout == "new\n"
    # What nobody named stays where it is, whatever lies there.
    (tmp_path / "out" / FILES[verb]).mkdir(parents=True)
    assert run(verb, *WORDS[verb]).stdout == f"out/{FILES[verb]}\n"


@pytest.mark.parametrize("verb", [verb for verb, option in OPTIONS if option.name == "out"])
def test_where_nothing_can_be_written_is_said_before_the_work(run, verb, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    refused, words = "is not allowed: cannot write in", (verb, *WORDS[verb], "--out")
    assert refusal(run(*words, "file/x/y")) == f"--out 'file/x/y' {refused} 'file': Not a directory"
    assert f"{refused} '/proc'" in refusal(run(*words, "/proc/x/y"))
    assert refusal(run(*words, "")).startswith("--out '' is not allowed: it must name a f")
    assert os.listdir() == ["file"]


def test_a_page_does_not_replace_a_file_of_another_kind(run, tmp_path):
    (tmp_path / "run.json").write_text("{}")
    assert "ends in .html" in refusal(run("explore", "saddle", "--out", "run.json"))
    assert (tmp_path / "run.json").read_text() == "{}"
    assert run("explore", "saddle", "-o", "adam", "--out", "page").stdout == "page.html\n"


def test_a_dot_is_a_run_as_any_other(run, runs, tmp_path, monkeypatch):
    monkeypatch.chdir(runs[1].save(tmp_path / "adam"))
    runs[0].save(tmp_path / "sgd")
    few = ("--points", 3, "--data", "test:50", *PNG, "--out", ".")
    result = run("interpolate", ".", *few)
    assert result.stdout == "line.png\n"
    assert "│ adam: 0 → 100 │" in result.stderr
    assert "│ adam → sgd │" in run("interpolate", ".", "../sgd", *few).stderr


def test_names_of_folders_are_shown_as_far_as_they_can_be(tmp_path):
    """Bytes that are no text, and control characters, stand as numbers; everything else as it is."""
    names = ["caf\udce9", "a\nb\x01", "结果 [1]"]
    assert options.distinct([tmp_path / name for name in names]) == [r"caf\udce9", r"a\x0ab\x01", "结果 [1]"]


def test_what_is_not_what_was_wanted_is_said_to_be_what_it_is(run, runs, surface, tmp_path):
    runs[0].save(tmp_path / "r/sgd")
    surface.save(tmp_path / "s.npz")
    one = "one file of the run folder 'r/sgd'"
    for words, wanted, given, lies in (
        ("show", "a run folder", "r/sgd/weights.safetensors", one),
        ("interpolate", "a run folder", "r/sgd/run.json", one),
        ("slides", "a run folder", "r/sgd/history.npz", one),
        ("curvature", "a run folder", "s.npz", "a saved surface"),
        ("project", "a run folder", "r", "a folder of runs, such as 'r/sgd'"),
        ("runs", "a folder", "r/sgd/run.json", one),
        ("plot contour", "a terrain", "r/sgd/run.json", one),
        ("plot contour", "a saved surface or trajectory", "r/sgd/history.npz", one),
        ("explore", "a terrain", "r/sgd/weights.safetensors", one),
        ("explore r/sgd --surface", "a saved surface", "r/sgd/snapshots.npy", one),
        ("race", "a terrain", "s.npz", "a saved surface"),
        ("basins", "a terrain", "r", "a folder of runs, such as 'r/sgd'"),
        ("animate mnist --run", "a run folder", "r/sgd/run.json", one),
        ("animate --terrain", "a terrain", "r/sgd/run.json", one),
    ):
        assert refusal(run(*words.split(), given)) == f"'{given}' is not {wanted}: it is {lies}"
    expected = f"learning-curves needs run folders, and 'r/sgd/run.json' is none: it is {one}"
    assert refusal(run("plot", "learning-curves", "r/sgd/run.json")) == expected
    assert "'saddle' is a terrain" in refusal(run("plot", "contour", "saddle", "--surface", "s.npz"))
    assert "-o is for walks on a terrain" in refusal(run("plot", "learning-curves", "r/sgd", "-o", "adam"))
    # A folder that happens to have a terrain's name hides no terrain.
    (tmp_path / "saddle").mkdir()
    assert run("plot", "contour", "saddle", *PNG).stdout == "out/plot.png\n"


def test_every_verb_is_of_the_one_kind():
    assert all(isinstance(command, Verb) for command in VERBS.values())
    assert isinstance(main, click.Group)
