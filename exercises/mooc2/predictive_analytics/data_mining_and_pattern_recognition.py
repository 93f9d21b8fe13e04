"""Checks of the exercise "Mirage or finding?" (unit 2.2.3)."""

from ai2med.exercises import (
    RightVariant,
    Task,
    WrongAttempt,
    agrees,
    all_agree,
    blame_given,
    close_to,
    fail,
    need,
    need_entries,
    need_frame,
    need_function,
    need_labels,
    need_number,
    need_values,
    reference,
)

VERDICTS = ("groups", "association, no groups", "not even association")
COPIES, LOOKS, FEWEST, Q = 5, 5, 10, 0.10
BUDGET = 50
SEED = 2026
# The mean agreement of five resamples lies in here for nearly every seed; tests/content holds it to that.
STABILITY = (0.13, 0.46)
TESTS = ["sodium", "potassium", "creatinine", "urea", "wbc", "haemoglobin", "platelets", "glucose"]
SIGNS = ["resp_rate", "spo2", "sbp", "heart_rate", "temperature"]
SKEWED = ["creatinine", "urea", "wbc", "platelets", "glucose"]


def _k_means(Z, k):
    from sklearn.cluster import KMeans

    return KMeans(k, n_init=3, random_state=2026).fit(Z)


def _width(Z, labels):
    from sklearn.metrics import silhouette_score

    return float(silhouette_score(Z, labels))


@reference
def _profiles():
    """Return the measurements, skewed ones on the log scale, their columns on a common scale, and its silhouette."""
    import numpy as np
    from sklearn.preprocessing import StandardScaler

    from ai2med import load

    logged = load("profiles").loc[:, "sodium":].astype(float)
    skewed = ["creatinine", "urea", "crp", "wbc", "glucose"]
    logged[skewed] = np.log(logged[skewed].clip(lower=0.5))
    Z = StandardScaler().fit_transform(logged)
    return logged, Z, _width(Z, _k_means(Z, 2).labels_)


def _copies(ns, name, what):
    """Return the silhouettes of five copies, and tell if there was only one copy."""
    import numpy as np

    from ai2med.exercises.comparing import decimals

    found = need_values(ns, name, what, length=COPIES)
    if np.ptp(found) < 1e-12 and decimals(found[0]) > 4:
        fail(
            f"one-copy-{name}",
            f"`{name}` holds {found[0]:.4f} five times: it is one copy, and not five.",
            "Draw a new copy in each turn of the loop, from the one generator `rng` made before it.",
        )
    return found


def check_t1(ns):
    import numpy as np

    logged, right, silhouette = _profiles()
    guess = need(ns, "guess", float, "your guess of the silhouette")
    if not -1 <= guess <= 1:
        fail(
            "guess-range",
            f"Your guess is {guess:g}. A silhouette lies between −1 and 1.",
            "Guess again, before you run.",
        )
    Z = need_frame(ns, "Z").to_numpy() if hasattr(ns.get("Z"), "columns") else need(ns, "Z", None, "the scaled columns")
    Z = np.asarray(Z)
    if Z.shape != right.shape or Z.dtype.kind not in "biufO":
        blame_given(ns, logged=logged)
        fail("Z-shape", f"`Z` has the shape {Z.shape}, `logged` has {right.shape}.", "Scale all rows and columns.")
    Z = Z.astype(float)
    spread = Z.var(axis=0)
    if spread.max() > 1.5 * spread.min():
        widest = logged.columns[int(spread.argmax())]
        fail(
            "unscaled",
            f"Your columns have different spreads: {widest} alone makes up {100 * spread.max() / spread.sum():.0f} % of "
            "the squared distances and decides who is near whom.",
            "Put the columns on a common scale, for example with `StandardScaler`.",
        )
    if not close_to((Z - Z.mean(axis=0)) / Z.std(axis=0), right, 1e-6):
        blame_given(ns, logged=logged)
        fail(
            "Z-other",
            "`Z` holds other numbers than `logged` on a common scale: values were moved or replaced.",
            "Scale column by column, and leave each value in its row: `StandardScaler().fit_transform(logged)`.",
        )
    observed = need_number(
        ns,
        "observed",
        silhouette,
        "the silhouette of the two groups",
        tolerance=0.002,
        hint="Use `silhouette_score(Z, k_means(Z, 2).labels_)`: two groups, all columns.",
    )
    null = _copies(ns, "null", "the silhouettes of the shuffled copies")
    if np.abs(null - observed).max() < 0.004:
        fail(
            "rows-shuffled",
            f"Your shuffled copies show {null.min():.3f} to {null.max():.3f}, the same as the real table. They are the "
            "same table in another order: whole people were moved, and their values stayed together.",
            "Each *column* has to be shuffled on its own. The function `shuffled` does it.",
        )
    if null.mean() < 0.02:
        fail(
            "labels-kept",
            f"Your shuffled copies have a mean silhouette of {null.mean():.3f}. No clustering is that bad: the labels "
            "seem to be those of the real table.",
            "Cluster each copy anew, with the same steps, and use the labels of the copy.",
        )
    shuffled, one_cloud = _expected_copies()
    if np.abs(null - shuffled).max() > 0.02:
        fail(
            "null-other",
            f"One of your shuffled copies has a silhouette of {null[np.abs(null - shuffled).argmax()]:.3f}; about "
            f"{shuffled:.2f} is expected.",
            "For each copy: `shuffled(Z, rng)`, then `k_means(copy, 2)`, then the silhouette of *this* copy.",
        )
    cloud = _copies(ns, "cloud", "the silhouettes of the one-cloud copies")
    if np.abs(cloud - one_cloud).max() > 0.025:
        fail(
            "cloud-other",
            f"Your one-cloud copies show {cloud.min():.3f} to {cloud.max():.3f}; about {one_cloud:.2f} is expected.",
            "For each copy: `one_cloud(Z, rng)`, cluster it, and take the silhouette of this copy.",
        )
    verdict = need(ns, "verdict", str, "your conclusion").strip(" .").lower()
    if verdict not in VERDICTS:
        fail(
            "verdict-unknown", f"“{verdict}” is none of the three verdicts.", "Copy one of the texts from the starter."
        )
    if verdict == "groups":
        fail(
            "believes-groups",
            f"Your table ({observed:.2f}) beats the shuffled copies (up to {null.max():.2f}). But one cloud reaches "
            f"{cloud.max():.2f}, and it has no groups at all.",
            "What do the two references have in common with the table, and what do they lack?",
        )
    if verdict == "not even association":
        fail(
            "overlooks-association",
            f"The shuffled copies reach {null.max():.2f}, your table {observed:.2f}. Shuffling destroys association, and "
            "it made a difference.",
            "So the columns are related. Now compare with the one-cloud copies.",
        )


