"""What the person at the screen sees: chapters, tables, a progress bar, Vietnamese amounts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

console = Console(highlight=False)


def dong(amount: int) -> str:
    """Write an amount with dots: 1.250.000."""
    return f"{amount:,}".replace(",", ".")


def chapter(number: int, title: str, day: str) -> None:
    """Open a chapter of the story."""
    console.print(f"\n[bold cyan]{number}. {title}[/] [dim]({day})[/]")


def say(text: str) -> None:
    """Say one sentence."""
    console.print(f"   {text}")


def line(text: str) -> None:
    """Say what fits in one line; the rest is cut."""
    console.print(f"   {text}", no_wrap=True, overflow="ellipsis")


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Show a table; columns after the first that hold only numbers stand to the right."""
    shown = Table(
        title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, show_edge=False
    )
    for index, column in enumerate(columns):
        numbers = all(isinstance(row[index], int) for row in rows)
        shown.add_column(column, justify="right" if numbers and rows else "left")
    for row in rows:
        shown.add_row(*(dong(cell) if isinstance(cell, int) else str(cell) for cell in row))
    console.print(shown)


@contextmanager
def bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar; gives the function that moves it (done, total)."""
    columns = (
        TextColumn("   {task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=False) as progress:
        task = progress.add_task(title, total=None)

        def move(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total or None)

        yield move
