"""Browsers for the tests are found where they are, and installed where that is ours to do."""

import os

import pytest

from ai2med import chromium


@pytest.fixture
def machine(monkeypatch):
    """Return a function that says which programs there are and who asks; it gives the list of commands that are run."""
    ran = []
    monkeypatch.delenv("FIREFOX", raising=False)
    monkeypatch.setattr(chromium.subprocess, "run", lambda command, **_options: ran.append(command))

    def has(*programs, root=True):
        monkeypatch.setattr(chromium.shutil, "which", lambda name: f"/usr/bin/{name}" if name in programs else None)
        monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000, raising=False)
        return ran

    return has


def test_a_firefox_that_is_there_is_used(machine, monkeypatch):
    ran = machine("firefox", "apt-get")
    chromium.install_firefox()
    assert chromium.firefox() == "/usr/bin/firefox"
    assert ran == []
    monkeypatch.setenv("FIREFOX", "/opt/firefox")
    assert chromium.firefox() == "/opt/firefox"


def test_firefox_is_installed_from_the_distribution(machine):
    ran = machine("apt-get")
    chromium.install_firefox()
    assert ran[-1][:2] == ["apt-get", "install"]
    assert ran[-1][-1] == "firefox-esr"


@pytest.mark.parametrize(("programs", "root"), [((), True), (("apt-get",), False)])
def test_where_it_cannot_be_installed_the_reason_for_skipping_is_told(machine, capsys, programs, root):
    ran = machine(*programs, root=root)
    chromium.install_firefox()
    assert ran == []
    assert "the tests in Firefox are skipped" in capsys.readouterr().out
