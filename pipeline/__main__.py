"""``python -m pipeline``."""

import sys

# Importing takes a moment, in which somebody may think better of it.
INTERRUPTED = 130

if __name__ == "__main__":
    try:
        from pipeline.commands import main

        main()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
