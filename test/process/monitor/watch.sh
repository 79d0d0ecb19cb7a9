#!/bin/bash
# dbcare monitor watch: what becomes of alerts is printed, and sent to a command and to
# an address, on SQLite, with the extension and over the wire.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=test/process/cli/roads.bash
. "$(dirname "$0")/../cli/roads.bash"

# watch FLAG ...: begins to watch $db; the process is $watcher.
watch()
{
	"$dbcare" --db "$db" monitor watch --interval 0.1 "$@" </dev/null >"$work/out" 2>"$work/err" &
	watcher=$!
}
end_watch()
{
	kill -TERM "$watcher"
	wait "$watcher"
	is "$?" 0 "${road:-sqlite}: $1: SIGTERM ends it"
}
# until_in FILE PATTERN: waits until a line of a file is like that, for a minute at most.
until_in()
{
	local until=$((SECONDS + 60))

	until grep -qsE "$2" "$1"; do
		[ $SECONDS -lt $until ] && kill -0 "$watcher" || return 0
		sleep 0.02
	done
}
# price N: what item 1 costs, which a rule is about, and a sample that sees it.
price()
{
	sql "update item set price = $1" >"$tmp/told"
	run call dbmonitor_sample level=full >"$tmp/told"
}
# words FILE: state, alert and severity of each message in a file, whose other members
# are there.  A server of the tests has alerts of its own.
words()
{
	jq -r 'select(.alert == ("consistency", "unreachable")) | select(.database and .message and .text and (.raised_at or .alert == "unreachable")) | "\(.state) \(.alert) \(.severity)"' "$1"
}
# shop: a database with a rule, watched by nobody.
shop()
{
	new_database "$1"
	sql 'create table item (id integer primary key, price integer);' >"$tmp/told"
	sql 'insert into item values (1, 10);' >"$tmp/told"
	run call dbcheck_rule_add name=positive relation=item 'expression=price > 0' >"$tmp/told"
	price 10
}

wanted='raised consistency warning
acknowledged consistency warning
cleared consistency warning'
for road in sqlite postgresql wire; do
	shop watched
	# shellcheck disable=SC2016
	watch --json --exec "cat >>'$work/messages'; "'printf "%s\n" "$DBCARE_TEXT" >>'"'$work/texts'"
	price -1
	until_in "$work/messages" 'raised.*consistency'
	run call dbmonitor_ack "alert_id=$(jq 'select(.alert == "consistency").alert_id' "$work/messages")" note=seen >"$tmp/told"
	until_in "$work/messages" acknowledged
	price 10
	until_in "$work/messages" 'cleared.*consistency'
	end_watch 'a watch'
	is "$(words "$work/messages")" "$wanted" "$road: a command gets what becomes of an alert"
	is "$(<"$work/out")" "$(<"$work/messages")" "$road: the same is printed"
	like "$(grep consistency "$work/texts")" "^[a-z_.]*watched[a-z.]*: warning alert consistency raised: .*item: 1 row violates the rule positive" \
		"$road: and a sentence is in the environment"
	is "$(jq -r .text "$work/messages")" "$(<"$work/texts")" "$road: which is a member"
	is "$(<"$work/err")" '' "$road: nothing else is said"
done

# ---- receivers that fail ----

road=sqlite
shop failing
price -1
watch --exec "test -f '$work/open' && cat >>'$work/messages'"
until_in "$work/err" NOTICE
price 10
until_in "$work/out" cleared
: >"$work/open"
until_in "$work/messages" cleared
end_watch 'a command that fails'
is "$(words "$work/messages")" $'raised consistency warning\ncleared consistency warning' \
	'what a command has not taken comes again, in its order'
is "$(<"$work/err")" 'NOTICE: --exec has failed: exit code 1; it is tried again
NOTICE: --exec has what it had not taken' 'which is said once'
like "$(<"$work/out")" '^failing.db: warning alert consistency raised: ' 'a person reads sentences'
price -1
watch --quiet --exec "cat >'$work/again'"
until_in "$work/again" raised
end_watch 'another one'
is "$(words "$work/again")$(<"$work/out")" 'raised consistency warning' \
	'one that begins tells which alerts are raised; with --quiet it prints nothing'

# ---- an address ----

cat >"$tmp/receive.py" <<'END_OF_PROGRAM'
import http.server, os, ssl, sys
class Receiver(http.server.BaseHTTPRequestHandler):
    refused = 0
    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length'])).decode()
        if self.path == '/busy' and not Receiver.refused:
            Receiver.refused = 1
            self.send_error(503)
            return
        with open(sys.argv[1] + '/received', 'a') as out:
            print(self.path, self.headers['Content-Type'], body, file=out)
        self.send_response(204)
        self.end_headers()
    def log_message(self, *arguments):
        pass
server = http.server.HTTPServer(('127.0.0.1', 0), Receiver)
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    server.socket = context.wrap_socket(server.socket, server_side=True)
with open(sys.argv[1] + '/port.new', 'w') as out:
    print(server.server_port, file=out)
