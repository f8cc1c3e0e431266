"""What nbgrader and autograder are to know of this course: both read this file from the folder they are called in."""

c = get_config()  # noqa: F821  (put there by nbgrader's loader)

# The name under which the gradebook and the exchange know the course. Without it nbgrader warns at each command.
c.CourseDirectory.course_id = "deep_learning_practice"

# A blank exercise stops here, and a check says "not attempted" instead of a comparison with None.
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError"}

# Seconds a cell may take. Check cells need less than one; this ends an endless loop, not a slow answer.
c.Execute.timeout = 30

# Where `autograder verify` finds the known wrong answers and the differently written right ones, a file a topic.
c.Verify.misconceptions = "helpers/misconceptions"
c.Verify.answers = "tests/answers"
