"""Checks of the exercise "Sofia's desk" (unit 2.2.5)."""

import numpy as np

from ai2med.exercises import (
    RightVariant,
    Task,
    WrongAttempt,
    agrees,
    blame_given,
    fail,
    need,
    need_frame,
    need_labels,
    need_mapping,
    need_number,
    need_values,
    reference,
)

VERSION_FROM, LAST_NIGHT = "2025-03-01", "2025-12-31 23:59"
NIGHTS = 306
SITES, CLAIM = ("A", "B", "C"), 0.86
BOXES = ("found", "missed", "false_alarms", "quiet")
ALERTS_PER_ROUND = 3
GRID = np.arange(0.02, 0.1001, 0.005).round(3)


@reference
def _tables():
    """Return the mornings with what the product said and what happened, and the alerts."""
    from ai2med import load

    known = load("landmarks")[["landmark_id", "patient_id", "deteriorated_24h"]]
    known = known.rename(columns={"deteriorated_24h": "event"})
    return load("predictions").merge(known, on="landmark_id", validate="one_to_one"), load("alerts")


def _boxes(rows):
    """Return the four boxes of a table of mornings, per 1,000."""
    event, alert = rows["event"] == 1, rows["alert"] == 1
    parts = (event & alert, event & ~alert, ~event & alert, ~event & ~alert)
    return dict(zip(BOXES, (1000 * part.mean() for part in parts), strict=True))


def _of_version(mornings, site="C"):
    return mornings[(mornings["site"] == site) & (mornings["model_version"] == "2.0")]


def _judge_boxes(ns):
    """Return the boxes of the learner and the right ones."""
    people = need_mapping(ns, "people", BOXES, "the four boxes")
    got = {name: need(people, name, float, "per 1,000 mornings") for name in BOXES}
    truth = _boxes(_of_version(_tables()[0]))
    if not _same_boxes(got, truth):
        _tell_boxes(ns, got, truth)
    return got, truth


def _same_boxes(got, other) -> bool:
    return all(agrees(got[name], other[name], 1e-3, figures=1) for name in BOXES)


def _tell_boxes(ns, got, truth):
    mornings, _ = _tables()
    ours = _of_version(mornings)
    if _same_boxes(got, _boxes(mornings[mornings["site"] == "C"])):
        fail(
            "all-versions",
            f"You have {got['found']:.0f} found and {got['false_alarms']:.0f} false per 1,000: versions 1.4 and 2.0 "
            "together. The contract is about 2.0, with another threshold.",
            'Keep the rows with `model_version` "2.0".',
        )
    if _same_boxes(got, _boxes(mornings[mornings["model_version"] == "2.0"])):
        fail(
            "all-sites",
            f"You have {got['false_alarms']:.0f} false alarms per 1,000 over three sites. Your nurses work at site C.",
            'Keep the rows with `site` "C".',
        )
    if any(
        _same_boxes(got, {name: truth[name] * factor for name in BOXES}) for factor in (len(ours) / 1000, 0.1, 0.001)
    ):
        fail(
            "not-per-1000",
            f"Your boxes add up to {sum(got.values()):,.4g}, not to 1,000.",
            "Multiply by 1,000 and divide by the number of mornings.",
        )
    blame_given(ns, mornings=mornings)
    fail(
        "boxes",
        f"Your boxes are {got['found']:.1f} found, {got['missed']:.1f} missed, {got['false_alarms']:.1f} false, "
        f"{got['quiet']:.1f} quiet. One of them does not hold the mornings it should.",
        "Found: event and alert. Missed: event, no alert. False: alert, no event. Do they add up to 1,000?",
    )


def check_t1(ns):
    guess = need(ns, "guess", float, "what you expect of 100 flagged mornings")
    if not 0 <= guess <= 100:
        fail(
            "guess-range",
            f"`guess` is {guess:g}. Of 100 flagged mornings, at least none and at most all are followed by an event.",
            "Write a number from 0 to 100. It is not judged.",
        )
    got, truth = _judge_boxes(ns)
    need_number(
        ns,
        "ppv",
        100 * truth["found"] / (truth["found"] + truth["false_alarms"]),
        "of 100 flagged mornings",
        tolerance=1e-4,
        figures=1,
        also=[100 * got["found"] / (got["found"] + got["false_alarms"])],
        slips=[
            (
                "sensitivity",
                100 * truth["found"] / (truth["found"] + truth["missed"]),
                "{got} of 100 is the sensitivity: the share of events that were flagged. How many mornings without "
                "an event were flagged, too?",
                "Start from the flagged: found divided by found and false together.",
            ),
        ],
        hint="Divide `found` by `found` and `false_alarms` together.",
    )


def check_t2(ns):
    mornings, alerts = _tables()
    ours = _of_version(mornings)
    patients = len(ours) / ours["predicted_at"].nunique()

    def given():
        blame_given(ns, alerts=alerts, nights=NIGHTS, patients=patients)

    per_night = _judge_nights(ns, ours, alerts, given)
    right = _at_night(alerts) / NIGHTS
    need_number(
        ns,
        "for_28",
        28 * right / patients,
        "alerts in a night of 28 patients",
        figures=1,
        also=[28 * per_night / patients],
        slips=[
            (
                "not-scaled",
                right,
                "{got} belongs to site C as it is. On a usual morning it holds fewer than 28 patients.",
                "How many times as many patients are 28? Use `patients`.",
            ),
            (
                "times-28",
                28 * right,
                "{got} would be right if one patient alone rang as much as site C does.",
                "`alerts_per_night` belongs to `patients` patients. Divide by them first.",
            ),
            (
                "upside-down",
                right * patients / 28,
                "{got} is less than site C has, and a ward of 28 is larger.",
                "Multiply by 28 and divide by `patients`.",
            ),
        ],
        hint="28 * alerts_per_night / patients.",
        otherwise=given,
    )


