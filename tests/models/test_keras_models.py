"""Keras models that PyTorch or JAX computes as models, beside Keras itself."""

from __future__ import annotations

import os

import numpy as np
import pytest

import landscape as ls

os.environ.setdefault("KERAS_BACKEND", "torch")
torch = pytest.importorskip("torch", reason="make test-models installs PyTorch")
pytest.importorskip("keras", reason="make test-models installs Keras")

import keras_nets  # noqa: E402
from keras_nets import keras, layers  # noqa: E402

loss = torch.nn.CrossEntropyLoss()


@pytest.fixture(params=["cnn", "twins"])
def trained(request):
    """A model after some steps, whose running statistics are not those that it began with."""
    made = getattr(keras_nets, request.param)()
    made.fit(*keras_nets.digits(), epochs=3, verbose=0)
    return made


def weights(model):
    return [np.array(keras.ops.convert_to_numpy(one)) for one in model.weights]


def set_flat(model, params):
    """Put flat parameters into a model, by Keras's own means."""
    at = 0
    for variable in model.trainable_variables:
        variable.assign(params[at : at + np.prod(variable.shape)].reshape(variable.shape))
        at += int(np.prod(variable.shape))
    assert at == len(params)


def test_a_surface_is_what_keras_itself_computes(trained):
    x, y = keras_nets.digits()
    before = weights(trained)
    model = ls.models.torch(trained, loss, (x, y), batch_size=25)
    plane = ls.planes.random(model, model.params, vectors="scaled")
    surface = ls.surface(model, plane, resolution=4)
    for one, other in zip(weights(trained), before, strict=True):
        np.testing.assert_array_equal(one, other)
    assert np.ptp(surface.loss) > 0.1
    for j, i in ((0, 0), (1, 2), (3, 3)):
        set_flat(trained, plane.at([surface.xs[i], surface.ys[j]]).astype(np.float32))
        found, right = trained.evaluate(x, y, verbose=0)
        assert surface.loss[j, i] == pytest.approx(found, rel=1e-5)
        assert surface.accuracy[j, i] == pytest.approx(right)


def test_a_gradient_and_a_product_are_pytorch_s(trained, rng):
    """As PyTorch derives what Keras computes."""
    x, y = keras_nets.digits()
    model = ls.models.torch(trained, loss, (x, y))
    variables = [one.value for one in trained.trainable_variables]
    evaluating = {"training": False} if isinstance(trained, keras.Sequential) else {}
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        value = loss(trained(x, **evaluating), torch.from_numpy(y))
        slopes = torch.autograd.grad(value, variables, create_graph=True)
    slope = torch.cat([one.reshape(-1) for one in slopes])
    along = rng.normal(size=len(slope)).astype(np.float32)
    products = torch.autograd.grad(slope, variables, torch.from_numpy(along))
    product = torch.cat([one.reshape(-1) for one in products]).numpy()
    found, gradient = model.loss_and_gradient(model.params)
    assert found == pytest.approx(value.item(), rel=1e-5)
    np.testing.assert_allclose(gradient, slope.detach().numpy(), atol=1e-5 * slope.abs().max().item())
    np.testing.assert_allclose(model.hvp(model.params, along), product, atol=1e-4 * np.abs(product).max())
    values, vectors, _ = ls.curvature.top(model, model.params, k=1)
    np.testing.assert_allclose(model.hvp(model.params, vectors[0]), values[0] * vectors[0], atol=0.01 * values[0])


def test_tensors_have_keras_s_order_and_know_their_filters():
    model = ls.models.torch(keras_nets.cnn(), loss, keras_nets.digits())
    kinds = {one.name.partition(".")[2]: (one.kind, one.filters) for one in model.specification.tensors[:4]}
    assert kinds == {"kernel": ("weight", 3), "bias": ("bias", None), "gamma": ("norm", None), "beta": ("norm", None)}
    twins = keras_nets.twins()
    found = ls.models.torch(twins, loss, keras_nets.digits()).specification.tensors
    assert [one.shape for one in found] == [tuple(one.shape) for one in twins.trainable_variables]
    assert {"same.kernel", "same_2.kernel"} < {one.name for one in found}
    given = [keras.Input((6,)), layers.Embedding(9, 4), layers.Reshape((6, 4, 1))]
    made = keras.Sequential([*given, layers.DepthwiseConv2D(2), layers.Conv2DTranspose(3, 2)])
    data = np.zeros((2, 6), np.int64), np.zeros(2)
    found = ls.models.torch(made, lambda outputs, _: outputs.square().mean(), data).specification.tensors
    assert [(one.shape, one.kind, one.filters) for one in found if one.kind != "bias"] == [
        ((9, 4), "embedding", 0), ((2, 2, 1, 1), "weight", 2), ((2, 2, 3, 1), "weight", 2),
    ]  # fmt: skip


