"""Checks of the exercise "From the chart to the number, and back" (unit 2.2.2)."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit, logit
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

_AGAIN = "Run the cells above the task again, as they were given, then your own."
# Columns of the stays that are filled after time zero, and times that may lie before or after it.
LATER = ["event", "discharged_at", "discharged_to", "bed_request_code"]
MAYBE_LATER = ["treatment_limited_at", "bed_requested_at"]
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
    delivered = make_pipeline(line, LogisticRegression(penalty=None, class_weight="balanced"))
    delivered.fit(developed[MEASURED], developed["event"])
    site_c = stays[(stays["site"] == "C") & ~stays["patient_id"].isin(developed["patient_id"])].copy()
    site_c["risk"] = delivered.predict_proba(site_c[MEASURED])[:, 1]
    halves = GroupShuffleSplit(1, test_size=0.5, random_state=2026).split(site_c, groups=site_c["patient_id"])
    repair, judge = (site_c.iloc[rows] for rows in next(halves))
    make = developed.dropna(subset=[*MEASURED, "consciousness"])
    return SimpleNamespace(
        stays=stays,
        charted=charted[["admission_id", "taken_at", "news2_charted"]],
        future=[name for name in outcomes.columns if name != "admission_id"] + LATER,
        developed=developed,
        breaths=developed.dropna(subset=["resp_rate"]),
        site_c=site_c,
        repair=repair,
        judge=judge,
        make=make,
        make_risk=delivered.predict_proba(make[MEASURED])[:, 1],
        test=site_c.dropna(subset=[*MEASURED, "consciousness"]),
    )


def check_t1(ns):
    book = _book()
    guess = need(ns, "guess", float, "your guess before the first run")
    if not 0 <= guess <= 100:
        fail("guess-range", f"Your guess of {guess:g} is no percentage.", "Write a number from 0 to 100.")
    want = scores.news2_points(book.stays)
    total = _of_stays(ns, need_frame(ns, "stays", ("news2",)), "news2", "the total of each stay")
    complete = want.notna().all(axis=1).to_numpy()
    added = int((~np.isnan(total[~complete])).sum())
    if added:
        fail(
            "gap-counts-zero",
            f"{added:,} stays with a missing part have a total: the gap was added as 0.",
            "`sum` skips missing values unless you say `skipna=False`.",
        )
    if not close_to(total, want.sum(axis=1, skipna=False).to_numpy()):
        blame_given(ns, parts=want)
        fail(
            "total", "The totals are not the sums of the seven parts.", "Add all seven columns of `parts`, row by row."
        )
    both = book.stays.merge(book.charted, on=["admission_id", "taken_at"], how="left")
    differ = both["news2"] != both["news2_charted"]
    known = both["news2"].notna() & both["news2_charted"].notna()
    need_number(
        ns,
        "share_wrong",
        100 * differ[known].mean(),
        "the percentage of charted totals that are wrong",
        figures=1,
        slips=[
            (
                "missing-is-different",
                100 * differ.mean(),
                "You find {got} % wrong. A missing value differs from everything, even from another missing value.",
                "Keep the stays in which both totals exist (`dropna`), then compare.",
            ),
            (
                "share-of-all",
                100 * (differ & known).mean(),
                "{got} is the percentage of all stays. In those without a charted total nothing was added up.",
                "Divide by the number of stays in which both totals exist.",
            ),
            (
                "share-right",
                100 * (1 - differ[known].mean()),
                "{got} is the percentage of totals that are *right*.",
                "Compare with `!=`, or take it from 100.",
            ),
        ],
        hint="Divide by the number of stays in which both totals exist.",
        otherwise=lambda: blame_given(ns, charted=book.charted),
    )


def _of_stays(ns, frame, name, what):
    """Return a column in the order of the reference: the learner may have sorted the stays."""
    book = _book()
    own = need_frame(ns, "stays", ("admission_id",))
    if len(own) != len(book.stays) or set(own["admission_id"]) != set(book.stays["admission_id"]):
        blame_given(ns, stays=book.stays[["admission_id"]])
    numbers = need_values(frame, name, what, labels=list(own.index))
    return pd.Series(numbers, index=own["admission_id"]).reindex(book.stays["admission_id"]).to_numpy()


def check_t2(ns):
    stays = _book().stays
    own = need_frame(ns, "own", ("heart_rate", "consciousness", "spo2"))
    want = scores.news2_points(stays)
    for name, measured in (("heart_rate", "pulse"), ("consciousness", "consciousness")):
        _compare_part(_of_stays(ns, own, name, "the points of each stay"), want[name], stays[name], name, measured)
    got = pd.Series(_of_stays(ns, own, "spo2", "the points of each stay"), index=want.index)
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


@reference
def _read_model():
    """Return the model of task 3, fitted as the task gives it."""
    rows = _book().developed.dropna(subset=["news2"])
    model = make_pipeline(StandardScaler(), LogisticRegression(penalty=None))
    return model.fit(rows[["news2", "age"]], rows["event"])


def check_t3(ns):
    right = _read_model()
    coefficient = right[-1].coef_[0, 0]
    per_point = np.exp(coefficient / right[0].scale_[0])

    def otherwise():
        if abs(need(ns, "coefficient", float) - coefficient) > 1e-3:
            fail("given-model", "`model` was fitted anew, on other data or in another way.", _AGAIN)
        blame_given(ns, patient=PATIENT)

    log_odds = "{got} is a change in log-odds."
    need_number(
        ns,
        "odds_ratio",
        per_point,
        "the odds ratio of one NEWS2 point",
        tolerance=0.001,
        slips=[
            (
                "per-sd",
                np.exp(coefficient),
                "Your odds ratio of {got} belongs to one *standard deviation* of NEWS2, because the column was scaled.",
                "Divide the coefficient by `one_sd` before you take `np.exp`.",
            ),
            ("log-odds", np.log(per_point), log_odds, "An odds ratio is `np.exp` of it."),
            ("log-odds", coefficient, log_odds, "An odds ratio is `np.exp` of it."),
            (
                "divided-after",
                np.exp(coefficient) / right[0].scale_[0],
                "{got} is the odds ratio of one SD, divided by the SD. Odds ratios multiply, so they cannot be shared out.",
                "Divide the coefficient first, on the log-odds, and take `np.exp` afterwards.",
            ),
            (
                "ratio-inverted",
                1 / per_point,
                "{got} is the odds ratio of one point *less*.",
                "`np.exp` of the coefficient itself, not of its negative.",
            ),
        ],
        hint="The coefficient belongs to one SD; one SD is `one_sd` points.",
        otherwise=otherwise,
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
        otherwise=otherwise,
    )
    need_number(
        ns,
        "risk_from_30",
        expit(logit(0.30) + np.log(per_point)),
        "the risk after one more point",
        tolerance=0.0003,
        also=[expit(logit(0.30) + np.log(round(per_point, digits))) for digits in (1, 2)],
        slips=[
            (
                "risk-ratio",
                0.30 * per_point,
                f"At 30 % risk an odds ratio of {per_point:.2f} means "
                f"{100 * expit(logit(0.30) + np.log(per_point)):.1f} %, and not {30 * per_point:.1f} %. You multiplied "
                "the risk.",
                "Turn 0.30 into odds, multiply those, and turn them back.",
            ),
            (
                "odds-left",
                0.30 / 0.70 * per_point,
                "{got} are the new odds. One step is missing.",
                "Risk = odds / (1 + odds).",
            ),
        ],
        hint="`expit(logit(0.30) + ...)`",
        otherwise=otherwise,
    )


BREATHS = pd.DataFrame({"resp_rate": [12.0, 15.0, 18.0, 20.0, 21.0, 24.0]})
# How far a right fit may be off on the log-odds: where few patients are, solvers stop a little earlier.
OFF = np.array([0.08, 0.02, 0.006, 0.006, 0.006, 0.006])
TWO = pd.DataFrame({"resp_rate": [20.0, 21.0]})


def _whole(rows, target="event", **options):
    """Return the model of task 4, fitted as a learner fits it unless another solver is asked for."""
    spline = SplineTransformer(n_knots=3, knots="quantile", include_bias=False)
    regression = LogisticRegression(**{"penalty": None, "max_iter": 5000} | options)
    return make_pipeline(spline, StandardScaler(), regression).fit(rows[["resp_rate"]], rows[target])


@reference
def _right_whole():
    return _whole(_book().breaths, solver="newton-cholesky")


@reference
def _cut_risks():
    """Return the shares with the event at 20 breaths or less, and above: what the model with the cut predicts."""
    rows = _book().breaths
    return rows["event"].groupby(rows["resp_rate"] > 20).mean().to_numpy()


def _same(risks, model, times=4) -> bool:
    apart = np.abs(logit(risks) - logit(model.predict_proba(BREATHS)[:, 1]))
    return bool((apart < times * OFF).all())


def _judge_whole(ns):
    book = _book()
    model = need(ns, "whole", None, "your pipeline")
    if not hasattr(model, "predict_proba"):
        fail(
            "no-pipeline",
            "`whole` is not a pipeline that predicts probabilities.",
            "`make_pipeline(spline, StandardScaler(), LogisticRegression(...))`, then `fit`.",
        )
    risks = _risks_of(model)
    if _same(risks, _right_whole(), 1):
        return
    if np.ptp(risks[-2:]) < 1e-6:
        fail(
            "still-cut",
            f"`whole` gives 21 and 24 breaths the same {100 * risks[-1]:.1f} of 100: the measurement is still cut.",
            "Put the measurement itself into the pipeline, behind `spline`.",
        )
    stays = book.stays.dropna(subset=["resp_rate"])
    jump, right = (100 * np.diff(each[3:5])[0] for each in (risks, _right_whole().predict_proba(BREATHS)[:, 1]))
    differs = f"From 20 to 21 breaths it rises by {jump:.2f} of 100, and the model of the task by {right:.2f}."
    if _same(risks, _whole(stays)):
        fail(
            "all-sites",
            f"`whole` was fitted on all stays, those of site C and of 2025 included. {differs} Nobody is left to test it.",
            "Fit on `breaths`: sites A and B, before 2025.",
        )
    for target in ("died_in_hospital", "died_on_ward"):
        if _same(risks, _whole(book.breaths, target)):
            fail("other-target", f"`whole` predicts death (`{target}`). {differs}", 'The target is the column "event".')
    if _same(risks, _whole(book.breaths, class_weight="balanced")):
        fail(
            "balanced",
            f"`class_weight` counts the few events as often as all others, so the risks are far too high. {differs}",
            "Leave `class_weight` out.",
        )
    if _same(risks, _whole(book.breaths, penalty="l2")):
        fail(
            "shrunk",
            f"The default `C=1.0` shrinks the coefficients. {differs}",
            "Set `penalty=None`.",
        )
    line = LogisticRegression(penalty=None, solver="newton-cholesky")
    if _same(risks, line.fit(book.breaths[["resp_rate"]], book.breaths["event"])):
        fail("no-spline", f"`whole` is a straight line on the log-odds. {differs}", "Put `spline` first.")
    blame_given(ns, breaths=book.breaths[["resp_rate", "event"]])
    fail(
        "other-model",
        f"`whole` is not the model that the task describes. {differs}",
        "`spline`, `StandardScaler()` and `LogisticRegression(penalty=None)`, fitted to `breaths`, all rows.",
    )


def _risks_of(model):
    """Return what a learner's model predicts for a few respiratory rates."""
    import warnings

    from sklearn.exceptions import NotFittedError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return np.clip(np.asarray(model.predict_proba(BREATHS))[:, 1], 1e-9, 1 - 1e-9)
        except NotFittedError:
            fail("not-fitted", "`whole` has not been fitted yet.", '`whole.fit(breaths[["resp_rate"]], ...)`')
        except Exception:
            fail(
                "other-columns",
                "`whole` cannot predict from a table with the column `resp_rate`.",
                'Fit it on this column alone: `breaths[["resp_rate"]]`.',
            )


