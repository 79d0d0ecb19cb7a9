-- columns: lag_bytes
-- Bytes of WAL that the slowest standby has not replayed yet.
select pg_catalog.max(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), r.replay_lsn))::bigint as lag_bytes
from pg_catalog.pg_stat_replication as r
where r.state = 'streaming'
