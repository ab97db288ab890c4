"""The table of a sweep: read back to the same bits, and read without trust."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import landscape as ls
from landscape.core.errors import DamagedError, NewerError, RunError, UnreadableError
from landscape.core.values import same
from landscape.sweeps import Spec, Table, storing


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Two optimizers on a terrain, at a rate that arrives and one that diverges, with two seeds; and its file."""
    spec = Spec(["sgd", "momentum:momentum=0.5"], [0.05, 10.0], terrain="booth", steps=400, target=1e-3, seeds=[0, 7])
    file = tmp_path_factory.mktemp("sweep") / "s.csv"
    with ThreadPoolExecutor(1) as one:
        return ls.sweeps.run(spec, file, one), file


def test_a_table_is_read_back_to_the_same_bits(found, tmp_path):
    table, file = found
    assert Table.load(file) == table
    assert Table.load(table.save(tmp_path / "again.csv")) == table
    values = {"key": "k", "optimizer": "sgd", "lr": 5e-324, "schedule": "constant", "seed": 1, "status": "done"}
    for loss in (0.1 + 0.2, -1e-300, 1.7976931348623157e308, 2**-1074, np.float64(1 / 3)):
        row = storing.row_of(storing.line_of(values | {"loss": loss, "reason": 'a, "b"'}), storing.COLUMNS)
        assert row["loss"] == loss
        assert row["reason"] == 'a, "b"'
        assert row["lr"] == 5e-324


def test_frames_and_parquet(found, tmp_path):
    table, file = found
    pandas = pytest.importorskip("pandas")
    frame = table.to_frame()
    assert list(frame.columns) == list(storing.COLUMNS)
    assert (frame["seed"].dtype, frame["loss"].dtype) == (np.int64, np.float64)
    assert frame[frame.status == "done"].loss.tolist() == table.select(status="done")["loss"].tolist()
    # The file itself is CSV under its first line.
    assert sorted(pandas.read_csv(file, skiprows=1)["key"]) == sorted(table["key"])
    pytest.importorskip("pyarrow")
    again = pandas.read_parquet(table.save(tmp_path / "s.parquet"))
    assert same({name: again[name].to_numpy() for name in ("lr", "loss")}, {k: table[k] for k in ("lr", "loss")})
    (tmp_path / "s.parquet").rename(tmp_path / "s.csv")
    with pytest.raises(RunError, match="it is a Parquet file, not a table of a sweep"):
        table.save(tmp_path / "s.csv")


@pytest.mark.parametrize(("name", "wanted"), [("pandas", "a frame needs pandas"), ("pyarrow", "Parquet needs pyarrow")])
def test_what_is_not_installed_is_one_line(found, tmp_path, monkeypatch, name, wanted):
    pytest.importorskip("pandas")
    monkeypatch.setitem(__import__("sys").modules, name, None)
    with pytest.raises(ls.LandscapeError, match=f"{wanted}, which is not installed: pip install"):
        found[0].save(tmp_path / "s.parquet")
    assert list(tmp_path.iterdir()) == []


def test_rows_are_chosen_by_their_columns(found):
    table, _ = found
    assert repr(table) == "<Table of a sweep on booth: 4 done, 4 diverged>"
    assert len(table.select(optimizer="sgd", seed=[0, 7], lr=0.05)) == 2
    assert table["lr"].tolist() == [0.05, 0.05, 10.0, 10.0] * 2
    for wanted, said in (({"optimiser": "sgd"}, "mean 'optimizer'"), ({"optimizer": "adam"}, "unknown optimizer")):
        with pytest.raises(ValueError, match=said):
            table.select(**wanted)


def test_a_rate_at_which_a_seed_was_lost_is_a_gap(found):
    sgd, momentum = found[0].sweeps()
    assert sgd.lrs.tolist() == [0.05, 10.0]
    assert np.isfinite(sgd.score).tolist() == [True, False]
    assert momentum.best == ls.optimizers.parse("momentum:momentum=0.5,lr=0.05")
    assert sgd.steps == 400


def test_a_torn_last_line_is_dropped_and_damage_before_it_is_one_line(found, tmp_path):
    table, file = found
    content, damaged = file.read_bytes(), tmp_path / "s.csv"
    lines = content.splitlines(keepends=True)
    for torn in (lines[-1][:-1], lines[-1][:20], b"\x00" * 50, b"\xff\n"):
        damaged.write_bytes(b"".join(lines[:-1]) + torn)
        assert len(Table.load(damaged)) == len(table) - 1
    for k, changed in (
        (2, lines[2].replace(b"0.05", b"0.06")),
        (3, lines[3][:-20] + b"\n"),
        (2, lines[2].replace(b"done", b"dead")),
        (1, b"a,b,c\n"),
        (0, lines[0].replace(b"400", b"401")),
        (0, b"# {}\n"),
        (0, b"# [1]\n"),
        (0, b'# {"kind": "a table of a sweep"}\n'),
        (2, b'"' * 70_000 + b"\n"),
    ):
        damaged.write_bytes(b"".join([*lines[:k], changed, *lines[k + 1 :]]))
        with pytest.raises(DamagedError) as error:
            Table.load(damaged)
        assert str(error.value).startswith(f"'{damaged}' is damaged: ")
        assert "\n" not in str(error.value)
    damaged.write_bytes(content.replace(b'"version": 1', b'"version": 2'))
    with pytest.raises(NewerError, match="a newer version is needed"):
        Table.load(damaged)
    with pytest.raises(UnreadableError, match="cannot be read: No such file"):
        Table.load(tmp_path / "none.csv")


def test_what_is_sealed_has_to_make_sense(found, tmp_path):
    """A checksum can be made by anyone."""
    table, _ = found
    row = dict(next(table.rows()))
    path = tmp_path / "s.csv"
    head = storing.head_of(storing.settings_of(table.settings))
    for changes, said in (
        ({"status": "great"}, "status 'great' is none"),
        ({"test_accuracy": 1.5}, "test_accuracy = 1.5 is not allowed"),
        ({"seed": -1}, "seed = -1 is not allowed"),
        ({"lr": "1e400x"}, "could not convert"),
        ({"key": None}, "it has no key"),
    ):
        path.write_bytes(head + storing.line_of(row | changes) + storing.line_of(row))
        with pytest.raises(DamagedError, match=said):
            Table.load(path)
    for changes in ({"lrs": []}, {"optimizers": "sgd"}, {"seeds": [-1]}, {"more": 1}):
        with pytest.raises(ValueError, match=r"."):
            storing.settings_of({**table.settings, **changes})
    for changes in ({"optimizer": "adam"}, {"lr": 0.06}, {"seed": 1}):
        path.write_bytes(head + storing.line_of(row | changes) + storing.line_of(row))
        with pytest.raises(DamagedError, match="is none of the sweep's"):
            Table.load(path)
    # Names of files in a table run nothing: they are no names of optimizers.
    head = storing.head_of(storing.settings_of({**table.settings, "optimizers": ["evil.py:Boom"]}))
    path.write_bytes(head + storing.line_of(row | {"optimizer": "evil.py:Boom"}))
    with pytest.raises(ValueError, match="is not run because another file names it"):
        Table.load(path).sweeps()
