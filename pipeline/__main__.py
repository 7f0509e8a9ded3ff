"""``python -m pipeline``."""

import gc
import sys

# Importing takes a moment, in which somebody may think better of it.
INTERRUPTED = 130

# None of what a command begins by importing is garbage; ``tune_memory`` goes on from there.
gc.disable()

# pandera imports it wherever it is there, as it is for the tests: 0.07 s of a command, which makes
# no examples up. None says that it isn't.
sys.modules["hypothesis"] = None  # type: ignore[assignment] # as Python's import system has it

if __name__ == "__main__":
    try:
        from pipeline.commands import main

        main()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
