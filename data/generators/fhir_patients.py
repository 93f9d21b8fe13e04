"""Fifty patients as a FHIR R4 bundle: the same people, stays, results and diagnoses as in the tables.

Codes carry their official names: the Long Common Names of LOINC; for diagnoses the three-character categories of ICD-10
(World Health Organization) with their titles; units of UCUM.
"""

import json

import numpy as np
import pandas as pd

READS = ("patients", "admissions", "labs", "diagnoses")
BASE = "https://example.org/ai2med"
UCUM = "http://unitsofmeasure.org"
# Test and unit of the laboratory: LOINC code and Long Common Name, code of the unit in UCUM.
LOINC = {
    ("sodium", "mmol/L"): ("2951-2", "Sodium [Moles/volume] in Serum or Plasma", "mmol/L"),
    ("potassium", "mmol/L"): ("2823-3", "Potassium [Moles/volume] in Serum or Plasma", "mmol/L"),
    ("creatinine", "umol/L"): ("14682-9", "Creatinine [Moles/volume] in Serum or Plasma", "umol/L"),
    ("creatinine", "mg/dL"): ("2160-0", "Creatinine [Mass/volume] in Serum or Plasma", "mg/dL"),
    ("urea", "mmol/L"): ("22664-7", "Urea [Moles/volume] in Serum or Plasma", "mmol/L"),
    ("crp", "mg/L"): ("1988-5", "C reactive protein [Mass/volume] in Serum or Plasma", "mg/L"),
    ("wbc", "10^9/L"): ("6690-2", "Leukocytes [#/volume] in Blood by Automated count", "10*9/L"),
    ("haemoglobin", "g/L"): ("718-7", "Hemoglobin [Mass/volume] in Blood", "g/L"),
    ("platelets", "10^9/L"): ("777-3", "Platelets [#/volume] in Blood by Automated count", "10*9/L"),
    ("albumin", "g/L"): ("1751-7", "Albumin [Mass/volume] in Serum or Plasma", "g/L"),
    ("bilirubin", "umol/L"): ("14631-6", "Bilirubin.total [Moles/volume] in Serum or Plasma", "umol/L"),
    ("glucose", "mmol/L"): ("14749-6", "Glucose [Moles/volume] in Serum or Plasma", "mmol/L"),
    ("hba1c", "mmol/mol"): (
        "59261-8",
        "Hemoglobin A1c/Hemoglobin.total standardized per IFCC-RMP for CDT in Blood",
        "mmol/mol",
    ),
    ("lactate", "mmol/L"): ("32693-4", "Lactate [Moles/volume] in Blood", "mmol/L"),
}
# Marks test data as FHIR foresees it.
TEST_DATA = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
    "code": "HTEST",
    "display": "test health data",
}


def make(inputs):
    """Return the bundle as a file, and the key of the results whose status or code needs care."""
    rng = inputs.stream()
    chosen = _people(rng, inputs)
    tables = {name: inputs.table(name) for name in READS}
    tables["admissions"] = tables["admissions"].drop_duplicates("admission_id")
    kept = {name: table[table["patient_id"].isin(chosen)] for name, table in tables.items() if "patient_id" in table}
    labs = tables["labs"][tables["labs"]["admission_id"].isin(kept["admissions"]["admission_id"])]
    owner = kept["admissions"].set_index("admission_id")["patient_id"]
    observations, key = _observations(rng, labs, owner, inputs)
    resources = [
        *map(_patient, kept["patients"].itertuples()),
        *map(_encounter, kept["admissions"].itertuples()),
        *(_condition(number, row) for number, row in enumerate(kept["diagnoses"].itertuples(), 1)),
        *observations,
    ]
    entries = [{"fullUrl": f"{BASE}/{one['resourceType']}/{one['id']}", "resource": one} for one in resources]
    bundle = {
        "resourceType": "Bundle",
        "id": "synthetic-patients",
        "meta": _meta(),
        "type": "collection",
        "entry": entries,
    }
    return {"bundle.json": (json.dumps(bundle, ensure_ascii=False, indent=1) + "\n").encode()}, key


