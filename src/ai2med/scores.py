"""Bedside scores, computed for whole tables at once: NEWS2, qSOFA and CHA₂DS₂-VASc.

Every function takes a table with named columns and gives one number a row. A row with a missing input gets a missing
score: incomplete is not the same as normal.

References
----------
.. [1] Royal College of Physicians. National Early Warning Score (NEWS) 2. London, 2017. The NEWS2 chart is the
   College's; its bands are reproduced unmodified.
.. [2] Singer M, et al. JAMA 2016;315:801-810. doi:10.1001/jama.2016.0287
.. [3] Lip GYH, et al. Chest 2010;137:263-272. doi:10.1378/chest.09-1584
"""

import numpy as np
import pandas as pd

NEWS2_INPUTS = ("resp_rate", "spo2", "on_oxygen", "sbp", "heart_rate", "consciousness", "temperature")
NEWS2_PARTS = ("resp_rate", "spo2", "on_oxygen", "sbp", "heart_rate", "consciousness", "temperature")
QSOFA_INPUTS = ("resp_rate", "consciousness", "sbp")
CHA2DS2_VASC_INPUTS = ("age", "sex", "heart_failure", "hypertension", "diabetes", "stroke", "vascular")

# Upper ends of the bands and the points of each band; the last band has no upper end.
_BANDS = {
    "resp_rate": ((8, 11, 20, 24), (3, 1, 0, 2, 3)),
    "spo2": ((91, 93, 95), (3, 2, 1, 0)),
    "sbp": ((90, 100, 110, 219), (3, 2, 1, 0, 3)),
    "heart_rate": ((40, 50, 90, 110, 130), (3, 1, 0, 1, 2, 3)),
    "temperature": ((35.0, 36.0, 38.0, 39.0), (3, 1, 0, 1, 2)),
}
_SCALE_2 = {  # saturation on scale 2, breathing air and on oxygen
    0: ((83, 85, 87), (3, 2, 1, 0)),
    1: ((83, 85, 87, 92, 94, 96), (3, 2, 1, 0, 1, 2, 3)),
}


def news2_points(df: pd.DataFrame) -> pd.DataFrame:
    """Return the NEWS2 points of each of the seven parts.

    Parameters
    ----------
    df : DataFrame
        Columns ``resp_rate`` (/min), ``spo2`` (%), ``on_oxygen`` (0 or 1), ``sbp`` (mmHg), ``heart_rate`` (/min),
        ``consciousness`` ("A", or one of "C", "V", "P", "U"), ``temperature`` (°C), and, if it exists, ``spo2_scale``
        (1, or 2 where scale 2 has been prescribed for confirmed hypercapnic respiratory failure; missing means 1).

    Returns
    -------
    DataFrame
        Float columns named as the inputs, on the same index; missing where the input is missing. On scale 2 the points
        of saturation are missing as well when it is not known whether the patient breathes oxygen and it matters.

    Raises
    ------
    KeyError
        If an input column does not exist.
    ValueError
        If ``consciousness``, ``on_oxygen`` or ``spo2_scale`` holds a value outside its list.

    Notes
    -----
    Respiration, saturation, pressure and pulse are charted as whole numbers, temperature to one decimal. Values in
    between are rounded like that first (halves up), so that no value falls between two bands.

    Examples
    --------
    >>> row = pd.DataFrame({"resp_rate": [21], "spo2": [92], "on_oxygen": [1], "sbp": [110], "heart_rate": [91],
    ...                     "consciousness": ["A"], "temperature": [38.0]})
    >>> news2_points(row).loc[0].astype(int).to_dict()
    {'resp_rate': 2, 'spo2': 2, 'on_oxygen': 2, 'sbp': 1, 'heart_rate': 1, 'consciousness': 0, 'temperature': 0}
    """
    _need(df, NEWS2_INPUTS, "NEWS2")
    _only(df, "consciousness", ("A", "C", "V", "P", "U"))
    _only(df, "on_oxygen", (0, 1))
    points = {name: _banded(df[name], *_BANDS[name], decimals=int(name == "temperature")) for name in _BANDS}
    oxygen = df["on_oxygen"].astype(float).to_numpy()
    if "spo2_scale" in df:
        _only(df, "spo2_scale", (1, 2))
        second = (df["spo2_scale"] == 2).to_numpy()
        air, given = (_banded(df["spo2"], *_SCALE_2[key]) for key in (0, 1))
        unknown = np.where(air == given, air, np.nan)
        on_scale_2 = np.select([oxygen == 1, oxygen == 0], [given, air], unknown)
        points["spo2"] = np.where(second, on_scale_2, points["spo2"])
    points["on_oxygen"] = 2 * oxygen
    awake = df["consciousness"]
    points["consciousness"] = np.where(awake.isna(), np.nan, np.where(awake == "A", 0.0, 3.0))
    return pd.DataFrame({name: points[name] for name in NEWS2_PARTS}, index=df.index)


