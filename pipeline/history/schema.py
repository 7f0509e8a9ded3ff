"""The tables of a history of the newest schema."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

METADATA = MetaData()

SCHEMA = Table("savings_schema", METADATA, Column("version", Integer, nullable=False))

PROGRAMMES = Table(
    "savings_programmes",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
)

# ``settings``: JSON. ``issued``: UTC, as ISO 8601 has it.
VERSIONS = Table(
    "savings_versions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("programme_id", ForeignKey(PROGRAMMES.c.id), nullable=False),
    Column("number", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("issued", Text, nullable=False),
    Column("errors", Integer, nullable=False),
    Column("settings", Text, nullable=False),
    Column("place", Text, nullable=False),
)

SIGN_OFFS = Table(
    "savings_sign_offs",
    METADATA,
    Column("version_id", ForeignKey(VERSIONS.c.id), nullable=False),
    Column("place", Integer, nullable=False),
    Column("signed_off_by", Text, nullable=False),
)

INPUTS = Table(
    "savings_inputs",
    METADATA,
    Column("version_id", ForeignKey(VERSIONS.c.id), nullable=False),
    Column("workbook", Text, nullable=False),
    Column("sha256", Text, nullable=False),
)

# The files of the version, each by its path in the version's folder.
FILES = Table(
    "savings_files",
    METADATA,
    Column("version_id", ForeignKey(VERSIONS.c.id), nullable=False),
    Column("file", Text, nullable=False),
    Column("sha256", Text, nullable=False),
)

TOTALS = Table(
    "savings_totals",
    METADATA,
    Column("version_id", ForeignKey(VERSIONS.c.id), nullable=False),
    Column("place", Integer, nullable=False),
    Column("strand", Text, nullable=False),
    Column("organisation", Text, nullable=False),
    Column("scenario", Text, nullable=False),
    Column("one_off_pence", BigInteger, nullable=False),
    Column("annual_cashable_pence", BigInteger, nullable=False),
    Column("payback_years", Text),
    Column("return_on_investment", Text, nullable=False),
)

# ``content``: zlib over JSON, an object of columns.
RECORDS = Table(
    "savings_records",
    METADATA,
    Column("version_id", ForeignKey(VERSIONS.c.id), nullable=False),
    Column("name", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
