"""Every check of the Business Central reference (§18) and every suite of Microsoft's tests (§17)
has a test that is marked with its number or name: ``pytest -m bc`` runs them all."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]
CHECKS = set(range(1, 69))
_NAMES = """
CustomersE2E DefaultDimensionsE2E PicturesE2E PaymentTermsE2E PaymentMethodsE2E CurrenciesE2E
CountriesRegionsE2E ItemCategoriesE2E ShipmentMethodsE2E DimensionsE2E TaxAreasE2E TaxGroupsE2E
UofME2E ContactsE2E ContactsInfE2E CompanyInfoE2E AgedARE2E CustomerPaymentsE2E ItemsE2E
ItemVariantsE2E SalesInvoicesE2E SalesInvLinesE2E SalesOrdersE2E SalesOrderLinesE2E
SalesQuotesE2E SalesQuoteLinesE2E SalesCreditMemosE2E DimSetLinesE2E DocumentAttachE2E
AttachmentsE2E PDFDocumentE2E JournalsE2E VendorsE2E EmployeesE2E LocationsE2E
SalespersonPurchE2E CurrencyExchRateE2E GLEntriesE2E GLSetupE2E AccountsE2E itemLedgEntriesE2E
"""
SUITES = set(_NAMES.split())


def _marks() -> Iterator[object]:
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.bc":
                yield from (item.value for item in node.args if isinstance(item, ast.Constant))
                yield from _tables(path, node)


def _tables(path: Path, mark: ast.Call) -> Iterator[object]:
    """Names that a mark takes from a table of its module."""
    if all(isinstance(item, ast.Constant) for item in mark.args):
        return
    text = path.read_text(encoding="utf-8")
    yield from (name for name in SUITES if f'"{name}"' in text)


def test_every_check_and_every_suite_has_its_test():
    marked = set(_marks())

    assert sorted(map(str, (CHECKS | SUITES) - marked)) == []


def test_no_mark_names_what_there_is_not():
    assert sorted(map(str, set(_marks()) - CHECKS - SUITES)) == []
