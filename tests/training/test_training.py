"""Training: beside PyTorch, stopped at any moment and resumed, on full disks, and diverging."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import subprocess
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import landscape as ls
from landscape.cli.main import main
from landscape.training import folder as files

GOLDEN = Path(__file__).parents[1] / "golden" / "torch_training.npz"
with np.load(GOLDEN) as _archive:
    BESIDE = dict(_archive)
NAMES = {files.SNAPSHOTS, files.CHECKPOINT, files.HISTORY, files.WEIGHTS, files.SUMMARY}


@pytest.fixture(scope="module")
def part(mnist):
    """640 images of 7 × 7 pixels: a step then costs next to nothing."""

    def smaller(x):
        return x.reshape(-1, 7, 4, 7, 4).mean(axis=(2, 4)).reshape(-1, 49)

    some = mnist.subset(640)
    return replace(some, x_train=smaller(some.x_train), x_test=smaller(some.x_test)[:300], y_test=some.y_test[:300])


@pytest.fixture
def net():
    return ls.MLP((49, 8, 10), "tanh")


def same(one, other):
    """The same bits everywhere."""
    for name in ("params", "snapshots", "steps"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert one.history.keys() == other.history.keys()
    for name, values in one.history.items():
        np.testing.assert_array_equal(values, other.history[name], err_msg=name)


# Beside PyTorch


@pytest.mark.parametrize("key", [key for key in BESIDE if key.startswith("losses")])
def test_losses_of_200_steps_are_those_of_pytorch(mnist, key):
    _, dtype, configuration = key.split("|")
    sizes, activation, init, loss, seed, optimizer, schedule = configuration.split(" ")
    net = ls.MLP([int(size) for size in sizes.split(",")], activation, init, loss, int(seed), dtype)
    train, test = {"x_train": mnist.x_train[:1600], "y_train": mnist.y_train[:1600]}, slice(5)
    data = replace(mnist, **train, x_test=mnist.x_test[test], y_test=mnist.y_test[test])
    run = ls.train(net, data, optimizer, 4, seed=int(seed), schedule=schedule, snapshots=1)
    tolerance = 1e-4 if dtype == "float32" else 1e-9
    np.testing.assert_allclose(run.history["loss"], BESIDE[key], rtol=tolerance)
    logits = BESIDE[key.replace("losses", "logits")]
    np.testing.assert_allclose(net.logits(run.params, data.x_test), logits, atol=20 * tolerance * np.abs(logits).max())


# Settings


def test_no_epoch_measures_the_start(net, part):
    run = ls.train(net, part, "adam", epochs=0)
    assert run.test_accuracy == net.accuracy(net.params, part.x_test, part.y_test)
    assert (run.steps.tolist(), len(run.history["loss"])) == ([0], 0)


def test_full_batch_is_gradient_descent(net, part):
    run = ls.train(net, part, "sgd:lr=0.5", epochs=3, batch_size="full", snapshots=3)
    params = net.params.copy()
    for k in range(3):
        loss, gradient = net.loss_and_gradient(params, part.x_train, part.y_train)
        assert run.history["loss"][k] == pytest.approx(loss, rel=1e-6)
        params -= 0.5 * gradient
        np.testing.assert_allclose(run.snapshots[k + 1], params, rtol=1e-5, atol=1e-6)


def test_what_is_due_happens_at_its_steps(net, part):
    run = ls.train(net, part, "adam", 2, 64, spacing="log", snapshots=5, measure=8, sharpness=[0, 3, 99])
    assert run.steps.tolist() == [0, 1, 2, 4, 9, 20]
    assert run.history["measured_step"].tolist() == [0, 8, 16, 20]
    assert run.history["sharpness_step"].tolist() == [0, 3]
    k = run.steps.tolist().index(20)
    np.testing.assert_array_equal(run.snapshots[k], run.params)
    values, _, residuals = ls.curvature.top(net, net.params, part.x_train, part.y_train, k=1)
    assert run.history["sharpness"][0] == pytest.approx(values[0], rel=1e-3)
    assert residuals[0] < 0.02 * values[0]


def test_a_schedule_reaches_the_optimizer(net, part):
    run = ls.train(net, part, "sgd:lr=0.1", 1, 64, schedule="cosine", snapshots=10)
    moved = np.linalg.norm(np.diff(run.snapshots, axis=0), axis=1) / run.history["gradient_norm"]
    expected = [0.1 * ls.schedules.Cosine()(k, 10) for k in range(10)]
    np.testing.assert_allclose(moved, expected, rtol=1e-4)


def test_progress_tells_the_truth(net, part):
    seen = []
    run = ls.train(net, part, "adam", 3, 64, progress=seen.append)
    last = seen[-1]
    assert (last.step, last.steps, last.epoch, last.epochs, last.measured) == (30, 30, 3, 3, True)
    assert last.test_accuracy == run.test_accuracy
    assert last.loss == run.history["loss"][-1]
    assert [status.step for status in seen if status.measured] == [0, 10, 20, 30]


def test_progress_says_when_an_accuracy_was_measured(net, part, tmp_path, monkeypatch):
    monkeypatch.setattr("landscape.training.session._REPORT_EVERY", 0.0)
    seen = []
    run = ls.train(net, part, "adam", 3, 64, progress=seen.append)
    accuracies = dict(zip(run.history["measured_step"].tolist(), run.history["test_accuracy"].tolist(), strict=True))
    assert len(seen) == 31
    for status in seen:
        assert status.measured_step == status.step // 10 * 10  # after each epoch of ten steps
        assert status.test_accuracy == accuracies[status.measured_step]
        assert status.measured == (status.step == status.measured_step)
    with pytest.raises(KeyboardInterrupt):
        ls.train(net, part, "adam", 3, 64, out=tmp_path, progress=stopping(13))
    seen.clear()
    ls.train(net, part, "adam", 3, 64, out=tmp_path, resume=True, progress=seen.append)
    # Going on measures nothing anew.
    assert (seen[0].measured, seen[0].measured_step) == (False, 10)
    assert seen[0].step > 10


def test_full_batch_descent_climbs_to_the_edge_of_stability(part):
    # Cohen et al. 2021: the sharpness rises to 2/lr and hovers there.
    net = ls.MLP((49, 16, 10), "tanh", "glorot", "mse")
    run = ls.train(net, part, "sgd:lr=1", 2750, "full", snapshots=1, sharpness=250)
    sharpness = run.history["sharpness"]
    assert sharpness[1] < 1.5
    np.testing.assert_allclose(sharpness[-4:], 2 / 1, rtol=0.1)


# Stopped and resumed


def stopping(at):
    """A progress function that presses Ctrl-C once training has come to step `at`."""

    def progress(status):
        if status.step >= at:
            signal.raise_signal(signal.SIGINT)

    return progress


@pytest.mark.parametrize(
    ("optimizer", "settings"),
    [
        ("adam", {"schedule": "cosine", "spacing": "log", "measure": 7}),
        ("momentum:lr=0.05", {"batch_size": "full", "epochs": 60, "sharpness": 10}),
        ("nadam:clip=1", {"dtype": "float64"}),
        ("prodigy", {}),
        ("schedule_free_adamw", {"schedule": "warmup:length=20"}),
        ("shampoo:every=4", {}),
        ("soap", {}),
        ("sophia", {}),
        ("adam:clip=1,sam=0.05", {}),
    ],
)
def test_a_run_that_was_stopped_ends_like_one_that_was_not(part, tmp_path, optimizer, settings, monkeypatch):
    settings = {"epochs": 3, "snapshots": 9, "measure": 5, **settings}
    net = ls.MLP((49, 8, 10), "tanh", dtype=settings.pop("dtype", "float32"))
    whole = ls.train(net, part, optimizer, **settings)
    monkeypatch.setattr("landscape.training.session._REPORT_EVERY", 0.0)
    for at in (1, 13, 14, 27):
        with pytest.raises(KeyboardInterrupt, match="stopped at step"):
            ls.train(net, part, optimizer, out=tmp_path / "run", resume=True, progress=stopping(at), **settings)
        stopped = ls.Run.load(tmp_path / "run")
        assert not stopped.finished
        assert len(stopped.history["loss"]) >= at
        # What it says of itself is measured where it stopped, whenever the plan's next measurement was.
        assert stopped.history["measured_step"][-1] == len(stopped.history["loss"])
        assert stopped.test_accuracy == net.accuracy(stopped.params, part.x_test, part.y_test)
        assert ls.Run.summary(tmp_path / "run")["test_accuracy"] == stopped.test_accuracy
        # And its path ends there.
        assert stopped.steps[-1] == len(stopped.history["loss"])
        np.testing.assert_array_equal(stopped.snapshots[-1], stopped.params)
    same(ls.train(net, part, optimizer, out=tmp_path / "run", resume=True, **settings), whole)
    loaded = ls.Run.load(tmp_path / "run")
    same(loaded, whole)
    same(ls.train(net, part, optimizer, out=tmp_path / "run", resume=True, **settings), loaded)  # nothing left to do


def train_and_save_all_the_time(target, net, part, progress=None, every=1e-3):
    ls.train(net, part, "adam", 60, snapshots=30, out=target, resume=True, checkpoint_every=every, progress=progress)


def test_killed_at_twenty_random_moments(net, part, tmp_path, monkeypatch):
    """From outside, at steps drawn at random, and wherever within them the process is by then."""
    monkeypatch.setattr("landscape.training.session._REPORT_EVERY", 0.0)
    # Waiting for the disk is what takes time; a killed process leaves what it wrote without that.
    monkeypatch.setattr(os, "fsync", lambda file: None)
    whole = ls.train(net, part, "adam", 60, snapshots=30)
    context, rng, target, reached = multiprocessing.get_context("fork"), np.random.default_rng(0), tmp_path / "run", 0
    for _ in range(20):
        receiver, sender = context.Pipe(duplex=False)
        ahead = context.Semaphore(4)  # steps that it may be further than is known here

        def tell(status, sender=sender, ahead=ahead):
            ahead.acquire()
            sender.send(status.step)

        process = context.Process(target=train_and_save_all_the_time, args=(target, net, part, tell, 1e-9))
        process.start()
        sender.close()
        moment = reached + rng.integers(1, 16)
        while receiver.recv() < moment:
            ahead.release()
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        stopped = ls.Run.load(target)
        reached = len(stopped.history["loss"])
        # A step is told before it is saved.
        assert moment - 1 <= reached <= moment + 4
        assert len(stopped.snapshots) == len(stopped.steps)
        assert np.isfinite(stopped.params).all()
    same(ls.train(net, part, "adam", 60, snapshots=30, out=target, resume=True), whole)
    assert {path.name for path in target.iterdir()} == NAMES  # nothing is left of what was being written


def test_other_settings_are_refused_with_both_values(net, part, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        ls.train(net, part, "adam", 3, out=tmp_path, progress=stopping(0))
    for changed, said in [
        ({"epochs": 4}, "epochs = 4, but the run began with 3"),
        (
            {"batch_size": 16, "seed": 3},
            "batch_size = 16, but the run began with 32; seed = 3, but the run began with 0",
        ),
        ({"optimizer": "adam:lr=0.01"}, "lr=0.01"),
        ({"schedule": "cosine"}, "but the run began with constant"),
        ({"net": ls.MLP((49, 8, 10), "relu")}, "activation = relu, but the run began with tanh"),
        ({"data": part.subset(600)}, "images = 600, but the run began with 640"),
        ({"data": replace(part, y_train=part.y_train[::-1].copy())}, "pixels"),
    ]:
        given = {"net": net, "data": part, "optimizer": "adam", "epochs": 3, **changed}
        with pytest.raises(ValueError, match="cannot resume") as error:
            ls.train(**given, out=tmp_path, resume=True)
        assert said in str(error.value)
    with pytest.raises(ValueError, match="without out"):
        ls.train(net, part, "adam", resume=True)


# Disks


def test_a_full_disk_ends_in_one_line_and_loses_nothing(net, part, tmp_path):
    """A limit on the size of files stands in for the disk's; snapshots reach it after a while."""
    whole = ls.train(net, part, "adam", 60, snapshots=30)

    def limited(sender):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, resource.RLIM_INFINITY))
        try:
            train_and_save_all_the_time(tmp_path, net, part)
        except ls.RunError as error:
            sender.send(str(error))

    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=limited, args=(sender,))
    process.start()
    said = receiver.recv()
    process.join()
    assert "cannot write" in said
    assert "File too large" in said
    assert "the last checkpoint is intact" in said
    assert "\n" not in said
    assert 0 < len(ls.Run.load(tmp_path).history["loss"]) < 1200
    same(ls.train(net, part, "adam", 60, snapshots=30, out=tmp_path, resume=True), whole)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount file systems")
