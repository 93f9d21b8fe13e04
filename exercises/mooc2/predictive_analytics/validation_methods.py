"""Checks of the exercise "The second test" (unit 2.2.4)."""

import numpy as np

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
    need_labels,
    need_mapping,
    need_number,
    need_values,
    reference,
)

DESIGNS = ("random", "patient", "time", "site")
TARGET = "deteriorated_48h"
CUT, HORIZON = np.datetime64("2025-01-01"), np.timedelta64(48, "h")
NUMBERS = [
    "age",
    "n_conditions",
    "hours_on_ward",
    "treatment_limited",
    "resp_rate",
    "spo2",
    "on_oxygen",
    "sbp",
    "heart_rate",
    "temperature",
    "news2",
    "news2_max_24h",
    "creatinine",
    "sodium",
    "crp",
    "wbc",
    "haemoglobin",
]
PROTOCOL, PRICE = (0.03, 0.05, 0.10, 0.15), 0.03
MODELS = ("own", "ward", "everybody")
SAMPLES = 200


@reference
def _mornings():
    from ai2med import load

    return load("landmarks")


@reference
def _rows():
    """Return the part of sites A and B on which the forest is tested."""
    mornings = _mornings()
    some = np.random.default_rng(1).choice(mornings["patient_id"].unique(), 3000, replace=False)
    return mornings[(mornings["site"] != "C") & mornings["patient_id"].isin(some)].reset_index(drop=True)


@reference
def _noise():
    """Return the markers of the colleague, the outcome drawn by lot, and the outer and inner folds."""
    from sklearn.model_selection import StratifiedKFold

    rng = np.random.default_rng(224)
    markers = rng.normal(size=(100, 1000))
    markers[rng.random(markers.shape) < 0.02] = np.nan
    lot = rng.permutation(np.repeat([0, 1], [70, 30]))
    outer, inner = (StratifiedKFold(k, shuffle=True, random_state=seed) for k, seed in ((5, 1), (3, 2)))
    return markers, lot, outer, inner


@reference
def _two_models():
    """Return the table on which the two rankings are compared, and the mornings of site C with both models."""
    import pandas as pd
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from ai2med import load

    mornings = _mornings()
    here = mornings[mornings["site"] != "C"]
    past = here[here["t0"] < CUT - HORIZON]
    model = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True),
        StandardScaler(),
        LogisticRegression(C=0.1, max_iter=1000),
    ).fit(past[NUMBERS], past[TARGET])
    said = load("predictions")[["landmark_id", "model_version", "risk_24h"]]
    said = said[said["model_version"] == "2.0"].assign(risk_24h=said["risk_24h"].clip(1e-4, 1 - 1e-4))
    test = here[(here["t0"] >= CUT) & ~here["patient_id"].isin(past["patient_id"])].merge(said, on="landmark_id")
    wide = mornings[mornings["site"] == "C"].merge(said, on="landmark_id")
    own, vendor = model.predict_proba(test[NUMBERS])[:, 1], test["risk_24h"]
    test = pd.DataFrame({"patient_id": test["patient_id"], "outcome": test[TARGET], "own": own, "vendor": vendor})
    return test, wide.assign(own=model.predict_proba(wide[NUMBERS])[:, 1])


def _test():
    return _two_models()[0]


def _there():
    """Return the envelope of site C: what the product said, and what happened within 24 hours."""
    import pandas as pd

    wide = _two_models()[1]
    return pd.DataFrame(
        {"patient_id": wide["patient_id"], "risk": wide["risk_24h"], "outcome": wide["deteriorated_24h"]}
    )


@reference
def _judge():
    """Return the half of site C on which both models are compared, shifted to 48 hours on the other half."""
    import pandas as pd
    from sklearn.model_selection import StratifiedGroupKFold

    wide = _two_models()[1]
    halves = StratifiedGroupKFold(2, shuffle=True, random_state=4)
    first, second = next(halves.split(wide, wide["deteriorated_24h"], wide["patient_id"]))
    learn, judge = wide.iloc[first], wide.iloc[second]

    def shifted(column):
        return _expit(_logit(judge[column]) + _shift_of(learn[column], learn[TARGET]))

    return pd.DataFrame(
        {
            "patient_id": judge["patient_id"],
            "outcome": judge[TARGET],
            "own": shifted("own"),
            "ward": shifted("risk_24h"),
            "ward_24h": judge["risk_24h"],
        }
    )


def _as_pairs(designs, name):
    """Return the (train, test) pairs of one design as arrays of row numbers."""
    try:
        folds = list(designs[name])
        # One pair needs no list around it: its parts hold row numbers, not pairs.
        if len(folds) == 2 and np.ndim(next(iter(folds[0]))) == 0:
            folds = [folds]
        pairs = [tuple(map(_row_numbers, (train, test))) for train, test in folds]
    except (TypeError, ValueError, StopIteration):
        fail(
            f"pairs-{name}",
            f'`designs["{name}"]` is not a list of pairs (train, test) of row numbers.',
            "Wrap a splitter's result in `list(...)`; write one pair as `[(train, test)]`.",
        )
    if not pairs or not all(len(test) for _, test in pairs):
        fail(
            f"empty-{name}",
            f'`designs["{name}"]` has {"a pair without test rows" if pairs else "no pairs"}.',
            "What a splitter gives can be read only once: keep it with `list(...)`.",
        )
    return pairs


def _row_numbers(rows):
    rows, n = np.asarray(rows), len(_rows())
    rows = np.flatnonzero(rows) if rows.dtype == bool and len(rows) == n else rows.astype(int)
    if rows.ndim != 1 or (len(rows) and not 0 <= rows.min() <= rows.max() < n):
        raise ValueError
    return rows


def _check_folds(name, pairs):
    """Tell whether three folds test every row once and train on all others."""
    n = len(_rows())
    if len(pairs) != 3:
        fail(f"folds-{name}", f'"{name}" has {len(pairs)} pairs; three folds are asked for.', "The first argument: 3.")
    if sorted(np.concatenate([test for _, test in pairs])) != list(range(n)):
        fail(
            f"rows-left-out-{name}",
            f'In "{name}" some mornings are never tested, or more than once.',
            "The folds of a cross-validation test each row exactly once: use the list that the splitter gives.",
        )
    for train, test in pairs:
        if len(np.unique(train)) != n - len(test) or len(np.intersect1d(train, test)):
            fail(
                f"train-other-{name}",
                f'In "{name}" a fold trains on {len(np.unique(train))} mornings, and {n - len(test)} are not in its test.',
                "Train on all rows that the fold does not test.",
            )


def check_t1(ns):
    guess = [str(name).lower() for name in need_labels(ns, "guess", "your order of the four designs")]
    designs = need_mapping(ns, "designs", DESIGNS, "the folds of each design")
    rows = _rows()
    who, site, t0 = rows["patient_id"].to_numpy(), rows["site"].to_numpy(), rows["t0"].to_numpy()
    if len(ns.get("rows", rows)) != len(rows):
        blame_given(ns, rows=rows[["patient_id", "site", "t0"]])
    pairs = {name: _as_pairs(designs, name) for name in DESIGNS}
    _check_folds("random", pairs["random"])
    if not any(len(np.intersect1d(who[train], who[test])) for train, test in pairs["random"]):
        fail(
            "random-by-patient",
            'In "random" no patient is on both sides. This is the design "patient", not one of single rows.',
            "`StratifiedKFold` knows nothing about patients: the line in the starter is right.",
        )
    for train, test in pairs["patient"]:
        both = np.intersect1d(who[train], who[test])
        if len(both):
            mornings = int(np.isin(who[test], both).sum())
            fail(
                "patient-on-both-sides",
                f'In "patient", {len(both)} patients of one fold are on both sides: for {mornings} test mornings the model '
                f"has already seen the person, {both[0]} for example.",
                "A splitter can keep patients together only if it is told who they are: look for one with *Group* in its "
                "name, and pass `who` as the third argument of `split`.",
            )
    _check_folds("patient", pairs["patient"])
    _check_time(pairs["time"], who, t0)
    for train, test in pairs["site"]:
        both = np.intersect1d(site[train], site[test])
        if len(both):
            fail(
                "site-on-both-sides",
                f'In "site", {len(both)} of the two sites stand on both sides: {" and ".join(both)}.',
                "`LeaveOneGroupOut` leaves out one *group*. Which column holds the groups here?",
            )
    if sorted(place for _, test in pairs["site"] for place in np.unique(site[test])) != ["A", "B"]:
        fail(
            "one-site",
            'In "site" the two sites are not tested once each.',
            "Internal-external validation takes turns: each site is left out once.",
        )
    for train, test in pairs["site"]:
        if len(np.unique(train)) + len(np.unique(test)) != len(rows):
            fail(
                "site-rows",
                f'In "site" a pair trains on {len(train)} and tests on {len(test)} of {len(rows)} mornings.',
                "Use every morning: those of one site train, all of the other test.",
            )
    if sorted(guess) != sorted(DESIGNS):
        fail(
            "no-guess",
            "Your folds are right. `guess` does not hold each of the four names once.",
            'Write your order before you look at the result, for example ["site", "time", "patient", "random"].',
        )


