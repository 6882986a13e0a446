"""A ledger that forgets everything when the test ends."""

from collections.abc import Collection

from bot.domain.digest import Digest


class MemoryLedger:
    """Keeps the promises of bot.ports.Ledger for one digest. states: "sending", "sent" or "failed", by outlet."""

    def __init__(self) -> None:
        self.states: dict[str, str] = {}
        self.reasons: dict[str, str] = {}
        self._carried: dict[str, frozenset[str]] = {}

    def carried(self, digest: Digest, outlet: str) -> frozenset[str] | None:
        """arXiv ids that sent editions carried to the outlet."""
        return self._carried.get(outlet)

    def claim(self, digest: Digest, outlet: str) -> bool:
        """Mark as being sent; True if it was marked so before."""
        cut_off = self.states.get(outlet) == "sending"
        self.states[outlet] = "sending"
        return cut_off

    def sent(self, digest: Digest, outlet: str, where: str) -> None:
        """The outlet took it."""
        self.states[outlet] = "sent"
        self._carried[outlet] = self._carried.get(outlet, frozenset()) | digest.shown_ids

    def failed(self, digest: Digest, outlet: str, why: str, *, permanent: bool = False) -> None:
        """The outlet refused it."""
        self.states[outlet], self.reasons[outlet] = "failed", why

    def settle(self, digest: Digest, outlets: Collection[str]) -> None:
        """What others did not take is not owed to them any more; what may have arrived there stays known."""
        self.states = {name: state for name, state in self.states.items() if name in outlets or state != "failed"}
