"""The pages of profiles, as folders, and how they are removed for good."""

import os
import re
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

from bot.domain.profile import PROFILE_ID
from bot.errors import StoreError

OF_OUTBOX = re.compile(r"\d{4}-\d{2}-\d{2}-(.+)")  # as bot.render.mail.outbox names them


def remove_pages(site: Path, outbox: Path, ids: Collection[str]) -> int:
    """Remove the profiles' folders. Returns how many files were in them. Raises StoreError."""
    return sum(map(_remove, list(_folders(site, outbox, ids))))


def _folders(site: Path, outbox: Path, ids: Collection[str]) -> Iterator[Path]:
    names = [profile_id for profile_id in ids if PROFILE_ID.fullmatch(profile_id)]  # never a way out of the folder
    yield from (site / name for name in names if os.path.lexists(site / name))
    if outbox.is_dir():
        days = ((one, OF_OUTBOX.fullmatch(one.name)) for one in sorted(outbox.iterdir()))
        yield from (one for one, of in days if of and of[1] in names)


def _remove(folder: Path) -> int:
    try:
        if folder.is_symlink() or not folder.is_dir():  # what it leads to is somebody else's
            folder.unlink()
            return 1
        count = sum(len(files) for _, _, files in os.walk(folder))
        shutil.rmtree(folder)
    except OSError as error:
        hint = "Give the user that runs broadsheet the right to remove it, then type the same again"
        raise StoreError(f"the pages in {folder} cannot be removed: {error.strerror}", hint=hint) from error
    return count