def test_a_small_tmpfs_and_a_read_only_one(net, part, tmp_path):
    def mount(*options):
        if subprocess.run(["mount", "-t", "tmpfs", *options, "tmpfs", tmp_path], capture_output=True).returncode:
            pytest.skip("mounting is not allowed here")

    mount("-o", "size=60k")
    try:
        with pytest.raises(ls.RunError, match="No space left on device"):
            train_and_save_all_the_time(tmp_path / "run", net, part)
        assert not ls.Run.load(tmp_path / "run").finished
        assert {path.name for path in (tmp_path / "run").iterdir()} <= NAMES
        subprocess.run(["mount", "-o", "remount,size=10m", tmp_path], check=True)
        run = ls.train(net, part, "adam", 60, snapshots=30, out=tmp_path / "run", resume=True)
        same(run, ls.train(net, part, "adam", 60, snapshots=30))
        subprocess.run(["mount", "-o", "remount,ro", tmp_path], check=True)
        with pytest.raises(ls.RunError, match="Read-only file system"):
            ls.train(net, part, "adam", out=tmp_path / "other")
        same(ls.Run.load(tmp_path / "run"), run)
    finally:
        subprocess.run(["umount", tmp_path], check=True)


# Divergence


def test_sgd_with_a_rate_of_10_diverges(mnist, tmp_path):
    run = ls.train(ls.MLP((784, 128, 10)), mnist.subset(2000), "sgd:lr=10", out=tmp_path / "run")
    assert run.diverged
    assert run.diverged_at == len(run.history["loss"]) < 10
    assert np.isnan(run.test_accuracy)
    loaded = ls.Run.load(tmp_path / "run")
    same(loaded, run)
    assert (loaded.diverged_at, loaded.finished) == (run.diverged_at, True)


