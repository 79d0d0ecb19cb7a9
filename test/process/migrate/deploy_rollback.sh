#!/bin/bash
# dbmigrate_deploy() with {"rollback": true}: a down script that runs outside a
# transaction, fails or is killed, and resumes.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# On SQLite a procedure is a function.
deploy_postgresql='call'
deploy_sqlite='select'

start_server server
postgresql_new shop
sqlite_new shop

for engine in postgresql sqlite; do
	deploy=deploy_$engine
	rollback="${!deploy} dbmigrate_deploy(null, '{\"rollback\": true}');"
	$engine shop >"$tmp/made" <<-END
		create table made (id integer);
		select dbmigrate_add('1', 'one', 'create table one (id integer)',
			'insert into made values (1); vacuum; drop table gate; drop table one');
		${!deploy} dbmigrate_deploy();
	END
	like "$($engine shop <<<"$rollback")" 'gate.*No migration was rolled back.*In migration 1 down, statement 3' \
		"$engine: a down script that fails outside a transaction is an error"
	is "$($engine shop <<<"select finding || '|' || message from dbmigrate_verify()")" \
		'unfinished|statement 3 of the down script has not completed; dbmigrate_deploy() with {"rollback": true} resumes there' \
		"$engine: verify finds the unfinished rollback"
	is "$($engine shop <<<"select state from dbmigrate_status(); select event from dbmigrate_history() where event <> 'register'")" \
		"$(printf '%s\n' applied apply failure)" "$engine: the migration stays applied, the log has the failure"
	$engine shop >"$tmp/made" <<<'create table gate (id integer);'
	like "$($engine shop <<<"$rollback")" '"rolled_back": \["1"\]' "$engine: the next call finishes the rollback"
	is "$($engine shop <<<"select state from dbmigrate_status(); select count(*) from made;")" \
		"$(printf '%s\n' pending 1)" "$engine: each statement has run once"
	is "$($engine shop <<<"select count(*) from dbmigrate_verify()")" 0 "$engine: verify finds nothing"

	$engine shop >"$tmp/made" <<<"${!deploy} dbmigrate_deploy();"
	$engine shop >"$tmp/said" <<<"$rollback" || true
	is "$($engine shop <<<"select dbmigrate_repair() ->> 'cleared'; select count(*) from dbmigrate_verify();")" \
		"$(printf '%s\n' '["1"]' 0)" "$engine: repair clears an unfinished rollback"
done

# a backend that is killed while DROP INDEX CONCURRENTLY waits for a reader
postgresql_new indexes
postgresql indexes >"$tmp/made" <<-'END'
	create table t (id integer);
	select dbmigrate_add('1', 'index', 'create index concurrently t_id on t (id)', 'drop index concurrently t_id');
	call dbmigrate_deploy();
END
hold reader indexes 'select * from t;'
PGAPPNAME=runner postgresql indexes <<<"call dbmigrate_deploy(null, '{\"rollback\": true}')" >"$tmp/said" &
runner=$!
until_true indexes "select exists (select from pg_locks where not granted)"
postgresql indexes <<<"select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'runner'" >"$tmp/made"
wait "$runner" || true
like "$(cat "$tmp/said")" 'terminating connection' 'a rollback is terminated while it drops an index'
is "$(postgresql indexes <<<'select state from dbmigrate_status()')" applied '... and the migration stays applied'
release reader
until_true indexes "select not exists (select from pg_stat_activity where backend_type = 'dbcare deploy')"
like "$(postgresql indexes <<<"call dbmigrate_deploy(null, '{\"rollback\": true}')")" '"rolled_back": \["1"\]' \
	'... the next call finishes it'
is "$(postgresql indexes <<<"select to_regclass('t_id') is null || '|' || state from dbmigrate_status()")" 'true|pending' \
	'... and the index is dropped'
finish
