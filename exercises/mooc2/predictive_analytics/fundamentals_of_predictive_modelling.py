"""Checks of the exercise "When was it filled?" (unit 2.2.1)."""

from ai2med.exercises import (
    RightVariant,
    Task,
    WrongAttempt,
    all_agree,
    apart,
    blame_given,
    close_to,
    fail,
    need,
    need_frame,
    need_labels,
    need_mapping,
    need_number,
    need_values,
    reference,
)

TIME_ZERO_HOURS, HORIZON_HOURS = 24, 48
COLUMNS = ["resp_rate", "heart_rate", "spo2", "temperature", "age", "bed_request", "outreach_lactate"]
LEAKS = {"bed_request", "outreach_lactate"}
SIGNS = ["resp_rate", "spo2", "on_oxygen", "sbp", "heart_rate", "temperature"]
SETS = {"one sign": ["resp_rate"], "signs and oxygen": [*SIGNS, "not_alert"]}
LEGAL_AT_DISCHARGE = {
    "age",
    "ed_visits_6m",
    "admissions_12m",
    "main_problem",
    "procedure",
    "los_days",
    "discharged_to",
}
LATE = {
    "diagnosis_codes": "3 to 40 days after discharge",
    "cost_total_eur": "weeks after discharge",
    "cost_next_12m_eur": "a year after discharge",
}
COSTS = {"cost_total_eur", "cost_next_12m_eur"}
NO_TIME = {"fall_in_hospital", "aki"}
PROTOCOL = ("target", "time_zero", "horizon_days", "predictors")


@reference
def _timed():
    """Return every usable stay with its event, its end, time zero, and end of horizon, indexed by admission."""
    import pandas as pd

    from ai2med import load

    stays = load("admissions").drop_duplicates("admission_id").merge(load("outcomes"), on="admission_id")
    stays = stays[stays["discharged_at"] > stays["admitted_at"]].set_index("admission_id")
    event = stays["icu_transfer_at"].fillna(stays["died_at"].where(stays["died_on_ward"] == 1))
    t0 = stays["ward_arrival_at"] + pd.Timedelta(hours=TIME_ZERO_HOURS)
    return stays.assign(
        event_at=event,
        left_at=pd.concat([event, stays["discharged_at"]], axis=1).min(axis=1),
        t0=t0,
        until=t0 + pd.Timedelta(hours=HORIZON_HOURS),
    )


@reference
def _engineered():
    """Return the people at time zero with their last vital signs, the engineer's table, and the hours of its values."""
    import pandas as pd

    from ai2med import load

    people = _timed()[lambda rows: rows["left_at"] > rows["t0"]].reset_index()
    y = (people["event_at"] <= people["until"]).astype(int)
    vitals = load("vitals").drop_duplicates().merge(people[["admission_id", "t0"]], on="admission_id")
    fahrenheit = vitals["temperature"] > 60
    vitals.loc[fahrenheit, "temperature"] = (vitals["temperature"] - 32) / 1.8
    last = vitals[vitals["taken_at"] <= vitals["t0"]].sort_values("taken_at")
    last = last.drop_duplicates("admission_id", keep="last")
    labs = load("labs")
    outreach = labs[(labs["test"] == "lactate") & (labs["requested_by"] == "outreach")]
    drawn = outreach.groupby("admission_id")["available_at"].min()
    signs = people[["admission_id"]].merge(last, on="admission_id", how="left")
    requested = people["bed_request_code"].eq("H2").astype(int)
    wide = signs[COLUMNS[:4]].assign(
        age=people["age"],
        bed_request=requested,
        outreach_lactate=people["admission_id"].isin(drawn.index).astype(int),
    )
    hour, arrival = pd.Timedelta(hours=1), people["ward_arrival_at"]
    hours = wide.notna().astype(float).mul((signs["taken_at"] - arrival) / hour, axis=0)
    hours["age"] = 0.0
    hours["bed_request"] = ((people["bed_requested_at"] - arrival) / hour).where(requested == 1)
    hours["outreach_lactate"] = (people["admission_id"].map(drawn) - arrival) / hour
    return people, signs, wide.assign(y=y), hours


@reference
def _divided():
    """Return the rows to fit on and the rows to score, divided by patient."""
    from sklearn.model_selection import GroupShuffleSplit

    people, signs, wide, _ = _engineered()
    alert = signs["consciousness"]
    data = signs[SIGNS].assign(not_alert=alert.ne("A").astype(float).where(alert.notna()), y=wide["y"])
    splitter = GroupShuffleSplit(n_splits=1, test_size=0.4, random_state=2026)
    train, test = next(splitter.split(data, groups=people["patient_id"]))
    return data.iloc[train], data.iloc[test]


