"""Trainings in the page's own TypeScript, and the same in Python."""

from __future__ import annotations

import json
from functools import cache

import numpy as np

import landscape as ls
from landscape.explore.content import dumped
from landscape.explore.inventory import inventory
from landscape.explore.network_content import held, network_parts

MODULES = ("settings", "training", "data", "architecture", "passes", "planes", "survey", "measuring", "laboratory")
USUAL = {
    "hidden": [8, 8],
    "activation": "tanh",
    "init": "glorot",
    "loss": "cross_entropy",
    "optimizer": "sgd:lr=0.1",
    "schedule": "constant",
    "batch": 32,
    "epochs": 8,
    "seed": 3,
}


@cache
def parts():
    """All that the page's networks are made of."""
    found = inventory()
    kept = {
        name: {key: one[key] for key in ("title", "parameters", "vector")} for name, one in found["optimizers"].items()
    }
    return json.loads(dumped({**network_parts(), "optimizers": kept, "schedules": found["schedules"]}))


@cache
def packed(notation, images=None):
    """Data as the page holds them."""
    return json.loads(dumped(held(ls.datasets.load(notation), images)))


def data_of(notation, images=None):
    data = ls.datasets.load(notation)
    return data if images is None else data.subset(images)


def trained(node, notation, images=None, code="", held=None, **changed):
    """A training in the page, and what `code` computes of it, its data and its parts; None where that is not said."""
    settings = USUAL | changed
    return node(
        """const said = [];
           const chosen = settings.chosenOf(asked, parts, said);
           if (!chosen) throw new Error(JSON.stringify(said));
           return data.unpackedData(packed).then((known) => {
             const one = new training.Training(known.train, known.classes, asked, chosen, parts.wrappers);
             one.advance(1e9);
             const { start, params, losses, norms, diverged } = one;
             const more = new Function("one", "known", "chosen", "modules", given);
             const modules = { passes, planes, survey, measuring };
             return { start, params, losses, norms, diverged, more: more(one, known, chosen, modules) };
           });""",
        asked=settings,
        parts=held or parts(),
        packed=packed(notation, images),
        given=code,
    )


def trained_in_python(notation, images=None, **changed):
    """The same by `ls.train`, and its network."""
    settings, data = USUAL | changed, data_of(notation, images)
    layers = (data.x_train.shape[1], *settings["hidden"], data.classes)
    net = ls.MLP(layers, settings["activation"], settings["init"], settings["loss"], settings["seed"])
    chosen = {"epochs": settings["epochs"], "batch_size": settings["batch"], "seed": settings["seed"]}
    return ls.train(net, data, settings["optimizer"], schedule=settings["schedule"], engine="numpy", **chosen), net


def same(found, run, net, rtol=1e-5):
    """The same start, and losses, norms and ends that are equal but for how float32 is rounded.

    One rounding is 6e-8 of a number. Sums in another order differ by a few of them, and each step adds its own, which
    what is trained dampens or spreads: 1e-5 of the loss is a hundred roundings, far less than another rule would give.
    """
    np.testing.assert_array_equal(np.float32(found["start"]), net.params)
    assert found["diverged"] == run.diverged
    assert len(found["losses"]) == len(run.history["loss"])
    # A loss near 0 is a difference of numbers near 1.
    np.testing.assert_allclose(found["losses"], run.history["loss"], rtol=rtol, atol=1e-6)
    norms = run.history["gradient_norm"]
    np.testing.assert_allclose(found["norms"], norms, rtol=10 * rtol, atol=1e-5 * max(norms, default=0))
