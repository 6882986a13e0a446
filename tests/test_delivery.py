"""Claim, send, record: the rules with made-up outlets, and what they must hold against with real local servers."""

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest

from bot.adapters.slack_post import SlackChannel
from bot.adapters.smtp import Mailbox
from bot.delivery import deliver
from bot.demo.standins.slack import Fault, SlackStandin
from bot.demo.standins.smtp import DROP, MailStandin
from bot.domain.digest import Digest, State
from bot.domain.message import Mail
from bot.domain.paper import AnnounceType
from bot.errors import DeliveryError, RenderError, Stopped, StoreError, UncertainDeliveryError
from bot.render.blocks import thread
from tests import examples
from tests.fakes.memory_ledger import MemoryLedger
from tests.fakes.slack_posting import KilledError, cut_after, digest_of


class Box:
    """An outlet that keeps what it is sent. troubles: what the next sends raise, one each."""

    def __init__(
        self, name: str = "box:1", *, rewrites: bool = False, troubles: tuple[BaseException, ...] = ()
    ) -> None:
        self.name, self.rewrites = name, rewrites
        self.editions: list[Digest] = []
        self._troubles = list(troubles)

    def send(self, digest: Digest) -> str:
        """Keep it, or fail."""
        if self._troubles:
            raise self._troubles.pop(0)
        self.editions.append(digest)
        return "in the box"

    def check(self) -> str:
        """Always well."""
        return "well"


class ResumableBox(Box):
    """A box that can tell what an earlier try left."""

    def __init__(self, *, troubles: tuple[BaseException, ...] = (), resuming: tuple[BaseException, ...] = ()) -> None:
        super().__init__(troubles=troubles)
        self.resumed: list[Digest] = []
        self._resuming = list(resuming)

    def resume(self, digest: Digest) -> str:
        """Keep it, or fail."""
        if self._resuming:
            raise self._resuming.pop(0)
        self.resumed.append(digest)
        return "in the box at last"


TROUBLES = [
    DeliveryError("refused"),
    UncertainDeliveryError("no answer"),
    RenderError("broken template"),
    ValueError("a defect"),
]


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: type(trouble).__name__)
def test_one_outlet_s_failure_never_blocks_the_others(trouble: Exception) -> None:
    before, failing, after = Box("box:1"), Box("box:2", troubles=(trouble,)), Box("box:3")
    deliveries = deliver(digest_of(1), [before, failing, after], MemoryLedger())
    assert [bool(delivery.trouble) for delivery in deliveries] == [False, True, False]
    assert len(before.editions) == len(after.editions) == 1


def test_a_ledger_that_fails_for_one_outlet_does_not_block_the_others() -> None:
    class BadForFirst(MemoryLedger):
        def sent(self, digest: Digest, outlet: str, where: str) -> None:
            if outlet == "box:1":
                raise StoreError("disk full")
            super().sent(digest, outlet, where)

    ledger = BadForFirst()
    deliveries = deliver(digest_of(1), [Box("box:1"), Box("box:2")], ledger)
    assert [delivery.trouble for delivery in deliveries] == ["disk full", ""]
    assert ledger.states == {"box:1": "sending", "box:2": "sent"}, "the next run does not send to the first again"


def test_a_defect_is_logged_with_its_traceback_and_its_text_is_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    (delivery,) = deliver(digest_of(1), [Box(troubles=(ValueError("internal matters"),))], MemoryLedger())
    assert "ValueError" in delivery.trouble
    assert "internal matters" not in delivery.trouble
    assert any(record.exc_info for record in caplog.records if record.levelno == logging.ERROR)


def test_a_second_run_sends_nothing_twice() -> None:
    box, ledger = Box(), MemoryLedger()
    for _ in range(3):
        deliver(digest_of(1, 2), [box], ledger)
    assert len(box.editions) == 1


def test_an_outlet_that_failed_is_sent_once_by_the_next_run() -> None:
    box, ledger = Box(troubles=(DeliveryError("down"),)), MemoryLedger()
    assert deliver(digest_of(1), [box], ledger)[0].trouble == "down"
    assert ledger.reasons == {"box:1": "down"}
    assert deliver(digest_of(1), [box], ledger)[0].where == "in the box"
    deliver(digest_of(1), [box], ledger)
    assert len(box.editions) == 1


def test_an_outlet_that_had_an_earlier_edition_gets_only_what_that_lacked() -> None:
    box, ledger = Box(), MemoryLedger()
    for numbers in ((1, 3), (1, 2, 3, 4), (1, 2, 3, 4)):
        deliver(digest_of(*numbers), [box], ledger)
    first, second = box.editions
    assert not first.supplement
    assert second.supplement
    assert second.shown_ids == {"2613.00002", "2613.00004"}
    assert [entry.number for entry in second.entries] == [2, 4], "numbers agree with the whole digest's page"


def test_an_addition_that_fails_is_sent_by_the_next_run() -> None:
    box, ledger = Box(), MemoryLedger()
    deliver(digest_of(1), [box], ledger)
    failing = Box(troubles=(DeliveryError("down"),))
    deliver(digest_of(1, 2), [failing], ledger)
    deliver(digest_of(1, 2), [failing], ledger)
    assert [edition.shown_ids for edition in failing.editions] == [{"2613.00002"}]


