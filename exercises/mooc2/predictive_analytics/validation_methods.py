"""Checks of the exercise "The second test" (unit 2.2.4)."""

import numpy as np

from ai2med.exercises import RightVariant, Task, WrongAttempt, close_to, fail, need, need_frame

DESIGNS = ("random", "patient", "time", "site")


def _as_pairs(designs, name):
    """Return the (train, test) pairs of one design as arrays of row numbers."""
    folds = designs.get(name)
    if folds is None or folds is ...:
        fail(
            f"open-{name}",
            f'`designs["{name}"]` has no folds yet.',
            'Give a list of pairs (train, test), as the line for "random" does.',
        )
    try:
        return [(np.asarray(train), np.asarray(test)) for train, test in folds]
    except (TypeError, ValueError):
        fail(
            f"pairs-{name}",
            f'`designs["{name}"]` is not a list of pairs (train, test) of row numbers.',
            "Wrap a splitter's result in `list(...)`; write one pair as `[(train, test)]`.",
        )


def check_t1(ns):
    guess = need(ns, "guess", (list, tuple), "your order of the four designs")
    designs = need(ns, "designs", dict, "the folds of each design")
    rows = need_frame(ns, "rows", ("patient_id", "site", "t0"))
    who, site, t0 = rows["patient_id"].to_numpy(), rows["site"].to_numpy(), rows["t0"].to_numpy()
    pairs = {name: _as_pairs(designs, name) for name in DESIGNS}
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
    if sorted(np.concatenate([test for _, test in pairs["patient"]])) != list(range(len(rows))):
        fail(
            "rows-left-out",
            'In "patient" some mornings are never tested, or more than once.',
            "The folds of a cross-validation test each row exactly once: use the list that the splitter gives.",
        )
    _check_time(pairs["time"], who, t0, np.datetime64(ns["cut"]), np.timedelta64(ns["horizon"]))
    for train, test in pairs["site"]:
        both = np.intersect1d(site[train], site[test])
        if len(both):
            fail(
                "site-on-both-sides",
                f'In "site", {len(both)} of the two sites stand on both sides: {" and ".join(both)}.',
                "`LeaveOneGroupOut` leaves out one *group*. Which column holds the groups here?",
            )
    if len({place for _, test in pairs["site"] for place in np.unique(site[test])}) < 2:
        fail(
            "one-site",
            'In "site" only one of the two sites is tested.',
            "Internal-external validation takes turns: each site is left out once.",
        )
    if sorted(map(str, guess)) != sorted(DESIGNS):
        fail(
            "no-guess",
            "Your folds are right. `guess` does not hold each of the four names once.",
            'Write your order before you look at the result, for example ["site", "time", "patient", "random"].',
        )


def _check_time(pairs, who, t0, cut, horizon):
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
    unknown = int((t0[train] + horizon > cut).sum())
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
    expected = int(((t0 >= cut) & ~np.isin(who, who[t0 <= cut - horizon])).sum())
    if len(test) < 0.98 * expected or len(train) < 0.98 * int((t0 < cut - horizon).sum()):
        fail(
            "rows-lost",
            f'"time" trains on {len(train)} and tests on {len(test)} mornings; more are allowed.',
            "Train on every morning before `cut - horizon`, test on every morning from `cut` on of a new patient.",
        )


def check_t2(ns):
    from sklearn.base import clone
    from sklearn.model_selection import cross_val_score

    search = need(ns, "search", None, "the search with its pipeline")
    honest = need(ns, "honest", float, "the mean AUROC of the whole search")
    if not hasattr(search, "param_grid"):
        fail(
            "no-search",
            "`search` is no `GridSearchCV`, so nothing is tuned inside the folds.",
            'Wrap the pipeline: `GridSearchCV(pipe, grid, cv=inner, scoring="roc_auc")`.',
        )
    steps = {type(step).__name__ for _, step in getattr(search.estimator, "steps", [("", search.estimator)])}
    if "SelectKBest" not in steps:
        fail(
            "selection-outside",
            f"Your pipeline does not select columns, so the selection was made before the folds and still saw the outcomes "
            f"of the test patients. It gives {honest:.2f} from pure noise.",
            "Put `SelectKBest(f_classif)` into the pipeline; the grid then finds its setting under `selectkbest__k`.",
        )
    if not steps & {"SimpleImputer", "KNNImputer", "IterativeImputer"} or "StandardScaler" not in steps:
        fail(
            "filled-outside",
            "Selection is inside now, but gaps are filled or columns scaled with values that contain the test patients.",
            "Start the pipeline with `SimpleImputer(...)` and `StandardScaler()`, and pass it `markers`, not `scaled`.",
        )
    markers, lot, outer = ns["markers"], ns["lot"], ns["outer"]
    areas = cross_val_score(clone(search), markers, lot, cv=outer, scoring="roc_auc")
    if close_to(honest, areas.mean(), 0.002):
        return
    if close_to(honest, areas.max(), 0.002):
        fail(
            "best-fold",
            f"You report {honest:.2f}, the best of five folds. The five together give {areas.mean():.2f}.",
            "Choosing a fold by its result is tuning, too. Take the mean.",
        )
    whole = clone(search).fit(markers, lot)
    if close_to(honest, whole.best_score_, 0.002):
        fail(
            "inner-score",
            f"{honest:.2f} is the best *inner* score: the winner's result on the folds that made it the winner.",
            "Score the search itself on folds that it does not see: `cross_val_score(search, ..., cv=outer, ...)`.",
        )
    if close_to(honest, _areas(np.asarray(lot), whole.predict_proba(markers)[:, 1])[0], 0.002):
        fail(
            "training-rows",
            f"{honest:.2f} from noise: these are the patients on whom the search was fitted.",
            "Let `cross_val_score` fit the search on four fifths and score it on the last, with `cv=outer`.",
        )
    fail(
        "other-folds",
        f"You report {honest:.3f}; your search gives {areas.mean():.3f} over the folds `outer`.",
        'Use the given folds: `cross_val_score(search, markers, lot, cv=outer, scoring="roc_auc").mean()`.',
    )


