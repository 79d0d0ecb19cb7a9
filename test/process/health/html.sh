#!/bin/bash
# The page of dbhealth_html(): what it is made of, that nothing out of the
# database becomes markup in it, that it is allowed to load nothing, and that its
# colours can be read.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# ---- colours ----

# Prints "scheme pair contrast" for pairs of colours of page.css whose contrast
# is below what WCAG asks for at level AA: 4.5 for text on each of the grounds, 3
# for what is drawn.
cat >"$tmp/contrast.awk" <<'END'
function channel(hex, at,    value) {
	value = (index(digits, substr(hex, at, 1)) - 1) * 16 + index(digits, substr(hex, at + 1, 1)) - 1
	value /= 255
	return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ^ 2.4
}
function luminance(hex) {
	return 0.2126 * channel(hex, 2) + 0.7152 * channel(hex, 4) + 0.0722 * channel(hex, 6)
}
function contrast(one, other,    a, b) {
	a = luminance(one) + 0.05
	b = luminance(other) + 0.05
	return a > b ? a / b : b / a
}
function judge(    i, j, limit, got) {
	for (i in signs)
		for (j in grounds) {
			limit = signs[i] == "accent" ? 3 : 4.5
			got = contrast(colour[signs[i]], colour[grounds[j]])
			pairs++
			if (got < limit)
				printf "%s %s on %s %.2f\n", scheme, signs[i], grounds[j], got
		}
}
BEGIN {
	digits = "0123456789abcdef"
	split("text muted link ok info warning critical unknown accent", signs, " ")
	split("page card code", grounds, " ")
	scheme = "light"
}
/@media/ { scheme = $0 }
/^\t+--[a-z]+: #[0-9a-f]+;$/ {
	name = $1
	gsub(/[-:]/, "", name)
	colour[name] = substr($2, 1, 7)
	defined++
	next
}
/}/ && defined { judge(); defined = 0 }
/#[0-9a-fA-F]{3}/ || /(rgb|hsl)a?\(/ { print "a colour outside the schemes: " $0 }
END { if (pairs != 3 * 27) print pairs " pairs" }
END
is "$(awk -f "$tmp/contrast.awk" common/health/page.css)" '' 'all colours have contrast enough, in light, dark and print'
is "$(sed 's/--muted: #[0-9a-f]*/--muted: #999999/' common/health/page.css | awk -f "$tmp/contrast.awk" | wc -l)" 6 \
	'a colour that has not is found'

# ---- pages ----

if ! command -v xmllint >/dev/null; then
	skip 'the page is made as it should be' 'xmllint is not installed'
	finish
fi

