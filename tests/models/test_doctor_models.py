"""What the doctor says of PyTorch modules: of sound pictures nothing, of each fault its name first."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import landscape as ls

torch = pytest.importorskip("torch", reason="make test-models installs PyTorch")

import own_model  # noqa: E402
from commands import command  # noqa: E402
from torch import nn  # noqa: E402
from torch_nets import trained  # noqa: E402

HERE = Path(own_model.__file__)
FROM = {"model": f"{HERE}:build", "data": f"{HERE}:digits", "loss": f"{HERE}:loss"}


class Dropping(nn.Module):
    """Dropout that no evaluation mode turns off."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return nn.functional.dropout(self.inner(x), 0.3, training=True)


def recorded(folder, rate, seed=0, **more):
    """A user's own loop, of so many steps that the path has some snapshots."""
    torch.manual_seed(seed)
    x, y = own_model.digits()
    net = own_model.build()
    optimizer = torch.optim.Adam(net.parameters(), rate)
    with ls.record(net, folder, optimizer=optimizer, snapshots=20, seed=seed, **more) as rec:
        for _ in range(40):
            optimizer.zero_grad()
            loss = own_model.loss(net(x), y)
            loss.backward()
            optimizer.step()
            rec.step(loss)
    return net


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    found = tmp_path_factory.mktemp("doctor")
    recorded(found / "slow", 0.003, **FROM)
    recorded(found / "fast", 0.01, **FROM)
    return found


@pytest.fixture(scope="module")
def runs(place):
    return [ls.Run.load(place / name) for name in ("slow", "fast")]


@pytest.fixture(scope="module")
def digits():
    return own_model.digits()


@pytest.fixture(scope="module")
def net(digits):
    return trained("cnn", *digits)


def first(found):
    return next((one.name for one in found), "")


def test_recorded_runs_on_their_plane_are_sound(runs, place, monkeypatch):
    model = runs[0].network.on()
    surface, _ = ls.projected(runs, resolution=11)
    assert not surface.diagnose(runs, model), str(surface.diagnose(runs, model))
    surface.save(place / "s.npz")
    monkeypatch.chdir(place)
    # The runs say how their model is made.
    said = command("doctor", "s.npz", "slow", "fast")
    assert said.exit_code == 0, said.output
    assert said.stdout.startswith("All is well.")
    assert "called 5 times with the same parameters" in said.stdout
    # With the running statistics of a module that nobody trained it is another loss.
    assert "1. other-loss" in command("doctor", "s.npz", "--model", f"{HERE}:ready").stdout


@pytest.mark.parametrize("buffers", ["frozen", "recomputed"])
def test_a_random_plane_with_a_tolerance_is_sound(net, digits, buffers):
    model = ls.models.torch(net, nn.CrossEntropyLoss(), digits, buffers=buffers)
    surface = ls.surface(model, ls.planes.random(model, model.params), resolution=21, tol=0.02)
    assert not surface.diagnose(model=model), str(surface.diagnose(model=model))


def test_dropout_that_stays_on_is_random(net, digits):
    steady = ls.models.torch(net, nn.CrossEntropyLoss(), digits)
    surface = ls.surface(steady, ls.planes.random(steady, steady.params), resolution=9)
    noisy = ls.models.torch(Dropping(net), nn.CrossEntropyLoss(), digits)
    found = surface.diagnose(model=noisy)
    assert first(found) == "random-loss"
    assert first(ls.diagnose(model=noisy)) == "random-loss"


