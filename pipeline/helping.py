"""What other processes import while they have nothing to do: all that a report may ask of them."""

import pipeline.report.outputs  # noqa: F401 # to be there when it is asked for
import schemas.frames  # noqa: F401 # likewise
