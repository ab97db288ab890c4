"""What work takes is estimated before it begins: memory, disk and time, each refused in a line that says what of."""

from __future__ import annotations

import errno
import gzip
import resource
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner

import landscape as ls
from landscape.cli.main import main
from landscape.core import bounds
from landscape.files import archives
from landscape.training.loop import _at, _spread, _with_ends, plan

NET = ls.MLP((4, 3, 4))
DATA = ls.datasets.Dataset("own", np.eye(4), np.arange(4), np.eye(4), np.arange(4))
PLANE = ls.planes.through(np.zeros(31), np.eye(31)[0], np.eye(31)[3])
X, Y = DATA.x_train, DATA.y_train


class Stops(ls.terrains.Booth):
    """A terrain that stops a walk when it has begun."""

    def gradient(self, xy):
        raise KeyboardInterrupt


# What is too much for 20 MB, and the word that the error begins with.
LARGE = {
    "layers = (4, 1000000, 4)": lambda: ls.MLP((4, 1_000_000, 4)),
    "epochs = 200000": lambda: ls.train(NET, DATA, "sgd", 200_000, 1, measure=200_000),
    "snapshots = 100000": lambda: ls.train(ls.MLP((4, 300, 4)), DATA, "sgd", 30_000, 4, snapshots=100_000),
    "measure = 1": lambda: ls.train(NET, DATA, "sgd", 50_000, 4, measure=1),
    "steps = 1000000": lambda: ls.descend("booth", "adam", steps=1_000_000),
    "start = 200000 points": lambda: ls.descend("booth", "adam", np.zeros((200_000, 2)), 2, record="last"),
    "a grid of 2000 × 2000 points": lambda: ls.terrains.get("booth").grid(2000, 2000),
    "resolution = 2000": lambda: ls.surface(NET, PLANE, X, Y, resolution=2000),
    "1000000 places on the line": lambda: ls.line(NET, NET.params, NET.params, X, Y, np.linspace(0, 1, 1_000_000)),
}


@pytest.mark.parametrize("what", LARGE)
def test_what_does_not_fit_into_memory_is_refused(what, monkeypatch):
    monkeypatch.setenv("LANDSCAPE_MEMORY", "20M")
    with pytest.raises(ValueError, match="of memory would be needed, and 20 MB are free") as error:
        LARGE[what]()
    assert str(error.value).startswith(f"{what} is not allowed: about ")


def test_what_is_told_otherwise_is_begun(monkeypatch):
    monkeypatch.setenv("LANDSCAPE_MEMORY", "10M")
    with pytest.raises(ValueError, match=r"say LANDSCAPE_MEMORY=\d+M to allow it") as error:
        ls.descend("booth", "adam", steps=200_000)
    enough = str(error.value).partition("LANDSCAPE_MEMORY=")[2].partition(" ")[0]
    monkeypatch.setenv("LANDSCAPE_MEMORY", enough)
    with pytest.raises(KeyboardInterrupt):
        ls.descend(Stops(), "adam", steps=200_000)


def test_a_disk_that_is_too_small_is_said_before_the_run(tmp_path, monkeypatch):
    monkeypatch.delenv("LANDSCAPE_MEMORY", raising=False)
    monkeypatch.setattr(bounds.shutil, "disk_usage", lambda place: SimpleNamespace(free=10**6))
    net = ls.MLP((4, 3000, 4))
    with pytest.raises(
        ls.RunError, match=r"a run of 201 snapshots: about .* MB would be needed in '.*', where 1 MB are"
    ):
        ls.train(net, DATA, "sgd", 200, 4, out=tmp_path / "new" / "run")
    assert not list(tmp_path.iterdir())
    ls.train(net, DATA, "sgd", 200, 4)


def test_what_takes_years_is_refused(monkeypatch):
    monkeypatch.setenv("LANDSCAPE_MEMORY", "1000P")
    with pytest.raises(ValueError, match=r"^steps = 10000000 is not allowed: about .* days of work"):
        ls.descend("booth", "sgd", np.zeros((2_000_000, 2)), 10_000_000, record="last")
    monkeypatch.setenv("LANDSCAPE_HOURS", "1e-12")
    for act in (lambda: ls.descend("booth", "sgd"), lambda: ls.train(ls.MLP((4, 90, 4)), DATA, "sgd", 99, 4)):
        with pytest.raises(ValueError, match=r"of work, and at most .* are begun \(say LANDSCAPE_HOURS=1 to allow"):
            act()


