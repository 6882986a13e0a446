"""The outlet that writes pages into a folder."""

import errno
import os
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from bot.adapters.site_files import SiteFiles
from bot.domain.digest import Digest
from bot.domain.message import Page
from bot.errors import DeliveryError
from tests.examples import digest


def site(folder: Path, *pages: Page) -> SiteFiles:
    return SiteFiles(folder, lambda _: pages, "site:test")


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_every_page_is_written_and_the_first_is_named(tmp_path: Path) -> None:
    def render(edition: Digest) -> tuple[Page, ...]:
        return Page(f"group/{edition.day}/index.html", "<p>Größe\n"), Page(f"group/{edition.day}/digest.md", "# x\n")

    where = SiteFiles(tmp_path / "site", render, "site:test").send(digest())

    assert where == str(tmp_path / "site/group/2026-05-06/index.html")
    assert Path(where).read_bytes() == "<p>Größe\n".encode()
    assert files(tmp_path) == ["site/group/2026-05-06/digest.md", "site/group/2026-05-06/index.html"]


def test_a_newer_edition_replaces_the_older_one_whole(tmp_path: Path) -> None:
    site(tmp_path, Page("a.txt", "long " * 100)).send(digest())
    site(tmp_path, Page("a.txt", "short")).send(digest())

    assert (tmp_path / "a.txt").read_text() == "short"
    assert files(tmp_path) == ["a.txt"]


def test_whoever_is_reading_the_older_page_reads_it_to_its_end(tmp_path: Path) -> None:
    site(tmp_path, Page("a.txt", "older")).send(digest())

    with (tmp_path / "a.txt").open() as reader:
        site(tmp_path, Page("a.txt", "newer")).send(digest())
        assert reader.read() == "older"


def test_others_may_read_what_the_umask_lets_them(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        site(tmp_path, Page("a.txt", "text")).send(digest())
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o644


@pytest.mark.parametrize(
    "path", ["../out.txt", "/etc/out.txt", "a/../../out.txt", "", ".", "a\\..\\b", "a\0b", "link/out.txt"]
)
def test_a_page_that_would_leave_the_folder_is_refused_and_nothing_is_written(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path)

    with pytest.raises(DeliveryError, match="would leave") as caught:
        site(folder, Page("fine.txt", "text"), Page(path, "text")).send(digest())

    assert caught.value.permanent
    assert files(tmp_path) == []


def test_a_file_where_a_folder_should_be_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "group").write_text("in the way")

    with pytest.raises(DeliveryError, match="move it away") as caught:
        site(tmp_path, Page("group/a.txt", "text")).send(digest())

    assert caught.value.permanent
    assert (tmp_path / "group").read_text() == "in the way"


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """The kernel refuses to let any file of this process grow beyond `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_write_that_is_cut_off_leaves_the_older_page_and_no_scraps(tmp_path: Path) -> None:
    site(tmp_path, Page("a.txt", "older")).send(digest())

    with files_no_larger_than(1000), pytest.raises(DeliveryError, match=r"could not write .*a\.txt"):
        site(tmp_path, Page("a.txt", "newer" * 1000)).send(digest())

    assert (tmp_path / "a.txt").read_text() == "older"
    assert files(tmp_path) == ["a.txt"]


KILLED_WHILE_IT_WRITES = """
import resource, signal, sys
from pathlib import Path
from bot.adapters.site_files import SiteFiles
from bot.domain.message import Page
from tests.examples import digest
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
SiteFiles(Path(sys.argv[1]), lambda _: [Page("a.txt", "newer" * 1000)], "site:test").send(digest())
"""


def test_a_process_that_is_killed_while_it_writes_leaves_nothing_that_the_next_one_does_not_clear_away(
    tmp_path: Path,
) -> None:
    site(tmp_path, Page("a.txt", "older")).send(digest())
    killed = subprocess.run([sys.executable, "-c", KILLED_WHILE_IT_WRITES, str(tmp_path)], check=False)
    assert killed.returncode == -signal.SIGXFSZ
    assert (tmp_path / "a.txt").read_text() == "older"

    site(tmp_path, Page("a.txt", "newest")).send(digest())

    assert (tmp_path / "a.txt").read_text() == "newest"
    assert files(tmp_path) == ["a.txt"]


class BadDisk(type(Path())):  # type: ignore[misc]
    """A folder on a disk that refuses new files; which way is told by the folder's name."""

    def open(self, *args: object, **kwargs: object) -> NoReturn:
        code = getattr(errno, next(part for part in self.parts if hasattr(errno, part)))
        raise OSError(code, os.strerror(code), str(self))


@pytest.mark.parametrize(
    ("code", "advice"), [("ENOSPC", "make room"), ("EROFS", "mount it writable"), ("EACCES", "Give the user")]
)
def test_a_disk_that_refuses_is_named_with_what_to_do(tmp_path: Path, code: str, advice: str) -> None:
    with pytest.raises(DeliveryError, match=advice) as caught:
        site(BadDisk(tmp_path / code), Page("a.txt", "text")).send(digest())

    assert "site:test: could not write" in str(caught.value)
    assert caught.value.permanent
    assert isinstance(caught.value.__cause__, OSError)


def test_check_writes_leaves_nothing_and_says_where(tmp_path: Path) -> None:
    outlet = site(tmp_path / "site", Page("a.txt", "text"))

    assert outlet.check() == f"writes into {tmp_path / 'site'}"
    assert files(tmp_path) == []


def test_check_fails_where_sending_would(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("in the way")

    with pytest.raises(DeliveryError, match="could not write"):
        site(tmp_path / "site", Page("a.txt", "text")).check()