@reference
def _expected_copies():
    """Return the silhouette of one shuffled copy and of one copy that is one cloud."""
    import numpy as np

    _, Z, _ = _profiles()
    random = np.random.default_rng(1)
    shuffled = np.column_stack([random.permutation(column) for column in Z.T])
    cloud = random.multivariate_normal(Z.mean(axis=0), np.cov(Z.T), size=len(Z), method="cholesky")
    return tuple(_width(copy, _k_means(copy, 2).labels_) for copy in (shuffled, cloud))


@reference
def _phenotypes():
    """Return the people of both places, and what the rule of A and B makes of them."""
    from types import SimpleNamespace

    from sklearn.preprocessing import StandardScaler

    from ai2med import load

    conditions = load("conditions")
    names = list(conditions.columns[4:])
    many = conditions[conditions[names].sum(axis=1) >= 2]
    at_ab, at_c = many.loc[many["site"] != "C", names], many.loc[many["site"] == "C", names]
    scaler = StandardScaler().fit(at_ab)
    Z, Z_c, own_scale = scaler.transform(at_ab), scaler.transform(at_c), StandardScaler().fit_transform(at_c)
    rule = _k_means(Z, LOOKS)
    return SimpleNamespace(
        at_ab=at_ab,
        at_c=at_c,
        Z=Z,
        Z_c=Z_c,
        rule=rule,
        assigned=rule.predict(Z_c),
        by_own_scale=rule.predict(own_scale),
        owns=[_k_means(data, LOOKS).labels_ for data in (Z_c, own_scale)],
    )


def resampled(seed, times=5, size=1.0, k=LOOKS, replace=True, compare=None):
    """Return the agreements of resamples of A and B with the first grouping, drawn as the task draws them."""
    import numpy as np
    from sklearn.metrics import adjusted_rand_score

    book, random, found = _phenotypes(), np.random.default_rng(seed), []
    n = len(book.Z)
    for _ in range(times):
        rows = random.integers(n, size=int(size * n)) if replace else random.permutation(n)
        again = _k_means(book.Z[rows], k).predict(book.Z)
        found.append((compare or adjusted_rand_score)(book.rule.labels_, again))
    return found


@reference
def _fives():
    return resampled(SEED)


def _judge_stability(ns):
    import numpy as np

    value = need(ns, "stability", float, "the mean agreement of the resamples")
    mean, fives = "the mean agreement", _fives()
    if agrees(value, np.mean(fives), 1e-3):
        return
    twice = "Five times: resample, cluster, predict `Z`, compare with the first grouping; then take the mean."
    for words, other in (
        ("the standard deviation of the five agreements", np.std(fives)),
        ("the standard deviation of the five agreements", np.std(fives, ddof=1)),
        ("1 minus the standard deviation of the five agreements", 1 - np.std(fives)),
        ("the best of the five agreements", max(fives)),
        ("the worst of the five agreements", min(fives)),
        ("the median of the five agreements", np.median(fives)),
        ("the sum of the five agreements", sum(fives)),
        ("the agreement of one resample only", fives[0]),
        ("the agreement of one resample only", fives[-1]),
    ):
        if agrees(value, other, 1e-6):
            fail("other-statistic", f"`stability` is {value:.2f}: {words}. The task asks for {mean}.", twice)
    if value > 0.98 and value <= 1:
        fail(
            "nothing-resampled",
            f"`stability` is {value:.2f}: the same people give the same groups. That is the computer's memory, not "
            "stability.",
            "Draw people with replacement before you cluster again: `rows = rng.integers(len(Z), size=len(Z))`.",
        )
    if abs(value) < 0.06:
        fail(
            "other-people",
            f"`stability` is {value:.2f}, like chance. Row 1 of a resample is another person than row 1 of `Z`, so "
            "you compared different people.",
            "Let the centres of the resample assign the *original* people: `.predict(Z)`.",
        )
    if STABILITY[0] < value < STABILITY[1]:
        for words, other in (
            ("nobody was drawn twice, the people only changed places", lambda: np.mean(resampled(SEED, replace=False))),
            ("only half of the people were drawn", lambda: np.mean(resampled(SEED, size=0.5))),
            ("a tenth of the people was drawn", lambda: np.mean(resampled(SEED, size=0.1))),
            ("the resamples were cut into two groups", lambda: np.mean(resampled(SEED, k=2))),
            ("you compared numbers of groups, which are only names", lambda: np.mean(_by_number())),
            *(("every resample was the same one", lambda s=s: resampled(s, 1)[0]) for s in (SEED, 0, 1, 42)),
        ):
            if agrees(value, other(), 1e-6):
                fail("resampled-otherwise", f"`stability` is {value:.3f}: {words}.", twice)
        book = _phenotypes()
        blame_given(ns, at_ab=book.at_ab)
        return
    blame_given(ns, at_ab=_phenotypes().at_ab)
    fail(
        "stability-other",
        f"`stability` is {value:.2f}; resamples of these people give about {np.mean(fives):.2f}.",
        "Five times: resample, cluster, predict `Z`, compare with the first grouping by the adjusted Rand index.",
    )


def _by_number():
    return resampled(SEED, compare=lambda one, other: float((one == other).mean()))


