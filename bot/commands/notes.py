"""Deep notes on single papers. The menu under each paper offers them already."""

from bot.commands.days import say
from bot.commands.table import Ask, Verb, verb
from bot.commands.words import paper_id
from bot.domain.conversation import Reply


def note(ask: Ask) -> Reply:
    """note ID - a deep note on one paper; this comes with a later version.

    Example: /papers note 2611.01234
    """
    arxiv_id = paper_id(ask.words, "note 2611.01234")
    paper = ask.desk.library.papers([arxiv_id]).get(arxiv_id)
    buttons = (say(ask, "Similar papers", f"similar {arxiv_id}"),) if paper else ()
    return Reply("note", {"arxiv_id": arxiv_id, "paper": paper}, buttons)


NOTES: tuple[Verb, ...] = (verb(note),)
