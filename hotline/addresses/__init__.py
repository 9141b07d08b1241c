"""Addresses as people report them, and the gate that every connection to the outside passes. Knows no network I/O."""

from hotline.addresses.gate import Gate
from hotline.addresses.reading import KEY_VERSION, MAX_CHARACTERS, Address, defang, key_of, key_of_part, read_address

__all__ = ["KEY_VERSION", "MAX_CHARACTERS", "Address", "Gate", "defang", "key_of", "key_of_part", "read_address"]
