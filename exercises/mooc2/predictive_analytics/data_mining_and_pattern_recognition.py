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
RESAMPLES = 300
SEED = 2026
PAIR = ("I21", "I25")
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
    """Return the measurements, skewed ones on the log scale, and their columns on a common scale."""
    import numpy as np
    from sklearn.preprocessing import StandardScaler

    from ai2med import load

    logged = load("profiles").loc[:, "sodium":].astype(float)
    skewed = ["creatinine", "urea", "crp", "wbc", "glucose"]
    logged[skewed] = np.log(logged[skewed].clip(lower=0.5))
    Z = StandardScaler().fit_transform(logged)
    return logged, Z


def check_t1(ns):
    guess = need(ns, "guess", float, "your guess of the silhouette")
    if not -1 <= guess <= 1:
        fail(
            "guess-range",
            f"Your guess is {guess:g}. A silhouette lies between −1 and 1.",
            "Guess again, before you run.",
        )
    verdict = need(ns, "verdict", str, "your conclusion").strip(" .").lower()
    if verdict not in VERDICTS:
        fail(
            "verdict-unknown",
            f"“{verdict}” is none of the three verdicts.",
            "Copy one of the three texts from the cell, word for word.",
        )
    real, shuffled, cloud = _three_groups()
    if verdict == "groups":
        fail(
            "believes-groups",
            f"The table ({real:.3f}) beats the shuffled copies (about {shuffled:.3f}). But one cloud reaches about "
            f"{cloud:.3f}, and it has no groups at all.",
            "What do the two kinds of copies have in common with the table, and what do they lack?",
        )
    if verdict == "not even association":
        fail(
            "overlooks-association",
            f"The shuffled copies reach about {shuffled:.3f}, the table {real:.3f}. Shuffling destroys association, "
            "and it made a difference.",
            "So the columns are related. Now compare with the one-cloud copies.",
        )


@reference
def _three_groups():
    """Return the silhouettes of three groups in the table, in a shuffled copy and in a copy that is one cloud."""
    _, Z = _profiles()
    return tuple(_width(table, _k_means(table, 3).labels_) for table in (Z, *_one_of_each(Z)))


def _one_of_each(Z):
    import numpy as np

    random = np.random.default_rng(1)
    shuffled = np.column_stack([random.permutation(column) for column in Z.T])
    cloud = random.multivariate_normal(Z.mean(axis=0), np.cov(Z.T), size=len(Z), method="cholesky")
    return shuffled, cloud


def _copies(ns, Z):
    """Return the learner's five copies as arrays, or say in what a copy is no shuffled table."""
    import numpy as np

    names = _profiles()[0].columns
    given = need(ns, "copies", None, "the five shuffled tables")
    given = list(given.values()) if hasattr(given, "values") and not hasattr(given, "columns") else given
    try:
        copies = [np.asarray(copy, dtype=float) for copy in given]
    except (TypeError, ValueError):
        copies = []
    if len(copies) != COPIES or any(copy.shape != Z.shape for copy in copies):
        shapes = ", ".join(" × ".join(map(str, copy.shape)) for copy in copies[:3])
        fail(
            "copies-shape",
            f"`copies` should hold {COPIES} tables like `Z`, {len(Z):,} × {Z.shape[1]}; it holds {len(copies)}"
            + (f" ({shapes})." if shapes else "."),
            "`copies = [shuffled(Z, rng) for _ in range(5)]`",
        )
    for copy in copies:
        off = [
            name
            for name, one, other in zip(names, copy.T, Z.T, strict=True)
            if not close_to(np.sort(one), np.sort(other))
        ]
        if off and close_to(np.sort(copy, axis=1).sum(axis=0), np.sort(Z, axis=1).sum(axis=0)):
            fail(
                "shuffled-within-people",
                f"The column {off[0]} of your copy holds values of other columns: you shuffled within people.",
                "Each *column* gets its own random order. The function `shuffled` does it.",
            )
        if off:
            fail(
                "copy-other",
                f"The column {off[0]} of your copy does not hold the values of {off[0]} in `Z`, so the copy differs from "
                "the real table in more than its associations.",
                "Keep each column, in a random order of its own: `shuffled(Z, rng)`.",
            )
        related = np.abs(np.corrcoef(copy.T) - np.eye(len(names)))
        if close_to(np.corrcoef(copy.T), np.corrcoef(Z.T)):
            fail(
                "rows-shuffled",
                "Your copies are the same table in another order: whole people were moved, and their values stayed together.",
                "Each *column* has to be shuffled on its own. The function `shuffled` does it.",
            )
        if related.max() > 0.2:
            one, other = np.unravel_index(related.argmax(), related.shape)
            fail(
                "still-related",
                f"In your copy {names[one]} and {names[other]} still have a correlation of {related.max():.2f}: some columns "
                "were not shuffled, or shuffled together.",
                "Every column gets a random order of its own: `shuffled(Z, rng)`.",
            )
    if any(close_to(copies[0], copy) for copy in copies[1:]):
        fail(
            "one-copy",
            "Some of your five copies are the same table.",
            "Draw each copy anew, from the one generator `rng` made before.",
        )
    return copies


