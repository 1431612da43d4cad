"""The manifest notices any change of any file."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.data.manifest import MANIFEST, verify_manifest, write_manifest
from course_utils.errors import DataError

NAMES = ["a.txt", "b/c.png", "b/蜜蜂.jpg"]


def fill(folder: Path) -> Path:
    for number, name in enumerate(NAMES):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(bytes(range(100 * number)))
    write_manifest(folder)
    return folder


def test_an_untouched_folder_is_whole(tmp_path: Path) -> None:
    assert verify_manifest(fill(tmp_path)) == []


@given(st.sampled_from(NAMES), st.binary(max_size=300))
def test_any_change_is_noticed(name: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = fill(Path(folder)) / name
        same = path.read_bytes() == content
        path.write_bytes(content)
        assert verify_manifest(Path(folder)) == ([] if same else [f"{name}: has changed"])


@given(st.sampled_from(NAMES[1:]), st.integers(0), st.integers(1, 255))
def test_a_single_changed_byte_is_noticed(name: str, where: int, step: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = fill(Path(folder)) / name
        content = bytearray(path.read_bytes())
        content[where % len(content)] = (content[where % len(content)] + step) % 256
        path.write_bytes(content)
        assert verify_manifest(Path(folder)) == [f"{name}: has changed"]


def test_missing_and_new_files_are_noticed(tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / "a.txt").rename(tmp_path / "d.txt")
    assert verify_manifest(tmp_path) == ["a.txt: is missing", "d.txt: is not in the manifest"]


def test_the_same_files_give_the_same_manifest(tmp_path: Path) -> None:
    first = (fill(tmp_path) / MANIFEST).read_bytes()
    write_manifest(tmp_path)
    assert (tmp_path / MANIFEST).read_bytes() == first


OUTSIDE = [b'{"../a": "0"}', b'{"/etc/x": "0"}', b'{"a/../../b": "0"}', b'{"C:x": "0"}']
DAMAGED = [b"{", b"[1]", b"\xff\xfe", b'{"a": 1}', b'{"a": %s}' % (b"9" * 5000), b'{"a":' * 50_000]
DAMAGED += [b"[" * 100_000, b'{"\\ud800": "0"}', b'{"a\\n": "0"}']


@pytest.mark.parametrize("content", [*DAMAGED, *OUTSIDE])
def test_a_damaged_manifest_is_a_data_error(content: bytes, tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_bytes(content)
    with pytest.raises(DataError, match=r"manifest\.json: cannot be read"):
        verify_manifest(tmp_path)


def test_what_may_not_be_looked_at_is_not_called_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").touch()
    write_manifest(tmp_path)
    (tmp_path / "a").unlink()
    assert verify_manifest(tmp_path) == ["a: is missing"]
    (tmp_path / "a").symlink_to("a")
    assert verify_manifest(tmp_path) == ["a: cannot be read (Too many levels of symbolic links)"]
