#!/bin/bash
# Values of every type that an engine has, at its limits and at random: what is
# exported and imported again is the same, byte for byte, and compares as equal; or
# the export refuses it and names row and column.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# ---- PostgreSQL ----

# "type|literals, separated by ~" of each type; types with underscores are made
# below.
types()
{
	cat <<'X'
bool|true~false
int2|-32768~32767~0
int4|-2147483648~2147483647~0
int8|-9223372036854775808~9223372036854775807~0
oid|0~4294967295
float4|0~-0~NaN~Infinity~-Infinity~1e-45~3.4028235e38~0.1~-16777216
float8|0~-0~NaN~Infinity~-Infinity~5e-324~1.7976931348623157e308~0.1~9007199254740993
numeric|0~0.000~-1.50~NaN~Infinity~-Infinity~1e-16000~123456789012345678901234567890.123456789~1e100
numeric(10,3)|0~1.500~-9999999.999~NaN
numeric(6,-2)|100~-999900
money|0~-92233720368547758.08~92233720368547758.07~1.05
text|~ ~a~ü€😀~\x41~tab	and "quotes" ''single''~back\slash~null~NULL
varchar(3)|~ab ~üü€
char(5)|~a~ab c
"char"|~a~\303
name|~a~Ünicode name
bytea|~\x00~\x00ff5c27~\xdeadbeef
bit(3)|000~101
varbit|~0~1010101010
date|infinity~-infinity~4713-01-01 BC~5874897-12-31~2000-02-29~0001-01-01
time|00:00~24:00~23:59:59.999999
timetz|00:00+15:59~24:00-15:59~12:00:00.000001+05:45
timestamp|infinity~-infinity~4713-01-01 BC~294276-12-31 23:59:59.999999~2000-01-01 00:00:00.000001~0001-01-01
timestamptz|infinity~-infinity~4714-11-24 00:00:00+00 BC~294276-12-31 23:59:59.999999+00~1970-01-01 00:00:00+00
interval|0~178000000 years~-178000000 years~1 mon -1 day 0.000001 sec~1 day~24:00:00~30 days~1 mon~-00:00:00.000001
uuid|00000000-0000-0000-0000-000000000000~ffffffff-ffff-ffff-ffff-ffffffffffff
json|null~{"b": 1.0,  "a": [1e1, null, {"z": -0}], "b": 2}~"\u00e4"~1e400~""
jsonb|null~{"b": 1.0, "a": [1e1, null]}~"ä\\u0041"~1.00~""~[]~{}
jsonpath|$.a[*] ? (@.b > 1)~strict $
xml|<a b="c">ü&amp;</a>~text and <b/>
inet|0.0.0.0~10.1.2.3/8~::~2001:db8::1/64
cidr|10.0.0.0/8~2001:db8::/32~0.0.0.0/0
macaddr|00:00:00:00:00:00~08:00:2b:01:02:03
macaddr8|08:00:2b:01:02:03:04:05
point|(0,-0)~(NaN,Infinity)~(1e-300,0.1)
line|{1,-2,3.5}~{0,1,Infinity}
lseg|[(0,0),(1,1.5)]~[(Infinity,0),(NaN,-0)]
box|(1,1),(0,0)
path|[(0,0),(1,1)]~((0,0),(1,1),(2,0))
polygon|((0,0),(1,1),(2,0))
circle|<(0,0),1.5>~<(0,0),0>~<(0,0),Infinity>
tsvector|~'a' 'b':1A,2B~'it''s':3
tsquery|~'a' & !'b':*A~'a' <2> 'b'
int4range|empty~(,)~[1,5)~[-2147483648,)
numrange|empty~(1.50,2.5]~[NaN,NaN]~[-Infinity,0)
tsrange|empty~[-infinity,infinity]~["2000-01-01 00:00:00.000001",)
tstzrange|(,"2000-01-01 00:00:00+00")
daterange|[-infinity,2000-01-01)~(,infinity)
int8range|[9223372036854775806,9223372036854775807)
int4multirange|{}~{[1,2),[5,9)}~{(,)}
nummultirange|{[1.0,2.00],(3,)}
datemultirange|{[2000-01-01,2000-01-05)}
int4[]|{}~{1,NULL,-2}~{{1,2},{3,4}}~[0:1]={5,6}~[2:2][-1:0]={{1,2}}
text[]|{}~{"a,b",NULL,"NULL","","\\",a b}~{{"{}"}}
float8[]|{NaN,-0,Infinity}
bytea[]|{"\\x00ff",NULL,"\\x"}
timestamptz[]|{infinity,"2000-01-01 00:00:00+00"}
jsonb[]|{"{\"a\": null}","null",NULL}
a_mood|sad~it's ~Ünï
a_mood[]|{sad,NULL,"it's "}
a_pair|(,)~(1,"a ""b"",c")~(-1,"")
a_pair[]|{"(1,a)",NULL,"(,\"\")"}
a_nest|("(1,x)","{1,NULL}","[1,5)")~(,,)
a_positive|1~999999999999.0001
a_list|{1,2}~{NULL}
a_span|empty~[a,b)
a_spanmulti|{[a,b),[c,d)}
pg_lsn|0/0~FFFFFFFF/FFFFFFFF
xid|0~4294967295
xid8|0~18446744073709551615
cid|0~4294967295
tid|(0,0)~(4294967295,65535)
pg_snapshot|10:20:10,14,15~1:1:
txid_snapshot|10:20:10,14,15
regtype|int4~text[]
regclass|pg_class~-
regproc|now
regprocedure|now()
regrole|-
regnamespace|pg_catalog
int2vector|~1 2 -3
oidvector|1 4294967295
refcursor|~c
aclitem|=r/postgres
X
}

