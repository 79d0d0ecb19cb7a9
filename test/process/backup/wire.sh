#!/bin/bash
# Backups of a database without the extension: pg_dump on the machine of the
# command.  The extension lists, verifies and restores them, and they its own.
# Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

mkdir "$tmp/backups" "$tmp/programs" "$tmp/seen"
chmod 777 "$tmp/backups" "$tmp/seen"
OWN_INSTALLATION=1 start_server server "dbcare.backup_roots = '$tmp/backups'"
postgresql_new extension
psql -qd postgres <<-'END'
	create role app login createdb password 'se:cr\et x';
	create role other nologin;
	create database shop owner app;
END
PGUSER=app "${psql_shell[@]}" -d shop <<-'END'
	create table item (id int primary key, name text not null);
	insert into item select g, 'item ' || g || md5(g::text) from generate_series(1, 1000) as g;
	create table "Odd ""one" ();
	insert into "Odd ""one" default values;
	create table made (id int, twice int generated always as (id * 2) stored);
	insert into made values (1), (2);
	create view cheap as select * from item;
END
# from now on the role needs its password
test/pg_server.sh stop "$tmp/server"
sed -i '1i local all app scram-sha-256' "$tmp/server/data/pg_hba.conf"
test/pg_server.sh start "$tmp/server"
bin=$(pg_config --bindir)
[ -z "${PG_CONFIG-}" ] || bin=$("$PG_CONFIG" --bindir)
real=$(readlink -f "$bin/pg_dump")
export PGUSER=app PGPASSWORD='se:cr\et x'
cp build/dbcare "$tmp/dbcare"

# dbcare ARGUMENT ...: the command on database shop as the user of the server, who reads
# the files; and how it ended.
dbcare()
{
	(cd "$tmp/backups" && as_server "$tmp/dbcare" --db "dbname=${db-shop}" "$@" 2>&1) || echo "exit $?"
}

# extension SQL: asks the extension in another database.
extension()
{
	PGUSER=$superuser PGPASSWORD='' postgresql extension <<<"$1" 2>&1 || true
}
superuser=$(sed -n 's/.*PGUSER=//p' "$tmp/server/env" | tail -1 | tr -d "'\"")

# opens DATABASE: what every role may do there.
opens()
{
	extension "select string_agg(p, ' ' order by p) from unnest('{connect,temporary}'::text[]) as p where has_database_privilege('public', '$1', p)"
}

# What is in the directory, hidden or not.
left()
{
	(cd "$tmp/backups" && find . -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | tr '\n' ' ')
}

# ---- one backup ----

like "$(dbcare backup one --directory "$tmp/backups")" 'backup one made in .*, verified at level 2' 'a backup is made'
is "$(find "$tmp/backups" \( -type d ! -perm 700 -o -type f ! -perm 600 \) -path '*/one*')" '' '... which no other user can read'
manifest=$(cat "$tmp/backups/one/manifest.json")
like "$manifest" '"name": "public.item", "rows": 1000' '... its manifest has the rows'
like "$manifest" 'one.{3}, "rows": 1}' '... of a table without columns, too'
like "$(dbcare list-backups --csv --directory .)" 'one,dump,.*,shop,' 'it is listed'
like "$(dbcare verify-backup one --directory .)" 'backup one is sound, level 2' '... and verified'
is "$(extension "select kind, database, verified_ok from dbbackup_list('{\"directory\": \"$tmp/backups\"}')")" 'dump shop t' 'the extension lists it'
like "$(extension "select dbbackup_verify('one', '{\"directory\": \"$tmp/backups\", \"level\": 3}')")" '"ok": true' '... and restores it in a scratch cluster'
like "$(dbcare verify-backup one --directory . --level 3)" 'backup one is sound, level 3' '... as does the command'
is "$(left)" 'one ' '... which leaves nothing'
is "$(extension "select dbbackup_create('two', '{\"directory\": \"$tmp/backups\"}') ->> 'kind'")" dump 'the extension makes one'
like "$(dbcare verify-backup two --directory .)" 'backup two is sound, level 2' '... which the command verifies'
like "$(dbcare backup three --directory . --jobs 2)" 'backup three made' 'a backup by parallel jobs'
like "$(dbcare cleanup-backups --directory . --keep-last 1 --yes)" 'one' 'old ones are removed'
is "$(left)" 'three two ' '... but none of another database'
printf x >>"$tmp/backups/three/dump/toc.dat"
like "$(dbcare verify-backup three --directory .)" 'toc.dat.*exit 1' 'a damaged backup is one'

