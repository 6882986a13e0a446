"""What notes took is told wherever a digest or a month says what it took, and what was bought in a batch apart."""

import json
from decimal import Decimal

from bot.domain.verdict import Usage
from bot.render.blocks import thread
from bot.render.mail import mail
from bot.render.pages import day_pages
from bot.render.summary import cost_table, summary
from tests.examples import DAY, digest

ALONE = Usage("claude-sonnet-5-5", "note", 9000, 1000, 800, Decimal("0.02"))
IN_BATCH = Usage("claude-sonnet-5-5", "note", 18_000, 2000, 1600, Decimal("0.02"), batch=True)
DIGEST = digest(usage=(ALONE, IN_BATCH))


def test_a_digest_tells_what_its_notes_took_and_which_were_bought_in_a_batch() -> None:
    told = mail(DIGEST, None, "ada@example.org", "example.org")
    pages = {page.path.rsplit("/", 1)[-1]: page.text for page in day_pages(DIGEST)}
    headline = json.dumps(thread(DIGEST, None).headline.blocks)
    assert "note (claude-sonnet-5-5, batch)" in " ".join(told.text.split())
    assert "note (batch) $0.02" in " ".join(told.html.split())
    assert "note (batch): 18,000 tokens in" in headline
    assert "note (claude-sonnet-5-5), batch" in pages["index.html"]
    assert "note (claude-sonnet-5-5), batch" in pages["digest.md"]
    assert [one["batch"] for one in json.loads(pages["digest.json"])["usage"]] == [False, True]
    assert "claude-sonnet-5-5, note (batch): 18,000 tokens in" in summary(DIGEST, ())


def test_a_month_tells_them_apart_and_adds_them_up() -> None:
    _, alone, in_batch, total = cost_table(DAY.replace(day=1), (ALONE, IN_BATCH)).splitlines()
    assert "note, batch" in in_batch
    assert "batch" not in alone
    assert alone.index("9,000") + len("9,000") == in_batch.index("18,000") + len("18,000"), "numbers stand in columns"
    assert total == "Total: $0.0400"
