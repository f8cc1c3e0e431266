"""Data for the experiments: real tables that scikit-learn carries with it, and sets generated on the spot.

Real: `digits`, `breast_cancer`, `wine`, `diabetes`. Generated: `noisy_line`, `circles`, `moons`, `polynomial`.

Nothing is downloaded. This module knows no lesson and no exercise; it only hands out arrays. A set for nets has `X` in
float32, in which nets compute; labels are int64.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from helpers.validate import require_count, require_number, require_rng

Split = tuple[NDArray[np.float32], NDArray[np.int64]]


class Table(NamedTuple):
    """A real table as it is published: all rows in the file's order, nothing split, nothing scaled.

    Unpacks as ``X, y, feature_names = wine()``.
    """

    X: NDArray[np.float32]  # (m, n), a row is an example
    y: NDArray[Any]  # (m,), labels int64, or numbers float32
    feature_names: tuple[str, ...]  # n of them, one a column


DIGITS_SHAPE = (8, 8)
DIGITS_HELD_OUT = 400  # images in dev, and as many in test
CUBIC = (5.0, 1.2, -3.4 / 2, 5.6 / 6)  # 5 + 1.2 x - 3.4 x²/2! + 5.6 x³/3!, the constant first

# The columns' names with commas between them.
CELL_FEATURES = (
    "radius, texture, perimeter, area, smoothness, compactness, concavity, concave points, symmetry, fractal dimension"
)
WINE_FEATURES = (
    "alcohol, malic acid, ash, alcalinity of ash, magnesium, total phenols, flavanoids, nonflavanoid phenols, "
    "proanthocyanins, color intensity, hue, OD280/OD315 of diluted wines, proline"
)
DIABETES_FEATURES = (
    "age, sex, body mass index, blood pressure, total serum cholesterol, low-density lipoproteins, "
    "high-density lipoproteins, total cholesterol / HDL, log of serum triglycerides, blood sugar"
)

# --- real ------------------------------------------------------------------------------------------------------------


def digits(rng: np.random.Generator, m_train: int = 997, wrong_labels: float = 0.0) -> tuple[Split, Split, Split]:
    """Real handwritten digits, 8 by 8 pixels, shuffled and split into train, dev and test.

    With 250 training images and every fifth label wrong, a network of two hidden layers of 128 units learns the wrong
    labels by heart: after 100 epochs of `network.train` the training error is below 3 %, the dev error 13 to 23 %
    depending on the generators (18 % in the mean), having been at 10 % in about the 24th epoch. Dev and test depend on
    `rng` alone, so runs that differ in `m_train` or `wrong_labels` are compared on the same images.

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
    table = _read_bundled("digits.csv.gz", delimiter=",")
    images, labels = table[:, :-1], table[:, -1].astype(np.int64)
    available = len(images) - 2 * DIGITS_HELD_OUT
    require_rng(rng)
    m_train = require_count("m_train", m_train)
    if m_train > available:
        raise ValueError(f"m_train must be a whole number <= {available}, got {m_train}")
    X = (images / 16).astype(np.float32)  # the file counts inked dots in 4 by 4 blocks
    order = rng.permutation(len(X))
    dev, test, train = np.split(order, [DIGITS_HELD_OUT, 2 * DIGITS_HELD_OUT])
    train = train[:m_train]
    y_train = _mislabel(labels[train], wrong_labels, 10, rng)
    return (X[train], y_train), (X[dev], labels[dev]), (X[test], labels[test])


def breast_cancer() -> Table:
    """Cell nuclei of breast tumours, measured in microscope pictures, and whether the tumour is benign.

    Returns
    -------
    X, y, feature_names
        `X` float32 of shape (569, 30): ten measures, each as the mean over a picture's nuclei, its standard error and
        its worst (the mean of the three largest). The source gives no units for lengths and areas. `y` int of shape
        (569,): 0 malignant (212 rows), 1 benign (357 rows).

    Notes
    -----
    W. N. Street, W. H. Wolberg and O. L. Mangasarian, "Nuclear feature extraction for breast tumor diagnosis",
    IS&T/SPIE Symposium on Electronic Imaging (1993); UCI Machine Learning Repository, *Breast Cancer Wisconsin
    (Diagnostic)* (1995), https://doi.org/10.24432/C5DW2B, as bundled with scikit-learn.

    Examples
    --------
    >>> X, y, feature_names = breast_cancer()
    >>> X.shape, feature_names[20], float(X[0, 20])
    ((569, 30), 'worst radius', 25.3799...)
    """
    statistics = ("mean {}", "{} error", "worst {}")
    names = tuple(statistic.format(feature) for statistic in statistics for feature in CELL_FEATURES.split(", "))
    return _labelled_table("breast_cancer.csv", names)