def _check_time(pairs, who, t0):
    if len(pairs) != 1:
        fail(
            "many-cuts",
            f'"time" has {len(pairs)} pairs; the claim "next year" needs one cut.',
            "One pair: train before the cut, test from the cut on.",
        )
    train, test = pairs[0]
    ahead = int((t0[train] >= t0[test].min()).sum())
    if ahead:
        fail(
            "future-trains-past",
            f'In "time", {ahead} training mornings lie after the first test morning: the future trains the past.',
            "Cut by the date itself. Any shuffling, even after sorting, undoes the order.",
        )
    unknown = int((t0[train] + HORIZON > CUT).sum())
    if unknown:
        fail(
            "outcome-not-known",
            f'In "time", {unknown} training mornings have a 48-hour outcome that nobody knew on the day of the cut.',
            "Stop training one horizon before the cut: `cut - horizon`.",
        )
    both = np.intersect1d(who[train], who[test])
    if len(both):
        fail(
            "known-patients",
            f'In "time", {len(both)} patients are in training and come back in the test year. They are not new.',
            "Take them out of the test: `~who.isin(...)` with the patients of the training mornings.",
        )
    # Patients seen between the last training morning and the cut may count as new or not.
    late, least = t0 >= CUT, t0 < CUT - HORIZON
    newest, new = (late & ~np.isin(who, who[before]) for before in (t0 < CUT, least))
    fits = (
        set(np.flatnonzero(least)) <= set(train)
        and set(np.flatnonzero(newest)) <= set(test) <= set(np.flatnonzero(new))
        and len(set(test)) == len(test)
    )
    if not fits:
        fail(
            "rows-lost",
            f'"time" trains on {len(train)} and tests on {len(test)} mornings; it should be {least.sum()} and {new.sum()}.',
            "Train on every morning before `cut - horizon`, test on every morning from `cut` on of a new patient.",
        )


def _judge_search(search):
    """Look at what is inside the folds: filling, scaling, selection, fit; and at what is tuned, how."""
    _, _, _, inner = _noise()
    if not hasattr(search, "param_grid"):
        fail(
            "no-search",
            "`search` is no `GridSearchCV`, so nothing is tuned inside the folds.",
            'Wrap the pipeline: `GridSearchCV(pipe, grid, cv=inner, scoring="roc_auc")`.',
        )
    steps = dict(getattr(search.estimator, "steps", [("", search.estimator)]))
    kinds = {type(step).__name__: name for name, step in steps.items()}
    if "SelectKBest" not in kinds:
        fail(
            "selection-outside",
            "Your pipeline does not select columns, so the selection was made before the folds and still saw the outcomes "
            "of the test patients.",
            "Put `SelectKBest(f_classif)` into the pipeline; the grid then finds its setting under `selectkbest__k`.",
        )
    if not any("Imputer" in kind for kind in kinds) or not any("Scaler" in kind for kind in kinds):
        fail(
            "filled-outside",
            "Selection is inside now, but gaps are filled or columns scaled with values that contain the test patients.",
            "Start the pipeline with `SimpleImputer(...)` and `StandardScaler()`, and pass it `markers`, not `scaled`.",
        )
    if list(kinds)[-1] != "LogisticRegression":
        fail("other-model", f"The last step is {list(kinds)[-1]}.", "The task asks for a logistic regression.")
    grids = search.param_grid if isinstance(search.param_grid, list) else [search.param_grid]
    tried = {name: sorted(values) for one in grids for name, values in one.items()}
    if tried != {f"{kinds['SelectKBest']}__k": [5, 20, 80]}:
        fail(
            "other-grid",
            "`search` does not try the three numbers of columns of `grid`: 5, 20 and 80.",
            "Pass `grid`, or give the same values under the name of your step.",
        )
    if repr(search.cv) != repr(inner) or search.scoring != "roc_auc":
        fail(
            "inner-other",
            "`search` does not choose by the AUROC over the folds `inner`.",
            '`GridSearchCV(pipe, grid, cv=inner, scoring="roc_auc")`',
        )


def check_t2(ns):
    from sklearn.base import clone
    from sklearn.model_selection import cross_val_score

    search = need(ns, "search", None, "the search with its pipeline")
    need(ns, "honest", float, "the mean AUROC of the whole search")
    _judge_search(search)
    markers, lot, outer, _ = _noise()

    def scores(cv=outer, scoring="roc_auc"):
        return cross_val_score(clone(search), markers, lot, cv=cv, scoring=scoring)

    areas = scores()

    def otherwise():
        blame_given(ns, markers=markers, lot=lot)
        if repr(ns.get("outer")) != repr(outer):
            fail(
                "given-outer",
                f"`outer` is given, and it was changed. With the folds of the task your search gives {areas.mean():.3f}.",
                "Put `random_state` back to 1, run that cell, then yours.",
            )

    def inside(what):
        whole = clone(search).fit(markers, lot)
        return whole.best_score_ if what == "inner" else _areas(lot, whole.predict_proba(markers)[:, 1])[0]

    need_number(
        ns,
        "honest",
        areas.mean(),
        "the mean AUROC of the whole search",
        tolerance=0.002,
        slips=[
            (
                "best-fold",
                areas.max(),
                f"You report {{got}}, the best of five folds. The five together give {areas.mean():.2f}.",
                "Choosing a fold by its result is tuning, too. Take the mean.",
            ),
            *(
                (
                    "other-summary",
                    value,
                    f"{{got}} is the {words} of the five folds. Their mean is {areas.mean():.3f}.",
                    "Take the mean: `.mean()`.",
                )
                for value, words in (
                    (np.median(areas), "median"),
                    (areas.min(), "lowest"),
                    (areas.std(), "standard deviation"),
                )
            ),
            (
                "inner-score",
                lambda: inside("inner"),
                "{got} is the best *inner* score: the winner's result on the folds that made it the winner.",
                "Score the search itself on folds that it does not see: `cross_val_score(search, ..., cv=outer, ...)`.",
            ),
            (
                "training-rows",
                lambda: inside("training"),
                "{got} from noise: these are the patients on whom the search was fitted.",
                "Let `cross_val_score` fit the search on four fifths and score it on the last, with `cv=outer`.",
            ),
            (
                "accuracy",
                lambda: scores(scoring="accuracy").mean(),
                "{got} is an accuracy. Saying “no” to everybody would have 0.70.",
                'Use `scoring="roc_auc"`.',
            ),
        ],
        hint='Use the given folds: `cross_val_score(search, markers, lot, cv=outer, scoring="roc_auc").mean()`.',
        otherwise=otherwise,
    )


