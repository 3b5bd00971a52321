"""Tax areas (reference §6.1)."""

from __future__ import annotations

from models.base import choice, key_of, last_modified, text
from models.code_table import CodeEntity, CodeRules, code_property
from models.enumerations import TAX_TYPE
from models.grants import TABLE
from models.surroundings import Surroundings
from odata.edm.model import Capabilities
from odata.sql.expose import Exposure
from odata.sql.fields import EnumField

CAPTION = "Tax Area"


class TaxArea(CodeEntity):
    """A tax area of one company."""

    tax_type = EnumField(TAX_TYPE, default=0)

    class Meta:
        table_name = "tax_area"


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``taxAreas``."""
    return Exposure(
        TaxArea,
        "taxArea",
        "taxAreas",
        properties=(
            key_of(TaxArea),
            code_property(TaxArea.code, CAPTION, searchable=True),
            text(TaxArea.display_name, searchable=True),
            choice(TaxArea.tax_type, computed=True),
            last_modified(TaxArea),
        ),
        scope=TaxArea.company_id,
        scope_type="company",
        entity_tag=TaxArea.etag,
        default_order=("code",),
        capabilities=Capabilities(searchable=True),
        rules=CodeRules(TaxArea, CAPTION, around.uses_of("taxArea")),
        grants=TABLE,
    )
