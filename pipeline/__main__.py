"""``python -m pipeline``."""

from pipeline.commands import main

if __name__ == "__main__":
    main()
