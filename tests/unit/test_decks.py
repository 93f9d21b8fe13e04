"""A presentation is read, counted, checked, and its narration becomes sentences for a voice."""

import shutil
from types import SimpleNamespace

import pytest

from ai2med import paths
from ai2med.book.decks import _let_decks_in, _numbers_of_the_page
from ai2med.curriculum import load_curriculum
from ai2med.decks import read_deck
from ai2med.decks.lint import lint_deck
from ai2med.decks.narration import narration, pronunciations, split_sentences, spoken, unspeakable

WORDS = " ".join(["word"] * 78)
SLIDE = """## Slide {k}

{body}

:::{{narration}}
{said}
:::

"""


def deck_text(slides=10, body="```{{cell}} fig-one\n```", said=WORDS, question="q01"):
    text = "# What it is about\n\n"
    for k in range(1, slides + 1):
        text += SLIDE.format(k=k, body=body.format() if k > 1 else f"```{{question}} {question}\n```", said=said)
    return text


@pytest.fixture
def unit(tmp_path):
    shutil.copy(paths.root() / "curriculum.yml", tmp_path)
    unit = load_curriculum(tmp_path).unit("2.2.4")
    unit.path.parent.mkdir(parents=True)
    unit.path.write_text("```{code-cell} ipython3\n:name: fig-one\nglue('u224_one', 1)\n```\n", encoding="utf-8")
    shutil.copy(load_curriculum(paths.root()).unit("2.2.4").items_path, unit.items_path)
    unit.deck_path.write_text(deck_text(), encoding="utf-8")
    return unit


def rules(unit, text):
    unit.deck_path.write_text(text, encoding="utf-8")
    return {problem.rule: problem for problem in lint_deck(unit.deck_path, unit.root)}


def test_a_good_presentation_has_no_problem(unit):
    assert lint_deck(unit.deck_path, unit.root) == []


def test_slides_bodies_and_narrations_are_told_apart(unit):
    unit.deck_path.write_text(
        "# T\n\n## One\n\nTwo {term}`shown words <x>` {cite:p}`key2020`.\n\n:::{narration}\nThree said words "
        "{glue:text}`u224_one:.2f`.\n:::\n\n## Two\n\n| a | b |\n|---|---|\n",
        encoding="utf-8",
    )
    deck = read_deck(unit.deck_path)
    assert (deck.title, [slide.title for slide in deck.slides]) == ("T", ["One", "Two"])
    assert (deck.slides[0].shown_words, deck.slides[0].spoken_words) == (3, 4)
    assert [slide.has_picture for slide in deck.slides] == [False, True]
    assert deck.slides[0].narration_line == 7


def test_minutes_follow_from_the_words_of_the_narration(unit):
    assert read_deck(unit.deck_path).minutes == 6
    unit.deck_path.write_text(deck_text(slides=12, said=f"{WORDS} {' '.join(['more'] * 12)}"), encoding="utf-8")
    assert read_deck(unit.deck_path).minutes == 8


@pytest.mark.parametrize(
    ("rule", "text", "message"),
    [
        ("deck-slides", deck_text(slides=7), "7 slides"),
        ("deck-slides", deck_text(slides=13), "13 slides"),
        ("deck-narration", deck_text(said="Too short."), "2 words"),
        ("deck-narration", deck_text() + "## Silent\n\nNothing said.\n", "no narration"),
        ("deck-minutes", deck_text(slides=9), "5.4 minutes"),
        ("deck-signs", deck_text(said=f"A → B. {WORDS}"), "cannot say → in the narration of slide 1"),
        ("deck-place", deck_text(body="Made in the cell above."), "says 'the cell'"),
        ("deck-place", deck_text(said=f"As the table below shows, {WORDS}"), "says 'table below'"),
        ("deck-words", deck_text(body=" ".join(["shown"] * 41)), "41 words"),
        ("deck-pictures", deck_text(body="Only words."), "0 of 10 slides"),
        ("deck-question", deck_text(question="q77"), "no question 'q77'"),
        ("deck-question", deck_text(body="```{{question}} q01\n```"), "asks 10 questions"),
        ("deck-cell", deck_text(body="```{{cell}} fig-two\n```"), "no cell with the name 'fig-two'"),
        ("deck-glue", deck_text(body="{{glue:text}}`u224_two:.1f`"), "glues 'u224_two'"),
        ("deck-title", deck_text().replace("# What it is about", ""), "no title"),
        ("alternative-text", deck_text(body="```{{figure}} a.png\n:alt: short\n```"), "no alternative text"),
    ],
)
def test_what_breaks_a_rule_is_named(unit, rule, text, message):
    found = rules(unit, text)
    assert message in found[rule].message
    assert found[rule].mend


