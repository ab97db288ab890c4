"""Runs and checkpoints of a user's PyTorch module, through the library and the command line."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import landscape as ls

torch = pytest.importorskip("torch", reason="make test-models installs PyTorch")

import own_model  # noqa: E402
from torch import nn  # noqa: E402

from landscape.cli.main import main  # noqa: E402

HERE = Path(own_model.__file__)
FROM = {"model": f"{HERE}:build", "data": f"{HERE}:digits", "loss": f"{HERE}:loss"}
SAID = [word for name, one in FROM.items() for word in (f"--{name}", one)]
PNG = ["--format", "png"]


def train(folder, optimizer, steps=30, ckpt=None, **more):
    """A user's own loop, with two lines of recording, and checkpoints of their own."""
    x, y = own_model.digits()
    net = own_model.build()
    opt = optimizer(net.parameters())
    with ls.record(net, folder, optimizer=opt, snapshots=10, **more) as rec:
        for step in range(1, steps + 1):
            opt.zero_grad()
            loss = own_model.loss(net(x), y)
            loss.backward()
            opt.step()
            rec.step(loss)
            if ckpt is not None and step % 10 == 0:
                torch.save({"epoch": step, "state_dict": net.state_dict()}, ckpt / f"step-{step}.pt")
    return net


def sgd(parameters):
    return torch.optim.SGD(parameters, 0.05, momentum=0.9)


