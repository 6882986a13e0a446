"""What a language model reads (the rubric, the papers, the question for overviews) and the shape of its answers.

Papers are strangers' text. They stand between tags, and no `<` of theirs reaches the model as `<`, so that no text can
close its tag and speak from outside it.
"""

from collections.abc import Mapping, Sequence
from html import escape

from bot.domain.characters import clean
from bot.domain.digest import Section
from bot.domain.paper import Paper
from bot.domain.profile import Profile
from bot.domain.topic import NO_TOPIC_FITS
from bot.domain.verdict import HotTag, Rubric
from bot.render.environment import render

# Where a model thinks before it answers, its thoughts count towards this limit as well.
TOKENS_FOR_THOUGHT = 8_000
TOKENS_PER_VERDICT = 400
TOKENS_PER_OVERVIEW = 400

TEXT: Mapping[str, object] = {"type": "string"}


def rubric(profile: Profile) -> Rubric:
    """All that the judge reads before the papers. It depends on the topics and leave_outs only, byte for byte."""
    return Rubric(render("prompts/judge.md.j2", topics=profile.topics, leave_out=profile.leave_out))


def offline_rubric(profile: Profile) -> Rubric:
    """What the offline judge goes by, in words."""
    return Rubric(render("prompts/offline.md.j2", topics=profile.topics, leave_out=profile.leave_out))


def papers_message(papers: Sequence[Paper]) -> str:
    """The message that holds the papers of one call."""
    shown = [
        {
            "id": _attribute(paper.arxiv_id),
            "title": _inside(paper.title),
            "categories": _inside(" ".join(paper.categories)),
            "abstract": _inside(paper.abstract),
        }
        for paper in papers
    ]
    return render("prompts/papers.md.j2", papers=shown)


def overview_rubric() -> Rubric:
    """What the model reads before the sections."""
    return Rubric(render("prompts/overview_system.md.j2"))


def overview_question(sections: Sequence[Section]) -> str:
    """The message that holds the sections whose overviews are wanted."""
    shown = [
        {
            "id": section.topic.id,
            "name": _attribute(section.topic.name),
            "papers": [
                {
                    "number": entry.number,
                    "id": _attribute(entry.announcement.paper.arxiv_id),
                    "title": _inside(entry.announcement.paper.title),
                    "abstract": _inside(entry.announcement.paper.abstract),
                }
                for entry in section.entries
            ],
        }
        for section in sections
    ]
    return render("prompts/overview.md.j2", sections=shown)


def shared_terms(terms: Sequence[str]) -> str:
    """The offline judge's comment on a paper: the terms it shares with its topic, strongest first; may be none."""
    return render("templates/text/shared_terms.txt.j2", terms=terms)


def verdicts_schema(profile: Profile) -> Mapping[str, object]:
    """JSON Schema of the judge's answer. The same for every call of a profile: another one would miss the cache.

    Ranges are not in it (the service refuses minimum and maximum); bot/domain/reply.py checks them.
    """
    ids = [topic.id for topic in profile.topics]
    return _list_of(
        "verdicts",
        {
            "arxiv_id": TEXT,
            "relevance": {"type": "integer", "description": "1 to 10"},
            "novelty": {"type": "integer", "description": "1 to 10"},
            "comment": TEXT,
            "primary_topic": {"type": "string", "enum": [*ids, NO_TOPIC_FITS]},
            "matched_topics": {"type": "array", "items": {"type": "string", "enum": ids}},
            "topic_reason": TEXT,
            "hot_tags": {"type": "array", "items": {"type": "string", "enum": [tag.value for tag in HotTag]}},
            "hot_reason": TEXT,
            "addresses_judge": {"type": "boolean"},
        },
    )


def overviews_schema(sections: Sequence[Section]) -> Mapping[str, object]:
    """JSON Schema of the answer to overview_question()."""
    ids = [section.topic.id for section in sections]
    return _list_of("overviews", {"topic": {"type": "string", "enum": ids}, "overview": TEXT})


def _list_of(name: str, properties: Mapping[str, object]) -> Mapping[str, object]:
    return _object({name: {"type": "array", "items": _object(properties)}})


def _object(properties: Mapping[str, object]) -> Mapping[str, object]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _inside(text: str) -> str:
    """A stranger's text on one line, such that it cannot leave the tag it stands in."""
    return escape(" ".join(clean(text).split()), quote=False)


def _attribute(text: str) -> str:
    return escape(text, quote=True)
