-- columns: installed, trusted
-- Whether the bookkeeping is there; SQLite has no owners to check, but its tables
-- may be of a file from somebody else.
select exists (select 1 from main.sqlite_schema
		where type = 'table' and name = 'dbcare_bookkeeping') as installed,
	dbcare_refuse_unsafe() = '1' as trusted