def test_what_is_measured_on_the_way_counts_as_work(mnist, monkeypatch):
    """As many measurements as steps may take much longer than the steps do."""
    net = ls.MLP((784, 256, 10))
    monkeypatch.setenv("LANDSCAPE_HOURS", "1")
    plan(net, mnist, "sgd", 500, 100)
    for name in ("sharpness", "measure"):
        with pytest.raises(ValueError, match=rf"^{name} = 1 is not allowed: about .* days of work, and at most"):
            plan(net, mnist, "sgd", 500, 100, **{name: 1})
    monkeypatch.setenv("LANDSCAPE_HOURS", "1e-9")
    x, y = mnist.x_test[:100], mnist.y_test[:100]
    with pytest.raises(ValueError, match=r"^k = 1 is not allowed: about .* of work"):
        ls.curvature.top(net, net.params, x, y, 1)


@pytest.fixture
def groups(tmp_path, monkeypatch):
    """A machine's control groups, of no limits, and what makes one: its folder, its limit and what is taken."""
    monkeypatch.delenv("LANDSCAPE_MEMORY", raising=False)
    monkeypatch.setattr(bounds, "_machine", lambda: 64e9)
    monkeypatch.setattr(bounds, "own", lambda: 64e9)
    monkeypatch.setattr(bounds, "_GROUPS", tmp_path / "cgroup")
    monkeypatch.setattr(bounds, "_CONTROLLED", tmp_path / "sys")

    def make(place, most, used, names=("memory.max", "memory.current"), stat=""):
        folder = tmp_path / "sys" / place
        folder.mkdir(parents=True, exist_ok=True)
        for name, value in zip(names, (most, used), strict=True):
            (folder / name).write_text(f"{value}\n")
        (folder / "memory.stat").write_text(stat)

    return make


def test_the_limit_of_the_own_group_counts_and_of_those_around_it(groups, tmp_path):
    (tmp_path / "cgroup").write_text("0::/user.slice/mine.scope\n")
    groups("user.slice/mine.scope", "max", 1e9)
    assert bounds.available() == 64e9
    groups("user.slice", int(5e9), int(2e9))
    assert bounds.available() == 3e9
    groups("user.slice/mine.scope", int(1e9), int(4e8), stat="file 5\ninactive_file 300000000\n")
    assert bounds.available() == 9e8
    groups("user.slice/other.scope", 1, 0)
    assert bounds.available() == 9e8


def test_the_first_version_of_control_groups_and_a_container_count(groups, tmp_path):
    old = ("memory.limit_in_bytes", "memory.usage_in_bytes")
    (tmp_path / "cgroup").write_text("5:devices:/a\n4:cpu,memory:/job/7\n1:name=systemd:/a:b\n0::/\n")
    groups("memory/job", int(8e9), int(1e9), old)
    groups("memory/job/7", 9223372036854771712, 0, old)
    groups("memory/a", 1, 0, old)
    assert bounds.available() == 7e9
    # In a container the root is its own group, by whichever name it goes outside.
    groups("memory", int(2e9), int(1e9), old, "total_inactive_file 500000000\n")
    assert bounds.available() == 1.5e9
    (tmp_path / "cgroup").unlink()
    assert bounds.available() == 1.5e9


@pytest.mark.parametrize("text", ["much", "", "-1", "1 G G", "1e99"])
@pytest.mark.parametrize("name", ["LANDSCAPE_MEMORY", "LANDSCAPE_HOURS"])
def test_limits_that_are_no_numbers_are_refused(name, text, monkeypatch):
    monkeypatch.setenv(name, text)
    if not text.strip() or (name, text) == ("LANDSCAPE_HOURS", "1e99"):
        assert bounds.available() > 0
        return
    with pytest.raises(ValueError, match=f"{name} = '{text}' is not allowed: it must be"):
        bounds.available() if name.endswith("MEMORY") else bounds.hours(1.0, "steps = 1")


def test_sizes_are_told_in_three_digits():
    sizes = {0: "0 B", 1: "1 B", 999: "999 B", 1000: "1 KB", 1_234_567: "1.23 MB", 3.2e12: "3.2 TB"}
    assert [bounds.size(one) for one in sizes] == list(sizes.values())
    assert bounds.size(10**30) == "more than 1000 PB"


