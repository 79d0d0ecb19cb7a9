-- Whether the bookkeeping is there; SQLite has no owners to check.
select exists (select 1 from main.sqlite_schema
		where type = 'table' and name = 'dbcare_bookkeeping'),
	true
