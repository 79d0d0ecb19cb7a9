#!/bin/bash
# dbcare serve: each route on both engines, with the extension and without, each refusal, and
# clients and databases that do no good.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

dbcare=${DBCARE:-$PWD/build/dbcare}
work=$tmp/work
mkdir "$work"
file=$work/dbcare.toml
said=$work/said
unset DATABASE_URL PGDATABASE
# a machine that stands still is not a server that is down
export PGCONNECT_TIMEOUT=60

# run ARGUMENT ...: the output of serve, a line with the exit code last.
run()
{
	local code=0

	(cd "$work" && "$dbcare" serve "$@" </dev/null 2>&1) || code=$?
	echo "exit $code"
}

# begin ARGUMENT ...: begins serve on any free port, $port, and waits until it listens.
begin()
{
	: >"$said"
	(cd "$work" && exec "$dbcare" serve --listen 127.0.0.1:0 "$@" >"$said" 2>&1 </dev/null) &
	server=$!
	until grep -q -e '/ until this command is interrupted' "$said" || ! kill -0 "$server" 2>/dev/null; do sleep 0.02; done
	port=$(sed -nE 's#.* at https?://127.0.0.1:([0-9]+)/ .*#\1#p' "$said")
}

# stop: ends it; $code is its exit code.
stop()
{
	code=0
	kill "$server"
	wait "$server" || code=$?
}

# says PATTERN NAME: waits until it has printed a line, for a minute at most.
says()
{
	local until=$((SECONDS + ${PATIENCE:-60}))

	until grep -qE -- "$1" "$said" || [ $SECONDS -ge $until ]; do sleep 0.02; done
	like "$(cat "$said")" "$1" "$2"
}

# send: a request as it is, of standard input; the whole answer.
send()
{
	local client

	exec {client}<>"/dev/tcp/127.0.0.1/$port"
	cat >&"$client"
	cat <&"$client"
	exec {client}<&-
}

# ask METHOD PATH [HEADER ...]: the answer to a request.
ask()
{
	local method=$1 path=$2 host="Host: 127.0.0.1:$port"

	shift 2
	[[ "$*" != *Host:* ]] || host=
	printf '%s\r\n' "$method $path HTTP/1.1" ${host:+"$host"} "$@" '' | send | tr -d '\r'
}

# get PATH [HEADER ...]: the status; the header is in $work/head, the body in $work/body.
get()
{
	ask GET "$@" >"$work/answer"
	sed '/^$/q' "$work/answer" >"$work/head"
	sed '1,/^$/d' "$work/answer" >"$work/body"
	sed -nE '1s/^HTTP[^ ]+ ([0-9]+) .*/\1/p' "$work/head"
}

# member EXPRESSION: of the JSON in $work/body.
member()
{
	python3 -c "import json, sys; d = json.load(open(sys.argv[1])); print($1)" "$work/body" 2>&1
}

# refuses PATTERN NAME METHOD PATH [HEADER ...]
refuses()
{
	local wanted=$1 name=$2

	shift 2
	like "$(ask "$@" | head -n 1)" "$wanted" "refused: $name"
}

# ---- the command line ----

printf '[databases]\na = "a.db"\n' >"$file"
chmod 600 "$file"
if [[ $(run --listen 0.0.0.1:1) == *'built without libmicrohttpd'* ]]; then
	skip 'dbcare serve' 'the command was built without libmicrohttpd'
	finish
fi
sqlite3 "$work/a.db" 'create table t (id integer primary key)'
for listen in nowhere :80 127.0.0.1: 127.0.0.1:x 127.0.0.1:65536 127.0.0.1:-1; do
	like "$(run --listen "$listen")" '--listen is not ADDRESS:PORT.*exit 2' "no place to listen: $listen"
