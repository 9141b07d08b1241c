"""What a mail's writer wrote, as printable text: the first plain part, or the words of the only HTML one, without what
is quoted. Content that hides in a text is taken out and hashed like an attachment. Follows no link, opens nothing."""

import binascii
import codecs
import hashlib
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from hotline.records.replies import AttachmentFacts
from hotline.replies.opening import Opened, Part, param_of, payload_of

MAX_TEXT_SIGNS = 20_000
MAX_READ_SIGNS = 400_000
MAX_LIFTED = 50
UNKNOWN = "application/octet-stream"

_NAMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,39}")
# Codecs that transform text instead of naming its signs; some of them are slow or warn on hostile bytes.
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
_WIDE = ("utf-16", "utf-32", "utf_16", "utf_32")
_LONG = re.compile(r"data:[a-z0-9/.+;=-]{0,100},\S*|[A-Za-z0-9+/=_%-]{300,}", re.IGNORECASE)
_PACKED = re.compile(r"[ \t]*[A-Za-z0-9+/=_-]{50,}[ \t]*")
_UU_BEGIN = re.compile(r"begin(?:-base64)? [0-7]{3,4} \S")
PACKED_LINES = 4
GARBLED = 0.1
FEW_ODD = 4


@dataclass
class Lifted:
    """What was taken out of a text."""

    found: list[AttachmentFacts] = field(default_factory=list)
    is_cut: bool = False

    def add(self, content: bytes, mime: str = UNKNOWN) -> None:
        if len(self.found) < MAX_LIFTED:
            self.found.append(facts_of(content, mime))


@dataclass(frozen=True)
class Written:
    """What a mail's writer wrote, whole and without what they quote, and what else the mail carries."""

    whole: str = field(repr=False)
    text: str = field(repr=False)
    attachments: tuple[AttachmentFacts, ...]
    is_cut: bool


def read_text(opened: Opened) -> Written:
    """Takes the first plain part that holds words, else the first HTML one; all else is an attachment, but the HTML
    twin of the text."""
    lifted, text, chosen, is_html = Lifted(), "", None, False
    for part in [*_of_type(opened.parts, "text/plain"), *_of_type(opened.parts, "text/html")]:
        held = Lifted()
        found = _words(part, held)
        if found.strip():
            lifted, text, chosen, is_html = held, found, part, part.mime == "text/html"
            break
    others = [part for part in opened.parts if part is not chosen and not _is_twin(part, chosen)]
    attachments = (*(facts_of(payload_of(part.message), part.mime) for part in _held(others)), *lifted.found)
    written = text if is_html else without_quoted(text)
    is_cut = lifted.is_cut or len(written) > MAX_TEXT_SIGNS
    return Written(text, written[:MAX_TEXT_SIGNS].strip(), attachments, is_cut)


def facts_of(content: bytes, mime: str) -> AttachmentFacts:
    return AttachmentFacts(hashlib.sha256(content).hexdigest(), len(content), mime)


def cleaned(text: str) -> str:
    """Printable text: line ends as LF, no control signs, none that turn the direction of reading or hide."""
    text = re.sub(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]", "\n", text)
    kept = (sign if sign == "\n" or unicodedata.category(sign)[0] != "C" else " " * (sign == "\t") for sign in text)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[^\S\n]+", " ", "".join(kept)))


def without_quoted(text: str) -> str:
    """Leaves out what is quoted: lines marked so, and all below a line that says an earlier message begins."""
    return "\n".join(_own_lines(text.split("\n"))).strip()


def decoded(content: bytes, charset: str) -> str:
    """Text by its charset, or by UTF-8 where that fits: charsets lie. Signs that it cannot hold become U+FFFD."""
    name = _codec(charset)
    if not name.startswith(_WIDE) and not content.isascii():
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            name = "cp1252" if name in ("ascii", "utf-8", "iso8859-1") else name
    try:
        return content.decode(name, "replace")
    except (ValueError, LookupError):
        return content.decode("utf-8", "replace")


