"""PyTorch modules as models, beside PyTorch itself."""

from __future__ import annotations

import random

import numpy as np
import pytest

import landscape as ls

torch = pytest.importorskip("torch", reason="make test-models installs PyTorch")

import torch_nets  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn.functional import cross_entropy, mse_loss  # noqa: E402
from torch.utils.data import DataLoader, TensorDataset  # noqa: E402
from torch_nets import NETS, trained  # noqa: E402


@pytest.fixture(scope="module")
def digits(mnist):
    """60 digits of 14 × 14 pixels."""
    x = torch.from_numpy(mnist.x_train[:60].reshape(-1, 1, 28, 28)[:, :, ::2, ::2].copy())
    return x, torch.from_numpy(mnist.y_train[:60])


@pytest.fixture(scope="module", params=NETS)
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def module(kind, digits):
    return trained(kind, *digits)


@pytest.fixture
def model(module, digits):
    return ls.models.torch(module, nn.CrossEntropyLoss(), digits, batch_size=25)


def loaded(module, model, params):
    """A copy of the module with flat parameters, by hand."""
    import copy

    made, at = copy.deepcopy(module).eval(), 0
    for parameter in made.parameters():
        if parameter.requires_grad:
            numbers = torch.from_numpy(np.asarray(params)[at : at + parameter.numel()].copy())
            parameter.data = numbers.reshape(parameter.shape).to(parameter.dtype)
            at += parameter.numel()
    assert at == np.size(params)
    return made


@pytest.mark.parametrize(("dtype", "near"), [(torch.float32, 1e-5), (torch.float64, 1e-10)])
def test_a_surface_is_what_pytorch_itself_computes(kind, digits, dtype, near):
    x, y = digits[0].to(dtype), digits[1]
    module = trained(kind, x, y, dtype=dtype)
    model = ls.models.torch(module, nn.CrossEntropyLoss(), (x, y), batch_size=25)
    plane = ls.planes.random(model, model.params)
    surface = ls.surface(model, plane, resolution=5)
    with torch.no_grad():
        for j, i in np.ndindex(surface.loss.shape):
            outputs = loaded(module, model, plane.at([surface.xs[i], surface.ys[j]]))(x)
            each = cross_entropy(outputs, y, reduction="none").double()
            assert surface.loss[j, i] == pytest.approx(each.mean().item(), rel=near)
            assert surface.standard_error[j, i] == pytest.approx(each.std().item() / len(x) ** 0.5, rel=10 * near)
            assert surface.accuracy[j, i] == pytest.approx((outputs.argmax(1) == y).double().mean().item())
    assert surface.accuracy[2, 2] > 0.3


def li_et_al(module, rng):
    """Filter-normalised directions written anew, tensor by tensor, after the paper: biases and norms are 0."""
    found = []
    for weights in module.parameters():
        raw = torch.from_numpy(rng.normal(size=weights.numel())).reshape(weights.shape)
        if weights.dim() <= 1:
            found.append(torch.zeros_like(raw))
            continue
        for direction, filters in zip(raw, weights.detach().double(), strict=True):
            direction.mul_(filters.norm() / direction.norm())
        found.append(raw)
    return torch.cat([one.reshape(-1) for one in found]).numpy()


def test_directions_are_filter_normalised_as_by_another_program(module, model):
    plane, rng = ls.planes.random(model, model.params, seed=5), np.random.default_rng(5)
    for axis in plane.basis:
        np.testing.assert_allclose(axis, li_et_al(module, rng), rtol=1e-6, atol=1e-9)


def test_norms_embeddings_and_transposed_convolutions_are_known():
    module = nn.ModuleDict({
        "conv": nn.Conv2d(2, 3, 2), "up": nn.ConvTranspose2d(3, 4, 2), "words": nn.Embedding(7, 3),
        "layer": nn.LayerNorm(5), "group": nn.GroupNorm(1, 3), "batch": nn.BatchNorm1d(3), "rnn": nn.GRU(3, 4),
    })  # fmt: skip
    from landscape.models.torch_parameters import Layout

    found = {one.name: (one.kind, one.filters) for one in Layout(module, None).specification.tensors}
    assert found["conv.weight"] == ("weight", 0)
    assert found["conv.bias"] == ("bias", None)
    assert found["up.weight"] == ("weight", 1)
    assert found["words.weight"] == ("embedding", 0)
    assert {found[f"{name}.weight"][0] for name in ("layer", "group", "batch")} == {"norm"}
    assert found["rnn.weight_hh_l0"] == ("weight", 0)