def _of_site(alerts):
    """Return the alerts of all rules at site C under version 2.0."""
    return alerts[(alerts["site"] == "C") & alerts["raised_at"].between(VERSION_FROM, LAST_NIGHT)]


def _at_night(alerts) -> int:
    rules = _of_site(alerts)
    return int(((rules["rule"] == "wardsignal") & (rules["shift"] == "night")).sum())


def _judge_nights(ns, ours, alerts, given):
    """Return the learner's alerts per night, if right."""
    rules = _of_site(alerts)
    within = rules[rules["rule"] == "wardsignal"]
    at_night = within[within["shift"] == "night"]
    ever = alerts[(alerts["site"] == "C") & (alerts["rule"] == "wardsignal")]
    # A night begins at 23:00, so the hours before midnight belong to the next day.
    days = [(at_night["raised_at"] + np.timedelta64(h, "h")).dt.normalize().nunique() for h in (0, 1)]
    quiet = f"{{got}} a night is a mean over nights with an alert. Of {NIGHTS} nights many were quiet, and quiet nights count."
    flagged = (
        "{got} comes from flagged mornings. One patient flagged on ten mornings gives ten rows there, all at 08:00: "
        "another unit, another hour."
    )
    rows = "Count rows of `alerts`; there an alert stays silent for 12 hours after it has fired."
    return need_number(
        ns,
        "alerts_per_night",
        len(at_night) / NIGHTS,
        "alerts of the night shift per night",
        figures=1,
        slips=[
            (
                "draft",
                len(ever) / ever["raised_at"].dt.date.nunique(),
                "{got} is the number of the draft. It counts the alerts of both versions and of all hours, and the days "
                "on which one rang.",
                "Mend one of the three at a time, and look at what it changes.",
            ),
            *(
                ("quiet-nights", len(at_night) / n, quiet, "Divide by all nights of the period, `nights`.")
                for n in days
            ),
            (
                "all-shifts",
                len(within) / NIGHTS,
                "{got} are the alerts of 24 hours. The two nurses are there at night.",
                'Keep the rows with `shift` "night".',
            ),
            (
                "both-versions",
                (ever["shift"] == "night").sum() / NIGHTS,
                "{got} counts the alerts of version 1.4 as well, and divides by the nights of 2.0.",
                "Keep the rows from 1 March 2025 on, by `raised_at`.",
            ),
            ("morning-rows", ours["alert"].sum() / NIGHTS, flagged, rows),
            ("morning-rows", ours["alert"].mean() * 28, flagged, rows),
            (
                "all-rules",
                (rules["shift"] == "night").sum() / NIGHTS,
                "{got} includes NEWS2 alarms and calls of the team. They are rung today, without the product.",
                'Keep the rows with `rule` "wardsignal".',
            ),
        ],
        hint="Four conditions: site C, rule wardsignal, shift night, from 1 March to 31 December 2025. Then divide by "
        "`nights`.",
        otherwise=given,
    )


def _interval(rows, draws=200, seed=225):
    """Return AUROC and its 95 % interval, patients drawn with all their mornings: the helper of the exercise."""
    import pandas as pd

    rows = rows.sort_values("risk_24h", kind="stable")
    event, starts = rows["event"].to_numpy(), np.r_[0, np.flatnonzero(np.diff(rows["risk_24h"])) + 1]
    patient, names = pd.factorize(rows["patient_id"])
    times_drawn = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws)
    weight = np.vstack([np.ones(len(names)), times_drawn])[:, patient]
    cases, others = (np.add.reduceat(weight * group, starts, axis=1) for group in (event, 1 - event))
    below = np.cumsum(others, axis=1) - others / 2
    auroc = (cases * below).sum(axis=1) / (cases.sum(axis=1) * others.sum(axis=1))
    return float(auroc[0]), float(np.quantile(auroc[1:], 0.025)), float(np.quantile(auroc[1:], 0.975))


@reference
def _intervals():
    """Return for each site the AUROC with its interval, of all mornings and of those before any call."""
    mornings, _ = _tables()
    return {
        site: {"all": _interval(rows), "before": _interval(rows[rows["team_called"] == 0])}
        for site, rows in mornings.groupby("site")
    }


def _judge_all(ns, site, value, truth):
    if agrees(value, truth, 1e-5):
        return
    pooled = _interval(_tables()[0])[0]
    if agrees(value, pooled, 1e-5):
        fail(
            "pooled",
            f"Site {site} has {value:.3f}, the AUROC of all sites together. Alone it is {truth:.3f}. The pooled value "
            "describes no ward.",
            "Inside the loop `rows` holds the site; use it instead of `mornings`.",
        )
    blame_given(ns, mornings=_tables()[0])
    fail(
        "all-differs",
        f"Site {site} has {value:.4f} for all mornings; its rows give {truth:.4f}.",
        "`all` is the first value of `auroc_interval(rows)`.",
    )


