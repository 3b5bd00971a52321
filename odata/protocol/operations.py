"""Calls of actions (POST) and functions (GET).

Parameters of an action are the members of its body, those of a function stand in the URL.
An action may be called under ``If-Match``; it answers with its result, with 201 and a
``Location`` where it has created an entity, else with 204.

Cites: OData Protocol 11.5.4 (functions), 11.5.5 (actions), OData JSON 18 (parameters).
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal

from odata.edm.model import EntityType, Operation, OperationKind, Parameter, ReturnType
from odata.edm.types import ComplexType, EnumType, Primitive, Property
from odata.errors import BadRequestError, NotFoundError
from odata.payload.json_document import JsonValue
from odata.payload.parameters import json_value, read_parameters
from odata.payload.row_style import Detail
from odata.protocol.allowed_methods import method_not_allowed
from odata.protocol.change_body import read_document
from odata.protocol.exchange import Exchange
from odata.protocol.messages import Response
from odata.protocol.operation_results import (
    check_result_options,
    entities_read,
    entity_path,
    result_query,
)
from odata.protocol.write_tools import WriteTools, actor_of, whole
from odata.query.operation_call import EntitiesResult, EntityResult
from odata.query.parameters import fitting_type, read_parameter
from odata.query.plan import Parameter as Place
from odata.service.operations import Caller, OperationRunner
from odata.service.writing import Addressed
from odata.uri import ast
from odata.uri.literals import write_literal
from odata.uri.parser import parse_expression

_NUMBERS = (Primitive.DECIMAL, Primitive.INT64)


class OperationHandler:
    """Answers calls of operations."""

    def __init__(self, tools: WriteTools) -> None:
        self._tools = tools
        self._runner = OperationRunner(tools.writer, tools.settings.operation_entities)

    def answer(self, exchange: Exchange) -> Response:
        """The answer to a call."""
        target = exchange.prepared.target
        operation, parameters = self._chosen(exchange)
        check_result_options(exchange, operation)
        members = None
        if operation.is_bound and operation.parameters[0].is_collection:
            self._tools.check_path(exchange)
            members = exchange.prepared.read_plan
        call = Caller(actor_of(exchange), parameters, members)
        expectation = self._tools.preconditions.expectation(exchange, is_required=False)
        addressed = Addressed(target, exchange.values, expectation)

        def show(result: object) -> Response:
            return whole(self._shown(exchange, operation, result))

        return self._tools.changing(
            exchange,
            lambda: self._runner.run(operation, addressed, call, show),
        )

    def _chosen(self, exchange: Exchange) -> tuple[Operation, Mapping[str, object]]:
        """The operation that the method and the names of the parameters choose."""
        target, method = exchange.prepared.target, exchange.request.method
        wanted = OperationKind.ACTION if method == "POST" else OperationKind.FUNCTION
        found = [item for item in target.operations if item.kind is wanted]
        if not found or method not in ("GET", "POST"):
            kinds = {item.kind for item in target.operations}
            allowed = ("POST",) if OperationKind.ACTION in kinds else ("GET", "HEAD")
            raise method_not_allowed(method, target, allowed)
        if wanted is OperationKind.ACTION:
            if target.arguments is not None and target.arguments.items:
                raise NotFoundError(f"Resource not found for the segment '{target.operation}'.")
            exchange.view.check_call(found[0], target.operation)
            return found[0], _read_body(exchange, found[0])
        exchange.view.check_call(found[0], target.operation)
        return _overload(exchange, found)

    # --- results --------------------------------------------------------------------------

    def _shown(self, exchange: Exchange, operation: Operation, result: object) -> Response:
        returns = operation.returns
        if isinstance(result, EntitiesResult):
            return self._entities(exchange, operation, result)
        if isinstance(result, EntityResult):
            return self._entity(exchange, operation, result)
        if returns is None or (result is None and returns.nullable):
            return exchange.response(204)
        if result is None:
            raise NotFoundError(f"The function {operation.name} has found nothing.")
        return _value(exchange, returns, result)

    def _entity(self, exchange: Exchange, operation: Operation, result: EntityResult) -> Response:
        entity_type = _result_type(exchange, operation)
        place = entity_path(exchange.view.model, entity_type, result.key)
        path = f"{exchange.scope_path}{place}"
        location = f"{exchange.request.service_root}{path}"
        shown = self._tools.at(exchange, path, result_query(exchange))
        if operation.returns is None:
            response = exchange.response(201 if result.is_new else 204)
        else:
            response = self._tools.represent(exchange, shown, 201 if result.is_new else 200)
        if result.is_new:
            response.headers.append(("Location", location))
        return response

    def _entities(
        self, exchange: Exchange, operation: Operation, result: EntitiesResult
    ) -> Response:
        entity_type = _result_type(exchange, operation)
        path, query = entities_read(exchange, entity_type, result.keys)
        shown = self._tools.at(exchange, f"{exchange.scope_path}{path}", query)
        shown.applied |= exchange.applied
        return self._tools.show(shown)


def _result_type(exchange: Exchange, operation: Operation) -> EntityType:
    entity_type = operation.returns.edm_type if operation.returns is not None else None
    return (
        entity_type if isinstance(entity_type, EntityType) else exchange.prepared.target.entity_type
    )


# --- parameters -----------------------------------------------------------------------------


def _own_parameters(operation: Operation) -> tuple[Parameter, ...]:
    """The parameters but the binding one."""
    return operation.parameters[1:] if operation.is_bound else operation.parameters


def _definition(parameter: Parameter) -> Property:
    if isinstance(parameter.edm_type, EntityType):
        raise TypeError(f"the parameter {parameter.name} is an entity")
    return Property(
        parameter.name,
        parameter.edm_type,
        parameter.facets,
        is_collection=parameter.is_collection,
    )


def _read_body(exchange: Exchange, operation: Operation) -> dict[str, object]:
    document = read_document(exchange) if exchange.request.body.strip() else {}
    parameters = _own_parameters(operation)
    optional = frozenset(item.name for item in parameters if item.is_optional)
    return read_parameters(document, tuple(map(_definition, parameters)), optional)


def _overload(
    exchange: Exchange, functions: list[Operation]
) -> tuple[Operation, Mapping[str, object]]:
    """The overload with exactly the names that the URL gives (OData Protocol 11.5.4.2)."""
    arguments = exchange.prepared.target.arguments
    given = {item.name or "": item.value for item in arguments.items} if arguments else {}
    given = given or dict(_implied(exchange, functions))
    for function in functions:
        parameters = _own_parameters(function)
        names = {item.name for item in parameters}
        required = {item.name for item in parameters if not item.is_optional}
        if required <= given.keys() <= names:
            values = {
                item.name: _argument(exchange, item, given[item.name])
                if item.name in given
                else None
                for item in parameters
            }
            return function, values
    name = exchange.prepared.target.operation
    raise BadRequestError(f"The function '{name}' has no overload with these parameters.")


def _implied(
    exchange: Exchange, functions: list[Operation]
) -> Iterator[tuple[str, ast.Expression]]:
    """Parameters that query options of their names give (OData URL Conventions 5.3.2)."""
    names = {item.name for function in functions for item in _own_parameters(function)}
    for name, value in exchange.shape.options:
        if name in names:
            yield name, parse_expression(value, target=name)


def _argument(exchange: Exchange, parameter: Parameter, value: ast.Expression) -> object:
    if isinstance(value, ast.AliasReference):
        value = exchange.prepared.options.aliases.get(value.name, _NULL)
    if isinstance(value, ast.JsonArray | ast.JsonObject):
        return _structured(parameter, value)
    if not isinstance(value, ast.Literal):
        raise _unfit(parameter)
    if value.kind is ast.LiteralKind.NULL:
        if not parameter.facets.nullable:
            raise _unfit(parameter)
        return None
    definition = _definition(parameter)
    fitting = fitting_type(value.kind, definition.edm_type)
    if fitting is None or definition.is_collection:
        raise _unfit(parameter)
    place = Place(-1, value.kind, fitting, definition, value.type_name)
    return read_parameter(place, value)


def _structured(parameter: Parameter, value: ast.JsonArray | ast.JsonObject) -> object:
    """A collection or a complex value, which only an alias can hold."""
    name = parameter.name
    document: JsonValue = {name: json_value(value, name)}
    return read_parameters(document, (_definition(parameter),), frozenset())[name]


_NULL = ast.Literal(ast.LiteralKind.NULL, "null")


def _unfit(parameter: Parameter) -> BadRequestError:
    kind = parameter.edm_type.qualified_name
    return BadRequestError(
        f"The parameter '{parameter.name}' expects a literal of {kind}.", target=parameter.name
    )


# --- values ---------------------------------------------------------------------------------


def _value(exchange: Exchange, returns: ReturnType, result: object) -> Response:
    style = exchange.prepared.style
    name = returns.edm_type.qualified_name
    fragment = f"Collection({name})" if returns.is_collection else name
    ieee754 = exchange.representation.ieee754
    text = _json(result, returns, ieee754=ieee754)
    context = json.dumps(f"{exchange.request.service_root}$metadata#{fragment}")
    head = ""
    if style.detail is not Detail.NONE:
        head = f'"{style.prefix}context":{context},{exchange.metadata_member}'
    if text.startswith("{"):
        rest = text[1:] if text != "{}" else "}"
        body = f"{{{head if text != '{}' else head.rstrip(',')}{rest}"
    else:
        body = f'{{{head}"value":{text}}}'
    return exchange.response(200, body.encode(), exchange.representation.content_type)


def _json(value: object, returns: ReturnType, *, ieee754: bool) -> str:
    if returns.is_collection and isinstance(value, list):
        return f"[{','.join(_simple(item, returns.edm_type, ieee754=ieee754) for item in value)}]"
    return _simple(value, returns.edm_type, ieee754=ieee754)


def _simple(value: object, edm_type: object, *, ieee754: bool) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(edm_type, ComplexType) and isinstance(value, Mapping):
        members = (
            f"{json.dumps(item.name)}:{_simple(value[item.name], item.edm_type, ieee754=ieee754)}"
            for item in edm_type.all_properties()
            if item.name in value
        )
        return "{" + ",".join(members) + "}"
    if isinstance(edm_type, EnumType):
        return json.dumps(_label(edm_type, value), ensure_ascii=False)
    if isinstance(value, int | float | Decimal):
        is_text = ieee754 and edm_type in _NUMBERS
        return f'"{value}"' if is_text else str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return json.dumps(_text(value, _primitive(edm_type)))


def _text(value: object, primitive: Primitive) -> str:
    """Dates, instants and the like as JSON writes them: the literal without its wrapping."""
    if isinstance(value, datetime.datetime):
        value = value.astimezone(datetime.UTC)
    text = write_literal(value, primitive)
    return text.partition("'")[2].rstrip("'") if "'" in text else text


def _label(enum_type: EnumType, value: object) -> str:
    return next((item.text for item in enum_type.members if item.number == value), str(value))


def _primitive(edm_type: object) -> Primitive:
    return edm_type if isinstance(edm_type, Primitive) else Primitive.STRING
