"""Parts are given as objects or as their notations, alike everywhere; anything else is refused in a line."""

from __future__ import annotations

import numpy as np
import pytest

import landscape as ls
from landscape.core.values import same

DATA = ls.datasets.Dataset("own", np.eye(4), np.arange(4), np.eye(4), np.arange(4))
CALLS = {
    "MLP activation": (lambda part: ls.MLP((4, 3, 4), activation=part), "tanh", ls.activations),
    "MLP init": (lambda part: ls.MLP((4, 3, 4), init=part), "glorot", ls.initialisers),
    "MLP loss": (lambda part: ls.MLP((4, 3, 4), loss=part), "mse", ls.losses),
    "train optimizer": (lambda part: trained(part), "momentum:lr=0.1", ls.optimizers),
    "train schedule": (lambda part: trained("sgd", part), "cosine", ls.schedules),
    "descend terrain": (lambda part: ls.descend(part, "adam", steps=3), "ravine:kappa=7", ls.terrains),
    "descend optimizer": (lambda part: ls.descend("booth", part, steps=3), "adam:lr=0.1,clip=1", ls.optimizers),
    "descend schedule": (lambda part: ls.descend("booth", "sgd", steps=3, schedule=part), "cosine", ls.schedules),
    "basins terrain": (lambda part: ls.basins(part, "sgd", 3, 5), "himmelblau", ls.terrains),
    "basins optimizer": (lambda part: ls.basins("booth", part, 3, 5), "sgd:lr=0.01", ls.optimizers),
    "basins optimizers": (lambda part: ls.basins("booth", [part], 3, 5), "sgd:lr=0.01", ls.optimizers),
    "sweep terrain": (lambda part: ls.sweep(part, ["sgd"], 1.0, [0.01], 5), "booth", ls.terrains),
    "sweep optimizers": (lambda part: ls.sweep("booth", [part], 1.0, [0.01], 5), "sgd", ls.optimizers),
    "sweep_training": (lambda part: ls.sweep_training(ls.MLP((4, 4)), DATA, [part], [0.1], 1, 2), "sgd", ls.optimizers),
    "nudged": (lambda part: ls.nudged("booth", part, 1.0, 5, tries=3), "sgd", ls.optimizers),
}


def trained(optimizer, schedule=None):
    run = ls.train(ls.MLP((4, 4)), DATA, optimizer, 1, 2, schedule=schedule)
    return {"params": run.params, "settings": run.settings}


@pytest.mark.parametrize("name", CALLS)
def test_objects_and_notations_are_the_same(name):
    call, notation, family = CALLS[name]
    by_name, by_object = call(notation), call(family.parse(notation))
    assert same(by_name, by_object) if isinstance(by_name, dict) else by_name == by_object
    assert family.of(notation) == family.of(family.parse(notation)) == family.parse(notation)
    for wrong in (7, 1.5, {"x"}, object, ls.MLP):
        with pytest.raises(ValueError, match=r"it must be one of this project's, or its notation$") as error:
            call(wrong)
        assert "\n" not in str(error.value)