def _judge_before(ns, site, value, truth, every):
    if agrees(value, truth, 1e-5):
        return
    if agrees(value, every, 1e-5):
        fail(
            "after-call",
            f"Site {site} still has {value:.3f}: the mornings after a call are in it. The team was already there, so the "
            "alert told nobody anything.",
            "Keep the rows with `team_called` 0.",
        )
    mornings, _ = _tables()
    rows = mornings[mornings["site"] == site]
    called = rows[rows["team_called"] == 1]
    if agrees(value, _interval(rows[~rows["admission_id"].isin(called["admission_id"])])[0], 1e-5):
        fail(
            "whole-stays",
            f"Site {site} has {value:.3f}: you dropped whole stays because the team came at some time. On an earlier "
            "morning nobody could know that; you chose the past by the future.",
            "Drop mornings, not stays: `rows[rows['team_called'] == 0]`.",
        )
    if agrees(value, _interval(called)[0], 1e-5):
        fail(
            "only-called",
            f"Site {site} has {value:.3f}, the AUROC of the mornings after a call.",
            "Before any call means `team_called` 0.",
        )
    blame_given(ns, mornings=mornings)
    fail(
        "before-differs",
        f"Site {site} has {value:.4f} before any call; the rows with `team_called` 0 give {truth:.4f}.",
        "Filter the rows of the site first, then call `auroc_interval`.",
    )


def _judge_limits(site, limits, right, every):
    low, high = limits
    if abs(low - high) < 0.001:
        mornings, _ = _tables()
        events = int(mornings[(mornings["site"] == site) & (mornings["team_called"] == 0)]["event"].sum())
        fail(
            "no-interval",
            f"Site {site} has a point and no interval. It rests on {events} events: how sure is it?",
            "`auroc_interval` returns three numbers: AUROC, low, high.",
        )
    # Other seeds and more draws move the limits a little.
    near = all(abs(got - wanted) <= 0.015 for got, wanted in zip(limits, right, strict=True))
    if not near or all(agrees(got, other, 1e-6, 3) for got, other in zip(limits, every, strict=True)):
        fail(
            "interval-differs",
            f"Site {site} has {low:.3f} to {high:.3f}; the mornings before any call give {right[0]:.3f} to "
            f"{right[1]:.3f}.",
            "Take low and high from the same call that gave `before`.",
        )


def check_t3(ns):
    columns = ("all", "before", "low", "high")
    audit = need_frame(ns, "audit", columns, "the AUROC of each site")
    audit = audit.set_index("site") if "site" in audit.columns else audit
    if sorted(map(str, audit.index)) != list(SITES):
        fail(
            "three-sites",
            f"The rows of `audit` are {', '.join(map(str, audit.index))}. Each site needs a row of its own.",
            "Fill `rows_of_audit[site]` inside the loop.",
        )
    empty = [column for column in columns if any(cell is ... or cell is None for cell in audit[column])]
    if empty:
        fail("unfinished", f"The column {empty[0]} has no value yet.", "Replace the three dots inside the loop.")
    got = {
        name: dict(zip(SITES, need_values(audit, name, "a number for each site", labels=SITES), strict=True))
        for name in columns
    }
    for site in SITES:
        right = _intervals()[site]
        _judge_all(ns, site, got["all"][site], right["all"][0])
        _judge_before(ns, site, got["before"][site], right["before"][0], right["all"][0])
        _judge_limits(site, (got["low"][site], got["high"][site]), right["before"][1:], right["all"][1:])
    for kind, name in (("all", "holds_all"), ("before", "holds_before")):
        sites = sorted(map(str, need_labels(ns, name, "sites whose interval holds 0.86")))
        holds = [site for site in SITES if _intervals()[site][kind][1] <= CLAIM <= _intervals()[site][kind][2]]
        if sites == holds:
            continue
        said, should = ", ".join(sites) or "no site", ", ".join(holds) or "no site"
        points = [site for site in SITES if _intervals()[site][kind][0] >= CLAIM]
        if sites == points:
            fail(
                "points-only",
                f"`{name}` is {said}: those whose *estimate* reaches 0.86. An estimate below 0.86 does not refute the "
                f"claim if its interval holds it ({should}).",
                "Compare 0.86 with both ends of the interval.",
            )
        blame_given(ns, claim=CLAIM)
        fail(
            "wrong-sites",
            f"`{name}` is {said}; the intervals say {should}.",
            f"A site belongs to `{name}` if low <= 0.86 <= high, for the interval of the right mornings.",
        )


@reference
def _months():
    """Return the early and the later months before any call at the live sites, and both with recalibrated risks."""
    mornings, _ = _tables()
    free = mornings[
        mornings["site"].isin(["A", "B"]) & (mornings["model_version"] == "2.0") & (mornings["team_called"] == 0)
    ]
    early = free[free["predicted_at"] < "2025-08-01"]
    later = free[(free["predicted_at"] >= "2025-08-01") & ~free["patient_id"].isin(early["patient_id"])]
    update = _recalibrated(early)
    return early, later, update(early), update(later)


def _recalibrated(rows):
    """Return the function that recalibrates risks by what happened in some rows."""
    from sklearn.linear_model import LogisticRegression

    def lp(table):
        risk = table["risk_24h"].clip(0.0001, 0.9999)
        return np.log(risk / (1 - risk)).to_numpy()[:, None]

    fitted = LogisticRegression(penalty=None).fit(lp(rows), rows["event"])
    return lambda table: fitted.predict_proba(lp(table))[:, 1]


def _lowest(risk):
    return next((t for t in GRID if 28 * (risk >= t).mean() <= ALERTS_PER_ROUND), GRID[-1])


def _judge_threshold(ns):
    best = _lowest(_months()[2])
    threshold = need(ns, "threshold", float, "the threshold on recalibrated risks")
    if abs(threshold - best) > 1e-6:
        _tell_threshold(ns, threshold)
    return best