done
like "$(run --listen example.org:80)" 'without a token.*exit 2' 'a name is no address of this machine'
like "$(run --listen 0.0.0.0:0)" 'without a token.*--token-file.*exit 2' 'other addresses need a token'
(umask 077 && echo 0123456789abcdef0123456789abcdef >"$work/token")
like "$(run --listen 0.0.0.0:0 --token-file token)" 'without encryption.*--behind-proxy.*exit 2' '... and TLS'
like "$(run --token-file none)" 'could not open "none".*exit 2' 'no file of a token'
(umask 077 && echo short >"$work/short")
like "$(run --token-file short)" 'short is not used as a token.*fewer than 32 characters.*openssl rand.*exit 2' 'a short token'
(umask 077 && echo '0123456789abcdef 0123456789abcdef' >"$work/blank")
like "$(run --token-file blank)" 'no blanks.*exit 2' 'a token with a blank'
cp "$work/token" "$work/open"
chmod 644 "$work/open"
like "$(run --token-file open)" 'Every user of this machine can read it.*exit 2' 'a token that everybody can read'
like "$(run --tls-cert token)" '--tls-cert and --tls-key are given together.*exit 2' 'a certificate without a key'
like "$(run --tls-cert token --tls-key token)" 'the server could not start.*exit 2' 'no certificate'
like "$(run --db a.db --config dbcare.toml)" '--db and --config exclude each other.*exit 2' 'one database, or those of a file'
like "$(run --config none.toml)" 'could not open "none.toml".*exit 2' 'no file'

# ---- the routes ----

# markup wherever there can be text
filled='create table "<script>alert(1)</script>" (a integer primary key);
	create table "b & ""c""" (id integer primary key);
	create table secret (id integer primary key, note text);
	insert into secret values (1, $$value of a row$$);
	select dbmigrate_add($$7$$, $$<b>seven</b>$$, $$select 1$$) is not null;'
filled=${filled//\$\$/\'}
start_server pg
postgresql_new ext
postgresql ext <<<"$filled" >"$tmp/filled"
"${psql_shell[@]}" -d postgres -c 'create database plain'
"${psql_shell[@]}" -d plain -c 'create table secret (id integer primary key)'
sqlite_new file
sqlite file <<<"$filled create table \"line
and $(printf '\001')\" (a)" >"$tmp/filled"
cat >"$file" <<-END
	[databases]
	file = "$tmp/file.db"
	none = "none.db"
	ext = "dbname=ext"
	plain = "dbname=plain"
	nobody = "postgresql://me:secret@localhost:1/shop"
END
begin
like "$(cat "$said")" '^Serving 5 databases at http://127.0.0.1:[0-9]+/ until' 'the address is printed'

# A client that sends a byte of a request from time to time, until it is cut off.
python3 - "$port" >"$work/dribbled" <<-'END' &
	import socket, sys, time
	client = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
	client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
	client.settimeout(0.2)
	client.sendall(b"GET / HTTP/1.1\r\nX: ")
	for i in range(600):
	    try:
	        client.sendall(b"x")
	        if client.recv(100) == b"":
	            print("cut off")
	            break
	    except TimeoutError:
	        pass
	    except OSError:
	        print("cut off")
	        break
	else:
	    print("not cut off after", i)
END
dribbler=$!

is "$(get /healthz)" 200 'the server is alive'
is "$(cat "$work/body")" ok '... and says so'
is "$(get /readyz)" 200 'a database answers'
for name in file ext plain; do
	is "$(get "/api/$name/health")" 200 "$name: health"
	like "$(member 'd["status"], d["score"], d["engine"]')" '^(healthy|warning|critical) [0-9]+ (sqlite|postgresql)$' "$name: ... as JSON"
	is "$(get "/api/$name/schema")" 200 "$name: schema"
	is "$(member '"secret" in str(d)')" True "$name: ... has the tables"
	is "$(get "/api/$name/statistics")" 200 "$name: statistics"
	is "$(get "/api/$name/verify")" 200 "$name: verify"
	is "$(member 'type(d).__name__')" list "$name: ... lists problems"
	is "$(get "/api/$name/connection-test")" 200 "$name: connection-test"
	is "$(member 'd["ok"]')" True "$name: ... has succeeded"
	[ $name = plain ] || is "$(member 'd["read_only"]')" True "$name: ... in a session that only reads"
	for view in $(sed -nE 's/^SERVE_VIEW\(\w+, "([^"]+)", "\w+", ".*/\1/p' cli/serve.def); do
		wanted=200
		case $name-$view in
			file-locks | file-plans | file-waits) wanted=404 ;;
			# nothing is measured, or the extension is needed
			*-slow | plain-plans | plain-waits | plain-backups | plain-deleted | plain-holds | plain-changes) wanted=503 ;;
		esac
		is "$(get "/api/$name/$view") $(get "/db/$name/$view")" "$wanted $wanted" "$name: $view, as JSON and as a page"
		! grep -q 'value of a row' "$work/body" || result 1 "$name: $view has no value of a row"
	done
	is "$(get "/db/$name")" 200 "$name: the report"
	like "$(cat "$work/body")" '<a href="/">All databases</a>.*<a href="/db/'$name'/tables">Tables</a>' "$name: ... with links"
	get "/db/$name/tables" >"$work/status"
	cp "$work/body" "$work/$name.tables"
