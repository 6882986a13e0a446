"""Replay labelled announcement days through the whole program, and compare what is shown with what was labelled.

    python -m bench.replay DAYS_FOLDER/2026-05-08.jsonl.gz …

Each file is served by the local stand-in for arXiv; the stand-in for Claude answers with the recorded labels (papers
that were not selected get 3 and 3). Everything between is the real program. Exits with 1 if any day differs.
"""

import gzip
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from bot.app import FIRST_PROFILE, App
from bot.demo.world import scripted, world
from bot.domain.digest import Digest
from bot.domain.paper import Announcement, AnnounceType, Paper
from bot.domain.profile import Cutoffs, Profile
from bot.domain.verdict import HotTag, Verdict
from bot.pipeline import run_digest

READ = ("cs.LG", "cs.AI")
# The cutoffs in force from each day on, by the labels' own description: relevance, novelty.
CUTOFFS = {date(2025, 1, 1): (8, 7), date(2025, 9, 8): (7, 7), date(2025, 9, 29): (8, 7), date(2026, 4, 1): (8, 8)}


@dataclass(frozen=True)
class Labelled:
    """One labelled day. topics: arXiv id of a selected paper -> its topic, where the labels say one."""

    day: date
    announcements: tuple[Announcement, ...]
    verdicts: Mapping[str, Verdict]
    selected: frozenset[str]
    topics: Mapping[str, str]


@dataclass(frozen=True)
class Compared:
    """How the digest agrees with the labels. misplaced: shown under another topic than labelled."""

    labelled: Labelled
    digest: Digest
    missing: frozenset[str]
    extra: frozenset[str]
    misplaced: int

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not (self.missing or self.extra or self.misplaced)

    def __str__(self) -> str:
        receipt = self.digest.receipt
        return (
            f"{self.labelled.day}  {receipt.announced:>9}  {len(self.labelled.selected):>8}  {receipt.shown:>5}  "
            f"{len(self.missing):>7}  {len(self.extra):>5}  {len(self.labelled.topics):>10}  {self.misplaced:>9}  "
            f"{len(self.digest.hot):>3}  {'the same' if self.same else 'DIFFERS'}"
        )


def replay(path: Path) -> Compared:
    """Run one day. Deliveries go to stand-ins and a temporary folder."""
    labelled = _read(path)
    days = {labelled.day: labelled.announcements}
    with (
        tempfile.TemporaryDirectory() as home,
        world(days, labelled.day, Path(home), judge=scripted(labelled.verdicts)) as standins,
    ):
        app = App(standins.settings())
        digest, deliveries = run_digest(_reader(app, labelled.day), labelled.day, app.ports())
        app.close()
    if troubles := [str(delivery) for delivery in deliveries if delivery.trouble]:
        raise SystemExit("\n".join(troubles))
    placed = {
        entry.announcement.paper.arxiv_id: section.topic.id for section in digest.sections for entry in section.entries
    }
    return Compared(
        labelled,
        digest,
        missing=labelled.selected - digest.shown_ids,
        extra=digest.shown_ids - labelled.selected,
        misplaced=sum(placed[arxiv_id] != topic for arxiv_id, topic in labelled.topics.items() if arxiv_id in placed),
    )


def _reader(app: App, day: date) -> Profile:
    relevance, novelty = next(cutoffs for since, cutoffs in sorted(CUTOFFS.items(), reverse=True) if since <= day)
    return replace(app.profile(FIRST_PROFILE), categories=READ, cutoffs=Cutoffs(relevance, novelty, cap=1000))


def _read(path: Path) -> Labelled:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    # Nobody published scores for these few; they were selected all the same.
    rows = [row if row["relevance"] or not row["selected"] else {**row, "relevance": 8, "novelty": 8} for row in rows]
    return Labelled(
        day=date.fromisoformat(path.name[:10]),
        announcements=tuple(_announcements(rows)),
        verdicts={row["arxiv_id"]: _verdict(row) for row in rows},
        selected=frozenset(row["arxiv_id"] for row in rows if row["selected"]),
        topics={row["arxiv_id"]: row["primary_topic"] for row in rows if row["selected"] and row["primary_topic"]},
    )


def _announcements(rows: Sequence[Mapping[str, Any]]) -> Iterator[Announcement]:
    for row in rows:
        # A paper whose primary category was not recorded still was in one of the two listings.
        categories = tuple(row["categories"]) if set(row["categories"]) & set(READ) else (*row["categories"], READ[0])
        how = AnnounceType.NEW if categories[0] in READ else AnnounceType.CROSS
        paper = Paper(
            row["arxiv_id"], 1, row["title"], row["abstract"], tuple(row["authors"]), categories, row["comment"]
        )
        yield Announcement(paper, how)


def _verdict(row: Mapping[str, Any]) -> Verdict:
    return Verdict(
        arxiv_id=row["arxiv_id"],
        version=1,
        relevance=row["relevance"] or 3,
        novelty=row["novelty"] or 3,
        comment=row["llm_comment"] or "",
        primary_topic=row["primary_topic"],
        matched_topics=tuple(topic for topic in row["matched_topics"] if topic != row["primary_topic"]),
        hot_tags=tuple(HotTag(tag) for tag in row["hotspot_tags"]) if row["hotspot"] else (),
        hot_reason="recorded as hot" if row["hotspot"] else "",
    )


def main() -> None:
    """Replay the files named on the command line and print one row each."""
    print("day         announced  labelled  shown  missing  extra  with topic  misplaced  hot")
    differing = 0
    for name in sys.argv[1:]:
        compared = replay(Path(name))
        differing += not compared.same
        print(compared, flush=True)
    raise SystemExit(1 if differing else 0)


if __name__ == "__main__":
    main()
