"""What became of every day and paper of a soak: from the database, and from what the stand-ins were given."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from email import message_from_bytes, policy

from sqlalchemy import select

from bot.adapters.database.tables import deliveries, digest_papers, listings, receipts, runs
from bot.app import App
from bot.demo.world import World
from bot.domain.profile import Profile
from bot.domain.receipt import Fate
from tests.fakes.arxiv_year import Year


@dataclass
class Account:
    """days: profile id -> state -> announcement days. delivered: outlet -> digests. Papers as "profile arXiv-id".

    open: announced on a day that is not made yet, or not judged on the last one. gone: missing from feed and pages.
    """

    days: dict[str, Counter[str]] = field(default_factory=dict)
    delivered: Counter[str] = field(default_factory=Counter)
    undelivered: list[str] = field(default_factory=list)
    attempts: Counter[str] = field(default_factory=Counter)
    papers: Counter[str] = field(default_factory=Counter)
    doubles: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    not_arrived: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Kept:
    """What the database holds of one profile: of each day made, its state, listing's ids, shown and unjudged ids."""

    states: Mapping[date, str]
    listed: Mapping[date, set[str]]
    shown: Mapping[date, set[str]]
    unjudged: Mapping[date, set[str]]


def account(world: World, year: Year, readers: Sequence[Profile], now: datetime) -> Account:
    """Add everything up."""
    found = Account()
    app = App(world.settings())
    try:
        for reader in readers:
            kept = _kept(app, reader)
            _days(found, reader, kept, year, now)
            _papers(found, reader, kept, year, now)
            _arrivals(found, reader, kept, world)
        _tables(found, app)
    finally:
        app.close()
    return found


def _kept(app: App, reader: Profile) -> _Kept:
    with app.database.reading() as connection:
        of_runs = select(runs).where(runs.c.profile == reader.id).order_by(runs.c.id)
        states = {row.day: row.state for row in connection.execute(of_runs)}
        name = " ".join(sorted(reader.categories))
        of_listings = select(listings).where(listings.c.categories == name)
        listed = {row.day: {entry[0] for entry in row.entries} for row in connection.execute(of_listings)}
        shown: dict[date, set[str]] = {}
        unjudged: dict[date, set[str]] = {}
        for row in connection.execute(select(digest_papers).where(digest_papers.c.profile == reader.id)):
            (shown if row.place == "shown" else unjudged).setdefault(row.day, set()).add(row.arxiv_id)
    return _Kept(states, listed, shown, unjudged)


def _days(found: Account, reader: Profile, kept: _Kept, year: Year, now: datetime) -> None:
    wanted = [day for day in sorted(year.days) if min(kept.states) <= day <= reader.schedule.newest_due(now)]
    found.days[reader.id] = Counter(kept.states.get(day, "never tried") for day in wanted)


def _papers(found: Account, reader: Profile, kept: _Kept, year: Year, now: datetime) -> None:
    """Each paper that was announced on a day that was due is in a listing that was made a digest of, and judged."""
    made = {day for day, state in kept.states.items() if state in ("complete", "partial", "quiet")}
    handled = set[str]().union(*(kept.listed.get(day, set()) for day in made))
    last = max(made, default=date.min)
    left = kept.unjudged.get(last, set())
    for day in sorted(year.days):
        if min(kept.states) <= day <= reader.schedule.newest_due(now):
            for one in year.announced(day):
                name = f"{reader.id} {one} of {day}"
                if day not in made or one in left:
                    found.open.append(name)
                elif one not in handled:
                    (found.gone if one in year.missing and day == last else found.lost).append(name)
    for one, times in Counter(one for ids in kept.shown.values() for one in ids).items():
        if times > 1:
            found.twice.append(f"{reader.id} {one} in {times} digests")


def _arrivals(found: Account, reader: Profile, kept: _Kept, world: World) -> None:
    """What readers have in hand: nothing twice, and everything that was shown."""
    known = set[str]().union(*kept.shown.values())
    mails = [one for one in world.mail.mails if one.recipients == reader.mail_to]
    letters = [message_from_bytes(one.content, policy=policy.default) for one in mails]
    for ident, times in Counter(str(one["Message-ID"]) for one in letters).items():
        if times > 1:
            subject = next(one["Subject"] for one in letters if one["Message-ID"] == ident)
            found.doubles.append(f"mail to {reader.id}: {subject!r} {times} times")
    # What a later edition adds has a headline of its own, which says so.
    parts = Counter((one["part"], one["digest"], text) for one, text in _posts(world, reader) if not one["papers"])
    posted = Counter(paper for one, _ in _posts(world, reader) for paper in one["papers"].split())
    found.doubles += [f"slack, {reader.id}: {part} {times} times" for part, times in parts.items() if times > 1]
    found.twice += [f"slack, {reader.id}: {one} {times} times" for one, times in posted.items() if times > 1]
    found.not_arrived += [f"slack, {reader.id}: {one}" for one in sorted(known - set(posted))]
    mailed = [set(re.findall(r"/abs/(\d{4}\.\d{5})", _text(one))) for one in letters]
    found.not_arrived += [f"mail to {reader.id}: {one}" for one in sorted(known - set[str]().union(*mailed))]


def _posts(world: World, reader: Profile) -> Iterator[tuple[Mapping[str, str], str]]:
    for message in world.slack.messages:
        payload = message.get("metadata", {}).get("event_payload", {})
        if str(payload.get("digest", "")).startswith(reader.id):
            yield payload, message["text"]


def _text(message: object) -> str:
    body = message.get_body(("plain",))  # type: ignore[attr-defined]
    return str(body.get_content()) if body else ""


def _tables(found: Account, app: App) -> None:
    with app.database.reading() as connection:
        for row in connection.execute(select(deliveries)):
            if row.carried is not None:
                found.delivered[row.outlet] += 1
            if row.state in ("sending", "failed"):
                found.undelivered.append(f"{row.profile} {row.day} {row.outlet}: {row.state} ({row.error or ''})")
        for row in connection.execute(select(runs)):
            found.attempts[row.state] += 1
        for row in connection.execute(select(receipts)):
            fates = {fate.value: getattr(row, fate.value) for fate in Fate}
            found.papers.update({"announced": row.announced, **fates})
            if row.announced != sum(fates.values()):
                found.wrong.append(f"{row.profile} {row.day}")


def rows(found: Account) -> Mapping[str, object]:
    """What the table says of it."""
    return {
        **{f"days, {profile}": _counts(states) for profile, states in found.days.items()},
        "attempts": _counts(found.attempts),
        **{f"digests delivered, {outlet}": count for outlet, count in sorted(found.delivered.items())},
        "deliveries still open": len(found.undelivered),
        "papers by receipt": _counts(found.papers),
        "digests twice (must be 0)": len(found.doubles),
        "papers shown twice (must be 0)": len(found.twice),
        "papers lost (must be 0)": len(found.lost),
        "papers of days not made yet, or to be judged": len(found.open),
        "papers missing at arXiv, too late to find": len(found.gone),
        "receipts that do not add up (must be 0)": len(found.wrong),
        "papers shown, but not in hand": len(found.not_arrived),
    }


def findings(found: Account) -> list[str]:
    """Every single thing that somebody may want to look into."""
    kinds = ("doubles", "twice", "lost", "open", "gone", "wrong", "undelivered", "not_arrived")
    return [f"{kind}: {one}" for kind in kinds for one in getattr(found, kind)]


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counter.items()) if count)