def test_the_limit_is_no_less_for_a_network_that_begins_well():
    assert ls.losses.get("cross_entropy").uniform(10) == pytest.approx(np.log(10))
    assert ls.losses.get("mse").uniform(10) == pytest.approx(0.1)


def test_divergence_ends_in_words_and_success(mnist, tmp_path):
    words = ["train", "-o", "sgd:lr=10", "--images", "2000", "--out", str(tmp_path / "runs")]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    step = ls.Run.load(tmp_path / "runs/sgd-lr10.0").diverged_at
    assert f"diverged at step {step}" in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("activation", "rate", "sharpness"),
    # The first step leads to inf, in the weights themselves or in all that is computed from them; saturated units have
    # no curvature at all.
    [("relu", "1e39", np.nan), ("identity", "1e20", np.nan), ("tanh", "1e20", 0.0)],
)
def test_what_overflows_is_measured_but_no_snapshot(part, capfd, activation, rate, sharpness):
    run = ls.train(ls.MLP((49, 8, 10), activation), part, f"sgd:lr={rate}", sharpness=1, measure=1)
    assert run.diverged_at == 1
    assert np.isfinite(run.snapshots).all()
    assert len(run.snapshots) == len(run.steps) == (1 if rate == "1e39" else 2)
    np.testing.assert_equal(run.history["sharpness"][1], sharpness)
    assert np.isnan(run.test_accuracy)
    assert capfd.readouterr() == ("", "")  # LAPACK would print


