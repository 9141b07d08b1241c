"""A list of any size is read in the memory of one piece of it, measured from outside in a process of its own."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hashsets.databases import NSRL_MINIMAL, database, nsrl_file
from tests.hashsets.samples import MD5, PHOTODNA_BASE64, SHA1, ncmec, vics

# Reads a list and prints how many rows it has and by how many megabytes the process grew.
READER = """
import resource, sys
from hashsets.formats import read_delivery
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with open(sys.argv[1], "rb") as stream:
    count = sum(1 for _ in read_delivery(stream, None, None)[1])
print(count, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
MOST_MB = 25


def read_in_a_child(path: Path) -> tuple[int, int]:
    """The rows of a file, and the megabytes that reading it took."""
    done = subprocess.run([sys.executable, "-c", READER, str(path)], capture_output=True, text=True, check=True)
    count, grown = done.stdout.split()
    return int(count), int(grown)


def one_line_of_vics(path: Path, least_bytes: int) -> int:
    """A hash set on a single line, as portals deliver it; returns its number of media."""
    document = json.loads(vics(SHA1[:32]))
    head, tail = json.dumps({**document, "value": []}).split("[]")
    photodna = [{"HashName": "PhotoDNA", "HashValue": PHOTODNA_BASE64}]
    records = [
        json.dumps({**document["value"][0], "MediaID": number, "AlternativeHashes": photodna}) for number in range(1000)
    ]
    thousand, count = ", ".join(records), 1000
    with path.open("w") as stream:
        stream.write(head + "[" + thousand)
        while stream.tell() < least_bytes:
            stream.write(", " + thousand)
            count += 1000
        stream.write("]" + tail)
    return count


def test_a_hash_set_on_one_line_takes_the_memory_of_one_piece(tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    count = one_line_of_vics(path, 20_000_000)
    found, grown = read_in_a_child(path)

    assert (found, grown < MOST_MB) == (count, True)


@pytest.mark.soak
def test_a_hash_set_of_300_megabytes_on_one_line_takes_the_memory_of_one_piece(tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    count = one_line_of_vics(path, 300_000_000)
    found, grown = read_in_a_child(path)

    assert (found, grown < MOST_MB) == (count, True)


def pages(count: int) -> bytes:
    """A page of NCMEC with its images many times over."""
    text = ncmec(MD5)
    start, end = text.index("<image>"), text.index("</images>")
    return (text[:start] + text[start:end] * count + text[end:]).encode()


LISTS = {
    "ncmec-xml": lambda: pages(20_000),
    "csv": lambda: b"id,md5,sha1\n" + b"".join(f"{number},{MD5},{SHA1}\n".encode() for number in range(240_000)),
    "csv, packed": lambda: gzip.compress(
        b"md5,sha1\n" + b"".join(f"{n:032x},{n:040x}\n".encode() for n in range(240_000))
    ),
    "json": lambda: "".join(f'{{"id": {number}, "md5": "{MD5}"}}\n' for number in range(350_000)).encode(),
    "nsrl-sqlite": lambda: database(NSRL_MINIMAL, "FILE", (nsrl_file(SHA1, MD5, number) for number in range(60_000))),
}


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_of_twenty_megabytes_takes_the_memory_of_one_piece(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "list"
    path.write_bytes(LISTS[kind]())
    found, grown = read_in_a_child(path)

    assert found >= 60_000
    assert grown < MOST_MB
