-- columns: table_name, seq_scans, seq_rows_read, rows_written, first_at, last_at
-- How much tables were used between stored samples since $1, first those with
-- the most of $2; at most $3.  A counter that is lower than before was reset.
with used as (
	select t.table_name, s.taken_at, t.seq_scans, t.seq_rows_read, t.rows_written,
		pg_catalog.lag(s.taken_at) over earlier as before_at,
		pg_catalog.lag(t.seq_scans) over earlier as before_scans,
		pg_catalog.lag(t.seq_rows_read) over earlier as before_read,
		pg_catalog.lag(t.rows_written) over earlier as before_written
	from dbcare.table_sample as t
	join dbcare.sample as s on s.sample_id = t.sample_id
	where t.rows_written is not null
	window earlier as (partition by t.table_name order by s.taken_at, s.sample_id)
), total as (
	select u.table_name,
		cast(pg_catalog.sum(u.seq_scans - case when u.before_scans <= u.seq_scans then u.before_scans else 0 end) as bigint) as seq_scans,
		cast(pg_catalog.sum(u.seq_rows_read - case when u.before_read <= u.seq_rows_read then u.before_read else 0 end) as bigint) as seq_rows_read,
		cast(pg_catalog.sum(u.rows_written - case when u.before_written <= u.rows_written then u.before_written else 0 end) as bigint) as rows_written,
		pg_catalog.min(u.before_at) as first_at, pg_catalog.max(u.taken_at) as last_at
	from used as u
	where u.before_at >= cast($1 as timestamptz)
	group by u.table_name
)
select t.table_name, t.seq_scans, t.seq_rows_read, t.rows_written,
	{iso:t.first_at} as first_at, {iso:t.last_at} as last_at
from total as t
order by case $2 when 'seq_scans' then t.seq_scans when 'seq_rows_read' then t.seq_rows_read else t.rows_written end desc,
	t.table_name
limit $3
