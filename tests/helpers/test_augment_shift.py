"""The reference `augment_shift` of topic 04 against SciPy, the distribution of its shifts and its contract."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage, stats

from helpers import regularization as reg


def protect(*values: np.ndarray) -> None:
    for value in values:
        value.flags.writeable = False


def find_shift(image: np.ndarray, copy: np.ndarray, max_shift: int) -> tuple[int, int]:
    """Find the only (down, right) for which SciPy makes this copy of the image."""
    span = range(-max_shift, max_shift + 1)
    fits = [
        (down, right)
        for down in span
        for right in span
        if np.array_equal(ndimage.shift(image, (down, right), order=0, mode="constant", cval=0), copy)
    ]
    assert len(fits) == 1
    return fits[0]


@given(st.integers(1, 4), st.integers(1, 6), st.integers(1, 6), st.integers(0, 5), st.integers(0, 2**32))
@settings(deadline=None, max_examples=100, derandomize=True)
def test_copies_are_shifted_by_scipy_too(m: int, h: int, w: int, wanted: int, seed: int) -> None:
    max_shift = min(wanted, h - 1, w - 1)
    images, y = 1.0 + np.arange(m * h * w).reshape(m, h, w), np.arange(m)[::-1].copy()
    protect(images, y)
    out, labels = reg.augment_shift(images, y, max_shift, np.random.default_rng(seed))
    assert out.shape == (2 * m, h, w)
    np.testing.assert_array_equal(out[:m], images)
    np.testing.assert_array_equal(labels, [*y, *y])
    for image, copy in zip(images, out[m:], strict=True):
        find_shift(image, copy, max_shift)
    if max_shift == 0:
        np.testing.assert_array_equal(out[m:], images)


def test_every_shift_is_equally_likely_and_drawn_image_by_image() -> None:
    m, max_shift = 3000, 2
    image = 1.0 + np.arange(12).reshape(3, 4)
    out, _ = reg.augment_shift(np.tile(image, (m, 1, 1)), np.zeros(m), max_shift, np.random.default_rng(0))
    known = {copy.tobytes(): find_shift(image, copy, max_shift) for copy in out[m:]}
    shifts = [known[copy.tobytes()] for copy in out[m:]]
    counted = Counter(shifts)
    assert len(counted) == 25  # both axes, every pair
    assert stats.chisquare(list(counted.values())).pvalue > 1e-3
    following = Counter(zip(shifts[:-1:2], shifts[1::2], strict=True))
    assert max(following.values()) < 20  # 1500 pairs over 625 cells: neighbours do not go together


def test_a_single_image_is_shifted_both_ways() -> None:
    image, y = 1.0 + np.arange(12).reshape(1, 3, 4), np.zeros(1)
    copies = (reg.augment_shift(image, y, 1, np.random.default_rng(seed))[0][1] for seed in range(900))
    counted = Counter(find_shift(image[0], copy, 1) for copy in copies)
    assert len(counted) == 9
    assert stats.chisquare(list(counted.values())).pvalue > 1e-3


def test_only_the_generator_decides_the_shifts() -> None:
    images, y = np.random.default_rng(0).random((30, 6, 6)), np.arange(30)
    first, again, other = (reg.augment_shift(images, y, 3, np.random.default_rng(seed))[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.any(first != other)
    rng = np.random.default_rng(1)
    earlier, later = reg.augment_shift(images, y, 3, rng), reg.augment_shift(images, y, 3, rng)
    assert np.any(earlier[0] != later[0])
    assert not any(np.shares_memory(a, b) for a in earlier for b in (*later, images, y))


@pytest.mark.parametrize("kind", [np.uint8, np.int64, np.float32, np.int8, "<U3", bool])
def test_labels_keep_their_kind(kind: Any) -> None:
    y = np.array([1, 0, 1]).astype(kind)
    labels = reg.augment_shift(np.ones((3, 2, 2)), y, 1, np.random.default_rng(0))[1]
    np.testing.assert_array_equal(labels, np.array([1, 0, 1] * 2).astype(kind), strict=True)


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.float16, np.int32, np.uint8])
def test_single_precision_stays_and_integers_become_double(kind: Any) -> None:
    images = np.ones((3, 2, 2), dtype=kind)
    out, _ = reg.augment_shift(images, np.ones(3), 1, np.random.default_rng(0))
    assert out.dtype == (np.float32 if kind is np.float32 else np.float64)


@pytest.mark.parametrize(
    ("shape", "y", "max_shift", "message"),
    [
        ((2, 2), [1, 2], 0, r"images must have shape \(m, h, w\), got \(2, 2\)"),
        ((0, 2, 2), [], 0, "images must have at least one row, got 0"),
        ((2, 2, 2), [1], 0, r"y must have shape \(2,\), got \(1,\)"),
        ((2, 2, 2), [[1, 0], [0, 1]], 0, r"y must have shape \(2,\), got \(2, 2\)"),
        ((2, 2, 2), 1, 0, r"y must have shape \(2,\), got \(\)"),
        ((2, 2, 2), [1, 2], -1, "max_shift must be a whole number >= 0, got -1"),
        ((2, 3, 9), [1, 2], 3, "max_shift must be less than the images' height 3 and width 9, got 3"),
        ((2, 9, 3), [1, 2], 3, "max_shift must be less than the images' height 9 and width 3, got 3"),
    ],
)
def test_bad_arguments_are_refused_by_name(shape: tuple[int, ...], y: Any, max_shift: int, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        reg.augment_shift(np.ones(shape), y, max_shift, np.random.default_rng(0))


@pytest.mark.parametrize("rng", [0, None, np.random], ids=str)
def test_what_is_no_generator_is_refused_by_name(rng: Any) -> None:
    with pytest.raises(ValueError, match=r"^rng must be a numpy\.random\.Generator, got"):
        reg.augment_shift(np.ones((2, 3, 3)), np.zeros(2), 1, rng)
