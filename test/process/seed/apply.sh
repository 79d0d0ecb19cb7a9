#!/bin/bash
# dbseed_apply() by many processes at once, while users change rows, and killed in
# the middle; passwords in a read-only file, and one at a time.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

callers=20
rows=50
many=1500

# rows_of COUNT: a JSON array of so many rows.
rows_of()
{
	seq "$1" | awk '{ printf "%s{\"id\": %d, \"name\": \"row %d\"}", NR == 1 ? "[" : ", ", $1, $1 } END { print "]" }'
}

# at_once DATABASE SQL: that many shells run SQL at the same moment; what each says
# goes to $tmp/answer.N.
at_once()
{
	local caller pids=

	exec 9>"$tmp/gate"
	flock 9
	for ((caller = 1; caller <= callers; caller++)); do
		flock -s "$tmp/gate" echo "$2" 9>&- | "$engine" "$1" >"$tmp/answer.$caller" 9>&- &
		pids+=" $!"
	done
	await_flock "$tmp/gate" $callers
	exec 9>&-
	for caller in $pids; do
		wait "$caller" || true
	done
}

# sum NAME: the sum of a count of all answers.
sum()
{
	cat "$tmp"/answer.* | grep -o "\"$1\": [0-9]*" | awk '{ n += $2 } END { print n + 0 }'
}

