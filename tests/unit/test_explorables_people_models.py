"""The explorables on letters and law count rightly, refuse broken content, and survive hostile words."""

import copy
import json
import re
import subprocess
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import pytest
import yaml

from ai2med import explorable, law_dates
from ai2med.explorables._faces import folder, module
from ai2med.explorables._node import _program, ask
from ai2med.explorables.leaflet import check_leaflet
from ai2med.problems import ContentError
from ai2med.readability import measure

HOSTILE = "</script><img src=x onerror=alert(1)>\u2028{n} \u202e\"'&"
VECTORS = json.loads((Path(__file__).parent / "fixtures/readability_vectors.json").read_text(encoding="utf-8"))
ODD_TEXTS = [
    HOSTILE,
    "Ça coûte 1.000 €; naïve café",
    "Γιατρός 5 of 10",
    "😀 5 of 10 😀😀 5",
    "a\u2028b.\u00a0C\r\n\r\n- d",
    "W " * 300,
]

PATHS = """valid_on: 2026-10-01
forks:
  - id: ai-system
    question: Is it an AI system?
    options:
      - {id: yes, text: Yes it infers}
      - {id: no, text: No}
systems:
  - id: S1
    title: A fixed rule
    description: It adds points.
    answers:
      ai-system:
        answer: no
        article: AI Act Art. 3(1)
        feedback:
          yes: It does not infer.
          no: Right.
    result:
      summary: No AI system.
      duties:
        - {id: basis, who: controller, duty: A legal basis., article: GDPR Art. 6, date_key: gdpr}
    changes:
      - id: learned
        fact: It is learned.
        effect: Door 1 opens.
        adds: [{id: high, who: [provider], duty: Requirements., article: Art. 9, date_key: devices}]
        moves: [{duty: basis, date_key: devices, why: Only to show it.}]
"""
DATES = pd.DataFrame(
    [
        {"key": "gdpr", "date": pd.Timestamp("2018-05-25")},
        {"key": "devices", "date": pd.Timestamp("2028-08-02")},
    ]
)


def test_meter_and_python_count_alike():
    texts = [vector["text"] for vector in VECTORS["texts"] + VECTORS["leaflets"]] + ODD_TEXTS
    texts += [word for listed in VECTORS["syllables"].values() for word in listed.split()]
    meter = explorable("readability-meter", text="x").data
    given = json.dumps({"texts": texts, "checks": meter["checks"], "rules": meter["rules"]})
    room = (folder() / "readability-meter").as_uri()
    code = f"""
        import {{ measureText }} from "{room}/readability.mjs";
        import {{ checkLeaflet }} from "{room}/leaflet.mjs";
        let input = "";
        for await (const chunk of process.stdin) input += chunk;
        const {{ texts, checks, rules }} = JSON.parse(input);
        console.log(JSON.stringify(texts.map((text) => [measureText(text), checkLeaflet(text, checks, rules)])));
    """
    command = [_program(), "--input-type=module", "--eval", code]
    done = subprocess.run(command, input=given, capture_output=True, encoding="utf-8", timeout=60, check=True)
    for text, (counts, findings) in zip(texts, json.loads(done.stdout), strict=True):
        assert counts == pytest.approx(asdict(measure(text)), nan_ok=True), text
        assert findings == [{**asdict(each), "found": list(each.found)} for each in check_leaflet(text)], text


def test_meter_hands_over_checks_in_the_order_asked():
    meter = explorable("readability-meter", text="Call us.", checks=["contact", "action"])
    assert [check["id"] for check in meter.data["checks"]] == ["contact", "action"]
    # The page that erases what was typed looks for it there.
    assert meter.data["key"] == "leaflet"
    with pytest.raises(ValueError, match="No leaflet check is called"):
        explorable("readability-meter", text="Call us.", checks=["kindness"])


def shown(words):
    data = yaml.safe_load(PATHS)
    data["systems"][0]["title"] = words
    row = dict(law_dates().to_dict("records")[0], what=words, key="x", note="", act="Act", article="Art. 1", source="s")
    return [
        explorable("readability-meter", text=words, label=words, key=words),
        explorable("law-path", **data, dates=DATES),
        explorable("law-timeline", dates=[row]),
    ]


@pytest.mark.parametrize("index", range(3))
def test_hostile_words_stay_words(index):
    page = shown(HOSTILE)[index].page_html()
    assert page.count("</script>") == 1
    assert "<img" not in page.replace(re.search(r"<script.*?</script>", page, re.DOTALL).group(), "")
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL).group(1))
    said = json.dumps(state, ensure_ascii=False)
    assert any(json.dumps(words, ensure_ascii=False)[1:-1] in said for words in (HOSTILE, " ".join(HOSTILE.split())))


