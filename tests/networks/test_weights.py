"""Weight files: PyTorch's are read, ours come back, and what is no such file is refused in one line.

That PyTorch reads ours is asserted where the golden files are made, in golden/torch_training.py.
"""

from __future__ import annotations

import json
import pickle
import zipfile
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

import landscape as ls

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture
def net():
    return ls.MLP((12, 9, 7, 4), "tanh")


def state_dict(net, names):
    """The layers as PyTorch has them; each bias is the number of its layer."""
    tensors = {}
    for k, (name, (w, b)) in enumerate(zip(names, net.layers(net.params), strict=True)):
        tensors |= {f"{name}.weight": np.ascontiguousarray(w.T), f"{name}.bias": np.full_like(b, k)}
    return tensors


def refused(path, net):
    with pytest.raises(ls.RunError) as error:
        ls.weights.load(path, net)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_state_dict_of_pytorch_gives_its_logits(net):
    golden = np.load(GOLDEN / "torch_training.npz")
    params = ls.weights.load(GOLDEN / "torch_weights.safetensors", net)
    logits = net.logits(params, golden["weights|images"])
    np.testing.assert_allclose(logits, golden["weights|logits"], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("sizes", [(5, 3), (5, 4, 3), [2] * 14])
def test_what_is_saved_comes_back_in_the_same_bits(tmp_path, sizes, dtype):
    net = ls.MLP(sizes, dtype=dtype)
    params = np.random.default_rng(0).normal(size=net.params.size).astype(dtype)
    path = ls.weights.save(tmp_path / "ours.safetensors", net, params)
    np.testing.assert_array_equal(ls.weights.load(path, net), params)
    tensors = load_file(path)
    assert sorted(tensors) == sorted(f"{2 * k}.{kind}" for k in range(len(sizes) - 1) for kind in ("weight", "bias"))
    np.testing.assert_array_equal(tensors["0.weight"], net.layers(params)[0][0].T)


@pytest.mark.parametrize("pattern", ["{}", "fc{}", "model.layers.{}.linear", "body.0.block{}"])
def test_layers_come_in_the_order_of_their_numbers(tmp_path, pattern):
    net = ls.MLP([3] * 13)
    # Written in the order of letters, in which 10 comes before 2.
    tensors = dict(sorted(state_dict(net, [pattern.format(k) for k in range(1, 13)]).items()))
    save_file(tensors, path := tmp_path / "theirs.safetensors")
    layers = net.layers(ls.weights.load(path, net))
    assert [b[0] for _, b in layers] == list(range(12))
    for (w, _), (theirs, _) in zip(layers, net.layers(net.params), strict=True):
        np.testing.assert_array_equal(w, theirs)


def test_precision_becomes_that_of_the_network(net, tmp_path):
    names = ("fc1", "fc2", "out")
    for dtype in ("float16", "float64"):
        save_file(
            {k: v.astype(dtype) for k, v in state_dict(net, names).items()}, path := tmp_path / "other.safetensors"
        )
        params = ls.weights.load(path, net)
        assert params.dtype == np.float32
        np.testing.assert_allclose(net.layers(params)[0][0], net.layers(net.params)[0][0], rtol=1e-3, atol=1e-7)


def test_other_shapes_are_refused_with_both(net, tmp_path):
    wide = ls.MLP((12, 9, 8, 4))
    path = ls.weights.save(tmp_path / "wide.safetensors", wide, wide.params)
    assert "not those of a network 12-9-7-4" in (said := refused(path, net))
    assert "2.weight (8, 9)" in said
    deep = ls.MLP((12, 9, 7, 4, 4))
    assert "6.bias (4,)" in refused(ls.weights.save(tmp_path / "deep.safetensors", deep, deep.params), net)
    tensors = state_dict(net, "123")
    del tensors["2.bias"]
    save_file(tensors, path := tmp_path / "unbiased.safetensors")
    assert "2.weight (7, 9), 3.bias" in refused(path, net)
    save_file({}, path := tmp_path / "empty.safetensors")
    assert "it holds nothing" in refused(path, net)


def test_what_is_no_weight_file_is_refused(net, tmp_path):
    whole = ls.weights.save(tmp_path / "whole.safetensors", net, net.params).read_bytes()
    contents = {
        "nothing": b"",
        "cut": whole[:-1],
        "header": whole[:60],
        "noise": bytes(range(256)),
        "type": whole.replace(b"F32", b"F99"),
    }
    for name, content in contents.items():
        (path := tmp_path / f"{name}.safetensors").write_bytes(content)
        refused(path, net)
    refused(tmp_path / "nowhere.safetensors", net)
    refused(tmp_path, net)


def test_a_place_that_cannot_be_written_is_named(net, tmp_path):
    with pytest.raises(ls.RunError, match=r"cannot write .*nowhere.*No such file"):
        ls.weights.save(tmp_path / "nowhere" / "w.safetensors", net, net.params)


def test_brackets_in_a_name_that_is_there_are_no_pattern(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for folder in ("mine[1]", "mine1", "mine2", "mine[1]/[x]"):
        (tmp_path / folder).mkdir()
        for name in ("2.safetensors", "10.safetensors"):
            (tmp_path / folder / name).touch()
    for pattern, folder in (
        ("mine[1]/*.safetensors", "mine[1]"),
        (f"{tmp_path}/mine[1]/[x]/*.safetensors", f"{tmp_path}/mine[1]/[x]"),
    ):
        assert [str(path) for path in ls.weights.find(pattern)] == [f"{folder}/{k}.safetensors" for k in (2, 10)]
    assert list(map(str, ls.weights.find("mine[1]/2.safetensors"))) == ["mine[1]/2.safetensors"]
    # What is not there as it stands is a pattern as before.
    assert list(map(str, ls.weights.find("mine[12]/2.*"))) == ["mine1/2.safetensors", "mine2/2.safetensors"]
    assert len(ls.weights.find("**/*.safetensors")) == 8


# The order of layers


@pytest.mark.parametrize("names", list(permutations(["layer_one", "layer_two", "out"])))
def test_shapes_put_layers_in_order(net, tmp_path, names):
    """Whatever they are called: the one that takes the pixels is the first."""
    save_file(state_dict(net, names), path := tmp_path / "theirs.safetensors")
    np.testing.assert_array_equal([b[0] for _, b in net.layers(ls.weights.load(path, net))], [0, 1, 2])


def test_numbers_count_among_layers_of_one_shape_only(tmp_path):
    """The head has no number, and needs none."""
    net = ls.MLP((5, 3, 3, 3, 2))
    save_file(state_dict(net, ["stem", "body.2", "body.10", "a_head"]), path := tmp_path / "theirs.safetensors")
    assert [b[0] for _, b in net.layers(ls.weights.load(path, net))] == [0, 1, 2, 3]


def test_an_open_order_is_asked_for(tmp_path):
    net = ls.MLP((5, 3, 3, 3, 2))
    names = ["layer_one", "layer_two", "layer_three", "out"]
    save_file(state_dict(net, names), path := tmp_path / "theirs.safetensors")
    said = refused(path, net)
    assert "which of layer_three, layer_two comes first" in said
    assert said.endswith("--order layer_one,?,?,out")
    for order in (names, [f"{name}.weight" for name in names]):
        np.testing.assert_array_equal([b[0] for _, b in net.layers(ls.weights.load(path, net, order))], [0, 1, 2, 3])
    with pytest.raises(ls.RunError, match="not those of a network 5-3-3-3-2 in the order out,"):
        ls.weights.load(path, net, names[::-1])
    with pytest.raises(ValueError, match=r"unknown layer '\?'.*layer_one"):
        ls.weights.load(path, net, ["layer_one", "?", "?", "out"])
    with pytest.raises(ValueError, match=r"each of the layers layer_one, .* once"):
        ls.weights.load(path, net, names[:3])


@pytest.mark.parametrize("names", [["l3", "l2", "l1", "l0"], ["h2", "h0", "h1", "out"]])
def test_numbers_that_shapes_contradict_decide_nothing(tmp_path, names):
    net = ls.MLP((5, 3, 3, 3, 2))
    save_file(state_dict(net, names), path := tmp_path / "theirs.safetensors")
    if "out" not in names:
        assert "contradict each other in l3, l1, l2, l0" in refused(path, net)
        np.testing.assert_array_equal([b[0] for _, b in net.layers(ls.weights.load(path, net, names))], [0, 1, 2, 3])
    else:
        assert "contradict each other in h2, h0, h1" in refused(path, net)


def test_encoder_and_decoder_of_one_shape_are_open(tmp_path):
    """Numbers in two places, which say nothing of one another."""
    net = ls.MLP([3] * 5)
    save_file(state_dict(net, ["enc.0", "enc.2", "dec.0", "dec.2"]), path := tmp_path / "theirs.safetensors")
    assert "comes first" in refused(path, net)


def test_a_bias_belongs_to_its_weight(tmp_path):
    """By name, wherever it would stand in the alphabet."""
    net = ls.MLP((4, 3, 3))
    tensors = state_dict(net, ["b", "a"])
    save_file(tensors, path := tmp_path / "theirs.safetensors")
    assert [b[0] for _, b in net.layers(ls.weights.load(path, net))] == [0, 1]


@pytest.mark.parametrize("extra", ["1.running_mean", "1.weight", "alpha", "1.num_batches_tracked", "scale.weight"])
def test_what_the_network_has_no_place_for_is_not_left_out(net, tmp_path, extra):
    tensors = state_dict(net, "024") | {extra: np.ones(1, np.float32)}
    save_file(tensors, path := tmp_path / "norm.safetensors")
    assert f"{extra} (1,)" in refused(path, net)


def test_weights_in_and_out_the_other_way_round(net, tmp_path):
    tensors = {k: np.ascontiguousarray(v.T) for k, v in state_dict(net, "024").items()}
    save_file(tensors, path := tmp_path / "jax.safetensors")
    assert "transposed they would be" in refused(path, net)


# Formats


def raw(tensors):
    """A safetensors file, by its definition: the length of the header, the header, the numbers."""
    header, body = {}, b""
    for name, (kind, shape, content) in tensors.items():
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(body), len(body) + len(content)]}
        body += content
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_bfloat16_is_read_exactly(tmp_path_factory, seed):
    """It is the upper half of a float32 (Intel 2018), so its values are those with 16 bits of 0 behind them."""
    net = ls.MLP((3, 2))
    halves = np.random.default_rng(seed).integers(0, 2**16, 8, dtype=np.uint16)
    halves[(halves & 0x7F80) == 0x7F80] = 0x3F80  # inf and nan compare with nothing
    content = {"0.weight": ("BF16", [2, 3], halves[:6].tobytes()), "0.bias": ("BF16", [2], halves[6:].tobytes())}
    (path := tmp_path_factory.mktemp("bf16") / "bf16.safetensors").write_bytes(raw(content))
    ((w, b),) = net.layers(ls.weights.load(path, net))
    values = np.column_stack([np.zeros(8, np.uint16), halves]).ravel().view(np.float32)
    np.testing.assert_array_equal(w.T.ravel(), values[:6])
    np.testing.assert_array_equal(b, values[6:])


