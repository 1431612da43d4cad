"""Bees: a furry chest, a banded abdomen, four veined wings."""

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
from garden.insects.wings import Wing, paint_wing, wing_tip
from garden.painting.color import Array, mix, oklch
from garden.painting.painter import Painter, Texture
from garden.painting.sprite import Sprite

ODDS = [1.0, 1.2, 1.0, 1.5, 2.3, 2.6, 2.4, 1.0]


@dataclass(frozen=True)
class BeeBody:
    """The parts of a bee, front to back, in model units."""

    head: Segment
    chest: Segment
    abdomen: Segment
    legs: list[Leg]
    antennae: list[Leg]
    wings: list[Wing]


def bee(rng: np.random.Generator, size: int) -> Sprite:
    """A bee on a canvas of ``size`` by ``size`` pixels: any heading, wing spread, view and coat."""
    body = _random_body(rng)
    rotation = random_rotation(rng)
    pose = fitted(rotation, _outline(body), size)
    coat = random_coat(rng, ODDS)
    painter = Painter(size, size)
    far = [wing for wing in body.wings if pose.nearness(wing.along) <= pose.nearness((0, 0, 0.05))]
    for wing in far if abs(rotation[2, 1]) > 0.6 else []:
        paint_wing(rng, painter, pose, wing)
    _paint_body(rng, painter, pose, body, coat)
    for wing in (
        body.wings if abs(rotation[2, 1]) <= 0.6 else [w for w in body.wings if w not in far]
    ):
        paint_wing(rng, painter, pose, wing)
    return painter.sprite()


def _random_body(rng: np.random.Generator) -> BeeBody:
    behind = unit(rng.normal(0, 0.12), rng.uniform(-0.1, 0.4))
    long = rng.uniform(0.29, 0.37)
    tail = (0.1 - long * behind[0], -long * behind[1], -0.02 - long * behind[2])
    look = unit(rng.normal(0, 0.15), rng.uniform(-0.9, -0.2))
    stout = rng.uniform(0.85, 1.15)
    return BeeBody(
        head=Segment((0.44, 0.03 * look[1], -0.03), look, (0.1, 0.135)),
        chest=Segment((0.22, 0, 0.02), unit(0), (0.19, 0.175 * stout)),
        abdomen=Segment(tail, behind, (long, 0.185 * stout), rng.uniform(0.1, 0.28)),
        legs=_random_legs(rng),
        antennae=[_antenna(rng, side) for side in (-1, 1)],
        wings=_random_wings(rng),
    )


def _random_legs(rng: np.random.Generator) -> list[Leg]:
    legs = []
    rows = [(0.34, 0.14, 0.2, 0.3), (0.22, 0.0, -0.04, 0.38), (0.12, -0.16, -0.36, 0.36)]
    for root, knee, foot, reach in rows:
        for side in (-1, 1):
            out, swing = reach * rng.uniform(0.75, 1.2), rng.normal(0, 0.07)
            legs.append(
                [
                    (root, side * 0.08, -0.1),
                    (root + knee + swing / 2, side * out * 0.72, rng.uniform(-0.1, 0.02)),
                    (root + 0.75 * foot + swing, side * out * 0.92, -0.22),
                    (root + foot + swing, side * out, -0.28),
                ]
            )
    return legs


def _antenna(rng: np.random.Generator, side: int) -> Leg:
    spread = rng.uniform(0.05, 0.16)
    return [
        (0.5, side * 0.04, 0.0),
        (0.57, side * (0.04 + spread / 2), 0.05),
        (0.66 + rng.uniform(-0.05, 0.05), side * (0.04 + spread), rng.uniform(-0.06, 0.04)),
    ]


def _random_wings(rng: np.random.Generator) -> list[Wing]:
    spread = rng.uniform(0.15, 0.4) if rng.random() < 0.25 else rng.uniform(0.6, 1.5)
    lift, wings = rng.uniform(0.05, 0.6), []
    for side in (-1, 1):
        turn = spread * rng.uniform(0.85, 1.1)
        wings.append(
            Wing.spread((0.14, side * 0.1, 0.14), side, turn * 0.8, lift * 0.8, (0.44, 0.17))
        )
        wings.append(Wing.spread((0.24, side * 0.1, 0.16), side, turn, lift, (0.64, 0.205)))
    return wings


def _outline(body: BeeBody) -> list[Point3]:
    tail, behind, long = body.abdomen.center, body.abdomen.axis, body.abdomen.radii[0]
    end = (tail[0] - long * behind[0], tail[1] - long * behind[1], tail[2] - long * behind[2])
    tips = [wing_tip(wing) for wing in body.wings]
    return [joint for limb in body.legs + body.antennae for joint in limb] + tips + [end]


def _paint_body(
    rng: np.random.Generator, painter: Painter, pose: Pose, body: BeeBody, coat: Coat
) -> None:
    pollen = rng.random() < 0.25
    for index, leg in enumerate(body.legs):
        paint_limb(painter, pose, leg, [0.03, 0.03, 0.022, 0.012], coat.limbs)
        if pollen and index >= 4:
            knee, ankle = pose.place(leg[1]), pose.place(leg[2])
            middle = ((knee[0] + ankle[0]) / 2, (knee[1] + ankle[1]) / 2)
            radius = 0.05 * pose.scale
            painter.egg(
                middle, (1.3 * radius, radius), 0.0, mottled(rng, oklch(0.75, 0.14, 85), 0.2)
            )
    for limb in body.antennae:
        paint_limb(painter, pose, limb, [0.014, 0.014, 0.017], coat.limbs)
    paint_segment(painter, pose, body.abdomen, _banded(rng, coat))
    paint_hair(rng, painter, pose, body.abdomen, coat.hind, 90, 0.04)
    paint_segment(painter, pose, body.head, mottled(rng, mix(coat.front, coat.limbs, 0.6)))
    _paint_eyes(painter, pose, body.head)
    paint_hair(rng, painter, pose, body.head, coat.front, 60, 0.05)
    paint_segment(painter, pose, body.chest, mottled(rng, coat.front, 0.12), 0.8)
    paint_hair(rng, painter, pose, body.chest, coat.front, 380, rng.uniform(0.07, 0.11))


def _banded(rng: np.random.Generator, coat: Coat) -> Texture:
    base, count, width = mottled(rng, coat.hind), rng.uniform(2.2, 3.0), rng.uniform(-0.4, 0.6)

    def texture(u: Array, v: Array) -> Array:
        phase = count * (u + 0.2 * v * v)
        band = np.clip(0.5 + width + 2 * np.cos(2 * np.pi * phase), 0, 1)
        return mix(base(u, v), coat.bands, band)

    return texture


def _paint_eyes(painter: Painter, pose: Pose, head: Segment) -> None:
    yaw = float(np.arctan2(head.axis[1], head.axis[0]))
    for side in (-1, 1):
        out = unit(yaw + side * 1.2)
        eye = tuple(head.center[i] + 0.1 * out[i] for i in range(3))
        center = (eye[0], eye[1], eye[2] + 0.03)
        if pose.nearness(center) > pose.nearness(head.center) - 0.05:
            angle, share = pose.direction(unit(yaw + side * 0.2))
            radii = (0.075 * pose.scale * max(share, 0.6), 0.042 * pose.scale)
            painter.egg(pose.place(center), radii, angle, _eye)


def _eye(u: Array, v: Array) -> Array:
    return np.asarray(0 * (u + v)[..., None] + oklch(0.17, 0.02, 40))
