"""Users' own parts: registered, given as objects, in a file or a plug-in; and what was made with them, without them."""

from __future__ import annotations

import json
import os
import pickle
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal

import matplotlib.pyplot as plt
import numpy as np
import own
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import landscape as ls
from landscape.cli.main import main
from landscape.core.checks import Count, Fraction, NonNegative, Positive
from landscape.figures.names import name_of, run_names, title_of
from landscape.optimizers import Missing, Optimizer
from landscape.optimizers.optimizer import average
from landscape.sweeps.bands import sweeps_of

DATA = ls.datasets.Dataset("own", np.eye(4), np.arange(4), np.eye(4), np.arange(4))


@dataclass(frozen=True)
class Sign(Optimizer):
    """A registered one, with a parameter of every kind."""

    lr: Positive = 0.01
    beta: Fraction = 0.9
    decay: Annotated[NonNegative, lambda name, value: float(f"{value:.3g}")] = 0.0
    every: Count = 1
    shift: float = 0.0
    turn: int = 0
    nested: bool = False
    how: Literal["plain", "fancy", 3] = "plain"
    limit: float | None = None
    label: str = "none"
    moments = ("m",)

    def _advance(self, g, s, delta, x, lr):
        average(s["m"], g, self.beta, delta)
        np.sign(s["m"], out=delta)
        delta *= -lr


@pytest.fixture(autouse=True)
def registers():
    """Each test's own."""
    with own.apart():
        ls.optimizers.register(Sign)
        yield


@pytest.fixture
def mine(tmp_path):
    return own.write(tmp_path)


settings = st.fixed_dictionaries(
    {},
    optional={
        "lr": st.floats(1e-300, 1e300),
        "beta": st.floats(0, 1, exclude_max=True),
        "decay": st.floats(0, 1e300),
        "every": st.integers(1, 2**62),
        "shift": st.floats(allow_nan=False),
        "turn": st.integers(-(2**62), 2**62),
        "nested": st.booleans(),
        "how": st.sampled_from(["plain", "fancy", 3]),
        "limit": st.none() | st.floats(allow_nan=False),
        "label": st.text("abcé.-+/_09", max_size=9),
    },
)


@given(settings=settings, clip=st.none() | st.floats(1e-9, 1e9))
def test_notations_come_back(settings, clip):
    one = ls.optimizers.Clip(Sign(**settings), clip) if clip else Sign(**settings)
    for defaults in (True, False):
        assert ls.optimizers.parse(ls.optimizers.text(one, defaults=defaults)) == one
    assert ls.optimizers.stored(ls.optimizers.text(one)) == one
    # Without the class it is the same text.
    text = ls.optimizers.text(one).replace("sign:", "gone:")
    assert ls.optimizers.text(ls.optimizers.stored(text)) == text


@pytest.mark.parametrize("family", own.FAMILIES)
def test_notations_of_every_member_come_back(family):
    for name in family.names():
        one = family.get(name)
        assert family.parse(family.text(one)) == one
        for key, value in family.registry.parameters(name).items():
            if isinstance(value, float) and np.isfinite(value):
                other = replace(one, **{key: value * 0.75})
                assert family.parse(family.text(other)) == other


@pytest.mark.parametrize(("given", "read"), [("TRUE", True), ("false", False), ("True", True)])
def test_truth_is_read_in_any_letters(given, read):
    assert ls.optimizers.parse(f"sign:nested={given}").nested is read
    assert ls.optimizers.text(Sign(nested=read)).count(f"nested={str(read).lower()}") == 1


