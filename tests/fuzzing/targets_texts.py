"""Lists of classes and pictures, manifests, histories, archives, answers, arguments."""

import io
import os
import socket
import threading
from pathlib import Path
from typing import Any

import click

from archive_files import INSECTS, VOC, encrypted, linked, tarred, zipped
from course_utils.cli.commands import cli, require_texts
from course_utils.data import download as downloads
from course_utils.data.archives import _unpack_safely
from course_utils.data.class_names import read_class_names, read_wnids
from course_utils.data.manifest import digest_of, verify_manifest
from course_utils.data.voc_classes import set_classes
from course_utils.data.voc_lists import read_list
from course_utils.training.history import read_history
from target import Target, refusals

TYPES = (".json", ".txt", ".csv", ".yaml")


def read_classes(content: bytes) -> None:
    """As a list of each kind of file, and as those of a set."""
    for suffix in TYPES:
        path = Path(f"classes{suffix}")
        path.write_bytes(content)
        with refusals():
            read_class_names(path)
        with refusals():
            read_wnids(str(path))
    Path("labelmap.txt").write_bytes(content)
    with refusals():
        set_classes(Path())
    Path("classes.txt").unlink()
    with refusals():
        set_classes(Path())


def classes() -> list[bytes]:
    """A small one of each form."""
    texts = [
        '{"0": ["n01440764", "tench"], "1": ["n01443537", "goldfish"]}',
        '{"id2label": {"0": "tench", "1": "goldfish"}}',
        '["tench", "goldfish"]',
        "{0: 'tench',\n 1: 'goldfish'}",
        "n01440764 tench\nn01443537 goldfish\n",
        "index,name\n0,tench\n1,goldfish\n",
        "0 0 0 tench\n128 0 0 goldfish\n255 255 255 void\n",
        "# label:color_rgb:parts:actions\nbackground:0,0,0::\nant:255,0,0::\n",
        "nc: 2\nnames: [tench, 'goldfish']  # two\n",
        "names:\n  0: tench\n  1: goldfish\n",
        "__ignore__\n_background_\ncat\n",
    ]
    encoded = [text.encode() for text in texts]
    return [*encoded, texts[4].encode("utf-16"), texts[5].encode("utf-8-sig")]


def read_split(content: bytes) -> None:
    """As the list of a set with a few pictures; none that is named lies outside."""
    root = Path("set")
    for name in ("JPEGImages/a b.jpg", "JPEGImages/c.jpg", "SegmentationClass/c.png"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    path = root / "ImageSets" / "Segmentation" / "train.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    with refusals():
        for entry in read_list(root, "train"):
            for file in (entry.picture, entry.mask, root / entry.name):
                assert Path(os.path.normpath(file)).is_relative_to(root), file


def splits() -> list[bytes]:
    texts = [
        "a b\nc\n",
        "JPEGImages/c.jpg SegmentationClass/c.png\n",
        "c  1\nd -1\n",
        "['a', 'c']\n",
        "# train\n/home/me/VOC/JPEGImages/c.jpg\n",
        "JPEGImages\\c.jpg\r\n",
        "../../c\n",
    ]
    return [text.encode() for text in texts]


def read_records(content: bytes) -> None:
    """As a manifest and as a history."""
    for name in ("manifest.json", "history.jsonl"):
        Path(name).write_bytes(content)
    with refusals():
        verify_manifest(Path())
    with refusals():
        digest_of(Path(), ["a"])
    with refusals():
        read_history("history.jsonl")


def records() -> list[bytes]:
    epoch = '"training_loss": 0.5, "validation_loss": 1, "accuracy": NaN, "mean_iou": null}\n'
    history = "".join(f'{{"number": {number}, {epoch}' for number in (1, 2))
    return [b'{"a/b.txt": "0123", "c": "45"}', history.encode()]


def unpack(content: bytes) -> None:
    """As an archive of either kind; nothing comes to lie beside its folder."""
    for name in ("a.zip", "a.tar"):
        folder = Path("inside", "folder")
        folder.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(content)
        with refusals():
            _unpack_safely(Path(name), folder)
    assert [path.name for path in Path("inside").iterdir()] == ["folder"]
    assert {path.name for path in Path().iterdir()} == {"a.zip", "a.tar", "inside"}


def archives() -> list[bytes]:
    links = [linked(kind, "bugs/h", "bugs/train/ants/1.jpg") for kind in (b"1", b"2")]
    tars = [tarred(INSECTS, mode) for mode in ("w", "w:gz", "w:xz", "w:bz2")]
    return [zipped(INSECTS), zipped(VOC), encrypted(INSECTS), *tars, *links]


def fetch(content: bytes) -> None:
    """As the answer of a server, header and body."""
    target = Path("file.bin")
    for path in Path().glob("file.bin*"):
        path.unlink()
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_answer, args=(server, content), daemon=True).start()
        with refusals():
            url = f"http://127.0.0.1:{server.getsockname()[1]}/"
            downloads.download(url, target, "sha256:01")
    assert not target.exists()


