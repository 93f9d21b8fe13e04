"""Questions as plain HTML: what a reader without scripts, a printer and a search engine see.

The interactive check replaces this text on the screen and leaves it for paper (see ``host.mjs``), so the question,
its options and the answers with their explanations are in the page whatever runs in the browser.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from html import escape
from itertools import groupby

from ai2med.items import item_json

__all__ = ["answers_html", "items_html", "rich_html", "state_script"]

MODULE = "knowledge_check.mjs"
MODES = ("inline", "closing", "opening", "exercise")

_HEADINGS = {
    "closing": "Question {k} of {n}",
    "inline": "Check your understanding",
    "opening": "Before you read: a first guess",
    "exercise": "Your decision",
}
_LEVELS = {"recall": "Recall", "apply": "Apply", "judge": "Judge"}
_QUALITY = {"good": "Good choice", "acceptable": "Acceptable choice", "poor": "Poor choice"}
_ENDING = {"good": "A good ending", "partial": "Not the best ending", "poor": "Not a good ending"}


def rich_html(rich, *, inline=False, blank=None) -> str:
    """Return rich text, a list of paragraphs of runs, as HTML.

    Parameters
    ----------
    rich : list of list of dict
        As `ai2med.items.item_json` gives it.
    inline : bool
        True for one ``<span>`` instead of paragraphs.
    blank : callable, optional
        Takes the name of a gap and returns the HTML to show in its place.

    Examples
    --------
    >>> rich_html([[{"t": "Is 3 < 4 "}, {"t": "true", "b": True}]])
    '<p dir="auto">Is 3 &lt; 4 <strong>true</strong></p>'
    """
    paragraphs = [_runs(runs, blank) for runs in rich or []]
    if inline:
        return f'<span dir="auto">{" ".join(paragraphs)}</span>'
    return "".join(f'<p dir="auto">{text}</p>' for text in paragraphs)


def _runs(runs, blank):
    parts = []
    for asks, together in groupby(runs, key=lambda run: run.get("q", False)):
        text = "".join(_run(run, blank) for run in together)
        parts.append(f'<span class="a2-kc-question">{text}</span>' if asks else text)
    return "".join(parts)


def _run(run, blank):
    if "blank" in run:
        gap = blank(run["blank"])
        return f'<span class="a2-kc-joined">{gap}{escape(run["tail"])}</span>' if "tail" in run else gap
    text = escape(run["t"])
    for mark, tag in (("c", "code"), ("i", "em"), ("b", "strong")):
        if run.get(mark):
            text = f"<{tag}>{text}</{tag}>"
    return f'<a href="{escape(run["href"])}">{text}</a>' if run.get("href") else text


def _code(text, label):
    return (
        f'<pre class="a2-kc-code" tabindex="0" role="group" aria-label="{escape(label)}">'
        f"<code>{escape(text.rstrip())}</code></pre>"
    )


def _list(entries, tag="ul", css=""):
    body = "".join(f"<li>{entry}</li>" for entry in entries)
    return f'<{tag} class="{css}">{body}</{tag}>' if css else f"<{tag}>{body}</{tag}>"


def _strong(text):
    return f"<strong>{text}</strong>"


def _long_date(iso):
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"


def _number(value):
    return f"{value:.6g}"


# Per type: what stands below the question, and what is right and why.


def _choice(item):
    options = _list((rich_html(option["text"], inline=True) for option in item["options"]), "ol", "a2-kc-letters")
    answers = [
        f"<p>{'Right' if option['correct'] else 'Not right'}: {_strong(rich_html(option['text'], inline=True))}</p>"
        + rich_html(option["feedback"])
        for option in item["options"]
    ]
    return options, _list(answers, "ol", "a2-kc-letters")


def _numeric(item):
    first = item["variants"][0]
    unit = f" {escape(item['answer_unit'])}" if item["answer_unit"] else ""
    tolerance = f" (accepted within {_number(first['tolerance'])})" if first["tolerance"] else ""
    slips = [f"{_number(slip['value'])}{unit}: {rich_html(slip['feedback'], inline=True)}" for slip in first["slips"]]
    answer = f"<p>{_strong(_number(first['answer']) + unit)}{tolerance}</p>{rich_html(first['feedback']['correct'])}"
    return f"<p>Answer: {_gap()}{unit}</p>", answer + (f"<p>Common slips:</p>{_list(slips)}" if slips else "")


def _ordering(item):
    texts = {element["id"]: rich_html(element["text"], inline=True) for element in item["elements"]}
    right = _list((texts[element["id"]] for element in item["elements"]), "ol")
    return _list(texts[key] for key in item["shown"]), right + rich_html(item["feedback"]["correct"])


def _matching(item):
    targets = {target["id"]: rich_html(target["text"], inline=True) for target in item["targets"]}
    prompts = _list(rich_html(prompt["text"], inline=True) for prompt in item["prompts"])
    partners = _list((targets[key] for key in item["shown"]), "ol", "a2-kc-letters")
    right = [
        f"{rich_html(prompt['text'], inline=True)} → {_strong(targets[prompt['answer']])}"
        + rich_html(prompt.get("feedback"))
        for prompt in item["prompts"]
    ]
    return f"{prompts}<p>To choose from:</p>{partners}", _list(right) + rich_html(item["feedback"]["correct"])


def _gap(number=None):
    name = "gap" if number is None else f"gap {number}"
    return f'{_gap_number(number)}<span class="a2-kc-blankline"><span class="a2-hidden">{name}</span>&nbsp;</span>'


def _gap_number(number):
    return "" if number is None else f'<sup class="a2-kc-gapno" aria-hidden="true">{number}</sup>'


def _fill(item):
    blanks = item["blanks"]
    # The numbers are those of the text; the file may describe the gaps in another order.
    names = [run["blank"] for runs in item["text"] for run in runs if "blank" in run]
    numbers = {name: k for k, name in enumerate(names, 1)}
    choices = [
        f"Gap {numbers[name]}: {' / '.join(map(escape, blanks[name]['choices']))}"
        for name in names
        if blanks[name]["choices"]
    ]
    question = rich_html(item["text"], blank=lambda name: _gap(numbers[name])) + (_list(choices) if choices else "")
    filled = rich_html(
        item["text"], blank=lambda name: _gap_number(numbers[name]) + _strong(escape(blanks[name]["accept"][0]))
    )
    notes = [
        f"Gap {numbers[name]}: {rich_html(blanks[name]['feedback'], inline=True)}"
        for name in names
        if blanks[name]["feedback"]
    ]
    return question, filled + _list(notes) + rich_html(item["feedback"]["correct"])


def _predict(item):
    answer = _code(item["accept"][0], "Output")
    return _code(item["code"], "Code"), answer + rich_html(item["feedback"]["correct"])


def _parsons(item):
    texts = {line["id"]: line["text"] for line in [*item["lines"], *item["distractors"]]}
    at_hand = _list(f"<code>{escape(texts[key])}</code>" for key in item["shown"])
    program = _code("\n".join("    " * line["indent"] + line["text"] for line in item["lines"]), "The right program")
    traps = [
        f"<code>{escape(line['text'])}</code>: {rich_html(line['feedback'], inline=True)}"
        for line in item["distractors"]
    ]
    left_out = f"<p>Lines to leave out:</p>{_list(traps)}" if traps else ""
    return f"<p>Lines at hand:</p>{at_hand}", program + left_out + rich_html(item["feedback"]["correct"])


def _branching(item):
    numbers = {key: k for k, key in enumerate(item["nodes"], 1)}
    scenes, review = [], []
    for node in item["nodes"].values():
        thinks = "<p>What goes on in their mind:</p>" + rich_html(node["thinks"]) if node["thinks"] else ""
        replies = _list((rich_html(choice["text"], inline=True) for choice in node["choices"]), "ol", "a2-kc-letters")
        scenes.append(rich_html(node["says"]) + thinks + (replies if node["choices"] else ""))
        if node["ending"]:
            review.append(f"<p>{_strong(_ENDING[node['ending']])}</p>{rich_html(node['feedback'])}")
            continue
        judged = [
            f"<p>{_QUALITY[choice['quality']]} (on to scene {numbers[choice['next']]}): "
            f"{_strong(rich_html(choice['text'], inline=True))}</p>{rich_html(choice['feedback'])}"
            for choice in node["choices"]
        ]
        review.append(_list(judged, "ol", "a2-kc-letters"))
    return f"<p>Scenes:</p>{_list(scenes, 'ol')}", f"<p>Scene by scene:</p>{_list(review, 'ol')}"


def _text(item):
    asked = _list(rich_html(fact["label"], inline=True) for fact in item["facts"])
    rubric = _list(rich_html(line["text"], inline=True) for line in item["rubric"])
    question = "<p>Write your text on paper or in a text editor, then compare it with the model answer.</p>"
    answer = (
        f"<p>{_strong('A model answer')}</p>{rich_html(item['model'])}"
        f"<p>{_strong('What a text should say')}</p>{asked}"
        f"<p>{_strong('Judge your text yourself: met, partly, not yet')}</p>{rubric}"
    )
    return question, answer


_TYPES = {
    "single": _choice,
    "multiple": _choice,
    "numeric": _numeric,
    "ordering": _ordering,
    "matching": _matching,
    "fill": _fill,
    "predict": _predict,
    "parsons": _parsons,
    "branching": _branching,
    "text": _text,
}


def _item(item, mode, k, n, answers):
    question, answer = _TYPES[item["type"]](item)
    title = _HEADINGS[mode].format(k=k, n=n)
    tag = "h3" if mode == "closing" else "p"
    about = (
        "Not counted. The unit comes back to this question."
        if mode == "opening"
        else f"Outcome {escape(item['outcome'])} · {_LEVELS[item['level']]}"
    )
    if answers == "here":
        close = (
            f'<details class="a2-answers"><summary>Answers and explanations</summary>{_reasons(item, answer)}</details>'
        )
    else:
        close = f'<p class="a2-kc-soft"><a href="#{answer_id(item)}">Answer and explanation</a></p>'
    return (
        f'<div class="a2-kc-item" role="group" aria-label="{title}" data-item-id="{escape(item["id"])}">'
        f'<div class="a2-kc-head"><{tag} class="a2-kc-name">{title}</{tag}><p class="a2-kc-soft">{about}</p></div>'
        f'<div class="a2-kc-stem">{rich_html(item["stem"])}</div>{question}{close}</div>'
    )


def _reasons(item, answer):
    valid = f"<p>State of law and guidance: {_long_date(item['valid_on'])}.</p>" if item["valid_on"] else ""
    return f"{answer}{rich_html(item['explanation'])}{valid}"


def answer_id(item: Mapping) -> str:
    """Return the id of an item's answer in the appendix of its page."""
    return f"answer-{escape(item['id'].replace('.', '-'))}"


