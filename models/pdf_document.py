"""Sales documents in print: one row for each document, its pages made when they are read
(reference §2, §17)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from models.base import Entity, choice, key_of, reference
from models.company import Company
from models.enumerations import ATTACHMENT_PARENT_TYPE
from models.grants import BUSINESS
from models.parts import ATTACHMENT_PARENTS, DOCUMENTS, parents
from models.pdf import write_pdf
from models.sales_kind import CREDIT_MEMO, INVOICE, QUOTE, SalesKind
from models.sales_tables import SalesHeader, SalesLine
from models.surroundings import Surroundings
from odata.edm.annotations import MEDIA_TYPE
from odata.edm.model import Capabilities
from odata.errors import MethodNotAllowedError
from odata.query.change import Operation
from odata.sql.expose import Exposure, stream
from odata.sql.fields import EnumField, GuidField
from odata.sql.mapping import Derivation, StoredStream, StreamChange

PARENT_NEEDED = "You must get to the parent first to get to the PDF document."
_KINDS = (INVOICE, QUOTE, CREDIT_MEMO)
_MEDIA_TYPE = "application/pdf"
_COME_AND_GO = frozenset({Operation.CREATE, Operation.DELETE})


class PdfDocument(Entity):
    """A row of the view; its id is the document's."""

    parent_id = GuidField()
    parent_type = EnumField(ATTACHMENT_PARENT_TYPE)

    class Meta:
        table_name = "pdf_document"


class PdfStore:
    """Prints a document as it is now."""

    def read(self, key: Mapping[str, object], scope: str | None) -> StoredStream | None:
        """The pages."""
        return self.read_all((key,), scope)[0]

    def read_all(
        self, keys: Sequence[Mapping[str, object]], scope: str | None
    ) -> list[StoredStream | None]:
        """The pages of several documents, read together."""
        names = [str(key["id"]) for key in keys]
        company = Company.get_by_id(scope)
        found: dict[str, StoredStream] = {}
        for kind in _KINDS:
            head, lines = kind.head, _lines_of(kind, names)
            for row in head.select().where(head.id.in_(names), head.company_id == scope):
                pages = write_pdf(_printed(kind, company, row, lines.get(row.id, [])))
                found[row.id] = StoredStream(pages, _MEDIA_TYPE, row.etag)
        return [found.get(name) for name in names]

    def write(self, change: StreamChange) -> bool:
        """Refuse: what is printed follows the document."""
        del change
        raise MethodNotAllowedError(
            "A PDF document is made of its document and cannot be changed.",
            allowed=("GET", "HEAD"),
        )


def _lines_of(kind: SalesKind, documents: Sequence[str]) -> dict[str, list[SalesLine]]:
    model, found = kind.line, dict[str, list[SalesLine]]()
    rows = model.select().where(model.document_id.in_(documents)).order_by(model.sequence)
    for row in rows:
        found.setdefault(row.document_id, []).append(row)
    return found


def _printed(
    kind: SalesKind, company: Company, head: SalesHeader, lines: list[SalesLine]
) -> Iterator[str]:
    yield str(company.display_name)
    yield ""
    yield f"{kind.caption} {head.number}"
    yield f"{head.posting_date.isoformat()}   {head.currency_code}"
    yield ""
    yield f"{head.bill_to_name} ({head.bill_to_customer_number})"
    for part in (
        head.bill_to_address_line1,
        head.bill_to_address_line2,
        f"{head.bill_to_post_code} {head.bill_to_city}".strip(),
        head.bill_to_country,
    ):
        if part:
            yield str(part)
    yield ""
    yield f"{'No.':<12}{'Description':<40}{'Quantity':>12}{'Price':>14}{'Amount':>16}"
    for line in lines:
        description = line.description[:38]
        yield (
            f"{line.line_object_number:<12}{description:<40}"
            f"{line.quantity:>12.2f}{line.unit_price:>14.2f}{line.net_amount:>16.2f}"
        )
    yield ""
    yield f"{'Total excluding tax':<78}{head.total_amount_excluding_tax:>16.2f}"
    yield f"{'Tax':<78}{head.total_tax_amount:>16.2f}"
    yield f"{'Total':<78}{head.total_amount_including_tax:>16.2f}"


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``pdfDocument``."""
    model = PdfDocument
    return Exposure(
        model,
        "pdfDocument",
        "pdfDocument",
        properties=(
            key_of(model),
            reference(model.parent_id, computed=True),
            choice(model.parent_type, computed=True),
            stream(
                "pdfDocumentContent",
                PdfStore(),
                aliases=("content",),
                annotations=((MEDIA_TYPE, _MEDIA_TYPE),),
                presence=lambda document: document.id.is_null(is_null=False),
            ),
        ),
        navigation=parents(dict.fromkeys(DOCUMENTS, 0), "parentId", "pdfDocument"),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        capabilities=Capabilities(
            insertable=False, updatable=False, deletable=False, requires_parent=PARENT_NEEDED
        ),
        derivations=tuple(
            Derivation(
                kind.head,
                {"id": kind.head.id, "parentId": kind.head.id},
                {"parentType": ATTACHMENT_PARENTS[name]},
                _COME_AND_GO,
            )
            for name, kind in zip(DOCUMENTS, _KINDS, strict=True)
        ),
        grants=BUSINESS,
    )
