"""What the page sees of a network while it trains: measures, planes and surfaces against the library's, and the way
home."""

from __future__ import annotations

import base64
import shlex

import numpy as np
import pytest
from commands import command
from learning import MODULES, USUAL, data_of, packed, parts, same, trained, trained_in_python
from nodes import Node

import landscape as ls
from landscape.training import measuring

ALL = (*MODULES, "chance", "takehome", "npz", "experiment", "contender")


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    process = Node(tmp_path_factory.mktemp("node"), *(f"network/{name}.ts" for name in ALL))
    yield process
    process.close()


# Measures -----------------------------------------------------------------------------------------------------------

SEEN = """const { measuring, passes } = modules;
          const whole = new passes.Passes(one.net, known.train.count);
          const layers = measuring.layersMeasured(whole, one.params, known.train, STEEPEST);
          const some = new passes.Passes(one.net, 64);
          const train = some.evaluate(one.params, known.train);
          const test = measuring.read(some, one.params, known.test, 1000);
          return { layers, train, test, update: measuring.updates(one.net.sizes, one.delta, one.params) };"""


@pytest.mark.parametrize(
    ("notation", "images", "changed"),
    [
        (
            "moons",
            None,
            {"activation": "relu", "hidden": [30, 20], "init": "normal:std=0.6", "optimizer": "sgd:lr=0.9"},
        ),
        ("spiral:arms=3", None, {"activation": "sigmoid", "hidden": [8, 8, 8], "init": "normal:std=4"}),
        ("moons", None, {"activation": "elu:alpha=3", "init": "normal:std=2"}),
        ("mnist", 200, {"activation": "tanh", "hidden": [16], "init": "normal:std=1", "epochs": 2}),
    ],
)
def test_layers_are_measured_as_train_does(node, notation, images, changed):
    run, net = trained_in_python(notation, images, **changed)
    found = trained(node, notation, images, SEEN.replace("STEEPEST", str(net.activation.steepest)), **changed)["more"]
    data = data_of(notation, images)
    expected = {
        name: values[-1] for name, values in run.history.items() if name.endswith(("_norm", "d")) and len(values)
    }
    np.testing.assert_allclose(found["layers"]["gradient"], expected["layer_gradient_norm"], rtol=1e-3)
    np.testing.assert_allclose(found["layers"]["error"], expected["layer_error_norm"], rtol=1e-3)
    np.testing.assert_array_equal(found["layers"]["dead"], expected["dead"])
    # A slope may lie next to what counts as hardly any.
    np.testing.assert_allclose(found["layers"]["saturated"], expected["saturated"], atol=1e-3)
    assert max(found["layers"]["saturated"]) > 0
    np.testing.assert_allclose(found["update"], run.history["update_ratio"][-1], rtol=1e-3)
    trace = net.trace(run.params, data.x_train[: measuring._LAYERS], data.y_train[: measuring._LAYERS])
    signal = [np.sqrt(np.square(a).mean()) for a in trace.a]
    np.testing.assert_allclose(found["layers"]["signal"], signal, rtol=1e-4)
    np.testing.assert_allclose(
        found["train"], [run.history["train_loss"][-1], run.history["train_accuracy"][-1]], rtol=1e-4
    )

    logits = net.logits(run.params, data.x_test[:500]).astype(float)
    answers = logits.argmax(axis=1)
    loss, right, misread = found["test"]
    np.testing.assert_allclose(loss, net.loss_value(run.params, data.x_test[:500], data.y_test[:500]), rtol=1e-4)
    assert right == np.mean(answers == data.y_test[:500])
    assert {one["example"]: one["answer"] for one in misread} == {
        k: answers[k] for k in np.flatnonzero(answers != data.y_test[:500])
    }
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    sure = (1 / powers.sum(axis=1))[[one["example"] for one in misread]]
    np.testing.assert_allclose([one["confidence"] for one in misread], sure, rtol=1e-3)
    assert np.all(np.diff([one["confidence"] for one in misread]) <= 0)


