"""The data-generating risk of deterioration, exact up to a fine grid.

With ``u_k(s)`` the risk within ``k`` hours from hidden state ``s``: ``u_0 = 0`` and
``u_k = h + (1 - h)(1 - d) [c E u'_{k-1} + (1 - c) E u_{k-1}]``, where ``h`` is the chance of deterioration in this
hour, ``d`` of discharge, ``c`` of a call of the team, ``u'`` the risk with the team involved (it steps down again at a
constant rate), and the expectation is over the next hour's severity. This is the risk that somebody who knew the whole
hidden state would state: no model can rank better.
"""

from functools import cache
from math import erf

import numpy as np

from ai2med.cohort import _ward
from ai2med.cohort._parameters import value

SEVERITY = np.round(np.arange(-5.0, 8.01, 0.1), 1)
OFFSETS = np.round(np.arange(-3.0, 3.01, 0.25), 2)


@cache
def _moves():
    """Return the transition matrix of severity on the grid."""
    rho = _ward.persistence()
    spread = np.sqrt(1 - rho**2)
    rate, size = value("ward.jump_rate"), value("ward.jump_size")
    centre = rho * SEVERITY + (1 - rho) * value("ward.severity_rest")
    edges = np.concatenate([[-np.inf], (SEVERITY[:-1] + SEVERITY[1:]) / 2, [np.inf]])
    phi = np.vectorize(lambda z: 0.5 * (1 + erf(z / np.sqrt(2))))

    def step(shift):
        return np.diff(phi((edges[None, :] - centre[:, None] - shift) / spread), axis=1)

    return (1 - rate) * step(0.0) + rate * step(size)


@cache
def _table(hour_of_day: int, horizon: int) -> np.ndarray:
    """Return risks on the grid, shape (severity, offset, kind of stay, called or not)."""
    moves = _moves()
    shape = (len(SEVERITY), len(OFFSETS), 3, 2)
    risk = np.zeros(shape)
    s, o = SEVERITY[:, None, None, None], OFFSETS[None, :, None, None]
    kind, called = np.arange(3)[None, None, :, None], np.arange(2)[None, None, None, :]
    happens = -np.expm1(-_ward.hazard(s, o, called))
    call = -np.expm1(-_ward.call_hazard(SEVERITY))[:, None, None]
    stays = {hour: (1 - happens) * (1 - _ward.discharge_chance(s, kind, np.array(hour))) for hour in range(24)}
    for back in range(horizon - 1, -1, -1):
        after = (moves @ risk.reshape(len(SEVERITY), -1)).reshape(shape)
        alone, helped = after[..., 0].copy(), after[..., 1].copy()
        after[..., 0] = call * helped + (1 - call) * alone
        after[..., 1] = _ward.STEP_DOWN * alone + (1 - _ward.STEP_DOWN) * helped
        risk = happens + stays[(hour_of_day + back) % 24] * after
    return risk


def exact(severity, offset, kind, called, hour_of_day, horizon: int) -> np.ndarray:
    """Return the risk of deterioration within ``horizon`` hours for each hidden state.

    Parameters
    ----------
    severity, offset : ndarray of float
    kind, called, hour_of_day : ndarray of int
    horizon : int
        Hours.

    Returns
    -------
    ndarray of float, in (0, 1)
    """
    severity = np.clip(np.asarray(severity, float), SEVERITY[0], SEVERITY[-1] - 1e-9)
    offset = np.clip(np.asarray(offset, float), OFFSETS[0], OFFSETS[-1] - 1e-9)
    kind, called = np.asarray(kind, int), np.asarray(called, int)
    x, y = (severity - SEVERITY[0]) / 0.1, (offset - OFFSETS[0]) / 0.25
    i, j = x.astype(int), y.astype(int)
    fx, fy = x - i, y - j
    out = np.empty(len(severity))
    hours = np.broadcast_to(hour_of_day, severity.shape)
    for hour in np.unique(hours):
        rows = hours == hour
        grid = np.log(_table(int(hour), horizon))
        a, b, k, c, p, q = i[rows], j[rows], kind[rows], called[rows], fx[rows], fy[rows]
        out[rows] = np.exp(
            (1 - p) * (1 - q) * grid[a, b, k, c]
            + p * (1 - q) * grid[a + 1, b, k, c]
            + (1 - p) * q * grid[a, b + 1, k, c]
            + p * q * grid[a + 1, b + 1, k, c]
        )
    return out