def power_iteration(module, model, x, y, vectors=5):
    """The largest eigenvalues by double backward and power iteration, with what was found taken off. Those of largest
    magnitude come first, so the Hessian is moved up by its own size before."""
    made = loaded(module, model, model.params.astype(np.float64)).double()
    parameters = list(made.parameters())
    slopes = torch.autograd.grad(cross_entropy(made(x.double()), y), parameters, create_graph=True)
    slope = torch.cat([one.reshape(-1) for one in slopes])

    def times(v):
        product = torch.autograd.grad(slope, parameters, v, retain_graph=True)
        return torch.cat([one.reshape(-1) for one in product])

    generator, found = torch.Generator().manual_seed(0), []

    def largest(matrix, steps=3000):
        v, value = torch.randn(len(slope), generator=generator, dtype=torch.float64), 0.0
        for _ in range(steps):
            for _, known in found:
                v -= (v @ known) * known
            v /= v.norm()
            ahead = matrix(v)
            before, value = value, (v @ ahead).item()
            if abs(value - before) < 1e-10 * abs(value):
                break
            v = ahead
        return value, v / v.norm()

    up = abs(largest(times)[0])
    for _ in range(vectors):
        value, v = largest(lambda v: times(v) + up * v)
        found.append((value - up, v))
    return [value for value, _ in found]


@pytest.mark.parametrize("kind", ["cnn", "resnet"])
def test_the_largest_eigenvalues_are_those_of_a_power_iteration(kind, digits):
    x, y = digits
    module = trained(kind, x, y)
    model = ls.models.torch(module, nn.CrossEntropyLoss(), digits, batch_size=25)
    values, vectors, residuals = ls.curvature.top(model, model.params, k=3)
    np.testing.assert_allclose(values, power_iteration(module, model, x, y, 3), rtol=1e-4)
    assert (residuals < 1e-3 * values).all()
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-6)


def test_gradients_and_products_are_pytorchs(module, model, digits, rng):
    x, y = digits
    made = loaded(module, model, model.params)
    parameters = list(made.parameters())
    loss = cross_entropy(made(x), y)
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        loss = cross_entropy(made(x), y)
        slopes = torch.autograd.grad(loss, parameters, create_graph=True)
        slope = torch.cat([one.reshape(-1) for one in slopes])
        v = torch.from_numpy(rng.normal(size=len(slope)).astype(np.float32))
        product = torch.cat([one.reshape(-1) for one in torch.autograd.grad(slope, parameters, v)])
    value, gradient = model.loss_and_gradient(model.params)
    assert value == pytest.approx(loss.item(), rel=1e-5)
    size = slope.abs().max().item()
    np.testing.assert_allclose(gradient, slope.detach().numpy(), rtol=1e-3, atol=1e-5 * size)
    np.testing.assert_allclose(model.hvp(model.params, v), product.numpy(), rtol=1e-2, atol=1e-4 * product.abs().max())


def test_graphs_that_find_no_room_are_made_again(model, monkeypatch, rng):
    v = rng.normal(size=model.params.size)
    whole = model.products(model.params)
    monkeypatch.setattr("landscape.models.torch_objective._KEPT", 1)
    bare = model.products(model.params)
    assert (len(whole.kept), len(bare.kept)) == (len(model.batches), 0)
    np.testing.assert_allclose(whole.times(v), bare.times(v), rtol=1e-5, atol=1e-6)


def state(module):
    """All that a module is, in bits, with the state of chance."""
    tensors = {name: one.detach().numpy().tobytes() for name, one in module.state_dict().items()}
    slopes = {name: None if one.grad is None else one.grad.numpy().tobytes() for name, one in module.named_parameters()}
    modes = [part.training for part in module.modules()]
    wanted = [one.requires_grad for one in module.parameters()]
    chance = torch.get_rng_state().numpy().tobytes(), str(np.random.get_state()), random.getstate()  # noqa: NPY002
    return tensors, slopes, modes, wanted, chance, torch.is_grad_enabled()


