"""What coders and prescribers write down: diagnoses with two clocks, and medications that go together."""

import numpy as np

from ai2med.cohort._parameters import value
from ai2med.cohort._population import CONDITIONS, NAMES
from ai2med.cohort._random import stream
from ai2med.cohort._stays import DRIFT_HOUR, MISSING, Stays

# Titles of the three-character categories of ICD-10 (World Health Organization).
CODE_NAMES = {
    "I10": "Essential (primary) hypertension",
    "E11": "Type 2 diabetes mellitus",
    "E66": "Obesity",
    "E78": "Disorders of lipoprotein metabolism and other lipidaemias",
    "I25": "Chronic ischaemic heart disease",
    "I50": "Heart failure",
    "I48": "Atrial fibrillation and flutter",
    "I70": "Atherosclerosis",
    "I63": "Cerebral infarction",
    "N18": "Chronic kidney disease",
    "J44": "Other chronic obstructive pulmonary disease",
    "J45": "Asthma",
    "G47": "Sleep disorders",
    "F32": "Depressive episode",
    "F41": "Other anxiety disorders",
    "R52": "Pain, not elsewhere classified",
    "M19": "Other arthrosis",
    "M81": "Osteoporosis without pathological fracture",
    "F03": "Unspecified dementia",
    "C80": "Malignant neoplasm, without specification of site",
    "G45": "Transient cerebral ischaemic attacks and related syndromes",
    "I21": "Acute myocardial infarction",
    "J18": "Pneumonia, organism unspecified",
    "N39": "Other disorders of urinary system",
    "L03": "Cellulitis",
    "K57": "Diverticular disease of intestine",
    "K92": "Other diseases of digestive system",
    "S72": "Fracture of femur",
    "S42": "Fracture of shoulder and upper arm",
    "N17": "Acute renal failure",
    "A41": "Other sepsis",
    "R55": "Syncope and collapse",
    "M16": "Coxarthrosis [arthrosis of hip]",
    "K40": "Inguinal hernia",
    "J96": "Respiratory failure, not elsewhere classified",
}
# Codes a coder may choose as the main one, by main problem (order of _stays.PROBLEMS).
MAIN = (
    ("J18", "J44", "J96"),
    ("N39", "J18", "L03"),
    ("I50", "I48", "I21"),
    ("I63", "G45"),
    ("K57", "K92"),
    ("S72", "S42"),
    ("N17", "N18"),
    ("R55", "R52"),
    ("M16", "K40"),
)
# drug, class, share of everybody, condition that brings it (at home), share of people with the condition
HOME = (
    ("amlodipine", "calcium-channel blocker", 0.02, "hypertension", 0.40),
    ("ramipril", "ACE inhibitor", 0.02, "hypertension", 0.50),
    ("metformin", "biguanide", 0.00, "diabetes", 0.70),
    ("insulin", "insulin", 0.00, "diabetes", 0.30),
    ("atorvastatin", "statin", 0.04, "dyslipidaemia", 0.75),
    ("acetylsalicylic acid", "antiplatelet", 0.03, "coronary", 0.75),
    ("bisoprolol", "beta blocker", 0.03, "atrial_fibrillation", 0.60),
    ("apixaban", "anticoagulant", 0.01, "atrial_fibrillation", 0.62),
    ("furosemide", "loop diuretic", 0.03, "heart_failure", 0.75),
    ("tiotropium", "inhaled anticholinergic", 0.00, "copd", 0.75),
    ("salbutamol", "inhaled beta agonist", 0.01, "asthma", 0.80),
    ("sertraline", "antidepressant", 0.02, "depression", 0.60),
    ("diazepam", "benzodiazepine", 0.01, "anxiety", 0.35),
    ("tramadol", "opioid", 0.03, "chronic_pain", 0.50),
    ("alendronate", "bisphosphonate", 0.00, "osteoporosis", 0.60),
    ("donepezil", "cholinesterase inhibitor", 0.00, "dementia", 0.40),
)
# drug, class, share by main problem (order of _stays.PROBLEMS)
WARD = (
    ("paracetamol", "analgesic", (0.90,) * 9),
    ("enoxaparin", "heparin", (0.55, 0.5, 0.4, 0.4, 0.4, 0.7, 0.3, 0.45, 0.7)),
    ("co-amoxiclav", "antibiotic", (0.45, 0.45, 0.04, 0.08, 0.25, 0.08, 0.10, 0.05, 0.10)),
    ("ceftriaxone", "antibiotic", (0.12, 0.30, 0.02, 0.04, 0.12, 0.02, 0.08, 0.03, 0.02)),
    ("prednisolone", "corticosteroid", (0.35, 0.05, 0.02, 0.01, 0.04, 0.01, 0.03, 0.04, 0.01)),
    ("morphine", "opioid", (0.08, 0.08, 0.15, 0.04, 0.25, 0.60, 0.08, 0.10, 0.60)),
    ("ondansetron", "antiemetic", (0.06, 0.12, 0.06, 0.08, 0.40, 0.25, 0.12, 0.12, 0.40)),
    ("omeprazole", "proton-pump inhibitor", (0.22,) * 9),
    ("zopiclone", "hypnotic", (0.10,) * 9),
    ("nicotine patch", "nicotine", (0.06,) * 9),
    ("vitamin D", "vitamin", (0.12,) * 9),
    ("melatonin", "hypnotic", (0.05,) * 9),
    ("eye drops", "eye care", (0.07,) * 9),
    ("cetirizine", "antihistamine", (0.04,) * 9),
    ("iron", "mineral", (0.09,) * 9),
)
# antecedents, consequent, its class, share with and without an antecedent, where it holds (None: every site)
RULES = (
    (("morphine", "tramadol"), "macrogol", "laxative", 0.55, 0.08, None),
    (("furosemide",), "potassium chloride", "mineral", 0.35, 0.03, None),
    (("prednisolone",), "pantoprazole", "proton-pump inhibitor", 0.60, 0.12, None),
    (("co-amoxiclav",), "clarithromycin", "antibiotic", 0.55, 0.03, 0),
    (("sertraline",), "mirtazapine", "antidepressant", 0.25, 0.02, None),
    (("alendronate",), "calcium carbonate", "mineral", 0.70, 0.05, None),
)