def test_some_units_are_dead_in_what_was_measured(node):
    """The test above would pass with a count that is always 0."""
    changed = {"activation": "relu", "hidden": [30, 20], "init": "normal:std=0.6", "optimizer": "sgd:lr=0.9"}
    assert trained_in_python("moons", **changed)[0].history["dead"][-1].max() > 0


@pytest.mark.parametrize("notation", ["moons", "spiral:arms=4"])
def test_a_square_of_points_is_read_as_the_network_reads_them(node, notation):
    run, net = trained_in_python(notation)
    code = "return new modules.measuring.Reader(one.net, 21, 1.5).read(one.params);"
    found = trained(node, notation, code=code)["more"]
    centres = 1.5 * ((2 * np.arange(21) + 1) / 21 - 1)
    x, y = np.meshgrid(centres, centres)
    logits = net.logits(run.params, np.column_stack([x.ravel(), y.ravel()])).astype(float)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    confidence = 1 / powers.sum(axis=1)
    np.testing.assert_allclose(found["confidence"], confidence, rtol=1e-4)
    clear = np.ptp(logits, axis=1) > 1e-4
    np.testing.assert_array_equal(np.array(found["answers"])[clear], logits.argmax(axis=1)[clear])


def test_first_weights_stand_in_the_order_of_their_norms(node):
    run, net = trained_in_python("moons", hidden=[30])
    found = trained(
        node, "moons", code="return modules.measuring.weightsOf(one.net.sizes, one.params, 12);", hidden=[30]
    )
    w = net.layers(run.params)[0][0]
    order = np.argsort(-np.linalg.norm(w, axis=0), kind="stable")[:12]
    np.testing.assert_array_equal(found["more"]["units"], order)
    np.testing.assert_allclose(np.reshape(found["more"]["rows"], (12, 2)), w.T[order], atol=1e-5)


# Planes and surfaces ------------------------------------------------------------------------------------------------


def snapshots_of(net, rng, many=9):
    """A path, as if it were one of a training."""
    steps = rng.normal(scale=0.05, size=(many, net.params.size)) + rng.normal(scale=0.2, size=net.params.size)
    return (net.params + np.cumsum(steps, axis=0)).astype(np.float32)


def planes_of(net, snapshots):
    return {
        "random": ls.planes.random(net, snapshots[-1], seed=5),
        "through": ls.planes.through(snapshots[0], snapshots[4], snapshots[-1]),
        "pca": ls.planes.pca([snapshots[:4], snapshots[4:]]),
    }


LAID = """const [sizes, rows] = [layers, snapshots.map((one) => Float32Array.from(one))];
          const plane = {
            random: () => planes.random(sizes, rows[rows.length - 1], 5),
            through: () => planes.through(rows[0], rows[4], rows[rows.length - 1]),
            pca: () => planes.pca(rows),
          }[kind]();
          """


@pytest.mark.parametrize("kind", ["random", "through", "pca"])
@pytest.mark.parametrize("layers", [(2, 8, 8, 2), (6, 3), (30, 5, 4)])
def test_planes_and_what_lies_on_them(node, rng, kind, layers):
    net = ls.MLP(layers, "tanh", seed=1)
    snapshots = snapshots_of(net, rng)
    plane = planes_of(net, snapshots)[kind]
    told = "{ ...plane, toScale: planes.isToScale(plane), points: rows.map((one) => planes.project(plane, one)) }"
    code = f"{LAID} return {told};"
    found = node(code, layers=layers, snapshots=snapshots.tolist(), kind=kind)
    size = np.abs(plane.basis).max()
    np.testing.assert_allclose(found["basis"], plane.basis, atol=1e-9 * size)
    np.testing.assert_allclose(found["origin"], plane.origin, atol=1e-12)
    np.testing.assert_allclose(found["extent"], plane.extent, rtol=1e-8)
    assert found["toScale"] == plane.to_scale
    if kind == "pca":
        np.testing.assert_allclose(found["explained"], plane.explained, rtol=1e-9)
    xy, distances = plane.project(snapshots)
    np.testing.assert_allclose([[one["x"], one["y"]] for one in found["points"]], xy, atol=1e-8)
    np.testing.assert_allclose([one["distance"] for one in found["points"]], distances, rtol=1e-7)
    assert (distances == 0).any() == (kind != "pca")


