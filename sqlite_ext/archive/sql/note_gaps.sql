-- columns: none
-- Records of tables whose columns no trigger names any more what tells later whether
-- they have changed; not of tables $1, a JSON array, whose columns may be others by now.
update main.dbcare_row_shape as r
set schema_version = g.schema_version, place = g.place
from (with named as materialized (
		select s.rowid as place, s.name, cast({shown:s.name} as text) as shown from main.sqlite_schema as s where s.type = 'table'
	)
	select l.shape_id, iif(t.name is null, coalesce(l.schema_version, v.schema_version), null) as schema_version,
		iif(t.name is null, coalesce(l.place, s.place), null) as place
	from (select *, max(shape_id) from main.dbcare_row_shape group by table_name) as l
	cross join temp.pragma_schema_version as v
	cross join named as s on s.shown = l.table_name
	left join main.sqlite_schema as t on t.type = 'trigger' and t.tbl_name = s.name and t.name glob 'dbcare_trash_*') as g
where r.shape_id = g.shape_id and r.table_name not in (select m.value from temp.json_each($1) as m)
	and (r.schema_version is not g.schema_version or r.place is not g.place)
