"""The forms in which people keep lists of classes."""

import json
from pathlib import Path

import pytest

from course_utils.data.class_lists import parse
from course_utils.data.class_names import read_class_names, read_wnids
from course_utils.data.class_rows import UnknownFormError
from course_utils.data.class_tables import in_order
from course_utils.errors import DataError

TENCH = ("tench", "gold fish")
WNIDS = ("n01440764", "n01443537")

WITHOUT_WNIDS = {
    "list.json": '["tench", "gold fish"]',
    "index_to_name.json": '{"1": "gold fish", "0": "tench"}',
    "name_to_index.json": '{"gold fish": 1, "tench": 0}',
    "texts.json": '{"gold fish": "1", "tench": "0"}',
    "config.json": '{"model": "x", "id2label": {"0": "tench", "1": "gold fish"}}',
    "gist.txt": "{0: 'tench',\n 1: 'gold fish'}",
    "gist_lines.txt": "0: 'tench',\n1: 'gold fish',\n",
    "names.txt": "tench\ngold fish\n",
    "table.csv": "index,name\n0,tench\n1,gold fish\n",
    "table_without_head.csv": "0,tench\n1,gold fish",
    "semicolons.csv": "0;tench\r\n1;gold fish\r\n",
    "tabs.tsv": "id\tlabel\n0\ttench\n1\tgold fish\n",
    "other_head.csv": "class_number,what it is\n0,tench\n1,gold fish\n",
    "other_head.txt": "number;German\n0;tench\n1;gold fish\n",
    "quotes.csv": '"name","index"\n"gold fish",1\n"tench",0\n',
    "column.csv": "name\ntench\ngold fish\n",
    "places.txt": "tench 0\ngold fish 1\n",
    "numbered.txt": "0 tench\n1 gold fish\n",
}

OF_WORDNET = {
    "imagenet_class_index.json": '{"0": ["n01440764", "tench"], "1": ["n01443537", "gold fish"]}',
    "LOC_synset_mapping.txt": "n01440764 tench\nn01443537 gold fish\n",
    "synsets.tsv": "n01440764\ttench\nn01443537\tgold fish\n",
    "pairs.json": '[["n01440764", "tench"], ["n01443537", "gold fish"]]',
    "by_wnid.json": '{"n01443537": "gold fish", "n01440764": "tench"}',
    "with_indices.txt": "n01443537 1 gold fish\nn01440764 0 tench\n",
    "name_first.csv": "words,synset\ntench,n01440764\ngold fish,n01443537\n",
    "three_columns.csv": "index,wnid,name\n0,n01440764,tench\n1,n01443537,gold fish\n",
}


@pytest.mark.parametrize("name", [*WITHOUT_WNIDS, *OF_WORDNET])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_every_form_gives_the_names(name: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text({**WITHOUT_WNIDS, **OF_WORDNET}[name], encoding)
    assert read_class_names(path) == TENCH
    assert read_wnids(str(path)) == (WNIDS if name in OF_WORDNET else None)


def test_wnids_alone_are_names(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("n01440764\nn01443537\n")
    assert read_class_names(tmp_path / "a.txt") == WNIDS
    assert read_wnids(str(tmp_path / "a.txt")) == WNIDS
    assert read_wnids(None) is read_wnids("imagenet") is None


@pytest.mark.parametrize(
    "text", ["tench, Tinca tinca\ngold fish, Carassius\n", "1 euro\n2 euro\n", "[a]\n{b\n"]
)
def test_names_that_look_like_another_form_stay_names(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(text)
    assert read_class_names(tmp_path / "a.txt") == tuple(text.splitlines())


def test_commas_within_names(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("n01440764 tench, Tinca tinca\n")
    assert read_class_names(tmp_path / "a.txt") == ("tench, Tinca tinca",)
    (tmp_path / "a.csv").write_text('0,"tench, Tinca tinca"\n')
    assert read_class_names(tmp_path / "a.csv") == ("tench, Tinca tinca",)


@pytest.mark.parametrize(
    "text",
    [
        '{0: __import__("os").getcwd()}',
        '{"a": ' + "[" * 100_000,
        "{" * 300,
        '{"0": 1' + "0" * 5000 + "}",
        "1,tench\n2,gold fish\n",
        "n02119789 1 kit_fox\nn02100735 2 English_setter\n",
        "0,tench\n0,gold fish\n",
        "0,tench\n1,gold fish\nx\n",
        '{"0": ["tench", "n01440764"]}',
        '{"0": {"name": "tench"}}',
    ],
)
def test_what_makes_no_sense_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / ("a.json" if text[0] == "{" else "a.csv")
    path.write_text(text)
    with pytest.raises(DataError, match=r"is not valid JSON|does not number the classes 0, 1"):
        read_class_names(path)


@pytest.mark.parametrize("name", ["a.txt", "a.json"])
def test_a_name_that_two_classes_have(name: str, tmp_path: Path) -> None:
    path, names = tmp_path / name, ["cat", "dog", "cat"]
    path.write_text(json.dumps(names) if name == "a.json" else "\n".join(names))
    with pytest.raises(DataError, match="gives the classes 0 and 2 the same name, cat; give each"):
        read_class_names(path)


def test_the_two_cranes_and_maillots_of_imagenet(tmp_path: Path) -> None:
    names = [f"class {index}" for index in range(1000)]
    names[134] = names[517] = "crane"
    names[638] = names[639] = "maillot"
    path = tmp_path / "a.json"
    for content in (names, dict(enumerate(names))):
        path.write_text(json.dumps(content))
        assert read_class_names(path) == tuple(names)
    pairs = {str(n): [f"n{n:08d}", name] for n, name in enumerate(names)}
    path.write_text(json.dumps(pairs))
    assert read_class_names(path)[517] == "crane"
    names[7] = names[8] = "hen"
    path.write_text(json.dumps(names))
    with pytest.raises(DataError, match="the same name, hen"):
        read_class_names(path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name,is_thing\nsky,0\ncat,1\n", ["sky", "cat"]),
        ("name,is_thing\ncat,1\ndog,1\n", ["cat", "dog"]),
        ("name,count\ncat,120\ndog,80\n", ["cat", "dog"]),
        ("name,count\ncat,0\ndog,1\n", ["cat", "dog"]),
        ("name,trainId,id\ncat,0,1\ndog,1,0\n", ["dog", "cat"]),
        ("KL 0\nKL 1\nKL 2\n", ["KL 0", "KL 1", "KL 2"]),
        ("0 euro\n1 euro\n", ["0 euro", "1 euro"]),
        ("cat: 1\ndog: 0\n", ["dog", "cat"]),
        ("cat : 0,\ndog : 1\n", ["cat", "dog"]),
        ("at 12:30\nat 12:31\n", ["at 12:30", "at 12:31"]),
        ("{a}\n{b}\n", ["{a}", "{b}"]),
    ],
)
def test_a_number_is_an_index_only_where_it_says_so(text: str, expected: list[str]) -> None:
    rows = in_order(parse(text, ".txt"))
    assert [row.name for row in rows] == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name,count\ncat,1\ndog,0\n", "may number the classes in its column 'count'"),
        ("item {\n  id: 1\n  name: 'cat'\n}\n", "a label map of TensorFlow"),
        ("# made by x\nitem {\n  id: 1\n}\n", "a label map of TensorFlow"),
        ("classes = 2\ntrain = a/train.txt\nnames = a/obj.names\n", "a settings file, such as da"),
        ("names=obj.names\nbackup=b/\n", "a settings file, such as darknet's"),
        ("# label:color_rgb:parts:actions\nant:128,0,0::\nbee:::\n", "a label map of CVAT"),
        ('{"id": 0, "name": "cat"}\n{"id": 1, "name": "dog"}\n', "a JSON object in each line"),
    ],
)
def test_what_only_looks_like_names_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UnknownFormError, match=reason):
        parse(text, ".txt")