def _tell_threshold(ns, threshold):
    from sklearn.metrics import roc_curve

    early, later, risk, _ = _months()
    per_round = 28 * (risk >= threshold).mean()
    youdens = []
    for column in (risk, early["risk_24h"]):
        false_rate, true_rate, cuts = roc_curve(early["event"], column)
        youdens.append(cuts[np.argmax(true_rate - false_rate)])
    if abs(threshold - 0.10) < 5e-4:
        fail(
            "old-threshold",
            f"0.10 is the vendor's threshold on the vendor's risks. On recalibrated risks it means something else: "
            f"{per_round:.1f} alerts per 28, and patients whom the wards would have looked at stay unfound.",
            "Go through `grid` from below and take the first value that leaves at most 3 alerts per 28.",
        )
    if any(abs(threshold - youden) < 5e-4 for youden in youdens):
        fail(
            "youden",
            f"{threshold:.4f} is Youden's choice. It gives {per_round:.1f} alerts per 28 in the early months and knows "
            "neither the ceiling of three nor what an alarm costs.",
            "Count alerts per 28 for each value of `grid`.",
        )
    if abs(threshold - _lowest(early["risk_24h"])) < 5e-4:
        fail(
            "raw-risks",
            f"{threshold:.3f} keeps the ceiling on the risks as delivered. They are too high, so no exchange rate "
            "belongs to this number.",
            "Recalibrate on `early` first, and count alerts on the new risks.",
        )
    blame_given(ns, early=early[["event", "risk_24h"]], later=later[["event", "risk_24h"]], grid=GRID)
    if threshold >= 1:
        fail("threshold-percent", f"`threshold` is {threshold:g}. A risk lies between 0 and 1.", "Take it from `grid`.")
    if per_round > ALERTS_PER_ROUND:
        fail(
            "over-ceiling",
            f"At {threshold:.3f} the early months give {per_round:.1f} alerts per 28. Three can be answered.",
            "Raise the threshold along `grid` until the ceiling holds.",
        )
    fail(
        "too-high",
        f"At {threshold:.3f} there are {per_round:.1f} alerts per 28. A lower value of `grid` keeps the ceiling, too, "
        "and the wards would like to look at more.",
        "Take the *lowest* value of `grid` with at most 3 alerts per 28.",
    )


def check_t4(ns):
    best = _judge_threshold(ns)
    early, later, risk_early, risk_later = _months()

    def outcome(rows, flag, in_vain=49):
        found, false = (flag & (rows["event"] == 1)).sum(), (flag & (rows["event"] == 0)).sum()
        return {
            "alerts_per_28": 28 * flag.mean(),
            "found_of_100": 100 * found / rows["event"].sum(),
            "net_benefit": 1000 * (found - false / in_vain) / len(rows),
        }

    flag = risk_later >= best
    truth = outcome(later, flag)
    report = need_mapping(ns, "report", truth, "what the later months show")
    got = {name: need(report, name, float, "on the later months") for name in truth}

    def same(other, but=()):
        # Another solver flags one or two mornings more or fewer.
        return all(
            agrees(got[name], other[name], 0.01 if name == "net_benefit" else 0.05, figures=1)
            for name in got
            if name not in but
        )

    if same(truth):
        return
    if same(outcome(early, risk_early >= best)):
        fail(
            "same-months",
            f"{got['alerts_per_28']:.2f} alerts per 28 keep the ceiling: these are the months on which you chose the "
            f"threshold. In the later months it is {truth['alerts_per_28']:.2f}.",
            "Apply the threshold to `risk_later` and report on `later`.",
        )
    if same(outcome(later, _recalibrated(later)(later) >= best)):
        fail(
            "fits-on-later",
            "You recalibrated on the later months and report on them. Of course they look calibrated.",
            "Fit once, on `early`; use the same `update` for both.",
        )
    if same(outcome(later, later["risk_24h"] >= best)):
        fail(
            "threshold-on-raw",
            f"The threshold was chosen on recalibrated risks and applied to the risks as delivered: "
            f"{got['alerts_per_28']:.1f} alerts per 28.",
            "Flag with `risk_later`, the recalibrated risks.",
        )
    blame_given(ns, early=early[["event", "risk_24h"]], later=later[["event", "risk_24h"]])
    if same(truth, but=("found_of_100",)) and agrees(100 * got["found_of_100"], truth["found_of_100"], 0.05, figures=1):
        fail(
            "found-fraction",
            f"`found_of_100` is {got['found_of_100']:.3f}: a fraction of 1. The report counts of 100 events.",
            "Multiply the share of found events by 100.",
        )
    if same(truth, but=("net_benefit",)):
        if agrees(got["net_benefit"], outcome(later, flag, 50)["net_benefit"], 0.003):
            fail(
                "reciprocal",
                f"Your net benefit is {got['net_benefit']:.3f}: it weighs 50 false alarms against one found. At a risk of "
                "0.02, of 50 patients one is found and 49 are in vain.",
                "Divide the false alarms by 49, that is, multiply by 0.02/0.98.",
            )
        if agrees(got["net_benefit"], outcome(later, flag, (1 - best) / best)["net_benefit"], 0.01):
            fail(
                "rate-of-threshold",
                f"You weighed false alarms by the threshold of {best:.3f}. The ceiling moved the threshold; what an alarm "
                "is worth to the wards has not changed.",
                "Use the wards' own rate: 49 in vain for one found.",
            )
        fail(
            "net-benefit",
            f"Alerts and found are right; the net benefit is {got['net_benefit']:.3f} and should be "
            f"{truth['net_benefit']:.3f} per 1,000.",
            "(found - false / 49) divided by the number of later mornings, times 1,000.",
        )
    fail(
        "report",
        f"The later months give {truth['alerts_per_28']:.2f} alerts per 28 at this threshold, with "
        f"{truth['found_of_100']:.1f} of 100 found; your report says {got['alerts_per_28']:.2f} and "
        f"{got['found_of_100']:.1f}.",
        "Flag with `risk_later >= threshold`, and count found and false among `later`.",
    )


