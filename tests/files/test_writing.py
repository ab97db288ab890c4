"""Files are never seen half written: what is there stays until all of the new is."""

import multiprocessing
import os
import signal
from itertools import count

import matplotlib.pyplot as plt
import numpy as np
import pytest
from click.testing import CliRunner

import landscape as ls
from landscape.cli.main import main
from landscape.files import archives, kinds, locks, writing


@pytest.fixture
def figure():
    with ls.figures.style():
        ls.figures.contour("himmelblau", plt.figure().subplots())
        return plt.gcf()


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_a_figure_is_the_old_one_or_the_new_one(figure, tmp_path, ending):
    """Killed before each flush and each renaming, and left alone at last."""
    file = tmp_path / f"map.{ending}"
    file.write_bytes(b"the old one")

    def child(n):
        moments = count(1)
        for name in ("fsync", "replace"):
            operation = getattr(os, name)

            def cut(*args, operation=operation):
                if next(moments) == n:
                    os.kill(os.getpid(), signal.SIGKILL)
                return operation(*args)

            setattr(os, name, cut)
        ls.figures.save(figure, file)

    context = multiprocessing.get_context("fork")
    for n, ends in ((1, -signal.SIGKILL), (2, -signal.SIGKILL), (3, 0)):
        (process := context.Process(target=child, args=(n,))).start()
        process.join()
        assert process.exitcode == ends
        assert (file.read_bytes() == b"the old one") == (n < 3)
    assert len(file.read_bytes()) > 1000


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_a_full_disk_leaves_the_old_figure(figure, tmp_path, ending):
    file = tmp_path / f"map.{ending}"
    file.write_bytes(b"the old one")
    with pytest.MonkeyPatch.context() as patch:

        def full(handle):
            raise OSError(28, "No space left on device")

        patch.setattr(os, "fsync", full)
        with pytest.raises(ls.RunError, match=rf"^cannot write '.*map\.{ending}': No space left on device$"):
            ls.figures.save(figure, file)
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    assert file.read_bytes() == b"the old one"


def test_permissions_and_links_are_kept(tmp_path):
    private = tmp_path / "private.json"
    private.write_text("{}")
    private.chmod(0o600)
    writing.write_json(private, {"a": 1})
    assert private.stat().st_mode & 0o777 == 0o600
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link.json").symlink_to(tmp_path / "elsewhere" / "there.json")
    writing.write_json(tmp_path / "link.json", {"a": 2})
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "elsewhere" / "there.json").read_text() == '{\n  "a": 2\n}'
    mask = os.umask(0o027)
    try:
        writing.write_json(tmp_path / "new.json", {})
    finally:
        os.umask(mask)
    assert (tmp_path / "new.json").stat().st_mode & 0o777 == 0o640
    assert not list(tmp_path.glob("**/.*"))


