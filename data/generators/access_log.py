"""Who opened whose record, for the eight weeks of the rota: tasks, odd but justified openings, and planted misuse.

The rota says where people should work. Some are lent to another ward for a shift, and the rota does not know it.
"""

import numpy as np
import pandas as pd

READS = ("admissions", "outcomes", "staff_shifts")
FIRST_DAY, LAST_MOMENT = pd.Timestamp("2025-03-03"), pd.Timestamp("2025-04-28")
FIRST_SHIFT = FIRST_DAY + pd.Timedelta(hours=7)
TWO_WARDS = ("A", "B")  # the sites on which there is another ward
# Openings a patient and shift (day, late, night) by those on duty on the ward, and by those of the site.
ON_WARD = {"nurse": (6.0, 4.0, 2.0), "doctor": (3.0, 1.0, 0.6), "ward clerk": (1.0, 0.0, 0.0)}
OF_SITE = {"laboratory": (0.9, 0.5, 0.2), "pharmacist": (0.8, 0.0, 0.0), "physiotherapist": (0.3, 0.0, 0.0)}
PARTS = np.array(["summary", "notes", "results", "medication", "demographics"], object)
# What is opened, by role, in the order of PARTS.
LOOKS_AT = {
    "nurse": (0.25, 0.35, 0.10, 0.28, 0.02),
    "doctor": (0.20, 0.30, 0.30, 0.18, 0.02),
    "ward clerk": (0.20, 0.05, 0.00, 0.00, 0.75),
    "laboratory": (0.05, 0.00, 0.93, 0.00, 0.02),
    "pharmacist": (0.05, 0.10, 0.20, 0.65, 0.00),
    "physiotherapist": (0.40, 0.55, 0.05, 0.00, 0.00),
    "coder": (0.30, 0.60, 0.10, 0.00, 0.00),
}
REASONS = {"laboratory": "service", "pharmacist": "service", "physiotherapist": "service", "coder": "coding"}


def make(inputs):
    """Return one row an opening, and the truth about those that are misuse or only look like it."""
    stays, shifts = _stays(inputs), inputs.table("staff_shifts")
    staff = shifts.drop_duplicates("staff_id").set_index("staff_id")
    names = _family_names(inputs, stays, staff)
    lent = _lent(inputs, shifts)
    # Those who are where the rota says.
    here = shifts.drop(lent.index)
    tasks = _mark_lent(_tasks(inputs.stream("tasks"), stays, pd.concat([here, lent[shifts.columns]])), lent)
    _namesakes(tasks, names, int(inputs.value("namesakes")))
    openings = [
        tasks,
        _coding(inputs.stream("coding"), stays, shifts),
        _before_arrival(inputs.stream("arrivals"), stays, here),
        _emergencies(inputs.stream("emergencies"), stays, here, int(inputs.value("emergencies"))),
        _late_emergencies(inputs.stream("late"), stays, here, int(inputs.value("late_emergencies"))),
        _relatives(inputs, stays, here, names),
        _curiosity(inputs.stream("curiosity"), stays, here, int(inputs.value("curious"))),
        _after_discharge(inputs.stream("discharged"), stays, here, int(inputs.value("after_discharge"))),
        _false_emergencies(inputs.stream("false"), stays, here, int(inputs.value("false_emergencies"))),
        _shared_login(inputs.stream("login"), stays, here, int(inputs.value("shared_login"))),
    ]
    log = pd.concat(openings, ignore_index=True).sort_values(
        ["opened_at", "staff_id", "patient_id"], kind="stable", ignore_index=True
    )
    log.insert(0, "opening_id", [f"O{number:06d}" for number in range(1, len(log) + 1)])
    log["role"] = log["staff_id"].map(staff["role"])
    log["staff_ward"] = _staff_ward(log, shifts)
    log["patient_ward"] = _patient_ward(log, stays)
    log["workstation_site"] = log.pop("elsewhere").fillna(log["staff_id"].map(staff["site"]))
    log["same_family_name"] = (log["staff_id"].map(names) == log["patient_id"].map(names)).astype(int)
    _details(inputs.stream("details"), log)
    odd = log["kind"] != "task"
    improper = log.loc[odd, "kind"].isin(IMPROPER).astype(int)
    truth = log.loc[odd, ["opening_id", "kind"]].assign(improper=improper).reset_index(drop=True)
    columns = ["opening_id", "opened_at", "staff_id", "role", "staff_ward", "workstation_site", "patient_id"]
    columns += ["patient_ward", "same_family_name", "part", "action", "reason", "break_glass", "screen_seconds"]
    return log[columns], truth


