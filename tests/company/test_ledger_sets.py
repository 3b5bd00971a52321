from __future__ import annotations


def test_the_chart_of_accounts_is_read_only(clerk):
    account = clerk.one("accounts", "number eq '40200'")
    assert (account["displayName"], account["category"]) == ("Sales", "Income")
    assert account["netChange"] == 0
    assert clerk.post("accounts", {"number": "1"}).status_code == 405


def test_aged_receivables_end_with_the_total_of_the_company(clerk):
    rows = clerk.rows("agedAccountsReceivables")
    assert rows[-1]["name"] == "Total"
    assert rows[-1]["customerId"] == "00000000-0000-0000-0000-000000000000"
    assert rows[-1]["balanceDue"] == round(sum(row["balanceDue"] for row in rows[:-1]), 2)


def test_the_periods_of_a_customer_add_up_to_its_balance(clerk):
    customer = clerk.one("customers", "number eq '10000'")
    aged = clerk.get(f"customers({customer['id']})/agedAccountsReceivable")
    names = ("balanceDue", "currentAmount", "period1Amount", "period2Amount", "period3Amount")
    assert [aged[name] for name in names] == [15750, 12550, 0, 0, 3200]
    assert clerk.post("agedAccountsReceivables", {}).status_code == 405


def test_sales_of_customers_are_listed(clerk):
    row = clerk.one("customerSales", "customerNumber eq '10000'")
    assert (row["name"], row["totalSalesAmount"]) == ("Adatum Corporation", 245000)
