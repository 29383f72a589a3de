"""Colors that tell classes apart can be told apart, whatever eyes look at them. Formula: CIEDE2000 (Sharma, Wu, Dalal 2005); color vision:
Machado, Oliveira, Fernandes 2009, severity 1."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from ecosystem import presentation as look
from ecosystem.schedule import ALWAYS

VISION = {
    "usual": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])


def linear(color: str) -> np.ndarray:
    values = np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> tuple[float, float, float]:
    x, y, z = (TO_XYZ @ np.clip(rgb, 0, 1)) / np.array([0.95047, 1.0, 1.08883])
    fx, fy, fz = (np.cbrt(v) if v > (6 / 29) ** 3 else v / (3 * (6 / 29) ** 2) + 4 / 29 for v in (x, y, z))
    return float(116 * fy - 16), float(500 * (fx - fy)), float(200 * (fy - fz))


def ciede2000(one: tuple[float, float, float], two: tuple[float, float, float]) -> float:
    (l1, a1, b1), (l2, a2, b2) = one, two
    c = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    g = 0.5 * (1 - math.sqrt(c**7 / (c**7 + 25**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    h1, h2 = math.degrees(math.atan2(b1, a1)) % 360, math.degrees(math.atan2(b2, a2)) % 360
    dh = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    big_dh = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(dh) / 2)
    lm, cm = (l1 + l2) / 2, (c1 + c2) / 2
    hm = h1 + h2 if c1 * c2 == 0 else (h1 + h2) / 2 if abs(h1 - h2) <= 180 else (h1 + h2 + 360) / 2 if h1 + h2 < 360 else (h1 + h2 - 360) / 2
    t = 1 - 0.17 * math.cos(math.radians(hm - 30)) + 0.24 * math.cos(math.radians(2 * hm))
    t += 0.32 * math.cos(math.radians(3 * hm + 6)) - 0.2 * math.cos(math.radians(4 * hm - 63))
    sl = 1 + 0.015 * (lm - 50) ** 2 / math.sqrt(20 + (lm - 50) ** 2)
    sc, sh = 1 + 0.045 * cm, 1 + 0.015 * cm * t
    rt = -math.sin(math.radians(60 * math.exp(-(((hm - 275) / 25) ** 2)))) * 2 * math.sqrt(cm**7 / (cm**7 + 25**7))
    dl, dc, dhh = (l2 - l1) / sl, (c2 - c1) / sc, big_dh / sh
    return math.sqrt(dl**2 + dc**2 + dhh**2 + rt * dc * dhh)


def contrast(one: str, two: str) -> float:
    high, low = sorted((float(np.array([0.2126, 0.7152, 0.0722]) @ linear(color)) for color in (one, two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_formula_gives_the_published_values() -> None:
    """Three pairs of the table of Sharma, Wu and Dalal."""
    assert ciede2000((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485)) == pytest.approx(2.0425, abs=1e-4)
    assert ciede2000((50.0, 2.5, 0.0), (58.0, 24.0, 15.0)) == pytest.approx(19.4535, abs=1e-4)
    assert ciede2000((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387)) == pytest.approx(1.2644, abs=1e-4)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("classes", [look.OPEN_CLASSES, look.HOLE_CLASSES, look.OVERLAP_CLASSES, look.ASSET_CLASSES])
def test_any_two_classes_of_a_map_differ_by_ten(classes: tuple[look.MapClass, ...], vision: str) -> None:
    seen = [(entry.key, lab(VISION[vision] @ linear(entry.color))) for entry in classes]
    assert min((ciede2000(a, b), i, j) for (i, a), (j, b) in itertools.combinations(seen, 2)) >= (10.0, "", "")


@pytest.mark.parametrize("classes", [look.OPEN_CLASSES, look.HOLE_CLASSES, look.OVERLAP_CLASSES, look.ASSET_CLASSES])
def test_text_on_a_class_can_be_read(classes: tuple[look.MapClass, ...]) -> None:
    for entry in classes:
        assert contrast(entry.color, entry.ink) >= 4.5, entry.key


def test_text_of_the_page_can_be_read() -> None:
    for color in (look.INK, look.MUTED, look.ACCENT):
        for ground in (look.PAPER, look.GROUND):
            assert contrast(color, ground) >= 4.5


def test_color_is_never_the_only_sign_of_nobody_and_not_known() -> None:
    assert look.NOBODY.pattern == "hatch"
    assert look.NOT_KNOWN.pattern == "dots"
    assert contrast(look.PATTERN_INK["nobody"], look.NOBODY.color) >= 3
    assert contrast(look.PATTERN_INK["not_known"], look.NOT_KNOWN.color) >= 3


def test_every_class_has_words_in_every_language() -> None:
    for classes in (look.OPEN_CLASSES, look.HOLE_CLASSES, look.OVERLAP_CLASSES, look.ASSET_CLASSES):
        assert len({entry.key for entry in classes}) == len(classes)
        assert all(set(entry.label) == set(look.LANGUAGES) for entry in classes)


def test_the_parts_of_the_week_are_the_week_each_minute_once() -> None:
    assert sum(part.when.minutes for part in look.DAY_PARTS) == ALWAYS.minutes
    whole = look.DAY_PARTS[0].when
    for part in look.DAY_PARTS[1:]:
        whole = whole | part.when
    assert whole == ALWAYS
