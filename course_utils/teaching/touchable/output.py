"""One figure to touch as HTML: its look, its static picture, its words, its data, its script."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from typing import Any

from course_utils.teaching.touchable.svg import as_address

Data = Mapping[str, Any]
PAGE = """\
<figure class="touch" data-touch="{name}">
<style>
{style}</style>
<img class="touch-still dark-light" alt="{alt}" src="{still}" {size}>
<p class="touch-note">A still picture: run the cell, with scripts on, to touch it.</p>
<figcaption>{caption}</figcaption>
<details class="touch-words"><summary>The figure in words</summary><p>{words}</p></details>
<script type="application/json" class="touch-data">{data}</script>
<script>
(() => {{
"use strict";
{script}}})();
</script>
</figure>
"""
CODE = re.compile(r"`([^`]+)`")
QUOTED = re.compile(r"""("[^"\n]*"|'[^'\n]*'|`[^`]*`)""")
SIZE = re.compile(r'width="\d+" height="\d+"')


@dataclass(frozen=True)
class Design:
    """What one kind of figure is made of.

    Attributes:
        script: JavaScript that ends in ``start(name, draw)``; see the package's docstring.
        style: CSS of its own, with a prefix of its own.
        still: Draws the picture at the start, as an SVG, for where no script runs.
        words: Says the numbers at the start.
        tight: Whether it needs the room that blanks between signs take, and what of ``base.js`` it
            does not call.
        stored: Writes the data shorter, as its script reads them.
    """

    script: str
    style: str
    still: Callable[[Data], str]
    words: Callable[[Data], str]
    tight: bool = False
    stored: Callable[[Data], Data] = dict


def own_file(name: str) -> str:
    """Read a file that lies beside this module."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def as_html(name: str, design: Design, data: Data, alt: str, caption: str) -> str:
    """Write a figure as HTML that needs nothing else.

    Args:
        name: What ``start`` in its script is called with.
        design: What it is made of.
        data: What JSON can hold; decimals are stored with six digits.
        alt: What there is to see, for readers who cannot see it.
        caption: What the reader should notice; words between backticks become code.
    """
    still = design.still(data)
    found = SIZE.search(still)
    base, own = own_file("base.js"), design.script
    style = lean(own_file("base.css") + design.style)
    script = lean((needed(base, own) if design.tight else base) + own)
    if design.tight:
        style, script = squeezed(style, "{};,>", ":"), squeezed(script, "{}()[];,:=<>?&|!+-*/%")
    return PAGE.format(
        name=escape(name),
        style=style,
        alt=escape(alt),
        still=as_address(still),
        size=found.group() if found else "",
        caption=CODE.sub(r"<code>\1</code>", escape(caption)),
        words=escape(in_words(design, data, alt)),
        data=as_json(design.stored(data)),
        script=script,
    )


def in_words(design: Design, data: Data, alt: str) -> str:
    """Say what there is to see, and the numbers at the start."""
    return f"{alt} {design.words(data)}"


def as_json(data: Data) -> str:
    """Write data so that no text in it ends the script that holds it."""
    stored = json.dumps(rounded(data), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return stored.replace("<", "\\u003c")


def rounded(value: Any) -> Any:
    """Round every decimal number within a value to six digits."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, Mapping):
        return {key: rounded(item) for key, item in value.items()}
    return [rounded(item) for item in value] if isinstance(value, list | tuple) else value


def lean(source: str) -> str:
    """Leave out indents, empty lines and lines of comment, for each figure carries the base."""
    source = re.sub(r"^\s*/\*.*?\*/\s*$", "", source, flags=re.DOTALL | re.MULTILINE)
    lines = (line.strip() for line in source.splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("//"))


def squeezed(source: str, signs: str, before: str = "") -> str:
    """Leave out blanks and line breaks around signs, but not in quotes.

    Args:
        source: CSS or JavaScript without comments, and with all its semicolons.
        signs: Those that need no blank on either side.
        before: Those that need none behind them.

    >>> squeezed('a > b { content: "x : y"; }', "{};>", ":")
    'a>b{content:"x : y"}'
    """
    around = re.compile(rf"\s*([{re.escape(signs)}])\s*")
    behind = re.compile(f"([{re.escape(before)}]) +") if before else around
    parts = QUOTED.split(source)
    parts[::2] = [behind.sub(r"\1", around.sub(r"\1", part)) for part in parts[::2]]
    return "".join(parts).replace(";}", "}")


def needed(base: str, script: str) -> str:
    """Keep of a script, whose parts stand between empty lines, what another one calls."""
    kept: list[str] = []
    for part in reversed(base.split("\n\n")):
        name = re.search(r"^const (\w+) =", part, flags=re.MULTILINE)
        if name and re.search(rf"\b{name.group(1)}\b", "\n".join([*kept, script])):
            kept.insert(0, part)
    return "".join(f"{part.rstrip()}\n\n" for part in kept)
