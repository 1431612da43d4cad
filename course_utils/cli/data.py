"""``course-utils data``: where the data is, whether it is whole, and crops of it."""

import sys
from pathlib import Path

import click

from course_utils.cli.numbers import Whole
from course_utils.cli.options import output_option
from course_utils.errors import DataError, printable
from course_utils.ranges import SEEDS


@click.group()
def data() -> None:
    """List, find, download, check and cut the data sets."""


@data.command("list", short_help="List the sets and say where they are.")
def list_() -> None:
    """Say for each set what it is, where it comes from, and whether it is here."""
    from course_utils.data.locations import embedded_folder, real_path
    from course_utils.data.sources import SOURCES

    for source in SOURCES.values():
        files = sum(1 for path in (embedded_folder() / source.name).rglob("*") if path.is_file())
        click.echo(f"{source.name}: {source.description}")
        click.echo(f"  embedded: {files} files")
        if source.real is not None:
            here = real_path(source.real)
            missing = f"not here (course-utils data fetch {source.name})"
            click.echo(f"  real: {source.real.folder}, {here or missing}")
            click.echo(f"        {source.real.url}; {source.real.terms}")


@data.command()
@click.argument("name")
def path(name: str) -> None:
    """Print the folder of a set (the real one under COURSE_DATA=real). Downloads nothing."""
    from course_utils.data.locations import local_path
    from course_utils.data.sources import find_source

    found = local_path(find_source(name))
    if found is None:
        raise DataError(f"the real {name} is not {_where()}: course-utils data fetch {name}")
    click.echo(found)


def _where() -> str:
    """Where real sets are looked for."""
    from course_utils.data.locations import real_folders

    return " or ".join(f"in {folder}" for folder in real_folders())


@data.command()
@click.argument("name")
def fetch(name: str) -> None:
    """Download the real set of this name, unless it is here."""
    from course_utils.data.archives import fetch as fetch_source
    from course_utils.data.sources import find_source

    click.echo(fetch_source(find_source(name)))


@data.command(short_help="Cut a set with masks into crops, a folder for each class.")
@click.argument("source", metavar="NAME|DIR")
@output_option(
    "DIR",
    "A new folder for the crops; it appears when all are cut.",
    required=True,
    former=("--out",),
)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=Whole(*SEEDS),
    help="Of all random choices.",
)
def crops(source: str, output: Path, seed: int) -> None:
    """Cut the pictures of a set in the VOC layout into squares that show one thing, or nothing.

    The set is a named one (scenes) or a folder. A crop shows most of one thing and little of any
    other, or is background through and through. Train on them with
    `course-utils train classifier --data DIR`.
    """
    from course_utils.data.crops import cut_crops
    from course_utils.data.datasets import dataset_path
    from course_utils.data.sources import SOURCES

    root = dataset_path(source) if source in SOURCES else Path(source)
    for split, counts in cut_crops(root, output, seed).items():
        each = ", ".join(f"{printable(name)} {count}" for name, count in sorted(counts.items()))
        click.echo(f"{split}: {counts.total()} crops ({each})")
    click.echo(f"written: {output}")


@data.command(short_help="Check every embedded file.")
def verify() -> None:
    """Compare every embedded file with the manifest; exit status 1 if one differs."""
    from course_utils.data.locations import embedded_folder
    from course_utils.data.manifest import verify_manifest

    problems = verify_manifest(embedded_folder())
    for problem in problems:
        click.echo(printable(problem), err=True)
    if problems:
        click.echo("install course-utils again, or run `git checkout data`", err=True)
        sys.exit(1)
    click.echo("all embedded files are as they should be")