def test_fields_of_a_base_are_a_class_s_own():
    """Also where neither was registered, and only the class itself is ever used."""

    class Dragging(ls.optimizers.Optimizer):
        lr: ls.checks.Positive = 0.1
        drag: ls.checks.Fraction = 0.5

        def _advance(self, g, s, delta, x, lr):
            np.multiply(g, -lr * (1 - self.drag), out=delta)

    class Drifting(Dragging):
        drift: ls.checks.Positive = 2.0

    assert ls.optimizers.text(Drifting(0.2, drift=3)) == "drifting:lr=0.2,drag=0.5,drift=3.0"
    with pytest.raises(ValueError, match="drag = 2 is not allowed"):
        Drifting(drag=2)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"lr": -1}, "lr = -1 is not allowed: it must be a finite number above 0"),
        ({"shift": "1"}, "shift = 1 is not allowed: it must be a number"),
        ({"shift": np.nan}, "shift = nan"),
        ({"turn": 1.5}, "turn = 1.5 is not allowed: it must be a whole number"),
        ({"turn": 10**400}, "turn = 1"),
        ({"nested": 1}, "nested = 1 is not allowed: it must be True or False"),
        ({"how": "plan"}, "unknown how 'plan'; did you mean 'plain'"),
        ({"how": True}, "unknown how 'True'"),
        ({"limit": "x"}, "limit = x"),
        ({"label": "a,b"}, "label = 'a,b'"),
    ],
)
def test_fields_are_checked_as_they_are_annotated(values, said):
    with pytest.raises(ValueError, match=said):
        Sign(**values)
    one = Sign(lr=np.float32(0.5), every=3.0, nested=np.True_, turn=np.int64(2))
    assert [type(value) for value in (one.lr, one.every, one.nested, one.turn)] == [float, int, bool, int]


def advance(self, g, s, delta, x, lr):
    np.multiply(g, -lr, out=delta)


def made(cls, **attributes):
    kinds = {key: type(value) for key, value in attributes.items() if not callable(value) and key != "name"}
    names = {"__module__": __name__, "__annotations__": kinds, "_advance": advance}
    return type(cls, (Optimizer,), names | attributes)


def test_a_class_is_registered_and_again_in_its_place():
    one = ls.optimizers.register(made("OwnSGD", lr=0.5, nested=True))
    assert (one.name, ls.optimizers.text(ls.optimizers.get("own_sgd"))) == ("own_sgd", "own_sgd:lr=0.5,nested=true")
    again = ls.optimizers.register(made("OwnSGD", lr=0.25))
    assert type(ls.optimizers.parse("own_sgd")) is again
    assert ls.optimizers.names().count("own_sgd") == 1
    walk = ls.descend("booth", "own_sgd:clip=1", steps=3)
    assert repr(walk) == "<Trajectory of own_sgd:lr=0.25,clip=1.0 on booth, 3 steps>"


@pytest.mark.parametrize(
    ("cls", "said"),
    [
        (7, "7 is no optimizer: it must be a subclass of Optimizer"),
        (ls.losses.MSE, "is no optimizer"),
        (made("Adam", lr=0.1), "the name 'adam' of Adam is taken by landscape.optimizers.moments.Adam"),
        (made("Clip", lr=0.1), "'clip' is not allowed as the name"),
        (made("Own", lr=0.1, name="my-own"), "'my-own' is not allowed as the name of an optimizer"),
        (made("Own"), "Own lacks lr, which an optimizer must have"),
        (made("Own", lr=0.1, _advance=Optimizer._advance), "Own lacks _advance"),
        (made("Own", lr=0.1, clip=1.0), "clip of Own has a meaning in notations already"),
        (made("Own", lr=0.1, betas=(0.9, 0.99)), "betas of Own is of a type that no notation holds"),
        (made("Own", lr=0.1, __init__=lambda self: None), "Own has an __init__ of its own"),
    ],
)
def test_what_cannot_be_registered_is_told(cls, said):
    with pytest.raises(ValueError, match=said) as error:
        ls.optimizers.register(cls)
    assert "\n" not in str(error.value)


def test_a_function_is_a_terrain(tmp_path):
    @ls.terrains.register
    def wave(x, y):
        return np.sin(x) + y**2

    wave.domain = ((0, 2), (0, 4))
    ls.terrains.register(wave)
    walk = ls.descend("wave", "sgd:lr=0.1", steps=3)
    assert ls.terrains.text(walk.terrain) == "wave"
    assert walk.terrain.domain == ((0.0, 2.0), (0.0, 4.0))
    loaded = ls.Trajectory.load(walk.save(tmp_path / "walk"))
    assert loaded == walk
    for bad, said in ((lambda x, y: x, "'<lambda>' is not allowed as the name"), (np.hypot, "is no terrain")):
        with pytest.raises(ValueError, match=said):
            ls.terrains.register(bad)


