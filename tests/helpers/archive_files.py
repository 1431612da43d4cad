"""Makes archives of small sets for the tests."""

import io
import tarfile
import zipfile

INSECTS = {"bugs/train/ants/1.jpg": b"a", "bugs/val/ants/2.jpg": b"b"}


FLOWERS = {f"bugs/roses/{number}.jpg": b"r" for number in range(20)} | {"bugs/LICENSE.txt": b"l"}


VOC = {
    "bugs/JPEGImages/1.jpg": b"i",
    "bugs/SegmentationClass/1.png": b"m",
    "bugs/ImageSets/Segmentation/train.txt": b"1",
}


def zipped(files: dict[str, bytes]) -> bytes:
    """Pack files, content by path."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
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
