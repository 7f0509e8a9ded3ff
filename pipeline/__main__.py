"""``python -m pipeline``."""

if __name__ == "__main__":
    # Not for the other processes, which import this module too.
    from pipeline.commands import main

    main()