def test_a_little_that_is_packed_is_not_unpacked_without_end(tmp_path, monkeypatch):
    monkeypatch.setenv("LANDSCAPE_MEMORY", "50M")
    for name, header in (("images-idx3", (4, 2, 2)), ("labels-idx1", (4,))):
        for part in ("train", "t10k"):
            start = bytes([0, 0, 8, len(header)]) + b"".join(size.to_bytes(4, "big") for size in header)
            (tmp_path / f"{part}-{name}-ubyte").write_bytes(start + bytes(int(np.prod(header))))
    bomb = tmp_path / "train-images-idx3-ubyte"
    start = bomb.read_bytes()[:4]
    # More than its header says, and as much as it says.
    for sizes, said in (((4, 2, 2), "more than .* bytes when unpacked, expected 32"), ((4, 5000, 5000), "do not fit")):
        with gzip.open(bomb, "wb", compresslevel=1) as file:
            file.write(start + b"".join(size.to_bytes(4, "big") for size in sizes))
            for _ in range(100):
                file.write(bytes(10**6))
        assert bomb.stat().st_size < 10**6
        with pytest.raises(ls.DataError, match=said):
            ls.datasets.load(tmp_path)


# As by ulimit -v, in megabytes: too little for Python's libraries, and too little for what they are to do.
TOO_LITTLE = [
    (150, ["train"]),
    (450, ["plot", "contour", "booth"]),
    (900, ["project", "run"]),
    (900, ["slides", "run", "--clips", "none"]),
    (1500, ["animate", "race", "--terrain", "booth"]),
]


@pytest.mark.parametrize(("megabytes", "words"), TOO_LITTLE)
def test_a_limit_on_memory_is_one_line(tmp_path, megabytes, words):
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_AS, 2 * ({megabytes * 10**6},)); "
    code = limit + f"from landscape.cli.main import main; main({words})"
    result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr.count("\n")) == (2, 1), result.stderr
    assert "memory" in result.stderr
    assert not list(tmp_path.iterdir())
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != megabytes * 10**6


RAN_OUT = [
    MemoryError(),
    OSError(errno.ENOMEM, "Cannot allocate memory"),
    ImportError("libx.so: failed to map segment from shared object"),
    RuntimeError("can't start new thread"),
]


@pytest.mark.parametrize("error", RAN_OUT, ids=str)
def test_memory_that_has_run_out_is_told_from_damage_and_mistakes(error, tmp_path, monkeypatch):
    def fails(*_, **__):
        raise error

    with pytest.raises(ls.RunError, match=r"x' does not fit into memory$"), archives.reading(tmp_path / "x"):
        fails()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(ls, "descend", fails)
    result = CliRunner().invoke(main, ["race", "booth"])
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1), result.output
    assert result.stderr.startswith("Error: there is not enough memory for this")
    for other in (RuntimeError("odd"), ImportError("no module"), OSError(errno.EACCES, "not allowed"), SystemError()):
        assert not bounds.ran_out(other)


@pytest.mark.parametrize("steps", [0, 1, 7, 100])
@pytest.mark.parametrize("count", [1, 3, 100, 101, 250])
def test_the_steps_of_snapshots_are_spread_evenly(steps, count):
    """However many are wanted: no more than there are."""
    linear = np.unique(np.round(np.linspace(0, steps, count + 1)).astype(int)).tolist()
    assert list(_spread(count, steps, "linear")) == linear
    log = list(_spread(count, steps, "log"))
    wanted = {0, *np.round(np.geomspace(steps, 1, count)).astype(int).tolist()} if steps > 1 else {*range(steps + 1)}
    assert log == sorted(wanted)


@pytest.mark.parametrize("when", [0, 1, 3, 7, [0, 5, 900], [3, 3, 1]])
def test_steps_that_are_due_are_held_without_room_for_each(when):
    wanted = {step for step in (range(0, 8, when) if when else []) if step <= 7} if isinstance(when, int) else {*when}
    found = _at(when, 7)
    assert sorted(found) == sorted(step for step in wanted if step <= 7)
    assert list(_with_ends(found, 7)) == sorted({*found, 0, 7})
    assert sys.getsizeof(_at(1, 10**9)) < 1000