# Optimizers in training


class Asked:
    """What a probe answers, in new arrays each time."""

    def __init__(self, net, x, y):
        self.net, self.x, self.y = net, x, y

    def gradient(self, params):
        return self.net.loss_and_gradient(params, self.x, self.y)[1]

    def hvp(self, params, v):
        return self.net.hvp(params, v, self.x, self.y)


@pytest.mark.parametrize("optimizer", [*ls.optimizers.names(), "adam:clip=0.1", "momentum:sam=0.1", "sophia:sam=0.1"])
def test_every_optimizer_trains_as_it_walks(net, part, optimizer):
    walker = ls.optimizers.parse(optimizer)
    schedule = ls.schedules.Cosine(0.1) if ls.optimizers.follows_schedules(walker) else ls.schedules.Constant()
    run = ls.train(net, part, optimizer, 1, 64, seed=5, schedule=schedule, snapshots=1)
    params, state = net.params.copy(), walker.init(net.params, net.blocks)
    for k, batch in enumerate(np.random.default_rng(5).permutation(640).reshape(10, 64)):
        asked, rate = Asked(net, part.x_train[batch], part.y_train[batch]), schedule(k, 10)
        step, state = walker.update(asked.gradient(params), state, params, lr=walker.lr * rate, probe=asked)
        params += step
    np.testing.assert_array_equal(run.params, params)