def check_t2(ns):
    import numpy as np

    logged, right = _profiles()
    Z = need_frame(ns, "Z").to_numpy() if hasattr(ns.get("Z"), "columns") else need(ns, "Z", None, "the scaled columns")
    Z = np.asarray(Z)
    if Z.shape != right.shape or Z.dtype.kind not in "biufO":
        blame_given(ns, logged=logged)
        fail("Z-shape", f"`Z` has the shape {Z.shape}, `logged` has {right.shape}.", "Scale all rows and columns.")
    Z = Z.astype(float)
    spread = Z.var(axis=0)
    if spread.max() > 1.5 * spread.min():
        widest, narrowest = logged.columns[int(spread.argmax())], logged.columns[int(spread.argmin())]
        most, least = 100 * spread.max() / spread.sum(), 100 * spread.min() / spread.sum()
        fail(
            "unscaled",
            f"Your columns have different spreads: {widest} makes up {most:.0f} % of the squared distances, {narrowest} "
            f"{least:.1f} %. So one has more to say than the other about who is near whom.",
            "Give all columns the mean 0 and the SD 1, for example with `StandardScaler`.",
        )
    if not close_to((Z - Z.mean(axis=0)) / Z.std(axis=0), right, 1e-6):
        blame_given(ns, logged=logged)
        fail(
            "Z-other",
            "`Z` holds other numbers than `logged` on a common scale: values were moved or replaced.",
            "Scale column by column, and leave each value in its row: `StandardScaler().fit_transform(logged)`.",
        )
    copies = _copies(ns, Z)
    null = need_values(ns, "null", "the silhouettes of the shuffled copies", length=COPIES)
    expected = [_width(copy, _k_means(copy, 2).labels_) for copy in copies]
    if all_agree(sorted(null), sorted(expected), 1e-4):
        return
    if np.ptp(null) < 1e-9:
        fail(
            "one-silhouette",
            f"`null` holds {null[0]:g} five times, but your five copies are different tables.",
            "Compute the silhouette of each copy, and keep at least three decimals: they lie close together.",
        )
    for k in range(3, 13):
        if agrees(null[0], _width(copies[0], _k_means(copies[0], k).labels_), 1e-4, 3):
            fail(
                "other-k",
                f"The first entry of `null`, {null[0]:.4f}, belongs to {k} groups. The real table was cut in two.",
                "A copy gets the same analysis as the real table: `k_means(copy, 2)`.",
            )
    # Another k-means than the one given may stop at slightly other groups.
    if np.abs(np.sort(null) - np.sort(expected)).max() <= 0.006:
        return
    kept = _k_means(Z, 2).labels_
    if all_agree(null, [_width(copy, kept) for copy in copies], 1e-3) or null.mean() < 0.02:
        fail(
            "labels-kept",
            f"Your copies have a mean silhouette of {null.mean():.3f}. No clustering is that bad: labels and table "
            "do not belong together, such as the labels of the real table with a copy.",
            "Cluster each copy anew, with the same steps, and use the labels of the copy.",
        )
    worst = int(np.abs(null - expected).argmax())
    fail(
        "null-other",
        f"Two groups of copy {worst + 1} have a silhouette of {expected[worst]:.3f}; your `null` says {null[worst]:.3f}.",
        "For each copy: `k_means(copy, 2)`, then the silhouette of *this* copy.",
    )


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
        at_c=at_c,
        Z=Z,
        Z_c=Z_c,
        rule=rule,
        assigned=rule.predict(Z_c),
        owns=[_k_means(data, LOOKS).labels_ for data in (Z_c, own_scale)],
    )


def _same_number(one, other):
    return float((one == other).mean())


_FIVE_TIMES = (
    "For each draw: cluster `Z_ab[rows]`, let the new centres sort everybody with `.predict(Z_ab)`, and compare with "
    "`rule.labels_` by the adjusted Rand index."
)


def _draws(ns, n):
    """Return the learner's five draws of people as arrays of row numbers."""
    import numpy as np

    given = need(ns, "draws", None, "the row numbers of five resamples")
    given = given.to_numpy() if hasattr(given, "to_numpy") else given
    given = given.T if getattr(given, "shape", ()) == (n, LOOKS) else given
    try:
        draws = [np.asarray(rows) for rows in given]
    except (TypeError, ValueError):
        draws = []
    if len(draws) != LOOKS or any(rows.ndim != 1 or rows.dtype.kind not in "iuf" for rows in draws):
        fail(
            "draws-shape",
            f"`draws` should hold {LOOKS} lists of row numbers of `Z_ab`; it holds {len(draws)} entries of another kind."
            if len(draws) == LOOKS
            else f"`draws` holds {len(draws)} entries; {LOOKS} draws of people are asked for.",
            "`draws = [rng.integers(len(Z_ab), size=len(Z_ab)) for _ in range(5)]`",
        )
    for rows in draws:
        if len(rows) != n:
            fail(
                "draw-size",
                f"A draw holds {len(rows):,} people; `Z_ab` has {n:,}.",
                "Draw as many people as there are, with replacement.",
            )
        if rows.min() < 0 or rows.max() >= n or (rows != rows.astype(int)).any():
            fail(
                "draw-rows",
                f"Row numbers of `Z_ab` go from 0 to {n - 1:,}.",
                "`rng.integers(len(Z_ab), size=len(Z_ab))`",
            )
        if len(set(rows.tolist())) == n:
            fail(
                "without-replacement",
                "Nobody was drawn twice: the same people only changed places.",
                "Draw with replacement: `rng.integers(len(Z_ab), size=len(Z_ab))`.",
            )
        if len(set(rows.tolist())) < 0.5 * n:
            fail(
                "draw-narrow",
                f"A draw holds only {len(set(rows.tolist())):,} different people of {n:,}; with replacement it is about 63 of 100.",
                "Everybody in `Z_ab` may be drawn: `rng.integers(len(Z_ab), size=len(Z_ab))`.",
            )
    if len({tuple(rows.tolist()) for rows in draws}) < LOOKS:
        fail(
            "same-resample",
            "Some of your draws hold the same people.",
            "Draw new rows each time, from the one generator `rng` made before.",
        )
    return [rows.astype(int) for rows in draws]


