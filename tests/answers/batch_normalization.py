"""Right answers to topic 09, written differently: loops, other formulas, other memory orders, a class of other parts.

All caches keep what the solution's backward pass reads; forward and backward passes with caches of their own are
tried in pairs, in `tests/course/test_batch_normalization.py`.
"""

import collections
import functools
import math

import numpy as np

from tests.answers import answer


def _kind(*arrays):
    return np.float32 if all(array.dtype == np.float32 for array in arrays) else np.float64


@answer("batchnorm_forward")
def forward_by_loops(Z, gamma, beta, eps=1e-5):
    m, n = Z.shape
    kind = _kind(Z, gamma, beta)
    out, x_hat = np.empty((m, n), kind, order="F"), np.empty((m, n), kind)
    mean, var, scale = np.empty(n, kind), np.empty(n, kind), np.empty(n, kind)
    for j in range(n):
        column = [float(z) for z in Z[:, j]]
        mu = math.fsum(column) / m
        v = math.fsum((z - mu) ** 2 for z in column) / m
        mean[j], var[j], scale[j] = mu, v, gamma[j] / math.sqrt(v + eps)
        for i in range(m):
            x_hat[i, j] = (column[i] - mu) / math.sqrt(v + eps)
            out[i, j] = gamma[j] * x_hat[i, j] + beta[j]
    return out, {"var": var, "mean": mean, "scale": scale, "x_hat": x_hat}


@answer("batchnorm_forward")
def forward_from_the_first_row(Z, gamma, beta, eps=1e-5):
    kind = _kind(Z, gamma, beta)
    first = Z[0].astype(float)
    shifted = Z - first
    offset = np.add.reduce(shifted) / len(Z)
    var = np.einsum("ij,ij->j", shifted - offset, shifted - offset) / len(Z)
    scale = gamma * (var + eps) ** -0.5
    cache = {"mean": first + offset, "var": var, "scale": scale, "x_hat": (shifted - offset) * (var + eps) ** -0.5}
    cache = {name: value.astype(kind) for name, value in cache.items()}
    return (scale * shifted + (beta - scale * offset)).astype(kind), cache | {"eps": eps, "shape": Z.shape}


@answer("batchnorm_forward")
def forward_column_by_column(Z, gamma, beta, eps=1e-5):
    mean, var = np.mean(Z, axis=0), np.mean((Z - np.mean(Z, axis=0)) ** 2, axis=0)
    columns = [(z - mu) / np.sqrt(v + eps) for z, mu, v in zip(Z.T, mean, var, strict=True)]
    out = [g * column + b for g, b, column in zip(gamma, beta, columns, strict=True)]
    cache = {"mean": mean, "var": var, "x_hat": np.transpose(columns), "scale": gamma / np.sqrt(var + eps)}
    return [np.column_stack(out), cache]


@answer("batchnorm_forward")
def forward_into_every_other_column(Z, gamma, beta, eps=1e-5):
    both = np.stack([Z.mean(axis=0), Z.var(axis=0)], axis=1).astype(_kind(Z, gamma, beta))
    x_hat, scale = (Z - both[:, 0]) / np.sqrt(both[:, 1] + eps), gamma / np.sqrt(both[:, 1] + eps)
    wide = np.zeros((len(Z), 2 * len(gamma)), _kind(Z, gamma, beta))
    wide[:, ::2] = gamma * x_hat + beta
    return wide[:, ::2], {"mean": both[:, 0], "var": both[:, 1], "x_hat": x_hat, "scale": scale, "both": both}


@answer("batchnorm_backward")
def backward_step_by_step(dout, cache):
    x_hat, scale, m = cache["x_hat"], cache["scale"], dout.shape[0]
    d_centred = dout * scale
    d_centred = d_centred - x_hat * (dout * x_hat * scale).sum(axis=0) / m
    dZ = d_centred - d_centred.mean(axis=0)
    return dZ, np.einsum("ij,ij->j", dout, x_hat), np.add.reduce(dout)


