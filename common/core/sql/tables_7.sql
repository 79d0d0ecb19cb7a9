-- columns: none
-- The bookkeeping, version 7: places of migrations whose tool has an order of
-- its own, as text that compares by its bytes; null: by version.
alter table {.migration} add column order_key text;
alter table {.ledger} add column order_key text;
