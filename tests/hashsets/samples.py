"""One sample of every list format, as its source writes it, and what it says. All hashes are drawn from a seed."""

import base64
import json
import random
from collections.abc import Callable
from dataclasses import dataclass

from hashsets.formats import ListRow, Row, Withdrawal
from hashsets.formats.rows import derive_entry
from hashsets.values import WIDTH_BYTES, Algorithm

_RNG = random.Random(2026)


def drawn(algorithm: Algorithm) -> str:
    return _RNG.randbytes(WIDTH_BYTES[algorithm]).hex()


MD5, OTHER_MD5, LAST_MD5 = (drawn(Algorithm.MD5) for _ in range(3))
SHA1, OTHER_SHA1 = drawn(Algorithm.SHA1), drawn(Algorithm.SHA1)
PDQ, OTHER_PDQ, LAST_PDQ = (drawn(Algorithm.PDQ) for _ in range(3))
PHOTODNA = _RNG.randbytes(144).hex().upper()
SHA256 = drawn(Algorithm.SHA256)
PHOTODNA_BASE64 = base64.b64encode(_RNG.randbytes(144)).decode()

BOTH = ((Algorithm.MD5, MD5), (Algorithm.SHA1, SHA1))


@dataclass(frozen=True)
class Sample:
    """`make(value)` is a whole file whose second of three records has that value where a hash is expected."""

    make: Callable[[str], str | bytes]
    good: str
    expected: list[Row]
    refused_line: int
    refused_as: str = "md5"

    @property
    def text(self) -> str:
        return self.content().decode()

    def content(self, value: str | None = None) -> bytes:
        """The file as bytes, with this value in the second record, or the good one."""
        made = self.make(self.good if value is None else value)
        return made.encode() if isinstance(made, str) else made


def hashed(kind: Algorithm, value: str, entry: str | None = None, label: str | None = None, **more: int) -> ListRow:
    return ListRow(((kind, value),), entry, label, **more)  # type: ignore[arg-type]


def ncmec(value: str) -> str:
    def record(kind: str, number: int, inside: str) -> str:
        return (
            f'<{kind}><member id="42">Example Member</member><timestamp>2026-01-0{number}T00:00:00Z</timestamp>'
            f"<id>{kind}{number}</id>{inside}</{kind}>"
        )

    def prints(inside: str) -> str:
        return f"<classification>A1</classification><fingerprints>{inside}</fingerprints><feedback/>"

    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">'
        '<images count="2" maxTimestamp="2026-01-03T00:00:00Z">'
        + record("image", 3, prints(f"<md5>{MD5.upper()}</md5><sha1>{SHA1}</sha1><pdna>{PHOTODNA}</pdna>"))
        + record("image", 1, prints(f"<md5>{value}</md5>"))
        + record("deletedImage", 2, "")
        + '</images><videos count="1" maxTimestamp="2026-01-03T00:00:00Z">'
        + record("video", 2, prints(f"<md5>{LAST_MD5}</md5><tmk-pdqf rel='self' href='/v2/entries/1'/>"))
        + record("deletedVideo", 3, "")
        + "</videos></queryResult>\n"
    )


def day(number: int) -> int:
    return 1767225600 + 86400 * (number - 1)


def vics(value: str) -> str:
    def media(number: int, md5: str, **more: object) -> dict[str, object]:
        return {
            "MediaID": number,
            "Category": 1,
            "MD5": md5,
            "MediaSize": 1234,
            "VictimIdentified": "false",
            "IsDistributed": "true",
            "Series": None,
            "Exifs": [{"PropertyName": "Make", "PropertyValue": "A [maker] }"}],
            **more,
        }

    other = {"AlternativeHashes": [{"HashName": "PhotoDNA", "HashValue": PHOTODNA}]}
    context = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/Default/$metadata#Media"
    records = [media(7, MD5.upper(), SHA1=SHA1.upper(), **other), media(8, value), media(9, LAST_MD5)]
    return json.dumps({"@odata.context": context, "value": records}, indent=1)