def _codec(charset: str) -> str:
    try:
        name = codecs.lookup(charset).name if _NAMED.fullmatch(charset) else "utf-8"
    except (LookupError, ValueError):
        name = "utf-8"
    return "utf-8" if name in _NO_CHARSETS else name


def _of_type(parts: Iterable[Part], mime: str) -> list[Part]:
    """The parts of a type that may be its text: not attached, and not of a message that it gives back."""
    return [part for part in parts if part.mime == mime and not part.is_returned and not part.is_attachment]


def _is_twin(part: Part, chosen: Part | None) -> bool:
    """The other form of a text, as most programs send it along; an alternative that is no text is an attachment."""
    return chosen is not None and chosen.is_alternative and part.is_alternative and part.mime.startswith("text/")


def _held(parts: list[Part]) -> list[Part]:
    """Those that hold something, but for the words of a message that it gives back: they are most likely ours."""
    return [
        part
        for part in parts
        if not (part.is_returned and part.mime in ("text/plain", "text/html")) and payload_of(part.message).strip()
    ]


def _words(part: Part, lifted: Lifted) -> str:
    """The words of a part; "" where its bytes are no text, whatever it claims."""
    text = decoded(payload_of(part.message), param_of(part.message, "charset"))
    lifted.is_cut, text = len(text) > MAX_READ_SIGNS, text[:MAX_READ_SIGNS]
    odd = sum(sign == "\ufffd" or (sign < " " and sign not in "\t\n\r\f") for sign in text)
    if odd > len(text) * GARBLED + FEW_ODD:
        return ""
    return _without_content(_shown(text) if part.mime == "text/html" else text, lifted)


def _without_content(text: str, lifted: Lifted) -> str:
    """Takes out what is a file and no words: uuencoded, yEnc, base64 over lines, or in one long word."""
    # Twice: cleaning changes the bytes of a file, and lets appear one that hides behind unseen signs.
    plain = "\n".join(_without_blocks(re.sub(r"\r\n?", "\n", text).split("\n"), lifted))
    lines = _without_blocks(cleaned(plain).split("\n"), lifted)

    def put_aside(found: re.Match[str]) -> str:
        lifted.add(found[0].encode("utf-8", "replace"))
        return "[…]"

    return _LONG.sub(put_aside, "\n".join(lines))


def _without_blocks(lines: list[str], lifted: Lifted) -> Iterator[str]:
    at = 0
    while at < len(lines):
        ends = _end_of_block(lines, at)
        if ends > at:
            lifted.add(_unpacked(lines[at:ends]))
            yield "[…]"
            at = ends
        else:
            yield lines[at]
            at += 1


def _end_of_block(lines: list[str], at: int) -> int:
    """Where the file that begins on this line ends; `at` for none."""
    if _UU_BEGIN.match(lines[at]):
        return _line_of("end", lines, at)
    if lines[at].startswith("=ybegin "):
        return _line_of("=yend", lines, at)
    ends = at
    while ends < len(lines) and _PACKED.fullmatch(lines[ends]):
        ends += 1
    return ends if ends - at >= PACKED_LINES else at


def _line_of(word: str, lines: list[str], at: int) -> int:
    """The line behind the first that begins with a word; all of them where there is none."""
    return next((number + 1 for number in range(at, len(lines)) if lines[number].startswith(word)), len(lines))


def _unpacked(lines: list[str]) -> bytes:
    """A uuencoded or base64 file as it would be; where it cannot be, the lines as they stand."""
    packed = "\n".join(lines).encode("utf-8", "replace")
    try:
        if _UU_BEGIN.match(lines[0]) and not lines[0].startswith("begin-"):
            return b"".join(binascii.a2b_uu(line) for line in packed.split(b"\n")[1:-1] if line)
        return binascii.a2b_base64(packed) if _PACKED.fullmatch(lines[0]) else packed
    except ValueError:
        return packed


