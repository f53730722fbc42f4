"""Pictures of hands that show 0 to 5 fingers, drawn from a seed: no photographs, so that anybody may pass them on.

A hand is a forearm, a palm and ten capsules (segments with a radius): two for each finger that is stretched out, one for a folded one. Skin, light, wall and the place
of the camera are drawn once for each *session*, as if a person were recorded many times; pose and fingers vary from picture to picture. The distance of each pixel to each part gives its shape with soft edges, and its shade.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

SIZE = 64  # pixels
THUMB, INDEX, MIDDLE, RING, LITTLE = range(5)
SIGNS: dict[int, list[tuple[int, ...]]] = {  # which fingers are stretched out, in the ways in which people count
    0: [()],
    1: [(INDEX,), (THUMB,)],
    2: [(INDEX, MIDDLE), (THUMB, INDEX)],
    3: [(INDEX, MIDDLE, RING), (THUMB, INDEX, MIDDLE)],
    4: [(INDEX, MIDDLE, RING, LITTLE)],
    5: [(THUMB, INDEX, MIDDLE, RING, LITTLE)],
}
# In the units of a palm's width: where a finger begins, its direction (degrees from upright), length and radius.
_FINGERS = (
    ((-0.36, -0.20), 52.0, 0.72, 0.125),
    ((-0.34, 0.36), 9.0, 0.84, 0.108),
    ((-0.11, 0.43), 2.0, 0.94, 0.112),
    ((0.12, 0.40), -5.0, 0.87, 0.106),
    ((0.33, 0.30), -13.0, 0.68, 0.092),
)
_SKIN = np.array([[242, 203, 174], [214, 160, 122], [168, 113, 78], [112, 70, 48], [66, 43, 33]]) / 255
# How much pictures of one session differ: with more of it the 1080 pictures teach a small network too little about others.
_MOVE, _TURN, _SCALE, _SPREAD, _BEND, _BRIGHTNESS = 0.1, 12, 0.06, (0.8, 1.6), 6, (0.9, 1.06)
SESSIONS = 40  # with a dozen a linear model does nearly as well on new pictures as a network
_BATCH = 30  # pictures that are drawn at once


def draw(labels, generator, recorded=None):
    """Draw a picture for each label, each from one of the sessions.

    Parameters
    ----------
    labels : sequence of int, length m
        How many fingers are stretched out, 0 to 5.
    generator : numpy.random.RandomState
    recorded : dict of str to ndarray, optional
        From `sessions`; they are drawn unless given.

    Returns
    -------
    ndarray of uint8, shape (m, 64, 64, 3)
    """
    labels = np.asarray(labels)
    recorded = recorded or sessions(generator)
    parts = [_draw(labels[start : start + _BATCH], generator, recorded) for start in range(0, len(labels), _BATCH)]
    return np.concatenate(parts) if parts else np.zeros((0, SIZE, SIZE, 3), np.uint8)


def sessions(generator, count=SESSIONS):
    """What stays the same while one person is recorded: skin, left or right hand, place of the camera, light and wall.

    Parameters
    ----------
    generator : numpy.random.RandomState
    count : int

    Returns
    -------
    dict of str to ndarray
        Each with `count` entries along the first axis.
    """

    def uniform(low, high):
        return generator.uniform(low, high, size=(count, 1, 1)).astype(np.float32)

    return {
        "skin": _skin(count, generator),
        "side": generator.choice([-1, 1], size=(count, 1, 1)).astype(np.float32),
        "turn": uniform(-14, 14),  # degrees
        "scale": uniform(0.47, 0.57),
        "across": uniform(-0.1, 0.1),
        "up": uniform(-0.2, -0.1),
        "light_angle": uniform(0, 2 * np.pi),
        "light_height": uniform(0.5, 1.2),
        "everywhere": uniform(0.45, 0.75),
        "wall": _wall(count, generator, uniform),
    }


def _draw(labels, generator, recorded):
    m = len(labels)

    def uniform(low, high):
        return generator.uniform(low, high, size=(m, 1, 1)).astype(np.float32)

    chosen = generator.randint(len(recorded["side"]), size=m)
    session = {name: values[chosen] for name, values in recorded.items()}
    x, y = _coordinates(session, uniform)
    light = _Light(session, uniform)
    signs = [SIGNS[label][generator.randint(len(SIGNS[label]))] for label in labels]
    picture = session["wall"].copy()
    hand = _Painter(x, y, light, session["skin"])
    hand.capsule((0.0, -0.25), (uniform(-0.25, 0.25), -3.0), uniform(0.24, 0.30), 0.34)
    hand.capsule((0.0, -0.22), (0.0, 0.12), 0.40, 0.42)
    spread, bend = uniform(*_SPREAD), uniform(-_BEND, _BEND)
    for finger, (base, angle, length, radius) in enumerate(_FINGERS):
        is_out = [finger in sign for sign in signs]
        own_spread = 1.0 if finger == THUMB else spread
        _stretch(
            hand, base, angle * own_spread + bend + uniform(-6, 6), length * uniform(0.9, 1.08), radius, uniform, is_out
        )
    for finger in (LITTLE, RING, MIDDLE, INDEX, THUMB):
        base, _, _, radius = _FINGERS[finger]
        is_in = [finger not in sign for sign in signs]
        _fold(hand, finger, base, radius, uniform, is_in)
    shadow = gaussian_filter(_moved(hand.covered, 3), (0, 2.5, 2.5), mode="nearest")
    picture *= 1 - uniform(0.2, 0.35)[..., None] * shadow[..., None]
    picture += hand.covered[..., None] * (hand.picture - picture)
    picture *= uniform(*_BRIGHTNESS)[..., None]
    picture = gaussian_filter(picture, (0, 0.5, 0.5, 0))
    picture += generator.normal(scale=0.015, size=picture.shape).astype(np.float32)
    return (np.clip(picture, 0, 1) * 255).round().astype(np.uint8)


def _moved(pictures, pixels):
    """Pictures moved to the right and down; what comes in is what was at the edge."""
    edge = np.pad(pictures, ((0, 0), (pixels, 0), (pixels, 0)), mode="edge")
    return edge[:, :SIZE, :SIZE]


def _coordinates(session, uniform):
    """Of each pixel, in the units of its hand: turned, moved, and mirrored for a left hand."""
    across, down = np.meshgrid(*[np.linspace(-1, 1, SIZE, dtype=np.float32)] * 2)
    u = across - session["across"] - uniform(-_MOVE, _MOVE)
    v = -down - session["up"] - uniform(-_MOVE, _MOVE)
    turn = np.radians(session["turn"] + uniform(-_TURN, _TURN))
    scale = session["scale"] * uniform(1 - _SCALE, 1 + _SCALE)
    x, y = np.cos(turn) * u + np.sin(turn) * v, np.cos(turn) * v - np.sin(turn) * u
    return session["side"] * x / scale, y / scale


class _Light:
    """From where the light comes, in the coordinates of the hand, and how much of it is everywhere."""

    def __init__(self, session, uniform):
        angle, height = session["light_angle"] + uniform(-0.3, 0.3), session["light_height"]
        length = np.sqrt(1 + height**2)
        self.x, self.y, self.z = np.cos(angle) / length, np.sin(angle) / length, height / length
        self.everywhere = session["everywhere"]

    def shade(self, rows, normal_x, normal_y):
        """The brightness of a surface in some pictures, by the parts of its normal that lie in the picture."""
        normal_z = np.sqrt(np.clip(1 - normal_x**2 - normal_y**2, 0, 1))
        facing = normal_x * self.x[rows] + normal_y * self.y[rows] + normal_z * self.z[rows]
        return self.everywhere[rows] + (1 - self.everywhere[rows]) * np.clip(facing, 0, 1)


class _Painter:
    """Puts one part of the hands over another."""

    def __init__(self, x, y, light, skin):
        self._x, self._y, self._light, self._skin = x, y, light, skin
        self.covered = np.zeros_like(x)
        self.picture = np.zeros((*x.shape, 3), np.float32)
        self._pixel = np.abs(np.diff(x, axis=2)).mean(axis=(1, 2), keepdims=True) + 0.02

    def capsule(self, start, end, radius, end_radius, where=None, darker=0.0):
        """Paint a segment with a radius at each end into those pictures that have one, with a dark rim if `darker` is above 0."""
        rows = slice(None) if where is None else np.flatnonzero(where)
        (ax, ay), (bx, by) = (tuple(_of(rows, part) for part in point) for point in (start, end))
        first, last = _of(rows, radius), _of(rows, end_radius)
        dx, dy = bx - ax, by - ay
        from_start = self._x[rows] - ax, self._y[rows] - ay
        along = np.clip((from_start[0] * dx + from_start[1] * dy) / (dx**2 + dy**2), 0, 1)
        across = from_start[0] - along * dx, from_start[1] - along * dy
        width = first + along * (last - first)
        distance = np.hypot(*across)
        inside = np.clip((width - distance) / self._pixel[rows] + 0.5, 0, 1)
        shade = self._light.shade(rows, *(0.9 * part / width for part in across))
        if darker:
            shade = shade * (1 - darker * np.clip(distance / width, 0, 1) ** 4)
        self.picture[rows] += inside[..., None] * (shade[..., None] * self._skin[rows] - self.picture[rows])
        self.covered[rows] += inside * (1 - self.covered[rows])


def _of(rows, value):
    """Of a value for each picture, those of some; a number is the same for all."""
    return value[rows] if np.ndim(value) else value


def _stretch(hand, base, angle, length, radius, uniform, where):
    """Paint a finger that is stretched out, with a joint that is slightly bent."""
    first, second = np.radians(angle), np.radians(angle + uniform(-12, 12))
    joint = base[0] - 0.5 * length * np.sin(first), base[1] + 0.5 * length * np.cos(first)
    tip = joint[0] - 0.5 * length * np.sin(second), joint[1] + 0.5 * length * np.cos(second)
    hand.capsule(base, joint, 1.12 * radius, radius, where, darker=0.35)
    hand.capsule(joint, tip, radius, 0.82 * radius, where, darker=0.35)


def _fold(hand, finger, base, radius, uniform, where):
    """Paint a finger that lies on the palm."""
    if finger == THUMB:
        end = uniform(-0.08, 0.12), uniform(-0.06, 0.12)
    else:
        end = base[0] * 0.9 + uniform(-0.03, 0.03), base[1] - uniform(0.24, 0.34)
    start = (base[0], base[1] + (0.0 if finger == THUMB else 0.03))
    hand.capsule(start, end, 1.15 * radius, 1.05 * radius, where, darker=0.55)


def _skin(m, generator):
    """A colour between those of `_SKIN`, slightly redder or yellower."""
    place = generator.uniform(0, len(_SKIN) - 1.001, size=m)
    lower = place.astype(int)
    share = (place - lower)[:, None]
    colors = (1 - share) * _SKIN[lower] + share * _SKIN[lower + 1] + generator.normal(scale=0.015, size=(m, 3))
    return np.clip(colors, 0, 1).astype(np.float32).reshape(m, 1, 1, 3)


def _wall(count, generator, uniform):
    """A wall with a colour of its own, brighter on one side, some with a darker stripe."""
    color = generator.uniform(0.5, 0.95, size=(count, 1, 1, 1)) + generator.normal(scale=0.05, size=(count, 1, 1, 3))
    across, down = np.meshgrid(*[np.linspace(-1, 1, SIZE, dtype=np.float32)] * 2)
    angle = uniform(0, 2 * np.pi)
    slope = np.cos(angle) * across + np.sin(angle) * down
    edge = np.clip((uniform(0.0, 0.35) - np.abs(slope - uniform(-1.2, 1.2))) * 20, 0, 1)
    light = uniform(0, 0.16) * slope + edge * uniform(-0.25, 0.1)
    return np.clip(color.astype(np.float32) + light[..., None], 0, 1)
