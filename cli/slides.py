"""`landscape slides`: a talk about training runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from . import options, places
from .data import Images, images_of
from .terminal import say
from .verbs import FOR_IMAGES, verb

if TYPE_CHECKING:
    from landscape.core.lesson_scripts import Script


@verb(least=FOR_IMAGES, short_help="Make a talk about runs, for PowerPoint or the browser.")
@options.runs
@options.option("--theme", type=options.OneOf(["light", "dark"]), default="light", help="Ground.")
@options.lang
@options.option("--title", default="", show_default=False, help="Of the talk; made from the runs if not given.")
@options.option("--template", type=options.PATH, help="A .pptx or .potx file, for its design.")
@images_of(10_000)
@options.option("--clips", help="Lessons shown as films, in this order, or none; the usual ones if not given.")
@options.option("--quality", type=options.OneOf(["low", "medium", "high"]), default="medium", help="Of the films.")
@options.option("--figure", "further", multiple=True, help="A further kind, as of plot, on a slide; may be repeated.")
@places.file("out/talk.pptx", "File: .pptx, or .html for one page that plays in any browser.", ".pptx", ".html")
def slides(
    runs: tuple[Path, ...],
    theme: str,
    lang: str,
    title: str,
    template: Path | None,
    images: Images,
    clips: str | None,
    quality: str,
    further: tuple[str, ...],
    out: Path,
) -> None:
    """Make slides about the run folders RUNS that can be presented as they are, with films and speaker notes.

    Text, tables and films can be edited in PowerPoint; every number comes from the runs. Films are kept in a folder
    beside the file, and are not rendered again.

    \b
    Examples:
      landscape slides runs/* --out talk.pptx
      landscape slides runs/* --out talk.html --theme dark --lang zh
      landscape slides runs/adam-lr0.001 --template mine.pptx --clips none
    """
    import landscape as ls
    from landscape import figures
    from landscape import slides as decks

    from . import screen

    design = decks.check(out, template, title)
    scripts = _scripts(clips)
    for kind in further:
        figures.kinds.of(kind)
    labels = options.distinct(runs)
    loaded = [ls.Run.load(folder) for folder in runs]
    read = decks.data_of(loaded, images.where)
    sample = None if read is None else images.of(read)

    places.hold(out)
    flown = decks.flyable(loaded) if any(one.when == "terrain" for one in scripts.values()) else []
    folders = [folder for folder, run in zip(runs, loaded, strict=True) if any(run is one for one in flown)]
    films = _films(tuple(scripts), quality, theme, lang, folders, out.with_name(f"{out.stem}-clips"))
    with screen.projecting() as show:
        deck = decks.deck(
            loaded,
            read,
            sample,
            names=labels,
            title=title,
            theme=theme,
            lang=lang,
            clips=dict(zip(scripts, films, strict=False)),
            scripts=scripts,
            flown=flown,
            further=further,
            progress=show,
        )
        deck.save(out, design, lambda done, total: show("slides", done, total))
    options.report([*films, out])


def _scripts(clips: str | None) -> dict[str, Script]:
    """What is told of the lessons that --clips names, in its order; ValueError for those that there are not."""
    from landscape.animations import lessons

    if clips == "none":
        return {}
    if clips is None:
        told = {name: lessons.script(name) for name in lessons.tour()}
        return {name: one for name, one in told.items() if one.usual}
    return {name: lessons.script(lessons.checked(name)) for name in dict.fromkeys(clips.split(","))}


def _films(lessons: Sequence[str], quality: str, theme: str, lang: str, runs: Sequence[Path], out: Path) -> list[Path]:
    """The films, or none where they cannot be rendered, with a line that says why."""
    from landscape.core.errors import RenderError

    from . import animate

    if not lessons:
        return []
    try:
        return animate.films(tuple(lessons), quality=quality, theme=theme, lang=lang, runs=tuple(runs), out=out)
    except RenderError as error:
        say(f"The slides have no films: {error}", err=True)
        return []
