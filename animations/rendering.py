"""From a lesson's name to a file."""

from __future__ import annotations

import errno
import multiprocessing
import os
import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from itertools import accumulate, groupby
from pathlib import Path
from typing import Any

from landscape.core import bounds, own, workers
from landscape.core.checks import one_of, within
from landscape.core.errors import InputError, RenderError, unknown
from landscape.core.wording import LANGUAGES
from landscape.files import kinds, locks, writing

from . import captioning, checksums, lessons, own_scripts
from .filming import BEGUN, QUALITIES, film
from .lessons import STORY, TOUR, WHOLES
from .material import Material
from .orders import COVER, THEMES, Order
from .own_words import SHARED, OwnWords
from .shapes import SHAPES
from .voices import Voice

FORMATS = ("mp4", "webm", "mov", "gif", "png")
_WITH_ALPHA = ("webm", "mov", "png")

_LEAST = 19 * 10**8  # bytes of addresses for manim and OpenGL in software; with less they crash, as was measured

Progress = Callable[[str, float, bool], None]


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
    captions_file: str | Path = "",
    voice: str | Path = "",
    voice_command: str = "",
    script: str | Path = "",
    shape: str = "wide",
    transparent: bool = False,
    terrain: str = "",
    optimizers: Sequence[str] = (),
    start: Sequence[float] | None = None,
    steps: int | None = None,
    domain: Any = None,
    speed: float = 1.0,
) -> list[Path]:
    """Render lessons, side by side in processes of their own, and return the files in the order of `names`.

    Beside each film its last still is written as a PNG file and a cover with its title as a JPEG file, and in it its
    sections are chapters. What is there already, of the same code, data and options, is not rendered again.

    Parameters
    ----------
    names : of `lessons.names()`, or notations of the user's own, mine.py:MyLesson; or "story": its chapters as one
        film; or "tour": all that has a place there as one film, and what else is named at its place, or at the end.
    quality : "low" (480p), "medium" (720p), "high" (1080p60) or "4k".
    theme : "dark" or "light", or a file of one's own colours and logo, school.toml; see `landscape.figures.themes`.
    lang : language of the captions, "en" or "zh".
    out : folder of the files.
    runs : run folders for lessons that otherwise train their own.
    jobs : processes at a time; as many as there are cores if None.
    progress : called as progress(lesson, seconds of film so far, finished).
    format : "mp4", "webm", "mov", "gif" (without sound), or "png", the last still alone.
    captions : "burnt" into the picture, in a "file", .srt and .vtt, beside the film, or "both".
    captions_file : own words in place of the films', perhaps of a third language: TOML, a table a lesson; `lacking`
        tells what is missing there.
    voice : a folder of recordings, LESSON/KEY.wav, or another kind of sound, one a caption. voice_command : a program
        that speaks those that are not there, as "espeak-ng -w {out} {text}". Films wait for what is spoken.
    script : a file for a narrator's script: all that is said, when, and what its recording would be called.
    transparent : where there is no world, nothing lies behind words and pictures; as webm, mov or png.
    shape : of the picture, which is composed for each: "wide" (16:9), "square", or "tall" (9:16), for phones.
    terrain, optimizers, start, steps, domain : of the user's own, as `Material` has them, which each lesson that is
        named must take; of runs it is enough that one of them does. speed : times as fast moves what moves.

    Raises ValueError for unknown names, RunError or DataError for runs that cannot be shown, and RenderError where a
    part of the system is missing, no space is left, or a process was killed; RunError, too, where another process
    writes films into the same folder.
    """
    if script:
        writing.check(Path(script), kinds.NARRATION)
        if not Path(script).absolute().parent.is_dir():
            raise InputError(f"script '{script}' is not allowed: there is no folder '{Path(script).parent}'")
    for name in names:
        lessons.checked(name, *WHOLES)
    material = Material.of(terrain, optimizers, runs, start, steps, domain, speed)
    check_taken(names, material)
    one_of("quality", quality, list(QUALITIES))
    one_of("format", format, FORMATS)
    one_of("captions", captions, captioning.CAPTIONS)
    one_of("shape", shape, list(SHAPES))
    speaks = Voice(str(voice), voice_command)
    if speaks and format not in ("mp4", "webm"):
        raise ValueError(f"format '{format}' has no sound: films with a voice are mp4 or webm")
    if transparent and format not in _WITH_ALPHA:
        raise ValueError(f"format '{format}' has no transparency: it must be {' or '.join(_WITH_ALPHA)}")
    if script and format == "png":
        raise ValueError("a still says nothing: a script is of films")
    one_of("language", lang, LANGUAGES)
    if theme not in THEMES:
        from landscape.figures.themes import palette

        palette(theme)
    lessons.check_installed()
    if (most := bounds.addresses()) < _LEAST:
        told = f"ulimit -v allows {bounds.size(most)} to a process, and {bounds.size(_LEAST)} are needed"
        raise RenderError(f"there is not enough memory for films: {told}")
    cuts, wanted = _cuts(names), _wanted(names)
    shown = dict.fromkeys(wanted, material)
    for name in wanted if material.given else ():
        shown[name] = material.only(_taken(name, len(wanted)))
        if shown[name].given:
            lessons.get(name).check(shown[name])
    _check_apart(wanted)
    jobs = (os.cpu_count() or 1) if jobs is None else jobs
    within("jobs", jobs, 1, 1024)
    for whole in cuts:
        if format == "png":
            raise ValueError(
                f"the {whole} is a film of films, it has no last still of its own: render it as mp4, webm or gif"
            )
    out, progress = Path(out), progress or (lambda *_: None)

    how: dict[str, Any] = {"quality": quality, "theme": theme, "lang": lang, "format": format, "shape": shape}
    how |= {"captions": captions, "voice": speaks, "transparent": transparent, "met": own.met()}
    words = _own_words(wanted, captions_file, lang)
    orders = {
        name: Order(name, material=shown[name], words=words[name], home=lessons.home(name), **how) for name in wanted
    }
    cards = {
        whole: [
            replace(orders[name], chapter=(whole, k, len(cut)), material=Material()) for k, name in enumerate(cut, 1)
        ]
        for whole, cut in cuts.items()
    }
    try:
        with locks.writing(out / checksums.FILE):
            _sweep_up(out)
            try:
                _render_all([*orders.values(), *(card for cut in cards.values() for card in cut)], out, jobs, progress)
                titles = {name: orders[name].title for name in wanted}
                for whole, cut in cards.items():
                    parts = [one for card in cut for one in (card, orders[card.lesson])]
                    _cut_together(whole, parts, out, progress)
                if script:
                    made = [out / (f"{name}.{format}" if name in WHOLES else orders[name].file) for name in names]
                    of = {lessons.file_name(name): titles[name] for name in wanted}
                    writing.write_bytes(Path(script), _narration(made, of).encode(), kinds.NARRATION)
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


