"""Rules of single cells: amounts, words of a list, what must be filled."""

from pipeline.core.rules.rule import Rule, Severity

RULES = (
    Rule(
        "missing-value",
        Severity.ERROR,
        when=(
            "A cell that must be filled is empty. In Savings these are Line ref, Description, "
            "Service and Category."
        ),
        problem="{heading} is empty.",
        remedy="Fill the cell{hint}.",
        advice="Fill the cell; where it takes one of a few words, the issue lists them.",
        why="A line without it can't be placed in the model.",
        example="A savings line without a Category.",
    ),
    Rule(
        "amount-not-number",
        Severity.ERROR,
        when=(
            "The cell of an amount holds neither a number nor text that plainly is an amount, such "
            "as £1,234.50, (1,804), 1.2m or a dash for nil."
        ),
        problem="{value} is not an amount{why}.",
        remedy="Enter a number; leave the cell blank for nil.",
        why="Text in a money column adds nothing to a total, in silence.",
        example="TBC in 2013/14.",
    ),
    Rule(
        "scaled-format",
        Severity.ERROR,
        when=(
            "The number format of an amount shows another amount than the stated units give, and "
            "neither is plainly meant: it shows thousands where the amounts are in pounds, nothing "
            "at all, or a number below nil without its sign. A format that shows the stated unit, "
            "or writes its own k or m, is read as it looks."
        ),
        problem="The cell holds {value}, but its number format shows {shown}.",
        remedy="{fix}",
        advice="Give the cell a number format that shows the number as it is.",
        why="What a person sees and what the cell holds differ by a thousand, or by the sign.",
        example="1,234,000 shown as 1,234 by the format #,##0, in a return in pounds.",
    ),
    Rule(
        "merged-amount",
        Severity.ERROR,
        when=(
            "An amount stands in a cell that is merged over years or over rows. The issue stands "
            "at each line that shows it. Rows that are merged together in every filled column are "
            "one row, and no fault; a text that is merged over rows holds for each of them."
        ),
        problem="{value} stands in the merged cells {area}: whose amount it is can't be told.",
        remedy=(
            "Unmerge the cells (Home, Merge & Center), and enter the amount of each year and row "
            "in a cell of its own."
        ),
        why="Excel shows it for all of them and keeps it in the first, so that the others are nil.",
        example="£10,000 in a cell merged over three years.",
    ),
    Rule(
        "cell-error",
        Severity.ERROR,
        when="A cell that the model needs shows an error of Excel's, such as #REF! or #N/A.",
        problem="The cell shows the error {value}.",
        remedy="Mend the formula, or enter the number itself.",
        why="An error cell is no number, and most readers take it for an empty one.",
        example="#REF! in 2013/14.",
    ),
    Rule(
        "formula-no-value",
        Severity.ERROR,
        when=(
            "A cell that the model needs holds a formula, and the workbook was saved without its "
            "result. A formula whose result is an empty text is blank, and no error."
        ),
        problem="The cell holds a formula, but the file holds no result for it.",
        remedy=(
            "Open the workbook in Excel, let it calculate, and save it; or enter the number itself."
        ),
        why="A formula that was never calculated reads as an empty cell.",
        example="A workbook written by another program and never opened in Excel.",
    ),
    Rule(
        "ref-is-date",
        Severity.WARNING,
        when="A Line ref or a Project code holds a date.",
        problem="{value} is a date; as a reference nobody gave it.",
        remedy="Enter the reference as text: format the cell as Text first, or begin it with '.",
        why="Excel makes 1 February of 1-2 as it is typed, and next year's copy has another one.",
        example="The ref 1-2, which Excel shows as 1-Feb.",
    ),
    Rule(
        "unknown-service",
        Severity.ERROR,
        when=(
            "The service is not on the Services sheet of programme.xlsx. Capitals, spacing, "
            "hyphens and punctuation make no difference."
        ),
        problem="{value} is none of the programme's services{suggestion}.",
        remedy="Use a name from Services in programme.xlsx, or add the service there.",
        why="The service decides strand, baseline and basis.",
        example="Finanse for Finance.",
    ),
    Rule(
        "unknown-category",
        Severity.ERROR,
        when=(
            "The category is none of those that there are. Capitals, spacing, hyphens and "
            "punctuation make no difference."
        ),
        problem="{value} is no category{suggestion}.",
        remedy="Use one of: {choices}.",
        advice=(
            "Use One-off cost, One-off saving, Recurring cost, Cashable saving, Income, "
            "Non-cashable saving or Cost avoidance."
        ),
        why="The category decides which total a line belongs to.",
        example="Saving for Cashable saving.",
    ),
    Rule(
        "unknown-scenario",
        Severity.ERROR,
        when="The scenario is none of those under Scenarios in programme.xlsx.",
        problem="{value} is none of the programme's scenarios{suggestion}.",
        remedy="Use one of: {choices}; or leave the cell blank for all of them.",
        advice="Use one of the programme's scenarios, or leave the cell blank for all of them.",
        why="A line counts in its scenario alone.",
        example="Likely case, where there are Best case and Worst case.",
    ),
    Rule(
        "unknown-basis",
        Severity.ERROR,
        when=(
            "The basis of apportionment is neither a fixed one nor a driver of programme.xlsx. It "
            "is also raised where a service's own basis, on the Services sheet, is blank: its "
            "lines are then not yet apportioned."
        ),
        problem="{value} is no basis of apportionment{suggestion}.",
        remedy="Use one of: {choices}.",
        advice=(
            "Use Baseline, Programme baseline, Equal, Direct, Not agreed, or the name of a driver "
            "in programme.xlsx."
        ),
        why="The basis decides how the line is shared over the partners.",
        example="Head count for Headcount FTE.",
    ),
    Rule(
        "unknown-partner",
        Severity.ERROR,
        when="The partner code is not on the Partners sheet of programme.xlsx.",
        problem="{value} is no partner code{suggestion}.",
        remedy="Use one of: {choices}.",
        advice="Use a code from Partners in programme.xlsx.",
        why="A direct line must go to one of the partners.",
        example="HC1 for HC.",
    ),
    Rule(
        "unknown-programme",
        Severity.ERROR,
        when=(
            "Counted in names none of the Other programmes of programme.xlsx; or, where that "
            "setting is blank, it is plainly no other programme: TBC, a question mark, TRUE, Not "
            "yet known, this programme's own name. No, None, N/A, FALSE, 0, a dash, Counted here "
            "and the like are blank."
        ),
        problem="{value} is no other programme{suggestion}.",
        remedy="Use {choices}; or leave the cell blank where no other programme counts the line.",
        advice=(
            "Name the programme that counts the line already, as Other programmes has it, or leave "
            "the cell blank."
        ),
        why="A line that another programme counts is left out of every total: it must be sure.",
        example="TBC, or Estates for Estates review.",
    ),
    Rule(
        "unknown-value",
        Severity.ERROR,
        when=(
            "A cell that takes only certain words holds another one: Funding, RAG, a risk's "
            "scores, a column of your own (sheet Tags), where a Number takes numbers alone, a Line "
            "ref in Delivery that no return has, and the like. A wrong Units, Savings sign, Costs "
            "sign or Profile on the Cover rejects every row of the return."
        ),
        problem="{value} is not what {heading} can hold{suggestion}.",
        remedy="Use {choices}.",
        advice="Use one of the words that the issue lists.",
        why="A word outside the list can't be counted or read by others.",
        example="Finished for Final.",
    ),
    Rule(
        "unknown-project",
        Severity.WARNING,
        when="The project code stands on no Projects sheet, of this return or any other.",
        problem="There is no project {value} in any return.",
        remedy="Use the code of a project in Projects, or add the project there.",
        why="The business cases show a project's lines by its code.",
        example="P-01 for P-001.",
    ),
    Rule(
        "partner-required",
        Severity.ERROR,
        when=(
            "The basis of the line is Direct, its own or its service's, and no partner is named. "
            "The issue stands at the empty Partner cell."
        ),
        problem="The basis is Direct, but no partner is named.",
        remedy="Enter the code of the partner that bears the line: {choices}.",
        advice="Enter the code of the partner that bears the line.",
        why="A direct line without a partner can't be shared.",
        example="Basis Direct, Partner blank.",
    ),
    Rule(
        "partner-ignored",
        Severity.WARNING,
        when="A partner is named, but the basis of the line isn't Direct.",
        problem=(
            "A partner is named, but the basis is {basis}: the line doesn't go to that partner "
            "alone."
        ),
        remedy="Set Basis to Direct, or clear Partner.",
        why="Somebody meant the line for one partner, and it isn't counted so.",
        example="Basis Baseline, Partner HC.",
    ),
    Rule(
        "year-outside-programme",
        Severity.WARNING,
        when=(
            "There is an amount other than nil in a year that the programme doesn't cover. The "
            "amount is out of the model, and stands in Controls."
        ),
        problem=(
            "There is an amount in {heading}, which the programme doesn't cover; it is left out."
        ),
        remedy=(
            "Move the amount to one of the programme's years, or change First year or Years in "
            "programme.xlsx."
        ),
        why="Money outside the programme's years would vanish from the totals.",
        example="An amount in 2030/31 in a programme that ends in 2016/17.",
    ),
    Rule(
        "sub-penny",
        Severity.WARNING,
        when=(
            "Rounding to the penny changed an amount. It is raised once a line, with the number of "
            "cells."
        ),
        problem="{count} rounded to the penny, the first in {heading}.",
        remedy="Nothing needs to be done if the fraction of a penny is of no account.",
        why="The model counts whole pence; rounding is named, however small.",
        example="1234.567 in a return in pounds.",
    ),
)