@reference
def _silent():
    """Return what share of the silent alerts at site C, before any call, was real, and how many there were in a week."""
    from ai2med import load

    _, alerts = _tables()
    outcomes = load("outcomes")
    event_at = outcomes["icu_transfer_at"].fillna(outcomes["died_at"].where(outcomes["died_on_ward"] == 1))
    event_at = event_at.set_axis(outcomes["admission_id"])
    first_call = alerts[alerts["rule"] == "outreach_call"].groupby("admission_id")["raised_at"].min()
    silent = alerts[
        (alerts["site"] == "C")
        & (alerts["rule"] == "wardsignal")
        & alerts["raised_at"].between(VERSION_FROM, LAST_NIGHT)
    ]
    silent = silent[~(silent["admission_id"].map(first_call) < silent["raised_at"])]
    hours = (silent["admission_id"].map(event_at) - silent["raised_at"]).dt.total_seconds() / 3600
    return float(hours.between(0, 24).mean()), 7 * len(silent) / NIGHTS


def check_t5(ns):
    from scipy.stats import binom

    window = need(ns, "window", int, "the last so many alerts")
    fewest = need(ns, "fewest", int, "stop if fewer are real")
    ppv, per_week = _silent()
    if window < 1 or fewest < 1:
        fail("empty-rule", f"Fewer than {fewest} of {window}: this rule never fires.", "Both numbers start at 1.")
    weeks = window / per_week
    by_chance, noticed = (binom.cdf(fewest - 1, window, value) for value in (ppv, ppv / 2))
    if weeks > 26 or by_chance > 0.10 or noticed < 0.5:
        blame_given(ns, silent_ppv=ppv, alerts_per_week=per_week)
    if weeks > 26:
        fail(
            "too-slow",
            f"At site C {window} alerts take {weeks:.1f} weeks, and 26 are allowed. A failing product would ring for more than half a year.",
            "Find a shorter window that keeps both conditions.",
        )
    if by_chance > 0.10:
        fail(
            "stops-by-chance",
            f"Fewer than {fewest} real of {window}: with nothing changed this happens in {100 * by_chance:.0f} of 100 "
            f"windows. ({window} alerts are {weeks:.1f} weeks at site C.)",
            "More alerts, or a lower limit. Look at `fires(window, fewest, silent_ppv)`.",
        )
    if noticed < 0.5:
        fail(
            "blind-rule",
            f"If the share of real alerts halved, your rule would notice in {100 * noticed:.0f} of 100 windows.",
            "A longer window lets you set a stricter limit. Look at `fires(window, fewest, silent_ppv / 2)`.",
        )


_OURS = 'ours = mornings[(mornings["site"] == "C") & (mornings["model_version"] == "2.0")]\n'
_PEOPLE = (
    'count = 1000 * ours.groupby(["event", "alert"]).size() / len(ours)\n'
    'people = {"found": count[1, 1], "missed": count[1, 0], "false_alarms": count[0, 1], "quiet": count[0, 0]}\n'
)
_PPV = 'ppv = 100 * people["found"] / (people["found"] + people["false_alarms"])\n'
_SIGNALS = (
    'chosen = alerts[alerts["raised_at"].between("2025-03-01", "2025-12-31 23:59") & (alerts["site"] == "C") '
    '& (alerts["rule"] == "wardsignal")]\n'
)
_NIGHT = 'chosen = chosen[chosen["shift"] == "night"]\n'

_GUESS = "guess = 30\n"
_COUNTED = _SIGNALS + _NIGHT + "alerts_per_night = len(chosen) / nights\n"
_FOR_28 = "for_28 = 28 * alerts_per_night / patients"
_DRAFT = (
    'chosen = alerts[(alerts["site"] == "C") & (alerts["rule"] == "wardsignal")]\n'
    'alerts_per_night = len(chosen) / chosen["raised_at"].dt.date.nunique()\n'
)

_AUDIT = (
    "auroc, low, high = auroc_interval(rows)\n"
    "before, before_low, before_high = auroc_interval({rows})\n"
    'rows_of_audit[site] = {{"all": {all}, "before": before, "low": {low}, "high": {high}}}\n'
    "holds_all += [site] if {holds} else []\n"
    "holds_before += [site] if before_low <= claim <= before_high else []"
)


def _audit(
    rows='rows[rows["team_called"] == 0]',
    all="auroc",
    low="before_low",
    high="before_high",
    holds="low <= claim <= high",
):
    return _AUDIT.format(rows=rows, all=all, low=low, high=high, holds=holds)


_UPDATE = (
    'update = LogisticRegression(penalty=None).fit(lp(early), early["event"])\n'
    "risk_early, risk_later = (update.predict_proba(lp(rows))[:, 1] for rows in (early, later))\n"
)
_LOWEST = "threshold = next(t for t in grid if 28 * (risk_early >= t).mean() <= 3)\n"


