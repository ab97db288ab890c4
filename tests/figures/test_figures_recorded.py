"""Figures of runs that were recorded, of which less is known: nothing is drawn, or named, that is not there."""

from __future__ import annotations

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest

import landscape as ls

COUNT = 5  # measurements


def measured(run, *parts):
    """A run that measured some accuracies as it went."""
    nan = np.full(COUNT, np.nan)
    history = {f"{part}_{what}": nan for part in ("train", "test") for what in ("loss", "accuracy")}
    history |= {f"{part}_accuracy": np.linspace(0.2, 0.9, COUNT) for part in parts}
    history["measured_step"] = np.linspace(10, 60, COUNT).astype(int)
    return replace(run, history=run.history | history)


def test_batches_alone_have_one_panel(recorded):
    assert len(ls.figures.learning_curves(recorded["slow"]).axes) == 1
    # Losses on other data are no accuracies.
    assert len(ls.figures.learning_curves(measured(recorded["slow"])).axes) == 1


@pytest.mark.parametrize("parts", [("test",), ("test", "train")])
def test_accuracies_stand_over_steps_and_those_that_are_there_are_named(recorded, parts):
    runs = [measured(recorded[name], *parts) for name in ("slow", "quick")]
    with ls.figures.style("light"):
        on_loss, on_accuracy = ls.figures.learning_curves(runs).axes
    assert on_accuracy.get_xlabel() == on_loss.get_xlabel() == "step"
    assert on_accuracy.get_title(loc="left") == (
        "test accuracy; faint: training" if "train" in parts else "test accuracy"
    )
    drawn = [line for line in on_accuracy.lines if np.isfinite(line.get_ydata()).any()]
    assert len([line for line in drawn if len(line.get_xdata()) == COUNT]) == 2 * len(parts)


@pytest.mark.filterwarnings("error")
def test_a_line_without_right_answers_is_the_loss_alone(recorded):
    run = recorded["slow"]
    loss = run.network.on()
    plain = ls.models.function(loss.loss_value, tensors={"weight": (10, 49), "bias": (10,)})
    plt.figure()
    with ls.figures.style("light"):
        ls.figures.interpolation(ls.line(plain, run.snapshots[0], run.params, alphas=np.linspace(-0.5, 1.5, 9)))
        (ax,) = plt.gcf().axes
    assert ax.get_xlabel().startswith("α")


def test_differences_of_heights_that_do_not_compare_are_not_told(recorded):
    """A loss over other data is another loss, however small its noise."""
    run = recorded["slow"]
    plane = ls.planes.random(run.network, run.params)
    one = ls.surface(run.network, plane, resolution=5, data="digits of mine")
    noisy = replace(one, standard_error=np.full(one.loss.shape, 0.01))
    other = replace(noisy, data="other digits")
    with ls.figures.style("light"):
        assert "differences from" in ls.figures.compare([noisy, noisy]).get_supxlabel()
        assert "differences" not in ls.figures.compare([noisy, other]).get_supxlabel().replace("small differences", "")
