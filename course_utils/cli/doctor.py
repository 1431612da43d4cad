"""``course-utils doctor``: what is installed, what is missing, and how to get it."""

import os
import platform
import sys
from importlib import metadata
from pathlib import Path

import click

from course_utils.repository import REPOSITORY_URL

PACKAGES = ("torch", "torchvision", "numpy", "pillow", "safetensors", "scipy", "matplotlib")
BOOK_PACKAGES = ("jupyter-book", "nbval", "d2l")


@click.command()
def doctor() -> None:
    """Show versions, device and data; say how to get what is missing."""
    click.echo(f"python: {platform.python_version()}")
    missing = [name for name in PACKAGES if not _show_version(name)]
    for name in BOOK_PACKAGES:
        _show_version(name, "not installed (needed for the book only: requirements.txt)")
    if missing:
        click.echo(f"missing: pip install {' '.join(missing)}", err=True)
        sys.exit(1)
    _show_device()
    _show_data()
    click.echo(f"something is wrong? {REPOSITORY_URL}/issues")


def _show_version(name: str, otherwise: str = "missing") -> bool:
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        click.echo(f"{name}: {otherwise}")
        return False
    click.echo(f"{name}: {version}")
    return True


def _show_device() -> None:
    import torch

    if torch.cuda.is_available():
        click.echo(f"device: cuda ({torch.cuda.get_device_name()})")
    else:
        apples = torch.backends.mps.is_available()
        others = "Apple's GPU with --device mps" if apples else "PyTorch sees no GPU"
        click.echo(f"device: cpu, {torch.get_num_threads()} threads ({others})")


def _show_data() -> None:
    from course_utils.data.locations import data_choice, embedded_folder, real_path
    from course_utils.data.manifest import verify_manifest
    from course_utils.data.sources import SOURCES

    problems = verify_manifest(embedded_folder())
    state = "whole" if not problems else f"{len(problems)} problem(s): course-utils data verify"
    click.echo(f"data in use: {data_choice()} (COURSE_DATA)")
    named = os.environ.get("COURSE_DATA_DIR")
    if named and not Path(named).is_dir():
        click.echo(f"COURSE_DATA_DIR={named}: there is no such folder")
    click.echo(f"embedded data: {state}")
    for source in SOURCES.values():
        if source.real is not None:
            here = real_path(source.real)
            click.echo(
                f"real {source.name}: {here or f'not here (course-utils data fetch {source.name})'}"
            )
    if problems:
        sys.exit(1)
