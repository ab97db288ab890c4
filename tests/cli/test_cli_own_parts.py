"""The same six parts of a user's own, all in one file or in one plug-in, in all that commands do."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from own import apart, install, python, write
from PIL import Image

import landscape as ls
from landscape.cli.main import main
from landscape.core import own as core

NAMES = {
    "SignMomentum": "sign_momentum",
    "Wavy": "wavy",
    "Bowl": "bowl",
    "distance": "distance",
    "MyLesson": "my_lesson",
    "greet": "greet",
}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Where the plug-in is installed, really."""
    return install(tmp_path_factory.mktemp("plug-in"))


@pytest.fixture(params=["by path", "--with", "plug-in"])
def way(request, tmp_path, monkeypatch):
    """How the parts are named in commands, and the commands."""
    monkeypatch.chdir(tmp_path)
    words, origin = [], f"from {tmp_path / 'mine.py'}"
    with apart():
        if request.param == "plug-in":
            monkeypatch.syspath_prepend(request.getfixturevalue("place"))
            monkeypatch.setattr(core._PlugIns, "loaded", False)
            sys.modules.pop("signs_plugin", None)
            origin = "from signs_plugin"
        else:
            write(tmp_path)
            words = ["--with", "mine.py"] if request.param == "--with" else []

        def run(text):
            result = CliRunner().invoke(main, [*words, *text.split()])
            assert result.exit_code == 0, result.stderr
            return result

        named = {key: f"mine.py:{key}" if request.param == "by path" else one for key, one in NAMES.items()}
        yield SimpleNamespace(**named, run=run, listed=request.param != "by path", met=bool(words), origin=origin)


@pytest.mark.filterwarnings("ignore:plug-in bad cannot be used")
def test_all_six_do_all_that_ours_do(way, tmp_path, mnist, monkeypatch):
    for key, one in NAMES.items():
        if key != "greet":
            assert way.run(f"list {getattr(way, key)}").stdout.startswith(f"{one}\n")
    if way.listed:
        for kind, one in zip(
            ("optimizers", "activations", "terrains", "figures", "lessons"), NAMES.values(), strict=False
        ):
            told = way.run(f"list {kind}").stdout
            assert f"\n\n{one}" in told
            assert "".join(way.origin.split()) in "".join(told.split())
        assert "  greet        Greet a terrain." in way.run("--help").stdout
    assert way.run(f"{way.greet} {way.Bowl}").stdout == "hello bowl\n"

    few = "--format svg --lang zh"
    walks = way.run(f"race {way.Bowl} -o {way.SignMomentum} -o adam:lr=0.1 --steps 5 --save {few}").stdout.split()
    assert walks[1] == "out/race-sign_momentum-lr0.01.npz"
    assert way.run(f"plot loss {walks[1]} {walks[2]} {few}").stdout == "out/plot.svg\n"
    way.run(f"explore {way.Bowl} -o {way.SignMomentum} --steps 5 --lang zh")
    # The page has no formula of it, and plays the walk as it was recorded.
    assert '"name":"SignMomentum，学习率 0.01"' in (tmp_path / "out/explore.html").read_text()

    options = f"--activation {way.Wavy} --layers 784,8,10 --images 320 --quiet"
    (folder,) = way.run(f"train -o {way.SignMomentum}:lr=0.005 {options}").stdout.split()
    assert folder == "runs/sign_momentum-lr0.005"
    way.run(f"plot {way.distance} {folder} --power 2 {few}")
    if way.listed:
        monkeypatch.setattr(ls.figures.kinds, "names", lambda: ["distance"])
        assert way.run(f"show {folder} {few}").stdout == f"out/show/{folder[5:]}/distance.svg\n"

    # Films are rendered by other processes, which are told nothing but names.
    if way.met:
        assert way.run(f"animate {way.MyLesson} --format png --lang zh").stdout == "out/films/my_lesson.png\n"
        assert len(Image.open("out/films/my_lesson.png").convert("RGB").getcolors(1 << 20)) > 20

    deck = SimpleNamespace()
    monkeypatch.setattr("landscape.slides.Deck.save", lambda self, *_: setattr(deck, "slides", self.slides))
    monkeypatch.setattr("landscape.cli.animate.films", lambda lessons, **_: [])
    script = ls.animations.lessons.script(way.MyLesson)
    assert (script.name, script.title("zh"), script.place) == ("my_lesson", "我的课", 3.5)
    way.run(f"slides {folder} --clips {way.MyLesson} --figure {way.distance} --data test:100 --lang zh")
    told = {slide.title: slide for slide in deck.slides}
    assert "SignMomentum" in next(iter(told.values())).lines[0]
    told["每次训练走了多远"].content.draw()


