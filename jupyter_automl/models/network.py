"""A small multilayer perceptron in numpy: parameters, forward, backward, Adam.

Follows RealMLP-TD-S (Holzmüller, Grinsztajn, Steinwart, NeurIPS 2024, arXiv 2407.04491):
learnable scale of the inputs, weights in neural tangent parametrisation, biases with a
tenth of the learning rate, last layer at zero, Adam with beta2 .95, four cosine cycles.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

Activation = Literal["selu", "mish"]
_SELU_SCALE, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
_BETA1, _BETA2, _EPSILON = 0.9, 0.95, 1e-8
_SCALE_RATE, _BIAS_RATE = 6.0, 0.1
_CLIP = 3.0


def smooth_clip(X: np.ndarray) -> np.ndarray:
    """``x / sqrt(1 + (x / 3)^2)``: as good as linear near 0, within (-3, 3) everywhere."""
    clipped: np.ndarray = X / np.sqrt(1.0 + np.square(X / _CLIP))
    return clipped


def cosine_cycles(progress: float) -> float:
    """The schedule coslog4: four ever longer cosine cycles; 0 to 1 in, 0 to 1 out."""
    return 0.5 * (1.0 - float(np.cos(2.0 * np.pi * np.log2(1.0 + 15.0 * progress))))


def selu(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Value and slope."""
    low = np.exp(np.minimum(x, 0.0)) * np.float32(_SELU_SCALE * _SELU_ALPHA)
    above = x > 0
    value = np.where(
        above, x * np.float32(_SELU_SCALE), low - np.float32(_SELU_SCALE * _SELU_ALPHA)
    )
    return value, np.where(above, np.float32(_SELU_SCALE), low)