done
for name in file ext; do
	is "$(grep -c '<script>alert' "$work/$name.tables")" 0 "$name: the name of a table is no markup"
	like "$(cat "$work/$name.tables")" '&#60;script&#62;alert\(1\)&#60;/script&#62;.*' "$name: ... but text"
	is "$(get "/db/$name/migrations?q=%3CB%3ESEVEN")" 200 "$name: rows are found by a text"
	like "$(cat "$work/body")" 'value="&#60;B&#62;SEVEN"/>.*<p>1 row\.</p>.*&#60;b&#62;seven' "$name: ... in small or large letters"
	is "$(grep -ci refresh "$work/head")" 0 "$name: a page stays as it is"
	get "/db/$name/migrations?q=seven&refresh=on" >"$work/status"
	like "$(cat "$work/head" "$work/body")" 'Refresh: 5.*value="seven".*checked="checked"/> Refresh.*1 row' "$name: ... unless it is to be loaded again"
	get "/db/$name/migrations?q=eight%00%ff%2" >"$work/status"
	like "$(cat "$work/body")" '<p>no rows of 1\.</p>' "$name: ... or are not there"
done
is "$(grep -c $'\001' "$work/file.tables")" 0 'control characters are not sent'
if command -v xmllint >/dev/null; then
	for path in / /db/file /db/file/tables /db/ext /db/ext/tables "/db/ext/tables?q=%01%80" /db/none /missing; do
		get "$path" >"$work/status"
		is "$(xmllint --noout "$work/body" 2>&1)" '' "$path is well-formed"
	done
else
	skip 'pages are well-formed' 'xmllint is not installed'
fi
is "$(postgresql plain <<<"select count(*) from pg_namespace where nspname = 'dbcare'")" 0 'nothing was written'

# ---- databases that are down ----

is "$(get /api/none/health) $(get /api/nobody/health)" '503 503' 'databases that are down'
like "$(member 'd["error"]')" 'connection to server at .* failed' '... and why'
is "$(get /db/none)" 503 '... as pages, too'
# until_answered PATH COUNT PATTERN: asks until so many lines fit: on a slow machine some
# databases answer too late at first.
until_answered()
{
	local until=$((SECONDS + ${PATIENCE:-60}))

	until [ "$(get "$1")" = 200 ] && [ "$(grep -cE -- "$3" "$work/body")" -ge "$2" ] || [ $SECONDS -ge $until ]; do :; done
}
row()
{
	sed -nE "s#.*<a href=\"/db/$1\">$1</a></th>(.*)</tr>.*#\1#p" "$work/body"
}
until_answered / 2 '>unknown</span>.*(cannot open|connection to)'
like "$(row file)" 'data-value="[0-9]+">[0-9]+</td>' 'a database has its score'
like "$(row none)" 'badge unknown">unknown</span>.*cannot open &#34;none.db' 'one that is down is unknown'
like "$(cat "$work/body")" '/db/none".*/db/file"' 'what is unknown comes first'
until_answered /metrics 3 '^dbhealth_up.* 1$'
like "$(cat "$work/head")" 'Content-Type: application/openmetrics-text; version=1.0.0' '... in their format'
is "$(tail -n 1 "$work/body")" '# EOF' '... to their end'
is "$(sed -nE 's/^dbhealth_up\{name="(\w+)".*\} ([01])$/\1 \2/p' "$work/body" | tr '\n' ' ')" \
	'file 1 none 0 ext 1 plain 1 nobody 0 ' '... of all databases'
