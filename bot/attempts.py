"""One attempt at one digest among others: whatever goes wrong is its outcome, and keeps no other from being made."""

import logging
from datetime import date

from bot.domain.outcome import Outcome
from bot.domain.profile import Profile
from bot.domain.runs import RunState
from bot.errors import BotError, BusyError, NotYetError, StoreError
from bot.pipeline import run_digest
from bot.ports import Ports

log = logging.getLogger(__name__)


def attempt(profile: Profile, day: date, bot: Ports) -> Outcome:
    """Make and deliver the digest. Raises Stopped; StoreError, for then nothing can be remembered of any digest."""
    try:
        digest, deliveries = run_digest(profile, day, bot)
    except StoreError:
        raise
    except BusyError as error:
        return Outcome(day, RunState.RUNNING, why=str(error))
    except NotYetError as error:
        return Outcome(day, RunState.WAITING, why=str(error))
    except BotError as error:
        return Outcome(day, RunState.FAILED, why=str(error), permanent=error.permanent)
    except Exception as error:  # a defect that one digest shows must not keep the others from being made
        log.exception("a defect stopped a digest", extra={"profile": profile.id, "day": day})
        return Outcome(day, RunState.FAILED, why=f"a defect in Broadsheet ({type(error).__name__}); see the log")
    return Outcome(
        day,
        RunState(digest.state.value),
        announced=digest.receipt.announced,
        shown=digest.receipt.shown,
        undelivered=tuple(delivery.outlet for delivery in deliveries if delivery.trouble),
        why=digest.quiet or "",
        unjudged=digest.receipt.failed,
    )