def test_bfloat16_s_known_values(tmp_path):
    """1, −2, the largest 3.3895e38, the least above 1 (1 + 2⁻⁷)."""
    net = ls.MLP((2, 1))
    content = {
        "0.weight": ("BF16", [1, 2], np.uint16([0x3F80, 0xC000]).tobytes()),
        "0.bias": ("BF16", [1], np.uint16([0x3F81]).tobytes()),
    }
    (path := tmp_path / "bf16.safetensors").write_bytes(raw(content))
    np.testing.assert_array_equal(ls.weights.load(path, net), np.float32([1, -2, 1 + 2**-7]))


@pytest.mark.parametrize("kind", ["F8_E4M3", "F8_E5M2", "I8", "U8"])
def test_numbers_that_are_no_weights_are_named(tmp_path, kind):
    """Quantised ones mean nothing without their scale."""
    content = {"0.weight": (kind, [1, 2], bytes(2)), "0.bias": (kind, [1], bytes(1))}
    (path := tmp_path / "small.safetensors").write_bytes(raw(content))
    assert f"0.bias is of type {kind}, expected F64, F32, F16, BF16" in refused(path, ls.MLP((2, 1)))


class Trap:
    """A pickle of it makes a file when it is opened."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (Path(self.path),)


def archive(path, **contents):
    with zipfile.ZipFile(path, "w") as file:
        for name, content in contents.items():
            file.writestr(name, content)


def test_files_of_other_formats_are_named_and_never_opened(net, tmp_path):
    """By their content, whatever they are called; each with what to do."""
    trap = pickle.dumps(Trap(tmp_path / "sprung"))
    archive(tmp_path / "model.pt", **{"archive/data.pkl": trap, "archive/version": b"3"})
    archive(tmp_path / "pytorch_model.bin", **{"archive/data.pkl": trap})
    (tmp_path / "old.pth").write_bytes(trap)
    (tmp_path / "model.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(40))
    archive(tmp_path / "model.keras", **{"config.json": b"{}", "model.weights.h5": b""})
    np.savez(tmp_path / "model.npz", a=np.ones(3))
    np.save(tmp_path / "model.npy", np.ones(3))
    (tmp_path / "model.gguf").write_bytes(b"GGUF" + bytes(40))
    (tmp_path / "model.onnx").write_bytes(b"\x08\x07\x12\x07pytorch")
    (tmp_path / "lfs.safetensors").write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0")
    (tmp_path / "page.safetensors").write_bytes(b"<!DOCTYPE html>")
    (tmp_path / "model.safetensors.index.json").write_bytes(b'{"weight_map": {}}')
    archive(tmp_path / "renamed.safetensors", **{"archive/data.pkl": trap})
    (tmp_path / "none.safetensors").write_bytes(b"")
    for name, what, advice in [
        ("model.pt", "a PyTorch file", "safetensors.torch.save_file"),
        ("pytorch_model.bin", "a PyTorch file", "safetensors.torch.save_file"),
        ("renamed.safetensors", "a PyTorch file", "safetensors.torch.save_file"),
        ("old.pth", "a pickle", "safetensors.torch.save_file"),
        ("model.h5", "an HDF5 file", "kernel, transposed"),
        ("model.keras", "a Keras file", "kernel, transposed"),
        ("model.npz", "a NumPy archive", "safetensors.numpy.save_file"),
        ("model.npy", "a NumPy array", "safetensors.numpy.save_file"),
        ("model.gguf", "a GGUF file", "safetensors.torch.save_file"),
        ("model.onnx", "an ONNX file", "safetensors.torch.save_file"),
        ("lfs.safetensors", "a pointer of Git LFS", "git lfs pull"),
        ("page.safetensors", "a web page", "download"),
        ("model.safetensors.index.json", "index of a model in several files", ".safetensors"),
        ("none.safetensors", "empty", "again"),
    ]:
        said = refused(tmp_path / name, net)
        assert f"is {what}" in said or what in said
        assert advice in said
    assert not (tmp_path / "sprung").exists()


# Doubts


def test_the_best_constant_answer_has_the_entropy_of_the_labels():
    """−Σ p ln p for cross-entropy; for the mean squared error Σ p (1 − p) / C, as ‖t − p‖² is 1 − ‖p‖² on average."""
    y = np.array([0] * 5 + [1] * 3 + [3] * 2)
    p = np.array([0.5, 0.3, 0.0, 0.2])
    entropy = -sum(share * np.log(share) for share in p if share)
    assert ls.losses.get("cross_entropy").best_constant(y, 4) == pytest.approx(entropy, rel=1e-12)
    assert ls.losses.get("mse").best_constant(y, 4) == pytest.approx(np.sum(p * (1 - p)) / 4, rel=1e-12)


@pytest.mark.parametrize("notation", ["cross_entropy:label_smoothing=0.2", "mse:label_smoothing=0.2", "mse"])
def test_no_constant_answer_is_better(notation, rng):
    """Nor is any that a search of SciPy's finds."""
    from scipy.optimize import minimize

    y, loss = rng.integers(0, 3, 40), ls.losses.parse(notation)

    def of(logits):
        return float(loss.per_sample(np.repeat(np.asarray(logits)[:, None], len(y), axis=1), y)[0].mean())

    found = minimize(of, np.zeros(3), tol=1e-12).fun
    assert loss.best_constant(y, 3) == pytest.approx(found, abs=1e-6)  # SciPy's differences end there
    assert loss.best_constant(y, 3) <= loss.uniform(3)


