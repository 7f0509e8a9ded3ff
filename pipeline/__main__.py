"""``python -m pipeline``."""

import gc
import sys

# Importing takes a moment, in which somebody may think better of it.
INTERRUPTED = 130

# None of what a command begins by importing is garbage; ``tune_memory`` goes on from there.
gc.disable()

if __name__ == "__main__":
    try:
        from pipeline.commands import main

        main()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
