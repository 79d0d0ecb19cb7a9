-- columns: none
-- Records that no trigger names the columns of table $1 any more; if it is null, that those
-- of the logged tables without triggers are still the ones of their names.
update main.dbcare_audited_table
set gap_version = (select v.schema_version from temp.pragma_schema_version as v)
where table_id = $1 or $1 is null and disabled_at is null and gap_version is not null
