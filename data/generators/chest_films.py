"""Small synthetic chest films as DICOM files of twelve bits, some with a nodule, each with a burnt-in marker.

A film is drawn: a body, two lungs, ribs, a heart, and noise. The number in a pixel says how much of the beam is held
back, except at a site whose films are stored inverted. Lungs, ribs and nodule belong to the person: a second film shows
them again, a little moved and with new noise.
"""

import io
import uuid
from typing import NamedTuple

import numpy as np
import pandas as pd
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, DigitalXRayImageStorageForPresentation, ExplicitVRLittleEndian

READS = ("admissions", "outcomes")
SIZE = 64
LEVELS = 4096
SPACING = 5.0  # mm from pixel to pixel
# The marker of a site, five by three pixels.
MARKERS = {
    "A": ("010", "101", "111", "101", "101"),
    "B": ("110", "101", "110", "101", "110"),
    "C": ("111", "100", "100", "100", "111"),
}
INDEX = ("file", "film_id", "patient_id", "site", "view", "taken_at", "nodule")


class Nodule(NamedTuple):
    """Where a nodule is (its column from the middle of the body), how large (SD of the blurred disc), and how dense."""

    row: int
    from_middle: float
    radius: float
    contrast: float


class Chest(NamedTuple):
    """What is the same on all films of one person: half axes of the two lungs, phase of the ribs, and the nodule."""

    lungs: tuple
    ribs: float
    nodule: Nodule | None


def make(inputs):
    """Return the films with their index, and the truth: where a nodule is, and which films have a fault."""
    rng = inputs.stream()
    films = _films(rng, inputs)
    chests = {patient: _chest(rng, inputs, site) for patient, site in dict.fromkeys(film[:2] for film in films)}
    files, rows, key = {}, [], []
    for number, (patient, site, when) in enumerate(films, 1):
        film_id = f"X{number:03d}"
        nodule = chests[patient].nodule
        middle = SIZE / 2 + rng.normal(0, 1.0)
        pixels = _draw(rng, inputs, chests[patient], middle)
        _mark(pixels, MARKERS[site])
        wrong_window = rng.random() < inputs.value("wrong_window")
        view = "AP" if rng.random() < inputs.value("ap_c" if site == "C" else "ap_elsewhere") else "PA"
        wrong_label = rng.random() < inputs.value("wrong_label")
        film = _dicom(film_id, patient, site, when, view, pixels, wrong_window)
        files[f"film-{number:03d}.dcm"] = film
        rows.append((f"film-{number:03d}.dcm", film_id, patient, site, view, when, int(bool(nodule) != wrong_label)))
        place = (None, None, None)
        if nodule:
            place = (nodule.row, round(middle + nodule.from_middle), round(nodule.radius, 2))
        key.append((film_id, int(bool(nodule)), *place, int(wrong_label), int(wrong_window)))
    index = pd.DataFrame(rows, columns=INDEX)
    index["taken_at"] = index["taken_at"].dt.strftime("%Y-%m-%d %H:%M")
    files["films.csv"] = index.to_csv(index=False, lineterminator="\n").encode()
    names = ["film_id", "nodule", "row", "column", "radius", "label_wrong", "window_wrong"]
    return files, pd.DataFrame(key, columns=names)


def _films(rng, inputs):
    """Return person, site and time of every film; some people have two, both within their stay."""
    stays = _stays(inputs).drop_duplicates("patient_id")
    stays = stays[stays["main_problem"].isin(["respiratory", "infection", "heart"])]
    # The first film is taken in the first hours on the ward.
    stays = stays[stays["end"] - stays["ward_arrival_at"] > pd.Timedelta(minutes=400)]
    people = min(int(inputs.value("people")), len(stays))
    chosen = stays.iloc[np.sort(rng.choice(len(stays), people, replace=False)).astype(np.intp)]
    films = []
    for row in chosen.itertuples():
        when = row.ward_arrival_at + pd.Timedelta(minutes=int(rng.integers(20, 400)))
        films.append((row.patient_id, row.site, when))
        again = when + pd.Timedelta(hours=int(rng.integers(20, 80)))
        if rng.random() < inputs.value("second_film") and again < row.end:
            films.append((row.patient_id, row.site, again))
    return films


def _stays(inputs):
    """Return the stays with their end, by their length: it repairs impossible dates of discharge."""
    stays = inputs.table("admissions").drop_duplicates("admission_id")
    stays = stays.merge(inputs.table("outcomes")[["admission_id", "los_days"]], on="admission_id")
    return stays.assign(end=stays["admitted_at"] + pd.to_timedelta(stays["los_days"], unit="D"))


