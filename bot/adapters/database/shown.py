"""What digests showed, read from the documents that are kept of them (docs/digest-document.md).

Only these tell, of old digests as well, under which topic and in which order a paper stood. The papers themselves come
from `papers`, as arXiv sent them; from the document only where they are missing.
"""

import json
import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, select

from bot.adapters.database.listings import paper
from bot.adapters.database.slices import slices
from bot.adapters.database.tables import digests, papers, receipts
from bot.domain.digest import NO_TOPIC
from bot.domain.library import ShownPaper
from bot.domain.paper import Paper
from bot.domain.receipt import Fate, Receipt
from bot.domain.recorded import DayCounts
from bot.domain.verdict import HotTag, Verdict

log = logging.getLogger(__name__)

Json = Mapping[str, Any]
T = TypeVar("T")


def shown(connection: Connection, profile: str, since: date, until: date) -> tuple[ShownPaper, ...]:
    """The papers in the digests of since <= day <= until; newest day first, then as the digest had them."""
    mine = (digests.c.profile == profile, digests.c.day.between(since, until))
    wanted = select(digests).where(*mine).order_by(digests.c.day.desc())
    nothing: tuple[ShownPaper, ...] = ()
    found = [one for row in connection.execute(wanted) for one in read(row, _shown_in, nothing)]
    known = _papers(connection, {one.paper.arxiv_id for one in found})
    return tuple(replace(one, paper=known.get((one.paper.arxiv_id, one.paper.version), one.paper)) for one in found)


def counts(connection: Connection, profile: str, since: date, until: date) -> tuple[DayCounts, ...]:
    """The digests of since <= day <= until, oldest first."""
    same = (receipts.c.profile == digests.c.profile) & (receipts.c.day == digests.c.day)
    mine = (digests.c.profile == profile, digests.c.day.between(since, until))
    lines = (receipts.c[fate.value] for fate in Fate)
    wanted = select(digests, *lines).outerjoin(receipts, same).where(*mine).order_by(digests.c.day)
    return tuple(read(row, _counts, _counts(row, {})) for row in connection.execute(wanted))


def read(row: Row[Any], what: Callable[[Row[Any], Json], T], otherwise: T) -> T:
    """Something of the document in a row of digests; `otherwise`, if the document is no such one."""
    try:
        return what(row, json.loads(row.document))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        about = {"profile": row.profile, "day": row.day, "error": f"{type(error).__name__}: {error}"}
        log.warning("the document of a digest cannot be read", extra=about)
        return otherwise


def papers_in(document: Json) -> Iterator[Json]:
    """Every paper that a document shows in full: those of the sections in order, then hot ones below the cutoffs."""
    for section in document.get("sections", ()):
        yield from section["papers"]
    yield from (hot["paper"] for hot in document.get("hot", ()) if hot["paper"])


def _shown_in(row: Row[Any], document: Json) -> tuple[ShownPaper, ...]:
    """The papers in a digest, with all that its document knows of them."""
    hot = {one["arxiv_id"]: one for one in document.get("hot", ())}
    topics = {
        one["arxiv_id"]: section["topic"] for section in document.get("sections", ()) for one in section["papers"]
    }
    return tuple(
        ShownPaper(
            row.day,
            _paper(one),
            _verdict(one, hot),
            topics.get(one["arxiv_id"]) or one["primary_topic"] or NO_TOPIC.id,
            hot=one["arxiv_id"] not in topics,
        )
        for one in papers_in(document)
    )


def _counts(row: Row[Any], document: Json) -> DayCounts:
    """A digest without a row in receipts has the counts of its document."""
    told = document.get("receipt", {})
    kept = {fate.value: getattr(row, fate.value) for fate in Fate}
    fates = {line: int(told.get(line, 0)) if count is None else count for line, count in kept.items()}
    return DayCounts(
        row.day,
        row.state,
        Receipt(**fates, entries_seen=told.get("entries_seen", 0), arxiv_says=told.get("arxiv_says")),
        {section["topic"]: len(section["papers"]) for section in document.get("sections", ())},
    )


def newest_papers(connection: Connection, ids: Collection[str]) -> Mapping[str, Paper]:
    """arXiv id -> its newest known version; unknown ids are missing."""
    known = _papers(connection, ids)
    return {arxiv_id: known[arxiv_id, version] for arxiv_id, version in sorted(known)}


def _papers(connection: Connection, ids: Collection[str]) -> Mapping[tuple[str, int], Paper]:
    rows = (
        row
        for some in slices(sorted(ids))
        for row in connection.execute(select(papers).where(papers.c.arxiv_id.in_(some)))
    )
    return {(row.arxiv_id, row.version): paper(row) for row in rows}


def _paper(told: Json) -> Paper:
    return Paper(
        told["arxiv_id"],
        told["version"],
        told["title_tex"],
        told["abstract"],
        tuple(told["authors"]),
        tuple(told["categories"]),
        told["comment"],
        told["doi"],
        told["journal_ref"],
    )


def _verdict(told: Json, hot: Mapping[str, Json]) -> Verdict:
    tagged = hot.get(told["arxiv_id"], {"tags": (), "reason": ""})
    return Verdict(
        told["arxiv_id"],
        told["version"],
        told["relevance"],
        told["novelty"],
        told["judge_comment"],
        told["primary_topic"],
        tuple(told["matched_topics"]),
        told["topic_reason"],
        tuple(HotTag(tag) for tag in tagged["tags"]),
        tagged["reason"],
        told["addresses_judge"],
    )
