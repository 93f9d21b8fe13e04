"""The headings of pandas' tables: the names of indexes stand in the heading, and only there."""

import re

import pandas as pd
import pytest

from ai2med.book.tables import mended

STAYS = pd.DataFrame({"site": ["A", "A", "B"], "ward": [1, 2, 1], "n": [5, 6, 7], "died": [0, 1, 0]})


def heading(table):
    head = re.search(r"<thead>(.*?)</thead>", mended(table.to_html()), re.DOTALL)[1]
    rows = re.findall(r"<tr.*?</tr>", head, re.DOTALL)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        (STAYS[["n"]], [["", "n"]]),
        (STAYS.groupby("site")[["n", "died"]].sum(), [["site", "n", "died"]]),
        (STAYS.set_index(["site", "ward"]), [["site", "ward", "n", "died"]]),
        (STAYS.groupby("site").agg({"n": ["min", "max"]}), [["", "n"], ["site", "min", "max"]]),
        # The columns have a name as well, which stands where that of the index would go.
        (STAYS.pivot_table(index="site", columns="ward", values="n"), [["ward", "1", "2"], ["site", "", ""]]),
    ],
    ids=["no name", "one name", "two names", "columns of two levels", "named columns"],
)
def test_the_name_of_an_index_goes_into_the_heading(table, rows):
    assert heading(table) == rows


def test_a_styled_table_is_mended_likewise_and_two_rows_of_words_stay():
    styled = (
        '<thead><tr><th class="blank level0" >&nbsp;</th><th class="col_heading" >n</th></tr>\n'
        '<tr><th class="index_name level0" >site</th><th class="blank col0" >&nbsp;</th></tr></thead>'
    )
    assert re.findall(r"<th\b[^>]*>(.*?)</th>", mended(styled)) == ["site", "n"]
    words = "<thead><tr><th>A</th><th>B</th></tr><tr><th>C</th><th>D</th></tr></thead>"
    assert mended(words) == words.replace("<th>", '<th scope="col">')


def test_a_data_frame_has_a_caption_and_headings_with_a_scope_and_other_tables_keep_theirs():
    told = mended(STAYS.groupby("site")[["n", "died"]].sum().to_html())
    assert '<caption class="visually-hidden">Table with 2 rows and the columns site, n, died</caption>' in told
    assert re.findall(r'<th scope="(\w+)"', told) == ["col", "col", "col", "row", "row"]
    assert "Table with 1 row and the columns n" in mended(STAYS[["n"]].head(1).to_html())
    own = '<table><caption>Ours</caption><thead><tr><th scope="colgroup">A</th></tr></thead></table>'
    assert mended(own) == own