def check_t1(ns):
    import pandas as pd

    people = need_frame(ns, "people", ("admission_id", "t0", "y"), "the population at time zero")
    timed = _timed()
    at_risk = timed[timed["left_at"] > timed["t0"]]
    chosen = set(people["admission_id"])
    if not people["admission_id"].is_unique:
        fail(
            "rows-repeated",
            f"{int(people['admission_id'].duplicated().sum())} rows of `people` repeat a stay.",
            "Keep one row a stay: look at how you joined or filtered the table.",
        )
    known = people[people["admission_id"].isin(timed.index)]
    other = pd.to_datetime(known["t0"], errors="coerce").to_numpy() != timed["t0"][known["admission_id"]].to_numpy()
    if other.any():
        blame_given(ns, day=pd.Timedelta(hours=TIME_ZERO_HOURS))
        one = known[other].iloc[0]
        fail(
            "other-t0",
            f"{int(other.sum())} rows have another time zero. Stay {one['admission_id']}, for instance, has "
            f"{one['t0']}, and 24 h after its arrival on the ward is {timed['t0'][one['admission_id']]}.",
            "`t0` is `ward_arrival_at` plus `day`, also in the finished table.",
        )
    extra = timed.loc[sorted(chosen & set(timed.index) - set(at_risk.index))]
    gone = extra[extra["event_at"] <= extra["t0"]]
    if len(gone):
        fail(
            "already-there",
            f"{len(gone)} of your rows had the event at or before time zero. It cannot be predicted any more.",
            "Keep the stays whose `left_at` is later than `t0`. It ends with the event, too.",
        )
    if len(extra):
        fail(
            "already-home",
            f"{len(extra)} of your rows had left the ward alive at time zero. The nurse will not find them there.",
            "Compare `left_at` with `t0`: who is in front of the user when the model runs?",
        )
    missing = at_risk.loc[sorted(set(at_risk.index) - chosen)]
    if len(missing) and missing["bed_requested_at"].notna().all():
        fail(
            "future-chose-past",
            f"{len(missing)} stays are missing, and each of them has a bed request. Whoever chooses people at time zero "
            "cannot see the requests that are still to come.",
            "Take the bed request out of the filter: compare `left_at` with `t0`, and nothing else.",
        )
    if len(missing) and (missing["left_at"] <= missing["until"]).all():
        fail(
            "home-left-out",
            f"{len(missing)} stays that ended within the horizon are missing. At time zero they were on the ward.",
            "Our rule counts going home as “no event”. Do not look beyond `t0` when you choose people.",
        )
    if len(missing):
        fail(
            "people-missing",
            f"{len(missing)} stays that were at risk at time zero are missing from `people`.",
            "The condition is `left_at` later than `t0`, and nothing else.",
        )
    if len(chosen) > len(at_risk):
        fail("people-unknown", "`people` holds stays that are not in `stays`.", "Choose rows, and leave their ids.")
    truth = (at_risk["event_at"] <= at_risk["until"]).astype(int)
    y = need_values(people.set_index("admission_id"), "y", "the outcome, 1 or 0", labels=truth.index)
    y = pd.Series(y, index=truth.index)
    wrong = truth.index[(y == 1) & (truth == 0)]
    if len(wrong):
        one = timed.loc[wrong[0]]
        hour = (
            (one["event_at"] - one["ward_arrival_at"]).total_seconds() / 3600
            if one["event_at"] == one["event_at"]
            else None
        )
        where = f"its event lies at hour {hour:.0f} after arrival" if hour is not None else "it has no event at all"
        fail(
            "horizon",
            f"{len(wrong)} rows have y = 1 without an event in the horizon. Stay {wrong[0]}, for instance: {where}, "
            f"and the horizon ends at hour {TIME_ZERO_HOURS + HORIZON_HOURS}.",
            "The event has to lie at or before `t0` + 48 h.",
        )
    if not close_to(y.to_numpy(), truth.to_numpy()):
        fail(
            "events-missed",
            f"{int((truth == 1).sum() - (y == 1).sum())} events within the horizon have no y = 1 in your table.",
            "Count transfers and deaths on the ward: `event_at` holds both, up to 48 h after `t0`.",
        )
    events = need(ns, "events", int, "the number of rows with the event")
    too_early = need(ns, "too_early", int, "the stays whose event came too early")
    ever = int(at_risk["event_at"].notna().sum())
    if events == ever and ever != int(truth.sum()):
        fail(
            "events-of-later",
            f"{events} people have an event at some time of their stay. Not all of these come before the horizon ends.",
            "Count the rows of `people` with y = 1.",
        )
    if events != int(truth.sum()):
        fail(
            "counts",
            f"`people` has {int(truth.sum())} rows with y = 1; you wrote {events}.",
            "Take the number from the column `y` of `people`, so that the two agree.",
        )
    early = int((timed["event_at"] <= timed["t0"]).sum())
    left = int((timed["left_at"] <= timed["t0"]).sum())
    if too_early == left:
        fail(
            "early-home",
            f"{left} stays had left by time zero, but most of them left alive, without the event.",
            "Count those whose *event* came at or before time zero.",
        )
    if too_early != early:
        fail(
            "early-count",
            f"You count {too_early} events at or before time zero; the tables hold {early}.",
            "Compare `event_at` with `t0` for all stays, not for `people`.",
        )


@reference
def _strength():
    """Return the AUROC of each column alone, at least 0.5, by name."""
    from sklearn.metrics import roc_auc_score

    _, _, wide, _ = _engineered()
    raw = {name: roc_auc_score(wide["y"], wide[name].fillna(wide[name].median())) for name in COLUMNS}
    return {name: max(area, 1 - area) for name, area in raw.items()}


def _given_t2(ns):
    _, _, wide, hours = _engineered()
    blame_given(ns, wide=wide, hours=hours, COLUMNS=COLUMNS)


