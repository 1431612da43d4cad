"""What a weights file says about itself: its fields, their types and ranges."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any

import msgspec

from course_utils.data.class_rows import UnknownFormError, require_names
from course_utils.data.transforms import IMAGENET_PREPROCESSING, Preprocessing
from course_utils.errors import WeightsError
from course_utils.ranges import WIDTHS
from course_utils.schema import checked

LONGEST = 10_000_000
"""Signs of a description; with 20,000 class names it has fewer than a million."""

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Side = Annotated[int, msgspec.Meta(ge=1, le=65_536)]
Width = Annotated[int, msgspec.Meta(ge=WIDTHS[0], le=WIDTHS[1])]


@dataclass(frozen=True)
class PixelInfo:
    """What else there is to say about weights that label pixels.

    Attributes:
        crop_size: Height and width of the crops that they were trained on, in pixels. Pictures
            are not resized.
        depthwise: Whether the upsampling treats each channel by itself.
        mean_iou: Mean intersection over union on the validation pictures (0 to 1).
        shorter_side: What a picture's shorter side is brought to, in pixels; ``None`` leaves
            pictures at their own size.
    """

    crop_size: tuple[Side, Side]
    depthwise: bool = True
    mean_iou: Share | None = None
    shorter_side: Annotated[int, msgspec.Meta(ge=1, le=4096)] | None = None


@dataclass(frozen=True)
class WeightsInfo:
    """What a weights file says about itself, so that nobody can use it wrongly.

    Attributes:
        architecture: The builder's name, such as ``resnet18`` or ``fcn8s-resnet18``.
        class_names: In the order of the logits.
        preprocessing: How pictures became tensors in training's evaluation.
        stem_width: Of this package's networks, 1 to 1024; ``None`` for torchvision's.
        data: The set it was trained on.
        command: The command that trained it.
        seed: Of that training.
        accuracy: Share of the validation pictures, or of their pixels, that the stored file
            labels rightly.
        versions: Of the packages that trained it.
        pixels: Of weights that label pixels; ``None`` for a classifier's.
    """

    architecture: str
    class_names: tuple[str, ...]
    preprocessing: Preprocessing = IMAGENET_PREPROCESSING
    stem_width: Width | None = None
    data: str = ""
    command: str = ""
    seed: int | None = None
    accuracy: Share | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    pixels: PixelInfo | None = None


def as_text(content: Mapping[str, Any]) -> str:
    """Fields as JSON; of a name in no encoding, what stands for its bytes is escaped."""
    text = json.dumps(content, ensure_ascii=False)
    return text.encode(errors="backslashreplace").decode()


def as_fields(info: WeightsInfo) -> dict[str, Any]:
    """The description as ``fields_in`` will read it."""
    return fields_in(as_text(asdict(info)))


def fields_in(text: str) -> dict[str, Any]:
    """The fields of a description as they stand there: neither types nor ranges are looked at.

    What is no number, such as an accuracy where nothing was counted, is ``None``.

    Raises:
        WeightsError: If it is too long, or no JSON object.
    """
    if len(text) > LONGEST:
        raise WeightsError(f"it has {len(text)} signs, and at most {LONGEST} are read")
    try:
        content = json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        raise WeightsError(f"it is no JSON: {error}") from error
    if not isinstance(content, dict):
        raise WeightsError("it is no JSON object")
    return content


def parsed(content: Mapping[str, Any]) -> WeightsInfo:
    """The description that these fields are.

    Raises:
        WeightsError: If a field is missing, unknown, of another type or out of its range, or
            classes have names that a list of classes could not have; it is named.
    """
    info = checked(content, WeightsInfo, WeightsError)
    try:
        require_names(info.class_names)
    except UnknownFormError as error:
        raise WeightsError(f"class_names: {error}") from error
    return info
