"""The invented announcement day of the demo: its papers, what a judge says of them, and its topic overviews."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.demo.latexml import page
from bot.domain.paper import Announcement, AnnounceType, Paper
from bot.domain.verdict import HotTag, Verdict

FOLDER = Path(__file__).parent / "sample_day"


@dataclass(frozen=True)
class SampleDay:
    """One announcement day, ready to be served by stand-ins.

    announcements: in arXiv's order, new, cross, replace, replace-cross, each by id. verdicts: arXiv id -> the judge's
    answer, for every new and cross paper. overviews: topic id -> a sentence or two that cite papers as [arXiv id].
    texts: path on arXiv's site, such as html/2613.00127v1 -> the page of a paper; few papers have one. notes: arXiv id
    -> a careful model's answer to the question for a note, as bot/demo/standins/note_writer.py wants it.
    """

    day: date
    announcements: tuple[Announcement, ...]
    verdicts: Mapping[str, Verdict]
    overviews: Mapping[str, str]
    texts: Mapping[str, bytes]
    notes: Mapping[str, Mapping[str, Any]]


def load() -> SampleDay:
    """Read the folder sample_day, which is part of the program."""
    files = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
    entries = [entry for file in files.values() for entry in file.get("paper", ())]
    announcements = [Announcement(_paper(entry), AnnounceType(entry["how"])) for entry in entries]
    verdicts = (_verdict(entry) for entry in entries if "verdict" in entry)
    return SampleDay(
        day=files["day"]["day"],
        announcements=tuple(sorted(announcements, key=lambda each: (each.how.precedence, each.paper.arxiv_id))),
        verdicts={verdict.arxiv_id: verdict for verdict in verdicts},
        overviews={topic: _one_line(file["overview"]) for topic, file in files.items() if "overview" in file},
        texts=dict(_texts(entry.paper for entry in announcements)),
        notes={
            path.stem.partition("v")[0]: tomllib.loads(path.read_text("utf-8"))
            for path in sorted(FOLDER.glob("notes/*.toml"))
        },
    )


def _texts(papers: Iterable[Paper]) -> Iterator[tuple[str, bytes]]:
    for paper in papers:
        path = FOLDER / "papers" / f"{paper.arxiv_id}v{paper.version}.txt"
        if path.is_file():
            yield f"html/{path.stem}", page(path.read_text("utf-8"), paper)


def _paper(entry: Mapping[str, Any]) -> Paper:
    return Paper(
        arxiv_id=entry["arxiv_id"],
        version=entry.get("version", 1),
        title=entry["title"],
        abstract=_one_line(entry["abstract"]),
        authors=tuple(_one_line(entry["authors"]).split(", ")),
        categories=tuple(entry["categories"].split()),
        comment=entry.get("comment"),
        doi=entry.get("doi"),
        journal_ref=entry.get("journal_ref"),
    )


def _verdict(entry: Mapping[str, Any]) -> Verdict:
    said = entry["verdict"]
    return Verdict(
        arxiv_id=entry["arxiv_id"],
        version=entry.get("version", 1),
        relevance=said["relevance"],
        novelty=said["novelty"],
        comment=said["comment"],
        primary_topic=said.get("primary_topic"),
        matched_topics=tuple(said.get("matched_topics", ())),
        topic_reason=said["topic_reason"],
        hot_tags=tuple(HotTag(tag) for tag in said.get("hot_tags", ())),
        hot_reason=said.get("hot_reason", ""),
        addresses_judge=said.get("addresses_judge", False),
    )


def _one_line(text: str) -> str:
    """Lines are broken in the files for reading only."""
    return " ".join(text.split())