# ---- the way back ----

like "$(dbcare backup good --directory .)" 'backup good made' 'a backup'
like "$(dbcare restore-backup good again --directory . --role app)" 'again' '... is restored'
is "$(db=again PGUSER=app postgresql again <<<'select count(*), sum(id) from item')" '1000 500500' '... into a new database'
like "$(dbcare restore-backup good again --directory .)" 'database "again" already exists.*exit 2' '... that did not exist'
like "$(dbcare restore-backup two fresh --directory . --role other)" 'not that of role "other".*exit 2' 'another role'
like "$(PGUSER=$superuser dbcare restore-backup good fresh --directory .)" 'would run as superuser.*exit 2' 'a superuser'
is "$(opens again)" 'connect temporary' 'it is as open as the database of the command'
psql -qd postgres -U "$superuser" -c 'revoke connect on database shop from public'
like "$(PGUSER=$superuser dbcare restore-backup good fresh --directory . --as-superuser)" 'fresh' '... who says so'
is "$(opens fresh)" temporary '... and no more'
psql -qd postgres -U "$superuser" -c 'grant connect on database shop to public'
psql -qd postgres -U "$superuser" -c 'drop database fresh' -c 'create database dbcare_restore_0123456789abcdef'
leftover='database dbcare_restore_0123456789abcdef was left by a restore that was killed: drop database dbcare_restore_0123456789abcdef;'
like "$(dbcare restore-backup good fresh --directory . --role app)" "$leftover.*fresh" 'a restore names what a killed one has left'
psql -qd postgres -U "$superuser" -c 'drop database fresh' -c 'drop database dbcare_restore_0123456789abcdef'
like "$(dbcare restore-backup two fresh --directory .)" '(permission denied|must be).*exit 2' 'what the role may not restore is an error'
is "$(PGUSER=$superuser postgresql postgres <<<'select datname from pg_database order by 1' | tr '\n' ' ')" 'again extension postgres shop template0 template1 ' '... that leaves no database'
psql -qd postgres -U "$superuser" -c "create database ascii encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C' template template0"
printf 'create table "caf\351" (id int)' | PGCLIENTENCODING=SQL_ASCII psql -qd ascii -U "$superuser"
like "$(db=ascii PGUSER=$superuser dbcare backup ascii --directory .)" 'names that are not valid UTF-8.*base.*exit 2' 'names that a manifest cannot have are refused in words'
psql -qd postgres -U "$superuser" -c 'drop database ascii'
rm -r "$tmp/backups/good"

# ---- a dump that does harm ----

PGUSER=app "${psql_shell[@]}" -d shop <<-END
	create function public.harm(integer) returns boolean language plpgsql as \$\$
	begin
		if exists (select from pg_catalog.pg_roles where rolname = current_user and rolsuper) then
			raise exception 'as superuser';
		end if;
		execute 'copy (select 1) to program \$c\$id >$tmp/seen/harmed\$c\$';
		return true;
	exception when insufficient_privilege then
		return true;
	end \$\$;
	create table harmed (id int check (harm(id)));
	insert into harmed values (1);
END
like "$(dbcare backup harm --directory .)" 'backup harm made' 'a dump with code of others'
like "$(dbcare verify-backup harm --directory . --level 3)" 'backup harm is sound, level 3' '... is verified as a role without rights'
is "$([ -e "$tmp/seen/harmed" ] && echo harmed)" '' '... which can do nothing'
rm -r "$tmp/backups/harm"
PGUSER=app "${psql_shell[@]}" -d shop <<<'drop table harmed; drop function harm'

# ---- to a key and to a command ----