@pytest.fixture(scope="module")
def centred(mnist):
    """A network trained on standardised pixels, and 2,000 images of raw ones."""
    part = mnist.subset(2000)
    return ls.train(ls.MLP((784, 16, 10)), part.standardised(0.1307, 0.3081), "adam:lr=0.003", 3, snapshots=2), part


def test_pixels_on_another_scale_are_found_out(centred):
    run, part = centred
    right = part.standardised(0.1307, 0.3081)
    loss = run.network.loss_value(run.params, right.x_train, right.y_train)
    y, wrong = part.y_train, run.network.loss_value(run.params, part.x_train, part.y_train)
    assert wrong > 2 * loss  # 0.74 and 0.25; without that there is nothing to find
    assert ls.weights.doubts(run.network, run.params, right, right.x_train, y, loss) == []
    (said,) = ls.weights.doubts(run.network, run.params, part, part.x_train, y)
    assert "with --scale standard (mean 0.13" in said
    (_, said) = ls.weights.doubts(run.network, run.params, part, part.x_train, y, loss)[::-1]
    assert f"{loss:.4g} was recorded" in said
    # The other way round: a network of raw pixels, shown standardised ones.
    raw_run = ls.train(ls.MLP((784, 16, 10)), part, "adam:lr=0.003", 3, snapshots=1)
    said = ls.weights.doubts(raw_run.network, raw_run.params, right, right.x_train, y)
    assert any("with pixels as they are" in one for one in said)


