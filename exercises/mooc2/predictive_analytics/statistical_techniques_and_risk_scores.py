"""Checks of the exercise "From the chart to the number, and back" (unit 2.2.2)."""

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from ai2med import scores
from ai2med.exercises import RightVariant, Task, WrongAttempt, close_to, fail, need, need_frame

MOST_ITEMS = 8
LOST_AT_MOST = 0.06


def check_t1(ns):
    stays, parts = need_frame(ns, "stays"), need_frame(ns, "parts", ("heart_rate", "consciousness", "spo2"))
    want = scores.news2_points(stays)
    for name, measured in (("heart_rate", "pulse"), ("consciousness", "consciousness")):
        _compare_part(parts[name], want[name], stays[name], name, measured)
    got = pd.to_numeric(parts["spo2"], errors="coerce")
    first = stays["spo2_scale"] == 1
    lowered = first & (got < want["spo2"])
    if lowered.any():
        fail(
            "scale-2-for-all",
            f"You scored {lowered.sum()} patients on scale 2, which nobody had prescribed, and lowered their score.",
            "Low saturation is no reason for scale 2. It is for confirmed hypercapnic failure: look at `spo2_scale`.",
        )
    if not close_to(got[~first], want["spo2"][~first]):
        fail(
            "scale-1-for-all",
            f"{(~first).sum()} patients are on scale 2, and some got points for a saturation that is their target.",
            "Choose between `on_scale_1` and `on_scale_2` row by row: `np.where` and `spo2_scale`.",
        )
    if not close_to(got, want["spo2"]):
        fail("spo2-other", "The points of saturation differ from the table.", "Use `on_scale_1` and `on_scale_2`.")
    total = need_frame(ns, "stays", ("news2",))["news2"]
    total = pd.to_numeric(total, errors="coerce")
    complete = want.notna().all(axis=1)
    if total[~complete].notna().any():
        fail(
            "gap-counts-zero",
            f"{total[~complete].notna().sum()} stays with a missing part have a total: the gap was added as 0.",
            "`sum` skips missing values unless you say `skipna=False`.",
        )
    if not close_to(total, want.sum(axis=1, skipna=False)):
        fail("total", "The parts are right, but the total is not their sum.", "Add all seven columns of `parts`.")
    share = need(ns, "share_wrong", float, "the percentage of charted scores that are wrong")
    both = stays.merge(ns["charted"], on=["admission_id", "taken_at"], how="left")
    known = both["news2"].notna() & both["news2_charted"].notna()
    truth = 100 * (both["news2"] != both["news2_charted"])[known].mean()
    if close_to(share, truth, 0.05):
        return
    if close_to(share, truth / 100, 0.0005):
        fail(
            "fraction",
            f"`share_wrong` is {share:.3f}, a fraction. The task asks for a percentage.",
            "Multiply by 100.",
        )
    if share > 2 * truth:
        fail(
            "missing-is-different",
            f"You find {share:.0f} % wrong. A missing value differs from everything, even from another missing value.",
            "Keep the stays in which both scores exist (`dropna`), then compare.",
        )
    fail(
        "share-other",
        f"`share_wrong` is {share:.1f}; the check finds {truth:.1f} %.",
        "Divide by the number of stays in which both scores exist.",
    )


def _compare_part(got, want, value, name, measured):
    got = pd.to_numeric(got, errors="coerce")
    gaps = want.isna() & got.notna()
    if gaps.any():
        fail(
            f"gap-{name}",
            f"{gaps.sum()} stays have no {measured} charted, and you gave them {got[gaps].iloc[0]:.0f} points. "
            "Incomplete is not the same as normal.",
            "Return a missing value there: `default=np.nan`, and a condition that a gap does not meet.",
        )
    wrong = ~np.isclose(got, want, equal_nan=True)
    if wrong.any():
        row = np.flatnonzero(wrong)[0]
        shown = value.iloc[row] if isinstance(value.iloc[row], str) else f"{value.iloc[row]:.0f}"
        said = "no points" if np.isnan(got.iloc[row]) else f"{got.iloc[row]:.0f}"
        fail(
            f"band-{name}",
            f"{measured.capitalize()} {shown} scores {want.iloc[row]:.0f}; you gave {said} ({wrong.sum()} stays).",
            "Compare both sides of each boundary with the table: pulse 90 scores 0, 91 scores 1; C scores 3.",
        )