# An expression for random values of a type, by i; nothing if there is none.
random_of()
{
	case $1 in
	int2) echo "((random() - 0.5) * 10 ^ (i % 5))::int2" ;;
	int4 | int8 | numeric | money) echo "((random() - 0.5) * 10 ^ (i % 9))::numeric(20,4)::$1" ;;
	float4 | float8) echo "((random() - 0.5) * 10.0 ^ (i % 60 - 30))::$1" ;;
	text | varchar\(3\) | name | char\(5\)) echo "substr(translate(md5(random()::text), '0123456789', E'ü€😀 \\n\\t\"\\\\''~'), 1, i % 3)::$1" ;;
	bytea) echo "decode(repeat(md5(random()::text), i % 4), 'hex')" ;;
	date) echo "('2000-01-01'::date + ((random() - 0.5) * 10 ^ (i % 6))::int)" ;;
	timestamp | timestamptz) echo "('2000-01-01'::$1 + (random() - 0.5) * 10.0 ^ (i % 9) * interval '1 second')" ;;
	interval) echo "((random() - 0.5) * 10.0 ^ (i % 9) * interval '1 month 1 day 1 second')" ;;
	jsonb | json) echo "jsonb_build_object(md5(random()::text), random(), 'n', null, 'l', array[random()])::$1" ;;
	int4\[\]) echo "(select array_agg((random() * 10 ^ (k % 9))::int) from generate_series(1, i % 4) as k)" ;;
	float8\[\]) echo "array[random(), null, -random() * 1e100]" ;;
	point) echo "point(random() * 10.0 ^ (i % 60), -random())" ;;
	uuid) echo "md5(random()::text)::uuid" ;;
	numrange) echo "numrange(-random()::numeric, random()::numeric)" ;;
	esac
}

schema="create type a_mood as enum ('sad', 'it''s ', 'Ünï');
	create type a_pair as (n int, t text);
	create domain a_positive as numeric check (value > 0);
	create domain a_list as int[] check (cardinality(value) > 0);
	create type a_span as range (subtype = text, multirange_type_name = a_spanmulti);
	create type a_nest as (p a_pair, l int[], r int4range);"

# ---- SQLite ----

