#!/bin/bash
# Connections that fail for reasons of TLS, with real servers and certificates: the
# command says what is wrong and what to do.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

if ! command -v openssl >/dev/null; then
	skip 'failures of TLS' 'openssl is not installed'
	finish
fi
dbcare=${DBCARE:-$PWD/build/dbcare}
pki=$tmp/pki
mkdir -m 755 "$pki" "$tmp/home"
# libpq reads ~/.postgresql
export HOME=$tmp/home

# authority NAME: a certificate that signs others.
authority()
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
		-keyout "$pki/$1.key" -out "$pki/$1.crt" -subj "/CN=$1" 2>/dev/null
}

# certificate FILE COMMON_NAME AUTHORITY DAYS: one that is signed; with 0 days it
# expires at once.
certificate()
{
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
		-keyout "$pki/$1.key" -out "$pki/$1.csr" -subj "/CN=$2" 2>/dev/null
	openssl x509 -req -in "$pki/$1.csr" -CA "$pki/$3.crt" -CAkey "$pki/$3.key" -CAcreateserial -days "$4" \
		-extfile <(echo "subjectAltName=DNS:$2") -out "$pki/$1.crt" 2>/dev/null
	while [ "$4" = 0 ] && openssl x509 -in "$pki/$1.crt" -checkend 0 -noout >/dev/null; do sleep 0.1; done
}

authority ours
authority others
certificate server localhost ours 30
certificate elsewhere elsewhere.example ours 30
certificate old localhost ours 0
certificate client guarded ours 30
certificate old_client guarded ours 0
certificate foreign_client guarded others 30
certificate other_client somebody ours 30
openssl pkey -in "$pki/client.key" -aes128 -passout pass:topsecret1 -out "$pki/locked.key"

port=$(python3 -IS -c 'import socket; print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])')
start_server server "listen_addresses='127.0.0.1'" "port=$port"
export PGPORT=$port
data=$tmp/server/data
server="hostaddr=127.0.0.1 port=$port dbname=postgres"
psql -qd postgres -c 'create role guarded login superuser' -c 'create extension dbcare'

# says PATTERN NAME PARAMETERS: what the verb settings says of a connection.
says()
{
	local code=0 out

	out=$("$dbcare" --db "$server $3" settings environment 2>&1 </dev/null) || code=$?
	like "$out exit $code" "$1" "$2"
}

# serve CERTIFICATE: the server goes on with this one.
serve()
{
	install -m 600 -o "$(stat -c %U "$data")" "$pki/$1.crt" "$data/server.crt"
	install -m 600 -o "$(stat -c %U "$data")" "$pki/$1.key" "$data/server.key"
	reload
}

# The server reads its files; new sessions tell when it has.
reload()
{
	local before

	before=$(psql -qAtd postgres -c 'select pg_conf_load_time()')
	psql -qAtd postgres -c 'select pg_reload_conf()' >/dev/null
	until_true postgres "select pg_conf_load_time() > '$before'"
}

# ---- a server without TLS ----
here='user=postgres host=localhost'
says 'does not support SSL.*ssl = on.*exit 2' 'TLS is wanted, the server has none' "$here sslmode=require"
says 'invalid sslmode value: "on".*verify-full.*exit 2' 'a mode that does not exist' "$here sslmode=on"
like "$("$dbcare" --db "$server $here sslmode=require" doctor 2>&1 || echo "exit $?")" \
	'connection +critical +.*does not support SSL.*ssl = on.*exit 1' 'doctor says it'

# ---- the certificate of the server ----
install -m 644 "$pki/ours.crt" "$data/root.crt"
psql -qd postgres -c 'alter system set ssl = on' -c "alter system set ssl_ca_file = 'root.crt'" \
	-c "alter system set ssl_min_protocol_version = 'TLSv1.3'"
serve server
ours="sslmode=verify-full sslrootcert=$pki/ours.crt"
says '^development exit 0' 'a certificate that is in order' "$here $ours"
says 'root.crt" does not exist.*Set sslrootcert.*exit 2' 'no authority is known' "$here sslmode=verify-full"
says 'could not read root certificate.*Set sslrootcert.*exit 2' 'the file of the authority is none' \
	"$here sslmode=verify-ca sslrootcert=$pki/ours.key"
says 'certificate verify failed.*authority is not in.*openssl s_client.*exit 2' 'another authority' \
	"$here sslmode=verify-full sslrootcert=$pki/others.crt"
like "$("$dbcare" --db "$server $here sslmode=verify-full sslrootcert=$pki/others.crt" doctor 2>&1 || echo "exit $?")" \
	'connection +critical +.*certificate verify failed.*openssl s_client.*exit 1' 'doctor says that'
says 'protocol version.*ssl_min_protocol_version.*exit 2' 'no version of TLS in common' \
	"$here sslmode=require ssl_max_protocol_version=TLSv1.2"
serve elsewhere
says '"elsewhere.example" does not match host name "localhost".*for another host.*exit 2' 'another host name' "$here $ours"
says '^development exit 0' 'verify-ca does not compare it' "$here sslmode=verify-ca sslrootcert=$pki/ours.crt"
serve old
says 'certificate verify failed.*has expired.*exit 2' 'it has expired' "$here $ours"

# ---- who may connect, and how ----
serve server
printf '%s\n' 'local all all trust' 'hostssl all guarded all cert' 'hostssl all postgres all trust' \
	'host all nobody all reject' >"$data/pg_hba.conf"
reload
says 'no encryption.*Set sslmode=require.*exit 2' 'the server wants TLS' "$here sslmode=disable"
says 'pg_hba.conf rejects.*Add a line to pg_hba.conf.*exit 2' 'the server rejects a user' "user=nobody host=localhost $ours"
me="user=guarded host=localhost $ours"
says 'requires a valid client certificate.*sslcert.*exit 2' 'no client certificate' "$me"
says '^development exit 0' 'a client certificate' "$me sslcert=$pki/client.crt sslkey=$pki/client.key"
says 'certificate expired.*client certificate has expired.*exit 2' 'one that has expired' \
	"$me sslcert=$pki/old_client.crt sslkey=$pki/old_client.key"
says 'unknown ca.*does not know the authority.*exit 2' 'one of another authority' \
	"$me sslcert=$pki/foreign_client.crt sslkey=$pki/foreign_client.key"
says 'certificate authentication failed.*of another user.*exit 2' 'one of another user' \
	"$me sslcert=$pki/other_client.crt sslkey=$pki/other_client.key"
says 'not private key file.*Set sslkey.*exit 2' 'no key' "$me sslcert=$pki/client.crt sslkey=$pki/none.key"
says 'key values mismatch.*key of the certificate.*exit 2' 'another key' "$me sslcert=$pki/client.crt sslkey=$pki/server.key"
says 'could not load private key.*sslpassword.*exit 2' 'an encrypted key without its password' \
	"$me sslcert=$pki/client.crt sslkey=$pki/locked.key"
is "$(DATABASE_URL="$server $me sslcert=$pki/client.crt sslkey=$pki/locked.key sslpassword=topsecret1" \
	"$dbcare" settings environment 2>&1)" development 'its password in DATABASE_URL'
says 'contains a password.*DATABASE_URL.*exit 2' 'its password on the command line is refused' "$me sslpassword=topsecret1"
chmod 644 "$pki/client.key"
says 'group or world access.*mode 0600.*exit 2' 'a key that others can read' "$me sslcert=$pki/client.crt sslkey=$pki/client.key"

finish