def _judge_agreements(ns):
    import numpy as np
    from sklearn.metrics import adjusted_rand_score

    book = _phenotypes()
    draws = _draws(ns, len(book.Z))
    values = need_values(ns, "agreements", "the agreements of five resamples", length=LOOKS)
    models = [_k_means(book.Z[rows], LOOKS) for rows in draws]
    right = [adjusted_rand_score(book.rule.labels_, model.predict(book.Z)) for model in models]
    if all_agree(sorted(values), sorted(right), 1e-3):
        return
    if np.abs(values).max() > 1 + 1e-9:
        fail(
            "agreement-range",
            f"`agreements` holds {values[np.abs(values).argmax()]:.2f}. An adjusted Rand index is never above 1.",
            _FIVE_TIMES,
        )
    if values.min() > 0.98:
        fail(
            "nothing-resampled",
            f"Your agreements are {values.min():.2f} and more: the same people give the same groups. That is the "
            "computer's memory, not stability.",
            "Cluster the people of each draw, `Z_ab[rows]`, before you compare.",
        )
    blame_given(ns, Z_ab=book.Z)
    rows, model = draws[0], models[0]
    if agrees(values[0], adjusted_rand_score(book.rule.labels_, model.labels_), 1e-6, 3):
        fail(
            "other-people",
            f"Your agreements are {values.min():.2f} to {values.max():.2f}, like chance. Row 1 of a resample is another "
            "person than row 1 of `Z_ab`, so you compared different people.",
            "Let the centres of the resample sort the *original* people: `.predict(Z_ab)`.",
        )
    others = {k: _k_means(book.Z[rows], k).predict(book.Z) for k in (2, 3, 4, 6)}
    for words, value in (
        (
            "you compared the people of C, and not those of A and B",
            adjusted_rand_score(book.assigned, model.predict(book.Z_c)),
        ),
        (
            "you compared the drawn people only, and the task asks for all of A and B",
            adjusted_rand_score(book.rule.labels_[rows], model.labels_),
        ),
        (
            "you compared numbers of groups, which are only names",
            _same_number(book.rule.labels_, model.predict(book.Z)),
        ),
        *(
            (f"the resamples were cut into {k} groups", adjusted_rand_score(book.rule.labels_, labels))
            for k, labels in others.items()
        ),
    ):
        if agrees(values[0], value, 1e-6, 3):
            fail("resampled-otherwise", f"For your first draw you have {values[0]:.3f}: {words}.", _FIVE_TIMES)
    worst = int(np.abs(values - right).argmax())
    fail(
        "agreements-other",
        f"For your draw {worst + 1} `agreements` says {values[worst]:.3f}; these people give {right[worst]:.3f}.",
        _FIVE_TIMES,
    )


