"""Workbooks that something happened to: seeded changes of bytes, of an archive's members, and of
the XML inside."""

from __future__ import annotations

import random
import re
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent.parent
SAMPLES: Final = tuple(
    path for path in sorted((ROOT / "inputs").rglob("*.xlsx")) if path.name != "programme.xlsx"
)

_SNIPPETS: Final = (
    b"<", b">", b"&", b"&amp;", b"&#49;", b"&lt;", b"<!-- -->", b"<![CDATA[1]]>", b"<?x?>", b"'",
    b'"', b" ", b"\n", b"\x00", b"\xff", b"<v>1</v>", b"<v/>", b"</c>", b"<c/>", b"</row>", b"<f/>",
    b' t="e"', b' t="s"', b' t="str"', b' t="n"', b' t="inlineStr"', b' r="A1"', b"<is/>", b"1e9",
    b"-", b"0", b"9", b".", b"<row>", b"</sheetData>", b"<sheetData>", b"<!DOCTYPE x>",
)  # fmt: skip
_TAG: Final = re.compile(rb"<[^<>]*>")
_CELL: Final = re.compile(rb"<c [^<>]*(?:/>|>.*?</c>)", re.DOTALL)
_ROW: Final = re.compile(rb"<row [^<>]*(?:/>|>.*?</row>)", re.DOTALL)
_ATTRIBUTE: Final = re.compile(rb' [\w:]+="[^"]*"')
_VALUE: Final = re.compile(rb"(?<=<v>)[^<]+(?=</v>)")
_TEXT: Final = re.compile(rb"(?<=<t>)[^<]+(?=</t>)")


@dataclass(frozen=True)
class Mutant:
    """A sample with one or more changes; ``seed`` makes it again."""

    seed: int
    sample: Path
    content: bytes
    what: str


def mutant(seed: int) -> Mutant:
    """The mutant of a seed."""
    chance = random.Random(seed)
    sample = chance.choice(SAMPLES)
    content = sample.read_bytes()
    # Most of the harm is done by XML that is nearly right.
    kind = chance.choices((_change_bytes, _change_members, _change_xml), (2, 2, 6))[0]
    content_after, what = kind(content, chance)
    return Mutant(seed, sample, content_after, what)


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Any workbook with some damage: to its bytes, to its archive, or inside a part of that."""
    if not content.startswith(b"PK") or chance.random() < 0.3:
        return _change_bytes(content, chance)[0]
    if chance.random() < 0.3:
        return _change_members(content, chance)[0]
    members = members_of(content)
    place = chance.randrange(len(members))
    name, data = members[place]
    for _ in range(chance.choice((1, 2, 5))):
        data = (_change_part if b"<" in data else _change_bytes)(data or b" ", chance)[0]
    members[place] = name, data
    return archive_of(members)


# Bytes


def _change_bytes(content: bytes, chance: random.Random) -> tuple[bytes, str]:
    data = bytearray(content)
    what = chance.choice(("flipped", "cut off", "left out", "repeated", "overwritten", "joined"))
    place = chance.randrange(len(data))
    length = chance.choice((1, 2, 4, 64, 1024))
    if what == "flipped":
        for _ in range(chance.choice((1, 1, 3, 20))):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    elif what == "cut off":
        del data[place:]
    elif what == "left out":
        del data[place : place + length]
    elif what == "repeated":
        data[place:place] = data[place : place + length]
    elif what == "overwritten":
        data[place : place + length] = chance.randbytes(length)
    else:
        data += chance.choice((b"\0" * 100, b"PK\5\6" + bytes(18), bytes(data)))
    return bytes(data), f"bytes {what}"


# Members

_Member = tuple[str, bytes]


def members_of(content: bytes) -> list[_Member]:
    """An archive's members: names and bytes."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return [(entry.filename, archive.read(entry)) for entry in archive.infolist()]


