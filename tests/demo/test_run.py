"""The demo: the real program on the invented day, and a folder that it never empties unless it made it."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.demo.run import MARK, Told, run_demo
from bot.errors import StoreError


class Silent:
    """Progress that nobody watches."""

    def step(self, stage: str, done: int, total: int) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Shown:
    folder: Path
    told: Told


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    folder = tmp_path_factory.mktemp("demo") / "demo"
    return Shown(folder, run_demo(folder, Silent(), "bin/broadsheet"))


def test_the_demo_ends_with_files_to_look_at_and_receipts_that_add_up(demo: Shown) -> None:
    assert demo.told.delivered
    assert "79 announced = 25 shown here + 42 below the cutoffs + 12 replacements and other types" in demo.told.text
    assert "22 by topic, 3 hot although below the cutoffs" in demo.told.text
    for name in ("without-a-key", "with-a-key"):
        home = demo.folder / name
        page = (home / "site" / "default" / "2026-11-20" / "index.html").read_text()
        assert ("No LLM read these papers" in page) == (name == "without-a-key")
        for shown in (page, (home / "mail.html").read_text(), (home / "slack.html").read_text()):
            assert "Routing by Residue" in shown
        assert "👍" in (home / "slack.html").read_text(), "as it is where commands and buttons are heard"


def test_what_to_type_next_can_be_copied(demo: Shown) -> None:
    assert f'\n  bin/broadsheet slash --demo --folder {demo.folder} "top 3"\n' in demo.told.text


def test_the_demo_may_run_again_in_its_own_folder(demo: Shown) -> None:
    assert run_demo(demo.folder, Silent()).delivered


@pytest.mark.parametrize("name", ["precious.txt", MARK + ".not"])
def test_a_folder_that_the_demo_did_not_make_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("keep me")
    with pytest.raises(StoreError, match="--folder"):
        run_demo(tmp_path, Silent())
    assert (tmp_path / name).read_text() == "keep me"


def test_a_file_where_the_folder_should_be_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("keep me")
    with pytest.raises(StoreError, match="cannot be made anew"):
        run_demo(tmp_path / "file", Silent())
    assert (tmp_path / "file").read_text() == "keep me"
