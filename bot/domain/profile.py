"""A profile: one reader or channel."""

import re
from dataclasses import dataclass, field

from bot.domain.paper import AnnounceType
from bot.domain.schedule import Schedule
from bot.domain.topic import Topic

PROFILE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
MAIL_ADDRESS = re.compile(r"[^\s<>\"',;@]+@[^\s<>\"',;@]+")
SLACK_CHANNEL = re.compile(r"[CDG][A-Z0-9]+")  # an id, not a name
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
class Profile:
    """One reader or channel: what is read, what is kept, where it goes.

    id: a-z 0-9 -, at most 40 characters; stands in addresses of pages. leave_out: what no topic wants, for all topics.
    schedule: when the digest is wanted. shortlist_limit: most papers a day that the judge reads; None means all.
    send_empty: send a digest that shows no paper, too. new_versions: name new versions of papers shown before.
    slack_channel: a channel id such as C0123456789. mail_to: one address each. Where one is unset, the settings' own
    (SLACK_CHANNEL, MAIL_TO) is used.
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
    slack_channel: str | None = None
    mail_to: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not PROFILE_ID.fullmatch(self.id):
            raise ValueError(f"profile id {self.id!r}: use a-z, 0-9 and -, at most 40 characters")
        if not self.name.strip():
            raise ValueError(f"profile {self.id!r} needs a name: it is the heading of its digests")
        if self.slack_channel is not None and not SLACK_CHANNEL.fullmatch(self.slack_channel):
            raise ValueError(f"slack_channel {self.slack_channel!r}: give the channel's id, such as C0123456789")
        if wrong := [address for address in self.mail_to if not MAIL_ADDRESS.fullmatch(address)]:
            raise ValueError(f"mail_to: no plain mail address: {', '.join(wrong)}")
        if not self.categories:
            raise ValueError(f"profile {self.id!r} has no categories: name at least one, such as cs.LG")
        if wrong := [category for category in self.categories if not CATEGORY.fullmatch(category)]:
            raise ValueError(f"not an arXiv category: {', '.join(wrong)}. Write them as cs.LG, math.AG or hep-th")
        if not self.topics:
            raise ValueError(f"profile {self.id!r} has no topics: name at least one")
        ids = [topic.id for topic in self.topics]
        if twice := {topic_id for topic_id in ids if ids.count(topic_id) > 1}:
            raise ValueError(f"topic ids must differ; used twice: {', '.join(sorted(twice))}")
        if self.shortlist_limit is not None and self.shortlist_limit < 1:
            raise ValueError("shortlist_limit: give a whole number from 1, or leave it out to judge every paper")

    def topic(self, topic_id: str) -> Topic | None:
        """The topic of that id, or None."""
        return next((topic for topic in self.topics if topic.id == topic_id), None)