def check_t2(ns):
    model = need(ns, "model", None, "your pipeline")
    rows = ns["developed"]
    fitted = ns["columns"]
    if not hasattr(model, "predict_proba") or not hasattr(model, "steps"):
        fail(
            "no-pipeline",
            "`model` is not a pipeline that predicts probabilities.",
            "make_pipeline(columns, LogisticRegression(...)), then fit.",
        )
    last = model[-1]
    if not hasattr(last, "coef_"):
        fail(
            "not-fitted",
            "`model` has not been fitted yet.",
            'model.fit(developed[["news2", "age"]], developed["event"])',
        )
    grid = pd.DataFrame({"news2": [4.0, 5.0], "age": [70, 70]})
    low, high = model.predict_proba(grid)[:, 1]
    per_point = np.exp(logit(high) - logit(low))
    if last.penalty is not None and last.C < 1e5:
        plain = LogisticRegression(penalty=None, max_iter=5000).fit(fitted.fit_transform(rows), rows["event"]).coef_[0]
        fail(
            "shrunk",
            f"`C={last.C:g}` shrinks the coefficients: together they have {np.abs(last.coef_).sum():.3f} instead of "
            f"{np.abs(plain).sum():.3f}. Small here, but it is not maximum likelihood.",
            "Set `penalty=None`, or say in your report that the model is shrunk.",
        )
    ratio = need(ns, "odds_ratio", float, "the odds ratio of one NEWS2 point")
    if not close_to(ratio, per_point, 0.002):
        per_sd = np.exp(last.coef_[0, 0])
        if close_to(ratio, per_sd, 0.002):
            fail(
                "per-sd",
                f"Your odds ratio of {ratio:.2f} belongs to one *standard deviation* of NEWS2, because the column was "
                "scaled.",
                "Divide the coefficient by the scaler's `scale_` before you take `np.exp`.",
            )
        if close_to(ratio, np.log(per_point), 0.002) or close_to(ratio, last.coef_[0, 0], 0.002):
            fail("log-odds", f"{ratio:.2f} is a change in log-odds.", "An odds ratio is `np.exp` of it.")
        fail(
            "ratio-other",
            f"`odds_ratio` is {ratio:.2f}, but one point multiplies the odds of your own model by {per_point:.2f}.",
            "Which coefficient belongs to NEWS2, and what is its unit?",
        )
    risk = need(ns, "risk_patient", float, "the risk of the patient")
    right = model.predict_proba(ns["patient"])[0, 1]
    if not close_to(risk, right, 0.0005):
        if risk in (0.0, 1.0):
            fail(
                "class",
                f"`risk_patient` is {risk:.0f}: a class, and not a risk. Nobody here is certain to stay well.",
                "`predict_proba(patient)[0, 1]` gives the probability of the event.",
            )
        if close_to(risk, right / (1 - right), 0.0005):
            fail("odds", f"{risk:.3f} are the odds, cases per *non-case*.", "Risk = odds / (1 + odds).")
        if close_to(risk, 1 - right, 0.0005):
            fail("other-column", f"{risk:.2f} is the chance that nothing happens.", "Column 1 holds the event.")
        if close_to(risk, logit(right), 0.005):
            fail("logit", f"{risk:.2f} are log-odds, which may lie below 0.", "`expit` turns them into a risk.")
        fail("risk-other", f"`risk_patient` is {risk:.3f}; your model says {right:.3f}.", "Predict for `patient`.")
    after = need(ns, "risk_from_30", float, "the risk after one more point")
    right = expit(logit(0.30) + np.log(ratio))
    if not close_to(after, right, 0.002):
        if close_to(after, 0.30 * ratio, 0.002):
            fail(
                "risk-ratio",
                f"At 30 % risk an odds ratio of {ratio:.2f} means {100 * right:.0f} %, and not {100 * after:.0f} %. "
                "You multiplied the risk.",
                "Turn 0.30 into odds, multiply those, and turn them back.",
            )
        if close_to(after, 0.30 / 0.70 * ratio, 0.002):
            fail("odds-left", f"{after:.2f} are the new odds. One step is missing.", "Risk = odds / (1 + odds).")
        fail("after-other", f"`risk_from_30` is {after:.3f}; it should be {right:.3f}.", "`expit(logit(0.30) + ...)`")


