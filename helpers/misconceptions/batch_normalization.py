"""Known mistakes of topic 09, batch normalization. See the package's first lines for what an entry is."""

import numpy as np

from helpers.misconceptions import misconception


def _center(Z):
    """Z without its columns' means, their means and population variances."""
    mean = Z.mean(axis=0)
    c = Z - mean
    return c, mean, (c * c).mean(axis=0)


def _cache(mean, var, x_hat, scale):
    return {"mean": mean, "var": var, "x_hat": x_hat, "scale": scale}


# ----------------------------------------------------------------------------------------------------- batchnorm_forward


@misconception(
    "batchnorm_forward", "the variance is divided by m - 1; batch norm takes the population variance, over m"
)
def sample_variance(Z, gamma, beta, eps=1e-5):
    c, mean, _ = _center(Z)
    var = (c * c).sum(axis=0) / (len(Z) - 1)
    std = np.sqrt(var + eps)
    return gamma * c / std + beta, _cache(mean, var, c / std, gamma / std)


@misconception(
    "batchnorm_forward", "eps is added to the standard deviation; it belongs inside the root, to the variance"
)
def eps_outside_the_root(Z, gamma, beta, eps=1e-5):
    c, mean, var = _center(Z)
    std = np.sqrt(var) + eps
    return gamma * c / std + beta, _cache(mean, var, c / std, gamma / std)


@misconception("batchnorm_forward", "eps is not used, so a constant column is divided by 0")
def no_eps(Z, gamma, beta, eps=1e-5):
    c, mean, var = _center(Z)
    std = np.sqrt(var)
    return gamma * c / std + beta, _cache(mean, var, c / std, gamma / std)


@misconception("batchnorm_forward", "eps is always 1e-5; the argument is not used")
def eps_fixed(Z, gamma, beta, eps=1e-5):
    c, mean, var = _center(Z)
    std = np.sqrt(var + 1e-5)
    return gamma * c / std + beta, _cache(mean, var, c / std, gamma / std)


@misconception("batchnorm_forward", "the deviations are divided by the variance; divide by its root")
def divided_by_the_variance(Z, gamma, beta, eps=1e-5):
    c, mean, var = _center(Z)
    return gamma * c / (var + eps) + beta, _cache(mean, var, c / (var + eps), gamma / (var + eps))


@misconception("batchnorm_forward", "mean and variance are taken over each row; a unit is a column")
def statistics_by_row(Z, gamma, beta, eps=1e-5):
    mean, var = Z.mean(axis=1, keepdims=True), Z.var(axis=1, keepdims=True)
    x_hat = (Z - mean) / np.sqrt(var + eps)
    return gamma * x_hat + beta, _cache(mean[:, 0], var[:, 0], x_hat, gamma)


@misconception("batchnorm_forward", "one mean and one variance are taken over the whole batch; each column has its own")
def one_for_all_columns(Z, gamma, beta, eps=1e-5):
    mean, var = np.full(Z.shape[1], Z.mean()), np.full(Z.shape[1], Z.var())
    std = np.sqrt(var + eps)
    return gamma * (Z - mean) / std + beta, _cache(mean, var, (Z - mean) / std, gamma / std)


@misconception("batchnorm_forward", "gamma and beta have changed places: gamma scales, beta shifts")
def scale_and_shift_exchanged(Z, gamma, beta, eps=1e-5):
    c, mean, var = _center(Z)
    std = np.sqrt(var + eps)
    return beta * c / std + gamma, _cache(mean, var, c / std, gamma / std)


@misconception("batchnorm_forward", "the columns are standardized, but gamma and beta are not used")
def no_scale_and_shift(Z, gamma, beta, eps=1e-5):
    c, mean, var = _center(Z)
    std = np.sqrt(var + eps)
    return c / std, _cache(mean, var, c / std, gamma / std)


@misconception("batchnorm_forward", "beta is added before gamma scales, so that the shift is scaled as well")
def shifted_before_scaled(Z, gamma, beta, eps=1e-5):
    c, mean, var = _center(Z)
    std = np.sqrt(var + eps)
    return gamma * (c / std + beta), _cache(mean, var, c / std, gamma / std)


@misconception("batchnorm_forward", 'eps is in cache["var"]; the running variance needs the plain one')
def eps_in_the_cache(Z, gamma, beta, eps=1e-5):
    c, mean, var = _center(Z)
    std = np.sqrt(var + eps)
    return gamma * c / std + beta, _cache(mean, var + eps, c / std, gamma / std)