# A database with findings, samples that grow, alerts, and markup wherever there
# can be text.
filled='
create table "<script>alert(1)</script>" (a integer);
create table parent (id integer primary key, name text);
create table child (id integer primary key, parent_id integer references parent (id));
create table second (id integer primary key, parent_id integer references parent (id));
create table third (id integer primary key, parent_id integer references parent (id));
create table part (id integer primary key, "a<b>" text);
create index part_a on part ("a<b>");
create index part_again on part ("a<b>");
select dbmigrate_add($$7$$, $$<b>seven</b>$$, $$select 1$$) is not null;'
filled=${filled//\$\$/\'}
alert="insert into TABLE (alert_id, alert, severity, object, message, pending_at, raised_at, last_at)
values (1, 'disk', 'critical', '<i>object</i>', '<img src=x onerror=alert(2)>',
	'2026-11-20T10:00:00Z', '2026-11-20T10:00:00Z', '2026-11-20T10:00:00Z');"
start_server server
name='<u>shop'
sqlite_new "$name"
postgresql postgres <<<"create database \"$name\";"
postgresql "$name" >"$tmp/filled" <<-END
	create extension dbcare;
	$filled
	insert into dbcare.sample (sample_id, taken_at, epoch, readings)
	select 1000 + n, now() - (600 - n) * interval '1 hour', 'e',
		json_build_object('size_bytes', 100000000 + 100000 * n, 'disk_free_bytes', 50000000)
	from generate_series(1, 600) as n where n not between 300 and 371;
	${alert/TABLE/dbcare.alert}
END
sqlite "$name" >"$tmp/filled" <<-END
	$filled
	insert into dbcare_sample (sample_id, taken_at, epoch, readings)
	with recursive n (n) as (select 1 union all select n + 1 from n where n < 600)
	select 1000 + n, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', (n - 600) || ' hours'), 'e',
		json_object('size_bytes', 100000000 + 100000 * n, 'disk_free_bytes', 50000000)
	from n where n not between 300 and 371;
	${alert/TABLE/dbcare_alert}
END

# on_page XPATH: what of the page that is.
on_page()
{
	xmllint --xpath "$1" "$tmp/$engine.html" 2>&1
}

# allows SOURCE ELEMENT: whether the policy allows an element by its hash.
allows()
{
	local hash

	hash=$(printf %s "$(on_page "string(//$2)")" | perl -MDigest::SHA=sha256_base64 -0777 -ne 'print sha256_base64($_)')
	on_page "boolean(//meta[contains(@content, \"$1 'sha256-$hash='\")])"
}

for engine in postgresql sqlite; do
	"$engine" "$name" <<<'select dbhealth_html();' >"$tmp/$engine.html"
	is "$(xmllint --noout "$tmp/$engine.html" 2>&1)" '' "$engine: the page is well-formed"
	is "$(on_page 'count(//html[@lang]/head/title)')" 1 "$engine: the page has a language and a title"
	is "$(on_page 'concat(count(//main), count(//header), count(//nav), count(//footer), count(//h1))')" \
		11111 "$engine: it has its landmarks, once"
	is "$(on_page 'count(//section)')" 11 "$engine: the page has its sections"
	is "$(on_page 'count(//section[not(@aria-labelledby = h2/@id)])')" 0 "$engine: each section is labelled by its heading"
	is "$(on_page 'count(//a[not(substring(@href, 2) = //@id)])')" 0 "$engine: links have targets"
	is "$(on_page 'count(//@id[. = ../following::*/@id])')" 0 "$engine: identifiers are unique"
	is "$(on_page 'count(//table[not(caption)])')" 0 "$engine: tables have captions"
	is "$(on_page 'count(//th[not(@scope)])')" 0 "$engine: header cells have a scope"
	is "$(on_page 'count(//svg[not(@aria-hidden) and not(@role = "img" and @aria-label)])')" 0 \
		"$engine: drawings say what they show, or are not read out"
	is "$(on_page 'count(//tr[count(td | th) != count(ancestor::table/thead/tr/*)])')" 0 \
		"$engine: rows have as many cells as there are columns"

	# nothing is loaded, and nothing else than the page's own script is run
	is "$(on_page 'concat(count(//script), count(//style))')" 11 "$engine: the page has one script and one style"
	is "$(on_page 'count(//@*[starts-with(name(), "on") or name() = "style" or name() = "src"])')" 0 \
		"$engine: no attribute is code, style or a source"
	is "$(on_page 'count(//@href[not(starts-with(., "#")) and . != "data:,"])')" 0 "$engine: nothing is loaded from outside"
	like "$(on_page 'string(//meta[@http-equiv]/@content)')" "^default-src 'none';" "$engine: the content policy denies everything"
	is "$(allows script-src script) $(allows style-src style)" 'true true' "$engine: the content policy allows the page's script and style"

	# what is in the database is text
	like "$(on_page 'string(//h1)')" '^<u>shop' "$engine: the name of the database is text"
	is "$(on_page 'boolean(//tbody/tr/td[contains(., "<script>alert(1)</script>")])')" true "$engine: the name of a table is text"
	is "$(on_page 'string(//section[@id = "alerts"]//td[3])')" '<img src=x onerror=alert(2)>' "$engine: the message of an alert is text"
	is "$(on_page 'count(//img | //u | //i | //b)')" 0 "$engine: no name becomes markup"

	is "$(on_page 'count(//figure//polyline[@class = "past"])')" 1 "$engine: the page draws the growth"
	is "$(on_page 'count(//polyline[@class = "likely"])')" 1 "$engine: the page draws the forecast"
	is "$(on_page 'count(//polyline[@class = "limit"])')" 1 "$engine: the page draws the limit"
	is "$(on_page 'string(//table[@class = "forecast"]/tbody/tr[1]/td[1])')" '2.29 MB' "$engine: the page has the forecast as text"
	# findings of one check are one row, with the SQL of all
	row='//section[@id = "findings"]//tr[td/p[@class = "id"] = "missing_fk_index"]'
	is "$(on_page "concat(count($row), count($row//li), count($row//pre))")" 121 "$engine: findings of one check are folded into one"
	is "$(on_page "string($row/td[2]/p)")" 'and 2 more' "$engine: the row says of how many"
	is "$(on_page "string($row//pre)" | grep -c '^CREATE INDEX .*;$')" 3 "$engine: it has the SQL of all"
	is "$(on_page 'count(//section[@id = "actions"]/ol/li[p[2][starts-with(., "foreign key of ")]])')" 1 "$engine: actions are folded, too"
	is "$(on_page 'count(//pre[not(parent::details/parent::div[@class = "sql"])])')" 0 "$engine: all SQL can be copied"

	# indexes and sessions
	indexes='//section[@id = "indexes"]'
	like "$(on_page "string($indexes/p)")" '^[0-9]+ indexes, [0-9]+ kB; 1 redundant index, [0-9]+ kB' "$engine: sizes of indexes are added up"
	like "$(on_page "string($indexes//tr[contains(th, \"part_again\")]/th)")" '^(public\.)?part_again on (public\.)?part \("a<b>"\)$' \
		"$engine: an index has table and columns"
	like "$(on_page "string($indexes//tr[contains(th, \"part_again\")]/td[last()])")" '^identical to (public\.)?part_a$' \
		"$engine: duplicate indexes are marked"

	# hourly samples of size alone, of which three days are missing
	history='//section[@id = "history"]'
	is "$(on_page "count($history//figure)")" 2 "$engine: the page draws the size of the last day and of 25 days"
	like "$(on_page "string($history//figure[1]//svg/@aria-label)")" \
		'^Size, [0-9]+ hours: [0-9.]+ MB \([0-9.]+ MB to 152\.[0-9]+ MB\), last 152\.[0-9]+ MB$' \
		"$engine: a chart is described"
	is "$(on_page "count($history//figure[1]//rect[title])")" 24 "$engine: each sample of the day has a title"
	like "$(on_page "string($history//figure[2]//rect[last()]/title)")" \
		'^[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}: 152\.[0-9]+ MB \(' "$engine: which has time, mean and range"
	is "$(on_page "string($history//figure[2]//path/@d)" | grep -o M | wc -l)" 2 \
		"$engine: the line ends where samples are missing"
	is "$(on_page "string($history/p[last()])")" "Without a chart, for lack of samples: $(
		[ $engine = sqlite ] || printf 'Connections, ')Queries per second, Query time per second, Health score." \
		"$engine: measures without samples are named"
	is "$(on_page 'boolean(//section[@id = "migrations"]/p[. = "1 migration is pending."])')" true \
		"$engine: migrations are there"
	on_page '//h2 | //thead | //style | //script | //nav | //footer' >"$tmp/$engine.frame"
done
engine=postgresql
like "$(on_page 'string(//section[@id = "sessions"]/p)')" '^[1-9] of 97 connections are in use; no session waits for a lock\.$' \
	'the page counts sessions'
is "$(on_page 'string(//section[@id = "sessions"]//tr[td[. = "active"]]/td[1])')" "$name" 'the name of a database is text there, too'
engine=sqlite
is "$(on_page 'string(//section[@id = "sessions"]/p)')" 'SQLite does not list the connections of a file.' \
	'SQLite has no sessions'
is "$(diff "$tmp/postgresql.frame" "$tmp/sqlite.frame" | grep -c '<h2\|<script\|<style\|<nav\|<footer' || true)" 0 \
	'both engines give the same page'

# ---- without anything, and in a database that cannot be written ----

sqlite_new fresh
postgresql_new fresh
for engine in postgresql sqlite; do
	"$engine" fresh <<<'select dbhealth_html();' >"$tmp/$engine.html"
	is "$(xmllint --noout "$tmp/$engine.html" 2>&1)" '' "$engine: a fresh database has a page"
	is "$(on_page 'count(//section)')" 11 "$engine: the page of a fresh database has all sections"
	like "$(on_page 'string(//section[@id = "history"]/p)')" '^There are too few samples for charts: ' \
		"$engine: without samples it says so"
done
chmod a-w "$tmp/fresh.db"
is "$(sqlite3 -readonly -cmd '.load ./sqlite_ext/dbcare' "$tmp/fresh.db" 'select dbhealth_html();' |
	xmllint --xpath 'count(//section)' -)" 11 'a file that is only read has a page'
postgresql "$name" <<<'create role guest;'
engine=postgresql
postgresql "$name" <<<'set role guest; select dbhealth_html();' >"$tmp/$engine.html"
is "$(on_page 'count(//section)')" 11 'a role without grants gets a page'
like "$(on_page 'string(//section[@id = "migrations"]/p)')" '^This section could not be read: permission denied for table ' \
	'which says what could not be read'
is "$(postgresql fresh <<<"begin read only; select length(dbhealth_html()) > 10000;")" t \
	'so has a transaction that only reads'

# ---- with 100,000 samples of the last day, of which one every five minutes has a score ----

postgresql fresh >"$tmp/filled" <<-'END'
	select dbcare_install() is null;
	insert into dbcare.sample (sample_id, taken_at, epoch, readings)
	select n, now() - (100000 - n) * interval '0.8 seconds', 'e', json_build_object('size_bytes', 1000 * n,
		'connections', n % 97, 'connections_max', 97, 'statements', n * 7, 'statement_ms', n * 3,
		case n % 375 when 7 then 'score' else 'other' end, n % 100)
	from generate_series(1, 100000) as n;
END
sqlite_new fresh
sqlite fresh >"$tmp/filled" <<-'END'
	select dbcare_install() is null;
	insert into dbcare_sample (sample_id, taken_at, epoch, readings)
	with recursive n (n) as (select 1 union all select n + 1 from n where n < 100000)
	select n, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ((n - 100000) * 0.8) || ' seconds'), 'e',
		json_object('size_bytes', 1000 * n, 'statements', n * 7, 'statement_ms', n * 3,
			case n % 375 when 7 then 'score' else 'other' end, n % 100)
	from n;
END
for engine in postgresql sqlite; do
	"$engine" fresh <<<'select dbhealth_html();' >"$tmp/$engine.html"
	is "$([ "$(wc -c <"$tmp/$engine.html")" -lt 150000 ] && echo small)" small "$engine: 100,000 samples do not make a page large"
	is "$(on_page 'count(//figure[count(.//rect) > 100])')" "$([ $engine = sqlite ] && echo 4 || echo 5)" \
		"$engine: they are reduced to columns"
done
finish