def read(text, **changes):
    return explorable("law-path", **yaml.safe_load(text), dates=DATES, **changes)


def test_law_path_reads_bare_yes_and_no():
    path = read(PATHS).data
    assert path["systems"][0]["answers"]["ai-system"]["answer"] == ["no"]
    assert [option["id"] for option in path["forks"][0]["options"]] == ["yes", "no"]
    assert path["systems"][0]["duties"][0]["date"] == "2018-05-25"
    assert path["systems"][0]["duties"][0]["who"] == "controller (GDPR)"


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("          no: Right.\n", "", 16, r"no feedback for option 'no'. Mend: Write one under feedback"),
        ("          no: Right.", "          maybe: Right.", 18, r"maybe: this is no option"),
        ("answer: no", "answer: perhaps", 14, r"answer 'perhaps' is no option. Mend: Use yes, no"),
        ("date_key: gdpr", "date_key: gdrp", 22, r"no date of law is called 'gdrp'. Mend: Did you mean gdpr"),
        ("who: controller", "who: hospital", 22, r"unknown role 'hospital'. Mend: Use one of: provider"),
        ("duty: basis", "duty: bases", 24, r"no duty of the result is called 'bases'. Mend: Use basis"),
        (
            "      ai-system:\n        answer",
            "      ai:\n        answer",
            13,
            r"no fork has this id. Mend: Use one of: ai",
        ),
        ("    title: A fixed rule\n", "", 9, r"path-field: systems > 0: no title. Mend: Add title"),
        ("    title:", "    titel: x\n    title:", 9, r"unknown field 'titel'"),
        ("      - {id: no, text: No}\n", "", 5, r"1 options. Mend: Offer two to five"),
        ("id: no, text: No", "id: yes, text: No", 7, r"the id 'yes' stands twice"),
        ("effect: Door 1 opens.", "effect: " + "word " * 90, 26, r"90 words. Mend: Say it in at most 80"),
        ("valid_on: 2026-10-01", "valid_on: soon", 1, r"'soon' is no date"),
        ("forks:\n", "forks: 7\nother:\n", 1, r"path-field: : unknown field 'other'"),
        ("forks:\n", "forks: [\n", 3, r"yaml"),
    ],
)
def test_a_broken_paths_file_names_line_rule_and_mend(tmp_path, old, new, line, message):
    assert old in PATHS
    path = tmp_path / "unit.paths.yml"
    path.write_text(PATHS.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError, match=message) as caught:
        explorable("law-path", file=path, dates=DATES)
    assert line in [problem.line for problem in caught.value.problems]


def test_a_missing_paths_file_is_named(tmp_path):
    with pytest.raises(ContentError, match="The file is missing"):
        explorable("law-path", file=tmp_path / "none.paths.yml")


def test_the_lists_of_the_caller_are_not_changed():
    data = yaml.safe_load(PATHS)
    before = copy.deepcopy(data)
    explorable("law-path", **data, dates=DATES)
    assert data == before


def test_timeline_checks_rows_and_filters():
    rows = law_dates()
    timeline = explorable("law-timeline", dates=rows, act="AI Act", day="2026-10-01")
    assert timeline.state == {"act": "AI Act", "day": "2026-10-01"}
    dates = [row["date"] for row in timeline.data["dates"]]
    assert dates == sorted(dates)
    assert len(dates) == len(rows)
    with pytest.raises(ValueError, match="act='GDRP' is not in the table"):
        explorable("law-timeline", dates=rows, act="GDRP")
    with pytest.raises(ValueError, match="Invalid isoformat"):
        explorable("law-timeline", dates=rows, day="yesterday")
    with pytest.raises(ContentError, match="law-who"):
        explorable("law-timeline", dates=[{**rows.to_dict("records")[0], "who": []}])


def test_a_hospital_that_uses_ai_finds_all_its_acts_in_the_books_table():
    made = explorable("law-timeline", who="hospital", day="2026-10-01")
    first = {"ask": "first", "file": str(module("law-timeline")), "data": made.data, "state": made.state, "key": "k"}
    drawn = re.search('<svg role="img".*?</svg>', ask([first])[0]["html"]).group()
    acts = {act for act in law_dates()["act"] if f">{act}</text>" in drawn}
    assert acts == {"AI Act", "EHDS", "GDPR", "IVDR", "MDR", "NIS2"}
