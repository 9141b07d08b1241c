"""What a file is that no format recognises, and what to do about it. It looks at the first bytes and repeats none."""

_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF: ask for the list as CSV, JSON or text"),
    (b"\xff\xd8\xff", "a picture and no list of hashes: `hashset match` looks a picture up"),
    (b"\x89PNG", "a picture and no list of hashes: `hashset match` looks a picture up"),
    (b"GIF8", "a picture and no list of hashes: `hashset match` looks a picture up"),
    (b"RIFF", "a picture or film and no list of hashes: `hashset match` looks a picture up"),
    (b"7z\xbc\xaf\x27\x1c", "packed with 7-Zip: unpack it first"),
    (b"Rar!", "packed with RAR: unpack it first"),
    (b"BZh", "packed with bzip2: unpack it first"),
    (b"\xfd7zXZ", "packed with xz: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd: unpack it first"),
    (b"\xd0\xcf\x11\xe0", "a spreadsheet or document of an old Office: save the list as CSV"),
    (b"-----BEGIN", "encrypted or a key: decrypt it first"),
    (b"\x85\x01", "encrypted with OpenPGP: decrypt it first"),
    (b"\x85\x02", "encrypted with OpenPGP: decrypt it first"),
    (b"age-encryption.org", "encrypted with age: decrypt it first"),
)
_COLUMNS = "md5, sha1, sha256, pdq, phash or photodna, or a column `hash` beside one `algorithm`"


def explain(head: bytes) -> str:
    """One sentence about a file that begins like this: what it looks like, what was looked for, what to do."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        return "The file is empty: fetch it again from its source."
    for beginning, what in _BEGINNINGS:
        if head.startswith(beginning):
            return f"This is {what}."
    return _explain_text(text[:2000].lower())


def _explain_text(text: bytes) -> str:
    if text.startswith((b"<!doctype html", b"<html")) or b"<body" in text:
        return "This is a web page, an error or a login perhaps, and no list: fetch the list again from its source."
    if text.startswith(b"<"):
        return "This is XML, but not in the namespace of NCMEC's hash sharing v2, the only list in XML that we read."
    if text.startswith((b"{", b"[")):
        return f"This is JSON, but no field of it is called {_COLUMNS}: say with columns which field is what."
    if b"\0" in text:
        return "This is no text and no database that we know: ask for the list as CSV, JSON or text."
    if text.startswith((b"insert into", b"begin transaction", b"create table", b"pragma ")):
        return "This is SQL, a change to a database perhaps: apply it to that database and import the result."
    first = text.splitlines()[0]
    if any(mark in first for mark in (b",", b";", b"\t", b"|")):
        return f"No column of this table is called {_COLUMNS}: say with columns which one is what."
    return "No line of the beginning is a hash, alone or after its type, nor a header with its name."
