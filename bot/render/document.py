"""A digest as the JSON document of schema 1. docs/digest-document.md describes every field."""

import json
from collections.abc import Mapping, Sequence

from bot.domain.characters import clean, one_line
from bot.domain.digest import Digest, Entry, HotPaper, Section
from bot.domain.note import Note
from bot.domain.paper import Paper
from bot.domain.receipt import Fate
from bot.domain.selection import Choice
from bot.domain.verdict import Usage
from bot.render.note import note_path
from bot.render.tex import to_unicode

SCHEMA = 1
Json = Mapping[str, object]


def document(digest: Digest) -> str:
    """The document as indented JSON, keys in the documented order, ending in a line feed."""
    content: Json = {
        "schema": SCHEMA,
        "profile": digest.profile.id,
        "day": digest.day.isoformat(),
        "state": digest.state.value,
        "quiet": digest.quiet,
        "catch_up": digest.catch_up,
        "approximate": digest.approximate,
        "supplement": digest.supplement,
        "clock_set": digest.clock_set,
        "late": list(digest.late),
        "remarks": [one_line(remark) for remark in digest.remarks],
        "judge": {
            "model": digest.judged_by.model,
            "rubric": digest.judged_by.rubric.version,
            "at": digest.judged_by.at.isoformat(),
        },
        "receipt": _receipt(digest),
        "hot": [_hot(hot) for hot in digest.hot],
        "unjudged": _ids(digest.unjudged),
        "nearest_misses": _ids(digest.nearest_misses),
        "reasons": _reasons((*digest.unjudged, *digest.nearest_misses)),
        "new_versions": [_new_version(one.paper) for one in digest.new_versions],
        "sections": [_section(section) for section in digest.sections],
        "usage": [_usage(usage) for usage in digest.usage],
        "notes": [_note(note) for note in digest.notes],
    }
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _receipt(digest: Digest) -> Json:
    receipt = digest.receipt
    return {
        "announced": receipt.announced,
        **{fate.value: getattr(receipt, fate.value) for fate in Fate},
        "entries_seen": receipt.entries_seen,
        "arxiv_says": receipt.arxiv_says,
    }


def _hot(hot: HotPaper) -> Json:
    return {
        "arxiv_id": hot.announcement.paper.arxiv_id,
        "tags": [tag.value for tag in hot.tags],
        "reason": to_unicode(hot.reason),
        "paper": _paper(hot.entry) if hot.entry else None,
    }


def _ids(choices: Sequence[Choice]) -> list[str]:
    return [choice.announcement.paper.arxiv_id for choice in choices]


def _reasons(choices: Sequence[Choice]) -> Mapping[str, str]:
    return {choice.announcement.paper.arxiv_id: one_line(choice.reason) for choice in choices}


def _new_version(paper: Paper) -> Json:
    return {"arxiv_id": paper.arxiv_id, "version": paper.version, "title": to_unicode(paper.title)}


def _section(section: Section) -> Json:
    return {
        "topic": section.topic.id,
        "name": one_line(section.topic.name),
        "overview": to_unicode(section.overview),
        "papers": [_paper(entry) for entry in section.entries],
    }


def _paper(entry: Entry) -> Json:
    paper, verdict = entry.announcement.paper, entry.verdict
    return {
        "number": entry.number,
        "arxiv_id": paper.arxiv_id,
        "version": paper.version,
        "title": to_unicode(paper.title),
        "title_tex": clean(paper.title),
        "authors": [to_unicode(author) for author in paper.authors],
        "abstract": to_unicode(paper.abstract),
        "categories": [one_line(category) for category in paper.categories],
        "comment": to_unicode(paper.comment) if paper.comment else None,
        "doi": one_line(paper.doi) if paper.doi else None,
        "journal_ref": to_unicode(paper.journal_ref) if paper.journal_ref else None,
        "announced_as": entry.announcement.how.value,
        "relevance": verdict.relevance,
        "novelty": verdict.novelty,
        "judge_comment": to_unicode(verdict.comment),
        "primary_topic": verdict.primary_topic,
        "matched_topics": list(verdict.matched_topics),
        "topic_reason": to_unicode(verdict.topic_reason),
        "addresses_judge": verdict.addresses_judge,
        "reason": one_line(entry.reason),
        "followed": one_line(entry.followed) or None,
        "links": {"abs": paper.links.abs, "pdf": paper.links.pdf, "html": paper.links.html},
    }


def _note(note: Note) -> Json:
    return {"arxiv_id": note.arxiv_id, "version": note.version, "path": f"{note_path(note)}/note.json"}


def _usage(usage: Usage) -> Json:
    return {
        "model": usage.model,
        "kind": usage.kind,
        "input_tokens": usage.input_tokens,
        "cached_tokens": usage.cached_tokens,
        "output_tokens": usage.output_tokens,
        "cost_usd": None if usage.cost_usd is None else float(usage.cost_usd),
        "batch": usage.batch,
    }