def check_t2(ns):
    import numpy as np
    from sklearn.metrics import adjusted_rand_score

    k = need(ns, "k", int, "the number of groups")
    if k != LOOKS:
        fail(
            "tuned-on-c",
            f"`k` is {k} now. Maja's map has {LOOKS} groups; if the agreement at C chose k, your replication site "
            "chose the answer.",
            f"Keep k = {LOOKS}. A k is chosen with A and B, before C is opened.",
        )
    _judge_stability(ns)
    book = _phenotypes()
    people = list(book.at_c.index)
    if len(ns.get("at_c", people)) != len(people):
        blame_given(ns, at_c=book.at_c)
    assigned = need_entries(ns, "assigned", "the groups at C by the rule of A and B", labels=people)
    own = need_entries(ns, "own", "the groups of C by itself", labels=people)
    if adjusted_rand_score(assigned, book.assigned) < 0.99:
        together = _k_means(np.vstack([book.Z, book.Z_c]), LOOKS).labels_[len(book.Z) :]
        if adjusted_rand_score(assigned, together) > 0.9 or adjusted_rand_score(assigned, own) > 0.98:
            fail(
                "c-made-rule",
                "The people of site C helped to make the rule in `assigned`. A site that makes the rule cannot test it.",
                "Fit on `Z` (A and B) alone, then `rule.predict(Z_c)`.",
            )
        if adjusted_rand_score(assigned, book.by_own_scale) > 0.99:
            fail(
                "c-made-scale",
                "Site C was put on its own scale before the rule was used. The scale of A and B is a part of the rule.",
                "`Z_c = scaler.transform(at_c)` with the scaler that was fitted on A and B.",
            )
        fail(
            "assigned-other",
            "`assigned` is not what the rule of A and B says about the people at C.",
            "Scale C with the scaler of A and B, then use `predict` of the model that was fitted on A and B.",
        )
    if adjusted_rand_score(own, book.assigned) > 0.98:
        fail("own-copied", "`own` equals `assigned`. C was not clustered by itself.", "`k_means(Z_c, k).labels_`")
    mine = next((labels for labels in book.owns if adjusted_rand_score(own, labels) > 0.99), None)
    if mine is None:
        groups = len(set(own))
        fail(
            "own-other",
            f"`own`, in {groups} group{'s' * (groups != 1)}, is not what clustering the people of C by themselves gives.",
            "`k_means(Z_c, k).labels_`: the same k, only people of C.",
        )
    same_number = float(np.mean([one == other for one, other in zip(assigned, own, strict=True)]))
    need_number(
        ns,
        "replication",
        adjusted_rand_score(book.assigned, mine),
        "the agreement at site C",
        tolerance=0.002,
        slips=[
            (
                "labels-are-names",
                same_number,
                f"{100 * same_number:.0f} % of the people have the same group *number*. But numbers of groups are only "
                "names: group 0 of one run may be group 3 of the other.",
                "Use `adjusted_rand_score(assigned, own)`: it asks which people are together.",
            )
        ],
        hint="`adjusted_rand_score(assigned, own)`",
    )


@reference
def _codes():
    """Return who has which code at site C in 2023, and every pair of codes with its numbers."""
    import numpy as np
    import pandas as pd
    from scipy.stats import false_discovery_control, hypergeom

    from ai2med import load

    stays = load("admissions").drop_duplicates("admission_id")
    stays = stays[(stays["site"] == "C") & (stays["ward_arrival_at"] < "2024-01-01")]
    diagnoses = load("diagnoses")
    diagnoses = diagnoses[diagnoses["admission_id"].isin(stays["admission_id"])]
    has = pd.crosstab(diagnoses["patient_id"], diagnoses["code"]).astype(bool)
    x, codes, n = has.to_numpy(float), has.columns.to_numpy(), len(has)
    i, j = np.triu_indices(len(codes), 1)
    both, total = (x.T @ x)[i, j], x.sum(axis=0)
    lift, p = both * n / (total[i] * total[j]), hypergeom.sf(both - 1, n, total[i], total[j])
    pairs = pd.DataFrame({"a": codes[i], "b": codes[j], "people": both.astype(int), "lift": lift, "p": p})
    return has, pairs.assign(q=false_discovery_control(p))


def _names_of(pairs):
    """Return the pairs as a set; a with b is the same pair as b with a."""
    return {frozenset(pair) for pair in zip(pairs["a"], pairs["b"], strict=True)}


def _judge_kept(ns):
    """Return the pair with the highest lift."""
    from scipy.stats import false_discovery_control

    has, searched = _codes()
    kept = need_frame(ns, "kept", ("a", "b", "people", "lift", "p"), "the pairs that you keep")
    right = searched[(searched["q"] <= Q) & (searched["people"] >= FEWEST)].sort_values("lift", ascending=False)
    mine, theirs = _names_of(right), _names_of(kept)
    few = kept[kept["people"] < FEWEST]
    if len(few):
        top = few.sort_values("lift", ascending=False).iloc[0]
        fail(
            "few-people",
            f"You kept {len(few)} pairs of fewer than {FEWEST} people. {top['a']} with {top['b']} has a lift of "
            f"{top['lift']:.1f} and rests on {int(top['people'])} people.",
            f"Add the condition `people` >= {FEWEST}.",
        )
    supported = searched[searched["people"] >= FEWEST]
    late = supported[false_discovery_control(supported["p"]) <= Q]
    if theirs == _names_of(late) and theirs != mine:
        fail(
            "corrected-after-filter",
            f"You corrected for {len(supported)} looks and kept {len(kept)} pairs. But {len(searched)} pairs were "
            "searched, and the others were dropped by the very count that is tested.",
            "Compute q for all pairs first, then ask for at least 10 people.",
        )
    if theirs == _names_of(supported[supported["p"] < 0.05]) and theirs != mine:
        fail(
            "uncorrected",
            f"You kept {len(kept)} pairs with p < 0.05. Among {len(searched)} pairs without any association, about "
            f"{0.05 * len(searched):.0f} or fewer would pass as well.",
            "Use `false_discovery_control` on the p-values of all pairs, and keep q <= 0.10.",
        )
    if theirs != mine or len(kept) != len(right):
        blame_given(ns, has=has)
        fail(
            "pairs-other",
            f"You kept {len(kept)} pairs; {len(theirs - mine)} of them do not meet the rule and "
            f"{len(mine - theirs)} that do are missing.",
            "q of at most 0.10 among all pairs, and at least 10 people.",
        )
    kept = need_frame(ns, "kept", ("a", "b", "people", "lift", "q"), "the pairs that you keep")
    truth = {frozenset((row["a"], row["b"])): row for _, row in right.iterrows()}
    for column in ("people", "lift", "q"):
        values = need_values(kept, column, "one number for each pair")
        expected = [truth[frozenset(pair)][column] for pair in zip(kept["a"], kept["b"], strict=True)]
        # Small q are rounded to three decimals in a printed table.
        if not all_agree(values, expected, 5.1e-4 if column == "q" else 1e-6):
            blame_given(ns, has=has)
            worst = max(range(len(values)), key=lambda k: abs(values[k] - expected[k]))
            fail(
                f"{column}-other",
                f"The pairs are right, but not their `{column}`: {kept['a'].iloc[worst]} with {kept['b'].iloc[worst]} has "
                f"{values[worst]:.4g} in your table; it should be {expected[worst]:.4g}.",
                "Compute q from the p-values of all pairs, and leave the other columns as `pairs(has)` gives them.",
            )
    if not kept["lift"].is_monotonic_decreasing:
        fail("unsorted", "`kept` is not sorted by lift.", '`.sort_values("lift", ascending=False)`')
    return right.iloc[0]


