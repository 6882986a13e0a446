"""Apply and Cancel: the only place where a profile is changed for somebody who asked for it in words."""

from bot.commands.people import name_of
from bot.commands.running import start_run
from bot.commands.whose import why_not
from bot.desk import Desk
from bot.domain.change import Proposal, Settling
from bot.domain.conversation import Act, Asker, Button, PlaceKind, Reply
from bot.domain.profile import Profile
from bot.errors import CommandError


def settle(proposal_id: str, asker: Asker, desk: Desk, *, apply: bool) -> Reply:
    """Decide on a proposal and say what came of it. Raises CommandError if the asker may not decide on it now, and
    ProfileError if its profile was removed: then it stays open."""
    proposal = desk.book.proposal(proposal_id)
    if proposal is None or not _of_workspace(proposal, asker):
        return Reply("settled_gone")
    profile = desk.book.get(proposal.profile_id)
    _refuse(proposal, profile, asker, desk, apply=apply)
    match desk.book.settle(proposal_id, asker.user, apply=apply):
        case Settling.APPLIED if proposal.run:
            return start_run(profile, proposal.run, asker, desk)
        case Settling.APPLIED:
            return _applied(proposal, asker, desk)
        case Settling.CANCELLED:
            return Reply("settled_cancelled", {"what": proposal.what})
        case Settling.STALE:
            return _stale(proposal, asker, desk)
        case Settling.GONE:
            return Reply("settled_gone")


def _of_workspace(proposal: Proposal, asker: Asker) -> bool:
    """Another workspace's proposals are not there, for anybody but whoever has the database."""
    return asker.place.kind is PlaceKind.TERMINAL or (proposal.before.slack_team or "") == asker.place.team


def _refuse(proposal: Proposal, profile: Profile, asker: Asker, desk: Desk, *, apply: bool) -> None:
    """Who made a proposal may cancel it, whatever they are now."""
    mine = asker.user == proposal.user
    if (apply or not mine) and (why := why_not(profile, asker, desk)):
        raise CommandError(why)


def _applied(proposal: Proposal, asker: Asker, desk: Desk) -> Reply:
    after, undone = proposal.after, proposal.undoes is not None
    values = {"profile": after, "what": proposal.what, "undone": undone}
    undo = () if undone else (Button("Undo", Act.SAY, f"{after.id} undo"),)
    told = Reply("changed", {**values, "by": name_of(asker.user, asker, desk)}) if _has_readers(after, asker) else None
    return Reply("settled", values, undo, to_channel=told)


def _has_readers(profile: Profile, asker: Asker) -> bool:
    """Whether others than the asker should hear of it: those of the profile's channel."""
    direct = (profile.slack_channel or asker.place.channel).startswith("D")
    return asker.place.kind in (PlaceKind.CHANNEL, PlaceKind.HOME) and not direct


def _stale(proposal: Proposal, asker: Asker, desk: Desk) -> Reply:
    newest = next(iter(desk.book.history(proposal.profile_id, 1)), None)
    by = name_of(newest.user, asker, desk) if newest else ""
    return Reply("settled_stale", {"what": proposal.what, "newest": newest, "by": by})