def check_t3(ns):
    from sklearn.metrics import adjusted_rand_score

    k = need(ns, "k", int, "the number of groups")
    if k != LOOKS:
        fail(
            "tuned-on-c",
            f"`k` is {k} now. Maja's map has {LOOKS} groups; if the agreement at C chose k, your replication site "
            "chose the answer.",
            f"Keep k = {LOOKS}. A k is chosen with A and B, before C is opened.",
        )
    _judge_agreements(ns)
    book = _phenotypes()
    rights = [adjusted_rand_score(book.assigned, own) for own in book.owns]
    numbers = [_same_number(book.assigned, own) for own in book.owns]
    names = "numbers of groups are only names: group 0 of one run may be group 3 of the other."
    need_number(
        ns,
        "replication",
        rights[0],
        "the agreement at site C",
        tolerance=0.002,
        also=rights[1:],
        slips=[
            (
                "own-copied",
                1.0,
                "`replication` is 1: C was sorted by the rule of A and B twice, and not clustered by itself.",
                "`own = k_means(Z_c, k).labels_`",
            ),
            *(
                (
                    "labels-are-names",
                    number,
                    "{got} is the share of people with the same group *number*. But " + names,
                    "Use `adjusted_rand_score(assigned, own)`: it asks which people are together.",
                )
                for number in numbers
            ),
        ],
        hint="`adjusted_rand_score(assigned, own)`, with `own = k_means(Z_c, k).labels_`: the same k, only people of C.",
        otherwise=lambda: blame_given(ns, assigned=book.assigned, Z_c=book.Z_c),
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


def check_t4(ns):
    from scipy.stats import false_discovery_control

    has, searched = _codes()
    kept = need_frame(ns, "kept", ("a", "b", "people", "lift"), "the pairs that you keep")
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


def _judge_resample(resample):
    """Compare bootstrap samples with the people by what stands in their rows; how rows are called does not matter."""
    from collections import Counter

    import numpy as np

    has, _ = _codes()

    def drawn(seed):
        sample = resample(np.random.default_rng(seed))
        columns = getattr(sample, "columns", None)
        if columns is not None and set(columns) >= set(has.columns):
            sample = sample[list(has.columns)]  # a numbering made anew may have added the old one as a column
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


@reference
def _lifts():
    """Return the lifts of the pair in 300 resamples of the people."""
    import numpy as np

    has, _ = _codes()
    one, other = (has[code].to_numpy(float) for code in PAIR)
    weights = np.random.default_rng(SEED).multinomial(len(has), np.full(len(has), 1 / len(has)), size=RESAMPLES)
    return (weights @ (one * other)) * len(has) / ((weights @ one) * (weights @ other))


def check_t5(ns):
    import numpy as np

    has, _ = _codes()
    resample = need_function(ns, "resample", "the function that draws people")
    _judge_resample(resample)
    lifts, books = need_values(ns, "lifts", "the lifts of the resamples", length=RESAMPLES), _lifts()
    pair, mean, spread = " with ".join(PAIR), books.mean(), books.std()
    if np.ptp(lifts) < 1e-9:
        fail(
            "same-lift",
            f"`lifts` holds {lifts[0]:.2f} {RESAMPLES} times: the lift was computed in the same table each time.",
            "Draw a new sample for each lift: `lift_of(resample(rng))`.",
        )
    # In 1,000 seeds the SD of 300 honest lifts was 0.87 to 1.19 times this one; of half of the people 1.29 and more.
    if not (abs(lifts.mean() - mean) < 0.3 * spread and 0.8 < lifts.std() / spread < 1.25 and len(set(lifts)) > 15):
        blame_given(ns, has=has, a=PAIR[0], b=PAIR[1])
        fail(
            "lifts-other",
            f"Your lifts have a mean of {lifts.mean():.2f} and an SD of {lifts.std():.2f}. In samples of these people the lift "
            f"of {pair} has about {mean:.2f} and {spread:.2f}.",
            f"`[lift_of(resample(rng)) for _ in range({RESAMPLES})]`",
        )
    limits = need_values(ns, "interval", "the two limits", length=2)
    ways = ("linear", "lower", "higher", "nearest", "median_unbiased")
    if any(all_agree(limits, np.percentile(lifts, [2.5, 97.5], method=way), 1e-6) for way in ways):
        return
    low, high = limits
    if low >= high:
        fail(
            "limits-swapped",
            f"`interval` goes from {low:.1f} to {high:.1f}: the lower limit comes first.",
            "`interval = np.percentile(lifts, [2.5, 97.5])`",
        )
    below, above = int((lifts < low).sum()), int((lifts > high).sum())
    if {below, above} <= {7, 8}:
        return
    held = 100 * (RESAMPLES - below - above) / RESAMPLES
    fail(
        "other-limits",
        f"Of your own {RESAMPLES} lifts, {below} lie below {low:.2f} and {above} above {high:.2f}: your limits hold "
        f"{held:.0f} %. The middle 95 % leave out 7 or 8 on each side.",
        "Take the percentiles 2.5 and 97.5 of `lifts`.",
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
    given = early
    early = early.assign(value=early["value"].where(early["unit"] != "mg/dL", early["value"] * 88.4))
    rows = early.pivot(index="admission_id", columns="test", values="value")
    rows = rows.join(signs.set_index("admission_id")[SIGNS])
    rows = rows.assign(**np.log(rows[SKEWED]))
    away = rows - rows.median()
    z = away / (1.4826 * away.abs().median())
    return SimpleNamespace(
        rows=rows,
        z=z,
        odd=(z[z.abs().max(axis=1) <= 6] ** 2).sum(axis=1),
        worse=outcomes["icu_transfer_at"].notna() | (outcomes["died_in_hospital"] == 1),
        wrong=frozenset(wrong),
        told=told,
        early=given[["admission_id", "test", "value", "unit"]],
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
        blame_given(ns, early=screen.early)
        fail(
            "rows-other",
            f"`rows` has {len(rows):,} rows; with first values there are {len(screen.rows):,} stays.",
            "Convert the units of `early` and call `first_values` with all of its rows.",
        )
    for column in [*TESTS, *SIGNS]:
        got = need_values(rows, column, "the first values", labels=list(rows.index))
        right = screen.rows[column].reindex(rows.index).to_numpy(float)
        if not close_to(got, right, 2e-3):
            blame_given(ns, early=screen.early)
            off = int((abs(got - right) > 2e-3).sum())
            fail(
                "values-other",
                f"{off} values of `{column}` are not the first value of their stay in the right unit.",
                "Multiply by 88.4 only where the unit is mg/dL, and leave all other rows of `early` as they are.",
            )


def check_t6(ns):
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
    if found < 0.1 * BUDGET and ill > 0.22 * BUDGET:
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
            "A gross error sits in one column: rank by the largest |z| of a stay.",
        )


def check_t7(ns):
    screen = _screen()
    worse, wrong = screen.worse, screen.wrong
    patients = _stays(ns, "patients", "the oddest stays without an extreme value")
    left = len(wrong & set(patients))
    if left > 0.1 * BUDGET:
        blame_given(ns, z=screen.z)
        fail(
            "errors-among-patients",
            f"{left} of your `patients` hold a planted error. One wrong digit makes a stay odder than any illness.",
            "First keep the stays whose largest |z| is at most 6, then rank by the sum of the squared z.",
        )
    extreme = [stay for stay in patients if stay not in screen.odd.index]
    if extreme:
        blame_given(ns, z=screen.z)
        fail(
            "extreme-kept",
            f"{len(extreme)} of your `patients` have a |z| beyond 6, such as {extreme[0]}.",
            "Keep the stays whose largest |z| is at most 6 before you rank.",
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
                "count-for-share",
                int(worse.reindex(patients).sum()),
                "{got} is how many of the 50 got worse. Asked is the percentage.",
                "`100 * worse[patients].mean()`",
            ),
        ],
        hint="`100 * worse[patients].mean()`",
        otherwise=lambda: blame_given(ns, worse=worse),
    )


_T1 = """guess = 0.3
verdict = "association, no groups"
"""

_T2 = """Z = StandardScaler().fit_transform(logged)
copies = [shuffled(Z, rng) for _ in range(5)]
null = [silhouette_score(copy, k_means(copy, 2).labels_) for copy in copies]
"""
# A slip before `null` is found before `null` is looked at.
_NO_NULL = "null = [0.05] * 5\n"
_T2_COPIES = """Z = StandardScaler().fit_transform(logged)
copies = [shuffled(Z, rng) for _ in range(5)]
"""

_T3 = """draws = [rng.integers(len(Z_ab), size=len(Z_ab)) for _ in range(5)]
agreements = [adjusted_rand_score(rule.labels_, k_means(Z_ab[rows], k).predict(Z_ab)) for rows in draws]
own = k_means(Z_c, k).labels_
replication = adjusted_rand_score(assigned, own)
"""
_T3_DRAWS = """draws = [rng.integers(len(Z_ab), size=len(Z_ab)) for _ in range(5)]
"""
# A slip in the draws is found before the rest is looked at.
_NO_CLUSTERS = """agreements = [0.30, 0.31, 0.29, 0.28, 0.30]
replication = 0.09
"""

_T4 = """searched["q"] = false_discovery_control(searched["p"])
kept = searched[(searched["q"] <= 0.10) & (searched["people"] >= 10)].sort_values("lift", ascending=False)
"""

