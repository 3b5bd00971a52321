"""The entity sets of a Business Central company, over Peewee.

database, connection, availability, operation
                    the database: bound, opened, asked whether it can be used, and for how long
checkpoints         SQLite's log of writes, copied into the file
postgresql_database, prepared_statements, sent_statements, driver_rows, fetched_ahead,
shared_transaction, row_watch
                    the short ways to PostgreSQL
base, address, party, parts
                    what rows have in common
forms               forms and bounds of values, with the words that refuse others
enumerations        the choices
company             the parents of everything else
company_information, api_category_route, entity_definition, audit_entry
customer, customer_financial_detail, vendor, item, item_variant, employee, contact
picture, attachment, pdf_document, pdf, location
default_dimension, dimension, dimension_value, dimension_set_line, dimension_set_table
dimension_sets
account, general_ledger_entry, general_ledger_setup, item_ledger_entry
customer_sales, aged_accounts_receivable, aged_amounts, aged_accounts_payable
currency, currency_exchange_rate, payment_term, payment_method, shipment_method, tax_area, tax_group
country_region, salesperson, unit_of_measure, item_category
inventory_posting_group, general_product_posting_group
                    one module for each entity set: table, properties, navigation, rules
customer_enumerations, customer_parts, integer_id
                    what contacts, addresses and the like of a customer share
customer_contact, customer_address, external_id, portal_user, branch
customer_record, asset, work_order, service_contract
                    what the plain REST dialects know of a customer
customer_owned, trash
                    what goes with a customer, and how it comes back
custom_fields       what clients keep with a customer under names of their own
extra_fields, extra_columns
                    fields that an installation adds, and their columns
templates           what new entities get that clients leave out
ledger              entries that keep a customer from being deleted
number_draws        numbers and integer ids drawn in one statement, or known in a transaction
tags                entity tags for rows that are written beside
books               whose books are written, and how
posting, overdue, day_keeper
                    entries that balance, and amounts that follow the day
sales_quote, sales_order, sales_invoice, sales_credit_memo
                    sales documents with their lines, on what follows
sales_kind, sales_tables, sales_properties, sales_exposure
                    kinds of documents, their tables, properties, publication
sales_rules, sales_line_rules, sales_amounts, sales_totals, date_formula
                    their rules, amounts and due dates
sales_copy, sales_conversion, sales_posting, sales_entries, credit_memo_actions
customer_payment
                    what becomes of them: other documents, invoices, payments
journal, journal_table, journal_line, journal_place, journal_accounts, journal_posting
                    general journals, and what their lines post
actions             what runs when an action of Business Central is called
code_table          rules of tables that are known by a code
customer_rules, vendor_rules, item_rules
                    what a written or removed customer, vendor or item must pass
prepared, reference_check, address_check, vat_formats, countries, numbers
                    what the rules ask
subscription, subscription_resource, webhook_delivery
webhook_tables, webhook_changes, webhook_documents, webhook_queue, webhook_resource
                    who is told of changes, and what is on its way to them
access, access_user, access_client, access_key, access_lookup
                    who may ask: tokens, users, clients, and their keys
access_event        the log of access
access_role         roles of an installation's own
grants              roles, and what sets usually let them do
surroundings, picture_limits, subscription_terms
                    what the declaration of a set may need of the others and of settings
container           all entity sets as one data source: a line for each
migrate, migrations the schema, step by step
new_tables          the tables of sets that no step makes
schema              all that a database must have
demo                two companies to try
"""
