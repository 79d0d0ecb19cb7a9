#!/bin/bash
# The verb schema: what it prints gives an empty database an equal schema, and is the
# same from that one.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=test/process/cli/roads.bash
. test/process/cli/roads.bash

for road in sqlite postgresql wire; do
	new_database source
	sql "create table parent (id integer primary key, name text not null default 'it''s', unique (name));
		create table child (id integer primary key, parent integer references parent (id) on delete cascade, check (parent > 0));
		create index child_parent on child (parent) where parent > 1;
		create view both_of_them as select p.name, c.id from parent p join child c on c.parent = p.id;"
	case $road in
	sqlite) sql 'create trigger sweep after insert on parent begin delete from child; end;' ;;
	*) sql "create schema app; create type app.mood as enum ('sad', 'ok'); create table app.person (id bigint generated always as identity primary key, m app.mood);
		create function app.one() returns integer language sql as 'select 1'; create sequence app.s;" ;;
	esac
	from=$db
	(cd "$work" && "$dbcare" --db "$from" schema) >"$tmp/$road.sql"
	like "$(cat "$tmp/$road.sql")" 'parent.*child.*child_parent.*both_of_them' "$road: the schema is printed"
	new_database made
	sql "$(cat "$tmp/$road.sql")" >"$tmp/made" 2>&1 || true
	is "$(cat "$tmp/made")" '' "$road: it runs"
	says '^no differences.exit 0$' 'an empty database becomes equal' diff "$from" "$db"
	is "$(cd "$work" && "$dbcare" --db "$db" schema)" "$(cat "$tmp/$road.sql")" "$road: and gives the same script"
done

# the schema of the extension, as setup makes it, is no part of that
road=wire
new_database placed
file 1_item.sql 'create table item (id integer primary key);'
run migrate >"$tmp/told"
run setup --quick --yes >"$tmp/told"
is "$(sql "select extnamespace::regnamespace from pg_extension where extname = 'dbcare'")" care 'setup creates the extension in a schema'
says '^no drift.exit 0' 'which is no drift' drift
is "$(run schema | grep -c care)" 0 '... and not in the script of the schema'
sql 'create function care.mine() returns integer language sql as $$ select 1 $$'
says 'schema +care +added.*exit 1' '... until there is more in it' drift

finish
