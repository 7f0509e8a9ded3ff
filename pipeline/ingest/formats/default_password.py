"""Workbooks that Excel opens without asking: encrypted under the password that it tries by itself.

Excel encrypts a workbook so when its structure is protected and it is saved as .xls, and many
programs write "read-only" workbooks in this way. [MS-OFFCRYPTO], 2.4.2.3.
"""

from io import BytesIO

from pipeline.ingest.formats.faults import WorkbookError

PASSWORD = "VelvetSweatshop"


def unlocked(content: bytes) -> bytes:
    """A workbook without the encryption that Excel's own password lifts; raises WorkbookError
    where it needs another."""
    # Few workbooks need it, and it brings a whole library of ciphers.
    import msoffcrypto  # noqa: PLC0415

    stream = BytesIO()
    try:
        file = msoffcrypto.OfficeFile(BytesIO(content))
        file.load_key(password=PASSWORD)
        file.decrypt(stream)
    except MemoryError:
        raise
    except Exception as fault:
        # Of another password, a damaged head or a cipher that it doesn't know the library says so
        # in errors of many kinds; whichever it is, nobody reads this without a password.
        raise WorkbookError("encrypted-workbook", "it needs a password") from fault
    return stream.getvalue()
