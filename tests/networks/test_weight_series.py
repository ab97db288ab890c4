"""Files of weights as one training run: which step each is of, and which of them belong together."""

from __future__ import annotations

from pathlib import Path

import pytest

import landscape as ls

series = ls.weights.series


def of(*names, steps=None):
    return series([f"mine/{name}.safetensors" for name in names], steps)


@pytest.mark.parametrize(
    ("names", "steps", "marked"),
    [
        (["step0", "step10", "step9"], [0, 9, 10], "step[9]"),
        # Keras writes the validation loss behind the epoch, PyTorch Lightning the step.
        (["weights.01-0.50", "weights.02-0.31", "weights.10-0.28"], [1, 2, 10], "weights.[10]-0.28"),
        (["epoch=0-step=300", "epoch=1-step=600"], [300, 600], "epoch=1-step=[600]"),
        (["step600-epoch1", "step300-epoch0"], [300, 600], "step[300]-epoch0"),
        (["ep1-acc91", "ep2-acc97", "ep3-acc95"], [1, 2, 3], "ep[3]-acc95"),
        (["acc91-iter_10", "acc97-iter_20", "acc95-iter_30"], [10, 20, 30], "acc95-iter_[30]"),
        # What rises evenly counts rather than what rises.
        (["01-50", "02-71", "03-80"], [1, 2, 3], "[03]-80"),
        (["run7-1", "run7-2", "run7-3"], [1, 2, 3], "run7-[3]"),
        (["20240105-100", "20240106-250", "20240107-300"], [100, 250, 300], "20240107-[300]"),
        (["v1.5-1", "v1.5-2"], [1, 2], "v1.5-[2]"),
        (["step_100/model", "step_20/model"], [20, 100], "step_[20]/model"),
        (["step_1k", "step_2k", "step_10k"], [1000, 2000, 10_000], "step_[10k]"),
        (["s1.5k", "s20k"], [1500, 20_000], "s[20k]"),
        (["step1e3", "step1e4"], [1000, 10_000], "step[1e4]"),
        (["step_1_000", "step_2_000", "step_10_000"], [1000, 2000, 10_000], "step_[10_000]"),
        # What was measured is no step, however evenly it rises.
        (["a-1-acc90", "a-2-acc95"], [1, 2], "a-[2]-acc95"),
        (["seed7/step_150"], [150], "seed7/step_[150]"),
    ],
)
def test_steps_are_what_differs_and_rises(names, steps, marked):
    found = of(*names)
    assert found.steps.tolist() == steps
    assert found.left_out == ()
    assert f"'mine/{marked}.safetensors'" in str(found)
    assert f"at steps {', '.join(map(str, steps))} " in str(found)


@pytest.mark.parametrize("names", [["final_seed1", "final_seed2"], ["seed1/step_0", "seed1/step_9", "seed2/step_0"]])
def test_runs_of_several_seeds_are_no_series(names):
    with pytest.raises(ls.RunError, match=r"several runs, as marked in 'mine/.*seed\[\d\].*'"):
        of(*names)


@pytest.mark.parametrize("others", [["best"], ["final"], ["best", "last", "init"], ["step20-best"]])
def test_files_of_other_names_are_left_out_and_named(others):
    """Sorted by their letters they would be the start or the end."""
    found = of(*others, "step10", "step20", "step30")
    assert [path.stem for path in found.files] == ["step10", "step20", "step30"]
    assert [path.stem for path in found.left_out] == others
    assert str(found).endswith(f"left out: {', '.join(f'{name}.safetensors' for name in others)}")


def test_an_epoch_and_a_batch_give_an_order_but_no_steps():
    found = of("epoch1-batch900", "epoch2-batch0", "epoch1-batch0", "epoch10-batch0")
    assert [path.stem for path in found.files] == [
        f"epoch{k}" for k in ("1-batch0", "1-batch900", "2-batch0", "10-batch0")
    ]
    assert found.steps.tolist() == [0, 1, 2, 3]
    assert "counted" in str(found)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["start", "middle", "end"], "nothing in the names says which file comes first: start.safetensors, middle"),
        (["init", "step100"], "nothing in the names"),
        (["a1", "a2", "b1", "b2"], "several series, 'mine/a#' and 'mine/b#'"),
        (["01-50", "02-31", "03-28"], "different orders, as marked in 'mine/[03]-28.safetensors' and in 'mine/03-[28]"),
        (["loss0.50", "loss0.31"], "no whole number in the names"),
        (["step1", "step01"], "no whole number in the names"),
    ],
)
def test_an_open_order_is_asked_for(names, said):
    with pytest.raises(ls.RunError) as error:
        of(*names)
    assert said in str(error.value)
    assert "--steps" in str(error.value) or "a pattern of its own" in str(error.value)
    assert of(*names, steps=range(0, 10 * len(names), 10)).steps.tolist() == [10 * k for k in range(len(names))]


def test_steps_that_are_given():
    found = of("start", "end", "middle", steps=[0, 200, 100])
    assert [path.stem for path in found.files] == ["start", "middle", "end"]
    assert (found.steps.tolist(), found.left_out) == ([0, 100, 200], ())
    for steps, said in (
        ([0, 1], "2 steps .* 3 files: .* order start.safetensors, end"),
        ([0, 1, 1], "another one"),
        ([0, 1, -1], "0 or more"),
    ):
        with pytest.raises(ValueError, match=said):
            of("start", "end", "middle", steps=steps)


def test_a_single_file_needs_no_number():
    assert of("best").steps.tolist() == [0]


def test_many_steps_are_told_in_one_line():
    assert "at steps 0, 1, 2, 3, 4, 5, …, 999 (" in str(of(*(f"step{k}" for k in range(1000))))


def test_brackets_in_a_folder_s_name_are_brackets(tmp_path):
    """And those behind it a pattern, as ever."""
    (folder := tmp_path / "run [1]*").mkdir()
    for name in ("a1", "a2", "b1"):
        (folder / f"{name}.safetensors").touch()
    (folder / "a3.safetensors").mkdir()
    names = [path.name for path in ls.weights.find(str(folder / "[a]*.safetensors"))]
    assert names == ["a1.safetensors", "a2.safetensors"]
    assert ls.weights.find(str(folder / "b1.safetensors")) == [folder / "b1.safetensors"]
    for pattern, said in ((folder, "is a folder"), (folder / "c*", "there are no files")):
        with pytest.raises(ls.RunError, match=said):
            ls.weights.find(str(pattern))


def test_patterns_find_numbers_in_order(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for k in (10, 9):
        Path(f"deep/{k}").mkdir(parents=True)
        Path(f"deep/{k}/w.safetensors").touch()
    assert [str(path) for path in ls.weights.find("deep/*/w.safetensors")] == [
        f"deep/{k}/w.safetensors" for k in (9, 10)
    ]
    assert len(ls.weights.find("**/*.safetensors")) == 2
