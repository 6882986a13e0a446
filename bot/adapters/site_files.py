"""Pages as files: the archive site, and the outbox that a reader without Slack or mail opens."""

import errno
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from uuid import uuid4

from bot.domain.digest import Digest
from bot.domain.message import Page
from bot.errors import DeliveryError

HINTS = {
    errno.ENOSPC: "The disk is full: make room, then run `broadsheet digest` again",
    errno.EDQUOT: "The disk quota is used up: make room, then run `broadsheet digest` again",
    errno.EROFS: "The disk is read-only: mount it writable, or set BROADSHEET_HOME to a folder that is",
    errno.EACCES: "Give the user that runs broadsheet the right to write there, or set BROADSHEET_HOME elsewhere",
    errno.EPERM: "Give the user that runs broadsheet the right to write there, or set BROADSHEET_HOME elsewhere",
    errno.ENOTDIR: "A file stands where a folder should be: move it away",
    errno.EEXIST: "A file stands where a folder should be: move it away",
    errno.EISDIR: "A folder stands where a file should be: move it away",
    errno.ENAMETOOLONG: "The path is too long: set BROADSHEET_HOME to a shorter one",
}


class SiteFiles:
    """An outlet that writes what `render` makes of a digest below `folder`. Another edition overwrites the files.

    A reader, or a crash, never meets half a file: each is written beside its place and then moved there. What a process
    leaves there that is killed while it writes, the next one overwrites.
    """

    rewrites = True

    def __init__(self, folder: Path, render: Callable[[Digest], Sequence[Page]], name: str) -> None:
        self.name = name
        self._folder, self._render = folder, render

    def send(self, digest: Digest) -> str:
        """Write every page of the digest. Returns the path of the first. Raises DeliveryError."""
        return self.put(self._render(digest))

    def put(self, pages: Sequence[Page]) -> str:
        """Write pages, of a digest or not. Returns the path of the first. Raises DeliveryError."""
        places = [(self._place(page), page) for page in pages]
        for place, page in places:
            self._write(place, page.text)
        return str(places[0][0])

    def check(self) -> str:
        """Write a file and remove it. Raises DeliveryError."""
        probe = self._folder / f".check-{uuid4().hex}"  # others may be checking, too
        self._write(probe, "")
        with suppress(OSError):
            probe.unlink()
        return f"writes into {self._folder}"

    def _place(self, page: Page) -> Path:
        path = PurePosixPath(page.path)
        place = self._folder.joinpath(*path.parts)
        outside = path.is_absolute() or ".." in path.parts or not path.parts or "\0" in page.path or "\\" in page.path
        if outside or not place.resolve().is_relative_to(self._folder.resolve()):
            raise DeliveryError(f"{self.name}: the page {page.path!r} would leave {self._folder}", permanent=True)
        return place

    def _write(self, place: Path, text: str) -> None:
        beside = place.with_name(f".{place.name}.part")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(place)
        except OSError as error:
            raise DeliveryError(
                f"{self.name}: could not write {place}: {os.strerror(error.errno or 0)}",
                hint=HINTS.get(error.errno or 0, ""),
                permanent=error.errno in HINTS,
            ) from error
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
