"""Films as files: what they are kept for, and what becomes of them when a process is killed."""

import os
import select
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from importlib import import_module
from itertools import pairwise

import av
import killing
import numpy as np
import pytest
from tqdm import tqdm

import landscape as ls
from landscape.animations import captioning
from landscape.core.errors import RenderError
from landscape.files.locks import writing

# The module, which a function of its name hides.
render = import_module("landscape.animations.rendering")


def test_a_film_is_made_anew_when_what_it_shows_has_changed(tmp_path):
    """The source of an own function, and every file of a run."""
    source = tmp_path / "mine.py"
    source.write_text("def f(x, y): return x * x + y * y")
    order = render.Order("race", "low", "dark", "en", "png", terrain=f"{source}:f", optimizers=("sgd",))
    before = order.key
    source.write_text("def f(x, y): return x * x + 2 * y * y")
    assert order.key != before

    x, y = np.eye(4), np.arange(4)
    run = ls.train(ls.MLP((4, 4)), ls.datasets.Dataset("own", x, y, x, y), "sgd", 3, 2, snapshots=3)
    run.save(tmp_path / "run")
    order = replace(order, lesson="mnist", terrain="", optimizers=(), runs=(str(tmp_path / "run"),))
    before = order.key
    assert before == order.key
    for name in ("snapshots.npy", "history.npz", "weights.safetensors", "run.json"):
        kept = (tmp_path / "run" / name).read_bytes()
        (tmp_path / "run" / name).write_bytes(kept + b" ")
        assert order.key != before
        (tmp_path / "run" / name).write_bytes(kept)


# A process with a renderer that is at work, whose number it prints.
AT_WORK = """
import multiprocessing, os, sys, time
from concurrent.futures import ProcessPoolExecutor
from landscape.core.workers import start

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context, start, (context.Queue(), 1)) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        pool.submit(time.sleep, 1e6)
        sys.stdin.readline()
"""


def test_renderers_end_with_the_process_that_started_them(tmp_path):
    (script := tmp_path / "at_work.py").write_text(AT_WORK)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = subprocess.Popen([sys.executable, str(script)], text=True, **pipes)
    renderer = os.pidfd_open(int(process.stdout.readline()))
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert select.select([renderer], [], [], 60)[0], "the renderer is still at work"
    os.close(renderer)


def test_a_renderer_that_is_lost_is_one_line_and_leaves_nothing(tmp_path, monkeypatch):
    (tmp_path / ".film-of-a-process-that-was-killed").mkdir()
    (tmp_path / ".film-tour.mp4").touch()
    monkeypatch.setattr(render, "_render_one", killing.killed)
    with pytest.raises(
        RenderError, match=r"^a process that rendered films was killed.*the same command goes on"
    ) as error:
        render.render(["race"], format="png", terrain="saddle", optimizers=["sgd"], out=tmp_path)
    assert "\n" not in str(error.value)
    assert not list(tmp_path.iterdir())


def test_two_processes_do_not_write_films_into_one_folder(tmp_path):
    with (
        writing(tmp_path / "films.json"),
        pytest.raises(ls.RunError, match=r"films\.json' is being written by"),
    ):
        render.render(["race"], format="png", terrain="saddle", optimizers=["sgd"], out=tmp_path)


def test_a_renderer_that_is_ended_leaves_no_lock_of_a_bar_behind(tmp_path, monkeypatch):
    """Python would name such locks on the terminal after Ctrl-C."""

    def stopped(order):
        raise KeyboardInterrupt

    monkeypatch.setattr(tqdm, "_lock", None, raising=False)
    monkeypatch.setattr(render, "_scene", stopped)
    with pytest.raises(KeyboardInterrupt):
        render._render_one(render.Order("race", "low", "dark", "en", "png"), tmp_path)
    assert isinstance(tqdm.get_lock(), type(threading.RLock()))
    assert not list(tmp_path.iterdir())


SPOKEN = """
from landscape.animations import Lesson

class Spoken(Lesson):
    captions = {"en": {"one": "First this. Then more of it.", "two": "And that.", "three": "The end"}}

    def construct(self):
        self.say("one")
        self.say("two")
        self.pause(1)
        self.say("three")
        self.pause(1)
"""


def test_what_a_film_says_lies_beside_it_and_its_sections_in_it(tmp_path):
    (tmp_path / "mine.py").write_text(SPOKEN)
    (film,) = render.render([f"{tmp_path / 'mine.py'}:Spoken"], out=tmp_path / "films", captions="both")
    with av.open(str(film)) as container:
        chapters = [(one["metadata"]["title"], float(one["start"] * one["time_base"])) for one in container.chapters()]
        length = container.duration / av.time_base
        assert not any(stream.type == "audio" for stream in container.streams)
    said = captioning.read(film)
    assert [one.words for one in said] == ["First this. Then more of it.", "And that.", "The end"]
    # Each is there as soon as the one before it has faded, and long enough to be read.
    for one, after in pairwise(said):
        assert after.begin - one.end == pytest.approx(0.25, abs=0.1)
        assert one.end - one.begin > len(one.words) / 18
    assert said[-1].end == pytest.approx(length, abs=0.1)
    assert [title for title, _ in chapters] == ["First this", "The end"]
    assert chapters[0][1] == 0
    assert chapters[1][1] == pytest.approx(said[1].end, abs=0.1)
    web = film.with_suffix(".vtt").read_text(encoding="utf-8")
    assert web.startswith("WEBVTT\n\n1\n00:00:00.000 --> ")
    # Without captions in the picture it says the same at the same times.
    (plain,) = render.render([f"{tmp_path / 'mine.py'}:Spoken"], out=tmp_path / "plain", captions="file")
    for one, other in zip(captioning.read(plain), said, strict=True):
        assert one.words == other.words
        assert (one.begin, one.end) == pytest.approx((other.begin, other.end), abs=0.1)
    assert brightest(plain) < 60 < brightest(film)


def brightest(film):
    """Of all pixels of a film's middle frame: words are white, and the ground is dark."""
    with av.open(str(film)) as container:
        frames = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
    return frames[len(frames) // 2].max()
