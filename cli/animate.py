"""`landscape animate`: the lessons as videos."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from . import options, places
from .verbs import verb

# What the options are called that bring material of the user's own.
_CALLED = {
    "terrain": "--terrain",
    "optimizers": "-o",
    "runs": "--run",
    "start": "--start",
    "steps": "--steps",
    "domain": "--domain",
}
_TOLD = 5  # of the words that a file lacks


def _lessons() -> dict[str, str]:
    """Those that there are, with a line on each."""
    from landscape.animations import lessons

    return {name: lessons.script(name).blurb() for name in lessons.names()}


@verb(short_help="Render the lessons as films.", listed=("Lessons", _lessons))
@click.argument("lessons", nargs=-1)
@options.option(
    "--quality",
    type=options.OneOf(["low", "medium", "high", "4k"]),
    default="low",
    help="480p, 720p, 1080p at 60 frames a second, 2160p.",
)
@options.option("--format", "format_", default="mp4", help="mp4, webm, mov, gif, or png: the last still.")
@options.option("--transparent", is_flag=True, help="Nothing behind what has no world, as webm, mov or png.")
@options.option(
    "--captions",
    type=options.OneOf(["burnt", "file", "both"]),
    default="burnt",
    help="Captions in the picture, as .srt and .vtt beside the film, or both.",
)
@options.option(
    "--captions-file", type=options.PATH, help="Own words, perhaps of a third language: TOML, a table a lesson."
)
@options.option("--voice", type=options.PATH, help="Folder of recordings, LESSON/KEY.wav, one a caption.")
@options.option("--voice-command", help="Program that speaks, as 'espeak-ng -v {lang} -w {out} {text}'.")
@options.option("--script", type=options.PATH, help="File for a narrator's script: what is said, and when.")
@options.option(
    "--shape", type=options.OneOf(["wide", "square", "tall"]), default="wide", help="16:9, 1:1, or 9:16 for phones."
)
@options.option("--lang", default="en", help="Language of the words: en or zh.")
@options.option(
    "--theme",
    type=options.Theme(["light", "dark"]),
    default="dark",
    help="Ground; or a file of your own colours and logo, school.toml.",
)
@options.option(
    "--run", "runs", multiple=True, type=options.PATH, help="Run folder for mnist, evolution, iteration; repeatable."
)
@options.option("--terrain", help="A terrain of your own for race, ravine, saddle, cliff, as for `landscape race`.")
@options.optimizer("name or name:key=value,… for the lesson race", callback=options.each_once)
@options.start
@options.option("--steps", type=int, help="That walks on a terrain take, at the most.")
@options.domain
@options.option("--speed", default=1.0, help="Times as fast moves what moves.")
@options.option("--jobs", type=int, help="Films rendered at a time; one a core if not given.")
@places.folder("out/films", "Folder of the videos.")
def animate(
    lessons: tuple[str, ...],
    quality: str,
    format_: str,
    transparent: bool,
    captions: str,
    captions_file: Path | None,
    voice: Path | None,
    voice_command: str | None,
    script: Path | None,
    shape: str,
    lang: str,
    theme: str,
    runs: tuple[Path, ...],
    terrain: str | None,
    optimizers: tuple[str, ...],
    start: str | None,
    steps: int | None,
    domain: str | None,
    speed: float,
    jobs: int | None,
    out: Path,
) -> None:
    """Render LESSONS, or all of them, and the last still of each as a picture.

    A lesson is one of those below, or one of your own, file.py:Class. story is a film of five chapters, each a lesson;
    tour is all lessons as one film, with what else is named at its place or at the end; all are all of these.

    What is there already, of the same code, data and options, is not rendered again; so a stopped call goes on.

    \b
    Examples:
      landscape animate story --quality high
      landscape animate ravine mnist --quality medium
      landscape animate roles --shape tall --quality medium
      landscape animate all --lang zh
      landscape animate --terrain himmelblau -o sgd:lr=0.01 -o adam:lr=0.1
      landscape animate saddle --terrain "x^2 - y^2 + 0.1*y^4"
      landscape animate mine.py:MyLesson tour
    """
    from landscape import Run
    from landscape.animations import lessons as known
    from landscape.animations.material import Material
    from landscape.animations.rendering import check_taken, lacking

    for name in lessons:
        known.checked(name, *known.WHOLES, "all")
    if not (lessons or terrain is not None or optimizers):
        raise ValueError(f"name a lesson, or all (allowed: {', '.join([*known.names(), *known.WHOLES])})")
    if terrain is not None:
        options.terrain_of(terrain, domain)
    brought: dict[str, Any] = {"terrain": terrain or "", "optimizers": optimizers, "runs": runs, "steps": steps}
    brought |= {"start": None if start is None else options.numbers(start, "--start"), "speed": speed}
    brought |= {"domain": None if domain is None else options.box(domain, "--domain")}
    wanted = _all(lessons, format_ == "png") if "all" in lessons else lessons or ("race",)
    check_taken(wanted, Material.of(**brought), _CALLED)
    options.distinct(runs)
    for run in runs:
        Run.summary(run)
    if captions_file is not None and (lacks := lacking(wanted, captions_file, lang)):
        told = ", ".join(lacks[:_TOLD]) + (", …" if len(lacks) > _TOLD else "")
        click.echo(f"{captions_file} lacks {len(lacks)} words, which are said in '{lang}': {told}", err=True)
    options.report(
        films(
            wanted,
            quality=quality,
            theme=theme,
            lang=lang,
            format=format_,
            transparent=transparent,
            captions=captions,
            captions_file=captions_file or "",
            voice=voice or "",
            voice_command=voice_command or "",
            script=script or "",
            shape=shape,
            jobs=jobs,
            out=out,
            **brought,
        )
    )


def _all(named: tuple[str, ...], still: bool) -> tuple[str, ...]:
    """All that there are, and films of films, which have no still; and what else was named."""
    from landscape.animations import lessons

    known = [*lessons.tour(), *([] if still else lessons.WHOLES)]
    return tuple(dict.fromkeys([*known, *(name for name in named if name != "all")]))


def films(lessons: tuple[str, ...], **how: object) -> list[Path]:
    """Render with a progress bar a lesson."""
    from landscape.animations import render

    from . import screen

    with screen.bars() as progress:
        tasks = {name: progress.add_task(name, total=None, note="") for name in lessons}

        def show(name: str, seconds: float, finished: bool) -> None:
            done = {"completed": 1, "total": 1} if finished else {}
            if name not in tasks:  # a chapter's title, or a film that the tour needs
                tasks[name] = progress.add_task(name, total=None, note="")
            progress.update(tasks[name], note=f"{seconds:.0f} s of film", **done)  # type: ignore[arg-type]

        return render(lessons, progress=show, **how)  # type: ignore[arg-type]
