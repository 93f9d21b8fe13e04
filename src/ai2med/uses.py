"""What the cells of a page use, found by reading sources: engine modules, tables, questions, files of the book.

A result of cells holds as long as all of this is unchanged. Imports are followed from function to function: a page
that calls ``load`` depends on the tables that it names, not on the generator that makes them, because ``load`` itself
never calls it. Where an import cannot be followed, everything that it may mean counts.
"""

import ast
import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from . import imports
from .changes import digest
from .curriculum import load_curriculum
from .headers import front_matter
from .imports import bound_imports, module_file
from .problems import ContentError

__all__ = ["Uses"]

_UNIT = re.compile(r"(\d+\.\d+\.\d+)(-t\d+)?")
_SCRIPT_IMPORT = re.compile(r"""from\s+["'](\.{1,2}/[\w./-]+\.mjs)["']""")
# Folders of the book that code names to find one thing in them; what it finds counts by itself.
_LARGE = {
    "",
    ".",
    "data",
    "docs",
    "exercises",
    "explorables",
    "explorables/",
    "hospital",
    "moocs",
    "src",
    "tests",
    "tools",
}
_LARGE |= {"workbook"}
# Where Node.js lies decides nothing that a cell shows; what runs in it counts by itself.
_NO_RESULT = {"ai2med.runtime.node"}
# Where Python beside explorables is imported from.
_ROOM = "ai2med.explorables"
# Whose versions decide numbers and pictures.
_PACKAGES = ("numpy", "pandas", "scipy", "scikit-learn", "matplotlib", "altair", "ipython", "ipykernel", "anywidget")


class _Module:
    """One source file of the engine, cut into its top-level definitions."""

    def __init__(self, name: str, path: Path):
        self.name, self.path = name, path
        self.content = path.read_bytes()
        self.tree = ast.parse(self.content)
        self.package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        self.definitions = {node.name: node for node in self.tree.body if isinstance(node, kinds)}
        self.rest = [node for node in self.tree.body if not isinstance(node, kinds)]
        self.lazy = "__getattr__" in self.definitions and "import_module" in self.content.decode()
        self.texts = {node.value for node in ast.walk(self.tree) if _is_text(node) and len(node.value) < 80}

    @property
    def stamp(self) -> str:
        """A hash of the source; of a package that imports on demand, without the list of what it offers."""
        if not self.lazy:
            return digest(self.content)
        kept = [node for node in self.tree.body if not isinstance(node, (ast.Assign, ast.AnnAssign))]
        return digest(*(ast.dump(node) for node in kept))

    def reached(self, wanted: str | None) -> list[tuple[str, str | None]]:
        """Return what using a name of the module imports; for None any name may be used, for "" none is.

        An import at the top of the module is followed to a name only if something that is reached uses the name; else
        its module is loaded and no more.
        """
        if wanted is None or wanted == "*":
            return list(_imports([self.tree], self.package))
        runs = [node for node in self.rest if not isinstance(node, (ast.Import, ast.ImportFrom))]
        used, waiting, chosen = {wanted}, [*runs], set()
        if wanted in self.definitions:
            chosen.add(wanted)
            waiting.append(self.definitions[wanted])
        reached = []
        while waiting:
            top = waiting.pop()
            reached.append(top)
            for node in ast.walk(top):
                named = node.id if isinstance(node, ast.Name) else getattr(node, "attr", None)
                if named is None:
                    continue
                used.add(named)
                if named in self.definitions and named not in chosen:
                    chosen.add(named)
                    waiting.append(self.definitions[named])
        tops = [node for node in self.rest if isinstance(node, (ast.Import, ast.ImportFrom))]
        loaded = [(name, taken if bound in used else "") for name, taken, bound in bound_imports(tops, self.package)]
        return loaded + list(_imports(reached, self.package))


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


@lru_cache(maxsize=1024)
def _read(name: str, path: Path, _stamp: int) -> _Module:
    return _Module(name, path)


