"""The page's networks, trained in TypeScript, against `ls.train`."""

from __future__ import annotations

import json

import numpy as np
import pytest
from learning import MODULES, data_of, packed, parts, same, trained, trained_in_python
from nodes import Node

import landscape as ls
from landscape.core.checks import Positive
from landscape.explore.content import dumped
from landscape.explore.network_content import network_parts
from landscape.networks import activations, initialisers, losses

# What the page cannot follow: optimizers of matrices, and one that asks for Hessian products.
_LEFT_OUT = {"muon", "shampoo", "soap", "sophia"}


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    process = Node(tmp_path_factory.mktemp("node"), *(f"network/{name}.ts" for name in MODULES))
    yield process
    process.close()


def compared(node, notation="moons", images=None, rtol=1e-5, **changed):
    same(trained(node, notation, images, **changed), *trained_in_python(notation, images, **changed), rtol)


@pytest.mark.parametrize("name", [*activations.names(), "leaky_relu:slope=0.3", "elu:alpha=2.5"])
def test_activations(node, name):
    compared(node, activation=name)


@pytest.mark.parametrize("name", [*initialisers.names(), "orthogonal:gain=1.5", "normal:std=0.4"])
@pytest.mark.parametrize("hidden", [[], [5], [3, 9]])
def test_initialisers(node, name, hidden):
    compared(node, init=name, hidden=hidden)


@pytest.mark.parametrize(
    "name", [*losses.registry.names(), "cross_entropy:label_smoothing=0.2", "mse:label_smoothing=0.2"]
)
@pytest.mark.parametrize("data", ["moons", "spiral:arms=4"])
def test_losses(node, name, data):
    compared(node, data, loss=name)


@pytest.mark.parametrize(
    "notation",
    [
        *(name for name in ls.optimizers.names() if name not in _LEFT_OUT),
        *("adamw:lr=0.01,weight_decay=0.3", "adan:weight_decay=0.1", "momentum:dampening=0.5,weight_decay=0.01"),
        *("sgd:lr=0.1,clip=0.1", "adam:lr=0.01,sam=0.05", "adam:lr=0.01,sam=0.05,clip=0.1", "prodigy:clip=0.5"),
    ],
)
def test_optimizers(node, notation):
    # Prodigy's rate grows out of differences of gradients, and each step multiplies what rounding left in them: only
    # its first 30 steps can be compared.
    slowly = {"epochs": 2, "rtol": 1e-3} if notation.startswith("prodigy") else {}
    compared(node, optimizer=notation, **slowly)


@pytest.mark.parametrize(
    "notation",
    [*ls.schedules.names(), "cosine:end=0.2", "step:every=7,gamma=0.8", "warmup:length=30", "one_cycle:rise=0.5"],
)
def test_schedules(node, notation):
    compared(node, schedule=notation, epochs=20)


@pytest.mark.parametrize(
    "changed",
    [{"batch": "full"}, {"batch": 1, "epochs": 1}, {"batch": 37}, {"batch": 55}, {"seed": 12345}, {"epochs": 0}],
)
def test_batches(node, changed):
    """Of 55 points, so that a last batch that is not full is left out."""
    compared(node, "moons:size=55", **changed)


@pytest.mark.parametrize("optimizer", ["sgd:lr=1e6", "sgd:lr=30", "adam:lr=1e20"])
@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
def test_what_diverges_ends_at_the_same_step(node, optimizer, loss):
    changed = {"optimizer": optimizer, "loss": loss, "activation": "identity"}
    found, (run, _) = trained(node, "moons", **changed), trained_in_python("moons", **changed)
    assert (found["diverged"], len(found["losses"])) == (run.diverged, len(run.history["loss"]))


def test_longer_trainings(node):
    """The issue's examples. What adapts to each weight by its gradients, as Adam does where they are near 0, spreads
    what rounding left more than SGD does."""
    compared(node, "spiral", epochs=100)
    compared(node, "xor", activation="relu", init="he", optimizer="adam:lr=0.01", epochs=50, rtol=1e-3)
    compared(node, "circles", activation="sigmoid", init="lecun", optimizer="rmsprop:lr=0.003", epochs=20, rtol=1e-4)
    digits = {"hidden": [16], "activation": "relu", "init": "he", "epochs": 3}
    compared(node, "mnist", 1500, optimizer="momentum:lr=0.02", schedule="cosine", **digits)
    compared(node, "mnist", 700, optimizer="adam:lr=0.002", **digits)