def test_what_is_no_file_is_written_to(tmp_path):
    """As a pipe is, or /dev/stdout."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    writing.write_bytes(pipe, b"through", kinds.PAGE)
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    with pytest.raises(ls.RunError, match="Is a directory"):
        writing.write_bytes(tmp_path, b"", kinds.PAGE)


def trained(target, begun=None, go_on=None, **settings):
    """A run of some steps; the process says when it has taken the first, and waits for leave to go on."""
    rng = np.random.default_rng(0)
    x, y = rng.random((40, 4)), np.arange(40) % 3

    def progress(status):
        if begun is not None and status.step == 2:
            begun.set()
            go_on.wait()

    data = ls.datasets.Dataset("own", x, y, x, y)
    return ls.train(
        ls.MLP((4, 3)), data, "sgd", 2, 4, snapshots=20, measure=1, out=target, progress=progress, **settings
    )


def refused(target):
    with pytest.raises(ls.RunError) as error:
        trained(target)
    return str(error.value)


@pytest.fixture
def writer(tmp_path):
    """A process that is in the middle of writing a run, and the event that lets it go on."""
    context = multiprocessing.get_context("fork")
    begun, go_on = context.Event(), context.Event()
    process = context.Process(target=trained, args=(tmp_path / "run", begun, go_on))
    process.start()
    begun.wait()
    yield process, go_on
    process.kill()
    process.join()


def test_the_second_of_two_writers_is_told_who_the_first_is(writer, tmp_path):
    process, go_on = writer
    before = {path: path.read_bytes() for path in (tmp_path / "run").iterdir()}
    said = refused(tmp_path / "run")
    assert f"run' is being written by process {process.pid} on " in said
    assert "\n" not in said
    # By another name of the same folder, too; and to go on with it is to write it.
    (tmp_path / "link").symlink_to(tmp_path / "run")
    assert "is being written by" in refused(tmp_path / "link")
    with pytest.raises(ls.RunError, match="is being written by"):
        trained(tmp_path / "run", resume=True)
    with pytest.raises(ls.RunError, match="is being written by"):
        ls.Run.load(tmp_path / "run").save(tmp_path / "run")
    assert {path: path.read_bytes() for path in (tmp_path / "run").iterdir()} == before
    go_on.set()
    process.join()
    assert process.exitcode == 0
    np.testing.assert_array_equal(ls.Run.load(tmp_path / "run").params, trained(None).params)
    assert not list(tmp_path.glob(".*"))


def test_a_lock_ends_with_its_process(writer, tmp_path):
    process, _ = writer
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    trained(tmp_path / "run", resume=True)
    assert not list(tmp_path.glob(".*"))


def test_a_lock_that_was_removed_is_noticed_before_the_next_save(tmp_path):
    def progress(status):
        if status.step == 2:
            (tmp_path / ".run.lock").unlink()

    data = ls.datasets.Dataset("own", np.eye(4), np.arange(4), np.eye(4), np.arange(4))
    with pytest.raises(ls.RunError, match=r"\.run\.lock' was removed, so others may write"):
        ls.train(ls.MLP((4, 4)), data, "sgd", 9, 1, measure=1, out=tmp_path / "run", progress=progress)
    assert not ls.Run.load(tmp_path / "run").finished


def test_two_surfaces_of_one_file_are_not_computed_at_once(tmp_path):
    plane = ls.planes.through(np.zeros(5), np.eye(5)[0], np.eye(5)[3])

    def surface(loss):
        return ls.surface_of(loss, plane, extent=((0, 1), (0, 1)), resolution=5, out=tmp_path / "s.npz")

    def loss(params):
        if not (tmp_path / ".s.npz.lock").exists():  # the cells that are compared before the work begins
            return float(params @ params)
        with pytest.raises(ls.RunError, match=r"s\.npz' is being written by process"):
            surface(lambda params: float(params @ params))
        return float(params @ params)

    made = surface(loss)
    assert made.loss[0, 0] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["s.npz"]


@pytest.mark.parametrize(
    ("words", "result"),
    [
        (("race", "booth"), "race"),
        (("race", "booth"), "race.png"),
        (("plot", "contour", "booth"), "plot"),
        (("basins", "himmelblau", "-o", "sgd"), "basins.svg"),
        (("interpolate", "run"), "line"),
        (("curvature", "run"), "curvature"),
        (("show", "run"), "shown"),
        (("slides", "run", "--clips", "none"), "talk.pptx"),
        (("explore", "booth"), "page.html"),
        (("demo",), "demo"),
    ],
)
def test_of_two_commands_with_one_result_the_second_is_told_before_it_begins(words, result, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    trained(tmp_path / "run")
    (tmp_path / "out").mkdir()
    with locks.writing(tmp_path / "out" / result.removesuffix(".png").removesuffix(".svg")):
        said = CliRunner().invoke(main, [*words, "--out", f"out/{result}"])
    assert said.exit_code == 2, said.output
    (line,) = said.stderr.splitlines()
    assert " is being written by process" in line
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize(
    "words",
    [
        ("race", "booth", "--out", 250 * "x"),
        ("race", "booth", "--out", f"{250 * 'x'}/race"),
        ("race", "booth", "--out", f"{300 * 'x'}/race"),
        ("race", "booth", "--out", 80 * "数"),
        ("race", "booth", "--out", 200 * "x", "--save", "-o", "adam:lr=0.0123,beta1=0.812,beta2=0.9012"),
        ("explore", "booth", "--out", f"{255 * 'x'}.html"),
        ("train", "--out", f"a/b/{250 * 'x'}"),
        ("slides", "run", "--out", f"{248 * 'x'}.pptx"),
        ("animate", "ravine", "--out", 256 * "x"),
    ],
)
def test_names_that_are_too_long_for_a_file_are_refused_before_the_work(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for work in ("descend", "train"):
        monkeypatch.setattr(ls, work, lambda *given, **how: pytest.fail("this comes later"))
    said = CliRunner().invoke(main, [*words])
    assert said.exit_code == 2, said.output
    (line,) = said.stderr.splitlines()
    assert "too long" in line
    assert not list(tmp_path.iterdir())


def test_a_name_that_is_just_short_enough_is_written(tmp_path):
    file = tmp_path / (251 * "x" + ".npz")
    archives.write(file, kinds.SURFACE, {"a": np.zeros(2)})
    assert archives.stored(file)["a"].shape == (2,)