def check_t4(ns):
    _judge_whole(ns)
    low, high = _cut_risks()
    low_whole, high_whole = _right_whole().predict_proba(TWO)[:, 1]
    jumps = {"jump_cut": 100 * (high - low), "jump_whole": 100 * (high_whole - low_whole)}
    ends = {"jump_cut": (low, high), "jump_whole": (low_whole, high_whole)}
    for name, other in (("jump_cut", "jump_whole"), ("jump_whole", "jump_cut")):
        below, above = ends[name]
        need_number(
            ns,
            name,
            jumps[name],
            "the rise from 20 to 21 breaths, of 100",
            tolerance=0.02,
            slips=[
                (
                    f"other-{other}",
                    jumps[other],
                    f"`{name}` is {{got}}, and this is the rise in the *other* model.",
                    "`jump_cut` belongs to `cut`, `jump_whole` to `whole`.",
                ),
                (
                    f"level-{name}",
                    100 * above,
                    f"`{name}` is {{got}}: the risk at 21 breaths. Wanted is by how much it has risen since 20.",
                    "Take the risk at 20 breaths away.",
                ),
                (
                    f"ratio-{name}",
                    above / below,
                    f"`{name}` is {{got}}: how many *times* as high the risk is. Wanted is the difference.",
                    "Subtract, then multiply by 100.",
                ),
            ],
            hint="The risk at 21 breaths minus the risk at 20, times 100.",
            otherwise=lambda: blame_given(ns, two=TWO),
        )


