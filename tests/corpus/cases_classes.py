"""Lists of classes: ImageNet's forms, those of editors, and what is none."""

import os
from collections.abc import Callable
from pathlib import Path

from case import Case, Refusal
from course_utils.data.class_names import read_class_names, read_wnids


def file(name: str, text: str, encoding: str = "utf-8") -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(text.encode(encoding))
        return folder / name

    return make


def wnids(path: Path) -> object:
    return read_wnids(str(path))


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "classes.txt")
    return folder / "classes.txt"


DIGITS = "9" * 5000
NAMES = ("tench", "goldfish")
WNIDS = ("n01440764", "n01443537")
INDEX = '{"0": ["n01440764", "tench"], "1": ["n01443537", "goldfish"]}'
SYNSETS = "n01440764 tench\nn01443537 goldfish\n"
SAME = Refusal("gives the classes 0 and 1 the same name, cat")
NO_NUMBERS = Refusal("does not number the classes 0, 1, 2")

CASES = [
    Case("classes, imagenet_class_index.json", file("a.json", INDEX), read_class_names, NAMES),
    Case("classes, wnids of it", file("a.json", INDEX), wnids, WNIDS),
    Case("classes, LOC_synset_mapping.txt", file("a.txt", SYNSETS), read_class_names, NAMES),
    Case("classes, wnids of that", file("a.txt", SYNSETS), wnids, WNIDS),
    *(
        Case(f"classes, {what}", file(*made), read_class_names, NAMES)
        for what, made in {
            "a JSON list": ("a.json", '["tench", "goldfish"]'),
            "name to index": ("a.json", '{"goldfish": 1, "tench": 0}'),
            "the dictionary of a gist": ("a.txt", "{0: 'tench',\n 1: 'goldfish'}"),
            "a table": ("a.csv", "index,name\n0,tench\n1,goldfish\n"),
            "numbers after the names": ("a.txt", "tench 0\ngoldfish 1\n"),
            "a name a line": ("a.txt", "tench\r\n\r\n goldfish \r\n", "utf-8-sig"),
            "of Notepad": ("a.txt", "tench\r\ngoldfish\r\n", "utf-16"),
            "of YOLO": ("data.yaml", "nc: 2\nnames: [tench, 'goldfish']  # two\n"),
            "of YOLO, numbered": ("a.yaml", "path: x\nnames:\n  1: goldfish\n  0: tench\nnc: 2\n"),
            "of YOLO, a list": ("a.txt", "train: a\nval: b\nnc: 2\nnames:\n- tench\n- goldfish\n"),
            "a comment above": ("a.txt", "# classes\ntench\ngoldfish\n"),
            "a title above": ("a.txt", "names:\ntench\ngoldfish\n"),
            "colors and a header": ("a.txt", "name,r,g,b\ntench,0,0,0\ngoldfish,128,0,0\n"),
            "colors before names": ("a.txt", "0 0 0\ttench\n128 0 0\tgoldfish\n"),
            "numbers, names and colors": ("a.csv", "1,goldfish,9,0,0\n0,tench,0,0,0\n"),
            "of pandas": ("a.csv", ",label,id\n0,goldfish,1\n1,tench,0\n"),
            "of pandas, numbers alone": ("a.csv", ",name\n0,tench\n1,goldfish\n"),
            "with void": ("a.txt", "0 tench\n1 goldfish\n255 void\n"),
            "a configuration": ("a.json", '{"id2label": {"0": "tench", "1": "goldfish"}}'),
        }.items()
    ),
    Case("classes, twice in a text", file("a.txt", "cat\ncat\n"), read_class_names, SAME),
    Case(
        "classes, twice by number", file("a.json", '{"0":"cat","1":"cat"}'), read_class_names, SAME
    ),
    Case("classes, from 1", file("a.csv", "1,tench\n2,goldfish\n"), read_class_names, NO_NUMBERS),
    Case(
        "classes, from 1 with spaces",
        file("a.txt", "1 tench\n2 goldfish\n"),
        read_class_names,
        NO_NUMBERS,
    ),
    Case(
        "classes, YOLO's number is another",
        file("a.yaml", "nc: 3\nnames: [a, b]\n"),
        read_class_names,
        Refusal("says nc: 3, but names 2 classes; correct one"),
    ),
    Case(
        "classes, ImageNet's in another order",
        file("a.txt", "".join(f"n{n:08} class {n}\n" for n in range(1000, 0, -1))),
        read_class_names,
        Refusal("has ImageNet's classes in another order than that of WordNet's numbers"),
    ),
    Case(
        "classes, a program",
        file("a.json", "{0: print('evil')}"),
        read_class_names,
        Refusal("is not valid JSON"),
    ),
    Case(
        "classes, of Windows without Unicode",
        file("a.txt", "Käfer\n", "cp1252"),
        read_class_names,
        Refusal("no text in UTF-8); save it as UTF-8"),
    ),
    *(
        Case(f"classes, {what}", file(*made), read_class_names, Refusal(sentence))
        for what, (*made, sentence) in {
            "thousands of digits": ("a.json", f'{{"a": {DIGITS}}}', "does not number"),
            "thousands of digits as a name": ("a.txt", DIGITS, "has 5000 signs; at most 1000"),
            "thousands of digits in Python": ("a.json", f"{{0: {DIGITS},}}", "is not valid JSON"),
            "deep nesting": ("a.json", "[" * 100_000, "is not valid JSON (maximum recursion"),
            "deep nesting of objects": ("a.json", '{"a":' * 50_000, "is not valid JSON (maximum"),
            "deep nesting of YAML": ("a.yaml", "names: [" * 50_000, "more than 20 lists within"),
            "half a sign": ("a.json", '["\\ud800", "b"]', "the class 0 holds '\\ud800'"),
            "half a sign as a key": ("a.json", '{"\\ud800": 0}', "which is no text"),
            "a zero byte": ("a.json", '["a\\u0000", "b"]', "holds '\\x00', which is no text"),
            "a line end in a name": ("a.json", '["a", "b\\nc"]', "the class 1 holds '\\n'"),
            "what steers a terminal": ("a.txt", "a\x1b[2J\nb\n", "the class 0 holds '\\x1b'"),
            "an empty name": ("a.json", '["a", " "]', "the class 1 has no name"),
            "a key twice": ("a.json", '{"0": "a", "0": "b"}', "has '0' twice"),
            "a key twice in Python": ("a.txt", "{0: 'a', 0: 'b'}", "has '0' twice"),
            "a cell without an end": ("a.csv", '0,"' + "a" * 200_000, "line 1 has 200003 signs"),
            "a cell of 131,073 signs": ("a.csv", "0," + "a" * 131_073, "at most 10000 are read"),
            "a line of spaces": ("a.txt", "a" + " " * 50_000 + "b\nc", "line 1 has 50002 signs"),
            "very many": ("a.json", str([1] * 70_000), "lists 70000 classes; at most 65536"),
            "very many lines": ("a.txt", "a\n" * 70_000, "lists 70000 classes; at most 65536"),
            "very many of YAML": ("a.yaml", f"names: [{'a,' * 70_000}]", "lists 70000 classes"),
            "a long text": ("a.txt", "a" * (1 << 22) + "b", "signs; at most 4194304 are read"),
        }.items()
    ),
    Case("classes, a named pipe", pipe, read_class_names, Refusal("it is a named pipe")),
    Case(
        "classes, a device", lambda folder: Path("/dev/zero"), read_class_names, Refusal("device")
    ),
]
