"""Break lines of code that are longer than a page is wide."""

import ast
import io
import tokenize
from collections import defaultdict
from collections.abc import Sequence

OPENING, CLOSING = "([{", ")]}"
INDENT = "    "


def wrap_code(code: str, columns: int) -> str:
    """The same code in lines of at most so many columns, where this can be done between brackets.

    A comment behind a long line goes above it. What stands between the brackets that hold most of
    the line goes to lines of its own.
    """
    rows = defaultdict(list)
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.start[0] == token.end[0]:
            rows[token.start[0]].append(token)
    lines = []
    for number, line in enumerate(code.splitlines(), start=1):
        lines += [line] if len(line) <= columns else _wrapped(line, rows[number], columns)
    wrapped = "\n".join(lines)
    same = ast.dump(ast.parse(wrapped)) == ast.dump(ast.parse(code))
    return wrapped if same else code


def _wrapped(line: str, tokens: Sequence[tokenize.TokenInfo], columns: int) -> list[str]:
    """One line as several."""
    indent = line[: len(line) - len(line.lstrip())]
    comment = next((t for t in tokens if t.type == tokenize.COMMENT), None)
    if comment is not None and comment.start[1] > len(indent):
        code = line[: comment.start[1]].rstrip()
        rest = [token for token in tokens if token is not comment]
        above = [indent + comment.string]
        return above + ([code] if len(code) <= columns else _wrapped(code, rest, columns))
    pairs = _pairs(tokens)
    if not pairs and indent and "," in line:  # it stands between brackets of other lines
        return [indent + part for part in _parts(line, tokens, len(indent) - 1, len(line) + 1)]
    if not pairs:
        return [line]
    start, end = max(pairs, key=lambda pair: pair[1] - pair[0])
    body = line[start + 1 : end].strip()
    inner = [indent + INDENT + body]
    if len(inner[0]) > columns:
        inner = [f"{indent}{INDENT}{part}" for part in _parts(line, tokens, start, end)]
    return [line[: start + 1], *inner, indent + line[end:]]


def _pairs(tokens: Sequence[tokenize.TokenInfo]) -> list[tuple[int, int]]:
    """Columns of the outermost brackets that open and close on this line and hold something."""
    opened, pairs = [], []
    for token in tokens:
        if token.type == tokenize.OP and token.string in OPENING:
            opened.append(token.start[1])
        elif token.type == tokenize.OP and token.string in CLOSING and opened:
            start = opened.pop()
            if not opened and token.start[1] > start + 1:
                pairs.append((start, token.start[1]))
    return pairs


def _parts(line: str, tokens: Sequence[tokenize.TokenInfo], start: int, end: int) -> list[str]:
    """What stands between two brackets, cut behind its outermost commas."""
    depth, parts, left = 0, [], start + 1
    for token in tokens:
        if token.type != tokenize.OP or not start < token.start[1] < end:
            continue
        depth += (token.string in OPENING) - (token.string in CLOSING)
        if token.string == "," and depth == 0:
            parts.append(line[left : token.end[1]].strip())
            left = token.end[1]
    return [part for part in (*parts, line[left:end].strip()) if part]
