"""One file of the catalogue, that still knows on which line each value stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml


class CatalogueError(Exception):
    """The catalogue cannot be used. `problems` holds one sentence for each mistake: file, line, what is wrong, what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class _Loader(yaml.CSafeLoader):
    """YAML that leaves dates as text: whether they exist is for us to say, with the line.

    The loader of libyaml: ten times as fast, which counts wherever a process starts.
    """


_Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class Source:
    """One parsed file that still knows on which line each value stands."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            text = path.read_text(encoding="utf-8")
            loader = _Loader(text)
            try:
                self._root = loader.get_single_node()
                self.data: Any = None if self._root is None else loader.construct_document(self._root)
            finally:
                loader.dispose()
        except FileNotFoundError:
            raise CatalogueError(
                [f"{path}: this file is missing. Copy it from catalogue/demo/ and fill it in."]
            ) from None
        except UnicodeDecodeError:
            raise CatalogueError([f"{path}: this is not UTF-8. Save the file as UTF-8 text."]) from None
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            problem = getattr(error, "problem", None) or "this is not YAML"
            raise CatalogueError(
                [f"{path}:{line}: {problem}. Check the indentation and quotes around this line."]
            ) from None

    def line(self, keys: Sequence[str | int]) -> int:
        """The line (from 1) of the value at `keys`, or of its nearest parent that exists."""
        node = self._root
        line = 1
        for key in keys:
            child = None
            if isinstance(node, yaml.MappingNode):
                for name, value in node.value:
                    if name.value == str(key):
                        line, child = name.start_mark.line + 1, value
            elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
                child = node.value[key]
                line = child.start_mark.line + 1
            if child is None:
                break
            node = child
        return line

    def problem(self, keys: Sequence[str | int], message: str) -> str:
        """One sentence that points at the place to mend."""
        return f"{self.path}:{self.line(keys)}: {message}"

    def twice(self) -> Iterator[str]:
        """A sentence for each name that stands twice in one place: YAML would quietly drop the first."""
        nodes = [self._root] if self._root else []
        while nodes:
            node = nodes.pop()
            seen: set[str] = set()
            for item in node.value if isinstance(node, yaml.CollectionNode) else []:
                name, value = item if isinstance(item, tuple) else (None, item)
                nodes.append(value)
                if name is not None and name.value in seen:
                    yield f"{self.path}:{name.start_mark.line + 1}: {name.value!r} is here twice. Remove one of the two."
                seen |= {name.value} if name is not None else set()
