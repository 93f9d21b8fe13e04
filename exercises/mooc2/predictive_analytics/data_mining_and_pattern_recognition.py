"""Checks of the exercise "Mirage or finding?" (unit 2.2.3)."""

from functools import lru_cache

from ai2med.exercises import RightVariant, Task, WrongAttempt, close_to, fail, need, need_frame

VERDICTS = ("groups", "association, no groups", "not even association")
COPIES, LOOKS, FEWEST, Q = 5, 5, 10, 0.10
BUDGET = 50


def _k_means(Z, k):
    from sklearn.cluster import KMeans

    return KMeans(k, n_init=3, random_state=2026).fit(Z)


def _width(Z, labels):
    from sklearn.metrics import silhouette_score

    return float(silhouette_score(Z, labels))


def _numbers(ns, name, what, length):
    """Return a learner's list of `length` numbers as an array."""
    import numpy as np

    values = np.asarray(need(ns, name, (list, tuple, np.ndarray), what), dtype=float)
    if values.shape != (length,):
        fail(
            f"count-{name}",
            f"`{name}` holds {values.size} silhouettes. The task asks for {length}.",
            f"Make {length} copies in a loop and append one silhouette for each.",
        )
    return values


def check_t1(ns):
    import numpy as np

    guess = need(ns, "guess", float, "your guess of the silhouette")
    if not -1 <= guess <= 1:
        fail(
            "guess-range",
            f"Your guess is {guess:g}. A silhouette lies between −1 and 1.",
            "Guess again, before you run.",
        )
    Z = np.asarray(need(ns, "Z", None, "the scaled columns"), dtype=float)
    if Z.shape != ns["logged"].shape:
        fail(
            "Z-shape", f"`Z` has the shape {Z.shape}, `logged` has {ns['logged'].shape}.", "Scale all rows and columns."
        )
    spread = Z.var(axis=0)
    if spread.max() > 1.5 * spread.min():
        widest = ns["logged"].columns[int(spread.argmax())]
        fail(
            "unscaled",
            f"Your columns have different spreads: {widest} alone makes up {100 * spread.max() / spread.sum():.0f} % of "
            "the squared distances and decides who is near whom.",
            "Put the columns on a common scale, for example with `StandardScaler`.",
        )
    observed = need(ns, "observed", float, "the silhouette of the two groups")
    labels = _k_means(Z, 2).labels_
    if not close_to(observed, _width(Z, labels), 0.01):
        fail(
            "observed-other",
            f"`observed` is {observed:.3f}. Two groups of `Z` give another silhouette.",
            "Use `silhouette_score(Z, k_means(Z, 2).labels_)`: two groups, all columns.",
        )
    null = _numbers(ns, "null", "the silhouettes of the shuffled copies", COPIES)
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
    random = np.random.default_rng(1)
    copy = np.column_stack([random.permutation(column) for column in Z.T])
    mine = _width(copy, _k_means(copy, 2).labels_)
    if np.abs(null - mine).max() > 0.02:
        fail(
            "null-other",
            f"One of your shuffled copies has a silhouette of {null[np.abs(null - mine).argmax()]:.3f}; about {mine:.2f} "
            "is expected.",
            "For each copy: `shuffled(Z, rng)`, then `k_means(copy, 2)`, then the silhouette of *this* copy.",
        )
    cloud = _numbers(ns, "cloud", "the silhouettes of the one-cloud copies", COPIES)
    copy = random.multivariate_normal(Z.mean(axis=0), np.cov(Z.T), size=len(Z), method="cholesky")
    mine = _width(copy, _k_means(copy, 2).labels_)
    if np.abs(cloud - mine).max() > 0.025:
        fail(
            "cloud-other",
            f"Your one-cloud copies show {cloud.min():.3f} to {cloud.max():.3f}; about {mine:.2f} is expected.",
            "For each copy: `one_cloud(Z, rng)`, cluster it, and take the silhouette of this copy.",
        )
    verdict = need(ns, "verdict", str, "your conclusion").strip().lower()
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