def check_t3(ns):
    repair, judge = ns["repair"], ns["judge"]
    updated = need(ns, "updated", None, "the shifted risks of the judge half")
    updated = np.asarray(updated, dtype=float)
    before = judge["risk"].to_numpy()
    if updated.shape != before.shape:
        fail(
            "rows",
            f"`updated` has {updated.size} risks, the judge half has {before.size} stays.",
            "Apply the shift to `judge`; fit it on `repair`.",
        )
    added, ratio = updated - before, updated / before
    if np.ptp(added) < 1e-6 and abs(added[0]) > 1e-6:
        fail(
            "added",
            f"You added {100 * added[0]:+.1f} points to everybody. The healthiest patient went from "
            f"{100 * before.min():.1f} to {100 * updated.min():.1f} %, the sickest from {100 * before.max():.0f} to "
            f"{100 * updated.max():.0f} %.",
            "Shift the log-odds: `expit(logit(risk) + delta)`. Near 0 and near 1 it moves the risk less.",
        )
    if np.ptp(ratio) < 1e-6 and abs(ratio[0] - 1) > 1e-6:
        end = (
            f"anybody above {100 / ratio[0]:.0f} % would pass 100"
            if ratio[0] > 1
            else f"nobody at all could have more than {100 * ratio[0]:.0f} %"
        )
        fail(
            "multiplied",
            f"You multiplied everybody by {ratio[0]:.2f}. The highest risk becomes {100 * updated.max():.0f} %, and "
            f"{end}.",
            "Shift on the log-odds instead: there, no number can leave 0 to 1, and nobody meets a ceiling.",
        )
    delta = need(ns, "delta", float, "the shift of the log-odds")
    truth = _shift(repair)
    if not close_to(delta, truth, 0.005):
        if close_to(delta, _shift(judge), 0.005):
            fail(
                "same-rows",
                f"δ = {delta:.2f} fits the judge half exactly. Of course it does: you asked the judges for the answer.",
                "Fit δ on `repair`, and look at `judge` once, afterwards.",
            )
        if close_to(delta, _shift(pd.concat([repair, judge])), 0.005):
            fail(
                "all-rows",
                f"δ = {delta:.2f} was fitted on all of site C, the judge half included. Nobody is left to judge it.",
                "Use the `repair` half alone.",
            )
        if close_to(delta, -truth, 0.005):
            side = "low" if truth > 0 else "high"
            fail("sign", f"δ = {delta:.2f} has the wrong sign: expected is too {side}.", "Which way must risks move?")
        guess = logit(repair["event"].mean()) - logit(repair["risk"].mean())
        if close_to(delta, guess, 0.005):
            mean = 100 * expit(logit(repair["risk"]) + delta).mean()
            fail(
                "first-guess",
                f"δ = {delta:.2f} compares two means. With it the repair half expects {mean:.2f} of 100, and "
                f"{100 * repair['event'].mean():.2f} are observed: not equal.",
                "Search the δ for which the *mean of the shifted risks* is right: `brentq` with a small function.",
            )
        fail(
            "delta-other",
            f"δ = {delta:.2f}; with it the repair half expects "
            f"{100 * expit(logit(repair['risk']) + delta).mean():.1f} of 100, and {100 * repair['event'].mean():.1f} are "
            "observed.",
            "Find the δ at which both are equal.",
        )
    if not close_to(updated, expit(logit(before) + delta), 1e-4):
        fail("updated", "`updated` is not the risk of the judge half shifted by your δ.", "`expit(logit(...) + delta)`")
    gap = need(ns, "gap", float, "observed minus expected after the repair")
    right = 100 * (judge["event"].mean() - updated.mean())
    if not close_to(gap, right, 0.01):
        if close_to(gap, 100 * (judge["event"].mean() - before.mean()), 0.01):
            fail("gap-before", f"A gap of {gap:.2f} is that *before* the repair.", "Use the mean of `updated`.")
        if close_to(gap, right / 100, 0.0001):
            fail("gap-fraction", f"{gap:.4f} is a share of 1; wanted are events of 100 stays.", "Multiply by 100.")
        if close_to(gap, -right, 0.01):
            fail("gap-sign", f"A gap of {gap:.2f} is expected minus observed.", "Turn the difference round.")
        fail("gap-other", f"`gap` is {gap:.2f}; it should be {right:.2f}.", "Observed share minus mean of `updated`.")


def _shift(rows):
    lp = logit(rows["risk"])
    return brentq(lambda d: expit(lp + d).mean() - rows["event"].mean(), -8, 8)


