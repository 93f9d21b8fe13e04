"""What cells do most, done once while a snapshot is made: it tells which modules, libraries and files that takes.

It runs in Pyodide; `loaded` is what ``snapshot_in_node.mjs`` asks for.
"""

import importlib
import sys


def table():
    """Make, join, group and show tables."""
    import io

    import pandas as pd

    frame = pd.read_csv(io.StringIO("day,value,kind\n2025-01-01,1.5,a\n2025-01-02,,b\n"), parse_dates=["day"])
    joined = frame.merge(pd.DataFrame({"kind": pd.Categorical(["a", "b"]), "rank": [1, 2]}), on="kind")
    joined.groupby("kind").agg({"value": ["mean", "count"]}).to_html()
    frame.describe()._repr_html_(), repr(frame), frame.to_string(), frame.isna().sum()
    frame.set_index("day").value.resample("D").mean().rolling(2).sum()
    frame.value.quantile([0.1, 0.9]), frame.query("value > 1"), frame.pivot_table("value", "day", "kind")
    frame.to_csv(io.StringIO()), frame.to_json()


def figure():
    """Draw with lines, bars, a legend, a formula and dates."""
    import io

    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt
    import numpy as np

    drawn, axes = plt.subplots(1, 2, layout="constrained")
    axes[0].plot(np.arange(3), label="$x^2$")
    axes[0].fill_between(np.arange(3), 1), axes[0].scatter([1], [2]), axes[0].axhline(1), axes[0].legend()
    axes[1].bar(np.array(["2025-01-01", "2025-01-02"], "M8[D]"), [1, 2]), axes[1].hist([1, 2]), axes[1].imshow([[1]])
    axes[1].set_title("bold", weight="bold"), axes[1].text(0, 0, "italic", style="italic"), axes[0].set_yscale("log")
    for kind in ("png", "svg"):
        drawn.savefig(io.BytesIO(), format=kind, bbox_inches="tight")
    plt.close(drawn)


def model():
    """Fit, check and show a model."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import cross_val_score, train_test_split
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    x = np.arange(40.0).reshape(20, 2)
    y = np.arange(20) % 3 == 0
    fitted = make_pipeline(StandardScaler(), LogisticRegression())
    train_test_split(x, y, random_state=0), cross_val_score(fitted, x, y, cv=2)
    roc_auc_score(y, fitted.fit(x, y).predict_proba(x)[:, 1]), repr(fitted), fitted._repr_html_()


def loaded(wanted):
    """Import modules and use them; return the names of all modules there are then, and the files of compiled ones."""
    for name in wanted:
        importlib.import_module(name)
    for package, use in {"pandas": table, "matplotlib": figure, "sklearn": model}.items():
        if package in sys.modules:
            use()
    modules = {name: found for name, found in sys.modules.items() if getattr(found, "__spec__", None)}
    return list(modules), [getattr(found, "__file__", None) or "" for found in modules.values()]
