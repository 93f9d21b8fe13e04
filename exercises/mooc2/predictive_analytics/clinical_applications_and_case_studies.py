"""Checks of the exercise "Sofia's desk" (unit 2.2.5)."""

import numpy as np

from ai2med.exercises import RightVariant, Task, WrongAttempt, close_to, fail, need, need_frame

VERSION_FROM, LAST_NIGHT = "2025-03-01", "2025-12-31 23:59"
BOXES = ("found", "missed", "false_alarms", "quiet")
ALERTS_PER_ROUND = 3
RUNG_REACHED = "silent prospective"


def _entry(entries, label, name, type, what):
    """Return one entry of a dictionary of the learner's."""
    if name in entries and (entries[name] is ... or entries[name] is None):
        fail(
            f"unfinished-{name}",
            f"`{label}` has no {name} yet: {what}.",
            f'Replace the dots after "{name}": in `{label}`.',
        )
    return need(entries, name, type, what)


def _boxes(rows):
    """Return the four boxes of a table of mornings, per 1,000."""
    event, alert = rows["event"] == 1, rows["alert"] == 1
    parts = (event & alert, event & ~alert, ~event & alert, ~event & ~alert)
    return dict(zip(BOXES, (1000 * part.mean() for part in parts), strict=True))


def _of_version(mornings, site="C"):
    return mornings[(mornings["site"] == site) & (mornings["model_version"] == "2.0")]


def check_t1(ns):
    mornings, alerts = ns["mornings"], ns["alerts"]
    ours = _of_version(mornings)
    people = need(ns, "people", dict, "the four boxes")
    got = {name: _entry(people, "people", name, float, "per 1,000 mornings") for name in BOXES}
    truth = _boxes(ours)
    if not all(close_to(got[name], truth[name], 0.5) for name in BOXES):
        every_version = _boxes(mornings[mornings["site"] == "C"])
        everywhere = _boxes(mornings[mornings["model_version"] == "2.0"])
        if all(close_to(got[name], every_version[name], 0.5) for name in BOXES):
            fail(
                "all-versions",
                f"You have {got['found']:.0f} found and {got['false_alarms']:.0f} false per 1,000: versions 1.4 and 2.0 "
                "together. The contract is about 2.0, with another threshold.",
                'Keep the rows with `model_version` "2.0".',
            )
        if all(close_to(got[name], everywhere[name], 0.5) for name in BOXES):
            fail(
                "all-sites",
                f"You have {got['false_alarms']:.0f} false alarms per 1,000 over three sites. Your nurses work at site C.",
                'Keep the rows with `site` "C".',
            )
        if all(close_to(got[name], truth[name] * len(ours) / 1000, 0.5) for name in BOXES):
            fail(
                "not-per-1000",
                f"Your boxes add up to {sum(got.values()):.0f} mornings, not to 1,000.",
                "Multiply by 1,000 and divide by the number of mornings.",
            )
        fail(
            "boxes",
            f"Your boxes are {got['found']:.0f} found, {got['missed']:.0f} missed, {got['false_alarms']:.0f} false, "
            f"{got['quiet']:.0f} quiet. One of them does not hold the mornings it should.",
            "Found: event and alert. Missed: event, no alert. False: alert, no event. Do they add up to 1,000?",
        )
    ppv, real = (
        need(ns, "ppv", float, "of 100 flagged mornings"),
        100 * truth["found"] / (truth["found"] + truth["false_alarms"]),
    )
    sensitivity = 100 * truth["found"] / (truth["found"] + truth["missed"])
    if not close_to(ppv, real, 0.2):
        if close_to(ppv, sensitivity, 0.2):
            fail(
                "sensitivity",
                f"{ppv:.0f} of 100 is the sensitivity: the share of events that were flagged. How many mornings without "
                "an event were flagged, too?",
                "Start from the flagged: found divided by found and false together.",
            )
        if close_to(ppv, real / 100, 0.002):
            fail("share", f"{ppv:.3f} is a share of one.", "The task asks for a count of 100 alerts: multiply by 100.")
        fail(
            "other-ppv",
            f"You have {ppv:.1f} of 100; found divided by all flagged gives another number.",
            "Divide `found` by `found` and `false_alarms` together.",
        )
    per_night = need(ns, "alerts_per_night", float, "alerts of the night shift per night")
    signals = alerts[(alerts["site"] == "C") & (alerts["rule"] == "wardsignal")]
    within = signals[signals["raised_at"].between(VERSION_FROM, LAST_NIGHT)]
    at_night, nights = within[within["shift"] == "night"], ns["nights"]
    if close_to(per_night, len(at_night) / nights, 0.01):
        return
    # A night begins at 23:00, so the hours before midnight belong to the next day.
    loud = at_night["raised_at"].dt.normalize().nunique()
    shifted = (at_night["raised_at"] + np.timedelta64(1, "h")).dt.normalize().nunique()
    if any(close_to(per_night, len(at_night) / days, 0.01) for days in (loud, shifted)):
        fail(
            "quiet-nights",
            f"{per_night:.2f} a night is a mean over nights with an alert. Of {nights} nights many were quiet, and quiet "
            "nights count.",
            "Divide by all nights of the period, `nights`.",
        )
    if close_to(per_night, len(within) / nights, 0.01):
        fail(
            "all-shifts",
            f"{per_night:.2f} are the alerts of 24 hours. The two nurses are there at night.",
            'Keep the rows with `shift` "night".',
        )
    if close_to(per_night, ours["alert"].sum() / nights, 0.01) or close_to(per_night, ours["alert"].mean() * 28, 0.01):
        fail(
            "morning-rows",
            f"{per_night:.2f} comes from flagged mornings. One patient flagged on ten mornings gives ten rows there, all "
            "at 08:00: another unit, another hour.",
            "Count rows of `alerts`; there an alert stays silent for 12 hours after it has fired.",
        )
    rules = alerts[
        (alerts["site"] == "C") & alerts["raised_at"].between(VERSION_FROM, LAST_NIGHT) & (alerts["shift"] == "night")
    ]
    if close_to(per_night, len(rules) / nights, 0.01):
        fail(
            "all-rules",
            f"{per_night:.2f} includes NEWS2 alarms and calls of the team. They are rung today, without the product.",
            'Keep the rows with `rule` "wardsignal".',
        )
    fail(
        "other-count",
        f"You have {per_night:.2f} alerts a night. Something is counted that should not be, or left out.",
        "Four conditions: site C, rule wardsignal, shift night, from 1 March to 31 December 2025. Then divide by `nights`.",
    )