os.rename(sys.argv[1] + '/port.new', sys.argv[1] + '/port')
server.serve_forever()
END_OF_PROGRAM
# receive DIRECTORY [CERTIFICATE KEY]: a server, and its $port.
receive()
{
	mkdir "$1"
	python3 "$tmp/receive.py" "$@" >"$1/log" 2>&1 &
	receivers+=" $!"
	until [ -f "$1/port" ]; do sleep 0.02; done
	port=$(<"$1/port")
}
receivers=

if command -v curl >"$tmp/told"; then
	receive "$tmp/plain"
	watch --webhook "http://127.0.0.1:$port/busy"
	until_in "$tmp/plain/received" raised
	end_watch 'an address'
	like "$(<"$tmp/plain/received")" '^/busy application/json \{"state": "raised"' 'an address gets messages, also after it was busy'
	like "$(<"$work/err")" 'NOTICE: --webhook has failed: exit code 22' 'which is said'

	# curl reads no line of 100 KB
	run call dbmonitor_ack "alert_id=$(sed 's/^[^{]*//' "$tmp/plain/received" | jq -r .alert_id | sed 1q)" \
		"note=$(head -c 120000 /dev/zero | tr '\0' '"')" >"$tmp/told"
	watch --webhook "http://127.0.0.1:$port/long"
	until_in "$tmp/plain/received" '^/long .*note": "["\\]{1000}'
	end_watch 'a long note'
	like "$(grep -c '^/long .*note": "["\\]\{1000\}.*"text"' "$tmp/plain/received")" '^[1-9]' 'a long note is no obstacle'

	# a file from elsewhere: seven bytes of curl's configuration for each of an alert
	watched=$db
	db=$tmp/elsewhere.db
	sqlite_new elsewhere
	sqlite elsewhere >"$tmp/told" <<-'END'
		select dbcare_install();
		with control (text) as (select replace(hex(zeroblob(2000)), '00', char(1)))
		insert into dbcare_alert (alert, object, severity, message, pending_at, raised_at, last_at, acked_at, acked_by, note)
		select text, text, text, text, text, text, text, text, text, text from control;
	END
	watch --webhook "http://127.0.0.1:$port/elsewhere"
	until_in "$tmp/plain/received" '^/elsewhere '
	end_watch 'control characters'
	like "$(grep -c '^/elsewhere .*"text"' "$tmp/plain/received")" '^[1-9]' 'an alert of control characters is no obstacle'
	db=$watched

	# a certificate that nobody knows
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$tmp/key" -out "$tmp/certificate" -days 2 \
		-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 2>"$tmp/told"
	receive "$tmp/unknown" "$tmp/certificate" "$tmp/key"
	echo "https://127.0.0.1:$port/secret" >"$tmp/address"
	watch --webhook "@$tmp/address"
	until_in "$work/err" 'exit code 60'
	end_watch 'an unknown certificate'
	is "$(cat "$tmp/unknown/received" 2>&1)" "cat: $tmp/unknown/received: No such file or directory" \
		'an address without a certificate that is known gets nothing'
	CURL_CA_BUNDLE=$tmp/certificate watch --webhook "@$tmp/address"
	until_in "$tmp/unknown/received" raised
	end_watch 'a known certificate'
	like "$(<"$tmp/unknown/received")" '^/secret application/json' 'one whose certificate is known gets messages'

	# in the place of curl
	mkdir "$tmp/bin"
	printf '#!/bin/sh\necho "$@" >>%q\ncat >>%q\n' "$tmp/arguments" "$tmp/input" >"$tmp/bin/curl"
	chmod +x "$tmp/bin/curl"
	PATH=$tmp/bin:$PATH watch --webhook "@$tmp/address"
	until_in "$tmp/input" proto
	end_watch 'a list of processes'
	is "$(sort -u "$tmp/arguments")" '-q -K -' 'the address is not in the list of processes'
else
	skip 'an address gets messages' 'there is no curl'
fi
# shellcheck disable=SC2086
[ -z "$receivers" ] || kill $receivers

# ---- a database that does not answer ----

for road in postgresql wire; do
	shop gone
	watch --json --exec "cat >>'$work/messages'"
	price -1
	until_in "$work/messages" 'raised.*consistency'
	test/pg_server.sh stop "$tmp/server" immediate
	until_in "$work/messages" 'raised.*unreachable'
	test/pg_server.sh start "$tmp/server"
	until_in "$work/messages" 'cleared.*unreachable'
	price 10
	until_in "$work/messages" 'cleared.*consistency'
	end_watch 'a server that stops'
	is "$(words "$work/messages")" 'raised consistency warning
raised unreachable critical
cleared unreachable critical
cleared consistency warning' "$road: a server that stops is an alert, until it answers again"
done

