"""The table of dates of law is read, checked and asked; a broken table says where and how to mend it."""

import datetime

import pytest

from ai2med.law import ROLES, LawError, format_date, law_date, law_dates

ROW = """- key: devices
  date: 2028-08-02
  act: AI Act
  what: High-risk rules apply to AI in medical devices.
  who: [provider, deployer]
  article: Art. 113
  source: ai_omnibus_2026
"""


@pytest.fixture
def table(tmp_path):
    def write(text):
        folder = tmp_path / "law"
        folder.mkdir(exist_ok=True)
        (folder / "ai_act.yml").write_text(text, encoding="utf-8")
        return folder

    return write


def test_the_books_own_table_holds_every_rule_and_the_dates_that_move_people():
    rows = law_dates()
    assert rows["date"].is_monotonic_increasing
    assert rows["key"].is_unique
    assert all(set(who) <= set(ROLES) for who in rows["who"])
    assert law_date("ai-act-devices") == datetime.date(2028, 8, 2)
    assert law_date("ai-act-annex-iii") == datetime.date(2027, 12, 2)


def test_rows_come_sorted_with_an_empty_note(table):
    early = ROW.replace("devices", "early", 1).replace("2028-08-02", "2025-02-02")
    rows = law_dates(table(ROW + early))
    assert rows["key"].tolist() == ["early", "devices"]
    assert rows["note"].tolist() == ["", ""]
    assert law_date("devices", table(ROW)) == datetime.date(2028, 8, 2)


def test_an_edit_is_seen_without_a_restart(table, tmp_path):
    import os

    folder = table(ROW)
    assert law_date("devices", folder).year == 2028
    table(ROW.replace("2028-08-02", "2029-08-02"))
    os.utime(folder / "ai_act.yml", ns=(1, 1))
    assert law_date("devices", folder).year == 2029


def test_the_callers_table_is_a_copy(table):
    path = table(ROW)
    mine = law_dates(path)
    mine.loc[0, "key"] = "changed"
    assert law_dates(path)["key"].tolist() == ["devices"]


def test_dates_are_written_the_same_in_every_place():
    assert format_date(datetime.date(2026, 12, 9)) == "9 December 2026"
    assert format_date(datetime.date(2025, 2, 2)) == "2 February 2025"


def test_an_unknown_key_offers_the_nearest(table):
    with pytest.raises(LawError, match=r"No date of law is called 'device'. Mend: Did you mean devices"):
        law_date("device", table(ROW))


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (ROW.replace("key: devices", "key: Devices!"), r"law/ai_act.yml:1: law-key: A row has the key 'Devices!'"),
        (ROW + ROW, r"law/ai_act.yml:8: law-key-twice: The key 'devices' stands twice"),
        (ROW.replace("2028-08-02", "'2028-08-02'"), r"law-day: .* Write year-month-day without quotes"),
        (ROW.replace("2028-08-02", "2028-02-31"), r"law/ai_act.yml:.*yaml: The file cannot be read"),
        (ROW.replace("provider", "vendor"), r"law-role: Row 'devices' names the role 'vendor'. Mend: Use one of: prov"),
        (ROW.replace("who: [provider, deployer]", "who: []"), r"law-who: Row 'devices' names nobody"),
        (ROW.replace("article: Art. 113", "artikel: 113"), r"law-field: Row 'devices' has the field 'artikel'"),
        (ROW.replace("article: Art. 113", "article: 113"), r"law-text: Row 'devices' has no text in 'article'"),
        (ROW.replace("what: High", "what: " + "High " * 40), r"law-length: Row 'devices': what has \d+ characters"),
        (ROW.replace("act: AI Act", "act: MDR"), r"law/ai_act.yml:1: law-act: .* Mend: Move it to mdr.yml"),
        ("key: devices\n", r"law-table: The table is not a list of rows"),
        ("- {key: a\n", r"law/ai_act.yml:2: yaml: The file cannot be read"),
        ("", r"law-table"),
    ],
)
def test_a_broken_table_names_file_line_rule_and_mend(table, broken, message):
    with pytest.raises(LawError, match=message) as caught:
        law_dates(table(broken))
    assert "Mend:" in str(caught.value)


def test_all_problems_come_at_once(table):
    with pytest.raises(LawError) as caught:
        law_dates(table(ROW.replace("provider", "vendor") + ROW.replace("AI Act", "''")))
    assert [(problem.line, problem.rule) for problem in caught.value.problems] == [
        (1, "law-role"),
        (8, "law-key-twice"),
        (8, "law-text"),
    ]


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(LawError, match="The dates of law are missing"):
        law_dates(tmp_path / "law")


def test_the_acts_make_one_table_sorted_by_date(table):
    folder = table(ROW)
    (folder / "mdr.yml").write_text(
        ROW.replace("key: devices", "key: mdr").replace("AI Act", "MDR").replace("2028-08-02", "2021-05-26"), "utf-8"
    )
    assert law_dates(folder)["key"].tolist() == ["mdr", "devices"]


def test_a_key_in_two_acts_names_both_places(table):
    folder = table(ROW)
    (folder / "mdr.yml").write_text(ROW.replace("AI Act", "MDR"), encoding="utf-8")
    with pytest.raises(LawError, match=r"law/mdr.yml:1: law-key-twice: .* stands also in law/ai_act.yml"):
        law_dates(folder)


def test_the_problems_of_all_acts_come_at_once(table):
    folder = table(ROW.replace("provider", "vendor"))
    (folder / "mdr.yml").write_text("- {key: a\n", encoding="utf-8")
    with pytest.raises(LawError) as caught:
        law_dates(folder)
    assert [problem.rule for problem in caught.value.problems] == ["law-role", "yaml"]
