"""`landscape animate`: the lessons as videos."""

from __future__ import annotations

from pathlib import Path

import click

from . import options


@click.command()
@click.argument("lessons", nargs=-1, required=True)
@click.option(
    "--quality",
    type=click.Choice(["low", "medium", "high", "4k"]),
    default="low",
    show_default=True,
    help="480p, 720p, 1080p at 60 frames a second, 2160p.",
)
@click.option("--theme", type=click.Choice(["light", "dark"]), default="dark", show_default=True, help="Ground.")
@click.option("--run", "runs", multiple=True, type=click.Path(path_type=Path), help="Run folder for mnist; repeatable.")
@click.option("--jobs", type=int, help="Films rendered at a time; one a core if not given.")
@options.out("out/films", "Folder of the videos.")
def animate(
    lessons: tuple[str, ...], quality: str, theme: str, runs: tuple[Path, ...], jobs: int | None, out: Path
) -> None:
    """Render LESSONS, or all of them.

    Example: landscape animate ravine mnist --quality medium
    """
    from landscape.animations.lessons import NAMES

    wanted = NAMES if "all" in lessons else lessons
    options.report(films(wanted, quality=quality, theme=theme, runs=runs, jobs=jobs, out=out))


def films(
    lessons: tuple[str, ...], *, quality: str, theme: str, runs: tuple[Path, ...], jobs: int | None, out: Path
) -> list[Path]:
    """Render with a progress bar a lesson."""
    from landscape.animations import render

    from . import screen

    with screen.bars() as progress:
        tasks = {name: progress.add_task(name, total=None, note="") for name in lessons}

        def show(name: str, seconds: float, finished: bool) -> None:
            done = {"completed": 1, "total": 1} if finished else {}
            progress.update(tasks[name], note=f"{seconds:.0f} s of film", **done)  # type: ignore[arg-type]

        return render(lessons, quality=quality, theme=theme, runs=runs, jobs=jobs, out=out, progress=show)
