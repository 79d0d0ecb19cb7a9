#!/bin/bash
# Scripts with several transactions, on both engines and over the wire: deploy commits
# each and goes on after the last one, migrate runs all of it as one.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=test/process/cli/roads.bash
. test/process/cli/roads.bash

# up TEXT: the only migration, in a file without a way back.
up() { printf '%s\n' "$1" >"$migrations/1_a.up.sql"; }

# tables: how many of t1 to t9 there are.
tables()
{
	case $road in
	sqlite) sql "select count(*) from sqlite_schema where name glob 't[1-9]'" ;;
	*) sql "select count(*) from pg_class where relname ~ '^t[1-9]\$'" ;;
	esac
}

for road in sqlite postgresql wire; do
	# ---- pairs ----
	new_database pairs
	first=$'begin;\ncreate table t1 (id integer primary key);\ncommit;'
	up "$first"$'\nbegin;\ncreate table t2 (id integer primary key);\ninsert into nowhere values (1);\ncommit;'
	says 'nowhere.*1_a.up.sql.*exit 1' 'migrate fails' migrate
	is "$(tables)" 0 "$road: migrate is one transaction"
	says 'nowhere.*statement 6, line 6 of 1_a.up.sql.*exit 1' 'deploy fails in the second pair' deploy
	is "$(tables)" 1 "$road: the first pair is committed"
	says '1 +a +failed.*nowhere' 'status says so' status
	says 'statement 4 of the script has not completed' 'verify has the place' verify
	up "$first"$'\nbegin;\ncreate table t2 (id integer primary key);\ncommit;\ncreate table t3 (id integer primary key);'
	says 'a deploy has committed a part of migration .1.*Statements 1 to 3.*exit 2' 'migrate does not run it twice' migrate
	up $'begin;\ncreate table t1 (id integer);\ncommit;\nbegin;\ncreate table t2 (id integer);\ncommit;'
	says 'statements of migration .1. that have run were modified.*Statements 1 to 3.*exit 2' 'what has run was edited' deploy
	up 'create table t9 (id integer);'
	says 'statements of migration .1. that have run were modified.*exit 2' 'nor does another script begin' deploy
	says 'a deploy has committed a part of migration .1.*exit 2' 'nor by migrate' migrate
	up "$first"$'\nbegin;\ncreate table t2 (id integer primary key);\ncommit;\ncreate table t3 (id integer primary key);'
	says 'applied 1.1 migration applied.*exit 0' 'the script that was fixed goes on' deploy
	is "$(tables)" 3 "$road: nothing has run twice"
	says 'no differences.exit 0' 'verify' verify
	says '1 applied.exit 0' 'status' status

	# ---- all of it is one transaction for migrate ----
	new_database one
	up $'begin;\ncreate table t1 (id integer primary key);\ncommit;\nbegin;\ncreate table t2 (id integer primary key);\ncommit;'
	[ "$road" = wire ] || [ "$road" = sqlite ] || says '2 findings: 2 infos.exit 0' 'lint allows pairs' lint
	PGOPTIONS='' says 'NOTICE: +migration 1 up: BEGIN and COMMIT of the script are skipped.*applied 1.*exit 0' 'migrate runs pairs' migrate
	is "$(tables)" 2 "$road: both of them"
	new_database isolated
	up 'set transaction isolation level repeatable read; create table t1 (id integer primary key);'
	[ "$road" = sqlite ] || says 'SET is not allowed in a migration.*statement 1.*cannot be changed any more. Write BEGIN before.*dbcare baseline.*exit 1' 'another isolation level' deploy
	new_database quiet
	up $'begin;\ncreate table t1 (id integer primary key);\ncommit;'
	PGOPTIONS='' says '^exit 0$' 'migrate -q prints no notice' migrate -q

	# ---- a tool's transaction that the script leaves ----
	new_database leaves
	setting='set work_mem = 1000'
	[ "$road" != sqlite ] || setting='pragma foreign_keys = off'
	up $'create table t1 (id integer primary key);\ncommit;\n'"$setting"$';\nbegin;\ncreate table t2 (id integer references t1);\ninsert into nowhere values (1);'
	says 'nowhere.*statement 6' 'deploy fails behind it' deploy
	is "$(tables)" 1 "$road: what was before it is committed"
	up $'create table t1 (id integer primary key);\ncommit;\n'"$setting"$';\nbegin;\ncreate table t2 (id integer references t1);'
	says 'applied 1.*exit 0' 'and goes on' deploy
	is "$(tables)" 2 "$road: all of it has run"

	# ---- a block that commits ----
	if [ "$road" != sqlite ]; then
		new_database block
		printf '%s\n' '-- postgres-migrations disable-transaction' 'create table t1 (id integer);' \
			'do $$ begin insert into t1 values (1); commit; insert into t1 values (2); end $$;' 'create table t2 (id integer);' >"$migrations/1_a.sql"
		says 'outside a transaction.*dbcare deploy.*exit [12]' 'migrate cannot run a block that commits' migrate
		says 'applied 1.*exit 0' 'deploy runs a block that commits' deploy
		is "$(tables) $(sql 'select count(*) from t1')" '2 2' "$road: all of it"
	fi

	# ---- a statement outside of any transaction ----
	new_database outside
	bare='create index concurrently i1 on t1 (id)'
	[ "$road" != sqlite ] || bare=vacuum
	up $'begin;\ncreate table t1 (id integer primary key);\ncommit;\n'"$bare"$';\nbegin;\ncreate table t2 (id integer primary key);\ninsert into nowhere values (1);\ncommit;'
	says 'cannot run inside a transaction.*dbcare deploy.*exit 1' 'migrate cannot' migrate
	says 'nowhere.*statement 7' 'deploy runs it' deploy
	is "$(tables)" 1 "$road: the pair before it is committed"
	up $'begin;\ncreate table t1 (id integer primary key);\ncommit;\n'"$bare"$';\nbegin;\ncreate table t2 (id integer primary key);\ncommit;'
	says 'resumes where it was interrupted: In migration 1 up, statement 5|applied 1' 'and goes on behind it' deploy
	is "$(tables)" 2 "$road: to the end"
	up $'begin;\ncreate table t1 (id integer primary key);\n'"$bare"$';\ncommit;\nbegin;\ncreate table t2 (id integer primary key);\ncommit;'
	new_database between
	up $'begin;\ncreate table t1 (id integer primary key);\n'"$bare"$';\ncommit;\nbegin;\ncreate table t2 (id integer primary key);\ncommit;'
	says 'cannot run inside a transaction.*Move the statement out of BEGIN and COMMIT.*exit 1' 'not within a pair' deploy
	is "$(tables)" 0 "$road: nothing has run"