def _people(rng, inputs):
    """Return patients who are registered once, whose stays end after they begin; some with creatinine in mg/dL."""
    stays, labs = inputs.table("admissions"), inputs.table("labs")
    wrong = stays.loc[stays["discharged_at"] <= stays["admitted_at"], "patient_id"]
    # A person registered twice has two numbers with the same digits.
    twice = stays.loc[stays["patient_id"].str.startswith("Q"), "patient_id"].str.replace("Q", "P")
    able = np.setdiff1d(stays["patient_id"], pd.concat([wrong, twice]))
    able = able[[one.startswith("P") for one in able.tolist()]]
    massed = stays.loc[stays["admission_id"].isin(labs.loc[labs["unit"] == "mg/dL", "admission_id"]), "patient_id"]
    massed = np.intersect1d(able, massed)
    count = min(int(inputs.value("patients")), len(able))
    first = rng.choice(massed, min(int(inputs.value("patients_mg_dl")), len(massed), count), replace=False)
    others = np.setdiff1d(able, first)
    return np.sort(np.concatenate([first, rng.choice(others, min(count - len(first), len(others)), replace=False)]))


def _local(moment):
    """Return a time of the hospital's clock with its distance from UTC, by the rule of the European Union."""
    return moment.isoformat() + ("+02:00" if _is_summer(moment) else "+01:00")


def _utc(moment):
    return (moment - pd.Timedelta(hours=2 if _is_summer(moment) else 1)).isoformat() + "Z"


def _is_summer(moment):
    march, october = (pd.Timestamp(moment.year, month, 31) for month in (3, 10))
    begin = march - pd.Timedelta(days=(march.weekday() + 1) % 7) + pd.Timedelta(hours=2)
    end = october - pd.Timedelta(days=(october.weekday() + 1) % 7) + pd.Timedelta(hours=3)
    return begin <= moment < end


def _meta(version=1):
    return {"versionId": str(version), "security": [TEST_DATA]}


def _concept(system, code, display):
    return {"coding": [{"system": system, "code": code, "display": display}]}


def _patient(row):
    return {
        "resourceType": "Patient",
        "id": row.patient_id,
        "meta": _meta(),
        "identifier": [{"system": f"{BASE}/patient-number", "value": row.patient_id}],
        "name": [{"text": f"Synthetic person {row.patient_id}"}],
        "gender": {"F": "female", "M": "male"}[row.sex],
        "birthDate": str(row.birth_year),
    }


def _encounter(row):
    return {
        "resourceType": "Encounter",
        "id": row.admission_id,
        "meta": _meta(),
        "status": "finished",
        "class": {
            "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
            "code": "IMP",
            "display": "inpatient encounter",
        },
        "subject": {"reference": f"Patient/{row.patient_id}"},
        "period": {"start": _local(row.admitted_at), "end": _local(row.discharged_at)},
        "location": [{"location": {"display": f"Ward {row.ward}"}}],
        "serviceProvider": {"display": f"Site {row.site} of the synthetic hospital"},
    }


def _condition(number, row):
    terminology = "http://terminology.hl7.org/CodeSystem"
    return {
        "resourceType": "Condition",
        "id": f"diagnosis-{number:04d}",
        "meta": _meta(),
        "verificationStatus": _concept(f"{terminology}/condition-ver-status", "confirmed", "Confirmed"),
        "category": [_concept(f"{terminology}/condition-category", "encounter-diagnosis", "Encounter Diagnosis")],
        "code": {**_concept("http://hl7.org/fhir/sid/icd-10", row.code, row.name), "text": row.name},
        "subject": {"reference": f"Patient/{row.patient_id}"},
        "encounter": {"reference": f"Encounter/{row.admission_id}"},
        "onsetDateTime": f"{row.occurred_at:%Y-%m-%d}",
        "recordedDate": f"{row.coded_at:%Y-%m-%d}",
    }