def news2(df: pd.DataFrame) -> pd.Series:
    """Return the National Early Warning Score 2, from 0 to 20.

    Parameters
    ----------
    df : DataFrame
        As for :func:`news2_points`.

    Returns
    -------
    Series of float
        Missing where any input is missing.

    Examples
    --------
    >>> rows = pd.DataFrame({"resp_rate": [18, 25, 18], "spo2": [97, 90, 97], "on_oxygen": [0, 1, 0],
    ...                      "sbp": [120, 85, 120], "heart_rate": [90, 135, 70], "consciousness": ["A", "C", None],
    ...                      "temperature": [36.5, 39.2, 36.5]})
    >>> news2(rows).tolist()
    [0.0, 19.0, nan]
    """
    return news2_points(df).sum(axis=1, skipna=False).rename("news2")


def qsofa(df: pd.DataFrame) -> pd.Series:
    """Return the quick SOFA score, from 0 to 3.

    One point each for a respiratory rate of 22 or more, altered mentation (anything but "A"), and a systolic pressure
    of 100 or less. Two or more prompt a search for sepsis; the score is not a diagnosis.

    Parameters
    ----------
    df : DataFrame
        Columns ``resp_rate``, ``consciousness`` and ``sbp``.

    Returns
    -------
    Series of float
        Missing where any input is missing.

    Examples
    --------
    >>> qsofa(pd.DataFrame({"resp_rate": [22, 21], "consciousness": ["C", "A"], "sbp": [100, 101]})).tolist()
    [3.0, 0.0]
    """
    _need(df, QSOFA_INPUTS, "qSOFA")
    _only(df, "consciousness", ("A", "C", "V", "P", "U"))
    score = (df["resp_rate"] >= 22).astype(float) + (df["consciousness"] != "A") + (df["sbp"] <= 100)
    return score.where(df[list(QSOFA_INPUTS)].notna().all(axis=1)).rename("qsofa")


def cha2ds2_vasc(df: pd.DataFrame) -> pd.Series:
    """Return the CHA₂DS₂-VASc score of people with atrial fibrillation, from 0 to 9.

    Parameters
    ----------
    df : DataFrame
        Columns ``age`` (years), ``sex`` ("F" or "M"), and 0/1 columns ``heart_failure``, ``hypertension``,
        ``diabetes``, ``stroke`` (stroke, transient ischaemic attack or thromboembolism) and ``vascular`` (myocardial
        infarction, peripheral artery disease or aortic plaque).

    Returns
    -------
    Series of float
        Missing where any input is missing.

    Examples
    --------
    >>> cha2ds2_vasc(pd.DataFrame({"age": [74, 75], "sex": ["F", "M"], "heart_failure": 0, "hypertension": [1, 1],
    ...                            "diabetes": 0, "stroke": [0, 1], "vascular": 0})).tolist()
    [3.0, 5.0]
    """
    _need(df, CHA2DS2_VASC_INPUTS, "CHA2DS2-VASc")
    _only(df, "sex", ("F", "M"))
    for name in CHA2DS2_VASC_INPUTS[2:]:
        _only(df, name, (0, 1))
    age = df["age"].astype(float)
    score = 2.0 * (age >= 75) + 1.0 * ((age >= 65) & (age < 75)) + 1.0 * (df["sex"] == "F")
    for name, weight in (("heart_failure", 1), ("hypertension", 1), ("diabetes", 1), ("stroke", 2), ("vascular", 1)):
        score = score + weight * df[name].astype(float)
    return score.where(df[list(CHA2DS2_VASC_INPUTS)].notna().all(axis=1)).rename("cha2ds2_vasc")


def _banded(column, edges, points, decimals=0):
    """Return the points of the band each value falls into."""
    values = column.astype(float).to_numpy()
    charted = np.floor(values * 10**decimals + 0.5 + 1e-9)
    band = np.searchsorted(np.round(np.array(edges) * 10**decimals), charted, side="left")
    return np.where(np.isnan(values), np.nan, np.array(points, float)[band])


def _need(df, names, score):
    missing = [name for name in names if name not in df]
    if missing:
        raise KeyError(f"{score} needs the column(s) {', '.join(missing)}, which the table does not have.")


def _only(df, name, allowed):
    strange = df[name].dropna()
    strange = strange[~strange.isin(allowed)]
    if len(strange):
        listed = ", ".join(map(repr, allowed))
        raise ValueError(f"column {name!r} may hold {listed}; row {strange.index[0]!r} holds {strange.iloc[0]!r}.")
