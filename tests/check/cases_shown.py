"""Cases of what a person sees in a cell: number formats."""

from tests.builders import Shown
from tests.check.case import line

IN_THOUSANDS = {"Units": "£000"}

FORMATS = [
    *(
        line("scaled-format", f"{says} ({cell.number_format})", (5, cell), at="2013/14")
        for says, cell in (
            ("thousands in a return in pounds", Shown(1_234_000, "#,##0,")),
            ("millions in a return in pounds", Shown(1_234_000, "0.0,,")),
            ("nothing of the number", Shown(500, ";;;")),
            ("words alone", Shown(500, '"see note"')),
            ("nothing of what is below nil", Shown(-500, "#,##0;;")),
            ("no sign below nil", Shown(-500, "#,##0;#,##0")),
            ("brackets above nil", Shown(500, "(#,##0)")),
        )
    ),
    line(
        "scaled-format",
        "thousands in a return in millions",
        (Shown(1_234_000, "#,##0,"),),
        at="2012/13",
        cover={"Units": "£m"},
    ),
    line("scaled-format", "the stated unit", (Shown(1_234_000, "#,##0,"),), cover=IN_THOUSANDS),
    line("scaled-format", "a k of its own", (Shown(1_234_000, '#,##0,"k"'), Shown(5, '0"k"'))),
    line("scaled-format", "an m of its own", (Shown(1.2, '0.0"m"'), Shown(1_200_000, '0.0,,"m"'))),
    line("scaled-format", "nil", (Shown(0, "#,##0,"), Shown(0, ";;;"))),
    line("scaled-format", "brackets", (Shown(500, "#,##0_);(#,##0)"), Shown(500, "#,##0;[Red]0"))),
    line("scaled-format", "hidden decimals", (Shown(1234.56, "#,##0"),)),
    *(
        line("amount-not-number", f"shown as {says}", (5, cell), at="2013/14")
        for says, cell in (
            ("a percentage", Shown(0.05, "0%")),
            ("euros", Shown(500, "[$€-407] #,##0")),
            ("dollars", Shown(500, '"USD" #,##0')),
            ("posts", Shown(500, '#,##0.0" FTE"')),
            ("a percentage of nil", Shown(0, "0.0%")),
        )
    ),
    *(
        line("amount-not-number", f"shown as {says}", (5, cell))
        for says, cell in (
            ("pounds", Shown(500, "£#,##0")),
            ("pounds by a code", Shown(500, "[$GBP] #,##0")),
            ("the country's currency", Shown(500, 5)),
            ("an exponent", Shown(500, "0.00E+00")),
            ("accountants do", Shown(500, '_-£* #,##0_-;-£* #,##0_-;_-£* "-"_-;_-@_-')),
        )
    ),
]
