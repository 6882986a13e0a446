"""A profile: one reader or channel."""

import re
from dataclasses import dataclass, field
from datetime import date

from bot.domain.language import LANGUAGES
from bot.domain.paper import AnnounceType
from bot.domain.person import is_name
from bot.domain.schedule import Schedule
from bot.domain.topic import Topic

PROFILE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
MAIL_ADDRESS = re.compile(r"[^\s<>\"',;@]+@[^\s<>\"',;@]+")
SLACK_CHANNEL = re.compile(r"[CDG][A-Z0-9]+")  # an id, not a name
SLACK_USER = re.compile(r"[UW][A-Z0-9]+")
SLACK_TEAM = re.compile(r"[TE][A-Z0-9]+")
# Archive, optional subject class: cs.LG, math.AG, hep-th, q-bio.NC, cond-mat.mes-hall.
CATEGORY = re.compile(r"[a-z][a-z-]*(\.[A-Za-z-]{2,20})?")


@dataclass(frozen=True)
class Cutoffs:
    """What a paper needs to enter the digest.

    relevance, novelty: lowest score, 1-10. cap: most papers in the topic sections of one digest.
    daily_hot, new_frontier: most papers of that tag shown in full although they are below the cutoffs.
    """

    relevance: int = 8
    novelty: int = 8
    cap: int = 40
    daily_hot: int = 6
    new_frontier: int = 4

    def __post_init__(self) -> None:
        for axis, score in (("relevance", self.relevance), ("novelty", self.novelty)):
            if not 1 <= score <= 10:
                raise ValueError(f"cutoff {axis} = {score}: give a whole number from 1 to 10")
        for axis, count in (("cap", self.cap), ("daily_hot", self.daily_hot), ("new_frontier", self.new_frontier)):
            if not 0 <= count <= 1000:
                raise ValueError(f"{axis} = {count}: give a whole number from 0 to 1000")