@misconception("batchnorm_forward", 'cache["var"] holds the standard deviation; it should be the variance')
def deviation_in_the_cache(Z, gamma, beta, eps=1e-5):
    c, mean, var = _center(Z)
    std = np.sqrt(var + eps)
    return gamma * c / std + beta, _cache(mean, np.sqrt(var), c / std, gamma / std)


@misconception(
    "batchnorm_forward",
    "the variance is computed as mean of squares minus square of the mean, which loses its digits far from zero",
)
def difference_of_squares(Z, gamma, beta, eps=1e-5):
    mean = Z.mean(axis=0)
    var = np.abs((Z**2).mean(axis=0) - mean**2)
    std = np.sqrt(var + eps)
    return gamma * (Z - mean) / std + beta, _cache(mean, var, (Z - mean) / std, gamma / std)


@misconception("batchnorm_forward", "Z itself is changed: -= writes into the caller's array")
def centred_in_place(Z, gamma, beta, eps=1e-5):
    mean, var = Z.mean(axis=0), Z.var(axis=0)
    std = np.sqrt(var + eps)
    if Z.dtype.kind == "f":
        Z -= mean
    else:
        Z = Z - mean
    return gamma * Z / std + beta, _cache(mean, var, Z / std, gamma / std)


# ---------------------------------------------------------------------------------------------------- batchnorm_backward


def _find(cache, *names):
    """The cache's entry under one of these names, whatever their case."""
    lower = {str(name).lower(): value for name, value in cache.items()}
    return next((lower[name] for name in names if name in lower), None)


def _root(cache):
    std = _find(cache, "std", "sigma", "root", "sqrt_var", "sqrtvar", "stddev", "deviation")
    inverse = _find(cache, "inv_std", "inv_sigma", "istd", "ivar", "inv_var", "std_inv")
    if std is None and inverse is None:
        return np.sqrt(cache["var"] + _find(cache, "eps", "epsilon"))
    return 1 / inverse if std is None else std


def _read(cache):
    """x_hat and gamma / sqrt(var + eps) of a cache, under the names that a learner may have chosen."""
    x_hat = _find(cache, "x_hat", "xhat", "z_hat", "zhat", "x_norm", "z_norm", "xnorm", "znorm", "normalized", "norm")
    scale = _find(cache, "scale")
    if x_hat is None:
        centred = _find(cache, "centered", "centred", "z_mu", "xmu", "x_mu", "c", "zc", "diff", "z_centered")
        x_hat = (_find(cache, "z", "x") - cache["mean"] if centred is None else centred) / _root(cache)
    return x_hat, _find(cache, "gamma", "g") / _root(cache) if scale is None else scale


def _sums(dout, x_hat):
    return (dout * x_hat).sum(axis=0), dout.sum(axis=0)


@misconception("batchnorm_backward", "mean and variance are taken for constants; both move with every row of the batch")
def statistics_constant(dout, cache):
    x_hat, scale = _read(cache)
    return scale * dout, *_sums(dout, x_hat)


@misconception(
    "batchnorm_backward", "the path through the variance is missing: the part of the gradient along x_hat must go"
)
def variance_constant(dout, cache):
    x_hat, scale = _read(cache)
    return scale * (dout - dout.mean(axis=0)), *_sums(dout, x_hat)


@misconception("batchnorm_backward", "the path through the mean is missing: the mean of the gradient must go")
def mean_constant(dout, cache):
    x_hat, scale = _read(cache)
    return scale * (dout - x_hat * (dout * x_hat).mean(axis=0)), *_sums(dout, x_hat)


@misconception("batchnorm_backward", "gamma is missing in dZ: the gradient at x_hat is gamma times dout")
def no_gamma(dout, cache):
    x_hat, _ = _read(cache)
    # the variance of x_hat is var / (var + eps), so this is 1 / sqrt(var + eps)
    one_over_root = x_hat.std(axis=0) / np.sqrt(cache["var"])
    dZ = one_over_root * (dout - dout.mean(axis=0) - x_hat * (dout * x_hat).mean(axis=0))
    return dZ, *_sums(dout, x_hat)


