"""What a machine lacks is named with its cure, before anything is written."""

import builtins
import importlib.util
import subprocess
import sys
from types import SimpleNamespace

import pytest

from ai2med import paths


@pytest.fixture
def environment(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("environment", paths.root() / "tools" / "environment.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("requirements.txt", "pyproject.toml"):
        (tmp_path / name).write_text("", encoding="utf-8")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / "stamp.txt")
    return module


def test_an_old_python_is_named(environment, monkeypatch):
    monkeypatch.setattr(environment.sys, "version_info", (3, 9, 0))
    with pytest.raises(SystemExit, match=r"Python 3.9; the book runs on 3.11 to 3.14(.|\n)*PYTHON="):
        environment.check_system()


def test_a_missing_venv_module_is_named(environment, monkeypatch):
    real = builtins.__import__

    def without_ensurepip(name, *rest):
        if name == "ensurepip":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_ensurepip)
    with pytest.raises(SystemExit, match="apt install python3-venv"):
        environment.check_system()


def test_a_full_disk_is_named(environment, monkeypatch):
    monkeypatch.setattr(environment.shutil, "disk_usage", lambda _: SimpleNamespace(free=10**6))
    with pytest.raises(SystemExit, match="2 GB of disk"):
        environment.check_system()


def test_a_failing_installation_is_named(environment, monkeypatch):
    monkeypatch.setattr(environment.subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=1))
    with pytest.raises(SystemExit, match="check the network"):
        environment.pip("install", "x")


def test_a_second_call_does_nothing_when_nothing_changed(environment, monkeypatch):
    program = environment.executable()
    program.parent.mkdir(parents=True)
    program.write_text("", encoding="utf-8")
    environment.STAMP.write_text(environment.fingerprint(), encoding="utf-8")
    called = []
    monkeypatch.setattr(environment.subprocess, "run", lambda *a, **_: called.append(a))
    environment.main()
    assert called == []


def test_changed_pins_make_the_environment_again(environment):
    before = environment.fingerprint()
    (environment.ROOT / "requirements.txt").write_text("numpy==9", encoding="utf-8")
    assert environment.fingerprint() != before


def test_importing_the_package_imports_no_heavy_library():
    heavy = ("numpy", "pandas", "sklearn", "matplotlib", "anywidget")
    code = f"import ai2med, sys; print([name for name in {heavy} if name in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
