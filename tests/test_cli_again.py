"""What the next run does with what an earlier one did, or left: nothing twice, nothing lost."""

import json

from bot.demo.standins.anthropic import Response
from tests.fakes.terminal import Terminal


def test_a_second_digest_buys_and_sends_nothing(terminal: Terminal) -> None:
    terminal.type("digest")
    standins = terminal.standins
    assert standins.anthropic is not None
    posted, mailed, asked = len(standins.slack.messages), len(standins.mail.mails), len(standins.anthropic.requests)
    said = terminal.type("digest")
    assert said.code == 0
    assert (len(standins.slack.messages), len(standins.mail.mails)) == (posted, mailed)
    assert len(standins.anthropic.requests) == asked
    assert "Delivered slack:C0DEMO: has it already" in said.out


def test_a_dry_run_delivers_nowhere_and_the_real_run_does_not_pay_again(terminal: Terminal) -> None:
    standins = terminal.standins
    assert standins.anthropic is not None
    said = terminal.type("digest", "--dry-run")
    assert (said.code, standins.slack.messages, standins.mail.mails) == (0, [], [])
    assert "dry run, delivered nowhere" in said.out
    asked = len(standins.anthropic.requests)
    assert terminal.type("digest").code == 0
    assert len(standins.anthropic.requests) == asked
    assert standins.slack.messages


def test_a_failed_outlet_exits_with_3_and_the_next_run_mends_it(terminal: Terminal) -> None:
    terminal.standins.mail.script("RCPT", "550 no such mailbox")
    said = terminal.type("digest")
    assert said.code == 3
    assert "NOT DELIVERED mail:reader@example.org" in said.out
    assert "Delivered slack:C0DEMO" in said.out
    assert terminal.type("digest").code == 0
    assert len(terminal.standins.mail.mails) == 1


def test_papers_that_could_not_be_judged_exit_with_3_and_reach_readers_by_the_next_run(terminal: Terminal) -> None:
    standins = terminal.standins
    terminal.judge.mute.add("2613.00005")
    said = terminal.type("digest")
    assert said.code == 3
    assert "1 could not be judged" in said.out
    assert "Not judged: 2613.00005" in said.out
    posted = len(standins.slack.messages)

    terminal.judge.mute.clear()
    assert terminal.type("digest").code == 0
    added = json.dumps(standins.slack.messages[posted:])
    assert "2613.00005" in added
    assert "2613.00004" not in added
    assert len(standins.mail.mails) == 2
    assert terminal.type("digest").code == 0
    assert len(standins.mail.mails) == 2


def test_papers_that_could_not_be_judged_one_day_come_late_the_next(terminal: Terminal) -> None:
    terminal.judge.mute.add("2613.00005")
    assert terminal.type("digest").code == 3
    posted = len(terminal.standins.slack.messages)
    terminal.judge.mute.clear()
    terminal.turn_over()
    assert json.loads(terminal.type("digest", "--json").out)["late"] == ["2613.00005"]
    added = json.dumps(terminal.standins.slack.messages[posted:])
    assert "2613.00005" in added
    assert "announced on an earlier day" in added
    assert "2613.00004" not in added


def test_the_next_digest_tells_which_outlet_missed_the_last_one(terminal: Terminal) -> None:
    terminal.standins.mail.script("RCPT", "550 no such mailbox")
    assert terminal.type("digest").code == 3
    terminal.turn_over()
    posted = len(terminal.standins.slack.messages)
    said = terminal.type("digest")
    missed = "The digest of Wednesday 6 May 2026 did not reach a mailbox"
    assert said.code == 0
    assert missed in said.out
    assert missed in json.dumps(terminal.standins.slack.messages[posted])
    assert len(terminal.standins.mail.mails) == 1


def test_the_next_digest_tells_that_a_day_has_none(terminal: Terminal) -> None:
    standins = terminal.standins
    assert standins.anthropic is not None
    standins.anthropic.fail(Response(status=401, body=None))
    assert terminal.type("digest").code == 1
    terminal.turn_over()
    assert "There is no digest of Wednesday 6 May 2026: Anthropic refused the call" in terminal.type("digest").out


def test_readers_added_to_the_settings_get_the_digest_and_removed_ones_do_not(terminal: Terminal) -> None:
    terminal.type("profile", "show")
    terminal.set(MAIL_TO="second@example.org third@example.org")
    terminal.type("digest")
    assert [mail.recipients for mail in terminal.standins.mail.mails] == [
        ("second@example.org",),
        ("third@example.org",),
    ]


def test_send_again_of_a_delivery_that_was_not_cut_off_is_refused(terminal: Terminal) -> None:
    said = terminal.type("digest", "--send-again", "mail:reader@example.org")
    assert said.code == 2
    assert "was cut off" in said.err


def test_a_mail_that_was_cut_off_is_reported_and_sent_again_only_by_hand(terminal: Terminal) -> None:
    terminal.standins.mail.script("END", "hang up")
    first = terminal.type("digest")
    assert first.code == 3
    assert terminal.type("digest").code == 3
    assert len(terminal.standins.mail.mails) == 1
    again = terminal.type("digest", "--send-again", "mail:reader@example.org")
    assert again.code == 0
    assert len(terminal.standins.mail.mails) == 2