def test_a_loop_of_ones_own_is_recorded_and_drawn(tmp_path):
    x, y = keras_nets.digits()
    made = keras_nets.twins()
    optimizer = keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True)
    with ls.record(made, tmp_path / "r", optimizer=optimizer, trainable=["same*", "*norm*"]) as rec:
        for _ in range(8):
            made.zero_grad()
            value = loss(made(x), torch.from_numpy(y))
            value.backward()
            with torch.no_grad():
                optimizer.apply([one.value.grad for one in made.trainable_variables], made.trainable_variables)
            rec.step(value)
    run = ls.Run.load(tmp_path / "r")
    assert run.optimizer == ls.optimizers.get("nesterov", lr=0.05, momentum=0.9)
    assert len(run.steps) == 9
    assert np.isfinite(run.history["gradient_norm"]).any()
    model = ls.models.torch(made, loss, (x, y), trainable=["same*", "*norm*"])
    np.testing.assert_array_equal(model.params, run.params)
    surface, walks = ls.projected(run, model=model, resolution=5)
    assert walks[0].loss[-1] == pytest.approx(loss(made(x), torch.from_numpy(y)).item(), rel=1e-5)
    assert np.isfinite(surface.loss).all()


@pytest.mark.parametrize(
    ("optimizer", "said"),
    [
        (keras.optimizers.SGD(0.1, weight_decay=0.01), "sgd:lr=0.1,weight_decay=0.01"),
        (keras.optimizers.SGD(0.1, momentum=0.8), "momentum:lr=0.1,momentum=0.8,dampening=0.0,weight_decay=0.0"),
        (
            keras.optimizers.AdamW(0.1, weight_decay=0.02, epsilon=1e-8),
            "adamw:lr=0.1,beta1=0.9,beta2=0.999,eps=1e-08,weight_decay=0.02",
        ),
        (keras.optimizers.Adam(0.1, clipnorm=1.0), "adam_of_keras:lr=0.1"),
        (keras.optimizers.SGD(0.1, momentum=0.8, weight_decay=0.01), "momentum_of_keras:lr=0.1"),
        (keras.optimizers.RMSprop(0.1), "rmsprop_of_keras:lr=0.1"),
        (keras.optimizers.Ftrl(0.1), "ftrl:lr=0.1"),
    ],
)
def test_an_optimizer_of_keras_is_told_as_what_it_is(optimizer, said, tmp_path):
    ls.record(keras_nets.cnn(), tmp_path / "r", optimizer=optimizer).close()
    assert ls.Run.load(tmp_path / "r").settings["optimizer"] == said


def test_what_does_not_go_together_is_told_in_a_line(tmp_path):
    data = keras_nets.digits()
    bare = keras.Sequential([layers.Dense(3)])
    mixed = keras.Sequential([keras.Input((3,)), layers.TorchModuleWrapper(torch.nn.Linear(3, 2))])
    for call, said in (
        (
            lambda: ls.models.torch(keras_nets.cnn(), loss, data, buffers="train"),
            "buffers = 'train' is not allowed for",
        ),
        (lambda: ls.models.torch(bare, loss, data), "without trainable variables is not allowed"),
        (lambda: ls.models.torch(mixed, loss, data), "is a PyTorch module in a Keras model"),
        (lambda: ls.record(bare, tmp_path / "r"), "without trainable variables is not allowed"),
        (
            lambda: ls.record(keras_nets.cnn(), tmp_path / "r", 3),
            "optimizer of type int is not allowed: one of Keras's",
        ),
        (lambda: ls.record(keras_nets.cnn(), tmp_path / "r", trainable="dens*x"), "fits no parameter"),
    ):
        with pytest.raises(ValueError, match=said) as error:
            call()
        assert "\n" not in str(error.value)
    assert not (tmp_path / "r").exists()
