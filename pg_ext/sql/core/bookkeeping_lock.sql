-- Keeps two sessions from creating the bookkeeping at once; the key is the
-- text 'dbcare' as a number, the second part tells locks of dbcare apart.
select pg_catalog.pg_advisory_xact_lock(1684169571, 1)::text
