"""What the chapter gives the panorama to touch, computed by PyTorch, and a plain page with it."""

import base64
from functools import cache
from typing import Any

from course_utils.data import dataset_path, load_image
from course_utils.inference import Localizer
from course_utils.teaching.panoramas import true_things
from course_utils.teaching.touchable import DESIGNS
from course_utils.teaching.touchable.output import Data, as_html

FILE = "panorama.jpg"


@cache
def panorama_data() -> dict[str, Any]:
    """What the chapter gives the figure."""
    localizer = Localizer.from_checkpoint("garden-resnet18")
    path = dataset_path("panorama") / FILE
    response = localizer.respond(load_image(path))
    image = base64.b64encode(path.read_bytes()).decode()
    return {
        "picture": {"width": 1024, "height": 387, "image": f"data:image/jpeg;base64,{image}"},
        "names": list(localizer.class_names),
        "probabilities": response.probabilities.tolist(),
        "window": {"side": 96, "step": 32, "field": 32},
        "things": [[label, list(box)] for label, box in true_things()],
        "start": {"label": "bee", "threshold": 0.8, "place": "window", "position": [8, 27]},
    }


def panorama_html(data: Data | None = None) -> str:
    """The figure as a notebook stores it."""
    alt = "A garden, dark but for a bright place around the bee, and a box there."
    caption = "Drag the threshold. Which place gives the largest overlap?"
    return as_html("panorama", DESIGNS["panorama"](), data or panorama_data(), alt, caption)
