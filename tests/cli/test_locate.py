"""``course-utils locate`` on everything that users give it."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.models import swin_t

from commands import Outcome, run_command
from picture_files import noise, save


def locate(*arguments: str | Path) -> Outcome:
    return run_command("locate", *arguments)


@pytest.fixture(scope="module")
def panorama(root: Path) -> Path:
    return root / "data" / "panorama" / "panorama.jpg"


def test_a_line_for_each_place(panorama: Path) -> None:
    outcome = locate(panorama, "--label", "bee")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.lines[0].startswith(f"image: {panorama} label: bee score: 0.9")
    assert "box: [" in outcome.lines[0]


def test_json_has_the_fields_that_are_promised(panorama: Path) -> None:
    outcome = locate(panorama, "--label", "bee", "--threshold", "0.5", "--format", "json")
    found = [json.loads(line) for line in outcome.lines]
    assert [sorted(place) for place in found] == [["box", "index", "label", "path", "score"]]
    left, top, right, bottom = found[0]["box"]
    assert 700 < left < right <= 1024
    assert 150 < top < bottom <= 387
    assert found[0]["path"] == str(panorama)
    assert (found[0]["label"], found[0]["index"]) == ("bee", 2)
    assert all(isinstance(edge, int) for edge in found[0]["box"])


def test_several_scales_are_searched(panorama: Path) -> None:
    outcome = locate(panorama, "--label", "bee", "--scales", "0.5,1,1.5", "--threshold", "0.5")
    assert outcome.status == 0
    assert outcome.lines


def test_the_picture_is_drawn_with_its_heat_map(panorama: Path, tmp_path: Path) -> None:
    outcome = locate(panorama, "--label", "bee", "--output", tmp_path / "bee.png")
    assert outcome.status == 0
    with Image.open(tmp_path / "bee.png") as drawn, Image.open(panorama) as original:
        assert drawn.size == original.size
        change = np.abs(np.asarray(drawn).astype(int) - np.asarray(original).astype(int))
    assert change[216:340, 830:930].mean() > 20
    assert change[:60, :500].mean() < 5


def test_several_pictures_are_drawn_into_a_folder(panorama: Path, tmp_path: Path) -> None:
    twin = tmp_path / "twin" / "panorama.jpg"
    twin.parent.mkdir()
    twin.write_bytes(panorama.read_bytes())
    outcome = locate(panorama, twin, "--output", tmp_path / "drawn")
    assert outcome.status == 0
    names = sorted(path.name for path in (tmp_path / "drawn").iterdir())
    assert names == ["panorama.png", "panorama_2.png"]


def test_the_former_name_of_the_option_still_works(panorama: Path, tmp_path: Path) -> None:
    assert locate(panorama, "--label", "bee", "--save", tmp_path / "bee.png").status == 0
    assert (tmp_path / "bee.png").is_file()
    assert "--save" not in locate("--help").out


def test_a_picture_that_cannot_be_drawn_is_listed_and_the_rest_goes_on(
    panorama: Path, tmp_path: Path
) -> None:
    gray = save(tmp_path / "gray.png", Image.new("RGB", (200, 150), (120, 100, 80)))
    (tmp_path / "drawn" / "gray.png").mkdir(parents=True)
    outcome = locate(gray, panorama, "--label", "bee", "--output", tmp_path / "drawn")
    assert outcome.status == 1
    assert f"{gray}: {tmp_path / 'drawn' / 'gray.png'}: cannot be written" in outcome.err
    assert all(line.startswith(f"image: {panorama}") for line in outcome.lines)
    assert (tmp_path / "drawn" / "panorama.png").is_file()


@pytest.mark.parametrize(
    ("draw_into", "reason"),
    [("one.png", "2 pictures need a folder"), ("one.jpg", "a file that ends in .png, or a folder")],
)
def test_a_place_to_draw_that_does_not_fit_is_refused(
    panorama: Path, tmp_path: Path, draw_into: str, reason: str
) -> None:
    outcome = locate(panorama, panorama, "--output", tmp_path / draw_into)
    assert outcome.status == 1
    assert reason in outcome.err
    assert not list(tmp_path.iterdir())


def test_nothing_above_the_threshold_is_said_in_words(tmp_path: Path) -> None:
    path = save(tmp_path / "gray.png", Image.new("RGB", (200, 150), (120, 100, 80)))
    outcome = locate(path, "--label", "bee", "--threshold", "0.9")
    assert outcome.status == 0
    assert outcome.err.startswith("note: garden-resnet18 has seen nothing but the course's")
    assert outcome.out.startswith(f"image: {path} nothing: bee reaches only 0.")
    outcome = locate(path, "--label", "bee", "--threshold", "0.9", "--format", "json")
    assert (outcome.status, outcome.out) == (0, "")
    assert "nothing: bee reaches only" in outcome.err


def test_a_label_that_does_not_exist_is_refused_before_any_picture(panorama: Path) -> None:
    outcome = locate(panorama, "--label", "bees")
    assert (outcome.status, outcome.out) == (1, "")
    assert "did you mean bee" in outcome.err


def test_a_small_picture_says_the_smallest_size_and_how_to_enlarge(tmp_path: Path) -> None:
    path = save(tmp_path / "small.png", noise(0, (300, 60)))
    outcome = locate(path, "--label", "bee")
    assert outcome.status == 1
    assert "measures 300×60 pixels, and this network needs 96 each way" in outcome.err
    assert "--upscale" in outcome.err
    assert locate(path, "--label", "bee", "--upscale").status == 0


def test_bad_pictures_are_listed_and_the_rest_goes_on(panorama: Path, tmp_path: Path) -> None:
    small = save(tmp_path / "small.png", noise(0, (90, 40)))
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(panorama.read_bytes()[:5000])
    outcome = locate(broken, small, tmp_path / "missing.jpg", panorama, "--label", "bee")
    assert outcome.status == 1
    assert any(line.startswith(f"image: {panorama}") for line in outcome.lines)
    for name in ("broken.jpg", "small.png", "missing.jpg"):
        assert name in outcome.err
    assert "left out (3)" in outcome.err


def test_an_extreme_shape_is_no_problem(tmp_path: Path) -> None:
    path = save(tmp_path / "long.png", noise(0, (9600, 96)))
    assert locate(path, "--label", "bee").status == 0
    path = save(tmp_path / "thin.png", noise(0, (20, 2000)))
    assert locate(path, "--label", "bee", "--upscale").status == 0
    path = save(tmp_path / "line.png", noise(0, (100_000, 1)))
    outcome = locate(path, "--label", "bee", "--upscale")
    assert outcome.status == 1
    assert "cut it into pieces" in outcome.err


def test_a_network_that_cannot_be_converted_is_refused(tmp_path: Path, panorama: Path) -> None:
    with torch.device("meta"):
        expected = swin_t(num_classes=2).state_dict()
    zeros = {name: torch.zeros(t.shape, dtype=torch.float16) for name, t in expected.items()}
    torch.save(zeros, tmp_path / "swin.pth")
    names = save_text(tmp_path / "names.txt", "ants\nbees\n")
    options = ("--model", "swin_t", "--classes", names)
    outcome = locate(panorama, "--weights", tmp_path / "swin.pth", *options)
    assert outcome.status == 1
    assert "its last layer, head, is not called fc or classifier" in outcome.err


def save_text(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("scales", ["", "a", "1,0", "-1", "9", "1,,2"])
def test_scales_that_are_none_are_refused(panorama: Path, scales: str) -> None:
    outcome = locate(panorama, "--scales", scales)
    assert outcome.status == 2
    assert "--scales" in outcome.err


GIB = 2**20  # KiB

PEAKS = """
import sys
from pathlib import Path
from course_utils.cli import cli

for path in sys.argv[1:]:
    cli.main(["locate", path, "--label", "bee", "--threshold", "0.9"], standalone_mode=False)
    print(*(line for line in Path("/proc/self/status").open() if line.startswith("VmHWM")))
"""
"""Says the most memory that this process ever had, in KiB (its resource usage would count that of
the process that started it)."""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc elsewhere")
def test_fifty_megapixels_take_little_more_memory_than_a_panorama(
    panorama: Path, tmp_path: Path
) -> None:
    """The picture itself lies in memory twice; without tiles there would be two gigabytes more."""
    with Image.open(panorama) as image:
        garden = np.asarray(image)
    large = tmp_path / "large.jpg"
    Image.fromarray(np.tile(garden, (19, 7, 1))[:7071, :7071]).save(large)
    command = [sys.executable, "-c", PEAKS, str(panorama), str(large)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    small, whole = (int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    assert sum(line.startswith(f"image: {large} label: bee") for line in lines) > 100
    print(f"peaks: {small / GIB:.2f} and {whole / GIB:.2f} GiB")
    assert whole - small < 0.8 * GIB
