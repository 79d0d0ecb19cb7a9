#!/bin/bash
# What roles may do with backups on PostgreSQL: paths, links, hostile names, a
# hostile environment, row security, and no secret in any text.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

mkdir "$tmp/backups" "$tmp/elsewhere"
chmod 777 "$tmp/backups" "$tmp/elsewhere"
# what the server's environment has is not for programs
export PGDATABASE_TRAP=1 LD_BIND_NOW=
export PGOPTIONS="$PGOPTIONS"
SECRET_OF_SERVER=hunter2 PGUSER_TRAP=x start_server server "dbcare.backup_roots = '$tmp/backups'" "log_statement = 'all'"
postgresql_new shop
postgresql shop <<-'END'
	create role plain login;
	create role reader login;
	create role maker login;
	grant pg_read_server_files to reader;
	grant pg_read_server_files, pg_write_server_files, pg_execute_server_program to maker;
	select dbcare_grant('plain', 'backup') is null;
	select dbcare_grant('reader', 'backup') is null;
	select dbcare_grant('maker', 'backup') is null;
	create table secret (id int);
	insert into secret values (42);
END

# as ROLE SQL
as()
{
	PGUSER=$1 "${psql_shell[@]}" -d "${3-shop}" 2>&1 <<<"$2" || true
}

# ---- privileges ----

like "$(as plain 'select * from dbbackup_list()')" 'permission denied to read directory' 'listing needs a privilege'
like "$(as plain 'select dbbackup_create()')" 'permission denied to write backups' 'so does making'
like "$(as reader 'select dbbackup_create()')" 'permission denied to write backups' '... more than reading'
like "$(as reader "select * from dbbackup_wal_archive('$tmp/elsewhere')")" '^$' 'an archive can be read with the privilege'
like "$(as plain "select * from dbbackup_wal_archive('$tmp/elsewhere')")" 'permission denied to read directory' '... and not without'
like "$(as plain "select dbbackup_verify('a')")" 'permission denied' 'verifying needs a privilege'
like "$(as plain "select dbbackup_restore('a', 'b')")" 'permission denied' 'restoring needs a privilege'
like "$(as maker 'select dbbackup_create()')" 'permission denied for table' 'a role dumps only what it may read'
for parameter in backup_roots bindir backup_passfile; do
	like "$(as maker "set dbcare.$parameter = '/tmp'; select dbbackup_create()")" 'permission denied to set parameter' "only superusers set dbcare.$parameter"
	like "$(as maker "select dbcare_version(); show dbcare.$parameter")" 'must be superuser|permission denied' "... nor show it: $parameter"
done
is "$(ls -A "$tmp/backups")" '' 'nothing was made'

# a role that may read everything, but not through row security; dbcare's own
# tables have some, too
postgresql_new rows
postgresql rows <<-'END' >/dev/null
	grant pg_read_all_data to maker;
	grant execute on all functions in schema public to maker;
	create table guarded (id int, owner name);
	alter table guarded enable row level security;
	create policy own on guarded using (owner = current_user);
	insert into guarded values (1, 'other'), (2, 'maker');
END
like "$(as maker "select dbbackup_create('rls')" rows)" 'row security hides rows of table public.guarded from role "maker"' \
	'a dump that row security would shorten is refused'
postgresql shop <<<'alter role maker bypassrls'
like "$(as maker "select dbbackup_create('whole') ->> 'kind'")" '^dump$' 'a role that bypasses it makes a dump'
# a table of one role with types and an index of others, none of whom may read it
postgresql rows <<-'END' >/dev/null
	create role clerk; create role other;
	create schema den authorization clerk;
	grant usage on schema den to public;
	set role clerk;
	create function den.is_word(text) returns boolean language sql immutable as 'select true';
	create domain den.word as text check (den.is_word(value));
	create type den.pair as (word den.word, n int);
	reset role;
	create table den.several (id int primary key, word den.word, many den.word[], pair den.pair, pairs den.pair[]);
	create index on den.several (den.is_word(word));
	insert into den.several values (1, 'a', '{a,b}', '(a,1)', array[row('b', 2)::den.pair]);
	alter table den.several owner to other;
