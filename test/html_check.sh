#!/bin/bash
# Shows the page of dbhealth_html() of both engines and the pages of dbcare serve to a
# headless Chromium, and leaves pages and pictures in build/html.  axe-core (npm) judges
# whether people can use them who see or move otherwise.  Prints TAP.
#
# usage: test/html_check.sh
# shellcheck source=test/lib.sh
. "$(dirname "$0")/lib.sh"

out=build/html

# Something for every section; markup where there can be text.
filled="
create table \"<script>alert(1)</script>\" (a integer);
create table person (id integer primary key, name text);
create table pet (id integer primary key, owner integer references person (id),
	vet integer references person (id));
create index pet_vet on pet (vet);
create index pet_vet_again on pet (vet);
create table visit (id integer primary key, pet integer references pet (id), note text);
create table stray (name text);
select dbmigrate_add('7', 'seven', 'select 1') is not null;"
alerts="insert into TABLE (alert_id, alert, severity, object, message, pending_at, raised_at, last_at, acked_at, acked_by, note)
values (1001, 'storage', 'warning', 'shop', 'the disk is full in 12 days', '2026-11-20T10:00:00Z',
		'2026-11-20T10:00:00Z', '2026-11-20T10:00:00Z', '2026-11-20T11:00:00Z', 'ann', 'a new disk is ordered'),
	(1002, 'check', 'critical', 'person', '<img src=x onerror=alert(2)>', '2026-11-21T10:00:00Z',
		'2026-11-21T10:00:00Z', '2026-11-21T10:00:00Z', null, null, null);"

rm -rf "$out"
mkdir -p "$out/postgresql" "$out/sqlite"
start_server server
postgresql_new shop
sqlite_new shop
postgresql shop >"$tmp/filled" <<-END
	create extension pg_stat_statements;
	$filled
	insert into person select n, 'person ' || n from generate_series(1, 20000) as n;
	insert into visit select n, null, 'visit ' || n from generate_series(1, 5000) as n;
	analyze;
	select count(*), pg_sleep(0.3) from person where name like '<script>alert(3)</script>';
	insert into dbcare.sample (sample_id, taken_at, epoch, readings)
	select 1000 + n, now() - (600 - n) * interval '1 hour', 'e', json_build_object(
		'size_bytes', 40000000 + 30000 * n + n % 24 * 40000 + n * n % 700 * 1500, 'disk_free_bytes', 25000000)
	from generate_series(1, 600) as n;
	${alerts/TABLE/dbcare.alert}
END
sqlite shop >"$tmp/filled" <<-END
	$filled
	insert into person with recursive n (n) as (select 1 union all select n + 1 from n where n < 20000)
	select n, 'person ' || n from n;
	insert into visit with recursive n (n) as (select 1 union all select n + 1 from n where n < 5000)
	select n, null, 'visit ' || n from n;
	analyze;
	insert into dbcare_sample (sample_id, taken_at, epoch, readings)
	with recursive n (n) as (select 1 union all select n + 1 from n where n < 600)
	select 1000 + n, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', (n - 600) || ' hours'), 'e', json_object(
		'size_bytes', 40000000 + 30000 * n + n % 24 * 40000 + n * n % 700 * 1500, 'disk_free_bytes', 25000000)
	from n;
	${alerts/TABLE/dbcare_alert}
END
npm install --silent --prefix "$tmp/npm" axe-core@4 >"$tmp/npm.out" 2>&1 || { cat "$tmp/npm.out"; exit 1; }
axe=$tmp/npm/node_modules/axe-core/axe.min.js

# looked NAME PROGRAM ARGUMENT ...: a test that a program of the browser passes
looked()
{
	local name=$1 result=0

	shift
	/usr/bin/python3 "$@" >"$tmp/looked" 2>&1 || result=1
	sed 's/^/# /' "$tmp/looked"
	result "$result" "$name"
}

for engine in postgresql sqlite; do
	"$engine" shop <<<"select dbhealth_html('{\"level\": \"full\"}');" >"$out/$engine.html"
	looked "$engine: the page is what it should be in a browser" test/html_check.py "$out/$engine.html" "$out/$engine" "$axe"
done

mkdir "$out/serve"
printf '[databases]\nfile = "%s"\nserver = "dbname=shop"\ngone = "host=/nowhere dbname=gone"\n' "$tmp/shop.db" >"$tmp/dbcare.toml"
build/dbcare serve --config "$tmp/dbcare.toml" --listen 127.0.0.1:0 >"$tmp/said" 2>&1 &
serve=$!
until grep -q 'until this command is interrupted' "$tmp/said" || ! kill -0 $serve; do sleep 0.02; done
address=$(sed -nE 's#.* at (http://127.0.0.1:[0-9]+/) .*#\1#p' "$tmp/said")
looked 'the pages of dbcare serve are what they should be in a browser' \
	test/serve_check.py "$address" "$out/serve" "$axe" file server
kill $serve
finish
