-- columns: table_id
-- The number of table $2 of schema $1 in dbcare.known_table, where it is added if it
-- has none.  A table that has the name and the owner of one that was dropped, or is
-- of another database, from which these rows were copied, continues it.
with tab as (
	select c.oid as relid, pg_catalog.format('%I.%I', n.nspname, c.relname) as shown, c.relowner, r.rolname::text as owner_name,
		c.relrowsecurity, {place} as place
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	join pg_catalog.pg_roles as r on r.oid = c.relowner
	where n.nspname = $1 and c.relname = $2
), known as (
	select k.table_id
	from tab
	join dbcare.known_table as k on case
		when k.place = tab.place and k.relid = tab.relid then k.owner_id = tab.relowner or k.table_name = tab.shown
		else k.table_name = tab.shown and k.owner_name = tab.owner_name
			and (k.place <> tab.place or k.owner_id = tab.relowner and not exists (select from pg_catalog.pg_class as o where o.oid = k.relid)) end
	order by k.place = tab.place and k.relid = tab.relid desc, k.table_id
	limit 1
), changed as (
	-- archive/follow_names.sql renames what is kept of a table with it
	update dbcare.known_table as k
	set table_name = case when exists (select from dbcare.archived_table as a where a.table_id = k.table_id)
			or exists (select from pg_catalog.pg_trigger as t where t.tgrelid = tab.relid and t.tgfoid = any {own_function:dbarchive_capture}) then k.table_name else tab.shown end,
		relid = tab.relid, owner_id = tab.relowner, owner_name = tab.owner_name, place = tab.place,
		is_secured = k.is_secured or tab.relrowsecurity
	from known
	cross join tab
	where k.table_id = known.table_id and (k.relid <> tab.relid or k.owner_id <> tab.relowner or k.owner_name <> tab.owner_name
		or k.place <> tab.place or not k.is_secured and tab.relrowsecurity or k.table_name <> tab.shown)
), added as (
	insert into dbcare.known_table (table_id, table_name, relid, owner_id, owner_name, place, is_secured)
	select {next:known_table_table_id_seq}, tab.shown, tab.relid, tab.relowner, tab.owner_name, tab.place, tab.relrowsecurity
	from tab
	where not exists (select from known)
	returning table_id
)
select table_id from known union all select table_id from added order by table_id
