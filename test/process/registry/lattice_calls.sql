-- The calls of lattice.sh, as "tag, call, kind of the function": each function of the
-- extension, alone and with each option that the error for an unknown one lists;
-- what depends on a relation for each relation of the places, the rest once.
-- RELATION stands for its name.  The order is that of :seed.

create function pg_temp.valid_options(call text) returns text[] language plpgsql as $$
declare
	hint text;
begin
	execute call;
	return '{}';
exception when others then
	get stacked diagnostics hint = pg_exception_hint;
	return regexp_split_to_array(substring(hint from 'Valid options are: (.*)\.'), ', ');
end $$;

-- values of arguments; others are 1
create temporary table argument (name text primary key, value text);
insert into argument values
	('relation', '''RELATION'''),
	('row_key', '1'),
	('row_data', '''{"id": 5, "note": null}'''),
	('changes', '''{"note": null}'''),
	('filters', '''{"id": {"gte": 0}}'''),
	('expression', '''id > 0'''),
	('columns', '''["note"]'''),
	('new_create_sql', '''create table RELATION (id integer primary key)'''),
	('sql', '''select * from RELATION where note is not null'''),
	('query', '''select * from RELATION where note is not null'''),
	('up_sql', '''alter table RELATION add column more integer'''),
	('down_sql', '''alter table RELATION drop column more'''),
	('source', '''{"900_x.sql": "alter table RELATION add column more integer"}'''),
	('reason', '''test'''),
	('moment', '''2100-01-01'''),
	('until_at', '''2100-01-01'''),
	('name', '''lattice'''),
	('version', '''900'''),
	('check_id', '''missing_fk_index'''),
	('object_pattern', '''*'''),
	('path', '''/nowhere/file'''),
	('at', '''03:00'''),
	('role_name', '''plain'''),
	('area', '''monitor'''),
	('value', '''1'''),
	('enabled', 'true'),
	('ids', '''[1]'''),
	('document', '''{}'''),
	('json_schema', '''{}'''),
	('old_schema', '''{"engine": "postgresql", "objects": []}'''),
	('new_schema', '''{"engine": "postgresql", "objects": []}'''),
	('pack_or_manifest', '''tenancy'''),
	('password', '''secret'''),
	('hash', '''x''');

-- values of options; others are true
create temporary table choice (name text primary key, value text);
insert into choice values
	('dry_run', 'false'), ('level', '"full"'), ('relation', '"RELATION"'),
	('orphans', '"quarantine"'), ('mode', '"flag"'), ('where', '"id > 0"'),
	('columns', '{"note": "null"}'), ('confirm', '"places"'),
	('older_than_days', '0'), ('purge_after_days', '0'), ('limit', '10'),
	('samples', '5'), ('relations', '[{"child": "RELATION.id", "parent": "app.lender.id"}]'),
	('tables', '["RELATION"]'), ('rules', '["lattice"]'), ('format', '"csv"'), ('order_by', '["id"]'),
	('exclude', '["note"]'), ('include', '["note"]'), ('batch_size', '1');

-- values that another script wants
\if :{?values}
\i :values
\endif

create temporary table function as
select p.proname as name, p.prokind as kind, 'options' = any (p.proargnames) as has_options,
	(select string_agg(format('%I => %s', u.name, coalesce(g.value, '1')), ', ' order by u.place)
	 from unnest(p.proargnames) with ordinality as u (name, place)
	 left join argument as g on g.name = u.name
	 where u.name <> 'options' and u.place <= p.pronargs
		and (u.place <= p.pronargs - p.pronargdefaults or g.value like '%RELATION%')) as args
from pg_proc as p
join pg_depend as d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
join pg_extension as e on e.oid = d.refobjid and e.extname = 'dbcare'
where p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
	-- overloads that refuse a number
	and not 'numeric'::regtype = any (p.proargtypes::oid[])
	-- these wait, or start programs
	and p.proname not in ('dbhealth_fleet', 'dbbackup_create', 'dbbackup_restore', 'dbbackup_verify');

create temporary table call as
select f.name, f.kind, o.option, concat_ws(', ', f.args, o.given) as args
from function as f
cross join lateral (
	select '' as option, null as given
	union all
	select v.option, format('options => ''{%s%s: %s}''',
		case when 'dry_run' = any (k.keys) and v.option <> 'dry_run' then '"dry_run": false, ' end,
		to_json(v.option), coalesce(c.value, 'true'))
	from pg_temp.valid_options(format('%s %I(%s)', case f.kind when 'p' then 'call' else 'select' end, f.name,
		replace(concat_ws(', ', f.args, 'options => ''{"no option": 1}'''), 'RELATION', 'app.lender'))) as k (keys)
	cross join unnest(k.keys) as v (option)
	left join choice as c on c.name = v.option
	where f.has_options) as o;

copy (
	select c.name || ' ' || c.option || ' ' || r.name, format('%I(%s)', c.name, replace(c.args, 'RELATION', r.name)), c.kind
	from call as c
	join (select format('%I.%I', n.nspname, t.relname) as name
		from pg_class as t join pg_namespace as n on n.oid = t.relnamespace
		where n.nspname in ('evil', 'app') and t.relkind in ('r', 'p', 'v', 'm', 'f')
		union all
		select '-') as r on c.args like '%RELATION%' <> (r.name = '-')
	order by md5(c.name || c.args || r.name || :'seed')
) to stdout;