def _chest(rng, inputs, site):
    """Return the lungs and ribs of a person, and a nodule in a lung of some, more often at some sites."""
    nodule = None
    if rng.random() < inputs.value(f"nodule_{site.lower()}"):
        nodule = Nodule(
            row=int(rng.integers(20, 44)),
            from_middle=(1 if rng.random() < 0.5 else -1) * rng.uniform(10, 18),
            radius=rng.uniform(inputs.value("radius_least"), inputs.value("radius_most")),
            contrast=rng.uniform(0.6, 1.3) * inputs.value("contrast"),
        )
    lungs = tuple((side, rng.uniform(9.5, 11.5), rng.uniform(20, 23)) for side in (-1, 1))
    return Chest(lungs, rng.uniform(0, 6), nodule)


def _draw(rng, inputs, chest, middle):
    """Return the pixels of a film, from 0 (the beam passes) to 4095, of a body that stands a little off the middle."""
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(float)
    film = np.full((SIZE, SIZE), 300.0)
    film += 1500 * _soft(1 - ((x - middle) / 29) ** 4 - ((y - 38) / 40) ** 4)
    lungs = sum(
        _soft(1 - ((x - middle - side * 14) / width) ** 2 - ((y - 33) / height) ** 2)
        for side, width, height in chest.lungs
    )
    film -= 900 * np.minimum(lungs, 1)
    film += 500 * np.exp(-(((x - middle) / 4.5) ** 2))
    film += 650 * _soft(1 - ((x - middle - 4) / 10) ** 2 - ((y - 43) / 10) ** 2)
    ribs = np.sin((y + 0.012 * (x - middle) ** 2) * 2 * np.pi / 7.5 + chest.ribs)
    film += 90 * np.clip(ribs, 0, None) * np.minimum(lungs, 1)
    if chest.nodule:
        row, from_middle, radius, contrast = chest.nodule
        film += contrast * np.exp(-(((y - row) ** 2 + (x - middle - from_middle) ** 2) / (2 * radius**2)))
    film *= rng.uniform(0.9, 1.1)
    film += rng.normal(0, inputs.value("noise"), film.shape)
    return np.clip(np.round(film), 0, LEVELS - 1).astype(np.uint16)


def _soft(inside):
    """Return 1 inside a shape and 0 outside, with a blurred border."""
    return 1 / (1 + np.exp(-np.clip(12 * inside, -60, 60)))


def _mark(pixels, marker):
    """Burn the marker of the site into the upper corner."""
    shape = np.array([[int(point) for point in line] for line in marker])
    pixels[2:7, 3:6] = np.where(shape == 1, LEVELS - 1, pixels[2:7, 3:6])


def _uid(*names):
    """Return the unique identifier of what these names name, always the same one: a UUID as a decimal below 2.25."""
    return UID(f"2.25.{uuid.uuid5(uuid.NAMESPACE_URL, '/'.join(('https://example.org/ai2med', *names))).int}")