def _observations(rng, labs, owner, inputs):
    """Return laboratory results, with versions, withdrawn results and local codes among them, and their key."""
    labs = labs.sort_values(["admission_id", "taken_at", "test"], kind="stable", ignore_index=True)
    # Results that were available before they were taken are a fault of the table that FHIR need not repeat.
    labs = labs[labs["available_at"] >= labs["taken_at"]].reset_index(drop=True)
    found = [_observation(f"result-{number:04d}", row, owner) for number, row in enumerate(labs.itertuples(), 1)]
    kinds = {name: int(inputs.value(name)) for name in ("entered_in_error", "amended", "preliminary", "local_code")}
    places = rng.permutation(len(found))[: sum(kinds.values())]
    names = np.repeat(np.array(list(kinds), object), list(kinds.values()))[: len(places)]
    marked, out, key = dict(zip(places.tolist(), names.tolist(), strict=True)), [], []
    for place, one in enumerate(found):
        kind = marked.get(place)
        if kind:
            key.append({"observation_id": one["id"], "kind": kind, "true_value": labs["value"].iat[place]})
        if kind == "entered_in_error":
            # Somebody else's result under this patient's name; the value stays, the status withdraws it.
            other = _of_others(labs, labs.iloc[place], owner)["value"]
            value = other.iat[int(rng.integers(0, len(other)))]
            out.append({**_with_value(one, value), "status": "entered-in-error"})
            continue
        if kind == "local_code":
            one = {**one, "code": {"coding": one["code"]["coding"][1:], "text": one["code"]["text"]}}
        if kind in ("amended", "preliminary"):
            # The first version stays in the bundle; a later one has the same id and a higher version.
            spread = inputs.value("earlier_spread_sodium" if labs["test"].iat[place] == "sodium" else "earlier_spread")
            change = rng.choice([-1, 1]) * rng.uniform(spread / 3, spread)
            earlier = _with_value(one, _rounded(labs["value"].iat[place] * (1 + change)))
            later = (labs["available_at"].iat[place] + pd.Timedelta(hours=int(rng.integers(2, 9)))).floor("min")
            out.append({**earlier, "status": "final" if kind == "amended" else "preliminary"})
            status = "amended" if kind == "amended" else "final"
            one = {**one, "meta": _meta(2), "status": status, "issued": _utc(later)}
        out.append(one)
    columns = ["observation_id", "kind", "true_value"]
    return out, pd.DataFrame(key, columns=columns)


def _of_others(labs, row, owner):
    """Return other people's results of the same test in the same unit, with another value."""
    alike = labs[(labs["test"] == row["test"]) & (labs["unit"] == row["unit"]) & (labs["value"] != row["value"])]
    return alike[alike["admission_id"].map(owner) != owner[row["admission_id"]]]


def _rounded(value):
    return round(float(value), 2 if value < 1 else 1 if value < 30 else 0)


def _with_value(one, value):
    return {**one, "valueQuantity": {**one["valueQuantity"], "value": _number(value)}}


def _number(value):
    return int(value) if float(value).is_integer() else float(value)


def _observation(name, row, owner):
    code, display, unit = LOINC[row.test, row.unit]
    own = {"system": f"{BASE}/laboratory-test", "code": row.test}
    coding = [{"system": "http://loinc.org", "code": code, "display": display}, own]
    category = "http://terminology.hl7.org/CodeSystem/observation-category"
    return {
        "resourceType": "Observation",
        "id": name,
        "meta": _meta(),
        "status": "final",
        "category": [_concept(category, "laboratory", "Laboratory")],
        "code": {"coding": coding, "text": row.test},
        "subject": {"reference": f"Patient/{owner[row.admission_id]}"},
        "encounter": {"reference": f"Encounter/{row.admission_id}"},
        "effectiveDateTime": _local(row.taken_at),
        "issued": _utc(row.available_at),
        "valueQuantity": {"value": _number(row.value), "unit": row.unit, "system": UCUM, "code": unit},
    }