def test_an_outlet_that_rewrites_gets_every_edition_whole_even_after_a_cut() -> None:
    folder, ledger = Box(rewrites=True), MemoryLedger()
    for numbers in ((1,), (1,), (1, 2)):
        ledger.claim(digest_of(*numbers), folder.name)
        deliver(digest_of(*numbers), [folder], ledger)
    assert [len(edition.shown_ids) for edition in folder.editions] == [1, 1, 2]
    assert not any(edition.supplement for edition in folder.editions)


def test_a_quiet_day_goes_nowhere() -> None:
    box, ledger = Box(), MemoryLedger()
    quiet = replace(digest_of(), state=State.QUIET, quiet="a Saturday")
    assert deliver(quiet, [box], ledger) == ()
    assert box.editions == []
    assert ledger.states == {}


def empty(**fields: object) -> Digest:
    """One paper, below the cutoffs."""
    made = examples.digest((examples.announced(1),), (examples.verdict(1, relevance=2),))
    return replace(made, **fields)  # type: ignore[arg-type]


NO_EMPTY_ONES = examples.profile(send_empty=False)
NEW_VERSION = (examples.announced(7, AnnounceType.REPLACE, version=2),)


@pytest.mark.parametrize(
    ("digest", "sent"),
    [
        (empty(), True),
        (empty(profile=NO_EMPTY_ONES), False),
        (empty(profile=NO_EMPTY_ONES, new_versions=NEW_VERSION), True),
        (empty(profile=NO_EMPTY_ONES, state=State.PARTIAL), True),
        (replace(digest_of(1), profile=NO_EMPTY_ONES), True),
        (examples.digest((examples.announced(1),), (), NO_EMPTY_ONES), True),
    ],
    ids=["wanted", "not wanted", "a new version", "not all seen", "a paper", "a paper not judged"],
)
def test_only_a_complete_digest_that_shows_nothing_is_kept_from_readers_who_want_none(
    digest: Digest, sent: bool
) -> None:
    box, folder = Box(), Box("folder:1", rewrites=True)
    deliveries = deliver(digest, [box, folder], ledger := MemoryLedger())
    assert (len(box.editions), len(folder.editions)) == (int(sent), 1)
    assert [delivery.outlet for delivery in deliveries] == (["box:1"] if sent else []) + ["folder:1"]
    assert (box.name in ledger.states) == sent, "what was not tried is not recorded as owed"


class AskedAfter:
    """A stop that is asked for once somebody has looked so often."""

    def __init__(self, looks: int) -> None:
        self._left = looks

    def asked(self) -> bool:
        """Look."""
        self._left -= 1
        return self._left < 0


def test_a_bot_asked_to_stop_sends_to_no_further_outlet_and_the_next_run_to_the_others_only() -> None:
    boxes, ledger = [Box("box:1"), Box("box:2"), Box("box:3")], MemoryLedger()
    with pytest.raises(Stopped):
        deliver(digest_of(1), boxes, ledger, AskedAfter(1))
    assert ledger.states == {"box:1": "sent"}
    deliver(digest_of(1), boxes, ledger, AskedAfter(3))
    assert [len(box.editions) for box in boxes] == [1, 1, 1]


@pytest.mark.parametrize("cut", [UncertainDeliveryError("no answer"), ValueError("a defect"), KilledError()])
def test_a_cut_off_delivery_is_reported_and_not_sent_again_where_nobody_can_tell(cut: BaseException) -> None:
    box, ledger = Box(troubles=(cut,)), MemoryLedger()
    with suppress(KilledError):
        deliver(digest_of(1), [box], ledger)
    for _ in range(2):
        (delivery,) = deliver(digest_of(1), [box], ledger)
        assert "may have arrived" in delivery.trouble
        assert "--send-again box:1" in delivery.trouble
    assert box.editions == []


@pytest.mark.parametrize("cut", [UncertainDeliveryError("no answer"), ValueError("a defect"), KilledError()])
def test_a_cut_off_delivery_is_resumed_where_the_outlet_can_tell(cut: BaseException) -> None:
    box, ledger = ResumableBox(troubles=(cut,)), MemoryLedger()
    with suppress(KilledError):
        deliver(digest_of(1), [box], ledger)
    deliver(digest_of(1), [box], ledger)
    deliver(digest_of(1), [box], ledger)
    assert (len(box.editions), len(box.resumed)) == (0, 1)


def test_a_plain_failure_is_sent_afresh_not_resumed() -> None:
    box, ledger = ResumableBox(troubles=(DeliveryError("down"),)), MemoryLedger()
    deliver(digest_of(1), [box], ledger)
    deliver(digest_of(1), [box], ledger)
    assert (len(box.editions), len(box.resumed)) == (1, 0)


