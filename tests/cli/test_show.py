"""Figures of trained networks, and the verbs that draw and list runs."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from commands import SVG, refusal, saved
from matplotlib.offsetbox import AnnotationBbox
from matplotlib.path import Path
from matplotlib.text import Text

import landscape as ls

FIGURES = ["learning-curves", "gradient-flow", "weights", "confusion", "misread"]


@pytest.fixture(scope="module")
def data(mnist, tmp_path_factory):
    """640 training and 200 test images, in a file."""
    return ls.datasets.load(saved(mnist.subset(640), tmp_path_factory.mktemp("data") / "small.npz", 200))


@pytest.fixture(scope="module")
def trained(data):
    """A run that learns, without a hidden layer and with four; one that diverges at its second step."""
    deep = ls.MLP((784, 12, 12, 12, 12, 10), "sigmoid", "glorot")
    return {
        "good": ls.train(ls.MLP((784, 70, 10)), data, "adam:lr=0.003", 3, snapshots=2),
        "seed": ls.train(ls.MLP((784, 70, 10), seed=1), data, "adam:lr=0.003", 3, seed=1, snapshots=2),
        "softmax": ls.train(ls.MLP((784, 10)), data, "sgd:lr=0.1", 1, snapshots=2),
        "deep": ls.train(deep, data, "sgd:lr=0.1", 2, snapshots=2, measure=10),
        "diverged": ls.train(ls.MLP((784, 70, 10)), data, "sgd:lr=1e30", 1, snapshots=2),
    }


# The layout is the same in both themes, so one of them is enough for each figure.
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_is_inside_and_apart(theme, trained, data):
    good, deep, softmax, diverged = (trained[name] for name in ("good", "deep", "softmax", "diverged"))
    with ls.figures.style(theme):
        if theme == "light":
            figures = [
                ls.figures.learning_curves([good, trained["seed"], diverged]),
                ls.figures.learning_curves([softmax, diverged]),
                ls.figures.gradient_flow([deep, good, softmax, diverged]),
            ]
        else:
            figures = [
                ls.figures.gradient_flow(deep),
                ls.figures.misread(good, data, 9),
                _alone(lambda ax: ls.figures.weights(softmax, ax)),
                _alone(lambda ax: ls.figures.confusion(good, data, ax)),
            ]
        for figure in figures:
            figure.canvas.draw()
            boxes = [text.get_window_extent() for text in _drawn(figure)]
            for box in boxes:
                assert box.x0 >= 0
                assert box.y0 >= 0
                assert box.x1 <= figure.bbox.x1
                assert box.y1 <= figure.bbox.y1
            for a, b in combinations(boxes, 2):
                assert not (a.x0 < b.x1 and b.x0 < a.x1 and a.y0 < b.y1 and b.y0 < a.y1)


def test_learning_curves_of_seeds_share_a_colour(trained):
    with ls.figures.style():
        figure = ls.figures.learning_curves([trained["good"], trained["seed"]])
    first, second = (line for line in figure.axes[1].lines if line.get_marker() in ("^", "o"))
    np.testing.assert_allclose(first.get_ydata(), 100 * trained["good"].history["test_accuracy"])
    np.testing.assert_allclose(first.get_xdata(), [0, 1, 2, 3])
    assert first.get_color() == second.get_color()
    assert first._dash_pattern != second._dash_pattern
    assert {"Adam, lr 0.003, seed 0", "Adam, lr 0.003, seed 1"} <= _words(figure)


@pytest.mark.parametrize(("lang", "said"), [("en", "stretched towards 100"), ("zh", "越近 100 刻度越宽")])
def test_an_axis_that_is_stretched_says_so(trained, runs, lang, said):
    """With few measurements, as after one epoch, as well as with many."""
    for shown in (runs, runs[:1], [trained["good"]]):
        with ls.figures.style(lang=lang):
            axes = ls.figures.learning_curves(shown).axes
        scales = [(axis.get_scale(), axis.get_label_text()) for ax in axes for axis in (ax.xaxis, ax.yaxis)]
        labels = [label.replace("\n", " ") for scale, label in scales if scale not in ("linear", "log")]
        assert len(labels) == 1
        assert said.replace(" ", "") in labels[0].replace(" ", "")


@pytest.mark.parametrize("last", [[], [np.inf]])
@pytest.mark.parametrize("losses", [[], [2.4], [2.4, 1.9, 3e4, 7e20]])
def test_divergence_is_marked_where_it_happened(trained, losses, last):
    """However few steps there are, and whether or not the loss that is not finite was kept."""
    good, values = trained["good"], np.array(losses + last)
    history = good.history | {"loss": values, "gradient_norm": values, "step": np.arange(len(values))}
    nan = {name: np.append(good.history[name][:1], np.nan) for name in ("train_loss", "test_loss")}
    nan |= {name: good.history[name][:2] for name in ("measured_step", "train_accuracy", "test_accuracy")}
    run = replace(good, history=history | nan, diverged=True)
    for runs in ([run], [good, run]):
        figure = ls.figures.learning_curves(runs)
        figure.canvas.draw()
        (arrow,) = (one for one in figure.axes[0].lines if isinstance(one.get_marker(), Path))
        assert arrow.get_xdata() == [len(losses)]
        assert f"diverged at step {len(losses)}" in _words(figure)
        assert figure.axes[0].get_ylim()[1] < 10  # the first loss is 2.4


def test_gradient_flow_draws_what_was_measured(trained):
    run = trained["deep"]
    figure = ls.figures.gradient_flow(run)
    lines = list(figure.axes[0].lines)
    np.testing.assert_allclose(lines[0].get_ydata(), run.history["layer_error_norm"][0])
    np.testing.assert_allclose(lines[-1].get_ydata(), run.history["layer_error_norm"][-1])
    assert len(lines) <= 6 < len(run.history["measured_step"]) + 2
    bars = figure.axes[2].patches
    assert [bar.get_height() for bar in bars[:4]] == list(100 * run.history["dead"][-1])

    axes = plt.figure().subplots(3, 2)
    assert ls.figures.gradient_flow([run, trained["softmax"]], axes) is axes[0, 0].figure
    assert len(axes[0, 1].lines[0].get_xdata()) == 1
    with pytest.raises(ValueError, match="no runs"):
        ls.figures.gradient_flow([])


def test_all_units_are_dead_only_if_all_are(trained):
    """999 of 1,000 are not 100 %."""
    run = trained["good"]
    history = {name: values.copy() for name, values in run.history.items()}
    history["dead"][-1], history["saturated"][-1] = 0.9997, 0.0001
    with ls.figures.style():
        shown = _words(ls.figures.gradient_flow(replace(run, history=history)))
    assert {">99.9", "0.01"} <= shown


@pytest.mark.parametrize("measured", [2, 4])
def test_an_accuracy_of_all_images_is_drawn(trained, measured):
    """An axis that is stretched towards 100 never comes to it."""
    run = trained["good"]
    rising = np.linspace(0.1, 1, measured)
    of_all = {
        "measured_step": np.arange(measured),
        "test_accuracy": rising,
        "train_accuracy": rising,
        "test_loss": rising,
    }
    history = {**run.history, **of_all}
    with ls.figures.style():
        figure = ls.figures.learning_curves([replace(run, history=history)])
        figure.canvas.draw()
        ax = figure.axes[1]
        ends = [line.get_xydata()[-1] for line in ax.lines if line.get_transform() == ax.transData]
        assert ends
        assert all(ax.bbox.contains(*ax.transData.transform(end)) for end in ends)
        assert any("100.00" in text.get_text() for text in figure.findobj(Text))


def test_a_dead_layer_has_no_place_on_a_logarithmic_axis(trained):
    run = trained["good"]
    dead = {name: 0 * run.history[name] for name in ("layer_error_norm", "layer_gradient_norm")}
    ls.figures.gradient_flow(replace(run, history=run.history | dead)).canvas.draw()


def test_weights_are_the_columns_of_the_first_layer(trained):
    run = trained["good"]
    image = ls.figures.weights(run, plt.figure().subplots())
    w = run.network.layers(run.params)[0][0]
    strongest = np.argsort(-np.linalg.norm(w, axis=0))
    tiles = image.get_array()
    np.testing.assert_allclose(tiles[:28, :28], w[:, strongest[0]].reshape(28, 28))
    np.testing.assert_allclose(tiles[:28, 30:58], w[:, strongest[1]].reshape(28, 28))
    assert np.ma.count(tiles) == 64 * 784  # of the 70
    low, high = image.get_clim()
    assert low == -high

    oblong = ls.MLP((12, 10))
    with pytest.raises(ValueError, match="12 is not a square number"):
        ls.figures.weights(_with(run, oblong, oblong.params), plt.figure().subplots())
    with pytest.raises(ValueError, match="count = 0"):
        ls.figures.weights(run, count=0)


def test_confusion_counts_every_test_image(trained, data):
    run = trained["good"]
    image = ls.figures.confusion(run, data, plt.figure().subplots())
    counts = np.zeros((10, 10), int)
    for x, y in zip(data.x_test, data.y_test, strict=True):
        counts[y, int(np.argmax(run.network.logits(run.params, x[None])))] += 1
    np.testing.assert_array_equal(image.get_array().data, counts)
    assert counts.sum() == 200
    assert counts.trace() == round(200 * run.test_accuracy)
    assert image.get_array().mask.diagonal().all()
    shown = [text.get_text() for text in image.axes.texts]
    assert f"{100 * counts[0, 0] / counts[0].sum():.1f}\N{NO-BREAK SPACE}%" in shown
    assert len(shown) == 10 + np.count_nonzero(counts - np.diag(counts.diagonal()))


def test_misread_begins_with_the_most_confident_error(trained, data):
    run = trained["good"]
    p = run.network.trace(run.params, data.x_test, data.y_test).probabilities
    read = p.argmax(axis=1)
    worst = max(np.flatnonzero(read != data.y_test), key=lambda k: p[k, read[k]])
    figure = ls.figures.misread(run, data, 3)
    np.testing.assert_array_equal(figure.axes[0].images[0].get_array(), data.x_test[worst].reshape(28, 28))
    share = f"{100 * p[worst, read[worst]]:.1f}\N{NO-BREAK SPACE}%"
    assert figure.axes[0].get_title() == f"read {read[worst]} ({share}),\nis {data.y_test[worst]}"
    assert len(figure.axes) == 3


def test_misread_shrinks_to_what_there_is(trained, data):
    run = trained["good"]
    right = run.network.logits(run.params, data.x_test).argmax(axis=1) == data.y_test
    few = np.sort(np.concatenate([np.flatnonzero(right)[:5], np.flatnonzero(~right)[:2]]))
    figure = ls.figures.misread(run, replace(data, x_test=data.x_test[few], y_test=data.y_test[few]))
    assert len(figure.axes) == 2
    assert figure.get_figheight() < plt.figure().get_figheight()
    none = replace(data, x_test=data.x_test[right], y_test=data.y_test[right])
    figure = ls.figures.misread(run, none)
    assert "is misread" in figure.axes[0].texts[0].get_text()


def test_what_cannot_be_shown_is_refused(trained, data, mnist):
    run = trained["good"]
    broken = replace(run, params=run.params * np.nan, diverged=True)
    for draw in (ls.figures.confusion, ls.figures.misread):
        with pytest.raises(ValueError, match="not finite"):
            draw(broken, data)
        with pytest.raises(ValueError, match="does not fit"):
            draw(run, replace(data, x_train=data.x_train[:, :16], x_test=data.x_test[:, :16]))
    with pytest.raises(ValueError, match="not finite"):
        ls.figures.weights(broken)


@pytest.fixture
def stopped(data, tmp_path):
    """A run folder whose training was killed after some of its 60 steps."""

    def kill(status):
        if status.step >= 5:
            raise InterruptedError

    folder = tmp_path / "runs/stopped"
    with pytest.raises(InterruptedError):
        ls.train(ls.MLP((784, 8, 10)), data, "sgd", 3, out=folder, progress=kill, measure=5, checkpoint_every=1e-9)
    return folder


def test_show(run, stopped, tmp_path):
    result = run("show", stopped, "--theme", "dark", *SVG)
    assert result.exit_code == 0, result.output
    assert result.stdout.split() == [f"out/show/stopped/{name}.svg" for name in FIGURES]
    assert "stopped at step" in (tmp_path / "out/show/stopped/gradient-flow.svg").read_text()
    accuracy = f"{100 * ls.Run.load(stopped).test_accuracy:.2f} %"
    for words in ("784-8-10", "sgd:lr=0.01", "stopped", accuracy):
        assert words in result.stderr


def test_show_without_the_data(run, trained, tmp_path):
    diverged = trained["diverged"]
    replace(diverged, settings=diverged.settings | {"source": "gone.npz"}).save(tmp_path / "diverged")
    result = run("show", "diverged", *SVG, "--out", "here")
    assert result.exit_code == 0, result.output
    assert result.stdout.split() == [f"here/{name}.svg" for name in FIGURES[:3]]
    first, *table = result.stderr.splitlines()
    assert first == "diverged: no confusion, misread: data file 'gone.npz' does not exist"
    assert "diverged at" in "\n".join(table)


def test_show_names_runs_after_their_folders(run, trained, tmp_path):
    """One run's figures go into the folder that was asked for, which does not rename the run."""
    for place in ("a/adam", "b/adam"):
        trained["softmax"].save(tmp_path / place)
    result = run("show", "a/adam", *SVG, "--out", "zz")
    assert result.exit_code == 0, result.output
    assert result.stdout.split() == [f"zz/{name}.svg" for name in FIGURES]
    assert "│ adam" in result.stderr
    assert "zz" not in result.stderr
    result = run("show", "a/adam", "b/adam", *SVG, "--out", "zz")
    assert result.exit_code == 0, result.output
    assert result.stdout.split() == [f"zz/{run}/{name}.svg" for run in ("a-adam", "b-adam") for name in FIGURES]


