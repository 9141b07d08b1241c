"""The library of hash lists on disk: what they hold, how a version is built, and how all of them are searched.
It holds hashes, ids and labels only, and nothing readable from a reported address.
"""

from hashsets.lists.library import Library
from hashsets.lists.manifest import EntryInfo, ListInfo
from hashsets.lists.publish import ImportReport

__all__ = ["EntryInfo", "ImportReport", "Library", "ListInfo"]