def _judge_resample(resample):
    """Compare bootstrap samples with the people by what stands in their rows; how rows are called does not matter."""
    from collections import Counter

    import numpy as np

    has, _ = _codes()

    def drawn(seed):
        sample = resample(np.random.default_rng(seed))
        columns = getattr(sample, "columns", None)
        if columns is not None and set(columns) == set(has.columns):
            sample = sample[list(has.columns)]
        array = np.asarray(sample)
        if array.ndim != 2 or array.shape[1] != has.shape[1] or array.dtype.kind not in "biufO":
            fail("sample-shape", "`resample(rng)` does not return a table like `has`.", "Pick rows: `has.iloc[...]`.")
        return array.astype(int)

    sample = drawn(5)
    people = Counter(map(tuple, has.to_numpy(int)))
    found = Counter(map(tuple, sample))
    here, there = sample.sum(axis=1).mean(), has.to_numpy(float).sum(axis=1).mean()
    if set(found) - set(people) or (len(sample) != len(has) and here < 0.9 * there):
        fail(
            "people-torn",
            f"In your sample a person has {here:.1f} codes on average, in `has` {there:.1f}, and some people do not "
            "exist in `has`: the codes of one person were torn apart.",
            "Draw rows of `has`: one row is one person with everything that belongs to her.",
        )
    if len(sample) != len(has):
        fail(
            "sample-size",
            f"Your sample has {len(sample)} people; `has` has {len(has)}.",
            "Draw as many people as there are, with replacement.",
        )
    if found == people:
        fail(
            "without-replacement",
            "Nobody was drawn twice. The same people in another order give the same lift each time.",
            "Draw with replacement: `rng.integers(len(has), size=len(has))`.",
        )
    if Counter(map(tuple, drawn(6))) == found:
        fail(
            "same-sample",
            "`resample` returns the same people whatever `rng` it gets: a generator is made anew inside.",
            "Draw with the `rng` that the function receives.",
        )


def check_t3(ns):
    import numpy as np

    has, _ = _codes()
    first = _judge_kept(ns)
    _judge_resample(need_function(ns, "resample", "the function that draws people"))
    low, high = need(ns, "low", float, "the lower limit"), need(ns, "high", float, "the upper limit")
    x, y = has[first["a"]].to_numpy(), has[first["b"]].to_numpy()
    n, random = len(has), np.random.default_rng(SEED)
    rows = np.array([random.integers(n, size=n) for _ in range(300)])
    lifts = (x[rows] & y[rows]).mean(axis=1) / (x[rows].mean(axis=1) * y[rows].mean(axis=1))
    expected = np.percentile(lifts, [2.5, 97.5])
    if all_agree([low, high], expected, 1e-6):
        return
    pair, about = f"{first['a']} with {first['b']}", f"{expected[0]:.1f} to {expected[1]:.1f}"
    centre, spread = lifts.mean(), lifts.std()
    for words, other in (
        ("the 5th and the 95th percentile, which hold 90 %", np.percentile(lifts, [5, 95])),
        ("the percentiles 0.5 and 99.5, which hold 99 %", np.percentile(lifts, [0.5, 99.5])),
        ("the lowest and the highest of all resamples", [lifts.min(), lifts.max()]),
        ("one-sided limits", np.percentile(lifts, [0, 95])),
        ("mean plus and minus one standard deviation, which hold about 68 %", [centre - spread, centre + spread]),
        *((f"limits from {m} resamples", np.percentile(lifts[:m], [2.5, 97.5])) for m in (5, 10, 20, 30, 50, 100)),
    ):
        if all_agree([low, high], other, 1e-6):
            fail(
                "other-limits",
                f"Your interval for {pair}, {low:.1f} to {high:.1f}, holds {words}. 95 % of 300 resamples lie from {about}.",
                "Take the percentiles 2.5 and 97.5 of the 300 lifts.",
            )
    width = expected[1] - expected[0]
    if max(abs(low - expected[0]), abs(high - expected[1])) > 0.25 * width:
        fail(
            "interval-other",
            f"Your interval for {pair} is {low:.1f} to {high:.1f}; people drawn with replacement give about {about}.",
            "300 resamples, the lift of the first pair in each, then the percentiles 2.5 and 97.5.",
        )


