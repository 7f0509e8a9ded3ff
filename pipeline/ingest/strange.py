"""What a file is that bears a workbook's name and is none: the words help to put it right."""

import re

_KINDS = (
    (rb"%PDF", "it is a PDF document"),
    (rb"\{\\rtf", "it is a text document (RTF)"),
    (rb"(?:\x89PNG|\xff\xd8\xff|GIF8)", "it is a picture"),
    (rb"\x1f\x8b|7z\xbc\xaf|Rar!", "it is a packed archive: unpack it first"),
    (rb"\x09[\x00\x02\x04]", "it is a workbook of Excel 4 or older"),
    (rb"ID;P", "it is a SYLK file"),
    (rb"(?s:\s*<\?xml.{0,600}(?:Excel\.Sheet|urn:schemas-microsoft-com:office:spreadsheet))",
     "it is an XML spreadsheet of 2003"),
    (rb"(?is:\s*(?:<!doctype html|<html|<meta|<table).*)", "it is a web page named as a workbook"),
    (rb"\s*<", "it is XML, but no workbook"),
)  # fmt: skip


def what_it_is(content: bytes) -> str:
    """The kind of a file that is no workbook, as far as its first bytes tell."""
    head = content[:2000].removeprefix(b"\xef\xbb\xbf")
    for pattern, kind in _KINDS:
        if re.match(pattern, head):
            return kind
    if b"\0" in head:
        return "it is no spreadsheet file"
    return "it is a text file (CSV, perhaps) named as a workbook"