def _judge_resample(resample, test):
    """Know the mornings of a sample by what stands in them: it may be numbered anew, its patients may be renamed."""
    columns = ["outcome", "own", "vendor"]
    homes = test.drop_duplicates(columns).set_index(columns)["patient_id"]
    known = test.groupby(columns).size()

    def drawn(seed):
        sample = need_frame({"resample(...)": resample(np.random.default_rng(seed))}, "resample(...)", columns)
        found = sample.groupby(columns).size()
        if not found.index.isin(known.index).all():
            fail(
                "strangers",
                "Your sample holds mornings that are not in `test`: values were changed or mixed.",
                "Return rows of `test` as they are: `test.iloc[...]`.",
            )
        return found.reindex(known.index, fill_value=0) / known

    times = drawn(11)
    by_patient = times.groupby(homes.reindex(times.index).to_numpy())
    if times.max() == 1:
        fail(
            "no-replacement",
            "No patient appears twice in your sample, so each sample is the whole table, or a part of it, once more.",
            "Draw with replacement: `rng.integers(n, size=n)`.",
        )
    if (by_patient.nunique() > 1).any():
        fail(
            "rows-resampled",
            f"In your sample mornings of one patient appear unequally often: you resample rows. In 200 studies of 300 "
            f"patients from this test, 95 % intervals made from rows covered the AUROC of the whole {_rows_cover()} times; "
            "190 were promised.",
            'Collect the row numbers of each patient (`test.groupby("patient_id").indices`), draw patients, join their rows.',
        )
    patients, sampled = test["patient_id"].nunique(), int(by_patient.first().sum())
    if sampled != patients:
        fail(
            "sample-size",
            f"Your sample holds {sampled} patients, counted as often as they were drawn; `test` has {patients}.",
            "Draw exactly as many patients as `test` has.",
        )
    if drawn(12).equals(times):
        fail(
            "same-sample",
            "`resample` returns the same patients whatever `rng` it gets: a generator is made anew inside.",
            "Draw with the `rng` that the function receives.",
        )


def check_t3(ns):
    test = _test()
    if len(ns.get("test", test)) != len(test):
        blame_given(ns, test=test)
    resample = need_function(ns, "resample", "your bootstrap function")
    _judge_resample(resample, test)
    own, vendor = (need_values(ns, name, f"the AUROC of {name} in each sample") for name in ("own", "vendor"))
    if len(own) != len(vendor) or len(own) < SAMPLES:
        fail(
            "too-few-samples",
            f"`own` holds {own.size} and `vendor` {vendor.size} values; {SAMPLES} each are asked for.",
            f"One AUROC of each model for each of the {SAMPLES} samples.",
        )
    if len(np.unique(own - vendor)) < len(own) / 4:
        fail(
            "one-sample",
            f"`own` holds only {len(np.unique(own))} different values in {len(own)} samples: the same patients were drawn "
            "again and again.",
            "Make the generator once, before the loop. A seed inside the loop starts it anew each time.",
        )
    middle, spreads = _paired()
    part = resample(np.random.default_rng(1))
    first = [_areas(part["outcome"].to_numpy(), part[name].to_numpy())[0] for name in ("vendor", "own")]
    if close_to([own[0], vendor[0]], first, 1e-9):
        fail("exchanged", "`own` and `vendor` are exchanged.", 'The column "own" belongs to `own`.')
    for name, values in (("own", own), ("vendor", vendor)):
        centre = middle[name]
        if abs(values.mean() - centre) > 0.4 * spreads[name]:
            blame_given(ns, test=test)
            fail(
                "other-areas",
                f"`{name}` lies around {values.mean():.3f}; the AUROC of this model in `test` is {centre:.3f}.",
                f'`auroc(part["outcome"], part["{name}"])` for each sample.',
            )
    spread, paired = float(np.std(own - vendor)), spreads["difference"]
    if spread > 1.17 * paired:
        fail(
            "separate-samples",
            f"The difference jumps with a standard deviation of {spread:.3f}; in shared samples it would be about "
            f"{paired:.3f}. Your two models met different patients.",
            "Draw a sample once and compute both AUROCs on it, so that easy and hard patients cancel in the difference.",
        )
    if spread < 0.75 * paired:
        fail(
            "not-in-order",
            f"The difference moves with a standard deviation of {spread:.4f} only; over samples it is about {paired:.4f}. "
            "The two lists do not stand in the order of the samples.",
            "Leave both lists in the order in which the samples were drawn.",
        )
    low_high = need_values(ns, "difference", "the 2.5 % and the 97.5 % quantile of own minus vendor", length=2)
    right = np.quantile(own - vendor, [0.025, 0.975])
    if all_agree(low_high, right, 1e-6) or any(close_to(low_high, np.round(right, k), 1e-9) for k in (2, 3, 4)):
        return
    centre = float(np.mean(own - vendor))
    for key, other, message, advice in (
        (
            "limits-subtracted",
            np.quantile(own, [0.025, 0.975]) - np.quantile(vendor, [0.025, 0.975]),
            "You subtracted the limits of two intervals. They are limits of two different things.",
            "Subtract sample by sample first, then take quantiles of the 200 differences.",
        ),
        (
            "one-sd",
            [centre - spread, centre + spread],
            "Mean plus and minus one standard deviation holds about 68 %, not 95 %.",
            "Take the 2.5 % and the 97.5 % quantile of the differences.",
        ),
        (
            "other-way-round",
            -right[::-1],
            "This is the interval of vendor minus own. The task asks for own minus vendor.",
            "`np.subtract(own, vendor)`",
        ),
    ):
        if close_to(low_high, other, 1e-3 if key == "one-sd" else 1e-6):
            fail(key, message, advice)
    fail(
        "other-interval",
        f"Your interval is {low_high[0]:.4f} to {low_high[1]:.4f}; the 200 differences give {right[0]:.4f} to "
        f"{right[1]:.4f}.",
        "`np.quantile(np.subtract(own, vendor), [0.025, 0.975])`, own minus vendor.",
    )


def _areas(outcome, risk):
    """Return AUROC and its standard error by DeLong's formula, which takes every row for independent."""
    from scipy.stats import rankdata

    case, other = risk[outcome == 1], risk[outcome == 0]
    ranks = rankdata(np.concatenate([case, other]))
    over = (ranks[: len(case)] - rankdata(case)) / len(other)
    under = 1 - (ranks[len(case) :] - rankdata(other)) / len(case)
    return over.mean(), np.sqrt(over.var(ddof=1) / len(case) + under.var(ddof=1) / len(other))


@reference
def _rows_cover(studies=200, size=300):
    """Count how many of 200 studies of 300 patients cover the AUROC of the whole, with intervals that trust rows."""
    test = _test()
    random = np.random.default_rng(7)
    homes = list(test.groupby("patient_id").indices.values())
    outcome, risk = test["outcome"].to_numpy(), test["own"].to_numpy()
    truth = _areas(outcome, risk)[0]
    covered = 0
    for _ in range(studies):
        rows = np.concatenate([homes[k] for k in random.integers(len(homes), size=size)])
        if outcome[rows].sum() < 2:
            continue
        area, error = _areas(outcome[rows], risk[rows])
        covered += abs(area - truth) <= 1.96 * error
    return covered


@reference
def _paired(repeats=400):
    """Return the AUROC of both models, and how much they and their difference move over shared samples of patients."""
    import pandas as pd

    test = _test()
    patient, names = pd.factorize(test["patient_id"])
    chance = np.full(len(names), 1 / len(names))
    times = np.random.default_rng(3).multinomial(len(names), chance, size=repeats)
    weight = np.vstack([np.ones(len(names)), times])[:, patient]
    found = {name: _weighted_areas(test["outcome"], test[name], weight) for name in ("own", "vendor")}
    spreads = {name: areas[1:].std() for name, areas in found.items()}
    spreads["difference"] = (found["own"] - found["vendor"])[1:].std()
    return {name: areas[0] for name, areas in found.items()}, spreads


