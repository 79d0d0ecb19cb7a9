#!/bin/bash
# Metrics on their way: through the exporters and the textfile collector of
# Debian into a Prometheus, with the files of sql/monitoring.  All of them listen
# on the loopback interface alone.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

monitoring=$PWD/sql/monitoring

# ---- texts ----

start_server server "shared_preload_libraries='pg_stat_statements,dbcare'"
postgresql_new shop
postgresql shop <<<'create extension pg_stat_statements;'
sqlite_new shop
declare -A ago=([postgresql]="now() - n * interval '1 day'"
	[sqlite]="strftime('%Y-%m-%dT%H:%M:%fZ', 'now', -n || ' days')")
for engine in postgresql sqlite; do
	samples=dbcare_sample
	[ "$engine" = sqlite ] || samples=dbcare.sample
	# samples to make a forecast of, and one of today
	"$engine" shop >"$tmp/filled" <<-END
		create table parent (id integer primary key);
		create table child (id integer primary key, parent_id integer references parent (id));
		select dbcare_install() is null;
		insert into $samples (sample_id, taken_at, epoch, readings)
		with recursive days (n) as (select 12 union all select n - 1 from days where n > 1)
		select 13 - n, ${ago[$engine]}, 'e', '{"size_bytes": ' || (1000 - n) * 1000 || '}'
		from days;
	END
	# failed statements are counted while monitoring is on
	[ "$engine" = sqlite ] || "$engine" shop <<<'select dbmonitor_start(3600) is null;' >"$tmp/filled"
	"$engine" shop <<<'select dbmonitor_sample() is null;' >"$tmp/filled"
	"$engine" shop <<<"select dbhealth_metrics('{\"level\": \"full\"}');" >"$tmp/$engine.prom"
	is "$(tail -n 1 "$tmp/$engine.prom")" '# EOF' "$engine: the text ends with # EOF"
	is "$(awk '/^# TYPE/ { family = $3 } !/^#/ { sub(/\{.*/, ""); if ($0 != family && $0 !~ /_total$/) print }' \
		"$tmp/$engine.prom")" '' "$engine: samples follow the type of their family"
	is "$(grep -v '^#' "$tmp/$engine.prom" | sed 's/ .*//' | sort | uniq -d)" '' \
		"$engine: no sample is there twice"
	is "$(grep -v '^#' "$tmp/$engine.prom" | sed 's/{.*//' | uniq | sort | uniq -d)" '' \
		"$engine: no family is torn apart"
	is "$(awk '/^# UNIT/ && $3 !~ "_" $4 "$"' "$tmp/$engine.prom")" '' \
		"$engine: a unit is the end of the name"
	is "$(grep -vE '^# (TYPE|UNIT|HELP) [a-z_]+ .|^[a-z_]+\{([a-z_]+="([^"\\]|\\[\\"n])*",?)+\} -?[0-9.]+(e[+-][0-9]+)?$|^# EOF$' \
		"$tmp/$engine.prom")" '' "$engine: every line is one of metrics"
	is "$(grep -cE 'shop\.db|database="shop' "$tmp/$engine.prom")" \
		"$(grep -vc '^#' "$tmp/$engine.prom")" "$engine: every sample names its database"
	if command -v promtool >/dev/null; then
		is "$(promtool check metrics <"$tmp/$engine.prom" 2>&1)" '' "$engine: promtool has nothing to say"
	else
		skip "$engine: promtool has nothing to say" 'promtool is not installed'
	fi
done
is "$(cut -d '{' -f 1 "$tmp/sqlite.prom" | grep -v '^#' | sort -u | comm -23 - \
	<(sed -n 's/^DBC_METRIC(\(\w*\),.*/\1/p' common/health/metrics.def | sort))" '' 'all families are declared'

# ---- the dashboard ----

# Prints the queries of the dashboard, with what Grafana puts in for variables.
queries()
{
	perl -MJSON::PP -0777 -ne '
		for my $panel (@{decode_json($_)->{panels}}) {
			for my $target (@{$panel->{targets}}) {
				my $query = $target->{expr};
				$query =~ s/\$(engine|instance|database)/.*/g;
				$query =~ s/\$__rate_interval/4m/g;
				print "$query\n";
			}
		}' "$monitoring/grafana.json"
}

