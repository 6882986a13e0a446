"""All the stand-ins at once, and the settings that point the bot at them. For the demo, benchmarks and tests."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.demo.standins.anthropic import AnthropicStandin, ScriptedJudge
from bot.demo.standins.arxiv import ArxivStandin
from bot.demo.standins.note_writer import prepared
from bot.demo.standins.slack import SlackStandin
from bot.demo.standins.smtp import MailStandin
from bot.domain.paper import Announcement
from bot.domain.topic import NO_TOPIC_FITS
from bot.domain.verdict import Verdict
from bot.settings import Settings, load

READER = "reader@example.org"


@dataclass(frozen=True)
class World:
    """Local servers that stand for everything outside. anthropic: None where the bot is to have no key."""

    arxiv: ArxivStandin
    slack: SlackStandin
    mail: MailStandin
    anthropic: AnthropicStandin | None
    home: Path

    def environment(self, **more: str) -> dict[str, str]:
        """The variables that point the bot here, at nine in the morning of the stand-in's today; `more` wins."""
        return {
            "BROADSHEET_HOME": str(self.home),
            "BROADSHEET_NOW": f"{self.arxiv.today}T09:00:00-05:00",
            "ARXIV_FEED_URL": self.arxiv.feed_url,
            "ARXIV_SITE_URL": self.arxiv.site_url,
            "ARXIV_AR5IV_URL": self.arxiv.ar5iv_url,
            "ARXIV_API_URL": self.arxiv.api_url,
            "ARXIV_DELAY_S": "0",
            "SLACK_API_URL": self.slack.url,
            "SLACK_BOT_TOKEN": self.slack.token,
            "SLACK_CHANNEL": self.slack.channel.id,
            "SMTP_HOST": self.mail.host,
            "SMTP_PORT": str(self.mail.port),
            "SMTP_SECURITY": "none",
            "MAIL_FROM": "broadsheet@example.org",
            "MAIL_TO": READER,
            **({"ANTHROPIC_API_KEY": "stand-in", "ANTHROPIC_BASE_URL": self.anthropic.url} if self.anthropic else {}),
            **more,
        }

    def settings(self, **more: str) -> Settings:
        """The settings of that environment; nothing of this machine's own environment or .env."""
        return load(self.environment(**more), dotenv=self.home / "no.env")


@contextmanager
def world(
    days: Mapping[date, Sequence[Announcement]],
    today: date,
    home: Path,
    *,
    judge: ScriptedJudge | None = None,
    judge_latency_s: float = 0.0,
    texts: Mapping[str, bytes] | None = None,
) -> Iterator[World]:
    """Start the servers; they end with the block.

    judge: what the language model answers, None for no key. texts: path on arXiv's site -> page; see ArxivStandin.
    """
    with ExitStack() as running:
        yield World(
            arxiv=running.enter_context(ArxivStandin(days, today, texts=texts)),
            slack=running.enter_context(SlackStandin()),
            mail=running.enter_context(MailStandin()),
            anthropic=running.enter_context(AnthropicStandin(judge, latency_s=judge_latency_s)) if judge else None,
            home=home,
        )


def scripted(
    verdicts: Mapping[str, Verdict],
    overviews: Mapping[str, str] | None = None,
    notes: Mapping[str, Mapping[str, Any]] | None = None,
) -> ScriptedJudge:
    """A language model that gives these verdicts, and overviews that cite papers as [arXiv id]. notes: by arXiv id, as
    bot/demo/standins/note_writer.py wants them; other papers' are made of their own sentences."""
    answers = {
        arxiv_id: {**vars(verdict), "primary_topic": verdict.primary_topic or NO_TOPIC_FITS}
        for arxiv_id, verdict in verdicts.items()
    }
    return ScriptedJudge(answers, overviews, prepared(notes or {}))
