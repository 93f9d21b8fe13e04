"""The articles of law that pages link: one file an act, dates from the one table."""

import pytest

from ai2med import paths
from ai2med.articles import article, articles
from ai2med.law import law_states
from ai2med.problems import ContentError
from ai2med.sources import source_entries


def written(folder, text, name="gdpr.yml"):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_every_article_leads_to_a_text_that_can_be_opened():
    entries = source_entries(paths.root())
    assert {found.source for found in articles().values() if "url" not in entries[found.source].fields} == set()


def test_every_act_says_as_of_which_day_its_dates_hold():
    acts = {found.act for found in articles().values()}
    assert acts <= set(law_states())
    assert len(law_states()) == len(list((paths.root() / "law").glob("*.yml")))


def test_an_article_says_from_when_it_applies_and_for_whom_where_that_differs():
    assert article("gdpr 22").told == "Applies from 25 May 2018."
    twice = "Applies from 2 December 2027 (uses in Annex III), from 2 August 2028 (devices)."
    assert article("ai-act 14").told == twice
    assert article("ai-act 86").told.endswith("that part applies later.")
    assert article("ai-act 4a").told == "Applies from 27 July 2026."


def test_an_unknown_article_names_the_file_to_write_it_into():
    with pytest.raises(ContentError, match=r"law/articles/ai_act.yml:1: article: .*'ai-act 999'.*Add \"999\" to it"):
        article("ai-act 999")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('act: GDPR\nsource: x\narticles: {"5": {title: A, applies: no-such-date}}\n', "no-such-date"),
        ('act: GDPR\nsource: x\narticles: {"5": {title: A, dates: gdpr-applies}}\n', "Art. 5 has the field 'dates'"),
        ("act: MDR\nsource: x\narticles: {}\n", "belongs into mdr.yml"),
        ("articles: [", "gdpr.yml:1: article"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path, text, said):
    with pytest.raises(ContentError, match=said):
        articles(written(tmp_path / "articles", text))
