"""The shipped, dated directory of whom to tell (directory.toml), and an operator's own: proposals that a person
approves. Reads its files and asks nobody; knows no item and no address book."""

from hotline.directory.matching import PlatformForm, candidates, removers, search_engines
from hotline.directory.reading import CHANNELS, MAX_REQUESTED_H, known_directory, load_directory
from hotline.directory.tables import ANY, Candidate, Directory, Entry

__all__ = [
    "ANY",
    "CHANNELS",
    "MAX_REQUESTED_H",
    "Candidate",
    "Directory",
    "Entry",
    "PlatformForm",
    "candidates",
    "known_directory",
    "load_directory",
    "removers",
    "search_engines",
]
