"""``_bundle`` of widgets and explorables in the page, where the site serves the modules: there is nothing to bundle."""

__all__ = ["bundle", "module_in_notebook", "style_sheet", "styles"]


def bundle(_name):
    """Return an empty module."""
    return ""


styles = module_in_notebook = style_sheet = bundle