def _weighted_areas(outcome, risk, weight):
    """Return one AUROC for each row of weights, which say how often each morning was drawn."""
    order = np.argsort(risk.to_numpy(), kind="stable")
    risk, outcome, weight = risk.to_numpy()[order], outcome.to_numpy()[order], weight[:, order]
    starts = np.r_[0, np.flatnonzero(np.diff(risk)) + 1]
    cases, others = (np.add.reduceat(weight * group, starts, axis=1) for group in (outcome, 1 - outcome))
    below = np.cumsum(others, axis=1) - others / 2
    return (cases * below).sum(axis=1) / (cases.sum(axis=1) * others.sum(axis=1))


def _logit(p):
    p = np.asarray(p, float)
    return np.log(p / (1 - p))


def _expit(x):
    return 1 / (1 + np.exp(-x))


def _shift_of(risk, outcome):
    """Return the shift on the logit scale at which expected equals observed, by bisection."""
    x, rate = _logit(risk), np.mean(outcome)
    low, high = -12.0, 12.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _expit(x + middle).mean() < rate else (low, middle)
    return (low + high) / 2


def check_t4(ns):
    there = _there()
    columns = ["patient_id", "risk", "outcome"]
    update = need_frame(ns, "update", columns, "the half that makes the shift")
    held = need_frame(ns, "held", columns, "the half that tests it")
    both = np.intersect1d(update["patient_id"], held["patient_id"])
    if len(both) == there["patient_id"].nunique():
        fail(
            "same-patients",
            "`update` and `held` hold the same patients: the shift is judged by those who made it, and of course it fits.",
            "Divide site C first, by patient. One half gives the shift, the other judges it.",
        )
    if len(both):
        fail(
            "patients-straddle",
            f"{len(both)} patients have mornings in both halves. The test half has met them.",
            'Divide patients, not mornings: `StratifiedGroupKFold(2, ...)` with `there["patient_id"]`.',
        )
    if min(len(update), len(held)) < 0.35 * len(there) or len(update) + len(held) != len(there):
        blame_given(ns, there=there)
        fail(
            "uneven",
            f"`update` has {len(update)} and `held` {len(held)} of {len(there)} mornings: not two halves of the whole.",
            "Take train and test of the first of two folds.",
        )
    if _sorted_rows(update, held) != _sorted_rows(there):
        blame_given(ns, there=there)
        fail(
            "other-mornings",
            "Together `update` and `held` are not the mornings of `there`: some risks or outcomes were changed.",
            "Choose rows of `there`, and leave `risk` and `outcome` as they are; new risks go into `updated`.",
        )
    shift = _judge_shift(ns, update, held)
    need_frame(ns, "held", ("updated",))
    held = need_frame(ns, "held", [*columns, "updated"])
    moved = need_values(held, "updated", "the shifted risks", labels=list(range(len(held))))
    risk = held["risk"].to_numpy(float)
    # Small risks are rounded to four decimals; the shift may have been rounded after it was used.
    exact = _shift_of(update["risk"], update["outcome"])
    if not any(all_agree(moved, _expit(_logit(risk) + by), 6e-5) for by in (shift, exact)):
        fail(
            "not-in-log-odds",
            f"`updated` is not `risk` shifted by {shift:.2f} in log-odds; its smallest value is {moved.min():.2f}, its "
            f"largest {moved.max():.2f}.",
            '`expit(logit(held["risk"]) + shift)`: odds are multiplied, risks are not.',
        )
    _judge_ratios(ns, update, held, moved)


def _sorted_rows(*tables):
    return sorted(
        (str(who), round(float(risk), 9), int(outcome))
        for table in tables
        for who, risk, outcome in zip(table["patient_id"], table["risk"], table["outcome"], strict=True)
    )


def _judge_shift(ns, update, held):
    observed, expected = update["outcome"].mean(), update["risk"].mean()
    ratio = "{got} comes from the ratio of the rates. A shift of log-odds does not move all risks by one factor."
    search = "Search the shift `d` at which `expit(logit(risk) + d).mean()` equals the observed rate; `brentq` does it."
    return need_number(
        ns,
        "shift",
        _shift_of(update["risk"], update["outcome"]),
        "the shift in log-odds",
        tolerance=5e-4,
        slips=[
            (
                "shift-from-test",
                lambda: _shift_of(held["risk"], held["outcome"]),
                "Your shift, {got}, fits the test half exactly; the update half asks for {right}.",
                "Compute the shift in `update` alone.",
            ),
            ("ratio-as-shift", observed / expected, ratio, search),
            ("ratio-as-shift", np.log(observed / expected), ratio, search),
            (
                "risk-difference",
                observed - expected,
                f"{{got}} is a difference of risks. Added to the lowest risk it gives "
                f"{update['risk'].min() + observed - expected:.3f}, which is no risk.",
                "Work in log-odds: `logit` first, then add, then `expit`.",
            ),
        ],
        hint='Check `expit(logit(update["risk"]) + shift).mean()` against the observed rate.',
    )


def _judge_ratios(ns, update, held, moved):
    observed = held["outcome"].mean()
    exact = _expit(_logit(held["risk"]) + _shift_of(update["risk"], update["outcome"]))
    right = {"before": observed / held["risk"].mean(), "after": observed / exact.mean()}
    made = {"before": update["outcome"].mean() / update["risk"].mean(), "after": 1.0}
    for name, words in (("before", "the ratio without the shift"), ("after", "the ratio with it")):
        other = right["after" if name == "before" else "before"]
        need_number(
            ns,
            name,
            right[name],
            words,
            tolerance=5e-4,
            also=[observed / moved.mean()] if name == "after" else (),
            slips=[
                (
                    "reported-on-update",
                    made[name],
                    f"`{name}` is {{got}}: that comes from `update`, where the shift fits by construction. In `held` it "
                    "is {right}.",
                    "Report observed over expected in `held`.",
                ),
                (
                    "upside-down",
                    1 / right[name],
                    f"`{name}` is {{got}}: expected over observed.",
                    "Observed on top: below 1 less happens than the model says.",
                ),
                (
                    "exchanged",
                    other,
                    "`before` and `after` are exchanged.",
                    "`before` uses the column `risk`, `after` the column `updated`.",
                ),
            ],
            hint='`held["outcome"].mean()` divided by the mean of the risks.',
        )


def _net_benefit(outcome, risk, threshold):
    flagged, case = np.asarray(risk) >= threshold, np.asarray(outcome) == 1
    return 1000 * (np.mean(flagged & case) - np.mean(flagged & ~case) * threshold / (1 - threshold))


def _judge_function(ns):
    function = need_function(ns, "net_benefit", "your function")
    outcome, risk = np.repeat([1, 0, 1, 0], [40, 160, 10, 790]), np.repeat([0.5, 0.01], [200, 800])
    need_number(
        {"net_benefit(...)": function(outcome, risk, 0.10)},
        "net_benefit(...)",
        1000 * (0.04 - 0.16 / 9),
        "the example of the task",
        tolerance=1e-4,
        slips=[
            (
                key,
                value,
                "The example gives {got}: you charge a false alarm with the threshold. Its price is the odds, "
                "threshold / (1 − threshold).",
                "At 10 % that is 1/9, not 1/10.",
            )
            for key, value in (("weight-is-threshold", 24.0), ("weight-is-threshold", 0.024))
        ]
        + [
            (
                "per-patient",
                0.04 - 0.16 / 9,
                "The example gives {got}, per morning. The task asks per 1,000.",
                "Multiply by 1,000.",
            ),
            (
                "one-to-one",
                -120,
                "The example gives −120: you charge a false alarm as much as a case caught. That is the price at 50 %.",
                "Weigh false alarms by threshold / (1 − threshold).",
            ),
        ],
        hint="Share of mornings rightly flagged, minus share wrongly flagged times threshold / (1 − threshold), times "
        "1,000.",
    )
    edge = need({"net_benefit(...)": function(np.array([1, 0]), np.array([0.1, 0.0]), 0.1)}, "net_benefit(...)", float)
    if not close_to(edge, 500, 0.01):
        fail(
            "edge",
            "A risk of exactly the threshold is not flagged by your function.",
            "At or above: `risk >= threshold`.",
        )
    for threshold in (0.03, 0.5):
        again = function(outcome, risk, threshold)
        need_number(
            {"net_benefit(...)": again},
            "net_benefit(...)",
            _net_benefit(outcome, risk, threshold),
            f"the example at a threshold of {threshold:g}",
            tolerance=1e-4,
            hint="The same steps for every threshold: flag, count, weigh false alarms by threshold / (1 − threshold).",
        )


