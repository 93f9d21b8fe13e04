"""Checks of the exercise "The second test" (unit 2.2.4)."""

from functools import lru_cache

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

DESIGNS = ("random", "patient", "site")
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
    some = np.random.default_rng(1).choice(mornings["patient_id"].unique(), 2000, replace=False)
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
def _halves():
    """Return the half of site C that makes the shift, and the half that tests it."""
    from sklearn.model_selection import StratifiedGroupKFold

    there = _there()
    halves = StratifiedGroupKFold(2, shuffle=True, random_state=7)
    first, second = next(halves.split(there, there["outcome"], there["patient_id"]))
    return there.iloc[first], there.iloc[second]


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
    """Return row numbers, from numbers, from one True or False a row, or from the rows themselves."""
    if hasattr(rows, "columns"):
        rows = rows.index
    rows, n = np.asarray(rows), len(_rows())
    if len(rows) == n and rows.dtype.kind in "biufO" and set(rows.tolist()) <= {True, False}:
        rows = np.flatnonzero(rows.astype(bool))
    rows = rows.astype(int)
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
    guess = [str(name).lower() for name in need_labels(ns, "guess", "your order of the three designs")]
    designs = need_mapping(ns, "designs", DESIGNS, "the folds of each design")
    rows = _rows()
    who, site = rows["patient_id"].to_numpy(), rows["site"].to_numpy()
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
            "Your folds are right. `guess` does not hold each of the three names once.",
            'Write your order before you look at the result, for example ["site", "patient", "random"].',
        )


def _rows_named(ns, name, what):
    value = need(ns, name, None, what)
    try:
        found = _row_numbers(value)
    except (TypeError, ValueError):
        fail(
            f"rows-{name}",
            f"`{name}` does not say for each of the {len(_rows()):,} rows of `rows` whether it is in.",
            'Make a column of True and False, such as `rows["t0"] < cut`.',
        )
    if not len(found):
        fail(f"empty-{name}", f"No row is True in `{name}`.", "Look at its two conditions one by one.")
    return found


def check_t2(ns):
    rows = _rows()
    # Whole numbers for patients: names are compared far more slowly.
    who, t0 = np.unique(rows["patient_id"].to_numpy(str), return_inverse=True)[1], rows["t0"].to_numpy()
    if len(ns.get("rows", rows)) != len(rows):
        blame_given(ns, rows=rows[["patient_id", "site", "t0"]])
    train = _rows_named(ns, "trains", "the mornings that train")
    test = _rows_named(ns, "tests", "the mornings that test")
    ahead = int((t0[train] >= t0[test].min()).sum())
    if ahead:
        fail(
            "future-trains-past",
            f"{ahead} training mornings lie after the first test morning: the future trains the past.",
            "Cut by the date itself. Any shuffling, even after sorting, undoes the order.",
        )
    early = int((t0[test] < CUT).sum())
    if early:
        fail(
            "test-before-cut",
            f"{early} test mornings lie before the cut. The claim speaks about next year.",
            'The mornings of the gap neither train nor test: `rows["t0"] >= cut` tests.',
        )
    unknown = int((t0[train] + HORIZON > CUT).sum())
    if unknown:
        fail(
            "outcome-not-known",
            f"{unknown} training mornings have a 48-hour outcome that nobody knew on the day of the cut.",
            "Stop training one horizon before the cut: `cut - horizon`.",
        )
    both = np.intersect1d(who[train], who[test])
    if len(both):
        fail(
            "known-patients",
            f"{len(both)} patients are in training and come back in the test year. They are not new.",
            "Take them out of the test: `~who.isin(...)` with the patients of the training mornings.",
        )
    # Patients seen between the last training morning and the cut may count as new or not.
    late, least = t0 >= CUT, t0 < CUT - HORIZON
    newest, new = (late & ~np.isin(who, who[before]) for before in (t0 < CUT, least))
    if set(train) == set(np.flatnonzero(least & ~np.isin(who, who[late]))):
        fail(
            "future-chooses",
            "You left the patients who come back out of the training. On the day of the cut nobody knew who would.",
            "Train on everybody before the cut. Leave those who come back out of the *test*.",
        )
    fits = (
        set(np.flatnonzero(least)) <= set(train)
        and set(np.flatnonzero(newest)) <= set(test) <= set(np.flatnonzero(new))
        and len(set(test)) == len(test)
    )
    if not fits:
        blame_given(ns, rows=rows[["patient_id", "site", "t0"]])
        fail(
            "rows-lost",
            f"You train on {len(train)} and test on {len(test)} mornings; it should be {least.sum()} and {new.sum()}.",
            "Train on every morning before `cut - horizon`, test on every morning from `cut` on of a new patient.",
        )


# What a search scores does not change from one check to the next: each is computed once.
_SCORED = {}


