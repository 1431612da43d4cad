"""The picture in ARCHITECTURE.md shows the imports and the sizes that the code has now."""

import re

import pytest

import draw_structure


@pytest.fixture(scope="module")
def stored() -> str:
    return draw_structure.TARGET.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def drawn() -> str:
    lines, imports = draw_structure.lines_of_rooms(), draw_structure.imports_between_rooms()
    return draw_structure.picture(lines, imports)


def description(svg: str) -> str:
    (found,) = re.findall("<desc>(.*)</desc>", svg)
    return str(found)


def sizes(svg: str) -> dict[str, int]:
    found = re.findall(r">([a-z· ]+)/?<tspan[^>]*> ([\d,]+) lines<", svg)
    return {name: int(size.replace(",", "")) for name, size in found}


def test_the_stored_imports_are_those_of_the_code(stored: str, drawn: str) -> None:
    assert description(stored) == description(drawn), "run make pictures"
    assert "cli imports from data, models" in description(drawn)


def test_the_stored_sizes_are_about_right(stored: str, drawn: str) -> None:
    now = sizes(drawn)
    assert len(now) == len(draw_structure.PURPOSES)
    for room, size in sizes(stored).items():
        assert abs(size - now[room]) <= max(300, 0.15 * now[room]), f"{room}: run make pictures"


def test_every_arrow_points_to_the_left_or_down() -> None:
    for importing, imported in draw_structure.imports_between_rooms():
        if importing in draw_structure.PLACES and imported in draw_structure.PLACES:
            (column, row), (before, above) = map(draw_structure.PLACES.get, (imported, importing))
            assert column < before or (column == before and row > above), (importing, imported)
