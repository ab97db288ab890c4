"""`landscape sweep`: from options or a file to a table, and on from where it was."""

from __future__ import annotations

import pytest
from commands import refusal, saved

import landscape as ls

WALKS = ("sweep", "--terrain", "booth", "--target", "0.001", "--steps", 200, "--jobs", 1)


@pytest.fixture
def small(mnist, tmp_path):
    return saved(mnist.subset(128), tmp_path / "small.npz", 50)


def test_a_sweep_of_walks_is_told_and_goes_on(run, tmp_path):
    result = run(*WALKS, "-o", "sgd", "-o", "adam", "--lrs", "0.01,0.1", "--out", "walks")
    assert result.exit_code == 0, result.output
    assert result.stdout == "walks.csv\n"
    assert "4 cells: 4 done" in result.stderr
    table = ls.sweeps.Table.load(tmp_path / "walks.csv")
    best = table.select(optimizer="sgd", lr=0.1)["steps_to"][0]
    assert f" {best:.0f} " in result.stderr
    told = " ".join(result.stderr.replace("│", " ").split())
    assert "Best at the last rate tried, so a better one may lie beyond: SGD" in told
    content = (tmp_path / "walks.csv").read_bytes()
    assert run(*WALKS, "-o", "sgd", "-o", "adam", "--lrs", "0.01,0.1", "--out", "walks.csv").exit_code == 0
    assert (tmp_path / "walks.csv").read_bytes() == content
    # More values add to the table, and others do not.
    assert run(*WALKS, "-o", "sgd", "-o", "adam", "--lrs", "0.01,0.1,1", "--out", "walks.csv").exit_code == 0
    said = refusal(run(*WALKS, "-o", "sgd", "--lrs", "0.01", "--out", "walks.csv"))
    assert "'walks.csv' is the table of another sweep" in said
    assert "give another place, or --overwrite it" in said
    assert run(*WALKS, "-o", "sgd", "--lrs", "0.01", "--out", "walks.csv", "--overwrite").exit_code == 0


def test_a_sweep_from_a_file(run, small, tmp_path):
    (tmp_path / "sweep.toml").write_text(
        f'optimizers = ["sgd", "rprop"]\nlrs = [0.1, 1e6]\nschedules = ["cosine"]\nwidths = 4\nseeds = [0, 1]\n'
        f'data = "{small.name}"\n'
    )
    result = run("sweep", "sweep.toml", "--dry-run")
    assert result.exit_code == 0, result.output
    assert "8 cells: 2 lrs × 2 optimizers × 2 seeds" in result.stdout
    assert "as one cell (rprop at 10⁶, 1 × 4 units, batch 32) took" in result.stdout
    assert not (tmp_path / "runs").exists()
    result = run("sweep", "sweep.toml", "--jobs", 1)
    assert result.exit_code == 0, result.output
    told = " ".join(result.stderr.split())
    assert "8 cells: 2 done, 2 diverged, 4 failed" in told
    assert "4 cells failed, the first of them: rprop:lr=0.1 takes no schedule" in told
    assert "(" in told.split("SGD")[1]  # the quartiles of two seeds


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "give optimizers (-o), or a file of settings"),
        ("-o adma", "did you mean 'adam'?"),
        ("-o adam:lr=1", "leave lr out"),
        ("-o sgd --lrs 1..x", "--lrs '1..x' is not allowed: expected 0.01,0.1 or 1e-4..1:2"),
        ("-o sgd --lrs 1,x", "--lrs '1,x' is not allowed"),
        ("-o sgd --lrs 1..0.1", "high = 0.1 is not allowed: it must not be below low, 1"),
        ("-o sgd --depth x", "--depth 'x' is not allowed"),
        ("-o sgd --batch-size x", "--batch-size 'x' is not allowed"),
        ("-o sgd --steps 3", "--steps is for --terrain"),
        ("-o sgd --terrain booth --depth 3", "--depth is for networks"),
        ("-o sgd --terrain booth", "a sweep of a terrain needs a target"),
        ("-o sgd --jobs 2 --dask tcp://a:1", "--jobs is for processes of this machine"),
        ("-o sgd --out s.txt", "a sweep writes a .csv file"),
        ("none.toml", "'none.toml' cannot be read: No such file"),
        ("none.toml -o sgd", "--optimizer is for sweeps without a file of settings"),
    ],
)
def test_what_is_no_sweep_is_one_line(run, tmp_path, words, said):
    assert said in refusal(run("sweep", *words.split()))
    assert list(tmp_path.iterdir()) == []