def drawn(model):
    return ls.surface(model, ls.planes.random(model, model.params), resolution=4)


CALLS = {
    "surface": drawn,
    "slopes": lambda m: ls.surface(m, ls.planes.random(m, m.params), resolution=4, gradient=True),
    "hessian": lambda m: ls.planes.hessian(m, m.params),
    "gradient": lambda m: ls.planes.gradient(m, m.params),
    "top": lambda m: ls.curvature.top(m, m.params, k=1),
    "density": lambda m: ls.curvature.density(m, m.params, probes=1, steps=4),
    "line": lambda m: ls.line(m, m.params, -m.params, alphas=[0, 0.5]),
    "walk": lambda m: ls.descend(ls.PlaneTerrain(m, ls.planes.random(m, m.params)), "sgd:lr=0.1", steps=2),
    "project": lambda m: ls.project(np.stack([m.params, 2 * m.params]), drawn(m), model=m),
}


@pytest.mark.parametrize("buffers", ["frozen", "recomputed", "train"])
@pytest.mark.parametrize("call", CALLS)
def test_a_users_module_stays_as_it_is(call, buffers, digits):
    """Bit for bit, with its mode, gradients and all chance; also where something fails or is stopped."""
    module = trained("cnn", *digits, steps=3)
    module.train()
    module[5].eval()  # as somebody leaves it
    loss, fails = nn.CrossEntropyLoss(), []

    def failing(outputs, targets, reduction="mean"):
        if fails:
            raise fails.pop()
        return cross_entropy(outputs, targets, reduction=reduction)

    before = state(module)
    model = ls.models.torch(module, loss, digits, batch_size=30, buffers=buffers)
    assert state(module) == before
    if (call, buffers) == ("slopes", "recomputed"):
        with pytest.raises(ValueError, match="slopes of a surface are not those"):
            CALLS[call](model)
    else:
        CALLS[call](model)
    assert state(module) == before
    model = ls.models.torch(module, failing, digits, batch_size=30, buffers=buffers)
    for error in (RuntimeError("mine"), KeyboardInterrupt()):
        fails.append(error)
        with pytest.raises((type(error), ValueError)):
            CALLS[call](model)
        fails.clear()
        assert state(module) == before


def test_what_is_trained_later_does_not_change_a_model(digits):
    module = trained("cnn", *digits, steps=2)
    model = ls.models.torch(module, nn.CrossEntropyLoss(), digits)
    before = model.loss_value(model.params)
    with torch.no_grad():
        for one in (*module.parameters(), *module.buffers()):
            one.fill_(2)
    digits[0][:1].mul_(1)
    assert model.loss_value(model.params) == before


def test_running_statistics_are_frozen_recomputed_or_a_batchs(digits):
    import copy

    x, y = digits
    module = trained("cnn", x, y)
    models = {
        how: ls.models.torch(module, nn.CrossEntropyLoss(), digits, batch_size=20, buffers=how)
        for how in ("frozen", "recomputed", "train")
    }
    away = models["frozen"].params * 1.3
    expected = {"frozen": loaded(module, models["frozen"], away)}
    fresh = copy.deepcopy(expected["frozen"])
    for part in fresh.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.reset_running_stats()
            part.momentum = None
            part.train()
    with torch.no_grad():
        for at in (0, 20, 40):
            fresh(x[at : at + 20])
    expected["recomputed"] = fresh.eval()
    with torch.no_grad():
        for how in ("frozen", "recomputed"):
            exact = cross_entropy(expected[how](x), y).item()
            assert models[how].loss_value(away) == pytest.approx(exact, rel=1e-5)
        batchwise = copy.deepcopy(expected["frozen"])
        for part in batchwise.modules():
            if isinstance(part, nn.BatchNorm2d):
                part.train()
        exact = np.mean([cross_entropy(batchwise(x[at : at + 20]), y[at : at + 20]).item() for at in (0, 20, 40)])
    assert models["train"].loss_value(away) == pytest.approx(exact, rel=1e-5)
    # Derivatives hold the statistics: they are those of the network as it would be used.
    held = ls.models.torch(expected["recomputed"], nn.CrossEntropyLoss(), digits, batch_size=20)
    np.testing.assert_allclose(models["recomputed"].loss_and_gradient(away)[1], held.loss_and_gradient(away)[1], 1e-5)
    v = np.random.default_rng(0).standard_normal(away.size).astype(np.float32)
    np.testing.assert_allclose(models["recomputed"].hvp(away, v), held.hvp(away, v), rtol=1e-4, atol=1e-5)
    plane = ls.planes.random(models["recomputed"], away)
    with pytest.raises(ValueError, match="slopes of a surface are not those of a loss with recomputed statistics"):
        ls.surface(models["recomputed"], plane, resolution=4, gradient=True)
    assert len({round(one.loss_value(away), 6) for one in models.values()}) == 3


