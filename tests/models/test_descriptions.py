"""What a weights file says about itself is read only where each field is what it should be."""

import json
from typing import Any

import pytest

from course_utils.data.transforms import Preprocessing
from course_utils.errors import WeightsError
from course_utils.models.descriptions import (
    LONGEST,
    PixelInfo,
    WeightsInfo,
    as_fields,
    as_text,
    fields_in,
    parsed,
)
from course_utils.models.weight_sources import published_names

INFO = WeightsInfo(
    "fcn8s-resnet18",
    ("ant", "bee"),
    Preprocessing(40, 32),
    stem_width=4,
    command="train \udcff",
    versions={"python": "3.11"},
    pixels=PixelInfo((40, 60), mean_iou=0.5),
)


def test_a_description_survives_its_text() -> None:
    text = as_text(as_fields(INFO))
    assert text.encode()
    assert parsed(fields_in(text)) == INFO


def test_what_was_not_measured_is_none() -> None:
    assert fields_in('{"accuracy": NaN}') == {"accuracy": None}


WRONG: list[tuple[str, Any, str]] = [
    ("preprocessing.interpolation", "x", "interpolation='x': choose one of nearest,"),
    ("preprocessing.interpolation", 3, "preprocessing.interpolation: Expected `str`, got `int`"),
    ("preprocessing.mean", [0.5], "preprocessing.mean: Expected `array` of length 3, got 1"),
    ("preprocessing.mean", [0.5, "1", 0], "preprocessing.mean[1]: Expected `float`, got `str`"),
    ("preprocessing.mean", [0.5, 0.5, 123.7], "must lie between 0 and 1"),
    ("preprocessing.std", [0, 1, 1], "std=(0.0, 1.0, 1.0): must lie between 0.001 and 10"),
    ("preprocessing.std", [1e-300, 1, 1], "std="),
    ("preprocessing.std", [1, 1, float("inf")], "std=(1.0, 1.0, inf)"),
    ("preprocessing.std", None, "preprocessing.std: Expected `array`, got `null`"),
    ("preprocessing.resize", 0, "resize=0: must lie between 1 and 2048"),
    ("preprocessing.resize", "256", "preprocessing.resize: Expected `int`, got `str`"),
    ("preprocessing.crop", 60_000, "crop=60000: must lie between 1 and 2048"),
    ("preprocessing.crop", -224, "crop=-224"),
    ("preprocessing.crop", 224.5, "preprocessing.crop: Expected `int`"),
    ("preprocessing.crop", 10**400, "crop"),
    ("preprocessing.more", 1, "preprocessing.more: is unknown"),
    ("preprocessing", [], "preprocessing: Expected `object`, got `array`"),
    ("architecture", 18, "architecture: Expected `str`, got `int`"),
    ("class_names", "ab", "class_names: Expected `array`, got `str`"),
    ("class_names", ["ant", 2], "class_names[1]: Expected `str`, got `int`"),
    ("class_names", [], "class_names: holds no class name"),
    ("class_names", ["ants", "ants"], "class_names: gives the classes 0 and 1 the same name, ants"),
    ("class_names", ["ants", " "], "class_names: the class 1 has no name"),
    ("class_names", ["ants" * 10**6], "class 0 has 4000000 signs; at most 1000 are read"),
    ("class_names", ["ants\x1b"], "class 0 holds '\\x1b', which is no text"),
    ("class_names", list(map(str, range(70_000))), "lists 70000 classes; at most 65536"),
    ("stem_width", 100_000, "stem_width: Expected `int` <= 1024"),
    ("stem_width", 0, "stem_width: Expected `int` >= 1"),
    ("accuracy", 97, "accuracy: Expected `float` <= 1.0"),
    ("seed", "0", "seed: Expected `int | null`, got `str`"),
    ("versions", ["3.11"], "versions: Expected `object`, got `array`"),
    ("pixels.crop_size", [40], "pixels.crop_size: Expected `array` of length 2, got 1"),
    ("pixels.shorter_side", 10**6, "pixels.shorter_side: Expected `int` <= 4096"),
    ("pixels.depthwise", "no", "pixels.depthwise: Expected `bool`, got `str`"),
    ("pixels.surprise", 1, "pixels.surprise: is unknown"),
    ("surprise", 1, "surprise: is unknown"),
]


@pytest.mark.parametrize(("field", "value", "sentence"), WRONG)
def test_a_field_that_cannot_be_is_named(field: str, value: object, sentence: str) -> None:
    content = fields = as_fields(INFO)
    *parts, name = field.split(".")
    for part in parts:
        fields = fields[part]
    fields[name] = value
    with pytest.raises(WeightsError) as caught:
        parsed(content)
    assert sentence in str(caught.value)


def test_names_of_published_weights_are_accepted() -> None:
    for published, architecture in published_names().items():
        if names := published.meta["categories"]:
            parsed(as_fields(WeightsInfo(architecture, tuple(names))))


@pytest.mark.parametrize("field", ["architecture", "class_names"])
def test_a_field_that_is_missing_is_named(field: str) -> None:
    content = as_fields(INFO)
    del content[field]
    with pytest.raises(WeightsError, match=f"missing required field `{field}`"):
        parsed(content)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("not json", "it is no JSON"),
        ("[" * 100_000, "it is no JSON"),
        (f'{{"seed": {"9" * 5000}}}', "it is no JSON"),
        ("[]", "it is no JSON object"),
        (json.dumps("x" * LONGEST), "at most 10000000 are read"),
    ],
)
def test_another_text_is_no_description(text: str, sentence: str) -> None:
    with pytest.raises(WeightsError, match=sentence):
        fields_in(text)