def check_t2(ns):
    from sklearn.metrics import roc_auc_score

    _, _, wide, hours = _engineered()
    strength = _strength()
    share = need_values(ns, "late", "the share of values written after hour 24", labels=COLUMNS)
    leaks = set(map(str, need_labels(ns, "leaks", "the names of the leaking columns")))
    true_late = ((hours > TIME_ZERO_HOURS).sum() / hours.notna().sum()).to_numpy()
    place = COLUMNS.index("outreach_lactate")
    if not all_agree(share, true_late, 1e-6):
        if close_to(share, (hours > TIME_ZERO_HOURS).mean().to_numpy(), 1e-4):
            fail(
                "late-of-all",
                "You divided by all stays. Empty cells were never written, neither early nor late.",
                "Divide by the number of written values: `hours.notna().sum()`.",
            )
        if all_agree(share / 100, true_late, 1e-6):
            fail("late-percent", f"Your `late` goes up to {share.max():.0f}: percentages.", "A share goes from 0 to 1.")
        _given_t2(ns)
        far = int(abs(share - true_late).argmax())
        got, right = apart(share[far], true_late[far])
        told = f"Your `late` of `{COLUMNS[far]}` is {got}; it should be {right}."
        if all_agree(share, ((hours >= TIME_ZERO_HOURS).sum() / hours.notna().sum()).to_numpy(), 1e-6):
            fail(
                "late-at-24",
                f"{told} You count a value of exactly hour 24 as late.",
                "What is written at hour 24 is known at time zero. Late is `hours > 24`.",
            )
        fail(
            "other-clock",
            f"{told} That is the share of its written values that were written after hour 24.",
            "Time zero is hour 24. What is written between hour 24 and the event is the future, too.",
        )
    if strong := sorted(leaks - LEAKS):
        if strong[0] not in COLUMNS:
            fail("no-column", f"`leaks` holds “{strong[0]}”, which is no column of `wide`.", "Copy names from COLUMNS.")
        fail(
            "strong-not-leak",
            f"You named {', '.join(strong)}. {strong[0]} has an AUROC of {strength[strong[0]]:.2f} and not "
            "one value written after hour 24. It is legal: ask when, not how strong.",
            "Look at `late`, and name the columns where it is above 0.",
        )
    if "outreach_lactate" not in leaks:
        fail(
            "lactate-kept",
            f"You keep the outreach lactate. Doctors know lactate, but {100 * true_late[place]:.0f} % of these values "
            "were written after time zero, because the team had been called.",
            "Its request came later. Use `available_at` at or before t0, that is, hour 24.",
        )
    if leaks != LEAKS:
        fail(
            "code-kept",
            f"You keep the bed request, the strongest column with {strength['bed_request']:.2f}.",
            "Look at its `late`. Who fills it, and after which decision?",
        )
    need_number(
        ns,
        "repaired",
        roc_auc_score(wide["y"], hours["outreach_lactate"] <= TIME_ZERO_HOURS),
        "the AUROC of the outreach lactate known by hour 24",
        slips=[
            (
                "not-repaired",
                strength["outreach_lactate"],
                "{got} is the AUROC of the column as it stands in the database.",
                "Count as 1 only stays whose outreach lactate was available by hour 24.",
            ),
            (
                "repair",
                lambda: roc_auc_score(wide["y"], hours["outreach_lactate"] <= TIME_ZERO_HOURS + HORIZON_HOURS),
                "`repaired` is {got}; with the values available by hour 24 it is {right}. You cut at another hour.",
                "`hours['outreach_lactate'] <= 24` is True where the value was known. Missing hours give False.",
            ),
        ],
        hint="`hours['outreach_lactate'] <= 24` is True where the value was known. Missing hours give False.",
        otherwise=lambda: _given_t2(ns),
    )


def _fitted(columns, rows):
    """Return the model of the task, fitted on rows to the last digit: learners' solvers stop a little earlier."""
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    regression = LogisticRegression(penalty=None, solver="newton-cholesky")
    model = make_pipeline(SimpleImputer(strategy="median"), StandardScaler(), regression)
    return model.fit(rows[columns], rows["y"])


@reference
def _right_models():
    train, _ = _divided()
    return {name: _fitted(columns, train) for name, columns in SETS.items()}


def check_t3(ns):
    import numpy as np

    names = ["base rate", *SETS]
    brier = need_mapping(ns, "brier", names, "the Brier scores")
    got = {name: need(brier, name, float, "a Brier score") for name in names}
    train, test = _divided()
    own = ns.get("train")
    if hasattr(own, "isna") and len(own) == len(train) and not own.isna().any(axis=None):
        fail(
            "imputed-before-split",
            "`train` and `test` have no gaps any more. A median of all rows would contain test patients, and from here "
            "nobody can see which rows yours came from. Put the filling into the pipeline: there it can learn only from "
            "the rows that it is fitted on.",
            "Leave `train` and `test` as they are. `SimpleImputer` belongs inside `make_pipeline`.",
        )
    rate, y = train["y"].mean(), test["y"].to_numpy()

    def otherwise():
        blame_given(ns, train=train, test=test, SETS=SETS)

    need_number(
        brier,
        "base rate",
        np.mean((rate - y) ** 2),
        "in `brier`",
        tolerance=1e-9,
        slips=[
            (
                "base-rate-of-test",
                test["y"].mean() * (1 - test["y"].mean()),
                "Your base rate is that of the test patients. On Monday nobody knows it yet.",
                "Learn the rate from `train`, then score it on `test`.",
            ),
            (
                "accuracy",
                1 - y.mean(),
                "{got} is an accuracy. Predicting nobody is right in as many patients, and finds nobody.",
                "Use `brier_score_loss` with the outcome and the predicted risks.",
            ),
            (
                "base-rate",
                float(np.mean(y)),
                "Your base rate scores {got}: that is giving everybody a risk of 0. Giving everybody the share of "
                "`train` scores {right}.",
                "Give each test patient the same risk, the mean of `train['y']`.",
            ),
        ],
        hint="Give each test patient the same risk, the mean of `train['y']`.",
        otherwise=otherwise,
    )
    for name, columns in SETS.items():
        model = _right_models()[name]
        risk = model.predict_proba(test[columns])[:, 1]
        classes = model.predict(test[columns])
        # Far from its smallest value the score follows each solver's last digits, so the tolerance is wide.
        if close_to(got[name], np.mean((1 - risk - y) ** 2), 1e-3):
            fail(
                "risk-of-no-event",
                f"“{name}”: {got[name]:.2f} is so large because you scored the risks of staying well.",
                "`predict_proba` gives two columns; the second, `[:, 1]`, is the risk of the event.",
            )
        need_number(
            brier,
            name,
            np.mean((risk - y) ** 2),
            "in `brier`",
            tolerance=2e-6,
            slips=[
                (
                    "class-not-risk",
                    np.mean((classes - y) ** 2),
                    f"“{name}”: you scored classes. {int((classes == 0).sum())} of {len(y)} are 0: a class is not a "
                    "risk.",
                    "Use `predict_proba(...)[:, 1]`, the column of the risk.",
                ),
                (
                    "model-accuracy",
                    np.mean(classes == y),
                    f"“{name}”: {{got}} is the share that is right, an accuracy. A Brier score is small when it is good.",
                    "`model.score` gives the accuracy. Use `brier_score_loss` with the risks.",
                ),
                (
                    "scored-on-train",
                    np.mean((model.predict_proba(train[columns])[:, 1] - train["y"]) ** 2),
                    f"“{name}”: {{got}} is the score on the patients the model was fitted on.",
                    "Predict and score on `test`.",
                ),
                (
                    "fitted-on-test",
                    lambda columns=columns: np.mean(
                        (_fitted(columns, test).predict_proba(test[columns])[:, 1] - y) ** 2
                    ),
                    f"“{name}”: the model was fitted on the test patients. It knows their outcomes.",
                    "Fit on `train`, once, and do not touch `test` before the score.",
                ),
            ],
            hint="Check the steps of the pipeline, `penalty=None`, and that you score on `test`.",
            otherwise=otherwise,
        )


