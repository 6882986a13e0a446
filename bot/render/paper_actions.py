"""What a reader can press in a digest: votes and a menu under each paper. Labels: templates/slack/."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.conversation import Act, Button
from bot.domain.digest import Digest, Entry, Section
from bot.render.buttons import button_rows
from bot.render.labels import labels, short
from bot.render.rich_text import LONGEST_ADDRESS, Block, Element, harmless, plain
from bot.render.tex import to_unicode

OPTION, OPTION_VALUE = 75, 150  # characters of what a menu offers
PAPER = "paper:"  # how the block_id of a paper's buttons begins
VOTES = {Act.VOTE_UP: "up", Act.VOTE_DOWN: "down"}


def digest_actions(digest: Digest, page_url: str | None) -> list[Block]:
    """The buttons under the headline."""
    words = labels("headline_buttons")
    page = [Button(words["page"], Act.PAGE, url=page_url)] if page_url and len(page_url) <= LONGEST_ADDRESS else []
    return button_rows([*page, Button(words["cutoffs"], Act.CUTOFFS, digest.profile.id)])


def paper_actions(entry: Entry, digest: Digest, section: Section | None) -> Block:
    """The votes and the menu of one paper. section: where it stands; None for a hot one below the cutoffs."""
    paper, profile = entry.announcement.paper, digest.profile
    noted = any(note.arxiv_id == paper.arxiv_id for note in digest.notes)
    author = to_unicode(paper.authors[0]) if paper.authors else ""
    topic = profile.topic((section.topic.id if section else entry.verdict.primary_topic) or "")
    words = labels("paper_menu", author=author, topic=topic.name if topic else "")
    offered = {
        "why": f"why {paper.arxiv_id}",
        "similar": f"similar {paper.arxiv_id}",
        "follow": f"authors follow {author}" if author else "",
        "mute": f"topic mute {topic.id}" if topic and not topic.muted else "",
        "noted" if noted else "note": f"note {paper.arxiv_id}",
    }
    options = [_option(words[which], f"{profile.id} {said}") for which, said in offered.items() if said]
    votes = [_vote(act, words, f"{profile.id} {digest.day} {paper.arxiv_id}") for act in VOTES]
    menu = {"type": "overflow", "action_id": f"{Act.SAY}:menu", "options": [one for one in options if one]}
    return {"type": "actions", "block_id": f"{PAPER}{paper.arxiv_id}", "elements": [*votes, menu]}


def voted_on(blocks: Sequence[Mapping[str, Any]]) -> list[str]:
    """arXiv ids of the papers that can be voted on in a posted message."""
    return [str(block["block_id"])[len(PAPER) :] for block in blocks if str(block.get("block_id")).startswith(PAPER)]


def with_votes(blocks: Sequence[Mapping[str, Any]], counts: Mapping[str, tuple[int, int]]) -> list[Block]:
    """The blocks of a posted message, as Slack sends them back, with new counts. counts: arXiv id -> up, down."""
    words = labels("paper_menu", author="", topic="")
    read = [_as_posted(block) for block in blocks]
    for block in read:
        tally = counts.get(str(block.get("block_id")).removeprefix(PAPER))
        for element in block["elements"] if tally else ():
            act = next((act for act in VOTES if str(element.get("action_id", "")).startswith(act)), None)
            if act and tally:
                element["text"] = _label(words[VOTES[act]], tally[act is Act.VOTE_DOWN])
    return read


def _vote(act: Act, words: Mapping[str, str], value: str) -> Element:
    label, aloud = _label(words[VOTES[act]], 0), words[f"{VOTES[act]}, aloud"]
    return {"type": "button", "text": label, "action_id": act.value, "value": value, "accessibility_label": aloud}


def _label(sign: str, count: int) -> Element:
    """emoji: Slack sends the sign back as :+1:, which must show as the sign again."""
    return {**plain(f"{sign} {count:,}" if count else sign), "emoji": True}


def _option(label: str, value: str) -> Element | None:
    """None where the value would not come back whole, as with a name that fills a page."""
    return {"text": plain(short(label, OPTION)), "value": value} if len(value) <= OPTION_VALUE else None


def _as_posted(value: Any) -> Any:
    """Slack escapes & < > in what it sends back, and would do so once more if it got that:
    https://github.com/slackapi/bolt-python/issues/513."""
    if isinstance(value, str):
        return value.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    if isinstance(value, Mapping):
        read = {key: _as_posted(one) for key, one in value.items()}
        return read | ({"text": harmless(read["text"])} if isinstance(read.get("text"), str) else {})
    return [_as_posted(one) for one in value] if isinstance(value, list | tuple) else value