@answer("batchnorm_backward")
def backward_by_loops(dout, cache):
    m, n = dout.shape
    kind = _kind(dout, cache["x_hat"])
    dZ, dgamma, dbeta = np.zeros((m, n), kind), np.zeros(n, kind), np.zeros(n, kind)
    for j in range(n):
        g, x = [float(v) for v in dout[:, j]], [float(v) for v in cache["x_hat"][:, j]]
        dbeta[j] = sum(g)
        dgamma[j] = sum(a * b for a, b in zip(g, x, strict=True))
        for i in range(m):
            dZ[i, j] = cache["scale"][j] / m * (m * g[i] - sum(g) - x[i] * float(dgamma[j]))
    return [dZ, dgamma, dbeta]


@answer("batchnorm_backward")
def backward_by_the_jacobian(dout, cache):
    x_hat, m = cache["x_hat"], len(dout)
    kind = _kind(dout, x_hat)
    columns = [
        scale * (np.eye(m) - np.ones((m, m)) / m - np.outer(x, x) / m) @ g
        for x, g, scale in zip(x_hat.T, dout.T, cache["scale"], strict=True)
    ]
    dgamma = np.array([x @ g for x, g in zip(x_hat.T, dout.T, strict=True)])
    return np.array(columns).T.astype(kind), dgamma.astype(kind), (np.ones(m) @ dout).astype(kind)


@answer("update_running")
def running_by_a_step(running, batch, momentum=0.9):
    return running + (1 - momentum) * (batch - running)


@answer("update_running")
def running_by_loops(running, batch, momentum=0.9):
    new = [momentum * float(a) + (1 - momentum) * float(b) for a, b in zip(running, batch, strict=True)]
    return np.array(new, dtype=_kind(running, batch))


@answer("update_running")
def running_by_average(running, batch, momentum=0.9):
    new = np.average([running, batch], axis=0, weights=[momentum, 1 - momentum])
    return new.astype(_kind(running, batch))


@answer("batchnorm_inference")
def inference_by_a_line(Z, gamma, beta, running_mean, running_var, eps=1e-5):
    slope = gamma * (running_var + eps) ** -0.5
    return np.asfortranarray(slope * Z + (beta - slope * running_mean))


@answer("batchnorm_inference")
def inference_row_by_row(Z, gamma, beta, running_mean, running_var, eps=1e-5):
    rows = [
        [g * (z - mu) / math.sqrt(v + eps) + b for z, g, b, mu, v in zip(*numbers, strict=True)]
        for numbers in ((row, gamma, beta, running_mean, running_var) for row in Z)
    ]
    return np.array(rows, dtype=_kind(Z, gamma, beta, running_mean, running_var))


@answer("batchnorm_inference")
def inference_in_double(Z, gamma, beta, running_mean, running_var, eps=1e-5):
    x_hat = np.divide(np.subtract(Z, running_mean, dtype=float), np.sqrt(np.add(running_var, eps, dtype=float)))
    return (beta + x_hat * gamma).astype(_kind(Z, gamma, beta, running_mean, running_var), order="F")


@answer("identity_parameters")
def identity_in_a_list(mean, var, eps=1e-5):
    return [(var + eps) ** 0.5, mean.copy()]


@answer("identity_parameters")
def identity_by_loops(mean, var, eps=1e-5):
    kind = _kind(mean, var)
    return np.array([math.sqrt(v + eps) for v in var], kind), np.array([float(mu) for mu in mean], kind)


@answer("identity_parameters")
def identity_from_two_points(mean, var, eps=1e-5):
    kind = _kind(mean, var)
    root = np.sqrt(var.astype(float) + eps)
    at_0, at_1 = (0 - mean) / root, (1 - mean) / root
    gamma = 1 / (at_1 - at_0)
    return gamma.astype(kind), (-gamma * at_0).astype(kind)