def test_a_plug_in_that_fails_is_a_line_and_nothing_else(place, tmp_path):
    """And one in the working folder, where it may have come with somebody's runs, is none."""
    there = {"cwd": tmp_path, "PYTHONPATH": str(place)}
    walk = "import landscape as ls; print(ls.descend('booth', 'sign_momentum:lr=0.5', steps=3))"
    done = python(walk, **there)
    assert done.stdout == "<Trajectory of sign_momentum:lr=0.5 on booth, 3 steps>\n"
    assert done.stderr.count("\n") == 1
    assert "plug-in bad cannot be used: RuntimeError: no way" in done.stderr
    code = "import landscape as ls; print('sign_momentum' in ls.optimizers.names())"
    assert python(code, cwd=place).stdout == "False\n"


BASE = """
class Flat(Bowl):
    pass

class Own(SignMomentum):
    pass
"""
WRONG = {
    "Flat.value = lambda self, xy: np.square(xy)": "value of terrain flat, for points of shape (2,), gives float64 of",
    "Flat.value = lambda self, xy: 3.0": "(1, 3, 2), gives 3.0: it must be an array of real numbers of shape (1, 3)",
    "Flat.value = lambda self, xy: xy[..., 0] + 1j": "gives complex128 of shape (): it must be a real number",
    "Flat.gradient = lambda self, xy: xy[..., 0]": "gradient of terrain flat, for points of shape (2,), gives float64",
    "Flat.gradient = lambda self, xy: None": "gives None: it must be an array of real numbers of shape (2,)",
    "Flat.hessian = lambda self, xy: 'no'": "gives 'no': it must be an array of real numbers of shape (2, 2)",
    "Flat.domain = (0, 1)": "domain of terrain flat = (0, 1) is not allowed: it must be ((x0, x1), (y0, y1))",
    "Flat.start = np.zeros(3)": "start of terrain flat = [0.0, 0.0, 0.0] is not allowed",
    "Flat.value = lambda self, xy: xy.none": "mine.py' raises AttributeError in line {}: 'numpy.ndarray' object has no",
    "Flat.value = lambda self, xy: xy @ np.ones(3)": "mine.py' raises ValueError in line {}: matmul: ",
    "Own._advance = lambda self, g, s, delta, x, lr: -lr * g": "_advance of optimizer own returns [[-0.01 -0.01]]: it",
    "Own._advance = lambda self, g, s, delta, x, lr: s['n']": "mine.py' raises KeyError in line {}: 'n'",
    "Falling.__call__ = lambda self, step, steps: 'no'": "schedule falling gives 'no': it must be a real number",
}


@pytest.mark.parametrize("line", WRONG)
def test_what_own_code_does_wrong_is_one_line(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = write(tmp_path, f"{BASE}\n{line}\n").read_text()
    with apart():
        result = CliRunner().invoke(
            main, ["race", "mine.py:Flat", "-o", "mine.py:Own", "--schedule", "mine.py:Falling"]
        )
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert WRONG[line].format(len(code.splitlines())) in result.stderr


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("ls.initialisers.parse('mine.py:Small')", "initialiser small, for 3 inputs and 2 outputs, gives None"),
        ("ls.activations.parse('mine.py:Wavy')", "function of activation wavy writes no numbers into out"),
    ],
)
def test_parts_of_networks_are_tried_out_too(part, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "\nSmall.draw = lambda self, *given: None\nWavy.function = lambda self, z, out: np.sin(z)\n")
    with apart(), pytest.raises(ValueError, match=said):
        eval(part)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("class Adam(SignMomentum): pass", "the name 'adam' of Adam is taken by landscape.optimizers.moments.Adam"),
        ("class Ravine(MyLesson): pass", "the name 'ravine' of Ravine is that of a lesson of landscape"),
        ("class Booth(Bowl): pass", "the name 'booth' of Booth is taken by landscape.terrains."),
        ("@verb()\ndef race(): pass", "the name 'race' is that of a verb of landscape: give yours another"),
        ("ls.figures.kind('mine')(loss)", "mine.py' raises NameError in line {}: name 'loss' is not defined"),
        (
            "@ls.figures.kind('mine')\ndef loss(runs, ax): pass",
            "the name 'loss' of loss is taken by landscape.",
        ),
    ],
)
def test_names_of_ours_are_not_taken_by_others(more, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = write(tmp_path, f"\n{more}\n").read_text()
    with apart():
        result = CliRunner().invoke(main, ["--with", "mine.py", "list", "schedules"])
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert said.format(len(code.splitlines())) in result.stderr


def test_bases_of_several_are_no_parts(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "\nclass Base(ls.terrains.Terrain):\n    domain = Bowl.domain\n\nclass _Adam(SignMomentum): pass\n")
    with apart():
        result = CliRunner().invoke(main, ["--with", "mine.py", "list", "terrains"])
    assert "\n\nbowl:steep=1.0\n" in result.stdout
    assert "\n\nbase" not in result.stdout