def archive_of(members: list[_Member], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of members, always the same bytes."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in members:
            entry = zipfile.ZipInfo(name)
            entry.compress_type = method
            archive.writestr(entry, data)
    return stream.getvalue()


def _change_members(content: bytes, chance: random.Random) -> tuple[bytes, str]:
    members = members_of(content)
    place = chance.randrange(len(members))
    name, data = members[place]
    other = chance.choice(members)
    kinds: dict[str, Callable[[], list[_Member]]] = {
        "left out": lambda: [*members[:place], *members[place + 1 :]],
        "emptied": lambda: [*members[:place], (name, b""), *members[place + 1 :]],
        "another's": lambda: [*members[:place], (name, other[1]), *members[place + 1 :]],
        "renamed": lambda: [
            *members[:place],
            (_renamed(name, chance), data),
            *members[place + 1 :],
        ],
        "shuffled": lambda: chance.sample(members, len(members)),
        "cut off": lambda: [
            *members[:place],
            (name, data[: chance.randrange(len(data) + 1)]),
            *members[place + 1 :],
        ],
    }
    what = chance.choice((*kinds, "twice", "stored", "lied about"))
    if what == "twice":
        return _twice(members, name, other[1]), f"member {name} twice"
    if what == "stored":
        return archive_of(members, zipfile.ZIP_STORED), "members stored"
    if what == "lied about":
        return _lied_about(content, chance), "directory wrong"
    return archive_of(kinds[what]()), f"member {name} {what}"


def _renamed(name: str, chance: random.Random) -> str:
    return chance.choice(
        (name.upper(), name.replace("/", "\\"), f"/{name}", f"../{name}", name[::-1], name + "x")
    )


def _twice(members: list[_Member], name: str, data: bytes) -> bytes:
    """An archive with two members of one name, which Python's writer warns of."""
    stand_in = "~" * len(name)
    content = archive_of([*members, (stand_in, data)])
    return content.replace(stand_in.encode(), name.encode())


def _lied_about(content: bytes, chance: random.Random) -> bytes:
    """A wrong number somewhere in the archive's directory."""
    data = bytearray(content)
    entries = [match.start() for match in re.finditer(b"PK\x01\x02", content)]
    place = chance.choice(entries) + chance.choice((8, 10, 16, 20, 24, 28, 42))
    struct.pack_into("<H", data, place, chance.choice((0, 1, 8, 12, 99, 0xFFFF)))
    return bytes(data)


# XML


def _change_xml(content: bytes, chance: random.Random) -> tuple[bytes, str]:
    members = members_of(content)
    places = [place for place, (name, _) in enumerate(members) if name.startswith("xl/")]
    weights = [
        6 if "/worksheets/" in members[n][0] or "Strings" in members[n][0] else 1 for n in places
    ]
    place = chance.choices(places, weights)[0]
    name, data = members[place]
    whats = []
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        data, what = _change_part(data, chance)
        whats.append(what)
    members[place] = name, data
    return archive_of(members), f"{name}: {', '.join(whats)}"


def _change_part(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    what = chance.choice((*_CHANGES, "character", "snippet"))
    if what == "character":
        place = chance.randrange(max(1, len(data)))
        return data[:place] + chance.randbytes(1) + data[place + 1 :], what
    if what == "snippet":
        place = chance.randrange(len(data) + 1)
        return data[:place] + chance.choice(_SNIPPETS) + data[place:], what
    pattern, change = _CHANGES[what]
    matches = list(pattern.finditer(data))
    if not matches:
        return data, f"no {what}"
    match = chance.choice(matches)
    return data[: match.start()] + change(match[0], chance) + data[match.end() :], what


def _digits(text: bytes, chance: random.Random) -> bytes:
    """Some of a value's characters changed into others that numbers are made of."""
    signs = b"0123456789.-"
    return bytes(chance.choice(signs) if chance.random() < 0.3 else byte for byte in text)


def _renamed_tag(tag: bytes, chance: random.Random) -> bytes:
    return re.sub(rb"\w", chance.choice((b"x", b"v", b"f")), tag, count=1)


def _renumbered(row: bytes, chance: random.Random) -> bytes:
    number = chance.choice((b"1", b"7", b"1048576"))
    return re.sub(rb'(?<= r=")\d+', lambda _: number, row, count=1)


def _without_address(cell: bytes, _: random.Random) -> bytes:
    return re.sub(rb' r="[^"]*"', b"", cell, count=1)


def _nothing(_: bytes, __: random.Random) -> bytes:
    return b""


_CHANGES: Final[dict[str, tuple[re.Pattern[bytes], Callable[[bytes, random.Random], bytes]]]] = {
    "tag left out": (_TAG, _nothing),
    "tag twice": (_TAG, lambda tag, _: tag * 2),
    "tag of another name": (_TAG, _renamed_tag),
    "cell left out": (_CELL, _nothing),
    "cell twice": (_CELL, lambda cell, _: cell * 2),
    "cell commented out": (_CELL, lambda cell, _: b"<!--" + cell + b"-->"),
    "cell without address": (_CELL, _without_address),
    "row left out": (_ROW, _nothing),
    "row twice": (_ROW, lambda row, _: row * 2),
    "row of another number": (_ROW, _renumbered),
    "attribute left out": (_ATTRIBUTE, _nothing),
    "attribute changed": (_ATTRIBUTE, _digits),
    "attribute in single quotes": (_ATTRIBUTE, lambda text, _: text.replace(b'"', b"'")),
    "value changed": (_VALUE, _digits),
    "value commented": (_VALUE, lambda text, _: text[:1] + b"<!-- -->" + text[1:]),
    "value in another way": (_VALUE, lambda text, _: b"<![CDATA[" + text + b"]]>"),
    "value left out": (_VALUE, _nothing),
    "value made an error": (_VALUE, lambda _, __: b"#REF!"),
    "text changed": (_TEXT, lambda text, chance: bytes(chance.sample(text, len(text)))),
}