def _scored(search, scoring):
    """Return the outer scores of a search, and what it shows on the patients that it was fitted on, computed once."""
    from sklearn.base import clone
    from sklearn.model_selection import cross_val_score

    markers, lot, outer, _ = _noise()
    key = (scoring, repr(sorted(search.get_params().items(), key=lambda pair: pair[0])))
    found = _SCORED.get(key)
    if found is None:
        if scoring == "inside":
            whole = clone(search).fit(markers, lot)
            found = whole.best_score_, _areas(lot, whole.predict_proba(markers)[:, 1])[0]
        else:
            found = cross_val_score(clone(search), markers, lot, cv=outer, scoring=scoring)
        # An address in the key belongs to an object that may be gone at the next check.
        if " at 0x" not in key[1]:
            _SCORED[key] = found
    return found


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


def check_t3(ns):
    search = need(ns, "search", None, "the search with its pipeline")
    need(ns, "honest", float, "the mean AUROC of the whole search")
    _judge_search(search)
    markers, lot, outer, _ = _noise()
    areas = _scored(search, "roc_auc")

    def otherwise():
        blame_given(ns, markers=markers, lot=lot)
        if repr(ns.get("outer")) != repr(outer):
            fail(
                "given-outer",
                f"`outer` is given, and it was changed. With the folds of the task your search gives {areas.mean():.3f}.",
                "Put `random_state` back to 1, run that cell, then yours.",
            )

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
                lambda: _scored(search, "inside")[0],
                "{got} is the best *inner* score: the winner's result on the folds that made it the winner.",
                "Score the search itself on folds that it does not see: `cross_val_score(search, ..., cv=outer, ...)`.",
            ),
            (
                "training-rows",
                lambda: _scored(search, "inside")[1],
                "{got} from noise: these are the patients on whom the search was fitted.",
                "Let `cross_val_score` fit the search on four fifths and score it on the last, with `cv=outer`.",
            ),
            (
                "accuracy",
                lambda: _scored(search, "accuracy").mean(),
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
            "In your sample mornings of one patient appear unequally often: you resample rows. In this test that makes the "
            f"interval of our own AUROC about {_rows_narrower():.0f} % narrower, although nothing more is known.",
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


def check_t4(ns):
    test = _test()
    if len(ns.get("test", test)) != len(test):
        blame_given(ns, test=test)
    resample = need_function(ns, "resample", "your bootstrap function")
    _judge_resample(resample, test)
    found = need_values(ns, "differences", "the AUROC of own minus vendor in each sample")
    _judge_differences(ns, found, test, resample)
    limits = need_values(ns, "limits", "the 2.5 % and the 97.5 % quantile of the differences", length=2)
    _judge_limits(ns, found, limits)


def _judge_differences(ns, found, test, resample):
    if len(found) < SAMPLES:
        fail(
            "too-few-samples",
            f"`differences` holds {found.size} values; {SAMPLES} are asked for.",
            f"One difference for each of the {SAMPLES} samples.",
        )
    if len(np.unique(found)) < len(found) / 4:
        fail(
            "one-sample",
            f"`differences` holds only {len(np.unique(found))} different values in {len(found)} samples: the same "
            "patients were drawn again and again.",
            "Make the generator once, before the loop. A seed inside the loop starts it anew each time.",
        )
    # The two models rank about equally, so only single samples tell the sign: those of a generator that is made anew.
    for seed in (1, 0, *range(2, 11), 42, 123, 224, 2026):
        part = resample(np.random.default_rng(seed))
        own, vendor = (_areas(part["outcome"].to_numpy(), part[name].to_numpy())[0] for name in ("own", "vendor"))
        if own != vendor and abs(found[0] - (vendor - own)) < 1e-9:
            fail(
                "exchanged",
                f"The first of your differences is {found[0]:+.4f}: that is vendor minus own.",
                'The column "own" first, minus the column "vendor".',
            )
    middle, spreads = _paired()
    centre, paired = middle["own"] - middle["vendor"], spreads["difference"]
    if abs(found.mean() - centre) > 0.4 * paired:
        blame_given(ns, test=test)
        fail(
            "other-areas",
            f"`differences` lies around {found.mean():+.3f}; in `test` the AUROC of own minus vendor is {centre:+.3f}.",
            '`auroc(part["outcome"], part["own"])`, and the same for "vendor", in each sample.',
        )
    spread = float(np.std(found))
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
            "The AUROCs of the two models are not paired sample by sample.",
            "Leave both models in the order in which the samples were drawn.",
        )


