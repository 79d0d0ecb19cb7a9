-- Notes the first statement of a script outside a transaction that is not done,
-- whether it is begun, and if so, the indexes there are before it.
update dbcare.deployment as d
set statement_no = cast($2 as integer), begun = $3, indexes_before = case when $3 then
	array(select i.indexrelid from pg_catalog.pg_index as i where i.indexrelid >= 16384 order by i.indexrelid) end
where d.version = $1
