"""From a lesson's name to a file."""

from __future__ import annotations

import errno
import multiprocessing
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import accumulate
from pathlib import Path
from typing import Any

from landscape import optimizers, terrains
from landscape.core import bounds, own, workers
from landscape.core.checks import one_of, within
from landscape.core.errors import InputError, LandscapeError, RenderError
from landscape.core.registry import Registry
from landscape.core.wording import LANGUAGES
from landscape.figures.palettes import palette
from landscape.files.locks import writing

from . import captioning, cast, checksums, lessons, own_scripts
from .lessons import STORY, TOUR, WHOLES

QUALITIES = {"low": (854, 480, 30), "medium": (1280, 720, 30), "high": (1920, 1080, 60), "4k": (3840, 2160, 60)}
FORMATS = ("mp4", "gif", "webm", "png")

_LEAST = 19 * 10**8  # bytes of addresses for manim and OpenGL in software; with less they crash, as was measured
_REPORT_EVERY = 1.0  # second of film
_BEGUN = ".film-"  # how names begin of what is not finished
_TITLES = ".titles"  # the folder of the titles of chapters

Progress = Callable[[str, float, bool], None]


@dataclass(frozen=True)
class Order:
    """What to render one lesson with, or the title of its chapter in a film of films; see `render`.

    chapter : of which film, its number there, and how many there are, for a title. home : the module that registers
    the lesson. met : files of the user's own that are known.
    """

    lesson: str
    quality: str
    theme: str
    lang: str
    format: str
    runs: tuple[str, ...] = ()
    terrain: str = ""
    optimizers: tuple[str, ...] = ()
    captions: str = "burnt"
    chapter: tuple[str, int, int] | None = None
    home: str = ""
    met: tuple[Path, ...] = ()

    @property
    def key(self) -> str:
        """A checksum of all that decides what the file looks like."""
        lesson = lessons.get(self.lesson)
        shows_runs = self.chapter is None and lesson.shows_runs
        found = [
            _source(terrains.registry, self.terrain),
            *(_source(optimizers.registry, one) for one in self.optimizers),
        ]
        files = [path for path in found if path]
        return checksums.key(
            own_scripts.files_of(lesson), self.runs if shows_runs else (), [*files, *self.met], vars(self)
        )

    @property
    def stem(self) -> str:
        """What its files are called, without the ending."""
        name = lessons.file_name(self.lesson)
        return name if self.chapter is None else f"{_TITLES}/{self.chapter[0]}-{name}"

    @property
    def file(self) -> str:
        """The name of the film, or of the still."""
        return f"{self.stem}.{self.format}"

    @property
    def subtitles(self) -> list[str]:
        """The names of the files of its captions."""
        if self.captions == "burnt" or self.chapter is not None or self.format == "png":
            return []
        return [f"{self.stem}{ending}" for ending in captioning.ENDINGS]

    @property
    def length(self) -> int:
        """About how long it takes: letters to read, none of a title."""
        return 0 if self.chapter else sum(map(len, lessons.script(self.lesson).said(self.lang).values()))

    @property
    def told(self) -> str:
        """What progress calls it."""
        return self.lesson if self.chapter is None else f"the title of {self.lesson}"


