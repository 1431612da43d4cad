"""Small pictures written by hand."""

import base64
import re
from xml.etree import ElementTree

from course_utils.teaching.touchable import svg
from course_utils.teaching.touchable.output import own_file


def test_a_picture_is_well_formed_and_escaped() -> None:
    drawn = svg.picture(100, 40, svg.text(1, 2, "a < b & c", "b"), svg.bar(0, 0, 5, 5, "c0"))
    root = ElementTree.fromstring(drawn)
    assert root.get("viewBox") == "0 0 100 40"
    assert [node.text for node in root.iter() if node.tag.endswith("text")] == ["a < b & c"]


def test_its_address_holds_the_picture() -> None:
    drawn = svg.picture(10, 10, svg.line("M0 0H10"))
    kind, _, content = svg.as_address(drawn).partition(";base64,")
    assert kind == "data:image/svg+xml"
    assert base64.b64decode(content).decode() == drawn


def test_its_colors_are_those_of_the_live_figure() -> None:
    found = re.findall(r"--(\w+): light-dark\(#(\w+), #(\w+)\)", own_file("base.css"))
    live = {name: (light, dark) for name, light, dark in found}
    assert {name: live[name] for name in svg.COLORS} == svg.COLORS