is "$(sed -n 's/^# TYPE \([^ ]*\) .*/\1/p' "$work/body" | sort | uniq -d)" '' '... each family once'
is "$(grep -v '^#' "$work/body" | sed 's/[{ ].*//' | uniq | sort | uniq -d)" '' '... and its samples together'
if command -v promtool >/dev/null; then
	is "$(promtool check metrics <"$work/body" 2>&1)" '' 'promtool has nothing to say'
else
	skip 'promtool has nothing to say' 'promtool is not installed'
fi
is "$(grep -c secret "$said" "$work/answer" | sed 's/.*://' | sort -u)" 0 'no password is sent or printed'

# ---- what is declared ----

is "$(get /openapi.json)" 200 'the OpenAPI document'
is "$(member '" ".join(d["paths"])')" "$(
	{
		sed -nE 's/^SERVE_ROUTE\(\w+, "GET", "([^"]+)".*/\1/p' cli/serve.def | grep -v '^/api/'
		sed -nE 's#^SERVE_VIEW\(\w+, "([^"]+)".*#/api/{database}/\1#p' cli/serve.def
	} | tr '\n' ' ' | sed 's/ $//'
)" '... has all paths'
is "$(member '" ".join(d["paths"]["/db/{database}"]["get"]["parameters"][0]["schema"]["enum"])')" 'file none ext plain nobody' \
	'... and the databases'
is "$(sed -nE 's/^\| `(\/[^`]*)` \|.*/\1/p' doc/serve.md | sort)" "$(sed -nE 's/^SERVE_ROUTE\(\w+, "GET", "([^"]+)".*/\1/p' cli/serve.def |
	sed 's/{database}/NAME/; s/{view}/VIEW/' | sort)" 'the manual has all paths'
is "$(sed -nE 's/^\| `([a-z-]+)` \| `(\w+)\(\)`( \[PG\])? \|( yes)? \|$/\1 \2\4/p' doc/serve.md | sort)" "$(
	sed -nE 's/^SERVE_VIEW\(\w+, "([^"]+)", "(\w+)", (NULL)?.*/\1 \2\3/p' cli/serve.def | sed '/NULL$/!s/$/ yes/; s/NULL$//' | sort
)" '... and all views'

# ---- what every answer says ----

for path in / /db/file /api/file/health /metrics /missing; do
	get "$path" >"$work/status"
	head=$(cat "$work/head")
	like "$head" "Content-Security-Policy: default-src 'none'; .*frame-ancestors 'none'" "$path: the policy"
	like "$head" 'X-Content-Type-Options: nosniff' "$path: the type is not guessed"
	like "$head" 'Referrer-Policy: no-referrer' "$path: no referrer"
	is "$(grep -ci '^set-cookie\|unsafe-inline\|unsafe-eval\|^access-control' "$work/head")" 0 "$path: no cookies, nothing inline, for no other site"
done
# script and style are those of the policy
for path in / /db/file /db/ext; do
	get "$path" >"$work/status"
	is "$(python3 - "$work/head" "$work/body" <<-'END'
		import base64, hashlib, re, sys
		head, body = (open(name, newline="").read() for name in sys.argv[1:])
		for kind in "style", "script":
		    text = re.search("<%s>(.*)</%s>" % (kind, kind), body, re.S).group(1)
		    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
		    print("%s-src 'sha256-%s'" % (kind, digest) in head)
	END
	)" $'True\nTrue' "$path: its style and its script are allowed, and no others"