# the header of a file is written over, and put back
road=sqlite
shop damaged
watch --json --exec "cat >>'$work/messages'"
price -1
until_in "$work/messages" 'raised.*consistency'
file=$(at sqlite damaged)
head -c 100 "$file" >"$tmp/header"
head -c 100 /dev/zero | tr '\0' x | dd of="$file" conv=notrunc status=none
until_in "$work/messages" 'raised.*unreachable'
dd if="$tmp/header" of="$file" conv=notrunc status=none
until_in "$work/messages" 'cleared.*unreachable'
end_watch 'a damaged file'
is "$(words "$work/messages")" 'raised consistency warning
raised unreachable critical
cleared unreachable critical' 'sqlite: a file that is no database is an alert, until it is one again'

# ---- more alerts than an answer has ----

shop crowded
# alerts SQL: on the table of alerts
alerts() { sqlite3 -batch -bail -cmd '.timeout 60000' "$db-samples" "$1"; }
price -1
watch --json
until_in "$work/out" 'raised.*consistency'
alerts "with recursive n(n) as (select 1 union all select n + 1 from n where n < 1050)
	insert into dbcare_alert(alert, object, severity, message, pending_at, raised_at, last_at)
	select 'disk', n, 'critical', 'full', pending_at, raised_at, last_at from dbcare_alert, n where alert = 'consistency'"
until_in "$work/err" NOTICE
alerts "update dbcare_alert set cleared_at = last_at where alert = 'disk' and cast(object as integer) > 1000"
until_in "$work/out" 'raised.*"object": "1"'
alerts "update dbcare_alert set cleared_at = last_at where alert = 'disk'"
until_in "$work/out" 'cleared.*"object": "1050"'
price 10
until_in "$work/out" 'cleared.*consistency'
end_watch 'many alerts'
is "$(words "$work/out")" $'raised consistency warning\ncleared consistency warning' \
	'an alert that a full answer leaves out is not cleared'
is "$(jq -r 'select(.alert == "disk").state' "$work/out" | sort | uniq -c | xargs)" '1050 cleared 1050 raised' \
	'each is reported in the end'
is "$(<"$work/err")" 'NOTICE: 1000 alerts or more are raised: the 1000 worst are watched, and none is reported as cleared until there are fewer' \
	'which is said once'

price -1
watch --quiet --exec "test -f '$work/open' && cat >>'$work/messages'"
until_in "$work/err" 'exit code 1'
alerts "update dbcare_alert set cleared_at = null where alert = 'disk'"
until_in "$work/err" 'left out'
: >"$work/open"
until_in "$work/err" 'had not taken'
end_watch 'a receiver that is away'
is "$(<"$work/err")" 'NOTICE: --exec has failed: exit code 1; it is tried again
NOTICE: --exec has 1000 messages to take: the oldest are left out
NOTICE: 1000 alerts or more are raised: the 1000 worst are watched, and none is reported as cleared until there are fewer
NOTICE: --exec has what it had not taken' 'messages that are left out are mentioned'
is "$(wc -l <"$work/messages")" 1000 'the last ones come'

# ---- texts of others ----

road=sqlite
new_database odd
sql 'create table item (price integer); insert into item values (-1);' >"$tmp/told"
run call dbcheck_rule_add $'name=a\nb\e[31m"' relation=item 'expression=price > 0' >"$tmp/told"
run call dbmonitor_sample level=full >"$tmp/told"
# shellcheck disable=SC2016
watch --exec "cat >>'$work/messages'; "'printf "%s\n" "$DBCARE_TEXT" >>'"'$work/texts'"
until_in "$work/texts" raised
end_watch 'odd names'
like "$(<"$work/texts")" '^odd.db: warning alert consistency raised: item: 1 row violates the rule [^[:cntrl:]]*$' \
	'a sentence is one line without control characters'
is "$(wc -l <"$work/messages")" 1 'a message is one line'

# ---- what is refused ----

road=wire
shop closed
sql 'create role stranger login; revoke all on schema dbcare from public' >"$tmp/told"
like "$(PGUSER=stranger timeout 20 "$dbcare" --db "$db" monitor watch 2>&1; echo "exit $?")" 'permission denied.*exit 2' \
	'a role without the rights is told so'
road=sqlite
db=$(at sqlite odd)

says 'dbcare: --interval takes seconds, from 0.1 to 86400.*exit 2' 'an interval is a number' monitor watch --interval soon
says '--exec and --webhook are flags of monitor watch.*exit 2' 'nobody is told by another action' monitor status --exec true
says '--webhook takes an address that begins with https:// or http://.*exit 2' 'an address is one' monitor watch --webhook ftp://example.org
says 'No such file.*exit 2' 'a file with an address is there' monitor watch --webhook "@$tmp/missing"
like "$(PATH=$tmp/none run monitor watch --webhook http://127.0.0.1:1/ 2>&1)" 'needs the program curl.*Install it: curl on Debian' \
	'without curl it says so'

finish
