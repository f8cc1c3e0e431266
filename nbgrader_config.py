"""What nbgrader and autograder are to know of this course: both read this file from the folder they are called in."""

c = get_config()  # noqa: F821  (put there by nbgrader's loader)

# The name under which the gradebook and the exchange know the course. Without it nbgrader warns at each command.
c.CourseDirectory.course_id = "deep_learning_practice"

# A blank exercise stops here, and a check says "not attempted" instead of a comparison with None.
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError"}

# Seconds a cell may take. Check cells need less than one; this ends an endless loop, not a slow answer.
c.Execute.timeout = 30

# `nbgrader autograde` and the Formgrader's button run submissions as `autograder grade` does. Both lists are nbgrader's
# own, the first with one step before, the second with JailedExecute in the place of Execute. Without both blocks, the
# same notebooks are graded by nbgrader alone.
c.Autograde.sanitize_preprocessors = [
    "autograder.preprocessor.RebuildFromSource",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "autograder.preprocessor.JailedExecute",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# What a submission may import beside the standard library: these packages with all that they require, and the course's
# own modules without the references of the assignment and the explained mistakes. course/security.md says more.
c.JailedExecute.packages = ["numpy", "matplotlib", "scikit-learn", "tqdm"]
c.JailedExecute.modules = ["helpers"]
c.JailedExecute.withheld = ["helpers.{notebook}", "helpers.misconceptions.*"]

# Where `autograder verify` finds the known wrong answers and the differently written right ones, a file a topic.
c.Verify.misconceptions = "helpers/misconceptions"
c.Verify.answers = "tests/answers"
