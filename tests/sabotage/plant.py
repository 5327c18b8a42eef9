"""A pytest plugin that plants one bug: the module it is in is compiled from a changed text. Nothing on disk changes.

`python -m pytest -p tests.sabotage.plant …` with FIRN_PLANTED set to the bug's name.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType

from tests.sabotage.bugs import BUGS, Bug


class _Loader(SourceFileLoader):
    def __init__(self, fullname: str, path: str, bug: Bug) -> None:
        super().__init__(fullname, path)
        self._bug = bug

    def get_code(self, fullname: str) -> CodeType:
        """Never from a cache, and never into one."""
        path = self.get_filename(fullname)
        text = self.get_data(path).decode()
        return compile(self._bug.planted(text), path, "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
    def __init__(self, bug: Bug) -> None:
        self._bug = bug

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._bug.module:
            return None
        spec = PathFinder.find_spec(fullname, path)
        assert spec is not None
        assert spec.origin is not None
        spec.loader = _Loader(fullname, spec.origin, self._bug)
        return spec


def _plant(bug: Bug) -> None:
    assert bug.module not in sys.modules, f"{bug.module} was imported before the bug could be planted"
    sys.meta_path.insert(0, _Finder(bug))


if os.environ.get("FIRN_PLANTED"):
    _plant(BUGS[os.environ["FIRN_PLANTED"]])
