"""The product, top to bottom: how one announcement day becomes one digest. Read this file first."""

from datetime import date

from bot.delivery import deliver
from bot.domain.digest import Digest, compose, group, with_overviews
from bot.domain.listing import refuse_stale, with_late
from bot.domain.profile import Profile
from bot.domain.selection import drop_seen, of_types, select
from bot.ports import Deliveries, Ports


def run_digest(profile: Profile, day: date, bot: Ports) -> tuple[Digest, Deliveries]:
    """Make and deliver the digest of one announcement day. Safe to run again: what is done is not done twice."""
    with bot.runs.attempt(profile, day) as attempt:
        digest = make_digest(profile, day, bot)
        bot.store.save_digest(digest)
        attempt.made(digest)
        return digest, deliver(digest, bot.outlets(profile), bot.ledger, bot.stop)


def preview_digest(profile: Profile, day: date, bot: Ports) -> Digest:
    """Make the digest and deliver it nowhere. What was judged is kept, so the real run does not buy it again."""
    with bot.runs.attempt(profile, day):
        return make_digest(profile, day, bot)


def make_digest(profile: Profile, day: date, bot: Ports) -> Digest:
    """Read, judge, select and group. Verdicts are kept as they come in, so a second call buys only what is missing."""
    listing = bot.source.announced(day, profile.categories)
    refuse_stale(listing, bot.store.announced_as_new_before(listing))
    bot.store.save_listing(listing, profile.categories)
    listing = with_late(listing, bot.store.unjudged_before(profile, day))

    shown_before = bot.store.shown_before(profile, day)
    fresh = drop_seen(of_types(listing.announcements, profile.announce_types), shown_before)
    shortlisted = bot.shortlist.pick(fresh, profile)
    judging = bot.judge.verdicts([entry.paper for entry in shortlisted.kept], profile, day)

    selection = select(listing.announcements, profile, shown_before, shortlisted, judging)
    sections = group(selection, profile)
    overviews = bot.judge.overviews(sections, profile, day)
    noted = bot.notes.notes(sections, profile, day)
    return compose(
        profile,
        listing,
        selection,
        with_overviews(sections, overviews.texts),
        judging,
        usage=bot.store.usage_of(profile, day),
        at=bot.clock.now(),
        first_made=bot.store.first_made(profile, day),
        shown_before=shown_before,
        clock_set=bot.clock.was_set,
        remarks=(*bot.store.unfinished_before(profile, day), *overviews.remarks, *noted.remarks),
        notes=noted.notes,
    )
