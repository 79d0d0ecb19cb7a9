-- columns: query, is_hidden
-- The query for the files that column $2 of table $1 named and that no row of the
-- table or of the trash names now; and whether row security may hide such rows.
select pg_catalog.format('select l.file_id, l.table_name, l.row_key, l.path, pg_catalog.to_char(l.left_at at time zone ''UTC'', %L), l.left_by '
	'from dbcare.left_file as l where l.removed_at is null and l.table_name = %L and l.column_name = %L '
	'and l.path not in (select p.path from (select pg_catalog.jsonb_extract_path_text(k.row_data::pg_catalog.jsonb, %L) as path '
	'from dbcare.trash as k where k.action = ''delete'' and k.table_name in (%s)) as p where p.path is not null)%s order by l.file_id',
	'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"', $1, $2, $2,
	(select pg_catalog.string_agg(pg_catalog.quote_literal(n.name), ', ') from {partitions:$1} as n (name)),
	case when a.attnum is not null then pg_catalog.format(
		case when a.atttypid in ('text'::pg_catalog.regtype, 'varchar'::pg_catalog.regtype)
		then ' and not exists (select from %1$s as t where t.%2$I operator(pg_catalog.=) l.path)'
		else ' and not exists (select from %1$s as t where pg_catalog.format(''%%s'', t.%2$I) = l.path)' end,
		a.attrelid::pg_catalog.regclass, a.attname) else '' end) as query,
	a.attnum is not null and pg_catalog.row_security_active(a.attrelid) as is_hidden
from (select 1) as one
left join pg_catalog.pg_attribute as a on a.attrelid = pg_catalog.to_regclass($1) and a.attname = $2 and a.attnum > 0 and not a.attisdropped
order by 1
