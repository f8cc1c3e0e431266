"""Data for the experiments: real digits that scikit-learn carries with it, and sets generated on the spot.

Nothing is downloaded. This module knows no lesson and no exercise; it only hands out arrays.
"""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Split = tuple[NDArray[np.float32], NDArray[np.int64]]

DIGITS_SHAPE = (8, 8)
DIGITS_HELD_OUT = 400  # images in dev, and as many in test


def digits(rng: np.random.Generator, m_train: int = 997, wrong_labels: float = 0.0) -> tuple[Split, Split, Split]:
    """Real handwritten digits, 8 by 8 pixels, shuffled and split into train, dev and test.

    With 250 training images and every fifth label wrong, a network of two hidden layers of 128 units learns the wrong
    labels by heart: 0 % error on training, about 18 % on dev. Dev and test depend on `rng` alone, so runs that differ
    in `m_train` or `wrong_labels` are compared on the same images.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws which image goes where.
    m_train : int, 1 .. 997
        Training images; the first ones of the same order, so a smaller training set is part of a larger one.
    wrong_labels : float, 0 .. 1
        Share of the training labels that are replaced by another digit. The dev and test labels are all right.

    Returns
    -------
    (X_train, y_train), (X_dev, y_dev), (X_test, y_test)
        `X` float32 of shape (m, 64): brightness from 0 (paper) to 1 (ink), row by row; `y` int of shape (m,): the
        digit, 0 .. 9.
        Dev and test have 400 images each.

    Raises
    ------
    ValueError
        If `m_train` is out of range or `wrong_labels` is not a share.

    Notes
    -----
    1797 images written by 43 people, from E. Alpaydin and C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI
    Machine Learning Repository (1998), https://doi.org/10.24432/C50P49, the test part, as bundled with scikit-learn.
    """
    table = _read_bundled("digits.csv.gz")
    images, labels = table[:, :-1], table[:, -1].astype(np.int64)
    available = len(images) - 2 * DIGITS_HELD_OUT
    if not 1 <= m_train <= available:
        raise ValueError(f"m_train: expected 1 .. {available} images, got {m_train}")
    X = (images / 16).astype(np.float32)  # the file counts inked dots in 4 by 4 blocks
    order = rng.permutation(len(X))
    dev, test, train = np.split(order, [DIGITS_HELD_OUT, 2 * DIGITS_HELD_OUT])
    train = train[:m_train]
    y_train = _mislabel(labels[train], wrong_labels, 10, rng)
    return (X[train], y_train), (X[dev], labels[dev]), (X[test], labels[test])


def noisy_line(
    rng: np.random.Generator, m_train: int = 100, m_test: int = 2_000, wrong_labels: float = 0.15
) -> tuple[Split, Split]:
    """Points in a square, a class on either side of a line, some training labels wrong: made to be overfitted.

    Parameters
    ----------
    rng : numpy.random.Generator
    m_train, m_test : int
        Points in each part.
    wrong_labels : float, 0 .. 1
        Share of the training labels that are turned over. The test labels are all right.

    Returns
    -------
    (X_train, y_train), (X_test, y_test)
        `X` float32 of shape (m, 2): uniform in the square from -0.6 to 0.6, no unit; `y` int of shape (m,): 1 above
        the line ``x2 = 0.9 x1``, else 0.

    Raises
    ------
    ValueError
        If a size is below 1 or `wrong_labels` is not a share.
    """
    if min(m_train, m_test) < 1:
        raise ValueError(f"m_train, m_test: expected 1 or more points, got {m_train} and {m_test}")
    X = rng.uniform(-0.6, 0.6, (m_train + m_test, 2)).astype(np.float32)
    y = (X[:, 1] > 0.9 * X[:, 0]).astype(np.int64)
    y_train = _mislabel(y[:m_train], wrong_labels, 2, rng)
    return (X[:m_train], y_train), (X[m_train:], y[m_train:])


def _read_bundled(name: str) -> NDArray[np.float64]:
    """Read a table of scikit-learn's without importing it: that takes a second, in each graded notebook."""
    package = find_spec("sklearn")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("scikit-learn, which brings the data, is not installed")
    return np.loadtxt(Path(package.origin).parent / "datasets" / "data" / name, delimiter=",")


def _mislabel(y: NDArray[np.int64], share: float, n_classes: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the labels with a share of them replaced by another class, each of the others equally likely."""
    if not 0 <= share <= 1:
        raise ValueError(f"wrong_labels: expected a share from 0 to 1, got {share}")
    y = y.copy()
    wrong = rng.choice(len(y), round(share * len(y)), replace=False)
    y[wrong] = (y[wrong] + rng.integers(1, n_classes, len(wrong))) % n_classes
    return y