@answer("fold_batchnorm")
def fold_by_a_diagonal_matrix(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = np.diag(gamma / np.sqrt(var + eps))
    return np.asfortranarray(scale @ W), scale @ (b - mean) + beta


@answer("fold_batchnorm")
def fold_by_loops(W, b, gamma, beta, mean, var, eps=1e-5):
    kind = _kind(W, b, gamma, beta, mean, var)
    W_new, b_new = np.empty(W.shape, kind), np.empty(b.shape, kind)
    for unit, row in enumerate(W):
        scale = gamma[unit] / math.sqrt(var[unit] + eps)
        W_new[unit] = [scale * w for w in row]
        b_new[unit] = scale * b[unit] - scale * mean[unit] + beta[unit]
    return [W_new, b_new]


@answer("fold_batchnorm")
def fold_from_the_outputs(W, b, gamma, beta, mean, var, eps=1e-5):
    n_in = W.shape[1]
    X = np.vstack([np.zeros((1, n_in)), np.eye(n_in)])
    out = gamma * (X @ W.T + b - mean) / np.sqrt(var + eps) + beta
    kind = _kind(W, b, gamma, beta, mean, var)
    return (out[1:] - out[0]).T.astype(kind), out[0].astype(kind)


class _Scaled:
    """Scale and shift as entries of a dict."""

    def __init__(self, n):
        self.params = {"gamma": np.ones(n), "beta": np.zeros(n)}

    @property
    def gamma(self):
        return self.params["gamma"]

    @gamma.setter
    def gamma(self, value):
        self.params["gamma"] = value

    @property
    def beta(self):
        return self.params["beta"]

    @beta.setter
    def beta(self, value):
        self.params["beta"] = value


@answer("BatchNorm")
class LayerOfTheFunctions:
    def __init__(self, n, momentum=0.9, eps=1e-5):
        self.n, self.momentum, self.eps = n, momentum, eps
        self.gamma, self.beta = np.ones((n,)), np.zeros((n,))
        self.running_mean, self.running_var = np.zeros((n,)), np.ones((n,))
        self.dgamma = self.dbeta = None

    def forward(self, Z, training):
        if training:
            out, self.cache = batchnorm_forward(Z, self.gamma, self.beta, self.eps)  # noqa: F821
            self.running_mean = update_running(self.running_mean, self.cache["mean"], self.momentum)  # noqa: F821
            self.running_var = update_running(self.running_var, self.cache["var"], self.momentum)  # noqa: F821
            return out
        numbers = (self.gamma, self.beta, self.running_mean, self.running_var, self.eps)
        return batchnorm_inference(Z, *numbers)  # noqa: F821

    def backward(self, dout):
        dZ, self.dgamma, self.dbeta = batchnorm_backward(dout, self.cache)  # noqa: F821
        return dZ


@answer("BatchNorm")
class LayerStepByStep:
    def __init__(self, n, momentum=0.9, eps=1e-5):
        self.gamma, self.running_var = np.ones(n), np.ones(n)
        self.beta, self.running_mean = np.zeros(n), np.zeros(n)
        self._settings = {"momentum": momentum, "eps": eps}

    def forward(self, Z, training=True):
        if not training:
            return (Z - self.running_mean) * (self.running_var + self._settings["eps"]) ** -0.5 * self.gamma + self.beta
        self.Z = Z
        self.mean = self.Z.mean(axis=0)
        self.var = ((self.Z - self.mean) ** 2).mean(axis=0)
        for name, batch in (("running_mean", self.mean), ("running_var", self.var)):
            old = getattr(self, name)
            setattr(self, name, old + (1 - self._settings["momentum"]) * (batch - old))
        self.x_hat = (self.Z - self.mean) / np.sqrt(self.var + self._settings["eps"])
        return self.x_hat * self.gamma + self.beta

    def backward(self, dout):
        m = len(dout)
        c, inverse = self.Z - self.mean, (self.var + self._settings["eps"]) ** -0.5
        self.dbeta, self.dgamma = np.sum(dout, axis=0), np.sum(dout * self.x_hat, axis=0)
        dx_hat = dout * self.gamma
        d_var = np.sum(dx_hat * c, axis=0) * -0.5 * inverse**3
        d_mean = -np.sum(dx_hat * inverse, axis=0) - 2 * d_var * np.sum(c, axis=0) / m
        return dx_hat * inverse + d_var * 2 * c / m + d_mean / m


@answer("BatchNorm")
class LayerWithAStack(_Scaled):
    """Inherits its scale and shift, keeps its passes in a deque, and each pass as a function that goes back."""

    def __init__(self, n, momentum=0.9, eps=1e-5):
        super().__init__(n)
        self.share, self.eps, self.passes = 1 - momentum, eps, collections.deque(maxlen=1)
        self.running_mean, self.running_var = np.zeros(n), np.ones(n)

    def forward(self, Z, training):
        mean, var = (Z.mean(axis=0), Z.var(axis=0)) if training else (self.running_mean, self.running_var)
        scale = self.gamma / np.sqrt(var + self.eps)
        if training:
            self.running_mean = (1 - self.share) * self.running_mean + self.share * mean
            self.running_var = (1 - self.share) * self.running_var + self.share * var
            self.passes.append(functools.partial(self._go_back, (Z - mean) / np.sqrt(var + self.eps), scale))
        return (Z - mean) * scale + self.beta

    def _go_back(self, x_hat, scale, dout):
        self.dgamma, self.dbeta = np.einsum("ij,ij->j", dout, x_hat), dout.sum(axis=0)
        return scale * (dout - dout.mean(axis=0) - x_hat * (dout * x_hat).mean(axis=0))

    def backward(self, dout):
        return self.passes[-1](dout)


@answer("BatchNorm")
class LayerThatWritesInPlace:
    """Keeps its arrays and writes into them; sums over Python lists."""

    def __init__(self, n, momentum=0.9, eps=1e-5):
        self.momentum, self.eps, self.units = momentum, eps, range(n)
        self.gamma, self.beta = np.full(n, 1.0), np.full(n, 0.0)
        self.running_mean, self.running_var = np.full(n, 0.0), np.full(n, 1.0)
        self.dgamma, self.dbeta = np.empty(n), np.empty(n)

    def forward(self, Z, training):
        kind = _kind(Z, self.gamma, self.beta)
        out, x_hat = np.empty(Z.shape, kind), np.empty(Z.shape, kind)
        for j in self.units:
            mean, var = float(self.running_mean[j]), float(self.running_var[j])
            if training:
                column = Z[:, j].tolist()
                mean = sum(column) / len(column)
                var = sum((z - mean) ** 2 for z in column) / len(column)
                self.running_mean[j] += (1 - self.momentum) * (mean - self.running_mean[j])
                self.running_var[j] += (1 - self.momentum) * (var - self.running_var[j])
                self.scales = getattr(self, "scales", {}) | {j: float(self.gamma[j]) / math.sqrt(var + self.eps)}
            for i in range(len(Z)):
                x_hat[i, j] = (Z[i, j] - mean) / math.sqrt(var + self.eps)
                out[i, j] = self.gamma[j] * x_hat[i, j] + self.beta[j]
        if training:
            self.x_hat = x_hat
        return out

    def backward(self, dout):
        dZ = np.empty(dout.shape, _kind(dout, self.x_hat))
        m = len(dout)
        for j in self.units:
            g, x = dout[:, j].tolist(), self.x_hat[:, j].tolist()
            self.dbeta[j], self.dgamma[j] = sum(g), sum(a * b for a, b in zip(g, x, strict=True))
            for i in range(m):
                dZ[i, j] = self.scales[j] * (g[i] - self.dbeta[j] / m - x[i] * self.dgamma[j] / m)
        return dZ
