"""The two ways in which input can be bad: a wrong call, and a notebook that cannot be read.

Both carry one sentence for a person, saying what is wrong and what to do. Neither is ever shown with a traceback.
"""


class CourseError(Exception):
    """A wrong call or a broken course: the command prints the sentence and exits with 2."""


class UnreadableNotebook(Exception):
    """A notebook that cannot be graded; its text is the reason in one sentence."""
