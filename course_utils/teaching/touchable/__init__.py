"""Figures that one touches: plain JavaScript, the same in the page, in JupyterLab and in Colab.

``touch(name, data, alt=..., caption=...)`` displays one. It brings all that it needs: no library,
no request, at most 25 kB. Python draws its static picture, which stands where scripts are off or
the notebook is not trusted; the script puts the figure in its place.

To add a figure called ``NAME``, add to this folder

- ``NAME.js``: a function of ``(stage, data, say)``, handed over by ``start("NAME", draw)`` in its
  last line. It fills the empty element ``stage`` from ``data`` and calls ``say(text)`` with its
  numbers after each change: a screen reader reads them once the hand rests.
- ``NAME.css`` (if needed), with a prefix of its own before each class; the colors are variables of
  ``base.css`` (``--ink``, ``--quiet``, ``--line``, ``--well``, ``--lead``, ``--c0`` to ``--c4``).
- ``NAME.py``: ``still(data)`` draws the start as a small SVG (``svg`` has helpers), ``words(data)``
  says its numbers, and both check the data. ``design()`` names all four; list it in ``DESIGNS``.
  A large figure makes room with ``tight`` and ``stored`` (``Design``).

``base.js`` has what figures share: ``el`` makes an element; ``grab`` makes one a thing to drag,
with a mouse, a finger or the keys; ``fixed``, ``short`` and ``share`` write numbers as Python does
(``digits``). What can be a native input should be one. Nothing may be global and no element may
have an ``id``: the same figure can stand twice on a page. Figures of measured accuracies also
share bars and a curve whose point is dragged (``curve``, with its script and style); ``pictures``
makes pictures small and writes them as addresses.

Numbers in ``data`` come from PyTorch, for the start and some other states, and the figure compares
its own with them. A browser test moves every control and compares each number that is shown.
"""

from collections.abc import Mapping
from typing import Any

from course_utils.teaching.touchable import (
    amdahl,
    block,
    cell_scores,
    checkerboard,
    coarse_fine,
    convolution,
    crops,
    depth,
    devices,
    groups,
    ladder,
    layers,
    learning_rate,
    memory_layout,
    panorama,
    preprocessing,
    receptive_field,
    ring,
    scatter,
    seeds,
    softmax,
    train_mode,
    trimap,
    windows,
    zoo,
)
from course_utils.teaching.touchable.output import as_html, in_words

DESIGNS = {
    "amdahl": amdahl.design,
    "block": block.design,
    "cell_scores": cell_scores.design,
    "checkerboard": checkerboard.design,
    "coarse_fine": coarse_fine.design,
    "convolution": convolution.design,
    "crops": crops.design,
    "depth": depth.design,
    "devices": devices.design,
    "groups": groups.design,
    "ladder": ladder.design,
    "layers": layers.design,
    "learning_rate": learning_rate.design,
    "memory_layout": memory_layout.design,
    "panorama": panorama.design,
    "preprocessing": preprocessing.design,
    "receptive_field": receptive_field.design,
    "ring": ring.design,
    "scatter": scatter.design,
    "seeds": seeds.design,
    "softmax": softmax.design,
    "train_mode": train_mode.design,
    "trimap": trimap.design,
    "windows": windows.design,
    "zoo": zoo.design,
}
"""The figures, by name."""


def touch(name: str, data: Mapping[str, Any], *, alt: str, caption: str) -> None:
    """Display a figure that the reader can touch, with its caption and its description.

    Args:
        name: Which of ``DESIGNS``.
        data: What it shows, as JSON can hold it. Its module says what it needs.
        alt: What there is to see at the start, for readers who cannot see it.
        caption: What the reader should notice.

    Raises:
        ValueError: If there is no such figure, or the data do not fit it.
    """
    from IPython.display import publish_display_data

    if name not in DESIGNS:
        raise ValueError(f"no figure to touch is called {name!r}; there is: {', '.join(DESIGNS)}")
    design = DESIGNS[name]()
    html = as_html(name, design, data, alt, caption)
    bundle = {"text/html": html, "text/plain": in_words(design, data, alt)}
    publish_display_data(bundle)  # type: ignore[no-untyped-call]
