#!/bin/bash
# A dump that is restored into another database, where tables have other OIDs: what was
# kept of them, their triggers and their rights are known again by name and owner, and
# not for a table of another role.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

start_server server
engine=postgresql
postgresql_new shop
postgresql_new copy
postgresql shop >"$tmp/made" <<-'END'
	create role owner_1;
	create role owner_2;
	create role reader;
	grant create on schema public to owner_1, owner_2;
	set role owner_1;
	create table mine (id int primary key, note text);
	create table child (id int primary key, mine_id int references mine on delete cascade);
	create table lost (id int primary key, note text);
	grant select on mine, lost to reader;
	reset role;
	select dbarchive_enable('mine'), dbarchive_enable('lost'), dbaudit_enable('mine'), dbcare_grant('reader', 'archive');
	insert into mine values (1, 'kept'), (2, 'kept');
	insert into lost values (1, 'kept');
	insert into child values (1, 1), (2, 2);
	delete from mine where id = 1;
	delete from lost;
	drop table lost;
	set role owner_2;
	create table lost (id int primary key, note text);
	grant select on lost to reader;
END
pg_dump -d shop | postgresql copy >"$tmp/restored" 2>&1
seen='set role reader; select table_name, row_key from dbarchive_deleted() order by 1, 2'
is "$(postgresql copy <<<"$seen")" "public.mine 1" 'a role that may read the table sees its deleted rows, and none of a dropped one'
is "$(postgresql copy <<<"select severity from dbhealth_checks('{\"checks\": [\"archive_triggers\", \"audit_triggers\"]}')" | sort -u)" ok \
	'the triggers are as they should be'
is "$(postgresql copy <<<"select problem from dbaudit_tables()")" '' '... and those of the log'
is "$(postgresql copy <<<"delete from mine where id = 2; $seen" 2>&1)" $'public.mine 1\npublic.mine 2' 'a row that is deleted there is kept'
is "$(postgresql copy <<<"select count(*) from dbcare.known_table where place like '%/' || (select oid from pg_database where datname = 'copy')")" 2 \
	'its table, and its child, have their new OIDs'
is "$(postgresql copy <<<"select dbarchive_restore('mine', 1) ->> 'rows', dbarchive_restore('mine', 2) ->> 'rows'" 2>&1)" '2 2' '... and the rows can be restored'
like "$(postgresql copy <<<"select dbarchive_restore('lost', 1)" 2>&1)" 'batch [0-9]+ cannot be restored' 'not into a table of another role'
finish
