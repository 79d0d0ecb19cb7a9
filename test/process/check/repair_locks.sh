#!/bin/bash
# dbcheck_repair() while others write: a row whose parent is on its way is no
# orphan, and nobody waits for longer than he is told to.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

repair="select dbcheck_repair('{\"orphans\": \"quarantine\", \"dry_run\": false}') ->> 'message';"

start_server server
postgresql_new shop
postgresql shop >"$tmp/made" <<-'END'
	create table parent (id integer primary key);
	create table child (id integer primary key, parent_id integer references parent (id));
	set session_replication_role = replica;
	insert into child values (1, 1), (2, 2);
END

hold writer shop 'insert into parent values (1);'
is "$(postgresql shop <<<"select dbcare_set('lock_timeout_ms', 200) is not null; $repair" | head -2)" \
	"$(printf '%s\n' t 'ERROR:  canceling statement due to lock timeout')" 'a repair waits for a writer only so long'
postgresql shop <<<"select dbcare_set('lock_timeout_ms', -1)" >"$tmp/set"
postgresql shop <<<"$repair" >"$tmp/repaired" &
waiting=$!
until_true shop "select exists (select from pg_locks where not granted)"
release writer
wait "$waiting"
is "$(cat "$tmp/repaired")" '1 row repaired' 'a row whose parent was added meanwhile is no orphan'
is "$(postgresql shop <<<'select id from child')" 1 'that row is not removed'

# the other way round: what is written during a repair waits for its end
postgresql shop <<<'set session_replication_role = replica; insert into child values (4, 9);'
hold keeper shop "$repair"
is "$(postgresql shop <<<"set lock_timeout = '200ms'; insert into child values (3, 1);" | head -1)" \
	'ERROR:  canceling statement due to lock timeout' 'other sessions cannot write during a repair'
release keeper
finish
