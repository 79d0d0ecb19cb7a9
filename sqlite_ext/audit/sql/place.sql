-- columns: cluster, first_transaction, last_entry, is_foreign, secret
-- 64 random hexadecimal digits; the rest is for PostgreSQL.
select '' as cluster, 0 as first_transaction, 0 as last_entry, 0 as is_foreign, lower(hex(randomblob(32))) as secret
