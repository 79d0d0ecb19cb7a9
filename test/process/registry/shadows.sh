#!/bin/bash
# dbcare's own statements never have the caller's search_path: databases in which
# functions, operators and relations of the catalog's names (test/shadows.sql) come before
# the catalog, set by ALTER DATABASE, ALTER ROLE or PGOPTIONS.  The calls of the parity
# scripts, all verbs of the command with the extension and without, triggers and workers
# must not run one of them.  Of the parity scripts and of the verbs some are tried, in
# make soak all.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

dbcare=${DBCARE:-$PWD/build/dbcare}
export TMPDIR=$tmp
mkdir -m 777 "$tmp/backups" "$tmp/work" "$tmp/work/m"
start_server server "log_line_prefix='%a|'" "dbcare.backup_roots='$tmp/backups'" \
	"shared_preload_libraries='pg_stat_statements,dbcare'"
log=$tmp/server/log
hostile='public, evil, pg_catalog'

psql -qAtX -d postgres -c 'create database shadowed'
is "$(postgresql shadowed <test/shadows.sql)" '' 'the catalog has shadows'

# new_database NAME [OPTIONS]: a copy of it.
new_database()
{
	psql -qAtX -d postgres -c "create database $1 template shadowed ${2-}"
}

# What has run since the log was emptied.
planted()
{
	grep -hE 'LOG:  planted|SQL statement "[^S]|STATEMENT:' < <(grep -A6 'LOG:  planted' "$log") |
		sort | uniq -c | head -n 10 || true
	: >"$log"
}

# ---- calls of the parity scripts ----

for file in $(sample 3 sql/parity_*.sql); do
	name=$(basename "$file" .sql)
	new_database "$name"
	: >"$log"
	{
		echo 'create extension dbcare;'
		echo 'revoke create on schema public from public;'
		sed 's/^-- psql: //' "$file" | test/shadowed.pl "$name"
	} | psql -qAtX -d "$name" >"$tmp/answers" 2>&1 || true
	is "$(test/shadowed.pl --judge "$file" <"$log" | head -n 20)" '' "$name runs nothing planted"
	psql -qAtX -d postgres -c "drop database $name with (force)"
done

# the control
new_database control
: >"$log"
psql -qAtX -d control -c "set search_path = $hostile" -c "select lower('A') = 'a'" >"$tmp/answers"
like "$(planted)" 'planted function lower.*planted function texteq' 'what a user writes himself runs it'

# ---- verbs ----

# arguments VERB DATABASE: false for a verb that is not known here.
arguments()
{
	case $1 in
		new) echo a_name ;;
		load | plan | migrate | deploy | test) echo '--dir m' ;;
		lint) echo m/1_shop.sql ;;
		rollback | repair | optimize | reset | archive | apply-policies | vacuum | purge | cleanup-backups) echo --yes ;;
		remove) echo 9 ;;
		add-rule) echo "noted customer 'length(note) < 9'" ;;
		drop-rule) echo noted ;;
		fix) echo 'missing_fk_index --yes' ;;
		suppress) echo "missing_fk_index 'old_*' 'read only'" ;;
		hold) echo "customer 2 'a case'" ;;
		release) echo 'customer 2' ;;
		set-policy) echo "customer '{\"remove\": true}'" ;;
		enable-trash | disable-trash | enable-audit | disable-audit) echo customer ;;
		row-history) echo 'customer 1' ;;
		undo-changes) echo '1 --yes' ;;
		erase) echo "customer 1 '[\"note\"]' 'asked to' --yes" ;;
		call) echo dbhealth_score ;;
		undo) echo '1 --yes' ;;
		adopt) echo --dry-run ;;
		baseline) echo 1 ;;
		backfill) echo "notes 'update customer set note = null where note is null'" ;;
		monitor) echo stop ;;
		soft-delete | restore) echo 'customer 2' ;;
		backup | verify-backup | restore-backup) echo "--directory $tmp/backups first" ;;
		list-backups) echo "--directory $tmp/backups" ;;
		init) echo '--pack tenancy --yes' ;;
		validate) echo tenancy ;;
		export | import | compare) echo "$tmp/backups/rows.dbsync" ;;
		diff) echo "dbname=$2 dbname=control" ;;
		sync) echo 'dbname=control' ;;
		help) echo status ;;
		completion) echo bash ;;
		# none reads a database of a server
		run) ;;
		pools) echo 127.0.0.1:1 ;;
		serve) echo '--listen nowhere' ;;
		archive-wal) echo "pg_wal/000000010000000000000001 $tmp/backups" ;;
		salvage) echo "$tmp/backups/saved.db" ;;
		follow) echo "$tmp/backups" ;;
		setup) echo --yes ;;
		status | verify | drift | schema | health | report | check | size | growth | metrics | slow | alerts) ;;
		stats | list-deleted | audit | seed | settings | doctor | repair-migrations | rules | locks | waits) ;;
		events | holds | policies | schedule | seal) ;;
		*) return 1 ;;
	esac
}

