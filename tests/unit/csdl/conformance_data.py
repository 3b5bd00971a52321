"""The schemas of the standard, where this machine has them."""

import functools
import json
import os
from pathlib import Path

import jsonschema
import pytest
from lxml import etree

_REPOSITORY = Path(__file__).resolve().parents[3]
_DEFAULT = _REPOSITORY.parent / "shared" / "conformance"
CSDL = Path(os.environ.get("KONTOR_CONFORMANCE_DIR", _DEFAULT)) / "csdl"

needs_conformance_data = pytest.mark.skipif(
    not CSDL.is_dir(), reason="the schemas of the standard are absent (KONTOR_CONFORMANCE_DIR)"
)

_IDENTIFIER_CLASSES = (
    (r"(_|\p{L}|\p{Nl}|\p{Nd}|\p{Mn}|\p{Mc}|\p{Pc}|\p{Cf})", r"\w"),
    (r"(_|\p{L}|\p{Nl})", r"[^\W\d]"),
)


@functools.cache
def xml_schema() -> etree.XMLSchema:
    """The schema of CSDL XML."""
    return etree.XMLSchema(etree.parse(CSDL / "edmx.xsd"))


@functools.cache
def json_validator() -> jsonschema.Draft7Validator:
    """The validator of CSDL JSON; its character classes are spelt as Python knows them."""
    text = (CSDL / "csdl.schema.json").read_text(encoding="utf-8")
    for theirs, ours in _IDENTIFIER_CLASSES:
        text = text.replace(json.dumps(theirs)[1:-1], json.dumps(ours)[1:-1])
    assert "\\p{" not in text
    return jsonschema.Draft7Validator(json.loads(text))


@functools.cache
def terms() -> dict[str, dict[str, object]]:
    """Terms of the standard's vocabularies with their type and targets."""
    return json.loads((CSDL / "terms.json").read_text(encoding="utf-8"))["terms"]
