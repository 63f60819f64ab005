"""The public names: what `import occoder` gives, and that all of it is explained."""

import importlib
import inspect
import pkgutil
from types import ModuleType

import pytest

import occoder

MODULES = [
    importlib.import_module(found.name)
    for found in pkgutil.walk_packages(occoder.__path__, "occoder.")
    if found.name != "occoder.__main__"
]


def name_of(module: ModuleType) -> str:
    """Name a test case by its module."""
    return module.__name__


def own_names(module: ModuleType) -> dict[str, object]:
    """Return the public functions and classes that a module defines itself."""
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (inspect.isfunction(value) or inspect.isclass(value))
        and value.__module__ == module.__name__
    }


def test_public_names_exist() -> None:
    """Every name in ``occoder.__all__`` can be had, and each stands there once."""
    assert sorted(set(occoder.__all__)) == sorted(occoder.__all__)
    assert [] == [name for name in occoder.__all__ if not hasattr(occoder, name)]


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_public_names_are_explained(module: ModuleType) -> None:
    """Every public function and class has a docstring that starts with a sentence."""
    undocumented = [
        name
        for name, value in own_names(module).items()
        if not (inspect.getdoc(value) or "").strip().split("\n\n")[0].endswith((".", ":"))
    ]

    assert [] == undocumented


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_modules_are_explained(module: ModuleType) -> None:
    """Every module says in its first line what it is for."""
    assert (module.__doc__ or "").strip()
