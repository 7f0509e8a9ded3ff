"""``python -m bench``: run subjects and print their ratios."""

import argparse
import importlib
import os
import pkgutil

from bench import subjects
from bench.frame import Subject, measure, table


def known() -> dict[str, Subject]:
    """Every subject by the name of its file."""
    names = (module.name for module in pkgutil.iter_modules(subjects.__path__))
    return {
        name: importlib.import_module(f"bench.subjects.{name}").subject() for name in sorted(names)
    }


def main() -> None:
    """Run the subjects named, or all that don't take long."""
    every = known()
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("subject", nargs="*", help=f"one of: {', '.join(every)}")
    parser.add_argument("--rounds", type=int, default=3, help="how often each job is run")
    options = parser.parse_args()
    unknown = set(options.subject) - set(every)
    if unknown:
        parser.error(f"no such subject: {', '.join(sorted(unknown))}")
    names = options.subject or [name for name, subject in every.items() if not subject.apart]
    measurements = [measure(every[name], options.rounds) for name in names]
    print(f"{os.cpu_count()} cores; median of {options.rounds} rounds (lowest – highest).\n")
    print(table(measurements))


main()