def answers_html(items: Iterable) -> str:
    """Return the answers of a page's questions, each under a fold that begins with the question's own words.

    Parameters
    ----------
    items : iterable of Item or dict
        In the order of the page.
    """
    folds = []
    for item in items:
        data = item if isinstance(item, dict) else item_json(item)
        _, answer = _TYPES[data["type"]](data)
        words = " ".join(run.get("t", "…") for runs in data["stem"] for run in runs).split()
        start = escape(" ".join(words[:14])) + (" …" if len(words) > 14 else "")
        folds.append(
            f'<details class="fold" id="{answer_id(data)}"><summary dir="auto">{start}</summary>'
            f"{_reasons(data, answer)}</details>"
        )
    return "".join(folds)


def state_script(state: Mapping) -> str:
    r"""Return a script element that holds `state` as JSON and cannot be left early by any text in it.

    >>> state_script({"title": "</script>"})
    '<script type="application/json">{"title":"\\u003c/script>"}</script>'
    """
    text = json.dumps(state, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/json">{text}</script>'


def items_html(
    items: Iterable, outcomes: Mapping[str, str], mode: str, heading: str | None = None, answers: str = "here"
) -> str:
    """Return the knowledge check as a built page holds it.

    Parameters
    ----------
    items : iterable of Item or dict
        The questions, in the order to show: models, or what `ai2med.items.item_json` made of them.
    outcomes : mapping of str to str
        Letter of an outcome to its text.
    mode : {"inline", "closing", "opening", "exercise"}
        Where the questions stand; decides about progress, results and wording.
    heading : str, optional
        A title above the questions.
    answers : {"here", "appendix"}
        Whether the answers stand under a fold at each question, or the page holds `answers_html` elsewhere.

    Returns
    -------
    str
        One element ``div[data-widget="knowledge-check"]`` with the state as JSON and, until a script replaces it, the
        questions with folded answers.

    Raises
    ------
    ValueError
        If `mode` is unknown or there are no items.
    """
    if mode not in MODES:
        raise ValueError(f"Unknown mode {mode!r}: write one of {', '.join(MODES)}.")
    data = [item if isinstance(item, dict) else item_json(item) for item in items]
    if not data:
        raise ValueError("A knowledge check needs at least one item.")
    state = {"unit": data[0]["unit"], "title": heading or "", "items": data, "outcomes": dict(outcomes), "mode": mode}
    title = f'<p class="a2-title" dir="auto">{escape(heading)}</p>' if heading else ""
    body = "".join(_item(item, mode, k, len(data), answers) for k, item in enumerate(data, 1))
    return (
        f'<div class="ai2med-widget" data-widget="knowledge-check" data-module="{MODULE}">{state_script(state)}'
        f'<div class="ai2med-fallback a2-root a2-kc" data-print data-mode="{mode}">{title}'
        f'<div class="a2-kc-list">{body}</div></div></div>'
    )
