"""JAX's losses as models, beside JAX itself and beside the same network in PyTorch."""

from __future__ import annotations

import numpy as np
import pytest

import landscape as ls

jax = pytest.importorskip("jax", reason="make test-models installs JAX")

import jax.numpy as jnp  # noqa: E402

SIZES = 784, 16, 10


@pytest.fixture(scope="module")
def digits(mnist):
    return mnist.x_train[:90], mnist.y_train[:90]


def tree(params):
    """An MLP's parameters as Flax would have them."""
    layers = ls.MLP(SIZES).layers(np.asarray(params))
    return {f"layer{k}": {"kernel": w, "bias": b} for k, (w, b) in enumerate(layers)}


def logits(params, x):
    hidden = jnp.tanh(x @ params["layer0"]["kernel"] + params["layer0"]["bias"])
    return hidden @ params["layer1"]["kernel"] + params["layer1"]["bias"]


def loss(params, x, y):
    return -jnp.mean(jax.nn.log_softmax(logits(params, x))[jnp.arange(len(y)), y])


def accuracy(params, x, y):
    return jnp.mean(jnp.argmax(logits(params, x), axis=1) == y)


@pytest.fixture(scope="module")
def start():
    return ls.MLP(SIZES, "tanh").params


@pytest.fixture(scope="module")
def model(digits, start):
    return ls.models.jax(loss, tree(start), digits, accuracy=accuracy, batch_size=40)


def test_a_tree_tells_its_arrays(model):
    found = {one.name: (one.shape, one.kind, one.filters) for one in model.specification.tensors}
    assert found["layer0.kernel"] == ((784, 16), "weight", 1)
    assert found["layer1.bias"] == ((10,), "bias", None)
    assert model.specification.layers == ["layer0", "layer1"]
    assert (model.samples, model.losses) == (90, 90)
    again = model.state(2 * model.params)
    np.testing.assert_array_equal(model.flat(again), 2 * model.params)


def test_jax_is_what_this_projects_own_network_is(model, digits, start):
    """Surface with accuracy, errors and slopes, line, curvature and products, of the same plane."""
    net = ls.MLP(SIZES, "tanh")
    of_tree = ls.planes.random(model, model.params)

    def turned(vector):
        """A vector of the tree as the network has it."""
        found = model.state(vector.astype(np.float32))
        return np.concatenate(
            [np.asarray(found[k][n]).ravel() for k in ("layer0", "layer1") for n in ("kernel", "bias")]
        )

    plane = ls.Plane(turned(of_tree.origin), [turned(axis) for axis in of_tree.basis])
    one = ls.surface(model, of_tree, resolution=6, gradient=True)
    other = ls.surface(net, plane, *digits, resolution=6, gradient=True)
    for name in ("loss", "standard_error"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-5)
    np.testing.assert_allclose(one.accuracy, other.accuracy, atol=1.01 / 90)
    np.testing.assert_allclose(one.slopes, other.slopes, rtol=1e-3, atol=1e-5)
    # An independent norm of the same directions: a column of each kernel is a filter.
    for w, d in zip(
        (tree(start)["layer0"]["kernel"],), (model.state(of_tree.basis[0])["layer0"]["kernel"],), strict=True
    ):
        np.testing.assert_allclose(np.linalg.norm(d, axis=0), np.linalg.norm(w, axis=0), rtol=1e-5)
    one, other = ls.line(model, model.params, -model.params), ls.line(net, start, -start, *digits)
    np.testing.assert_allclose(one.loss, other.loss, rtol=1e-5)
    np.testing.assert_allclose(one.rises, other.rises, atol=1e-4)
    values, _, _ = ls.curvature.top(model, model.params, k=3)
    np.testing.assert_allclose(values, ls.curvature.top(net, start, *digits, k=3)[0], rtol=1e-4)
    layer, _, _ = ls.curvature.top(model, model.params, k=1, layer="layer1")
    np.testing.assert_allclose(layer, ls.curvature.top(net, start, *digits, k=1, layer="2")[0], rtol=1e-4)
    for plane_ in (ls.planes.hessian(model, model.params), ls.planes.gradient(model, model.params)):
        assert plane_.origin.size == model.params.size


def test_jax_and_pytorch_of_one_network_give_one_surface(model, digits):
    torch = pytest.importorskip("torch", reason="make test-models installs PyTorch")
    nn = torch.nn
    module = nn.Sequential(nn.Linear(784, 16), nn.Tanh(), nn.Linear(16, 10))
    twin = ls.models.torch(module, nn.CrossEntropyLoss(), digits, batch_size=40)
    of_tree = ls.planes.random(model, model.params)

    def turned(vector):
        found, names = model.state(vector.astype(np.float32)), {"layer0": "0", "layer1": "2"}
        tensors = {}
        for layer, name in names.items():
            tensors[f"{name}.weight"] = torch.tensor(np.array(found[layer]["kernel"]).T)
            tensors[f"{name}.bias"] = torch.tensor(np.array(found[layer]["bias"]))
        return twin.flat(tensors)

    plane = ls.Plane(turned(of_tree.origin), [turned(axis) for axis in of_tree.basis])
    one, other = ls.surface(model, of_tree, resolution=9), ls.surface(twin, plane, resolution=9)
    np.testing.assert_allclose(one.loss, other.loss, rtol=1e-5)
    np.testing.assert_allclose(one.standard_error, other.standard_error, rtol=1e-4)
    np.testing.assert_allclose(one.accuracy, other.accuracy, atol=1.01 / 90)


def test_a_loss_without_data_and_one_of_whole_batches(digits, start):
    whole = ls.models.jax(lambda p: loss(p, *map(jnp.asarray, digits)), tree(start))
    assert whole.loss_value(whole.params) == pytest.approx(ls.MLP(SIZES, "tanh").loss_value(start, *digits), rel=1e-5)
    assert (whole.samples, whole.losses) == (1, 1)

    def normalised(params, x, y):
        return loss(params, (x - x.mean(axis=0)) / (x.std(axis=0) + 1), y)

    batches = ls.models.jax(normalised, tree(start), digits, batch_size=40)
    assert batches.losses == len(batches.batches)
    parts = [slice(0, 40), slice(40, 80), slice(80, 90)]
    exact = np.average(
        [float(normalised(tree(start), *(one[part] for one in digits))) for part in parts], weights=(40, 40, 10)
    )
    assert batches.loss_value(batches.params) == pytest.approx(exact, rel=1e-5)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: ls.models.jax("loss", {}), "loss = 'loss' is not allowed"),
        (lambda: ls.models.jax(loss, {}), "a tree without parameters"),
        (lambda: ls.models.jax(loss, {"a": jnp.arange(3)}), "'a' of type int32 is not allowed"),
        (lambda: ls.models.jax(lambda p: p["b"], {"a": jnp.ones(3)}), "the loss fails on a batch: KeyError"),
        (lambda: ls.models.jax(lambda p: p["a"], {"a": jnp.ones(3)}), r"the loss gave float32 of shape \(3,\)"),
        (
            lambda: ls.models.jax(lambda p, x, y: 0.0, {"a": jnp.ones(3)}, (np.ones(3), np.ones(4))),
            r"data of shapes \[",
        ),
        (lambda: ls.models.jax(lambda p: 0.0, {"a": jnp.ones(3)}).flat({"b": jnp.ones(3)}), "a tree of other arrays"),
    ],
)
def test_what_does_not_go_together_is_told_in_a_line(call, said):
    with pytest.raises(ValueError, match=said) as error:
        call()
    assert "\n" not in str(error.value)