def _module(name: str) -> _Module | None:
    path = module_file(name)
    return _read(name, path, path.stat().st_mtime_ns) if path else None


def _imports(nodes: Iterable[ast.AST], package: str = "") -> Iterator[tuple[str, str | None]]:
    """Yield module and name of everything of the engine that statements import; the name is None for a whole module."""
    yield from ((name, taken) for name, taken, _ in bound_imports(nodes, package))


def _homes(package: _Module, name: str) -> list[tuple[str, str | None]]:
    """Return where a package that imports on demand may take a name from."""
    for node in ast.walk(ast.Module(package.rest, [])):
        if not isinstance(node, ast.Dict):
            continue
        for key, value in zip(node.keys, node.values, strict=True):
            if not (_is_text(key) and key.value == name and isinstance(value, ast.Constant)):
                continue
            home = value.value or name
            for found in (home, f"{package.name}.{home}"):
                if str(found).startswith("ai2med") and _module(found):
                    return [(found, None if found.endswith(f".{name}") else name)]
    bound = {alias.asname or alias.name for node in package.rest for alias in getattr(node, "names", [])}
    if name in bound or name in package.definitions:
        return []
    folder = package.path.parent
    every = [path.relative_to(folder).with_suffix("").parts for path in sorted(folder.rglob("*.py"))]
    names = [".".join((package.name, *(part for part in parts if part != "__init__"))) for parts in every]
    # What is found by the name of a folder is defined in one place.
    makers = [each for each in names if each != package.name and name in _module(each).definitions]
    return [(makers[0], name)] if len(makers) == 1 else [(each, None) for each in names]


class _Code:
    """What one cell, or a checks module, says: its texts, its imports, and what it calls by a name that is written out.

    Parameters
    ----------
    tree : ast.AST
        The code.
    """

    def __init__(self, tree: ast.AST):
        every = list(ast.walk(tree))
        calls = [(_called(node), node.args) for node in every if isinstance(node, ast.Call)]
        self.texts = {node.value for node in every if _is_text(node)}
        self.imports = [(name, taken) for name, taken, _ in bound_imports([tree], "")]
        drawn = [args for name, args in calls if name == "explorable"]
        self.explorables = {args[0].value for args in drawn if args and _is_text(args[0])}
        # A name that is computed may be any.
        self.any_explorable = any(not (args and _is_text(args[0])) for args in drawn)
        self.any_table = any(not (args and _is_text(args[0])) for name, args in calls if name.startswith("load"))


# By the text: a book asks for the same cells at every build, and a process that stays has read them before.
@lru_cache(maxsize=20_000)
def _read_code(code: str) -> _Code | None:
    """Return what code says; None for what is not plain Python."""
    try:
        return _Code(ast.parse(code))
    except (SyntaxError, ValueError):
        return None