@misconception("batchnorm_backward", "eps is missing in dZ: the root is that of the forward pass, with eps in it")
def no_eps_on_the_way_back(dout, cache):
    x_hat, scale = _read(cache)
    spread = x_hat.std(axis=0)
    x = x_hat / spread
    dZ = scale / spread * (dout - dout.mean(axis=0) - x * (dout * x).mean(axis=0))
    return dZ, *_sums(dout, x_hat)


@misconception("batchnorm_backward", "inside dZ the two sums over the column are not divided by m")
def sums_not_divided(dout, cache):
    x_hat, scale = _read(cache)
    dgamma, dbeta = _sums(dout, x_hat)
    return scale * (dout - dbeta - x_hat * dgamma), dgamma, dbeta


@misconception("batchnorm_backward", "inside dZ the two sums are divided by m - 1; the forward pass divided by m")
def sums_over_m_minus_one(dout, cache):
    x_hat, scale = _read(cache)
    dgamma, dbeta = _sums(dout, x_hat)
    m = len(dout)
    return scale * (dout - dbeta / (m - 1) - x_hat * dgamma / (m - 1)), dgamma, dbeta


@misconception("batchnorm_backward", "the two parts are added to the gradient; they must be taken off it")
def parts_added(dout, cache):
    x_hat, scale = _read(cache)
    return scale * (dout + dout.mean(axis=0) + x_hat * (dout * x_hat).mean(axis=0)), *_sums(dout, x_hat)


@misconception(
    "batchnorm_backward", "dgamma and dbeta are means over the rows; they are sums, as dout carries the 1/m already"
)
def means_instead_of_sums(dout, cache):
    x_hat, scale = _read(cache)
    dgamma, dbeta = (dout * x_hat).mean(axis=0), dout.mean(axis=0)
    return scale * (dout - dbeta - x_hat * dgamma), dgamma, dbeta


@misconception("batchnorm_backward", "dgamma lacks x_hat, which gamma was multiplied with")
def dgamma_without_x_hat(dout, cache):
    x_hat, scale = _read(cache)
    dZ = scale * (dout - dout.mean(axis=0) - x_hat * (dout * x_hat).mean(axis=0))
    return dZ, dout.sum(axis=0), dout.sum(axis=0)


@misconception(
    "batchnorm_backward", "dgamma is computed with Z minus its mean; it needs x_hat, which is divided by the root"
)
def dgamma_not_normalized(dout, cache):
    x_hat, scale = _read(cache)
    dgamma, dbeta = _sums(dout, x_hat)
    dZ = scale * (dout - dbeta / len(dout) - x_hat * dgamma / len(dout))
    return dZ, dgamma * np.sqrt(cache["var"]) / x_hat.std(axis=0), dbeta


@misconception("batchnorm_backward", "dbeta comes before dgamma; the order is dZ, dgamma, dbeta")
def order_of_the_results(dout, cache):
    x_hat, scale = _read(cache)
    dgamma, dbeta = _sums(dout, x_hat)
    return scale * (dout - dbeta / len(dout) - x_hat * dgamma / len(dout)), dbeta, dgamma


@misconception(
    "batchnorm_backward", "dgamma and dbeta keep the shape of dout; each is summed over the rows of its column"
)
def not_summed(dout, cache):
    x_hat, scale = _read(cache)
    dZ = scale * (dout - dout.mean(axis=0) - x_hat * (dout * x_hat).mean(axis=0))
    return dZ, dout * x_hat, dout


# -------------------------------------------------------------------------------------------------------- update_running


@misconception("update_running", "momentum weighs the new value, as in PyTorch; here it weighs the old one")
def momentum_for_the_new_value(running, batch, momentum=0.9):
    return (1 - momentum) * running + momentum * batch


@misconception("update_running", "momentum is always 0.9; the argument is not used")
def momentum_fixed(running, batch, momentum=0.9):
    return 0.9 * running + 0.1 * batch


@misconception("update_running", "the default is PyTorch's 0.1; as momentum weighs the old value here, it must be 0.9")
def default_of_torch(running, batch, momentum=0.1):
    return momentum * running + (1 - momentum) * batch


@misconception("update_running", "the batch is added in full; its share is 1 - momentum")
def batch_in_full(running, batch, momentum=0.9):
    return momentum * running + batch


@misconception("update_running", "the old value is kept in full; its share is momentum")
def running_in_full(running, batch, momentum=0.9):
    return running + (1 - momentum) * batch


