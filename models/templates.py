"""Templates, which fill in what a client leaves out of a new entity, as a file declares them.

The first template of an entity set whose conditions hold gives its values to the properties that
the client did not send; then the rules see them as if they had been sent. Cites: Business
Central reference §4 (create: name check, insert, configuration template, modify).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

from odata.edm.model import EntitySet, EntityType
from odata.edm.types import ComplexType, Property
from odata.errors import ODataError
from odata.payload.entity_payload import EntityPayload
from odata.payload.json_document import JsonObject, JsonValue, read_json
from odata.payload.reader import read_entity
from odata.payload.reader_settings import ReaderSettings
from odata.query.change import Change, Operation, Rules
from odata.query.constraint_check import find_violations
from odata.service.dynamic_documents import written_values
from odata.sql.mapping import DataSource

_KEYS = frozenset({"when", "values", "company"})
# What names one thing twice: currencyId and currencyCode, customerId and customerNumber.
_PAIRED = re.compile(r"(.+)(?:Id|Code|Number)")
# What a line of a document is on, which each of these tells.
_LINE_OBJECT = frozenset({"lineType", "itemId", "accountId", "lineObjectNumber"})


class TemplatesError(ValueError):
    """A file of templates that cannot be applied; a sentence for each fault."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True, slots=True)
class Template:
    """One template as its file has it; ``number`` is its place among those of the set."""

    entity_set: str
    number: int
    when: JsonObject = field(default_factory=dict)
    values: JsonObject = field(default_factory=dict)
    company: str | None = None

    @property
    def place(self) -> str:
        """What sentences call it."""
        return f"template {self.number} of {self.entity_set}"


# --- the file -------------------------------------------------------------------------------


def read_templates(path: str) -> tuple[Template, ...]:
    """The templates of a JSON file; refused with all its faults."""
    faults: list[str] = []
    found: list[Template] = []
    for name, listed in _sets(path).items():
        if not isinstance(listed, list):
            faults.append(f"{path}, {name}: a list of templates is expected")
            continue
        for number, item in enumerate(listed, start=1):
            wrong = tuple(_find_faults(item))
            faults += (f"{path}, template {number} of {name}: {fault}" for fault in wrong)
            if not wrong and isinstance(item, dict):
                found.append(_template(name, number, item))
    if faults:
        raise TemplatesError(faults)
    return tuple(found)


def _sets(path: str) -> JsonObject:
    try:
        content = read_json(Path(path).read_bytes())
    except OSError as error:
        raise TemplatesError([f"{path} cannot be read: {error}"]) from error
    except ODataError as error:
        raise TemplatesError([f"{path} is no JSON: {error}"]) from error
    if not isinstance(content, dict):
        raise TemplatesError([f"{path} must hold an object of entity sets and their templates"])
    return content


def _find_faults(item: JsonValue) -> Iterator[str]:
    if not isinstance(item, dict):
        yield "an object with when and values is expected"
        return
    for key in sorted(set(item) - _KEYS):
        yield f"{key} means nothing here; known are {', '.join(sorted(_KEYS))}"
    if not isinstance(item.get("when", {}), dict):
        yield "when must be an object of properties and their values"
    values = item.get("values")
    if not isinstance(values, dict) or not values:
        yield "values must be an object of properties and their values"
    if "company" in item and not _is_id(item["company"]):
        yield "company must be the id of a company"


def _is_id(value: JsonValue) -> bool:
    try:
        return isinstance(value, str) and bool(uuid.UUID(value))
    except ValueError:
        return False


def _template(name: str, number: int, item: JsonObject) -> Template:
    when, values, company = item.get("when"), item["values"], item.get("company")
    return Template(
        name,
        number,
        when if isinstance(when, dict) else {},
        values if isinstance(values, dict) else {},
        str(uuid.UUID(company)) if isinstance(company, str) else None,
    )


# --- the model ------------------------------------------------------------------------------


def apply_templates(source: DataSource, templates: Sequence[Template]) -> None:
    """Put the templates before the rules of their sets; refuses what does not fit the model."""
    faults: list[str] = []
    bound: dict[str, list[_Bound]] = {}
    for template in templates:
        entity_set = source.model.entity_sets.get(template.entity_set)
        wrong = tuple(_find_misplaced(source, template, entity_set))
        faults += (f"{template.place}: {fault}" for fault in wrong)
        if entity_set is not None and not wrong:
            bound.setdefault(entity_set.entity_type.name, []).append(
                _bind(template, entity_set.entity_type)
            )
    if faults:
        raise TemplatesError(faults)
    for name, items in bound.items():
        mapping = source.by_type[name]
        mapping.rules = TemplateRules(tuple(items), mapping.rules)