done

# ---- refusals ----

refuses ' 404 ' 'another path' GET /missing
refuses ' 404 ' 'another database' GET /db/other
refuses ' 404 ' 'another view' GET /api/file/other
refuses ' 404 ' 'a view without a page' GET /db/file/health
refuses ' 404 ' 'a path above' GET /../../etc/passwd
refuses ' 404 ' 'an escaped path' GET /db/%66ile
refuses ' 404 ' 'a path with a NUL' GET /db/file%00
for method in POST PUT DELETE OPTIONS PATCH TRACE CONNECT get; do
	refuses ' 405 ' "$method" "$method" /
done
like "$(ask POST /)" 'Allow: GET, HEAD' 'what is allowed is said'
refuses ' 413 ' 'a body' GET / 'Content-Length: 5'
refuses ' 413 ' 'a body in pieces' GET / 'Transfer-Encoding: chunked'
refuses ' 414 | 431 ' 'a long URL' GET "/$(printf '%040000d' 0)"
refuses ' 431 | 413 ' 'a long header' GET / "X: $(printf '%040000d' 0)"
for host in evil.example 127.0.0.2 localhost.evil.example '[::1]' 127.0.0.1.evil.example 127.0.0.1:x ''; do
	refuses ' 421 | 400 ' "the host '$host'" GET /healthz "Host: $host"
done
refuses ' 421 | 400 ' 'two hosts' GET /healthz 'Host: 127.0.0.1' 'Host: localhost'
refuses ' 421 | 400 ' 'no host' GET /healthz 'X-Host: none' 'Host:'
for host in 127.0.0.1 "127.0.0.1:$port" localhost LOCALHOST:80; do
	is "$(get /healthz "Host: $host")" 200 "the host $host"
done
for site in cross-site same-site; do
	for destination in empty image iframe script; do
		refuses ' 403 ' "a page of another site ($site) that loads: $destination" GET /db/file \
			"Sec-Fetch-Site: $site" "Sec-Fetch-Dest: $destination"
	done
	refuses ' 403 ' "a page of another site ($site) that says no more" GET /healthz "Sec-Fetch-Site: $site"
	is "$(get /healthz "Sec-Fetch-Site: $site" 'Sec-Fetch-Dest: document')" 200 "a link from another site ($site)"
done
for site in same-origin none; do
	is "$(get /healthz "Sec-Fetch-Site: $site" 'Sec-Fetch-Dest: empty')" 200 "a page of this site ($site)"
done
is "$(ask HEAD /healthz | sed '1,/^$/d' | wc -c)" 0 'HEAD has no body'
like "$(ask HEAD / | head -n 1)" ' 200 ' '... and an answer'

# ---- many clients, and strange ones ----

is "$(python3 - "$port" <<-'END'
	import socket, sys
	clients = [socket.create_connection(("127.0.0.1", int(sys.argv[1]))) for i in range(200)]
	for client in clients:
	    client.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
	print(sum(b" 200 OK" in client.recv(1000) for client in clients))
END
)" 200 '200 connections at once are answered'
like "$(run --listen "127.0.0.1:$port")" 'could not listen on 127.0.0.1 port [0-9]+: Address already in use.*choose another port.*exit 2' \
	'a port that is taken'
wait "$dribbler" || true
is "$(cat "$work/dribbled")" 'cut off' 'a slow client is cut off'
stop
is "$code" 0 'SIGTERM ends it'
is "$(cat "$said" | wc -l)" 1 'nothing else was printed'

# ---- the file is read again ----

