"""The playground in a browser: its networks answer as PyTorch does, served and opened as a file."""

import base64
import io
import re
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from torch import Tensor, nn
from torchvision.transforms.v2.functional import pil_to_tensor

pytest.importorskip("playwright", reason="playwright is not installed: requirements.txt")
from playwright.sync_api import Browser, Page

from browser import Requests, faults_of, served
from course_utils.data import locations
from course_utils.data.transforms import batch_transform
from course_utils.inference import Classifier, Localizer, Segmenter
from course_utils.inference.detections import boxes
from playground import NETWORKS, PICTURES

pytestmark = pytest.mark.browser

NETWORK = dict(zip(("insects", "flowers", "where", "which"), NETWORKS, strict=True))
TOLERANCE = 1e-3
"""Of the largest logit."""
PIXELS = 0.999
"""Of the pixels have the same class."""

ANSWERED = "nothing was sent"
FOUND = """() => {
  const { seen, logits, classes, boxes, names } = playground.state.found;
  const bytes = array => {
    const signs = Array.from(new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
      byte => String.fromCharCode(byte));
    return btoa(signs.join(""));
  };
  return { size: [seen.width, seen.height], names, boxes,
    logits: bytes(Float32Array.from(logits.values)),
    shape: [logits.channels, logits.height, logits.width], classes: classes && bytes(classes) };
}"""


def array(found: str, kind: torch.dtype) -> Tensor:
    """What the page gave as bytes in base64: many times faster than as numbers."""
    return torch.frombuffer(bytearray(base64.b64decode(found)), dtype=kind)


class Playground:
    """The page, and what a reader does with it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.requests = Requests(page)
        page.goto(address)
        self.wait("Choose a picture")

    def part(self, name: str) -> Any:
        return self.page.locator(f'#playground [data-part="{name}"]')

    def wait(self, words: str = ANSWERED) -> None:
        said = "w => document.querySelector('[data-part=status]').textContent.includes(w)"
        self.page.wait_for_function(said, arg=words, timeout=60_000)

    def forget(self) -> None:
        self.page.evaluate("document.querySelector('[data-part=status]').textContent = ''")

    def ask(self, kind: str, picture: str) -> dict[str, Any]:
        """Choose a question and one of the pictures."""
        if not self.page.locator(f"[value={kind}]").is_checked():
            self.forget()
            self.page.check(f"[value={kind}]")
            self.wait()
        self.forget()
        self.page.click(f'[data-picture="{picture}"]')
        self.wait()
        found: dict[str, Any] = self.page.evaluate(FOUND)
        return found

    def give(self, name: str, content: bytes, words: str = ANSWERED) -> dict[str, Any]:
        """Choose a file of one's own."""
        self.forget()
        file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        self.part("file").set_input_files(file)
        self.wait(words)
        found: dict[str, Any] = self.page.evaluate(FOUND)
        return found


@pytest.fixture(scope="module", params=["served", "a file"])
def address(request: pytest.FixtureRequest, built_book: Path) -> Any:
    if request.param == "a file":
        yield (built_book / "book" / "playground.html").as_uri()
        return
    with served(built_book) as site:
        yield f"{site}/book/playground.html"


@pytest.fixture(scope="module")
def playground(browser: Browser, address: str) -> Playground:
    return Playground(browser.new_page(viewport={"width": 1280, "height": 900}), address)


def picture_of(name: str) -> Image.Image:
    return Image.open(locations.embedded_folder() / PICTURES[name][0]).convert("RGB")


@torch.inference_mode()
def expected(kind: str, picture: Image.Image) -> tuple[Tensor, Any]:
    """PyTorch's logits ``(classes, h, w)``, and what gave them."""
    name = NETWORK[kind]
    if kind == "where":
        localizer = Localizer.from_checkpoint(name)
        pixels = localizer.prepare(pil_to_tensor(picture)[None])
        network: nn.Module = localizer.network.unprepared()
        return network(pixels)[0], localizer
    if kind == "which":
        segmenter = Segmenter.from_checkpoint(name)
        prepare = batch_transform(segmenter.preprocessing)
        return segmenter.model(prepare(pil_to_tensor(picture)[None]))[0], segmenter
    classifier = Classifier.from_checkpoint(name)
    return classifier.model(classifier.transform(picture)[None])[0, :, None, None], classifier


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("kind", NETWORK)
def test_the_answers_are_those_of_pytorch(playground: Playground, kind: str, picture: str) -> None:
    found = playground.ask(kind, picture)
    image = picture_of(picture)
    logits, predictor = expected(kind, image)
    own = array(found["logits"], torch.float32).view(found["shape"])
    assert found["names"] == list(predictor.class_names)
    assert own.shape == logits.shape
    assert (own - logits).abs().max() <= TOLERANCE * logits.abs().max()
    if kind == "which":
        classes = array(found["classes"], torch.uint8).view(logits.shape[1:])
        assert (classes == logits.argmax(dim=0)).float().mean() >= PIXELS
    else:
        assert torch.equal(own.argmax(dim=0), logits.argmax(dim=0))
    if kind == "where":
        location = predictor.locate(image)
        sides = ("left", "top", "right", "bottom")
        assert [tuple(box[side] for side in sides) for box in found["boxes"]] == [
            one.box for one in boxes(location.response, location.index, 0.25)
        ]


