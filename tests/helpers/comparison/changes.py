"""Changes to what a cell shows, each of which the comparison must find."""

import base64
import copy
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from PIL import Image

from comparison.counting import KEEPS, MEASURED, kind_at
from comparison.lines import DEVICE, Judge
from comparison.outputs import PICTURES, is_prose
from comparison.pages import DATA
from comparison.pictures import open_picture
from comparison.rules import Rules, read_rules
from comparison.tokens import NUMBER, Number, number_from, tidy, tokens

Outputs = Sequence[Any]
DATA_SCRIPT = re.compile(rf"<script[^>]*\b{DATA}\b[^>]*>.*?</script>", re.DOTALL)
SEGMENT = re.compile(r"(?<=>)[^<>]*[^<>\s][^<>]*(?=<)")


STROKE = (3, 20)
"""Width and height of a digit's stroke, in pixels of a stored figure."""


@dataclass(frozen=True)
class Change:
    """One change.

    Attributes:
        kind: What was changed: digit, word, sign, nan, line or figure.
        line: Where, to be read.
        outputs: The outputs with the change.
    """

    kind: str
    line: str
    outputs: Outputs


def changes(outputs: Outputs, metadata: Mapping[str, Any]) -> Iterator[Change]:
    """Change outputs in one place at a time; each kind of change in every line and figure."""
    rules = read_rules(metadata)
    for number, output in enumerate(outputs):
        for key, text in texts_of(output):
            prose = "data" in output and is_prose(output)
            changed = changed_pages if key == "text/html" else changed_texts
            for kind, line, new in changed(text, Rules() if prose else rules):
                yield Change(kind, line, put(outputs, number, key, new))
        for key in set(output.get("data", {})) & set(PICTURES):
            for new in changed_pictures(output["data"][key], rules):
                yield Change("figure", key, put(outputs, number, key, new))


def texts_of(output: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List the texts of an output, each by its place."""
    if output["output_type"] != "stream" and output["output_type"] != "error":
        return [(key, x) for key, x in output["data"].items() if key.startswith("text/")]
    key = "text" if output["output_type"] == "stream" else "evalue"
    return [(key, output[key])]


def put(outputs: Outputs, number: int, key: str, content: str) -> Outputs:
    """Copy outputs with another content in one place."""
    changed = copy.deepcopy(list(outputs))
    place = changed[number] if key in changed[number] else changed[number]["data"]
    place[key] = content
    return changed


def changed_texts(text: str, rules: Rules) -> Iterator[tuple[str, str, str]]:
    """Change each line of a text; take lines out, and put some in."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        before, after = lines[:number], lines[number + 1 :]
        for kind, new in changed_lines(line, rules):
            yield kind, line, "\n".join([*before, new, *after])
        yield "line", line, "\n".join([*before, *after])
        yield "line", line, "\n".join([*before, line, line, *after])


def changed_pages(html: str, rules: Rules) -> Iterator[tuple[str, str, str]]:
    """Change each text of a page, and the numbers of its data."""
    data = [match.span() for match in DATA_SCRIPT.finditer(html)]
    for match in SEGMENT.finditer(html):
        in_data = any(start <= match.start() < end for start, end in data)
        found = changed_data(match.group()) if in_data else changed_lines(match.group(), rules)
        for kind, new in found:
            yield kind, match.group(), html[: match.start()] + new + html[match.end() :]


def changed_data(text: str) -> Iterator[tuple[str, str]]:
    """Change each number of data by a hundredth, or by one."""
    for match in NUMBER.finditer(text):
        number = number_from(match)
        step = max(abs(number.value), Decimal(1)) / 100 if number.decimal else Decimal(1)
        for kind, new in (("digit", f"{number.value + step:f}"), ("nan", "NaN")):
            yield kind, text[: match.start()] + new + text[match.end() :]


def changed_lines(line: str, rules: Rules) -> Iterator[tuple[str, str]]:
    """Change the first number of every kind, its sign, and a word."""
    cut = tokens(line)
    judge = Judge(tidy(line), cut, cut, rules)
    places = [place for place, token in enumerate(cut) if isinstance(token, Number)]
    by_kind = {kind_at(judge, place): place for place in reversed(places)}
    for kind, place in by_kind.items():
        number = cut[place]
        if kind == MEASURED or not isinstance(number, Number):
            continue
        for what, new in changed_numbers(number, judge, place, kind):
            texts = [t if isinstance(t, str) else t.text for t in cut]
            yield what, "".join([*texts[:place], new, *texts[place + 1 :]])
    word = re.search(r"[^\W\d_]", DEVICE.sub("", line))
    if word and word.group() in line:
        letter = "x" if word.group() != "x" else "y"
        yield "word", line.replace(word.group(), letter, 1)


def changed_numbers(
    number: Number, judge: Judge, place: int, kind: str
) -> Iterator[tuple[str, str]]:
    """Change a number by more than it may differ."""
    yield "nan", "nan"
    if kind == KEEPS:
        limit = judge.stored[judge.values[place]]
        assert isinstance(limit, Number)
        yield "digit", f"{2 * limit.value:e}"
        yield "sign", f"{-2 * limit.value:e}"
        return
    said = judge.rules.tolerance(judge.line) if number.decimal else None
    limits = None if number.decimal else judge.rules.range(judge.line)
    step = number.unit * 2 if said is None else said + number.unit
    new = number.value + step if limits is None else Decimal(limits[1] + 1)
    yield "digit", f"{new:f}" if new.as_tuple().exponent != 0 else f"{new:,f}"
    if limits is None and abs(number.value) > (said or number.unit):
        bare = number.text.lstrip("+-−")
        yield "sign", bare if number.value < 0 else f"-{bare}"


def changed_pictures(content: str, rules: Rules) -> Iterator[str]:
    """Cut rows off a figure; darken it and change a digit, or leave a figure of times blank."""
    picture = open_picture(content).convert("RGB")
    cut = picture.height // 10 if rules.measured else 1
    yield stored(picture.crop((0, 0, picture.width, picture.height - cut)))
    if rules.measured:
        yield stored(Image.new("RGB", picture.size, "white"))
    elif not rules.figure:
        yield stored(picture.point(lambda value: round(0.96 * value)))
        yield stored(with_another_digit(picture))


def with_another_digit(picture: Image.Image) -> Image.Image:
    """Draw a stroke as long and as wide as a digit's over what is drawn in the middle."""
    changed = picture.copy()
    x, y = picture.width // 2, picture.height // 2
    stroke = changed.crop((x, y, x + STROKE[0], y + STROKE[1]))
    dark = np.asarray(stroke).mean() < 128
    changed.paste((200, 200, 200) if dark else (60, 60, 60), (x, y, x + STROKE[0], y + STROKE[1]))
    return changed


def stored(picture: Image.Image) -> str:
    """Write a picture as a notebook holds it."""
    file = io.BytesIO()
    picture.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()
