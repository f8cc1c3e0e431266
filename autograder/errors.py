"""What can go wrong: a wrong call, a notebook that cannot be read, and a fault of the engine's own.

All carry one sentence for a person, saying what is wrong and what to do. None is ever shown with a traceback.
"""


class CourseError(Exception):
    """A wrong call or a broken course: the command prints the sentence and exits with 2."""


class UnreadableNotebook(Exception):
    """A notebook that cannot be graded; its text is the reason in one sentence."""


class EngineFault(Exception):
    """The engine could not run a submission: there is no verdict on it, and it is not the student's fault."""