@dataclass(frozen=True)
class Plain(Optimizer):
    """Never registered."""

    lr: float = 0.01

    _advance = advance


@dataclass(frozen=True)
class Pair(ls.optimizers.SGD):
    """With settings that no notation holds."""

    betas: tuple[float, float] = (0.9, 0.99)
    scales: np.ndarray = field(default_factory=lambda: np.ones(2), compare=False)


def test_objects_of_classes_that_are_not_registered_do_everywhere(tmp_path):
    walk = ls.descend("booth", Plain(lr=0.01), steps=3)
    assert repr(walk) == "<Trajectory of plain:lr=0.01 on booth, 3 steps>"
    assert ls.Trajectory.load(walk.save(tmp_path / "walk")) == walk
    run = ls.train(ls.MLP((4, 3, 4)), DATA, Plain(0.5), 2, 2, out=tmp_path / "run")
    assert ls.Run.load(tmp_path / "run").optimizer == run.optimizer == Plain(0.5)
    assert ls.sweep("booth", [Plain(), Pair()], 1.0, [0.01, 0.02], 300)[0].best.name == "plain"
    starts = np.random.default_rng(0).normal(size=(25_000, 2))
    with ProcessPoolExecutor(1) as executor:
        many = ls.descend("booth", Plain(), starts, steps=2, executor=executor)
    assert pickle.loads(pickle.dumps(many)) == many
    ls.figures.race(walk.terrain, [walk, ls.descend("booth", Pair(), steps=3)])
    assert "plain" not in ls.optimizers.names()


@pytest.mark.parametrize(
    ("family", "notation", "text"),
    [
        (ls.optimizers, "{}:SignMomentum:lr=0.5,clip=1", "sign_momentum:lr=0.5,beta=0.9,clip=1.0"),
        (ls.optimizers, "{}:fast", "sign_momentum:lr=0.5,beta=0.9"),
        (ls.optimizers, "{}:fast:sam=0.5", "sign_momentum:lr=0.5,beta=0.9,sam=0.5"),
        (ls.activations, "{}:Wavy", "wavy"),
        (ls.initialisers, "{}:Small:size=0.5", "small:size=0.5"),
        (ls.losses, "{}:Squared:label_smoothing=0.5", "squared:label_smoothing=0.5"),
        (ls.schedules, "{}:Falling:power=0.5,then=cosine:end=0.1", "falling:power=0.5,then=cosine:end=0.1"),
        (ls.schedules, "warmup:length=3,then={}:Falling:power=2", "warmup:length=3,then=falling:power=2.0"),
        (ls.terrains, "{}:Bowl:steep=2", "bowl:steep=2.0"),
        (ls.terrains, "{}:wave", "{}:wave"),
    ],
)
def test_files(mine, family, notation, text):
    one = family.parse(notation.format(mine))
    assert family.text(one, **({"defaults": False} if "warmup" in text else {})) == text.format(mine)
    assert family.parse(family.text(one)) == one
    with pytest.raises(ValueError, match=r"names a part in a file, which is not run|must have the form"):
        family.stored(notation.format(mine), *(((-1, 1), (-1, 1)), (0, 0)) if family is ls.terrains else ())


