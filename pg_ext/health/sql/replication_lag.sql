-- columns: {finding}
-- The lag of standbys in bytes: of those that this server sends to, and, on a
-- standby, of its own replay.  The reported time lag is outdated once a standby
-- has caught up, so it only counts while bytes are missing; 60 s are a warning,
-- 600 s critical.  Only pg_monitor sees other standbys.
with position as (
	select case when pg_catalog.pg_is_in_recovery()
		then coalesce(pg_catalog.pg_last_wal_receive_lsn(), pg_catalog.pg_last_wal_replay_lsn())
		else pg_catalog.pg_current_wal_lsn() end as lsn
), receiver as (
	select pg_catalog.format('standby %s', pg_catalog.quote_ident(r.application_name)) as object,
		greatest(pg_catalog.pg_wal_lsn_diff(p.lsn, r.sent_lsn), 0) as unsent,
		greatest(pg_catalog.pg_wal_lsn_diff(r.sent_lsn, r.flush_lsn), 0) as unwritten,
		greatest(pg_catalog.pg_wal_lsn_diff(r.flush_lsn, r.replay_lsn), 0) as unreplayed,
		extract(epoch from r.replay_lag) as reported
	from pg_catalog.pg_stat_replication as r
	cross join position as p
	where r.replay_lsn is not null
	union all
	select 'this standby', 0, 0,
		pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_last_wal_receive_lsn(), pg_catalog.pg_last_wal_replay_lsn()), null
	where pg_catalog.pg_is_in_recovery() and pg_catalog.pg_last_wal_receive_lsn() is not null
), late as (
	select r.*, r.unsent + r.unwritten + r.unreplayed as bytes,
		case when r.unsent + r.unwritten + r.unreplayed > 0 then pg_catalog.floor(r.reported) end as seconds
	from receiver as r
)
select case when l.bytes >= cast($2 as double precision) or l.seconds >= 600 then 'critical' else 'warning' end as severity,
	l.object,
	cast(l.bytes as double precision) as value,
	pg_catalog.format('%s bytes behind, most of them not %s yet%s', l.bytes,
		case greatest(l.unsent, l.unwritten, l.unreplayed) when l.unsent then 'sent'
			when l.unwritten then 'written' else 'replayed' end,
		', ' || l.seconds || ' s') as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from late as l
where l.bytes >= least(cast($1 as double precision), cast($2 as double precision)) or l.seconds >= 60
union all
select 'warning', 'this standby', null, 'no WAL is received; the server that sends it may be down', null, null, null
where pg_catalog.pg_is_in_recovery() and pg_catalog.pg_last_wal_receive_lsn() is not null
	and not exists (select from pg_catalog.pg_stat_get_wal_receiver() as w where w.pid is not null)
union all
select 'unknown', 'standbys', null, null, null, 'membership in pg_monitor is needed to see the state of standbys', null
where not {sees_sessions} and exists (select from pg_catalog.pg_stat_replication as r where r.state is null)
order by 2, 4
