-- columns: key
-- The key of the lock on work $1: hash_bytes() of the server, as the extension
-- computes it, without a sign.
select pg_catalog.hashtext($1)::bigint & 4294967295 as key
