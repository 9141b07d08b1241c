"""Every error this package raises; each docstring is the message, says what to do and whether a retry helps."""


class NoticeError(Exception):
    """The notice or packet could not be made from these facts. Trying again unchanged gives the same answer."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip())


class ForbiddenWordError(NoticeError):
    """A notice about harmful content holds a word that only a notice about illegal content may hold."""

    def __init__(self, word: str, where: str) -> None:
        super().__init__(
            f"The notice for harmful content would say “{word}” in {where}. "
            "Reword that text (setting, rule or template); it is not sent until then, and a retry does not help."
        )
        self.word, self.where = word, where


class MissingTextError(NoticeError):
    """A text is missing in one language. Add it to the templates or to words.toml; a retry does not help."""


class UnsafeTextError(NoticeError):
    """A fact holds a control character or is no mail address. Correct that fact; a retry does not help."""


class WrongRecipientError(NoticeError):
    """Harmful content goes to an operator or a platform only. Choose another contact; a retry does not help."""


class AccountRecipientError(NoticeError):
    """An account is named to the platform that runs it, to nobody else. Leave it out; a retry does not help."""

    def __init__(self, number: str, item: str, role: str) -> None:
        super().__init__(
            f"{number} would name the account of {item} to a {role} contact; only operator and platform contacts may "
            "learn of an account. Leave the account out for this receiver; a retry does not help."
        )


class UncheckedCitationError(NoticeError):
    """A notice would cite a law nobody checked, or one not in force. Leave it out or have it checked first."""


class InvalidXarfError(NoticeError):
    """A report in XARF is not as its schemas have it; names the fields. Correct that fact; a retry does not help."""

    def __init__(self, item: str, fields: str) -> None:
        super().__init__(
            f"The XARF report of {item} is not valid in {fields}. Correct that fact of the item, its contact or the "
            "settings hotline.name and hotline.reply_to; a retry does not help."
        )


class AttachmentError(NoticeError):
    """A mail holds a part that was not made here, so it does not leave. Tell the developers; a retry does not help."""


class SigningError(NoticeError):
    """A mail could not be signed. Correct the key for signing or its password, then it is tried again."""


class LawFileError(NoticeError):
    """The file of citations cannot be read. Correct the entry named; a retry does not help."""


class PacketError(NoticeError):
    """The packet is not what was built, or cannot be built from this case. Fetch or build it again."""