@pytest.mark.parametrize("layers", [(2, 8, 8, 2), (12, 20, 4), (2, 2, 2)])
@pytest.mark.parametrize("starts", ["one", "two"])
def test_what_a_random_walk_would_give(node, rng, layers, starts):
    """To the bit of float64 in many dimensions; in few, about 0.5 by their number less than there."""
    net = ls.MLP(layers, "tanh", seed=1)
    first, second = snapshots_of(net, rng), snapshots_of(net, rng, 6)
    if starts == "one":
        second += first[0] - second[0]
    steps = [[0, 1, 2, 4, 8, 16, 32, 64, 70], [0, 2, 4, 8, 16, 70]]
    plane = ls.planes.pca([first, second], steps=steps)
    paths = [
        [{"step": step, "params": row.tolist()} for step, row in zip(taken, rows, strict=True)]
        for taken, rows in zip(steps, (first, second), strict=True)
    ]
    code = """const known = paths.map((path) =>
                path.map(({ step, params }) => ({ step, params: Float32Array.from(params) })));
              return chance.heldByChance(known);"""
    few = net.params.size < 200
    assert node(code, paths=paths) == pytest.approx(
        plane.null_explained.sum(), abs=1 / net.params.size if few else 1e-6
    )


def test_what_does_not_move_lies_in_no_plane(node):
    rows = np.ones((5, 12)).tolist()
    code = "const rows = snapshots.map((one) => Float32Array.from(one));"
    assert node(f"{code} return planes.pca(rows)", snapshots=rows) is None
    rows[2][3] = 2.0
    assert node(f"{code} return planes.pca(rows)", snapshots=rows) is None  # all on a line
    straight = [[float(k * j) for j in range(12)] for k in (0, 1, 3)]
    assert not node(f"{code} return planes.spans(planes.through(...rows))", snapshots=straight)


@pytest.mark.parametrize("kind", ["random", "pca"])
@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
def test_surfaces(node, kind, loss):
    """Of a network that was trained, over 150 of its points."""
    code = """const rows = [one.start, one.params, one.params.map((value, k) => (k % 2 ? value : one.start[k]))];
              const { planes } = modules;
              const plane = KIND === "pca" ? planes.pca(rows) : planes.random(one.net.sizes, rows[1], 5);
              const { x, y } = known.train;
              const domain = [[-0.8, 1.1], [-0.7, 1.2]];
              const some = { x: x.subarray(0, 300), y, count: 150 };
              const map = new modules.survey.Survey(one.net, plane, some, domain, 14);
              while (!map.done) map.next();
              return { losses: map.losses, rows };"""
    found = trained(node, "moons", code=code.replace("KIND", f'"{kind}"'), loss=loss)["more"]
    data, rows = data_of("moons"), np.float32(found["rows"])
    net = ls.MLP((2, *USUAL["hidden"], 2), USUAL["activation"], loss=loss)
    plane = ls.planes.pca([rows]) if kind == "pca" else ls.planes.random(net, rows[1], seed=5)
    extent = ((-0.8, 1.1), (-0.7, 1.2))
    surface = ls.surface(net, plane, data.x_train[:150], data.y_train[:150], extent=extent, resolution=14)
    np.testing.assert_allclose(np.reshape(found["losses"], (14, 14)), surface.loss, rtol=1e-4)