def check_t5(ns):
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
    for name in book.future:
        mixed[name] = make[name].sample(frac=1, random_state=1).to_numpy()
    for name in MAYBE_LATER:
        mixed[name] = make[name].where(make[name] <= make["t0"])
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


def check_t6(ns):
    book = _book()
    make, event = book.make, book.make["event"]
    made, tested = _judge_items(need_function(ns, "items", "your function"))
    points = need_values(ns, "points", "the points of each item", labels=list(made.columns))
    points = pd.Series(points, index=made.columns)
    if not close_to(points, points.round()):
        fail(
            "not-whole",
            f"Your points are not whole numbers, such as {points.iloc[0]:.2f}.",
            "Nobody adds decimals at the bedside: round.",
        )
    log_odds = _log_odds(made, event)
    total = made @ points
    if made.mean().between(0.38, 0.62).all():
        sickest = book.make_risk >= np.quantile(book.make_risk, 0.9)
        table = LogisticRegression(penalty=None).fit(total.to_numpy(float).reshape(-1, 1), event)
        own = table.predict_proba(total.to_numpy(float).reshape(-1, 1))[sickest, 1].mean()
        fail(
            "median-splits",
            f"Each of your items halves the patients, so nobody stands out: for the sickest tenth your score says "
            f"{100 * own:.0f} of 100, and {100 * event[sickest].mean():.0f} had the event.",
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
    follows = np.abs(points).sum() > 0 and _from_log_odds(points, log_odds)
    if close_to(points, np.round(np.exp(log_odds))) and not follows:
        fail(
            "odds-ratios",
            f"Your points are rounded odds ratios. “{points.index[least]}” changes the log-odds by "
            f"{log_odds[least]:+.2f}, and you still give {points.iloc[least]:.0f} point(s). No effect has an "
            "odds ratio of 1, and not of 0.",
            "Points add, so they come from log-odds: divide the coefficients by one unit, then round.",
        )
    if not follows and np.abs(points).sum() and _from_log_odds(points, _log_odds(tested, book.test["event"])):
        fail(
            "made-at-c",
            "Your points follow the coefficients at site C. Now nobody is left on whom the score can be tested.",
            "Fit the regression in `make`.",
        )
    if not follows:
        blame_given(ns, make=make)
        fail(
            "not-log-odds",
            "Your points do not follow the coefficients of the logistic regression on your items, fitted in `make`.",
            "Divide all coefficients by the same unit, such as 0.4, and round.",
        )
    lost = roc_auc_score(event, book.make_risk) - roc_auc_score(event, total)
    if lost > LOST_AT_MOST:
        fail(
            "too-much",
            f"In `make` your score loses {lost:.3f} of the model's AUROC; at most {LOST_AT_MOST} were allowed.",
            "Which sign carries most? Give it a second cut.",
        )


def _log_odds(made, event):
    return LogisticRegression(penalty=None, solver="newton-cholesky").fit(made, event).coef_[0]


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


_RATIO = "odds_ratio = np.exp(coefficient / one_sd)\n"
_RISK = "risk_patient = model.predict_proba(patient)[0, 1]\n"
_AFTER = "risk_from_30 = expit(logit(0.30) + np.log(odds_ratio))"
_WHOLE = (
    "whole = make_pipeline(spline, StandardScaler(), LogisticRegression(penalty=None, max_iter=5000))\n"
    "whole.fit(breaths[['resp_rate']], breaths['event'])\n"
)
_JUMP_CUT = "jump_cut = 100 * np.diff(cut.predict_proba(two)[:, 1])[0]\n"
_JUMP_WHOLE = "jump_whole = 100 * np.diff(whole.predict_proba(two)[:, 1])[0]\n"

_PULSE = (
    "bands = [pulse <= 40, pulse <= 50, pulse <= 90, pulse <= 110, pulse <= 130, pulse > 130]\n"
    "own['heart_rate'] = np.select(bands, [3, 1, 0, 1, 2, 3], default=np.nan)\n"
)
_AWAKE = "own['consciousness'] = np.select([awake == 'A', awake.notna()], [0, 3], default=np.nan)\n"
_SPO2 = "own['spo2'] = np.where(stays['spo2_scale'] == 2, on_scale_2, on_scale_1)\n"
_TOTAL = "guess = 12\nstays['news2'] = parts.sum(axis=1, skipna=False)\n"
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
_HALVES = """def items(rows):
    signs = ["resp_rate", "sbp", "heart_rate", "temperature", "age"]
    return (rows[signs] > make[signs].median()).astype(int)


log_odds = LogisticRegression(penalty=None, max_iter=5000).fit(items(make), make["event"]).coef_[0]
"""

TASKS = [
    Task(
        id="2.2.2-t1",
        title="Predict and run: how many charts are wrong?",
        outcomes=("a",),
        check=check_t1,
        praise="Your totals stay missing where a part is missing, and the share counts only what can be compared.",
        hints=(
            "Write the guess first; it is not judged. `parts.sum(axis=1)` adds the seven parts of each row.",
            "`sum` skips what is missing. `skipna=False` keeps a gap a gap.",
            "`both` holds the stays with both totals: `100 * (both['news2'] != both['news2_charted']).mean()`.",
        ),
        right=(
            RightVariant(
                "sorted stays, other spelling, a whole percentage",
                code=_TOTAL
                + _BOTH
                + "\nstays = stays.rename(columns={'news2': 'NEWS2'}).sort_values('admission_id')\nshare_wrong = round(share_wrong)",
            ),
            RightVariant(
                "the library's total, counted by hand",
                code="""
                    guess = "25"
                    guess = int(guess)
                    stays["news2"] = scores.news2(stays)
                    both = stays.merge(charted, on=["admission_id", "taken_at"])
                    both = both[both["news2"].notna() & both["news2_charted"].notna()]
                    share_wrong = sum(a != b for a, b in zip(both["news2"], both["news2_charted"])) / len(both) * 100
                """,
            ),
        ),
        wrong=(
            WrongAttempt("guesses more than all", code=_TOTAL + "guess = 120\n" + _BOTH, expect="guess-range"),
            WrongAttempt(
                "leaves stays with gaps out of the hospital",
                code="stays = stays[parts.notna().all(axis=1)].copy()\n" + _TOTAL + _BOTH,
                expect="given-stays",
            ),
            WrongAttempt(
                "adds gaps as zero", code=_TOTAL.replace(", skipna=False", "") + _BOTH, expect="gap-counts-zero"
            ),
            WrongAttempt(
                "forgets the oxygen",
                code=_TOTAL.replace("parts.sum(", "parts.drop(columns='on_oxygen').sum(")
                + "stays['news2'] = stays['news2'].where(parts.notna().all(axis=1))\n"
                + _BOTH,
                expect="total",
            ),
            WrongAttempt(
                "divides by all stays",
                code=_TOTAL + _BOTH + "\nshare_wrong = share_wrong * len(both) / len(stays)",
                expect="share-of-all",
            ),
            WrongAttempt(
                "counts missing scores as wrong",
                code=_TOTAL
                + "both = stays.merge(charted, on=['admission_id', 'taken_at'], how='left')\n"
                + "share_wrong = 100 * (both['news2'] != both['news2_charted']).mean()",
                expect="missing-is-different",
            ),
            WrongAttempt("counts the right ones", code=_TOTAL + _BOTH.replace("!=", "=="), expect="share-right"),
            WrongAttempt(
                "reports a fraction", code=_TOTAL + _BOTH.replace("100 * ", ""), expect="fraction-share_wrong"
            ),
        ),
        design_note="Objective: an exact total on rows, gaps included. Out of scope: cohort building (unit 2.2.1).",
    ),
    Task(
        id="2.2.2-t2",
        title="Repair: three lines, three faults",
        outcomes=("a",),
        check=check_t2,
        praise="Your parts hold at every boundary, keep scale 2 for those to whom it is prescribed, and stay missing "
        "where nobody looked.",
        hints=(
            "Take one line at a time. Pulse: to which band does 90 belong, and to which does 91?",
            "Three cases of consciousness matter: alert, not alert, unknown. `awake.notna()` comes second.",
            "`np.where(stays['spo2_scale'] == 2, on_scale_2, on_scale_1)`: the scale is a prescription.",
        ),
        right=(
            RightVariant(
                "sorted rows, other spelling",
                code=_PULSE
                + _AWAKE
                + _SPO2
                + "own = own.rename(columns={'spo2': 'SpO2', 'heart_rate': 'Heart rate'}).sample(frac=1, random_state=1)",
            ),
            RightVariant(
                "pd.cut and map",
                code="""
                    bands = pd.cut(pulse, [-np.inf, 40, 50, 90, 110, 130, np.inf], labels=False)
                    own["heart_rate"] = bands.map({0: 3, 1: 1, 2: 0, 3: 1, 4: 2, 5: 3})
                    own["consciousness"] = awake.map(lambda state: 0 if state == "A" else 3, na_action="ignore").astype(float)
                    own["spo2"] = on_scale_1.where(stays["spo2_scale"] != 2, on_scale_2)
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "leaves stays with gaps out of the hospital",
                code="stays = stays.dropna(subset=['heart_rate', 'consciousness', 'spo2'])\nown = own.loc[stays.index]\npulse, awake = pulse[stays.index], awake[stays.index]\non_scale_1, on_scale_2 = on_scale_1[stays.index], on_scale_2[stays.index]\n"
                + _PULSE
                + _AWAKE
                + _SPO2,
                expect="given-stays",
            ),
            WrongAttempt(
                "leaves < for ≤",
                code=_PULSE.replace("<=", "<").replace("> 130", ">= 130") + _AWAKE + _SPO2,
                expect="band-heart_rate",
            ),
            WrongAttempt(
                "counts a missing consciousness as alert",
                code=_PULSE + "own['consciousness'] = np.where(awake.isin(list('CVPU')), 3, 0)\n" + _SPO2,
                expect="gap-consciousness",
            ),
            WrongAttempt(
                "counts a missing pulse as tachycardia",
                code=_PULSE.replace("default=np.nan", "default=3") + _AWAKE + _SPO2,
                expect="gap-heart_rate",
            ),
            WrongAttempt(
                "forgets that new confusion scores",
                code=_PULSE
                + "own['consciousness'] = np.select([awake.isin(['A', 'C']), awake.notna()], [0, 3], np.nan)\n"
                + _SPO2,
                expect="band-consciousness",
            ),
            WrongAttempt(
                "uses scale 2 for everybody with a low saturation",
                code=_PULSE
                + _AWAKE
                + "low = (stays['spo2_scale'] == 2) | (stays['spo2'] <= 92)\n"
                + "own['spo2'] = np.where(low, on_scale_2, on_scale_1)\n",
                expect="scale-2-for-all",
            ),
            WrongAttempt(
                "forgets scale 2",
                code=_PULSE + _AWAKE + "own['spo2'] = on_scale_1\n",
                expect="scale-1-for-all",
            ),
            WrongAttempt(
                "repairs two lines of three",
                code=_PULSE + _AWAKE + "own['spo2'] = np.where(stays['spo2'] <= 92, on_scale_2, on_scale_1)\n",
                expect="scale-2-for-all",
            ),
        ),
        design_note="Objective: boundaries, gaps and the prescribed scale, found in code that runs. Out of scope: the "
        "other four parts.",
    ),
    Task(
        id="2.2.2-t3",
        title="Investigate: read the model aloud",
        outcomes=("b",),
        check=check_t3,
        praise="You read the coefficient in the unit of the ward, and moved a risk through its odds.",
        hints=(
            "NEWS2 was scaled, so `coefficient` belongs to one SD. How many points is one SD?",
            "`np.exp(coefficient / one_sd)` for the odds ratio, `model.predict_proba(patient)[0, 1]` for the risk.",
            "`expit(logit(0.30) + np.log(odds_ratio))`: to the log-odds, one step, and back.",
        ),
        right=(
            RightVariant(
                "rounded on the way, arrays of one",
                code="odds_ratio = round(np.exp(coefficient / one_sd), 2)\n"
                + "risk_patient = model.predict_proba(patient)[:, 1]\n"
                + _AFTER,
            ),
            RightVariant(
                "odds ratio from two predictions",
                code="""
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
                "fits the model anew on all sites",
                code="rows = stays.dropna(subset=['news2'])\nmodel.fit(rows[['news2', 'age']], rows['event'])\n"
                + "coefficient = model[-1].coef_[0, 0]\n"
                + _RATIO
                + _RISK
                + _AFTER,
                expect="given-model",
            ),
            WrongAttempt(
                "reads the scaled coefficient per point",
                code="odds_ratio = np.exp(coefficient)\n" + _RISK + _AFTER,
                expect="per-sd",
            ),
            WrongAttempt(
                "divides the odds ratio",
                code="odds_ratio = np.exp(coefficient) / one_sd\n" + _RISK + _AFTER,
                expect="divided-after",
            ),
            WrongAttempt(
                "forgets to take the exponential",
                code="odds_ratio = coefficient / one_sd\n" + _RISK + _AFTER,
                expect="log-odds",
            ),
            WrongAttempt(
                "predicts a class",
                code=_RATIO + "risk_patient = float(model.predict(patient)[0])\n" + _AFTER,
                expect="class",
            ),
            WrongAttempt(
                "takes the first column of predict_proba",
                code=_RATIO + _RISK.replace("[0, 1]", "[0, 0]") + _AFTER,
                expect="other-column",
            ),
            WrongAttempt(
                "reads odds as a risk",
                code=_RATIO + "risk_patient = np.exp(model.decision_function(patient)[0])\n" + _AFTER,
                expect="odds",
            ),
            WrongAttempt(
                "reads the odds ratio as a risk ratio",
                code=_RATIO + _RISK + "risk_from_30 = 0.30 * odds_ratio",
                expect="risk-ratio",
            ),
            WrongAttempt(
                "stops at the odds",
                code=_RATIO + _RISK + "risk_from_30 = 0.30 / 0.70 * odds_ratio",
                expect="odds-left",
            ),
        ),
        design_note="Objective: coefficient to odds ratio to risk. Out of scope: validation (unit 2.2.4), penalty "
        "tuning (unit 2.3.3).",
    ),
    Task(
        id="2.2.2-t4",
        title="Complete: keep the measurement whole",
        outcomes=("c",),
        check=check_t4,
        praise="You kept the measurement whole, and saw the cliff that a cut makes between two neighbours.",
        hints=(
            "`make_pipeline(spline, StandardScaler(), ...)`. Without `penalty=None` the regression shrinks.",
            "`whole.fit(breaths[['resp_rate']], breaths['event'])`: two brackets keep a table.",
            "`model.predict_proba(two)[:, 1]` gives two risks; `np.diff` takes the first from the second.",
        ),
        right=(
            RightVariant(
                "no scaling, another solver, rounded",
                code="""
                    whole = make_pipeline(spline, LogisticRegression(penalty=None, solver="newton-cholesky"))
                    whole.fit(breaths[["resp_rate"]].to_numpy(), breaths["event"].astype(bool))
                    at_20, at_21 = whole.predict_proba(two.to_numpy())[:, 1]
                    jump_whole = round(100 * (at_21 - at_20), 1)
                    shares = breaths.groupby(breaths["resp_rate"] > 20)["event"].mean()
                    jump_cut = round(100 * (shares[True] - shares[False]), 1)
                """,
            ),
            RightVariant(
                "a huge C, arrays of one",
                code=_WHOLE.replace("penalty=None", "C=1e10")
                + "jump_cut = 100 * np.diff(cut.predict_proba(two)[:, 1])\n"
                + "jump_whole = 100 * np.diff(whole.predict_proba(two)[:, 1])",
            ),
        ),
        wrong=(
            WrongAttempt(
                "fits on all sites",
                code="breaths = stays.dropna(subset=['resp_rate'])\n" + _WHOLE + _JUMP_CUT + _JUMP_WHOLE,
                expect="all-sites",
            ),
            WrongAttempt(
                "predicts death",
                code=_WHOLE.replace("breaths['event']", "breaths['died_in_hospital']") + _JUMP_CUT + _JUMP_WHOLE,
                expect="other-target",
            ),
            WrongAttempt(
                "balances the classes",
                code=_WHOLE.replace("penalty=None", "penalty=None, class_weight='balanced'") + _JUMP_CUT + _JUMP_WHOLE,
                expect="balanced",
            ),
            WrongAttempt(
                "fits on site A",
                code="breaths = breaths[breaths['site'] == 'A']\n" + _WHOLE + _JUMP_CUT + _JUMP_WHOLE,
                expect="given-breaths",
            ),
            WrongAttempt(
                "takes the default for maximum likelihood",
                code=_WHOLE.replace("penalty=None, ", "") + _JUMP_CUT + _JUMP_WHOLE,
                expect="shrunk",
            ),
            WrongAttempt(
                "keeps a straight line",
                code=_WHOLE.replace("spline, ", "") + _JUMP_CUT + _JUMP_WHOLE,
                expect="no-spline",
            ),
            WrongAttempt("hands the cut over", code="whole = cut\n" + _JUMP_CUT + _JUMP_WHOLE, expect="still-cut"),
            WrongAttempt(
                "does not fit",
                code=_WHOLE.splitlines()[0] + "\njump_cut = jump_whole = 2.0",
                expect="not-fitted",
            ),
            WrongAttempt(
                "exchanges the models",
                code=_WHOLE
                + _JUMP_CUT.replace("cut.predict", "whole.predict")
                + _JUMP_WHOLE.replace("whole.predict", "cut.predict"),
                expect="other-jump_whole",
            ),
            WrongAttempt(
                "gives the risk at 21",
                code=_WHOLE + "jump_cut = 100 * cut.predict_proba(two)[1, 1]\n" + _JUMP_WHOLE,
                expect="level-jump_cut",
            ),
            WrongAttempt(
                "reports a fraction",
                code=_WHOLE + _JUMP_CUT + _JUMP_WHOLE.replace("100 * ", ""),
                expect="fraction-jump_whole",
            ),
        ),
        design_note="Objective: the form of a continuous predictor. Out of scope: the number of knots, comparison by "
        "validation (unit 2.2.4).",
    ),
    Task(
        id="2.2.2-t5",
        title="Modify: repair the model for site C",
        outcomes=("d",),
        check=check_t5,
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
        id="2.2.2-t6",
        title="Make: a score that fits on paper",
        outcomes=("a", "b", "c"),
        check=check_t6,
        praise="Your score adds whole points that come from log-odds, and site C is still closed.",
        hints=(
            "Take the signs of NEWS2, and give breathing two cuts. Write one comparison for each item.",
            "Fit a logistic regression of `event` on `items(make)`, divide its coefficients by 0.4 and round.",
            "`pd.Series(np.round(coefficients / 0.4), index=items(make).columns).astype(int)`.",
        ),
        right=(
            RightVariant(
                "points in a dictionary, rounded up, in another order",
                code=_ITEMS
                + "points = pd.Series(np.ceil(log_odds / 0.2), index=items(make).columns)\n"
                + "points = points.sample(frac=1, random_state=3).to_dict()",
            ),
            RightVariant(
                "other cut-points, other size of a point, with the default penalty, a list",
                code="""
                    def items(rows):
                        return pd.DataFrame({
                            "pulse 100 or more": rows["heart_rate"] >= 100, "breathing 20 or more": rows["resp_rate"] >= 20,
                            "systolic 105 or less": rows["sbp"] <= 105, "saturation 92 or less": rows["spo2"] <= 92,
                            "age 70 or more": rows["age"] >= 70,
                        }).astype("int64")


                    fitted = LogisticRegression().fit(items(make), make["event"])
                    points = (fitted.coef_[0] / 0.3).round().astype(int).tolist()
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "gives every item one point",
                code=_ITEMS + "points = pd.Series(1, index=items(make).columns)\n",
                expect="all-alike",
            ),
            WrongAttempt(
                "gives nobody a point",
                code=_ITEMS + "points = pd.Series(0, index=items(make).columns)\n",
                expect="all-alike",
            ),
            WrongAttempt(
                "looks at what happened later",
                code=_ITEMS.replace('"AGE": rows["age"] >= 75', '"died": rows["died_in_hospital"] == 1') + _POINTS,
                expect="from-the-future",
            ),
            WrongAttempt(
                "takes the length of the stay",
                code=_ITEMS.replace('"AGE": rows["age"] >= 75', '"long": rows["discharged_at"] - rows["t0"] > "5D"')
                + _POINTS,
                expect="from-the-future",
            ),
            WrongAttempt(
                "cuts at the quantile of whoever is there",
                code=_ITEMS.replace('rows["age"] >= 75', 'rows["age"] >= rows["age"].quantile(0.7)') + _POINTS,
                expect="moving-cut",
            ),
            WrongAttempt(
                "rounds odds ratios",
                code=_ITEMS.replace("AGE", "under 75").replace('["age"] >= 75', '["age"] < 75')
                + "points = pd.Series(np.round(np.exp(log_odds)), index=items(make).columns).astype(int)\n",
                expect="odds-ratios",
            ),
            WrongAttempt("splits everything at the median", code=_HALVES + _POINTS, expect="median-splits"),
            WrongAttempt(
                "fits at site C",
                code=_ITEMS.replace("fit(items(make), make[", "fit(items(test), test[") + _POINTS.replace("0.4", "0.1"),
                expect="made-at-c",
            ),
            WrongAttempt(
                "gives the percentage with an event as points",
                code=_ITEMS
                + "shares = {name: make.loc[there == 1, 'event'].mean() for name, there in items(make).items()}\n"
                + "points = (100 * pd.Series(shares)).round().astype(int)\n",
                expect="not-log-odds",
            ),
            WrongAttempt(
                "takes a sign that hardly anybody has",
                code=_ITEMS.replace('"AGE"', '"not alert": rows["consciousness"] != "A", "AGE"') + _POINTS,
                expect="no-events",
            ),
            WrongAttempt(
                "keeps decimals",
                code=_ITEMS + "points = pd.Series(log_odds, index=items(make).columns)\n",
                expect="not-whole",
            ),
            WrongAttempt(
                "leaves breathing out",
                code=_ITEMS.replace('"breathing 18 or more": rows["resp_rate"] >= 18, ', "").replace(
                    '"breathing 21 or more": rows["resp_rate"] >= 21,', ""
                )
                + _POINTS,
                expect="too-much",
            ),
        ),
        design_note="Objective: from log-odds to points, made in one place and kept for one test in another. Out of "
        "scope: selection of items by search, intervals (unit 2.2.4).",
    ),
    Task(
        id="2.2.2-t7",
        title="Predict and run: one patient, two scales",
        outcomes=("a",),
        items=("x01",),
        hints=(
            "Read the points of saturation, oxygen and consciousness from the table before you add them.",
            "Change one thing at a time: first the scale and the saturation, then the gap. What is known when a part is missing?",
        ),
        design_note="Objective: the decisions of tasks 1 and 2 without code. Out of scope: the bands of the score.",
    ),
    Task(
        id="2.2.2-t8",
        title="Investigate: read two models",
        outcomes=("b", "c"),
        items=("x05", "x06"),
        hints=(
            "First table: write the risk as cases to non-cases, and multiply the cases for each point.",
            "Second table: compare what each model says of two patients in the same group of the cut.",
        ),
        design_note="Objective: the decisions of tasks 3 and 4 without code. Out of scope: fitting.",
    ),
    Task(
        id="2.2.2-t9",
        title="Modify: three sliders",
        outcomes=("d",),
        items=("x02", "x03"),
        hints=(
            "The shift moves everybody by the same amount on the log-odds. Watch slope and AUROC while you move it.",
            "Use fewer rows, twice: what stays, and what comes and goes?",
        ),
        design_note="Objective: the decisions of task 5 without code. Out of scope: the arithmetic of δ.",
    ),
    Task(
        id="2.2.2-t10",
        title="Make: a sentence for the handover",
        outcomes=("e",),
        items=("x04",),
        hints=(
            "Begin with the count: how many of 100 people is a risk of 0.07?",
            "Which time does the model look ahead, and where was it made?",
        ),
        design_note="Objective: a natural frequency with horizon and place, for both routes. Out of scope: the "
        "conversation itself (unit 3.2.2).",
    ),
]