def stopncii(value: str) -> str:
    def record(value: str, status: str = "Active", kind: str = "ImagePDQ") -> dict[str, object]:
        return {
            "lastModtimestamp": 1767225600,
            "signalType": kind,
            "hashValue": value,
            "hashStatus": status,
            "caseNumbers": {"c-1": status},
            "CSPFeedbacks": [],
        }

    records = [record(PDQ), record(value), record(LAST_PDQ, "Withdrawn"), record(MD5, "Deleted", "VideoMD5")]
    return json.dumps({"count": 4, "nextPageToken": "", "hasMoreRecords": False, "hashRecords": records})


def threatexchange_json(value: str) -> str:
    def record(number: int, value: str, *, is_deleted: bool = False) -> dict[str, object]:
        tags = {"data": [{"text": "media_type_photo"}, {"text": "a1"}]}
        return {
            "id": str(number),
            "indicator": value,
            "type": "HASH_MD5",
            "last_updated": day(1),
            "should_delete": is_deleted,
            "descriptors": {"data": [{"owner": {"id": "5"}, "status": "MALICIOUS", "tags": tags}]},
        }

    return json.dumps({"data": [record(7, MD5), record(8, value), record(9, LAST_MD5, is_deleted=True)]})


def vpdq_json(value: str) -> str:
    frames = {"0": (100, PDQ), "1": (100, value), "2": (49, LAST_PDQ), "3": (50, OTHER_PDQ)}
    return json.dumps({name: {"quality": q, "hash": pdq, "timestamp": 0.5} for name, (q, pdq) in frames.items()})


def vpdq_text(value: str) -> str:
    return f"0,100,{PDQ},0.000\n1,100,{value},1.000\n2,49,{LAST_PDQ},2.000\n3,50,{OTHER_PDQ},3.000\n"


def json_columns(value: str) -> str:
    records = [
        {"id": "E7", "classification": "A1", "md5": MD5.upper(), "SHA-1": SHA1, "photoDNA": PHOTODNA},
        {"id": "E8", "classification": "A1", "md5": value, "description": "a name"},
        {"id": "E9", "deleted": "true", "md5": LAST_MD5},
    ]
    return json.dumps(records)


def csv_columns(value: str) -> str:
    return (
        f"id,category,md5,sha1,photodna,deleted\nE7,A1,{MD5.upper()},{SHA1},{PHOTODNA},false\n"
        f"E8,A1,{value},,,\nE9,A1,{LAST_MD5},,,TRUE\n"
    )


def icse(value: str) -> str:
    header = (
        "MD5;SHA1;PhotoDNA;Image ID;Is distributed;Victim identified;Offender identified;Series name;"
        "Number of submissions;File Available;Media Type;Baseline"
    )
    tail = "true;false;false;a series;3;True;image"
    lines = [
        f"{MD5.upper()};{SHA1};{PHOTODNA};7;{tail};true",
        f"{value};;;8;{tail};true",
        f"{LAST_MD5};;;9;{tail};FALSE",
    ]
    return "\n".join([header, *lines, ""])


def nsrl(value: str) -> str:
    header = '"SHA-1","MD5","CRC32","FileName","FileSize","ProductCode","OpSystemCode","SpecialCode"'
    lines = [(SHA1, MD5), (OTHER_SHA1, value), (SHA1, MD5)]
    return "\n".join([header, *(f'"{sha1.upper()}","{md5}","00","a, b.dll",1,2,"3",""' for sha1, md5 in lines)])


def entry_of(value: str, algorithm: Algorithm = Algorithm.PDQ) -> str:
    return derive_entry([(algorithm, value)])


OTHERS = (("photodna", PHOTODNA),)
FULL = ListRow(BOTH, "E7", "A1", OTHERS)
FRAMES: list[Row] = [hashed(Algorithm.PDQ, one, "video", is_video=True) for one in (PDQ, LAST_PDQ, OTHER_PDQ)]