def test_a_network_that_knows_nothing_is_doubted(mnist):
    net, part = ls.MLP((784, 10)), mnist.subset(500)
    zero = np.zeros_like(net.params)
    (said,) = ls.weights.doubts(net, zero, part, part.x_train, part.y_train)
    guess = net.loss.best_constant(part.y_train, 10)
    assert said == f"the loss at the end, 2.303, is not below {guess:.4g}, that of one answer to all images"  # ln 10
    (said, *_) = ls.weights.doubts(net, zero * np.nan, part, part.x_train, part.y_train)
    assert "the loss at the end, nan, is not below" in said


@pytest.mark.parametrize(
    ("name", "metadata", "loss"),
    [
        ("last", {"loss": "0.25"}, 0.25),
        ("epoch=3-val_loss=0.31", {}, 0.31),
        ("epoch=3-val_loss=0.31", {"loss": "0.25"}, 0.25),
        ("w_step_200-loss=9.9e-01", {}, 0.99),
        ("weights.01-0.50", {"format": "pt"}, None),
        ("loss_nan", {"loss": "unknown"}, None),
        ("last", {"loss": "nan"}, None),
    ],
)
def test_a_loss_that_was_recorded(net, tmp_path, name, metadata, loss):
    save_file(state_dict(net, "024"), path := tmp_path / f"{name}.safetensors", metadata=metadata)
    assert ls.weights.recorded_loss(path) == loss
