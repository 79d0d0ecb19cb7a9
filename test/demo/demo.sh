#!/bin/sh
# Shows dbcare at work on a SQLite file: migrates it, breaks it, reports, fixes
# it and reports again.  The file stays, for going on by hand.
set -eu
cd "$(dirname "$0")/../.."

db=build/demo/shop.db
mkdir -p build/demo
rm -f "$db" "$db-wal" "$db-shm"

heading()
{
	if [ -t 1 ]; then
		printf '\n\033[1m== %s\033[0m\n' "$1"
	else
		printf '\n== %s\n' "$1"
	fi
}

# Runs SQL from standard input on the demo database with dbcare loaded.
shell()
{
	{
		echo '.load ./sqlite_ext/dbcare'
		cat
	} | sqlite3 -batch -bail "$db"
}

heading "A new database: load the migrations of test/demo/migrations"
shell <<'SQL'
pragma journal_mode = wal;
select dbmigrate_load('test/demo/migrations');
SQL

heading "What would run, statement by statement"
shell <<'SQL'
.mode column
select version, statement_no, substr(replace(replace(statement, char(10), ' '), char(9), ''), 1, 50) as statement
from dbmigrate_plan();
SQL

heading "Apply all of them: one call, all or nothing"
shell <<'SQL'
pragma foreign_keys = on;
select printf('Applied %d migrations in %d ms, the version is %s.',
	json_array_length(result, '$.applied'), result ->> '$.duration_ms', result ->> '$.version')
from (select dbmigrate_apply() as result);
analyze;
.mode column
select version, name, state, duration_ms, reversible from dbmigrate_status();
SQL

heading "The health report of the new database"
{
	echo 'pragma foreign_keys = on;'
	cat test/demo/report.sql
} | shell

heading "Break it: a customer deleted with foreign keys off, an index dropped"
shell <<'SQL'
pragma foreign_keys = off;
delete from customer where customer_id = 3;
drop index purchase_item_product_id_idx;
analyze;
SQL
echo '  done'

heading "The report now, on a connection that still has foreign keys off"
shell <test/demo/report.sql

heading "Which rows violate what, and what a repair would do"
shell <<'SQL'
.mode column
select table_name, constraint_name, violations, sample_keys, message from dbcheck_constraints();
.mode list
.headers off
select dbcheck_repair();
SQL

heading "Repair: rows are kept, then removed with those that refer to them; and taken back"
shell <<'SQL'
select dbcheck_repair('{"orphans": "quarantine", "cascade": true, "dry_run": false}') ->> 'message';
.mode column
select table_name, action, count(*) as kept, min(reason) as reason from dbcheck_quarantine() group by table_name, action;
.mode list
.headers off
select dbcheck_undo(1) ->> 'message';
SQL

heading "Fix it: the customer is back, the index too, foreign keys on"
shell <<'SQL'
insert into customer (customer_id, email, name) values (3, 'linus@example.org', 'Linus');
create index purchase_item_product_id_idx on purchase_item (product_id);
analyze;
SQL
echo '  done'

heading "The report after that"
{
	echo 'pragma foreign_keys = on;'
	cat test/demo/report.sql
} | shell

heading "Go on by hand"
cat <<TEXT
  The database is $db. In the sqlite3 shell:

    sqlite3 $db
    .load ./sqlite_ext/dbcare
    pragma foreign_keys = on;
    select dbmigrate_rollback();                        -- takes back the last migration
    select * from dbmigrate_pending();
    select dbmigrate_apply();
    select * from dbmigrate_history();
    select * from dbcheck_run();                        -- constraints, rules, structure
    select name, arguments, description from dbcare_functions();
TEXT
