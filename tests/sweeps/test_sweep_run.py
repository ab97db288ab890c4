"""Sweeps give the same table on threads, processes and a cluster, and lose nothing that is finished."""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor

import killing
import numpy as np
import pytest

import landscape as ls
from landscape.core.errors import RunError
from landscape.core.values import same
from landscape.sweeps import Spec, running, storing, working

# A rate at which all is well, and one at which nothing is; a schedule that Rprop does not take.
SPEC = {"optimizers": ["sgd", "rprop"], "lrs": [0.1, 1e4], "schedules": ["constant", "cosine"], "widths": 8}
SPEC |= {"depths": [0, 2], "images": 128, "ground": True}


@pytest.fixture(scope="module")
def few(mnist):
    """128 training and 50 test images, in memory alone."""
    part = mnist.subset(128)
    return ls.datasets.Dataset("few", part.x_train, part.y_train, mnist.x_test[:50], mnist.y_test[:50])


@pytest.fixture(scope="module")
def threads():
    with ThreadPoolExecutor(2) as pool:
        yield pool


@pytest.fixture(scope="module")
def table(few, threads):
    return ls.sweeps.run(Spec(**SPEC), executor=threads, data=few)


def numbers(table):
    return {name: column for name, column in table.columns.items() if name != "seconds"}


def test_each_cell_is_what_training_alone_gives(table, few):
    assert len(table) == 16
    assert (table.counts["failed"], table.counts["diverged"] > 0) == (4, True)
    row = next(table.select(optimizer="sgd", lr=0.1, depth=2, schedule="cosine").rows())
    net = ls.MLP((784, 8, 8, 10))
    run = ls.train(net, few, "sgd:lr=0.1", schedule="cosine", sharpness=[0, 4], engine=row["engine"])
    assert row["test_accuracy"] == run.test_accuracy
    assert row["test_loss"] == run.history["test_loss"][-1]
    assert row["loss"] == run.history["loss"][-1]  # a tenth of four batches is one
    # By few steps of Lanczos there, which come near the largest eigenvalue.
    assert (row["start_sharpness"], row["end_sharpness"]) == pytest.approx(tuple(run.history["sharpness"]), rel=0.01)
    assert 0 < row["start_negative"] < 0.6
    assert 0 < row["end_level"] < 1
    assert row["end_saturated"] == pytest.approx(run.history["saturated"][-1].mean())
    _, gradient = net.loss_and_gradient(net.params, few.x_train, few.y_train)
    assert row["start_gradient_norm"] == pytest.approx(np.linalg.norm(gradient))
    lost = next(table.select(status="diverged").rows())
    assert lost["reason"].startswith("diverged at step ")
    assert not {"loss", "test_accuracy", "steps_to"} & lost.keys()
    failed = table.select(status="failed")
    assert set(failed["optimizer"]) == {"rprop"}
    assert "takes no schedule" in failed["reason"][0]


@pytest.mark.parametrize("where", ["processes", "dask"])
def test_the_same_bits_on_processes_and_on_a_cluster(where, table, few, request):
    if where == "processes":
        found = ls.sweeps.run(Spec(**SPEC), jobs=2, data=few)
    else:
        distributed = pytest.importorskip("distributed")
        with distributed.Client(request.getfixturevalue("dask_cluster")) as client:
            found = ls.sweeps.run(Spec(**SPEC), executor=client.get_executor(), data=few)
    assert same(numbers(found), numbers(table))


def children():
    """Processes of a sweep, and not those of the cluster."""
    return [one for one in multiprocessing.active_children() if "Dask" not in one.name]


DEADLY = """
import multiprocessing, os
from landscape.networks.activations import ReLU

class Deadly(ReLU):
    def function(self, z, out):
        if {} and z.shape[-1] == 8:
            {}
        super().function(z, out)
"""


def test_a_killed_process_costs_its_cell_alone(few, tmp_path):
    """One activation kills each process that it is used in; and once another process is killed from outside."""
    (tmp_path / "deadly.py").write_text(DEADLY.format("multiprocessing.parent_process()", "os.kill(os.getpid(), 9)"))
    spec = Spec("sgd", [0.01, 0.1, 1.0], activations=["relu", f"{tmp_path / 'deadly.py'}:Deadly"], images=128, widths=8)
    killed = []

    def kill(done, total):
        if not killed and (there := children()):
            killed.append(there[0].pid)
            os.kill(killed[0], signal.SIGKILL)

    found = ls.sweeps.run(spec, jobs=2, data=few, progress=kill)
    assert killed, found["reason"]
    assert set(found["reason"][found["status"] == "failed"]) == {
        "its process was killed, twice; perhaps memory ran out"
    }
    assert found.select(status="failed")["activation"].tolist() == ["deadly"] * 3
    assert found.select(status="done")["activation"].tolist() == ["relu"] * 3


