"""What a learner reads after a check, in JupyterLab, in the page and in a terminal."""

import html
import re
from dataclasses import dataclass

# Colours come from the book's variables where they exist; the fallbacks keep 3:1 on white and on JupyterLab's black.
# Text inherits its colour and the background stays transparent, so both themes need no second style.
_BOX = (
    "border:1px solid var(--a2-line,#8593a1);border-left:0.4rem solid {edge};border-radius:0.4rem;"
    "padding:0.6rem 0.9rem;margin:0.5rem 0;font-size:1rem;line-height:1.5;overflow-wrap:anywhere"
)
_PASSED_EDGE = "var(--a2-good,#00855f)"
_FAILED_EDGE = "var(--a2-bad,#c4561a)"


@dataclass(frozen=True)
class Feedback:
    """The answer of a check.

    Parameters
    ----------
    passed : bool
        Whether every check of the task holds.
    message : str
        What happened, in the learner's terms. Inline Markdown: code, bold, emphasis.
    hint : str
        What to look at next; empty once the task is passed.
    task : str
        The task's id, such as ``2.2.4-t1``.
    key : str
        Names the mistake (``horizon``); empty once the task is passed.
    praise : str
        What the learner has now shown; empty until the task is passed.
    debug : str
        For authors only: the traceback of a check that could not finish. Never displayed.

    Examples
    --------
    >>> print(Feedback(False, "You counted 10 events.", "Filter on `hours <= 72`.", "2.2.4-t1", key="horizon"))
    ✗ Not yet. You counted 10 events.
      Hint: Filter on `hours <= 72`.
    """

    passed: bool
    message: str
    hint: str
    task: str
    key: str = ""
    praise: str = ""
    debug: str = ""

    def as_dict(self) -> dict:
        """Return what the page and its progress store need, JSON-ready.

        >>> Feedback(True, "All checks pass.", "", "2.2.4-t1").as_dict()["passed"]
        True
        """
        return {
            "passed": self.passed,
            "message": self.message,
            "hint": self.hint,
            "task": self.task,
            "key": self.key,
            "praise": self.praise,
        }

    @property
    def verdict(self) -> str:
        """Return the symbol and word that carry the verdict without colour."""
        return "✓ Passed." if self.passed else "✗ Not yet."

    def _repr_html_(self) -> str:
        state, edge = ("passed", _PASSED_EDGE) if self.passed else ("failed", _FAILED_EDGE)
        symbol, word = self.verdict.split(" ", 1)
        lines = [
            f'<p style="margin:0"><strong><span aria-hidden="true">{symbol}</span> {word}</strong> '
            f"{inline_html(self.message)}</p>"
        ]
        for label, text in (("", self.praise), ("Hint: ", self.hint)):
            if text:
                lead = f"<strong>{label}</strong>" if label else ""
                lines.append(f'<p style="margin:0.4rem 0 0">{lead}{inline_html(text)}</p>')
        return (
            f'<div class="ai2med-feedback ai2med-feedback-{state}" role="status" '
            f'data-task-id="{html.escape(self.task)}" data-passed="{str(self.passed).lower()}" '
            f'data-key="{html.escape(self.key)}" style="{_BOX.format(edge=edge)}">' + "".join(lines) + "</div>"
        )

    def _repr_markdown_(self) -> str:
        parts = [f"**{self.verdict}** {self.message}", self.praise, f"**Hint:** {self.hint}" if self.hint else ""]
        return "\n\n".join(part for part in parts if part)

    def __str__(self) -> str:
        parts = [f"{self.verdict} {self.message}", self.praise, f"Hint: {self.hint}" if self.hint else ""]
        return "\n  ".join(part for part in parts if part)

    __repr__ = __str__


def inline_html(text: str) -> str:
    """Turn inline Markdown (code, bold, emphasis) into HTML; everything else is escaped.

    >>> inline_html("`a < b` is **not** *p*")
    '<code>a &lt; b</code> is <strong>not</strong> <em>p</em>'
    """
    pieces = re.split(r"`([^`]+)`", text)
    for i, piece in enumerate(pieces):
        safe = html.escape(piece, quote=False)
        if i % 2:
            pieces[i] = f"<code>{safe}</code>"
        else:
            safe = re.sub(r"\*\*(\S(?:.*?\S)?)\*\*", r"<strong>\1</strong>", safe)
            pieces[i] = re.sub(r"(?<!\*)\*([^\s*](?:[^*]*[^\s*])?)\*(?!\*)", r"<em>\1</em>", safe)
    return "".join(pieces)