@reference
def _screen():
    """Return the right rows, the robust z of each value, who got worse, and the stays with a planted unit error."""
    from types import SimpleNamespace

    import numpy as np

    from ai2med import load
    from ai2med.cohort import truth

    faults = truth.defects().query("kind == 'unit_mixup'").dropna(subset=["key"])
    known = set(faults["table"] + "|" + faults["key"])
    labs, outcomes = load("labs"), load("outcomes").set_index("admission_id")
    early = labs[labs["test"].isin(TESTS)].sort_values("taken_at", kind="stable")
    early = early.drop_duplicates(["admission_id", "test"])
    signs = load("vitals").sort_values("taken_at", kind="stable").drop_duplicates("admission_id")
    lab = "labs|" + early["admission_id"] + "|" + early["taken_at"].dt.strftime("%Y-%m-%d %H:%M") + "|" + early["test"]
    sign = "vitals|" + signs["admission_id"] + "|" + signs["taken_at"].dt.strftime("%Y-%m-%d %H:%M")
    wrong = {*early.loc[lab.isin(known), "admission_id"], *signs.loc[sign.isin(known), "admission_id"]}
    told = early.loc[(early["test"] == "creatinine") & (early["unit"] == "mg/dL"), "admission_id"]
    early = early.assign(value=early["value"].where(early["unit"] != "mg/dL", early["value"] * 88.4))
    rows = early.pivot(index="admission_id", columns="test", values="value")
    rows = rows.join(signs.set_index("admission_id")[SIGNS])
    rows = rows.assign(**np.log(rows[SKEWED]))
    away = rows - rows.median()
    z = away / (1.4826 * away.abs().median())
    return SimpleNamespace(
        rows=rows,
        odd=(z[z.abs().max(axis=1) <= 6] ** 2).sum(axis=1),
        worse=outcomes["icu_transfer_at"].notna() | (outcomes["died_in_hospital"] == 1),
        wrong=frozenset(wrong),
        told=told,
        labs=labs,
    )


def _stays(ns, name, what):
    """Return a learner's choice of stays as a list without repeats, all of them known."""
    known, value = _screen().rows.index, need(ns, name, None, what)
    if hasattr(value, "columns") and "admission_id" in value.columns:
        chosen = list(value["admission_id"])
    else:
        chosen = need_labels(ns, name, what)
    if len(set(chosen)) != len(chosen) or not set(chosen) <= set(known):
        fail(
            f"stays-{name}",
            f"`{name}` should hold {BUDGET} different ids of stays, such as {known[0]}.",
            "Take `.index` of the rows that you choose.",
        )
    return chosen


def _judge_rows(ns):
    screen = _screen()
    rows = need_frame(ns, "rows", [*TESTS, *SIGNS], "one row a stay")
    rows = rows.set_index("admission_id") if "admission_id" in rows.columns else rows
    low = int((rows.loc[rows.index.isin(screen.told), "creatinine"] < 2.5).sum())
    if low > 0.5 * len(screen.told):
        fail(
            "unit-column",
            f"In {low} stays creatinine looks tiny, although the unit column says mg/dL. These values are right; read "
            "as µmol/L they fill every screen.",
            "Multiply by 88.4 where the unit is mg/dL, then call `first_values`.",
        )
    if set(rows.index) != set(screen.rows.index) or not rows.index.is_unique:
        blame_given(ns, labs=screen.labs)
        fail(
            "rows-other",
            f"`rows` has {len(rows):,} rows; with first values there are {len(screen.rows):,} stays.",
            "Convert the units of `labs` and call `first_values` with all of its rows.",
        )
    for column in [*TESTS, *SIGNS]:
        got = need_values(rows, column, "the first values", labels=list(rows.index))
        right = screen.rows[column].reindex(rows.index).to_numpy(float)
        if not close_to(got, right, 2e-3):
            blame_given(ns, labs=screen.labs)
            off = int((abs(got - right) > 2e-3).sum())
            fail(
                "values-other",
                f"{off} values of `{column}` are not the first value of their stay in the right unit.",
                "Multiply by 88.4 only where the unit is mg/dL, and leave all other rows of `labs` as they are.",
            )


def check_t4(ns):
    screen = _screen()
    _judge_rows(ns)
    review = _stays(ns, "review", "the stays for the colleagues")
    if len(review) != BUDGET:
        fail(
            "over-budget",
            f"`review` holds {len(review)} stays. The colleagues can read {BUDGET} charts; the share that a method "
            "flags is a setting, not a finding.",
            f"Rank by a score and take the first {BUDGET}: `.nlargest({BUDGET})`.",
        )
    worse, wrong = screen.worse, screen.wrong
    found = len(wrong & set(review))
    ill = int(worse.reindex(review).sum())
    if found < 0.1 * BUDGET and ill > 0.15 * BUDGET:
        fail(
            "ill-called-errors",
            f"{found} of your {BUDGET} charts hold a planted error, and {ill} of these patients later got worse. You "
            "sent the ill to be corrected.",
            "A data error of this kind is extreme in one column. The ill are unusual in several that fit each other.",
        )
    if found < 0.8 * BUDGET:
        fail(
            "low-precision",
            f"Precision: {found} of {BUDGET} charts hold a planted error, and {ill} of these patients later got worse. Your "
            "score mixes errors with people who are unusual in several columns at once.",
            "A gross error sits in one column: rank by the largest robust |z| of a stay.",
        )
    patients = _stays(ns, "patients", "the oddest stays without an extreme value")
    left = len(wrong & set(patients))
    if left > 0.1 * BUDGET or len(set(review) & set(patients)) > 0:
        fail(
            "errors-among-patients",
            f"{left} of your `patients` hold a planted error. One wrong digit makes a stay odder than any illness.",
            "First keep the stays whose largest |z| is at most 6, then rank by the sum of the squared z.",
        )
    if len(patients) != BUDGET:
        fail("patients-count", f"`patients` holds {len(patients)} stays, not {BUDGET}.", f"`.nlargest({BUDGET}).index`")
    # Other measures of oddness than the sum of squares are honest: most of their choice is among the oddest tenth.
    odd = screen.odd.reindex(patients)
    oddest = int((odd >= screen.odd.quantile(0.9)).sum())
    if oddest < 0.8 * BUDGET:
        fail(
            "not-the-oddest",
            f"Only {oddest} of your {BUDGET} `patients` are among the oddest tenth of the stays without an extreme value.",
            "Rank by the sum of the squared z over all columns, largest first.",
        )
    need_number(
        ns,
        "share_worse",
        100 * worse.reindex(patients).mean(),
        "the percentage who got worse",
        tolerance=1e-6,
        figures=1,
        slips=[
            (
                "share-of-all",
                100 * worse.mean(),
                "{got} % is the share among all stays. Who are the 50?",
                "`worse[patients]` picks them.",
            ),
            (
                "share-of-review",
                100 * worse.reindex(review).mean(),
                "{got} % is the share among the charts that you sent as errors.",
                "`worse[patients]` picks the others.",
            ),
        ],
        hint="`100 * worse[patients].mean()`",
        otherwise=lambda: blame_given(ns, worse=worse),
    )