class Uses:
    """Tells what cells use, for one state of the book and the engine.

    Parameters
    ----------
    root : path
        The book.
    """

    def __init__(self, root: Path):
        self.root = root
        manifest = root / "data" / "manifest.json"
        told = json.loads(manifest.read_text(encoding="utf-8")) if manifest.is_file() else {}
        self._data = {
            name: part for section in told.values() if isinstance(section, dict) for name, part in section.items()
        }
        self._units = {unit.id: unit for unit in load_curriculum(root).units}
        self._known: dict[tuple[str, str | None], dict[str, _Module]] = {}
        self._named: dict[str, dict[str, str]] = {}
        self._scripted: dict[tuple[str, ...], dict[str, str]] = {}
        self._rooms = {
            folder.name: list(folder.iterdir())
            for folder in sorted((root / "explorables").glob("*"))
            if folder.is_dir()
        }
        self._environment = digest(*(f"{name} {_version(name)}" for name in _PACKAGES))

    def stamp(self, docname: str, codes: Iterable[str]) -> str:
        """Return a hash of everything that the cells of a page use.

        Parameters
        ----------
        docname : str
            The page: its folder is where the cells run.
        codes : iterable of str
            Its code cells.
        """
        parts = self.parts(codes)
        return digest(self._environment, docname, *(f"{name}\0{value}" for name, value in sorted(parts.items())))

    def parts(self, codes: Iterable[str]) -> dict[str, str]:
        """Return what cells use, by name, each with a hash: modules, tables, files, parts of units."""
        found: dict[str, str] = {}
        waiting = list(codes)
        seen: set[str] = set()
        while waiting:
            code = waiting.pop()
            if code in seen:
                continue
            seen.add(code)
            said = _read_code(code)
            if said is None:
                # A cell that is not plain Python, such as a magic: all of the engine and all tables may be meant.
                found |= self._everything()
                continue
            modules = self._closure(said.imports)
            for module in modules:
                if module.name not in self._named:
                    self._named[module.name] = {f"module:{module.name}": module.stamp, **self._files(module)}
                found |= self._named[module.name]
            if _runs_scripts(modules):
                names = tuple(module.name for module in modules)
                if names not in self._scripted:
                    scripts = _scripts(modules)
                    self._scripted[names] = {f"script:{path.name}": digest(path.read_bytes()) for path in scripts}
                found |= self._scripted[names]
            found |= self._tables(said, modules) | self._beside_units(said)
            for unit_id, task in sorted({one.groups("") for text in said.texts if (one := _UNIT.fullmatch(text))}):
                unit = self._units.get(unit_id)
                if unit is None:
                    continue
                names = {module.name for module in modules}
                checks = unit.exercise_path.with_suffix(".py")
                if task and "ai2med.exercises.running" in names and checks.is_file():
                    found[f"checks:{unit_id}"] = digest(checks.read_bytes())
                    waiting.append(checks.read_text(encoding="utf-8"))
                if not task and "ai2med.items.loader" in names:
                    found |= self._questions(unit)
            for name, sources in self._explorables(said):
                found[f"explorable:{name}"] = digest(*(path.read_bytes() for path in sources))
                waiting += [path.read_text(encoding="utf-8") for path in sources if path.suffix == ".py"]
        return found

    def _closure(self, imports: Iterable[tuple[str, str | None]]) -> list[_Module]:
        """Return the modules that imports lead to."""
        found: dict[str, _Module] = {}
        for one in imports:
            if one not in self._known:
                self._known[one] = _followed(one)
            found |= self._known[one]
        return [found[name] for name in sorted(found)]

    def _everything(self) -> dict[str, str]:
        files = sorted(path for path in imports.ENGINE.rglob("*.py") if "__pycache__" not in path.parts)
        made = {f"module:{path.relative_to(imports.ENGINE)}": digest(path.read_bytes()) for path in files}
        return made | {f"data:{name}": digest(json.dumps(part, sort_keys=True)) for name, part in self._data.items()}

    def _files(self, module: _Module) -> dict[str, str]:
        """Return the files that a module names: beside it, or in the book's folder."""
        found = {}
        # It asks only whether files are there.
        for text in module.texts if module.name != "ai2med.paths" else ():
            if not re.fullmatch(r"[\w./-]+", text) or text.strip("/") in _LARGE or text.startswith((".", "/")):
                continue
            beside, own = module.path.parent / text, self.root / text
            if beside.is_file() and beside.suffix not in (".css", ".mjs", ".py"):
                found[f"file:{module.name}/{text}"] = digest(beside.read_bytes())
            if own.is_file():
                found[f"file:{text}"] = digest(own.read_bytes())
            elif own.is_dir():
                files = sorted(path for path in own.rglob("*") if path.is_file())
                found[f"file:{text}"] = digest(*(part for path in files for part in (path.name, path.read_bytes())))
        return found

    def _tables(self, said: _Code, modules: list[_Module]) -> dict[str, str]:
        """Return the tables and files of the hospital that code names, all of them where it computes their names."""
        # The hospital's own modules name every table; which one is read is up to who calls them.
        texts = [module.texts for module in modules if not module.name.startswith("ai2med.cohort")]
        named = set(self._data) if said.any_table else said.texts.union(*texts) & set(self._data)
        return {f"data:{name}": digest(json.dumps(self._data[name], sort_keys=True)) for name in sorted(named)}

    def _explorables(self, said: _Code) -> Iterator[tuple[str, list[Path]]]:
        """Yield the explorables that code calls by name, or whose Python it imports, each with its sources."""
        imported = [both for both in said.imports if both[0].startswith(_ROOM)]
        stems = {str(part).removeprefix(f"{_ROOM}.") for both in imported for part in both}
        for name, files in self._rooms.items():
            if (
                said.any_explorable
                or name in said.explorables
                or stems & {path.stem for path in files if path.suffix == ".py"}
            ):
                sources = [path for path in files if path.suffix in (".py", ".mjs")]
                yield name, sorted(path for path in sources if not path.name.endswith(".test.mjs"))

    def _beside_units(self, said: _Code) -> dict[str, str]:
        """Return the files in the folders of units that code names, such as the cases of an explorable."""
        named = {f"moocs/{text}" for text in said.texts if re.fullmatch(r"[\w./-]+\.\w+", text) and ".." not in text}
        return {
            f"file:{name}": digest((self.root / name).read_bytes()) for name in named if (self.root / name).is_file()
        }

    @staticmethod
    def _questions(unit) -> dict[str, str]:
        """Return what a unit's questions are made of: the file, and the outcomes in the front matter of the page."""
        items, page = unit.items_path, unit.path
        try:
            front = repr(front_matter(page)) if page.is_file() else None
        except ContentError as error:
            front = repr(error)
        questions = items.read_bytes() if items.is_file() else None
        return {f"questions:{unit.id}": digest(questions), f"front:{unit.id}": digest(front)}


