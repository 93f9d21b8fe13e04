"""Every number of the synthetic hospital, with where it comes from.

A source is ``taken from`` or ``fitted from`` with a key of the bibliography, or the word ``planning`` when the value is
a simulation choice: round, plausible, never to be quoted as a finding.
"""

import re
from dataclasses import dataclass

PLANNING = "planning"
_SOURCE = re.compile(r"planning|(taken|fitted) from \w+")
SITES = ("A", "B", "C")
FIRST_DAY = "2023-01-01"
LAST_DAY = "2025-12-31"
DRIFT_DAY = "2025-01-01"
WARDS = {"A": ("A1", "A2"), "B": ("B1", "B2"), "C": ("C1", "C1")}


@dataclass(frozen=True)
class Parameter:
    """One number of the generator.

    Attributes
    ----------
    name : str
        Short stable name; the first word before the dot is the part of the hospital it belongs to.
    value : float
        The number.
    unit : str
        Its unit; ``log-odds``, ``log-hazard`` and ``share`` for effects and proportions.
    meaning : str
        One sentence.
    source : str
        ``planning``, ``taken from <key of the bibliography>``, or ``fitted from <key>``.
    """

    name: str
    value: float
    unit: str
    meaning: str
    source: str = PLANNING

    def __post_init__(self):
        if not (self.name and self.meaning and self.source):
            raise ValueError(f"parameter {self.name!r} needs a name, a meaning and a source")
        if not _SOURCE.fullmatch(self.source):
            raise ValueError(
                f"parameter {self.name!r} has the source {self.source!r}; write 'planning', 'taken from <key>' or "
                "'fitted from <key>' with a key of the bibliography"
            )


def _p(name, value, unit, meaning, source=PLANNING):
    return Parameter(name, value, unit, meaning, source)


