"""What other processes import while they have nothing to do: all that a report may ask of them."""

import pandas as pd

import pipeline.report.outputs  # noqa: F401 # to be there when it is asked for
from schemas.fields import Table
from schemas.frames import failures

# pandera imports a good part of itself when it first validates something.
failures(Table("None", "", ()), pd.DataFrame([None]), {})