def check_taken(names: Sequence[str], material: Material, called: Mapping[str, str] | None = None) -> None:
    """InputError for material that one of the lessons that are named does not take, or runs that none of them does.

    called : what the user calls each kind of material.
    """
    wanted = [*_wanted(names), *(name for name in names if name in WHOLES)]
    for one in sorted(material.given):
        without = [name for name in wanted if name in WHOLES or one not in _taken(name, len(wanted))]
        # Runs may lie beside lessons that do not take them.
        if len(without) == len(wanted) if one == "runs" else without:
            known = ", ".join(name for name in lessons.names() if one in _taken(name, 1))
            what = one if called is None else called[one]
            raise InputError(f"{what} is for the lessons {known}, and would do nothing in {without[0]}: leave it out")


def _taken(name: str, of: int) -> frozenset[str]:
    """The kinds of material that a lesson takes as one of so many."""
    lesson = lessons.get(name)
    return lesson.takes | lesson.takes_alone if of == 1 else lesson.takes


def lacking(names: Sequence[str], captions_file: str | Path, lang: str = "en") -> list[str]:
    """The words, as lesson.key, that a file of one's own words lacks for the films of these names: they are said in the
    films' language. ValueError for a file that is none such."""
    found, shared = OwnWords.read(captions_file), own_scripts.shared_words(lang)
    known = {lessons.file_name(name): lessons.script(name).said(lang).keys() - shared.keys() for name in _wanted(names)}
    return [f"{lesson}.{key}" for lesson, words in known.items() for key in found.lacks(lesson, words)]


