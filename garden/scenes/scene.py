"""A picture being composed from back to front, and which pixel shows what."""

from dataclasses import dataclass, field, replace

import numpy as np

from garden.painting.color import Array
from garden.painting.focus import blur, blurred_sprite
from garden.painting.sprite import Light, Sprite, shade

Point = tuple[float, float]
SEEN = 0.3  # from this opacity on, a pixel belongs to a thing


@dataclass
class Scene:
    """The light, what has been painted, and who covers which pixel.

    Attributes:
        light: The same for everything.
        linear: ``(H, W, 3)``, linear RGB.
        solid: ``(H, W)``, 0 to 1: how far there is something near that a shadow can fall on.
        instances: ``(H, W)``, 0 where there is none, else an index into ``labels``.
        labels: The class of each instance; the first entry stands for none.
    """

    light: Light
    linear: Array
    solid: Array
    instances: Array
    labels: list[str] = field(default_factory=lambda: [""])

    @classmethod
    def on(cls, ground: Sprite, light: Light, near: bool) -> "Scene":
        """A scene of a lit ground alone, near or far behind all that will be put before it."""
        lit = shade(ground, replace(light, gloss=0.3 * light.gloss))
        solid = np.full(ground.alpha.shape, float(near), np.float32)
        return cls(light, lit, solid, np.zeros_like(solid))

    @property
    def short_side(self) -> int:
        """In pixels."""
        return int(min(self.instances.shape))

    def put(
        self,
        sprite: Sprite,
        center: Point,
        label: str = "",
        lift: float = 0.0,
        defocus: float = 0.0,
        gloss: float = 0.3,
    ) -> None:
        """Lay a sprite over the scene.

        Args:
            sprite: Smaller or larger than the picture.
            center: Where its middle goes, ``(x, y)`` in pixels.
            label: Its class; without one it hides what is behind it and belongs to nothing.
            lift: Its distance from the ground, in pixels; 0 casts no shadow.
            defocus: Blur, in pixels.
            gloss: Its highlights, relative to the light's.
        """
        if lift:
            self._cast_shadow(sprite.alpha, center, lift)
        seen = blurred_sprite(_padded(sprite, defocus), defocus) if defocus else sprite
        lit = shade(seen, replace(self.light, gloss=gloss * self.light.gloss))
        here, there = _overlap(self.instances.shape, seen.alpha.shape, center)
        cover = seen.alpha[there][..., None]
        self.linear[here] = lit[there] * cover + self.linear[here] * (1 - cover)
        below = self.solid[here] * (1 - seen.alpha[there])
        self.solid[here] = below + (0 if defocus else 1) * seen.alpha[there]
        if label:
            self.labels.append(label)
        number = len(self.labels) - 1 if label else 0
        visible = seen.alpha[there] > (SEEN if label else 0.5)
        self.instances[here] = np.where(visible, number, self.instances[here])

    def _cast_shadow(self, alpha: Array, center: Point, lift: float) -> None:
        margin = int(2.5 * lift) + 4
        wide = np.pad(alpha, margin)
        x, y, z = self.light.direction
        sunward = (center[0] - lift * x / z, center[1] - lift * y / z)
        self._darken(0.62 * blur(wide, 0.4 * lift + 0.8), sunward)
        self._darken(0.4 * blur(wide, 0.8 * lift + 1), center)

    def _darken(self, darkness: Array, center: Point) -> None:
        here, there = _overlap(self.instances.shape, darkness.shape, center)
        amount = (darkness[there] * self.solid[here])[..., None]
        self.linear[here] *= 1 - amount * np.array([1, 0.98, 0.92], np.float32)


def _padded(sprite: Sprite, defocus: float) -> Sprite:
    margin = int(3 * defocus) + 1
    around = ((margin, margin), (margin, margin))
    return Sprite(
        np.pad(sprite.albedo, (*around, (0, 0))),
        np.pad(sprite.alpha, around),
        np.pad(sprite.height, around),
    )


def _overlap(
    canvas: tuple[int, ...], sprite: tuple[int, ...], center: Point
) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Where a sprite lies on a canvas: the slices of the canvas and those of the sprite."""
    here, there = [], []
    for size, length, middle in zip(canvas, sprite, (center[1], center[0]), strict=True):
        start = round(middle - length / 2)
        low, high = max(start, 0), max(min(start + length, size), 0)
        here.append(slice(min(low, size), max(high, min(low, size))))
        there.append(slice(here[-1].start - start, here[-1].stop - start))
    return (here[0], here[1]), (there[0], there[1])