@pytest.mark.parametrize(
    ("family", "notation", "said"),
    [
        (ls.optimizers, "{}:SignMomntum", "unknown optimizer of .*mine.py 'SignMomntum'; did you mean 'SignMomentum'"),
        (ls.optimizers, "{}:Wavy", "unknown optimizer of .*mine.py 'Wavy'"),
        (ls.optimizers, "{}:fast:lr=1", "fast is one already, and takes no settings"),
        (ls.optimizers, "{}:SignMomentum:beta=2", r"beta = 2.0 .* must lie in \[0, 1\)"),
        (ls.optimizers, "{}:SignMomentum:bet=2", "unknown parameter of sign_momentum 'bet'; did you mean 'beta'"),
        (ls.optimizers, "{}", "path/to/file.py:Class"),
        (ls.optimizers, "{}x.py:Own", "there is no file"),
        (ls.terrains, "{}:wave:a=3", "a function has no parameters"),
        (ls.terrains, "{}:Wavy", "unknown terrain of"),
    ],
)
def test_what_is_wrong_in_files(mine, family, notation, said):
    with pytest.raises(ValueError, match=said) as error:
        family.parse(notation.format(mine))
    assert "\n" not in str(error.value)


LATER = """
import json, sys
import landscape as ls
from landscape.optimizers import Missing

walk, run = ls.Trajectory.load("walk.npz"), ls.Run.load("run")
print(repr(walk), repr(run), repr(run.network), sep="\\n")
walk.save("again.npz"), run.save("again")
net = run.network
for need in (
    lambda: ls.descend("booth", walk.optimizer),
    lambda: walk.terrain.value([0, 0]),
    lambda: ls.descend(walk.terrain, "sgd"),
    lambda: net.logits(run.params, [[0.0] * 4]),
    lambda: ls.train(ls.MLP((4, 4)), None, run.optimizer),
    lambda: walk.schedule(0, 1),
    lambda: ls.optimizers.parse(run.settings["optimizer"]),
    lambda: ls.MLP(**run.settings["network"]),
):
    try:
        print("computed", need())
    except ValueError as error:
        print(error)
"""


def test_what_was_made_without_it(mine, tmp_path):
    """From the notation of a file through walk and training to another process that knows nothing of it."""
    walk = ls.descend(f"{mine}:Bowl", f"{mine}:SignMomentum:lr=0.01", steps=5, schedule=f"{mine}:Falling")
    walk.save(tmp_path / "walk")
    net = ls.MLP((4, 3, 4), f"{mine}:Wavy", f"{mine}:Small", f"{mine}:Squared")
    run = ls.train(net, DATA, f"{mine}:SignMomentum:lr=0.5", 2, 2, out=tmp_path / "run", schedule=f"{mine}:Falling")
    told = own.python(LATER, cwd=tmp_path).stdout.splitlines()
    # What is default is not known any more.
    assert told[:3] == [repr(walk).replace("lr=0.01", "lr=0.01,beta=0.9"), repr(run), repr(net)]
    assert [one.split(",")[0].split(";")[0] for one in told[3:]] == [
        "optimizer 'sign_momentum' is not known here",
        "terrain 'bowl' is not known here",
        "terrain 'bowl' is not known here",
        "activation 'wavy' is not known here",
        "optimizer 'sign_momentum' is not known here",
        "schedule 'falling' is not known here",
        *[one.split(",")[0].split(";")[0] for one in told[-2:]],
    ]
    assert [one.partition("'")[0] for one in told[-2:]] == ["unknown optimizer ", "unknown activation "]
    # Written again without it, it is all there.
    assert ls.Trajectory.load(tmp_path / "again.npz") == walk
    assert ls.Run.load(tmp_path / "again") == run
    assert (tmp_path / "again" / "weights.safetensors").read_bytes() == (
        tmp_path / "run" / "weights.safetensors"
    ).read_bytes()
    listed = CliRunner().invoke(main, ["runs", str(tmp_path / "run")])
    assert "sign_momentum" in listed.stdout


