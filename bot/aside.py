"""Work that would hold up everybody else in this process, done in one of its own that ends with it."""

import logging
import multiprocessing
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from bot.errors import BotError

log = logging.getLogger(__name__)
T = TypeVar("T")
AT_ONCE = 2  # each takes hundreds of megabytes
# What only reckons takes turns with its like, and what waits for others' services between its stages with its own: so
# nobody who asks for a moment's reckoning waits for a note to be written.
_free, _free_for_stages = threading.BoundedSemaphore(AT_ONCE), threading.BoundedSemaphore(AT_ONCE)


class AsideError(BotError):
    """The process broke down or took too long."""


@dataclass(frozen=True)
class _Returned:
    """What the function returned, as against what it told before."""

    value: Any


def aside(function: Callable[..., T], *arguments: object, within_s: float) -> T:
    """What the function returns, called in a fresh process; what it raises, if that is a BotError.

    function, arguments, result: such as can be pickled. Raises AsideError after `within_s` seconds, or if the process
    ends without an answer. Gigabytes that it takes are given back, and no thread here waits for its computing. Only
    AT_ONCE of them run at the same time; whoever waits for their turn does so within their seconds.
    """
    with closing(_told(_free, _called_silently, (function, arguments), within_s)) as told:
        return next(told)  # type: ignore[no-any-return]  # what the other side's function returned


def aside_stages(function: Callable[..., T], *arguments: object, within_s: float) -> Iterator[Any | T]:
    """What the function tells while it works, each as soon as it does, and at last what it returns; all else as of
    aside(). It is called with the arguments and, last, with a function that takes what it tells.

    The process begins with the first next(), and is killed when the iterator is closed or forgotten.
    """
    return _told(_free_for_stages, function, arguments, within_s)


def _told(
    free: threading.BoundedSemaphore, function: Callable[..., object], arguments: tuple[object, ...], within_s: float
) -> Generator[Any]:
    ends = time.monotonic() + within_s
    if not free.acquire(timeout=within_s):
        raise _too_long(within_s)
    try:
        yield from _called(function, arguments, ends, within_s)
    finally:
        free.release()


def _called(
    function: Callable[..., object], arguments: tuple[object, ...], ends: float, within_s: float
) -> Iterator[Any]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(theirs, function, arguments), daemon=True)
    process.start()
    theirs.close()
    try:
        while not isinstance(found := _next(ours, ends, within_s), _Returned):
            yield found
        yield found.value
    finally:
        process.kill()
        process.join()
        ours.close()


def _next(ours: Connection, ends: float, within_s: float) -> object:
    """What the process says next. Raises what it raised, and AsideError."""
    if not ours.poll(max(0.0, ends - time.monotonic())):
        raise _too_long(within_s)
    try:
        found: object = ours.recv()
    except EOFError as error:
        raise AsideError("what reckons it broke down", hint="Its log lines say why") from error
    if isinstance(found, BotError):
        raise found
    return found


def _too_long(seconds: float) -> AsideError:
    return AsideError(f"it took longer than {seconds:.0f} seconds", hint="Try again when less is going on")


def _called_silently(function: Callable[..., T], arguments: tuple[object, ...], _: Callable[[object], None]) -> T:
    return function(*arguments)


def _answer(theirs: Connection, function: Callable[..., object], arguments: tuple[object, ...]) -> None:
    """In the other process: send what the function tells, and then what it returns or raises."""
    try:
        theirs.send(_Returned(function(*arguments, theirs.send)))
    except BotError as error:
        theirs.send(error)
    except Exception:  # through our log: what multiprocessing prints is not redacted
        log.exception("a defect in work done aside")
