"""/papers note: shown, made, made again, refused, and given up."""

from collections.abc import Iterator

import pytest

from bot.commands import answer
from bot.desk import Desk
from bot.domain.conversation import Act, Asker, Place, PlaceKind, Reply
from bot.domain.note import Note, NoteStage
from bot.domain.profile import Profile
from bot.errors import BotError, CommandError, JudgeError, NoteError, SourceError, StoreError
from tests.examples import digest, profile
from tests.fakes.desk import ADA, TERMINAL, MemoryErrands, MemoryNotes, memory_desk, short_note
from tests.fakes.talking import finished, text_of, typed

ID = "2613.00001"
GERMAN = profile(language="de")
ALL = tuple(NoteStage)


def desk(notes: MemoryNotes | None = None, allowed: int = 5, reader: Profile | None = None) -> Desk:
    errands = MemoryErrands(allowed)
    return memory_desk(reader or profile(), digests=[digest()], notes=notes or MemoryNotes(), errands=errands)


def spent(at: Desk) -> list[tuple[str, str]]:
    assert isinstance(at.errands, MemoryErrands)
    return at.errands.spent


def chain(reply: Reply) -> list[Reply]:
    """The answer, and everything that takes its place."""
    found = [reply]
    while found[-1].later:
        found.append(found[-1].later())
    return found


def test_a_note_that_is_there_is_shown_at_once_and_for_free() -> None:
    at = desk(MemoryNotes(short_note(ID, profile())))
    reply = answer(f"note {ID}", ADA, at)
    assert reply.later is None
    assert "It routes tokens to experts." in text_of(reply)
    assert not reply.in_thread, "whoever asks for what is there tells nobody else"
    assert spent(at) == []


def test_one_that_is_not_there_is_made_while_each_stage_is_told() -> None:
    at = desk(MemoryNotes(stages=ALL))
    replies = chain(answer(f"note {ID}", ADA, at))
    told = ["Reading the paper", "is writing the note", "Looking up each quote", "asked once again", "It routes tokens"]
    assert len(replies) == len(told)
    for reply, part in zip(replies, told, strict=True):
        assert part in text_of(reply)
    assert [reply.passing for reply in replies] == [False, True, True, True, False]
    assert all(reply.in_thread for reply in replies)
    assert spent(at) == [("U0ADA", f"note {ID}")]


def test_in_a_channel_it_is_said_who_asked() -> None:
    assert "Ada asked for a deep note on On Finding Number 1" in text_of(answer(f"note {ID}", ADA, desk()))
    assert "asked for" not in text_of(answer(f"note {ID}", TERMINAL, desk()))


def test_made_again_it_costs_again_and_the_new_one_is_shown() -> None:
    written = iter(("The first.", "The second."))

    def write(arxiv_id: str, reader: Profile) -> Note:
        note = short_note(arxiv_id, reader)
        return Note(**{**vars(note), "title": next(written)})

    at = desk(MemoryNotes(write=write))
    assert "The first." in text_of(typed(f"note {ID}", at))
    again = typed(f"note {ID}", at)
    button = next(one for one in again.buttons if one.label == "Make again")
    assert (button.act, button.value) == (Act.SAY, f"group note {ID} again")
    assert "The second." in text_of(typed(f"note {ID} again", at))
    assert len(spent(at)) == 2


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"note {ID}v1", f"{ID}v1"),
        (f"note https://arxiv.org/pdf/{ID}v2.pdf again", f"{ID}v2"),
        ("note hep-th/9901001", "hep-th/9901001"),
        (f"note arXiv:{ID}", ID),
    ],
)
def test_a_paper_may_be_named_in_any_form_and_by_its_version(text: str, wanted: str) -> None:
    notes = MemoryNotes()
    typed(text, desk(notes))
    assert notes.made == [wanted]


@pytest.mark.parametrize("text", ["note", "note that", f"note {ID} {ID}", f"note {ID} again again", "note again"])
def test_anything_else_is_refused_with_an_example_and_costs_nothing(text: str) -> None:
    at = desk()
    reply = typed(text, at)
    assert reply.template == "trouble"
    assert "/papers note" in text_of(reply)
    assert spent(at) == []


def test_it_is_in_the_language_of_the_profile() -> None:
    notes = MemoryNotes(short_note(ID, profile()))
    reply = typed(f"note {ID}", desk(notes, reader=GERMAN))
    made = reply.values["note"]
    assert isinstance(made, Note)
    assert made.language == "de"


