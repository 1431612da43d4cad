"""How a command ends that went on without some of its files."""

import sys
from collections.abc import Sequence

import click


def end_with(problems: Sequence[object]) -> None:
    """List what was left out and end with the exit status 1; do nothing if that is nothing."""
    if problems:
        lines = [f"left out ({len(problems)}):", *map(str, problems)]
        click.echo("\n  ".join(lines), err=True)
        sys.exit(1)
