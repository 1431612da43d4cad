"""Makes archives of small sets for the tests."""

import io
import tarfile
import warnings
import zipfile

INSECTS = {"bugs/train/ants/1.jpg": b"a", "bugs/val/ants/2.jpg": b"b"}


FLOWERS = {f"bugs/roses/{number}.jpg": b"r" for number in range(20)} | {"bugs/LICENSE.txt": b"l"}


VOC = {
    "bugs/JPEGImages/1.jpg": b"i",
    "bugs/SegmentationClass/1.png": b"m",
    "bugs/ImageSets/Segmentation/train.txt": b"1",
}


def zipped(*parts: dict[str, bytes]) -> bytes:
    """Pack files, content by path."""
    stream = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(stream, "w") as archive:
        for name, content in (file for files in parts for file in files.items()):
            archive.writestr(name, content)
    return stream.getvalue()


def encrypted(files: dict[str, bytes]) -> bytes:
    """A zip archive that says of its files that they need a password."""
    content = bytearray(zipped(files))
    for sign, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = content.find(sign)
        while place >= 0:
            content[place + offset] |= 1
            place = content.find(sign, place + 4)
    return bytes(content)


def linked(kind: bytes, name: str, target: str) -> bytes:
    """A tar archive of ``INSECTS`` with a link, or something else that is no file."""
    stream = io.BytesIO(tarred(INSECTS, "w"))
    with tarfile.open(fileobj=stream, mode="a") as archive:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, target
        archive.addfile(member)
    return stream.getvalue()


def bomb(files: dict[str, bytes], size: int) -> bytes:
    """A zip archive with a file of so many zero bytes, which takes a thousandth of that."""
    stream = io.BytesIO(zipped(files))
    with (
        zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("bugs/zeros.bin", "w", force_zip64=True) as file,
    ):
        for _ in range(0, size, 1 << 20):
            file.write(bytes(1 << 20))
    return stream.getvalue()


def tarred(files: dict[str, bytes], mode: str = "w:gz") -> bytes:
    """Pack files, content by path."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()
