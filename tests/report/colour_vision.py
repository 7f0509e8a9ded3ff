"""How colours look to people whose eyes lack one of the three kinds of cones, and how far apart two
of them are.

The simulation is that of Machado, Oliveira and Fernandes (2009) at full severity, on linear RGB;
the distance CIEDE76 in CIELAB under D65. As a rule of thumb 2 can just be seen, 10 at a glance.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations
from math import dist

Triple = tuple[float, float, float]
Matrix = tuple[Triple, Triple, Triple]

KINDS: dict[str, Matrix] = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
_TO_XYZ: Matrix = (
    (0.4124, 0.3576, 0.1805),
    (0.2126, 0.7152, 0.0722),
    (0.0193, 0.1192, 0.9505),
)
_WHITE: Triple = (0.9505, 1.0, 1.089)


def _times(matrix: Matrix, colour: Triple) -> Triple:
    first, second, third = (
        sum(factor * part for factor, part in zip(row, colour, strict=True)) for row in matrix
    )
    return first, second, third


def _linear(colour: str) -> Triple:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return red, green, blue


def seen(colour: str, kind: str) -> Triple:
    """A colour (``#RRGGBB``) in linear RGB as it is seen; ``kind`` one of KINDS, or else with all
    cones."""
    linear = _linear(colour)
    if kind not in KINDS:
        return linear
    red, green, blue = (min(1.0, max(0.0, part)) for part in _times(KINDS[kind], linear))
    return red, green, blue


def _lab(linear: Triple) -> Triple:
    x, y, z = (
        part ** (1 / 3) if part > (6 / 29) ** 3 else part / (3 * (6 / 29) ** 2) + 4 / 29
        for part in (a / b for a, b in zip(_times(_TO_XYZ, linear), _WHITE, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(first: str, second: str, kind: str) -> float:
    """How far apart two colours are as they are seen."""
    return dist(_lab(seen(first, kind)), _lab(seen(second, kind)))


def closest(colours: Iterable[str]) -> Iterator[tuple[str, float, str, str]]:
    """For each kind of eyes, the usual ones first, the two colours that are least far apart."""
    pairs = list(combinations(colours, 2))
    for kind in ("all cones", *KINDS):
        nearest, first, second = min((distance(*pair, kind), *pair) for pair in pairs)
        yield kind, nearest, first, second