def wine() -> Table:
    """Chemical analysis of wines from one region of Italy, and which of three growers made each.

    Returns
    -------
    X, y, feature_names
        `X` float32 of shape (178, 13): thirteen measures, among them alcohol in % of the volume; the source gives no
        other units. `y` int of shape (178,): the grower, 0 (59 rows), 1 (71 rows) or 2 (48 rows), **in this order**.

    Notes
    -----
    M. Forina and others, *PARVUS: An Extendable Package of Programs for Data Exploration, Classification and
    Correlation* (1988); S. Aeberhard and M. Forina, *Wine*, UCI Machine Learning Repository (1992),
    https://doi.org/10.24432/C5PC7J, as bundled with scikit-learn.

    Examples
    --------
    >>> X, y, feature_names = wine()
    >>> X.shape, feature_names[0], float(X[1, 0])
    ((178, 13), 'alcohol', 13.1999...)
    """
    return _labelled_table("wine_data.csv", tuple(WINE_FEATURES.split(", ")))


def diabetes() -> Table:
    """Ten measures of 442 diabetes patients, and how far the disease had gone a year later.

    The raw measures, each in its own unit. ``sklearn.datasets.load_diabetes()`` hands out scaled ones (columns with
    mean 0 and sum of squares 1); these are those of ``load_diabetes(scaled=False)``.

    Returns
    -------
    X, y, feature_names
        `X` float32 of shape (442, 10): age in years, sex coded 1 and 2, body mass index in kg/m², blood pressure in
        mmHg, then six measures of the blood serum, of which the source gives no units. `y` float32 of shape (442,):
        progression of the disease in a year, 25 .. 346, no unit.

    Notes
    -----
    B. Efron, T. Hastie, I. Johnstone and R. Tibshirani, "Least Angle Regression", Annals of Statistics 32 (2004),
    https://doi.org/10.1214/009053604000000067, as bundled with scikit-learn.

    Examples
    --------
    >>> X, y, feature_names = diabetes()
    >>> X.shape, feature_names[0], float(X[0, 0]), float(y[0])
    ((442, 10), 'age', 59.0, 151.0)
    """
    X = _read_bundled("diabetes_data_raw.csv.gz").astype(np.float32)
    return Table(X, _read_bundled("diabetes_target.csv.gz").astype(np.float32), tuple(DIABETES_FEATURES.split(", ")))


# --- generated -------------------------------------------------------------------------------------------------------


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
    require_rng(rng)
    m_train, m_test = require_count("m_train", m_train), require_count("m_test", m_test)
    X = rng.uniform(-0.6, 0.6, (m_train + m_test, 2)).astype(np.float32)
    y = (X[:, 1] > 0.9 * X[:, 0]).astype(np.int64)
    y_train = _mislabel(y[:m_train], wrong_labels, 2, rng)
    return (X[:m_train], y_train), (X[m_train:], y[m_train:])


def circles(rng: np.random.Generator, m: int = 300, noise: float = 0.05, factor: float = 0.8) -> Split:
    """Two circles about the origin, a class each: no straight line can part them.

    The points lie at equal angles on their circle, x = r (cos φ, sin φ), and are then moved by the noise. They are
    those of ``sklearn.datasets.make_circles`` with its noise drawn from `rng`.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the noise and the order of the rows.
    m : int
        Points; half of them on the outer circle, of an odd number the smaller half.
    noise : float, at least 0
        Standard deviation of the normal noise on both coordinates; the outer radius is 1.
    factor : float, at least 0 and below 1
        Radius of the inner circle.

    Returns
    -------
    X, y
        `X` float32 of shape (m, 2), no unit, in random order; `y` int of shape (m,): 0 outer, 1 inner circle.

    Raises
    ------
    ValueError
        If `m` is below 2, `noise` is negative or `factor` is not in [0, 1).

    Examples
    --------
    >>> X, y = circles(np.random.default_rng(0), m=4, noise=0.0, factor=0.5)
    >>> [float(radius) for radius in np.hypot(*X[y == 1].T)]
    [0.5, 0.5]
    """
    m_outer = require_count("m", m, at_least=2) // 2
    factor = require_number("factor", factor, at_least=0, below=1)
    outer = np.linspace(0, 2 * np.pi, m_outer, endpoint=False)
    inner = np.linspace(0, 2 * np.pi, m - m_outer, endpoint=False)
    return _two_classes(_on_circle(outer), factor * _on_circle(inner), noise, rng)


