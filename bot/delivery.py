"""Claim, send, record: every outlet gets its digest once, and one outlet's failure never blocks the next."""

import logging
from collections.abc import Sequence

from bot.domain.digest import Digest, State, supplement
from bot.errors import BotError, Stopped, UncertainDeliveryError
from bot.ports import Deliveries, Delivery, Ledger, Outlet, ResumableOutlet, Stop

log = logging.getLogger(__name__)

HAS_IT = "has it already"
UNCERTAIN = (
    "an earlier try was cut off while sending, so it may have arrived; it is not sent again by itself. "
    "If it did not arrive, run `broadsheet digest --day {day} --profile {profile} --send-again {outlet}`"
)


def deliver(digest: Digest, outlets: Sequence[Outlet], ledger: Ledger, stop: Stop | None = None) -> Deliveries:
    """Send the digest to every outlet that does not have it yet. A quiet day is sent nowhere.

    One that shows nothing goes to files only, if its profile wants no empty digests. Raises Stopped before the next
    outlet once the bot was asked to stop; what was delivered until then is recorded.

    An outlet that was sent an earlier edition gets only what that lacked. One whose last try was cut off (nobody
    knows whether it arrived) is sent again only if it can tell what arrived; a missing post that is reported is
    better than a double one.
    """
    if digest.state is State.QUIET:
        return ()
    unwanted = not digest.profile.send_empty and _shows_nothing(digest)
    wanted = [outlet for outlet in outlets if outlet.rewrites or not unwanted]
    ledger.settle(digest, [outlet.name for outlet in wanted])
    deliveries = []
    for outlet in wanted:
        if stop and stop.asked():
            raise Stopped
        deliveries.append(_isolated(outlet, digest, ledger))
    return tuple(deliveries)


def _shows_nothing(digest: Digest) -> bool:
    """Whether there is nothing to read in it, and nothing that a reader should know is missing."""
    told = digest.entries or digest.unjudged or digest.new_versions
    return digest.state is State.COMPLETE and not told


def _isolated(outlet: Outlet, digest: Digest, ledger: Ledger) -> Delivery:
    """Deliver to one outlet; whatever goes wrong becomes its trouble and nobody else's."""
    about = {"outlet": outlet.name, "day": digest.day}
    try:
        delivery = _claim_send_record(outlet, digest, ledger)
    except BotError as error:
        log.warning("delivery failed", extra={**about, "error": str(error)})
        return Delivery(outlet.name, trouble=str(error).removeprefix(f"{outlet.name}: "))
    except Exception as error:  # an outlet with a defect must not keep the others from their digest
        log.exception("delivery broke", extra=about)
        return Delivery(outlet.name, trouble=f"a defect in Broadsheet stopped it ({type(error).__name__}); see the log")
    if delivery.trouble:
        log.warning("delivery uncertain", extra={**about, "error": delivery.trouble})
    elif delivery.where == HAS_IT:
        log.debug("delivered before", extra=about)
    else:
        log.info("delivered", extra={**about, "where": delivery.where})
    return delivery


def _claim_send_record(outlet: Outlet, digest: Digest, ledger: Ledger) -> Delivery:
    carried = ledger.carried(digest, outlet.name)
    edition = digest if carried is None or outlet.rewrites else supplement(digest, carried)
    if edition is None:
        return Delivery(outlet.name, where=HAS_IT)
    cut_off = ledger.claim(digest, outlet.name)
    if not cut_off or outlet.rewrites:
        send = outlet.send
    elif isinstance(outlet, ResumableOutlet):
        send = outlet.resume
    else:
        about = {"day": digest.day, "profile": digest.profile.id, "outlet": outlet.name}
        return Delivery(outlet.name, trouble=UNCERTAIN.format(**about))
    try:
        where = send(edition)
    except UncertainDeliveryError:
        raise
    except BotError as error:
        # Only where nothing can have arrived is the claim given back: a claim that stays makes the next run look first.
        # So it stays after a defect too, and when a resumed delivery fails.
        if not cut_off:
            why = str(error).removeprefix(f"{outlet.name}: ")
            ledger.failed(digest, outlet.name, why, permanent=error.permanent)
        raise
    ledger.sent(edition, outlet.name, where)
    return Delivery(outlet.name, where=where)
