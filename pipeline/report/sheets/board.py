"""Returns: who has sent what, in which state it is, and what is still open."""

from pipeline.core.board import Counts, State
from pipeline.core.results import Results
from pipeline.report import findings
from pipeline.report.spec import Purpose, Sheet, Tone
from pipeline.report.tables import Looks, table
from pipeline.report.wording import about, in_units
from schemas.outputs import RETURNS

# That a return has come says nothing of what it is worth: Counts says whether all is well.
_STATES = {state.value: Tone.PLAIN if state.is_sound else Tone.BAD for state in State} | {
    State.DRAFT.value: Tone.CAUTION,
    State.LATE.value: Tone.CAUTION,
}
_COUNTS = {
    Counts.WHOLLY.value: Tone.GOOD,
    Counts.PARTLY.value: Tone.CAUTION,
    Counts.NOTHING.value: Tone.BAD,
}


def sheet(results: Results) -> Sheet:
    """The returns board."""
    programme = results.programme
    looks = Looks(filtered=True, tones={"State": _STATES, "Counts": _COUNTS})
    return Sheet(
        RETURNS.sheet,
        "Returns: who has sent what, and what is still open",
        (table(RETURNS, results.returns, programme, looks),),
        (
            about(programme),
            f"{in_units(programme)} A department that has sent several workbooks has a row for "
            "each; a Replaced one counts in no figure. Blank: nothing was sent, or not said. "
            "Annual cashable is as reported.",
        ),
        "\n".join(findings.board(results.returns)),
        note=RETURNS.question,
        keep_columns=1,
        purpose=Purpose.CHECKS,
    )