def test_a_resumption_that_fails_stays_a_resumption() -> None:
    box = ResumableBox(troubles=(UncertainDeliveryError("cut"),), resuming=(DeliveryError("down"), RenderError("bad")))
    ledger = MemoryLedger()
    for _ in range(4):
        deliver(digest_of(1), [box], ledger)
    assert (len(box.editions), len(box.resumed)) == (0, 1), (
        "had it been marked as failed, it would be sent from the start"
    )


@pytest.fixture
def slack() -> Iterator[SlackStandin]:
    with SlackStandin() as standin:
        yield standin


def slack_outlet(slack: SlackStandin, sleep: Callable[[float], None] = lambda _: None) -> SlackChannel:
    return SlackChannel(slack.token, "C0DEMO", partial(thread, page_url=None), base_url=slack.url, sleep=sleep)


def mail_outlet(server: MailStandin) -> Mailbox:
    return Mailbox(
        "ada@example.org",
        lambda *_: Mail("Digest", "text", "<p>html</p>", "id@example.org"),
        mail_from="bot@example.org",
        host=server.host,
        port=server.port,
        security="none",
        sleep=lambda _: None,
    )


def shown_in(slack: SlackStandin) -> list[str]:
    """arXiv ids by the metadata of the replies, as often as they stand in the channel."""
    payloads = [message["metadata"]["event_payload"] for message in slack.messages]
    return sorted(arxiv_id for payload in payloads for arxiv_id in payload["papers"].split())


@pytest.mark.parametrize("stored", [False, True], ids=["before the post", "after the post, before its answer"])
@pytest.mark.parametrize("cut", range(6))
def test_a_digest_cut_off_anywhere_in_slack_stands_there_once_after_the_next_run(
    slack: SlackStandin, cut: int, stored: bool
) -> None:
    digest, ledger = digest_of(*range(1, 21)), MemoryLedger()
    if stored:
        slack.script("chat.postMessage", *[None] * cut, Fault(drop=True, done=True))
    with suppress(KilledError):
        deliver(digest, [slack_outlet(slack, cut_after(cut))], ledger)
    (delivery,) = deliver(digest, [slack_outlet(slack)], ledger)
    assert not delivery.trouble
    assert shown_in(slack) == sorted(digest.shown_ids)
    assert len([message for message in slack.messages if "thread_ts" not in message]) == 1
    assert deliver(digest, [slack_outlet(slack)], ledger)[0].where == "has it already"


def test_the_papers_of_a_cut_off_thread_and_those_judged_since_all_come_once(slack: SlackStandin) -> None:
    ledger = MemoryLedger()
    with suppress(KilledError):
        deliver(digest_of(*range(2, 12)), [slack_outlet(slack, cut_after(2))], ledger)
    grown = digest_of(*range(1, 15))
    deliver(grown, [slack_outlet(slack)], ledger)
    assert shown_in(slack) == sorted(grown.shown_ids)


def test_slack_gets_an_addition_as_a_thread_of_its_own(slack: SlackStandin) -> None:
    ledger = MemoryLedger()
    deliver(digest_of(1, 2), [slack_outlet(slack)], ledger)
    deliver(digest_of(1, 2, 3), [slack_outlet(slack)], ledger)
    headlines = [message["text"] for message in slack.messages if "thread_ts" not in message]
    assert len(headlines) == 2
    assert "added: 1" in headlines[1]
    assert shown_in(slack) == sorted(digest_of(1, 2, 3).shown_ids)


def test_an_addition_that_is_cut_off_is_resumed_without_doubles(slack: SlackStandin) -> None:
    ledger = MemoryLedger()
    deliver(digest_of(1, 2), [slack_outlet(slack)], ledger)
    with suppress(KilledError):
        deliver(digest_of(*range(1, 15)), [slack_outlet(slack, cut_after(2))], ledger)
    deliver(digest_of(*range(1, 15)), [slack_outlet(slack)], ledger)
    assert shown_in(slack) == sorted(digest_of(*range(1, 15)).shown_ids)
    assert len([message for message in slack.messages if "thread_ts" not in message]) == 2


def test_a_mail_that_got_no_answer_stays_uncertain_and_slack_gets_its_digest(slack: SlackStandin) -> None:
    digest, ledger = digest_of(1), MemoryLedger()
    with MailStandin() as server:
        mailbox = mail_outlet(server)
        server.script("END", DROP)
        mailed, posted = deliver(digest, [mailbox, slack_outlet(slack)], ledger)
        assert "may have arrived" in mailed.trouble
        assert not posted.trouble
        (mailed, posted) = deliver(digest, [mailbox, slack_outlet(slack)], ledger)
        assert "--send-again mail:ada@example.org" in mailed.trouble
        assert posted.where == "has it already"
        assert len(server.mails) == 1


def test_a_mail_server_that_recovers_gets_the_mail_once() -> None:
    digest, ledger = digest_of(1), MemoryLedger()
    with MailStandin() as server:
        mailbox = mail_outlet(server)
        server.script("RCPT", "450 4.2.0 greylisted")
        assert "greylisted" in deliver(digest, [mailbox], ledger)[0].trouble
        for _ in range(2):
            assert not deliver(digest, [mailbox], ledger)[0].trouble
        assert len(server.mails) == 1
