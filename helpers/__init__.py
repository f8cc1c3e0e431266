"""What the notebooks stand on: references, data, plots, checks and known mistakes.

One module a topic holds the reference of each exercise, under the exercise's own name (`helpers.dropout.dropout_mask`).
Nothing in here knows of the package `autograder`.
"""