@pytest.mark.parametrize(("notation", "images"), [("mnist", 300), ("spiral:noise=0.1", None), ("xor", 100)])
def test_data_are_pythons_to_the_bit(node, notation, images):
    found = node(
        """return data.unpackedData(packed).then(({ train, test, ...about }) => ({
             about, train: [train.x, train.y], test: [test.x, test.y],
           }));""",
        packed=packed(notation, images),
    )
    data = data_of(notation, images)
    for x, y, part in ((data.x_train, data.y_train, "train"), (data.x_test[:500], data.y_test[:500], "test")):
        np.testing.assert_array_equal(np.float32(found[part][0]).view(np.uint32), x.ravel().view(np.uint32))
        np.testing.assert_array_equal(found[part][1], y)
    assert found["about"]["notation"] == notation
    assert (found["about"]["images"], found["about"]["tests"]) == (images, len(data.x_test))


def test_all_that_can_be_followed_is_offered():
    offered = {name for name, one in parts()["optimizers"].items() if one["vector"]}
    assert offered == set(ls.optimizers.names()) - _LEFT_OUT


class Snake(ls.networks.activations.Activation):
    """a = z + sin²(a z) / a"""

    frequency: Positive = 1.0

    def function(self, z, out):
        np.multiply(z, self.frequency, out=out)
        np.sin(out, out=out)
        out *= out
        out /= self.frequency
        out += z

    def derivative(self, z, a, out, work):
        np.multiply(z, 2 * self.frequency, out=out)
        np.sin(out, out=out)
        out += 1

    def second(self, z, a, out, work):
        np.multiply(z, 2 * self.frequency, out=out)
        np.cos(out, out=out)
        out *= 2 * self.frequency


class Table(ls.networks.activations.Activation):
    """One that looks its values up, of which no program can be written."""

    def function(self, z, out):
        out[...] = np.interp(np.asarray(z, dtype=float), [-1, 0, 1], [-1, 0, 2])

    def derivative(self, z, a, out, work):
        out[...] = [1 if one < 0 else 2 for one in np.ravel(z).tolist()]

    def second(self, z, a, out, work):
        out.fill(0)


class Fixed(ls.networks.initialisers.Initialiser):
    """One that draws in a way of its own."""

    def draw(self, fan_in, fan_out, rng):
        return rng.uniform(size=(fan_in, fan_out))


def test_a_users_own_parts_are_live_as_far_as_they_can_be_written_down(node, monkeypatch):
    for registry, kinds in ((activations.registry, (Snake, Table)), (initialisers.registry, (Fixed,))):
        monkeypatch.setattr(registry, "classes", dict(registry.classes))
        for kind in kinds:
            registry.register(kind)
    found = network_parts()
    assert "snake" in found["activations"]
    assert "table" not in found["activations"]
    assert "fixed" not in found["initialisers"]
    held = {**parts(), **json.loads(dumped(found))}
    same(
        trained(node, "moons", activation="snake:frequency=2", held=held),
        *trained_in_python("moons", activation="snake:frequency=2"),
    )


@pytest.mark.parametrize(
    ("changed", "key", "values"),
    [
        ({"activation": "rellu"}, "no_activation", {"given": "rellu", "near": "relu"}),
        ({"init": "hee"}, "no_initialiser", {"given": "hee", "near": "he"}),
        ({"loss": "mae"}, "no_loss", {"given": "mae"}),
        ({"optimizer": "adamm"}, "no_optimizer", {"given": "adamm", "near": "adam"}),
        ({"optimizer": "muon"}, "no_optimizer", {"given": "muon"}),
        ({"optimizer": "adam:beta1=1"}, "no_value", {"given": "beta1=1"}),
        ({"optimizer": "adam:clip=0"}, "no_value", {"given": "clip=0"}),
        ({"activation": "elu:alpha=-1"}, "no_value", {"given": "alpha=-1"}),
        ({"activation": "elu:beta=1"}, "no_parameter", {"given": "beta"}),
        ({"optimizer": "rprop", "schedule": "cosine"}, "takes_no_schedule", {}),
        ({"activation": "constructor"}, "no_activation", {"given": "constructor"}),
    ],
)
def test_what_is_none_is_said(node, changed, key, values):
    found = node(
        "const said = []; return { chosen: settings.chosenOf({ ...settings.USUAL, ...changed }, parts, said), said };",
        changed=changed,
        parts=parts(),
    )
    assert found["chosen"] is None
    ((one),) = found["said"]
    assert one["key"] == key
    assert values.items() <= one["values"].items()