END
like "$(postgresql rows <<<"select dbbackup_create('several', '{\"verify\": 3}')" 2>&1)" '"ok": true, "level": 3' 'rows are counted where code of others cannot run'
is "$(python3 -c 'import json, sys
print({t["name"]: t["rows"] for t in json.load(sys.stdin)["tables"]}["den.several"])' <"$tmp/backups/several/manifest.json" 2>&1)" 1 '... all of them'
like "$(as maker "select dbbackup_create('base', '{\"method\": \"base\"}')")" 'pg_basebackup failed.*(replication|REPLICATION)' \
	'a base backup needs the right to replicate'
like "$(as maker "select dbbackup_create('p', '{\"method\": \"restore_point\"}')")" 'permission denied for function' \
	'a restore point needs the right to the function'
like "$(postgresql shop <<<'set role plain; select dbbackup_create()')" 'permission denied to write' 'the current role counts'
like "$(as maker "select dbbackup_restore('whole', 'mine')")" 'permission denied to create database' 'a new database needs the right'

# ---- paths ----

# refused PATH PATTERN NAME
refused()
{
	like "$(as maker "select dbbackup_create('x', json_build_object('directory', \$\$$1\$\$)::jsonb)")" "$2" "$3"
}
refused "$tmp/elsewhere" 'must not be in' 'outside the roots'
refused "$tmp/backups-not" 'must not be in' 'beside a root with the same beginning'
refused "$tmp/backups/../elsewhere" 'contains "\.\."' 'upwards'
refused "$tmp/backups/." 'contains "\."' 'a dot'
refused 'backups' 'not an absolute path' 'a relative path'
refused '' 'not an absolute path' 'an empty path'
refused "$tmp/server/data" 'must not be in' 'the data directory'
refused "$tmp/backups/a
b" 'control characters' 'a path with a newline'
ln -s "$tmp/elsewhere" "$tmp/backups/link"
refused "$tmp/backups/link" 'is not a directory.*Symbolic links' 'a symbolic link'
refused "$tmp/backups/link/deeper" 'is not a directory.*Symbolic links' 'below a symbolic link'
like "$(as maker "select dbbackup_create('../x')")" 'name' 'a name with a path'
like "$(as maker "select dbbackup_create('-x')")" 'name' 'a name like an option'
like "$(as maker "select dbbackup_restore('whole', '$tmp/elsewhere/data')")" 'permission denied|must not be in' 'a restore outside the roots'
rm "$tmp/backups/link"
is "$(ls -A "$tmp/elsewhere")" '' 'nothing was written elsewhere'
like "$(postgresql shop <<<"set dbcare.backup_roots = '$tmp/server'; select dbbackup_create('x', '{\"directory\": \"$tmp/server/data/base\"}')")" \
	'data directory of the server' 'the data directory is refused in a root, too'
refusal=$(postgresql shop <<<"set dbcare.backup_roots = ''; select dbbackup_create('x')" || true)
like "$refusal" 'no directory for backups is configured' 'without a root there are no backups'
# what the hint says to type, in a session that has not loaded the library
hint=$(sed -nE 's/^HINT:  As a superuser: //p' <<<"$refusal")
is "$(postgresql shop <<<"${hint//;/
;}" >"$tmp/hint" && postgresql shop <<<"load 'dbcare'; show dbcare.backup_roots")" /path/to/backups '... and the hint works in a new session'
postgresql shop <<<"load 'dbcare'; alter system reset dbcare.backup_roots; select pg_reload_conf()" >"$tmp/hint"
until_true shop "select current_setting('dbcare.backup_roots') = '$tmp/backups' from (select dbcare_version()) as loaded"

# ---- names ----