def check_t4(ns):
    import pandas as pd

    protocol = need_mapping(ns, "protocol", PROTOCOL, "your protocol")
    target = need(protocol, "target", str, "the column to predict")
    if target in COSTS:
        fail(
            "cost-target",
            f"`{target}` is complete, but complete for what? Who is cheap because nobody treats them?",
            "The decision is about who comes back. Take the column that records it.",
        )
    if target in NO_TIME:
        fail(
            "no-time",
            f"`{target}` says that it happened in the stay that ends at your time zero. It lies in the past.",
            "Choose an event after discharge.",
        )
    timed = _timed()
    known_columns = {*timed.columns, "admission_id"}
    if target not in known_columns:
        fail(
            "target-no-column",
            f"`{target}` may name the right event, but it is no column of `stays`. A program needs the column.",
            "Look for readmission within 30 days among the columns of `stays`, and copy its name.",
        )
    if target != "readmitted_30d":
        fail(
            "other-target",
            f"`{target}` is not readmission within 30 days.",
            "Look for it among the columns of `stays`.",
        )
    moment = need(protocol, "time_zero", str, "the time zero")
    if moment not in known_columns:
        fail(
            "time-no-column",
            f"`{moment}` may be the right moment, but it is no column of `stays`. A program needs the column that holds "
            "the time.",
            "Name the column of `stays` in which the time of discharge stands.",
        )
    if moment != "discharged_at":
        fail(
            "time-zero",
            f"`{moment}` is not the moment of the forecast. The nurse gets the list at discharge.",
            "The time zero is a column of `stays`: the discharge.",
        )
    days = protocol["horizon_days"]
    days = days.days if isinstance(days, pd.Timedelta) else need(protocol, "horizon_days", int, "the horizon in days")
    rows = need_frame(ns, "rows", ("admission_id", "discharged_at", "readmitted_30d"), "the rows for the model")
    stays = timed.reindex(rows["admission_id"])
    died = int((stays["died_in_hospital"] == 1).sum())
    if died:
        fail(
            "died-included",
            f"{died} of your rows ended in death. These patients cannot come back; their outcome is not “no”.",
            "State the population: stays that ended alive. Then filter with `died_in_hospital`.",
        )
    end = pd.Timestamp("2026-01-01")
    beyond = (stays["discharged_at"] + pd.Timedelta(days=days) > end).to_numpy()
    if beyond.any():
        answers, known = rows["readmitted_30d"][beyond], stays["readmitted_30d"][beyond]
        if days == 30 and answers.notna().all() and known.notna().all():
            fail(
                "returned-only",
                f"{beyond.sum()} rows end in the last 30 days, and all of them were readmitted. The others of that "
                "time were dropped, because their answer is not known yet.",
                "Cut by the date of discharge, not by whether the outcome is known.",
            )
        if days == 30 and answers.notna().all():
            fail(
                "unknown-as-no",
                f"{int(known.isna().sum())} outcomes that nobody knows yet stand in `rows` as “not readmitted”.",
                "Do not fill them. Keep stays whose 30 days lie inside the data.",
            )
        fail(
            "follow-up",
            f"For {100 * beyond.mean():.1f} % of your rows the {days} days after discharge are not over when the data "
            "end.",
            "The horizon has to lie inside the data: discharge + horizon at or before `end_of_data`.",
        )
    if days != 30:
        fail(
            "horizon-mismatch",
            f"Your horizon is {days} days, the target counts 30. The model would answer another question.",
            "Horizon and target have to agree.",
        )
    usable = timed[(timed["died_in_hospital"] == 0) & (timed["discharged_at"] + pd.Timedelta(days=30) <= end)]
    if rows["admission_id"].duplicated().any():
        fail("rows-repeated", f"{len(rows) - rows['admission_id'].nunique()} rows repeat a stay.", "One row a stay.")
    if set(rows["admission_id"]) != set(usable.index):
        blame_given(ns, end_of_data=end)
        fail(
            "rows-missing",
            f"You have {len(rows)} rows; {len(usable)} stays ended alive with 30 days of follow-up.",
            "Two conditions and no more: ended alive, and discharge + 30 days inside the data.",
        )
    by_stay = rows.set_index("admission_id")
    answers = need_values(by_stay, "readmitted_30d", "the answer for each stay", labels=usable.index)
    when = pd.to_datetime(by_stay["discharged_at"], errors="coerce").reindex(usable.index)
    for name, same in (
        ("readmitted_30d", close_to(answers, usable["readmitted_30d"].to_numpy(float))),
        ("discharged_at", (when == usable["discharged_at"]).all()),
    ):
        if not same:
            fail(
                "changed-answers",
                f"`rows` holds the right stays, but its column `{name}` is not that of `stays` any more.",
                "Choose rows, and leave what was recorded as it is.",
            )
    predictors = need_labels(protocol, "predictors", "the columns the model may use")
    if unknown := [name for name in predictors if name not in LEGAL_AT_DISCHARGE | set(LATE)]:
        fail(
            "not-in-catalogue",
            f"`{unknown[0]}` is not in the catalogue, so this check cannot see when it is written.",
            "Choose from the ten columns of `catalogue`.",
        )
    if illegal := [name for name in predictors if name in LATE]:
        fail(
            "late-predictors",
            f"`{illegal[0]}` is written {LATE[illegal[0]]}. At discharge the cell is empty.",
            "Keep the columns of the catalogue that are written at admission, in the stay, or at discharge.",
        )
    if not predictors:
        fail("no-predictors", "Your protocol names no predictor.", "Choose from the catalogue.")


