"""Whether grants fit the model: a name that is misspelt would grant nothing or hide nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from odata.edm.check import ModelError
from odata.edm.grants import Grant, Right
from odata.edm.model import EntityType, Model
from odata.edm.visible_model import grant_targets
from odata.errors import ODataError
from odata.query.row_limits import bind_rows


def check_grants(model: Model, grants: Iterable[Grant]) -> None:
    """Refuse grants that name what is not there, or that hide what cannot be hidden."""
    targets = grant_targets(model)
    faults = tuple(fault for grant in grants for fault in _faults(model, targets, grant))
    if faults:
        raise ModelError(faults)


def grant_faults(model: Model, grant: Grant) -> Iterator[str]:
    """What is wrong with a grant, a sentence each."""
    return _faults(model, grant_targets(model), grant)


def _faults(model: Model, targets: Mapping[str, EntityType], grant: Grant) -> Iterator[str]:
    entity_type = targets.get(grant.target)
    if entity_type is not None:
        yield from _hidden_faults(entity_type, grant)
        yield from _rows_faults(model, entity_type, grant)
    elif grant.target not in model.operation_imports:
        yield f"a grant names {grant.target}, which is no set, singleton or import"


def _hidden_faults(entity_type: EntityType, grant: Grant) -> Iterator[str]:
    key = entity_type.all_key_names()
    for name in sorted(grant.hidden):
        definition = entity_type.find_property(name)
        if name in key:
            yield f"a grant on {grant.target} hides {name}, which is part of the key"
        elif definition is None and entity_type.find_navigation(name) is None:
            yield f"a grant on {grant.target} hides {name}, which is not there"
        elif definition is not None and definition.is_required and Right.INSERT in grant.rights:
            yield f"a grant on {grant.target} hides {name}, which a new entity must have"


def _rows_faults(model: Model, entity_type: EntityType, grant: Grant) -> Iterator[str]:
    if not grant.rows:
        return
    try:
        bind_rows((frozenset((grant.rows,)),), entity_type, model)
    except ODataError as error:
        yield f"a grant on {grant.target} has the rows '{grant.rows}': {error.message}"
