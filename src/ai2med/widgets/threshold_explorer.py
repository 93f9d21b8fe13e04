"""Move a threshold and a prevalence, and see people, rates, alerts and net benefit follow."""

import traitlets

from . import _stats
from ._base import Explorable


class ThresholdExplorer(Explorable):
    """Show what acting at a threshold means for 1,000 people and for the night shift.

    Parameters
    ----------
    outcomes : sequence of 0 and 1, shape (n,)
        Whether each person had the event.
    risks : sequence of float, shape (n,)
        Predicted risks between 0 and 1.
    label : str, optional
        What a case is; goes into sentences.
    per_day : float, optional
        Patients assessed each night. Without it (and without `beds`) no alert count is shown.
    threshold : float, optional
        First threshold, 0.01 to 0.9.
    capacity : float, optional
        Alerts a night that the team can answer.
    prevalence : float, optional
        First prevalence, 0.002 to 0.6; the observed rate if left out. Changing it re-weights people with and without
        the event and leaves sensitivity and specificity alone.
    nurses : int, optional
        How many share the alerts.
    beds : int, optional
        Occupied beds; stands for `per_day` if that is left out.
    rows, seed : int, optional
        At most this many rows travel with the page; see `ai2med.widgets._stats.thin`.

    Examples
    --------
    >>> widget = ThresholdExplorer([0, 0, 0, 1], [0.05, 0.1, 0.3, 0.4], threshold=0.2, per_day=28)
    >>> print(widget.describe())
    250 of 1,000 people have deterioration within 48 h. A threshold of 20 % finds 250 of them and misses 0; ...
    """

    module = "threshold_explorer.mjs"

    outcomes = traitlets.List().tag(sync=True)
    risks = traitlets.List().tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    observed = traitlets.Float().tag(sync=True)
    threshold = traitlets.Float().tag(sync=True)
    prevalence = traitlets.Float().tag(sync=True)
    per_day = traitlets.Float(None, allow_none=True).tag(sync=True)
    capacity = traitlets.Float(None, allow_none=True).tag(sync=True)
    nurses = traitlets.Float(None, allow_none=True).tag(sync=True)

    def __init__(
        self,
        outcomes,
        risks,
        *,
        label="deterioration within 48 h",
        per_day=None,
        threshold=0.1,
        capacity=None,
        prevalence=None,
        nurses=None,
        beds=None,
        rows=2000,
        seed=2026,
    ):
        y = _stats.as_outcomes(outcomes)
        p = _stats.as_risks(risks, len(y))
        chosen, _ = _stats.thin(y, rows, seed)
        observed = round(float(y.mean()), 5)
        per_day = beds if per_day is None else per_day
        for name, value in {"per_day": per_day, "capacity": capacity, "nurses": nurses}.items():
            if value is not None and not value > 0:
                raise ValueError(f"{name} must be above 0, not {value}: leave it out if it is unknown.")
        super().__init__(
            outcomes=y[chosen].tolist(),
            risks=p[chosen].round(4).tolist(),
            label=label,
            observed=observed,
            threshold=_stats.within(threshold, 0.01, 0.9, "threshold"),
            prevalence=observed if prevalence is None else _stats.within(prevalence, 0.002, 0.6, "prevalence"),
            per_day=per_day,
            capacity=capacity,
            nurses=nurses,
        )

    def numbers(self) -> dict[str, float]:
        """Return the numbers that the figure shows at the present threshold and prevalence."""
        y, p = _stats.np.array(self.outcomes), _stats.np.array(self.risks)
        prevalence = self.prevalence
        sensitivity, false_alarm_rate = _stats.rates(y, p, self.threshold)
        flagged = sensitivity * prevalence + false_alarm_rate * (1 - prevalence)
        return {
            **_stats.people(sensitivity, false_alarm_rate, prevalence),
            "sensitivity": sensitivity,
            "specificity": 1 - false_alarm_rate,
            "ppv": sensitivity * prevalence / flagged if flagged else float("nan"),
            "npv": (1 - false_alarm_rate) * (1 - prevalence) / (1 - flagged) if flagged < 1 else float("nan"),
            "alerts": None if self.per_day is None else self.per_day * flagged,
            "exchange": (1 - self.threshold) / self.threshold,
            "net_benefit": _stats.net_benefit(sensitivity, false_alarm_rate, prevalence, self.threshold),
            "auroc": _stats.auroc(y, p),
        }

    def describe(self) -> str:
        """Return the text alternative: the people, the alerts and the rates at the first setting."""
        found = self.numbers()
        percent = _stats.percent
        lines = [
            f"{found['cases']} of 1,000 people have {self.label}. A threshold of {percent(self.threshold)} finds "
            f"{found['found']} of them and misses {found['missed']}; {found['false_alarms']} of the others get a false "
            f"alarm and {found['quiet']} rightly get none.",
            f"Sensitivity {percent(found['sensitivity'])}, specificity {percent(found['specificity'])}, PPV "
            f"{percent(found['ppv'])}, NPV {percent(found['npv'])} (without any model "
            f"{percent(1 - self.prevalence)}), AUROC {found['auroc']:.2f}.",
            f"The threshold accepts {found['exchange']:.1f} false alarms for each case found; net benefit "
            f"{1000 * found['net_benefit']:.1f} per 1,000 people.",
        ]
        if found["alerts"] is not None:
            lines.append(f"{self.per_day:g} patients assessed a night give {found['alerts']:.1f} alerts a night.")
        return " ".join(lines)
