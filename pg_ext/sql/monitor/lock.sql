-- Lets one session after the other take a sample; the key is that of
-- core/bookkeeping_lock.
select pg_catalog.pg_advisory_xact_lock(1684169571, 5)::text