_PEOPLE = 'timed = stays.assign(t0=stays["ward_arrival_at"] + day)\n'
_COUNTS = (
    '\npeople["y"] = (people["event_at"] <= people["t0"] + horizon).astype(int)\n'
    'events = int(people["y"].sum())\n'
    'too_early = int((timed["event_at"] <= timed["t0"]).sum())'
)
_AT_RISK = 'people = timed[timed["left_at"] > timed["t0"]].copy()'
_LATE = "late = (hours > 24).sum() / hours.notna().sum()\n"
_LEAKS = "leaks = list(late.index[late > 0])\n"
_REPAIRED = 'repaired = roc_auc_score(wide["y"], hours["outreach_lactate"] <= 24)'
_BASE = 'brier["base rate"] = brier_score_loss(test["y"], np.full(len(test), train["y"].mean()))\n'
_LOOP = (
    "for name, columns in SETS.items():\n"
    '    model = make_pipeline(SimpleImputer(strategy="median"), StandardScaler(), LogisticRegression(penalty=None))\n'
)
_FITTED = (
    '    model.fit(train[columns], train["y"])\n'
    '    brier[name] = brier_score_loss(test["y"], model.predict_proba(test[columns])[:, 1])'
)


def _protocol(rows, **changes):
    parts = {
        "time_zero": "discharged_at",
        "horizon_days": 30,
        "target": "readmitted_30d",
        "predictors": ["age", "ed_visits_6m", "los_days"],
    } | changes
    return f"protocol = {parts!r}\n{rows}"


_ROWS = (
    'rows = stays[(stays["died_in_hospital"] == 0)'
    ' & (stays["discharged_at"] + pd.Timedelta(days=protocol["horizon_days"]) <= end_of_data)]'
)
_ALIVE = 'rows = stays[stays["died_in_hospital"] == 0]'