@misconception("update_running", "it is the plain mean of the two, whatever momentum is")
def plain_mean(running, batch, momentum=0.9):
    return (running + batch) / 2


@misconception("update_running", "the batch's statistic replaces the old one; nothing is remembered")
def nothing_remembered(running, batch, momentum=0.9):
    return batch * 1.0


@misconception(
    "update_running", "the difference is taken the wrong way round, so the average moves away from the batch"
)
def moves_away(running, batch, momentum=0.9):
    return running + (1 - momentum) * (running - batch)


@misconception(
    "update_running", "running values of 0 are taken for an empty start and replaced; they count like any others"
)
def zeros_replaced(running, batch, momentum=0.9):
    if not np.any(running):
        return batch * 1.0
    return momentum * running + (1 - momentum) * batch


@misconception("update_running", "running itself is changed: *= and += write into the caller's array")
def running_in_place(running, batch, momentum=0.9):
    if running.dtype.kind != "f":
        running = running.astype(float)
    running *= momentum
    running += (1 - momentum) * batch
    return running


# --------------------------------------------------------------------------------------------------- batchnorm_inference


@misconception("batchnorm_inference", "mean and variance are those of Z; inference uses the running ones")
def statistics_of_the_batch(Z, gamma, beta, running_mean, running_var, eps=1e-5):
    c, _, var = _center(Z)
    return gamma * c / np.sqrt(var + eps) + beta


@misconception("batchnorm_inference", "the mean is that of Z; inference uses the running mean")
def mean_of_the_batch(Z, gamma, beta, running_mean, running_var, eps=1e-5):
    return gamma * (Z - Z.mean(axis=0)) / np.sqrt(running_var + eps) + beta


@misconception("batchnorm_inference", "the variance is that of Z; inference uses the running variance")
def variance_of_the_batch(Z, gamma, beta, running_mean, running_var, eps=1e-5):
    return gamma * (Z - running_mean) / np.sqrt(Z.var(axis=0) + eps) + beta


@misconception(
    "batchnorm_inference", "eps is added to the standard deviation; it belongs inside the root, to the variance"
)
def inference_with_eps_outside(Z, gamma, beta, running_mean, running_var, eps=1e-5):
    return gamma * (Z - running_mean) / (np.sqrt(running_var) + eps) + beta


@misconception("batchnorm_inference", "eps is not used; training had it inside the root")
def inference_without_eps(Z, gamma, beta, running_mean, running_var, eps=1e-5):
    return gamma * (Z - running_mean) / np.sqrt(running_var) + beta


@misconception("batchnorm_inference", "eps is always 1e-5; the argument is not used")
def inference_with_eps_fixed(Z, gamma, beta, running_mean, running_var, eps=1e-5):
    return gamma * (Z - running_mean) / np.sqrt(running_var + 1e-5) + beta


@misconception("batchnorm_inference", "the root of the variance is missing")
def inference_without_root(Z, gamma, beta, running_mean, running_var, eps=1e-5):
    return gamma * (Z - running_mean) / (running_var + eps) + beta


@misconception("batchnorm_inference", "the running mean is not subtracted")
def inference_without_mean(Z, gamma, beta, running_mean, running_var, eps=1e-5):
    return gamma * Z / np.sqrt(running_var + eps) + beta


@misconception("batchnorm_inference", "gamma and beta are not used; they are part of the layer at inference, too")
def inference_without_scale_and_shift(Z, gamma, beta, running_mean, running_var, eps=1e-5):
    return (Z - running_mean) / np.sqrt(running_var + eps)


@misconception("batchnorm_inference", "gamma and beta have changed places: gamma scales, beta shifts")
def inference_with_scale_and_shift_exchanged(Z, gamma, beta, running_mean, running_var, eps=1e-5):
    return beta * (Z - running_mean) / np.sqrt(running_var + eps) + gamma


# --------------------------------------------------------------------------------------------------- identity_parameters


@misconception(
    "identity_parameters", "gamma is the root of the variance alone; batch norm divides by a root with eps in it"
)
def gamma_without_eps(mean, var, eps=1e-5):
    return np.sqrt(var), mean


@misconception("identity_parameters", "gamma is the variance; batch norm divides by its root")
def gamma_without_root(mean, var, eps=1e-5):
    return var + eps, mean