def check_t2(ns):
    import numpy as np
    from sklearn.metrics import adjusted_rand_score
    from sklearn.preprocessing import StandardScaler

    k = need(ns, "k", int, "the number of groups")
    if k != LOOKS:
        fail(
            "tuned-on-c",
            f"`k` is {k} now. Maja's map has {LOOKS} groups; if the agreement at C chose k, your replication site "
            "chose the answer.",
            f"Keep k = {LOOKS}. A k is chosen with A and B, before C is opened.",
        )
    at_ab, at_c = ns["at_ab"], ns["at_c"]
    stability = need(ns, "stability", float, "the mean agreement of the resamples")
    scaler = StandardScaler().fit(at_ab)
    Z, Z_c = scaler.transform(at_ab), scaler.transform(at_c)
    rule = _k_means(Z, k)
    random = np.random.default_rng(7)
    mine = np.mean(
        [
            adjusted_rand_score(rule.labels_, _k_means(Z[random.integers(len(Z), size=len(Z))], k).predict(Z))
            for _ in range(3)
        ]
    )
    if stability > 0.98:
        fail(
            "nothing-resampled",
            f"`stability` is {stability:.2f}: the same people give the same groups. That is the computer's memory, not "
            "stability.",
            "Draw people with replacement before you cluster again: `rows = rng.integers(len(Z), size=len(Z))`.",
        )
    if abs(stability) < 0.06 and mine > 0.12:
        fail(
            "other-people",
            f"`stability` is {stability:.2f}, like chance. Row 1 of a resample is another person than row 1 of `Z`, so "
            "you compared different people.",
            "Let the centres of the resample assign the *original* people: `.predict(Z)`.",
        )
    if abs(stability - mine) > 0.3:
        fail(
            "stability-other",
            f"`stability` is {stability:.2f}; resamples of these people give about {mine:.1f}.",
            "Five times: resample, cluster, predict `Z`, compare with the first grouping by the adjusted Rand index.",
        )
    assigned = np.asarray(need(ns, "assigned", None, "the groups at C by the rule of A and B"))
    own = np.asarray(need(ns, "own", None, "the groups of C by itself"))
    for name, labels in (("assigned", assigned), ("own", own)):
        if labels.shape != (len(at_c),):
            fail(
                f"length-{name}",
                f"`{name}` has the shape {labels.shape}; site C has {len(at_c)} people.",
                "One group number for each person at site C.",
            )
    if adjusted_rand_score(assigned, rule.predict(Z_c)) < 0.9:
        everybody = scaler.transform(np.vstack([at_ab, at_c]))
        together = _k_means(everybody, k).labels_[len(at_ab) :]
        if adjusted_rand_score(assigned, together) > 0.9 or adjusted_rand_score(assigned, own) > 0.98:
            fail(
                "c-made-rule",
                "The people of site C helped to make the rule in `assigned`. A site that makes the rule cannot test it.",
                "Fit on `Z` (A and B) alone, then `rule.predict(Z_c)`.",
            )
        fail(
            "assigned-other",
            "`assigned` is not what the rule of A and B says about the people at C.",
            "Scale C with the scaler of A and B, then use `predict` of the model that was fitted on A and B.",
        )
    replication = need(ns, "replication", float, "the agreement at site C")
    same_number = float((assigned == own).mean())
    truth = adjusted_rand_score(assigned, own)
    if close_to(replication, same_number, 1e-6) and not close_to(same_number, truth, 1e-6):
        fail(
            "labels-are-names",
            f"{100 * same_number:.0f} % of the people have the same group *number*. But numbers of groups are only "
            "names: group 0 of one run may be group 3 of the other.",
            "Use `adjusted_rand_score(assigned, own)`: it asks which people are together.",
        )
    if not close_to(replication, truth, 1e-6):
        fail(
            "replication-other",
            f"`replication` is {replication:.3f}. It should be the agreement of `assigned` and `own`.",
            "`adjusted_rand_score(assigned, own)`",
        )
    if adjusted_rand_score(own, _k_means(Z_c, k).labels_) < 0.5 and truth > 0.98:
        fail("own-copied", "`own` equals `assigned`. C was not clustered by itself.", "`k_means(Z_c, k).labels_`")


def _hypergeometric_pairs(table):
    import numpy as np
    import pandas as pd
    from scipy.stats import false_discovery_control, hypergeom

    x, codes, n = table.to_numpy(float), table.columns.to_numpy(), len(table)
    i, j = np.triu_indices(len(codes), 1)
    both, total = (x.T @ x)[i, j], x.sum(axis=0)
    out = pd.DataFrame(
        {
            "a": codes[i],
            "b": codes[j],
            "people": both.astype(int),
            "lift": both * n / (total[i] * total[j]),
            "p": hypergeom.sf(both - 1, n, total[i], total[j]),
        }
    )
    return out.assign(q=false_discovery_control(out["p"]))


