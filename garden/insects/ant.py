"""Ants: a narrow waist, elbowed antennae, long thin legs."""

from dataclasses import dataclass

import numpy as np

from garden.insects.anatomy import (
    Coat,
    Leg,
    Segment,
    mottled,
    paint_hair,
    paint_limb,
    paint_segment,
    random_coat,
    unit,
)
from garden.insects.pose import Point3, Pose, fitted, random_rotation
from garden.painting.color import Array, mix, oklch
from garden.painting.painter import Painter, Texture
from garden.painting.sprite import Sprite

ODDS = [3.0, 2.6, 3.2, 2.6, 1.4, 1.0, 0.8, 0.8]


@dataclass(frozen=True)
class AntBody:
    """The parts of an ant, front to back, in model units."""

    head: Segment
    chest: Segment
    back: Segment
    waist: Segment
    gaster: Segment
    legs: list[Leg]
    antennae: list[Leg]


def ant(rng: np.random.Generator, size: int) -> Sprite:
    """An ant on a canvas of ``size`` by ``size`` pixels: any heading, gait, view and coat."""
    body = _random_body(rng)
    rotation = random_rotation(rng)
    pose = fitted(rotation, _outline(body), size)
    coat = random_coat(rng, ODDS)
    painter = Painter(size, size)
    far = [leg for leg in body.legs if pose.nearness(leg[1]) <= pose.nearness(body.chest.center)]
    near = [leg for leg in body.legs if leg not in far]
    above = abs(rotation[2, 1]) < 0.6
    _paint_legs(painter, pose, far + (near if above else []), coat)
    _paint_body(rng, painter, pose, body, coat)
    _paint_legs(painter, pose, [] if above else near, coat)
    return painter.sprite()


def _random_body(rng: np.random.Generator) -> AntBody:
    stout, turn, droop = rng.uniform(0.85, 1.2), rng.normal(0, 0.22), rng.uniform(-0.2, 0.45)
    look = unit(rng.normal(0, 0.25), rng.uniform(-0.3, 0.1))
    behind = unit(turn, droop)
    long = rng.uniform(0.2, 0.29)
    gaster = (-0.1 - long * behind[0], -long * behind[1], 0.02 - long * behind[2])
    head = (0.33 + 0.12 * look[0], 0.12 * look[1], 0.12 * look[2])
    wide = rng.uniform(0.6, 0.78) * long
    return AntBody(
        head=Segment(head, look, (0.145, 0.125 * stout), rng.uniform(-0.18, 0.0)),
        chest=Segment((0.22, 0, 0.01), unit(0, 0.1), (0.13, 0.085 * stout), 0.15),
        back=Segment((0.06, 0, 0.0), unit(0, -0.1), (0.12, 0.062 * stout), 0.1),
        waist=Segment((-0.075, 0, 0.02), unit(0), (0.035, 0.04)),
        gaster=Segment(gaster, behind, (long, wide), 0.12),
        legs=_random_legs(rng),
        antennae=[_antenna(rng, head, look, side) for side in (-1, 1)],
    )


def _random_legs(rng: np.random.Generator) -> list[Leg]:
    legs = []
    reach = rng.uniform(0.42, 0.6)
    for row, (root, knee, foot) in enumerate(
        [(0.25, 0.22, 0.38), (0.16, 0.04, 0.0), (0.08, -0.18, -0.42)]
    ):
        for side in (-1, 1):
            swing = (0.11 if (row + side) % 4 < 2 else -0.11) * rng.uniform(0.2, 1.3)
            out = reach * (0.95 if row == 1 else 0.85) * rng.uniform(0.85, 1.1)
            legs.append(_leg(rng, root, root + knee + swing / 2, root + foot + swing, out, side))
    return legs


def _leg(
    rng: np.random.Generator, root: float, knee: float, foot: float, out: float, side: int
) -> Leg:
    bow = rng.uniform(0.42, 0.58)
    ankle = knee + 0.72 * (foot - knee)
    return [
        (root, side * 0.05, -0.03),
        (knee, side * out * bow, rng.uniform(0.08, 0.16)),
        (ankle, side * out * 0.87, -0.13),
        (foot + 0.04, side * out, -0.18),
    ]


