"""Every error the application raises on purpose. The docstring is the message; each says what to do.

HotlineError                     could not do what was asked (exit 2: the operator can fix it)
├── SettingsError                hotline.toml
├── HomeError                    the home: missing, unreadable, other key, newer version
├── InputError                   what a person or a file gave
│   ├── AddressError             not an address that can be reported
│   └── UnknownIdError           no such report, case, item …
├── NotAllowedError              roles and two-person rules
├── MoveError                    a change of state the tables do not have
├── AuditError                   the chain of custody does not hold
├── BlockedError                 home or all work could not proceed (exit 3)
│   ├── StorageError             disk full, database locked
│   ├── LockedHomeError          another program holds what is needed
│   └── FetcherError             the processes that fetch
└── ChannelError                 the outside did not do its part; has a reason and says whether a retry helps
    ├── FetchError
    │   └── RefusedAddressError  the gate refused to dial
    ├── LookupFailedError        DNS or RDAP
    ├── DeliveryError            mail
    └── MailboxError             reading answers
"""

from typing import Any


class HotlineError(Exception):
    """The hotline could not do what was asked."""

    exit_code = 2

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip())


class SettingsError(HotlineError):
    """hotline.toml holds something that cannot be used; correct the named key."""


class HomeError(HotlineError):
    """This folder is not a usable hotline home; run `hotline init` or name another with --home."""


class InputError(HotlineError):
    """What was given cannot be used; correct it and try again."""


class AddressError(InputError):
    """This is not an address that can be reported; give a full http or https address."""


class UnknownIdError(InputError):
    """There is no such record; `hotline case list` shows what exists."""


class NotAllowedError(HotlineError):
    """This person may not do this; ask somebody whose role allows it."""


class MoveError(HotlineError):
    """This change of state is not possible from where the item is; `hotline case show` tells where it is."""


class AuditError(HotlineError):
    """The chain of custody does not hold; keep the home as it is and tell the auditor."""


class BlockedError(HotlineError):
    """The work could not proceed; put right what is named and run the command again."""

    exit_code = 3


class StorageError(BlockedError):
    """The database could not be written; free disk space or wait for the other program, then run it again."""


class LockedHomeError(BlockedError):
    """Another program holds what this command needs; wait for it or stop it."""


class FetcherError(BlockedError):
    """The process that fetches does not start or was closed; check that memory is free and run the command again."""


class ChannelError(HotlineError):
    """The other side did not answer as it should; it is tried again later."""

    exit_code = 3

    def __init__(self, message: str | None = None, *, reason: str = "unknown", may_retry: bool = True) -> None:
        super().__init__(message)
        self.reason = reason
        self.may_retry = may_retry


class FetchError(ChannelError):
    """The address could not be fetched; the reason says at which stage.

    `capture` is how it went, as records.looks.Capture, None where nothing was asked.
    """

    def __init__(
        self,
        message: str | None = None,
        *,
        reason: str = "unknown",
        may_retry: bool = True,
        evidence: dict[str, object] | None = None,
        capture: Any = None,
    ) -> None:
        super().__init__(message, reason=reason, may_retry=may_retry)
        self.evidence = evidence or {}
        self.capture = capture


class RefusedAddressError(FetchError):
    """The gate refused to dial: the name leads to an address that is not public."""


class LookupFailedError(ChannelError):
    """The name or network could not be looked up; it is tried again later."""


class DeliveryError(ChannelError):
    """The notice could not be handed over; a temporary failure is tried again, a final one goes to a person.

    `code` is what a mail server said of the recipient, like 5.1.1; "" where it said nothing of them.
    """

    def __init__(
        self, message: str | None = None, *, reason: str = "unknown", may_retry: bool = True, code: str = ""
    ) -> None:
        super().__init__(message, reason=reason, may_retry=may_retry)
        self.code = code


class MailboxError(ChannelError):
    """The mailbox of answers could not be read; check the imap settings, it is tried again later.

    `uid_key` is the message under way, so that one which never comes through can be passed over; "" for none.
    """

    def __init__(self, message: str | None = None, *, reason: str = "unknown", uid_key: str = "") -> None:
        super().__init__(message, reason=reason)
        self.uid_key = uid_key
