"""Files are never seen half written: what is there stays until all of the new is."""

import multiprocessing
import os
import signal
from itertools import count

import matplotlib.pyplot as plt
import pytest

import landscape as ls
from landscape import folder


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
    for n in (1, 2):
        (process := context.Process(target=child, args=(n,))).start()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        assert file.read_bytes() == b"the old one"
    (process := context.Process(target=child, args=(3,))).start()
    process.join()
    assert process.exitcode == 0
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
    folder.write_json(private, {"a": 1})
    assert private.stat().st_mode & 0o777 == 0o600
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link.json").symlink_to(tmp_path / "elsewhere" / "there.json")
    folder.write_json(tmp_path / "link.json", {"a": 2})
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "elsewhere" / "there.json").read_text() == '{\n  "a": 2\n}'
    mask = os.umask(0o027)
    try:
        folder.write_json(tmp_path / "new.json", {})
    finally:
        os.umask(mask)
    assert (tmp_path / "new.json").stat().st_mode & 0o777 == 0o640
    assert not list(tmp_path.glob("**/.*"))


def test_what_is_no_file_is_written_to(tmp_path):
    """As a pipe is, or /dev/stdout."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    folder.write_bytes(pipe, b"through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    with pytest.raises(ls.RunError, match="Is a directory"):
        folder.write_bytes(tmp_path, b"")