def _report(flag="risk_later >= threshold", rows="later", in_vain="49"):
    return (
        f"flag = {flag}\n"
        f'found, false = {rows}.loc[flag, "event"].sum(), (1 - {rows}.loc[flag, "event"]).sum()\n'
        'report = {"alerts_per_28": 28 * flag.mean(), "found_of_100": 100 * found / '
        f'{rows}["event"].sum(), "net_benefit": 1000 * (found - false / {in_vain}) / len({rows})}}'
    )


TASKS = [
    Task(
        id="2.2.5-t1",
        title="Predict and run: people",
        outcomes=("a",),
        check=check_t1,
        praise="You turned a brochure into people, and you know how far your guess was off.",
        hints=(
            "Two filters make `ours`. Then count mornings by event and alert.",
            '`1000 * ours.groupby(["event", "alert"]).size() / len(ours)` gives the four boxes; `count[1, 0]` is event and '
            "no alert.",
            "`ppv` starts from the flagged: found, divided by found and false together, times 100.",
        ),
        right=(
            RightVariant(
                "whole people in a column, other spellings, rounded",
                code="guess = 7\n"
                + _OURS
                + _PEOPLE
                + _PPV
                + '\nppv = round(ppv)\npeople = pd.Series(people).round().rename({"false_alarms": "False alarms"})',
            ),
            RightVariant(
                "shares times 1,000, counted with masks",
                code="""
                    guess = np.float64(60)
                    ours = mornings.query("site == 'C' and model_version == '2.0'")
                    flag, event = ours["alert"] == 1, ours["event"] == 1
                    people = {
                        "quiet": 1000 * float((~flag & ~event).mean()),
                        "false_alarms": 1000 * float((flag & ~event).mean()),
                        "missed": 1000 * float((~flag & event).mean()),
                        "found": 1000 * float((flag & event).mean()),
                    }
                    ppv = float(event[flag].mean() * 100)
                """,
            ),
        ),
        wrong=(
            WrongAttempt("guesses more than all", "guess = 600\n" + _OURS + _PEOPLE + _PPV, "guess-range"),
            WrongAttempt("does not guess", "guess = ...\n" + _OURS + _PEOPLE + _PPV, "unfinished-guess"),
            WrongAttempt(
                "counts half of the patients",
                _GUESS
                + "mornings = mornings[mornings['patient_id'].isin(mornings['patient_id'].unique()[::2])]\n"
                + _OURS
                + _PEOPLE
                + _PPV,
                "given-mornings",
            ),
            WrongAttempt(
                "reads the sensitivity as predictive value",
                _GUESS + _OURS + _PEOPLE + 'ppv = 100 * people["found"] / (people["found"] + people["missed"])',
                "sensitivity",
            ),
            WrongAttempt(
                "mixes the versions",
                _GUESS + 'ours = mornings[mornings["site"] == "C"]\n' + _PEOPLE + _PPV,
                "all-versions",
            ),
            WrongAttempt(
                "mixes the sites",
                _GUESS + 'ours = mornings[mornings["model_version"] == "2.0"]\n' + _PEOPLE + _PPV,
                "all-sites",
            ),
            WrongAttempt(
                "swaps missed and false",
                _GUESS
                + _OURS
                + _PEOPLE.replace("count[1, 0]", "count[0, 1]").replace(
                    'false_alarms": count[0, 1]', 'false_alarms": count[1, 0]'
                )
                + _PPV,
                "boxes",
            ),
            WrongAttempt(
                "counts instead of per 1,000",
                _GUESS + _OURS + _PEOPLE.replace("1000 * ", "").replace(" / len(ours)", "") + _PPV,
                "not-per-1000",
            ),
        ),
        design_note="Objective: rates to people, with a prediction. Out of scope: staffing and alert design (unit 2.4.4).",
    ),
    Task(
        id="2.2.5-t2",
        title="Repair: alerts in a night",
        outcomes=("a",),
        check=check_t2,
        praise="You turned an alarm into a night shift: the right months, the right hours, all nights, and 28 beds.",
        hints=(
            "The draft has four faults: the months, the shift, the divisor, and the patients.",
            "Filter `alerts` by `raised_at`, site, rule and shift, and divide the number of rows by `nights`.",
            "`alerts_per_night` belongs to `patients` patients; 28 are 28 / `patients` times as many.",
        ),
        right=(
            RightVariant(
                "rounded to one digit",
                code=_SIGNALS
                + _NIGHT
                + "alerts_per_night = round(len(chosen) / nights, 1)\nfor_28 = round(28 * alerts_per_night / patients, 1)",
            ),
            RightVariant(
                "with query, other order",
                code="""
                    since = alerts[(alerts["raised_at"] >= "2025-03-01") & (alerts["raised_at"] < "2026-01-01")]
                    n = since.query("site == 'C' and rule == 'wardsignal' and shift == 'night'").shape[0]
                    for_28 = np.float64(n / patients * 28 / nights)
                    alerts_per_night = n / nights
                """,
            ),
        ),
        wrong=(
            WrongAttempt("leaves the draft", _DRAFT + _FOR_28, "draft"),
            WrongAttempt(
                "forgets a night",
                _SIGNALS + _NIGHT + "alerts_per_night = len(chosen) / 305\n" + _FOR_28,
                "other-alerts_per_night",
            ),
            WrongAttempt(
                "counts flagged mornings", 'alerts_per_night = at_c["alert"].sum() / nights\n' + _FOR_28, "morning-rows"
            ),
            WrongAttempt(
                "divides by nights with an alert",
                _SIGNALS
                + _NIGHT
                + 'alerts_per_night = len(chosen) / chosen["raised_at"].dt.date.nunique()\n'
                + _FOR_28,
                "quiet-nights",
            ),
            WrongAttempt(
                "counts all shifts", _SIGNALS + "alerts_per_night = len(chosen) / nights\n" + _FOR_28, "all-shifts"
            ),
            WrongAttempt(
                "counts all rules",
                'alerts_per_night = (alerts["raised_at"].between("2025-03-01", "2025-12-31 23:59") & (alerts["site"] == "C") '
                '& (alerts["shift"] == "night")).sum() / nights\n' + _FOR_28,
                "all-rules",
            ),
            WrongAttempt(
                "keeps the period of both versions",
                'alerts_per_night = ((alerts["site"] == "C") & (alerts["rule"] == "wardsignal") '
                '& (alerts["shift"] == "night")).sum() / nights\n' + _FOR_28,
                "both-versions",
            ),
            WrongAttempt("does not scale", _COUNTED + "for_28 = alerts_per_night", "not-scaled"),
            WrongAttempt("multiplies only", _COUNTED + "for_28 = 28 * alerts_per_night", "times-28"),
            WrongAttempt("turns the fraction", _COUNTED + "for_28 = alerts_per_night * patients / 28", "upside-down"),
            WrongAttempt("takes other patients", "patients = 10\n" + _COUNTED + _FOR_28, "given-patients"),
        ),
        design_note="Objective: alerts per night with unit and divisor. Out of scope: staffing (unit 2.4.4).",
    ),
    Task(
        id="2.2.5-t3",
        title="Investigate: the claim of 0.86",
        outcomes=("c",),
        check=check_t3,
        praise="You asked where, and before what. A claim belongs to a place and a moment, and it has an interval.",
        hints=(
            "Inside the loop, `rows` is one site. Make a second table without the mornings after a call.",
            'Call `auroc_interval` twice: with `rows`, and with `rows[rows["team_called"] == 0]`.',
            "A list gets the site if low <= claim <= high, each with its own interval.",
        ),
        right=(
            RightVariant(
                "sites in another container, rounded to two digits, columns in capitals",
                code="""
                    results = [auroc_interval(part) for part in (rows, rows[rows["team_called"] != 1])]
                    (auroc, low, high), (before, before_low, before_high) = np.round(results, 2)
                    rows_of_audit[site] = {"Low": before_low, "High": before_high, "Before": before, "All": auroc}
                    if low <= claim <= high:
                        holds_all = [*holds_all, site]
                    if before_low <= claim <= before_high:
                        holds_before = [*holds_before, site]
                """,
            ),
        ),
        wrong=(
            WrongAttempt("gives percentages", code=_audit(all="100 * auroc"), expect="all-differs"),
            WrongAttempt("pools the sites", _audit(all="auroc_interval(mornings)[0]"), "pooled"),
            WrongAttempt("keeps the mornings after a call", _audit(rows="rows"), "after-call"),
            WrongAttempt(
                "drops whole stays by the future",
                _audit(rows='rows[~rows["admission_id"].isin(rows.loc[rows["team_called"] == 1, "admission_id"])]'),
                "whole-stays",
            ),
            WrongAttempt(
                "keeps only mornings after a call", _audit(rows='rows[rows["team_called"] == 1]'), "only-called"
            ),
            WrongAttempt("gives a point without interval", _audit(low="before", high="before"), "no-interval"),
            WrongAttempt(
                "takes the interval of the other mornings", _audit(low="low", high="high"), "interval-differs"
            ),
            WrongAttempt("judges by the estimate alone", _audit(holds="auroc >= claim"), "points-only"),
        ),
        design_note="Objective: local check of a claim, by site and moment. Out of scope: making intervals (unit 2.2.4).",
    ),
    Task(
        id="2.2.5-t4",
        title="Complete: a ceiling that binds",
        outcomes=("b", "c"),
        check=check_t4,
        praise="Repaired, chosen and reported on separate months, and the memo can say that capacity has decided.",
        hints=(
            "Three steps: fit on `early`, choose on `early`, report on `later`.",
            "`28 * (risk_early >= t).mean()` are the alerts per 28 at a threshold t. Take the first t of `grid` with at most 3.",
            "found and false are counts among `later` with `risk_later >= threshold`; net benefit is (found - false / 49) / n.",
        ),
        right=(
            RightVariant(
                "rounded, a table, other spellings",
                code=_UPDATE
                + _LOWEST
                + _report()
                + '\nreport = pd.DataFrame([report]).astype(float).round(1).rename(columns=lambda name: name.replace("_", " ").title())',
            ),
            RightVariant(
                "a weak penalty, alerts counted with sums",
                code="""
                    update = LogisticRegression(C=1e6, max_iter=1000).fit(lp(early), early["event"].to_numpy())
                    risk_early = update.predict_proba(lp(early))[:, 1]
                    risk_later = update.predict_proba(lp(later))[:, 1]
                    fits = [float(t) for t in grid if 28 * np.sum(risk_early >= t) / len(early) <= 3]
                    threshold = min(fits)
                    flag = risk_later >= threshold
                    event = later["event"].to_numpy() == 1
                    report = {
                        "net_benefit": 1000 * float((flag & event).mean() - (flag & ~event).mean() / 49),
                        "found_of_100": float(flag[event].mean() * 100),
                        "alerts_per_28": 28.0 * flag.sum() / len(later),
                    }
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "reports on patients that were seen before",
                code="later = free[free['predicted_at'] >= '2025-08-01']\n" + _UPDATE + _LOWEST + _report(),
                expect="given-later",
            ),
            WrongAttempt(
                "takes Youden's threshold",
                _UPDATE
                + 'false_rate, true_rate, cuts = roc_curve(early["event"], risk_early)\nthreshold = cuts[np.argmax(true_rate - false_rate)]\n'
                + _report(),
                "youden",
            ),
            WrongAttempt(
                "keeps the old threshold on new risks", _UPDATE + "threshold = 0.10\n" + _report(), "old-threshold"
            ),
            WrongAttempt(
                "does not recalibrate",
                'risk_early, risk_later = early["risk_24h"], later["risk_24h"]\n' + _LOWEST + _report(),
                "raw-risks",
            ),
            WrongAttempt("ignores the ceiling", _UPDATE + "threshold = 0.02\n" + _report(), "over-ceiling"),
            WrongAttempt(
                "takes the highest threshold to be safe", _UPDATE + "threshold = 0.045\n" + _report(), "too-high"
            ),
            WrongAttempt(
                "reports on the months of choice",
                _UPDATE + _LOWEST + _report("risk_early >= threshold", "early"),
                "same-months",
            ),
            WrongAttempt(
                "recalibrates on the months of report",
                _UPDATE
                + _LOWEST
                + 'risk_later = LogisticRegression(penalty=None).fit(lp(later), later["event"]).predict_proba(lp(later))[:, 1]\n'
                + _report(),
                "fits-on-later",
            ),
            WrongAttempt(
                "applies the new threshold to old risks",
                _UPDATE + _LOWEST + _report('later["risk_24h"] >= threshold'),
                "threshold-on-raw",
            ),
            WrongAttempt(
                "gives a fraction of the events",
                _UPDATE + _LOWEST + _report().replace("100 * found", "found"),
                "found-fraction",
            ),
            WrongAttempt("weighs 50 instead of 49", _UPDATE + _LOWEST + _report(in_vain="50"), "reciprocal"),
            WrongAttempt(
                "weighs by the threshold that the ceiling made",
                _UPDATE + _LOWEST + _report(in_vain="((1 - threshold) / threshold)"),
                "rate-of-threshold",
            ),
        ),
        design_note="Objective: operating point under a binding capacity. Out of scope: designing the alert (unit 2.4.4).",
    ),
    Task(
        id="2.2.5-t5",
        title="Make: a stop rule",
        outcomes=("e",),
        check=check_t5,
        praise="A stop rule that knows chance from change, and that somebody can live to see. Now the words.",
        hints=(
            "Two chances matter: `fires(window, fewest, silent_ppv)` and the same with half of `silent_ppv`.",
            "Begin with a window of 250 and raise `fewest` until the halved value is noticed; then look at the first chance.",
        ),
        right=(
            RightVariant(
                "another window, by search",
                code="""
                    window = np.int64(300)
                    fewest = max(n for n in range(1, 40) if fires(window, n, silent_ppv) <= 0.10)
                """,
            ),
            RightVariant("typed", code="window, fewest = 200.0, 6"),
        ),
        wrong=(
            WrongAttempt("stops by chance after two weeks", "window, fewest = 30, 2", "stops-by-chance"),
            WrongAttempt("writes a rule that sees nothing", "window, fewest = 100, 1", "blind-rule"),
            WrongAttempt("waits for a thousand alerts", "window, fewest = 1000, 40", "too-slow"),
            WrongAttempt("writes a rule that never fires", "window, fewest = 250, 0", "empty-rule"),
            WrongAttempt(
                "makes the product better than it is",
                "silent_ppv = 0.5\nwindow, fewest = 250, int(binom.ppf(0.10, 250, silent_ppv))",
                "given-silent_ppv",
            ),
        ),
        design_note="Objective: a stop rule with computed chances. Out of scope: its words (task 9).",
    ),
    Task(
        id="2.2.5-t6",
        title="Predict and read: people",
        outcomes=("a",),
        items=("x04",),
        hints=(
            "Move the first control to 10 of 100 and read the live sentence; then put it back.",
            "The share of real alerts is the number of real ones, divided by all alerts.",
        ),
        design_note="Objective: rates to people without code. Out of scope: the threshold (task 7).",
    ),
    Task(
        id="2.2.5-t7",
        title="Investigate: the threshold and the claim",
        outcomes=("b", "c"),
        items=("x01", "q12", "x05"),
        hints=(
            "Move one control, read the text summary, and put the control back before you move the next.",
            "For each sentence find the place, then the line, then compare both ends of that interval with 0.86.",
        ),
        design_note="Objective: threshold and claim without code. Out of scope: the memo (tasks 8 and 9).",
    ),
    Task(
        id="2.2.5-t8",
        title="Repair: the red pen",
        outcomes=("d", "e"),
        items=("x02",),
        hints=(
            "Read each line aloud and ask what a colleague would need in order to disagree.",
            "A count needs a denominator, a name a version, a task a person with a date.",
        ),
        design_note="Objective: the faults of a memo, one line each.",
    ),
    Task(
        id="2.2.5-t9",
        title="Make: the memo",
        outcomes=("a", "d", "e"),
        items=("q16", "x03"),
        hints=(
            "Which product, where, per how many? Then what was measured, and what was not.",
            "Name at least one condition that can turn out false, a person who may switch it off, and a day.",
        ),
        design_note="Objective: a memo with which a colleague can disagree; the reader judges it.",
    ),
]
