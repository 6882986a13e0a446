"""`broadsheet run` as a process, with digests that may wait for a batch of their notes."""

from pathlib import Path

from bot.demo.sample import load
from bot.demo.world import scripted, world
from tests.fakes.service import Service

SAMPLE = load()


def test_a_digest_waits_for_its_notes_at_half_the_price_and_holds_nobody_up(tmp_path: Path) -> None:
    judge = scripted(SAMPLE.verdicts, SAMPLE.overviews, SAMPLE.notes)
    with world(
        {SAMPLE.day: SAMPLE.announcements}, SAMPLE.day, tmp_path / "home", judge=judge, texts=SAMPLE.texts
    ) as standins:
        assert standins.anthropic
        standins.anthropic.batches.lasts_s = 1.0
        hurried = f"{SAMPLE.day}T09:00:00-05:00 x300"  # five minutes, until the second try, are a second
        settings = {"NOTES_PER_DIGEST": "2", "NOTES_WAIT_MINUTES": "60", "BROADSHEET_NOW": hurried}
        with Service(standins.environment(**settings)) as service:
            service.until(lambda: any(" not yet " in line and "deep notes" in line for line in service.log))
            assert not standins.slack.messages
            service.until(lambda: any("digest made" in line for line in service.log))
        assert len(standins.anthropic.batches.made) == 1
    site = tmp_path / "home" / "site" / "default"
    assert len(list(site.glob("notes/*/index.html"))) == 2
