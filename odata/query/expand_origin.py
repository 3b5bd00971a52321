"""``$it`` inside ``$expand``: the row of the request beside the rows of an expanded level.

Cites: OData URL Conventions 5.1.1.14.4 ($it); reference ``odata.md`` X3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from odata.edm.model import EntityType, NavigationProperty
from odata.errors import NotImplementedYetError
from odata.query.plan import Block, Source
from odata.query.read_plan import Way
from odata.uri import ast


def names_origin(options: ast.QueryOptions, aliases: Mapping[str, ast.Expression]) -> bool:
    """Whether the options of a level name the row of the request, perhaps by an alias."""
    own = (options.filter, options.orderby, options.compute, options.apply)
    known = {**aliases, **options.aliases}
    return any(path.root is ast.PathRoot.IT for path in _paths(own, known))


def _paths(tree: object, aliases: dict[str, ast.Expression]) -> Iterator[ast.Path]:
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Path):
            yield node
        if isinstance(node, ast.AliasReference):
            stack.append(aliases.pop(node.name, None))  # once is enough
        if isinstance(node, tuple):
            stack.extend(node)
        elif is_dataclass(node):
            stack.extend(getattr(node, item.name) for item in fields(node))


def block_with_origin(way: Way, entity_type: EntityType) -> tuple[Block, Source]:
    """A block over the rows of a level, joined back to the row of the request."""
    owner = way.origin
    source = origin = Source(owner)
    between: list[Source] = []
    for navigation in way.steps:
        _check_exclusive(owner, navigation)
        between.insert(0, source)
        source = Source(navigation.target, source, navigation)
        owner = navigation.target
    source.entity_type = entity_type
    block = Block(source, ancestors=between)
    for item in (source, *between):
        item.block = block
    return block, origin


def _check_exclusive(owner: EntityType, navigation: NavigationProperty) -> None:
    """A row of the level must belong to one row of the request."""
    own = {item.property_name for item in navigation.constraints}
    is_exclusive = not own or own >= set(owner.all_key_names())
    if not is_exclusive or owner.find_navigation(navigation.name) is not navigation:
        raise NotImplementedYetError(
            f"$it inside the expansion of '{navigation.name}' is not supported: "
            "several entities may lead to the same one",
            target="$expand",
        )