SAMPLES: dict[str, Sample] = {
    "ncmec-xml": Sample(
        ncmec,
        OTHER_MD5,
        [
            ListRow(BOTH, "42-image3", "A1", OTHERS, day(3)),
            hashed(Algorithm.MD5, OTHER_MD5, "42-image1", "A1", changed_at=day(1)),
            Withdrawal("42-deletedImage2", day(2)),
            hashed(Algorithm.MD5, LAST_MD5, "42-video2", "A1", changed_at=day(2)),
            Withdrawal("42-deletedVideo3", day(3)),
        ],
        refused_line=2,
    ),
    "vics": Sample(
        vics,
        OTHER_MD5,
        [
            ListRow(BOTH, "7", "1", OTHERS),
            hashed(Algorithm.MD5, OTHER_MD5, "8", "1"),
            hashed(Algorithm.MD5, LAST_MD5, "9", "1"),
        ],
        refused_line=2,
    ),
    "stopncii-json": Sample(
        stopncii,
        OTHER_PDQ,
        [
            hashed(Algorithm.PDQ, PDQ, changed_at=day(1)),
            hashed(Algorithm.PDQ, OTHER_PDQ, changed_at=day(1)),
            Withdrawal(entry_of(LAST_PDQ), day(1)),
            Withdrawal(entry_of(MD5, Algorithm.MD5), day(1)),
        ],
        refused_line=2,
        refused_as="pdq",
    ),
    "threatexchange-json": Sample(
        threatexchange_json,
        OTHER_MD5,
        [
            hashed(Algorithm.MD5, MD5, "7", "a1 media_type_photo", changed_at=day(1)),
            hashed(Algorithm.MD5, OTHER_MD5, "8", "a1 media_type_photo", changed_at=day(1)),
            Withdrawal("9", day(1)),
        ],
        refused_line=2,
    ),
    "vpdq-json": Sample(vpdq_json, LAST_PDQ, FRAMES, refused_line=2, refused_as="pdq"),
    "json": Sample(
        json_columns,
        OTHER_MD5,
        [FULL, hashed(Algorithm.MD5, OTHER_MD5, "E8", "A1"), Withdrawal("E9")],
        refused_line=2,
    ),
    "nsrl-csv": Sample(
        nsrl,
        OTHER_MD5,
        [ListRow(BOTH), ListRow(((Algorithm.MD5, OTHER_MD5), (Algorithm.SHA1, OTHER_SHA1))), ListRow(BOTH)],
        refused_line=3,
    ),
    "icse-csv": Sample(
        icse,
        OTHER_MD5,
        [
            ListRow(BOTH, "7", "baseline", OTHERS),
            hashed(Algorithm.MD5, OTHER_MD5, "8", "baseline"),
            hashed(Algorithm.MD5, LAST_MD5, "9"),
        ],
        refused_line=3,
    ),
    "threatexchange-csv": Sample(
        lambda value: (
            f"{PDQ},7,2026-01-01T00:00:00+0000,a1 b\n{value},8,mine,\n"
            f"{LAST_PDQ.upper()},9,2026-01-01T00:00:00+0000,a1\n"
        ),
        OTHER_PDQ,
        [
            hashed(Algorithm.PDQ, PDQ, "7", "a1 b"),
            hashed(Algorithm.PDQ, OTHER_PDQ, "8"),
            hashed(Algorithm.PDQ, LAST_PDQ, "9", "a1"),
        ],
        refused_line=2,
        refused_as="pdq",
    ),
    "csv": Sample(
        csv_columns,
        OTHER_MD5,
        [FULL, hashed(Algorithm.MD5, OTHER_MD5, "E8", "A1"), Withdrawal("E9")],
        refused_line=3,
    ),
    "vpdq-text": Sample(vpdq_text, LAST_PDQ, FRAMES, refused_line=2, refused_as="pdq"),
    "tx-local": Sample(
        lambda value: f"pdq {PDQ.upper()}\nvideo_md5 {value}\nvideo_tmk {PHOTODNA}\n",
        OTHER_MD5,
        [
            hashed(Algorithm.PDQ, PDQ),
            hashed(Algorithm.MD5, OTHER_MD5),
            ListRow((), others=(("tmk", PHOTODNA),)),
        ],
        refused_line=2,
    ),
    "pdq-text": Sample(
        lambda value: f"# from a partner\n{PDQ.upper()},100,a.jpg\n{value}\n{LAST_PDQ}\n",
        OTHER_PDQ,
        [hashed(Algorithm.PDQ, value) for value in (PDQ, OTHER_PDQ, LAST_PDQ)],
        refused_line=3,
        refused_as="pdq",
    ),
}
