"""What a file is that no format recognises, and what to do about it. It looks at the first bytes and repeats none."""

_PICTURE = "a picture and no list of hashes: `hashset match` looks a picture up"
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF: ask for the list as CSV, JSON or text"),
    (b"\xff\xd8\xff", _PICTURE),
    (b"\x89PNG", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"RIFF", _PICTURE),
    (b"7z\xbc\xaf\x27\x1c", "packed with 7-Zip: unpack it first"),
    (b"Rar!", "packed with RAR: unpack it first"),
    (b"BZh", "packed with bzip2: unpack it first"),
    (b"\xfd7zXZ", "packed with xz: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd: unpack it first"),
    (b"\xd0\xcf\x11\xe0", "a spreadsheet or document of an old Office: save the list as CSV"),
    (b"-----BEGIN", "encrypted, or a key: decrypt it first"),
    (b"\x85\x01", "encrypted with OpenPGP: decrypt it first"),
    (b"\x85\x02", "encrypted with OpenPGP: decrypt it first"),
    (b"age-encryption.org", "encrypted with age: decrypt it first"),
)
_COLUMNS = "md5, sha1, sha256, pdq, phash or photodna, nor `hash` beside an `algorithm`"
_SAY_WHICH = "say with columns which is what, as in md5=COLUMN,entry=COLUMN"


def explain(head: bytes, formats: str) -> str:
    """About a file that begins like this: what it looks like, what was looked for, what to do."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        return "The file is empty, and nothing was changed: fetch it again from its source."
    what = next((what for beginning, what in _BEGINNINGS if head.startswith(beginning)), None)
    if what:
        return f"Nothing was changed. This is {what}."
    return f"Nothing was changed. {_explain_text(text[:2000].lower(), formats)}"


def _explain_text(text: bytes, formats: str) -> str:
    if text.startswith((b"<!doctype html", b"<html")) or b"<body" in text:
        return "This is a web page, an error or a login perhaps, and no list: fetch the list again from its source."
    if text.startswith(b"<"):
        return "This is XML, but not in the namespace of NCMEC's hash sharing v2, the only list in XML that we read."
    if text.startswith((b"{", b"[")):
        return f"This is JSON, but no field of it is called {_COLUMNS}: {_SAY_WHICH}."
    if b"\0" in text:
        return "This is no text and no database that we know: ask for the list as CSV, JSON or text."
    if text.startswith((b"insert into", b"begin transaction", b"create table", b"pragma ")):
        return "This is SQL, a change to a database perhaps: apply it to that database and import the result."
    first = text.splitlines()[0]
    if any(mark in first for mark in (b",", b";", b"\t", b"|")):
        return f"No column of this table is called {_COLUMNS}: {_SAY_WHICH}, or name the format, one of {formats}."
    return (
        "No line of the beginning is a hash, alone or after its type, nor a header with its name: check the file, or "
        f"name the format, one of {formats}."
    )
