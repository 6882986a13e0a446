"""Claim, send, record: every outlet gets its digest once, and one outlet's failure never blocks the next."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.digest import Digest, State, supplement
from bot.errors import BotError
from bot.ports import Ledger, Outlet

log = logging.getLogger(__name__)

UNCERTAIN = (
    "a try was cut off while sending, so it may have arrived; it is not sent again by itself. "
    "If it did not arrive, run `broadsheet digest --send-again {outlet}`"
)


@dataclass(frozen=True)
class Delivery:
    """How one outlet fared. where: what it answered. trouble: why it did not take the digest, or empty."""

    outlet: str
    where: str = ""
    trouble: str = ""


Deliveries = tuple[Delivery, ...]


def deliver(digest: Digest, outlets: Sequence[Outlet], ledger: Ledger) -> Deliveries:
    """Send the digest to every outlet that does not have it yet. A quiet day is sent nowhere.

    An outlet that was sent an earlier edition gets only what that lacked. One whose last try was cut off (nobody
    knows whether it arrived) is sent again only if it can tell what arrived; a missing post that is reported is
    better than a double one.
    """
    if digest.state is State.QUIET:
        return ()
    return tuple(_deliver_to(outlet, digest, ledger) for outlet in outlets)


def _deliver_to(outlet: Outlet, digest: Digest, ledger: Ledger) -> Delivery:
    carried = ledger.carried(digest, outlet.name)
    edition = digest if carried is None or outlet.rewrites else supplement(digest, carried)
    if edition is None:
        return Delivery(outlet.name, where="has it already")
    cut_off = ledger.claim(digest, outlet.name)
    if cut_off and not (outlet.resumes or outlet.rewrites):
        return Delivery(outlet.name, trouble=UNCERTAIN.format(outlet=outlet.name))
    try:
        where = outlet.send(edition)
    except BotError as error:
        ledger.failed(digest, outlet.name, str(error))
        log.warning("delivery failed", extra={"outlet": outlet.name, "day": digest.day, "error": str(error)})
        return Delivery(outlet.name, trouble=str(error))
    except Exception as error:  # an outlet with a defect must not keep the others from their digest
        ledger.failed(digest, outlet.name, f"defect: {type(error).__name__}")
        log.exception("delivery broke", extra={"outlet": outlet.name, "day": digest.day})
        return Delivery(outlet.name, trouble=f"a defect in Broadsheet stopped it ({type(error).__name__}); see the log")
    ledger.sent(edition, outlet.name, where)
    log.info("delivered", extra={"outlet": outlet.name, "day": digest.day, "where": where})
    return Delivery(outlet.name, where=where)