cp "$file" "$work/before.toml"
begin
is "$(get /db/more)" 404 'a database that is not in the file'
sqlite3 "$work/more.db" 'create table t (id integer primary key)'
echo 'more = ' >>"$file"
kill -HUP "$server"
says 'as it was read before stays in use' 'a file that is wrong is refused'
is "$(get /db/file)" 200 '... and the one before stays in use'
{ grep -v '^nobody' "$work/before.toml"; echo 'more = "more.db"'; } >"$file"
kill -HUP "$server"
says 'dbcare.toml was read again' 'a file that is right is read again'
is "$(get /db/more) $(get /db/nobody)" '200 404' '... and its databases are served'
stop
is "$code" 0 '... until it is ended'
cp "$work/before.toml" "$file"

# ---- a database that never answers ----

mkfifo "$work/hanging.db"
printf '[databases]\nhanging = "hanging.db"\na = "a.db"\n' >"$work/hanging.toml"
chmod 600 "$work/hanging.toml"
begin --config hanging.toml
get /db/hanging >"$work/hung" &
hung=$!
is "$(get /api/a/health) $(get /readyz)" '200 200' 'a database that does not answer keeps no other one'
is "$(get /)" 200 '... nor the page of all'
like "$(row hanging)" 'badge unknown">unknown</span>.*no answer (yet|within)' '... on which it is unknown'
like "$(row a)" 'data-value="[0-9]+">[0-9]+</td>' '... and the other one is not'
until_answered /metrics 1 '^dbhealth_up.* 1$'
is "$(grep -c '^dbhealth_up.* [01]$' "$work/body")" 2 '... nor metrics'
stop
is "$code" 0 'SIGTERM ends it meanwhile'
wait "$hung" || true

# ---- migrations ----

token='Authorization: Bearer 0123456789abcdef0123456789abcdef'
begin
is "$(get /api/file/migrate)" 404 'nothing migrates a database unless that is allowed'
refuses ' 405 ' '... with the method of it' POST /api/file/migrate
stop
like "$(run --allow-migrate)" 'could migrate databases.*--token-file.*exit 2' '... to those with a token'
begin --allow-migrate --token-file token
# post DATABASE [HEADER ...]: as get.
post()
{
	local path=/api/$1/migrate

	shift
	ask POST "$path" "$token" "$@" >"$work/answer"
	sed '1,/^$/d' "$work/answer" >"$work/body"
	sed -nE '1s/^HTTP[^ ]+ ([0-9]+) .*/\1/p' "$work/answer"
}
refuses ' 401 ' 'to migrate without the token' POST /api/file/migrate
refuses ' 403 ' 'a form of another site' POST /api/file/migrate "$token" 'Sec-Fetch-Site: cross-site' 'Sec-Fetch-Dest: document'
refuses ' 405 ' 'to migrate by reading' GET /api/file/migrate "$token"
is "$(post file 'Content-Length: 2')" 413 'a body'
is "$(post none)" 503 'a database that is down'
like "$(member 'd["error"]')" 'none.db' '... and says why it is'
for name in file ext; do
	add="select dbmigrate_add('8', 'eight', 'create table eight (id integer primary key)') is not null"
	[ $name = file ] && sqlite file <<<"$add;" >"$tmp/added" || postgresql ext <<<"$add;" >"$tmp/added"
	is "$(post $name)" 200 "$name: pending migrations are applied"
	is "$(member 'd["success"], d["applied"]')" "True ['7', '8']" "$name: ... which the answer lists"
	is "$(post $name) $(member 'd["applied"]')" '200 []' "$name: ... once"
	get "/api/$name/migrations" "$token" >"$work/status"
	is "$(member '[m["state"] for m in d]')" "['applied', 'applied']" "$name: ... and views know it"
	add="select dbmigrate_add('9', 'nine', 'create table nine (id integer primary key); insert into nowhere values (1)') is not null"
	[ $name = file ] && sqlite file <<<"$add;" >"$tmp/added" || postgresql ext <<<"$add;" >"$tmp/added"
	is "$(post $name)" 409 "$name: a migration that fails"
	like "$(member 'd["success"], d["failed"], d["error"]["message"]')" '^False 9 .*nowhere' "$name: ... is named"
	is "$(get "/api/$name/schema" "$token") $(member '"eight" in str(d), "nine" in str(d)')" '200 True False' "$name: ... and leaves nothing"
