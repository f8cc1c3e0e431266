"""Pictures for the experiments, made from what the reader's own functions returned, so that wrong code looks wrong.

Every function draws one figure and displays it with its text alternative: a caption, built from the same data, that
says what the figure shows. A marker, dash or label always says the same as the colour. Where there is nothing to draw,
or what is given does not fit together, `ValueError` names the argument.

This package knows no lesson, no exercise and no network: it is given arrays and callables. `figures` has the style.
"""

from helpers.plots.bias_variance import error_pieces
from helpers.plots.curves import error_by_setting, fitted_curves, lines
from helpers.plots.data_splits import split_strips
from helpers.plots.dropout import dropout_masks, mean_activation
from helpers.plots.gradient_checking import relative_differences, step_errors
from helpers.plots.images import class_weights, digit_images, weight_grid
from helpers.plots.layers import activation_histograms, gradient_norms, histogram_by_label
from helpers.plots.planes import cost_contours, decision_boundaries
from helpers.plots.regularization import weight_paths
from helpers.plots.softmax import class_probabilities
from helpers.plots.tables import bars, confusion_matrix, error_table
from helpers.plots.training import cost_curves, learning_curves

__all__ = [
    "activation_histograms",
    "bars",
    "class_probabilities",
    "class_weights",
    "confusion_matrix",
    "cost_contours",
    "cost_curves",
    "decision_boundaries",
    "digit_images",
    "dropout_masks",
    "error_by_setting",
    "error_pieces",
    "error_table",
    "fitted_curves",
    "gradient_norms",
    "histogram_by_label",
    "learning_curves",
    "lines",
    "mean_activation",
    "relative_differences",
    "split_strips",
    "step_errors",
    "weight_grid",
    "weight_paths",
]