queries >"$tmp/queries" || true
is "$([ "$(wc -l <"$tmp/queries")" -gt 20 ] && echo many)" many 'the dashboard is JSON with queries'
is "$(grep -oE 'db(health|check|monitor)_\w+' "$tmp/queries" | sort -u |
	comm -23 - <(sed -n 's/^DBC_METRIC(\(\w*\),.*/\1/p' common/health/metrics.def | sort))" '' \
	'it asks for metrics there are'
is "$(grep -ohE 'db(health|check|monitor)_\w+' "$tmp/queries" | sort -u |
	comm -23 - <(cat "$tmp/postgresql.prom" "$tmp/sqlite.prom" | sed '/^#/d; s/{.*//' | sort -u))" '' \
	'and each is there on a database that has been sampled'

is "$(perl -MJSON::PP -0777 -ne '
	print join " ", map { $_->{name} } @{decode_json($_)->{templating}{list}}' "$monitoring/grafana.json")" \
	'datasource engine instance database' 'it can be narrowed down to an instance'
is "$(grep -vcE 'engine=~"\.\*",instance=~"\.\*",database=~"\.\*"' "$tmp/queries")" 0 'all queries are'

# ---- alert rules ----

# with the tests beside the rules, without the texts, which the tests leave out
rules=$monitoring/prometheus_rules.yml
mkdir "$tmp/rules"
sed '/annotations:/,/description:/d' "$rules" >"$tmp/rules/prometheus_rules.yml"
cp test/process/health/prometheus_rules_test.yml "$tmp/rules"
if command -v promtool >/dev/null; then
	is "$(promtool check rules "$rules" 2>&1 | grep -c SUCCESS)" 1 'the alert rules are valid'
	is "$(promtool test rules "$tmp/rules/prometheus_rules_test.yml" 2>&1 | grep -v '^$' | tail -n 1)" '  SUCCESS' \
		'they raise the alerts they are for'
else
	skip 'the alert rules raise alerts' 'promtool is needed'
fi
sed -n 's/^ *- alert: //p' "$rules" >"$tmp/rules/names"
is "$(sort "$tmp/rules/names" | comm -23 - <(sed -n 's/.*alertname: //p' "$tmp/rules/prometheus_rules_test.yml" | sort -u))" \
	'' 'each rule is tested'
is "$(printf 'Dbcare%s\n' ConnectionFailure IntegrityViolation ErrorRate HealthFailure QueryTime Connections \
	Consistency Storage SampleOverdue ScoreLow ScoreCritical | grep -vxFf "$tmp/rules/names")" '' 'there is a rule for each'
is "$(grep -oE 'db(health|check|monitor)_\w+(\{|\[| |\))' "$tmp/rules/prometheus_rules.yml" | sed 's/.$//' | sort -u |
	comm -23 - <(cat "$tmp/postgresql.prom" "$tmp/sqlite.prom" | sed '/^#/d; s/[{ ].*//' | sort -u))" '' \
	'they ask for metrics that both engines together give'

for program in prometheus prometheus-postgres-exporter prometheus-sql-exporter prometheus-node-exporter; do
	if ! command -v "$program" >/dev/null; then
		skip 'metrics arrive in Prometheus' "$program is not installed"
		finish
	fi
done

# ---- exporters ----

