"""``ai2med.widgets._bundle`` in the page, where the site serves the modules: there is nothing to bundle."""

__all__ = ["bundle", "modules", "styles"]


def bundle(_name):
    """Return an empty module."""
    return ""


styles = bundle


def modules(_name):
    """Return no files."""
    return ()