PARAMETERS = (
    _p("population.patients", 6400, "people", "size of the book's cohort"),
    _p("population.age_mean", 64.0, "years", "mean age at first stay", "taken from fry2020lace"),
    _p("population.age_sd", 20.5, "years", "spread of age before clipping to 18 to 101", "taken from fry2020lace"),
    _p("population.women", 0.51, "share", "share of women"),
    _p("population.bmi_log_mean", 3.30, "log kg/m2", "mean of log BMI (measured; about 27.5 kg/m2)"),
    _p(
        "population.bmi_log_sd",
        0.174,
        "log kg/m2",
        "spread of log BMI: our own fit to the shares by class of reported BMI (the source gives no spread)",
        "fitted from eurostat2021overweight",
    ),
    _p("population.site_a", 0.46, "share", "patients whose first stay is at site A"),
    _p("population.site_b", 0.33, "share", "patients whose first stay is at site B"),
    _p("population.site_c_older", 5.0, "years", "patients of site C are older by"),
    _p("population.deprivation_conditions", 0.10, "log-odds", "chronic disease per deprivation quintile"),
    _p("ward.severity_hours", 60.0, "hours", "memory of the hidden severity (time constant)"),
    _p("ward.severity_rest", -1.5, "SD", "level to which the hidden severity returns"),
    _p("ward.severity_start", 0.5, "SD", "mean severity at ward arrival of an emergency stay"),
    _p("ward.severity_limit", 1.8, "SD", "sicker people go from the emergency department straight to intensive care"),
    _p("ward.jump_rate", 0.0007, "per hour", "new complication (about 1 stay in 12)"),
    _p("ward.jump_size", 1.6, "SD", "rise of severity at a complication"),
    _p("ward.log_hazard", -8.55, "log per hour", "deterioration at severity 0, reference patient"),
    _p("ward.severity_effect", 1.38, "log-hazard", "deterioration per SD of severity"),
    _p("ward.age_effect", 0.014, "log-hazard", "deterioration per year above 65"),
    _p("ward.condition_effect", 0.09, "log-hazard", "deterioration per chronic condition above 3"),
    _p("ward.frailty_sd", 0.30, "log-hazard", "unmeasured differences between people"),
    _p("ward.site_c_effect", 0.45, "log-hazard", "deterioration at site C (sicker than recorded)"),
    _p("ward.site_c_severity", 0.15, "SD", "case mix: severity at arrival at site C"),
    _p("ward.year3_severity", 0.10, "SD", "case mix: severity at arrival in 2025"),
    _p("ward.call_log_hazard", -6.75, "log per hour", "call of the outreach team at severity 0"),
    _p("ward.call_severity", 1.6, "log-hazard", "call of the outreach team per SD of severity"),
    _p("ward.after_call", 4.1, "log-hazard", "deterioration while the outreach team is involved"),
    _p("ward.call_hours", 60, "hours", "mean time until the outreach team steps down"),
    _p("outcome.readmission", -2.2, "log-odds", "intercept of the 30-day readmission model (13 % in the tables)"),
    _p("vitals.tens", 0.12, "share", "systolic pressures recorded as a round ten"),
    _p("vitals.missing", 0.025, "share", "each vital sign missing at random"),
    _p("oximeter.lighter", 0.0, "percentage points", "mean error of the clip, lighter skin"),
    _p("oximeter.medium", 1.0, "percentage points", "mean error of the clip, medium skin"),
    _p(
        "oximeter.darker",
        2.0,
        "percentage points",
        "mean error of the clip, darker skin (published: direction, not size)",
    ),
    _p("oximeter.noise", 2.4, "percentage points", "random error of the clip (SD)"),
    _p("labs.lactate_severity", 1.3, "log-odds", "lactate ordered, per SD of severity (missing not at random)"),
    _p("labs.routine_lactate_2025", 0.95, "share", "lactate in the admission panel at A and B in 2025"),
    _p("labs.site_c_creatinine", 1.08, "factor", "calibration of the creatinine assay at site C"),
    _p("labs.weekend", 0.6, "factor", "chance of a follow-up panel at the weekend"),
    _p("labs.unit_error", 0.01, "share", "results of some tests with a wrong unit or decimal point"),
    _p("coding.site_a", 0.78, "share", "known chronic condition coded at site A"),
    _p("coding.site_b", 0.72, "share", "known chronic condition coded at site B"),
    _p("coding.site_c", 0.50, "share", "known chronic condition coded at site C"),
    _p("coding.drift_2025", 0.14, "share", "added at A and B from 2025 (new coding guide)"),
    _p("coding.sepsis_before", 0.55, "share", "sepsis coded until 2024"),
    _p("coding.sepsis_2025", 0.88, "share", "sepsis coded in 2025"),
    _p("coding.sepsis_false_2025", 0.035, "share", "sepsis coded without sepsis in 2025 (before: 0.01)"),
    _p("cost.ward_day", 520.0, "euro", "one ward day"),
    _p("cost.icu_day", 1900.0, "euro", "one intensive-care day"),
    _p("cost.condition", 0.20, "log euro", "next year's cost per chronic condition"),
    _p("cost.deprivation", -0.14, "log euro", "next year's cost per deprivation quintile at equal illness"),
    _p("stroke.anticoagulant", 0.36, "rate ratio", "stroke under anticoagulation"),
    _p("charting.error", 0.05, "share", "charted NEWS2 with an adding error"),
    _p("vendor.severity", 1.05, "log-odds", "weight WardSignal gives to what it sees of severity"),
    _p("vendor.noise", 0.95, "SD", "what it does not see (severity as WardSignal sees it, error SD)"),
    _p("vendor.call", 4.3, "log-odds", "weight of orders that follow a call of the team"),
    _p("vendor.saturation", 0.12, "log-odds", "weight per percentage point of displayed saturation"),
    _p("vendor.site_c_shift", 0.7, "log-odds", "risk too high at site C"),
    _p("vendor.site_c_noise", 1.4, "SD", "extra error at site C"),
    _p("vendor.v2_shift", 0.35, "log-odds", "version 2.0: shift of all risks"),
    _p("vendor.v2_slope", 1.25, "factor", "version 2.0: risks more extreme"),
    _p("vendor.threshold_v1", 0.06, "risk", "alert threshold of version 1.4"),
    _p("vendor.threshold_v2", 0.10, "risk", "alert threshold of version 2.0"),
    _p("vendor.lost_feed", -0.6, "log-odds", "effect of the lost laboratory feed, site A, 7 to 27 October 2024"),
)
_VALUES = {parameter.name: parameter.value for parameter in PARAMETERS}
if len(_VALUES) != len(PARAMETERS):
    raise ValueError("two parameters share a name")

