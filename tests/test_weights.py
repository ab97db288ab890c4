"""Weight files: PyTorch's are read, ours come back, and what is no such file is refused in one line.

That PyTorch reads ours is asserted where the golden files are made, in golden/torch_training.py.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import landscape as ls

GOLDEN = Path(__file__).parent / "golden"


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
