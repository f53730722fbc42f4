"""Starts the command line. What it imports takes a moment, in which Ctrl-C is no error either."""

from __future__ import annotations

import sys

INTERRUPTED = 130


def main() -> None:
    try:
        from grader.cli import main as run
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    run()


if __name__ == "__main__":
    main()