def test_a_killed_worker_of_a_cluster_costs_its_cell_alone(few, tmp_path, dask_cluster):
    distributed = pytest.importorskip("distributed")
    (tmp_path / "lethal.py").write_text(DEADLY.format(f"os.getpid() != {os.getpid()}", "os._exit(1)"))
    spec = Spec("sgd", 0.1, activations=["relu", f"{tmp_path / 'lethal.py'}:Deadly"], images=128, widths=8)
    with distributed.Client(dask_cluster) as client:
        found = ls.sweeps.run(spec, executor=client.get_executor(), data=few)
    assert found["reason"].tolist() == ["", working.KILLED]


class Counted:
    """Cells that were computed."""

    def __init__(self, monkeypatch):
        self.keys = []
        monkeypatch.setattr("landscape.sweeps.working.run_cell", self)
        self.run = ls.sweeps.cell.run_cell

    def __call__(self, cell, common):
        self.keys.append(cell.key)
        return self.run(cell, common)


def test_killed_in_the_middle_of_a_line_it_repeats_no_finished_cell(table, few, threads, tmp_path, monkeypatch):
    out, written, write = tmp_path / "s.csv", [], os.write
    child = os.fork()
    if not child:

        def torn(handle, line):
            if line.count(b",") > 20:
                written.append(line)
                if len(written) == 6:
                    write(handle, line[: len(line) // 2])
                    killing.killed()
            return write(handle, line)

        monkeypatch.setattr(os, "write", torn)
        with ThreadPoolExecutor(1) as one:
            ls.sweeps.run(Spec(**SPEC), out, one, data=few)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert len(ls.sweeps.Table.load(out)) == 5
    counted = Counted(monkeypatch)
    found = ls.sweeps.run(Spec(**SPEC), out, threads, data=few)
    assert len(counted.keys) == len(table) - 5
    assert same(numbers(found), numbers(table))
    assert ls.sweeps.run(Spec(**SPEC), out, threads, data=few) == found == ls.sweeps.Table.load(out)
    assert len(counted.keys) == len(table) - 5


def test_a_sweep_grows_by_further_values_and_is_not_taken_for_another(few, threads, tmp_path, monkeypatch):
    out = tmp_path / "s.csv"
    small = Spec("sgd", [0.1, 1.0], images=64, widths=8)
    ls.sweeps.run(small, out, threads, data=few)
    counted = Counted(monkeypatch)
    more = Spec(["sgd", "adam"], [0.01, 0.1, 1.0], images=64, widths=8)
    found = ls.sweeps.run(more, out, threads, data=few)
    assert len(counted.keys) == 4
    assert same(numbers(found), numbers(ls.sweeps.run(more, executor=threads, data=few)))
    for other, said in ((small, "lrs ="), (Spec("sgd", [0.1, 1.0], images=64, widths=8, epochs=2), "epochs = 2")):
        with pytest.raises(ValueError, match=f"'.*s.csv' is the table of another sweep: .*{said}"):
            ls.sweeps.run(other, out, threads, data=few)
    assert len(ls.sweeps.run(small, out, threads, data=few, overwrite=True)) == 2
    (tmp_path / "mine.csv").write_text("a,b\n1,2\n")
    with pytest.raises(RunError, match="it is a file, not a table of a sweep"):
        ls.sweeps.run(small, tmp_path / "mine.csv", threads, data=few)


def test_a_sweep_grows_by_parts_of_one_s_own_but_not_by_others_of_their_name(few, threads, tmp_path, monkeypatch):
    out, file = tmp_path / "s.csv", tmp_path / "grown.py"
    file.write_text("from landscape.optimizers import SGD\n\nclass Grown(SGD):\n    pass\n")
    ls.sweeps.run(Spec("sgd", 0.1, images=64, widths=8), out, threads, data=few)
    counted, both = Counted(monkeypatch), Spec(["sgd", f"{file}:Grown"], 0.1, images=64, widths=8)
    found = ls.sweeps.run(both, out, threads, data=few)
    assert len(counted.keys) == 1
    assert (found["optimizer"].tolist(), found.settings["data"]) == (["sgd", "grown"], "few")
    assert found["loss"][0] == pytest.approx(found["loss"][1])  # of a class of one's own NumPy takes the steps
    file.write_text("from landscape.optimizers import SGD\n\nclass Grown(SGD):\n    lr: float = 3\n")
    with pytest.raises(ValueError, match="is the table of another sweep: sources = "):
        ls.sweeps.run(Spec(["sgd", f"{file}:Grown"], 0.1, images=64, widths=8), out, threads, data=few)


def test_failed_cells_are_computed_again_when_that_is_wanted(few, threads, tmp_path, monkeypatch):
    spec = Spec("sgd", [0.1, 1.0], images=64, widths=8)
    with monkeypatch.context() as patch:
        patch.setattr("landscape.sweeps.cell.train", lambda *_, **__: 1 / 0)
        broken = ls.sweeps.run(spec, tmp_path / "s.csv", threads, data=few)
    assert set(broken["reason"]) == {"ZeroDivisionError: division by zero"}
    assert ls.sweeps.run(spec, tmp_path / "s.csv", threads, data=few) == broken
    assert ls.sweeps.run(spec, tmp_path / "s.csv", threads, data=few, retry=True).counts["done"] == 2


def test_ctrl_c_says_how_many_cells_are_kept(few, threads, tmp_path):
    def stop(done, total):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match=r"3 of 16 cells are kept in '.*s\.csv'"):
        ls.sweeps.run(Spec(**SPEC), tmp_path / "s.csv", threads, data=few, progress=stop)
    assert len(ls.sweeps.Table.load(tmp_path / "s.csv")) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["s.csv"]


def test_a_full_disk_is_one_line_and_leaves_whole_rows(few, threads, tmp_path, monkeypatch):
    append = storing.Writer.append

    def full():
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        patch.setattr(storing.os, "write", killing.failing_at(10, full)(os.write))
        patch.setattr(storing.Writer, "append", append)
        with pytest.raises(RunError, match=r"cannot write '.*s.csv': No space left on device"):
            ls.sweeps.run(Spec(**SPEC), tmp_path / "s.csv", threads, data=few)
    assert 0 < len(ls.sweeps.Table.load(tmp_path / "s.csv")) < 16


def test_no_process_is_begun_for_what_is_there_and_none_is_left(few, tmp_path):
    spec = Spec("sgd", 0.1, images=64, widths=8)
    found = ls.sweeps.run(spec, tmp_path / "s.csv", jobs=1, data=few)
    assert not children()
    assert found.counts["done"] == 1


def test_data_are_mapped_once_and_gone_at_the_end(few):
    with running.shared(few, 100, processes=True) as handle:
        assert os.path.getsize(handle.file) >= 100 * 784 * 4
        ls.sweeps.sharing._here.clear()
        there = ls.sweeps.sharing.attached(handle)
        assert not there.x_train.flags.owndata
        np.testing.assert_array_equal(there.x_train, few.subset(100).x_train)
        ls.sweeps.sharing._here[handle.file] = there
    assert not os.path.exists(handle.file)
    # On another machine they come from their source; arrays have none.
    with pytest.raises(ls.DataError, match="save them as a file for all"):
        ls.sweeps.sharing.attached(handle)


def test_walks_on_a_terrain_arrive_as_they_do_alone(threads):
    spec = Spec(["sgd", "adam"], [0.01, 0.1], terrain="booth", steps=300, target=1e-3, seeds=[0, 1], ground=True)
    found = ls.sweeps.run(spec, executor=threads)
    for one, sweep in zip(ls.sweep("booth", ["sgd", "adam"], 1e-3, [0.01, 0.1], 300), found.sweeps(), strict=True):
        np.testing.assert_allclose(sweep.score, one.score, atol=1)
        assert sweep.band == one.band
    first, moved = found.select(optimizer="sgd", lr=0.1).rows()
    walk = ls.descend("booth", "sgd:lr=0.1", steps=300)
    assert first["loss"] == walk.loss[-1]
    assert first["steps_to"] == walk.settled_at(1e-3)
    assert moved["key"] != first["key"]
    # Booth's Hessian is ((10, 8), (8, 10)).
    assert first["start_sharpness"] == pytest.approx(18)
    assert first["start_gradient_norm"] == pytest.approx(np.linalg.norm(walk.gradient[0]))


def test_processes_that_cannot_be_begun_are_one_line(few, monkeypatch):
    monkeypatch.setattr("landscape.core.workers.start_and_say", os._exit)
    with pytest.raises(ls.LandscapeError, match="a script needs `if __name__ == '__main__':`"):
        ls.sweeps.run(Spec("sgd", 0.1, images=64, widths=8), jobs=1, data=few)
