"""Draw decision curves, move threshold, prevalence and calibration, and read whether a model is worth using."""

import numpy as np
import traitlets

from . import _stats
from ._base import Explorable

SAMPLES = 200


class NetBenefitExplorer(Explorable):
    """Show the net benefit of one or two models against alerting everybody and nobody.

    Parameters
    ----------
    outcomes : sequence of 0 and 1, shape (n,)
        Whether each person had the event.
    models : dict of str to sequence of float, shape (n,)
        One or two named lists of predicted risks between 0 and 1.
    low, high : float, optional
        Range of thresholds shown, within 0.005 to 0.9. Choose it before you look.
    label : str, optional
        What a case is; goes into sentences.
    threshold : float, optional
        First threshold, within the range.
    patients : sequence, shape (n,), optional
        One id for each row. The bootstrap then resamples patients instead of rows.
    rows, seed : int, optional
        At most this many rows travel with the page; see `ai2med.widgets._stats.thin`.

    Notes
    -----
    Bands are 95 % percentile intervals of 200 bootstrap samples, drawn in the browser from the rows that travelled
    with the page; `numbers` draws its own 200 in Python.

    Examples
    --------
    >>> widget = NetBenefitExplorer([0, 0, 0, 1] * 25, {"Model": [0.05, 0.1, 0.05, 0.2] * 25}, threshold=0.15)
    >>> print(widget.describe())
    At a threshold of 15 % you accept 5.7 false alarms for each case found. Net benefit per 1,000 people: Model ...
    """

    module = "net_benefit_explorer.mjs"

    outcomes = traitlets.List().tag(sync=True)
    names = traitlets.List().tag(sync=True)
    risks = traitlets.List().tag(sync=True)
    clusters = traitlets.List(None, allow_none=True).tag(sync=True)
    weights = traitlets.List().tag(sync=True)
    low = traitlets.Float().tag(sync=True)
    high = traitlets.Float().tag(sync=True)
    threshold = traitlets.Float().tag(sync=True)
    observed = traitlets.Float().tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    seed = traitlets.Int().tag(sync=True)

    def __init__(
        self,
        outcomes,
        models,
        *,
        low=0.02,
        high=0.3,
        label="deterioration within 48 h",
        threshold=0.1,
        patients=None,
        rows=2000,
        seed=2026,
    ):
        y = _stats.as_outcomes(outcomes)
        if not 1 <= len(models) <= 2:
            raise ValueError(f"models must hold one or two models, not {len(models)}: more lines cannot be told apart.")
        columns = [_stats.as_risks(risks, len(y), f"models[{name!r}]") for name, risks in models.items()]
        _stats.within(low, 0.005, 0.9, "low")
        _stats.within(high, low + 0.01, 0.9, "high")
        chosen, weights = _stats.thin(y, rows, seed)
        clusters = None
        if patients is not None:
            if len(patients) != len(y):
                raise ValueError(f"patients must hold one id for each row: got {len(patients)} for {len(y)} outcomes.")
            clusters = np.unique(np.asarray(patients).astype(str)[chosen], return_inverse=True)[1].tolist()
        super().__init__(
            outcomes=y[chosen].tolist(),
            names=list(models),
            risks=[column[chosen].round(4).tolist() for column in columns],
            clusters=clusters,
            weights=weights,
            low=float(low),
            high=float(high),
            threshold=_stats.within(threshold, low, high, "threshold"),
            observed=round(float(y.mean()), 5),
            label=label,
            seed=seed,
        )

    def numbers(self) -> dict[str, dict[str, float]]:
        """Return net benefit per person at the threshold, with a bootstrap interval for each model."""
        y = np.array(self.outcomes)
        values = {}
        for name, column in zip(self.names, self.risks, strict=True):
            p = np.array(column)
            benefit = _stats.net_benefit(*_stats.rates(y, p, self.threshold), self.observed, self.threshold)
            low, high = np.quantile(self._resampled(y, p >= self.threshold), [0.025, 0.975])
            values[name] = {"net_benefit": benefit, "low": float(low), "high": float(high)}
        values["all"] = {"net_benefit": _stats.net_benefit(1, 1, self.observed, self.threshold)}
        values["none"] = {"net_benefit": 0.0}
        return values

    def _resampled(self, outcomes, flagged):
        random = np.random.default_rng(self.seed)
        _, home = np.unique(self.clusters or np.arange(len(outcomes)), return_inverse=True)
        weight = np.array(self.weights)[outcomes]
        odds = self.threshold / (1 - self.threshold)
        size = home.max() + 1
        values = []
        for _ in range(SAMPLES):
            drawn = weight * np.bincount(random.integers(size, size=size).astype(np.intp), minlength=size)[home]
            found, alarms = (drawn[flagged & (outcomes == each)].sum() for each in (1, 0))
            values.append((found - odds * alarms) / drawn.sum())
        return values

    def describe(self) -> str:
        """Return the text alternative: the exchange rate and the net benefit of each choice at the threshold."""
        found = self.numbers()
        accepted = (1 - self.threshold) / self.threshold
        parts = [
            f"{name} {1000 * found[name]['net_benefit']:.1f} (95 % interval {1000 * found[name]['low']:.1f} to "
            f"{1000 * found[name]['high']:.1f})"
            for name in self.names
        ]
        best = max(found, key=lambda name: found[name]["net_benefit"])
        words = {"all": "alerting everybody", "none": "alerting nobody"}
        return (
            f"At a threshold of {_stats.percent(self.threshold)} you accept {accepted:.1f} false alarms for each case "
            f"found. Net benefit per 1,000 people: {', '.join(parts)}, alert everybody "
            f"{1000 * found['all']['net_benefit']:.1f}, alert nobody 0. Highest: {words.get(best, best)}."
        )