def check_t2(ns):
    audit = need_frame(ns, "audit", ("all", "before", "low", "high"), "the AUROC of each site")
    if sorted(map(str, audit.index)) != ["A", "B", "C"]:
        fail(
            "three-sites",
            f"The rows of `audit` are {', '.join(map(str, audit.index))}. Each site needs a row of its own.",
            "Fill `rows_of_audit[site]` inside the loop.",
        )
    mornings, interval = ns["mornings"], ns["auroc_interval"]
    audit = audit.apply(lambda column: column.map(lambda cell: np.nan if cell is ... else cell)).astype(float)
    if audit.isna().any(axis=None):
        empty = ", ".join(audit.columns[audit.isna().any()])
        fail("unfinished", f"The column {empty} has no value yet.", "Replace the three dots inside the loop.")
    pooled = interval(mornings)[0]
    holds = {"all": [], "before": []}
    for site, rows in mornings.groupby("site"):
        got, free = audit.loc[site], rows[rows["team_called"] == 0]
        every, free_interval = interval(rows), interval(free)
        for kind, (_, low, high) in (("all", every), ("before", free_interval)):
            holds[kind] += [site] if low <= 0.86 <= high else []
        if not close_to(got["all"], every[0], 0.002):
            if close_to(got["all"], pooled, 0.002):
                fail(
                    "pooled",
                    f"Site {site} has {got['all']:.3f}, the AUROC of all sites together. Alone it is {every[0]:.3f}. The "
                    "pooled value describes no ward.",
                    "Inside the loop `rows` holds the site; use it instead of `mornings`.",
                )
            fail(
                "all-differs",
                f"Site {site} has {got['all']:.3f} for all mornings; its rows give {every[0]:.3f}.",
                "`all` is the first value of `auroc_interval(rows)`.",
            )
        if not close_to(got["before"], free_interval[0], 0.002):
            stays = rows.loc[rows["team_called"] == 1, "admission_id"]
            without_stays = interval(rows[~rows["admission_id"].isin(stays)])[0]
            if close_to(got["before"], every[0], 0.002):
                fail(
                    "after-call",
                    f"Site {site} still has {got['before']:.3f}: the mornings after a call are in it. The team was already "
                    "there, so the alert told nobody anything.",
                    "Keep the rows with `team_called` 0.",
                )
            if close_to(got["before"], without_stays, 0.002):
                fail(
                    "whole-stays",
                    f"Site {site} has {got['before']:.3f}: you dropped whole stays because the team came at some time. On "
                    "an earlier morning nobody could know that; you chose the past by the future.",
                    "Drop mornings, not stays: `rows[rows['team_called'] == 0]`.",
                )
            if close_to(got["before"], interval(rows[rows["team_called"] == 1])[0], 0.002):
                fail(
                    "only-called",
                    f"Site {site} has {got['before']:.3f}, the AUROC of the mornings after a call.",
                    "Before any call means `team_called` 0.",
                )
            fail(
                "before-differs",
                f"Site {site} has {got['before']:.3f} before any call; the rows with `team_called` 0 give "
                f"{free_interval[0]:.3f}.",
                "Filter the rows of the site first, then call `auroc_interval`.",
            )
        if close_to(got["low"], got["high"], 0.001):
            events = int(free["event"].sum())
            fail(
                "no-interval",
                f"Site {site} has a point and no interval. It rests on {events} events: how sure is it?",
                "`auroc_interval` returns three numbers: AUROC, low, high.",
            )
        if not (close_to(got["low"], free_interval[1], 0.02) and close_to(got["high"], free_interval[2], 0.02)):
            fail(
                "interval-differs",
                f"Site {site} has {got['low']:.2f} to {got['high']:.2f}; the mornings before any call give "
                f"{free_interval[1]:.2f} to {free_interval[2]:.2f}.",
                "Take low and high from the same call that gave `before`.",
            )
    for kind, name in (("all", "holds_all"), ("before", "holds_before")):
        sites = sorted(map(str, need(ns, name, (list, tuple, set), "sites whose interval holds 0.86")))
        if sites == holds[kind]:
            continue
        said, should = ", ".join(sites) or "no site", ", ".join(holds[kind]) or "no site"
        points = [site for site in "ABC" if audit.loc[site, kind] >= 0.86]
        if sites == points:
            fail(
                "points-only",
                f"`{name}` is {said}: those whose *estimate* reaches 0.86. An estimate below 0.86 does not refute the "
                f"claim if its interval holds it ({should}).",
                "Compare 0.86 with both ends of the interval.",
            )
        fail(
            "wrong-sites",
            f"`{name}` is {said}; the intervals say {should}.",
            f"A site belongs to `{name}` if low <= 0.86 <= high, for the interval of the right mornings.",
        )