def test_statistics_are_recomputed_once_a_point_whatever_the_batches(digits):
    class Counting(nn.BatchNorm2d):
        passes = 0

        def forward(self, x):
            Counting.passes += self.training
            return super().forward(x)

    module = nn.Sequential(Counting(1), nn.Flatten(), nn.Linear(196, 10))
    model = ls.models.torch(module, nn.CrossEntropyLoss(), digits, batch_size=20, buffers="recomputed")
    for compute in (model.loss_value, model.accuracy):
        Counting.passes = 0
        compute(model.params)
        assert Counting.passes == len(model.batches) == 3


def test_pictures_say_what_the_model_says_of_its_data(digits):
    module = trained("cnn", *digits, steps=2)
    model = ls.models.torch(module, nn.CrossEntropyLoss(), digits, caption="sixty digits")
    plane = ls.planes.random(model, model.params)
    for data, said in (("", "sixty digits"), ("mine", "mine")):
        assert ls.surface(model, plane, resolution=4, data=data).data == said
        assert ls.line(model, model.params, 0.5 * model.params, alphas=[0.5], data=data).data == said


def test_data_may_come_in_many_forms(digits):
    x, y = digits
    module, loss = trained("cnn", x, y, steps=3), nn.CrossEntropyLoss()
    whole = ls.models.torch(module, loss, (x, y))
    forms = [
        (x.numpy(), y.numpy()),
        TensorDataset(x, y),
        DataLoader(TensorDataset(x, y), 16),
        [(x[:40], y[:40]), (x[40:], y[40:])],
        [[x[:40], y[:40]], [x[40:], y[40:]]],
        ((x[k : k + 20], y[k : k + 20]) for k in (0, 20, 40)),
        (x.double(), y),
    ]
    for data in forms:
        model = ls.models.torch(module, loss, data)
        assert model.samples == 60
        assert model.loss_value(model.params) == pytest.approx(whole.loss_value(whole.params), rel=1e-5)


def test_random_data_are_fixed_once_and_it_is_said(digits):
    class Noisy(torch.utils.data.Dataset):
        def __len__(self):
            return 30

        def __getitem__(self, k):
            return digits[0][k] + 0.1 * torch.randn(1), digits[1][k]

    module = trained("cnn", *digits, steps=2)
    for data in (Noisy(), DataLoader(TensorDataset(*digits), 20, shuffle=True)):
        with pytest.warns(UserWarning, match="the data are random"):
            model = ls.models.torch(module, nn.CrossEntropyLoss(), data)
        assert model.loss_value(model.params) == model.loss_value(model.params)
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ls.models.torch(module, nn.CrossEntropyLoss(), DataLoader(TensorDataset(*digits), 20))


class Named(nn.Module):
    """A module that takes its arguments by name, and gives a dict, as those of transformers."""

    def __init__(self):
        super().__init__()
        self.inner = torch_nets.cnn()

    def forward(self, pixels, labels):
        logits = self.inner(pixels)
        return {"loss": cross_entropy(logits, labels), "logits": logits}