sqlite_values="null|0|1|-1|9223372036854775807|-9223372036854775808|0.0|-0.0|1.0|1e999|-1e999|5e-324|1.7976931348623157e308|0.1|9007199254740993.0
''|'0'|'1.0'|'a'|'ü€😀'|'null'|x''|x'00'|x'00ff'|cast(x'00' as text)|cast(x'610062' as text)|cast(x'61ff' as text)|cast(x'edaf80' as text)|'{}'|' '|''''"
sqlite_types='integer text real blob numeric any int varchar(3) boolean datetime json double_precision'

# Makes the tables of an engine in a database, with rows if there is a third word.
make_tables()
{
	local type literals n=0 v literal expression

	if [ "$1" = postgresql ]; then
		echo "set client_min_messages = error; set extra_float_digits = 3; select setseed($((seed % 1000)) / 1000.0) is null; $schema"
		while IFS='|' read -r type literals; do
			n=$((n + 1))
			echo "create table t$n (id int primary key, v $type);"
			[ -n "${3-}" ] || continue
			v=0
			while IFS= read -rd '~' literal; do
				v=$((v + 1))
				echo "insert into t$n values ($v, '${literal//"'"/"''"}');"
			done < <(printf '%s~' "$literals")
			echo "insert into t$n values (1000, null);"
			expression=$(random_of "$type")
			[ -z "$expression" ] || echo "insert into t$n select 2000 + i, $expression from generate_series(1, 40) as i;"
		done < <(types)
	else
		for type in $sqlite_types; do
			n=$((n + 1))
			echo "create table t$n (id integer primary key, v ${type/_/ }); create table k$n (v ${type/_/ }, primary key (v)) without rowid;"
			[ -n "${3-}" ] || continue
			v=0
			while IFS= read -rd '|' literal; do
				v=$((v + 1))
				echo "insert into t$n values ($v, $literal); insert or ignore into k$n select v from t$n where id = $v and v is not null;"
			done < <(tr '\n' '|' <<<"$sqlite_values")
			echo "insert into t$n select 1000 + value, case abs(random()) % 4 when 0 then random() when 1 then random() / 7.0 when 2 then randomblob(abs(random()) % 9)
				else cast(randomblob(abs(random()) % 9) as text) end from generate_series(1, 60);"
		done
	fi
}

# The values of all tables, as their bytes.
contents()
{
	local n type literals

	if [ "$1" = postgresql ]; then
		while IFS='|' read -r type literals; do
			n=$((${n-0} + 1))
			# the canonical form leaves out zeros at the end, and how JSON is written
			case $type in
			numeric) v='trim_scale(v)' ;;
			json | jsonb) v="regexp_replace(v::jsonb::text, '[.]0+(?!\\d)', '', 'g')" ;;
			*) v=v ;;
			esac
			# as text alone: types without a binary form, and those whose one has OIDs
			[[ $type = a_* ]] || echo "$type $(psql -qAtX -d "$2" -c "copy (select id, $v from t$n order by id) to stdout (format binary)" 2>/dev/null | md5sum)"
			echo "$type $(PGOPTIONS='-c extra_float_digits=3' psql -qAtX -d "$2" -c "copy (select id, $v from t$n order by id) to stdout" | md5sum)"
		done < <(types)
	else
		n=0
		for type in $sqlite_types; do
			n=$((n + 1))
			# ... and whether a small integer is real, where the column does not say so
			sqlite "$2" <<<"select '$type', id, typeof(v), quote(v), hex(v), v = 0 and substr(printf('%f', v), 1, 1) from (select id, iif(typeof(v) = 'real' and abs(v) < 9007199254740992
					and cast(v as integer) = v and printf('%g', v) <> '-0', cast(v as integer), v) as v from t$n) order by id;
				select '$type key', typeof(v), quote(v), hex(v) from (select iif(typeof(v) = 'real' and abs(v) < 9007199254740992 and cast(v as integer) = v, cast(v as integer), v) as v from k$n) order by v;"
		done
	fi
}

start_server server
out=$tmp/server
for engine in postgresql sqlite; do
	[ $engine = postgresql ] || out=$tmp
	differences="select * from dbsync_compare('$out/all.rows') where only_here + only_there + different > 0;"
	for name in first second; do
		"${engine}_new" $name
	done
	is "$(make_tables $engine first rows | "$engine" first | grep -v '^f*$')" '' "$engine: tables with values of all types"
	is "$(make_tables $engine second | "$engine" second | grep -v '^f*$')" '' "$engine: the same without rows"
	like "$("$engine" first <<<"select dbsync_export('$out/all.rows');")" '"rows": [0-9]{3}' "$engine: values of all types are exported"
	is "$("$engine" first <<<"$differences")" '' "$engine: and compare as equal with themselves"
	like "$("$engine" second <<<"select dbsync_import('$out/all.rows');")" '"written": [0-9]{3}' "$engine: they are imported"
	contents $engine first >"$tmp/first.contents"
	contents $engine second >"$tmp/second.contents"
	is "$(cat "$tmp/second.contents")" "$(cat "$tmp/first.contents")" "$engine: byte for byte"
	is "$("$engine" second <<<"$differences")" '' "$engine: and compare as equal"
	is "$("$engine" second <<<"select count(*) from dbsync_digest() where digest is null;")" 0 "$engine: they have digests"
done
finish
