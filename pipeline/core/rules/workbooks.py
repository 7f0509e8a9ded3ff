"""Rules of whole workbooks and sheets: what can be opened and read."""

from pipeline.core.rules.rule import Rule, Severity

RULES = (
    Rule(
        "unreadable-workbook",
        Severity.ERROR,
        when=(
            "The file can't be opened as a workbook, whatever its name says: it is empty, damaged, "
            "something else, or larger than is read. The issue names the file."
        ),
        problem="The file can't be read as a workbook: {what}.",
        remedy="{fix}",
        advice=(
            "Open it in Excel, save it again as .xlsx and put it in place of this one. Where it is "
            "too large, the issue names the limit, and the setting that raises it. A zip archive "
            "must be unzipped; an empty file may be a placeholder of OneDrive or SharePoint that "
            "hasn't come down: wait for it, and copy it again."
        ),
        why="A file that can't be opened may hold savings that nobody would miss.",
        example="A text file named savings.xlsx.",
    ),
    Rule(
        "encrypted-workbook",
        Severity.ERROR,
        when=(
            "The workbook can't be opened without a password (one that Excel opens without asking "
            "is read). The issue names the file."
        ),
        problem="The workbook needs a password to be opened.",
        remedy=(
            "Take the password off (File, Info, Protect Workbook, Encrypt with Password) and save "
            "it again."
        ),
        why="Nothing in an encrypted workbook can be read.",
        example="A return saved with a password to open.",
    ),
    Rule(
        "empty-workbook",
        Severity.ERROR,
        when="The workbook opens, but holds no worksheet. The issue names the file.",
        problem="The workbook opens, but there is no worksheet in it.",
        remedy="Send the workbook that holds the savings.",
        why="An empty workbook is seldom what a department meant to send.",
        example="A workbook that holds only a chart sheet.",
    ),
    Rule(
        "missing-sheet",
        Severity.ERROR,
        when=(
            "A sheet that is required isn't there: Savings in a return; Programme, Partners or "
            "Services in programme.xlsx. The issue names the file."
        ),
        problem="There is no sheet {heading}.",
        remedy="Name the sheet that holds this table {heading}, or start from the template.",
        advice=(
            "Give the sheet its name, say Savings, or start from the template. Layouts in "
            "programme.xlsx can also say what another layout calls it."
        ),
        why="Without the sheet there is nothing to read.",
        example="A return whose savings stand on Sheet1.",
    ),
    Rule(
        "unreadable-cell",
        Severity.ERROR,
        when=(
            "A cell of an .xls is of a kind that can't be read faithfully: a record as Excel 2 "
            "wrote it, as some old programs still do. The issue stands at the first such cell."
        ),
        problem=(
            "The cell is of a kind that can't be read faithfully ({what}): the workbook is refused "
            "rather than read in part."
        ),
        remedy="{fix}",
        advice="Open it in Excel, save it again as .xlsx and put it in place of this one.",
        why="A cell that can't be read would be taken for a blank, and a blank amount is nil.",
        example="An .xls written by a system of the 1990s, with numbers as records of Excel 2.",
    ),
    Rule(
        "other-file",
        Severity.WARNING,
        when=(
            "A file among the returns is no workbook by its name, and may have been sent as a "
            "return: values as text (.csv), a PDF, a Word document with a table, a zip archive, an "
            "e-mail message, a shortcut, an unfinished download. Notes, letters, pictures and what "
            "the system keeps are passed over. The issue names the file."
        ),
        problem="The file is no workbook but {what}, and was not read.",
        remedy="{fix} If it holds no savings, move it out of the folder.",
        advice=(
            "Save it as a workbook (.xlsx), or put the workbook that is inside or attached in its "
            "place. If it holds no savings, move it out of the folder."
        ),
        why="A return sent in another form would be missing without a word.",
        example="Fleet.csv among the returns.",
    ),
    Rule(
        "hidden-sheet",
        Severity.WARNING,
        when="A sheet that was read is hidden. The issue names the sheet.",
        problem="The sheet is hidden, and it was read.",
        remedy="Unhide it, so that whoever reads the return sees what is counted, or delete it.",
        why="What nobody sees nobody checks.",
        example="A hidden Savings sheet.",
    ),
    Rule(
        "hidden-cells",
        Severity.WARNING,
        when=(
            "Hidden rows, or hidden columns, that were read hold amounts: once a sheet for rows "
            "and once for columns, at the first such cell."
        ),
        problem="{what} amounts of {sum} in all, and they are counted.",
        remedy="Unhide what is meant, so that whoever reads the return sees it; delete the rest.",
        why="What nobody sees nobody checks: a proposal put out of sight is still counted.",
        example="A withdrawn line whose row is hidden.",
    ),
    Rule(
        "struck-through",
        Severity.WARNING,
        when=(
            "Rows that are struck through (the line's reference, its description or an amount) "
            "were read and hold amounts: once a sheet, at the first such amount."
        ),
        problem="{what} amounts of {sum} in all, and they are counted.",
        remedy="Delete the rows that are not meant, or take the strokes away.",
        why="A stroke says to a person that the line is gone, and nothing to a sum.",
        example="A line that was struck through when it was withdrawn.",
    ),
    Rule(
        "undetectable-errors",
        Severity.WARNING,
        when=(
            "The workbook is an .xls or .xlsb and holds a formula that shows nothing: in these "
            "formats its result may be blank, or it may never have been calculated. (Error cells "
            "are told apart in every format.) The issue names the file."
        ),
        problem=(
            "A formula in it shows nothing, and in this format one that was never calculated "
            "can't be told from one whose result is blank."
        ),
        remedy="Save the workbook as .xlsx.",
        why="A formula that was never calculated would be taken for nil.",
        example='A return sent as .xls in which =IF(B2=0,"",B2) shows nothing.',
    ),
)