IMPROPER = ("relative", "curiosity", "after_discharge", "false_emergency", "shared_login")


def _stays(inputs):
    """Return person, ward, beginning and end of the stays of the period; lengths repair impossible dates."""
    known = inputs.table("admissions").drop_duplicates("admission_id")
    known = known.merge(inputs.table("outcomes")[["admission_id", "los_days"]], on="admission_id")
    end = known["admitted_at"] + pd.to_timedelta(known["los_days"], unit="D")
    known = known.assign(begin=known["ward_arrival_at"], end=end.dt.floor("min"))
    kept = known[(known["begin"] < LAST_MOMENT) & (known["end"] > FIRST_DAY) & (known["begin"] < known["end"])]
    return kept[["patient_id", "site", "ward", "begin", "end"]].reset_index(drop=True)


def _lent(inputs, shifts):
    """Return shifts of nurses with the ward on which they in fact work: another of their site, or of another site."""
    rng = inputs.stream("lent")
    nurses = shifts[shifts["role"] == "nurse"]
    # One of a team at most goes, so that somebody stays.
    nurses = nurses.iloc[rng.permutation(len(nurses))].drop_duplicates(["starts_at", "ward"])
    floated = nurses[nurses["site"].isin(TWO_WARDS)].head(int(inputs.value("floated")))
    away = nurses[(nurses["shift"] == "day") & ~nurses["staff_id"].isin(floated["staff_id"])]
    away = away.drop_duplicates("staff_id").head(int(inputs.value("other_site")))
    lent = pd.concat([floated.assign(kind="floated"), away.assign(kind="other_site")])
    wards = shifts[["site", "ward"]].dropna().drop_duplicates()
    goes = []
    for one in lent.itertuples():
        possible = wards[(wards["ward"] != one.ward) & ((wards["site"] == one.site) == (one.kind == "floated"))]
        goes.append(possible["ward"].iat[int(rng.integers(0, len(possible)))])
    return lent.assign(ward=goes, site=[ward[0] for ward in goes])


def _mark_lent(tasks, lent):
    """Say which tasks were done on a ward other than that of the rota, and at whose computer."""
    for one in lent.itertuples():
        during = tasks["opened_at"].between(one.starts_at, one.ends_at + pd.Timedelta(hours=1))
        during &= tasks["staff_id"] == one.staff_id
        tasks.loc[during, ["kind", "elsewhere"]] = [one.kind, one.site]
    return tasks


def _namesakes(tasks, names, count):
    """Give nurses lent to the other ward the family name of the patient whose record they open there most often."""
    floated = tasks[tasks["kind"] == "floated"]
    pairs = floated.groupby(["staff_id", "patient_id"]).size().sort_values(ascending=False, kind="stable").index
    taken = set()
    for staff_id, patient in pairs:
        if len(taken) < 2 * count and not taken & {staff_id, patient}:
            taken |= {staff_id, patient}
            names[staff_id] = names[patient]


def _family_names(inputs, stays, staff):
    """Return the number of a family name for every person; the log tells only whether two are equal."""
    rng = inputs.stream("names")
    people = pd.concat([pd.Series(staff.index), stays["patient_id"].drop_duplicates()], ignore_index=True)
    return dict(zip(people, rng.integers(0, int(inputs.value("family_names")), len(people)).tolist(), strict=True))


def _frame(when, staff_id, patient_id, reason, kind="task", break_glass=0, elsewhere=None):
    when = pd.DatetimeIndex(when).floor("min")
    columns = {"opened_at": when, "staff_id": staff_id, "patient_id": patient_id, "reason": reason}
    frame = pd.DataFrame({**columns, "break_glass": break_glass, "kind": kind, "elsewhere": elsewhere})
    return frame.astype({"elsewhere": object})


def _within(rng, begin, end):
    """Return a moment between the two."""
    begin, end = pd.DatetimeIndex(begin), pd.DatetimeIndex(end)
    return begin + (end - begin) * rng.random(len(begin))


