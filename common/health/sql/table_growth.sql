-- columns: table_name, first_at, first_bytes, first_rows, last_at, last_bytes, last_rows
-- The first and the last size of each table with at least two samples between
-- $1 and $2.
select t.table_name, {iso:fs.taken_at} as first_at, f.bytes as first_bytes, f.row_estimate as first_rows,
	{iso:ls.taken_at} as last_at, l.bytes as last_bytes, l.row_estimate as last_rows
from (select m.table_name, min(m.sample_id) as first_id, max(m.sample_id) as last_id
	from {.table_sample} as m
	join {.sample} as s on s.sample_id = m.sample_id
	where s.taken_at between cast($1 as {timestamp}) and cast($2 as {timestamp})
	group by m.table_name) as t
join {.table_sample} as f on f.sample_id = t.first_id and f.table_name = t.table_name
join {.table_sample} as l on l.sample_id = t.last_id and l.table_name = t.table_name
join {.sample} as fs on fs.sample_id = t.first_id
join {.sample} as ls on ls.sample_id = t.last_id
where t.first_id < t.last_id
order by t.table_name
