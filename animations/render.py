"""From a lesson's name to a video file."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from landscape.checks import at_least, one_of
from landscape.errors import RenderError
from landscape.figures.palette import palette

from . import lessons

QUALITIES = {"low": (854, 480, 30), "medium": (1280, 720, 30), "high": (1920, 1080, 60), "4k": (3840, 2160, 60)}
_REPORT_EVERY = 1.0  # second of film

# Set in each rendering process by `_start`: where it reports to.
_reports: Any = None


def render(
    names: Sequence[str],
    quality: str = "low",
    theme: str = "dark",
    lang: str = "en",
    out: str | Path = "out/films",
    runs: Sequence[str | Path] = (),
    jobs: int | None = None,
    progress: Callable[[str, float, bool], None] | None = None,
) -> list[Path]:
    """Render lessons, side by side in processes of their own, and return the files in the order of `names`.

    Beside each film NAME.mp4 its last still is written as NAME.png.

    Parameters
    ----------
    quality : "low" (480p), "medium" (720p), "high" (1080p60) or "4k".
    theme : "dark" or "light". lang : language of the captions.
    out : folder of the videos.
    runs : run folders for the lessons about MNIST, which otherwise train their own.
    jobs : processes at a time; as many as there are cores if None.
    progress : called as progress(lesson, seconds of film so far, finished).

    Raises ValueError for unknown names, and RenderError where a part of the system is missing.
    """
    for name in names:
        one_of("lesson", name, lessons.NAMES)
    one_of("quality", quality, list(QUALITIES))
    palette(theme)
    for needed in ("manim", "moderngl"):
        if find_spec(needed) is None:
            raise RenderError(f"{needed} is not installed: pip install 'landscape-lab[animate]'")
    at_least("jobs", jobs := jobs or os.cpu_count() or 1, 1)
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)

    # Manim keeps its state in the process, and OpenGL's does not survive a fork.
    context = multiprocessing.get_context("spawn")
    reports = context.Queue()
    with ProcessPoolExecutor(min(jobs, len(names) or 1), context, _start, (reports,)) as pool:
        futures = {name: pool.submit(_render_one, name, quality, theme, lang, out, list(runs)) for name in names}
        listener = threading.Thread(target=_listen, args=(reports, len(futures), progress), daemon=True)
        listener.start()
        try:
            return [futures[name].result() for name in names]
        except BaseException:
            for process in list(getattr(pool, "_processes", {}).values()):
                process.terminate()
            raise


def _start(reports: Any) -> None:
    global _reports
    _reports = reports


def _listen(reports: Any, unfinished: int, progress: Callable[[str, float, bool], None] | None) -> None:
    while unfinished:
        name, seconds, finished = reports.get()
        unfinished -= finished
        if progress is not None:
            progress(name, seconds, finished)


def _render_one(name: str, quality: str, theme: str, lang: str, out: Path, runs: list[str | Path]) -> Path:
    """Render one lesson in this process."""
    from manim import tempconfig

    width, height, rate = QUALITIES[quality]
    with tempfile.TemporaryDirectory(prefix=".film-", dir=out) as media:
        settings = {
            "pixel_width": width,
            "pixel_height": height,
            "frame_rate": rate,
            "media_dir": media,
            "disable_caching": True,
            "verbosity": "ERROR",
            "progress_bar": "none",
            "output_file": name,
        }
        with tempconfig(settings):
            lesson = lessons.get(name)
            options: dict[str, Any] = {"runs": runs} if lesson.shows_runs else {}
            scene = lesson(theme=theme, lang=lang, **options)
            reported = 0.0

            def report(seconds: float) -> None:
                nonlocal reported
                if seconds - reported >= _REPORT_EVERY:
                    reported = seconds
                    _reports.put((name, seconds, False))

            scene.renderer.report = report
            scene.render()
            finished = out / f"{name}.mp4"
            # The last still, as a poster of the film and as a slide.
            scene.renderer.camera.get_image().convert("RGB").save(finished.with_suffix(".png"))
            shutil.move(scene.renderer.file_writer.movie_file_path, finished)
    _reports.put((name, scene.renderer.time, True))
    return finished