# The way home -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notation", "images", "changed"),
    [
        ("spiral", None, {"epochs": 30, "seed": 0}),
        (
            "xor:size=200,noise=0.1",
            None,
            {"activation": "relu", "init": "he", "optimizer": "adam:lr=0.01", "epochs": 20},
        ),
        (
            "mnist",
            1500,
            {"hidden": [16], "activation": "relu", "init": "he", "optimizer": "momentum:lr=0.02"}
            | {"schedule": "cosine", "epochs": 2, "batch": 50},
        ),
        ("moons", None, {"activation": "leaky_relu:slope=0.2", "loss": "mse:label_smoothing=0.1", "batch": "full"}),
        ("circles", None, {"activation": "sigmoid", "init": "lecun", "optimizer": "sgd:lr=0.5,clip=1", "epochs": 12}),
        ("moons", None, {"hidden": [], "optimizer": "adam:lr=0.02"}),
    ],
)
def test_the_command_line_repeats_the_training(node, tmp_path, monkeypatch, notation, images, changed):
    monkeypatch.chdir(tmp_path)
    settings = USUAL | changed
    (line,) = node(
        "return takehome.commandsOf(known, [settings_]);", known=packed(notation, images), settings_=settings
    )
    program, *words = shlex.split(line)
    assert program == "landscape"
    result = command(*words, "--quiet", "--engine", "numpy")
    assert result.exit_code == 0, result.output
    run = ls.Run.load(result.stdout.strip())
    found = trained(node, notation, images, **changed)
    same(found, run, trained_in_python(notation, images, **changed | {"epochs": 0})[1])


def test_two_networks_are_one_command_or_two(node):
    code = "return takehome.commandsOf(known, asked);"
    one, optimizer = USUAL, USUAL | {"optimizer": "adam:lr=0.01"}
    known = packed("spiral")
    assert node(code, known=known, asked=[one, optimizer]) == [
        "landscape train --data spiral --layers 2,8,8,2 --activation tanh --init glorot -o sgd:lr=0.1 -o adam:lr=0.01 "
        "--epochs 8 --seed 3"
    ]
    assert len(node(code, known=known, asked=[one, USUAL | {"activation": "relu"}])) == 2
    (alone,) = node(code, known=known | {"notation": "my 'data'.npz"}, asked=[one, one])
    assert shlex.split(alone)[3] == "my 'data'.npz"
    assert alone.count("-o") == 1


def test_drawn_points_go_home_as_a_file(node, tmp_path):
    dots = [{"x": 0.1 * k - 0.7, "y": -(0.03 * k), "label": k % 3} for k in range(11)]
    code = """const { train, test, features, classes, notation } = data.drawnData(dots, "drawn");
              const columns = {};
              for (const [part, { x, y, count }] of [["train", train], ["test", test]]) {
                columns[`x_${part}`] = { values: x, shape: [count, features] };
                columns[`y_${part}`] = { values: y, shape: [count] };
              }
              const file = Buffer.from(npz.npz(columns)).toString("base64");
              return { file, x: [train.x, test.x], y: [train.y, test.y], classes, notation };"""
    found = node(code, dots=dots)
    path = tmp_path / found["notation"]
    path.write_bytes(base64.b64decode(found["file"]))
    loaded = ls.datasets.load(path)
    assert (loaded.name, loaded.thing, loaded.classes) == ("drawn", "points", 3)
    np.testing.assert_array_equal(loaded.x_train.ravel(), np.float32(found["x"][0]))
    np.testing.assert_array_equal(loaded.x_test.ravel(), np.float32(found["x"][1]))
    np.testing.assert_array_equal(loaded.y_train, found["y"][0])
    np.testing.assert_array_equal(loaded.y_test, found["y"][1])
    assert (len(loaded.x_train), len(loaded.x_test)) == (9, 2)
    with np.load(path) as arrays:
        assert arrays["x_train"].dtype == np.float32


# What the worker says -----------------------------------------------------------------------------------------------