def check_t3(ns):
    import numpy as np
    from scipy.stats import false_discovery_control

    kept = need_frame(ns, "kept", ("a", "b", "people", "lift", "p"), "the pairs that you keep")
    has = ns["has"]
    searched = _hypergeometric_pairs(has)
    right = searched[(searched["q"] <= Q) & (searched["people"] >= FEWEST)]
    mine, theirs = (set(zip(table["a"], table["b"], strict=True)) for table in (right, kept))
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
    if theirs == set(zip(late["a"], late["b"], strict=True)) and theirs != mine:
        fail(
            "corrected-after-filter",
            f"You corrected for {len(supported)} looks and kept {len(kept)} pairs. But {len(searched)} pairs were "
            "searched, and the others were dropped by the very count that is tested.",
            "Compute q for all pairs first, then ask for at least 10 people.",
        )
    raw = supported[supported["p"] < 0.05]
    if theirs == set(zip(raw["a"], raw["b"], strict=True)) and theirs != mine:
        fail(
            "uncorrected",
            f"You kept {len(kept)} pairs with p < 0.05. Among {len(searched)} pairs without any association, about "
            f"{0.05 * len(searched):.0f} or fewer would pass as well.",
            "Use `false_discovery_control` on the p-values of all pairs, and keep q <= 0.10.",
        )
    if theirs != mine:
        fail(
            "pairs-other",
            f"You kept {len(theirs)} pairs; {len(theirs - mine)} of them do not meet the rule and "
            f"{len(mine - theirs)} that do are missing.",
            "q of at most 0.10 among all pairs, and at least 10 people.",
        )
    if not kept["lift"].is_monotonic_decreasing:
        fail("unsorted", "`kept` is not sorted by lift.", '`.sort_values("lift", ascending=False)`')
    resample = need(ns, "resample", None, "the function that draws people")
    sample = need({"resample(rng)": resample(np.random.default_rng(5))}, "resample(rng)", None, "one bootstrap sample")
    if getattr(sample, "shape", (0,))[0] != len(has) and getattr(sample, "shape", (0, 0))[-1] == has.shape[1]:
        codes_here = float(np.asarray(sample, dtype=float).sum(axis=1).mean())
        codes_there = float(has.to_numpy(float).sum(axis=1).mean())
        if codes_here < 0.9 * codes_there:
            fail(
                "people-torn",
                f"In your sample a person has {codes_here:.1f} codes on average, in `has` {codes_there:.1f}. You drew "
                "*codes*, so pairs of one person were torn apart.",
                "Draw rows of `has`: one row is one person with everything that belongs to her.",
            )
        fail(
            "sample-size",
            f"Your sample has {len(sample)} people; `has` has {len(has)}.",
            "Draw as many people as there are, with replacement.",
        )
    if getattr(sample, "shape", None) != has.shape:
        fail("sample-shape", "`resample(rng)` does not return a table like `has`.", "Pick rows: `has.iloc[...]`.")
    if len(set(map(tuple, np.asarray(sample).astype(int))) - set(map(tuple, has.to_numpy().astype(int)))):
        codes_here = float(np.asarray(sample, dtype=float).sum(axis=1).mean())
        fail(
            "people-torn",
            f"Your sample holds people who do not exist in `has` ({codes_here:.1f} codes each on average): the codes of "
            "one person were torn apart.",
            "Draw rows of `has`: one row is one person with everything that belongs to her.",
        )
    if sample.index.is_unique:
        fail(
            "without-replacement",
            "Nobody was drawn twice. The same people in another order give the same lift each time.",
            "Draw with replacement: `rng.integers(len(has), size=len(has))`.",
        )
    low, high = need(ns, "low", float, "the lower limit"), need(ns, "high", float, "the upper limit")
    first = kept.iloc[0]
    random = np.random.default_rng(11)
    x, y = has[first["a"]].to_numpy(), has[first["b"]].to_numpy()
    lifts = []
    for _ in range(400):
        rows = random.integers(len(has), size=len(has))
        lifts.append((x[rows] & y[rows]).mean() / (x[rows].mean() * y[rows].mean()))
    expected = np.percentile(lifts, [2.5, 97.5])
    width = expected[1] - expected[0]
    if max(abs(low - expected[0]), abs(high - expected[1])) > 0.25 * width:
        fail(
            "interval-other",
            f"Your interval for {first['a']} with {first['b']} is {low:.1f} to {high:.1f}; people drawn with "
            f"replacement give about {expected[0]:.1f} to {expected[1]:.1f}.",
            "300 resamples, the lift of the first pair in each, then the percentiles 2.5 and 97.5.",
        )