def _own_words(wanted: Sequence[str], path: str | Path, lang: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """A user's words of each lesson; none without a file."""
    if not path:
        return dict.fromkeys(wanted, ())
    found, names = OwnWords.read(path), {name: lessons.file_name(name) for name in wanted}
    for lesson in found.words:
        if lesson != SHARED and lesson not in names.values():
            raise unknown(f"lesson in '{path}'", lesson, [*names.values(), SHARED])
    known = {name: own_scripts.words_of(lessons.get(name), lang) for name in wanted}
    return {name: tuple(found.of(file, known[name]).items()) for name, file in names.items()}


def _cuts(names: Sequence[str]) -> dict[str, list[str]]:
    """The films of films among these names, and the lessons of each."""
    named = list(dict.fromkeys(name for name in names if name not in WHOLES))
    cuts = {TOUR: _toured(named), STORY: lessons.chapters()}
    return {whole: cuts[whole] for whole in WHOLES if whole in names}


def _wanted(names: Sequence[str]) -> list[str]:
    """The lessons of films of these names."""
    named = [name for name in names if name not in WHOLES]
    return list(dict.fromkeys([*named, *(name for cut in _cuts(names).values() for name in cut)]))


def _narration(made: Sequence[Path], titles: Mapping[str, str]) -> str:
    """A narrator's script of films, each chapter under its title."""
    told = [list(part) for one in made for _, part in groupby(captioning.told(one), key=lambda said: said.lesson)]
    return captioning.narration([(titles[part[0].lesson], part) for part in told])


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


def _cut_together(name: str, parts: Sequence[Order], out: Path, progress: Progress) -> None:
    """A film of films, each after its title: each a chapter, and its captions, if there are files of them; unless it is
    there already."""
    from . import films

    first = parts[1]
    whole, captioned = out / f"{name}.{first.format}", first.captions != "burnt"
    beside = [whole.with_suffix(end) for end in (COVER, *(captioning.ENDINGS if captioned else ()))]
    there, key = checksums.Keys(out), " ".join(one.key for one in parts)
    if not (there.fits(whole, key) and all(one.exists() for one in beside)):
        # A name of its own until it is whole.
        begun, files = whole.with_name(f"{BEGUN}{whole.name}"), [out / one.file for one in parts]
        if first.format == "gif":
            films.gif(files, begun)
        else:
            ends = list(accumulate(map(films.seconds, files), initial=0.0))
            titles = [one.title for one in parts[1::2]]
            chapters = [captioning.Chapter(*one) for one in zip(titles, ends[:-1:2], strict=True)]
            films.join(files, begun, chapters, first.transparent)
            told = zip(files[1::2], ends[1::2], strict=True)
            said = [one for film, at in told for one in captioning.later(captioning.told(film), at)]
            captioning.keep(whole, said)
            if captioned:
                captioning.write(whole, said)
        # It begins with its first, and that film's cover is its own.
        shutil.copyfile(files[1].with_suffix(COVER), whole.with_suffix(COVER))
        begun.replace(whole)
        there.keep(whole, key)
    progress(name, films.seconds(whole), True)


def _sweep_up(out: Path) -> None:
    """Remove what processes that were killed, or stopped, had begun."""
    for begun in out.glob(f"{BEGUN}*"):
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
        if there.fits(file, order.key) and all((out / one).exists() for one in order.beside):
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
                futures |= {order: pool.submit(film, order, out) for order in waiting}
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