def _tasks(rng, stays, shifts):
    """Return openings by those who are on duty for the patients who lie there."""
    order = ("day", "late", "night")
    lying = {
        place: (rows["begin"].to_numpy(), rows["end"].to_numpy(), rows["patient_id"].to_numpy())
        for column in ("ward", "site")
        for place, rows in stays.groupby(column)
    }
    parts = []
    teams = shifts.assign(place=shifts["ward"].fillna(shifts["site"])).groupby(
        ["starts_at", "ends_at", "place", "role"]
    )
    for (start, end, place, role), team in teams:
        rates = ON_WARD.get(role) or OF_SITE.get(role)
        if rates is None or place not in lying:
            continue
        start, end = start.to_datetime64(), end.to_datetime64()
        here = np.flatnonzero((lying[place][0] < end) & (lying[place][1] > start))
        rows = np.repeat(here, rng.poisson(rates[order.index(team["shift"].iat[0])], len(here)))
        begins, ends = np.maximum(lying[place][0][rows], start), np.minimum(lying[place][1][rows], end)
        when = begins + ((ends - begins).astype(np.int64) * rng.random(len(rows))).astype("m8[ns]")
        # Notes are finished after the end of a shift as well.
        late = (rng.random(len(rows)) < 0.03) & (role in ("nurse", "doctor"))
        after = end + (3.6e12 * rng.random(len(rows))).astype("m8[ns]")
        who = team["staff_id"].to_numpy()[rng.integers(0, len(team), len(rows)).astype(np.intp)]
        reason = np.full(len(rows), REASONS.get(role, "care"), object)
        parts.append((np.where(late, after, when), who, lying[place][2][rows], reason))
    return _frame(*map(np.concatenate, zip(*parts, strict=True))) if parts else _frame([], [], [], "care")


def _coding(rng, stays, shifts):
    """Return openings by coders, days to weeks after the patient has left."""
    left = stays[stays["end"] < LAST_MOMENT]
    rows = left.loc[left.index.repeat(rng.poisson(3.0, len(left)))]
    day = (rows["end"] + pd.to_timedelta(3 + 34 * rng.random(len(rows)), "D")).dt.floor("D")
    day = day.where(day < LAST_MOMENT)
    rows, day = rows[day.notna()], day.dropna()
    duty = shifts[shifts["role"] == "coder"].assign(day=lambda table: table["starts_at"].dt.floor("D"))
    duty = duty.set_index(["site", "day"])["staff_id"]
    wanted = pd.MultiIndex.from_arrays([rows["site"], day])
    known = wanted.isin(duty.index)
    rows, day, wanted = rows[known], day[known], wanted[known]
    when = day + pd.to_timedelta(7 * 60 + 480 * rng.random(len(rows)), "min")
    return _frame(when, duty.loc[wanted].to_numpy(), rows["patient_id"].to_numpy(), "coding", "coding")


def _on_duty(rng, shifts, when, wards, roles=("nurse",), other=False):
    """Return for each moment a person of a role on duty on the ward, or on another one of its site; None if none is."""
    pool = shifts[shifts["role"].isin(roles) & shifts["ward"].notna()]
    chosen = []
    for moment, ward in zip(when, wards, strict=True):
        duty = pool[(pool["starts_at"] <= moment) & (pool["ends_at"] > moment)]
        duty = duty[(duty["site"] == ward[0]) & (duty["ward"] != ward) if other else (duty["ward"] == ward)]
        ids = duty["staff_id"].to_numpy()
        chosen.append(ids[int(rng.integers(0, len(ids)))] if len(ids) else None)
    return np.array(chosen, object)


def _kept(frame):
    return frame[frame["staff_id"].notna() & frame["opened_at"].between(FIRST_DAY, LAST_MOMENT)]


def _before_arrival(rng, stays, shifts):
    """Return openings by a nurse of the ward to which a patient is about to come."""
    rows = stays[(rng.random(len(stays)) < 0.5) & (stays["begin"] >= FIRST_DAY + pd.Timedelta(hours=10))]
    when = rows["begin"] - pd.to_timedelta(5 + 100 * rng.random(len(rows)), "min")
    who = _on_duty(rng, shifts, when, rows["ward"])
    return _kept(_frame(when, who, rows["patient_id"].to_numpy(), "transfer", "before_arrival"))


