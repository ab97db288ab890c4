"""Decks about runs of other libraries' models, which were recorded: less is known of them, and all that is said is."""

from __future__ import annotations

import re

import numpy as np
import pytest
from test_slides import check_layout, table_of, texts

import landscape as ls
from landscape import slides
from landscape.core.errors import InputError

pptx = pytest.importorskip("pptx", reason="python-pptx is not installed")


def presented(runs, tmp_path, **how):
    file = slides.deck(runs, resolution=7, **how).save(tmp_path / "talk.pptx")
    return pptx.Presentation(str(file))


def test_a_deck_of_recorded_runs(recorded, tmp_path):
    """Loss and accuracy at the end are computed over the model's own data, as nobody measured any."""
    runs = [recorded["slow"], recorded["quick"]]
    presentation = presented(runs, tmp_path)
    check_layout(presentation)
    model = runs[0].network.on()
    (head, *rows) = table_of(presentation, "accuracy")
    assert head == ["", "loss at the end", "accuracy", "steps", "seconds"]
    ends = sorted((model.evaluate(run.params) for run in runs), key=lambda end: end[0])
    for row, (loss, accuracy) in zip(rows, ends, strict=True):
        assert float(row[1]) == pytest.approx(loss, rel=5e-3)
        assert row[2] == f"{100 * accuracy:.2f}\N{NO-BREAK SPACE}%"
        assert row[3] == "60"
    told = texts(presentation)
    assert "softmax, 500 parameters" in told[0]
    assert "The loss over data of its own, 60 steps of training" in told[0]
    words = "\n".join(told)
    assert "which one gets SGD furthest?" in words
    # What nobody knows is not said.
    for unknown in ("test images", "training loss", "epoch", "None", "–", "activation function"):
        assert unknown not in words, unknown


def test_a_chinese_deck_of_recorded_runs(recorded, tmp_path):
    presentation = presented([recorded["slow"], recorded["quick"]], tmp_path, lang="zh")
    check_layout(presentation)
    names = r"[sS]oftmax|SGD|slow|quick|landscape|Adam|Sigmoid|b"
    left = {word for text in texts(presentation) for word in re.findall(r"[A-Za-z]{2,}", text)}
    assert {word for word in left if not re.fullmatch(names, word)} == set()
    assert any("模型自己的数据上的损失" in text for text in texts(presentation))


def test_runs_of_one_setup_are_several_draws(recorded, tmp_path):
    """Recorded without a seed, they are told apart by where they began."""
    words = "\n".join(texts(presented(list(recorded.values()), tmp_path)))
    assert "two seeds" in words
    again = "\n".join(texts(presented([recorded["quick"], recorded["again"]], tmp_path)))
    assert "differ" in again


@pytest.mark.parametrize("measured", [False, True])
def test_a_single_recorded_run(recorded, tmp_path, measured):
    run = recorded["slow"]
    if measured:
        at = {"measured_step": np.array([60]), "test_accuracy": np.array([0.875]), "test_loss": np.array([0.5])}
        at |= {name: np.array([np.nan]) for name in ("train_loss", "train_accuracy")}
        at |= {name: np.empty((1, 0)) for name in ("layer_gradient_norm", "layer_error_norm", "update_ratio")}
        at |= {name: np.empty((1, 0)) for name in ("dead", "saturated")}
        run = ls.Run(run.settings, run.params, run.snapshots, run.steps, run.history | at, False, run.seconds)
    presentation = presented([run], tmp_path)
    check_layout(presentation)
    words = "\n".join(texts(presentation))
    assert ("87.50\N{NO-BREAK SPACE}% of the test samples" in words) == measured
    first, last = (run.network.on().loss_value(params) for params in (run.snapshots[0], run.params))
    assert re.search(rf"The loss falls from {first:.2f}\d* to {last:.2f}\d*", words) or measured


def test_what_cannot_share_a_talk_is_one_line(recorded, runs):
    with pytest.raises(InputError, match="do not share a talk") as error:
        slides.deck([recorded["slow"], runs[0]])
    assert "\n" not in str(error.value)
    settings = recorded["slow"].settings
    network = {key: value for key, value in settings["network"].items() if key != "making"}
    run = recorded["slow"]
    unknown = ls.Run(
        settings | {"network": network}, run.params, run.snapshots, run.steps, run.history, False, run.seconds
    )
    with pytest.raises(InputError, match="how the model of this run, a softmax, is made is not known"):
        slides.deck([unknown])
    # One that knows is enough, where their tensors are the same.
    assert len(slides.deck([unknown, run], resolution=7).slides) > 6
