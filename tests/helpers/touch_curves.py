"""A figure to touch with bars and a curve, on a page: how to move it, and all that it shows."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page

from browser import swipe

# The texts beside the bars (each number in bold, and what stands after it), how long each bar is
# meant to be, the accuracies of the dots, the size that the point stands on, and how far its ring
# lies from its dot; then what only one of the figures has.
SHOWN = """root => {
  const all = selector => [...root.querySelectorAll(selector)];
  const texts = selector => all(selector).map(node => node.textContent);
  const wide = selector => all(selector).map(node => parseFloat(node.style.width) / 100);
  const middle = node => {
    const box = node.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  const at = all('.cv-ring')[0].getAttribute('aria-valuenow');
  const [ring, dot] = [all('.cv-ring')[0], all('.cv-dot')[at]].map(middle);
  return {
    numbers: all('.cv-meter p').flatMap(p => [...p.children].map(child => child.textContent)),
    widths: wide('.cv-fill'),
    curve: all('.cv-dot').map(dot => (158 - dot.getAttribute('cy')) / 146),
    at,
    off: Math.hypot(ring[0] - dot[0], ring[1] - dot[1]),
    shape: texts('.pp-shape'),
    canvas: all('canvas').flatMap(canvas => [canvas.width, canvas.clientWidth]),
    answers: texts('.tm-answer'),
    parts: wide('.tm-part'),
    tiles: ['first', 'second'].map(name => all('.tm-batch .tm-' + name).length),
  };
}"""


@dataclass
class Figure:
    """One figure with a curve on a page."""

    page: Page
    root: Locator
    sizes: tuple[int, ...]

    @property
    def ring(self) -> Locator:
        """The point that is dragged."""
        return self.root.locator(".cv-ring")

    def shown(self) -> dict[str, Any]:
        """All that is shown, read at once."""
        found: dict[str, Any] = self.root.evaluate(SHOWN)
        return {**found, "size": self.sizes[int(found["at"])]}

    def step(self) -> float:
        """Pixels from one size to the next."""
        wide = self.root.locator(".cv-box").evaluate("box => box.clientWidth")
        return float(wide) * 290 / 340 / (len(self.sizes) - 1)

    def start_of(self) -> tuple[float, float]:
        """Where to take hold of the ring."""
        self.ring.scroll_into_view_if_needed()
        box = self.ring.bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2 + 2, box["y"] + box["height"] / 2

    def drag(self, sizes: float) -> None:
        """Take hold of the point with the mouse and draw it over so many sizes."""
        x, y = self.start_of()
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + sizes * self.step(), y + 5, steps=2)
        self.page.mouse.up()

    def swipe(self, right: float, down: float) -> None:
        """Take hold of the point with a finger and draw it by so many pixels."""
        x, y = self.start_of()
        swipe(self.page, (x, y), (x + right, y + down))