@misconception("identity_parameters", "eps is added to the standard deviation; it belongs inside the root")
def gamma_with_eps_outside(mean, var, eps=1e-5):
    return np.sqrt(var) + eps, mean


@misconception("identity_parameters", "gamma divides once more; it must undo the division, so multiply")
def gamma_upside_down(mean, var, eps=1e-5):
    return 1 / np.sqrt(var + eps), mean


@misconception("identity_parameters", "beta has the wrong sign: the mean was subtracted, so beta adds it")
def beta_negative(mean, var, eps=1e-5):
    return np.sqrt(var + eps), -mean


@misconception(
    "identity_parameters", "beta is the mean divided by the root; what gamma brings back lacks the mean itself"
)
def beta_normalized(mean, var, eps=1e-5):
    return np.sqrt(var + eps), mean / np.sqrt(var + eps)


@misconception("identity_parameters", "beta comes before gamma; the order is gamma, beta")
def beta_first(mean, var, eps=1e-5):
    return mean, np.sqrt(var + eps)


@misconception("identity_parameters", "gamma 1 and beta 0 leave x_hat as it is; it is the input that must come back")
def one_and_zero(mean, var, eps=1e-5):
    return np.ones_like(var, dtype=float), np.zeros_like(mean, dtype=float)


@misconception("identity_parameters", "eps is always 1e-5; the argument is not used")
def identity_with_eps_fixed(mean, var, eps=1e-5):
    return np.sqrt(var + 1e-5), mean


# -------------------------------------------------------------------------------------------------------- fold_batchnorm