def check_t4(ns):
    make, test, items = ns["make"], ns["test"], need(ns, "items", callable, "your function")
    made, tested = items(make), items(test)
    if not isinstance(made, pd.DataFrame) or not 3 <= made.shape[1] <= MOST_ITEMS:
        width = made.shape[1] if isinstance(made, pd.DataFrame) else 0
        fail(
            "how-many",
            f"`items` returns {width} columns; wanted are three to {MOST_ITEMS}.",
            "One column for each item.",
        )
    if not made.isin([0, 1]).all(axis=None):
        fail("not-binary", "Some items hold values other than 0 and 1.", "Use a comparison, then `.astype(int)`.")
    points = need(ns, "points", pd.Series, "the points of the items")
    if list(points.index) != list(made.columns):
        fail(
            "labels", "The entries of `points` are not named as the items.", "pd.Series(..., index=items(make).columns)"
        )
    if not close_to(points, points.round()):
        fail(
            "not-whole",
            f"Your points are not whole numbers, such as {points.iloc[0]:.2f}.",
            "Nobody adds decimals at the bedside: round.",
        )
    events = made.mul(make["event"], axis=0).sum()
    if (events == 0).any():
        rare = events.idxmin()
        fail(
            "no-events",
            f"“{rare}” holds in {made[rare].sum()} stays of `make`, and none of them had an event. Without a penalty its "
            "coefficient has no end: it grows for as long as the fit runs.",
            "Leave the item out, or move its cut so that more stays have it. Too few events are no proof of safety.",
        )
    log_odds = LogisticRegression(penalty=None, max_iter=5000).fit(made, make["event"]).coef_[0]
    score_of_test = tested @ points
    shares = made.mean()
    if shares.between(0.38, 0.62).all():
        sickest = test["risk"] >= test["risk"].quantile(0.9)
        own = _risk(made @ points, make["event"], score_of_test)[sickest.to_numpy()].mean()
        fail(
            "median-splits",
            f"Each of your items halves the patients, so nobody stands out: for the sickest tenth of site C your score "
            f"says {100 * own:.0f} of 100, and {100 * test.loc[sickest, 'event'].mean():.0f} had the event.",
            "Put the cuts where the risk rises, near the edge, and use two cuts for a strong sign.",
        )
    if close_to(points, np.round(np.exp(log_odds))) and not _from_log_odds(points, log_odds, exactly=True):
        least = np.argmin(log_odds)
        fail(
            "odds-ratios",
            f"Your points are rounded odds ratios. “{points.index[least]}” changes the log-odds by "
            f"{log_odds[least]:+.2f}, and you still give {points.iloc[least]:.0f} point(s). No effect has an "
            "odds ratio of 1, and not of 0.",
            "Points add, so they come from log-odds: divide the coefficients by one unit, then round.",
        )
    if np.abs(points).sum() == 0 or not _from_log_odds(points, log_odds):
        fail(
            "not-log-odds",
            "Your points do not follow the coefficients of the logistic regression on your items.",
            "Divide all coefficients by the same unit, such as 0.4, and round.",
        )
    score = np.asarray(need(ns, "score", None, "the points of each stay in test"), dtype=float)
    if not close_to(score, score_of_test.to_numpy()):
        fail("score", "`score` is not the sum of points of each stay in `test`.", "`items(test) @ points`")
    risk = np.asarray(need(ns, "risk", None, "the risk of each stay in test"), dtype=float)
    honest = _risk(made @ points, make["event"], score_of_test)
    if not close_to(risk, honest, 0.002):
        if close_to(risk, _risk(score_of_test, test["event"], score_of_test), 0.002):
            fail(
                "table-from-c",
                f"Your table from score to risk was fitted at site C, so it expects {100 * risk.mean():.1f} of 100 there, "
                f"as observed. From A and B it would be {100 * honest.mean():.1f}.",
                "Make everything in `make`. Site C is the test.",
            )
        fail("risk", "`risk` does not come from a logistic regression of the event on the score.", "Fit it in `make`.")
    lost = need(ns, "auroc_lost", float, "the AUROC lost")
    right = roc_auc_score(test["event"], test["risk"]) - roc_auc_score(test["event"], score)
    if not close_to(lost, right, 0.001):
        fail(
            "lost-other", f"`auroc_lost` is {lost:.3f}; it should be {right:.3f}.", "Model minus score, both in `test`."
        )
    if right > LOST_AT_MOST:
        fail(
            "too-much",
            f"Your score loses {right:.2f} of AUROC; at most {LOST_AT_MOST} were allowed.",
            "Which sign carries most? Give it a second cut.",
        )


def _from_log_odds(points, log_odds, exactly=False):
    """Tell whether some unit turns the log-odds into the points, each rounded up or down."""
    slack = 0.5 if exactly else 1.0
    units = np.geomspace(0.03, 3, 400)
    return bool((np.abs(points.to_numpy() - log_odds / units[:, None]).max(axis=1) <= slack).any())


def _risk(score_made, event, score_tested):
    table = LogisticRegression(penalty=None).fit(np.asarray(score_made, float).reshape(-1, 1), event)
    return table.predict_proba(np.asarray(score_tested, float).reshape(-1, 1))[:, 1]


