"""Progress and tables on the terminal; on standard error, so that standard output holds results alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

console = Console(stderr=True, highlight=False)


@contextmanager
def bars() -> Iterator[Progress]:
    """Progress bars; where no terminal is, nothing is drawn."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        yield progress


def table(title: str, columns: list[str], rows: list[list[str]]) -> None:
    """Print a table; all columns but the first are right-aligned."""
    drawn = Table(title=title, title_justify="left", title_style="bold")
    for k, column in enumerate(columns):
        drawn.add_column(column, justify="right" if k else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*row)
    console.print(drawn)