@misconception("fold_batchnorm", "the mean is missing in the bias: the scores are centred before they are scaled")
def fold_without_mean(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    return scale[:, None] * W, scale * b + beta


@misconception("fold_batchnorm", "the mean is subtracted without being scaled")
def fold_mean_unscaled(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    return scale[:, None] * W, scale * b - mean + beta


@misconception("fold_batchnorm", "the old bias is added without being scaled")
def fold_bias_unscaled(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    return scale[:, None] * W, b - scale * mean + beta


@misconception(
    "fold_batchnorm", "the old bias is dropped; it has no effect on training, but the running mean has it in it"
)
def fold_bias_dropped(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    return scale[:, None] * W, beta - scale * mean


@misconception("fold_batchnorm", "beta is missing in the bias")
def fold_without_beta(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    return scale[:, None] * W, scale * (b - mean)


@misconception("fold_batchnorm", "beta is scaled; it was added after everything else")
def fold_beta_scaled(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    return scale[:, None] * W, scale * (b - mean + beta)


@misconception("fold_batchnorm", "the columns of W are scaled; a unit is a row")
def fold_columns(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    return scale * W, scale * (b - mean) + beta


@misconception("fold_batchnorm", "the scale lacks gamma")
def fold_without_gamma(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = 1 / np.sqrt(var + eps)
    return scale[:, None] * W, scale * (b - mean) + beta


@misconception("fold_batchnorm", "the root of the variance is missing")
def fold_without_root(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / (var + eps)
    return scale[:, None] * W, scale * (b - mean) + beta


@misconception("fold_batchnorm", "eps is added to the standard deviation; it belongs inside the root, to the variance")
def fold_with_eps_outside(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / (np.sqrt(var) + eps)
    return scale[:, None] * W, scale * (b - mean) + beta


@misconception("fold_batchnorm", "eps is not used; batch norm has it inside the root")
def fold_without_eps(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var)
    return scale[:, None] * W, scale * (b - mean) + beta


@misconception("fold_batchnorm", "eps is always 1e-5; the argument is not used")
def fold_with_eps_fixed(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + 1e-5)
    return scale[:, None] * W, scale * (b - mean) + beta


# ------------------------------------------------------------------------------------------------------------- BatchNorm


class _RightLayer:
    """A right layer in small pieces, of which each entry replaces one."""

    def __init__(self, n, momentum=0.9, eps=1e-5):
        self.momentum, self.eps = momentum, eps
        self.gamma, self.beta = np.ones(n), np.zeros(n)
        self.running_mean, self.running_var = np.zeros(n), np.ones(n)
        self.dgamma, self.dbeta = np.zeros(n), np.zeros(n)

    def _move(self, mean, var, m):
        self.running_mean = self.momentum * self.running_mean + (1 - self.momentum) * mean
        self.running_var = self.momentum * self.running_var + (1 - self.momentum) * var

    def _normalize(self, c, var):
        root = np.sqrt(var + self.eps)
        return c / root, self.gamma / root

    def forward(self, Z, training):
        if not training:
            return self.gamma * self._normalize(Z - self.running_mean, self.running_var)[0] + self.beta
        c, mean, var = _center(Z)
        self._move(mean, var, len(Z))
        self._x_hat, self._scale = self._normalize(c, var)
        return self.gamma * self._x_hat + self.beta

    def _go_back(self, dout):
        dgamma, dbeta = _sums(dout, self._x_hat)
        return self._scale * (dout - dbeta / len(dout) - self._x_hat * dgamma / len(dout)), dgamma, dbeta

    def backward(self, dout):
        dZ, self.dgamma, self.dbeta = self._go_back(dout)
        return dZ


@misconception("BatchNorm", "momentum weighs the new value, as in PyTorch; here it weighs the old one")
class MomentumForTheNewValue(_RightLayer):
    def _move(self, mean, var, m):
        self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
        self.running_var = (1 - self.momentum) * self.running_var + self.momentum * var


@misconception("BatchNorm", "the momentum that the layer was given is not used")
class MomentumFixed(_RightLayer):
    def _move(self, mean, var, m):
        self.running_mean = 0.9 * self.running_mean + 0.1 * mean
        self.running_var = 0.9 * self.running_var + 0.1 * var


@misconception("BatchNorm", "momentum and eps are not passed on: the functions work with defaults of their own")
class SettingsNotPassedOn(_RightLayer):
    def __init__(self, n, momentum=0.9, eps=1e-5):
        super().__init__(n)


@misconception("BatchNorm", "the eps that the layer was given is not used")
class EpsFixed(_RightLayer):
    def _normalize(self, c, var):
        root = np.sqrt(var + 1e-5)
        return c / root, self.gamma / root


@misconception(
    "BatchNorm", "the running variance is divided by m - 1, as in PyTorch; here it is the population variance"
)
class RunningVarianceUnbiased(_RightLayer):
    def _move(self, mean, var, m):
        super()._move(mean, var * m / (m - 1), m)


@misconception("BatchNorm", "running_var gathers standard deviations; it should gather variances")
class RunningDeviation(_RightLayer):
    def _move(self, mean, var, m):
        super()._move(mean, np.sqrt(var), m)


@misconception("BatchNorm", "the running statistics never move: what the average gives must be kept in the layer")
class StatisticsNeverMove(_RightLayer):
    def _move(self, mean, var, m):
        pass


@misconception("BatchNorm", "the running statistics move at inference, too; they may move in training only")
class StatisticsMoveAtInference(_RightLayer):
    def forward(self, Z, training):
        out = super().forward(Z, training)
        if not training:
            _, mean, var = _center(Z)
            self._move(mean, var, len(Z))
        return out


@misconception(
    "BatchNorm", "training is not looked at: the batch's statistics are used, and remembered, at inference as well"
)
class AlwaysTraining(_RightLayer):
    def forward(self, Z, training):
        return super().forward(Z, True)


@misconception("BatchNorm", "inference uses the statistics of its own batch; it should use the running ones")
class InferenceByTheBatch(_RightLayer):
    def forward(self, Z, training):
        if training:
            return super().forward(Z, True)
        c, _, var = _center(Z)
        return self.gamma * self._normalize(c, var)[0] + self.beta


@misconception("BatchNorm", "training normalizes by the running statistics; it should use those of the batch")
class TrainingByTheRunning(_RightLayer):
    def forward(self, Z, training):
        if training:
            super().forward(Z, True)
        return super().forward(Z, False)


@misconception("BatchNorm", "gamma and beta are not used: the output is x_hat")
class NoScaleAndShift(_RightLayer):
    def forward(self, Z, training):
        gamma, beta, self.gamma, self.beta = self.gamma, self.beta, np.ones_like(self.gamma), np.zeros_like(self.beta)
        out = super().forward(Z, training)
        self.gamma, self.beta = gamma, beta
        if training:
            self._scale = self._scale * gamma
        return out


@misconception("BatchNorm", "dgamma and dbeta are added to those of earlier steps; each backward replaces them")
class GradientsAddedUp(_RightLayer):
    def backward(self, dout):
        dZ, dgamma, dbeta = self._go_back(dout)
        self.dgamma, self.dbeta = self.dgamma + dgamma, self.dbeta + dbeta
        return dZ


@misconception(
    "BatchNorm", "dgamma and dbeta stay what they were: backward does not put its gradients into the attributes"
)
class GradientsNotKept(_RightLayer):
    def backward(self, dout):
        return self._go_back(dout)[0]


@misconception(
    "BatchNorm", "mean and variance are taken for constants in backward; both move with every row of the batch"
)
class StatisticsConstant(_RightLayer):
    def backward(self, dout):
        super().backward(dout)
        return self._scale * dout


@misconception(
    "BatchNorm", "the first batch replaces the running statistics; they start from 0 and 1 and move by momentum"
)
class FirstBatchReplaces(_RightLayer):
    def _move(self, mean, var, m):
        if getattr(self, "_began", False):
            super()._move(mean, var, m)
        else:
            self._began, self.running_mean, self.running_var = True, mean, var


@misconception("BatchNorm", "the running statistics are those of the last batch; nothing is remembered")
class LastBatchReplaces(_RightLayer):
    def _move(self, mean, var, m):
        self.running_mean, self.running_var = mean, var


@misconception("BatchNorm", "the running variance starts at 0; it starts at 1")
class VarianceStartsAtZero(_RightLayer):
    def __init__(self, n, momentum=0.9, eps=1e-5):
        super().__init__(n, momentum, eps)
        self.running_var = np.zeros(n)


@misconception("BatchNorm", "what belongs to a layer is kept in the class, so all layers share it")
class KeptInTheClass(_RightLayer):
    shared = dict.fromkeys(["running_mean", "running_var"], np.zeros(1))

    def __setattr__(self, name, value):
        if name.startswith("running"):
            self.shared[name] = value
        else:
            object.__setattr__(self, name, value)

    def __getattr__(self, name):
        if name in self.shared:
            return self.shared[name]
        raise AttributeError(name)


# ------------------------------------------------------------------------------------------------------------------ quiz

_RIGHT = {"one_row": "a", "bias": "b", "momentum": "c", "company": "b", "identity": "a"}


@misconception(
    "quiz_batch_normalization",
    "a single row is its own mean: nothing of it is left in any unit, so there is nothing to be noisy",
    is_value=True,
)
def quiz_expects_noise_for_one_row():
    return {**_RIGHT, "one_row": "b"}


@misconception(
    "quiz_batch_normalization", "the eps in the root keeps 0 / 0 away, so the row becomes 0 and not nan", is_value=True
)
def quiz_expects_nan():
    return {**_RIGHT, "one_row": "c"}


@misconception(
    "quiz_batch_normalization",
    "b is added before the mean is taken off and beta after it: only beta reaches the cost",
    is_value=True,
)
def quiz_takes_b_for_beta():
    return {**_RIGHT, "bias": "a"}


@misconception(
    "quiz_batch_normalization",
    "the gradient of b is 0 from the first step on, because the cost never depends on b",
    is_value=True,
)
def quiz_lets_b_learn():
    return {**_RIGHT, "bias": "c"}


@misconception("quiz_batch_normalization", "PyTorch's momentum weighs the new value, ours the old one", is_value=True)
def quiz_copies_the_momentum():
    return {**_RIGHT, "momentum": "a"}


@misconception(
    "quiz_batch_normalization",
    "our 0.9 is PyTorch's default of 0.1; this layer forgets ten times as slowly",
    is_value=True,
)
def quiz_takes_the_default():
    return {**_RIGHT, "momentum": "b"}


@misconception(
    "quiz_batch_normalization",
    "in training the output of a row depends on the other rows by design, without a bug",
    is_value=True,
)
def quiz_suspects_a_bug():
    return {**_RIGHT, "company": "a"}


@misconception(
    "quiz_batch_normalization", "the running averages do move, but nothing in training reads them", is_value=True
)
def quiz_blames_the_running_averages():
    return {**_RIGHT, "company": "c"}


@misconception(
    "quiz_batch_normalization",
    "a unit that is of no use gets a gamma near 0; with this pair batch norm gives back what came in",
    is_value=True,
)
def quiz_gives_the_unit_up():
    return {**_RIGHT, "identity": "b"}


@misconception(
    "quiz_batch_normalization", "a unit begins with gamma 1 and beta 0, which is not the identity", is_value=True
)
def quiz_takes_it_for_the_start():
    return {**_RIGHT, "identity": "c"}
