"""Reading a language model's reply. Nothing in it is taken on trust: not its shape, not its ids, not its numbers."""

import json
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.characters import one_line
from bot.domain.paper import Paper, PaperId
from bot.domain.topic import NO_TOPIC_FITS
from bot.domain.verdict import HotTag, Verdict

LONGEST_COMMENT, LONGEST_OVERVIEW = 600, 900  # characters; what is asked for is about half of it
CUTS_TRIED = 20  # the last "}" of a cut answer may be within a text, so a few before it are tried


class _WrongError(ValueError):
    """One field of one answer cannot be used; says which and why."""


@dataclass(frozen=True)
class Reading:
    """What a reply says of the papers that were asked about. Each of them is in exactly one of the two mappings.

    verdicts: by arXiv id. problems: arXiv id -> why there is no verdict that can be trusted, in words.
    invented: how many answers are about papers that nobody asked about; they are ignored.
    """

    verdicts: Mapping[str, Verdict]
    problems: Mapping[str, str]
    invented: int = 0


def read_verdicts(data: object, papers: Sequence[Paper], topic_ids: Collection[str]) -> Reading:
    """Read the judge's answer: parsed JSON of any shape. Answers are matched by arXiv id, never by position.

    An answer counts if every field has its type, the scores are whole numbers from 1 to 10 (8.0 is one, "8" and true
    are not) and the primary topic is one of the profile's or none. Of the lists, entries that do not exist are dropped.
    Two answers on one paper that do not say the same are both refused.
    """
    asked = {paper.arxiv_id: paper for paper in papers}
    said: dict[str, set[Verdict | str]] = {arxiv_id: set() for arxiv_id in asked}
    invented = 0
    for answer in _entries(data, "verdicts"):
        arxiv_id = _asked_id(answer.get("arxiv_id"), asked)
        if arxiv_id is None:
            invented += 1
        else:
            said[arxiv_id].add(_verdict_or_why(answer, asked[arxiv_id], topic_ids))
    verdicts, problems = {}, {}
    for arxiv_id, answers in said.items():
        first = next(iter(answers), "the judge's answer does not hold it")
        if len(answers) > 1:
            problems[arxiv_id] = "the judge gave two answers that differ"
        elif isinstance(first, Verdict):
            verdicts[arxiv_id] = first
        else:
            problems[arxiv_id] = first
    return Reading(verdicts, problems, invented)


def read_overviews(data: object, topic_ids: Collection[str]) -> dict[str, str]:
    """Topic id -> overview, for those of the topics that the answer holds one text for."""
    said: dict[str, set[str]] = {}
    for answer in _entries(data, "overviews"):
        topic, overview = answer.get("topic"), answer.get("overview")
        if isinstance(topic, str) and topic in topic_ids and isinstance(overview, str):
            said.setdefault(topic, set()).add(_tidy(overview, LONGEST_OVERVIEW))
    return {topic: texts.pop() for topic, texts in said.items() if len(texts) == 1 and texts != {""}}


def whole_part(text: str) -> object:
    """What can be read of a JSON object holding one list of objects that was cut off: its whole entries, or None."""
    end = len(text)
    for _ in range(CUTS_TRIED):
        end = text.rfind("}", 0, end)
        if end < 0:
            return None
        try:
            return json.loads(text[: end + 1] + "]}")
        except (ValueError, RecursionError):
            continue
    return None


def _entries(data: object, name: str) -> Iterator[Mapping[str, object]]:
    entries = data.get(name) if isinstance(data, dict) else None
    return (entry for entry in (entries if isinstance(entries, list) else []) if isinstance(entry, dict))


def _asked_id(value: object, asked: Collection[str]) -> str | None:
    """The arXiv id that an answer is about, if it was asked about; a version or link around it is no harm."""
    if not isinstance(value, str):
        return None
    try:
        arxiv_id = PaperId.parse(value).arxiv_id
    except ValueError:
        return None
    return arxiv_id if arxiv_id in asked else None