def moons(rng: np.random.Generator, m: int = 300, noise: float = 0.2) -> Split:
    """Two half circles that reach into each other, a class each.

    The upper moon is (cos φ, sin φ), the lower one (1 - cos φ, 1/2 - sin φ), with φ at equal distances from 0 to π, and
    then the noise. They are those of ``sklearn.datasets.make_moons`` with its noise drawn from `rng`.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the noise and the order of the rows.
    m : int
        Points; half of them on the upper moon, of an odd number the smaller half.
    noise : float, at least 0
        Standard deviation of the normal noise on both coordinates; the moons have radius 1.

    Returns
    -------
    X, y
        `X` float32 of shape (m, 2), no unit, in random order; `y` int of shape (m,): 0 upper, 1 lower moon.

    Raises
    ------
    ValueError
        If `m` is below 2 or `noise` is negative.

    Examples
    --------
    >>> X, y = moons(np.random.default_rng(0), m=3, noise=0.0)
    >>> X[y == 0].tolist()
    [[1.0, 0.0]]
    """
    m_upper = require_count("m", m, at_least=2) // 2
    upper = _on_circle(np.linspace(0, np.pi, m_upper))
    lower = np.array([1.0, 0.5]) - _on_circle(np.linspace(0, np.pi, m - m_upper))
    return _two_classes(upper, lower, noise, rng)


def polynomial(
    rng: np.random.Generator,
    m: int = 20,
    coefficients: Sequence[float] = CUBIC,
    noise: float = 0.1,
    low: float = -2.0,
    high: float = 2.0,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Noisy values of a polynomial, y = c_0 + c_1 x + c_2 x² + ... + noise: to be fitted with one of another degree.

    float64, unlike the sets for nets: x^15 in float32 leaves a least-squares fit too few digits to overfit with.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws x, then the noise.
    m : int
        Points.
    coefficients : sequence of float
        c_0, c_1, ..., the constant first. The default `CUBIC` is 5 + 1.2 x - 3.4 x²/2! + 5.6 x³/3! from A. Zhang,
        Z. Lipton, M. Li and A. Smola, *Dive into Deep Learning* (2023), the textbook that course note 002 follows.
    noise : float, at least 0
        Standard deviation of the normal noise on y.
    low, high : float
        x is uniform from `low` to `high`.

    Returns
    -------
    x, y
        float64 of shape (m,), no unit.

    Raises
    ------
    ValueError
        If `m` is below 1, there is no coefficient, `noise` is negative or `high` is not above `low`.

    Examples
    --------
    >>> x, y = polynomial(np.random.default_rng(0), m=4, coefficients=[1, 2], noise=0.0)
    >>> bool(np.allclose(y, 1 + 2 * x))
    True
    """
    require_rng(rng)
    m, noise = require_count("m", m), require_number("noise", noise, at_least=0)
    low = require_number("low", low)
    high = require_number("high", high, above=low)
    if len(coefficients) < 1:
        raise ValueError("coefficients must have at least one number, the constant, got none")
    x = rng.uniform(low, high, m)
    return x, np.polynomial.polynomial.polyval(x, coefficients) + rng.normal(0, noise, m)


def _read_bundled(name: str, delimiter: str | None = None, skiprows: int = 0) -> NDArray[np.float64]:
    """Read a table of scikit-learn's without importing it: that takes a second, in each graded notebook."""
    package = find_spec("sklearn")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("scikit-learn, which brings the data, is not installed")
    path = Path(package.origin).parent / "datasets" / "data" / name
    return np.loadtxt(path, delimiter=delimiter, skiprows=skiprows)


def _labelled_table(name: str, feature_names: tuple[str, ...]) -> Table:
    """Read a table with the label in the last column; its first line is no row: it counts rows and names classes."""
    table = _read_bundled(name, delimiter=",", skiprows=1)
    return Table(table[:, :-1].astype(np.float32), table[:, -1].astype(np.int64), feature_names)


def _on_circle(angles: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack([np.cos(angles), np.sin(angles)])


def _two_classes(
    first: NDArray[np.float64], second: NDArray[np.float64], noise: float, rng: np.random.Generator
) -> Split:
    """Return both sets of points with noise, labelled 0 and 1, in random order."""
    require_rng(rng)
    noise = require_number("noise", noise, at_least=0)
    X = np.concatenate([first, second])
    X += rng.normal(0, noise, X.shape)
    y = np.repeat(np.array([0, 1], dtype=np.int64), [len(first), len(second)])
    order = rng.permutation(len(X))
    return X[order].astype(np.float32), y[order]


def _mislabel(y: NDArray[np.int64], share: float, n_classes: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the labels with a share of them replaced by another class, each of the others equally likely."""
    share = require_number("wrong_labels", share, at_least=0, at_most=1)
    y = y.copy()
    wrong = rng.choice(len(y), round(share * len(y)), replace=False)
    y[wrong] = (y[wrong] + rng.integers(1, n_classes, len(wrong))) % n_classes
    return y