def test_runs(run, trained, stopped, tmp_path):
    for name in ("good", "softmax", "diverged"):
        trained[name].save(tmp_path / "runs" / name)
        # Nothing of that size is read for a list.
        (tmp_path / "runs" / name / "snapshots.npy").write_bytes(b"")
    for name, content in (("cut", '{"settings": '), ("bare", '{"settings": {}}')):
        (tmp_path / "runs" / name).mkdir()
        (tmp_path / "runs" / name / "run.json").write_text(content)
    (tmp_path / "runs/lost").mkdir()
    (tmp_path / "runs/lost/run.json").write_bytes((tmp_path / "runs/good/run.json").read_bytes())

    result = run("runs", "runs")
    assert result.exit_code == 0, result.output
    header, *rows = result.stdout.splitlines()
    assert header.split()[:3] == ["folder", "network", "optimizer"]
    shown = {row.split()[0]: " ".join(row.split()[1:]) for row in rows}
    # The highest accuracy first, those that have none at the end.
    accuracies = [float(row.partition(" %")[0].split()[-1]) for row in shown.values() if " %" in row]
    assert accuracies == sorted(accuracies, reverse=True)
    assert len(accuracies) >= 3
    assert all(" %" not in row for row in list(shown.values())[len(accuracies) :])
    accuracy = f"{100 * trained['good'].test_accuracy:.2f} %"
    assert shown["runs/good"].startswith(f"784-70-10 relu adam:lr=0.003 3 32 0 {accuracy}")
    assert shown["runs/good"].endswith("done")
    assert shown["runs/diverged"].endswith(f"diverged at step {trained['diverged'].diverged_at}")
    assert shown["runs/stopped"].split("stopped")[1].split()[-2:] == ["of", "60"]
    assert "damaged: " in shown["runs/cut"]
    assert "damaged: run.json: Object missing required field `" in shown["runs/bare"]
    assert "damaged: no snapshots.npy" in shown["runs/lost"]
    assert "\x1b" not in result.stdout

    by_name = [line.split()[0] for line in run("runs", "runs", "--sort", "name").stdout.splitlines()[1:]]
    assert by_name == sorted(shown)

    result = run("runs", "runs/softmax", "runs", "--json")
    found = json.loads(result.stdout)
    assert [run["folder"] for run in found[:2]] == ["runs/good", "runs/softmax"]
    assert len(found) == len(rows)
    assert found[0]["settings"]["network"]["sizes"] == [784, 70, 10]
    assert found[0]["state"] == "done"