def test_whoever_may_spend_no_more_is_told_so_and_the_next_one_can_have_it_made() -> None:
    at = desk(allowed=0)
    told = text_of(answer(f"note {ID}", ADA, at))
    assert "No note was made of 2613.00001" in told
    assert "all 0 money-spending commands of today" in told
    assert f"note {ID} en" not in at.under_way


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            NoteError("arXiv has no paper 2613.00001", hint="Check the id", permanent=True),
            "arXiv has no paper 2613.00001. Check the id",
        ),
        (
            NoteError("the model's service did not take it", hint="Set NOTES_TOKENS to less"),
            "the model's service did not take it. To try it again: /papers note 2613.00001",
        ),
        (SourceError("http://10.0.0.1 refused"), "arXiv could not be read. To try it again: /papers note 2613.00001"),
        (JudgeError("401: check ANTHROPIC_API_KEY"), "the language model gave no answer. To try it again"),
        (StoreError("/srv/db is locked"), "it broke down, or took too long"),
    ],
)
def test_what_goes_wrong_is_a_sentence_for_readers_and_whole_for_the_log(error: BotError, told: str) -> None:
    at = desk(MemoryNotes(fails=error))
    with pytest.raises(CommandError) as caught:
        finished(answer(f"note {ID}", ADA, at))
    assert told in str(caught.value)
    assert caught.value.__cause__ is error
    assert f"note {ID} en" not in at.under_way, "it can be tried again"


@pytest.mark.parametrize("error", [JudgeError("401", hint="Check the key"), NoteError("413", hint="Set NOTES_TOKENS")])
def test_a_terminal_is_told_what_it_was(error: BotError) -> None:
    with pytest.raises(type(error), match=error.hint):
        finished(answer(f"note {ID}", TERMINAL, desk(MemoryNotes(fails=error))))


def test_whoever_asks_while_it_is_being_made_waits_for_it_and_pays_nothing() -> None:
    notes = MemoryNotes()
    at = desk(notes)
    mine = answer(f"note {ID}", ADA, at)
    theirs = answer(f"note {ID}", Asker("U0BEN", Place(PlaceKind.CHANNEL, "C0GROUP"), "Ben"), at)
    assert "Somebody is having this deep note made just now" in text_of(theirs)
    assert not theirs.in_thread, "there is one message for everybody, which is the first one's"
    finished(mine)
    assert "It routes tokens" in text_of(finished(theirs))
    assert notes.made == [ID]
    assert spent(at) == [("U0ADA", f"note {ID}")]


def test_whoever_waited_for_one_that_failed_is_told_to_try_it_themselves() -> None:
    at = desk(MemoryNotes(fails=NoteError("no")))
    mine, theirs = answer(f"note {ID}", ADA, at), answer(f"note {ID}", ADA, at)
    with pytest.raises(CommandError):
        finished(mine)
    with pytest.raises(CommandError, match="did not come"):
        finished(theirs)


def test_whoever_waits_for_one_that_never_ends_is_told_so() -> None:
    at = desk()
    mine, theirs = answer(f"note {ID}", ADA, at), answer(f"note {ID}", ADA, at)
    with pytest.raises(CommandError, match="To try it again: /papers note 2613"):
        finished(theirs)
    assert mine.later


def test_an_answer_that_nobody_fetches_holds_up_nobody() -> None:
    at = desk()
    reply: Reply | None = answer(f"note {ID}", ADA, at)
    assert f"note {ID} en" in at.under_way
    reply = None
    assert f"note {ID} en" not in at.under_way
    assert reply is None


def test_the_making_ends_where_nobody_waits_for_it_any_more() -> None:
    ended: list[str] = []

    class Watched(MemoryNotes):
        def make(self, arxiv_id: str, profile: Profile, *, again: bool) -> Iterator[NoteStage | Note]:
            try:
                yield from super().make(arxiv_id, profile, again=again)
            finally:
                ended.append(arxiv_id)

    reply: Reply | None = answer(f"note {ID}", ADA, desk(Watched()))
    assert reply
    assert reply.later
    reply = reply.later()
    assert ended == []
    reply = None
    assert ended == [ID]
    assert reply is None


def test_below_a_note_stand_its_page_a_new_one_and_what_else_can_be_asked_of_the_paper() -> None:
    reply = typed(f"note {ID}", desk())
    assert [one.label for one in reply.buttons] == ["Open page", "Make again", "Similar papers", "What became of it"]
    assert reply.buttons[0].url.startswith("https://papers.example/group/notes/")
    unseen = typed("note 2613.09999", desk())
    assert "Similar papers" not in [one.label for one in unseen.buttons], "of what was never seen"