def diagnoses(stays: Stays, conditions, seed: int, partition: int) -> dict[str, np.ndarray]:
    """Draw coded diagnoses.

    Returns
    -------
    dict of ndarray
        ``stay``, ``code``, ``main`` (bool), ``occurred`` and ``coded`` (minutes since the first day).
    """
    rng = stream(seed, partition, "diagnoses")
    facts, person, n = stays.facts, stays.person, len(stays)
    people = len(conditions)
    onset = -(rng.exponential(6 * 365, (people, len(CONDITIONS))).astype(int) + 30) * 1440
    late = (stays.arrival >= DRIFT_HOUR) & (facts["site"] < 2)
    thorough = np.array([value("coding.site_a"), value("coding.site_b"), value("coding.site_c")])[facts["site"]]
    thorough = thorough + value("coding.drift_2025") * late
    infarct = rng.random(people) < 0.35  # of the people with coronary disease
    transient = rng.random(people) < 0.3
    parts = []

    def add(rows, code, occurred, main=False):
        parts.append((rows, np.full(len(rows), code, dtype=object), occurred, np.full(len(rows), main)))

    for column, (name, code, *_rest) in enumerate(CONDITIONS):
        rows = np.flatnonzero(conditions[person, column] & (rng.random(n) < thorough))
        add(rows, code, onset[person[rows], column])
        if name == "coronary":
            rows = rows[infarct[person[rows]]]
            add(rows, "I21", onset[person[rows], column] + 1440 * 30)
        if name == "stroke":
            rows = rows[transient[person[rows]]]
            add(rows, "G45", onset[person[rows], column] - 1440 * 20)
    pick = rng.random(n)
    for problem, codes in enumerate(MAIN):
        for place, code in enumerate(codes):
            low, high = place / len(codes), (place + 1) / len(codes)
            rows = np.flatnonzero((facts["problem"] == problem) & (pick >= low) & (pick < high))
            add(rows, code, facts["admitted"][rows] - 60, main=True)
    year3 = stays.arrival >= DRIFT_HOUR
    septic = facts["sepsis_onset"] > MISSING
    chance = np.where(
        septic,
        np.where(year3, value("coding.sepsis_2025"), value("coding.sepsis_before")),
        np.where(year3, value("coding.sepsis_false_2025"), 0.01),
    )
    rows = np.flatnonzero(rng.random(n) < chance)
    add(rows, "A41", np.where(septic[rows], facts["sepsis_onset"][rows], facts["admitted"][rows]))
    rows = np.flatnonzero((facts["aki"] > 0) & (rng.random(n) < 0.65 * thorough / 0.75))
    add(rows, "N17", stays.arrival[rows] * 60 + 600)
    stay = np.concatenate([part[0] for part in parts])
    delay = (3 + np.minimum(37, rng.lognormal(2.0, 0.7, n))).astype(int) * 1440 + 9 * 60
    order = np.lexsort(
        (np.concatenate([part[2] for part in parts]), ~np.concatenate([part[3] for part in parts]), stay)
    )
    return {
        "stay": stay[order],
        "code": np.concatenate([part[1] for part in parts])[order],
        "main": np.concatenate([part[3] for part in parts])[order],
        "occurred": np.concatenate([part[2] for part in parts])[order],
        "coded": ((facts["left"] // 1440) * 1440 + delay)[stay[order]],
    }


def medications(stays: Stays, conditions, seed: int, partition: int) -> dict[str, np.ndarray]:
    """Draw drugs of each stay.

    Returns
    -------
    dict of ndarray
        ``stay``, ``drug``, ``drug_class``, ``home`` (bool, taken before admission) and ``started`` (minutes).
    """
    rng = stream(seed, partition, "medications")
    n, people, person, facts = len(stays), len(conditions), stays.person, stays.facts
    given, home = {}, {}
    for drug, kind, base, condition, share in HOME:
        likely = np.where(conditions[:, NAMES.index(condition)], share, base)
        given[drug], home[drug] = ((rng.random(people) < likely)[person], kind), True
    for drug, kind, shares in WARD:
        given[drug], home[drug] = (rng.random(n) < np.array(shares)[facts["problem"]], kind), False
    for antecedents, drug, kind, share, base, site in RULES:
        brought = np.logical_or.reduce([given[name][0] for name in antecedents])
        if site is not None:
            brought = brought & (facts["site"] == site)
        given[drug], home[drug] = (rng.random(n) < np.where(brought, share, base), kind), False
    stay = np.concatenate([np.flatnonzero(given[drug][0]) for drug in given])
    lengths = [int(given[drug][0].sum()) for drug in given]
    at_home = np.repeat([home[drug] for drug in given], lengths)
    later = 60 * rng.integers(0, 12, len(stay))
    columns = {
        "stay": stay,
        "drug": np.repeat(np.array(list(given), object), lengths),
        "drug_class": np.repeat(np.array([given[drug][1] for drug in given], object), lengths),
        "home": at_home,
        "started": np.where(at_home, (facts["admitted"][stay] // 1440 - 30) * 1440, stays.arrival[stay] * 60 + later),
    }
    order = np.lexsort((columns["drug"].astype(str), ~at_home, stay))
    return {name: column[order] for name, column in columns.items()}


def anticoagulated(stays: Stays, medicines: dict[str, np.ndarray]) -> np.ndarray:
    """Return for each stay whether an anticoagulant is among its drugs."""
    out = np.zeros(len(stays), dtype=bool)
    out[medicines["stay"][medicines["drug"] == "apixaban"]] = True
    return out