# Lines by which programs for mail say that another message follows.
_FOLLOWS = re.compile(
    r"\s*(?:-{3,}\s*(?:original message|forwarded message|mesazhi origjinal|mesazh origjinal|mesazhi i përcjellë|"
    r"original appointment|below this line is a copy of the message|this is a copy of (?:the|your) message).*|"
    r"_{20,})\s*",
    re.IGNORECASE,
)
_HEAD_LINE = re.compile(r"\s*\*?(?:from|sent|to|subject|date|cc|nga|dërguar|për|tema|subjekti|data)\*?\s*:\*?\s", re.I)
_WROTE = re.compile(r".{0,300}\b(?:wrote|writes|shkroi|shkruajti|ka shkruar)\s*:\s*", re.IGNORECASE)
_ABOVE = re.compile(r"\W*(?:please )?(?:(?:type|write) your )?reply above this line\W*", re.IGNORECASE)


def _own_lines(lines: list[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if _FOLLOWS.fullmatch(line) or _is_head(lines, number):
            return
        if _is_attribution(lines, number):
            if not _quotes_follow(lines, number):
                return
        elif not line.lstrip().startswith(">") and not _ABOVE.fullmatch(line):
            yield line


def _is_head(lines: list[str], number: int) -> bool:
    """Three lines of a message's head on end, as Outlook puts them above what it quotes."""
    three = lines[number : number + 3]
    return len(three) == 3 and all(_HEAD_LINE.match(line) for line in three)


def _is_attribution(lines: list[str], number: int) -> bool:
    """`On …, … wrote:`, which programs break over two lines."""
    line = lines[number]
    if _WROTE.fullmatch(line):
        return True
    following = lines[number + 1] if number + 1 < len(lines) else ""
    starts = re.match(r"\s*(?:on|më|në|le)\s", line, re.IGNORECASE) is not None
    return starts and len(line) < 300 and _WROTE.fullmatch(f"{line} {following}") is not None


def _quotes_follow(lines: list[str], number: int) -> bool:
    following = (line.strip() for line in lines[number + 1 : number + 5])
    return any(line.startswith(">") for line in following)


_HIDDEN = ("script", "style", "head", "title", "template", "noscript", "svg")
_QUOTING = re.compile(r"<(?:blockquote\b|div\b[^<>]{0,300}(?:gmail_quote|moz-cite|divRplyFwdMsg|yahoo_quoted))", re.I)
_BREAKS = frozenset({"br", "p", "div", "tr", "li", "table", "h1", "h2", "h3", "h4", "hr", "ul", "ol", "pre"})
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,20})[^<>]*>?|<[!?/][^<>]*>?")


def _shown(page: str) -> str:
    """The words of HTML above the first message that it quotes, or below the last where nothing stands above.

    Read tag by tag and never backwards. No parser is used: the fast ones are in C, and anybody can write such a mail.
    """
    quoted = _QUOTING.search(page)
    if quoted is None:
        return _told(page)
    above = _told(page[: quoted.start()])
    return above or _told(page[page.lower().rfind("</blockquote") :] if "</blockquote" in page.lower() else "")


def _told(page: str) -> str:
    shown: list[str] = []
    at = 0
    while (tag := _TAG.search(page, at)) is not None:
        shown.append(page[at : tag.start()])
        name = (tag[2] or "").lower()
        shown.append("\n" if name in _BREAKS else " " if name in ("td", "th") else "")
        at = _behind(page, tag, name)
    shown.append(page[at:])
    return without_quoted(cleaned(html.unescape("".join(shown))))


def _behind(page: str, tag: re.Match[str], name: str) -> int:
    """Where words go on behind a tag: behind the end of what it hides."""
    if tag[0].startswith("<!--"):
        end = page.find("-->", tag.start())
        return end + 3 if end >= 0 else len(page)
    if tag[1] or name not in _HIDDEN or tag[0].endswith("/>"):
        return tag.end()
    closing = re.compile(f"</{name}", re.IGNORECASE).search(page, tag.end())
    return closing.start() if closing is not None else len(page)