done

# ---- settings of a session, and of a transaction ----
for road in postgresql wire; do
	new_database settings
	sql 'create schema other;'
	up $'set search_path = other;\nbegin;\nset local work_mem = 1234;\ncreate table t1 (m text default current_setting(\'work_mem\'));\ninsert into t1 default values;\ncommit;\nbegin;\ncreate table t2 (m text default current_setting(\'work_mem\'));\ninsert into t2 default values;\ncommit;'
	says 'what SET does ends with its transaction, and the script has several.*exit 1' 'migrate refuses SET LOCAL' migrate
	says 'applied 1.*exit 0' 'deploy runs it' deploy
	is "$(sql 'select m from other.t1')" 1234kB "$road: SET LOCAL holds in its transaction"
	is "$(sql 'select m from other.t2')" 4MB "$road: and not in the next one"
done

# ---- a transaction that says how it runs ----
for road in postgresql wire; do
	new_database level
	kept="insert into t1 select name, setting from pg_settings where name in ('transaction_isolation', 'lock_timeout')"
	up $'create table t1 (name text, setting text);\nbegin;\nset transaction isolation level repeatable read;\nset local lock_timeout = 4321;\n'"$kept"$';\ninsert into t1 values (\'two\', 1/0);\ncommit;\nbegin isolation level serializable;\n'"$kept"$';\ncommit;\n'"$kept;"
	says 'SET TRANSACTION of the script cannot run inside a transaction.*statement 3, line 3 of 1_a.up.sql.*dbcare deploy.*exit 1' 'migrate cannot' migrate
	[ "$road" = wire ] || says '^no findings.exit 0' 'lint allows it' lint
	says 'division by zero.*statement 6, line 6 of 1_a.up.sql.*exit 1' 'deploy fails in its pair' deploy
	is "$(sql 'select count(*) from t1')" 0 "$road: nothing of the pair stays"
	up $'create table t1 (name text, setting text);\nbegin;\nset transaction isolation level repeatable read;\nset local lock_timeout = 4321;\n'"$kept"$';\ninsert into t1 values (\'two\', 1/2);\ncommit;\nbegin isolation level serializable;\n'"$kept"$';\ncommit;\n'"$kept;"
	says 'applied 1.1 migration.*exit 0' 'deploy runs each as it says' deploy
	is "$(sql "select string_agg(setting, ' ' order by ctid) from t1 where name <> 'lock_timeout'")" 'repeatable read 0 serializable read committed' "$road: the levels of the transactions"
	is "$(sql "select (array_agg(setting order by ctid))[1] = '4321', count(*) filter (where setting = '4321') from t1 where name = 'lock_timeout'")" 't|1' "$road: a setting of one ends with it"
	new_database one_level
	up $'begin transaction isolation level repeatable read;\ncreate table t1 as select current_setting(\'transaction_isolation\') as level;\ncommit;'
	says 'BEGIN of the script cannot run inside a transaction.*exit 1' 'migrate cannot run a single one' migrate
	says 'applied 1.*exit 0' 'deploy runs a single one' deploy
	is "$(sql 'select level from t1')" 'repeatable read' "$road: its level"
	is "$(sql 'select count(*) from dbcare.deployment')" 0 "$road: no progress is left"
done

# ---- a table is made anew with foreign keys off ----
road=sqlite
new_database rebuilt
sql 'create table parent (id integer primary key); create table child (id integer primary key, p integer references parent on delete cascade); insert into parent values (1); insert into child values (1, 1);'
up $'commit;\npragma foreign_keys = off;\nbegin;\ncreate table new_parent (id integer primary key, note text);\ninsert into new_parent (id) select id from parent;\ndrop table parent;\nalter table new_parent rename to parent;\ncommit;\npragma foreign_keys = on;\nbegin;'
says 'applied 1.*exit 0' 'deploy turns foreign keys off between transactions' deploy
is "$(sql 'select count(*) from child')" 1 'sqlite: no row was deleted by a cascade'

finish
