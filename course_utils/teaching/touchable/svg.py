"""Small SVG pictures written by hand: what stands where scripts are off.

The picture brings its own background and the colors of both themes, which are those of
``base.css``: a browser shows a picture in the theme of the page around it, or of the system.
"""

import base64
from html import escape

STYLE = (
    "svg{{font:15px system-ui,sans-serif;{}}}"
    "@media(prefers-color-scheme:dark){{svg{{{}}}}}"
    "text{{fill:var(--ink)}}.quiet{{fill:var(--quiet);font-size:13px}}.b{{font-weight:600}}"
    ".m{{text-anchor:middle}}.e{{text-anchor:end}}.well{{fill:var(--well)}}.card{{fill:var(--card)}}"
    ".c0{{fill:var(--c0)}}.c1{{fill:var(--c1)}}.c2{{fill:var(--c2)}}.c3{{fill:var(--c3)}}"
    ".c4{{fill:var(--c4)}}.line{{stroke:var(--ink);stroke-width:1.5;fill:none}}"
)
COLORS = {
    "card": ("f5f8f8", "1a2326"),
    "ink": ("1c282d", "e8eeef"),
    "quiet": ("52616a", "a9b8be"),
    "well": ("e6edee", "253136"),
    "c0": ("0072b2", "56b4e9"),
    "c1": ("c25400", "f0a95c"),
    "c2": ("007f5f", "3fc79d"),
    "c3": ("a3467e", "e39cc4"),
    "c4": ("52616a", "a9b8be"),
}
"""Each color in the light and in the dark theme."""


def text(x: float, y: float, words: str, kind: str = "") -> str:
    """Write words at a point: ``b`` bold, ``quiet`` small, ``m`` around it, ``e`` before it."""
    return f'<text x="{x:g}" y="{y:g}" class="{kind}">{escape(words)}</text>'


def bar(x: float, y: float, width: float, height: float, kind: str) -> str:
    """Draw a bar with slightly round corners, in a color such as ``c0`` or ``well``."""
    place = f'x="{x:.1f}" y="{y:g}" width="{width:.1f}" height="{height:g}"'
    return f'<rect {place} rx="3" class="{kind}"/>'


def line(path: str) -> str:
    """Draw a line in the color of the text, along a path such as ``M0 0H10``."""
    return f'<path d="{path}" class="line"/>'


def picture(width: int, height: int, *parts: str) -> str:
    """Put the parts on a card; return the picture as an SVG file."""
    style = STYLE.format(_colors(0), _colors(1))
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    card = f'<rect width="{width}" height="{height}" rx="8" class="card"/>'
    body = "".join(parts)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
    return f"{head}<style>{style}</style>{card}{body}</svg>"


def as_address(svg: str) -> str:
    """Write a picture as a ``data:`` address, so that no file is asked for."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _colors(theme: int) -> str:
    return ";".join(f"--{name}:#{both[theme]}" for name, both in COLORS.items())
