"""All outputs of a cell compared with those that are stored."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from comparison.lines import Differences, compare_texts
from comparison.pages import Page, without_blank_lines
from comparison.pictures import compare_pictures
from comparison.rules import Rules, read_rules

Output = Mapping[str, Any]
PICTURES = ("image/png", "image/jpeg")


def compare_outputs(
    stored: Sequence[Output], new: Sequence[Output], metadata: Mapping[str, Any]
) -> Differences:
    """Compare what a cell shows with what is stored.

    What is printed counts apart from what is displayed: which of them arrives first is chance.

    Args:
        stored: The outputs in the notebook's file.
        new: Those of this run.
        metadata: The cell's.
    """
    rules = read_rules_of(metadata)
    if isinstance(rules, str):
        return Differences((rules,))
    found = Differences()
    printed = dict.fromkeys([o["name"] for o in [*stored, *new] if o["output_type"] == "stream"])
    for name in printed:
        found += compare_texts(stream(stored, name), stream(new, name), rules)
    old, now = displayed(stored), displayed(new)
    if len(old) != len(now):
        return found + Differences((f"{len(old)} outputs displayed when stored, {len(now)} now",))
    for one, other in zip(old, now, strict=True):
        found += compare_displays(one, other, rules)
    # a table is there twice, as a text and as a page
    return Differences(tuple(dict.fromkeys(found.wrong)), tuple(dict.fromkeys(found.reports)))


def read_rules_of(metadata: Mapping[str, Any]) -> Rules | str:
    """Read a cell's rules; return what is wrong with them as a text."""
    try:
        return read_rules(metadata)
    except ValueError as error:
        return str(error)


def stream(outputs: Sequence[Output], name: str) -> str:
    """Join what was printed."""
    wanted = (o for o in outputs if o["output_type"] == "stream" and o["name"] == name)
    return "".join(output["text"] for output in wanted)


def displayed(outputs: Sequence[Output]) -> list[Output]:
    """List the outputs that are not printed."""
    return [output for output in outputs if output["output_type"] != "stream"]


def compare_displays(stored: Output, new: Output, rules: Rules) -> Differences:
    """Compare two displayed outputs, or two errors."""
    kinds = [output["output_type"] for output in (stored, new)]
    if kinds[0] != kinds[1]:
        return Differences((f"{kinds[0]} stored, {kinds[1]} new",))
    if kinds[0] == "error":
        one, other = (f"{output['ename']}: {output['evalue']}" for output in (stored, new))
        return compare_texts(one, other, rules)
    old, now = contents(stored), contents(new)
    if set(old) != set(now):
        return Differences((f"{sorted(old)} stored, {sorted(now)} new",))
    found = Differences()
    for kind in old:
        found += compare_contents(kind, old[kind], now[kind], rules, is_prose(stored))
    return found


def contents(output: Output) -> dict[str, Any]:
    """Return an output's contents by their kind; a picture is one, in whatever file."""
    return {"picture" if kind in PICTURES else kind: x for kind, x in output["data"].items()}


def is_prose(output: Output) -> bool:
    """Say whether an output is a text or a listing that no computation wrote numbers into."""
    caption = output.get("metadata", {}).get("role") == "caption"
    return "text/markdown" in output["data"] and not caption


def compare_contents(kind: str, old: Any, now: Any, rules: Rules, prose: bool) -> Differences:
    """Compare two contents of one kind; a text is read though it is the same, for its bounds."""
    if old == now and (prose or kind != "text/plain"):
        return Differences()
    if kind == "picture":
        said = compare_pictures(old, now, 1 if rules.measured else rules.figure)
        return Differences((said,) if said else ())
    if kind == "text/html":
        return compare_pages(old, now, rules)
    if isinstance(old, str) and isinstance(now, str) and not prose:
        return compare_texts(old, now, rules)
    return Differences((first_difference(kind, str(old), str(now)),))


def compare_pages(old: str, now: str, rules: Rules) -> Differences:
    """Compare two pages: what they say, attributes, data of what can be touched, and scripts."""
    stored, new = read_page(old), read_page(now)
    said, now_said = (without_blank_lines(page.said) for page in (stored, new))
    found = compare_texts(said, now_said, rules) + compare_texts(stored.data, new.data, rules)
    found += compare_texts(stored.attributes, new.attributes, Rules())
    if stored.code != new.code:
        found += Differences((first_difference("script", stored.code, new.code),))
    return found


@lru_cache(maxsize=4)  # what is stored is compared with many changed pages
def read_page(html: str) -> Page:
    """Read a page once."""
    return Page(html)


def first_difference(kind: str, old: str, now: str) -> str:
    """Show the first line in which two texts differ that must be the same."""
    one, other = old.splitlines(), now.splitlines()
    pairs = enumerate(zip(one, other, strict=False))
    place = next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))
    shown = ["".join(lines[place : place + 1])[:200] for lines in (one, other)]
    return f"{kind}, line {place + 1}: must be the same\n  stored: {shown[0]}\n  new:    {shown[1]}"