# Ischaemic strokes in 100 untreated person-years by CHA2DS2-VASc 0 to 9 (Friberg 2012).
STROKE_PER_100_YEARS = (0.2, 0.6, 2.2, 3.2, 4.8, 7.2, 9.7, 11.2, 10.8, 12.2)
# Mean and SD of systolic pressure by age band (18-29, 30-44, 45-59, 60-74, 75+), women then men; planning.
SYSTOLIC_MEAN = ((112, 116, 125, 136, 141), (122, 125, 130, 137, 139))


@dataclass(frozen=True)
class Measurement:
    """How a vital sign or laboratory value shows severity; all numbers are planning values inside published ranges.

    Attributes
    ----------
    base : float
        Mean in a person without strain (median where ``logged``), in the unit of the table.
    strain : float
        Change per unit of strain (of the logarithm where ``logged``); strain is 0 when well and about 2 at a hidden
        severity of 1.
    special : float
        The same for those in whom the organ itself is ill (lungs for breathing and saturation, infection for
        temperature); equal to ``strain`` where nothing is special.
    person, noise : float
        SD between people and from reading to reading; laboratory values have one SD for both together.
    logged : bool
        Whether the logarithm is normal.
    """

    base: float
    strain: float
    special: float
    person: float
    noise: float
    logged: bool = False


SIGNS = {
    "resp_rate": Measurement(14.3, 2.7, 3.3, 0.6, 1.2),
    "heart_rate": Measurement(72, 8.0, 8.0, 6, 5),
    "sbp": Measurement(5, -8.0, -8.0, 9, 8),  # added to the mean of age and sex
    "temperature": Measurement(36.5, 0.20, 0.55, 0.2, 0.28),
    "sao2": Measurement(98.6, -1.7, -2.6, 0, 1.9),  # noise: mean of an exponential fall
}
RESULTS = {
    "sodium": Measurement(138.3, -0.7, -0.7, 0, 3.6),
    "potassium": Measurement(4.1, 0.0, 0.0, 0, 0.42),
    "creatinine": Measurement(74, 0.07, 0.07, 0, 0.24, logged=True),
    "urea": Measurement(5.6, 0.09, 0.09, 0, 0.28, logged=True),
    "crp": Measurement(11, 0.6, 0.6, 0, 0.7, logged=True),
    "wbc": Measurement(7.6, 0.10, 0.10, 0, 0.25, logged=True),
    "haemoglobin": Measurement(127, -3.0, -3.0, 0, 16),
    "platelets": Measurement(240, -0.03, -0.03, 0, 0.36, logged=True),
    "albumin": Measurement(39, -1.9, -1.9, 0, 3.6),
    "bilirubin": Measurement(9.5, 0.06, 0.06, 0, 0.5, logged=True),
    "glucose": Measurement(6.2, 0.03, 0.03, 0, 0.22, logged=True),
    "hba1c": Measurement(36.5, 0.0, 0.0, 0, 3.6),
    "lactate": Measurement(0.9, 0.30, 0.30, 0, 0.28, logged=True),
}


def value(name: str) -> float:
    """Return one parameter's number.

    Raises
    ------
    KeyError
        For an unknown name.

    Examples
    --------
    >>> value("charting.error")
    0.05
    """
    return _VALUES[name]