def _dicom(film_id, patient, site, when, view, pixels, wrong_window):
    """Return one DICOM file."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = DigitalXRayImageStorageForPresentation
    meta.MediaStorageSOPInstanceUID = _uid(film_id)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = _uid("implementation")
    # Named here, so that another version of the library writes the same file.
    meta.ImplementationVersionName = "AI2MED_1"
    film = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    film.SpecificCharacterSet = "ISO_IR 192"
    film.SOPClassUID, film.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    film.StudyInstanceUID = _uid(film_id, "study")
    film.SeriesInstanceUID = _uid(film_id, "series")
    film.PatientName, film.PatientID = "SYNTHETIC^NO REAL PERSON", patient
    film.PatientBirthDate, film.PatientSex, film.ReferringPhysicianName = "", "", ""
    film.ImageComments = "Synthetic image of the AI2MED book. No real person, no diagnosis."
    film.InstitutionName = f"Synthetic hospital, site {site}"
    film.Manufacturer, film.ManufacturerModelName = "AI2MED", "chest_films"
    film.StudyID, film.AccessionNumber, film.SeriesNumber, film.InstanceNumber = film_id, film_id, 1, 1
    film.StudyDate = film.ContentDate = film.AcquisitionDate = f"{when:%Y%m%d}"
    film.StudyTime = film.ContentTime = film.AcquisitionTime = f"{when:%H%M%S}"
    film.Modality, film.PresentationIntentType, film.BodyPartExamined = "DX", "FOR PRESENTATION", "CHEST"
    film.ViewPosition, film.ImageLaterality, film.PatientOrientation = view, "U", ["L", "F"]
    film.ImageType = ["DERIVED", "PRIMARY"]
    film.DerivationDescription = "Drawn by a computer program from random numbers."
    film.BurnedInAnnotation = "YES"
    film.SamplesPerPixel, film.Rows, film.Columns = 1, SIZE, SIZE
    film.BitsAllocated, film.BitsStored, film.HighBit, film.PixelRepresentation = 16, 12, 11, 0
    film.ImagerPixelSpacing = [SPACING, SPACING]
    film.PixelIntensityRelationship = "LIN"
    # -1: where less of the beam arrives, numbers are higher. At site C it is the other way round.
    inverted = site == "C"
    film.PixelIntensityRelationshipSign = 1 if inverted else -1
    film.PhotometricInterpretation = "MONOCHROME1" if inverted else "MONOCHROME2"
    film.PresentationLUTShape = "INVERSE" if inverted else "IDENTITY"
    film.RescaleSlope, film.RescaleIntercept, film.RescaleType = 1, 0, "US"
    center, width = (3600, 200) if wrong_window else (1500, 2400)
    film.WindowCenter, film.WindowWidth = (LEVELS - 1 - center if inverted else center), width
    stored = (LEVELS - 1 - pixels) if inverted else pixels
    film.PixelData = stored.astype("<u2").tobytes()
    film["PixelData"].VR = "OW"
    film.AcquisitionContextSequence = Sequence()
    made = io.BytesIO()
    film.save_as(made, enforce_file_format=True)
    return made.getvalue()


def check(content, truth, inputs):
    """Assert that every film is a DICOM file of twelve bits that says what it is, and that faults are as planned."""
    from pydicom import dcmread
    from sklearn.metrics import roc_auc_score

    index = pd.read_csv(io.BytesIO(content["films.csv"]))
    assert tuple(index.columns) == INDEX
    films = {name: dcmread(io.BytesIO(raw)) for name, raw in content.items() if name.endswith(".dcm")}
    assert list(index["file"]) == sorted(films)
    assert 130 <= len(films) <= 190
    assert index["patient_id"].nunique() == inputs.value("people")
    _check_people(index, truth, inputs)
    key = truth.set_index("film_id").loc[index["film_id"]].reset_index()
    assert abs(key["label_wrong"].mean() - inputs.value("wrong_label")) < 0.04
    assert ((key["nodule"] != index["nodule"]) == (key["label_wrong"] == 1)).all()
    assert abs(key["window_wrong"].mean() - inputs.value("wrong_window")) < 0.04
    # The site tells more about a nodule than it should: a shortcut to be found.
    share = key.groupby(index["site"])["nodule"].mean()
    assert share["C"] > share["A"] + 0.2
    shown, background = [], []
    for row, film in enumerate(map(films.get, index["file"])):
        assert film.SOPClassUID == film.file_meta.MediaStorageSOPClassUID == "1.2.840.10008.5.1.4.1.1.1.1"
        for uid in (film.SOPInstanceUID, film.StudyInstanceUID, film.SeriesInstanceUID):
            assert uid.startswith("2.25.")
            assert int(uid[5:]) < 2**128
        assert (film.Modality, film.BitsStored, film.Rows, film.Columns) == ("DX", 12, SIZE, SIZE)
        assert "SYNTHETIC" in str(film.PatientName)
        assert "Synthetic" in film.ImageComments
        assert film.PatientID == index["patient_id"].iat[row]
        site = index["site"].iat[row]
        assert film.PhotometricInterpretation == ("MONOCHROME1" if site == "C" else "MONOCHROME2")
        pixels = film.pixel_array.astype(int)
        assert 0 <= pixels.min() <= pixels.max() < LEVELS
        dense = LEVELS - 1 - pixels if site == "C" else pixels
        marker = np.array([[int(point) for point in line] for line in MARKERS[site]])
        assert (dense[2:7, 3:6][marker == 1] == LEVELS - 1).all()
        low, high = film.WindowCenter - film.WindowWidth / 2, film.WindowCenter + film.WindowWidth / 2
        inside = ((pixels >= low) & (pixels <= high)).mean()
        assert (inside < 0.5) == bool(key["window_wrong"].iat[row]), (index["file"].iat[row], inside)
        lung = dense[18:46, 12:52]
        # Who knows the place sees the nodule; who measures the whole film hardly does.
        if key["nodule"].iat[row]:
            r, c = int(key["row"].iat[row]), int(key["column"].iat[row])
            around = dense[max(0, r - 6) : r + 7, max(0, c - 6) : c + 7]
            shown.append(dense[r - 1 : r + 2, c - 1 : c + 2].mean() - np.median(around))
        background.append(lung.mean())
    assert np.mean(np.array(shown) > 0) > 0.85
    assert 0.4 < roc_auc_score(key["nodule"], background) < 0.75


def _check_people(index, truth, inputs):
    """Assert that all films of a person lie within one stay and show the same nodule."""
    stays = _stays(inputs)[["patient_id", "ward_arrival_at", "end"]]
    films = index.assign(taken_at=pd.to_datetime(index["taken_at"])).merge(stays, on="patient_id")
    within = films["taken_at"].between(films["ward_arrival_at"], films["end"])
    assert set(films.loc[within, "film_id"]) == set(index["film_id"])
    key = truth.merge(index[["film_id", "patient_id"]], on="film_id")
    again = key[key["patient_id"].duplicated(keep=False)].groupby("patient_id")
    assert again.ngroups > 10
    assert (again[["nodule", "row", "radius"]].nunique(dropna=False) == 1).all(axis=None)
    radius = key["radius"].dropna()
    assert radius.between(inputs.value("radius_least"), inputs.value("radius_most")).all()