def _follow(first: tuple[str, str | None]) -> dict[str, _Module]:
    """Return the modules that an import leads to, by name."""
    waiting, seen, found = [first], set(), {}
    while waiting:
        name, wanted = one = waiting.pop()
        if one in seen or name in _NO_RESULT:
            continue
        seen.add(one)
        if wanted and _module(f"{name}.{wanted}"):
            waiting += [(f"{name}.{wanted}", None), (name, "")]
            continue
        module = _module(name)
        if module is None:
            continue
        found[name] = module
        if parent := name.rpartition(".")[0]:
            waiting.append((parent, ""))
        if module.lazy:
            waiting += _homes(module, wanted) if wanted else []
        waiting += module.reached("" if module.lazy and wanted is None else wanted)
    return found


# What imports lead to, as this process has followed them before.
_followed_before: dict[tuple[str, str | None], dict[str, _Module]] = {}


def _followed(one: tuple[str, str | None]) -> dict[str, _Module]:
    """Return the modules that an import leads to; followed again if one of them has changed."""
    known = _followed_before.get(one)
    if not known or any(_module(name) is not module for name, module in known.items()):
        # In the book's rooms a file may be new; a new module of the engine is for a new process.
        known = _follow(one)
        if not one[0].startswith(_ROOM):
            _followed_before[one] = known
    return known


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def _runs_scripts(modules: list[_Module]) -> bool:
    """Tell whether any module starts other programs: then an explorable's JavaScript may decide what a cell shows."""
    return any(b"import subprocess" in module.content for module in modules)


def _scripts(modules: list[_Module]) -> set[Path]:
    """Return the JavaScript modules that Python modules name, with those that they import."""
    waiting = [module.path.parent / text for module in modules for text in module.texts if text.endswith(".mjs")]
    found: set[Path] = set()
    while waiting:
        path = waiting.pop().resolve()
        if path in found or not path.is_file():
            continue
        found.add(path)
        waiting += [path.parent / name for name in _SCRIPT_IMPORT.findall(path.read_text(encoding="utf-8"))]
    return found