def test_the_caption_of_a_shown_cell_points_to_no_place_of_the_page(unit):
    page = '```{{code-cell}} ipython3\n---\nname: fig-one\nmystnb:\n  figure:\n    caption: "{}"\n---\nx = 1\n```\n'
    unit.path.write_text(page.format("Above, the axis starts at 5."), encoding="utf-8")
    assert lint_deck(unit.deck_path, unit.root) == []
    unit.path.write_text(page.format("Synthetic, made in the cell above."), encoding="utf-8")
    found = lint_deck(unit.deck_path, unit.root)
    assert {problem.rule for problem in found} == {"deck-place"}
    assert "caption of fig-one says 'the cell'" in found[0].message


def test_a_file_that_belongs_to_no_unit_is_named(unit):
    stray = unit.deck_path.with_name("stray.deck.md")
    stray.write_text("# A\n", encoding="utf-8")
    assert [problem.rule for problem in lint_deck(stray, unit.root)] == ["deck-unit"]


def test_sentences_join_to_the_same_text():
    text = 'He asks: "Who?" Nobody knows. See Art. 6 and Dr. Ek. It was 0.86 of 1. So (perhaps) no.'
    found = split_sentences(text)
    assert "".join(found) == text
    assert found[-2:] == ["It was 0.86 of 1. ", "So (perhaps) no."]
    assert "See Art. 6 and Dr. Ek. " in found
    assert split_sentences("") == []


def test_a_voice_says_terms_as_people_do():
    assert spoken("NEWS2, the AUROC and PROBAST+AI") == "news two, the A U rock and pro bast A I"
    assert spoken("MAIL") == "MAIL"
    assert list(pronunciations()) == sorted(pronunciations())


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("interval -13.2 to −1.4", "interval minus 13.2 to minus 1.4"),
        ("it has +6.6, (+0.1)", "it has plus 6.6, (plus 0.1)"),
        ("2 ± 0.5", "2 plus or minus 0.5"),
        ("2 × 3 and 14/8", "2 times 3 and 14 over 8"),
        ("10–12 % of 38 °C", "10 to 12 per cent of 38 degrees Celsius"),
        ("≥ 5 or ≤3", "at least 5 or at most 3"),
        ("a 48-hour target, 2024-25, and/or X-rays", "a 48-hour target, 2024-25, and/or X-rays"),
    ],
)
def test_a_voice_says_signs_as_words(written, said):
    assert spoken(written) == said


def test_signs_without_a_word_are_named_once():
    assert unspeakable("A → B → C, d = 5 & “so”.") == "→=&"
    assert unspeakable("PROBAST+AI lost -0.3 (5 %)…") == ""


def test_the_narration_file_names_slides_sentences_questions_and_pronunciations():
    slides = [{"title": "One", "sentences": ["The AUROC rises.", "Why?"], "questions": ["2.2.4-q01"]}]
    found = narration("2.2.4", "Talk", 7, slides)
    assert found["pronunciations"] == {"AUROC": "A U rock"}
    assert found["slides"][0]["slide"] == 1
    assert found["slides"][0]["questions"] == ["2.2.4-q01"]
    assert found["slides"][0]["sentences"] == [
        {"text": "The AUROC rises.", "say": "The A U rock rises."},
        {"text": "Why?"},
    ]


def test_presentations_are_built_though_the_contents_list_leaves_them_out():
    unit = load_curriculum().unit("2.2.4")
    config = SimpleNamespace(exclude_patterns=[f"{unit.deck_docname}.md", "tests"])
    _let_decks_in(None, config)
    assert config.exclude_patterns == ["tests"]


def test_a_presentation_is_left_out_with_its_unit():
    unit = load_curriculum().unit("2.2.4")
    left_out = [f"{unit.docname}.md", f"{unit.deck_docname}.md"]
    config = SimpleNamespace(exclude_patterns=list(left_out))
    _let_decks_in(None, config)
    assert config.exclude_patterns == left_out


def test_glued_values_are_looked_up_in_the_units_page():
    unit = load_curriculum().unit("2.2.4")
    source = ["{glue:text}`u224_a:.2f` and {glue:text}`u224_b`"]
    _numbers_of_the_page(None, unit.deck_docname, source)
    page = f"{unit.slug}.md"
    assert source == [f"{{glue:text}}`{page}::u224_a:.2f` and {{glue:text}}`{page}::u224_b:s`"]
    _numbers_of_the_page(None, unit.docname, source)
    assert source[0].count("::") == 2


def test_every_presentation_of_the_book_is_without_problems():
    decks = [unit.deck_path for unit in load_curriculum().units if unit.deck_path.is_file()]
    assert decks
    assert [str(problem) for path in decks for problem in lint_deck(path)] == []