def _triples(ns):
    """Return net benefit at each threshold of the learner's table, in the order own, ward, everybody."""
    value = need(ns, "table", None, "net benefit at each threshold")
    if hasattr(value, "columns") and len(value) == len(PROTOCOL):
        value = value.T  # thresholds as rows
    if hasattr(value, "columns"):
        value = {column: value[column] for column in value.columns}
    try:
        found = {round(float(key), 6): entry for key, entry in dict(value).items()}
    except (TypeError, ValueError):
        fail(
            "type-table",
            "`table` does not hold one entry for each threshold.",
            "`{t: (own, ward, everybody) for t in PROTOCOL}`",
        )
    if sorted(found) != sorted(PROTOCOL):
        extra = sorted(set(found) - set(PROTOCOL))
        fail(
            "range-after",
            f"`table` does not hold just the thresholds of the protocol; {extra or 'some'} differ. Whoever picks "
            "thresholds after the curve finds one that pleases.",
            "Use `for t in PROTOCOL`. Another range needs another protocol, written before.",
        )
    return {t: need_values({"table": found[t]}, "table", f"at {t:g}", labels=list(MODELS)) for t in PROTOCOL}


@reference
def _right_gap():
    """Return the 95 % interval of own minus ward at the price, patients resampled as the task does it."""
    judge = _judge()
    random, homes = np.random.default_rng(5), list(judge.groupby("patient_id").indices.values())
    outcome, own, ward = (judge[name].to_numpy() for name in ("outcome", "own", "ward"))
    found = []
    for _ in range(200):
        rows = np.concatenate([homes[k] for k in random.integers(len(homes), size=len(homes))])
        found.append(_net_benefit(outcome[rows], own[rows], PRICE) - _net_benefit(outcome[rows], ward[rows], PRICE))
    return np.quantile(found, [0.025, 0.975])


def check_t5(ns):
    judge = _judge()
    _judge_function(ns)
    table = _triples(ns)
    everybody = np.ones(len(judge))
    for t in PROTOCOL:
        right = [_net_benefit(judge["outcome"], r, t) for r in (judge["own"], judge["ward"], everybody)]
        displayed = [right[0], _net_benefit(judge["outcome"], judge["ward_24h"], t), right[2]]
        fits = all_agree(table[t], right, 0.01, figures=1) or close_to(table[t], np.round(right, 1), 1e-6)
        if not fits and close_to(table[t], displayed, 0.06):
            fail(
                "two-horizons",
                f"At {t:g} you judge WardSignal's displayed 24-hour risk as if it were a 48-hour risk: two targets.",
                "Use the column `ward`, which was brought to the 48-hour target on the other half.",
            )
        if not fits:
            blame_given(ns, judge=judge)
            fail(
                "other-table",
                f"At {t:g} (own, ward, everybody) should be {', '.join(f'{number:.2f}' for number in right)}; you have "
                f"{', '.join(f'{number:.2f}' for number in table[t])}.",
                "For everybody, flag each row: a risk of 1 for all.",
            )
    gap, right = need_values(ns, "gap", "lower and upper limit of own minus ward", length=2), _right_gap()
    if not (all_agree(gap, right, 0.02) or close_to(gap, np.round(right, 1), 1e-6)):
        if close_to(gap, -right[::-1], 0.02):
            fail("other-way-round", "This is the interval of ward minus own.", "Own minus ward, as in the task.")
        blame_given(ns, judge=judge, PRICE=PRICE)
        fail(
            "other-gap",
            f"`gap` is {gap[0]:.2f} to {gap[1]:.2f}; it should be about {right[0]:.2f} to {right[1]:.2f}.",
            "`interval(...)` takes a function of a table: own minus ward, both at `PRICE`, in the same resampled patients.",
        )
    _check_words(ns, judge, right)


def _check_words(ns, judge, gap):
    verdict = need(ns, "verdict", str, "your verdict").strip(" .").lower()
    open_question = bool(gap[0] <= 0 <= gap[1])
    right = "undecided" if open_question else ("own" if gap[0] > 0 else "ward")
    events = int(judge["outcome"].sum())
    if verdict != right:
        if open_question:
            fail(
                "point-estimate",
                f"Your verdict is “{verdict}”, and the interval from {gap[0]:.1f} to {gap[1]:.1f} holds both signs. "
                f"With {events} positive mornings the data do not decide.",
                "Let the interval speak, not the two values: while it holds 0, write “undecided”.",
            )
        fail(
            "against-interval",
            f"Your verdict is “{verdict}”, and the interval from {gap[0]:.1f} to {gap[1]:.1f} leaves out 0.",
            "Above 0 our model is better at this price, below 0 WardSignal.",
        )


_RANDOM = '    "random": list(StratifiedKFold(3, shuffle=True, random_state=1).split(X, y)),\n'
_PATIENT = '    "patient": list(StratifiedGroupKFold(3, shuffle=True, random_state=1).split(X, y, who)),\n'
_SITE = '    "site": list(LeaveOneGroupOut().split(X, y, rows["site"])),\n'
_TIME = '    "time": [(np.flatnonzero(early), np.flatnonzero(late))],\n'
_EARLY = 'early = rows["t0"] < cut - horizon\n'
_LATE = 'late = (rows["t0"] >= cut) & ~who.isin(who[early])\n'


def _designs(*lines, before=_EARLY + _LATE, guess='["random", "time", "patient", "site"]'):
    return f"guess = {guess}\n{before}designs = {{\n{''.join(lines)}}}"


_PIPE = (
    "pipe = make_pipeline(SimpleImputer(strategy='median'), StandardScaler(), SelectKBest(f_classif), "
    "LogisticRegression(max_iter=1000))\n"
    "search = GridSearchCV(pipe, grid, cv=inner, scoring='roc_auc')\n"
)
_BOOT = (
    'places = list(test.groupby("patient_id").indices.values())\n'
    "def resample(rng):\n"
    "    drawn = rng.integers(len(places), size=len(places))\n"
    "    return test.iloc[np.concatenate([places[k] for k in drawn])]\n"
    "rng = np.random.default_rng(1)\n"
)
_PAIRED = (
    "parts = [resample(rng) for _ in range(200)]\n"
    'own = [auroc(part["outcome"], part["own"]) for part in parts]\n'
    'vendor = [auroc(part["outcome"], part["vendor"]) for part in parts]\n'
)
_HALVES = (
    "halves = StratifiedGroupKFold(2, shuffle=True, random_state=7)\n"
    'first, second = next(halves.split(there, there["outcome"], there["patient_id"]))\n'
    "update, held = there.iloc[first], there.iloc[second]\n"
)
_SHIFT = (
    'shift = brentq(lambda d: expit(logit(update["risk"]) + d).mean() - update["outcome"].mean(), -8, 8)\n'
    'held = held.assign(updated=expit(logit(held["risk"]) + shift))\n'
)
_RATIOS = (
    'before = held["outcome"].mean() / held["risk"].mean()\nafter = held["outcome"].mean() / held["updated"].mean()\n'
)
_NB = (
    "def net_benefit(outcome, risk, threshold):\n"
    "    flagged, case = np.asarray(risk) >= threshold, np.asarray(outcome) == 1\n"
    "    return 1000 * (np.mean(flagged & case) - np.mean(flagged & ~case) * threshold / (1 - threshold))\n"
)
_COLUMNS = '(judge["own"], judge["ward"], np.ones(len(judge)))'
_TABLE = f'table = {{t: tuple(net_benefit(judge["outcome"], r, t) for r in {_COLUMNS}) for t in PROTOCOL}}\n'
_GAP = (
    'gap = interval(lambda rows: net_benefit(rows["outcome"], rows["own"], PRICE) '
    '- net_benefit(rows["outcome"], rows["ward"], PRICE))\n'
)
_VERDICT = 'verdict = "undecided"\n'