def test_figures_of_what_is_missing(mine, tmp_path):
    for lr in (0.001, 0.002):
        ls.train(ls.MLP((4, 4)), DATA, f"{mine}:SignMomentum:lr={lr}", 2, 2, out=tmp_path / f"{lr}")
    walk = ls.descend("booth", f"{mine}:SignMomentum:lr=0.5,clip=1", steps=3).save(tmp_path / "walk")
    ls.optimizers.registry._met.clear()
    walk = ls.Trajectory.load(walk)
    runs = [ls.Run.load(tmp_path / f"{lr}") for lr in (0.001, 0.002)]
    assert [type(one.optimizer) for one in (*runs, walk)] == [Missing] * 3
    assert run_names(runs) == [f"sign momentum, lr {lr}, beta 0.9" for lr in (0.001, 0.002)]
    ls.figures.learning_curves(runs)
    (sweep,) = sweeps_of(runs)
    assert sweep.lrs.tolist() == [0.001, 0.002]
    ls.figures.sweep([sweep], ax=plt.figure().subplots())
    ls.figures.race("booth", [walk, ls.descend("booth", "adam", steps=3)])
    assert '"name":"sign momentum, lr 0.5, beta 0.9, clip 1"' in ls.explore.page("booth", [walk])


def test_names_on_pictures():
    """That of the class, or its `label`, unless that is a setting; of what is in files, words."""
    own = made("OwnSGD", lr=0.5)
    assert name_of(own()) == "OwnSGD, lr 0.5"
    own.label = "Own SGD"
    assert name_of(ls.optimizers.Clip(ls.optimizers.register(own)(), 2.0)) == "Own SGD, lr 0.5, clipped at 2"
    assert name_of(Sign(label="x")) == "Sign, lr 0.01, label x"
    with ls.figures.style(lang="zh"):
        assert name_of(own()) == "Own SGD，学习率 0.5"
        assert name_of(Missing("own_sgd:lr=1,how=it,clip=2")) == "own sgd，学习率 1，how it，裁剪阈值 2"

    def double_well(x, y):
        return (x * x - 1) ** 2 + y * y

    square = ((-2, 2), (-2, 2))
    assert title_of(ls.terrains.from_function(double_well, square)) == "Double well"
    assert title_of(ls.terrains.from_function(double_well, square, name="my loss_1")) == "my loss_1"
    assert title_of(type("FlatBowl", (ls.terrains.Saddle,), {"name": "flat_bowl"})()) == "Flat bowl: bound = 0"


@pytest.mark.parametrize("family", own.FAMILIES)
@pytest.mark.parametrize("notation", ["gone:", "gone:a", "gone:a=b=c", "gone:a=1,", "9gone", "go ne:a=1", "gone:a=(1)"])
def test_damaged_names_stay_damaged(family, notation):
    frame = (((-1, 1), (-1, 1)), (0, 0)) if family is ls.terrains else ()
    with pytest.raises(ValueError, match=r"not allowed|unknown|invalid"):
        (ls.optimizers.stored_walker if family is ls.optimizers else family.stored)(notation, *frame)


def test_names_that_are_missing_are_kept_inside_others():
    warmup = ls.schedules.stored("warmup:length=3,then=gone:a=1,b=two")
    assert ls.schedules.text(warmup) == "warmup:length=3,then=gone:a=1,b=two"
    assert pickle.loads(pickle.dumps(warmup)) == warmup
    assert warmup(0, 9) == 1 / 3
    with pytest.raises(ValueError, match="schedule 'gone' is not known here"):
        warmup(5, 9)
    missing = ls.optimizers.stored("gone:lr=0.5,clip=1")
    assert (missing.lr, missing.with_lr(2.0), missing.short) == (0.5, Missing("gone:lr=2.0,clip=1"), "gone")


@pytest.mark.parametrize(
    ("notation", "said"),
    [
        ("warmup:then=cosine,length=10", "goes last: 'warmup:length=10,then=cosine'$"),
        ("warmup:then=cosine:end=0.1,length=10", "goes last: 'warmup:length=10,then=cosine:end=0.1'$"),
        ("warmup:then=cosine,end=0.1", "after a colon: 'then=cosine:end=0.1'$"),
    ],
)
def test_the_order_of_nested_notations_is_told(notation, said):
    with pytest.raises(ValueError, match=f"^then of warmup takes all that follows it, .*{said}"):
        ls.schedules.parse(notation)
    assert ls.schedules.parse("warmup:length=10,then=cosine:end=0.1").then.end == 0.1