def check_t3(ns):
    test = need_frame(ns, "test", ("patient_id", "outcome", "own", "vendor"))
    resample = need(ns, "resample", callable, "your bootstrap function")
    part = resample(np.random.default_rng(11))
    columns = ["patient_id", "outcome", "own", "vendor"]
    if not set(columns) <= set(getattr(part, "columns", ())):
        fail(
            "no-sample",
            "`resample` returns no table.",
            "Return `test.iloc[...]` with the row numbers of the patients drawn.",
        )
    # Mornings are known by what stands in them, not by their label: a sample may be numbered anew.
    known, drawn = (mornings.groupby(columns).size() for mornings in (test, part))
    times = drawn.reindex(known.index, fill_value=0) / known
    by_patient = times.groupby(level="patient_id")
    if (by_patient.nunique() > 1).any():
        covered = _rows_cover(test)
        fail(
            "rows-resampled",
            f"In your sample mornings of one patient appear unequally often: you resample rows. In 200 studies of 300 "
            f"patients from this test, 95 % intervals made from rows covered the AUROC of the whole {covered} times; "
            "190 were promised.",
            'Collect the row numbers of each patient (`test.groupby("patient_id").indices`), draw patients, join their rows.',
        )
    if times.max() == 1:
        fail(
            "no-replacement",
            "No patient appears twice in your sample, so each sample is the whole table, or a part of it, once more.",
            "Draw with replacement: `rng.integers(n, size=n)`.",
        )
    distinct = by_patient.first().gt(0).mean()
    if not 0.58 < distinct < 0.68:
        fail(
            "sample-size",
            f"Your sample holds {100 * distinct:.0f} % of the patients; drawing as many as there are holds about 63 %.",
            "Draw exactly as many patients as `test` has.",
        )
    own, vendor = (
        np.asarray(need(ns, name, None, f"the AUROC of {name} in each sample"), float) for name in ("own", "vendor")
    )
    if own.shape != vendor.shape or own.ndim != 1 or len(own) < 100:
        fail(
            "too-few-samples",
            f"`own` holds {own.size} and `vendor` {vendor.size} values; 200 each are asked for.",
            "One AUROC of each model for each of the 200 samples.",
        )
    paired = _paired_spread(test)
    spread = float(np.std(own - vendor))
    if spread > 1.2 * paired:
        fail(
            "separate-samples",
            f"The difference jumps with a standard deviation of {spread:.3f}; in shared samples it would be about "
            f"{paired:.3f}. Your two models met different patients.",
            "Draw a sample once and compute both AUROCs on it, so that easy and hard patients cancel in the difference.",
        )
    low_high = need(ns, "difference", None, "the interval of own minus vendor")
    if np.shape(low_high) != (2,):
        fail(
            "not-two",
            "`difference` does not hold two numbers.",
            "The 2.5 % and the 97.5 % quantile: `np.quantile(..., [0.025, 0.975])`.",
        )
    limits = np.quantile(own, [0.025, 0.975]) - np.quantile(vendor, [0.025, 0.975])
    if close_to(low_high, np.quantile(own - vendor, [0.025, 0.975]), 1e-6):
        return
    if close_to(low_high, limits, 1e-6):
        fail(
            "limits-subtracted",
            "You subtracted the limits of two intervals. They are limits of two different things.",
            "Subtract sample by sample first, then take quantiles of the 200 differences.",
        )
    centre = float(np.mean(own - vendor))
    if close_to(low_high, [centre - spread, centre + spread], 1e-3):
        fail(
            "one-sd",
            "Mean plus and minus one standard deviation holds about 68 %, not 95 %.",
            "Take the 2.5 % and the 97.5 % quantile of the differences.",
        )
    fail(
        "other-interval",
        f"Your interval is {np.round(np.asarray(low_high, float), 3)}; the 200 differences give "
        f"{np.round(np.quantile(own - vendor, [0.025, 0.975]), 3)}.",
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


def _rows_cover(test, studies=200, size=300):
    """Count how many of 200 studies of 300 patients cover the AUROC of the whole, with intervals that trust rows."""
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


def _paired_spread(test, repeats=200):
    random = np.random.default_rng(3)
    homes = list(test.groupby("patient_id").indices.values())
    outcome, own, vendor = (test[name].to_numpy() for name in ("outcome", "own", "vendor"))
    found = []
    for _ in range(repeats):
        rows = np.concatenate([homes[k] for k in random.integers(len(homes), size=len(homes))])
        found.append(_areas(outcome[rows], own[rows])[0] - _areas(outcome[rows], vendor[rows])[0])
    return float(np.std(found))


def _logit(p):
    p = np.asarray(p, float)
    return np.log(p / (1 - p))


def _expit(x):
    return 1 / (1 + np.exp(-x))


def _shift_of(rows):
    """Return the shift on the logit scale at which expected equals observed, by bisection."""
    x, rate = _logit(rows["risk"]), rows["outcome"].mean()
    low, high = -12.0, 12.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _expit(x + middle).mean() < rate else (low, middle)
    return (low + high) / 2


def check_t4(ns):
    there = need_frame(ns, "there", ("patient_id", "risk", "outcome"))
    update = need_frame(ns, "update", ("patient_id", "risk", "outcome"), "the half that makes the shift")
    held = need_frame(ns, "held", ("patient_id", "risk", "outcome"), "the half that tests it")
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
        fail(
            "uneven",
            f"`update` has {len(update)} and `held` {len(held)} of {len(there)} mornings: not two halves of the whole.",
            "Take train and test of the first of two folds.",
        )
    shift = need(ns, "shift", float, "the shift in log-odds")
    _judge_shift(shift, update, held)
    need_frame(ns, "held", ("updated",))
    moved = np.asarray(held["updated"], float)
    if not close_to(moved, _expit(_logit(held["risk"]) + shift), 1e-6):
        fail(
            "not-in-log-odds",
            f"`updated` is not `risk` shifted by {shift:.2f} in log-odds; its smallest value is {moved.min():.2f}, its "
            f"largest {moved.max():.2f}.",
            '`expit(logit(held["risk"]) + shift)`: odds are multiplied, risks are not.',
        )
    _judge_ratios(ns, update, held, moved)


def _judge_shift(shift, update, held):
    right = _shift_of(update)
    if close_to(shift, right, 5e-4):
        return
    observed, expected = update["outcome"].mean(), update["risk"].mean()
    if close_to(shift, _shift_of(held), 5e-4):
        fail(
            "shift-from-test",
            f"Your shift, {shift:.2f}, fits the test half exactly; the update half asks for {right:.2f}.",
            "Compute the shift in `update` alone.",
        )
    if close_to(shift, observed / expected, 1e-3) or close_to(shift, np.log(observed / expected), 1e-3):
        fail(
            "ratio-as-shift",
            f"{shift:.2f} comes from the ratio of the rates. A shift of log-odds does not move all risks by one factor.",
            "Search the shift `d` at which `expit(logit(risk) + d).mean()` equals the observed rate; `brentq` does it.",
        )
    if close_to(shift, observed - expected, 1e-3):
        fail(
            "risk-difference",
            f"{shift:.3f} is a difference of risks. Added to the lowest risk it gives {update['risk'].min() + shift:.3f}, "
            "which is no risk.",
            "Work in log-odds: `logit` first, then add, then `expit`.",
        )
    fail(
        "other-shift",
        f"With your shift of {shift:.2f} expected and observed differ in `update`; {right:.2f} makes them equal.",
        'Check `expit(logit(update["risk"]) + shift).mean()` against the observed rate.',
    )


def _judge_ratios(ns, update, held, moved):
    before, after = (
        need(ns, "before", float, "the ratio without the shift"),
        need(ns, "after", float, "the ratio with it"),
    )
    observed = held["outcome"].mean()
    right = [observed / held["risk"].mean(), observed / moved.mean()]
    if close_to([before, after], right, 1e-3):
        return
    if close_to([before, after], [update["outcome"].mean() / update["risk"].mean(), 1], 1e-3):
        fail(
            "reported-on-update",
            f"Your ratios ({before:.2f}, {after:.2f}) come from `update`, where the shift fits by construction.",
            "Report observed over expected in `held`.",
        )
    if min(before, after) > 0 and close_to([1 / before, 1 / after], right, 1e-3):
        fail(
            "upside-down",
            f"Your ratios ({before:.2f}, {after:.2f}) are expected over observed.",
            "Observed on top: below 1 less happens than the model says.",
        )
    fail(
        "other-ratio",
        f"In `held`, observed over expected is {right[0]:.2f} before and {right[1]:.2f} after; you have {before:.2f} and "
        f"{after:.2f}.",
        '`held["outcome"].mean()` divided by the mean of the risks.',
    )


def _net_benefit(outcome, risk, threshold):
    flagged, case = np.asarray(risk) >= threshold, np.asarray(outcome) == 1
    return 1000 * (np.mean(flagged & case) - np.mean(flagged & ~case) * threshold / (1 - threshold))


def check_t5(ns):
    function = need(ns, "net_benefit", callable, "your function")
    judge = need_frame(ns, "judge", ("outcome", "own", "ward", "ward_24h"))
    outcome = np.repeat([1, 0, 1, 0], [40, 160, 10, 790])
    risk = np.repeat([0.5, 0.01], [200, 800])
    got = need(
        {"net_benefit(...)": function(outcome, risk, 0.10)}, "net_benefit(...)", float, "the example of the task"
    )
    if not close_to(got, 22.222, 0.01):
        if close_to(got, 24.0, 0.01) or close_to(got, 0.024, 1e-4):
            fail(
                "weight-is-threshold",
                f"The example gives {got:g}: you charge a false alarm with the threshold. Its price is the odds, "
                "threshold / (1 − threshold).",
                "At 10 % that is 1/9, not 1/10.",
            )
        if close_to(got, 0.02222, 1e-4):
            fail("per-patient", "The example gives 0.0222, per morning. The task asks per 1,000.", "Multiply by 1,000.")
        if close_to(got, -120, 0.01):
            fail(
                "one-to-one",
                "The example gives −120: you charge a false alarm as much as a case caught. That is the price at 50 %.",
                "Weigh false alarms by threshold / (1 − threshold).",
            )
        fail(
            "other-benefit",
            f"The example gives {got:.2f}; it should be 22.2.",
            "Share of mornings rightly flagged, minus share wrongly flagged times threshold / (1 − threshold), times 1,000.",
        )
    if not close_to(function([1, 0], [0.1, 0.0], 0.1), 500, 0.01):
        fail(
            "edge",
            "A risk of exactly the threshold is not flagged by your function.",
            "At or above: `risk >= threshold`.",
        )
    table = need(ns, "table", dict, "net benefit at each threshold")
    protocol, price = tuple(ns["PROTOCOL"]), ns["PRICE"]
    if sorted(float(key) for key in table) != sorted(protocol):
        extra = sorted(set(map(float, table)) - set(protocol))
        fail(
            "range-after",
            f"`table` does not hold just the thresholds of the protocol; {extra or 'some'} differ. Whoever picks "
            "thresholds after the curve finds one that pleases.",
            "Use `for t in PROTOCOL`. Another range needs another protocol, written before.",
        )
    everybody = np.ones(len(judge))
    for t in protocol:
        right = [_net_benefit(judge["outcome"], r, t) for r in (judge["own"], judge["ward"], everybody)]
        displayed = [right[0], _net_benefit(judge["outcome"], judge["ward_24h"], t), right[2]]
        if close_to(table[t], displayed, 0.01) and not close_to(right, displayed, 0.01):
            fail(
                "two-horizons",
                f"At {t:g} you judge WardSignal's displayed 24-hour risk as if it were a 48-hour risk: two targets.",
                "Use the column `ward`, which was brought to the 48-hour target on the other half.",
            )
        if not close_to(table[t], right, 0.01):
            fail(
                "other-table",
                f"At {t:g} (own, ward, everybody) should be {np.round(right, 1)}.",
                "For everybody, flag each row: a risk of 1 for all.",
            )
    gap = np.asarray(need(ns, "gap", None, "the interval of own minus ward at the price"), float)
    right = ns["interval"](
        lambda rows: (
            _net_benefit(rows["outcome"], rows["own"], price) - _net_benefit(rows["outcome"], rows["ward"], price)
        )
    )
    if gap.shape != (2,) or not close_to(gap, right, 0.02):
        fail(
            "other-gap",
            f"`gap` should be about {np.round(right, 1)}.",
            "`interval(...)` takes a function of a table: own minus ward, both at `PRICE`, in the same resampled patients.",
        )
    _check_words(ns, judge, right)


def _check_words(ns, judge, gap):
    verdict = need(ns, "verdict", str, "your verdict")
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