def _find_misplaced(
    source: DataSource, template: Template, entity_set: EntitySet | None
) -> Iterator[str]:
    if entity_set is None:
        yield f"there is no entity set {template.entity_set}"
        return
    if not entity_set.capabilities.insertable:
        yield f"nobody creates entities of {template.entity_set}"
        return
    if template.company is not None and source.of_set(entity_set).scope is None:
        yield f"{template.entity_set} belong to no company"
    for name, value in template.when.items():
        fault = _find_condition_fault(entity_set.entity_type, name, value)
        if fault is not None:
            yield f"when, {name}: {fault}"
    for name, value in template.values.items():
        fault = _find_value_fault(entity_set.entity_type, name, value)
        if fault is not None:
            yield f"values, {name}: {fault}"


def _find_condition_fault(entity_type: EntityType, name: str, value: JsonValue) -> str | None:
    definition = entity_type.find_property(name)
    if definition is not None and (
        definition.is_collection or isinstance(definition.edm_type, ComplexType)
    ):
        return "only a property with a single value can be compared"
    return _find_reading_fault(entity_type, definition, name, value)


def _find_value_fault(entity_type: EntityType, name: str, value: JsonValue) -> str | None:
    definition = entity_type.find_property(name)
    if definition is not None and definition.is_required:
        return "it is what every client must send"
    return _find_reading_fault(entity_type, definition, name, value)


def _find_reading_fault(
    entity_type: EntityType, definition: Property | None, name: str, value: JsonValue
) -> str | None:
    if definition is None:
        return f"there is no property {name}"
    is_key = definition.name in entity_type.all_key_names()
    if definition.is_computed or definition.is_stream or is_key:
        return "nobody can send it with a new entity"
    payload = _read(entity_type, {name: value})
    faults = payload.faults or tuple(
        find_violations(entity_type, payload.values, payload.values.get)
    )
    return faults[0].message if faults else None


def _bind(template: Template, entity_type: EntityType) -> _Bound:
    definitions = {item.name: item for item in entity_type.all_properties()}
    when = written_values(_read(entity_type, template.when))
    values = written_values(_read(entity_type, template.values))
    return _Bound(
        tuple(
            _Condition(name, value, _default_of(definitions[name])) for name, value in when.items()
        ),
        {name: _Given(value, _partners(name, definitions)) for name, value in values.items()},
        template.company,
    )


def _read(entity_type: EntityType, document: JsonObject) -> EntityPayload:
    supplied = frozenset(item.name for item in entity_type.all_properties())
    settings = ReaderSettings(supplied=supplied)
    return read_entity(document, entity_type, operation=Operation.CREATE, settings=settings)


def _default_of(definition: Property) -> object:
    if definition.default is not None:
        return definition.default
    return definition.unset if definition.has_unset else None


def _partners(name: str, known: Iterable[str]) -> frozenset[str]:
    """The properties that tell the same as this one, itself among them."""
    if name in _LINE_OBJECT:
        return _LINE_OBJECT
    stem = _stem(name)
    return frozenset({name, *(item for item in known if stem and _stem(item) == stem)})


def _stem(name: str) -> str | None:
    found = _PAIRED.fullmatch(name)
    return found[1] if found else None


# --- the change -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Condition:
    """What a property must be, as sent or by default."""

    name: str
    value: object
    default: object

    def holds(self, change: Change) -> bool:
        """Whether it is so in a new entity."""
        return change.values.get(self.name, self.default) == self.value


@dataclass(frozen=True, slots=True)
class _Given:
    """A value, and the properties of which one that was sent keeps it out."""

    value: object
    partners: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Bound:
    """A template whose values are those of the model."""

    conditions: tuple[_Condition, ...]
    values: Mapping[str, _Given]
    company: str | None

    def fits(self, change: Change) -> bool:
        """Whether it is for this new entity."""
        if self.company is not None and self.company != change.scope:
            return False
        return all(condition.holds(change) for condition in self.conditions)

    def fill(self, change: Change) -> None:
        """Give what was not sent."""
        sent = change.given | change.values.keys()
        values = {
            name: deepcopy(item.value)
            for name, item in self.values.items()
            if not sent & item.partners
        }
        change.values |= values
        change.given |= values.keys()


class TemplateRules(Rules):
    """Rules of an entity type, with templates that a new entity meets first."""

    def __init__(self, templates: Sequence[_Bound], rules: Rules) -> None:
        self._templates = templates
        self._rules = rules

    def before_create(self, change: Change) -> None:
        """Fill in by the first template that fits, then as ever."""
        found = next((item for item in self._templates if item.fits(change)), None)
        if found is not None:
            found.fill(change)
        self._rules.before_create(change)

    def before_update(self, change: Change) -> None:
        """As ever."""
        self._rules.before_update(change)

    def before_delete(self, change: Change) -> None:
        """As ever."""
        self._rules.before_delete(change)

    def after_create(self, change: Change) -> None:
        """As ever."""
        self._rules.after_create(change)

    def after_update(self, change: Change) -> None:
        """As ever."""
        self._rules.after_update(change)

    def after_delete(self, change: Change) -> None:
        """As ever."""
        self._rules.after_delete(change)