def test_batches_may_be_dicts_and_losses_may_know_no_single_samples(digits):
    module = Named()
    data = [{"pixels": digits[0][:40], "labels": digits[1][:40]}, {"pixels": digits[0][40:], "labels": digits[1][40:]}]
    model = ls.models.torch(module, lambda outputs, batch: outputs["loss"], data)
    assert (model.samples, model.losses) == (60, 2)
    plain = ls.models.torch(module.inner, nn.CrossEntropyLoss(), digits)
    assert model.loss_value(model.params) == pytest.approx(plain.loss_value(plain.params), rel=1e-5)
    surface = ls.surface(model, ls.planes.random(model, model.params), resolution=4)
    assert surface.accuracy is None
    line = ls.line(model, model.params, -model.params, alphas=[0, 0.5, 1])
    assert np.isnan(line.accuracy).all()
    np.testing.assert_allclose(line.loss[0], model.loss_value(model.params))
    loss = ls.models.torch(module.inner, cross_entropy, digits)
    assert loss.losses == 60
    # A mean over weighted classes is not the mean of single losses.
    weighted = ls.models.torch(module.inner, nn.CrossEntropyLoss(weight=torch.arange(1.0, 11)), digits)
    assert weighted.losses == len(weighted.batches)


def test_regression_and_autoencoders_have_no_accuracy(digits):
    x, _ = digits
    flat = x.flatten(1)
    code = nn.Sequential(nn.Linear(196, 5), nn.Tanh(), nn.Linear(5, 196))
    model = ls.models.torch(code, mse_loss, flat)
    assert np.isnan(model.accuracy(model.params))
    assert model.loss_value(model.params) == pytest.approx(mse_loss(code(flat), flat).item(), rel=1e-5)
    share = ls.models.torch(code, mse_loss, flat, accuracy=lambda out, x: (out > 0).float().mean())
    assert share.accuracy(share.params) == pytest.approx((code(flat) > 0).float().mean().item())


def test_only_what_is_trainable_spans_the_space(digits):
    module = trained("cnn", *digits, steps=2)
    whole = ls.models.torch(module, nn.CrossEntropyLoss(), digits)
    for given in ("9.*", ["9.weight", "9.bias"], lambda name: name.startswith("9")):
        head = ls.models.torch(module, nn.CrossEntropyLoss(), digits, trainable=given)
        assert head.params.size == 6 * 49 * 10 + 10
        assert head.loss_value(head.params) == pytest.approx(whole.loss_value(whole.params), rel=1e-6)
        values, _, _ = ls.curvature.top(head, head.params, k=2)
        np.testing.assert_allclose(values, ls.curvature.top(whole, whole.params, k=2, layer="9")[0], rtol=1e-4)
    module[0].requires_grad_(False)
    assert ls.models.torch(module, nn.CrossEntropyLoss(), digits).specification.layers[0] == "1"


def test_weight_decay_is_in_the_loss_where_it_is_asked_for(digits):
    module, plane = trained("cnn", *digits, steps=2), None
    plain, decayed = (ls.models.torch(module, nn.CrossEntropyLoss(), digits, weight_decay=one) for one in (0.0, 0.1))
    plane = ls.planes.random(plain, plain.params)
    one, other = (ls.surface(each, plane, resolution=4, gradient=True) for each in (plain, decayed))
    for j, i in np.ndindex(one.loss.shape):
        params = plane.at([one.xs[i], one.ys[j]])
        assert other.loss[j, i] == pytest.approx(one.loss[j, i] + 0.05 * params @ params, rel=1e-5)
        np.testing.assert_allclose(other.slopes[j, i], one.slopes[j, i] + 0.1 * plane.basis @ params, rtol=1e-3)
    np.testing.assert_allclose(other.standard_error, one.standard_error, rtol=1e-4)
    v = np.ones(plain.params.size)
    np.testing.assert_allclose(decayed.hvp(plain.params, v), plain.hvp(plain.params, v) + 0.1, rtol=1e-3, atol=1e-3)
    assert ls.line(decayed, plain.params, 2 * plain.params, alphas=[0.0]).loss[0] == pytest.approx(
        decayed.loss_value(plain.params), rel=1e-6
    )


def test_flat_parameters_go_to_and_fro(module, model):
    np.testing.assert_array_equal(model.flat(module), model.params)
    np.testing.assert_array_equal(model.flat(module.state_dict()), model.params)
    state_dict = model.state(2 * model.params)
    np.testing.assert_array_equal(model.flat(state_dict), 2 * model.params)
    with pytest.raises(ValueError, match="is missing from the parameters"):
        model.flat({})


