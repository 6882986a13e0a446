"""Operating-system locks for what only one process may do at a time. A process that dies gives its locks back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from bot.errors import BusyError, StoreError


@contextmanager
def held(folder: Path, name: str, *, wait: bool = True) -> Iterator[None]:
    """Hold the lock of that name. folder: shared by all processes that share the database; made if need be.

    Raises BusyError if another holds it and we do not wait, StoreError if the folder cannot be used.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / f"{name}.lock").acquire(blocking=wait)
    except Timeout as error:
        raise BusyError(f"another process is at work on {name}", hint="Wait until it is done") from error
    except (OSError, NotImplementedError) as error:
        raise StoreError(f"{folder} cannot be used for locks: {error}", hint="Make it a writable folder") from error
    with lock:
        yield
