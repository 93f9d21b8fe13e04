"""Checks of the exercise "From the chart to the number, and back" (unit 2.2.2)."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit, logit
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupShuffleSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import SplineTransformer, StandardScaler

from ai2med import load, scores
from ai2med.exercises import (
    RightVariant,
    Task,
    WrongAttempt,
    all_agree,
    blame_given,
    close_to,
    fail,
    need,
    need_frame,
    need_function,
    need_number,
    need_values,
    reference,
)

MOST_ITEMS = 8
LOST_AT_MOST = 0.06
MEASURED = ["resp_rate", "spo2", "sbp", "heart_rate", "temperature", "age"]


@reference
def _book():
    """Return the stays with their last vital signs, and the tables that the cells of the exercise make of them."""
    outcomes = load("outcomes")
    stays = load("admissions").drop_duplicates("admission_id").merge(outcomes, on="admission_id")
    stays = stays[stays["discharged_at"] > stays["admitted_at"]].copy()
    stays["t0"] = stays["ward_arrival_at"] + pd.Timedelta(hours=24)
    event_at = stays["icu_transfer_at"].fillna(stays["died_at"].where(stays["died_on_ward"] == 1))
    left_at = pd.concat([event_at, stays["discharged_at"]], axis=1).min(axis=1)
    stays["event"] = (event_at <= stays["t0"] + pd.Timedelta(hours=48)).astype(int)
    stays = stays[left_at > stays["t0"]].sort_values("t0")
    vitals = load("vitals").drop_duplicates(["admission_id", "taken_at"]).sort_values("taken_at")
    celsius = ((vitals["temperature"] - 32) / 1.8).round(1)
    vitals["temperature"] = vitals["temperature"].mask(vitals["temperature"] > 60, celsius)
    stays = pd.merge_asof(stays, vitals, left_on="t0", right_on="taken_at", by="admission_id")
    charted = load("scores").drop_duplicates(["admission_id", "taken_at"])
    stays["news2"] = scores.news2(stays)
    developed = stays[stays["site"].isin(["A", "B"]) & (stays["t0"] < "2025-01-01")]
    line = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    curve = make_pipeline(SplineTransformer(n_knots=3, knots="quantile", include_bias=False), StandardScaler())
    delivered = make_pipeline(line, LogisticRegression(penalty=None, class_weight="balanced"))
    delivered.fit(developed[MEASURED], developed["event"])
    site_c = stays[(stays["site"] == "C") & ~stays["patient_id"].isin(developed["patient_id"])].copy()
    site_c["risk"] = delivered.predict_proba(site_c[MEASURED])[:, 1]
    halves = GroupShuffleSplit(1, test_size=0.5, random_state=2026).split(site_c, groups=site_c["patient_id"])
    repair, judge = (site_c.iloc[rows] for rows in next(halves))
    needed = [*MEASURED, "consciousness"]
    return SimpleNamespace(
        stays=stays,
        charted=charted[["admission_id", "taken_at", "news2_charted"]],
        future=[name for name in outcomes.columns if name != "admission_id"] + ["event"],
        developed=developed,
        columns=make_column_transformer((line, ["news2"]), (curve, ["age"])),
        site_c=site_c,
        repair=repair,
        judge=judge,
        make=developed.dropna(subset=needed),
        test=site_c.dropna(subset=needed),
    )


def check_t1(ns):
    book = _book()
    own = need_frame(ns, "stays", ("admission_id",))
    parts = need_frame(ns, "parts", ("heart_rate", "consciousness", "spo2"))
    if len(own) != len(book.stays) or set(own["admission_id"]) != set(book.stays["admission_id"]):
        blame_given(ns, stays=book.stays[["admission_id"]])

    def points(frame, name):
        """Return a column in the order of the reference: the learner may have sorted the stays."""
        numbers = need_values(frame, name, "the points of each stay", labels=list(own.index))
        return pd.Series(numbers, index=own["admission_id"]).reindex(book.stays["admission_id"]).to_numpy()

    stays, want = book.stays, scores.news2_points(book.stays)
    for name, measured in (("heart_rate", "pulse"), ("consciousness", "consciousness")):
        _compare_part(points(parts, name), want[name], stays[name], name, measured)
    got = pd.Series(points(parts, "spo2"), index=want.index)
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
    total = points(need_frame(ns, "stays", ("news2",)), "news2")
    complete = want.notna().all(axis=1).to_numpy()
    if not np.isnan(total[~complete]).all():
        fail(
            "gap-counts-zero",
            f"{(~np.isnan(total[~complete])).sum()} stays with a missing part have a total: the gap was added as 0.",
            "`sum` skips missing values unless you say `skipna=False`.",
        )
    if not close_to(total, want.sum(axis=1, skipna=False).to_numpy()):
        fail("total", "The parts are right, but the total is not their sum.", "Add all seven columns of `parts`.")
    both = stays.merge(book.charted, on=["admission_id", "taken_at"], how="left")
    differ = both["news2"] != both["news2_charted"]
    known = both["news2"].notna() & both["news2_charted"].notna()
    need_number(
        ns,
        "share_wrong",
        100 * differ[known].mean(),
        "the percentage of charted scores that are wrong",
        figures=1,
        slips=[
            (
                "missing-is-different",
                100 * differ.mean(),
                "You find {got} % wrong. A missing value differs from everything, even from another missing value.",
                "Keep the stays in which both scores exist (`dropna`), then compare.",
            ),
            (
                "share-of-all",
                100 * (differ & known).mean(),
                "{got} is the percentage of all stays. In those without a charted score nothing was added up.",
                "Divide by the number of stays in which both scores exist.",
            ),
        ],
        hint="Divide by the number of stays in which both scores exist.",
        otherwise=lambda: blame_given(ns, charted=book.charted),
    )


def _compare_part(got, want, value, name, measured):
    got = pd.Series(got, index=want.index)
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


PATIENT = pd.DataFrame({"news2": [5.0], "age": [70]})
GRID = pd.DataFrame([(news2, age) for news2 in (0.0, 3.0, 6.0, 9.0) for age in (50, 65, 80)], columns=["news2", "age"])


def _log_odds(model, rows):
    return logit(np.clip(model.predict_proba(rows[["news2", "age"]])[:, 1], 1e-12, 1 - 1e-12))


def _likeliest(rows, target="event", **options):
    """Return the model of task 2, fitted by maximum likelihood to the last digit."""
    regression = LogisticRegression(penalty=None, solver="newton-cholesky", **options)
    return make_pipeline(clone(_book().columns), regression).fit(rows[["news2", "age"]], rows[target])


@reference
def _right_model():
    return _likeliest(_book().developed)


def _same_model(model, right, tolerance=0.05) -> bool:
    return bool(np.abs(_log_odds(model, GRID) - _log_odds(right, GRID)).max() < tolerance)


def _judge_model(ns, model):
    from sklearn.utils.validation import check_is_fitted

    book = _book()
    if not hasattr(model, "predict_proba"):
        fail(
            "no-pipeline",
            "`model` is not a pipeline that predicts probabilities.",
            "make_pipeline(columns, LogisticRegression(...)), then fit.",
        )
    last = model[-1] if hasattr(model, "steps") else model
    try:
        check_is_fitted(last)
    except Exception:
        fail(
            "not-fitted",
            "`model` has not been fitted yet.",
            'model.fit(developed[["news2", "age"]], developed["event"])',
        )
    if getattr(last, "penalty", None) is not None and getattr(last, "C", 1e9) < 1e5:
        plain = _right_model()[-1].coef_[0]
        fail(
            "shrunk",
            f"`C={last.C:g}` shrinks the coefficients: together they have {np.abs(last.coef_).sum():.3f} instead of "
            f"{np.abs(plain).sum():.3f}. Small here, but it is not maximum likelihood.",
            "Set `penalty=None`, or say in your report that the model is shrunk.",
        )
    try:
        if _same_model(model, _right_model(), 0.01):
            return
    except Exception:
        fail(
            "other-columns",
            "`model` cannot predict from a table with the columns `news2` and `age`.",
            'Fit it on these two: `developed[["news2", "age"]]`.',
        )
    low, high = (100 * chosen.predict_proba(PATIENT)[0, 1] for chosen in (model, _right_model()))
    differs = f"It gives the patient {low:.1f} %, and the model of the task gives {high:.1f} %."
    stays = book.stays
    if _same_model(model, _likeliest(stays)):
        fail(
            "all-sites",
            f"`model` was fitted on all stays, those of site C and of 2025 included. {differs} Nobody is left to test "
            "it.",
            "Fit on `developed`: sites A and B, before 2025.",
        )
    for target in ("died_in_hospital", "died_on_ward"):
        if _same_model(model, _likeliest(book.developed, target)):
            fail("other-target", f"`model` predicts death (`{target}`). {differs}", 'The target is the column "event".')
    if _same_model(model, _likeliest(book.developed, class_weight="balanced")):
        fail(
            "balanced",
            f"`class_weight` counts the few events as often as all others: the risks come out far too high. {differs}",
            "Leave `class_weight` out.",
        )
    blame_given(ns, developed=book.developed)
    fail(
        "other-model",
        f"`model` is not the one that the task describes. {differs}",
        'make_pipeline(columns, LogisticRegression(penalty=None)), fitted on `developed[["news2", "age"]]` and its '
        "`event`, all rows.",
    )


def check_t2(ns):
    _judge_model(ns, need(ns, "model", None, "your pipeline"))
    right = _right_model()
    low, high = _log_odds(right, pd.DataFrame({"news2": [4.0, 5.0], "age": [70, 70]}))
    per_point = np.exp(high - low)
    log_odds = "{got} is a change in log-odds."
    ratio = need_number(
        ns,
        "odds_ratio",
        per_point,
        "the odds ratio of one NEWS2 point",
        tolerance=0.001,
        slips=[
            (
                "per-sd",
                np.exp(right[-1].coef_[0, 0]),
                "Your odds ratio of {got} belongs to one *standard deviation* of NEWS2, because the column was scaled.",
                "Divide the coefficient by the scaler's `scale_` before you take `np.exp`.",
            ),
            ("log-odds", np.log(per_point), log_odds, "An odds ratio is `np.exp` of it."),
            ("log-odds", right[-1].coef_[0, 0], log_odds, "An odds ratio is `np.exp` of it."),
            (
                "ratio-inverted",
                1 / per_point,
                "{got} is the odds ratio of one point *less*.",
                "`np.exp` of the coefficient itself, not of its negative.",
            ),
        ],
        hint="Which coefficient belongs to NEWS2, and what is its unit?",
    )
    risk = right.predict_proba(PATIENT)[0, 1]
    need_number(
        ns,
        "risk_patient",
        risk,
        "the risk of the patient",
        tolerance=0.0002,
        slips=[
            (
                "class",
                0.0,
                "`risk_patient` is 0: a class, and not a risk. Nobody here is certain to stay well.",
                "`predict_proba(patient)[0, 1]` gives the probability of the event.",
            ),
            ("odds", risk / (1 - risk), "{got} are the odds, cases per *non-case*.", "Risk = odds / (1 + odds)."),
            ("other-column", 1 - risk, "{got} is the chance that nothing happens.", "Column 1 holds the event."),
            ("logit", logit(risk), "{got} are log-odds, which may lie below 0.", "`expit` turns them into a risk."),
        ],
        hint="Predict for `patient`: NEWS2 of 5, 70 years.",
        otherwise=lambda: blame_given(ns, patient=PATIENT),
    )
    after = expit(logit(0.30) + np.log(per_point))
    need_number(
        ns,
        "risk_from_30",
        after,
        "the risk after one more point",
        tolerance=0.0003,
        also=[expit(logit(0.30) + np.log(ratio))],
        slips=[
            (
                "risk-ratio",
                0.30 * ratio,
                f"At 30 % risk an odds ratio of {per_point:.2f} means {100 * after:.1f} %, and not "
                f"{30 * ratio:.1f} %. You multiplied the risk.",
                "Turn 0.30 into odds, multiply those, and turn them back.",
            ),
            (
                "odds-left",
                0.30 / 0.70 * ratio,
                "{got} are the new odds. One step is missing.",
                "Risk = odds / (1 + odds).",
            ),
        ],
        hint="`expit(logit(0.30) + ...)`",
    )


def check_t3(ns):
    book = _book()
    repair, judge = book.repair, book.judge
    before = judge["risk"].to_numpy()

    def otherwise():
        given = ["event", "risk", "patient_id"]
        blame_given(ns, repair=repair[given], judge=judge[given])

    own = ns.get("judge")
    if hasattr(own, "index") and set(own.index) != set(judge.index):
        otherwise()
    updated = need_values(ns, "updated", "the shifted risks of the judge half", labels=list(judge.index))
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
    truth, observed = _shift(repair), 100 * repair["event"].mean()
    guess = logit(repair["event"].mean()) - logit(repair["risk"].mean())
    side = "low" if truth > 0 else "high"
    delta = need_number(
        ns,
        "delta",
        truth,
        "the shift of the log-odds",
        tolerance=0.0005,
        slips=[
            (
                "same-rows",
                lambda: _shift(judge),
                "δ = {got} fits the judge half exactly. Of course it does: you asked the judges for the answer.",
                "Fit δ on `repair`, and look at `judge` once, afterwards.",
            ),
            (
                "all-rows",
                lambda: _shift(book.site_c),
                "δ = {got} was fitted on all of site C, the judge half included. Nobody is left to judge it.",
                "Use the `repair` half alone.",
            ),
            ("sign", -truth, f"δ = {{got}} has the wrong sign: expected is too {side}.", "Which way must risks move?"),
            (
                "first-guess",
                guess,
                f"δ = {{got}} compares two means. With it the repair half expects "
                f"{100 * expit(logit(repair['risk']) + guess).mean():.2f} of 100, and {observed:.2f} are observed: not "
                "equal.",
                "Search the δ for which the *mean of the shifted risks* is right: `brentq` with a small function.",
            ),
        ],
        hint="Find the δ at which the mean of `expit(logit(risk) + δ)` equals the observed share of `repair`.",
        otherwise=otherwise,
    )
    if not (
        all_agree(updated, expit(logit(before) + delta), 2e-4) or all_agree(updated, expit(logit(before) + truth), 2e-4)
    ):
        otherwise()
        fail("updated", "`updated` is not the risk of the judge half shifted by your δ.", "`expit(logit(...) + delta)`")
    event = judge["event"].mean()
    need_number(
        ns,
        "gap",
        100 * (event - expit(logit(before) + truth).mean()),
        "observed minus expected after the repair",
        tolerance=0.0005,
        also=[100 * (event - updated.mean())],
        slips=[
            (
                "gap-before",
                100 * (event - before.mean()),
                "A gap of {got} is that *before* the repair.",
                "Use the mean of `updated`.",
            ),
            (
                "gap-events",
                len(judge) * (event - updated.mean()),
                "{got} are events in the whole half; wanted are events of 100 stays.",
                "Take means, not sums, then multiply by 100.",
            ),
        ],
        hint="Observed share minus mean of `updated`, times 100.",
        otherwise=otherwise,
    )


def _shift(rows):
    lp = logit(rows["risk"])
    return brentq(lambda d: expit(lp + d).mean() - rows["event"].mean(), -8, 8)


def _items_of(items, rows):
    """Return what the learner's function makes of rows, as a table."""
    made = items(rows.copy())
    if isinstance(made, pd.DataFrame):
        return made
    array = np.asarray(made)
    if array.ndim != 2 or len(array) != len(rows):
        fail("no-table", "`items` does not return a table with a row for each stay.", "`pd.DataFrame({...})`")
    return pd.DataFrame(array, index=rows.index, columns=[f"item {k + 1}" for k in range(array.shape[1])])


