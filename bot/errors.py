"""Every error that Broadsheet raises on purpose: what failed, on which object, and what to do next."""


class BotError(Exception):
    """What failed, on what, and what the operator should do next. Never holds a secret.

    hint: one sentence that says what to do; empty if a retry is all there is.
    permanent: a retry cannot help until somebody acts.
    """

    def __init__(self, what: str, *, hint: str = "", permanent: bool = False) -> None:
        super().__init__(what)
        self.hint, self.permanent = hint, permanent

    @property
    def what(self) -> str:
        """The sentence without its hint."""
        return str(self.args[0])

    def __str__(self) -> str:
        between = "\n" if "\n" in self.what else ". "
        return f"{self.what}{between}{self.hint}" if self.hint else self.what


class SettingsError(BotError):
    """Environment, .env or command line hold something that cannot be used."""


class ProfileError(BotError):
    """A profile or a topics file is not usable; says which key and why."""


class SourceError(BotError):
    """arXiv did not give the listing, or gave one that cannot be trusted."""


class WrongDayError(SourceError):
    """arXiv serves another announcement day than the one asked for."""


class NotYetError(SourceError):
    """A digest cannot be made yet: arXiv does not show the day's listing, or not in a state to trust, or the digest's
    notes are still being written. Worth another try in a while."""


class JudgeError(BotError):
    """The judge gave no answer at all (its service refused, failed or timed out)."""


class RequestRejectedError(JudgeError):
    """The judge's service takes calls, but not this very one: too large, or blocked. One of fewer papers may pass."""


class BatchLostError(JudgeError):
    """A batch of questions is not there any more, and its answers are lost: whoever wants them asks anew."""


class TextError(BotError):
    """A page or a PDF does not hold a paper's text: its conversion failed, or it is too large, too deep or broken."""


class NoteError(BotError):
    """No note could be made of a paper."""


class DeliveryError(BotError):
    """An outlet did not take the digest: nothing of it arrived, so it may be sent again."""


class UncertainDeliveryError(DeliveryError):
    """The digest, or a part of it, may have arrived: sending it again from the start could show it twice."""


class RenderError(BotError):
    """A template or a digest could not be turned into what a person reads."""


class StoreError(BotError):
    """The database is missing, locked, read-only, full, damaged or newer than this program."""


class BusyError(BotError):
    """Another process is at work on the same thing right now."""


class CommandError(BotError):
    """What somebody typed or pressed cannot be done; the sentence says what to type instead."""


class Stopped(KeyboardInterrupt):
    """The bot was asked to stop. It is no Exception, so that nothing that isolates failures goes on after it."""
