"""Ask a page with a limit: a promise that is never kept, or a renderer that is gone, is told and not waited for."""

from playwright.sync_api import Error, TimeoutError

__all__ = ["UnansweredError", "evaluate_within", "frames_drawn", "state_of"]

# `Page.evaluate` waits for a promise without end. `Page.wait_for_function` has a limit, which the driver keeps outside
# of the page, but does not wait for promises: so the page notes how the promise ended, and is asked for the note. Not
# with every frame, as is the custom: a page that is not shown draws none.
_ASKED = """([key, arg]) => {
  const asked = (globalThis.ai2medAsked ??= new Map());
  if (!asked.has(key)) {
    const note = {};
    asked.set(key, note);
    const made = (%s
    );
    Promise.resolve(typeof made === "function" ? made(arg) : made).then(
      (value) => (note.ended = { value: value ?? null }),
      (error) => (note.ended = { error: String(error?.message ?? error) }),
    );
  }
  return asked.get(key).ended;
}"""
_FORGET = "(key) => globalThis.ai2medAsked?.delete(key) ?? true"
_TWO_FRAMES = "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(true))))"
_count = iter(range(10**9))


class UnansweredError(AssertionError):
    """A page did not answer; the message says where, what was asked, and what became of its renderer."""


def evaluate_within(page, script, arg=None, seconds=30):
    """Evaluate an expression or a function in a page, and wait for the promise that it may give.

    Parameters
    ----------
    page : playwright.sync_api.Page or playwright.sync_api.Frame
    script : str
        An expression or a function, as `Page.evaluate` takes it.
    arg : object, optional
        What the function gets.
    seconds : float
        How long to wait.

    Raises
    ------
    UnansweredError
        If there is no answer in time, the promise is broken, or the renderer has crashed.
    """
    key = f"{id(page)}-{next(_count)}"
    told = f"{page.url} was asked: {' '.join(script.split())[:300]}"
    try:
        ended = page.wait_for_function(
            _ASKED % script.strip().rstrip(";"), arg=[key, arg], timeout=1000 * seconds, polling=20
        ).json_value()
    except TimeoutError as error:
        raise UnansweredError(f"No answer within {seconds:g} s: the renderer {state_of(page)}. {told}") from error
    except Error as error:
        if "crashed" in error.message:
            raise UnansweredError(f"The renderer of {page.url} crashed. {told}") from error
        raise
    page.wait_for_function(_FORGET, arg=key, timeout=5000, polling=20)
    if "error" in ended:
        raise UnansweredError(f"{ended['error']}. {told}")
    return ended["value"]


def frames_drawn(page, seconds=30):
    """Wait until the page has drawn two frames: it has heard of its new size or place then."""
    evaluate_within(page, _TWO_FRAMES, seconds=seconds)


def state_of(page) -> str:
    """Say whether the page's renderer is alive; never waits for long."""
    if page.is_closed():
        return "is gone with its page, which was closed"
    try:
        page.wait_for_function("true", timeout=3000, polling=20)
    except TimeoutError:
        return "does not answer"
    except Error as error:
        return "crashed" if "crashed" in error.message else f"cannot be asked ({error.message})"
    return "is alive"