def render(
    names: Sequence[str],
    quality: str = "low",
    theme: str = "dark",
    lang: str = "en",
    out: str | Path = "out/films",
    runs: Sequence[str | Path] = (),
    jobs: int | None = None,
    progress: Progress | None = None,
    *,
    format: str = "mp4",
    captions: str = "burnt",
    terrain: str = "",
    optimizers: Sequence[str] = (),
) -> list[Path]:
    """Render lessons, side by side in processes of their own, and return the files in the order of `names`.

    Beside each film its last still is written as a PNG file, and in it its sections are chapters. What is there
    already, of the same code, data and options, is not rendered again.

    Parameters
    ----------
    names : of `lessons.names()`, or notations of the user's own, mine.py:MyLesson; or "story": its chapters as one
        film; or "tour": all that has a place there as one film, and what else is named at its place, or at the end.
    quality : "low" (480p), "medium" (720p), "high" (1080p60) or "4k".
    theme : "dark" or "light". lang : language of the captions, "en" or "zh".
    out : folder of the files.
    runs : run folders for the lessons about MNIST, which otherwise train their own.
    jobs : processes at a time; as many as there are cores if None.
    progress : called as progress(lesson, seconds of film so far, finished).
    format : "mp4", "webm", "gif" (without sound or transparency), or "png", the last still alone.
    captions : "burnt" into the picture, in a "file", .srt and .vtt, beside the film, or "both".
    terrain, optimizers : notations, for the lesson "race".

    Raises ValueError for unknown names, RunError or DataError for runs that cannot be shown, and RenderError where a
    part of the system is missing, no space is left, or a process was killed; RunError, too, where another process
    writes films into the same folder.
    """
    for name in names:
        lessons.checked(name, *WHOLES)
    one_of("quality", quality, list(QUALITIES))
    one_of("format", format, FORMATS)
    one_of("captions", captions, captioning.CAPTIONS)
    one_of("language", lang, LANGUAGES)
    palette(theme)
    if (most := bounds.addresses()) < _LEAST:
        told = f"ulimit -v allows {bounds.size(most)} to a process, and {bounds.size(_LEAST)} are needed"
        raise RenderError(f"there is not enough memory for films: {told}")
    named = list(dict.fromkeys(name for name in names if name not in WHOLES))
    cuts = {TOUR: _toured(named), STORY: lessons.chapters()}
    cuts = {whole: cuts[whole] for whole in WHOLES if whole in names}
    wanted = list(dict.fromkeys([*named, *(name for cut in cuts.values() for name in cut)]))
    for name in wanted:
        if (lesson := lessons.get(name)).shows_runs and runs:
            lesson.check(runs)
    _check_apart(wanted)
    jobs = (os.cpu_count() or 1) if jobs is None else jobs
    within("jobs", jobs, 1, 1024)
    for whole in cuts:
        if format == "png":
            raise ValueError(
                f"the {whole} is a film of films, it has no last still of its own: render it as mp4, webm or gif"
            )
    cast.at_most(len(runs), "runs")
    if any(lessons.get(name).shows_terrain for name in wanted):
        cast.race(terrain, optimizers)
    out, progress = Path(out), progress or (lambda *_: None)

    given = (tuple(map(str, runs)), terrain, tuple(optimizers), captions)
    how = (quality, theme, lang, format, *given)
    orders = {name: Order(name, *how, home=lessons.home(name), met=own.met()) for name in wanted}
    cards = {
        whole: [replace(orders[name], chapter=(whole, k, len(cut))) for k, name in enumerate(cut, 1)]
        for whole, cut in cuts.items()
    }
    try:
        with writing(out / checksums.FILE):
            _sweep_up(out)
            try:
                _render_all([*orders.values(), *(card for cut in cards.values() for card in cut)], out, jobs, progress)
                for whole, cut in cards.items():
                    parts = [out / one.file for card in cut for one in (card, orders[card.lesson])]
                    titles = [lessons.script(card.lesson).title(lang) for card in cut]
                    _cut_together(parts, out / f"{whole}.{format}", titles, captions != "burnt", progress)
            finally:
                _sweep_up(out)
    except BrokenProcessPool:
        raise RenderError(
            "a process that rendered films was killed, perhaps as memory ran out: what was finished is kept, and the "
            "same command goes on from there (--jobs 1 needs the least memory)"
        ) from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise RenderError(f"no space is left for the films in '{out}'") from error
        raise
    return [out / (f"{name}.{format}" if name in WHOLES else orders[name].file) for name in names]


def _source(family: Registry[Any], notation: str) -> Path | None:
    """The user's own file that what has that notation comes from; None for what is ours."""
    name = own.halves(notation)[0]
    if own.is_file(notation) or not family.knows(name) or not own.is_foreign(maker := family.maker(name)):
        return own.path_of(notation)
    return own_scripts.source(maker)


def _toured(named: Sequence[str]) -> list[str]:
    """Those of the tour, and what else was named, at its place or at the end."""
    places = {name: lessons.script(name).place for name in [*lessons.tour(), *named]}
    return sorted(places, key=lambda name: float("inf") if (place := places[name]) is None else place)


def _check_apart(wanted: Sequence[str]) -> None:
    """ValueError for two lessons whose films would have one name."""
    stems = {name: lessons.file_name(name) for name in wanted}
    for stem in stems.values():
        same = [name for name in stems if stems[name] == stem]
        if len(same) > 1:
            raise InputError(f"{' and '.join(same)} are both called {stem}: give one another name")


def _cut_together(
    parts: Sequence[Path], whole: Path, titles: Sequence[str], captioned: bool, progress: Progress
) -> None:
    """A film of films and the titles before them: each a chapter, and its captions, if there are files of them."""
    from . import films

    # A name of its own until it is whole.
    begun = whole.with_name(f"{_BEGUN}{whole.name}")
    if whole.suffix == ".gif":
        films.gif(parts, begun)
    else:
        ends = list(accumulate(map(films.seconds, parts), initial=0.0))
        chapters = [captioning.Chapter(*one) for one in zip(titles, ends[:-1:2], strict=True)]
        films.join(parts, begun, chapters)
        if captioned:
            told = zip(parts[1::2], ends[1::2], strict=True)
            captioning.write(whole, [one for film, at in told for one in captioning.later(captioning.read(film), at)])
    begun.replace(whole)
    progress(whole.stem, films.seconds(whole), True)