def _answer(server: socket.socket, content: bytes) -> None:
    """The same to every request, until nobody asks any more."""
    while True:
        try:
            connection, _ = server.accept()
            with connection:
                connection.settimeout(1)
                connection.recv(65_536)
                connection.sendall(content)
        except OSError:
            return


def answers() -> list[bytes]:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde"
    moved = b"HTTP/1.1 302 Found\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n"
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n"
    part = b"HTTP/1.1 206 Partial\r\nContent-Range: bytes 0-4/5\r\nContent-Length: 5\r\n\r\nabcde"
    return [head, moved, chunked, part, b"HTTP/1.1 416 Range\r\nContent-Length: 0\r\n\r\n"]


def parse(content: bytes) -> None:
    """As the words of a command, of which the options are looked at and nothing runs."""
    words = content.decode(errors="surrogateescape").split("\n")
    context, command = click.Context(cli), cli
    try:
        require_texts(words)
        while isinstance(command, click.Group):
            command = command.commands.get(words.pop(0) if words else "") or click.Command("none")
        command.make_context("x", words, parent=context)
    except click.ClickException as error:
        error.show(io.StringIO())
    except (click.exceptions.Exit, click.Abort):
        pass


def words() -> list[bytes]:
    lines = [
        "predict\na.png\n--top-k\n3\n--batch-size\n8\n--device\ncpu",
        "locate\na.png\n--scales\n0.5,1\n--threshold\n0.25",
        "train\nclassifier\n--data\nd\n--output\no\n--lr\n1e-3\n--seed\n7\n--image-size\n96",
        "train\nsegmenter\n--data\nd\n--output\no\n--crop-size\n64x96\n--scale\n0.5\n2",
        "train\nsegmenter\n--data\nd\n--output\no\n--class-weights\n1,2.5\n--clip-norm\n1",
        "layers\nresnet18\n--input\n3x64x64\n--pool-stride\n2",
        "data\ncrops\nd\n--output\no\n--seed\n0",
    ]
    return [line.encode() for line in lines]


def _resolve(host: str, *arguments: Any, **options: Any) -> Any:
    """No input reaches another machine."""
    if host != "127.0.0.1":
        raise socket.gaierror("not in tests")
    return RESOLVE(host, *arguments, **options)


RESOLVE, socket.getaddrinfo = socket.getaddrinfo, _resolve
downloads.PAUSES, downloads.TIMEOUT_SECONDS = (), 0.2

CLASSES = Target(read_classes, classes)
SPLITS = Target(read_split, splits)
RECORDS = Target(read_records, records)
ARCHIVES = Target(unpack, archives)
ANSWERS = Target(fetch, answers)
ARGUMENTS = Target(parse, words)
