-- columns: {finding}
-- Client authentication: lines of pg_hba.conf that require no password or a
-- clear-text one, passwords stored as MD5, and the number of superusers.
-- Lines for other machines do not count if the server does not listen.  A
-- static statement cannot name what the role may not read, so ts_stat() takes
-- it as text; a word it returns has at most 2046 bytes, hence the pieces.
with rules as (
	select r.line_number, r.type, r.auth_method, r.file_name,
		case when 'all' = any (r.user_name) then 'any role'
			else pg_catalog.array_to_string(r.user_name, ', ') end as users,
		r.type = 'local' or r.address in ('127.0.0.1', '::1', 'localhost', 'samehost') as is_near
	from pg_catalog.jsonb_to_recordset(case
			when pg_catalog.has_table_privilege('pg_catalog.pg_hba_file_rules', 'SELECT')
				and pg_catalog.has_function_privilege('pg_catalog.pg_hba_file_rules()', 'EXECUTE')
			then (select cast(pg_catalog.string_agg(pg_catalog.substr(s.word, 10), '' order by pg_catalog.substr(s.word, 1, 9)) as jsonb)
				from pg_catalog.ts_stat('select pg_catalog.array_to_tsvector(array[pg_catalog.lpad(p.i::text, 9, ''0'') || p.piece[1]])'
				' from pg_catalog.regexp_matches((select pg_catalog.jsonb_agg(r)::text from pg_catalog.pg_hba_file_rules as r'
				' where r.auth_method in (''trust'', ''password'')), ''.{1,250}'', ''g'') with ordinality as p (piece, i)') as s) end)
		as r (line_number integer, file_name text, type text, user_name text[], address text, auth_method text)
	where r.type = 'local' or pg_catalog.current_setting('listen_addresses') <> ''
), finding (severity, object, detail) as (
	select case when r.auth_method = 'trust' and not r.is_near then 'critical' else 'warning' end,
		pg_catalog.format('line %s of %s', r.line_number,
			coalesce(pg_catalog.substring(r.file_name, '[^/]*$'), 'pg_hba.conf')),
		case when r.auth_method = 'trust'
			then pg_catalog.format('lets %s in as %s without a password',
				case when r.is_near then 'everybody on this machine' else 'other machines' end, r.users)
			else pg_catalog.format('lets the password of %s be sent in clear text', r.users) end
	from rules as r
	where r.auth_method = 'trust' or r.type in ('host', 'hostnossl') and not r.is_near
	union all
	select 'warning', pg_catalog.format('role %I', m.name), 'stores its password as MD5'
	from pg_catalog.jsonb_array_elements_text(case
			when pg_catalog.has_table_privilege('pg_catalog.pg_authid', 'SELECT')
			then (select pg_catalog.jsonb_agg(s.word) from pg_catalog.ts_stat(
				'select pg_catalog.array_to_tsvector(array[a.rolname::text]) from pg_catalog.pg_authid as a'
				' where a.rolcanlogin and a.rolpassword like ''md5%''') as s) end) as m (name)
	union all
	select 'warning', 'the server', pg_catalog.format('lets %s superusers log in: %s', pg_catalog.count(*),
			pg_catalog.string_agg(pg_catalog.quote_ident(r.rolname), ', ' order by r.rolname))
	from pg_catalog.pg_roles as r
	where r.rolsuper and r.rolcanlogin
	having pg_catalog.count(*) > 3
)
select f.severity,
	f.object,
	cast(null as double precision) as value,
	f.detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from finding as f
union all
select 'unknown', null, null, null, null,
	'only a superuser can read pg_hba.conf and password hashes', null
where not (pg_catalog.has_table_privilege('pg_catalog.pg_authid', 'SELECT')
	and pg_catalog.has_table_privilege('pg_catalog.pg_hba_file_rules', 'SELECT')
	and pg_catalog.has_function_privilege('pg_catalog.pg_hba_file_rules()', 'EXECUTE'))
order by 2, 4
