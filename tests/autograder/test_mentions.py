"""Which names a check speaks of: in its code and in texts that could be code, but not in prose."""

import pytest

from autograder.definitions import find_mentions


@pytest.mark.parametrize(
    "code",
    [
        "softmax(Z)",
        "def f(softmax):\n    pass",
        "module.softmax",
        "f(softmax=1)",
        "from helpers.softmax import one_hot",
        "import a.softmax",
        'namespace["softmax"]',
        'exec("P = softmax(Z)")',
        'exec("""\n    softmax(Z)\n""")',
        'f"{softmax}"',
        "def softmax(): ...",
        "%time softmax(Z)",  # no Python: every word counts
    ],
)
def test_a_name_is_found(code: str) -> None:
    assert "softmax" in find_mentions(code)


@pytest.mark.parametrize(
    "code",
    [
        "# the softmax of it\nf(Z)",
        'def f(x):\n    """A softmax of a softmax is no softmax."""',
        'expect.close(a, b, "the gradient of softmax at 3")',
        "quiz_softmax",
        "softmax_gradient(Z)",
    ],
)
def test_prose_and_longer_names_are_no_mention(code: str) -> None:
    assert "softmax" not in find_mentions(code)
