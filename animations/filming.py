"""One film: a lesson is played, and becomes a file with its chapters, its sound and its last still."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from landscape.core import own, workers
from landscape.core.errors import InputError, LandscapeError

from . import captioning, lessons, shapes
from .orders import Order

QUALITIES = {"low": (854, 480, 30), "medium": (1280, 720, 30), "high": (1920, 1080, 60), "4k": (3840, 2160, 60)}
BEGUN = ".film-"  # how names begin of what is not finished

_REPORT_EVERY = 1.0  # second of film
_SPOKEN = ".spoken"  # the folder of what programs spoke


def film(order: Order, out: Path) -> None:
    """Render what is ordered into a folder, in this process."""
    from manim import tempconfig
    from PIL import Image
    from tqdm import tqdm

    from . import films

    # Manim's bar, which is never shown, would have a lock for all processes, that is left behind by one that is ended.
    tqdm.set_lock(threading.RLock())

    own.meet(*order.met)
    *wide, rate = QUALITIES[order.quality]
    (width, height), shape = shapes.pixels(order.shape, *wide), shapes.SHAPES[order.shape]
    still = order.format == "png"
    with tempfile.TemporaryDirectory(prefix=BEGUN, dir=out) as media:
        settings = {
            "pixel_width": width,
            "pixel_height": height,
            "frame_width": shape.frame[0],
            "frame_height": shape.frame[1],
            "frame_rate": rate,
            "media_dir": media,
            "disable_caching": True,
            "verbosity": "ERROR",
            "progress_bar": "none",
            "output_file": Path(order.stem).name,
            # GIFs are made of the finished film: manim's own have one palette for all films.
            "format": order.format if order.format in ("webm", "mov") else "mp4",
            "background_opacity": 0.0 if order.transparent else 1.0,
            "save_last_frame": still,
        }
        with tempconfig(settings):
            reported = 0.0

            def report(seconds: float) -> None:
                nonlocal reported
                if seconds - reported >= _REPORT_EVERY:
                    reported = seconds
                    workers.reports.put((order.told, seconds, False))

            with _told_in_one_line(order):
                scene = _scene(order, out)
                scene.renderer.report = report
                scene.render()
            said = [replace(one, lesson=order.stem) for one in scene.subtitles]
            poster = Path(media) / "poster.png"
            # The last still, as a poster of the film and as a slide.
            last = scene.renderer.camera.get_image()
            (last if order.transparent else last.convert("RGB")).save(poster)
            if not still:
                made = Path(scene.renderer.file_writer.movie_file_path)
                if order.format == "gif":
                    made = films.gif([made], made.with_suffix(".gif"))
                else:
                    made = _finished(made, scene, order, said)
                (out / order.file).parent.mkdir(exist_ok=True)
                shutil.move(made, out / order.file)
            if order.chapter is None:
                shutil.move(poster, out / f"{order.stem}.png")
                if not still:
                    cover = scene.cover()
                    ground = Image.new("RGBA", cover.size, scene.palette.ground)
                    ground.alpha_composite(cover)
                    ground.convert("RGB").save(out / order.cover, quality=92)
            if order.chapter is None and not still:
                captioning.keep(out / order.file, said)
            if order.subtitles:
                captioning.write(out / order.file, said)
    workers.reports.put((order.told, scene.renderer.time, True))


def _finished(made: Path, scene: Any, order: Order, said: Sequence[captioning.Caption]) -> Path:
    """A film with what is spoken, and with its sections as chapters."""
    from . import films, sound

    if order.voice:
        spoken = [(one.begin, Path(one.sound)) for one in said if one.sound]
        made = sound.with_sound(made, spoken, made.with_name(f"heard.{order.format}"))
    if order.chapter is None:
        whole = made.with_name(f"whole.{order.format}")
        films.join([made], whole, scene.chapters, order.transparent)
        made = whole
    return made


def _voiced(order: Order, out: Path, key: str, text: str) -> Path | None:
    """Where a caption of the lesson is spoken."""
    return order.voice.says(lessons.file_name(order.lesson), key, text, order.lang, out / _SPOKEN)


@contextmanager
def _told_in_one_line(order: Order) -> Iterator[None]:
    """What a user's own code raises, in a lesson of theirs or called by one of ours, as one line that says where."""
    try:
        yield
    except (LandscapeError, InputError, OSError):
        raise
    except Exception as error:
        lesson = lessons.get(order.lesson)
        said = own.told(error, also=lesson.__module__ if own.is_foreign(lesson) else "")
        if not said:
            raise
        raise InputError(f"lesson {order.lesson}: {said}") from error


def _scene(order: Order, out: Path) -> Any:
    """The lesson, or the title of a chapter."""
    if order.home:
        import_module(order.home)
    if order.chapter is not None:
        from .cards import Card

        how: dict[str, Any] = {"theme": order.theme, "lang": order.lang, "words": dict(order.words)}
        return Card(order.title, *order.chapter[1:], **how)
    lesson = lessons.get(order.lesson)
    options: dict[str, Any] = order.material.options
    options |= {} if order.captions != "file" else {"burnt": False}
    options |= {"words": dict(order.words)} if order.words else {}
    if order.voice:
        options["voice"] = partial(_voiced, order, out)
    return lesson(theme=order.theme, lang=order.lang, **options)