def test_no_runs(run, tmp_path):
    (tmp_path / "empty").mkdir()
    result = run("runs", "empty")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert result.stderr == "No runs in empty: a run folder has a run.json.\n"
    assert json.loads(run("runs", "empty", "--json").stdout) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [(("show", "nowhere"), "not a run folder"), (("runs", "nowhere"), "does not exist"), (("show",), "RUNS")],
)
def test_bad_input_is_one_line(run, words, message):
    assert message in refusal(run(*words))


def _alone(draw):
    figure = plt.figure()
    draw(figure.subplots())
    return figure


def _with(run, network, params):
    """The run with another network."""
    return replace(run, settings=run.settings | {"network": network.settings}, params=params, snapshots=params[None])


def _drawn(figure):
    """All text but that of ticks."""
    texts = [figure._suptitle] if figure._suptitle else []
    for legend in [*figure.legends, *(ax.get_legend() for ax in figure.axes)]:
        texts += legend.get_texts() if legend else []
    for ax in figure.axes:
        texts += [ax.title, ax._left_title, *ax.texts, *([ax.xaxis.label, ax.yaxis.label] if ax.axison else [])]
        texts += [label for label in ax.artists if isinstance(label, AnnotationBbox)]
    return [text for text in texts if not isinstance(text, Text) or text.get_text()]


def _words(figure):
    return {text.get_text() for text in figure.findobj(Text)}