head -c 32 /dev/urandom >"$tmp/key"
chmod 600 "$tmp/key"
[ "$(id -u)" -ne 0 ] || chown postgres "$tmp/key"
key="{\"key_file\": \"$tmp/key\"}"
like "$(dbcare backup secret --directory . --encrypt "$key")" 'backup secret made' 'an encrypted backup'
like "$(dbcare verify-backup secret --directory . --decrypt "$key" --level 3)" 'backup secret is sound, level 3' '... is verified'
is "$(extension "select dbbackup_verify('secret', '{\"directory\": \"$tmp/backups\", \"decrypt\": $key}') ->> 'ok'")" true '... by the extension, too'
is "$(grep -rc 'item 77' "$tmp/backups/secret" | grep -v ':0$' || true)" '' '... and has no row'
like "$(dbcare call dbbackup_create name=away "options={\"directory\": \"$tmp/backups\", \"to_command\": \"cat >$tmp/seen/away\"}")" 'name +away' 'a command takes a backup'
like "$(dbcare call dbbackup_verify name=away "options={\"directory\": \"$tmp/backups\", \"from_command\": \"cat $tmp/seen/away\"}")" 'ok +true' '... and brings it back'
like "$(dbcare call dbbackup_create "options={\"directory\": \"$tmp/backups\", \"to_command\": \"exit 3\"}")" 'the command failed with exit code 3' '... and its failure is one'

# ---- the password ----

for program in pg_dump pg_restore; do
	cat >"$tmp/programs/$program" <<-END
		#!/bin/sh
		env >>"$tmp/seen/environment"
		printf '%s\n' "\$@" >>"$tmp/seen/arguments"
		exec "$(dirname "$real")/$program" "\$@"
	END
