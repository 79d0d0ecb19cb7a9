-- columns: found
-- Whether migrate/schema_programs lists anything: planning that takes longer than
-- asking for the lists of most schemas, which have none of its objects.  May be true
-- if it lists nothing.
with candidate (class, oid) as (
	select 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid
	from pg_catalog.pg_proc as p
	join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
	where {user_schema:n}
	union all
	select 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid
	from pg_catalog.pg_type as t
	join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
	where {user_schema:n} and (t.typtype in ('b', 'd', 'e', 'r')
		or t.typtype = 'c' and exists (select from pg_catalog.pg_class as c where c.oid = t.typrelid and c.relkind = 'c'))
	-- the catalog itself has the numbers below 16384
	union all
	select o.tableoid, o.oid
	from (
		select tableoid, oid from pg_catalog.pg_event_trigger
		union all select tableoid, oid from pg_catalog.pg_foreign_data_wrapper
		union all select tableoid, oid from pg_catalog.pg_foreign_server
		union all select tableoid, oid from pg_catalog.pg_cast
		union all select tableoid, oid from pg_catalog.pg_operator
		union all select tableoid, oid from pg_catalog.pg_ts_dict
		union all select tableoid, oid from pg_catalog.pg_ts_config
		union all select tableoid, oid from pg_catalog.pg_collation
		union all select tableoid, oid from pg_catalog.pg_conversion
		union all select tableoid, oid from pg_catalog.pg_language
		union all select tableoid, oid from pg_catalog.pg_opclass
		union all select tableoid, oid from pg_catalog.pg_publication) as o
	where o.oid >= 16384
)
select exists (select from candidate as c
	-- of an extension or of another object, such as the row type of a table
	where not exists (select from pg_catalog.pg_depend as d
		where d.classid = c.class and d.objid = c.oid and d.deptype in ('e', 'i'))) as found