TASKS = [
    Task(
        id="2.2.4-t1",
        title="Predict and run: four designs, four claims",
        outcomes=("a",),
        check=check_t1,
        praise="You hid four different things from one model: rows, people, a year, a place. Each number now has its claim.",
        hints=(
            "Ask of each design what has to be new in the test: the row, the person, the year, or the place.",
            "`StratifiedGroupKFold` and `LeaveOneGroupOut` take the group of each row as third argument of `split`. For the "
            "cut, make two columns of True and False and pass each to `np.flatnonzero`.",
            '`early = rows["t0"] < cut - horizon`; the test rows are at or after `cut` and not in `who[early]`.',
        ),
        right=(
            RightVariant(
                "other spellings, masks for row numbers",
                code=_designs(
                    _RANDOM,
                    _PATIENT,
                    _TIME.replace(
                        "[(np.flatnonzero(early), np.flatnonzero(late))]", "[(early.to_numpy(), late.to_numpy())]"
                    ),
                    _SITE,
                    guess='["Site", "Random", "Time", "Patient"]',
                )
                + "\nfound = {}\ndesigns = {name.title(): folds for name, folds in designs.items()}",
            ),
            RightVariant(
                "folds of people by hand, Boolean masks turned to lists",
                code="""
                    guess = ("site", "random", "time", "patient")
                    group = who.map(dict(zip(who.unique(), np.arange(who.nunique()) % 3)))
                    early = rows["t0"] < cut - horizon
                    late = (rows["t0"] >= cut) & ~who.isin(who[early])
                    designs = {
                        "random": list(StratifiedKFold(3, shuffle=True, random_state=1).split(X, y)),
                        "patient": [(np.flatnonzero(group != k).tolist(), np.flatnonzero(group == k).tolist()) for k in range(3)],
                        "time": [(list(np.flatnonzero(early)), list(np.flatnonzero(late)))],
                        "site": [(np.flatnonzero(rows["site"] != s), np.flatnonzero(rows["site"] == s)) for s in ("B", "A")],
                    }
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "trains on every second row",
                code=_designs(_RANDOM, _PATIENT.replace(".split(X, y, who))", ".split(X, y, who))") + "", _TIME, _SITE)
                + "\ndesigns['patient'] = [(train[::2], test) for train, test in designs['patient']]",
                expect="train-other-patient",
            ),
            WrongAttempt(
                "takes folds of patients for rows",
                code=_designs(_PATIENT.replace("patient", "random"), _PATIENT, _TIME, _SITE),
                expect="random-by-patient",
            ),
            WrongAttempt(
                "stops training a month early",
                code=_designs(
                    _RANDOM, _PATIENT, _TIME, _SITE, before=_EARLY.replace("horizon", "15 * horizon") + _LATE
                ),
                expect="rows-lost",
            ),
            WrongAttempt(
                "uses StratifiedKFold for patients",
                _designs(_RANDOM, _RANDOM.replace('random"', 'patient"', 1), _TIME, _SITE),
                "patient-on-both-sides",
            ),
            WrongAttempt(
                "sorts by date, then shuffles",
                _designs(
                    _RANDOM,
                    _PATIENT,
                    '    "time": [tuple(train_test_split(order, test_size=0.3, random_state=1))],\n',
                    _SITE,
                    before='order = np.argsort(rows["t0"].to_numpy(), kind="stable")\n',
                ),
                "future-trains-past",
            ),
            WrongAttempt(
                "trains up to the cut",
                _designs(_RANDOM, _PATIENT, _TIME, _SITE, before='early = rows["t0"] < cut\n' + _LATE),
                "outcome-not-known",
            ),
            WrongAttempt(
                "keeps patients who come back",
                _designs(_RANDOM, _PATIENT, _TIME, _SITE, before=_EARLY + 'late = rows["t0"] >= cut\n'),
                "known-patients",
            ),
            WrongAttempt(
                "leaves patients out instead of sites",
                _designs(
                    _RANDOM,
                    _PATIENT,
                    _TIME,
                    '    "site": list(StratifiedGroupKFold(2, shuffle=True, random_state=1).split(X, y, who)),\n',
                ),
                "site-on-both-sides",
            ),
            WrongAttempt(
                "tests one site only",
                _designs(_RANDOM, _PATIENT, _TIME, _SITE.replace('rows["site"])),', 'rows["site"]))[:1],')),
                "one-site",
            ),
            WrongAttempt("forgets to guess", _designs(_RANDOM, _PATIENT, _TIME, _SITE, guess='["random"]'), "no-guess"),
        ),
        design_note="Objective: translate a claim into row numbers. Out of scope: which model is best (2.3.1).",
    ),
    Task(
        id="2.2.4-t2",
        title="Investigate: repair a script that finds signal in noise",
        outcomes=("b",),
        check=check_t2,
        praise="Everything that looks at the outcome now happens inside the folds, and the noise is noise again.",
        hints=(
            "Which lines of the script would give other results with other patients? Each of them learns.",
            "The four steps go into `make_pipeline` in this order: fill, scale, select, fit.",
            '`GridSearchCV(pipe, grid, cv=inner, scoring="roc_auc")` is a model like any other: hand it to '
            "`cross_val_score` with `cv=outer`.",
        ),
        right=(
            RightVariant(
                "steps with names, rounded",
                code="from sklearn.pipeline import Pipeline\n"
                + _PIPE.replace(
                    "make_pipeline(SimpleImputer(strategy='median'), StandardScaler(), SelectKBest(f_classif), LogisticRegression(max_iter=1000))",
                    "Pipeline([('fill', SimpleImputer()), ('scale', StandardScaler()), ('pick', SelectKBest()), ('fit', LogisticRegression(max_iter=1000))])",
                ).replace("(pipe, grid,", "(pipe, {'pick__k': [80, 20, 5]},")
                + "honest = round(cross_val_score(search, markers, lot, cv=outer, scoring='roc_auc').mean(), 2)",
            ),
            RightVariant(
                "another penalty, the outer loop written out",
                code="""
                    pipe = make_pipeline(
                        SimpleImputer(strategy="mean"), StandardScaler(), SelectKBest(f_classif), LogisticRegression(C=0.5, max_iter=2000)
                    )
                    search = GridSearchCV(pipe, grid, cv=inner, scoring="roc_auc")
                    areas = []
                    for train, held_out in outer.split(markers, lot):
                        risk = search.fit(markers[train], lot[train]).predict_proba(markers[held_out])[:, 1]
                        areas.append(roc_auc_score(lot[held_out], risk))
                    honest = float(np.mean(areas))
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "plants a signal",
                code="markers = np.where(np.arange(1000) == 0, lot[:, None], markers)\n"
                + _PIPE
                + "honest = cross_val_score(search, markers, lot, cv=outer, scoring='roc_auc').mean()",
                expect="given-markers",
            ),
            WrongAttempt(
                "tries other numbers of columns",
                code=_PIPE.replace("(pipe, grid,", "(pipe, {'selectkbest__k': [1, 2, 3]},")
                + "honest = cross_val_score(search, markers, lot, cv=outer, scoring='roc_auc').mean()",
                expect="other-grid",
            ),
            WrongAttempt(
                "reports accuracy",
                code=_PIPE + "honest = cross_val_score(search, markers, lot, cv=outer, scoring='accuracy').mean()",
                expect="accuracy",
            ),
            WrongAttempt(
                "moves only the scaler into the pipeline",
                "few = SelectKBest(f_classif, k=20).fit_transform(filled, lot)\n"
                "pipe = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression(max_iter=1000))\n"
                "search = GridSearchCV(pipe, {'logisticregression__C': [0.1, 1]}, cv=inner, scoring='roc_auc')\n"
                "honest = cross_val_score(search, few, lot, cv=outer, scoring='roc_auc').mean()",
                "selection-outside",
            ),
            WrongAttempt(
                "fills and scales before the folds",
                "pipe = make_pipeline(SelectKBest(f_classif), LogisticRegression(max_iter=1000))\n"
                "search = GridSearchCV(pipe, grid, cv=inner, scoring='roc_auc')\n"
                "honest = cross_val_score(search, scaled, lot, cv=outer, scoring='roc_auc').mean()",
                "filled-outside",
            ),
            WrongAttempt(
                "reports the best inner score", _PIPE + "honest = search.fit(markers, lot).best_score_", "inner-score"
            ),
            WrongAttempt(
                "reports the best fold",
                _PIPE + "honest = cross_val_score(search, markers, lot, cv=outer, scoring='roc_auc').max()",
                "best-fold",
            ),
            WrongAttempt(
                "tests on the training patients",
                _PIPE + "honest = roc_auc_score(lot, search.fit(markers, lot).predict_proba(markers)[:, 1])",
                "training-rows",
            ),
            WrongAttempt(
                "does not search at all",
                _PIPE.replace("search = GridSearchCV(pipe, grid, cv=inner, scoring='roc_auc')", "search = pipe")
                + "honest = cross_val_score(search, markers, lot, cv=outer, scoring='roc_auc').mean()",
                "no-search",
            ),
        ),
        design_note="Objective: nested cross-validation with every learning step inside. Out of scope: search strategies "
        "(2.3.3).",
    ),
    Task(
        id="2.2.4-t3",
        title="Modify: an interval for a difference",
        outcomes=("c",),
        check=check_t3,
        praise="Your interval resamples what is independent, and both models meet the same patients. Does it hold zero?",
        hints=(
            "What would be different if the study were repeated: the mornings, or the people?",
            '`test.groupby("patient_id").indices` gives the row numbers of each patient. Draw patients, then join their rows '
            "with `np.concatenate`.",
            "Draw one sample, compute both AUROCs on it, and repeat; subtract pair by pair before you take quantiles.",
        ),
        right=(
            RightVariant(
                "drawn patients renamed, rounded limits",
                code=_BOOT.replace(
                    "return test.iloc[np.concatenate([places[k] for k in drawn])]",
                    "name = np.repeat(np.arange(len(drawn)), [len(places[k]) for k in drawn])\n    return test.iloc[np.concatenate([places[k] for k in drawn])].assign(patient_id=name).reset_index(drop=True)",
                )
                + _PAIRED
                + "difference = np.quantile(np.subtract(own, vendor), [0.025, 0.975])"
                + "\ndifference = tuple(np.round(difference, 3))",
            ),
            RightVariant(
                "patients drawn by their number, joined again",
                code="""
                    parts = {patient: part for patient, part in test.groupby("patient_id")}
                    names = np.array(list(parts))


                    def resample(rng):
                        return pd.concat([parts[name] for name in rng.choice(names, size=len(names))], ignore_index=True)


                    rng = np.random.default_rng(3)
                    own, vendor = [], []
                    for _ in range(200):
                        part = resample(rng)
                        own.append(float(auroc(part["outcome"], part["own"])))
                        vendor.append(float(auroc(part["outcome"], part["vendor"])))
                    difference = tuple(np.percentile([a - b for a, b in zip(own, vendor)], [2.5, 97.5]))
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "sets the seed inside the loop",
                code=_BOOT
                + _PAIRED.replace("resample(rng)", "resample(np.random.default_rng(1))")
                + "difference = np.quantile(np.subtract(own, vendor), [0.025, 0.975])",
                expect="one-sample",
            ),
            WrongAttempt(
                "sorts both lists",
                code=_BOOT
                + _PAIRED
                + "own, vendor = sorted(own), sorted(vendor)\n"
                + "difference = np.quantile(np.subtract(own, vendor), [0.025, 0.975])",
                expect="not-in-order",
            ),
            WrongAttempt(
                "takes the first morning of each patient",
                code=_BOOT.replace("[places[k] for", "[places[k][:1] for")
                + _PAIRED
                + "difference = np.quantile(np.subtract(own, vendor), [0.025, 0.975])",
                expect="rows-resampled",
            ),
            WrongAttempt(
                "resamples rows",
                "def resample(rng):\n    return test.iloc[rng.integers(len(test), size=len(test))]\n"
                "rng = np.random.default_rng(1)\n"
                + _PAIRED
                + "difference = np.quantile(np.subtract(own, vendor), [0.025, 0.975])",
                "rows-resampled",
            ),
            WrongAttempt(
                "draws without replacement",
                _BOOT.replace("rng.integers(len(places), size=len(places))", "rng.permutation(len(places))")
                + _PAIRED
                + "difference = np.quantile(np.subtract(own, vendor), [0.025, 0.975])",
                "no-replacement",
            ),
            WrongAttempt(
                "draws anew for each model",
                _BOOT + 'own = [auroc(p["outcome"], p["own"]) for p in (resample(rng) for _ in range(200))]\n'
                'vendor = [auroc(p["outcome"], p["vendor"]) for p in (resample(rng) for _ in range(200))]\n'
                "difference = np.quantile(np.subtract(own, vendor), [0.025, 0.975])",
                "separate-samples",
            ),
            WrongAttempt(
                "subtracts the limits",
                _BOOT + _PAIRED + "difference = np.quantile(own, [0.025, 0.975]) - np.quantile(vendor, [0.025, 0.975])",
                "limits-subtracted",
            ),
            WrongAttempt(
                "takes one standard deviation",
                _BOOT + _PAIRED + "d = np.subtract(own, vendor)\ndifference = [d.mean() - d.std(), d.mean() + d.std()]",
                "one-sd",
            ),
            WrongAttempt(
                "draws half of the patients",
                _BOOT.replace("size=len(places))", "size=len(places) // 2)")
                + _PAIRED
                + "difference = np.quantile(np.subtract(own, vendor), [0.025, 0.975])",
                "sample-size",
            ),
        ),
        design_note="Objective: cluster bootstrap and paired comparison. Out of scope: DeLong's test, which the check uses to "
        "show what rows do.",
    ),
    Task(
        id="2.2.4-t4",
        title="Make: repair the risks at site C, and test the repair",
        outcomes=("c",),
        check=check_t4,
        praise="One half made the repair, the other judged it. That is a recalibration that you may report.",
        hints=(
            "Who may judge the repair? Divide the patients before you compute anything.",
            "`brentq(f, -8, 8)` finds where `f(d)` is zero. Here `f` is mean expected risk after a shift of `d`, minus the "
            "observed rate, in `update`.",
            "`expit(logit(p) + d)` shifts risks; use it in `update` to find `shift`, in `held` to make `updated`.",
        ),
        right=(
            RightVariant(
                "rounded, patients as index, other spellings",
                code=_HALVES
                + _SHIFT
                + _RATIOS
                + "shift, before, after = round(shift, 2), round(before, 2), round(after, 2)\nheld = held.rename(columns={'updated': 'Updated'}).set_index('patient_id')",
            ),
            RightVariant(
                "halves by lot over patients",
                code="""
                    people = there["patient_id"].unique()
                    mine = np.random.default_rng(3).permutation(people)[: len(people) // 2]
                    held = there[there["patient_id"].isin(mine)].copy()
                    update = there[~there["patient_id"].isin(mine)]
                    shift = float(brentq(lambda d: np.mean(expit(logit(update["risk"]) + d)) - update["outcome"].mean(), -5, 5))
                    odds = held["risk"] / (1 - held["risk"]) * np.exp(shift)
                    held["updated"] = odds / (1 + odds)
                    before = held["outcome"].sum() / held["risk"].sum()
                    after = held["outcome"].sum() / held["updated"].sum()
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "halves the risks of the test half first",
                code=_HALVES + "held = held.assign(risk=held['risk'] / 2)\n" + _SHIFT + _RATIOS,
                expect="other-mornings",
            ),
            WrongAttempt(
                "exchanges the ratios",
                code=_HALVES + _SHIFT + _RATIOS + "before, after = after, before",
                expect="exchanged",
            ),
            WrongAttempt(
                "recalibrates and tests on the same patients",
                "update, held = there, there\n" + _SHIFT + _RATIOS,
                "same-patients",
            ),
            WrongAttempt(
                "divides mornings",
                "update, held = train_test_split(there, test_size=0.5, random_state=7, stratify=there['outcome'])\n"
                + _SHIFT
                + _RATIOS,
                "patients-straddle",
            ),
            WrongAttempt(
                "takes the shift from the test half",
                _HALVES
                + _SHIFT.replace('update["risk"]', 'held["risk"]').replace('update["outcome"]', 'held["outcome"]')
                + _RATIOS,
                "shift-from-test",
            ),
            WrongAttempt(
                "multiplies risks by the ratio",
                _HALVES + 'shift = update["outcome"].mean() / update["risk"].mean()\n'
                'held = held.assign(updated=held["risk"] * shift)\n' + _RATIOS,
                "ratio-as-shift",
            ),
            WrongAttempt(
                "adds the difference of the rates",
                _HALVES + 'shift = update["outcome"].mean() - update["risk"].mean()\n'
                'held = held.assign(updated=held["risk"] + shift)\n' + _RATIOS,
                "risk-difference",
            ),
            WrongAttempt(
                "finds the shift, then adds it to risks",
                _HALVES + _SHIFT.replace('expit(logit(held["risk"]) + shift)', 'held["risk"] + shift') + _RATIOS,
                "not-in-log-odds",
            ),
            WrongAttempt(
                "reports where the shift was made",
                _HALVES + _SHIFT + 'before = update["outcome"].mean() / update["risk"].mean()\n'
                'after = update["outcome"].mean() / expit(logit(update["risk"]) + shift).mean()',
                "reported-on-update",
            ),
            WrongAttempt(
                "divides expected by observed",
                _HALVES + _SHIFT + 'before = held["risk"].mean() / held["outcome"].mean()\n'
                'after = held["updated"].mean() / held["outcome"].mean()',
                "upside-down",
            ),
        ),
        design_note="Objective: intercept update, judged on other patients. Out of scope: slope update and refit (2.2.2).",
    ),
    Task(
        id="2.2.4-t5",
        title="Make: compare two models",
        outcomes=("d", "e"),
        check=check_t5,
        praise="Price fixed before, one target, other patients, an interval, and no claim beyond it: a conclusion that stands.",
        hints=(
            "Start with the function and try it on the example: 40 right and 160 wrong flags of 1,000 at 0.10.",
            "A false alarm costs threshold / (1 − threshold). For everybody, hand the function a risk of 1 for each row.",
            '`gap = interval(lambda rows: net_benefit(rows["outcome"], rows["own"], PRICE) - net_benefit(rows["outcome"], '
            'rows["ward"], PRICE))`. While it holds 0, the verdict is "undecided".',
        ),
        right=(
            RightVariant(
                "a table of both, rounded",
                code=_NB
                + _TABLE
                + _GAP
                + _VERDICT
                + "table = pd.DataFrame(table, index=['own', 'ward', 'everybody']).T.round(1)\ngap = pd.Series(gap).round(1)\nverdict = 'Undecided.'",
            ),
            RightVariant(
                "sums instead of means, lists as triples",
                code="""
                    def net_benefit(outcome, risk, threshold):
                        outcome, flagged = np.array(outcome), np.array(risk) >= threshold
                        hits, alarms = (flagged & (outcome == 1)).sum(), (flagged & (outcome == 0)).sum()
                        return float((hits - alarms * threshold / (1 - threshold)) / len(outcome) * 1000)


                    table = {}
                    for t in PROTOCOL:
                        table[t] = [net_benefit(judge["outcome"], judge[name], t) for name in ("own", "ward")]
                        table[t].append(net_benefit(judge["outcome"], np.ones(len(judge)), t))
                    gap = tuple(interval(lambda r: net_benefit(r["outcome"], r["own"], PRICE) - net_benefit(r["outcome"], r["ward"], PRICE)))
                    verdict = "own" if gap[0] > 0 else "ward" if gap[1] < 0 else "undecided"
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "gives ward minus own",
                code=_NB + _TABLE + _GAP + "gap = -gap[::-1]\n" + _VERDICT,
                expect="other-way-round",
            ),
            WrongAttempt(
                "writes the result of the example",
                code="def net_benefit(outcome, risk, threshold):\n    return 22.2222 if len(outcome) == 1000 else 500\n"
                + _TABLE
                + _GAP
                + _VERDICT,
                expect="other-net_benefit",
            ),
            WrongAttempt(
                "weighs false alarms by the threshold",
                _NB.replace("threshold / (1 - threshold)", "threshold") + _TABLE + _GAP + _VERDICT,
                "weight-is-threshold",
            ),
            WrongAttempt(
                "charges alarms one to one",
                _NB.replace(" * threshold / (1 - threshold)", "") + _TABLE + _GAP + _VERDICT,
                "one-to-one",
            ),
            WrongAttempt("reports per morning", _NB.replace("1000 * ", "") + _TABLE + _GAP + _VERDICT, "per-patient"),
            WrongAttempt("flags above the threshold only", _NB.replace(">=", ">") + _TABLE + _GAP + _VERDICT, "edge"),
            WrongAttempt(
                "chooses thresholds after the curve",
                _NB + _TABLE.replace("PROTOCOL", "(0.02, 0.03, 0.04)") + _GAP + _VERDICT,
                "range-after",
            ),
            WrongAttempt(
                "compares 24 h with 48 h",
                _NB + _TABLE.replace('judge["ward"]', 'judge["ward_24h"]') + _GAP + _VERDICT,
                "two-horizons",
            ),
            WrongAttempt(
                "decides by the point estimate",
                _NB + _TABLE + _GAP + 'verdict = "own" if table[PRICE][0] > table[PRICE][1] else "ward"',
                "point-estimate",
            ),
        ),
        design_note="Objective: a verdict no stronger than its interval. Out of scope: choosing the operating point (2.2.5).",
    ),
    Task(
        id="2.2.4-t6",
        title="Without code: read designs",
        outcomes=("a", "c", "d"),
        items=("x01", "x02"),
        hints=(
            "Each estimate in the split explorer has its own truth beside it. Ask which truth belongs to your claim.",
            "With all effects at none, every design rehearses the same future. Compare the four estimates then.",
        ),
        design_note="Objective: the same insights by moving sliders. Out of scope: the numbers of the learner's own tables.",
    ),
    Task(
        id="2.2.4-t7",
        title="Without code: a curve that is moved",
        outcomes=("c",),
        items=("x03",),
        hints=(
            "Compare observed with expected before you press a button.",
            "A shift of all log-odds by the same amount never changes who ranks above whom. What does it change?",
        ),
        design_note="Objective: what an update of the intercept repairs. Out of scope: the computation of the shift (task 4).",
    ),
    Task(
        id="2.2.4-t8",
        title="Without code: a price and a curve",
        outcomes=("d",),
        items=("x04",),
        hints=(
            "At a threshold of p the team accepts (1 - p) / p false alarms for one case.",
            "Read the curve at 10 % after each step, and compare it with the line at zero.",
        ),
        design_note="Objective: net benefit falls when risks are too high. Out of scope: the computation (task 5).",
    ),
    Task(
        id="2.2.4-t9",
        title="Make: write the conclusion",
        outcomes=("d", "e"),
        items=("x05",),
        hints=(
            "Put numbers beside the people, the target and the price they belong to.",
            "Look where zero lies in the interval, and say in your own words what that leaves open.",
        ),
        design_note="Objective: a text no stronger than its interval, in the reader's own words and judgement.",
    ),
]
