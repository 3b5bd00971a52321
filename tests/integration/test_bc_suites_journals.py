"""Business Central reference §17: general journals, their lines, and what they post."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.demo.identifiers import CRONUS, id_of
from tests.integration.service import COMPANY, NO_ID, UNKNOWN_ID, Service, error_of, lookup_id

pytestmark = [pytest.mark.conformance, pytest.mark.bc("JournalsE2E")]

JOURNALS, LINES = f"{COMPANY}/journals", f"{COMPANY}/journalLines"
ENTRIES = f"{COMPANY}/generalLedgerEntries"
CASH, SAVINGS, RENT, HEADING = (
    id_of(CRONUS, "account", number) for number in ("10100", "10200", "61000", "10000")
)
RELECLOUD = id_of(CRONUS, "customer", "50000")
AMOUNTS = "$select=balance,overdueAmount,totalSalesExcludingTax"


def journal(service: Service, code: str = "GJ", **more: object) -> str:
    made = service.post(JOURNALS, {"code": code, **more})
    assert made.status_code == 201, made.text
    return f"{JOURNALS}({made.json['id']})"


def add(service: Service, target: str, **body: object):
    made = service.post(f"{target}/journalLines", body)
    assert made.status_code == 201, made.text
    return made.json


def refused(service: Service, target: str, **body: object) -> tuple[int, str, str]:
    return error_of(service.post(f"{target}/journalLines", body))


def post(service: Service, target: str):
    return service.post(f"{target}/Microsoft.NAV.post", {})


def entries(service: Service, document: str) -> list[tuple[str, float, float]]:
    rows = service.rows(f"$filter=documentNumber eq '{document}'&$orderby=entryNumber", ENTRIES)
    return [(row["accountNumber"], row["debitAmount"], row["creditAmount"]) for row in rows]


def is_balanced(service: Service) -> Decimal:
    rows = service.rows("$select=debitAmount,creditAmount", ENTRIES)
    return sum(
        (Decimal(str(row["debitAmount"])) - Decimal(str(row["creditAmount"])) for row in rows),
        Decimal(0),
    )


def amounts(service: Service) -> list[float]:
    row = service.get(f"{COMPANY}/customers({RELECLOUD})", AMOUNTS)
    return [row["balance"], row["overdueAmount"], row["totalSalesExcludingTax"]]


def test_a_journal_is_created_changed_and_removed(service: Service):
    body = {"code": "month", "displayName": "Month end", "balancingAccountId": CASH}
    made = service.post(JOURNALS, body).json
    assert (made["code"], made["templateDisplayName"]) == ("MONTH", "GENERAL")
    assert made["balancingAccountNumber"] == "10100"
    target = f"{JOURNALS}({made['id']})"
    assert add(service, target, amount=5)["journalDisplayName"] == "MONTH"

    changed = service.patch(target, {"code": "YEAR", "balancingAccountId": NO_ID}).json
    assert (changed["code"], changed["balancingAccountNumber"]) == ("YEAR", "")
    (line,) = service.rows("", f"{target}/journalLines")
    assert (line["journalDisplayName"], line["balancingAccountNumber"]) == ("YEAR", "10100")
    assert made["id"] in [row["id"] for row in service.rows("$filter=code eq 'YEAR'", JOURNALS)]

    assert service.delete(target).status_code == 204
    assert service.ask(f"{LINES}({line['id']})").status_code == 404


def test_a_journal_keeps_to_what_there_is(shared: Service):
    refusals = {
        "Code must have a value in Gen. Journal Batch: Code=. It cannot be zero or empty.": {
            "code": ""
        },
        'The "balancingAccountId" does not match to an Account.': {
            "code": "X",
            "balancingAccountId": UNKNOWN_ID,
        },
        "The field Journal Template Name of table Gen. Journal Batch contains a value (CASH) "
        "that cannot be found in the related table (Gen. Journal Template).": {
            "code": "X",
            "templateDisplayName": "cash",
        },
    }
    for sentence, body in refusals.items():
        answer = error_of(shared.post(JOURNALS, body))
        assert (answer[0], answer[2]) == (400, sentence)
    assert error_of(shared.post(JOURNALS, {"code": "default"}))[1] == (
        "Internal_EntityWithSameKeyExists"
    )


def test_a_line_names_its_accounts_by_id_or_number(service: Service):
    target = journal(service, balancingAccountId=CASH)
    first = add(service, target, accountNumber="61000", amount=1200.5, taxCode="taxable")
    assert (first["accountId"], first["accountType"], first["lineNumber"]) == (
        RENT,
        "G/L Account",
        10000,
    )
    assert (first["balancingAccountId"], first["description"]) == (CASH, "Rent")
    assert (first["documentNumber"], first["taxCode"]) == ("GJ00001", "TAXABLE")
    second = add(service, target, accountId=SAVINGS, balancingAccountId=NO_ID, amount=7)
    assert (second["accountNumber"], second["balancingAccountNumber"]) == ("10200", "")
    assert (second["lineNumber"], second["documentNumber"]) == (20000, "GJ00002")
    third = add(service, target, accountType="Customer", accountNumber="50000", amount=-7)
    assert (third["accountId"], third["documentNumber"]) == (RELECLOUD, "GJ00002")
    assert service.get(f"{LINES}({first['id']})", "$expand=account,journal")["account"]["id"] == (
        RENT
    )

    line = f"{LINES}({third['id']})"
    changed = service.patch(line, {"accountType": "G/L Account"}).json
    assert (changed["accountId"], changed["accountNumber"]) == (NO_ID, "")
    changed = service.patch(line, {"accountNumber": "10200", "lineNumber": 15000}).json
    assert (changed["accountId"], changed["lineNumber"]) == (SAVINGS, 15000)
    assert service.patch(line, {"accountId": NO_ID}).json["accountNumber"] == ""
    taken = error_of(service.patch(line, {"lineNumber": 10000}))
    assert taken[:2] == (409, "Internal_EntityWithSameKeyExists")
    assert error_of(service.patch(line, {"journalId": UNKNOWN_ID}))[2] == (
        "The Journal Batch Id isn't editable."
    )
    assert error_of(service.patch(line, {"journalDisplayName": "X"}))[2] == (
        "The Journal Batch Display Name isn't editable."
    )
    assert service.delete(line).status_code == 204


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"accountId": UNKNOWN_ID}, 'The "accountId" does not match to an Account.'),
        ({"accountNumber": "NONE"}, 'The "accountNumber" does not match to an Account.'),
        (
            {"balancingAccountId": UNKNOWN_ID},
            'The "balancingAccountId" does not match to an Account.',
        ),
        (
            {"accountId": RENT, "accountNumber": "10100"},
            "The account values do not match to a specific Account.",
        ),
        (
            {"accountType": "Customer", "accountNumber": "ABL001"},
            (
                "The field Account No. of table Gen. Journal Line contains a value (ABL001) "
                "that cannot be found in the related table (Customer)."
            ),
        ),
        (
            {"balanceAccountType": "Bank Account", "balancingAccountNumber": "GIRO"},
            (
                "The field Bal. Account No. of table Gen. Journal Line contains a value (GIRO) "
                "that cannot be found in the related table (Bank Account)."
            ),
        ),
        (
            {"accountType": "Vendor", "accountNumber": "10000"},
            "Journal lines cannot be posted to a Vendor: purchases are not kept.",
        ),
        (
            {"accountId": HEADING},
            (
                "Account Type must be equal to 'Posting' in G/L Account: No.=10000. "
                "Current value is 'Heading'."
            ),
        ),
    ],
)
def test_a_line_is_refused_an_account_that_it_cannot_have(shared: Service, body, sentence):
    target = f"{JOURNALS}({lookup_id('journal', 'DEFAULT')})"
    answer = refused(shared, target, amount=1, **body)
    assert (answer[0], answer[2]) == (400, sentence)


def test_lines_are_reached_by_id_journal_or_filter(service: Service):
    key = lookup_id("journal", "DEFAULT")
    (line,) = service.rows("", f"{JOURNALS}({key})/journalLines")
    assert service.rows(f"$filter=journalId eq {key}", LINES) == [line]
    assert service.get(f"{LINES}({line['id']})")["amount"] == 1200
    sentence = "You must specify a journal batch ID or a journal ID to get a journal line."
    assert error_of(service.ask(LINES))[2] == sentence
    assert error_of(service.post(LINES, {"amount": 1}))[2] == sentence
    assert service.post(LINES, {"journalId": key, "amount": 1}).json["lineNumber"] == 20000


def test_a_journal_posts_entries_that_balance(service: Service):
    target = journal(service, balancingAccountId=CASH)
    add(service, target, accountId=RENT, amount=1200, documentNumber="R1", description="May")
    add(service, target, accountId=RENT, amount=-200, documentNumber="R1")
    before, tag = amounts(service), service.tag(f"{COMPANY}/customers({RELECLOUD})")
    to_customer = {"accountType": "Customer", "accountId": RELECLOUD, "documentNumber": "C1"}
    line = add(service, target, **to_customer, amount=90.25, balancingAccountId=NO_ID)
    add(service, target, accountId=SAVINGS, balancingAccountId=NO_ID, amount=-90.25)
    net = service.get(f"{COMPANY}/accounts({RENT})")["netChange"]

    assert post(service, target).status_code == 204

    assert entries(service, "R1") == [
        ("61000", 1200, 0),
        ("10100", 0, 1200),
        ("61000", 0, 200),
        ("10100", 200, 0),
    ]
    assert entries(service, "C1") == [("15110", 90.25, 0), ("10200", 0, 90.25)]
    first, *_ = service.rows("$filter=documentNumber eq 'R1'&$orderby=entryNumber", ENTRIES)
    assert (first["description"], first["documentType"]) == ("May", " ")
    assert is_balanced(service) == 0
    assert amounts(service) == [before[0] + 90.25, *before[1:]]
    assert service.tag(f"{COMPANY}/customers({RELECLOUD})") == tag
    assert service.get(f"{COMPANY}/accounts({RENT})")["netChange"] == net + 1000
    assert service.rows("", f"{target}/journalLines") == []
    assert service.ask(f"{LINES}({line['id']})").status_code == 404
    assert error_of(post(service, target))[2] == "There is nothing to post."


def test_a_customer_may_stand_on_either_side(service: Service):
    target, before = journal(service), amounts(service)
    sides = {"balanceAccountType": "Customer", "balancingAccountNumber": "50000"}
    add(service, target, accountId=CASH, amount=40, postingDate="2020-01-31", **sides)

    assert post(service, target).status_code == 204

    assert amounts(service) == [before[0] - 40, before[1] - 40, before[2]]
    aged = service.get(f"{COMPANY}/customers({RELECLOUD})/agedAccountsReceivable")
    assert aged["balanceDue"] == before[0] - 40


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            [
                {"accountId": RENT, "amount": 1, "balancingAccountId": CASH},
                {"accountId": RENT, "amount": 10.5, "documentNumber": "D1"},
                {"accountId": CASH, "amount": -10, "documentNumber": "D1"},
            ],
            (
                "Document No. D1 is out of balance by 0.5. Please check that Posting Date, "
                "Document No. and Amount are correct for each line."
            ),
        ),
        (
            [
                {"amount": 10, "balancingAccountId": CASH},
                {"accountId": RENT, "amount": 1, "balancingAccountId": CASH},
            ],
            (
                "Account No. must have a value in Gen. Journal Line: Journal Batch Name=GJ, "
                "Line No.=10000. It cannot be zero or empty."
            ),
        ),
        ([{"description": "a note"}], "There is nothing to post."),
        ([], "There is nothing to post."),
    ],
)
def test_a_journal_that_cannot_be_posted_stays_as_it_is(service: Service, lines, sentence):
    target = journal(service)
    for line in lines:
        add(service, target, **line)
    kept, count = service.rows("", f"{target}/journalLines"), len(service.rows("", ENTRIES))

    assert error_of(post(service, target))[2] == sentence

    assert service.rows("", f"{target}/journalLines") == kept
    assert len(service.rows("", ENTRIES)) == count


def test_a_blocked_customer_is_not_posted_to(service: Service):
    target = journal(service, balancingAccountId=CASH)
    add(service, target, accountType="Customer", accountId=RELECLOUD, amount=1)
    service.patch(f"{COMPANY}/customers({RELECLOUD})", {"blocked": "All"})
    assert error_of(post(service, target))[2] == (
        "You cannot post this type of document when Customer 50000 is blocked with type All"
    )


def test_dimensions_and_files_of_a_line_go_with_its_entries(service: Service):
    target = journal(service, balancingAccountId=CASH)
    line = add(service, target, accountId=RENT, amount=3, documentNumber="F1")
    own = f"{LINES}({line['id']})"
    dimension = {"code": "DEPARTMENT", "valueCode": "SALES"}
    assert service.post(f"{own}/dimensionSetLines", dimension).status_code == 201
    assert service.post(f"{own}/attachments", {"fileName": "bill.pdf"}).status_code == 201

    assert post(service, target).status_code == 204

    expand = "$expand=dimensionSetLines,attachments"
    rows = service.rows(f"$filter=documentNumber eq 'F1'&$orderby=entryNumber&{expand}", ENTRIES)
    assert [[item["code"] for item in row["dimensionSetLines"]] for row in rows] == [
        ["DEPARTMENT"],
        ["DEPARTMENT"],
    ]
    assert [[item["fileName"] for item in row["attachments"]] for row in rows] == [
        ["bill.pdf"],
        [],
    ]