def mish(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Value ``x * tanh(log(1 + exp(x)))`` and slope."""
    e = np.exp(np.minimum(x, 15.0))
    w = e * (e + 2.0)
    gate = w / (w + 2.0)
    return x * gate, gate + x * 4.0 * e * (e + 1.0) / np.square(w + 2.0)


_ACTIVATIONS: dict[str, Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]] = {
    "selu": selu,
    "mish": mish,
}


@dataclass(slots=True)
class Network:
    """Parameters in one flat float32 vector, with a view a part.

    Parameters
    ----------
    sizes : sequence of int
        Inputs, hidden widths, outputs.
    """

    sizes: Sequence[int]
    activation: Activation
    flat: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.flat = np.zeros(sum(size for _, size in self._parts()), dtype=np.float32)

    def _parts(self) -> list[tuple[tuple[int, ...], int]]:
        shapes: list[tuple[int, ...]] = [(self.sizes[0],)]
        for n_in, n_out in zip(self.sizes[:-1], self.sizes[1:], strict=True):
            shapes += [(n_in, n_out), (n_out,)]
        return [(shape, math.prod(shape)) for shape in shapes]

    def views(self, flat: np.ndarray) -> list[np.ndarray]:
        """Input scale, then weight and bias of each layer, as views of `flat`."""
        found, start = [], 0
        for shape, size in self._parts():
            found.append(flat[start : start + size].reshape(shape))
            start += size
        return found

    def initialise(self, X: np.ndarray, rng: np.random.Generator) -> None:
        """Normal weights, last layer at zero, biases at data points ("he+5").

        Parameters
        ----------
        X : ndarray of shape (n, d), float32
            Some rows; each hidden unit is centred on a random mean of five of them.
        """
        scale, *layers = self.views(self.flat)
        scale[:] = 1.0
        signal = X
        for weight, bias in zip(layers[:-2:2], layers[1:-2:2], strict=True):
            weight[:] = rng.standard_normal(weight.shape, dtype=np.float32)
            factor = np.float32(1.0 / np.sqrt(weight.shape[0]))
            raw = (signal @ weight) * factor
            weight /= np.maximum(raw.std(axis=0), np.float32(1e-3))
            centred = (signal @ weight) * factor
            shares = rng.dirichlet(np.ones(5), size=weight.shape[1])
            rows = rng.integers(0, len(signal), size=shares.shape)
            columns = np.arange(weight.shape[1])[:, None]
            bias[:] = -(shares * centred[rows, columns]).sum(axis=1)
            signal = _ACTIVATIONS[self.activation](centred + bias)[0]

    def rates(self) -> np.ndarray:
        """Factor of the learning rate of each parameter, float32 like `flat`."""
        factors = np.ones_like(self.flat)
        scale, *layers = self.views(factors)
        scale[:] = _SCALE_RATE
        for bias in layers[1::2]:
            bias[:] = _BIAS_RATE
        return factors

    def forward(self, X: np.ndarray) -> np.ndarray:
        """Outputs, float32 (n, n_outputs)."""
        scale, *layers = self.views(self.flat)
        signal = X * scale
        for index in range(0, len(layers), 2):
            raw = _affine(signal, layers[index], layers[index + 1])
            last = index == len(layers) - 2
            signal = raw if last else _ACTIVATIONS[self.activation](raw)[0]
        outputs: np.ndarray = signal
        return outputs

    def gradient(
        self,
        X: np.ndarray,
        slope: Callable[[np.ndarray], np.ndarray],
        out: np.ndarray,
        *,
        dropout: float = 0.0,
        rng: np.random.Generator | None = None,
    ) -> None:
        """Write the gradient into `out`.

        Parameters
        ----------
        slope : callable
            Outputs to the derivative of the mean loss by each output.
        dropout : float
            Share of hidden values that are set to 0, drawn from `rng`.
        """
        scale, *layers = self.views(self.flat)
        g_scale, *g_layers = self.views(out)
        signals, slopes = [X * scale], []
        for index in range(0, len(layers), 2):
            raw = _affine(signals[-1], layers[index], layers[index + 1])
            if index == len(layers) - 2:
                signals.append(raw)
            else:
                value, by_raw = _ACTIVATIONS[self.activation](raw)
                if dropout > 0 and rng is not None:
                    kept = rng.random(value.shape, dtype=np.float32) >= dropout
                    mask = kept * np.float32(1 / (1 - dropout))
                    value, by_raw = value * mask, by_raw * mask
                signals.append(value)
                slopes.append(by_raw)
        back = slope(signals.pop())
        for index in range(len(layers) - 2, -1, -2):
            weight = layers[index]
            factor = np.float32(1.0 / np.sqrt(weight.shape[0]))
            np.matmul(signals.pop().T, back, out=g_layers[index])
            g_layers[index] *= factor
            g_layers[index + 1][:] = back.sum(axis=0)
            back = (back @ weight.T) * factor
            if slopes:
                back *= slopes.pop()
        g_scale[:] = (back * X).sum(axis=0)


def _affine(signal: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    raw: np.ndarray = signal @ weight
    raw *= np.float32(1.0 / np.sqrt(weight.shape[0]))
    raw += bias
    return raw


class Adam:
    """Adam with bias correction on a flat vector, in place."""

    def __init__(self, size: int) -> None:
        self._mean = np.zeros(size, dtype=np.float32)
        self._square = np.zeros(size, dtype=np.float32)
        self._steps = 0

    def step(self, flat: np.ndarray, gradient: np.ndarray, rates: np.ndarray) -> None:
        """Move `flat` against `gradient`; `rates` are learning rates a parameter."""
        self._steps += 1
        self._mean += np.float32(1 - _BETA1) * (gradient - self._mean)
        self._square += np.float32(1 - _BETA2) * (np.square(gradient) - self._square)
        mean_fix = 1 - _BETA1**self._steps
        square_fix = 1 - _BETA2**self._steps
        root = np.sqrt(self._square * np.float32(1 / square_fix))
        root += np.float32(_EPSILON)
        flat -= rates * self._mean * np.float32(1 / mean_fix) / root