BEGUN = """return data.unpackedData(packed).then((known) => {
             const said = [];
             let time = 0;
             const one = new laboratory.Laboratory((message) => said.push(message), () => (time += 1));
             const wanted = { decision: 8, reach: 1.2, weights: 3 };
             one.hear({ kind: "begin", parts });
             one.hear({ kind: "configure", experiment: 7, data: known, contenders, wanted });
             const last = (kind) => said.findLast((message) => message.kind === kind);
             const all = () => said.filter((message) => message.kind === "snapshot").map((one) => one.contenders);
             const work = () => { while (one.busy) one.work(); };
             const ask = (request, contender, plane, side, examples) =>
               one.hear({ kind: "surface", asked: { request, contender, plane, seed: 3, side, examples } });
             """


def told(node, code, contenders, notation="moons"):
    return node(f"{BEGUN} {code} }});", packed=packed(notation), parts=parts(), contenders=contenders)


def test_two_networks_train_side_by_side(node):
    """All losses of both are told once, in pieces; both have the same first weights, and trained as alone."""
    contenders = [USUAL, USUAL | {"optimizer": "adam:lr=0.01"}]
    code = """one.hear({ kind: "run", pace: null });
              work();
              return { all: all(), configured: last("configured") };"""
    found = told(node, code, contenders)
    sizes = {"parameters": [114, 114], "steps": [96, 96], "perEpoch": [12, 12]}
    assert found["configured"] == {"kind": "configured", "experiment": 7} | sizes
    assert len(found["all"]) > 2
    for k, changed in enumerate(({}, {"optimizer": "adam:lr=0.01"})):
        run, _ = trained_in_python("moons", **changed)
        losses = [loss for seen in found["all"] for loss in seen[k]["losses"]]
        np.testing.assert_allclose(losses, run.history["loss"], rtol=1e-5)
        end = found["all"][-1][k]
        assert (end["step"], end["ended"], end["diverged"], end["epoch"]) == (96, True, False, 8)
        assert end["measured"]["step"] == 96
        np.testing.assert_allclose(end["measured"]["testLoss"], run.history["test_loss"][-1], rtol=1e-4)
        first = found["all"][0][k]["measured"]
        np.testing.assert_allclose(first["trainLoss"], run.history["train_loss"][0], rtol=1e-5)
        assert len(end["decision"]["answers"]) == 64
        assert len(end["weights"]["units"]) == 3
        marks = [mark for seen in found["all"] for mark in seen[k]["marks"]]
        assert [mark["step"] for mark in marks] == run.history["measured_step"].tolist()
        for part in ("train", "test"):
            shares = [mark[part] for mark in marks]
            np.testing.assert_allclose(shares, run.history[f"{part}_accuracy"], atol=0.0026)  # one example of 400


def test_steps_pace_and_changes(node):
    code = """one.hear({ kind: "step", steps: 10 });
              const after = last("snapshot");
              one.hear({ kind: "change", contender: 0, optimizer: "sgd:lr=0.2", schedule: "cosine" });
              one.hear({ kind: "step", steps: 1 });
              one.hear({ kind: "run", pace: 100 });
              for (let k = 0; k < 10; k++) one.work();
              one.hear({ kind: "pause" });
              const paused = last("snapshot");
              one.hear({ kind: "change", contender: 0, optimizer: "sdg", schedule: "cosine" });
              return { after, paused, refused: last("refused"), busy: one.busy, time, all: all() };"""
    found = told(node, code, [USUAL])
    assert found["after"]["contenders"][0]["step"] == 10
    # At a hundred steps a second; a call of the clock counts as a millisecond.
    assert 11 < found["paused"]["contenders"][0]["step"] <= 11 + found["time"] / 10
    assert not found["busy"]
    assert found["refused"]["said"][0]["key"] == "no_optimizer"
    # The eleventh step was the first of another rate: ten as before, then one that differs.
    run, _ = trained_in_python("moons")
    losses = [loss for seen in found["all"] for loss in seen[0]["losses"]]
    np.testing.assert_allclose(losses[:11], run.history["loss"][:11], rtol=1e-5)
    assert abs(losses[11] - run.history["loss"][11]) > 1e-4 * losses[11]


