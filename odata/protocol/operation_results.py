"""Entities as the result of an operation: where they are shown, with which options.

The options of a call are about its result. Entities are shown as their set shows them, so
everything that holds for the set holds for them: options, pages, what the caller sees.

Cites: OData Protocol 11.5.4 (functions), 11.5.5 (actions).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from odata.edm.model import EntityType, Model, Operation
from odata.edm.types import Primitive
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.protocol.exchange import Exchange
from odata.protocol.links import KeyValue, key_predicate
from odata.query.operation_call import Key
from odata.uri.literals import write_literal

_EVERYWHERE = frozenset({"$format", "$schemaversion"})
_SHAPE = frozenset({"$select", "$expand", "$compute"})
_SAFE = "$@(),;='/:"
_MOST_ENTITIES = 1000


def check_result_options(exchange: Exchange, operation: Operation) -> None:
    """Refuse options that have no meaning for what an operation gives."""
    returns = operation.returns
    given = exchange.prepared.options.present - _EVERYWHERE
    if returns is not None and isinstance(returns.edm_type, EntityType):
        given = frozenset() if returns.is_collection else given - _SHAPE
    for name in sorted(given):
        raise UriSemanticError(
            f"The query option '{name}' cannot be applied to the result of {operation.name}.",
            target=name,
        )


def result_query(exchange: Exchange) -> str:
    """The options of a call as those of what it gives."""
    return _query(_kept(exchange).items())


def entity_path(model: Model, entity_type: EntityType, key: Key) -> str:
    """The path of one entity."""
    values = [
        KeyValue(item.name, _primitive(item.edm_type), key[item.name])
        for item in entity_type.key_properties()
    ]
    return f"{_set_name(model, entity_type)}({key_predicate(values)})"


def entities_read(
    exchange: Exchange, entity_type: EntityType, keys: tuple[Key, ...]
) -> tuple[str, str]:
    """The path and the query that read these entities of their set."""
    if len(keys) > _MOST_ENTITIES:
        raise NotImplementedYetError(f"a result of more than {_MOST_ENTITIES} entities")
    options = _kept(exchange)
    terms = [_is_key(entity_type, key) for key in keys]
    among = f"({' or '.join(terms)})" if terms else "false"
    names = [item.name for item in entity_type.key_properties()]
    if len(names) == 1 and keys:
        listed = ",".join(_literal(entity_type, names[0], key) for key in keys)
        among = f"{names[0]} in ({listed})"
    given = options.get("$filter")
    options["$filter"] = among if given is None else f"{among} and ({given})"
    return _set_name(exchange.view.model, entity_type), _query(options.items())


def _kept(exchange: Exchange) -> dict[str, str]:
    return {
        name: value
        for name, value in exchange.shape.options
        if name.startswith("@") or (name.startswith("$") and name not in _EVERYWHERE)
    }


def _query(options: Iterable[tuple[str, str]]) -> str:
    return "&".join(f"{quote(name, _SAFE)}={quote(value, _SAFE)}" for name, value in options)


def _is_key(entity_type: EntityType, key: Key) -> str:
    terms = (
        f"{item.name} eq {_literal(entity_type, item.name, key)}"
        for item in entity_type.key_properties()
    )
    return f"({' and '.join(terms)})"


def _literal(entity_type: EntityType, name: str, key: Mapping[str, object]) -> str:
    definition = next(item for item in entity_type.key_properties() if item.name == name)
    return write_literal(key[name], _primitive(definition.edm_type))


def _set_name(model: Model, entity_type: EntityType) -> str:
    entity_set = model.set_of(entity_type)
    if entity_set is None:
        raise LookupError(f"{entity_type.name} has no entity set")
    return entity_set.name


def _primitive(edm_type: object) -> Primitive:
    return edm_type if isinstance(edm_type, Primitive) else Primitive.STRING