def test_the_command_line_takes_files(mine, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.savez("data.npz", x_train=DATA.x_train, y_train=DATA.y_train, x_test=DATA.x_test, y_test=DATA.y_test)
    words = "train --layers 4,3,4 --data data.npz --batch-size 2 --quiet -o mine.py:SignMomentum:lr=0.1,clip=1"
    parts = "--activation mine.py:Wavy --init mine.py:Small --loss mine.py:Squared --schedule mine.py:Falling"
    result = CliRunner().invoke(main, [*words.split(), *parts.split()])
    assert result.exit_code == 0, result.stderr
    (folder,) = (tmp_path / "runs").iterdir()
    assert folder.name == "sign_momentum-lr0.1-clip1.0"
    settings = json.loads((folder / "run.json").read_text())["settings"]
    assert settings["optimizer"] == "sign_momentum:lr=0.1,beta=0.9,clip=1.0"
    assert (settings["network"]["activation"], settings["network"]["init"]) == ("wavy", "small:size=0.1")
    raced = "race mine.py:Bowl -o mine.py:SignMomentum -o mine.py:fast --steps 5 --format svg"
    result = CliRunner().invoke(main, raced.split())
    assert result.exit_code == 0, result.stderr
    assert "sign_momentum:lr=0.5" in result.stderr
    # What they made is read by others when their file is named again.
    for family in own.FAMILIES:
        family.registry._met.clear()
    words = ["interpolate", str(folder), "--points", "5", "--data", "train:4", "--format", "svg"]
    assert "activation 'wavy' is not known here" in CliRunner().invoke(main, words).stderr
    result = CliRunner().invoke(main, ["--with", "mine.py", *words])
    assert result.exit_code == 0, result.stderr
    assert ls.Run.load(folder).optimizer == ls.optimizers.parse("mine.py:SignMomentum:lr=0.1,clip=1")
    assert "there is no file 'our.py'" in CliRunner().invoke(main, ["--with", "our.py", "list", "sgd"]).stderr


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("SignMomentum:lr=2", "sign_momentum The sign of a momentum. as given sign_momentum:lr=2.0,beta=0.9"),
        ("fast", "as given sign_momentum:lr=0.5,beta=0.9"),
        ("Falling", "as given falling:power=1.0,then=constant"),
        ("Bowl", "as given bowl:steep=1.0 domain x from -1 to 1"),
        ("wave", "wave as given {}:wave domain x from -3 to 3"),
        ("Nope", "unknown name of {} 'Nope' (allowed: SignMomentum, Wavy, Small, Squared, Falling, Bowl, wave, "),
    ],
)
def test_all_about_one_in_a_file(mine, name, said):
    result = CliRunner().invoke(main, ["list", f"{mine}:{name}"])
    told, expected = ("".join(text.split()) for text in (result.stdout + result.stderr, said.format(mine)))
    assert expected in told


def test_the_list_tells_where_own_parts_come_from():
    told = CliRunner().invoke(main, ["list", "optimizers"]).stdout
    assert f"\n  A registered one, with a parameter of every kind.\n  from {__name__}\n" in told
    assert told.count("\n  from ") == 1
    assert f"  from        {__name__}\n" in CliRunner().invoke(main, ["list", "sign"]).stdout


def test_verbs_in_files(mine, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["mine.py:greet", "booth"]).stdout == "hello booth\n"
    for words, said in (
        ("mine.py:greet boot", "unknown terrain 'boot'; did you mean 'booth'"),
        ("mine.py:great booth", "unknown verb of mine.py 'great'; did you mean 'greet'"),
        ("yours.py:greet", "there is no file 'yours.py'"),
    ):
        result = CliRunner().invoke(main, words.split())
        assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
        assert said in result.stderr


def test_a_file_that_changed_by_a_digit_within_a_second_is_read_anew(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    file = tmp_path / "mine.py"
    for k in range(2):
        file.write_text(f"from landscape.optimizers import SGD\n\nclass Mine{k}(SGD):\n    pass\n")
        os.utime(file, ns=(10**18 + k, 10**18 + k))  # the same second
        assert type(ls.optimizers.parse(f"{file}:Mine{k}")).__name__ == f"Mine{k}"