done
chmod 755 "$tmp/programs"/*
like "$(DBCARE_BINDIR=$tmp/programs dbcare backup seen --directory .)" 'backup seen made' 'programs of a directory that is named'
like "$(cat "$tmp/seen/arguments")" "--dbname=.*user='app'" '... connect as the command'
is "$(grep -c 'se:cr' "$tmp/seen/arguments" "$tmp/seen/environment" | tr '\n' ' ')" "$tmp/seen/arguments:0 $tmp/seen/environment:0 " '... and no other process sees the password'
is "$(grep -vE '^(PATH|HOME|USER|LOGNAME|TMPDIR|SSL_CERT_FILE|SSL_CERT_DIR|LC_ALL|PGPASSFILE|PWD|OLDPWD|SHLVL|_)=' "$tmp/seen/environment" || true)" '' '... nor other variables of the user'

like "$(DBCARE_BINDIR=$tmp/programs dbcare verify-backup seen --directory . --level 3)" 'initdb was not found.*exit 1' '... without initdb level 3 is unknown'

# ---- a newer pg_dump ----

cat >"$tmp/programs/pg_dump" <<-END
	#!/bin/sh
	case "\$*" in
		--version) echo 'pg_dump (PostgreSQL) 99.1' ;;
		*--compress=zstd*)
			echo zstd >"$tmp/seen/compress"
			echo 'pg_dump: error: this build does not support compression with zstd' >&2
			exit 1 ;;
		*) exec "$real" "\$@" ;;
	esac
END
like "$(DBCARE_BINDIR=$tmp/programs dbcare backup newer --directory .)" 'backup newer made' 'a pg_dump without zstd'
is "$(cat "$tmp/seen/compress")" zstd '... which was asked for that first'
like "$(cat "$tmp/backups/newer/manifest.json")" '"compression": "gzip"' '... compresses with gzip'
rm -r "$tmp/backups/newer"

# ---- what is refused ----

like "$(dbcare backup)" 'directory of backups was not named.*--directory DIR.*exit 2' 'no directory'
like "$(dbcare list-backups)" 'directory of backups was not named.*exit 2' '... none is read either'
like "$(dbcare backup --directory . --method base)" 'base backup needs the extension.*pg_basebackup.*exit 2' 'a base backup'
like "$(dbcare backup --directory . --method restore_point)" 'restore point needs the extension.*exit 2' 'a restore point'
like "$(dbcare backup three --directory .)" 'already exists.*exit 2' 'a name that is taken'
like "$(DBCARE_BINDIR=/nonexistent dbcare backup --directory .)" 'pg_dump was not found.*postgresql-client-.*exit 2' 'no pg_dump'
printf '#!/bin/sh\necho "pg_dump (PostgreSQL) 9.6.24"\n' >"$tmp/programs/pg_dump"
like "$(DBCARE_BINDIR=$tmp/programs dbcare backup --directory .)" 'is of version 9, older than the server.*exit 2' 'an old pg_dump'
before=$(left)
psql -qd shop -U "$superuser" -c 'create table closed (id int)'
like "$(dbcare backup --directory .)" 'permission denied for table closed.*exit 2' 'a table that the role may not read'
psql -qd shop -U "$superuser" -c 'drop table closed' -c 'alter table item enable row level security, force row level security'
like "$(dbcare backup --directory .)" 'row-level security policy for table .*item.*exit 2' 'rows that the role may not see'
psql -qd shop -U "$superuser" -c 'alter table item disable row level security'
psql -qd shop -U "$superuser" -c 'create sequence closed'
like "$(dbcare backup --directory .)" 'pg_dump failed.*permission denied for sequence closed.*exit 2' 'what pg_dump may not read, in its words'
psql -qd shop -U "$superuser" -c 'drop sequence closed'
is "$(left)" "$before" '... nothing is left of these'

# ---- what ends before the end ----

cat >"$tmp/programs/pg_dump" <<-END
	#!/bin/sh
	[ "\$1" != --version ] || exec "$real" --version
	for argument; do
		case \$argument in --file=*) mkdir "\${argument#--file=}"; echo part >"\${argument#--file=}/toc.dat" ;; esac
	done
	echo "\$PPID \$\$" >"$tmp/seen/begun"
	exec tail -f /dev/null
END
# interrupt SIGNAL ARGUMENT ...: calls the command, sends it the signal when its
# program runs, and waits for the end of both.
interrupt()
{
	local command dump signal=$1

	shift
	rm -f "$tmp/seen/begun"
	DBCARE_BINDIR=$tmp/programs dbcare "$@" --directory . >"$tmp/out" 2>&1 &
	# one that has failed begins nothing
	until [ -s "$tmp/seen/begun" ] || ! kill -0 $! 2>/dev/null; do sleep 0.02; done
	[ -s "$tmp/seen/begun" ] || return 0
	read -r command dump <"$tmp/seen/begun"
	kill "-$signal" "$command"
	wait $! || true
	while [ -e "/proc/$dump/exe" ]; do sleep 0.02; done
}
interrupt INT backup stopped
like "$(cat "$tmp/out")" 'cancel.*exit 2' 'Ctrl-C ends a backup'
is "$(left)" "$before" '... and nothing is left of it'
interrupt KILL backup stopped
is "$(left | wc -w)" $(($(wc -w <<<"$before") + 1)) 'a command that is killed leaves what it had'
is "$(dbcare list-backups --csv --directory . | cut -d , -f 1 | grep -vxF -e name -e secret -e seen -e three -e two)" '' '... which is no backup'
like "$(dbcare backup last --directory .)" 'backup last made' 'the next call'
is "$(left)" "last $before" '... removes it'
cat >"$tmp/programs/pg_restore" <<-END
	#!/bin/sh
	case "\$*" in *--section=data*) ;; *) exec "$(dirname "$real")/pg_restore" "\$@" ;; esac
	"$(dirname "$real")/psql" -qAtX -h "$PGHOST" -p "$PGPORT" -U "$superuser" -d postgres >"$tmp/seen/open" -c \
		"select count(*), bool_or(has_database_privilege('public', datname, 'connect')) from pg_database where datname ~ '^dbcare_restore'"
	echo "\$PPID \$\$" >"$tmp/seen/begun"
	exec tail -f /dev/null
END
for program in createdb dropdb psql; do
	ln -s "$(dirname "$real")/$program" "$tmp/programs/$program"
done
interrupt INT restore-backup last fresh --role app
is "$(cat "$tmp/seen/open")" '1|f' 'nobody else can connect to a database that is not complete'
like "$(cat "$tmp/out")" 'cancel.*exit 2' 'Ctrl-C ends a restore'
is "$(PGUSER=$superuser postgresql postgres <<<"select count(*) from pg_database where datname ~ 'fresh|dbcare'")" 0 '... which leaves no database'
like "$(ulimit -f 8; dbcare backup full --directory .)" '(File too large|too large|No space).*exit 2' 'a full disk is an error'
is "$(left)" "last $before" '... that leaves nothing'
finish
