-- columns: none
-- dbcare's tables, version 7: sort keys of migrations whose tool has a
-- different order, compared by bytes; null: by version.
alter table {.migration} add column order_key text;
alter table {.ledger} add column order_key text;
