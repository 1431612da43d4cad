"""What a chapter gives the figures on skip connections, computed by PyTorch, and their pages."""

from functools import cache

import torch
from PIL import Image

from course_utils.teaching.touchable import DESIGNS
from course_utils.teaching.touchable.output import Data, as_html
from course_utils.teaching.touchable.pictures import address
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
def masks_of_a_body() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, str]:
    """Truth, two answers and a picture of a body of two balls with a waist: 48×48 pixels."""
    down, right = torch.meshgrid(torch.arange(48), torch.arange(48), indexing="ij")
    balls = [(down - y) ** 2 + (right - x) ** 2 for y, x in ((14, 20), (34, 26))]
    waist = (right - 23).abs() + (down - 24).abs() // 4
    body = (balls[0] < 80) | (balls[1] < 90) | (waist < 3)
    rim = near_border(body[None], 1)[0] & (right > 24)
    labels = body.long().where(~rim, 2)
    coarse = ((balls[0] < 50) | (balls[1] < 110)).long()
    fine = body.roll((1, 0), (0, 1)).long()
    pixels = torch.stack([body * 90 + 60, down * 4, right * 4], dim=-1).to(torch.uint8)
    image = address(Image.fromarray(pixels.numpy()), "JPEG", quality=60)
    return labels, coarse, fine, image


def in_band_by_pytorch(width: int) -> tuple[int, list[int]]:
    """Pixels of the band that are scored, and how many each network has right."""
    labels, *answers, _ = masks_of_a_body()
    band = near_border(labels[None], width)[0] & (labels != 2)
    return int(band.sum()), [int(((a == labels) & band).sum()) for a in answers]


def trimap_data() -> Data:
    """A body, as the chapter gives an ant."""
    labels, coarse, fine, image = masks_of_a_body()
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
