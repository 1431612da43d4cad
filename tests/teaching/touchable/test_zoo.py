"""The zoo to touch, as Python sees it."""

from typing import Any

import pytest

from course_utils.teaching.touchable import zoo
from course_utils.teaching.touchable.output import as_json
from zoo_pages import front, zoo_data, zoo_html

DATA = zoo_data()
TWO = [{**DATA["networks"][k], "name": name} for k, name in enumerate("ab")]


def test_the_words_are_the_front_at_the_start() -> None:
    said = zoo.words(DATA)
    assert said.startswith("At the start, on the front of multiply–adds: shuffling_v2_x0_5 60.6 %")
    assert said.endswith("conv_tiny 82.5 %.")
    assert said.count("%") == len(DATA["fronts"]["multiply_adds"])


@pytest.mark.parametrize("key", zoo.COSTS)
def test_the_front_is_the_record_from_the_cheapest_on(key: str) -> None:
    assert zoo.front_of(DATA["networks"], key) == front(DATA["networks"], key)


def test_equals_do_not_beat_each_other() -> None:
    same = [{"name": name, "top1": 70.0, "year": 2015} for name in "ab"]
    assert zoo.front_of(same, "year") == ["a", "b"]
    assert zoo.front_of([*same, {"name": "c", "top1": 70.5, "year": 2015}], "year") == ["c"]


def test_the_picture_has_each_network_of_the_axis_once() -> None:
    assert zoo.still(DATA).count("h0") == 24
    assert zoo.still({**DATA, "axes": DATA["axes"][2:]}).count("h0") == 22


def test_the_page_stores_columns() -> None:
    assert zoo.stored(DATA)["networks"]["side"][4] == 299
    assert as_json(zoo.stored(DATA)) in zoo_html()
    assert len(zoo_html().encode()) <= 25_000


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"networks": [TWO[0]]}, "2 to 30 networks"),
        ({"networks": [TWO[0], TWO[0]]}, "a name of its own"),
        ({"networks": [TWO[0], {"name": "b", "year": 2012}]}, "b has no family, group, mill"),
        ({"groups": []}, "one to four groups"),
        ({"groups": ["one", "two"]}, "each network is in one of them"),
        ({"axes": []}, "the axes are among"),
        ({"axes": [{**DATA["axes"][0], "key": "depth"}]}, "the axes are among"),
        ({"networks": [{**n, "year": 2015} for n in DATA["networks"]]}, "year: two different"),
        ({"networks": [{**n, "parameters": n["top1"] - 60} for n in DATA["networks"]]}, "above 0"),
        ({"fronts": {"multiply_adds": ["conv_tiny"]}}, "parameters: its front is missing"),
        ({"fronts": {"multiply_adds": ["nobody"]}}, "unknown network"),
        ({"start": "nobody"}, "the start names"),
    ],
)
def test_data_that_do_not_fit_are_refused(wrong: dict[str, Any], said: str) -> None:
    for use in (zoo.still, zoo.words):
        with pytest.raises(ValueError, match=said):
            use({**DATA, **wrong})
