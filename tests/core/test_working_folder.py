"""What lies in the working folder, where it may have come with somebody's runs, decides nothing; nor do the user's own
settings of the libraries that draw."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import matplotlib
import pytest
from click.testing import CliRunner

from landscape.cli.main import main

FIGURE = ("plot", "contour", "booth", "--format", "png", "--size", "column", "--out", "map")


# numba's file would say where the code lies that it runs.
COMPILING = """
from landscape.core import settings

settings.only_ours()
import numba

numba.njit(lambda x: x + 1)(1)
print(numba.config.DISABLE_JIT, numba.config.CACHE_DIR)
"""


def test_numba_reads_no_settings_as_it_is_loaded_or_compiles(tmp_path):
    pytest.importorskip("numba")
    (tmp_path / ".numba_config.yaml").write_text("disable_jit: 1\ncache_dir: here\n")
    done = subprocess.run([sys.executable, "-c", COMPILING], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("0 \n", "")


@pytest.fixture
def hostile(tmp_path):
    """A folder with settings and modules that would be read from there; the user's own are damaged."""
    place, home = tmp_path / "hostile", tmp_path / "home" / ".config"
    for folder in (place, home / "manim", home / "matplotlib" / "stylelib"):
        folder.mkdir(parents=True)
    (place / "matplotlibrc").write_text("text.usetex: True\nfont.size: 3\nlines.linewidth: 9\n")
    (place / "manim.cfg").write_text("[CLI]\nverbosity = NONSENSE\nbackground_color = RED\n")
    for name in ("numpy", "socket", "pickle", "random", "signal", "matplotlib", "manim"):
        (place / f"{name}.py").write_text(f"open('ran', 'a').write('{name} ')\n")
    for name in ("matplotlib/matplotlibrc", "matplotlib/stylelib/mine.mplstyle", "manim/manim.cfg"):
        (home / name).write_bytes(b"\xff\xfe")
    return place


def environment(hostile):
    """Of a user with those settings, whose fonts are known already."""
    cache = str(Path(matplotlib.get_cachedir()).parent)
    without = {name: value for name, value in os.environ.items() if name not in ("MPLCONFIGDIR", "XDG_CONFIG_HOME")}
    return without | {"HOME": str(hostile.parent / "home"), "XDG_CACHE_HOME": cache}


def test_the_command_line_draws_the_same_figures_anywhere(hostile, tmp_path, monkeypatch):
    words = [str(Path(sys.executable).with_name("landscape")), *FIGURE]
    done = subprocess.run(words, cwd=hostile, env=environment(hostile), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "map.png\n", "")
    assert not (hostile / "ran").exists()
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, FIGURE).exit_code == 0
    assert (hostile / "map.png").read_bytes() == (tmp_path / "map.png").read_bytes()


# A process with one that works for it, as the renderers of films do; it lies where no settings are.
WITH_A_WORKER = """
import json, multiprocessing, signal
from concurrent.futures import ProcessPoolExecutor
from landscape.core import workers

def found():
    import manim, matplotlib

    read = matplotlib.rcParams["font.size"], manim.config.background_color.to_hex()
    return *read, signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    with workers.begun_safely():
        queue = context.Queue()
    with ProcessPoolExecutor(1, context, workers.start, (queue, 1)) as pool:
        with workers.begun_safely():
            future = pool.submit(found)
        print(json.dumps([*future.result(), signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])]))
"""


def test_processes_that_work_for_another_read_no_settings_and_leave_ctrl_c_to_it(hostile, tmp_path):
    (script := tmp_path / "script.py").write_text(WITH_A_WORKER)
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=hostile,
        env=environment(hostile),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [matplotlib.rcParamsDefault["font.size"], "#000000", True, False]
    assert not (hostile / "ran").exists()