verbs=$(sed -nE 's/^CLI_VERB\("([a-z-]+)", .*/\1/p' cli/verbs.def | one_of 6)
cat >"$tmp/work/m/1_shop.sql" <<-'END'
	-- migrate:up
	create table customer (id integer primary key, note pg_catalog.text);
	create table purchase (id integer primary key, customer_id integer references customer (id) deferrable);
	create index concurrently purchase_customer on purchase (customer_id);
	-- migrate:down
	drop table purchase;
	drop table customer;
END
printf -- '-- migrate:up\ncreate table more (id integer primary key);\n-- migrate:down\ndrop table more;\n' \
	>"$tmp/work/m/2_more.sql"

# run_verbs DATABASE CONNECTION WHAT: each verb as the user of a connection.
run_verbs()
{
	local verb words ran=

	: >"$log"
	for verb in $verbs; do
		if ! words=$(arguments "$verb" "$1"); then
			ran+="$verb has no arguments here; "
			continue
		fi
		(cd "$tmp/work" && eval "'$dbcare' --db '$2' $verb $words" </dev/null >"$tmp/answers" 2>&1) || true
		words=$(planted)
		[ -z "$words" ] || ran+="$verb: $words"
	done
	is "$ran" '' "$3: no verb runs what is planted"
}

psql -qAtX -d postgres -c 'create role boss login createdb' -c 'create role plain login'
for name in wire extension; do
	new_database "$name" 'owner boss'
	psql -qAtX -d "$name" -c 'grant create on schema public to boss, plain'
	[ "$name" = wire ] || psql -qAtX -d "$name" -c 'create extension dbcare'
	psql -qAtX -d postgres -c "alter database $name set search_path = $hostile"
	run_verbs "$name" "dbname=$name" "$name, a superuser and ALTER DATABASE"
	psql -qAtX -d postgres -c "alter database $name reset search_path" -c "alter role boss set search_path = $hostile"
	run_verbs "$name" "dbname=$name user=boss" "$name, the owner and ALTER ROLE"
	PGOPTIONS="$PGOPTIONS -c search_path=evil,pg_catalog" \
		run_verbs "$name" "dbname=$name user=plain" "$name, another role and PGOPTIONS"
	psql -qAtX -d postgres -c 'alter role boss reset search_path'
done

# ---- triggers and workers ----

new_database kept
postgresql kept >"$tmp/answers" <<-'END'
	create extension dbcare;
	create table parent (id integer primary key);
	create table child (id integer primary key, parent_id integer references parent on delete set null, body text);
	insert into parent values (1), (2);
	insert into child values (1, 1, 'a'), (2, 2, 'b');
	select dbarchive_enable('parent');
	select dbarchive_enable('child');
	select dbaudit_enable('child');
	grant select, insert, update, delete on parent, child to plain;
END
: >"$log"
PGUSER=plain PGOPTIONS="$PGOPTIONS -c search_path=public,evil,pg_catalog" psql -qAtX -d kept \
	-c 'delete from parent' -c "insert into child values (3, null, 'c')" -c 'delete from child' >"$tmp/answers" 2>&1 || true
is "$(planted)" '' 'triggers run nothing that is planted'
is "$(psql -qAtX -d kept -c 'select count(*) from dbcare.trash' -c 'select count(*) > 3 from dbaudit_log()')" \
	"$(printf '7\nt')" '... and have kept what they should'

psql -qAtX -d postgres -c "alter database kept set search_path = $hostile"
export PGOPTIONS="$PGOPTIONS -c search_path=public"
postgresql kept >"$tmp/answers" <<-END
	select dbcare_set('backup_directory', '$tmp/backups');
	select dbmonitor_start(1);
	select dbarchive_schedule('$(date -u -d '1 minute ago' +%H:%M)', '{"older_than_days": 0}');
	select dbbackup_schedule('$(date -u -d '1 minute ago' +%H:%M)');
END
asked='select count(*) from dbcare.schedule where finished_at is not null'
until=$((SECONDS + 120))
until [ "$(psql -qAtX -d kept -c "$asked")" = 2 ] || [ $SECONDS -ge $until ]; do
	sleep 0.1
done
is "$(psql -qAtX -d kept -c "$asked" -c 'select count(*) > 0 from dbcare.sample' -c 'select count(*) from dbcare.trash')" \
	"$(printf '2\nt\n0')" 'workers have sampled, purged and made a backup'
is "$(planted)" '' '... and run nothing that is planted'
finish