def _sweep_up(out: Path) -> None:
    """Remove what processes that were killed, or stopped, had begun."""
    for begun in out.glob(f"{_BEGUN}*"):
        if begun.is_dir():
            shutil.rmtree(begun, ignore_errors=True)
        else:
            begun.unlink(missing_ok=True)


def _render_all(orders: list[Order], out: Path, jobs: int, progress: Progress) -> None:
    """Render those that are not there yet."""
    from . import films

    there = checksums.Keys(out)
    waiting = []
    for order in orders:
        file = out / order.file
        if there.fits(file, order.key) and all((out / one).exists() for one in order.subtitles):
            progress(order.told, films.seconds(file), True)
        else:
            waiting.append(order)
    # The longest first, so that in the end no process has to wait for another.
    waiting.sort(key=lambda order: -order.length)
    if not waiting:
        return

    # Manim keeps its state in the process, and OpenGL's does not survive a fork.
    context = multiprocessing.get_context("spawn")
    with workers.begun_safely():
        reports, count = context.Queue(), min(jobs, len(waiting))
    with ProcessPoolExecutor(count, context, workers.start, (reports, count)) as pool:
        futures: dict[Order, Future[None]] = {}
        try:
            with workers.begun_safely():
                futures |= {order: pool.submit(_render_one, order, out) for order in waiting}
            listener = threading.Thread(target=_listen, args=(reports, len(futures), progress), daemon=True)
            listener.start()
            for order, future in futures.items():
                future.result()
                there.keep(out / order.file, order.key)
        except BaseException:
            for future in futures.values():
                future.cancel()
            for process in list(getattr(pool, "_processes", {}).values()):
                process.terminate()
            # What others have finished is finished.
            for order, future in futures.items():
                if future.done() and not future.cancelled() and future.exception() is None:
                    there.keep(out / order.file, order.key)
            raise


def _listen(reports: Any, unfinished: int, progress: Progress) -> None:
    while unfinished:
        name, seconds, finished = reports.get()
        unfinished -= finished
        progress(name, seconds, finished)


def _render_one(order: Order, out: Path) -> None:
    """Render one lesson in this process."""
    from manim import tempconfig
    from tqdm import tqdm

    from . import films

    # Manim's bar, which is never shown, would have a lock for all processes, that is left behind by one that is ended.
    tqdm.set_lock(threading.RLock())

    own.meet(*order.met)
    width, height, rate = QUALITIES[order.quality]
    still = order.format == "png"
    with tempfile.TemporaryDirectory(prefix=_BEGUN, dir=out) as media:
        settings = {
            "pixel_width": width,
            "pixel_height": height,
            "frame_rate": rate,
            "media_dir": media,
            "disable_caching": True,
            "verbosity": "ERROR",
            "progress_bar": "none",
            "output_file": Path(order.stem).name,
            # GIFs are made of the finished film: manim's own have one palette for all films.
            "format": "webm" if order.format == "webm" else "mp4",
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
                scene = _scene(order)
                scene.renderer.report = report
                scene.render()
            poster = Path(media) / "poster.png"
            # The last still, as a poster of the film and as a slide.
            scene.renderer.camera.get_image().convert("RGB").save(poster)
            if not still:
                film = Path(scene.renderer.file_writer.movie_file_path)
                if order.format == "gif":
                    film = films.gif([film], film.with_suffix(".gif"))
                elif order.chapter is None:
                    whole = film.with_name(order.file)
                    films.join([film], whole.with_stem("whole"), scene.chapters)
                    film = whole.with_stem("whole")
                (out / order.file).parent.mkdir(exist_ok=True)
                shutil.move(film, out / order.file)
            if order.chapter is None:
                shutil.move(poster, out / f"{order.stem}.png")
                if order.subtitles:
                    captioning.write(out / order.file, scene.subtitles)
    workers.reports.put((order.told, scene.renderer.time, True))


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


def _scene(order: Order) -> Any:
    """The lesson, or the title of a chapter."""
    if order.home:
        import_module(order.home)
    if order.chapter is not None:
        from . import films

        title = lessons.script(order.lesson).title(order.lang)
        return films.Card(title, *order.chapter[1:], theme=order.theme, lang=order.lang)
    lesson = lessons.get(order.lesson)
    options: dict[str, Any] = {"runs": order.runs} if lesson.shows_runs else {}
    options |= {} if order.captions != "file" else {"burnt": False}
    if lesson.shows_terrain:
        options |= {"terrain": order.terrain, "optimizers": order.optimizers}
    return lesson(theme=order.theme, lang=order.lang, **options)
