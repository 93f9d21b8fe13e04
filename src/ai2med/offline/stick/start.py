"""Show the AI2MED book in this folder. Python 3.8 or newer is all it needs; it works without a connection."""

import sys
import webbrowser
from pathlib import Path

PORT = 8010


def main():
    """Serve the book to this computer only, and open the browser."""
    if sys.version_info < (3, 8):  # noqa: UP036 - the book's own minimum holds for its makers, not for this file
        sys.exit("This Python is too old. The book needs Python 3.8 or newer.")
    folder = Path(__file__).resolve().parent
    # The stick may be write-protected, and nothing on it should change.
    sys.dont_write_bytecode = True
    # Some settings keep Python from looking beside the script.
    sys.path.insert(0, str(folder))
    from book_server import serve

    book = folder / "book"
    if not (book / "index.html").is_file():
        sys.exit("The folder 'book' beside start.py is missing. Unpack the whole archive, then start again.")
    opens = "--no-browser" not in sys.argv[1:]
    return serve(book, PORT, tries=50, ready=webbrowser.open if opens else None)


if __name__ == "__main__":
    sys.exit(main())
