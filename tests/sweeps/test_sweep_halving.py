"""Successive halving: what goes on, and what is cut, by a closed form."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import landscape as ls
from landscape.core.values import same
from landscape.sweeps import Spec

# On a round bowl SGD's error shrinks by |1 − lr| a step, so of each rung the rates nearest to 1 are the best.
LRS = [0.02, 0.03, 0.05, 0.07, 0.1, 0.13, 0.2, 1.7, 1.8, 2.5, 1e200]
BOWL = {"terrain": "0.5*x^2+0.5*y^2", "start": (1, 0.5), "steps": 180, "target": 1e-30, "seeds": [0, 1], "halving": 3}
SPEC = Spec("sgd", LRS, **BOWL)


@pytest.fixture(scope="module")
def pool():
    with ThreadPoolExecutor(2) as threads:
        yield threads


def test_the_best_third_goes_on_at_each_rung(pool):
    table = ls.sweeps.run(SPEC, executor=pool)
    assert len(table) == len(SPEC) == 22
    best = sorted(LRS, key=lambda lr: abs(1 - lr))
    assert set(table.select(status="done")["lr"]) == {best[0]}
    assert set(table["lr"][table["rung"] == 2]) == set(best[1:3])
    assert set(table["lr"][table["rung"] == 1]) == set(best[3:])
    # 180 steps, a third and a ninth of them.
    assert table["most_steps"].tolist() == [180] * 22
    trials = table.rungs
    assert sorted(set(trials["most_steps"])) == [20, 60]
    assert [(trials["most_steps"] == steps).sum() for steps in (20, 60)] == [22, 6]
    cut = next(table.select(lr=0.02, seed=0).rows())
    loss = 0.625 * 0.98**40
    assert cut["loss"] == pytest.approx(loss)
    assert cut["reason"] == f"at rung 1 of 3: loss {loss:.6g}, place 9 of 11"
    lost = next(table.select(lr=1e200, seed=0).rows())
    assert (lost["status"], lost["reason"]) == ("diverged", "at rung 1 of 3: diverged at step 1")
    # Those with all steps are what they are without halving.
    whole = ls.sweeps.run(Spec("sgd", best[0], **(BOWL | {"halving": 0})), executor=pool)
    assert whole["loss"][0] == table.select(status="done", seed=0)["loss"][0]


def test_a_halved_sweep_goes_on_where_it_was(pool, tmp_path, monkeypatch):
    whole = ls.sweeps.run(SPEC, executor=pool)
    out, ran = tmp_path / "s.csv", []
    run_cell = ls.sweeps.cell.run_cell

    def counted(cell, common):
        ran.append(cell.key)
        return run_cell(cell, common)

    def stop(done, total):
        if len(ran) > 24:
            raise KeyboardInterrupt

    monkeypatch.setattr("landscape.sweeps.working.run_cell", counted)
    with ThreadPoolExecutor(1) as one, pytest.raises(KeyboardInterrupt):
        ls.sweeps.run(SPEC, out, one, progress=stop)
    before = ls.sweeps.Table.load(out)
    kept = len(before.rungs) + before.counts["done"]
    ran.clear()
    again = ls.sweeps.run(SPEC, out, pool)
    assert len(ran) == 30 - kept
    for one, other in ((again, whole), (again.rungs, whole.rungs)):
        assert same(dict(one.columns, seconds=0), dict(other.columns, seconds=0))
    with pytest.raises(ValueError, match="is the table of another sweep: lrs = "):
        ls.sweeps.run(Spec("sgd", [*LRS, 3.0], **BOWL), out, pool)


def test_training_has_fewer_epochs_and_then_fewer_images(mnist, pool):
    part = mnist.subset(900)
    data = ls.datasets.Dataset("few", part.x_train, part.y_train, mnist.x_test[:20], mnist.y_test[:20])
    lrs = np.geomspace(1e-4, 1, 9)
    table = ls.sweeps.run(Spec("sgd", lrs, widths=4, batch_sizes=10, epochs=3, halving=3), executor=pool, data=data)
    trials = table.rungs
    assert sorted(set(zip(trials["epochs"], trials["images"], strict=True))) == [(1, 300), (1, 900)]
    assert table.counts == {"done": 1, "diverged": 0, "failed": 0, "cut": 8, "tried": 0}
    # Of 20 steps the least share has no fewer than that.
    few = Spec("sgd", lrs, terrain="booth", steps=50, target=1, halving=3)
    assert ls.sweeps.run(few, executor=pool).rungs is None
