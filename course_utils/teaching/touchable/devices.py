"""What several devices and the wire between them give, to touch: the time of one training step.

Its data: the ``parameters`` of a network, whose gradients are sent in float32; how many
``pictures_per_second`` one device trains; the ``latency`` of a message, in seconds; the sizes of
the ``batches`` to choose from, ascending; ``wires``, each a name and bits a second, ascending; the
``most`` devices, a power of 2; the ``start`` as the number of devices, the place of a batch and
that of a wire; and ``checks`` ``[devices, batch, bits a second, seconds]``.
"""

from math import log2

from course_utils.teaching.touchable.digits import fixed
from course_utils.teaching.touchable.output import Data, Design, own_file
from course_utils.teaching.touchable.svg import line, picture, text

LEFT, RIGHT, TOP, BOTTOM = 44, 340, 44, 230


def seconds(data: Data, devices: int, batch: int, bits: float) -> tuple[float, float, float]:
    """Of one step: computing, sending in a ring, and waiting for its messages."""
    computing = batch / data["pictures_per_second"] / devices
    sending = 2 * (devices - 1) / devices * 32 * data["parameters"] / bits
    return computing, sending, 2 * (devices - 1) * data["latency"]


def best(data: Data, batch: int, bits: float) -> int:
    """The number of devices with the shortest step, the smallest of several."""
    return min(range(1, data["most"] + 1), key=lambda n: sum(seconds(data, n, batch, bits)))


def faster(data: Data, devices: int, batch: int, bits: float) -> float:
    """How many times as fast as one device they are."""
    return sum(seconds(data, 1, batch, bits)) / sum(seconds(data, devices, batch, bits))


def checked(data: Data) -> Data:
    """Return the data, or say what is wrong with them.

    Raises:
        ValueError: If something is missing, or does not fit together.
    """
    batches, wires = list(data["batches"]), [bits for _, bits in data["wires"]]
    if any(ones != sorted(set(ones)) or not ones or ones[0] <= 0 for ones in (batches, wires)):
        raise ValueError("batches and wires are above 0, ascending")
    if any(data[name] <= 0 for name in ("parameters", "pictures_per_second", "latency")):
        raise ValueError("parameters, pictures a second and the latency are above 0")
    if data["most"] < 2 or log2(data["most"]) % 1 or batches[0] < data["most"]:
        raise ValueError("the most devices are a power of 2, and each gets a picture")
    devices, batch, wire = data["start"]
    places = batch in range(len(batches)) and wire in range(len(wires))
    if not 1 <= devices <= data["most"] or not places:
        raise ValueError("the start is not among what can be chosen")
    if not data["checks"]:
        raise ValueError("give times that Python has computed")
    for count, size, bits, whole in data["checks"]:
        if abs(sum(seconds(data, count, size, bits)) / whole - 1) > 1e-6:
            raise ValueError(f"{count} devices, batch {size}: a step does not take {whole} s")
    return data


def words(data: Data) -> str:
    """Say what the devices of the start give on each wire, and where more stop paying."""
    data = checked(data)
    devices, place, _ = data["start"]
    batch = data["batches"][place]
    said = [
        f"{name} {fixed(faster(data, devices, batch, bits), 2)}, fastest with "
        f"{best(data, batch, bits)}"
        for name, bits in data["wires"]
    ]
    return f"{devices} devices, batch {batch:,}, times as fast as one: {'; '.join(said)}."


def still(data: Data) -> str:
    """Draw how many times as fast the devices are, at the start, for every wire."""
    data = checked(data)
    devices, place, wire = data["start"]
    batch, most = data["batches"][place], data["most"]
    across, high = RIGHT - LEFT, BOTTOM - TOP

    def x(count: float) -> float:
        return LEFT + across * log2(count) / log2(most)

    def y(times: float) -> float:
        return BOTTOM - high * (log2(max(times, 0.25)) + 2) / (log2(most) + 2)

    parts = [text(16, 26, f"times as fast as one device (batch {batch:,})", "b")]
    parts.append(line(f"M{LEFT} {TOP}V{BOTTOM}H{RIGHT}"))
    ideal = f"M{x(1):.0f} {y(1):.0f}L{x(most):.0f} {y(most):.0f}"
    parts.append(f'<path stroke-dasharray="2 4" d="{ideal}" class="line"/>')
    counts = [2**k for k in range(int(log2(most)) + 1)]
    for k, (_, bits) in enumerate(data["wires"]):
        values = [y(faster(data, count, batch, bits)) for count in counts]
        points = "L".join(f"{x(n):.0f} {v:.0f}" for n, v in zip(counts, values, strict=True))
        width = 3 if k == wire else 1
        parts.append(f'<path d="M{points}" class="line" style="stroke-width:{width}"/>')
    times = faster(data, devices, batch, data["wires"][wire][1])
    parts.append(f'<circle cx="{x(devices):.0f}" cy="{y(times):.0f}" r="7" class="c1"/>')
    for count in (1, 8, most):
        parts.append(text(x(count), BOTTOM + 18, f"{count}", "quiet m"))
        parts.append(text(LEFT - 8, y(count) + 4, f"{count}", "quiet e"))
    parts.append(text(LEFT + across / 2, BOTTOM + 36, "devices", "quiet m"))
    end = f"{devices} devices, {data['wires'][wire][0]}: {fixed(times, 2)} times as fast"
    return picture(360, BOTTOM + 66, *parts, text(16, BOTTOM + 58, end, "b"))


def design() -> Design:
    """Say what the figure is made of."""
    return Design(own_file("devices.js"), own_file("devices.css"), still, words, tight=True)