def test_normalisation_by_each_batch_is_named(net, digits, tmp_path):
    model = ls.models.torch(net, nn.CrossEntropyLoss(), digits, buffers="train", batch_size=20)
    surface = ls.surface(model, ls.planes.random(model, model.params), resolution=9)
    found = surface.diagnose(model=model)
    assert first(found) == "batch-norm-in-train-mode"
    assert "2 layers of the model" in found[0].words
    assert "each of 3 batches" in found[0].words
    recorded(tmp_path / "r", 0.01, **FROM, options={"buffers": "train"})
    found = ls.diagnose(ls.Run.load(tmp_path / "r"))
    assert first(found) == "batch-norm-in-train-mode"
    assert found[0].value == 1
    # Without a layer of that kind it makes no difference.
    plain = ls.models.torch(nn.Sequential(nn.Flatten(), nn.Linear(196, 10)), own_model.loss, digits, buffers="train")
    assert not ls.diagnose(model=plain)


def test_a_penalty_that_makes_most_of_the_relief_is_named(net, digits):
    shares = []
    for decay in (0.001, 10.0):
        model = ls.models.torch(net, nn.CrossEntropyLoss(), digits, weight_decay=decay)
        surface = ls.surface(model, ls.planes.random(model, model.params), resolution=9)
        found = surface.diagnose(model=model)
        assert (first(found) == "penalty-swamps") == (decay > 1), str(found)
        shares += [one.value for one in found.readings if one.name == "penalty-swamps"]
    # As computed from the loss with and without it.
    bare = ls.models.torch(net, nn.CrossEntropyLoss(), digits)
    without = ls.surface(bare, surface.plane, resolution=9).loss
    own = float((surface.loss - without).max() - (surface.loss - without).min())
    assert shares[1] == pytest.approx(own / (own + float(without.max() - without.min())), rel=1e-3)
    assert shares[0] < 0.5


def test_one_seed_twice_is_one_run(runs, tmp_path):
    recorded(tmp_path / "again", 0.003)
    found = ls.diagnose([runs[0], ls.Run.load(tmp_path / "again")])
    assert [one.name for one in found] == ["same-run-twice"]
    assert "torch.manual_seed(1)" in found[0].call


def test_a_loss_that_did_not_fall_as_the_runs_record_did(runs, place, monkeypatch):
    """The statistics of a module that nobody trained, and a loss that is another one; a test set is neither."""
    model = ls.models.torch(own_model.build(), own_model.loss, own_model.digits())
    surface, _ = ls.projected(runs[1], model=model, resolution=9)
    found = surface.diagnose(runs[1], model)
    assert first(found) == "batch-norm-untrained", str(found)
    assert first(ls.diagnose(runs[1], model=model)) == "batch-norm-untrained"
    wrong = ls.models.torch(
        own_model.build(),
        lambda outputs, targets: 1 + 0.01 * outputs.square().mean(),
        own_model.digits(),
        buffers="recomputed",
    )
    assert first(ls.diagnose(runs[1], model=wrong)) == "unlike-record"
    others = ls.datasets.load()
    x = torch.from_numpy(others.x_test[:60].reshape(-1, 1, 28, 28)[:, :, ::2, ::2].copy())
    own = ls.models.torch(
        own_model.build(), own_model.loss, (x, torch.from_numpy(others.y_test[:60])), buffers="recomputed"
    )
    assert "unlike-record" not in [one.name for one in ls.diagnose(runs[1], model=own)]
    # On the command line it is said when the model is given.
    monkeypatch.chdir(place)
    shutil.copytree("fast", "given", dirs_exist_ok=True)
    words = ("--model", f"{HERE}:build", "--data", f"{HERE}:digits", "--loss", f"{HERE}:loss")
    for more, warned in ((("--buffers", "frozen"), True), ((), False)):
        said = command("project", "given", *words, *more, "--resolution", "6", "--format", "png", "--out", "o/x")
        assert said.exit_code == 0, said.output
        assert ("Warning: 1 layer is normalised by running statistics" in said.output) == warned


def test_a_model_of_another_network_is_a_finding(runs, digits):
    surface, _ = ls.projected(runs[0], resolution=6)
    found = surface.diagnose((), ls.models.torch(own_model.other(), nn.MSELoss(), (torch.ones(4, 3), torch.ones(4, 2))))
    assert first(found) == "other-loss"
    assert "the model has others" in found[0].words
