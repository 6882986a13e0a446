"""A terminal where a .env points the bot at local stand-ins for everything outside."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot import cli
from bot.demo.standins.anthropic import ScriptedJudge
from bot.demo.world import World, world
from bot.settings import NAMES
from tests.examples import DAY, announced, verdict

NEXT = DAY + timedelta(days=1)
TOMORROW = (announced(11), announced(12))
ENTRIES = tuple(announced(number) for number in range(1, 7))
VERDICTS = {f"2613.{n:05d}": verdict(n, relevance=10 - n % 4, primary_topic="memory_systems") for n in range(1, 7)}


class Judge(ScriptedJudge):
    """Has verdicts on all papers but those in `mute`, on which it answers nonsense."""

    def __init__(self, verdicts: Mapping[str, Mapping[str, object]]) -> None:
        super().__init__(verdicts)
        self.mute: set[str] = set()

    def verdict(self, arxiv_id: str) -> dict[str, object]:
        """The answer on one paper."""
        return {"arxiv_id": arxiv_id, "relevance": 99} if arxiv_id in self.mute else super().verdict(arxiv_id)


@dataclass(frozen=True)
class Said:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str


@dataclass
class Keyboard:
    """Types commands where a .env points the bot at stand-ins."""

    standins: World
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def set(self, **more: str) -> None:
        """Write .env anew, with these settings on top."""
        lines = [f'{name}="{value}"' for name, value in self.standins.environment(**more).items()]
        Path(".env").write_text("\n".join(lines))

    def type(self, *words: str) -> Said:
        """Run `broadsheet WORDS`."""
        self.monkeypatch.setattr(sys, "argv", ["broadsheet", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = self.capsys.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)


@dataclass
class Terminal(Keyboard):
    """The same on a small day, with its judge."""

    judge: Judge

    def turn_over(self) -> None:
        """Let the next announcement day come."""
        self.standins.arxiv.today = NEXT
        self.set()


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to type in, without the settings of this machine."""
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def terminal(nowhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Terminal]:
    judge = Judge({arxiv_id: vars(said) for arxiv_id, said in VERDICTS.items()})
    with world({DAY: ENTRIES, NEXT: TOMORROW}, DAY, nowhere / "home", judge=judge) as standins:
        typed = Terminal(standins, capsys, monkeypatch, judge)
        typed.set()
        yield typed