# Whether a process listens on a port.
listens()
{
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# serve NAME COMMAND ...: starts a program that listens on a free port, which
# takes the place of PORT in the command and is then in the variable NAME_port.
serve()
{
	local name=$1 port until pid

	shift
	for _ in 1 2 3 4 5 6 7 8; do
		port=$((20000 + RANDOM % 10000))
		! listens "$port" || continue
		"${@//PORT/$port}" >"$tmp/$name.log" 2>&1 &
		pid=$!
		until=$((SECONDS + 60))
		while kill -0 "$pid" 2>/dev/null && [ $SECONDS -lt $until ]; do
			if listens "$port"; then
				eval "${name}_port=$port"
				return
			fi
			sleep 0.1
		done
		kill "$pid" 2>/dev/null || true
	done
	sed 's/^/# /' "$tmp/$name.log"
	eval "${name}_port=0"
}

postgresql shop >"$tmp/granted" <<-'END'
	create role prometheus login;
	grant pg_monitor to prometheus;
	select dbcare_grant('prometheus', 'monitor');
END
mkdir "$tmp/textfiles"
sqlite3 -readonly -cmd '.load ./sqlite_ext/dbcare' "$tmp/shop.db" 'select dbhealth_metrics();' \
	>"$tmp/textfiles/sqlite.prom"
cp "$tmp/postgresql.prom" "$tmp/textfiles"
serve node prometheus-node-exporter --collector.disable-defaults --collector.textfile \
	--collector.textfile.directory="$tmp/textfiles" --web.listen-address=127.0.0.1:PORT
export DATA_SOURCE_NAME="user=prometheus host=$PGHOST dbname=shop sslmode=disable"
serve postgres prometheus-postgres-exporter --disable-default-metrics --disable-settings-metrics \
	--extend.query-path="$monitoring/postgres_exporter.yaml" --web.listen-address=127.0.0.1:PORT
sed "s|interval: '1m'|interval: '1s'|; s|@/app?host=/var/run/postgresql|@/shop?host=$PGHOST|" \
	"$monitoring/sql_exporter.yml" >"$tmp/sql_exporter.yml"
serve sql prometheus-sql-exporter -config.file "$tmp/sql_exporter.yml" -web.listen-address 127.0.0.1:PORT

# ---- Prometheus ----

# shellcheck disable=SC2154
sed "s|localhost:9187|127.0.0.1:$postgres_port|; s|localhost:9237|127.0.0.1:$sql_port|
	s|localhost:9100|127.0.0.1:$node_port|; s|scrape_interval: 1m|scrape_interval: 5s|
	s|scrape_timeout: 30s|scrape_timeout: 5s|" "$monitoring/prometheus.yml" >"$tmp/prometheus.yml"
cp "$rules" "$tmp"
is "$(promtool check config "$tmp/prometheus.yml" >"$tmp/checked" 2>&1 && echo valid)" valid 'the configuration of Prometheus is valid'
serve prometheus prometheus --config.file="$tmp/prometheus.yml" --storage.tsdb.path="$tmp/tsdb" \
	--web.listen-address=127.0.0.1:PORT --log.level=warn

# ask QUERY: what Prometheus answers, without the time.
ask()
{
	# shellcheck disable=SC2154
	promtool query instant "http://127.0.0.1:$prometheus_port" "$1" 2>&1 | sed 's/ @\[.*//'
}

# arrives QUERY ANSWER NAME: passed once Prometheus gives the answer.
arrives()
{
	local until=$((SECONDS + 120)) answer

	while answer=$(ask "$1"); [ "$answer" != "$2" ] && [ $SECONDS -lt $until ]; do
		sleep 0.2
	done
	is "$answer" "$2" "$3"
}

status='dbhealth_check_status{check="missing_fk_index"'
for exporter in postgres sql; do
	eval "port=\${${exporter}_port}"
	arrives "sum(dbhealth_up{instance=\"127.0.0.1:$port\", database=\"shop\", engine=\"postgresql\"})" '{} => 1' \
		"metrics arrive by way of the $exporter exporter"
	arrives "sum($status, category=\"performance\", instance=\"127.0.0.1:$port\"})" '{} => 1' \
		"with the labels they have ($exporter)"
done
arrives "sum($status, category=\"performance\", engine=\"sqlite\", database=\"shop.db\"})" '{} => 1' \
	'and from SQLite by way of a text file'
arrives "sum($status, engine=\"postgresql\", instance=\"127.0.0.1:$node_port\"})" '{} => 1' \
	'as from PostgreSQL'
arrives 'count({__name__=~"dbcare_value|sql_dbcare"})' '' 'under their own names alone'
refused=
while read -r query; do
	answer=$(ask "$query")
	[[ $answer != *rror* ]] || refused+="$query: $answer"
done <"$tmp/queries"
is "$refused" '' 'Prometheus accepts every query of the dashboard'
finish