def adamw(parameters):
    return torch.optim.AdamW(parameters, 0.01)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Two runs, one of which knows how its model is made, and the checkpoints of one."""
    found = tmp_path_factory.mktemp("own")
    (found / "ckpt").mkdir()
    train(found / "sgd", sgd, ckpt=found / "ckpt", **FROM)
    train(found / "adamw", adamw)
    return found


@pytest.fixture
def call(place, monkeypatch, tmp_path):
    monkeypatch.chdir(place)

    def run(*words):
        return CliRunner().invoke(main, [*map(str, words), "--out", str(tmp_path / "o" / "x")])

    return run


def test_a_recorded_module_is_a_run_of_its_optimizer(place):
    run = ls.Run.load(place / "sgd")
    assert run.optimizer == ls.optimizers.get("momentum", lr=0.05, momentum=0.9)
    assert ls.Run.load(place / "adamw").optimizer == ls.optimizers.get("adamw", lr=0.01)
    assert (run.history["lr"] == 0.05).all()
    assert np.isfinite(run.history["gradient_norm"]).any()
    net = own_model.build()
    net.load_state_dict({name: torch.from_numpy(one) for name, one in _weights(place / "sgd").items()}, strict=False)
    model = ls.models.torch(net, own_model.loss, own_model.digits())
    np.testing.assert_array_equal(model.params, run.params)
    np.testing.assert_array_equal(
        run.snapshots[0], ls.models.torch(own_model.build(), own_model.loss, own_model.digits()).params
    )


def test_a_model_that_is_made_has_the_statistics_of_its_networks(place):
    """The module that is made has those of no training: with them the trained network would look worthless."""
    run = ls.Run.load(place / "sgd")
    loss, accuracy = run.network.on().evaluate(run.params)
    assert loss < 2 * run.history["loss"][-5:].mean()
    assert accuracy > 0.8
    frozen = ls.models.made(**FROM, buffers="frozen")
    assert frozen.evaluate(run.params)[0] > 2 * loss


def _weights(folder):
    from safetensors.numpy import load_file

    return load_file(folder / "weights.safetensors")


@pytest.mark.parametrize(
    "optimizer", ["Adagrad", "RMSprop", "Adam", "NAdam", "RAdam", "Adamax", "LBFGS", "ASGD", "Rprop"]
)
def test_any_optimizer_of_pytorch_has_a_name(optimizer, tmp_path):
    net = own_model.build()
    opt = getattr(torch.optim, optimizer)(net.parameters(), lr=0.02)
    ls.record(net, tmp_path / "r", optimizer=opt).close()
    assert ls.Run.load(tmp_path / "r").optimizer.lr == 0.02


def test_recording_leaves_the_training_as_it_is(tmp_path):
    """What is recorded changes no bit of the training."""
    plain, recorded = (train(tmp_path / "r", sgd, 5, **more) for more in ({}, {"half": True}))
    for one, other in zip(plain.state_dict().values(), recorded.state_dict().values(), strict=True):
        assert torch.equal(one, other)
    net = own_model.build()
    before = torch.get_rng_state()
    rec = ls.record(net, tmp_path / "r", optimizer=sgd(net.parameters()))
    rec.step(torch.tensor(1.0, requires_grad=True))
    rec.close()
    assert torch.equal(torch.get_rng_state(), before)
    assert all(one.grad is None for one in net.parameters())


def test_sparse_gradients_have_a_norm(tmp_path):
    words = nn.Embedding(9, 4, sparse=True)
    words(torch.tensor([2, 5, 2])).square().sum().backward()
    with ls.record(words, tmp_path / "r") as rec:
        rec.step(1.0)
    norm = words.weight.grad.to_dense().norm().item()
    assert ls.Run.load(tmp_path / "r").history["gradient_norm"] == pytest.approx([norm])


def test_all_verbs_take_a_run_that_knows_its_model(call):
    shutil.copytree("adamw", "unknown")
    for words in (
        ("project", "sgd", "adamw", "--resolution", 6),
        ("project", "sgd", "--plane", "random", "--resolution", 6),
        ("project", "sgd", "--plane", "hessian", "--resolution", 6),
        ("project", "sgd", "--plane", "gradient", "--resolution", 6),
        ("project", "unknown", "--plane", "gradient", "--resolution", 6, "--gradient", *SAID, "--buffers", "frozen"),
        ("curvature", "sgd", "--top", 2, "--probes", 1, "--steps", 5, "--along", 2),
        ("interpolate", "sgd", "adamw", "--points", 5),
        ("plot", "learning-curves", "sgd", "adamw"),
        ("plot", "projection", "sgd"),
    ):
        result = call(*words, *PNG)
        assert result.exit_code == 0, (words, result.output)
    result = CliRunner().invoke(main, ["runs", "."])
    assert "Sequential" in result.output
    assert "done" in result.output


def test_the_losses_are_those_of_the_module(call, place, tmp_path):
    assert call("project", "sgd", "--resolution", 6, *PNG).exit_code == 0
    surface, run = ls.Surface.load(tmp_path / "o" / "x.npz"), ls.Run.load(place / "sgd")
    x, y = own_model.digits()
    net, at = own_model.build(), surface.plane.at([surface.xs[2], surface.ys[1]])
    net.load_state_dict(ls.models.torch(net, own_model.loss, (x, y)).state(at), strict=False)
    net[1].reset_running_stats()
    net[1].momentum = None
    with torch.no_grad():
        net(x)
        net.eval()
        assert surface.loss[1, 2] == pytest.approx(own_model.loss(net(x), y).item(), rel=1e-5)
    # The same in Python, with the run's own model and with one that is given.
    model = ls.models.torch(own_model.build(), own_model.loss, (x, y), buffers="recomputed")
    given = {"plane": surface.plane, "resolution": 6}
    for one in (ls.projected(run, **given), ls.projected(run, model=model, **given)):
        np.testing.assert_allclose(one[0].loss, surface.loss, rtol=1e-6)
    assert ls.curvature.along(run, count=2).eigenvalues.shape == (2, 1)
    assert ls.curvature.along(run, count=2, layer="0").eigenvalues[0, 0] > 0


def test_a_run_learns_how_its_model_is_made(call, place):
    shutil.copytree(place / "adamw", place / "told")
    assert "how the model of this run, a Sequential, is made is not known" in call("project", "told").output
    result = call("project", "told", *SAID, "--resolution", 6, *PNG)
    assert result.exit_code == 0, result.output
    assert call("interpolate", "told", "--points", 4, *PNG).exit_code == 0
    shutil.rmtree(place / "told")


def test_checkpoints_that_exist_are_a_path(call, place, tmp_path):
    result = call("project", "--checkpoints", "ckpt/*.pt", *SAID, "-o", "momentum:lr=0.05", "--resolution", 6, *PNG)
    assert result.exit_code == 0, result.output
    assert "3 checkpoints at steps 10, 20, 30" in result.output
    result = call("project", "--checkpoints", "ckpt/*.pt", "--model", f"{HERE}:ready", "--resolution", 6, *PNG)
    assert result.exit_code == 0, result.output
    found = ls.weights.snapshots("ckpt/*.pt", own_model.ready())
    run = ls.Run.load(place / "sgd")
    np.testing.assert_array_equal(found.steps, [10, 20, 30])
    np.testing.assert_array_equal(found.params[-1], run.params)
    assert ls.planes.pca([found.params], [found.steps]).explained.sum() > 0.9


def test_safetensors_shards_and_wrapped_names_are_read(tmp_path):
    from safetensors.torch import save_file

    net = own_model.build()
    tensors, model = net.state_dict(), own_model.ready()
    for step in (1, 2):
        folder = tmp_path / f"checkpoint-{step}"
        folder.mkdir()
        names = list(tensors)
        save_file({name: tensors[name] for name in names[:2]}, folder / "model-00001-of-00002.safetensors")
        save_file({name: tensors[name] for name in names[2:]}, folder / "model-00002-of-00002.safetensors")
    found = ls.weights.snapshots(str(tmp_path / "checkpoint-*"), model)
    np.testing.assert_array_equal(found.params, [model.params] * 2)
    np.testing.assert_array_equal(found.steps, [1, 2])
    for before in ("module.", "_orig_mod.", "model.", "_orig_mod.module."):
        torch.save({before + name: one for name, one in tensors.items()}, tmp_path / "one.pt")
        np.testing.assert_array_equal(ls.weights.snapshots([tmp_path / "one.pt"], model).params[0], model.params)
    # Without a model, all numbers that were trained, in the file's own order.
    bare = ls.weights.snapshots([tmp_path / "one.pt"])
    assert bare.params.shape[1] == sum(one.numel() for one in tensors.values() if one.is_floating_point())


class Evil:
    def __reduce__(self):
        return print, ("run!",)


def test_what_is_wrong_with_checkpoints_is_told_in_a_line(tmp_path, capsys):
    model, tensors = own_model.ready(), own_model.build().state_dict()
    (tmp_path / "text.pt").write_text("no")
    torch.save({"model": Evil()}, tmp_path / "evil.pt")
    torch.save([1, 2], tmp_path / "list.pt")
    few = {name: one for name, one in tensors.items() if name != "4.bias"}
    torch.save(few | {"4.bais": tensors["4.bias"]}, tmp_path / "few.pt")
    torch.save(tensors | {"4.bias": torch.ones(9)}, tmp_path / "shape.pt")
    (tmp_path / "empty").mkdir()
    for name, said in (
        ("text.pt", "cannot read|holds more than tensors"),
        ("evil.pt", "holds more than tensors, and only these are read"),
        ("list.pt", "holds a list, and no tensors by name"),
        ("few.pt", r"missing: 4.bias; extra: 4.bais \('4.bias' may be called '4.bais' there\)"),
        ("shape.pt", r"of another shape: 4.bias \(9,\), expected \(10,\)"),
        ("none.pt", "there are no files"),
        ("empty", "a folder without safetensors"),
    ):
        with pytest.raises(ls.LandscapeError, match=said) as error:
            ls.weights.snapshots(str(tmp_path / name), model)
        assert "\n" not in str(error.value)
    assert "run!" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("project", "--checkpoints", "ckpt/*.pt"), "--checkpoints need --model"),
        (("project", "--checkpoints", "ckpt/*.pt", "--model", "nowhere.py:build"), "there is no file 'nowhere.py'"),
        (("project", "--checkpoints", "ckpt/*.pt", "--model", "build"), "it must have the form path/to/file.py:name"),
        (("project", "--checkpoints", "ckpt/*.pt", "--model", f"{HERE}:bild"), "there is no 'bild' in"),
        (("project", "--checkpoints", "ckpt/*.pt", "--model", f"{HERE}:build"), "needs data and loss, too"),
        (("project", "--checkpoints", "ckpt/*.pt", "--model", f"{HERE}:fails"), "no such luck"),
        (("project", "--checkpoints", "no/*.pt", *SAID), "there are no files 'no/*.pt'"),
        (("project", "sgd", *SAID, "--checkpoints", "ckpt/*.pt"), "and not both"),
        (("project", "sgd", "--model", f"{HERE}:other", *SAID[2:]), "the module fails on a batch"),
        (("project", "sgd", "--data", "test:100"), "the models of these runs have data of their own"),
        (("project", "sgd", "--steps", "1,2"), "--steps: only for --weights and --checkpoints"),
        (("plot", "weights", "sgd"), "this needs an MLP"),
        (("plot", "gradient-flow", "sgd"), "this needs an MLP"),
        (("plot", "confusion", "sgd"), "its model has data of its own"),
    ],
)
def test_what_does_not_go_together_is_told_in_a_line(words, said, call):
    result = call(*words)
    assert result.exit_code == 2, result.output
    assert said in result.output
    assert "Traceback" not in result.output


def test_another_module_than_was_recorded_is_told(place):
    class Wider(nn.Sequential):
        pass

    wide = Wider(nn.Conv2d(1, 4, 3, stride=2), nn.Flatten(), nn.Linear(4 * 36, 10))
    model = ls.models.torch(wide, own_model.loss, own_model.digits())
    with pytest.raises(ValueError, match=r"the model that was made is not that of the run: it has 1,490 parameters"):
        ls.Run.load(place / "sgd", model).network.on()


def test_a_model_travels_by_its_name_and_survives_a_worker(tmp_path):
    """To worker processes of a real cluster, one of which is killed when a part of the work is done."""
    import os
    import pickle
    import signal

    distributed = pytest.importorskip("distributed")
    model = ls.models.made(FROM["model"], FROM["data"], FROM["loss"])
    plane = ls.planes.random(model, model.params)
    surface = ls.surface(model, plane, resolution=6)
    assert len(pickle.dumps(model)) < 2000
    with pytest.raises(ValueError, match="this model cannot be sent to other processes: let them make it"):
        pickle.dumps(own_model.ready())
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=str(tmp_path)
    )
    killed = []

    def kill(done, total):
        if not killed:
            killed.append(cluster.workers[0].pid)
            os.kill(killed[0], signal.SIGKILL)

    with cluster, distributed.Client(cluster) as client:
        there = ls.surface(model, plane, resolution=6, executor=client.get_executor(), progress=kill)
    assert killed
    np.testing.assert_allclose(there.loss, surface.loss, rtol=1e-6)