_READ = "one_sd = model[0].named_transformers_['pipeline-1'][-1].scale_[0]\n"
_RATIO = "odds_ratio = np.exp(model[-1].coef_[0, 0] / one_sd)\n"
_RISK = "risk_patient = model.predict_proba(patient)[0, 1]\n"
_AFTER = "risk_from_30 = expit(logit(0.30) + np.log(odds_ratio))"
_FIT = (
    "model = make_pipeline(columns, LogisticRegression(penalty=None, max_iter=5000))\n"
    "model.fit(developed[['news2', 'age']], developed['event'])\n"
)

_PULSE = (
    "bands = [pulse <= 40, pulse <= 50, pulse <= 90, pulse <= 110, pulse <= 130, pulse > 130]\n"
    "parts['heart_rate'] = np.select(bands, [3, 1, 0, 1, 2, 3], default=np.nan)\n"
)
_AWAKE = "parts['consciousness'] = np.select([awake == 'A', awake.notna()], [0, 3], default=np.nan)\n"
_SPO2 = "parts['spo2'] = np.where(stays['spo2_scale'] == 2, on_scale_2, on_scale_1)\n"
_TOTAL = "stays['news2'] = parts.sum(axis=1, skipna=False)\n"
_BOTH = (
    "both = stays.merge(charted, on=['admission_id', 'taken_at']).dropna(subset=['news2', 'news2_charted'])\n"
    "share_wrong = 100 * (both['news2'] != both['news2_charted']).mean()"
)

_DELTA = "lp = logit(repair['risk'])\ndelta = brentq(lambda d: expit(lp + d).mean() - repair['event'].mean(), -5, 5)\n"
_UPDATED = "updated = expit(logit(judge['risk']) + delta)\n"
_GAP = "gap = 100 * (judge['event'].mean() - updated.mean())"

_ITEMS = """def items(rows):
    return pd.DataFrame({
        "breathing 18 or more": rows["resp_rate"] >= 18, "breathing 21 or more": rows["resp_rate"] >= 21,
        "systolic 110 or less": rows["sbp"] <= 110, "pulse 91 or more": rows["heart_rate"] >= 91,
        "temperature 37.4 or more": rows["temperature"] >= 37.4, "AGE": rows["age"] >= 75,
    }).astype(int)


log_odds = LogisticRegression(penalty=None, max_iter=5000).fit(items(make), make["event"]).coef_[0]
"""
_POINTS = "points = pd.Series(np.round(log_odds / 0.4), index=items(make).columns).astype(int)\n"
_SCORE = """score = items(test) @ points
table = LogisticRegression(penalty=None).fit((items(make) @ points).to_numpy().reshape(-1, 1), make["event"])
risk = table.predict_proba(score.to_numpy().reshape(-1, 1))[:, 1]
auroc_lost = roc_auc_score(test["event"], test["risk"]) - roc_auc_score(test["event"], score)
"""
_HALVES = """def items(rows):
    signs = ["resp_rate", "sbp", "heart_rate", "temperature", "age"]
    return (rows[signs] > make[signs].median()).astype(int)


log_odds = LogisticRegression(penalty=None, max_iter=5000).fit(items(make), make["event"]).coef_[0]
"""

