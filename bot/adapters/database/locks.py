"""Operating-system locks for what only one process may do at a time. A process that dies gives its locks back.

A lock's file is removed by whoever held the lock, while it is still held, so that files do not pile up, one per profile
and day. That is safe because everyone who gets a lock looks whether its file still has a name (filelock does so, and
shared() here); if it has none, the lock guards nothing, and they start over with the file that has the name now.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from bot.errors import BusyError, StoreError


@contextmanager
def held(folder: Path, name: str, *, wait: bool = True, longest_s: float = -1) -> Iterator[None]:
    """Hold the lock of that name. folder: shared by all processes that share the database; made if need be.
    longest_s: for how many seconds we wait, if we do; -1: for as long as it takes.

    Raises BusyError if another holds it and we do not wait any more, StoreError if the folder cannot be used.
    """
    path = folder / f"{name}.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Without the operating system's own locks there would be a mark that outlives a killed process.
        lock = FileLock(path, fallback_to_soft=False).acquire(longest_s, blocking=wait)
    except Timeout as error:
        raise BusyError(f"another process is at work on {name}", hint="Wait until it is done") from error
    except (OSError, NotImplementedError) as error:
        raise StoreError(f"{folder} cannot be used for locks: {error}", hint="Make it a writable folder") from error
    with lock:
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def shared(folder: Path, name: str) -> int:
    """Take the lock of that name together with all others who share it, for as long as the returned file is open.

    Nobody can hold it alone meanwhile. Raises BlockingIOError if somebody does, OSError if the folder cannot be used.
    """
    folder.mkdir(exist_ok=True)
    while True:
        file = os.open(folder / f"{name}.lock", os.O_RDONLY | os.O_CREAT, 0o666)
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            if os.fstat(file).st_nlink:
                return file
        except OSError:
            os.close(file)
            raise
        os.close(file)


def holders(folder: Path) -> tuple[str, ...]:
    """Names of the locks that anybody holds right now. Raises OSError."""
    return tuple(path.stem for path in sorted(folder.glob("*.lock")) if _is_held(path))


def _is_held(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:  # given back since it was listed
        return False
    return False
