"""Work that would hold up everybody else in this process, done in one of its own that ends with it."""

import logging
import multiprocessing
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import TypeVar

from bot.errors import BotError

log = logging.getLogger(__name__)
T = TypeVar("T")
AT_ONCE = 2  # each takes hundreds of megabytes
_free = threading.BoundedSemaphore(AT_ONCE)


class AsideError(BotError):
    """The process broke down or took too long."""


def aside(function: Callable[..., T], *arguments: object, within_s: float) -> T:
    """What the function returns, called in a fresh process; what it raises, if that is a BotError.

    function, arguments, result: such as can be pickled. Raises AsideError after `within_s` seconds, or if the process
    ends without an answer. Gigabytes that it takes are given back, and no thread here waits for its computing. Only
    AT_ONCE of them run at the same time; whoever waits for their turn does so within their seconds.
    """
    ends = time.monotonic() + within_s
    if not _free.acquire(timeout=within_s):
        raise _too_long(within_s)
    try:
        return _called(function, arguments, ends, within_s)
    finally:
        _free.release()


def _called(function: Callable[..., T], arguments: tuple[object, ...], ends: float, within_s: float) -> T:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(theirs, function, arguments), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(max(0.0, ends - time.monotonic())):
            raise _too_long(within_s)
        found = ours.recv()
    except EOFError as error:
        raise AsideError("what reckons it broke down", hint="Its log lines say why") from error
    finally:
        process.kill()
        process.join()
        ours.close()
    if isinstance(found, BotError):
        raise found
    return found  # type: ignore[no-any-return]  # what the other side's function returned


def _too_long(seconds: float) -> AsideError:
    return AsideError(f"it took longer than {seconds:.0f} seconds", hint="Try again when less is going on")


def _answer(theirs: Connection, function: Callable[..., object], arguments: tuple[object, ...]) -> None:
    try:
        theirs.send(function(*arguments))
    except BotError as error:
        theirs.send(error)
    except Exception:  # through our log: what multiprocessing prints is not redacted
        log.exception("a defect in work done aside")