def _some(rng, stays, count):
    """Return rows of stays, drawn with replacement, with a moment inside each."""
    if stays.empty:
        return stays, pd.DatetimeIndex([])
    rows = stays.iloc[rng.integers(0, len(stays), count).astype(np.intp)]
    return rows, _within(rng, rows["begin"].clip(lower=FIRST_SHIFT), rows["end"].clip(upper=LAST_MOMENT))


def _emergencies(rng, stays, shifts, count):
    """Return justified breaks of the glass: a doctor of another ward helps with a patient who lies here."""
    rows, when = _some(rng, stays[stays["site"].isin(TWO_WARDS)], count)
    who = _on_duty(rng, shifts, when, rows["ward"], ("doctor",), other=True)
    return _kept(_frame(when, who, rows["patient_id"].to_numpy(), "emergency", "emergency", 1))


def _late_emergencies(rng, stays, shifts, count):
    """Return justified breaks of the glass minutes after a stay ended: the doctor who helped writes it down."""
    left = stays[stays["site"].isin(TWO_WARDS) & stays["end"].between(FIRST_SHIFT, LAST_MOMENT - pd.Timedelta(days=1))]
    rows, _ = _some(rng, left, count)
    when = rows["end"] + pd.to_timedelta(3 + 37 * rng.random(len(rows)), "min")
    who = _on_duty(rng, shifts, when, rows["ward"], ("doctor",), other=True)
    return _kept(_frame(when, who, rows["patient_id"].to_numpy(), "emergency", "late_emergency", 1))


def _relatives(inputs, stays, shifts, names):
    """Return openings of a relative's record by nurses who work by night on another ward of the site."""
    rng = inputs.stream("relatives")
    nights = shifts[(shifts["shift"] == "night") & (shifts["role"] == "nurse")]
    found, taken = [], set()
    for place in rng.permutation(len(nights)).tolist():
        if len(found) == int(inputs.value("relatives")):
            break
        one = nights.iloc[place]
        lying = stays[
            (stays["begin"] < one["starts_at"]) & (stays["end"] > one["ends_at"]) & (stays["ward"] != one["ward"])
        ]
        lying = lying[lying["site"] == one["site"]]
        lying = lying[~lying["patient_id"].isin(taken)]
        if one["staff_id"] in taken or lying.empty:
            continue
        patient = lying["patient_id"].iat[int(rng.integers(0, len(lying)))]
        taken |= {one["staff_id"], patient}
        # A relative can bear another name.
        other = len(found) < int(inputs.value("other_name"))
        names[patient] = (names[one["staff_id"]] + other) % int(inputs.value("family_names"))
        times = one["starts_at"] + pd.to_timedelta(np.sort(30 + 420 * rng.random(int(inputs.value("looks")))), "min")
        found.append(_frame(times, one["staff_id"], patient, "care", "relative"))
    return pd.concat(found) if found else _frame([], [], [], "care", "relative")


def _curiosity(rng, stays, shifts, count):
    """Return openings of one much talked of patient's record by staff of the other ward, within two days."""
    known = stays[
        stays["site"].isin(TWO_WARDS)
        & (stays["begin"] > FIRST_DAY)
        & (stays["end"] - stays["begin"] > pd.Timedelta(days=2))
    ]
    rows, _ = _some(rng, known, 1)
    rows = rows.loc[rows.index.repeat(count)]
    when = rows["begin"] + pd.to_timedelta(np.sort(120 + 2600 * rng.random(len(rows))), "min")
    who = _on_duty(rng, shifts, when, rows["ward"], ("nurse", "doctor", "ward clerk"), other=True)
    return _kept(_frame(when, who, rows["patient_id"].to_numpy(), "care", "curiosity"))