def test_a_surface_is_whole_long_before_it_is_done(node):
    code = """ask(0, 0, "pca", 17, 50);
              const before = said.at(-1);
              one.hear({ kind: "step", steps: 96 });
              ask(1, 0, "pca", 17, 50);
              work();
              const surfaces = said.filter((message) => message.kind === "surface").map((one) => one.surface);
              ask(2, 1, "random", 5, 50);
              one.hear({ kind: "cancel" });
              return { before, surfaces, busy: one.busy };"""
    found = told(node, code, [USUAL, USUAL | {"optimizer": "adam:lr=0.01"}])
    assert found["before"] == {"kind": "no_surface", "experiment": 7, "request": 0}
    first, last = found["surfaces"][0], found["surfaces"][-1]
    assert first["computed"] < 17**2 == last["computed"]
    assert np.isfinite(first["losses"]).all()
    assert len(set(first["losses"])) <= first["computed"]
    assert [walk["contender"] for walk in last["walks"]] == [0, 1]
    for walk in last["walks"]:
        assert (walk["steps"][0], walk["steps"][-1]) == (0, 96)
        (x0, x1), (y0, y1) = last["domain"]
        assert all(x0 < one["x"] < x1 and y0 < one["y"] < y1 for one in walk["points"])
        # Off the plane there is another loss, and in it the one that the surface has nearby.
        run, net = trained_in_python("moons", optimizer=(USUAL["optimizer"], "adam:lr=0.01")[walk["contender"]])
        data = data_of("moons")
        losses = [
            net.loss_value(params, data.x_train[:50], data.y_train[:50]) for params in run.snapshots[walk["steps"]]
        ]
        np.testing.assert_allclose(walk["loss"], losses, rtol=1e-4)
        np.testing.assert_allclose(
            walk["away"], np.linalg.norm(run.snapshots[walk["steps"]] - net.params, axis=1), rtol=1e-4, atol=1e-6
        )
        assert np.abs(np.array(walk["inPlane"]) - losses).max() > 1e-4
        near = [
            [round(16 * (one["x"] - x0) / (x1 - x0)), round(16 * (one["y"] - y0) / (y1 - y0))] for one in walk["points"]
        ]
        surface = np.reshape(last["losses"], (17, 17))
        np.testing.assert_allclose(walk["inPlane"], [surface[j, i] for i, j in near], rtol=0.15)
    assert 0.8 < sum(last["explained"]) <= 1
    assert not found["busy"]


def test_networks_with_different_losses_share_no_surface(node):
    code = """one.hear({ kind: "step", steps: 50 });
              ask(1, 1, "through", 3, 9);
              work();
              return last("surface").surface;"""
    found = told(node, code, [USUAL, USUAL | {"activation": "sigmoid"}])
    assert [walk["contender"] for walk in found["walks"]] == [1]
    assert found["examples"] == 9


def test_an_experiment_is_a_text(node):
    contenders = [USUAL, USUAL | {"activation": "relu", "hidden": [16], "batch": "full"}]
    code = """const text = experiment.experimentText(asked);
              return [text, experiment.experimentOf(text, "xor")];"""
    text, found = node(code, asked={"data": "spiral", "contenders": contenders})
    assert found == {"data": "spiral", "contenders": contenders}
    assert text.startswith("data=spiral&two=1&hidden=8,8&hidden=16&activation=tanh&activation=relu&")
    for broken in ("", "batch=0", "hidden=1,x", "hidden=9999", "epochs=1e99", "seed=-1", "batch=", "nothing=1", "%%%"):
        usual = node("return [experiment.experimentOf(text, 'xor'), settings.USUAL]", text=broken)
        assert usual[0] == {"data": "xor", "contenders": [usual[1]]}