_T1 = """guess = 0.3
Z = StandardScaler().fit_transform(logged)
observed = silhouette_score(Z, k_means(Z, 2).labels_)
null, cloud = [], []
for _ in range(5):
    copy = shuffled(Z, rng)
    null.append(silhouette_score(copy, k_means(copy, 2).labels_))
    copy = one_cloud(Z, rng)
    cloud.append(silhouette_score(copy, k_means(copy, 2).labels_))
verdict = "association, no groups"
"""

_T2 = """scaler = StandardScaler().fit(at_ab)
Z, Z_c = scaler.transform(at_ab), scaler.transform(at_c)
rule = k_means(Z, k)
agreements = []
for _ in range(5):
    rows = rng.integers(len(Z), size=len(Z))
    agreements.append(adjusted_rand_score(rule.labels_, k_means(Z[rows], k).predict(Z)))
stability = np.mean(agreements)
assigned = rule.predict(Z_c)
own = k_means(Z_c, k).labels_
replication = adjusted_rand_score(assigned, own)
"""

_KEPT = """searched = pairs(has)
searched["q"] = false_discovery_control(searched["p"])
kept = searched[(searched["q"] <= 0.10) & (searched["people"] >= 10)].sort_values("lift", ascending=False)
"""
_SAMPLE = """

def resample(rng):
    return has.iloc[rng.integers(len(has), size=len(has))]


"""
_INTERVAL = """first = kept.iloc[0]
lifts = [lift_of(resample(rng), first["a"], first["b"]) for _ in range(300)]
low, high = np.percentile(lifts, [2.5, 97.5])
"""

_T4 = """converted = labs.assign(value=labs["value"].where(labs["unit"] != "mg/dL", labs["value"] * 88.4))
rows = first_values(converted)
away = rows - rows.median()
z = away / (1.4826 * away.abs().median())
largest = z.abs().max(axis=1)
review = largest.nlargest(50).index
rest = z[largest <= 6]
patients = (rest**2).sum(axis=1).nlargest(50).index
share_worse = 100 * worse[patients].mean()
"""


