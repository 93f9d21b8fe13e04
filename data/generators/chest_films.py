"""Small synthetic chest films as DICOM files of twelve bits, some with a nodule, each with a burnt-in marker.

A film is drawn: a body, two lungs, ribs, a heart, and noise. The number in a pixel says how much of the beam is held
back, except at a site whose films are stored inverted.
"""

import io

import numpy as np
import pandas as pd
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRLittleEndian, generate_uid

READS = ("admissions",)
SIZE = 64
LEVELS = 4096
SPACING = 5.0  # mm from pixel to pixel
FOR_PRESENTATION = UID("1.2.840.10008.5.1.4.1.1.1.1.1")
IMPLEMENTATION = UID("2.25.157229438047613914512860930237413210733")
# The marker of a site, five by three pixels.
MARKERS = {
    "A": ("010", "101", "111", "101", "101"),
    "B": ("110", "101", "110", "101", "110"),
    "C": ("111", "100", "100", "100", "111"),
}
INDEX = ("file", "film_id", "patient_id", "site", "view", "taken_at", "nodule")


def make(inputs):
    """Return the films with their index, and the truth: where a nodule is, and which films have a fault."""
    rng = inputs.stream()
    films = _films(rng, inputs)
    files, rows, key = {}, [], []
    for number, (patient, site, when) in enumerate(films, 1):
        film_id = f"X{number:03d}"
        ill = rng.random() < inputs.value(f"nodule_{site.lower()}")
        row, column = _place(rng)
        radius, contrast = rng.uniform(1.8, 3.2), rng.uniform(0.6, 1.3) * inputs.value("contrast")
        pixels = _draw(rng, inputs, (row, column, radius, contrast) if ill else None)
        _mark(pixels, MARKERS[site])
        wrong_window = rng.random() < inputs.value("wrong_window")
        view = "AP" if rng.random() < (0.5 if site == "C" else 0.1) else "PA"
        wrong_label = rng.random() < inputs.value("wrong_label")
        film = _dicom(film_id, patient, site, when, view, pixels, wrong_window)
        files[f"film-{number:03d}.dcm"] = film
        rows.append((f"film-{number:03d}.dcm", film_id, patient, site, view, when, int(ill != wrong_label)))
        place = (row, column, round(radius, 2)) if ill else (None, None, None)
        key.append((film_id, int(ill), *place, int(wrong_label), int(wrong_window)))
    index = pd.DataFrame(rows, columns=INDEX)
    index["taken_at"] = index["taken_at"].dt.strftime("%Y-%m-%d %H:%M")
    files["films.csv"] = index.to_csv(index=False, lineterminator="\n").encode()
    names = ["film_id", "nodule", "row", "column", "radius", "label_wrong", "window_wrong"]
    return files, pd.DataFrame(key, columns=names)


def _films(rng, inputs):
    """Return person, site and time of every film; some people have two."""
    stays = inputs.table("admissions").drop_duplicates("patient_id")
    stays = stays[stays["main_problem"].isin(["respiratory", "infection", "heart"])]
    people = min(int(inputs.value("people")), len(stays))
    chosen = stays.iloc[np.sort(rng.choice(len(stays), people, replace=False)).astype(np.intp)]
    films = []
    for row in chosen.itertuples():
        when = row.ward_arrival_at + pd.Timedelta(minutes=int(rng.integers(20, 400)))
        films.append((row.patient_id, row.site, when))
        if rng.random() < inputs.value("second_film"):
            films.append((row.patient_id, row.site, when + pd.Timedelta(hours=int(rng.integers(20, 80)))))
    return films


def _place(rng):
    """Return row and column of a point inside a lung."""
    side = 1 if rng.random() < 0.5 else -1
    return int(rng.integers(20, 44)), round(SIZE / 2 + side * rng.uniform(10, 18))


def _draw(rng, inputs, nodule):
    """Return the pixels of a film, from 0 (the beam passes) to 4095."""
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(float)
    middle = SIZE / 2 + rng.normal(0, 1.0)
    film = np.full((SIZE, SIZE), 300.0)
    film += 1500 * _soft(1 - ((x - middle) / 29) ** 4 - ((y - 38) / 40) ** 4)
    lungs = sum(
        _soft(1 - ((x - middle - side * 14) / rng.uniform(9.5, 11.5)) ** 2 - ((y - 33) / rng.uniform(20, 23)) ** 2)
        for side in (-1, 1)
    )
    film -= 900 * np.minimum(lungs, 1)
    film += 500 * np.exp(-(((x - middle) / 4.5) ** 2))
    film += 650 * _soft(1 - ((x - middle - 4) / 10) ** 2 - ((y - 43) / 10) ** 2)
    ribs = np.sin((y + 0.012 * (x - middle) ** 2) * 2 * np.pi / 7.5 + rng.uniform(0, 6))
    film += 90 * np.clip(ribs, 0, None) * np.minimum(lungs, 1)
    if nodule:
        row, column, radius, contrast = nodule
        film += contrast * np.exp(-(((y - row) ** 2 + (x - column) ** 2) / (2 * radius**2)))
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


def _dicom(film_id, patient, site, when, view, pixels, wrong_window):
    """Return one DICOM file."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = FOR_PRESENTATION
    meta.MediaStorageSOPInstanceUID = generate_uid(prefix="2.25.", entropy_srcs=["ai2med", film_id])
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = IMPLEMENTATION
    # Named here, so that another version of the library writes the same file.
    meta.ImplementationVersionName = "AI2MED_1"
    film = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    film.SpecificCharacterSet = "ISO_IR 192"
    film.SOPClassUID, film.SOPInstanceUID = FOR_PRESENTATION, meta.MediaStorageSOPInstanceUID
    film.StudyInstanceUID = generate_uid(prefix="2.25.", entropy_srcs=["ai2med", film_id, "study"])
    film.SeriesInstanceUID = generate_uid(prefix="2.25.", entropy_srcs=["ai2med", film_id, "series"])
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
    key = truth.set_index("film_id").loc[index["film_id"]].reset_index()
    assert abs(key["label_wrong"].mean() - inputs.value("wrong_label")) < 0.04
    assert ((key["nodule"] != index["nodule"]) == (key["label_wrong"] == 1)).all()
    assert abs(key["window_wrong"].mean() - inputs.value("wrong_window")) < 0.04
    # The site tells more about a nodule than it should: a shortcut to be found.
    share = key.groupby(index["site"])["nodule"].mean()
    assert share["C"] > share["A"] + 0.2
    shown, background = [], []
    for row, film in enumerate(map(films.get, index["file"])):
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
