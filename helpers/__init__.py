"""What the notebooks stand on: references, experiments, data, plots, checks and known mistakes.

- One module a topic holds the reference of each exercise, under the exercise's own name, in the notebook's order:
  `data_splits`, `bias_variance`, `initialization`, `regularization`, `dropout`, `normalization`, `gradient_checking`,
  `optimizers`, `batch_normalization`, `softmax`. They know one another no more than the notebooks do.
- `network` trains the networks of the experiments, from the references or from the reader's own functions, which
  `pieces` calls and checks; `layers` and `steps` are its fast path. `datasets` and `plots` are what it learns from and
  what one sees of it.
- `check` is what a check cell uses, `misconceptions` the bank of known wrong answers.
- `validate` has the errors that all of them share.

Nothing in here knows of the package `autograder`.
"""
