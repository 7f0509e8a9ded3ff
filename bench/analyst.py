"""What a competent analyst writes instead: pandas from end to end, in sixty lines.

``python -m bench.analyst INPUTS OUTPUT ENGINE``. Shares are floats, nothing is checked, and there
are no packs, no formulas and no formats.
"""

import sys
from pathlib import Path

import pandas as pd

from bench.returns import returns_of

KEYS = ["Line ref", "Description", "Service", "Strand", "Category", "Scenario"]
ONE_OFF = ["One-off cost", "One-off saving"]


def report(inputs: Path, output: Path, engine: str) -> None:
    """Read every return, share the amounts and write a workbook of six sheets."""
    control = pd.read_excel(inputs / "programme" / "programme.xlsx", sheet_name=None, engine=engine)
    weights = control["Baseline"].set_index("Service").drop(columns="Year")
    shares = weights.div(weights.sum(axis=1), axis=0)
    strands = control["Services"].set_index("Service")["Strand"]

    parts = []
    for path in returns_of(inputs):
        part = pd.read_excel(path, sheet_name="Savings", engine=engine)
        parts.append(part.assign(Workbook=path.name))
    register = pd.concat(parts, ignore_index=True)
    register.insert(4, "Strand", register["Service"].map(strands))
    years = [name for name in register.columns if name[:4].isdigit()]
    register["Total"] = register[years].sum(axis=1)

    by_partner = []
    for code in shares.columns:
        share = register["Service"].map(shares[code])
        part = register[[*KEYS, "Workbook"]].assign(Partner=code)
        part[years] = register[years].mul(share, axis=0)
        by_partner.append(part)
    apportioned = pd.concat(by_partner, ignore_index=True)

    long = apportioned.melt([*KEYS, "Partner"], years, "Year", "Amount")
    kind = long["Category"].isin(ONE_OFF).map({True: "One-off", False: "Annual"})
    long = long.assign(Measure=kind)
    sheets = {
        "Summary": _table(long, ["Strand", "Partner"], ["Scenario", "Measure"]),
        "By year": _table(long, ["Partner", "Category", "Scenario"], ["Year"]),
        "By service": _table(long, ["Service", "Partner"], ["Scenario", "Measure"]),
        "Shares": shares.reset_index(),
        "Register": register,
        "Apportioned": apportioned,
    }
    with pd.ExcelWriter(output) as writer:
        for name, sheet in sheets.items():
            sheet.to_excel(writer, sheet_name=name, index=False)


def _table(long: pd.DataFrame, rows: list[str], columns: list[str]) -> pd.DataFrame:
    """Amounts added up, with columns side by side."""
    added = long.groupby([*rows, *columns])["Amount"].sum().unstack(columns)
    added.columns = [" ".join(name) if isinstance(name, tuple) else name for name in added.columns]
    return added.reset_index()


if __name__ == "__main__":
    report(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
