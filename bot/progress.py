"""How far a long step is: a bar on a terminal, plain lines elsewhere. Always on stderr, so stdout stays clean."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from bot.ports import Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID


class PlainProgress:
    """A line when a stage begins and at each quarter of it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._told = stream, ("", -1)

    def step(self, stage: str, done: int, total: int) -> None:
        """Tell where the stage is, unless that quarter was told already."""
        quarter = 4 * done // total if total else 0
        if (stage, quarter) != self._told:
            self._told = (stage, quarter)
            self._stream.write(f"{stage}: {done} of {total}\n" if total else f"{stage}\n")
            self._stream.flush()


class BarProgress:
    """One rich progress bar per stage."""

    def __init__(self, bars: "Bars") -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def step(self, stage: str, done: int, total: int) -> None:
        """Move the stage's bar."""
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=total or None)
        self._bars.update(self._tasks[stage], completed=done, total=total or None)


@contextmanager
def shown_on(stream: TextIO = sys.stderr) -> Iterator[Progress]:
    """Progress for the time of one command."""
    if not stream.isatty():
        yield PlainProgress(stream)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(file=stream)) as bars:
        yield BarProgress(bars)
