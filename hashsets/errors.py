"""Everything that can go wrong in hashsets and that its caller can act on; no message repeats a value.

HashsetError
├── InvalidHashError
├── InvalidListNameError
├── InvalidThresholdError
├── ListFormatError
│   ├── ListColumnsError
│   └── BrokenListError
├── NoSuchListError
├── NoSuchEntryError
├── NotOwnListError
├── DamagedListError
├── DecoderStartError
└── DecoderClosedError
"""


class HashsetError(Exception):
    """The hash lists could not do what was asked."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip())


class InvalidHashError(HashsetError):
    """This is no hash we can look up: give 16 (phash), 32 (md5), 40 (sha1) or 64 (sha256, pdq) hexadecimal digits."""


class InvalidListNameError(HashsetError):
    """A list's name is 1 to 64 letters, digits, dots, dashes or underscores and begins with a letter or digit."""


class ListFormatError(HashsetError):
    """No usable row was found and nothing was changed: check the file, or name its format."""


class ListColumnsError(ListFormatError):
    """The columns cannot be used: give WHAT=COLUMN for columns the file has, WHAT being entry, label or a hash type."""


class BrokenListError(ListFormatError):
    """The file ends early or is damaged, and nothing was changed: fetch it again from its source."""


class InvalidThresholdError(HashsetError):
    """A threshold is pdq (0 to 48 bits), phash (0 to 12 bits) or pdq_quality (0 to 100): give NAME=NUMBER."""


class NoSuchListError(HashsetError):
    """There is no list of this name: see which there are, or import it first."""


class NoSuchEntryError(HashsetError):
    """The list has no entry of this id: take the id from a match or from the list's source."""


class NotOwnListError(HashsetError):
    """Only a list of role own can be written to or exported: lists of others stay as they were delivered."""


class DamagedListError(HashsetError):
    """A file of the library is missing or was altered: import the list again; a retry alone does not help."""


class DecoderStartError(HashsetError):
    """The decoder process does not start: check that numpy, Pillow and imagehash are installed and memory is free."""


class DecoderClosedError(HashsetError):
    """The decoder pool is closed: open a new one."""