def check_t3(ns):
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_curve

    early, later, lp, grid = ns["early"], ns["later"], ns["lp"], ns["grid"]
    update = LogisticRegression(penalty=None).fit(lp(early), early["event"])
    risk_early, risk_later = (update.predict_proba(lp(rows))[:, 1] for rows in (early, later))

    def lowest(risk):
        return next((t for t in grid if 28 * (risk >= t).mean() <= ALERTS_PER_ROUND), grid[-1])

    def outcome(rows, flag, in_vain=49):
        found, false = (flag & (rows["event"] == 1)).sum(), (flag & (rows["event"] == 0)).sum()
        return {
            "alerts_per_28": 28 * flag.mean(),
            "found_of_100": 100 * found / rows["event"].sum(),
            "net_benefit": 1000 * (found - false / in_vain) / len(rows),
        }

    threshold, best = need(ns, "threshold", float, "the threshold on recalibrated risks"), lowest(risk_early)
    per_round = 28 * (risk_early >= threshold).mean()
    if not close_to(threshold, best, 0.001):
        false_rate, true_rate, cuts = roc_curve(early["event"], risk_early)
        youdens = [cuts[np.argmax(true_rate - false_rate)]]
        false_rate, true_rate, cuts = roc_curve(early["event"], early["risk_24h"])
        youdens.append(cuts[np.argmax(true_rate - false_rate)])
        if close_to(threshold, 0.10, 0.0005):
            fail(
                "old-threshold",
                f"0.10 is the vendor's threshold on the vendor's risks. On recalibrated risks it means something else: "
                f"{per_round:.1f} alerts per 28, and patients whom the wards would have looked at stay unfound.",
                "Go through `grid` from below and take the first value that leaves at most 3 alerts per 28.",
            )
        if any(close_to(threshold, youden, 0.0005) for youden in youdens):
            fail(
                "youden",
                f"{threshold:.4f} is Youden's choice. It gives {per_round:.1f} alerts per 28 in the early months and knows "
                "neither the ceiling of three nor what an alarm costs.",
                "Count alerts per 28 for each value of `grid`.",
            )
        if close_to(threshold, lowest(early["risk_24h"]), 0.0005):
            fail(
                "raw-risks",
                f"{threshold:.3f} keeps the ceiling on the risks as delivered. They are too high, so no exchange rate "
                "belongs to this number.",
                "Recalibrate on `early` first, and count alerts on the new risks.",
            )
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
    report = need(ns, "report", dict, "what the later months show")
    got = {
        name: _entry(report, "report", name, float, "on the later months")
        for name in ("alerts_per_28", "found_of_100", "net_benefit")
    }
    flag = risk_later >= best
    truth = outcome(later, flag)

    def same(other, but=()):
        return all(
            close_to(got[name], other[name], 0.01 if name == "net_benefit" else 0.05) for name in got if name not in but
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
    refitted = LogisticRegression(penalty=None).fit(lp(later), later["event"]).predict_proba(lp(later))[:, 1]
    if same(outcome(later, refitted >= best)):
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
    if same(truth, but=("net_benefit",)):
        if close_to(got["net_benefit"], outcome(later, flag, 50)["net_benefit"], 0.003):
            fail(
                "reciprocal",
                f"Your net benefit is {got['net_benefit']:.3f}: it weighs 50 false alarms against one found. At a risk of "
                "0.02, of 50 patients one is found and 49 are in vain.",
                "Divide the false alarms by 49, that is, multiply by 0.02/0.98.",
            )
        if close_to(got["net_benefit"], outcome(later, flag, (1 - best) / best)["net_benefit"], 0.01):
            fail(
                "rate-of-threshold",
                f"You weighed false alarms by the threshold of {best:.3f}. The ceiling moved the threshold; what an alarm "
                "is worth to the wards has not changed.",
                "Use the wards' own rate: 49 in vain for one found.",
            )
        fail(
            "net-benefit",
            f"Alerts and found are right; the net benefit is {got['net_benefit']:.2f} and should be near "
            f"{truth['net_benefit']:.1f} per 1,000.",
            "(found - false / 49) divided by the number of later mornings, times 1,000.",
        )
    fail(
        "report",
        f"The later months give {truth['alerts_per_28']:.2f} alerts per 28 at this threshold; your report says "
        f"{got['alerts_per_28']:.2f}, with {got['found_of_100']:.0f} of 100 found.",
        "Flag with `risk_later >= threshold`, and count found and false among `later`.",
    )


def check_t4(ns):
    import pandas as pd

    memo = need(ns, "memo", dict, "the memo")
    version = str(_entry(memo, "memo", "version", None, "of the product")).strip().lower().lstrip("v")
    if version != "2.0":
        fail(
            "other-version",
            f"“{memo['version']}” is not the version that ran here. Is it the one with threshold 0.06 or the one with 0.10?",
            "Write the version that ran since March 2025.",
        )
    people = ns["people"]
    numbers = _entry(memo, "memo", "per_1000", dict, "found, missed and false alarms")
    for name in ("found", "missed", "false_alarms"):
        number = _entry(numbers, "per_1000", name, float, "whole people per 1,000 mornings")
        if not close_to(number, people[name], 1):
            fail(
                "other-numbers",
                f"`per_1000` says {number:g} for {name.replace('_', ' ')}; that is another number than task 1 gave.",
                "Use whole people from `per_1000` above the memo.",
            )
    rung = _entry(memo, "memo", "evidence", str, "the rung that is reached")
    if rung not in ns["RUNGS"]:
        fail("no-rung", f"“{rung}” is no rung of the ladder.", f"Choose one of {', '.join(ns['RUNGS'])}.")
    if rung != RUNG_REACHED:
        fail(
            "wrong-rung",
            f"“{rung}” is not where site C stands. The model ran on the live feed, and nobody saw it.",
            "What was measured here: past records, a silent run, decisions, patients?",
        )
    decision = _entry(memo, "memo", "decision", str, "go, no-go or conditional")
    if decision not in ("go", "no-go", "conditional"):
        fail("no-decision", f"“{decision}” is none of the three words.", "Write go, no-go or conditional.")
    if decision == "go":
        free = _of_version(ns["mornings"])
        free = free[free["team_called"] == 0]
        alert, event = free["alert"] == 1, free["event"] == 1
        net = 1000 * ((alert & event).sum() - (alert & ~event).sum() / 9) / len(free)
        fail(
            "go-as-delivered",
            f"Go, without conditions? At the vendor's threshold of 0.10, which accepts 9 in vain for one found, the net "
            f"benefit at site C before any call is {net:.1f} per 1,000"
            + (": answering nobody does better." if net < 0 else ", and nobody has confirmed it on later months."),
            "Which conditions would have to hold first? Then the word is conditional.",
        )
    review = _entry(memo, "memo", "review", None, "a day")
    if pd.isna(pd.to_datetime(review, errors="coerce")):
        fail("no-date", f"“{review}” is no day.", "Write a date, such as 2026-06-30.")
    _check_stop_rule(ns, _entry(memo, "memo", "stop_rule", dict, "with window and fewest"))


def _check_stop_rule(ns, rule):
    from scipy.stats import binom

    window, fewest = (
        _entry(rule, "stop_rule", "window", int, "the last so many alerts"),
        _entry(rule, "stop_rule", "fewest", int, "stop if fewer are real"),
    )
    ppv, per_week = ns["silent_ppv"], ns["alerts_per_week"]
    if window < 1 or fewest < 1:
        fail("empty-rule", f"Fewer than {fewest} of {window}: this rule never fires.", "Both numbers start at 1.")
    if window / per_week > 26:
        fail(
            "too-slow",
            f"{window} alerts take {window / per_week:.0f} weeks. A failing product would ring for more than half a year.",
            "Find the shortest window that keeps both conditions.",
        )
    by_chance, noticed = (binom.cdf(fewest - 1, window, value) for value in (ppv, ppv / 2))
    if by_chance > 0.10:
        fail(
            "stops-by-chance",
            f"Fewer than {fewest} real of {window}: with nothing changed this happens in {100 * by_chance:.0f} of 100 "
            f"windows. ({window} alerts are {window / per_week:.1f} weeks.)",
            "More alerts, or a lower limit. Compute `binom.cdf(fewest - 1, window, silent_ppv)`.",
        )
    if noticed < 0.5:
        fail(
            "blind-rule",
            f"If the predictive value halved, your rule would notice in {100 * noticed:.0f} of 100 windows.",
            "A longer window lets you set a stricter limit. Compute `binom.cdf(fewest - 1, window, silent_ppv / 2)`.",
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


def _memo(**changes):
    fields = {
        "version": '"2.0"',
        "decision": '"conditional"',
        "per_1000": "per_1000",
        "evidence": '"silent prospective"',
        "review": '"2026-06-30"',
        "stop_rule": '{"window": 250, "fewest": int(binom.ppf(0.10, 250, silent_ppv))}',
    } | changes
    return "memo = {" + ", ".join(f'"{name}": {code}' for name, code in fields.items()) + "}"


TASKS = [
    Task(
        id="2.2.5-t1",
        title="Predict and run: people and nights",
        outcomes=("a",),
        check=check_t1,
        praise="You turned a brochure into people, and an alarm into a night shift, each with its unit.",
        hints=(
            "Two filters make `ours`. Then count mornings by event and alert.",
            '`1000 * ours.groupby(["event", "alert"]).size() / len(ours)` gives the four boxes.',
            "For the nights, filter `alerts` by period, site, rule and shift, and divide its length by `nights`.",
        ),
        right=(
            RightVariant(
                "shares times 1,000, counted with masks",
                code="""
                    ours = mornings.query("site == 'C' and model_version == '2.0'")
                    flag, event = ours["alert"] == 1, ours["event"] == 1
                    people = {
                        "quiet": 1000 * float((~flag & ~event).mean()),
                        "false_alarms": 1000 * float((flag & ~event).mean()),
                        "missed": 1000 * float((~flag & event).mean()),
                        "found": 1000 * float((flag & event).mean()),
                    }
                    ppv = float(event[flag].mean() * 100)
                    since = alerts[(alerts["raised_at"] >= "2025-03-01") & (alerts["raised_at"] < "2026-01-01")]
                    alerts_per_night = since.query("site == 'C' and rule == 'wardsignal' and shift == 'night'").shape[0] / nights
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "reads the sensitivity as predictive value",
                _OURS
                + _PEOPLE
                + 'ppv = 100 * people["found"] / (people["found"] + people["missed"])\n'
                + _SIGNALS
                + _NIGHT
                + "alerts_per_night = len(chosen) / nights",
                "sensitivity",
            ),
            WrongAttempt(
                "mixes the versions",
                'ours = mornings[mornings["site"] == "C"]\n'
                + _PEOPLE
                + _PPV
                + _SIGNALS
                + _NIGHT
                + "alerts_per_night = len(chosen) / nights",
                "all-versions",
            ),
            WrongAttempt(
                "mixes the sites",
                'ours = mornings[mornings["model_version"] == "2.0"]\n'
                + _PEOPLE
                + _PPV
                + _SIGNALS
                + _NIGHT
                + "alerts_per_night = len(chosen) / nights",
                "all-sites",
            ),
            WrongAttempt(
                "counts flagged mornings",
                _OURS + _PEOPLE + _PPV + 'alerts_per_night = ours["alert"].sum() / nights',
                "morning-rows",
            ),
            WrongAttempt(
                "divides by nights with an alert",
                _OURS
                + _PEOPLE
                + _PPV
                + _SIGNALS
                + _NIGHT
                + 'alerts_per_night = len(chosen) / chosen["raised_at"].dt.date.nunique()',
                "quiet-nights",
            ),
            WrongAttempt(
                "counts all shifts",
                _OURS + _PEOPLE + _PPV + _SIGNALS + "alerts_per_night = len(chosen) / nights",
                "all-shifts",
            ),
            WrongAttempt(
                "counts all rules",
                _OURS
                + _PEOPLE
                + _PPV
                + 'alerts_per_night = (alerts["raised_at"].between("2025-03-01", "2025-12-31 23:59") & (alerts["site"] == "C") & (alerts["shift"] == "night")).sum() / nights',
                "all-rules",
            ),
            WrongAttempt(
                "keeps the period of both versions",
                _OURS
                + _PEOPLE
                + _PPV
                + 'alerts_per_night = ((alerts["site"] == "C") & (alerts["rule"] == "wardsignal") & (alerts["shift"] == "night")).sum() / nights',
                "other-count",
            ),
            WrongAttempt(
                "counts instead of per 1,000",
                _OURS
                + _PEOPLE.replace("1000 * ", "").replace(" / len(ours)", "")
                + _PPV
                + _SIGNALS
                + _NIGHT
                + "alerts_per_night = len(chosen) / nights",
                "not-per-1000",
            ),
        ),
        design_note="Objective: rates to people, with units. Out of scope: staffing and alert design (unit 2.4.4).",
    ),
    Task(
        id="2.2.5-t2",
        title="Investigate: the claim of 0.86",
        outcomes=("c",),
        check=check_t2,
        praise="You asked where, and before what. A claim belongs to a place and a moment, and it has an interval.",
        hints=(
            "Inside the loop, `rows` is one site. Make a second table without the mornings after a call.",
            'Call `auroc_interval` twice: with `rows`, and with `rows[rows["team_called"] == 0]`.',
            "A list gets the site if low <= claim <= high, each with its own interval.",
        ),
        right=(
            RightVariant(
                "sites in another container, rounded to four digits",
                code="""
                    results = [auroc_interval(part) for part in (rows, rows[rows["team_called"] != 1])]
                    (auroc, low, high), (before, before_low, before_high) = np.round(results, 4)
                    rows_of_audit[site] = {"low": before_low, "high": before_high, "before": before, "all": auroc}
                    if low <= claim <= high:
                        holds_all = [*holds_all, site]
                    if before_low <= claim <= before_high:
                        holds_before = [*holds_before, site]
                """,
            ),
        ),
        wrong=(
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
        id="2.2.5-t3",
        title="Modify: a ceiling that binds",
        outcomes=("b", "c"),
        check=check_t3,
        praise="Repaired, chosen and reported on separate months, and the memo can say that capacity has decided.",
        hints=(
            "Three steps: fit on `early`, choose on `early`, report on `later`.",
            "`28 * (risk_early >= t).mean()` are the alerts per 28 at a threshold t. Take the first t of `grid` with at most 3.",
            "found and false are counts among `later` with `risk_later >= threshold`; net benefit is (found - false / 49) / n.",
        ),
        right=(
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
        id="2.2.5-t4",
        title="Make: the numbers of the memo",
        outcomes=("e", "d"),
        check=check_t4,
        praise="Version, numbers, rung and a day, and a stop rule that knows chance from change. Now the words.",
        hints=(
            "Begin with version and rung; the numbers are in `per_1000`.",
            "For the stop rule compute two chances with `binom.cdf(fewest - 1, window, p)`: p = silent_ppv, and half of it.",
            "Try a window of 250 and raise `fewest` until the halved value is noticed; then look at the first chance again.",
        ),
        right=(
            RightVariant(
                "no-go, exact numbers, another window",
                code="""
                    window = 300
                    memo = {
                        "version": 2.0,
                        "decision": "no-go",
                        "per_1000": people,
                        "evidence": "silent prospective",
                        "review": pd.Timestamp("2026-09-30"),
                        "stop_rule": {"window": window, "fewest": int(binom.ppf(0.10, window, silent_ppv))},
                    }
                """,
            ),
        ),
        wrong=(
            WrongAttempt("names the other version", _memo(version='"1.4"'), "other-version"),
            WrongAttempt(
                "copies the brochure's sensitivity",
                _memo(per_1000='{"found": 80, "missed": 20, "false_alarms": 100}'),
                "other-numbers",
            ),
            WrongAttempt("reviews some day", _memo(review='"soon"'), "no-date"),
            WrongAttempt("places the evidence too high", _memo(evidence='"patient outcome"'), "wrong-rung"),
            WrongAttempt("says go as delivered", _memo(decision='"go"'), "go-as-delivered"),
            WrongAttempt(
                "stops by chance after two weeks", _memo(stop_rule='{"window": 30, "fewest": 2}'), "stops-by-chance"
            ),
            WrongAttempt(
                "writes a rule that sees nothing", _memo(stop_rule='{"window": 100, "fewest": 1}'), "blind-rule"
            ),
            WrongAttempt("waits for a thousand alerts", _memo(stop_rule='{"window": 1000, "fewest": 60}'), "too-slow"),
        ),
        design_note="Objective: a decision with a computed stop rule. Out of scope: its words (task 6), legal class (unit 2.4.1).",
    ),
    Task(
        id="2.2.5-t5",
        title="Without code: the explorer and the red pen",
        outcomes=("b", "e"),
        items=("x01", "x02"),
        hints=(
            "Move one control, read the text summary, and put the control back before you move the next.",
            "For the draft, read each line aloud and ask what a colleague would need in order to disagree.",
        ),
        design_note="Objective: the same decisions without code. Out of scope: the memo's prose (task 6).",
    ),
    Task(
        id="2.2.5-t6",
        title="Make: the memo in words",
        outcomes=("e", "d"),
        items=("x03",),
        hints=(
            "Which product, where, per how many? Then what was measured, and what was not.",
            "Name at least one condition that can turn out false, a person who may switch it off, and a day.",
        ),
        design_note="Objective: a memo with which a colleague can disagree; the reader judges it.",
    ),
]