def bytes_of(image: Image.Image, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def test_a_network_is_loaded_when_it_is_asked(browser: Browser, address: str) -> None:
    fresh = Playground(browser.new_page(), address)
    scripts = [url for url in fresh.requests.asked if url.endswith((".js", ".safetensors"))]
    assert not [url for url in scripts if any(name in url for name in NETWORKS)]
    fresh.ask("flowers", "rose")
    loaded = [url for url in fresh.requests.asked if any(name in url for name in NETWORKS)]
    assert [Path(url).name for url in loaded] == ["flowers-resnext.js"]
    assert not fresh.requests.failed


def test_a_picture_of_ones_own(playground: Playground) -> None:
    image = Image.effect_mandelbrot((333, 218), (-2, -1, 1, 1), 50).convert("RGB")
    playground.page.check("[value=insects]")
    found = playground.give("my picture.png", bytes_of(image))
    logits, _ = expected("insects", image)
    gap = (array(found["logits"], torch.float32) - logits.flatten()).abs().max()
    assert gap <= TOLERANCE * logits.abs().max()
    assert playground.part("drawn").is_visible(), "it says that a photograph is nothing drawn"
    assert "the middle of 333×218" in playground.part("size").inner_text()


@pytest.mark.parametrize("kind", ["where", "which"])
def test_a_large_picture_is_made_smaller_and_a_small_one_larger(
    playground: Playground, kind: str
) -> None:
    playground.page.check(f"[value={kind}]")
    large = playground.give("large.png", bytes_of(Image.new("RGB", (1600, 1000), "green")))
    assert large["size"][0] * large["size"][1] <= 600_000 + 1600
    assert "made smaller from 1600×1000" in playground.part("size").inner_text()
    small = playground.give("small.png", bytes_of(Image.new("RGB", (40, 20), "red")))
    assert small["size"] == ([192, 96] if kind == "where" else [40, 20])


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("notes.txt", b"no picture", "notes.txt: this browser cannot read it as a picture"),
        ("cut.png", bytes_of(Image.new("RGB", (300, 300)))[:40], "cut.png: this browser cannot"),
        ("line.png", bytes_of(Image.new("RGB", (700, 10))), "at most 64 times as long"),
    ],
)
def test_what_is_no_picture_is_said(
    playground: Playground, name: str, content: bytes, words: str
) -> None:
    playground.ask("insects", "bee")
    found = playground.give(name, content, words)
    assert found["size"] == [96, 96], "the last answer stays"
    assert playground.ask("insects", "ant")["names"] == ["ants", "bees"]


def test_it_can_be_cancelled(playground: Playground) -> None:
    playground.ask("where", "bee")
    playground.forget()
    playground.page.click('[data-picture="panorama"]')
    playground.part("cancel").click()
    playground.wait("cancelled")
    assert not playground.part("progress").is_visible()
    assert playground.ask("where", "panorama")["shape"] == [8, 11, 30]


def test_by_keyboard(playground: Playground) -> None:
    playground.ask("where", "panorama")
    canvas = playground.part("canvas")
    canvas.focus()
    before = canvas.get_attribute("aria-label")
    numbers = re.search(r"row (\d+) of 11, column (\d+) of 30", before)
    assert numbers
    playground.page.keyboard.press("ArrowUp")
    playground.page.keyboard.press("ArrowRight")
    row, column = int(numbers[1]) - 1, int(numbers[2]) + 1
    assert f"row {row} of 11, column {column} of 30" in canvas.get_attribute("aria-label")
    playground.part("threshold").focus()
    playground.page.keyboard.press("End")
    assert "99 %" in playground.part("answer").inner_text()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_bar_is_as_long_as_its_class_is_probable(playground: Playground, width: int) -> None:
    playground.page.set_viewport_size({"width": width, "height": 900})
    playground.ask("insects", "bee")
    bars = [bar.bounding_box() for bar in playground.page.locator(".playground-bar").all()]
    playground.page.set_viewport_size({"width": 1280, "height": 900})
    lengths = [bar["width"] for bar in bars if bar]
    assert lengths[0] > 50, "above 99 %"
    assert lengths[1] < 3, "below 1 %"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", NETWORK)
def test_an_answer_keeps_nobody_out(playground: Playground, kind: str, scheme: str) -> None:
    playground.page.emulate_media(color_scheme=scheme)
    playground.ask(kind, "scene")
    playground.page.evaluate("document.querySelector('#playground details').open = true")
    assert faults_of(playground.page) == []


def test_a_dropped_picture(playground: Playground) -> None:
    playground.page.check("[value=which]")
    playground.forget()
    content = list(bytes_of(picture_of("scene")))
    playground.page.evaluate(
        """content => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(content)], "dropped.png"));
          document.getElementById("playground").dispatchEvent(
            new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        content,
    )
    playground.wait()
    assert playground.page.evaluate("playground.state.file") == "dropped.png"


def test_the_camera(browser: Browser, address: str) -> None:
    allowed = Playground(browser.new_page(permissions=["camera"]), address)
    allowed.part("camera").click()
    allowed.part("shoot").click()
    allowed.wait()
    assert not allowed.part("camera-view").is_visible()
    assert allowed.page.evaluate("playground.state.file") == "a picture of the camera"
    assert "640×480" in allowed.part("size").inner_text()


def test_no_camera_is_said(playground: Playground) -> None:
    playground.part("camera").click()
    playground.wait("no picture from the camera")
