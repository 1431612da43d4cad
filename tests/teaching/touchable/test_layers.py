"""Layers to touch, as Python sees them."""

from typing import Any

import pytest

from course_utils.teaching.touchable import layers
from layers_pages import CHANGES, LAYERS, changed, check_of, layers_data, layers_html

DATA = layers_data()


def test_the_words_are_the_sizes_and_fields_of_resnet18() -> None:
    assert layers.words(DATA) == (
        "A picture of 224 pixels a side; then conv1 112, field 7; maxpool 56, field 11; "
        "layer1 56, field 43; layer2 28, field 99; layer3 14, field 211; layer4 7, field 435."
    )


@pytest.mark.parametrize("change", CHANGES)
def test_sizes_and_fields_are_those_of_pytorch(
    change: tuple[int, int, tuple[int, int, int]],
) -> None:
    side, layer, window = change
    found, check = layers.steps(side, changed(layer, window)), check_of(*change)
    assert found == list(zip(check["sizes"], check["fields"], strict=True))


def test_the_picture_has_a_bar_for_each_map_and_field() -> None:
    assert layers.still(DATA).count('rx="3"') == 1 + 2 * len(LAYERS)


def test_it_is_small() -> None:
    assert len(layers_html().encode()) <= 25_000


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"side": 500}, "between 1 and the most"),
        ({"layers": LAYERS[:1], "checks": []}, "two to eight"),
        ({"layers": changed(0, (9, 2, 3)), "checks": []}, "conv1: kernel"),
        ({"layers": changed(3, (3, 2, 0)), "checks": []}, "every layer has a map"),
        ({"checks": [{**DATA["checks"][0], "sizes": [112]}]}, "the check of"),
    ],
)
def test_data_that_do_not_fit_are_refused(wrong: dict[str, Any], said: str) -> None:
    for use in (layers.still, layers.words):
        with pytest.raises(ValueError, match=said):
            use({**DATA, **wrong})