@pytest.mark.parametrize(
    "text",
    [
        '["sky", "ant" "bee", "wasp"]',
        "['ant' 'bee']",
        "['ant' 'bee'\n 'wasp']",
        "{0: 'ant', 1: 'bee'\n 'wasp'}",
        "['ant'  # one\n 'bee']",
    ],
)
def test_a_missing_comma_joins_no_classes(text: str) -> None:
    with pytest.raises(UnknownFormError, match=r"has no comma between ['\"].*; write one"):
        parse(text, ".txt")
    with pytest.raises(UnknownFormError, match="is not valid JSON"):
        parse(text, ".json")


def test_a_json_file_is_json() -> None:
    assert [row.name for row in parse("['ant', 'bee',]", ".txt")] == ["ant", "bee"]
    with pytest.raises(UnknownFormError, match="is not valid JSON"):
        parse("['ant', 'bee',]", ".json")


@pytest.mark.parametrize(
    "text", ['["ant",\n"bee"\n', '[\n"ant"\n', "[ant,\nbee]", "{0: 'a',\n0: 'b'}", '["a"]\n["b"]']
)
def test_a_broken_list_is_no_list_of_names(text: str) -> None:
    with pytest.raises(UnknownFormError, match=r"is not valid JSON|has '0' twice"):
        parse(text, ".txt")


BOTH = '[{"id": 1, "name": "bee"}, {"id": 0, "name": "ant"}]'


@pytest.mark.parametrize(
    "text",
    [
        BOTH,
        f'{{"info": {{}}, "images": [], "categories": {BOTH}}}',
        '[{"name": "ant", "color": [1, 2, 3]}, {"name": "bee"}]',
        '[{"index": "0", "label": "ant"}, {"index": "1", "label": "bee"}]',
        '{"names": ["ant", "bee"], "nc": 2}',
        '{"names": {"0": "ant", "1": "bee"}}',
        '{"class_to_idx": {"bee": 1, "ant": 0}}',
        '{"label2id": {"bee": 1, "ant": 0}}',
        '{"classes": ["ant", "bee"]}',
    ],
)
def test_the_json_of_other_programs(text: str) -> None:
    assert [row.name for row in in_order(parse(text, ".json"))] == ["ant", "bee"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (BOTH.replace('": 0', '": 2'), "does not number .*; its numbers begin with 1: subtract 1"),
        (f'{{"categories": {BOTH.replace(": 0", ": 2")}}}', "its numbers begin with 1: subtract 1"),
        (BOTH.replace('": 0', '": 7'), "does not number"),
        (BOTH.replace('": 0', '": 0.5'), "does not number"),
        (BOTH.replace('"id": 0, ', ""), "does not number"),
        (BOTH.replace('"name"', '"what"'), "does not number"),
        ('[{"id": 0, "name": "ant"}, "bee"]', "does not number"),
        ('{"names": ["ant", "bee"], "nc": 3}', "says nc: 3, but names 2 classes"),
        ('{"label2id": {"bee": 1, "ant": 2}}', "its numbers begin with 1"),
    ],
)
def test_the_json_of_other_programs_with_other_numbers(text: str, reason: str) -> None:
    with pytest.raises(UnknownFormError, match=reason):
        in_order(parse(text, ".json"))


def test_a_class_may_be_called_like_a_list() -> None:
    names = [row.name for row in in_order(parse('{"names": 0, "classes": 1}', ".json"))]
    assert names == ["names", "classes"]
