-- columns: {finding}, suggestion
-- pg_replication_slots.  WAL retained by a slot as a share of the free space on
-- the disk with the WAL ($4, or $7 if that is another disk).  A lost slot
-- retains no WAL, so it would look harmless by its bytes; a standby has no
-- write position.  Newer servers show since when a slot is inactive, and which
-- slots are synchronized from the primary, inactive by design.
with position as (
	select case when pg_catalog.pg_is_in_recovery()
		then coalesce(pg_catalog.pg_last_wal_receive_lsn(), pg_catalog.pg_last_wal_replay_lsn())
		else pg_catalog.pg_current_wal_lsn() end as lsn
), slot as (
	select s.slot_name, s.active, s.wal_status, s.restart_lsn,
		s.wal_status = 'lost' or pg_catalog.to_jsonb(s) ->> 'conflicting' = 'true'
			or pg_catalog.to_jsonb(s) ->> 'invalidation_reason' is not null as is_lost,
		s.wal_status = 'unreserved' as is_endangered,
		pg_catalog.pg_wal_lsn_diff(p.lsn, s.restart_lsn) as kept,
		not s.active and coalesce((pg_catalog.to_jsonb(s) ->> 'inactive_since')::timestamptz
			< pg_catalog.clock_timestamp() - interval '10 minutes', true) as abandoned
	from pg_catalog.pg_replication_slots as s
	cross join position as p
	where coalesce(pg_catalog.to_jsonb(s) ->> 'synced', 'false') = 'false'
), judged as (
	select s.*,
		case when s.is_lost then 'lost, ' || case when s.wal_status = 'lost' then 'its WAL has been removed'
				else 'its rows have been removed' end
			when s.is_endangered then 'about to be lost'
			when s.restart_lsn is null then 'never used'
			when s.abandoned then 'not in use'
			else 'in use' end as state,
		100 * s.kept / greatest(coalesce(cast(cast($7 as pg_catalog.jsonb) ->> 'wal_disk_free' as bigint),
			cast($4 as bigint)), 1) as share
	from slot as s
)
select case when j.is_lost or j.is_endangered then 'critical'
		when j.restart_lsn is null then 'info'
		when j.abandoned then 'warning' end as severity,
	pg_catalog.quote_ident(j.slot_name) as object,
	cast(j.share as double precision) as value,
	pg_catalog.format('%s%s', j.state,
		case when j.kept > 0 then pg_catalog.format('; keeps %s bytes of WAL', j.kept) end) as detail,
	case when not j.active
		then pg_catalog.format('SELECT pg_catalog.pg_drop_replication_slot(%L);', j.slot_name) end as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe,
	case when j.is_lost then pg_catalog.format('Make the standby or subscriber of replication slot %1$I again, and drop'
		' the slot, which it can no longer use. Set max_slot_wal_keep_size to what the disk has room for.', j.slot_name) end as suggestion
from judged as j
where j.is_lost or j.is_endangered or j.abandoned or j.restart_lsn is null
	or j.share >= cast($1 as double precision)
order by j.slot_name