_T5 = """def resample(rng):
    return has.iloc[rng.integers(len(has), size=len(has))]


lifts = [lift_of(resample(rng)) for _ in range(300)]
interval = np.percentile(lifts, [2.5, 97.5])
"""
_SAMPLE = """def resample(rng):
    return has.iloc[rng.integers(len(has), size=len(has))]
"""
# A slip in `resample` is found before the lifts are looked at.
_NO_WORK = """

lifts, interval = [4.0] * 300, (2.5, 6.5)
"""

_T6 = """converted = early.assign(value=early["value"].where(early["unit"] != "mg/dL", early["value"] * 88.4))
rows = first_values(converted)
away = rows - rows.median()
z = away / (1.4826 * away.abs().median())
largest = z.abs().max(axis=1)
review = largest.nlargest(50).index
"""

_T7 = """rest = z[z.abs().max(axis=1) <= 6]
patients = (rest**2).sum(axis=1).nlargest(50).index
share_worse = 100 * worse[patients].mean()
"""


TASKS = [
    Task(
        id="2.2.3-t1",
        title="Predict and run: three kinds of people?",
        outcomes=("b",),
        check=check_t1,
        praise="Two kinds of copies told you two things: the columns are related, and there is no gap between kinds of "
        "people.",
        hints=(
            "For the guess any number from −1 to 1 will do. It only has to be yours, and written before you look.",
            "Beats shuffled columns: association. Does not beat one cloud: no groups.",
        ),
        right=(
            RightVariant(
                "a whole number, the verdict in capitals",
                code="guess = np.int64(0)\nverdict = 'Association, no groups.'",
            ),
        ),
        wrong=(
            WrongAttempt("guesses in percent", code=_T1.replace("0.3", "30"), expect="guess-range"),
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
            WrongAttempt(
                "writes a verdict of her own",
                code=_T1.replace('"association, no groups"', '"no groups"'),
                expect="verdict-unknown",
            ),
        ),
        design_note="Objective: what each kind of copy can show. Out of scope: choosing k, other cluster indices.",
    ),
    Task(
        id="2.2.3-t2",
        title="Repair: a comparison that flatters",
        outcomes=("a", "b"),
        check=check_t2,
        praise="All columns have one vote now, each column of a copy kept its values and lost its associations, and each "
        "copy got the same analysis as the real table.",
        hints=(
            "Look at the line of `Z`, at the line of `copies`, and at the labels in the line of `null`.",
            "`StandardScaler().fit_transform(logged)` gives `Z`; `shuffled(Z, rng)` shuffles column by column.",
            "Cluster the copy: `silhouette_score(copy, k_means(copy, 2).labels_)`.",
        ),
        right=(
            RightVariant("a column of silhouettes, rounded", code=_T2 + "null = pd.Series(null).round(4)"),
            RightVariant(
                "a k-means of her own",
                code=_T2.replace("k_means(copy, 2)", "KMeans(2, n_init=10, random_state=0).fit(copy)"),
            ),
            RightVariant(
                "scaled with pandas, copies as tables in a loop of her own",
                code="""
                    Z = (logged - logged.mean()) / logged.std(ddof=0)
                    copies = [Z.apply(lambda column: rng.permutation(column)) for _ in range(5)]
                    null = np.array([silhouette_score(copy, k_means(copy.to_numpy(), 2).labels_) for copy in copies])
                """,
            ),
            RightVariant(
                "each column permuted by permuted(), in one array of three axes",
                code="""
                    Z = StandardScaler().fit_transform(logged)
                    copies = np.stack([rng.permuted(Z, axis=0) for _ in range(5)])
                    null = {i: silhouette_score(copies[i], k_means(copies[i], 2).labels_) for i in range(5)}
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "takes one copy five times",
                code=_T2_COPIES.replace("[shuffled(Z, rng) for _ in range(5)]", "[shuffled(Z, rng)] * 5") + _NO_NULL,
                expect="one-copy",
            ),
            WrongAttempt(
                "shuffles before anything else",
                code=_T2_COPIES.replace("copies =", "Z = shuffled(Z, rng)\ncopies =") + _NO_NULL,
                expect="Z-other",
            ),
            WrongAttempt(
                "leaves the columns unscaled",
                code=_T2_COPIES.replace("StandardScaler().fit_transform(logged)", "logged.to_numpy()") + _NO_NULL,
                expect="unscaled",
            ),
            WrongAttempt(
                "shuffles whole people",
                code=_T2_COPIES.replace("shuffled(Z, rng)", "rng.permutation(Z)") + _NO_NULL,
                expect="rows-shuffled",
            ),
            WrongAttempt(
                "shuffles the values within each person",
                code=_T2_COPIES.replace("shuffled(Z, rng)", "rng.permuted(Z, axis=1)") + _NO_NULL,
                expect="shuffled-within-people",
            ),
            WrongAttempt(
                "mixes all cells of the table",
                code=_T2_COPIES.replace("shuffled(Z, rng)", "rng.permuted(Z)") + _NO_NULL,
                expect="copy-other",
            ),
            WrongAttempt(
                "draws new numbers in place of shuffling",
                code=_T2_COPIES.replace("shuffled(Z, rng)", "rng.normal(size=Z.shape)") + _NO_NULL,
                expect="copy-other",
            ),
            WrongAttempt(
                "shuffles the first column only",
                code=_T2_COPIES.replace("shuffled(Z, rng)", "np.column_stack([rng.permutation(Z[:, 0]), Z[:, 1:]])")
                + _NO_NULL,
                expect="still-related",
            ),
            WrongAttempt("types one silhouette five times", code=_T2_COPIES + _NO_NULL, expect="one-silhouette"),
            WrongAttempt(
                "makes three groups of each copy",
                code=_T2.replace("k_means(copy, 2)", "k_means(copy, 3)"),
                expect="other-k",
            ),
            WrongAttempt(
                "measures copies of the unscaled table",
                code=_T2
                + "null = [silhouette_score(t, k_means(t, 2).labels_) for t in [shuffled(logged.to_numpy(), rng) "
                "for _ in range(5)]]\n",
                expect="null-other",
            ),
            WrongAttempt(
                "keeps the labels of the real table",
                code=_T2.replace("k_means(copy, 2).labels_", "k_means(Z, 2).labels_"),
                expect="labels-kept",
            ),
        ),
        design_note="Objective: a scale, and a null that goes through every step. Out of scope: choosing k.",
    ),
    Task(
        id="2.2.3-t3",
        title="Complete: do Maja's phenotypes travel?",
        outcomes=("b",),
        check=check_t3,
        praise="You resampled people and compared the same people, and you let a site that had no part in the rule "
        "decide. Five groups that neither stay nor travel are a picture.",
        hints=(
            "`k_means(Z_ab[rows], k)` clusters one draw. Its centres sort everybody by `.predict(Z_ab)`.",
            "For each `rows` in `draws`: `adjusted_rand_score(rule.labels_, ...)` with the groups of everybody.",
            "`own = k_means(Z_c, k).labels_`, and `replication = adjusted_rand_score(assigned, own)`.",
        ),
        right=(
            RightVariant(
                "people of another draw, numbers rounded, no name for the groups of C",
                code="""
                    numbers = pd.Series(range(len(Z_ab)))
                    draws, agreements = [], []
                    for turn in range(5):
                        rows = numbers.sample(frac=1, replace=True, random_state=turn)
                        draws.append(rows)
                        agreements.append(adjusted_rand_score(k_means(Z_ab[rows], k).predict(Z_ab), rule.labels_))
                    agreements = np.round(agreements, 2)
                    replication = round(float(adjusted_rand_score(k_means(Z_c, k).labels_, assigned)), 2)
                """,
            ),
            RightVariant(
                "draws in one array, agreements in a column",
                code="""
                    draws = rng.integers(len(Z_ab), size=(5, len(Z_ab)))
                    again = [k_means(Z_ab[rows], k) for rows in draws]
                    agreements = pd.Series([adjusted_rand_score(rule.labels_, model.predict(Z_ab)) for model in again])
                    own = np.array(list("ABCDE"))[k_means(Z_c, k).labels_]
                    replication = adjusted_rand_score(own, assigned)
                """,
            ),
        ),
        wrong=(
            WrongAttempt(
                "puts everybody at C into one group",
                code=_T3.replace("k_means(Z_c, k).labels_", "np.zeros(len(at_c))"),
                expect="other-replication",
            ),
            WrongAttempt(
                "sorts C by the rule of A and B twice",
                code=_T3.replace("k_means(Z_c, k).labels_", "rule.predict(Z_c)"),
                expect="own-copied",
            ),
            WrongAttempt(
                "draws the people without replacement",
                code=_T3_DRAWS.replace("rng.integers(len(Z_ab), size=len(Z_ab))", "rng.permutation(len(Z_ab))")
                + _NO_CLUSTERS,
                expect="without-replacement",
            ),
            WrongAttempt(
                "draws half of the people",
                code=_T3_DRAWS.replace("size=len(Z_ab)", "size=len(Z_ab) // 2") + _NO_CLUSTERS,
                expect="draw-size",
            ),
            WrongAttempt(
                "draws once and repeats it",
                code="draws = 5 * [rng.integers(len(Z_ab), size=len(Z_ab))]\n" + _NO_CLUSTERS,
                expect="same-resample",
            ),
            WrongAttempt(
                "compares the people of C",
                code=_T3.replace("rule.labels_", "assigned").replace("predict(Z_ab)", "predict(Z_c)"),
                expect="resampled-otherwise",
            ),
            WrongAttempt(
                "compares the drawn people only",
                code=_T3.replace("rule.labels_", "rule.labels_[rows]").replace("predict(Z_ab)", "labels_"),
                expect="resampled-otherwise",
            ),
            WrongAttempt(
                "takes the share of equal group numbers",
                code=_T3.replace(
                    "adjusted_rand_score(rule.labels_, k_means(Z_ab[rows], k).predict(Z_ab))",
                    "np.mean(rule.labels_ == k_means(Z_ab[rows], k).predict(Z_ab))",
                ),
                expect="resampled-otherwise",
            ),
            WrongAttempt("types five agreements", code=_T3_DRAWS + _NO_CLUSTERS, expect="agreements-other"),
            WrongAttempt(
                "gives the spread of the agreements",
                code=_T3_DRAWS + _NO_CLUSTERS + "agreements = 5 * [np.std(agreements)]",
                expect="agreements-other",
            ),
            WrongAttempt(
                "compares groups by number",
                code=_T3.replace("adjusted_rand_score(assigned, own)", "np.mean(assigned == own)"),
                expect="labels-are-names",
            ),
            WrongAttempt("tunes k on site C", code=_T3_DRAWS + _NO_CLUSTERS + "k = 2\n", expect="tuned-on-c"),
            WrongAttempt(
                "compares different people",
                code=_T3.replace("k_means(Z_ab[rows], k).predict(Z_ab)", "k_means(Z_ab[rows], k).labels_"),
                expect="other-people",
            ),
            WrongAttempt(
                "compares the first grouping with itself",
                code=_T3_DRAWS
                + _NO_CLUSTERS
                + "agreements = 5 * [adjusted_rand_score(rule.labels_, rule.predict(Z_ab))]",
                expect="nothing-resampled",
            ),
        ),
        design_note="Objective: stability and replication by the adjusted Rand index. Out of scope: latent class models.",
    ),
    Task(
        id="2.2.3-t4",
        title="Complete: pairs of diagnoses that survive",
        outcomes=("c", "e"),
        check=check_t4,
        praise="Your list counts every look and asks for enough people.",
        hints=(
            '`false_discovery_control(searched["p"])` gives one q for each pair. Compute it before you filter.',
            'Keep `(searched["q"] <= 0.10) & (searched["people"] >= 10)`, and sort by lift.',
        ),
        right=(
            RightVariant("numbered anew and rounded", code=_T4 + "kept = kept.reset_index().round(3)"),
            RightVariant(
                "pairs as index, other spellings",
                code=_T4 + 'kept = kept.rename(columns=str.upper).set_index(["A", "B"]).rename_axis(["a", "b"])',
            ),
            RightVariant(
                "the q values by hand",
                code="""
                    searched = searched.sort_values("p").reset_index(drop=True)
                    raw = searched["p"] * len(searched) / (searched.index + 1)
                    searched["q"] = np.minimum.accumulate(raw.to_numpy()[::-1])[::-1]
                    kept = searched.query("q <= 0.10 and people >= 10").sort_values("lift", ascending=False)
                """,
            ),
        ),
        wrong=(
            WrongAttempt("takes p for q", code=_T4 + 'kept = kept.assign(q=kept["p"] + 0.01)', expect="q-other"),
            WrongAttempt("sorts the lowest lift first", code=_T4 + "kept = kept[::-1]", expect="unsorted"),
            WrongAttempt(
                "asks for no minimum support",
                code=_T4.replace(' & (searched["people"] >= 10)', ""),
                expect="few-people",
            ),
            WrongAttempt(
                "takes p < 0.05 without correction",
                code=_T4.replace('searched["q"] <= 0.10', 'searched["p"] < 0.05'),
                expect="uncorrected",
            ),
            WrongAttempt(
                "corrects after the filter",
                code='searched = searched[searched["people"] >= 10].copy()\n' + _T4,
                expect="corrected-after-filter",
            ),
        ),
        design_note="Objective: support, lift and FDR over all looks. Out of scope: longer item sets, adjustment for age.",
    ),
    Task(
        id="2.2.3-t5",
        title="Complete: how sure is this lift?",
        outcomes=("c",),
        check=check_t5,
        praise="You drew people with everything that belongs to them, and said how sure the lift is. The interval is wide: "
        "that is the honest part.",
        hints=(
            "One row of `has` is one person. A bootstrap sample draws rows, and may draw one twice.",
            "`has.iloc[rng.integers(len(has), size=len(has))]` is one sample; `lift_of` gives its lift.",
            "Collect 300 lifts in the list `lifts`, then `interval = np.percentile(lifts, [2.5, 97.5])`.",
        ),
        right=(
            RightVariant(
                "samples numbered anew, limits rounded",
                code=_T5.replace("size=len(has))]", "size=len(has))].reset_index()")
                + "interval = [round(float(limit), 1) for limit in interval]",
            ),
            RightVariant(
                "people drawn with sample(), limits as a column",
                code="""
                    def resample(rng):
                        return has.sample(n=len(has), replace=True, random_state=int(rng.integers(2**31)))


                    lifts = pd.Series([lift_of(resample(rng)) for _ in range(300)])
                    interval = lifts.quantile([0.025, 0.975])
                """,
            ),
            RightVariant(
                "another seed, limits counted off the sorted lifts",
                code=_SAMPLE
                + """

lifts = sorted(lift_of(resample(np.random.default_rng(seed))) for seed in range(300))
interval = (lifts[7], lifts[292])
""",
            ),
        ),
        wrong=(
            WrongAttempt(
                "gives an interval of 90 %",
                code=_T5.replace("[2.5, 97.5]", "[5, 95]"),
                expect="other-limits",
            ),
            WrongAttempt(
                "gives 90 % of another seed",
                code="rng = np.random.default_rng(7)\n" + _T5.replace("[2.5, 97.5]", "[5, 95]"),
                expect="other-limits",
            ),
            WrongAttempt(
                "gives the lowest and the highest lift",
                code=_T5.replace("np.percentile(lifts, [2.5, 97.5])", "min(lifts), max(lifts)"),
                expect="other-limits",
            ),
            WrongAttempt("draws 20 times", code=_T5.replace("range(300)", "range(20)"), expect="length-lifts"),
            WrongAttempt(
                "computes the lift of the real table each time",
                code=_T5.replace("lift_of(resample(rng))", "lift_of(has)"),
                expect="same-lift",
            ),
            WrongAttempt(
                "draws half of the people for the lifts",
                code=_T5.replace("lift_of(resample(rng))", "lift_of(resample(rng)[: len(has) // 2])"),
                expect="lifts-other",
            ),
            WrongAttempt(
                "shuffles the columns for the lifts",
                code=_T5.replace("lift_of(resample(rng))", "lift_of(has.apply(lambda x: rng.permutation(x)))"),
                expect="lifts-other",
            ),
            WrongAttempt(
                "makes the generator anew inside",
                code=_SAMPLE.replace("rng.integers", "np.random.default_rng(1).integers") + _NO_WORK,
                expect="same-sample",
            ),
            WrongAttempt(
                "resamples rows of the diagnoses",
                code="def resample(rng):\n"
                + "    drawn = diagnoses.iloc[rng.integers(len(diagnoses), size=len(diagnoses))]\n"
                + '    table = pd.crosstab(drawn["patient_id"], drawn["code"]).astype(bool)\n'
                + "    return table.reindex(columns=has.columns, fill_value=False)\n"
                + _NO_WORK,
                expect="people-torn",
            ),
            WrongAttempt(
                "draws without replacement",
                code="def resample(rng):\n    return has.iloc[rng.permutation(len(has))]\n" + _NO_WORK,
                expect="without-replacement",
            ),
            WrongAttempt(
                "draws half of the people",
                code=_SAMPLE.replace("size=len(has)", "size=len(has) // 2") + _NO_WORK,
                expect="sample-size",
            ),
            WrongAttempt("swaps the limits", code=_T5 + "interval = interval[::-1]", expect="limits-swapped"),
        ),
        design_note="Objective: a bootstrap interval over people. Out of scope: exact intervals, the winner's curse.",
    ),
    Task(
        id="2.2.3-t6",
        title="Make: a screen within 50 charts",
        outcomes=("d",),
        check=check_t6,
        praise="Units first, then a score, then a list as long as the budget. Nearly every chart that you sent holds a "
        "planted error: say this precision when you report the screen.",
        hints=(
            'First the units: `early["value"].where(early["unit"] != "mg/dL", early["value"] * 88.4)`.',
            "A score column by column, such as the robust z: `(rows - rows.median()) / (1.4826 * ...)`.",
            "A gross error is extreme in one column: rank stays by their largest |z|, `.nlargest(50).index`.",
        ),
        right=(
            RightVariant(
                "the chosen rows themselves, other spellings",
                code=_T6 + "review = largest.nlargest(50)\nrows = rows.rename(columns=str.title).reset_index()",
            ),
            RightVariant(
                "index as a list, sorted instead of nlargest",
                code="""
                    factor = early["unit"].map({"mg/dL": 88.4}).fillna(1.0)
                    rows = first_values(early.assign(value=early["value"] * factor))
                    away = (rows - rows.median()).abs()
                    review = list((away / away.median()).max(axis=1).sort_values(ascending=False).index[:50])
                """,
            ),
            RightVariant(
                "the ordinary z",
                code=_T6 + "review = ((rows - rows.mean()) / rows.std()).abs().max(axis=1).nlargest(50).index",
            ),
        ),
        wrong=(
            WrongAttempt(
                "converts every row",
                code=_T6.replace('.where(early["unit"] != "mg/dL", early["value"] * 88.4)', " * 88.4"),
                expect="values-other",
            ),
            WrongAttempt(
                "does not read the unit column",
                code=_T6.replace("rows = first_values(converted)", "rows = first_values(early)"),
                expect="unit-column",
            ),
            WrongAttempt(
                "lets a setting decide how many",
                code=_T6 + "review = largest[largest > 5].index\n",
                expect="over-budget",
            ),
            WrongAttempt(
                "calls the ill errors",
                code=_T6 + "review = (z[largest <= 6] ** 2).sum(axis=1).nlargest(50).index\n",
                expect="ill-called-errors",
            ),
            WrongAttempt(
                "ranks by the distance over all columns, outliers cut off",
                code=_T6 + "review = (z.clip(-4, 4) ** 2).sum(axis=1).nlargest(50).index\n",
                expect="low-precision",
            ),
        ),
        design_note="Objective: units first, a score of one column, a fixed budget, precision. Out of scope: deciding single charts.",
    ),
    Task(
        id="2.2.3-t7",
        title="Make: who is odd when the errors are gone?",
        outcomes=("d",),
        check=check_t7,
        praise="You kept the ill apart from the errors, and counted what became of them. Keep this list for the ward.",
        hints=(
            "First keep the stays whose largest |z| is at most 6: `z[z.abs().max(axis=1) <= 6]`.",
            "Rank them by `(rest**2).sum(axis=1)`, take 50, and keep their index.",
            "`100 * worse[patients].mean()` is the percentage.",
        ),
        right=(
            RightVariant(
                "the sum of |z|, the rows themselves, rounded",
                code="""
                    rest = z[~(z.abs() > 6).any(axis=1)]
                    patients = rest.loc[rest.abs().sum(axis=1).nlargest(50).index]
                    share_worse = round(100 * worse.loc[patients.index].mean(), 1)
                """,
            ),
            RightVariant(
                "a list of ids, numbers of plain Python",
                code=_T7 + "patients = patients.tolist()\nshare_worse = float(worse.loc[patients].mean() * 100)",
            ),
        ),
        wrong=(
            WrongAttempt(
                "takes the least odd", code=_T7.replace("nlargest(50)", "nsmallest(50)"), expect="not-the-oddest"
            ),
            WrongAttempt(
                "leaves the errors among the patients",
                code=_T7.replace("z[z.abs().max(axis=1) <= 6]", "z"),
                expect="errors-among-patients",
            ),
            WrongAttempt(
                "takes a hundred",
                code=_T7.replace("nlargest(50)", "nlargest(100)"),
                expect="patients-count",
            ),
            WrongAttempt(
                "gives the share of everybody",
                code=_T7 + "share_worse = 100 * worse.mean()\n",
                expect="share-of-all",
            ),
            WrongAttempt(
                "gives the number",
                code=_T7 + "share_worse = worse[patients].sum()\n",
                expect="count-for-share",
            ),
        ),
        design_note="Objective: the odd who are no errors. Out of scope: methods beyond sums over columns.",
    ),
    Task(
        id="2.2.3-t8",
        title="Predict and look: a mirage to play with",
        outcomes=("b",),
        items=("x02",),
        hints=(
            "Watch the silhouette *beside* its shuffled copies, not the colours.",
            "Go through k = 2 to 8 in both tables. At which k does one table leave its copies far behind?",
        ),
        design_note="Objective: a silhouette needs a comparison. Out of scope: how the copies are drawn.",
    ),
    Task(
        id="2.2.3-t9",
        title="Repair: two reports that went wrong",
        outcomes=("a", "d"),
        items=("x05", "x03"),
        hints=(
            "First report: which column has the largest numbers, and how are they spread?",
            "Second report: the 3 % are a number that somebody typed. What did reading charts show?",
        ),
        design_note="Objective: logarithm and scale; a share of flags is a decision. Out of scope: computing them.",
    ),
    Task(
        id="2.2.3-t10",
        title="Complete: cards and looks",
        outcomes=("c", "e"),
        items=("x01", "q15"),
        hints=(
            "Four questions for a card: how common is B, how many people, at how many places, who wrote it down?",
            "Each choice of k was tried with each distance, and for each group of patients.",
        ),
        design_note="Objective: judge rules, count looks. Out of scope: computing intervals.",
    ),
    Task(
        id="2.2.3-t11",
        title="Make: what the committee hears",
        outcomes=("b", "e"),
        items=("x07",),
        hints=(
            "Say why the p-value could not fail, and what the shuffled tables and site C have shown.",
            "What do the data say about *conditions* at each of the three sites?",
        ),
        design_note="Objective: report a negative result and the smaller true one. Out of scope: planning the clinic.",
    ),
]
