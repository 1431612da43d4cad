"""What an insect sits on, or what hides it: leaves, twigs, stems."""

import numpy as np

from garden.painting.color import Array, oklch
from garden.painting.noise import fractal_noise
from garden.painting.painter import Painter
from garden.painting.shapes import coverage, grid, rotate
from garden.painting.sprite import Sprite
from garden.places.grounds import leaf_face

Point = tuple[float, float]


def leaf_sprite(rng: np.random.Generator, size: int, heading: float | None = None) -> Sprite:
    """A single leaf on a canvas of ``size`` by ``size`` pixels; ``heading`` in radians."""
    angle = rng.uniform(0, 2 * np.pi) if heading is None else heading
    x, y = rotate(*grid(size, size), angle)
    y = y + rng.normal(0, 0.12) * (1 - x * x)
    face = leaf_face(rng, 1.4 * x, 1.6 * y, size / 2)
    slim, teeth = rng.uniform(0.3, 0.5), rng.uniform(0, 0.025)
    share = np.clip(0.5 + x / 1.84, 0, 1)  # 0 at the stalk, 1 at the tip
    width = slim * 2.3 * share**0.75 * (1 - share) ** 0.8 + teeth * np.abs(np.sin(26 * x))
    distance = (np.abs(y) - width) * 0.8
    fold = 0.16 * size * np.abs(y) - 0.05 * size * (y * y)
    alpha = coverage(distance, 4 / size) * (share > 0) * (share < 1)
    relief = face.height + fold.astype(np.float32)
    return Sprite(face.albedo, alpha.astype(np.float32), relief.astype(np.float32))


def twig(
    rng: np.random.Generator,
    height: int,
    width: int,
    through: Point,
    thickness: float,
    angle: float,
) -> tuple[Sprite, Point]:
    """A knobby twig right across the picture, through a point; and where its middle lies."""
    painter = Painter(height, width)
    reach = float(np.hypot(height, width))
    forward = np.array([np.cos(angle), np.sin(angle)])
    color = oklch(rng.uniform(0.38, 0.6), rng.uniform(0.03, 0.07), rng.uniform(50, 95))
    bend = rng.normal(0, 0.05) * reach
    joints = [
        np.array(through) + s * reach * forward + bend * s * s * np.array([-forward[1], forward[0]])
        for s in np.linspace(-1, 1, 15)
    ]
    radii = thickness / 2 * (1 + 0.12 * rng.normal(size=15))
    for index in range(14):
        _internode(
            rng,
            painter,
            joints[index : index + 2],
            (float(radii[index]), float(radii[index + 1])),
            color,
        )
    sprite, middle = painter.cropped()
    return _barked(rng, sprite), middle


def _internode(
    rng: np.random.Generator, painter: Painter, ends: list[Array], radii: Point, color: Array
) -> None:
    start, end = ((float(place[0]), float(place[1])) for place in ends)
    painter.stroke(start, end, radii, color, joined=True)
    if rng.random() < 0.4:
        side = end[0] + rng.normal(0, radii[1]), end[1] + rng.normal(0, radii[1])
        painter.stroke(end, side, (radii[1], 0.6 * radii[1]), color, joined=True)


def _barked(rng: np.random.Generator, twig_sprite: Sprite) -> Sprite:
    height, width = twig_sprite.alpha.shape
    grain = fractal_noise(rng, height, width, 14, 3)
    albedo = twig_sprite.albedo * (0.7 + 0.6 * grain[..., None])
    return Sprite(albedo, twig_sprite.alpha, twig_sprite.height + 5 * grain)
