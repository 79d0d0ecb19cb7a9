-- columns: shape_id
-- The columns that the log has of table $2 of schema $1; 0 if its changes are
-- not logged.
select coalesce(max(s.shape_id), 0) as shape_id
from main.sqlite_schema as t
join main.dbcare_audit_shape as s on s.table_id = cast(substr(t.name, length('dbcare_audit_') + 1) as integer)
where t.type = 'trigger' and t.tbl_name = $2 collate nocase and $1 = 'main' and t.name glob 'dbcare_audit_[0-9]*_delete'
