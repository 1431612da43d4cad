"""Brings the playground's networks and pictures into the built book, as scripts.

A page that was opened as a file may load scripts and nothing else. So each file of weights becomes
a script that hands it over in base64, and so do the example pictures, all in one.
"""

import base64
import json
from pathlib import Path

from sphinx.application import Sphinx

NETWORKS = ("insects-resnet18", "flowers-resnext", "garden-resnet18", "scenes-fcn8s")

PICTURES = {
    "ant": ("insects/val/ants/ants_val_000.jpg", "a drawn ant"),
    "bee": ("insects/val/bees/bees_val_000.jpg", "a drawn bee"),
    "daisy": ("flowers/val/daisy/daisy_val_000.jpg", "a drawn daisy"),
    "rose": ("flowers/val/roses/roses_val_000.jpg", "a drawn rose"),
    "tulip": ("flowers/val/tulips/tulips_val_000.jpg", "a drawn tulip"),
    "scene": ("scenes/JPEGImages/garden_val_004.jpg", "a drawn garden"),
    "meadow": ("scenes/JPEGImages/garden_val_011.jpg", "another drawn garden"),
    "bed": ("scenes/JPEGImages/garden_val_020.jpg", "a third drawn garden"),
    "panorama": ("panorama/panorama.jpg", "a wide garden with flowers and a bee"),
    "composed": ("panoramas/composed_000.jpg", "a wide meadow with many things"),
}
"""By name: the file, and what a picture shows."""

FOLDER = "_static/playground"


def base64_of(path: Path) -> str:
    """The bytes of a file as a text."""
    return base64.b64encode(path.read_bytes()).decode("ascii")


def write_scripts(app: Sphinx, exception: Exception | None) -> None:
    """Write a script for each network, and one for the pictures."""
    if exception or app.builder.format != "html":
        return
    data, folder = Path(app.srcdir) / "data", Path(app.outdir) / FOLDER
    for name in NETWORKS:
        text = base64_of(data / "weights" / f"{name}.safetensors")
        script = f'playground.give("{name}", "{text}");\n'
        (folder / f"{name}.js").write_text(script, encoding="ascii")
    pictures = {
        name: {"words": words, "data": base64_of(data / file)}
        for name, (file, words) in PICTURES.items()
    }
    script = f"playground.open({json.dumps(pictures)});\n"
    (folder / "pictures.js").write_text(script, encoding="ascii")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect with Sphinx."""
    app.connect("build-finished", write_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
