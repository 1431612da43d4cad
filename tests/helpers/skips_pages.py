"""What a chapter gives the figures on skip connections, computed by PyTorch, and their pages."""

import base64
import io
from functools import cache

import torch
from PIL import Image

from course_utils.data import VOCSegmentation
from course_utils.data.locations import embedded_folder
from course_utils.data.transforms import batch_transform
from course_utils.models.pretrained import load_segmenter
from course_utils.teaching.touchable import DESIGNS
from course_utils.teaching.touchable.output import Data, as_html
from course_utils.training.boundary_metrics import near_border

COARSE, FINE = [0.5, -1.5], [-2.0, 1.0, -2.0, 1.0]
TRUTH = [0, 0, 1, 1, 0, 0, 0, 0]
WIDTHS = (1, 3, 8, 24)


def sums_by_pytorch(coarse: list[float], fine: list[float]) -> list[float]:
    """Both rows enlarged to eight pixels, and added."""
    wide = [torch.tensor(row).repeat_interleave(8 // len(row)) for row in (coarse, fine)]
    found: list[float] = (wide[0] + wide[1]).tolist()
    return found


def coarse_fine_data() -> Data:
    """The eight pixels of the chapter."""
    cases = (COARSE, FINE), ([-1.5, -1.5], FINE), (COARSE, [-2.0, 1.0, -2.0, 2.0])
    return {
        "coarse": COARSE,
        "fine": FINE,
        "truth": TRUTH,
        "things": [["waist of an ant", 2, 4, "ant"], ["dark pebble", 6, 8, "dark"]],
        "checks": [{"coarse": c, "fine": f, "sum": sums_by_pytorch(c, f)} for c, f in cases],
    }


@cache
def masks_of_an_ant() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, str]:
    """Truth, both answers and the picture of one ant: 96×96 pixels."""
    pixels, mask = VOCSegmentation(embedded_folder() / "scenes", "val")[55]
    part = slice(32, 128), slice(100, 196)
    truth = mask.long()[part]
    answers = []
    for name in ("scenes-fcn32s", "scenes-fcn8s"):
        network, info = load_segmenter(name)
        with torch.inference_mode():
            logits = network(batch_transform(info.preprocessing)(pixels[None]))
        answers.append((logits[0].argmax(0)[part] == 1).long())
    written = io.BytesIO()
    Image.fromarray(pixels[:, *part].movedim(0, -1).numpy()).save(written, "JPEG", quality=60)
    image = "data:image/jpeg;base64," + base64.b64encode(written.getvalue()).decode()
    labels = (truth == 1).long().where(truth != 255, 2)
    return labels, answers[0], answers[1], image


def in_band_by_pytorch(width: int) -> tuple[int, list[int]]:
    """Pixels of the band that are scored, and how many each network has right."""
    labels, *answers, _ = masks_of_an_ant()
    band = near_border(labels[None], width)[0] & (labels != 2)
    return int(band.sum()), [int(((a == labels) & band).sum()) for a in answers]


def trimap_data() -> Data:
    """The ant of the chapter."""
    labels, coarse, fine, image = masks_of_an_ant()
    checks = []
    for width in WIDTHS:
        scored, right = in_band_by_pytorch(width)
        checks.append({"width": width, "scored": scored, "right": right})
    return {
        "image": image,
        "truth": labels.tolist(),
        "answers": {"FCN-32s": coarse.tolist(), "FCN-8s": fine.tolist()},
        "start": 3,
        "most": 24,
        "checks": checks,
    }


def skips_html(name: str, data: Data | None = None) -> str:
    """One of the figures, as a notebook stores it."""
    data = data or {"coarse_fine": coarse_fine_data, "trimap": trimap_data}[name]()
    return as_html(name, DESIGNS[name](), data, "What there is to see.", "Drag.")
