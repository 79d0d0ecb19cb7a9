-- columns: object, table_name, changed_at, changed_by, statement
-- Schema changes outside migrations since the last one, newest first.  The
-- identity of a table's part, "x on app.t", becomes dbcare's name, app.t.x.
select pg_catalog.regexp_replace(c.object, '^(.*) on (.*)$', '\2.\1') as object,
	pg_catalog.regexp_replace(c.object, '^.* on ', '') as table_name,
	{iso:c.changed_at} as changed_at, c.changed_by, c.statement
from dbcare.schema_change as c
where c.changed_at > (select pg_catalog.max(s.taken_at) from dbcare.snapshot as s)
order by c.change_id desc