TASKS = [
    Task(
        id="2.2.1-t1",
        title="Predict and run: who is in the population?",
        outcomes=("b",),
        check=check_t1,
        praise="Your population can be found on a ward at time zero, and your target ends where the horizon ends.",
        hints=(
            "Who is in front of the nurse 24 hours after arrival? `people` holds them, and `y` their events.",
            "`events` is a sum over a column of `people`. `too_early` counts stays that are not in `people`.",
            '`too_early = int((timed["event_at"] <= timed["t0"]).sum())`; a missing time counts as not early.',
        ),
        right=(
            RightVariant(
                "the stay as index, other spellings",
                code=_PEOPLE
                + _AT_RISK
                + _COUNTS
                + '\npeople = people.set_index("admission_id").rename(columns={"y": "Y", "t0": "T0"})\nevents = float(events)',
            ),
            RightVariant(
                "Boolean outcome, NumPy numbers",
                code="""
                    timed = stays.assign(t0=stays["ward_arrival_at"] + day)
                    people = timed.query("left_at > t0")
                    people = people.assign(y=people["event_at"] - people["t0"] <= horizon)
                    events = people["y"].sum()
                    too_early = (timed["event_at"] <= timed["t0"]).sum()
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "overwrites time zero in the finished table",
                code=_PEOPLE + _AT_RISK + _COUNTS + '\npeople["t0"] = people["ward_arrival_at"]',
                expect="other-t0",
            ),
            WrongAttempt(
                "takes admission for arrival",
                code=_PEOPLE.replace("ward_arrival_at", "admitted_at") + _AT_RISK + _COUNTS,
                expect="other-t0",
            ),
            WrongAttempt(
                "uses the bed request in the filter",
                code=_PEOPLE
                + 'people = timed[(timed["left_at"] > timed["t0"]) & timed["bed_requested_at"].isna()].copy()'
                + _COUNTS,
                expect="future-chose-past",
            ),
            WrongAttempt(
                "counts events up to discharge",
                code=_PEOPLE
                + _AT_RISK
                + _COUNTS.replace('people["event_at"] <= people["t0"] + horizon', 'people["event_at"].notna()'),
                expect="horizon",
            ),
            WrongAttempt(
                "keeps patients who are in intensive care at t0",
                code=_PEOPLE + 'people = timed[timed["discharged_at"] > timed["t0"]].copy()' + _COUNTS,
                expect="already-there",
            ),
            WrongAttempt(
                "keeps patients who have gone home",
                code=_PEOPLE + 'people = timed[~(timed["event_at"] <= timed["t0"])].copy()' + _COUNTS,
                expect="already-home",
            ),
            WrongAttempt(
                "leaves out those who go home within the horizon",
                code=_PEOPLE
                + 'stayed = (timed["left_at"] > timed["t0"] + horizon) | (timed["event_at"] <= timed["t0"] + horizon)\n'
                + 'people = timed[(timed["left_at"] > timed["t0"]) & stayed].copy()'
                + _COUNTS,
                expect="home-left-out",
            ),
            WrongAttempt(
                "counts everybody who left as too early",
                code=_PEOPLE
                + _AT_RISK
                + _COUNTS.replace('timed["event_at"] <= timed["t0"]', 'timed["left_at"] <= timed["t0"]'),
                expect="early-home",
            ),
            WrongAttempt(
                "counts too early in the population",
                code=_PEOPLE
                + _AT_RISK
                + _COUNTS.replace('timed["event_at"]', 'people["event_at"]').replace('timed["t0"]', 'people["t0"]'),
                expect="early-count",
            ),
            WrongAttempt(
                "forgets deaths on the ward",
                code=_PEOPLE + _AT_RISK + _COUNTS.replace('people["event_at"]', 'people["icu_transfer_at"]'),
                expect="events-missed",
            ),
            WrongAttempt(
                "takes emergencies only",
                code=_PEOPLE
                + 'people = timed[(timed["left_at"] > timed["t0"]) & (timed["admission_type"] == "emergency")].copy()'
                + _COUNTS,
                expect="people-missing",
            ),
            WrongAttempt(
                "counts the people instead of the events",
                code=_PEOPLE + _AT_RISK + _COUNTS.replace('int(people["y"].sum())', "len(people)"),
                expect="counts",
            ),
            WrongAttempt(
                "counts later events, too",
                code=_PEOPLE + _AT_RISK + _COUNTS.replace('people["y"].sum()', 'people["event_at"].notna().sum()'),
                expect="events-of-later",
            ),
            WrongAttempt(
                "joins the vital signs and keeps every set",
                code=_PEOPLE + _AT_RISK + '\npeople = people.merge(load("scores"), on="admission_id")' + _COUNTS,
                expect="rows-repeated",
            ),
        ),
        design_note="Objective: population, time zero, horizon and target as code. Out of scope: landmarks (2.2.4).",
    ),
    Task(
        id="2.2.1-t2",
        title="Investigate: find the two leaking predictors",
        outcomes=("c",),
        check=check_t2,
        praise="You found the leaks by their clocks, not by their strength, and kept what was known in time.",
        hints=(
            "A leak is a question of time. Which of the seven columns have values written after hour 24?",
            "`late = (hours > 24).sum() / hours.notna().sum()`, and the leaks are where it is above 0.",
            "`repaired` needs one line: the AUROC of `hours['outreach_lactate'] <= 24`.",
        ),
        right=(
            RightVariant(
                "dictionaries and tables, rounded",
                code=_LATE + _LEAKS + _REPAIRED + "\nlate = late.round(2).reset_index()\nrepaired = round(repaired, 2)",
            ),
            RightVariant("leaks as an index", code=_LATE + "leaks = late.index[late > 0]\n" + _REPAIRED),
            RightVariant(
                "in plain Python, another order, a set of names",
                code="""
                    late = {}
                    for c in sorted(COLUMNS):
                        written = [hour for hour in hours[c] if hour == hour]
                        late[c] = sum(hour > 24 for hour in written) / len(written)
                    leaks = {c for c in late if late[c]}
                    repaired = roc_auc_score(wide["y"], (hours["outreach_lactate"] <= 24).astype(float))
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "turns the outcome round first",
                code='wide["y"] = 1 - wide["y"]\n' + _LATE + _LEAKS + _REPAIRED,
                expect="given-wide",
            ),
            WrongAttempt(
                "gives percentages",
                code=_LATE + _LEAKS + _REPAIRED + "\nlate = 100 * late",
                expect="late-percent",
            ),
            WrongAttempt(
                "drops every strong predictor",
                code=_LATE + "leaks = list(strength.index[strength > 0.65])\n" + _REPAIRED,
                expect="strong-not-leak",
            ),
            WrongAttempt(
                "keeps lactate because doctors know it",
                code=_LATE + 'leaks = ["bed_request"]\n' + _REPAIRED,
                expect="lactate-kept",
            ),
            WrongAttempt(
                "keeps the code because it is strong",
                code=_LATE + 'leaks = ["outreach_lactate"]\n' + _REPAIRED,
                expect="code-kept",
            ),
            WrongAttempt(
                "asks at the end of the horizon",
                code=_LATE.replace("24", "72") + _LEAKS + _REPAIRED,
                expect="other-clock",
            ),
            WrongAttempt(
                "counts hour 24 itself as late",
                code=_LATE.replace("> 24", ">= 24") + 'leaks = ["bed_request", "outreach_lactate"]\n' + _REPAIRED,
                expect="late-at-24",
            ),
            WrongAttempt(
                "divides by all stays",
                code="late = (hours > 24).mean()\n" + _LEAKS + _REPAIRED,
                expect="late-of-all",
            ),
            WrongAttempt(
                "does not cut the lactate",
                code=_LATE + _LEAKS + 'repaired = roc_auc_score(wide["y"], wide["outreach_lactate"])',
                expect="not-repaired",
            ),
            WrongAttempt(
                "cuts the lactate at the end of the horizon",
                code=_LATE + _LEAKS + _REPAIRED.replace("24", "72"),
                expect="repair",
            ),
            WrongAttempt(
                "gives one number for all columns",
                code="late = (hours > 24).sum().sum() / hours.notna().sum().sum()\n"
                + 'leaks = ["bed_request", "outreach_lactate"]\n'
                + _REPAIRED,
                expect="type-late",
            ),
        ),
        design_note="Objective: family 2 by availability. Out of scope: families 1 and 3 in code (task 3, unit 2.2.4).",
    ),
    Task(
        id="2.2.1-t3",
        title="Complete: beat the base rate",
        outcomes=("d", "c"),
        check=check_t3,
        praise="You compared risks with the base rate on patients whom no step had seen.",
        hints=(
            "The Brier score needs risks: for the base rate the same number for everybody.",
            "`np.full(len(test), train['y'].mean())` gives each test patient the rate of the training patients.",
            "Build the pipeline in the loop, `fit` on `train[columns]`, then `predict_proba(test[columns])[:, 1]`.",
        ),
        right=(
            RightVariant(
                "a column, rounded, under other spellings",
                code=_BASE + _LOOP + _FITTED + "\nbrier = pd.Series(brier).round(4).rename(str.title)",
            ),
            RightVariant(
                "another solver, a weak penalty",
                code=_BASE + _LOOP.replace("penalty=None", 'C=1e9, solver="newton-cholesky"') + _FITTED,
            ),
            RightVariant(
                "no penalty, as newer releases write it",
                code=_BASE + _LOOP.replace("penalty=None", "C=np.inf") + _FITTED,
            ),
            RightVariant(
                "the score by its definition, in another order",
                code="""
                    for name, columns in reversed(list(SETS.items())):
                        model = make_pipeline(SimpleImputer(strategy="median"), StandardScaler(), LogisticRegression(penalty=None))
                        risk = model.fit(train[columns], train["y"]).predict_proba(test[columns])[:, 1]
                        brier[name] = float(((risk - test["y"]) ** 2).mean())
                    brier["base rate"] = np.mean((test["y"] - train["y"].mean()) ** 2)
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "keeps the default penalty",
                code=_BASE + _LOOP.replace("penalty=None", "") + _FITTED,
                expect="other-one_sign",
            ),
            WrongAttempt(
                "makes the training patients the test",
                code="test = train\n" + _BASE + _LOOP + _FITTED,
                expect="given-test",
            ),
            WrongAttempt(
                "fits on everybody", code=_BASE + _LOOP + _FITTED.replace("train[", "data["), expect="other-one_sign"
            ),
            WrongAttempt(
                "scores classes",
                code=_BASE
                + _LOOP
                + '    model.fit(train[columns], train["y"])\n'
                + '    brier[name] = brier_score_loss(test["y"], model.predict(test[columns]))',
                expect="class-not-risk",
            ),
            WrongAttempt(
                "fills the gaps before the split",
                code="data = data.fillna(data.median())\ntrain, test = data.iloc[train_rows], data.iloc[test_rows]\n"
                + _BASE
                + _LOOP
                + '    model.fit(train[columns], train["y"])\n'
                + '    brier[name] = brier_score_loss(test["y"], model.predict_proba(test[columns])[:, 1])',
                expect="imputed-before-split",
            ),
            WrongAttempt(
                "fills the gaps by hand, from the training patients",
                code="middle = train.median()\ntrain, test = train.fillna(middle), test.fillna(middle)\n"
                + _BASE
                + _LOOP
                + _FITTED,
                expect="imputed-before-split",
            ),
            WrongAttempt(
                "drops the patients with gaps",
                code="train, test = train.dropna(), test.dropna()\n" + _BASE + _LOOP + _FITTED,
                expect="given-train",
            ),
            WrongAttempt(
                "reports accuracy",
                code='brier["base rate"] = (test["y"] == 0).mean()\n'
                + _LOOP
                + '    model.fit(train[columns], train["y"])\n'
                + '    brier[name] = model.score(test[columns], test["y"])',
                expect="accuracy",
            ),
            WrongAttempt(
                "reports the accuracy of the models",
                code=_BASE
                + _LOOP
                + '    model.fit(train[columns], train["y"])\n'
                + '    brier[name] = model.score(test[columns], test["y"])',
                expect="model-accuracy",
            ),
            WrongAttempt(
                "scores the column of no event",
                code=_BASE + _LOOP + _FITTED.replace("[:, 1]", "[:, 0]"),
                expect="risk-of-no-event",
            ),
            WrongAttempt(
                "takes the base rate from the test patients",
                code=_BASE.replace('train["y"].mean()', 'test["y"].mean()')
                + _LOOP
                + '    model.fit(train[columns], train["y"])\n'
                + '    brier[name] = brier_score_loss(test["y"], model.predict_proba(test[columns])[:, 1])',
                expect="base-rate-of-test",
            ),
            WrongAttempt(
                "scores the training patients",
                code=_BASE
                + _LOOP
                + '    model.fit(train[columns], train["y"])\n'
                + '    brier[name] = brier_score_loss(train["y"], model.predict_proba(train[columns])[:, 1])',
                expect="scored-on-train",
            ),
            WrongAttempt(
                "fits on the test patients",
                code=_BASE
                + _LOOP
                + '    model.fit(test[columns], test["y"])\n'
                + '    brier[name] = brier_score_loss(test["y"], model.predict_proba(test[columns])[:, 1])',
                expect="fitted-on-test",
            ),
            WrongAttempt(
                "balances the classes",
                code=_BASE
                + _LOOP.replace("penalty=None", 'penalty=None, class_weight="balanced"')
                + '    model.fit(train[columns], train["y"])\n'
                + '    brier[name] = brier_score_loss(test["y"], model.predict_proba(test[columns])[:, 1])',
                expect="other-one_sign",
            ),
            WrongAttempt(
                "gives everybody the risk of nothing",
                code=_BASE.replace('np.full(len(test), train["y"].mean())', "np.zeros(len(test))")
                + _LOOP
                + '    model.fit(train[columns], train["y"])\n'
                + '    brier[name] = brier_score_loss(test["y"], model.predict_proba(test[columns])[:, 1])',
                expect="base-rate",
            ),
            WrongAttempt("scores the base rate only", code=_BASE, expect="missing-one_sign"),
        ),
        design_note="Objective: base rate first, steps inside the pipeline, risks. Out of scope: calibration (2.2.2).",
    ),
    Task(
        id="2.2.1-t4",
        title="Make: a protocol for readmission",
        outcomes=("b", "e", "c"),
        check=check_t4,
        praise="Each row has its whole horizon inside the data, and each column is written before the nurse needs it.",
        hints=(
            "Which stays ended so late that their 30 days are not over when the data end?",
            "Cut by date, not by the outcome: `discharged_at` + horizon at or before `end_of_data`, and ended alive.",
            '`rows = stays[(stays["died_in_hospital"] == 0) & (seen_until <= end_of_data)]`, with 30 days.',
        ),
        right=(
            RightVariant(
                "the stay as index, a set of predictors",
                code=_protocol(
                    _ROWS + '\nrows = rows.sort_values("discharged_at").set_index("admission_id")',
                    predictors={"age", "los_days"},
                ),
            ),
            RightVariant(
                "fewer predictors in a tuple, rows by query",
                code="""
                    protocol = {
                        "time_zero": "discharged_at",
                        "horizon_days": 30.0,
                        "target": "readmitted_30d",
                        "predictors": ("age", "admissions_12m"),
                    }
                    last = end_of_data - pd.Timedelta("30D")
                    rows = stays.query("died_in_hospital == 0 and discharged_at <= @last").sort_values("age")
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "keeps each row twice",
                code=_protocol(_ROWS + "\nrows = pd.concat([rows, rows])"),
                expect="rows-repeated",
            ),
            WrongAttempt(
                "turns the answers round",
                code=_protocol(_ROWS + '\nrows = rows.assign(readmitted_30d=1 - rows["readmitted_30d"])'),
                expect="changed-answers",
            ),
            WrongAttempt(
                "cuts a day too late",
                code=_protocol(_ROWS.replace("<= end_of_data", "<= end_of_data + pd.Timedelta(days=1)")),
                expect="follow-up",
            ),
            WrongAttempt(
                "horizon longer than the follow-up",
                code=_protocol(_ALIVE, horizon_days=90),
                expect="follow-up",
            ),
            WrongAttempt(
                "drops the missing outcomes",
                code=_protocol('rows = stays.dropna(subset=["readmitted_30d"])'),
                expect="returned-only",
            ),
            WrongAttempt(
                "fills the missing outcomes with no",
                code=_protocol(_ALIVE + '.fillna({"readmitted_30d": 0})'),
                expect="unknown-as-no",
            ),
            WrongAttempt(
                "target is cost because it is complete",
                code=_protocol(_ROWS, target="cost_next_12m_eur"),
                expect="cost-target",
            ),
            WrongAttempt(
                "uses the diagnosis codes",
                code=_protocol(_ROWS, predictors=["age", "diagnosis_codes"]),
                expect="late-predictors",
            ),
            WrongAttempt(
                "uses columns of stays that are not in the catalogue",
                code=_protocol(_ROWS, predictors=["age", "admission_type"]),
                expect="not-in-catalogue",
            ),
            WrongAttempt("keeps those who died", code=_protocol("rows = stays"), expect="died-included"),
            WrongAttempt(
                "horizon and target disagree", code=_protocol(_ROWS, horizon_days=14), expect="horizon-mismatch"
            ),
            WrongAttempt("names no predictor", code=_protocol(_ROWS, predictors=[]), expect="no-predictors"),
            WrongAttempt(
                "takes a fall of the stay", code=_protocol(_ROWS, target="fall_in_hospital"), expect="no-time"
            ),
            WrongAttempt(
                "takes death as target", code=_protocol(_ROWS, target="died_in_hospital"), expect="other-target"
            ),
            WrongAttempt(
                "names the target in words", code=_protocol(_ROWS, target="readmission"), expect="target-no-column"
            ),
            WrongAttempt(
                "names the moment in words", code=_protocol(_ROWS, time_zero="discharge"), expect="time-no-column"
            ),
            WrongAttempt("forecasts at admission", code=_protocol(_ROWS, time_zero="admitted_at"), expect="time-zero"),
            WrongAttempt(
                "takes emergencies only",
                code=_protocol(_ROWS + '\nrows = rows[rows["admission_type"] == "emergency"]'),
                expect="rows-missing",
            ),
        ),
        design_note="Objective: the six parts for a new target, complete follow-up. Out of scope: fitting the model.",
    ),
    Task(
        id="2.2.1-t5",
        title="Predict and look: move time zero",
        outcomes=("b", "c"),
        items=("x06", "x03"),
        hints=(
            "Read the first number of the sentence at 24 h, move the slider, and read it again.",
            "In the chart, compare the left ends of the two lines.",
        ),
        design_note="Objective: what time zero costs, and how a leak looks. Out of scope: computing AUROC.",
    ),
    Task(
        id="2.2.1-t6",
        title="Investigate: clocks and repairs",
        outcomes=("b", "c"),
        items=("x01", "x08"),
        hints=(
            "Ask of each column when its value is written and can be read.",
            "Ask of each finding whether a step, a column or the test patients are at fault, or nothing at all.",
        ),
        design_note="Objective: family 1 to 3 without code. Out of scope: the size of a leak.",
    ),
    Task(
        id="2.2.1-t7",
        title="Complete: the card, the count and the scoreboard",
        outcomes=("b", "d"),
        items=("x02", "x10", "x07"),
        hints=(
            "Start the card with its last part, the decision; time zero and horizon follow from it.",
            "For the count, draw a line at time zero: who is still there, without the event?",
            "Start the report with the constant, p(1 − p). Which part of it does each model remove?",
        ),
        design_note="Objective: a whole task, and skill against the base rate. Out of scope: intervals of a skill.",
    ),
    Task(
        id="2.2.1-t8",
        title="Make: from four wishes to a protocol",
        outcomes=("a", "b", "e"),
        items=("x04", "x09", "x05"),
        hints=(
            "Wishes: is it over, is it still open, or is something to be changed?",
            "Labels: what has to happen so that the column says yes? Who is ill, and this does not happen?",
            "Population: only what is known on the day of the forecast. Decision: who does what, for whom, when?",
        ),
        design_note="Objective: the parts of a protocol that are words; the reader judges them. Closes both routes.",
    ),
]