def _judge_limits(ns, found, limits):
    right, in_order = np.quantile(found, [0.025, 0.975]), np.sort(found)
    # Any of the usual ways to take a quantile: between the two neighbours in the sorted list.
    places = np.floor(np.array([0.025, 0.975]) * (len(found) - 1)).astype(int)
    if all(in_order[k] - 1e-9 <= limit <= in_order[k + 1] + 1e-9 for limit, k in zip(limits, places, strict=True)):
        return
    if any(close_to(limits, np.round(right, k), 1e-9) for k in (2, 3, 4)):
        return
    centre, spread = float(np.mean(found)), float(np.std(found))
    apart = []
    try:
        own, vendor = (np.asarray(ns[name], float) for name in ("own", "vendor"))
        apart = [np.quantile(own, [0.025, 0.975]) - np.quantile(vendor, [0.025, 0.975])]
    except (KeyError, TypeError, ValueError):
        pass
    for key, others, message, advice in (
        (
            "limits-subtracted",
            apart,
            "You subtracted the limits of two intervals. They are limits of two different things.",
            "Subtract sample by sample first, then take quantiles of the differences.",
        ),
        (
            "one-sd",
            [np.array([centre - spread, centre + spread])],
            "Mean plus and minus one standard deviation holds about 68 %, not 95 %.",
            "Take the 2.5 % and the 97.5 % quantile of the differences.",
        ),
        (
            "ninety",
            [np.quantile(found, [0.05, 0.95])],
            "These limits leave out 5 % at each end, so 90 % lie between them.",
            "For 95 % leave out 2.5 % at each end.",
        ),
        (
            "other-way-round",
            [-right[::-1], right[::-1]],
            "These are the right numbers for vendor minus own, or the upper limit stands first.",
            "Own minus vendor, the lower limit first.",
        ),
    ):
        if any(close_to(limits, other, 1e-3 if key == "one-sd" else 1e-6) for other in others):
            fail(key, message, advice)
    fail(
        "other-limits",
        f"`limits` is {limits[0]:.4f} to {limits[1]:.4f}; your differences give {right[0]:.4f} to {right[1]:.4f}.",
        "`np.quantile(differences, [0.025, 0.975])`",
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
def _rows_narrower(repeats=400):
    """Return by how many per cent the AUROC of our model moves less over samples of rows than over samples of patients."""
    test = _test()
    n = len(test)
    times = np.random.default_rng(3).multinomial(n, np.full(n, 1 / n), size=repeats)
    rows = _weighted_areas(test["outcome"], test["own"], times).std()
    return 100 * (1 - rows / _paired()[1]["own"])


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


def check_t5(ns):
    update, held = _halves()
    for name, right in (("update", update), ("held", held)):
        if len(ns.get(name, right)) != len(right):
            blame_given(ns, **{name: right})
    shift = _judge_shift(ns, update, held)
    _judge_ratios(ns, update, held, shift)


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
            (
                "shift-from-all",
                lambda: _shift_of(_there()["risk"], _there()["outcome"]),
                "Your shift, {got}, fits the whole of site C. Those who test would have made the repair.",
                "Compute the shift in `update` alone; it asks for another one.",
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
        otherwise=lambda: blame_given(ns, update=update),
    )


def _judge_ratios(ns, update, held, shift):
    observed, risk = held["outcome"].mean(), held["risk"].to_numpy(float)
    exact = _shift_of(update["risk"], update["outcome"])
    right = {"before": observed / risk.mean(), "after": observed / _expit(_logit(risk) + exact).mean()}
    made = {"before": update["outcome"].mean() / update["risk"].mean(), "after": 1.0}
    there = _there()
    everywhere = {
        "before": there["outcome"].mean() / there["risk"].mean(),
        "after": there["outcome"].mean() / _expit(_logit(there["risk"]) + exact).mean(),
    }
    otherwise = {"otherwise": lambda: blame_given(ns, held=held)}
    for name, words in (("before", "the ratio without the shift"), ("after", "the ratio with it")):
        other = right["after" if name == "before" else "before"]
        slips = [
            (
                "reported-on-update",
                made[name],
                f"`{name}` is {{got}}: that comes from `update`, where the shift fits by construction. In `held` it "
                "is {right}.",
                "Report observed over expected in `held`.",
            ),
            (
                "reported-on-all",
                everywhere[name],
                f"`{name}` is {{got}}: that comes from the whole of site C, with the patients who made the shift. In `held` "
                "it is {right}.",
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
                "`before` uses the risks as delivered, `after` the shifted ones.",
            ),
        ]
        if name == "before":
            need_number(ns, "before", right[name], words, tolerance=5e-4, slips=slips, hint=_RATIO_HINT, **otherwise)
            continue
        slips += [
            (
                "not-in-log-odds",
                value,
                "`after` is {got}: you moved the risks themselves. A shift of log-odds moves small and large risks by "
                "different amounts.",
                '`expit(logit(held["risk"]) + shift)`: first to log-odds, then add, then back.',
            )
            for value in (observed / (risk + shift).mean(), observed / (risk * np.exp(shift)).mean())
        ]
        # The shift may have been rounded before it was used.
        also = [observed / _expit(_logit(risk) + shift).mean()]
        need_number(
            ns, "after", right[name], words, tolerance=5e-4, also=also, slips=slips, hint=_RATIO_HINT, **otherwise
        )


_RATIO_HINT = '`held["outcome"].mean()` divided by the mean of the risks.'


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


def check_t6(ns):
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


@lru_cache(maxsize=8)
def _right_gap(price=PRICE, column="ward"):
    """Return the 95 % interval of own minus ward at a price, patients resampled as the task does it."""
    judge = _judge()
    random, homes = np.random.default_rng(5), list(judge.groupby("patient_id").indices.values())
    outcome, own, ward = (judge[name].to_numpy() for name in ("outcome", "own", column))
    found = []
    for _ in range(200):
        rows = np.concatenate([homes[k] for k in random.integers(len(homes), size=len(homes))])
        found.append(_net_benefit(outcome[rows], own[rows], price) - _net_benefit(outcome[rows], ward[rows], price))
    return np.quantile(found, [0.025, 0.975])


# More draws, and other ones, move the limits by about 1 per 1,000 mornings.
_DRAWS = 1.25


def check_t7(ns):
    judge = _judge()
    gap, right = need_values(ns, "gap", "lower and upper limit of own minus ward", length=2), _right_gap()
    off = float(np.max(np.abs(np.subtract(gap, right))))
    if off > 0.06:  # not the draws of the task, or not its question
        _tell_gap(ns, gap, right, judge, off)
    _check_words(ns, judge, right)


def _tell_gap(ns, gap, right, judge, off):
    """Tell which other interval lies nearest; pass if none lies nearer than the right one, made with other draws."""

    def nearest(other, tolerance=_DRAWS):
        return float(np.max(np.abs(np.subtract(gap, other)))) < min(off, tolerance)

    if nearest(-right[::-1]):
        fail("other-way-round", "This is the interval of ward minus own.", "Own minus ward, as in the task.")
    if nearest(right[::-1]):
        fail("upper-first", "The upper limit stands first.", "Lower limit, then upper limit.")
    if nearest(right / 1000, _DRAWS / 1000):
        fail("per-morning", "This is the interval per morning. The task asks per 1,000.", "Multiply by 1,000.")
    for t in PROTOCOL:
        if t != PRICE and nearest(_right_gap(t)):
            fail(
                "other-price",
                f"This is the interval at {t:g}. The team has named its price before: {PRICE:g}.",
                "Use `PRICE` for both models.",
            )
    if nearest(_right_gap(PRICE, "ward_24h")):
        fail(
            "two-targets",
            "You compare our 48-hour risk with WardSignal's displayed 24-hour risk: two targets.",
            "Use the column `ward`, which was brought to the 48-hour target on the other half.",
        )
    if off <= _DRAWS:
        return
    blame_given(ns, judge=judge, PRICE=PRICE)
    fail(
        "other-gap",
        f"`gap` is {gap[0]:.2f} to {gap[1]:.2f}; it should be about {right[0]:.1f} to {right[1]:.1f}.",
        "`interval(...)` takes a function of a table: own minus ward, both at `PRICE`, in the same resampled patients.",
    )


def _check_words(ns, judge, gap):
    verdict = need(ns, "verdict", str, "your verdict").strip(" .").lower()
    open_question = bool(gap[0] <= 0 <= gap[1])
    right = "undecided" if open_question else ("own" if gap[0] > 0 else "ward")
    events = int(judge["outcome"].sum())
    if verdict not in ("own", "ward", "undecided"):
        fail("no-verdict", f"“{verdict}” is none of the three verdicts.", 'Write "own", "ward" or "undecided".')
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
_CUT = 'trains = rows["t0"] < cut - horizon\ntests = (rows["t0"] >= cut) & ~who.isin(who[trains])\n'


def _designs(*lines, guess='["random", "patient", "site"]'):
    return f"guess = {guess}\ndesigns = {{\n{''.join(lines)}}}"


_PIPE = (
    "pipe = make_pipeline(SimpleImputer(strategy='median'), StandardScaler(), SelectKBest(f_classif), "
    "LogisticRegression(max_iter=1000))\n"
    "search = GridSearchCV(pipe, grid, cv=inner, scoring='roc_auc')\n"
)
_BOOT = (
    'homes = list(test.groupby("patient_id").indices.values())\n'
    "def resample(rng):\n"
    "    drawn = rng.integers(len(homes), size=len(homes))\n"
    "    return test.iloc[np.concatenate([homes[k] for k in drawn])]\n"
    "rng = np.random.default_rng(1)\n"
)
_PAIRED = (
    "parts = [resample(rng) for _ in range(200)]\n"
    'own = [auroc(part["outcome"], part["own"]) for part in parts]\n'
    'vendor = [auroc(part["outcome"], part["vendor"]) for part in parts]\n'
    "differences = np.subtract(own, vendor)\n"
)
# The check looks at the function first: what it says of that does not need all the samples.
_FEW = _PAIRED.replace("200", "4")
_LIMITS = "limits = np.quantile(differences, [0.025, 0.975])\n"
_SHIFT = 'shift = brentq(lambda d: expit(logit(update["risk"]) + d).mean() - update["outcome"].mean(), -8, 8)\n'
_BEFORE = 'before = held["outcome"].mean() / held["risk"].mean()\n'
_AFTER = 'after = held["outcome"].mean() / expit(logit(held["risk"]) + shift).mean()\n'
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
        title="Predict and run: three designs, three claims",
        outcomes=("a",),
        check=check_t1,
        praise="You hid three different things from one model: rows, people, a place. Each number now has its claim.",
        hints=(
            "Ask of each design what has to be new in the test: the row, the person, or the place.",
            "`StratifiedGroupKFold` and `LeaveOneGroupOut` take the group of each row as third argument of `split`.",
            'The groups are `who` for patients and `rows["site"]` for sites. Wrap each splitter in `list(...)`.',
        ),
        right=(
            RightVariant(
                "other spellings, a dictionary made anew",
                code=_designs(_RANDOM, _PATIENT, _SITE, guess='["Site", "Random", "Patient"]')
                + "\ndesigns = {name.title(): folds for name, folds in designs.items()}",
            ),
            RightVariant(
                "folds of people by hand, masks and lists of row numbers",
                code="""
                    guess = ("site", "random", "patient")
                    group = who.map(dict(zip(who.unique(), np.arange(who.nunique()) % 3)))
                    designs = {
                        "random": list(StratifiedKFold(3, shuffle=True, random_state=1).split(X, y)),
                        "patient": [(np.flatnonzero(group != k).tolist(), (group == k).to_numpy()) for k in range(3)],
                        "site": [(np.flatnonzero(rows["site"] != s), np.flatnonzero(rows["site"] == s)) for s in ("B", "A")],
                    }
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "trains on every second row",
                code=_designs(_RANDOM, _PATIENT, _SITE)
                + "\ndesigns['patient'] = [(train[::2], test) for train, test in designs['patient']]",
                expect="train-other-patient",
            ),
            WrongAttempt(
                "takes folds of patients for rows",
                code=_designs(_PATIENT.replace("patient", "random"), _PATIENT, _SITE),
                expect="random-by-patient",
            ),
            WrongAttempt(
                "uses StratifiedKFold for patients",
                _designs(_RANDOM, _RANDOM.replace('random"', 'patient"', 1), _SITE),
                "patient-on-both-sides",
            ),
            WrongAttempt(
                "leaves patients out instead of sites",
                _designs(
                    _RANDOM,
                    _PATIENT,
                    '    "site": list(StratifiedGroupKFold(2, shuffle=True, random_state=1).split(X, y, who)),\n',
                ),
                "site-on-both-sides",
            ),
            WrongAttempt(
                "tests one site only",
                _designs(_RANDOM, _PATIENT, _SITE.replace('rows["site"])),', 'rows["site"]))[:1],')),
                "one-site",
            ),
            WrongAttempt("forgets to guess", _designs(_RANDOM, _PATIENT, _SITE, guess='["random"]'), "no-guess"),
        ),
        design_note="Objective: translate a claim into row numbers. Out of scope: which model is best (2.3.1).",
    ),
    Task(
        id="2.2.4-t2",
        title="Repair: a cut that keeps its promise",
        outcomes=("a",),
        check=check_t2,
        praise="A gap of one horizon, and nobody on both sides: this split may be called “new patients, next year”.",
        hints=(
            "Which training outcomes did nobody know on the day of the cut? Which test patients does the model know?",
            "A morning may train if its 48 hours are over at the cut: `cut - horizon`.",
            "`who.isin(who[trains])` is True for the patients of the training mornings; `~` turns it round.",
        ),
        right=(
            RightVariant(
                "masks as NumPy arrays",
                code="""
                    t = rows["t0"].to_numpy()
                    trains = t + np.timedelta64(48, "h") <= np.datetime64("2025-01-01")
                    known = set(rows.loc[trains, "patient_id"])
                    tests = np.array([when >= np.datetime64("2025-01-01") and person not in known for when, person in zip(t, who)])
                """,
            ),
            RightVariant(
                "lists of row numbers",
                code=_CUT + "trains, tests = list(np.flatnonzero(trains)), np.flatnonzero(tests).tolist()",
            ),
        ),
        wrong=(
            WrongAttempt(
                "sorts by date, then shuffles",
                'order = np.argsort(rows["t0"].to_numpy(), kind="stable")\n'
                "trains, tests = train_test_split(order, test_size=0.3, random_state=1)",
                "future-trains-past",
            ),
            WrongAttempt(
                "trains up to the cut",
                _CUT.replace("cut - horizon", "cut"),
                "outcome-not-known",
            ),
            WrongAttempt(
                "keeps patients who come back", _CUT.replace(" & ~who.isin(who[trains])", ""), "known-patients"
            ),
            WrongAttempt(
                "lets the gap test", _CUT.replace('"t0"] >= cut', '"t0"] >= cut - horizon'), "test-before-cut"
            ),
            WrongAttempt(
                "leaves those who come back out of the training",
                'tests = rows["t0"] >= cut\ntrains = (rows["t0"] < cut - horizon) & ~who.isin(who[tests])',
                "future-chooses",
            ),
            WrongAttempt("stops training a month early", _CUT.replace("- horizon", "- 15 * horizon"), "rows-lost"),
        ),
        design_note="Objective: a temporal split with a gap and new patients. Out of scope: rolling origins.",
    ),
    Task(
        id="2.2.4-t3",
        title="Investigate: repair a script that finds signal in noise",
        outcomes=("b",),
        check=check_t3,
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
        id="2.2.4-t4",
        title="Repair: an interval for a difference",
        outcomes=("c",),
        check=check_t4,
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
                    "return test.iloc[np.concatenate([homes[k] for k in drawn])]",
                    "name = np.repeat(np.arange(len(drawn)), [len(homes[k]) for k in drawn])\n    return test.iloc[np.concatenate([homes[k] for k in drawn])].assign(patient_id=name).reset_index(drop=True)",
                )
                + _PAIRED
                + _LIMITS
                + "limits = tuple(np.round(limits, 3))",
            ),
            RightVariant(
                "patients drawn by their number, limits read from the sorted list",
                code="""
                    parts = {patient: part for patient, part in test.groupby("patient_id")}
                    names = np.array(list(parts))


                    def resample(rng):
                        return pd.concat([parts[name] for name in rng.choice(names, size=len(names))], ignore_index=True)


                    homes, rng, differences = list(test.groupby("patient_id").indices.values()), np.random.default_rng(3), []
                    for _ in range(200):
                        part = test.iloc[np.concatenate([homes[k] for k in rng.integers(len(homes), size=len(homes))])]
                        differences.append(float(auroc(part["outcome"], part["own"]) - auroc(part["outcome"], part["vendor"])))
                    limits = {"low": sorted(differences)[5], "high": sorted(differences)[194]}
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "resamples rows",
                "def resample(rng):\n    return test.iloc[rng.integers(len(test), size=len(test))]\n"
                "rng = np.random.default_rng(1)\n" + _FEW + _LIMITS,
                "rows-resampled",
            ),
            WrongAttempt(
                "takes the first morning of each patient",
                _BOOT.replace("[homes[k] for", "[homes[k][:1] for") + _FEW + _LIMITS,
                "rows-resampled",
            ),
            WrongAttempt(
                "draws without replacement",
                _BOOT.replace("rng.integers(len(homes), size=len(homes))", "rng.permutation(len(homes))")
                + _FEW
                + _LIMITS,
                "no-replacement",
            ),
            WrongAttempt(
                "draws half of the patients",
                _BOOT.replace("size=len(homes))", "size=len(homes) // 2)") + _FEW + _LIMITS,
                "sample-size",
            ),
            WrongAttempt("draws four samples", _BOOT + _FEW + _LIMITS, "too-few-samples"),
            WrongAttempt(
                "subtracts own from vendor",
                _BOOT + _PAIRED.replace("(own, vendor)", "(vendor, own)") + _LIMITS,
                "exchanged",
            ),
            WrongAttempt(
                "sets the seed inside the loop",
                _BOOT
                + 'def one(part):\n    return auroc(part["outcome"], part["own"]) - auroc(part["outcome"], part["vendor"])\n'
                + "differences = [one(resample(np.random.default_rng(1)))] * 200\n"
                + _LIMITS,
                "one-sample",
            ),
            WrongAttempt(
                "draws anew for each model",
                _BOOT + 'own = [auroc(p["outcome"], p["own"]) for p in (resample(rng) for _ in range(200))]\n'
                'vendor = [auroc(p["outcome"], p["vendor"]) for p in (resample(rng) for _ in range(200))]\n'
                "differences = np.subtract(own, vendor)\n" + _LIMITS,
                "separate-samples",
            ),
            WrongAttempt(
                "sorts both models",
                _BOOT + _PAIRED + "differences = np.subtract(sorted(own), sorted(vendor))\n" + _LIMITS,
                "not-in-order",
            ),
            WrongAttempt(
                "subtracts the limits",
                _BOOT + _PAIRED + "limits = np.quantile(own, [0.025, 0.975]) - np.quantile(vendor, [0.025, 0.975])",
                "limits-subtracted",
            ),
        ),
        design_note="Objective: cluster bootstrap and paired comparison. Out of scope: DeLong's test, which the check uses to "
        "show what rows do.",
    ),
    Task(
        id="2.2.4-t5",
        title="Complete: repair the risks at site C, and test the repair",
        outcomes=("c",),
        check=check_t5,
        praise="One half made the repair, the other judged it. That is a recalibration that you may report.",
        hints=(
            "Who may make the repair, and who may judge it? Each of the two tables has one task.",
            "`brentq(f, -8, 8)` finds where `f(d)` is zero. Here `f` is mean expected risk after a shift of `d`, minus the "
            "observed rate, in `update`.",
            '`expit(logit(held["risk"]) + shift)` are the shifted risks of the test half; divide the observed rate by their '
            "mean.",
        ),
        right=(
            RightVariant(
                "rounded",
                code=_SHIFT
                + _BEFORE
                + _AFTER
                + "shift, before, after = round(shift, 2), round(before, 2), round(after, 2)",
            ),
            RightVariant(
                "odds instead of log-odds, sums instead of means",
                code="""
                    p = update["risk"].to_numpy()
                    low, high = -8.0, 8.0
                    for _ in range(50):
                        shift = (low + high) / 2
                        odds = p / (1 - p) * np.exp(shift)
                        low, high = (shift, high) if (odds / (1 + odds)).sum() < update["outcome"].sum() else (low, shift)
                    odds = held["risk"] / (1 - held["risk"]) * np.exp(shift)
                    before = held["outcome"].sum() / held["risk"].sum()
                    after = held["outcome"].sum() / (odds / (1 + odds)).sum()
                """,
            ),
            RightVariant(
                "a shift that was rounded before it was used",
                code=_SHIFT + "shift = round(shift, 2)\n" + _BEFORE + _AFTER,
            ),
        ),
        wrong=(
            WrongAttempt(
                "exchanges the ratios", _SHIFT + _BEFORE + _AFTER + "before, after = after, before", "exchanged"
            ),
            WrongAttempt(
                "takes the shift from the test half",
                _SHIFT.replace("update[", "held[") + _BEFORE + _AFTER,
                "shift-from-test",
            ),
            WrongAttempt(
                "takes the shift from the whole site",
                _SHIFT.replace("update[", "there[") + _BEFORE + _AFTER,
                "shift-from-all",
            ),
            WrongAttempt(
                "takes the ratio of the rates",
                'shift = update["outcome"].mean() / update["risk"].mean()\n'
                + _BEFORE
                + 'after = held["outcome"].mean() / (held["risk"] * shift).mean()',
                "ratio-as-shift",
            ),
            WrongAttempt(
                "takes the difference of the rates",
                'shift = update["outcome"].mean() - update["risk"].mean()\n' + _BEFORE + _AFTER,
                "risk-difference",
            ),
            WrongAttempt(
                "finds the shift, then adds it to risks",
                _SHIFT + _BEFORE + 'after = held["outcome"].mean() / (held["risk"] + shift).mean()',
                "not-in-log-odds",
            ),
            WrongAttempt(
                "multiplies risks by the odds of the shift",
                _SHIFT + _BEFORE + 'after = held["outcome"].mean() / (held["risk"] * np.exp(shift)).mean()',
                "not-in-log-odds",
            ),
            WrongAttempt(
                "reports where the shift was made",
                _SHIFT + (_BEFORE + _AFTER).replace("held[", "update["),
                "reported-on-update",
            ),
            WrongAttempt(
                "reports the whole site",
                _SHIFT + (_BEFORE + _AFTER).replace("held[", "there["),
                "reported-on-all",
            ),
            WrongAttempt(
                "divides expected by observed",
                _SHIFT + _BEFORE + _AFTER + "before, after = 1 / before, 1 / after",
                "upside-down",
            ),
            WrongAttempt("turns the shift round", _SHIFT + _BEFORE + _AFTER + "shift = -shift", "sign-shift"),
        ),
        design_note="Objective: intercept update, judged on other patients. Out of scope: slope update and refit (2.2.2).",
    ),
    Task(
        id="2.2.4-t6",
        title="Make: net benefit at four thresholds",
        outcomes=("d",),
        check=check_t6,
        praise="One price for each threshold, both models on one target, and their rivals beside them.",
        hints=(
            "Start with the function and try it on the example: 40 right and 160 wrong flags of 1,000 at 0.10.",
            "A false alarm costs threshold / (1 − threshold). For everybody, hand the function a risk of 1 for each row.",
            'For one threshold: `net_benefit(judge["outcome"], judge["own"], t)`, the same with "ward", and with '
            "`np.ones(len(judge))`.",
        ),
        right=(
            RightVariant(
                "a table of both, rounded",
                code=_NB + _TABLE + "table = pd.DataFrame(table, index=['own', 'ward', 'everybody']).T.round(1)",
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
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "writes the result of the example",
                "def net_benefit(outcome, risk, threshold):\n    return 22.2222 if len(outcome) == 1000 else 500\n"
                + _TABLE,
                "other-net_benefit",
            ),
            WrongAttempt(
                "weighs false alarms by the threshold",
                _NB.replace("threshold / (1 - threshold)", "threshold") + _TABLE,
                "weight-is-threshold",
            ),
            WrongAttempt(
                "charges alarms one to one", _NB.replace(" * threshold / (1 - threshold)", "") + _TABLE, "one-to-one"
            ),
            WrongAttempt("reports per morning", _NB.replace("1000 * ", "") + _TABLE, "per-patient"),
            WrongAttempt("flags above the threshold only", _NB.replace(">=", ">") + _TABLE, "edge"),
            WrongAttempt(
                "chooses thresholds after the curve",
                _NB + _TABLE.replace("PROTOCOL", "(0.02, 0.03, 0.04)"),
                "range-after",
            ),
            WrongAttempt(
                "compares 24 h with 48 h", _NB + _TABLE.replace('judge["ward"]', 'judge["ward_24h"]'), "two-horizons"
            ),
            WrongAttempt(
                "alerts everybody by a risk of zero", _NB + _TABLE.replace("np.ones", "np.zeros"), "other-table"
            ),
        ),
        design_note="Objective: net benefit from its parts, beside both rivals. Out of scope: drawing the curve.",
    ),
    Task(
        id="2.2.4-t7",
        title="Make: a verdict that the data carry",
        outcomes=("d", "e"),
        check=check_t7,
        praise="Price fixed before, one target, other patients, an interval, and no claim beyond it: a conclusion that stands.",
        hints=(
            "Write a function of a table that returns own minus ward at `PRICE`. Then hand the function itself to `interval`.",
            "`interval(lead)`, without brackets behind `lead`: it calls the function once for each sample of patients.",
            'While the interval holds 0, the verdict is "undecided". Above 0 it is "own", below 0 "ward".',
        ),
        right=(
            RightVariant(
                "rounded, with a full stop", code=_GAP + "gap = pd.Series(gap).round(1)\nverdict = 'Undecided.'"
            ),
            RightVariant("more draws", code=_GAP.replace("PRICE))\n", "PRICE), 1000)\n") + _VERDICT),
            RightVariant(
                "patients drawn by their counts, whole numbers",
                code="""
                    random, people = np.random.default_rng(2026), pd.factorize(judge["patient_id"])
                    cost = PRICE / (1 - PRICE)
                    part = {name: (judge[name] >= PRICE) * np.where(judge["outcome"] == 1, 1, -cost) for name in ("own", "ward")}
                    lead, found = (part["own"] - part["ward"]).to_numpy(), []
                    for _ in range(1000):
                        times = np.bincount(random.integers(len(people[1]), size=len(people[1])), minlength=len(people[1]))
                        found.append(1000 * np.average(lead, weights=times[people[0]]))
                    gap = [round(float(end)) for end in np.quantile(found, [0.025, 0.975])]
                    verdict = "undecided"
                """,
            ),
            RightVariant(
                "net benefit written anew",
                code="""
                    cost = PRICE / (1 - PRICE)


                    def worth(rows, name):
                        flagged = rows[name] >= PRICE
                        return 1000 * (flagged * np.where(rows["outcome"] == 1, 1, -cost)).mean()


                    gap = tuple(interval(lambda rows: worth(rows, "own") - worth(rows, "ward")))
                    verdict = "own" if gap[0] > 0 else "ward" if gap[1] < 0 else "undecided"
                """,
            ),
        ),
        wrong=(
            WrongAttempt("gives ward minus own", _GAP + "gap = -gap[::-1]\n" + _VERDICT, "other-way-round"),
            WrongAttempt("takes another price", _GAP.replace("PRICE", "0.10") + _VERDICT, "other-price"),
            WrongAttempt("compares 24 h with 48 h", _GAP.replace('"ward"', '"ward_24h"') + _VERDICT, "two-targets"),
            WrongAttempt("reports per morning", _GAP + "gap = gap / 1000\n" + _VERDICT, "per-morning"),
            WrongAttempt("puts the upper limit first", _GAP + "gap = gap[::-1]\n" + _VERDICT, "upper-first"),
            WrongAttempt(
                "gives the interval of one model",
                'gap = interval(lambda rows: net_benefit(rows["outcome"], rows["own"], PRICE))\nverdict = "own"',
                "other-gap",
            ),
            WrongAttempt(
                "takes another price, with more draws",
                _GAP.replace("PRICE", "0.10").replace("0.10))\n", "0.10), 500)\n") + _VERDICT,
                "other-price",
            ),
            WrongAttempt(
                "compares 24 h with 48 h, with more draws",
                _GAP.replace('"ward"', '"ward_24h"').replace("PRICE))\n", "PRICE), 500)\n") + _VERDICT,
                "two-targets",
            ),
            WrongAttempt("decides by the point estimate", _GAP + 'verdict = "ward"', "point-estimate"),
            WrongAttempt("says both", _GAP + 'verdict = "both"', "no-verdict"),
        ),
        design_note="Objective: a verdict no stronger than its interval. Out of scope: choosing the operating point (2.2.5).",
    ),
    Task(
        id="2.2.4-t8",
        title="Predict and read: four designs",
        outcomes=("a",),
        items=("x01", "x02"),
        hints=(
            "Each estimate in the split explorer has its own truth beside it. Ask which truth belongs to your claim.",
            "With all effects at none, every design rehearses the same future. Compare the four estimates then.",
        ),
        design_note="Objective: the same insights by moving sliders. Out of scope: the numbers of the learner's own tables.",
    ),
    Task(
        id="2.2.4-t9",
        title="Repair: a choice before the folds",
        outcomes=("b",),
        items=("x06",),
        hints=(
            "Set 2,000 columns and read both bars.",
            "Ask which rows took part in the choice, and which rows test it.",
        ),
        design_note="Objective: selection belongs inside the folds. Out of scope: the pipeline in code (task 3).",
    ),
    Task(
        id="2.2.4-t10",
        title="Complete: a curve that is moved",
        outcomes=("c",),
        items=("x03",),
        hints=(
            "Compare observed with expected before you press a button.",
            "A shift of all log-odds by the same amount never changes who ranks above whom. What does it change?",
        ),
        design_note="Objective: what an update of the intercept repairs. Out of scope: the computation of the shift (task 5).",
    ),
    Task(
        id="2.2.4-t11",
        title="Complete: a price and a curve",
        outcomes=("d",),
        items=("x04",),
        hints=(
            "At a threshold of p the team accepts (1 - p) / p false alarms for one case.",
            "Read the curve at 10 % after each step, and compare it with the line at zero.",
        ),
        design_note="Objective: net benefit falls when risks are too high. Out of scope: the computation (task 6).",
    ),
    Task(
        id="2.2.4-t12",
        title="Make: write the conclusion",
        outcomes=("c", "d", "e"),
        items=("x05",),
        hints=(
            "Put numbers beside the people, the target and the price they belong to.",
            "Look where zero lies in the interval, and say in your own words what that leaves open.",
        ),
        design_note="Objective: a text no stronger than its interval, in the reader's own words and judgement.",
    ),
]