TASKS = [
    Task(
        id="2.2.2-t1",
        title="Predict and run: NEWS2 for everybody",
        outcomes=("a",),
        check=check_t1,
        praise="Your NEWS2 holds at every boundary, keeps scale 2 for those to whom it is prescribed, and stays "
        "missing where a part is missing.",
        hints=(
            "Start with pulse: one condition for each band, from the lowest, and `np.nan` for what meets none.",
            "Three cases of consciousness matter: alert, not alert, unknown. `awake.notna()` comes second.",
            "`np.where(stays['spo2_scale'] == 2, on_scale_2, on_scale_1)`, then `parts.sum(axis=1, skipna=False)`.",
        ),
        right=(
            RightVariant(
                "pd.cut and map",
                code="""
                    bands = pd.cut(pulse, [-np.inf, 40, 50, 90, 110, 130, np.inf], labels=False)
                    parts["heart_rate"] = bands.map({0: 3, 1: 1, 2: 0, 3: 1, 4: 2, 5: 3})
                    parts["consciousness"] = awake.map(lambda state: 0 if state == "A" else 3, na_action="ignore").astype(float)
                    parts["spo2"] = on_scale_1.where(stays["spo2_scale"] != 2, on_scale_2)
                    stays["news2"] = parts.sum(axis=1, skipna=False)
                    both = stays.merge(charted, on=["admission_id", "taken_at"]).dropna(subset=["news2", "news2_charted"])
                    share_wrong = float((both["news2"] != both["news2_charted"]).mean() * 100)
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "writes < for ≤",
                code=_PULSE.replace("<=", "<").replace("> 130", ">= 130") + _AWAKE + _SPO2 + _TOTAL + _BOTH,
                expect="band-heart_rate",
            ),
            WrongAttempt(
                "counts a missing consciousness as alert",
                code=_PULSE
                + "parts['consciousness'] = np.where(awake.isin(list('CVPU')), 3, 0)\n"
                + _SPO2
                + _TOTAL
                + _BOTH,
                expect="gap-consciousness",
            ),
            WrongAttempt(
                "counts a missing pulse as tachycardia",
                code=_PULSE.replace("default=np.nan", "default=3") + _AWAKE + _SPO2 + _TOTAL + _BOTH,
                expect="gap-heart_rate",
            ),
            WrongAttempt(
                "forgets that new confusion scores",
                code=_PULSE
                + "parts['consciousness'] = np.select([awake.isin(['A', 'C']), awake.notna()], [0, 3], np.nan)\n"
                + _SPO2
                + _TOTAL
                + _BOTH,
                expect="band-consciousness",
            ),
            WrongAttempt(
                "uses scale 2 for everybody with a low saturation",
                code=_PULSE
                + _AWAKE
                + "low = (stays['spo2_scale'] == 2) | (stays['spo2'] <= 92)\n"
                + "parts['spo2'] = np.where(low, on_scale_2, on_scale_1)\n"
                + _TOTAL
                + _BOTH,
                expect="scale-2-for-all",
            ),
            WrongAttempt(
                "forgets scale 2",
                code=_PULSE + _AWAKE + "parts['spo2'] = on_scale_1\n" + _TOTAL + _BOTH,
                expect="scale-1-for-all",
            ),
            WrongAttempt(
                "adds gaps as zero",
                code=_PULSE + _AWAKE + _SPO2 + "stays['news2'] = parts.sum(axis=1)\n" + _BOTH,
                expect="gap-counts-zero",
            ),
            WrongAttempt(
                "counts missing scores as wrong",
                code=_PULSE
                + _AWAKE
                + _SPO2
                + _TOTAL
                + "both = stays.merge(charted, on=['admission_id', 'taken_at'], how='left')\n"
                + "share_wrong = 100 * (both['news2'] != both['news2_charted']).mean()",
                expect="missing-is-different",
            ),
            WrongAttempt(
                "reports a fraction",
                code=_PULSE + _AWAKE + _SPO2 + _TOTAL + _BOTH.replace("100 * ", ""),
                expect="fraction",
            ),
        ),
        design_note="Objective: an exact score on rows, gaps included. Out of scope: cohort building (unit 2.2.1).",
    ),
    Task(
        id="2.2.2-t2",
        title="Investigate: read one model aloud",
        outcomes=("b", "c"),
        check=check_t2,
        praise="You fitted without shrinkage, read the coefficient in the unit of the ward, and moved a risk through "
        "its odds.",
        hints=(
            "`LogisticRegression` shrinks unless you say `penalty=None`. Put it behind `columns` with `make_pipeline`.",
            "NEWS2 was scaled: its coefficient is per standard deviation, "
            "`model[0].named_transformers_['pipeline-1'][-1].scale_[0]`.",
            "`np.exp(coefficient / one_sd)`, `model.predict_proba(patient)[0, 1]`, and "
            "`expit(logit(0.30) + np.log(odds_ratio))`.",
        ),
        right=(
            RightVariant(
                "odds ratio from two predictions",
                code="""
                    model = make_pipeline(columns, LogisticRegression(penalty=None, max_iter=5000))
                    model.fit(developed[["news2", "age"]], developed["event"])
                    risk_patient = float(model.predict_proba(patient)[0, 1])
                    one_more = model.predict_proba(patient.assign(news2=patient["news2"] + 1))[0, 1]
                    odds_ratio = one_more / (1 - one_more) / (risk_patient / (1 - risk_patient))
                    odds = 0.30 / 0.70 * odds_ratio
                    risk_from_30 = odds / (1 + odds)
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "takes the default for maximum likelihood",
                code=_FIT.replace("penalty=None, ", "") + _READ + _RATIO + _RISK + _AFTER,
                expect="shrunk",
            ),
            WrongAttempt(
                "reads the scaled coefficient per point",
                code=_FIT + "odds_ratio = np.exp(model[-1].coef_[0, 0])\n" + _RISK + _AFTER,
                expect="per-sd",
            ),
            WrongAttempt(
                "forgets to take the exponential",
                code=_FIT + _READ + "odds_ratio = model[-1].coef_[0, 0] / one_sd\n" + _RISK + _AFTER,
                expect="log-odds",
            ),
            WrongAttempt(
                "predicts a class",
                code=_FIT + _READ + _RATIO + "risk_patient = float(model.predict(patient)[0])\n" + _AFTER,
                expect="class",
            ),
            WrongAttempt(
                "takes the first column of predict_proba",
                code=_FIT + _READ + _RATIO + _RISK.replace("[0, 1]", "[0, 0]") + _AFTER,
                expect="other-column",
            ),
            WrongAttempt(
                "reads odds as a risk",
                code=_FIT + _READ + _RATIO + "risk_patient = np.exp(model.decision_function(patient)[0])\n" + _AFTER,
                expect="odds",
            ),
            WrongAttempt(
                "reads the odds ratio as a risk ratio",
                code=_FIT + _READ + _RATIO + _RISK + "risk_from_30 = 0.30 * odds_ratio",
                expect="risk-ratio",
            ),
        ),
        design_note="Objective: coefficient to odds ratio to risk. Out of scope: validation (unit 2.2.4), penalty "
        "tuning (unit 2.3.3).",
    ),
    Task(
        id="2.2.2-t3",
        title="Modify: repair the model for site C",
        outcomes=("d",),
        check=check_t3,
        praise="You repaired the level on the log-odds and judged the repair on other patients. What is left in "
        "`gap` is chance, or the next thing to watch.",
        hints=(
            "Work on the log-odds: `logit(risk) + d`, and back with `expit`.",
            "Which `d` makes `expit(logit(repair['risk']) + d).mean()` equal to `repair['event'].mean()`?",
            "`brentq(lambda d: expit(lp + d).mean() - repair['event'].mean(), -5, 5)`, then apply it to `judge`.",
        ),
        right=(
            RightVariant(
                "halving the interval by hand, an array",
                code="""
                    lp = np.asarray(logit(repair["risk"]))
                    low, high = -5.0, 5.0
                    for _ in range(60):
                        delta = (low + high) / 2
                        low, high = (delta, high) if expit(lp + delta).mean() < repair["event"].mean() else (low, delta)
                    updated = 1 / (1 + np.exp(-(np.asarray(logit(judge["risk"])) + delta)))
                    gap = 100 * float(np.mean(judge["event"]) - updated.mean())
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "adds the difference of the risks",
                code=(
                    "delta = repair['event'].mean() - repair['risk'].mean()\nupdated = judge['risk'] + delta\n" + _GAP
                ),
                expect="added",
            ),
            WrongAttempt(
                "multiplies by observed over expected",
                code=(
                    "delta = repair['event'].mean() / repair['risk'].mean()\nupdated = judge['risk'] * delta\n" + _GAP
                ),
                expect="multiplied",
            ),
            WrongAttempt(
                "fits and reports on the same patients",
                code=_DELTA.replace("repair", "judge") + _UPDATED + _GAP,
                expect="same-rows",
            ),
            WrongAttempt(
                "uses all of site C", code=_DELTA.replace("repair", "site_c") + _UPDATED + _GAP, expect="all-rows"
            ),
            WrongAttempt(
                "compares the log-odds of two means",
                code="delta = logit(repair['event'].mean()) - logit(repair['risk'].mean())\n" + _UPDATED + _GAP,
                expect="first-guess",
            ),
            WrongAttempt(
                "shifts the repair half",
                code=_DELTA + _UPDATED.replace("judge", "repair") + _GAP,
                expect="rows",
            ),
            WrongAttempt(
                "reports the gap before the repair",
                code=_DELTA + _UPDATED + _GAP.replace("updated", "judge['risk']"),
                expect="gap-before",
            ),
            WrongAttempt(
                "turns the sign round",
                code=_DELTA + "delta = -delta\n" + _UPDATED + _GAP,
                expect="sign",
            ),
        ),
        design_note="Objective: the first rung of the ladder, judged apart. Out of scope: updating by slope or "
        "refit, decision curves (unit 2.2.4).",
    ),
    Task(
        id="2.2.2-t4",
        title="Make: a score that fits on paper",
        outcomes=("a", "b", "c", "d"),
        check=check_t4,
        praise="Your score adds whole points that come from log-odds, and its risks were made without site C.",
        hints=(
            "Take the signs of NEWS2, and give breathing two cuts. Write one comparison for each item.",
            "Fit a logistic regression of `event` on `items(make)`, divide its coefficients by 0.4 and round.",
            "`score = items(test) @ points`; the table is a logistic regression on `items(make) @ points`, in `make`.",
        ),
        right=(
            RightVariant(
                "other cut-points, other size of a point",
                code="""
                    def items(rows):
                        return pd.DataFrame({
                            "pulse 100 or more": rows["heart_rate"] >= 100, "breathing 20 or more": rows["resp_rate"] >= 20,
                            "systolic 105 or less": rows["sbp"] <= 105, "saturation 92 or less": rows["spo2"] <= 92,
                            "age 70 or more": rows["age"] >= 70,
                        }).astype("int64")


                    fitted = LogisticRegression(penalty=None, max_iter=5000).fit(items(make), make["event"])
                    points = pd.Series((fitted.coef_[0] / 0.3).round().astype(int), index=items(make).columns)
                    score = (items(test) * points).sum(axis=1)
                    column = (items(make) * points).sum(axis=1).to_frame()
                    table = LogisticRegression(penalty=None).fit(column.to_numpy(), make["event"])
                    risk = pd.Series(table.predict_proba(score.to_numpy().reshape(-1, 1))[:, 1], index=score.index)
                    auroc_lost = float(roc_auc_score(test["event"], test["risk"]) - roc_auc_score(test["event"], score))
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "rounds odds ratios",
                code=_ITEMS.replace("AGE", "under 75").replace('["age"] >= 75', '["age"] < 75')
                + "points = pd.Series(np.round(np.exp(log_odds)), index=items(make).columns).astype(int)\n"
                + _SCORE,
                expect="odds-ratios",
            ),
            WrongAttempt("splits everything at the median", code=_HALVES + _POINTS + _SCORE, expect="median-splits"),
            WrongAttempt(
                "makes the table of risks at site C",
                code=_ITEMS
                + _POINTS
                + _SCORE.replace(
                    '(items(make) @ points).to_numpy().reshape(-1, 1), make["event"]',
                    'score.to_numpy().reshape(-1, 1), test["event"]',
                ),
                expect="table-from-c",
            ),
            WrongAttempt(
                "gives the percentage with an event as points",
                code=_ITEMS
                + "shares = {name: make.loc[there == 1, 'event'].mean() for name, there in items(make).items()}\n"
                + "points = (100 * pd.Series(shares)).round().astype(int)\n"
                + _SCORE,
                expect="not-log-odds",
            ),
            WrongAttempt(
                "takes a sign that hardly anybody has",
                code=_ITEMS.replace('"AGE"', '"not alert": rows["consciousness"] != "A", "AGE"') + _POINTS + _SCORE,
                expect="no-events",
            ),
            WrongAttempt(
                "keeps decimals",
                code=_ITEMS + "points = pd.Series(log_odds, index=items(make).columns)\n" + _SCORE,
                expect="not-whole",
            ),
            WrongAttempt(
                "measures the loss where the score was made",
                code=_ITEMS.replace('"systolic', '"saturation 93 or less": rows["spo2"] <= 93, "systolic')
                + _POINTS
                + _SCORE
                + "own = items(make) @ points\n"
                + "auroc_lost = roc_auc_score(make['event'], delivered.predict_proba(make[measured])[:, 1])"
                + " - roc_auc_score(make['event'], own)",
                expect="lost-other",
            ),
            WrongAttempt(
                "leaves breathing out",
                code=_ITEMS.replace('"breathing 18 or more": rows["resp_rate"] >= 18, ', "").replace(
                    '"breathing 21 or more": rows["resp_rate"] >= 21,', ""
                )
                + _POINTS
                + _SCORE,
                expect="too-much",
            ),
        ),
        design_note="Objective: from log-odds to points, made in one place and tested once in another. Out of scope: "
        "selection of items by search, intervals (unit 2.2.4).",
    ),
    Task(
        id="2.2.2-t5",
        title="Without code: a calculator",
        outcomes=("a",),
        items=("x01",),
        hints=(
            "Read the points of each part below the calculator before you look at the total.",
            "Change one value, read, and put it back before you change the next.",
        ),
        design_note="Objective: the decisions of task 1 without code. Out of scope: the bands of the score.",
    ),
    Task(
        id="2.2.2-t6",
        title="Without code: three sliders",
        outcomes=("d", "e"),
        items=("x02", "x03", "x04"),
        hints=(
            "The shift moves everybody by the same amount on the log-odds. Watch slope and AUROC while you move it.",
            "Lower the sample size twice with other samples: what stays, and what comes and goes?",
        ),
        design_note="Objective: the decisions of task 3 without code. Out of scope: the arithmetic of δ.",
    ),
]