# each is a database and a role; $(...) must stay text
names=("with space" "quo'te" 'double"quote' "new
line" "a=b" "-leading" "host=/tmp dbname=postgres" '$(touch '"$tmp"'/elsewhere/x)' "postgresql:///shop" 'back\slash')
for name in "${names[@]}"; do
	postgresql postgres <<-END >/dev/null
		select format('create role %I superuser login', \$\$$name\$\$) \gexec
		select format('create database %I', \$\$$name\$\$) \gexec
	END
	shown=${name//$'\n'/\\n}
	target="dbname='$(sed "s/[\\\\']/\\\\&/g" <<<"$name")' user='$(sed "s/[\\\\']/\\\\&/g" <<<"$name")'"
	psql -qAtX -d "$target" -c 'create extension dbcare' -c 'create table here (id int)' -c 'insert into here values (1), (2)'
	like "$(psql -qAtX -d "$target" -c "select dbbackup_create('n', '{\"verify\": 3}')" 2>&1)" '"ok": true, "level": 3' "a database and a role named $shown"
	like "$(psql -qAtX -d "$target" -c "select dbbackup_restore('n', current_database() || ' 2', '{\"as_superuser\": true}')" 2>&1)" '"kind": "dump"' '... restored'
	is "$(psql -qAtX -d "$(sed "s/' user=/ 2' user=/" <<<"$target")" -c 'select count(*) from here' 2>&1)" 2 '... with its rows'
	rm -rf "$tmp/backups/n"
done
is "$(ls -A "$tmp/elsewhere")" '' 'no name was a command'
is "$(postgresql postgres <<<"select count(*) from pg_database where datname like 'dbcare\_%'")" 0 'no scratch database stays'

# objects with such names, and functions that want to be called instead
postgresql shop <<-'END' >/dev/null
	create schema "x;y";
	create table "x;y"."t'""
		z" (id int);
	insert into "x;y"."t'""
		z" values (1), (2), (3);
	create schema evil;
	create function evil.count(anyelement) returns bigint language sql as 'select 0::bigint';
	create function evil.format(text, variadic text[]) returns text language plpgsql as $$ begin raise exception 'evil'; end $$;
	create function evil.pg_export_snapshot() returns text language plpgsql as $$ begin raise exception 'evil'; end $$;
	alter database shop set search_path = evil, public, pg_catalog;
END
like "$(postgresql shop <<<"select dbbackup_create('search', '{\"verify\": 3}')")" '"ok": true, "level": 3' 'a hostile search_path'
like "$(cat "$tmp/backups/search/manifest.json")" '"rows": 3' 'rows of a table with a hostile name are counted'

# ---- secrets ----

echo "*:*:*:*:hunter2" >"$tmp/pass"
chmod 600 "$tmp/pass"
[ "$(id -u)" -ne 0 ] || chown postgres "$tmp/pass"
sed -i 's/^local .*/local all postgres trust\nlocal all all scram-sha-256/' "$tmp/server/data/pg_hba.conf"
postgresql shop <<-'END' >/dev/null
	set log_statement = 'none';
	alter role maker password 'hunter2';
	alter database shop reset search_path;
	select pg_reload_conf();
END
export PGPASSWORD=hunter2
like "$(as maker "select dbbackup_create('nopass')")" 'pg_dump failed.*no password supplied' 'without a password file the role is not let in'
postgresql shop <<<"load 'dbcare'; alter system set dbcare.backup_passfile = '$tmp/pass'; select pg_reload_conf()" >/dev/null
until_true shop "select current_setting('dbcare.backup_passfile', true) = '$tmp/pass'"
like "$(as maker "select dbbackup_create('pass') ->> 'kind'")" '^dump$' 'with one it is'
unset PGPASSWORD
is "$(grep -c hunter2 "$tmp/server/log")" 0 'no password is in the log'
is "$(grep -rc hunter2 "$tmp"/backups/*/*.json | grep -v ':0$')" '' '... nor in a manifest'

# what a program is given
cat >"$tmp/elsewhere/pg_dump" <<-END
	#!/bin/sh
	env | sort >$tmp/elsewhere/environment
	umask >$tmp/elsewhere/umask
	ls /proc/self/fd >$tmp/elsewhere/descriptors
	pwd >$tmp/elsewhere/place
	exit 3
END
chmod 755 "$tmp/elsewhere/pg_dump"
like "$(postgresql shop <<<"set dbcare.bindir = '$tmp/elsewhere'; select dbbackup_create('fake')")" 'pg_dump failed with exit code 3' 'dbcare.bindir chooses the programs'
is "$(grep -vE '^(PATH|LANG|LC_ALL|HOME|PGPASSFILE|PWD|OLDPWD|SHLVL|_)=' "$tmp/elsewhere/environment" || true)" '' 'a program has none of the environment'
is "$(cat "$tmp/elsewhere/umask")" 0077 'what it makes is private'
is "$(xargs <"$tmp/elsewhere/descriptors")" '0 1 2 3' 'it has no descriptor of the server'
is "$(cat "$tmp/elsewhere/place")" / 'it is not in the data directory'
finish