def _after_discharge(rng, stays, shifts, count):
    """Return look-ups of people who left the ward more than a week ago."""
    left = stays[stays["end"].between(FIRST_DAY, LAST_MOMENT - pd.Timedelta(days=16))]
    rows, _ = _some(rng, left, count // 4 if len(left) else 0)
    rows = rows.loc[rows.index.repeat(4)]
    when = rows["end"] + pd.to_timedelta(8 + 7 * rng.random(len(rows)), "D")
    who = _on_duty(rng, shifts, when, rows["ward"])
    return _kept(_frame(when, who, rows["patient_id"].to_numpy(), "care", "after_discharge"))


def _false_emergencies(rng, stays, shifts, count):
    """Return breaks of the glass for patients who are no longer in hospital."""
    left = stays[stays["site"].isin(TWO_WARDS) & stays["end"].between(FIRST_SHIFT, LAST_MOMENT - pd.Timedelta(days=8))]
    rows, _ = _some(rng, left, count if len(left) else 0)
    when = rows["end"] + pd.to_timedelta(1 + 6 * rng.random(len(rows)), "D")
    who = _on_duty(rng, shifts, when, rows["ward"], ("nurse", "doctor"), other=True)
    return _kept(_frame(when, who, rows["patient_id"].to_numpy(), "emergency", "false_emergency", 1))


def _shared_login(rng, stays, shifts, count):
    """Return openings under the login of a nurse of site A, at site B, minutes after her own."""
    at_b = stays[stays["site"] == "B"]
    rows, when = _some(rng, at_b, count)
    who = _on_duty(rng, shifts, when, np.where(rng.random(len(rows)) < 0.5, "A1", "A2"))
    away = _frame(when, who, rows["patient_id"].to_numpy(), "care", "shared_login", elsewhere="B")
    # What she herself does at that moment, at her own site: a task.
    at_home = []
    for staff_id, moment in zip(who, when, strict=True):
        ward = shifts.loc[(shifts["staff_id"] == staff_id) & (shifts["starts_at"] <= moment), "ward"].tail(1)
        lying = stays[stays["ward"].isin(ward) & (stays["begin"] < moment) & (stays["end"] > moment)]
        if len(lying):
            patient = lying["patient_id"].iat[int(rng.integers(0, len(lying)))]
            at_home.append(
                _frame([moment - pd.Timedelta(minutes=1 + int(rng.integers(0, 3)))], staff_id, patient, "care")
            )
    return pd.concat([_kept(away), *map(_kept, at_home)])


def _staff_ward(log, shifts):
    """Return the ward on which the person is on duty, or was in the hour before; None for those of a whole site."""
    duty = shifts.sort_values("starts_at")[["staff_id", "starts_at", "ends_at", "ward"]]
    found = pd.merge_asof(
        log[["opened_at", "staff_id"]], duty, left_on="opened_at", right_on="starts_at", by="staff_id"
    )
    on = found["opened_at"] <= found["ends_at"] + pd.Timedelta(hours=1)
    return found["ward"].where(on).to_numpy()


def _patient_ward(log, stays):
    """Return the ward on which the patient lies at that moment; None before and after."""
    lying = stays.sort_values("begin")[["patient_id", "begin", "end", "ward"]]
    found = pd.merge_asof(
        log[["opened_at", "patient_id"]], lying, left_on="opened_at", right_on="begin", by="patient_id"
    )
    return found["ward"].where(found["opened_at"] <= found["end"]).to_numpy()


def _details(rng, log):
    """Add what was opened, what was done, and for how long it was on the screen."""
    n, chance = len(log), rng.random(len(log))
    shares = np.array([LOOKS_AT[role] for role in log["role"]]).reshape(n, len(PARTS)).cumsum(axis=1)
    log["part"] = PARTS[(chance[:, None] > shares[:, :-1]).sum(axis=1)]
    edits = (
        log["kind"].isin(["task", "floated", "other_site"])
        & log["role"].isin(["nurse", "doctor"])
        & log["part"].isin(["notes", "medication"])
    )
    done = rng.random(n)
    log["action"] = np.where(edits & (done < 0.45), "edit", np.where(done > 0.985, "print", "view")).astype(object)
    log["screen_seconds"] = np.maximum(3, np.round(rng.lognormal(3.6, 0.8, n))).astype(int)


def _of_one_patient(openings):
    """Return the openings by people who opened one record only in a working day, and that three times or more."""
    day = (openings["opened_at"] - pd.Timedelta(hours=7)).dt.floor("D")
    looks = openings.groupby(["staff_id", day])["patient_id"]
    return openings[(looks.transform("nunique") == 1) & (looks.transform("size") >= 3)]


def check(content, truth, inputs):
    """Assert who opens what and when, and that each kind of misuse is there as often as planned, and can be found."""
    assert 40_000 < len(content) < 90_000
    # The last night shift ends, with an hour for notes, on the day after.
    assert content["opened_at"].between(FIRST_DAY, LAST_MOMENT + pd.Timedelta(hours=8)).all()
    assert content["opened_at"].is_monotonic_increasing
    night = (content["opened_at"].dt.hour >= 23) | (content["opened_at"].dt.hour < 7)
    assert 0.1 < night.mean() < 0.25
    share = content["role"].value_counts(normalize=True)
    assert 0.5 < share["nurse"] < 0.75
    by_chance = content.loc[~content["opening_id"].isin(truth["opening_id"]), "same_family_name"].mean()
    assert 0.002 < by_chance < 0.007

    count = truth["kind"].value_counts()
    improper = truth[truth["improper"] == 1]
    planned = {"curiosity": "curious", "after_discharge": "after_discharge", "false_emergency": "false_emergencies"}
    for kind, name in {
        **planned,
        "shared_login": "shared_login",
        "emergency": "emergencies",
        "late_emergency": "late_emergencies",
    }.items():
        assert count[kind] == inputs.value(name), kind
    assert count["relative"] == inputs.value("relatives") * inputs.value("looks")
    assert len(improper) == 60
    assert set(improper["kind"]) == set(IMPROPER)

    told = content.merge(truth, on="opening_id", how="left").fillna({"kind": "task"})
    elsewhere = told["staff_ward"].notna() & (told["staff_ward"] != told["patient_ward"])
    # Tasks explain themselves by the ward; misuse does not.
    tasks = (told["kind"] == "task") & told["role"].isin(["nurse", "doctor", "ward clerk"])
    assert (tasks & elsewhere).sum() / tasks.sum() < 0.02
    assert elsewhere[told["improper"] == 1].all()
    # No single filter finds misuse: most of what it flags is justified.
    two_wards = told["staff_ward"].notna() & told["patient_ward"].notna() & elsewhere & (told["break_glass"] == 0)
    after = (told["break_glass"] == 1) & told["patient_ward"].isna()
    named = two_wards & (told["same_family_name"] == 1)
    for flagged in (two_wards, after, named):
        assert 0 < told.loc[flagged, "improper"].eq(1).mean() < 0.5
    near = told[told["kind"].isin(["emergency", "relative", "curiosity"])]
    assert (near["staff_ward"].str[0] == near["patient_ward"].str[0]).all()
    assert (near["staff_ward"] != near["patient_ward"]).all()
    relatives = told[told["kind"] == "relative"]
    named = inputs.value("relatives") - inputs.value("other_name")
    assert relatives["same_family_name"].sum() == named * inputs.value("looks")
    # Who is lent to a ward opens many records there; who looks up a relative opens one, again and again.
    of_one = _of_one_patient(told[two_wards])
    assert set(relatives["opening_id"]) <= set(of_one["opening_id"])
    assert of_one["improper"].eq(1).all()
    assert ((relatives["opened_at"].dt.hour >= 23) | (relatives["opened_at"].dt.hour < 7)).all()
    assert told.loc[told["kind"] == "curiosity", "patient_id"].nunique() == 1
    assert told.loc[told["kind"] == "coding", "patient_ward"].isna().mean() > 0.9
    two_sites = told.groupby("staff_id")["workstation_site"].nunique()
    shared = told[told["kind"] == "shared_login"]
    visitors = told[told["kind"] == "other_site"]
    assert visitors["staff_id"].nunique() == inputs.value("other_site")
    assert set(two_sites[two_sites > 1].index) >= set(shared["staff_id"]) | set(visitors["staff_id"])
    floated = told[told["kind"] == "floated"]
    assert floated.groupby(["staff_id", floated["opened_at"].dt.date]).ngroups >= inputs.value("floated")
    assert (floated["staff_ward"] != floated["patient_ward"]).mean() > 0.95
    own = told[(told["workstation_site"] == "A") & told["staff_id"].isin(shared["staff_id"])]
    for row in shared.itertuples():
        gap = (own.loc[own["staff_id"] == row.staff_id, "opened_at"] - row.opened_at).abs().min()
        assert gap <= pd.Timedelta(minutes=5)
