"""Bytes to fingerprints to matches: hashing pictures safely and looking them up in lists of known hashes.
It knows no case, no person and no network. Importing the package alone loads neither numpy nor Pillow.
"""