def test_a_surface_goes_on_after_a_stop_and_knows_another_module(digits, tmp_path):
    module = trained("cnn", *digits)
    model = ls.models.torch(module, nn.CrossEntropyLoss(), digits)
    plane, out = ls.planes.random(model, model.params), tmp_path / "s.npz"
    whole = ls.surface(model, plane, resolution=7)

    def stop(done, tiles):
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ls.surface(model, plane, resolution=7, out=out, progress=stop)
    again = ls.models.torch(module, nn.CrossEntropyLoss(), digits)
    done = []
    np.testing.assert_array_equal(
        ls.surface(again, plane, resolution=7, out=out, progress=lambda *k: done.append(k)).loss, whole.loss
    )
    assert done[0][0] == 5
    other = ls.models.torch(module, nn.CrossEntropyLoss(label_smoothing=0.1), digits)
    assert ls.surface(other, plane, resolution=7, out=out).loss[3, 3] != whole.loss[3, 3]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"module": 3}, "module of type int is not allowed; a torch.nn.Module is needed"),
        ({"module": nn.Linear}, "give the module itself, and not its class"),
        ({"module": nn.LazyLinear(3)}, "'weight' has no shape yet: let a batch go through"),
        ({"module": nn.ReLU()}, "a module without parameters is not allowed"),
        ({"module": nn.Linear(3, 2)}, "the module fails on a batch: RuntimeError"),
        ({"loss": "cross_entropy"}, "loss = 'cross_entropy' is not allowed"),
        (
            {"loss": nn.CrossEntropyLoss(reduction="none")},
            r"the loss gave a Tensor of shape \(60,\)",
        ),
        ({"loss": lambda out, y: 3.0}, "the loss gave a float"),
        ({"loss": lambda out: out}, "the loss fails on a batch: TypeError"),
        ({"device": "gpu"}, "device = 'gpu' is not allowed"),
        ({"device": "cuda:9"}, "device = 'cuda:9' is not allowed"),
        ({"trainable": "hed.*"}, r"trainable = 'hed.\*' fits no parameter"),
        ({"trainable": "9.wieght"}, "did you mean '9.weight'"),
        ({"buffers": "frosen"}, "unknown buffers 'frosen'; did you mean 'frozen'"),
        ({"data": 3}, "data of type int are not allowed"),
        ({"data": (np.ones((3, 1)), np.ones(4))}, r"inputs and targets of \[3, 4\] samples"),
        ({"data": []}, "data without a sample"),
        ({"data": [(torch.ones(1), torch.ones(1), torch.ones(1))]}, "a batch of 3 parts is not allowed"),
        ({"data": ["digits"]}, "a batch of str is not allowed"),
        ({"batch_size": 0}, "batch_size = 0"),
        ({"weight_decay": -1}, "weight_decay = -1"),
    ],
)
def test_what_does_not_go_together_is_told_in_a_line(given, said, digits):
    whole = {"module": torch_nets.cnn(), "loss": nn.CrossEntropyLoss(), "data": digits} | given
    with pytest.raises(ValueError, match=said) as error:
        ls.models.torch(**whole)
    assert "\n" not in str(error.value)


def test_a_module_itself_is_no_model(digits):
    with pytest.raises(ValueError, match=r"make it one by ls\.models\.torch\(module, loss, data\)"):
        ls.planes.random(torch_nets.cnn(), np.ones(3))


def test_mixed_precision_says_how_far_it_is_off(digits):
    module = trained("cnn", *digits)
    exact = ls.models.torch(module, nn.CrossEntropyLoss(), digits)
    mixed = ls.models.torch(module, nn.CrossEntropyLoss(), digits, precision="bfloat16")
    plane = ls.planes.random(exact, exact.params)
    surfaces = [ls.surface(one, plane, resolution=5) for one in (exact, mixed)]
    apart = np.abs(surfaces[1].loss / surfaces[0].loss - 1)
    assert 0 < mixed.precision_error < 0.05
    assert 0 < apart.max() < 10 * mixed.precision_error
    assert surfaces[1].rounding == mixed.precision_error > surfaces[0].rounding
    assert exact.precision_error == 0
    # Derivatives are exact.
    np.testing.assert_array_equal(mixed.loss_and_gradient(exact.params)[1], exact.loss_and_gradient(exact.params)[1])
    with pytest.raises(ValueError, match="did you mean 'float16'"):
        ls.models.torch(module, nn.CrossEntropyLoss(), digits, precision="float15")
