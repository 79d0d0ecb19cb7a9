-- columns: installed, trusted
-- Whether dbcare's tables exist; SQLite has no owners to check, but the tables
-- may be in a file from an untrusted source.
select exists (select 1 from main.sqlite_schema
		where type = 'table' and name = 'dbcare_bookkeeping') as installed,
	dbcare_refuse_unsafe() = '1' as trusted