def test_training_repeats_itself_and_seeds_differ(net, part):
    one, again, other = (ls.train(net, part, "adam:lr=0.01", 4, seed=seed) for seed in (3, 3, 4))
    same(again, one)
    assert not np.array_equal(other.params, one.params)
    assert one.history["loss"][-1] < 0.5 * one.history["loss"][0]
    np.testing.assert_array_equal(one.snapshots[0], net.params)
    np.testing.assert_array_equal(one.snapshots[-1], one.params)
    assert net.accuracy(one.params, part.x_test, part.y_test) == one.test_accuracy


@pytest.mark.parametrize("spacing", ["linear", "log"])
@pytest.mark.parametrize("count", [1, 2, 3, 7, 20, 999])
def test_snapshots_begin_at_the_start_and_end_at_the_end(net, part, spacing, count):
    run = ls.train(net, part, "sgd", 1, snapshots=count, spacing=spacing)
    assert (run.steps[0], run.steps[-1]) == (0, 20)
    assert (np.diff(run.steps) > 0).all()
    assert len(run.steps) <= min(count, 20) + 1
    np.testing.assert_array_equal(run.snapshots[-1], run.params)


def test_numbers_of_any_kind_are_taken_and_words_are_not(net, part):
    run = ls.train(net, part, "adam", 1.0, np.int64(64), snapshots=2.0, measure=np.array([3, 5]), sharpness=np.int32(8))
    assert run.history["measured_step"].tolist() == [0, 3, 5, 10]
    assert run.history["sharpness_step"].tolist() == [0, 8]
    for settings, said in [
        ({"measure": "epochs"}, "measure = 'epochs' is not allowed: it must be 'epoch', a whole number"),
        ({"sharpness": "epoch"}, "sharpness = 'epoch'"),
        ({"batch_size": "all"}, "batch_size = 'all' is not allowed: it must be a whole number or 'full'"),
        ({"epochs": 1.5}, "epochs = 1.5"),
        ({"measure": [3, -1]}, "measure = -1"),
    ]:
        with pytest.raises(ValueError, match="is not allowed") as error:
            ls.train(net, part, "adam", **settings)
        assert said in str(error.value)


def test_a_schedule_that_would_do_nothing_is_refused(net, part):
    with pytest.raises(ValueError, match=r"rprop:lr=0\.01 takes no schedule"):
        ls.train(net, part, "rprop", schedule="cosine")


def test_two_trainings_at_once_leave_blas_as_it_was(net, part):
    """The first to begin is the first to end: what it found is not what the second found."""
    from threadpoolctl import threadpool_info

    def threads():
        return max(pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas")

    before, (first, second) = threads(), (threading.Event(), threading.Event())

    def begin(begun, go_on):
        def progress(status):
            begun.set()
            go_on.wait()

        ls.train(net, part, "sgd", progress=progress)

    ended = threading.Event()
    one = threading.Thread(target=lambda: begin(first, second))
    other = threading.Thread(target=lambda: begin(second, ended))
    one.start()
    first.wait()
    other.start()
    one.join()
    during = threads()
    ended.set()
    other.join()
    assert (during, threads()) == (1, before)