# the environment of the server
export SEED_SERVER=Plugh-7
start_server server log_statement=all
for engine in postgresql sqlite; do
	"${engine}_new" crowd
	"$engine" crowd <<-END >"$tmp/made"
		create table item (id integer primary key, name text);
		select dbseed_add('items', 'item', '$(rows_of $rows)');
	END
	at_once crowd 'select dbseed_apply();'
	is "$(cat "$tmp"/answer.* | grep -c '"success": true')" $callers "$engine: $callers processes apply at once"
	is "$(sum records_created) $(sum records_unchanged) $(sum conflicts)" \
		"$rows $(((callers - 1) * rows)) 0" "$engine: each row is created once"
	is "$("$engine" crowd <<<'select count(*) from item')" $rows "$engine: and is there"

	# killed in the middle
	"${engine}_new" killed
	"$engine" killed <<-END >"$tmp/made"
		create table item (id integer primary key, name text);
		select dbseed_add('items', 'item', '$(rows_of $many)');
		$([ "$engine" = postgresql ] || echo "create trigger endless after insert on item when new.id = $many begin
			select (with recursive n (i) as (select 1 union all select i + 1 from n) select max(i) from n); end;")
	END
	if [ "$engine" = postgresql ]; then
		# its last row waits for that one
		hold user killed "insert into item values ($many, 'mine');"
		psql -qAtX -d killed -c 'select dbseed_apply()' >"$tmp/killed" 2>&1 &
		until_true killed "select count(*) > 0 from pg_locks where not granted" >"$tmp/waited"
		kill -9 "$(postgresql killed <<<"select pid from pg_locks where not granted")"
		wait $! || true
		# the server ends the other session, too, which must not commit before that
		until [ "$(postgresql killed <<<"select count(*) from pg_stat_activity where application_name = 'user'")" = 0 ]; do sleep 0.1; done
		release user
	else
		sqlite3 -batch -cmd '.load ./sqlite_ext/dbcare' "$tmp/killed.db" 'pragma cache_size = 10; select dbseed_apply();' >"$tmp/killed" 2>&1 &
		until [ -s "$tmp/killed.db-journal" ]; do sleep 0.02; done
		kill -9 $!
		wait $! || true
		sqlite killed <<<'drop trigger endless'
	fi
	is "$("$engine" killed <<<"select count(*) from item; select state from dbseed_status()")" \
		"$(printf '0\npending')" "$engine: killed in the middle, nothing stays"
	like "$("$engine" killed <<<'select dbseed_apply()')" "\"records_created\": $many," "$engine: and the next call creates all rows"
done

# ---- a user changes a row at the same time ----

postgresql_new busy
postgresql busy <<-'END' >"$tmp/made"
	create table item (id integer primary key, name text);
	select dbseed_add('items', 'item', '[{"id": 1, "name": "a"}]');
	select dbseed_apply();
	select dbseed_add('items', 'item', '[{"id": 1, "name": "b"}]');
END
hold user busy "update item set name = 'mine';"
psql -qAtX -d busy -c 'select dbseed_apply()' >"$tmp/waits" 2>&1 &
until_true busy "select count(*) > 0 from pg_locks where not granted"
release user
wait $! || true
like "$(cat "$tmp/waits")" '"conflicts": 1,' 'what a user changes while the seed is applied is a conflict'
is "$(postgresql busy <<<'select name from item')" mine 'and stays'

# ---- passwords ----

hash='$scrypt$ln=4,r=1,p=1$c2FsdHNhbHQ$MDEyMzQ1Njc4OWFiY2RlZg'
is "$(sqlite3 -readonly -batch -cmd '.load ./sqlite_ext/dbcare' "$tmp/crowd.db" \
	"select dbseed_password_verify('x', '$hash'), dbseed_password_verify('x', dbseed_password_hash('x'))")" \
	'0|1' 'passwords are hashed and verified in a read-only file'

# a password of an environment variable
"${engine}_new" secret
sqlite secret <<-'END' >"$tmp/made"
	create table account (name text primary key, password text);
	select dbseed_add('accounts', 'account', '[{"name": "root", "password": {"$hash": "scrypt", "from_env": "SEED_TEST"}}]');
END
for password in Xyzzy-1 Xyzzy-1 Xyzzy-2; do
	SEED_TEST=$password sqlite secret <<<'select dbseed_apply()' | grep -o '"records_[a-z]*": 1' || true
done >"$tmp/applied"
sqlite secret <<<'select dbseed_apply()' | grep -o '"records_[a-z]*": 1' >>"$tmp/applied"
is "$(cat "$tmp/applied")" "$(printf '"records_%s": 1\n' created unchanged updated unchanged)" 'the hash follows the variable, and stays without it'
is "$(sqlite secret <<<"select dbseed_password_verify('Xyzzy-2', password) from account")" 1 'and is that of the password'
is "$(grep -c Xyzzy "$tmp/secret.db" "$tmp/applied" | tr '\n' ' ')" "$tmp/secret.db:0 $tmp/applied:0 " 'which no file has'
is "$(SEED_TEST='' sqlite secret <<<'select dbseed_apply()' | sed 's/.*dbcare: //')" \
	'the seeds are not applied: 1 problem. Seed "accounts", row 1: environment variable "SEED_TEST" is empty.' 'an empty one is refused'

# what the server logs, also by auto_explain and debug messages, and what its files have
postgresql_new logged
postgresql logged <<-'END' >"$tmp/told"
	load 'auto_explain';
	set auto_explain.log_min_duration = 0;
	set auto_explain.log_nested_statements = on;
	set log_min_messages = debug1;
	select dbinit_run('tenancy');
	create table account (name text primary key, password text);
	select dbseed_add('accounts', 'account', '[{"name": "root", "password": {"$hash": "scrypt", "from_env": "SEED_SERVER"}}]');
	select dbseed_apply();
	checkpoint;
END
shown=$(sed -nE 's/.*"passwords": .*"password": "([^"]+)".*/\1/p' "$tmp/told")
is "$(postgresql logged <<<"select dbseed_password_verify('Plugh-7', password) from account;
	select count(*) from users where dbseed_password_verify('$shown', password)")" $'t\n1' 'PostgreSQL: passwords are stored as hashes'
like "$(grep -c 'insert into "account"\|insert into public.account' "$tmp/server/log")" '^[1-9]' '... the log has the statements'
# the statement above has them
sed -i '/dbseed_password_verify/d' "$tmp/server/log"
is "$(grep -c -e Plugh-7 -e "$shown" "$tmp/server/log"; grep -rlF -e Plugh-7 -e "$shown" "$tmp/server/data" || true)" 0 '... and neither the log nor a file has them'

# a wrong password holds back the others for its hash, not those for other hashes
psql -qAtX -d busy -c "select dbseed_password_verify(i::text, '$hash') from generate_series(1, 20) as i" >"$tmp/guesses" 2>&1 &
guesser=$!
until_true busy "select count(*) > 0 from pg_locks where locktype = 'advisory' and granted and objsubid = 24301"
psql -qAtX -d busy -c "select dbseed_password_verify(i::text, '$hash') from generate_series(1, 20) as i" >"$tmp/guess" 2>&1 &
other=$!
is "$(until_true busy "select count(*) > 0 from pg_locks where locktype = 'advisory' and not granted and objsubid = 24301")" \
	'' 'of a hash one password is tried at a time'
is "$(postgresql busy <<<"set lock_timeout = 100; select dbseed_password_verify('x', '${hash/MDE/MDI}')")" f 'those of other hashes are tried meanwhile'
postgresql busy <<<"select pg_cancel_backend(pid) from pg_stat_activity where query like '%generate_series(1, 20)%' and pid <> pg_backend_pid()" >"$tmp/cancelled"
wait $guesser || true
wait $other || true
like "$(cat "$tmp/guesses")" 'canceling statement' 'an attempt can be cancelled'
is "$(postgresql busy <<<"select count(*) from pg_locks where locktype = 'advisory'")" 0 'and leaves no lock'
finish