def check(content, truth, inputs):
    """Assert that the bundle is valid FHIR, that it says what the tables say, and that its faults are there."""
    from fhir.resources.R4B.bundle import Bundle

    # These resources are the same in R4 and R4B, which the library checks.
    Bundle.model_validate_json(content["bundle.json"])
    bundle = json.loads(content["bundle.json"])
    assert bundle["id"] == "synthetic-patients"
    assert bundle["meta"]["security"] == [TEST_DATA]
    entries = bundle["entry"]
    of_kind = {}
    for entry in entries:
        one = entry["resource"]
        assert entry["fullUrl"] == f"{BASE}/{one['resourceType']}/{one['id']}"
        assert one["meta"]["security"] == [TEST_DATA]
        of_kind.setdefault(one["resourceType"], []).append(one)
    versions = [(one["resourceType"], one["id"], one["meta"]["versionId"]) for ones in of_kind.values() for one in ones]
    assert len(set(versions)) == len(versions)
    ids = {f"{kind}/{one['id']}" for kind, ones in of_kind.items() for one in ones}
    for one in (one for ones in of_kind.values() for one in ones):
        for field in ("subject", "encounter"):
            assert field not in one or one[field]["reference"] in ids

    patients = inputs.table("patients").set_index("patient_id")
    assert len(of_kind["Patient"]) == inputs.value("patients")
    for one in of_kind["Patient"]:
        assert one["birthDate"] == str(patients.at[one["id"], "birth_year"])
        assert one["gender"][0].upper() == patients.at[one["id"], "sex"]
    chosen = [one["id"] for one in of_kind["Patient"]]
    stays = inputs.table("admissions").drop_duplicates("admission_id").set_index("admission_id")
    assert {one["id"] for one in of_kind["Encounter"]} == set(stays.index[stays["patient_id"].isin(chosen)])
    for one in of_kind["Encounter"]:
        assert one["period"]["start"][:19] == stays.at[one["id"], "admitted_at"].isoformat()
        assert pd.Timestamp(one["period"]["start"]) < pd.Timestamp(one["period"]["end"])
    codes = inputs.table("diagnoses")
    assert len(of_kind["Condition"]) == codes["patient_id"].isin(chosen).sum()
    titles = codes.set_index("code")["name"].to_dict()
    for one in of_kind["Condition"]:
        assert len(one["code"]["coding"][0]["code"]) == 3
        assert one["code"]["coding"][0]["display"] == titles[one["code"]["coding"][0]["code"]]

    newest = {one["id"]: one for one in of_kind["Observation"]}
    labs = inputs.table("labs")
    labs = labs[labs["admission_id"].isin(stays.index[stays["patient_id"].isin(chosen)])]
    assert len(newest) == (labs["available_at"] >= labs["taken_at"]).sum()
    key = truth.set_index("observation_id")
    assert key["kind"].value_counts().to_dict() == {
        kind: inputs.value(kind) for kind in ("entered_in_error", "amended", "preliminary", "local_code")
    }
    for one in newest.values():
        kind = key["kind"].get(one["id"])
        assert (one["status"] == "entered-in-error") == (kind == "entered_in_error")
        assert one["meta"]["versionId"] == ("2" if kind in ("amended", "preliminary") else "1")
        assert pd.Timestamp(one["issued"]) >= pd.Timestamp(one["effectiveDateTime"])
        loinc = [coding["code"] for coding in one["code"]["coding"] if coding["system"] == "http://loinc.org"]
        assert bool(loinc) is (kind != "local_code")
        assert not loinc or (loinc[0] == "2160-0") == (one["valueQuantity"]["unit"] == "mg/dL")
        if kind and kind != "entered_in_error":
            assert one["valueQuantity"]["value"] == key.at[one["id"], "true_value"]
    _check_versions(of_kind, newest, key, labs, stays["patient_id"], inputs)
    # Who drops what follows the minutes finds results that precede their sample.
    naive = [one["issued"][:19] < one["effectiveDateTime"][:19] for one in newest.values()]
    assert np.mean(naive) > 0.1


def _check_versions(of_kind, newest, key, labs, owner, inputs):
    """Assert that earlier versions are a little higher or lower, and withdrawn results are those of somebody else."""
    changes = []
    for one in of_kind["Observation"]:
        last, test = newest[one["id"]], one["code"]["text"]
        if one is not last:
            value, corrected = one["valueQuantity"]["value"], last["valueQuantity"]["value"]
            spread = inputs.value("earlier_spread_sodium" if test == "sodium" else "earlier_spread")
            # Values are rounded, the small ones to a tenth.
            assert 0 < abs(value - corrected) <= spread * corrected + (0.05 if value < 30 else 0.5)
            changes.append(value - corrected)
        if one["status"] == "entered-in-error":
            quantity, stay = one["valueQuantity"], one["encounter"]["reference"].removeprefix("Encounter/")
            alike = labs[(labs["test"] == test) & (labs["unit"] == quantity["unit"])]
            others = alike[alike["admission_id"].map(owner) != owner[stay]]
            assert quantity["value"] in set(others["value"])
            assert quantity["value"] != key.at[one["id"], "true_value"]
    assert len(changes) == inputs.value("amended") + inputs.value("preliminary")
    assert 0.2 < np.mean(np.array(changes) > 0) < 0.8
