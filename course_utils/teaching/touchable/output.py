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
TEXTS = re.compile(r'("(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`)')
SIZE = re.compile(r'width="\d+" height="\d+"')


@dataclass(frozen=True)
class Design:
    """What one kind of figure is made of.

    Attributes:
        script: JavaScript that ends in ``start(name, draw)``; see the package's docstring.
        style: CSS of its own, with a prefix of its own.
        still: Draws the picture at the start, as an SVG, for where no script runs.
        words: Says the numbers at the start.
        stored: Turns the data into what the page stores for the script, where that is shorter.
        tight: Whether it needs the room that blanks take, and what it does not call of ``base.js``.
    """

    script: str
    style: str
    still: Callable[[Data], str]
    words: Callable[[Data], str]
    stored: Callable[[Data], Data] = dict
    tight: bool = False


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
    base, style = own_file("base.js"), own_file("base.css") + design.style
    if design.tight:
        style = tight_style(style)
        script = tight_script(needed(base, design.script) + design.script)
    else:
        style, script = lean(style), lean(base + design.script)
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


def tight_style(style: str) -> str:
    """Leave out the blanks that a style does not need.

    >>> tight_style("a :is(b, c) { margin: 0 0.5rem; }")
    'a :is(b,c){margin:0 .5rem}'
    """
    style = re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r":\s+", ":", lean(style)))
    return re.sub(r"(?<![\d.])0\.(?=\d)", ".", style.replace(";}", "}"))


def tight_script(script: str) -> str:
    r"""Leave out the blanks that a script does not need; no template in it may hold another.

    >>> tight_script('if (a < b) {\n  say(`${a + b} = c`, "d, e"); }')
    'if(a<b){say(`${a + b} = c`,"d, e");}\n'
    """
    parts = TEXTS.split(lean(script))
    parts[::2] = [re.sub(r" *([-+*/%=<>!?:&|,;(){}\[\]]) *", r"\1", code) for code in parts[::2]]
    return "".join(re.sub(r"([;{,])\n", r"\1", part) for part in parts)


def needed(base: str, script: str) -> str:
    """Keep of a script, whose parts stand between empty lines, what another one calls."""
    kept: list[str] = []
    for part in reversed(base.split("\n\n")):
        name = re.search(r"^const (\w+) =", part, flags=re.MULTILINE)
        if name and re.search(rf"\b{name.group(1)}\b", "\n".join([*kept, script])):
            kept.insert(0, part)
    return "".join(f"{part.rstrip()}\n\n" for part in kept)
