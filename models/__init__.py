"""The entity sets of a Business Central company, over Peewee (tier 1).

database, base         where rows live, what every row has
enumerations           the choices
company, customer, ... one module per entity set: table, properties, navigation, rules
code_table             rules of tables that are known by a code
reference_check, address_check, vat_formats, numbers
                       what the rules ask
customer_rules         everything a written or removed customer must pass
container              all entity sets as one data source
migrate, migrations    the schema
demo                   two companies to try
"""