@lru_cache(maxsize=1)
def _stays_with_error():
    """Return the stays whose first values hold a planted unit error."""
    from ai2med import load
    from ai2med.cohort import truth

    faults = truth.defects().query("kind == 'unit_mixup'").dropna(subset=["key"])
    known = set(faults["table"] + "|" + faults["key"])
    labs = load("labs")
    tests = ["sodium", "potassium", "creatinine", "urea", "wbc", "haemoglobin", "platelets", "glucose"]
    labs = labs[labs["test"].isin(tests)].sort_values("taken_at", kind="stable")
    labs = labs.drop_duplicates(["admission_id", "test"])
    signs = load("vitals").sort_values("taken_at", kind="stable").drop_duplicates("admission_id")
    lab = "labs|" + labs["admission_id"] + "|" + labs["taken_at"].dt.strftime("%Y-%m-%d %H:%M") + "|" + labs["test"]
    sign = "vitals|" + signs["admission_id"] + "|" + signs["taken_at"].dt.strftime("%Y-%m-%d %H:%M")
    return frozenset(labs.loc[lab.isin(known), "admission_id"]) | frozenset(signs.loc[sign.isin(known), "admission_id"])


def _index(ns, name, what, stays):
    """Return a learner's choice of stays as a list without repeats, all of them known."""
    chosen = list(need(ns, name, None, what))
    if len(set(chosen)) != len(chosen) or not set(chosen) <= set(stays):
        fail(
            f"stays-{name}",
            f"`{name}` should hold {BUDGET} different ids of stays, such as {stays[0]}.",
            "Take `.index` of the rows that you choose.",
        )
    return chosen


def check_t4(ns):
    rows = need_frame(ns, "rows", ("creatinine", "potassium", "temperature"), "one row a stay")
    worse, labs = ns["worse"], ns["labs"]
    early = labs[labs["test"] == "creatinine"].sort_values("taken_at", kind="stable").drop_duplicates("admission_id")
    told = early.loc[early["unit"] == "mg/dL", "admission_id"]
    review = _index(ns, "review", "the stays for the colleagues", list(rows.index))
    if len(review) != BUDGET:
        fail(
            "over-budget",
            f"`review` holds {len(review)} stays. The colleagues can read {BUDGET} charts; the share that a method "
            "flags is a setting, not a finding.",
            f"Rank by a score and take the first {BUDGET}: `.nlargest({BUDGET})`.",
        )
    low = int((rows.loc[rows.index.isin(told), "creatinine"] < 2.5).sum())
    if low > 0.5 * len(told):
        fail(
            "unit-column",
            f"In {low} stays creatinine looks tiny, although the unit column says mg/dL. These values are right; read "
            "as µmol/L they fill every screen.",
            "Multiply by 88.4 where the unit is mg/dL, then call `first_values`.",
        )
    wrong = _stays_with_error()
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
    patients = _index(ns, "patients", "the oddest stays without an extreme value", list(rows.index))
    left = len(wrong & set(patients))
    if left > 0.1 * BUDGET or len(set(review) & set(patients)) > 0:
        fail(
            "errors-among-patients",
            f"{left} of your `patients` hold a planted error. One wrong digit makes a stay odder than any illness.",
            "First keep the stays whose largest |z| is at most 6, then rank by the sum of the squared z.",
        )
    if len(patients) != BUDGET:
        fail("patients-count", f"`patients` holds {len(patients)} stays, not {BUDGET}.", f"`.nlargest({BUDGET}).index`")
    share, truth = need(ns, "share_worse", float, "the percentage who got worse"), 100 * worse.reindex(patients).mean()
    if close_to(share, truth / 100, 1e-6):
        fail("not-percent", f"`share_worse` is {share:.2f}. The task asks for a percentage.", "Multiply by 100.")
    if close_to(share, 100 * worse.mean(), 0.05):
        fail(
            "share-of-all",
            f"{share:.1f} % is the share among all stays. Who are the 50?",
            "`worse[patients]` picks them.",
        )
    if not close_to(share, truth, 0.1):
        fail(
            "share-other",
            f"`share_worse` is {share:.1f}. Your `patients` give another share.",
            "`worse[patients].mean()`",
        )
    if truth < 100 * worse.mean():
        fail(
            "not-the-oddest",
            f"Of your `patients` {truth:.0f} % got worse, of all {100 * worse.mean():.0f} %. These are not the odd ones.",
            "Rank by the sum of the squared z over all columns, largest first.",
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
