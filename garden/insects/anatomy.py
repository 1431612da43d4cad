"""What ants and bees have in common: coats, legs, body segments, hair."""

from dataclasses import dataclass

import numpy as np

from garden.insects.pose import Point3, Pose
from garden.painting.color import Array, mix, oklch
from garden.painting.noise import value_noise
from garden.painting.painter import Painter, Texture

Leg = list[Point3]

# lightness, chroma, hue: from near black over red-brown and ochre to honey, gold and gray
COATS = [
    (0.20, 0.015, 60.0),
    (0.27, 0.035, 50.0),
    (0.34, 0.075, 45.0),
    (0.42, 0.100, 50.0),
    (0.52, 0.110, 68.0),
    (0.61, 0.120, 74.0),
    (0.68, 0.125, 82.0),
    (0.48, 0.030, 80.0),
]


@dataclass(frozen=True)
class Coat:
    """An insect's colors in OKLab: of its hind body, its front, its legs, and its bands."""

    hind: Array
    front: Array
    limbs: Array
    bands: Array


@dataclass(frozen=True)
class Segment:
    """One egg-shaped part of a body, in model units."""

    center: Point3
    axis: Point3
    radii: tuple[float, float]
    taper: float = 0.0


def random_color(rng: np.random.Generator, odds: list[float]) -> Array:
    """One of the coats' colors, a little off; ``odds`` says how often each is drawn."""
    share = np.array(odds) / sum(odds)
    lightness, chroma, hue = COATS[int(np.searchsorted(np.cumsum(share), rng.random()))]
    lightness, hue = lightness + rng.normal(0, 0.025), hue + rng.normal(0, 6)
    return oklch(lightness, max(0.0, chroma * rng.normal(1, 0.15)), hue)


def random_coat(rng: np.random.Generator, odds: list[float]) -> Coat:
    """One color or two; the bands' contrast runs from strong to none.

    Args:
        rng: The only source of randomness.
        odds: How often each of ``COATS`` is drawn. Every color must be possible for every
            insect, so that color alone does not tell them apart.
    """
    hind = random_color(rng, odds)
    front = random_color(rng, odds) if rng.random() < 0.5 else hind
    limbs = mix(oklch(0.2, 0.02, 50), front, rng.uniform(0.1, 0.9))
    dark_bands = hind[0] > 0.42
    contrast = oklch(0.2, 0.02, 55) if dark_bands else oklch(0.66, 0.11, 80)
    return Coat(hind, front, limbs, mix(hind, contrast, rng.uniform(0.2, 0.95)))


def unit(yaw: float, lift: float = 0.0) -> Point3:
    """The unit vector turned by ``yaw`` from straight ahead and lifted from the ground."""
    return (
        float(np.cos(lift) * np.cos(yaw)),
        float(np.cos(lift) * np.sin(yaw)),
        float(np.sin(lift)),
    )


def mottled(rng: np.random.Generator, color: Array, strength: float = 0.05) -> Texture:
    """A color that varies a little and darkens towards the edge of the shape."""

    def texture(u: Array, v: Array) -> Array:
        grain = value_noise(rng, u.shape[0], u.shape[1], max(3.0, u.shape[0] / 14)) - 0.5
        rim = np.clip(u * u + v * v, 0, 1) ** 2
        lightness = strength * grain - 0.07 * rim
        return np.asarray(color + lightness[..., None] * np.array([1, 0.1, 0.1], np.float32))

    return texture


def paint_segment(
    painter: Painter, pose: Pose, segment: Segment, texture: Texture, relief: float = 1.0
) -> None:
    """Paint a body part as the view shows it, foreshortened along its axis."""
    angle, share = pose.direction(segment.axis)
    long, wide = segment.radii
    seen = np.sqrt((long * share) ** 2 + (wide * wide) * (1 - share * share))
    radii = (float(seen) * pose.scale, wide * pose.scale)
    painter.egg(pose.place(segment.center), radii, angle, texture, segment.taper, relief)


def paint_limb(painter: Painter, pose: Pose, joints: Leg, radii: list[float], color: Array) -> None:
    """Paint a chain of joints with a given radius (model units) at each joint."""
    places = [pose.place(joint) for joint in joints]
    sizes = [max(radius * pose.scale, 0.7) for radius in radii]
    for index in range(len(joints) - 1):
        shade = color + np.array([0.03 * index, 0, 0.004 * index], np.float32)
        painter.stroke(places[index], places[index + 1], (sizes[index], sizes[index + 1]), shade)


def paint_hair(
    rng: np.random.Generator,
    painter: Painter,
    pose: Pose,
    segment: Segment,
    color: Array,
    count: int,
    length: float,
) -> None:
    """Comb hair outwards and backwards over a body part; ``length`` in model units."""
    angle, _ = pose.direction(segment.axis)
    center = np.array(pose.place(segment.center))
    forward = np.array([np.cos(angle), np.sin(angle)])
    sideways = np.array([-forward[1], forward[0]])
    for _ in range(count):
        around, out = rng.uniform(0, 2 * np.pi), np.sqrt(rng.uniform(0.0, 1.0))
        place = out * (
            segment.radii[0] * np.cos(around) * forward
            + segment.radii[1] * np.sin(around) * sideways
        )
        comb = (
            out * place / (np.linalg.norm(place) + 1e-6) - 0.35 * forward + rng.normal(0, 0.25, 2)
        )
        start = center + pose.scale * place
        end = start + pose.scale * length * rng.uniform(0.5, 1.0) * comb
        tint = color + np.array([rng.normal(0.02, 0.05), 0, 0], np.float32)
        painter.stroke((start[0], start[1]), (end[0], end[1]), (0.8, 0.3), tint, 0.7)