def _verdict_or_why(answer: Mapping[str, object], paper: Paper, topic_ids: Collection[str]) -> Verdict | str:
    try:
        primary = _text(answer, "primary_topic")
        if primary not in (*topic_ids, NO_TOPIC_FITS):
            raise _WrongError(f"primary_topic is {primary[:40]!r}, which is no topic of the profile")
        matched = [topic for topic in _texts(answer, "matched_topics") if topic in topic_ids and topic != primary]
        reason = _tidy(_text(answer, "hot_reason"))
        tags = _texts(answer, "hot_tags")
        hot = tuple(tag for tag in HotTag if tag.value in tags and reason)  # no tag without its reason
        return Verdict(
            arxiv_id=paper.arxiv_id,
            version=paper.version,
            relevance=_score(answer, "relevance"),
            novelty=_score(answer, "novelty"),
            comment=_tidy(_text(answer, "comment")),
            primary_topic=None if primary == NO_TOPIC_FITS else primary,
            matched_topics=tuple(dict.fromkeys(matched)),
            topic_reason=_tidy(_text(answer, "topic_reason")),
            hot_tags=hot,
            hot_reason=reason if hot else "",
            addresses_judge=_flag(answer, "addresses_judge") or addresses_judge(paper),
        )
    except _WrongError as error:
        return f"the judge's answer cannot be used: {error}"


def _score(answer: Mapping[str, object], axis: str) -> int:
    value = answer.get(axis)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _WrongError(f"{axis} is not a number")
    if not 1 <= value <= 10 or value != int(value):
        raise _WrongError(f"{axis} is not a whole number from 1 to 10")
    return int(value)


def _text(answer: Mapping[str, object], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str):
        raise _WrongError(f"{name} is not a text")
    return value


def _texts(answer: Mapping[str, object], name: str) -> list[str]:
    value = answer.get(name)
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise _WrongError(f"{name} is not a list of texts")
    return value


def _flag(answer: Mapping[str, object], name: str) -> bool:
    value = answer.get(name)
    if not isinstance(value, bool):
        raise _WrongError(f"{name} is not true or false")
    return value


def _tidy(text: str, longest: int = LONGEST_COMMENT) -> str:
    """One line without characters that nobody sees, cut at a word."""
    line = one_line(text)
    if len(line) <= longest:
        return line
    return line[: longest - 1].rsplit(" ", 1)[0] + "…"


# What a text says that speaks to the judge rather than to readers. Each is rare in real abstracts; studies of such
# attacks quote the first one, and being flagged costs them nothing but a second look.
_SPEAKS_TO_THE_JUDGE = re.compile(
    r"""
      \b(?:ignore|disregard|forget|override)\s+(?:all\s+|any\s+|the\s+|your\s+|these\s+|of\s+)*
        (?:previous|prior|above|earlier|preceding|other)\s+(?:\w+\s+)?
        (?:instruction|prompt|rule|direction|criteri|guideline)
    | \b(?:rate|score|grade|give|assign|award|mark|judge)\s+(?:this|the\s+present|our)\s+
        (?:paper|abstract|work|submission)\s+(?:\w+\s+){0,6}?(?:10|ten|high|highest|maxim\w+|top|perfect|full)\b
    | \b(?:give|assign|set|return|output|answer)\s+(?:\w+\s+){0,4}?(?:relevance|novelty)\b
        \W+(?:\w+\s+){0,4}?(?:10|ten|maxim\w+)\b
    | \b(?:relevance|novelty)["']?\s*[:=]\s*["']?(?:10|[1-9])\b
    | \b(?:dear|attention|note\s+to|message\s+(?:to|for)|instructions?\s+(?:to|for))\s+(?:the\s+|any\s+|all\s+)?
        (?:ai|llm|language\s+model|chatgpt|claude|gpt)[\s-]*(?:\w+\s+)?(?:reviewer|judge|grader|evaluator|assistant|reader|model)
    | \bif\s+you\s+are\s+an?\s+(?:ai|llm|large\s+language\s+model|language\s+model)\b
    | \bas\s+an?\s+(?:ai|llm)[\s-]+(?:reviewer|judge|grader|evaluator)\s*,?\s+you\b
    | \byou\s+(?:must|should|will|have\s+to)\s+(?:now\s+)?(?:rate|score|grade|recommend|accept)\b
    | </?\s*(?:paper|abstract|title|papers|system|instructions?|verdicts?)\b[^<>]{0,40}>
    | <\|(?:im_start|im_end|system|user|assistant|endoftext)[^<>]{0,20}>?
    | \[/?INST\]
    | \#\#\#\s*(?:system|instruction|end\s+of\s+papers)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def addresses_judge(paper: Paper) -> bool:
    """Whether title or abstract speak to the judge: orders, demands for a score, or false ends of its own tag.

    A local check, so that a paper is flagged even where the model fell for it. Cautious rather than complete.
    """
    text = unicodedata.normalize("NFKC", f"{paper.title}\n{paper.abstract}")
    return bool(_SPEAKS_TO_THE_JUDGE.search(one_line(text)))
