-- columns: none
-- dbcare's tables, version 7: sort keys of migrations whose tool has a
-- different order, compared by bytes; null: by version.
alter table {.migration} add column order_key text;
alter table {.ledger} add column order_key text;

-- [PG] JSON of objects in the stored schema that dbmigrate_diff() needs, and
-- whether all have it: those that older versions stored do not
alter table {.snapshot_object} add column details text;
alter table {.snapshot_object} add column depends_on text;
alter table {.snapshot} add column whole {bool};