@dataclass(frozen=True)
class Pause:
    """Announcement days of which no digest is wanted: since <= day < until. until None: until somebody resumes."""

    since: date
    until: date | None = None

    def __post_init__(self) -> None:
        if self.until is not None and self.until < self.since:
            raise ValueError(f"a pause ends on {self.until}, before it begins on {self.since}")

    def covers(self, day: date) -> bool:
        """Whether the digest of `day` is not wanted."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Profile:
    """One reader or channel: what is read, what is kept, where it goes.

    id: a-z 0-9 -, at most 40 characters; stands in addresses of pages. leave_out: what no topic wants, for all topics.
    schedule: when the digest is wanted. shortlist_limit: most papers a day that the judge reads, without those of
    followed authors; None means all.
    send_empty: send a digest that shows no paper, too. new_versions: name new versions of papers shown before.
    language: of deep notes, a code of bot/domain/language.py.
    slack_channel: a channel id such as C0123456789. mail_to: one address each. Where one is unset, the settings' own
    (SLACK_CHANNEL; MAIL_TO, unless it has a channel of its own) is used. slack_team: the workspace of the channel,
    where the bot serves many; None: that of the settings' token. follows: authors whose papers are always shown (see
    bot/domain/person.py). muted_words: a paper that holds one of these words or phrases is left by the shortlist.
    editors: Slack users who may change the profile; none: the members of its channel. pauses: oldest first; old ones
    stay, so that nobody catches up with their days.
    """

    id: str
    name: str
    categories: tuple[str, ...]
    topics: tuple[Topic, ...]
    leave_out: str = ""
    announce_types: tuple[AnnounceType, ...] = (AnnounceType.NEW, AnnounceType.CROSS)
    cutoffs: Cutoffs = Cutoffs()
    shortlist_limit: int | None = None
    schedule: Schedule = field(default_factory=Schedule)
    send_empty: bool = True
    new_versions: bool = False
    language: str = "en"
    slack_channel: str | None = None
    mail_to: tuple[str, ...] = ()
    slack_team: str | None = None
    follows: tuple[str, ...] = ()
    muted_words: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    pauses: tuple[Pause, ...] = ()

    def __post_init__(self) -> None:
        if wrong := next(filter(None, (rule(self) for rule in _RULES)), ""):
            raise ValueError(wrong)

    @property
    def unlisted(self) -> bool:
        """Whether the archive's first page does not name it: one person's own, or that of a workspace among many."""
        return self.slack_team is not None or (self.slack_channel or "").startswith("D")

    def topic(self, topic_id: str) -> Topic | None:
        """The topic of that id, or None."""
        return next((topic for topic in self.topics if topic.id == topic_id), None)

    @property
    def muted_topics(self) -> frozenset[str]:
        """Ids of the topics that are muted."""
        return frozenset(topic.id for topic in self.topics if topic.muted)

    def paused_on(self, day: date) -> bool:
        """Whether no digest of that announcement day is wanted."""
        return self.pause_on(day) is not None

    def pause_on(self, day: date) -> Pause | None:
        """The pause that the announcement day is in, or None; of several, the one that goes on longest."""
        covering = (pause for pause in self.pauses if pause.covers(day))
        return max(covering, key=lambda pause: pause.until or date.max, default=None)


def _named(profile: Profile) -> str:
    if not PROFILE_ID.fullmatch(profile.id):
        return f"profile id {profile.id!r}: use a-z, 0-9 and -, at most 40 characters"
    return "" if profile.name.strip() else f"profile {profile.id!r} needs a name: it is the heading of its digests"


def _in_slack(profile: Profile) -> str:
    if profile.slack_channel is not None and not SLACK_CHANNEL.fullmatch(profile.slack_channel):
        return f"slack_channel {profile.slack_channel!r}: give the channel's id, such as C0123456789"
    if profile.slack_team is not None and not SLACK_TEAM.fullmatch(profile.slack_team):
        return f"slack_team {profile.slack_team!r}: give the workspace's id, such as T0123456789"
    wrong = [user for user in profile.editors if not SLACK_USER.fullmatch(user)]
    return f"editors: no Slack user id, such as U0123456789: {', '.join(wrong)}" if wrong else ""


def _by_mail(profile: Profile) -> str:
    wrong = [address for address in profile.mail_to if not MAIL_ADDRESS.fullmatch(address)]
    return f"mail_to: no plain mail address: {', '.join(wrong)}" if wrong else ""


def _reading(profile: Profile) -> str:
    if not profile.categories:
        return f"profile {profile.id!r} has no categories: name at least one, such as cs.LG"
    if wrong := [category for category in profile.categories if not CATEGORY.fullmatch(category)]:
        return f"not an arXiv category: {', '.join(wrong)}. Write them as cs.LG, math.AG or hep-th"
    if profile.shortlist_limit is not None and profile.shortlist_limit < 1:
        return "shortlist_limit: give a whole number from 1, or leave it out to judge every paper"
    return ""


def _wishing(profile: Profile) -> str:
    for what, values in (("follows", profile.follows), ("muted_words", profile.muted_words)):
        if any(not value.strip() for value in values):
            return f"{what}: one of them is empty"
    if wrong := [name for name in profile.follows if not is_name(name)]:
        return f"follows: no name: {', '.join(wrong)}"
    if wrong := [words for words in profile.muted_words if not any(letter.isalnum() for letter in words)]:
        return f"muted_words: no word: {', '.join(wrong)}"
    return ""


def _with_topics(profile: Profile) -> str:
    if not profile.topics:
        return f"profile {profile.id!r} has no topics: name at least one"
    ids = [topic.id for topic in profile.topics]
    twice = {topic_id for topic_id in ids if ids.count(topic_id) > 1}
    return f"topic ids must differ; used twice: {', '.join(sorted(twice))}" if twice else ""


def _in_words(profile: Profile) -> str:
    if profile.language in LANGUAGES:
        return ""
    return f"language {profile.language!r}: give one of {', '.join(LANGUAGES)}"


# Each says what is wrong, or nothing.
_RULES = (_named, _in_slack, _by_mail, _reading, _wishing, _with_topics, _in_words)