def _antenna(rng: np.random.Generator, head: Point3, look: Point3, side: int) -> Leg:
    yaw = float(np.arctan2(look[1], look[0]))
    elbow = unit(yaw + side * rng.uniform(0.5, 1.1), rng.uniform(-0.1, 0.4))
    tip = unit(yaw + side * rng.uniform(-0.35, 0.5), rng.uniform(-0.5, 0.1))
    root = (head[0] + 0.1 * look[0], head[1] + 0.1 * look[1] + side * 0.04, head[2] + 0.02)
    bend = (root[0] + 0.2 * elbow[0], root[1] + 0.2 * elbow[1], root[2] + 0.2 * elbow[2])
    end = (bend[0] + 0.22 * tip[0], bend[1] + 0.22 * tip[1], bend[2] + 0.22 * tip[2])
    return [root, bend, end]


def _outline(body: AntBody) -> list[Point3]:
    tail, behind = body.gaster.center, body.gaster.axis
    long = body.gaster.radii[0]
    end = (tail[0] - long * behind[0], tail[1] - long * behind[1], tail[2] - long * behind[2])
    return [joint for limb in body.legs + body.antennae for joint in limb] + [end]


def _paint_legs(painter: Painter, pose: Pose, legs: list[Leg], coat: Coat) -> None:
    for leg in legs:
        paint_limb(painter, pose, leg, [0.026, 0.024, 0.013, 0.008], coat.limbs)


def _paint_body(
    rng: np.random.Generator, painter: Painter, pose: Pose, body: AntBody, coat: Coat
) -> None:
    for limb in body.antennae:
        paint_limb(painter, pose, limb, [0.013, 0.013, 0.019], coat.limbs)
    _paint_mandibles(painter, pose, body.head, coat)
    paint_segment(painter, pose, body.waist, mottled(rng, coat.front))
    paint_segment(painter, pose, body.gaster, _banded(rng, coat))
    paint_segment(painter, pose, body.back, mottled(rng, coat.front))
    paint_segment(painter, pose, body.chest, mottled(rng, coat.front))
    paint_segment(painter, pose, body.head, mottled(rng, coat.front))
    _paint_eyes(painter, pose, body.head)
    for segment in (body.gaster, body.chest, body.head):
        paint_hair(rng, painter, pose, segment, mix(coat.front, coat.hind, 0.5), 14, 0.05)


def _banded(rng: np.random.Generator, coat: Coat) -> Texture:
    base, count = mottled(rng, coat.hind), rng.uniform(1.4, 2.2)
    faint = rng.choice([0.0, 0.1, 0.3])

    def texture(u: Array, v: Array) -> Array:
        phase = count * (u + 0.18 * v * v)
        seam = np.exp(-(((phase - np.round(phase)) / 0.07) ** 2))
        band = faint * np.clip(0.5 + 2 * np.cos(2 * np.pi * phase), 0, 1)
        return mix(mix(base(u, v), coat.bands, band), oklch(0.15, 0.02, 50), 0.35 * seam)

    return texture


def _paint_mandibles(painter: Painter, pose: Pose, head: Segment, coat: Coat) -> None:
    for side in (-1, 1):
        root = tuple(head.center[i] + 0.12 * head.axis[i] for i in range(3))
        joints: Leg = [
            (root[0], root[1] + side * 0.06, root[2] - 0.02),
            (
                root[0] + 0.06 * head.axis[0],
                root[1] + 0.06 * head.axis[1] + side * 0.045,
                root[2] - 0.03,
            ),
            (
                root[0] + 0.09 * head.axis[0],
                root[1] + 0.09 * head.axis[1] + side * 0.01,
                root[2] - 0.03,
            ),
        ]
        paint_limb(painter, pose, joints, [0.024, 0.018, 0.008], coat.limbs)


def _paint_eyes(painter: Painter, pose: Pose, head: Segment) -> None:
    for side in (-1, 1):
        eye = (
            head.center[0] + 0.02 * head.axis[0] - side * 0.095 * head.axis[1],
            head.center[1] + 0.02 * head.axis[1] + side * 0.095 * head.axis[0],
            head.center[2] + 0.05,
        )
        if pose.nearness(eye) > pose.nearness(head.center) - 0.03:
            place, radius = pose.place(eye), 0.026 * pose.scale
            painter.egg(
                place,
                (radius, 0.8 * radius),
                0.0,
                lambda u, v: 0 * u[..., None] + oklch(0.14, 0.01, 60),
            )