TASKS = [
    Task(
        id="2.2.3-t1",
        title="Predict and run: two kinds of people?",
        outcomes=("a", "b"),
        check=check_t1,
        praise="You gave the same analysis to tables that cannot have groups, and two references told you two different "
        "things: the columns are related, and there is no gap between two kinds of people.",
        hints=(
            "`StandardScaler().fit_transform(logged)` gives `Z`. The example in the task gives `observed`.",
            "In a loop of five: make a copy with `shuffled(Z, rng)`, cluster the copy, append its silhouette. The same "
            "with `one_cloud`.",
            "Beats shuffled columns: association. Does not beat one cloud: no groups.",
        ),
        right=(
            RightVariant(
                "a set, a column, rounded, the verdict in capitals",
                code=_T1
                + "null, cloud = set(null), pd.Series(cloud).round(3)\nobserved = round(observed, 3)\nverdict = 'Association, no groups.'",
            ),
            RightVariant(
                "scaled with pandas, arrays instead of lists",
                code="""
                    guess = 0.25
                    Z = ((logged - logged.mean()) / logged.std(ddof=0)).to_numpy()
                    observed = float(silhouette_score(Z, k_means(Z, 2).labels_))
                    copies = [shuffled(Z, rng) for _ in range(5)]
                    null = np.array([silhouette_score(copy, k_means(copy, 2).labels_) for copy in copies])
                    clouds = [one_cloud(Z, rng) for _ in range(5)]
                    cloud = tuple(silhouette_score(copy, k_means(copy, 2).labels_) for copy in clouds)
                    verdict = "association, no groups"
                """,
            ),
        ),
        wrong=(
            WrongAttempt("takes one copy five times", code=_T1 + "null = null[:1] * 5", expect="one-copy-null"),
            WrongAttempt(
                "makes the generator anew for each cloud",
                code=_T1.replace("one_cloud(Z, rng)", "one_cloud(Z, np.random.default_rng(1))"),
                expect="one-copy-cloud",
            ),
            WrongAttempt(
                "shuffles before anything else",
                code=_T1.replace("observed =", "Z = shuffled(Z, rng)\nobserved ="),
                expect="Z-other",
            ),
            WrongAttempt(
                "leaves the columns unscaled",
                code=_T1.replace("StandardScaler().fit_transform(logged)", "logged.to_numpy()"),
                expect="unscaled",
            ),
            WrongAttempt(
                "shuffles whole people",
                code=_T1.replace("shuffled(Z, rng)", "rng.permutation(Z)"),
                expect="rows-shuffled",
            ),
            WrongAttempt(
                "keeps the labels of the real table",
                code=_T1.replace(
                    "null.append(silhouette_score(copy, k_means(copy, 2).labels_))",
                    "null.append(silhouette_score(copy, k_means(Z, 2).labels_))",
                ),
                expect="labels-kept",
            ),
            WrongAttempt(
                "believes in groups because the shuffled copies are beaten",
                code=_T1.replace('"association, no groups"', '"groups"'),
                expect="believes-groups",
            ),
            WrongAttempt(
                "sees that one reference was reached and gives up all association",
                code=_T1.replace('"association, no groups"', '"not even association"'),
                expect="overlooks-association",
            ),
        ),
        design_note="Objective: a null for each claim. Out of scope: choosing k, other cluster indices.",
    ),
    Task(
        id="2.2.3-t2",
        title="Investigate: do Maja's phenotypes travel?",
        outcomes=("a", "b"),
        check=check_t2,
        praise="You resampled people and compared the same people, and you let a site that had no part in the rule "
        "decide. Five groups that neither stay nor travel are a picture.",
        hints=(
            "Fit `rule = k_means(Z, k)` on A and B. `rule.labels_` is the first grouping.",
            "For one resample: `rows = rng.integers(len(Z), size=len(Z))`, then `k_means(Z[rows], k).predict(Z)`.",
            "`assigned = rule.predict(Z_c)`, `own = k_means(Z_c, k).labels_`, and compare with `adjusted_rand_score`.",
        ),
        right=(
            RightVariant(
                "groups with letters, in another order of people",
                code=_T2
                + "own = pd.Series(list('ABCDE'))[own].set_axis(at_c.index).sample(frac=1, random_state=1)\nstability, replication = round(stability, 2), round(replication, 2)",
            ),
            RightVariant(
                "resampled people, groups with other names",
                code="""
                    scaler = StandardScaler().fit(at_ab)
                    Z, Z_c = scaler.transform(at_ab), scaler.transform(at_c)
                    rule = k_means(Z, k)
                    agreements = []
                    for _ in range(5):
                        some = pd.DataFrame(Z).sample(frac=1, replace=True, random_state=rng.integers(10**6)).to_numpy()
                        agreements.append(adjusted_rand_score(k_means(some, k).predict(Z), rule.labels_))
                    stability = sum(agreements) / len(agreements)
                    assigned = pd.Series(rule.predict(Z_c), index=at_c.index)
                    own = [k - 1 - group for group in k_means(Z_c, k).labels_]
                    replication = float(adjusted_rand_score(own, assigned))
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "takes the standard deviation as stability",
                code=_T2.replace("np.mean(agreements)", "np.std(agreements)"),
                expect="other-statistic",
            ),
            WrongAttempt(
                "puts everybody at C into one group",
                code=_T2 + "own = np.zeros(len(at_c))\nreplication = 0.0",
                expect="own-other",
            ),
            WrongAttempt(
                "puts site C on its own scale",
                code=_T2.replace("scaler.transform(at_c)", "StandardScaler().fit_transform(at_c)"),
                expect="c-made-scale",
            ),
            WrongAttempt(
                "draws the people without replacement",
                code=_T2.replace("rng.integers(len(Z), size=len(Z))", "rng.permutation(len(Z))"),
                expect="resampled-otherwise",
            ),
            WrongAttempt(
                "compares groups by number",
                code=_T2.replace("adjusted_rand_score(assigned, own)", "np.mean(assigned == own)"),
                expect="labels-are-names",
            ),
            WrongAttempt(
                "tunes k on site C",
                code=_T2
                + "k = max(range(2, 5), key=lambda n: adjusted_rand_score(k_means(Z, n).predict(Z_c), k_means(Z_c, n).labels_))\n",
                expect="tuned-on-c",
            ),
            WrongAttempt(
                "lets site C help to make the rule",
                code=_T2.replace(
                    "assigned = rule.predict(Z_c)", "assigned = k_means(np.vstack([Z, Z_c]), k).labels_[len(Z):]"
                ),
                expect="c-made-rule",
            ),
            WrongAttempt(
                "compares different people",
                code=_T2.replace("k_means(Z[rows], k).predict(Z)", "k_means(Z[rows], k).labels_"),
                expect="other-people",
            ),
            WrongAttempt(
                "clusters the same people again",
                code=_T2.replace("rng.integers(len(Z), size=len(Z))", "np.arange(len(Z))"),
                expect="nothing-resampled",
            ),
        ),
        design_note="Objective: stability and replication by the adjusted Rand index. Out of scope: latent class models.",
    ),
    Task(
        id="2.2.3-t3",
        title="Modify: pairs of diagnoses in a small table",
        outcomes=("c", "e"),
        check=check_t3,
        praise="Your list counts every look, asks for enough people and says how sure the lift is. The interval is wide: "
        "that is the honest part.",
        hints=(
            '`false_discovery_control(searched["p"])` gives one q for each pair. Compute it before you filter.',
            'Keep `(searched["q"] <= 0.10) & (searched["people"] >= 10)`, sort by lift.',
            "`has.iloc[rng.integers(len(has), size=len(has))]` is one resample; `lift_of` and `np.percentile` do the rest.",
        ),
        right=(
            RightVariant(
                "kept and samples numbered anew",
                code=_KEPT
                + "kept = kept.reset_index(drop=True).round(3)\n"
                + _SAMPLE.replace("size=len(has))]", "size=len(has))].reset_index(drop=True)")
                + _INTERVAL
                + "low, high = round(low, 1), round(high, 1)",
            ),
            RightVariant(
                "pairs as index, other spellings",
                code=_KEPT
                + _SAMPLE
                + _INTERVAL
                + 'kept = kept.rename(columns=str.upper).set_index(["A", "B"]).rename_axis(["a", "b"])',
            ),
            RightVariant(
                "the q values by hand, people drawn with sample()",
                code="""
                    searched = pairs(has).sort_values("p").reset_index(drop=True)
                    raw = searched["p"] * len(searched) / (searched.index + 1)
                    searched["q"] = np.minimum.accumulate(raw.to_numpy()[::-1])[::-1]
                    kept = searched.query("q <= 0.10 and people >= 10").sort_values("lift", ascending=False)


                    def resample(rng):
                        return has.sample(n=len(has), replace=True, random_state=int(rng.integers(2**31)))


                    a, b = kept[["a", "b"]].iloc[0]
                    lifts = pd.Series([lift_of(resample(rng), a, b) for _ in range(300)])
                    low, high = lifts.quantile([0.025, 0.975])
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "gives an interval of 90 %",
                code=_KEPT + _SAMPLE + _INTERVAL.replace("[2.5, 97.5]", "[5, 95]"),
                expect="other-limits",
            ),
            WrongAttempt(
                "makes the generator anew inside",
                code=_KEPT + _SAMPLE.replace("rng.integers", "np.random.default_rng(1).integers") + _INTERVAL,
                expect="same-sample",
            ),
            WrongAttempt(
                "takes p for q",
                code=_KEPT + _SAMPLE + _INTERVAL + 'kept = kept.assign(q=kept["p"] + 0.01)',
                expect="q-other",
            ),
            WrongAttempt(
                "asks for no minimum support",
                code=_KEPT.replace(' & (searched["people"] >= 10)', "") + _SAMPLE + _INTERVAL,
                expect="few-people",
            ),
            WrongAttempt(
                "takes p < 0.05 without correction",
                code=_KEPT.replace('searched["q"] <= 0.10', 'searched["p"] < 0.05') + _SAMPLE + _INTERVAL,
                expect="uncorrected",
            ),
            WrongAttempt(
                "corrects after the filter",
                code='searched = pairs(has)\nsearched = searched[searched["people"] >= 10]\n'
                + _KEPT.replace("searched = pairs(has)\n", "searched = searched.copy()\n")
                + _SAMPLE
                + _INTERVAL,
                expect="corrected-after-filter",
            ),
            WrongAttempt(
                "resamples rows of the diagnoses",
                code=_KEPT
                + "\n\ndef resample(rng):\n"
                + "    drawn = diagnoses.iloc[rng.integers(len(diagnoses), size=len(diagnoses))]\n"
                + '    table = pd.crosstab(drawn["patient_id"], drawn["code"]).astype(bool)\n'
                + "    return table.reindex(columns=has.columns, fill_value=False)\n\n\n"
                + _INTERVAL.replace("range(300)", "range(40)"),
                expect="people-torn",
            ),
            WrongAttempt(
                "draws without replacement",
                code=_KEPT + "\n\ndef resample(rng):\n    return has.iloc[rng.permutation(len(has))]\n\n\n" + _INTERVAL,
                expect="without-replacement",
            ),
        ),
        design_note="Objective: support, lift with an interval over people, FDR over all looks. Out of scope: longer item "
        "sets, adjustment for age.",
    ),
    Task(
        id="2.2.3-t4",
        title="Make: a screen within 50 charts",
        outcomes=("d",),
        check=check_t4,
        praise="Nearly every chart that you sent holds a planted error, and you kept the ill apart from the errors. Say "
        "the precision when you report the screen, and keep the second list for the ward.",
        hints=(
            'First the units: `labs["value"].where(labs["unit"] != "mg/dL", labs["value"] * 88.4)`.',
            "Robust z column by column. A gross error is extreme in one column: rank stays by their largest |z|.",
            "For `patients`, keep stays with largest |z| of at most 6, rank by `(z**2).sum(axis=1)`, take 50.",
        ),
        right=(
            RightVariant(
                "the chosen rows themselves, other spellings",
                code=_T4
                + "review, patients = largest.nlargest(50), rows.loc[patients]\nrows = rows.rename(columns=str.title).reset_index()\nshare_worse = round(share_worse)",
            ),
            RightVariant(
                "index as lists, sorted instead of nlargest",
                code="""
                    factor = labs["unit"].map({"mg/dL": 88.4}).fillna(1.0)
                    rows = first_values(labs.assign(value=labs["value"] * factor))
                    z = (rows - rows.median()) / (1.4826 * (rows - rows.median()).abs().median())
                    largest = z.abs().max(axis=1)
                    review = list(largest.sort_values(ascending=False).index[:50])
                    rest = z[~(largest > 6)]
                    patients = (rest**2).sum(axis=1).sort_values(ascending=False).index[:50].tolist()
                    share_worse = float(worse.loc[patients].mean() * 100)
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "converts every row",
                code=_T4.replace('.where(labs["unit"] != "mg/dL", labs["value"] * 88.4)', " * 88.4"),
                expect="values-other",
            ),
            WrongAttempt(
                "takes the least odd",
                code=_T4.replace("sum(axis=1).nlargest(50)", "sum(axis=1).nsmallest(50)"),
                expect="not-the-oddest",
            ),
            WrongAttempt(
                "does not read the unit column",
                code=_T4.replace("rows = first_values(converted)", "rows = first_values(labs)"),
                expect="unit-column",
            ),
            WrongAttempt(
                "lets contamination decide",
                code=_T4
                + "forest = IsolationForest(contamination=0.05, random_state=0).fit(z.fillna(0))\n"
                + "review = z.index[forest.predict(z.fillna(0)) == -1]\n",
                expect="over-budget",
            ),
            WrongAttempt(
                "calls the ill errors",
                code=_T4 + "review = patients\n",
                expect="ill-called-errors",
            ),
            WrongAttempt(
                "ranks by an isolation forest",
                code=_T4
                + "forest = IsolationForest(random_state=0).fit(z.fillna(0))\n"
                + "review = z.index[np.argsort(forest.score_samples(z.fillna(0)))[:50]]\n",
                expect="low-precision",
            ),
            WrongAttempt(
                "leaves the errors among the patients",
                code=_T4.replace("rest = z[largest <= 6]", "rest = z"),
                expect="errors-among-patients",
            ),
            WrongAttempt(
                "gives the share of everybody",
                code=_T4 + "share_worse = 100 * worse.mean()\n",
                expect="share-of-all",
            ),
        ),
        design_note="Objective: units first, robust z, a fixed budget, precision, and the ill kept apart. Out of scope: "
        "deciding single charts; multivariate methods beyond the sum of squared z.",
    ),
    Task(
        id="2.2.3-t5",
        title="No code: cards and a mirage",
        outcomes=("b", "c", "d"),
        items=("x01", "x02", "x03"),
        hints=(
            "Four questions for a card: how common is B, how many people, at how many places, who wrote it down?",
            "In the explorable, watch the silhouette *beside* the shuffled copies, not the colours.",
            "`contamination` is a number that you type. What did reading charts show?",
        ),
        design_note="Objective: the judgements of tasks 1 to 4 without code. Out of scope: computing them.",
    ),
]
