"""Progress and tables on the terminal; on standard error, so that standard output holds results alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from landscape.core.numerals import percentage

from .terminal import spelled, visible

if TYPE_CHECKING:
    from landscape.training.session import Status


_NUMBER = 16  # letters of the longest numbers in tables


class _Visible(Console):
    """Shows what terminals would obey, in texts that it is given."""

    def print(self, *objects: Any, **kwargs: Any) -> None:
        super().print(*(visible(one) if isinstance(one, str) else one for one in objects), **kwargs)


# Names in brackets are names, and no styles.
console = _Visible(stderr=True, highlight=False, markup=False)


@contextmanager
def bars() -> Iterator[Progress]:
    """Progress bars; where no terminal is, nothing is drawn."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[note]}", markup=False),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        yield progress


@contextmanager
def training(quiet: bool) -> Iterator[Callable[[str], Callable[[Status], None] | None]]:
    """What shows the progress of each run, by its name: a bar, or a line a measurement where no terminal is."""
    with bars() as progress:

        def watch(name: str) -> Callable[[Status], None] | None:
            if quiet:
                return None
            if not console.is_terminal:
                return lambda status: _line(name, status)
            task = progress.add_task(visible(name), total=None, note="")

            def show(status: Status) -> None:
                progress.update(task, completed=status.step, total=status.steps, note=_note(status))

            return show

        with _going_on("the same command with --resume"):
            yield watch


class Show(Protocol):
    """Shows how much of something is done, and a few words on it."""

    def __call__(self, done: int | None = None, total: int | None = None, note: str | None = None) -> None: ...


@contextmanager
def surface_progress() -> Iterator[Callable[[str], Show]]:
    """What shows the progress of a surface, of paths or of walks, by name; Ctrl-C says how to go on."""
    with bars() as progress:

        def watch(name: str) -> Show:
            task = progress.add_task(visible(name), total=None, note="")

            def show(done: int | None = None, total: int | None = None, note: str | None = None) -> None:
                progress.update(task, completed=done, total=total)
                if note is not None:
                    progress.update(task, note=note)

            return show

        with _going_on("the same command"):
            yield watch


class ShowPart(Protocol):
    """The same of several things, by name."""

    def __call__(
        self, what: str, done: int | None = None, total: int | None = None, note: str | None = None
    ) -> None: ...


@contextmanager
def projecting() -> Iterator[ShowPart]:
    """The same, called as show(what, done, total)."""
    told: dict[str, Show] = {}
    with surface_progress() as watch:

        def show(what: str, done: int | None = None, total: int | None = None, note: str | None = None) -> None:
            if what not in told:
                told[what] = watch(what)
            told[what](done, total, note)

        yield show


@contextmanager
def _going_on(how: str) -> Iterator[None]:
    """Ctrl-C, where it says what is kept, says too how to go on from there."""
    try:
        yield
    except KeyboardInterrupt as stop:
        if str(stop):
            raise KeyboardInterrupt(f"{stop}; {how} goes on from there") from None
        raise


def _note(status: Status) -> str:
    """How fast it goes, the loss of the last batch, and the accuracy with the step that it was measured at."""
    loss = "" if status.step == 0 else f"loss {status.loss:.3f}  "
    when = "" if status.measured_step == status.step else f" after step {status.measured_step:,}"
    when = when if status.measured_step else " at the start"
    return f"{status.images_per_second:8,.0f} images/s  {loss}test {percentage(status.test_accuracy, 2)} %{when}"


def _line(name: str, status: Status) -> None:
    if status.measured and status.step:
        epoch = status.step * status.epochs / status.steps
        console.print(f"{name}: epoch {epoch:.3g} of {status.epochs}  {_note(status)}", soft_wrap=True)


def table(title: str, columns: list[str], rows: list[list[str]]) -> None:
    """Print a table; all columns but the first are right-aligned."""
    shown = partial(spelled, encoding=console.encoding)
    drawn = Table(title=shown(title), title_justify="left", title_style="bold")
    for k, column in enumerate(columns):
        # Numbers stay whole where the first column can give way.
        whole = max((len(word) for row in rows for word in row[k].split(" ") if k), default=0)
        drawn.add_column(
            shown(column), justify="right" if k else "left", overflow="fold", min_width=min(whole, _NUMBER)
        )
    for row in rows:
        drawn.add_row(*map(shown, row))
    console.print(drawn)