done
is "$(post plain) $(member 'd["applied"]')" '200 []' 'without the extension'
postgresql ext <<<"select dbmigrate_repair(); select dbmigrate_remove('9');
	select dbmigrate_add('10', 'ten', 'alter table secret add more integer') is not null;" >"$tmp/added"
exec {holder}> >("${psql_shell[@]}" -d ext >"$tmp/held" 2>&1)
echo "begin; lock table secret; select 'locked';" >&"$holder"
until grep -q locked "$tmp/held"; do sleep 0.02; done
post ext >"$work/first" &
first=$!
until [ "$(postgresql ext <<<"select count(*) from pg_stat_activity where wait_event_type = 'Lock'")" != 0 ]; do sleep 0.02; done
ask POST /api/ext/migrate "$token" >"$work/second"
like "$(cat "$work/second")" ' 409 .*A request to migrate this database runs' 'one request migrates a database at a time'
is "$(get /api/ext/connection-test "$token")" 200 '... which is asked meanwhile'
kill -HUP "$server"
echo 'rollback;' >&"$holder"
exec {holder}>&-
wait "$first"
is "$(cat "$work/first")" 200 '... until it is done'
says 'dbcare.toml was read again' '... after which the file is read again'
get /openapi.json "$token" >"$work/status"
is "$(member 'list(d["paths"]["/api/{database}/migrate"])')" "['post']" 'the OpenAPI document has it'
stop

# ---- one database, tokens, TLS ----

begin --db a.db --token-file token --host Shop.example
like "$(cat "$said")" '^Serving 1 database ' 'one database'
is "$(get /healthz) $(get /readyz)" '200 200' 'probes need no token'
is "$(get /)" 401 'pages do'
like "$(cat "$work/head")" 'WWW-Authenticate: Bearer' '... and say how'
for header in 'Bearer 0123456789abcdef0123456789abcdeg' 'Bearer 0123456789abcdef0123456789abcdef0' 'Bearer ' Bearer \
	'Basic 0123456789abcdef0123456789abcdef' 0123456789abcdef0123456789abcdef; do
	is "$(get /api/main/health "Authorization: $header")" 401 "no token: $header"
done
is "$(get /api/main/health "$token" "$token")" 401 'two tokens'
is "$(get /api/main/health "$token")" 200 'the token'
is "$(get / "$token" 'Host: shop.EXAMPLE:443')" 200 'a name of --host'
is "$(get / "$token" 'Host: other.example')" 421 'another name'
stop
if command -v openssl >/dev/null; then
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key" -out "$work/cert" -days 2 -subj /CN=localhost 2>"$work/openssl"
	chmod o+r "$work/key"
	like "$(run --tls-cert cert --tls-key key)" 'key is not used as a key.*Every user of this machine can read it.*exit 2' \
		'a key that everybody can read'
	chmod o-r "$work/key"
	begin --tls-cert cert --tls-key key
	like "$(cat "$said")" '^Serving 5 databases at https://' 'TLS'
	like "$(python3 - "$port" "$work/cert" <<-'END'
		import socket, ssl, sys
		context = ssl.create_default_context(cafile=sys.argv[2])
		client = context.wrap_socket(socket.create_connection(("127.0.0.1", int(sys.argv[1]))), server_hostname="localhost")
		client.sendall(b"GET /api/file/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
		answer = b""
		while True:
		    more = client.recv(65536)
		    if not more:
		        break
		    answer += more
		print(client.version(), answer[:15].decode(), len(answer) > 2000)
	END
	)" '^TLSv1\.[23] HTTP/1.1 200 OK True$' '... is spoken'
	like "$(ask GET /healthz)" '^$|400' '... and nothing else'
	stop
else
	skip 'TLS' 'openssl is not installed'
fi
finish