def _judge_items(items):
    """Return the items of `make` and of `test`; each has to be seen at the bedside, in one patient at a time."""
    book = _book()
    make, test = book.make, book.test
    made, tested = _items_of(items, make), _items_of(items, test)
    if not 3 <= made.shape[1] <= MOST_ITEMS:
        fail(
            "how-many",
            f"`items` returns {made.shape[1]} columns; wanted are three to {MOST_ITEMS}.",
            "One column for each item.",
        )
    if not made.isin([0, 1]).all(axis=None):
        fail("not-binary", "Some items hold values other than 0 and 1.", "Use a comparison, then `.astype(int)`.")
    made, tested = made.astype(int), tested.astype(int)
    mixed = make.copy()
    mixed[book.future] = make[book.future].sample(frac=1, random_state=1).to_numpy()
    late = (_items_of(items, mixed).to_numpy() != made.to_numpy()).any(axis=0)
    if late.any():
        fail(
            "from-the-future",
            f"“{made.columns[late][0]}” is made from what happened *after* time zero. On the ward nobody knows it yet.",
            "Use what can be seen at time zero: vital signs, consciousness, age.",
        )
    if (_items_of(items, make.iloc[::3]).to_numpy() != made.iloc[::3].to_numpy()).any():
        fail(
            "moving-cut",
            "An item depends on who else is in the table, such as a median of `rows`. At the bedside there is one "
            "patient and no table.",
            "Compare with a fixed number.",
        )
    same = made.columns[made.nunique() < 2]
    if len(same):
        fail(
            "same-for-all",
            f"“{same[0]}” is the same for every stay of `make`, so it tells nobody apart.",
            "Move its cut to where some have it and some do not.",
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
    return made, tested


def check_t4(ns):
    book = _book()
    make, test = book.make, book.test
    made, tested = _judge_items(need_function(ns, "items", "your function"))
    points = need_values(ns, "points", "the points of each item", labels=list(made.columns))
    points = pd.Series(points, index=made.columns)
    if not close_to(points, points.round()):
        fail(
            "not-whole",
            f"Your points are not whole numbers, such as {points.iloc[0]:.2f}.",
            "Nobody adds decimals at the bedside: round.",
        )
    log_odds = LogisticRegression(penalty=None, solver="newton-cholesky").fit(made, make["event"]).coef_[0]
    score_of_test = tested @ points
    if made.mean().between(0.38, 0.62).all():
        sickest = test["risk"] >= test["risk"].quantile(0.9)
        own = _risk(made @ points, make["event"], score_of_test)[sickest.to_numpy()].mean()
        fail(
            "median-splits",
            f"Each of your items halves the patients, so nobody stands out: for the sickest tenth of site C your score "
            f"says {100 * own:.0f} of 100, and {100 * test.loc[sickest, 'event'].mean():.0f} had the event.",
            "Put the cuts where the risk rises, near the edge, and use two cuts for a strong sign.",
        )
    least, most = np.argmin(log_odds), np.argmax(log_odds)
    if points.nunique() == 1 and log_odds[least] < 0.75 * log_odds[most]:
        fail(
            "all-alike",
            f"Every item gets {points.iloc[0]:.0f}. But “{points.index[most]}” changes the log-odds by "
            f"{log_odds[most]:+.2f} and “{points.index[least]}” by {log_odds[least]:+.2f}.",
            "Divide all coefficients by one unit, such as 0.4, and round.",
        )
    if close_to(points, np.round(np.exp(log_odds))) and not _from_log_odds(points, log_odds):
        fail(
            "odds-ratios",
            f"Your points are rounded odds ratios. “{points.index[least]}” changes the log-odds by "
            f"{log_odds[least]:+.2f}, and you still give {points.iloc[least]:.0f} point(s). No effect has an "
            "odds ratio of 1, and not of 0.",
            "Points add, so they come from log-odds: divide the coefficients by one unit, then round.",
        )
    if np.abs(points).sum() == 0 or not _from_log_odds(points, log_odds):
        blame_given(ns, make=make)
        fail(
            "not-log-odds",
            "Your points do not follow the coefficients of the logistic regression on your items, fitted in `make`.",
            "Divide all coefficients by the same unit, such as 0.4, and round.",
        )
    own = ns.get("test")
    if hasattr(own, "index") and set(own.index) != set(test.index):
        blame_given(ns, test=test)
    score = need_values(ns, "score", "the points of each stay in test", labels=list(test.index))
    if not close_to(score, score_of_test.to_numpy(float)):
        fail("score", "`score` is not the sum of points of each stay in `test`.", "`items(test) @ points`")
    risk = need_values(ns, "risk", "the risk of each stay in test", labels=list(test.index))
    honest = _risk(made @ points, make["event"], score_of_test)
    if not all_agree(risk, honest, 5e-4):
        if close_to(risk, _risk(score_of_test, test["event"], score_of_test), 0.002):
            fail(
                "table-from-c",
                f"Your table from score to risk was fitted at site C, so it expects {100 * risk.mean():.1f} of 100 there, "
                f"as observed. From A and B it would be {100 * honest.mean():.1f}.",
                "Make everything in `make`. Site C is the test.",
            )
        blame_given(ns, make=make)
        fail("risk", "`risk` does not come from a logistic regression of the event on the score.", "Fit it in `make`.")
    lost = roc_auc_score(test["event"], test["risk"]) - roc_auc_score(test["event"], score)
    need_number(
        ns,
        "auroc_lost",
        lost,
        "the AUROC lost",
        tolerance=5e-4,
        hint="AUROC of the model minus AUROC of the score, both in `test`.",
        otherwise=lambda: blame_given(ns, test=test),
    )
    if lost > LOST_AT_MOST:
        fail(
            "too-much",
            f"Your score loses {lost:.3f} of AUROC; at most {LOST_AT_MOST} were allowed.",
            "Which sign carries most? Give it a second cut.",
        )


def _from_log_odds(points, log_odds) -> bool:
    """Tell whether some unit turns the log-odds into the points, rounded to the nearest, or all up, or all down."""
    points = points.to_numpy()
    units = np.geomspace(0.02, 3, 4000)[:, None]
    exact = log_odds / units
    if (np.abs(points - exact).max(axis=1) <= 0.51).any():
        return True
    # Cutting decimals off is rounding, too, if the unit is fine enough to tell the items apart.
    fine = exact[(units <= np.abs(log_odds).max() / 3).ravel()]
    return any((np.abs(points - cut(fine)).max(axis=1) < 0.01).any() for cut in (np.floor, np.ceil, np.trunc))


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
                "other spellings, sorted stays, a whole percentage",
                code=_PULSE
                + _AWAKE
                + _SPO2
                + _TOTAL
                + _BOTH
                + "\nstays = stays.rename(columns={'news2': 'NEWS2'}).sort_values('admission_id')\nparts = parts.rename(columns={'spo2': 'SpO2', 'heart_rate': 'Heart rate'}).loc[stays.index]\nshare_wrong = round(share_wrong)",
            ),
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
                "leaves stays with gaps out of the hospital",
                code="stays = stays.dropna(subset=['heart_rate', 'consciousness', 'spo2'])\nparts = parts.loc[stays.index]\npulse, awake = pulse[stays.index], awake[stays.index]\non_scale_1, on_scale_2 = on_scale_1[stays.index], on_scale_2[stays.index]\n"
                + _PULSE
                + _AWAKE
                + _SPO2
                + _TOTAL
                + _BOTH,
                expect="given-stays",
            ),
            WrongAttempt(
                "divides by all stays",
                code=_PULSE + _AWAKE + _SPO2 + _TOTAL + _BOTH + "\nshare_wrong = share_wrong * len(both) / len(stays)",
                expect="share-of-all",
            ),
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
                expect="fraction-share_wrong",
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
                "rounded on the way, a huge C, arrays of one",
                code=_FIT.replace("penalty=None", "C=1e10")
                + _READ
                + "odds_ratio = round(np.exp(model[-1].coef_[0, 0] / one_sd), 2)\n"
                + "risk_patient = model.predict_proba(patient)[:, 1]\n"
                + _AFTER,
            ),
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
                "fits on all sites",
                code=_FIT.replace("developed", "stays") + _READ + _RATIO + _RISK + _AFTER,
                expect="all-sites",
            ),
            WrongAttempt(
                "predicts death",
                code=_FIT.replace("developed['event']", "developed['died_in_hospital']")
                + _READ
                + _RATIO
                + _RISK
                + _AFTER,
                expect="other-target",
            ),
            WrongAttempt(
                "balances the classes",
                code=_FIT.replace("penalty=None", "penalty=None, class_weight='balanced'")
                + _READ
                + _RATIO
                + _RISK
                + _AFTER,
                expect="balanced",
            ),
            WrongAttempt(
                "fits on site A",
                code=_FIT.replace("model.fit(", "developed = developed[developed['site'] == 'A']\nmodel.fit(")
                + _READ
                + _RATIO
                + _RISK
                + _AFTER,
                expect="given-developed",
            ),
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
                "rounded, in another order, as a table",
                code=_DELTA
                + _UPDATED
                + _GAP
                + "\ndelta, gap = round(delta, 2), round(gap, 1)\nupdated = updated.sample(frac=1, random_state=1).round(4).to_frame()",
            ),
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
                "exchanges the halves",
                code="repair, judge = judge, repair\n" + _DELTA + _UPDATED + _GAP,
                expect="given-repair",
            ),
            WrongAttempt(
                "sorts the risks", code=_DELTA + _UPDATED + _GAP + "\nupdated = np.sort(updated)", expect="updated"
            ),
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
                expect="length-updated",
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
                "points in a dictionary and rounded up, the score in another order",
                code=_ITEMS
                + "points = pd.Series(np.ceil(log_odds / 0.2), index=items(make).columns)\n"
                + _SCORE
                + "points = points.to_dict()\nscore = score.sample(frac=1, random_state=3)\nauroc_lost = round(auroc_lost, 3)",
            ),
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
                "gives every item one point",
                code=_ITEMS + "points = pd.Series(1, index=items(make).columns)\n" + _SCORE,
                expect="all-alike",
            ),
            WrongAttempt(
                "looks at what happened later",
                code=_ITEMS.replace('"AGE": rows["age"] >= 75', '"died": rows["died_in_hospital"] == 1')
                + _POINTS
                + _SCORE,
                expect="from-the-future",
            ),
            WrongAttempt(
                "cuts at the quantile of whoever is there",
                code=_ITEMS.replace('rows["age"] >= 75', 'rows["age"] >= rows["age"].quantile(0.7)') + _POINTS + _SCORE,
                expect="moving-cut",
            ),
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
                expect="other-auroc_lost",
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
