/*
 * words.h
 *	  The macros of embedded SQL, and what they are on each engine; see embed.c.
 */
#ifndef DBC_TOOLS_WORDS_H
#define DBC_TOOLS_WORDS_H

typedef struct word
{
	const char *name;
	const char *postgresql;
	const char *sqlite;
} word;

/* Names that must be quoted, for which SQLite has no function; the same as in
 * sqlite_ext/sql/ddl_normal.c. */
#define RESERVED                                                  \
	"' add all alter and as autoincrement between case check "    \
	"collate commit constraint create current_date current_time " \
	"current_timestamp default deferrable delete distinct drop "  \
	"else escape except exists false foreign from group having "  \
	"in index insert intersect into is isnull join limit not "    \
	"nothing notnull null on or order primary references "        \
	"returning select set table then to transaction true union "  \
	"unique update using values when where '"

/* A name as the user would write it, on SQLite. */
#define SHOWN(name)                                                          \
	"case when " name " glob '[a-z_]*' and " name " not glob '*[^a-z0-9_]*'" \
	" and not instr(" RESERVED ", ' ' || " name " || ' ') then " name        \
	" else printf('\"%w\"', " name ") end"

/* Whether a line of integrity_check is about a value and not about damage, on
 * SQLite.  It ends with a name, which can be like any other line.  A null in the
 * key of a shadow table is damage of its virtual table. */
#define OF_VALUE(line)                                                        \
	"(" line " glob 'CHECK constraint failed in *' or substr(" line           \
	", 1, instr(" line ", ' value in ') - 1) in ('NULL', 'NUMERIC', 'TEXT', " \
	"'non-BLOB', 'non-INT', 'non-INTEGER', 'non-REAL', 'non-TEXT') and not "  \
	"exists (select 1 from temp.pragma_table_list as s where s.schema = "     \
	"'main' and s.type = 'shadow' and substr(" line ", 1, length(s.name) + "  \
	"15) = 'NULL value in ' || s.name || '.'))"

/* A text as it is hashed, on SQLite: the core reads one up to its first NUL, so
 * one that has any becomes hexadecimal digits behind a mark. */
#define EXACT(x)                                                       \
	"iif(instr(" x ", char(0)) > 0 or substr(" x ", 1, 1) = char(1), " \
	"char(1) || hex(" x "), " x ")"

#define EXACT_COLUMN(row, name) EXACT(row "." name) " as " name

/* A time as it is hashed, on PostgreSQL. */
#define EXACT_TIME(x)                                            \
	"pg_catalog.to_char(" x " at time zone 'UTC', "              \
	"'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') || case when " x " < " \
	"'0001-01-01Z' then ' BC' else '' end"

/* The key of a hold, or of a row of the trash, with the present names of its
 * columns.  On PostgreSQL the row has the OID of its table; on SQLite source
 * are the columns of that. */
#define NAMED_KEY_POSTGRESQL                                                   \
	"case when @.key_values is null or "                                       \
	"pg_catalog.jsonb_typeof(@.key_values::pg_catalog.jsonb) <> 'object' "     \
	"then "                                                                    \
	"@.row_key else coalesce((select "                                         \
	"case when pg_catalog.count(*) = pg_catalog.count(a.attname) then "        \
	"(pg_catalog.jsonb_object_agg(a.attname, e.value) filter (where "          \
	"a.attname is not null))::text end from "                                  \
	"pg_catalog.jsonb_each(@.key_values::pg_catalog.jsonb) as e left join "    \
	"pg_catalog.pg_attribute as a on a.attrelid = "                            \
	"coalesce(pg_catalog.pg_partition_root(@.relid), @.relid) and a.attnum = " \
	"e.key::pg_catalog.int2 and not a.attisdropped), @.row_key) end"
#define NAMED_KEY_SQLITE(source)                                              \
	"iif(@.key_values is null, @.row_key, coalesce((select iif(count(*) = "   \
	"json_array_length(@.key_values) and count(*) = count(k.member), '{' || " \
	"group_concat(k.member, ', ') || '}', null) from (select "                \
	"json_quote(c.name) || ': ' || iif(v.type = 'object', (select '{' || "    \
	"json_quote(o.key) || ': ' || json_quote(o.value) || '}' from "           \
	"temp.json_each(v.value) as o), json_quote(v.atom)) as member from "      \
	"(select x.name, x.pk - 1 as place from "                                 \
	"temp.dbcare_known as s join temp.pragma_table_xinfo(s.tab, "             \
	"'main') as x where x.pk > 0 and " source ") as c left join "             \
	"temp.json_each(@.key_values) as v on v.key = c.place order by "          \
	"length(cast(c.name as blob)), c.name) as k), @.row_key))"

/* The OIDs of a function of the extension. */
#define OWN_FUNCTION(name)                                                    \
	"(array(select p.oid from pg_catalog.pg_extension as x\n"                 \
	"\t\tjoin pg_catalog.pg_depend as d on d.refclassid = "                   \
	"'pg_catalog.pg_extension'::pg_catalog.regclass and d.refobjid = x.oid\n" \
	"\t\t\tand d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and "    \
	"d.deptype = 'e'\n"                                                       \
	"\t\tjoin pg_catalog.pg_proc as p on p.oid = d.objid and p.proname = "    \
	"'" name "'\n"                                                            \
	"\t\twhere x.extname = 'dbcare'))"

#include "common/tools/words_audit.h"
#include "common/tools/words_tables.h"
#include "common/tools/words_vacuum.h"

static const word words[] =
	{
		{"{timestamp}", "timestamptz", "text"},
		{"{bool}", "boolean", "integer"},
		{"{true}", "true", "1"},
		{"{false}", "false", "0"},
		{"{now}", "pg_catalog.clock_timestamp()",
		 "(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))"},
		/* the primary key of a table of dbcare: rows get it with
		 * {next:sequence}, where it has no default, so that none can be added
		 * without */
		{"{number}", "bigint not null primary key",
		 "integer not null primary key autoincrement"},
		{"{identity}",
		 "bigint not null generated by default as identity primary key",
		 "integer not null primary key autoincrement"},
		{"{role}", "current_user", "null"},
		/* the columns of every health check; see health/check.h */
		{"{finding}", "severity, object, value, detail, fix_sql, reason, probe",
		 "severity, object, value, detail, fix_sql, reason, probe"},
		/* areas, and the tables that each may read */
		{"{area_tables}",
		 "select cast(null as text), cast(null as text) where false"
#define DBC_AREA(name, tables) "\n\tunion all select '" #name "', '" tables "'"
#include "common/core/areas.def"
#undef DBC_AREA
		 ,
		 ""},
		/* why the cluster of Citus cannot be seen from here; null: it can. Only
		 * where Citus is installed, its tables can be named, so ts_stat() takes
		 * the query as text. */
		{"{cluster}",
		 "cluster as materialized (\n"
		 "\tselect case when x.grp is null then "
		 "'extension citus is not installed'\n"
		 "\t\twhen x.grp <> '0' then 'this server is a worker of Citus: "
		 "call dbcare on the coordinator'\n"
		 "\t\twhen pg_catalog.to_regproc("
		 "'pg_catalog.run_command_on_all_nodes') is null then 'Citus 11 or "
		 "later "
		 "is needed' end as obstacle\n"
		 "\tfrom (select (select s.word from pg_catalog.ts_stat(case when "
		 "exists ("
		 "select from pg_catalog.pg_extension as e where e.extname = 'citus')\n"
		 "\t\tthen 'select pg_catalog.array_to_tsvector(array[cast(g.groupid "
		 "as "
		 "text)]) from pg_catalog.pg_dist_local_group as g' end) as s) as grp) "
		 "as "
		 "x)",
		 ""},
		/* the finding of a check outside of such a cluster */
		{"{no_cluster}",
		 "select 'not_applicable', null, null, null, null, cl.obstacle, null "
		 "from "
		 "cluster as cl where cl.obstacle is not null",
		 ""},
		/* within a query on the coordinator of Citus: what each node says of
		 * its shards (reply), each of them there (sized), and where they should
		 * be (placed).  Shards that another session has locked are left out. */
		{"{shard_sizes}",
		 "reply as materialized (\n"
		 "\tselect r.nodeid, r.success, r.result as words, cast(case when "
		 "r.success then r.result end as pg_catalog.jsonb) as result\n"
		 "\tfrom pg_catalog.run_command_on_all_nodes($r$\n"
		 "\twith shard as materialized (\n"
		 "\t\tselect s.shardid, s.logicalrelid, n.nspname, "
		 "pg_catalog.to_regclass(pg_catalog.format('%I.%I', n.nspname,\n"
		 "\t\t\t(select pg_catalog.max(w.word) from "
		 "(select w.word, w.n, pg_catalog.max(w.n) over () as last from "
		 "pg_catalog.unnest(pg_catalog.parse_ident("
		 "pg_catalog.shard_name(s.logicalrelid, s.shardid)))\n"
		 "\t\t\t\twith ordinality as w (word, n)) as w where w.n = w.last))) "
		 "as "
		 "relid\n"
		 "\t\tfrom pg_catalog.pg_dist_local_group as g\n"
		 "\t\tjoin pg_catalog.pg_dist_placement as p on p.groupid = g.groupid "
		 "and "
		 "p.shardstate = 1\n"
		 "\t\tjoin pg_catalog.pg_dist_shard as s on s.shardid = p.shardid\n"
		 "\t\tjoin pg_catalog.pg_class as c on c.oid = s.logicalrelid\n"
		 "\t\tjoin pg_catalog.pg_namespace as n on n.oid = c.relnamespace\n"
		 "\t), locked as (\n"
		 "\t\tselect l.relation from pg_catalog.pg_locks as l where l.locktype "
		 "= "
		 "'relation' and l.mode = 'AccessExclusiveLock'\n"
		 "\t), free as materialized (\n"
		 "\t\tselect s.* from shard as s where not exists (select from locked "
		 "as l "
		 "where l.relation = s.relid)\n"
		 "\t)\n"
		 "\tselect pg_catalog.json_build_object('bytes', "
		 "pg_catalog.pg_database_size(pg_catalog.current_database()),\n"
		 "\t\t'shards', (select pg_catalog.json_agg("
		 "pg_catalog.json_build_array(s.shardid, c.reltuples, "
		 "pg_catalog.pg_table_size(c.oid), pg_catalog.pg_indexes_size(c.oid),\n"
		 "\t\t\t\tpg_catalog.pg_stat_get_dead_tuples(c.oid)))\n"
		 "\t\t\tfrom free as s join pg_catalog.pg_class as c on c.oid = "
		 "s.relid),\n"
		 "\t\t'indexes', (select pg_catalog.json_agg("
		 "pg_catalog.json_build_array(s.shardid, x.relname, "
		 "pg_catalog.pg_relation_size(si.indexrelid)))\n"
		 "\t\t\tfrom free as s\n"
		 "\t\t\tjoin pg_catalog.pg_index as i on i.indrelid = s.logicalrelid\n"
		 "\t\t\tjoin pg_catalog.pg_class as x on x.oid = i.indexrelid and "
		 "x.relkind "
		 "= 'i'\n"
		 "\t\t\tjoin pg_catalog.pg_index as si on si.indrelid = s.relid and "
		 "si.indexrelid = pg_catalog.to_regclass(pg_catalog.format('%I.%s', "
		 "s.nspname,\n"
		 "\t\t\t\tpg_catalog.shard_name(i.indexrelid, s.shardid)))))$r$) as r\n"
		 "), sized as (\n"
		 "\tselect r.nodeid, cast(e.item ->> 0 as bigint) as shardid, "
		 "cast(e.item "
		 "->> 1 as double precision) as tuples,\n"
		 "\t\tcast(e.item ->> 2 as bigint) as table_bytes, cast(e.item ->> 3 "
		 "as "
		 "bigint) as index_bytes, cast(e.item ->> 4 as bigint) as dead\n"
		 "\tfrom reply as r\n"
		 "\tcross join lateral pg_catalog.jsonb_array_elements(nullif(r.result "
		 "-> "
		 "'shards', 'null')) as e (item)\n"
		 "), placed as (\n"
		 "\tselect s.logicalrelid, p.shardid, n.nodeid\n"
		 "\tfrom pg_catalog.pg_dist_placement as p\n"
		 "\tjoin pg_catalog.pg_dist_shard as s on s.shardid = p.shardid\n"
		 "\tleft join pg_catalog.pg_dist_node as n on n.groupid = p.groupid "
		 "and "
		 "n.noderole = 'primary'\n"
		 "\twhere p.shardstate = 1\n"
		 ")",
		 ""},
		{"{application}",
		 "nullif(pg_catalog.current_setting('application_name'), '')", "null"},
		/* The tables whose definitions call unsafe functions, and the argument
		 * of integrity_check that avoids them: empty, or each of the other
		 * tables.  A name that is a number cannot be an argument. */
		{"{checkable}", "",
		 "unsafe_call (name, reason) as materialized (\n"
		 "\tselect lower(key), value from "
		 "temp.json_each(dbcare_unsafe_tables('main'))),\n"
		 "unsafe (name, reason) as materialized (\n"
		 "\tselect name, min(reason) from unsafe_call group by 1\n"
		 "\tunion all\n"
		 "\tselect lower(s.name), 'SQLite takes its name for a number' from "
		 "main.sqlite_schema as s\n"
		 "\twhere s.type = 'table' and s.rootpage > 0 and s.name not glob "
		 "'[^-+0-9]*'\n"
		 "\t\tand exists (select 1 from unsafe_call) and lower(s.name) not in "
		 "(select name from unsafe_call)),\n"
		 "checkable (name) as materialized (\n"
		 "\tselect null where not exists (select 1 from unsafe)\n"
		 "\tunion all\n"
		 "\tselect s.name from main.sqlite_schema as s\n"
		 "\twhere s.type = 'table' and s.rootpage > 0 and s.name glob "
		 "'[^-+0-9]*'\n"
		 "\t\tand exists (select 1 from unsafe)\n"
		 "\t\tand not exists (select 1 from unsafe_call as u\n"
		 "\t\t\twhere u.name in ('', lower(s.name))))"},
		{"{reserved}", "", RESERVED},
		{"{sees_sessions}",
		 "pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')", ""},
		/* an SQL expression, as a literal, for the value @ as row/image.c
		 * writes it; quote() writes infinity as Inf, since SQLite 3.43
		 * as 9.0e+999 */
		{"{value_sql}", "",
		 "'case typeof(@) when ''null'' then ''null'' when ''integer'' then "
		 "@'\n"
		 "\t\t|| ' when ''real'' then ''{\"real\": \"'' || "
		 "replace(replace(quote(@), ''9.0e+999'', ''Inf''), ''Inf'', "
		 "''Infinity'') || ''\"}'''\n"
		 "\t\t|| ' when ''blob'' then ''{\"blob\": \"'' || lower(hex(@)) || "
		 "''\"}'''\n"
		 /* not json_quote(), which up to SQLite 3.40 fails in triggers of a
		  * schema that is not trusted; rare control characters become bytes */
		 "\t\t|| ' else case when @ not glob ''*['' || char(1, 45, 31) || "
		 "''\"\\]*'' and not instr(@, char(0)) then ''\"'' || @ || ''\"'''\n"
		 "\t\t|| ' when instr(@, char(0)) or @ glob ''*['' || char(1, 45, 8, "
		 "11, "
		 "12, 14, 45, 31) || '']*'' then ''{\"text\": \"'' || lower(hex(@)) || "
		 "''\"}'''\n"
		 "\t\t|| ' else ''\"'' || replace(replace(replace(replace(replace(@, "
		 "''\\'', ''\\\\''), ''\"'', ''\\\"''), char(10), ''\\n''), char(13), "
		 "''\\r''), char(9), ''\\t'') || ''\"'' end end'"},
		/* rows of the trash in batch $1: on SQLite its number is that of its
		 * first row, and the others follow, so that the trash needs no index */
		{"{in_batch}", "batch_id = $1",
		 "batch_id = $1 and trash_id >= $1 and trash_id < coalesce((select "
		 "trash_id from main.dbcare_trash\n"
		 "\t\twhere trash_id > $1 and batch_id <> $1 order by trash_id limit "
		 "1), "
		 "9223372036854775807)"},
		/* columns of the key of table $2 of schema $1; its rowid: cid -1 */
		{"{key_columns}", "",
		 "collation as (\n"
		 "\t-- the primary key's own, which can be another one than the "
		 "column's\n"
		 "\tselect x.name, x.coll\n"
		 "\tfrom temp.pragma_index_list($2, $1) as l\n"
		 "\tjoin temp.pragma_index_xinfo(l.name, $1) as x\n"
		 "\twhere l.origin = 'pk' and x.\"key\"\n"
		 "), key as (\n"
		 "\t-- the affinity of its type, by SQLite's rules\n"
		 "\tselect c.name, cid, pk as place, '\"' || replace(c.name, '\"', "
		 "'\"\"') || '\"' as quoted, case when t like '%int%' then "
		 "'integer' when t like '%char%' or t like '%clob%' or t like '%text%' "
		 "then 'text'\n"
		 "\t\t\twhen t like '%blob%' or t in ('', 'any') then '' when t like "
		 "'%real%' or t like '%floa%' or t like '%doub%' then 'real' else "
		 "'numeric' end as affinity,\n"
		 "\t\tupper(coalesce(l.coll, 'BINARY')) as coll,\n"
		 "\t\tl.coll is not null and instr(lower(coalesce((select s.sql from "
		 "main.sqlite_schema as s where s.type = 'table' and s.name = $2 "
		 "collate nocase), '')), 'collate') > 0 as is_collated\n"
		 "\tfrom (select name, cid, pk, lower(type) as t from "
		 "temp.pragma_table_xinfo($2, $1)) as c\n"
		 "\tleft join collation as l on l.name = c.name\n"
		 "\twhere pk > 0\n"
		 "\tunion all\n"
		 "\tselect 'rowid', -1, 1, (select n.name from (select 'rowid' as name "
		 "union all values ('_rowid_'), ('oid')) as n\n"
		 "\t\t\twhere n.name not in (select lower(x.name) from "
		 "temp.pragma_table_xinfo($2, $1) as x) limit 1), 'integer', "
		 "'BINARY', 0\n"
		 "\twhere not exists (select 1 from temp.pragma_table_xinfo($2, $1) "
		 "where pk > 0)\n"
		 ")"},
		/* the batches of the trash that have a held row: h is the hold, b the
		 * row
		 */
		{"{held}",
		 "dbcare.hold as h\n"
		 "\tcross join lateral (select b.batch_id, b.action from dbcare.trash "
		 "as b "
		 "where "
		 "coalesce(b.key_values, b.row_key) = coalesce(h.key_values, "
		 "h.row_key)\n"
		 "\t\tand (b.table_id in (h.table_id, h.part_id) or "
		 "b.table_name = h.table_name or b.root = h.table_name or "
		 "pg_catalog.to_regclass(h.table_name)\n"
		 "\t\t\tin (select a.relid from "
		 "pg_catalog.pg_partition_ancestors(pg_catalog.to_regclass(b.table_"
		 "name)) "
		 "as a)\n"
		 "\t\t\tor exists (select from " OLD_NAMES_POSTGRESQL
		 " as o where o.was = h.table_name and o.now = b.table_name))\n"
		 "\t\toffset 0) as b",
		 "main.dbcare_trash as b\n"
		 "\tcross join main.dbcare_hold as h on coalesce(b.key_values, "
		 "b.row_key) = coalesce(h.key_values, h.row_key) and "
		 "(b.table_name = h.table_name\n"
		 "\t\tor b.table_name = " HOLD_TABLE(
			 "h") " or exists (select 1 from " OLD_NAMES_SQLITE
				  " as o where o.was = b.table_name and o.now = " HOLD_TABLE(
					  "h") ")\n"
						   "\t\tor exists (select 1 from " OLD_NAMES_SQLITE
						   " as o where b.table_name in (o.was, o.now) and "
						   "h.table_name in "
						   "(o.was, "
						   "o.now)))"},
		/* tables whose deleted rows are kept, with their present names */
		{"{archived_tables}",
		 "(select a.table_id, a.table_name as was, coalesce(b.now, "
		 "a.table_name) as table_name, a.mode, a.file_column from "
		 "dbcare.archived_table as a left join " BOUND
		 " as b on b.table_id = a.table_id)",
		 "(select a.table_id, a.table_name as was, " NOW_SQLITE(
			 "number", "a") " as table_name, a.mode, a.file_column from "
							"main.dbcare_archived_table as a)"},
		/* policies, with the present names of their tables */
		{"{policies}",
		 "(select p.policy_id, p.table_id, coalesce((select b.now from " BOUND
		 " as b where b.table_id = p.table_id), p.table_name) as table_name, "
		 "p.name, p.options, p.created_at, p.created_by, p.author from "
		 "dbcare.policy as p)",
		 "(select p.policy_id, p.table_id, " NOW_SQLITE(
			 "number", "p") " as table_name, p.name, p.options, p.created_at, "
							"p.created_by, p.author from main.dbcare_policy as "
							"p)"},
		{"{old_names}", OLD_NAMES_POSTGRESQL, OLD_NAMES_SQLITE},
		{"{place}", PLACE, ""},
		{"{bound_tables}", BOUND, ""},
		{"{renamed_tables}", RENAMED, ""},
		{"{moved_key}", "", MOVED_KEY},
		{"{is_moved_key}", "", IS_MOVED_KEY},
		/* the columns that the options of logged tables name: word is the
		 * option, now the present name; null if it was dropped */
		{"{option_columns}", OPTION_COLUMNS_POSTGRESQL, OPTION_COLUMNS_SQLITE},
		{"{audited_options}", AUDITED_OPTIONS_POSTGRESQL,
		 AUDITED_OPTIONS_SQLITE},
		/* an entry of the audit log as it is hashed: audit_entry is e,
		 * audit_shape is s, audit_context is c */
		{"{audit_entry}",
		 "e.entry_id, e.transaction_id, "
		 "e.next_transaction, " EXACT_TIME(
			 "e.logged_at") " as logged_at,\n"
							"\ts.table_id, s.columns, " EXACT_TIME(
								"s.noted_at") " as noted_at, "
											  "c.user_name, c.role_name, "
											  "c.application, c.address, "
											  "c.actor, e.action, "
											  "e.row_key, e.moved_to, "
											  "e.changed",
		 "e.entry_id, e.transaction_id, "
		 "null as next_transaction, " EXACT_COLUMN(
			 "e",
			 "logged_at") ", s.table_id, " EXACT_COLUMN("s",
														"columns") ","
																   " " EXACT_COLUMN("s",
																					"noted_at") ", " EXACT_COLUMN("c", "user_name") ", " EXACT_COLUMN("c", "role_name") ", " EXACT_COLUMN("c", "application") ", " EXACT_COLUMN("c", "address") ", " EXACT_COLUMN("c", "actor") ", " EXACT_COLUMN("e",
																																																																								  "action") ", " EXACT_COLUMN("e",
																																																																															  "row_key") ", " EXACT_COLUMN("e",
																																																																																						   "moved_to") ", " EXACT_COLUMN("e",
																																																																																														 "changed")},
		/* the names that policies note of the columns of their tables, by place;
		 * and those of columns that the tables no longer have */
		{"{policy_columns}", "",
		 "was (policy_id, cid, name) as not materialized (\n"
		 "\tselect p.policy_id, e.key, e.atom\n"
		 "\tfrom main.dbcare_policy as p\n"
		 "\tjoin temp.json_each(p.columns) as e on e.type = 'text'\n"
		 "), lost (policy_id, name) as (\n"
		 "\tselect p.policy_id, g.atom\n"
		 "\tfrom main.dbcare_policy as p\n"
		 "\tjoin temp.json_each(p.columns) as e on e.type = 'array'\n"
		 "\tjoin temp.json_each(e.value) as g\n"
		 ")"},
		/* the names of dbcare's tables */
		{"{own_tables}",
		 "'bookkeeping', 'setting', 'migration', 'dependency', 'ledger', "
		 "'history', 'history_head', 'deployment', 'deployment_script', "
		 "'snapshot', "
		 "'snapshot_object', 'schema_change', 'rule', 'repair', "
		 "'quarantine', 'monitor', 'sample', 'table_sample', 'query', "
		 "'query_seen', 'query_mark', 'query_plan', 'check_run', 'alert', "
		 "'suppression', "
		 "'adoption', 'backfill', 'repair_table', 'slow_log', 'wait_event', "
		 "'vacuum_due', 'archived_table', 'trash', 'hold', 'audited_table', "
		 "'audit_shape', 'audit_context', 'audit_entry', 'audit_key', "
		 "'audit_role', 'event', 'audit_seal', 'policy', 'policy_run', "
		 "'left_file', "
		 "'archive_file', "
		 "'schedule', 'manifest', 'seed', 'seed_row', 'known_table', "
		 "'row_shape'",
		 "'dbcare_bookkeeping', 'dbcare_setting', 'dbcare_migration', "
		 "'dbcare_dependency', 'dbcare_ledger', 'dbcare_history', "
		 "'dbcare_history_head', 'dbcare_deployment', "
		 "'dbcare_deployment_script', 'dbcare_snapshot', "
		 "'dbcare_snapshot_object', 'dbcare_schema_change', 'dbcare_rule', "
		 "'dbcare_repair', 'dbcare_quarantine', 'dbcare_monitor', "
		 "'dbcare_sample', 'dbcare_table_sample', 'dbcare_query', "
		 "'dbcare_query_seen', 'dbcare_query_mark', 'dbcare_check_run', "
		 "'dbcare_alert', 'dbcare_suppression', 'dbcare_adoption', "
		 "'dbcare_backfill', 'dbcare_repair_table', 'dbcare_slow_log', "
		 "'dbcare_archived_table', 'dbcare_trash', 'dbcare_hold', "
		 "'dbcare_samples_of', "
		 "'dbcare_audited_table', 'dbcare_audit_shape', "
		 "'dbcare_audit_context', "
		 "'dbcare_audit_entry', 'dbcare_audit_key', 'dbcare_audit_current', "
		 "'dbcare_event', 'dbcare_audit_seal', 'dbcare_policy', "
		 "'dbcare_policy_run', 'dbcare_left_file', 'dbcare_archive_file', "
		 "'dbcare_schedule', "
		 "'dbcare_manifest', 'dbcare_seed', 'dbcare_seed_row', "
		 "'dbcare_runner', "
		 "'dbcare_row_shape'"},
};

/* Macros with an argument, which replaces @. */
static const word calls[] = {
	{"{.", "dbcare.@", "main.dbcare_@"},
	/* names of a table and its partitions */
	{"{partitions:",
	 "(select @ union all select pg_catalog.format('%I.%I', n.nspname, "
	 "c.relname)\n"
	 "\t\tfrom pg_catalog.pg_partition_tree(pg_catalog.to_regclass(@)) as "
	 "p\n"
	 "\t\tjoin pg_catalog.pg_class as c on c.oid = p.relid\n"
	 "\t\tjoin pg_catalog.pg_namespace as n on n.oid = c.relnamespace)",
	 "(@)"},
	/* [SQLite] the name that a table has in the trash; NULL: none */
	{"{kept_as:", "@",
	 "coalesce((select max(o.was) from " OLD_NAMES_SQLITE
	 " as o where o.now = @), iif(exists (select 1 from " OLD_NAMES_SQLITE
	 " as o where o.was = @), null, @))"},
	/* whether an entry is undone; see words_audit.h */
	{"{undone:", UNDONE_POSTGRESQL, UNDONE_SQLITE},
	/* the texts of a JSON array */
	{"{listed:",
	 "(select l.value from pg_catalog.jsonb_array_elements_text(cast(@ as "
	 "pg_catalog.jsonb)) as l (value))",
	 "(select l.value from temp.json_each(@) as l)"},
	/* whether an author, by name, has the rights of role r, with which what it
	 * has stored runs */
	{"{trusted_author:",
	 "exists (select from pg_catalog.pg_roles as a where a.rolname = @ and "
	 "pg_catalog.pg_has_role(a.oid, r.oid, 'usage'))",
	 ""},
	{"{postgresql:", "@", ""},
	{"{sqlite:", "", "@"},
	{"{iso:",
	 "pg_catalog.to_char(@ at time zone 'UTC', "
	 "'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')",
	 "@"},
	/* the same text only for the same time: one that is not whole milliseconds
	 * of our era has more */
	{"{exact_iso:",
	 "coalesce(pg_catalog.to_char(@ at time zone 'UTC', "
	 "'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') || case when @ < '0001-01-01Z' or "
	 "pg_catalog.date_trunc('milliseconds', @) <> @ then cast(@ as text) else "
	 "'' "
	 "end, cast(@ as text))",
	 EXACT("@")},
	{"{exact:", "@", EXACT("@")},
	{"{utc:",
	 "nullif(pg_catalog.to_char(cast(@ as timestamptz) at time zone 'UTC', "
	 "'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'), '')",
	 "(select strftime('%Y-%m-%dT%H:%M:%fZ', iif(typeof(t) "
	 "= 'integer', t / 1000.0, t), iif(typeof(t) = "
	 "'integer', 'unixepoch', '+0 seconds')) from (select @ as t))"},
	{"{history:", "cast(cast($8 as jsonb) ->> '@' as double precision)",
	 "json_extract($8, '$.@')"},
	/* a number beside a double precision: for other types a user-defined
	 * operator can match better than those of PostgreSQL */
	{"{real:", "cast(@ as double precision)", "@"},
	{"{shown:", "", SHOWN("@")},
	{"{of_value:", "", OF_VALUE("@")},
	{"{hold_table:", "", HOLD_TABLE("@")},
	/* [SQLite] whether row a of {archived_tables} may be that of a table: what
	 * tells without looking for the present names of all */
	{"{may_be:", "true",
	 "(a.was = @ or a.was in (select o.was from " OLD_NAMES_SQLITE
	 " as o where o.now = @) or a.table_id in (select cast(k.key as integer) "
	 "from temp.dbcare_known as k where k.kind = 'number' and k.shown = @))"},
	{"{hold_key:", NAMED_KEY_POSTGRESQL, NAMED_KEY_SQLITE(OF_HOLD("@"))},
	{"{hold_columns:", "", KEY_COLUMNS(OF_HOLD("@"))},
	{"{key_columns:", "", KEY_COLUMNS(OF_TABLE("@"))},
	{"{trash_key:", NAMED_KEY_POSTGRESQL,
	 NAMED_KEY_SQLITE(OF_TABLE("@.table_name"))},
	/* behind "= any", so that they are looked up once: the OIDs of a function of
	 * the extension; a trigger is dbcare's if it calls one of these, whatever
	 * its name */
	{"{own_function:", OWN_FUNCTION("@"), ""},
	/* the statement that creates an extension: the first schema of a
	 * search_path may be anybody's, who could put functions beside its own */
	{"{create_extension:",
	 "pg_catalog.format('CREATE EXTENSION @ SCHEMA %I;', coalesce(\n"
	 "\t\t(select n.nspname::text from pg_catalog.pg_extension as x\n"
	 "\t\tjoin pg_catalog.pg_namespace as n on n.oid = x.extnamespace\n"
	 "\t\twhere x.extname = 'dbcare'), 'public'))",
	 ""},
	{"{user_schema:",
	 "@.nspname !~ '^pg_' and @.nspname not in "
	 "('information_schema', 'dbcare')",
	 ""},
	{"{not_in_extension:",
	 "@ not in (select d.objid from pg_catalog.pg_depend as d\n"
	 "\t\twhere d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass\n"
	 "\t\t\tand d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
	 " and d.deptype = 'e')",
	 ""},
	/* whether Citus has the rows of the table with OID x in shards: it gives
	 * each of its tables a trigger */
	{"{sharded:",
	 "exists (select from pg_catalog.pg_trigger as ct\n"
	 "\t\twhere ct.tgrelid = @ and ct.tgfoid in"
	 " (select cp.oid from pg_catalog.pg_proc as cp\n"
	 "\t\t\twhere cp.proname = 'citus_truncate_trigger'"
	 " and exists (select from pg_catalog.pg_depend as cd\n"
	 "\t\t\t\tjoin pg_catalog.pg_extension as ce on ce.oid = cd.refobjid"
	 " and ce.extname = 'citus'\n"
	 "\t\t\t\twhere cd.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass\n"
	 "\t\t\t\t\tand cd.objid = cp.oid and cd.deptype = 'e')))",
	 ""},
	{"{quickly_rewritten:", "@.relpages <= 12800", ""}, /* 100 MB: seconds */
	{"{vacuumed_lately:", DONE_LATELY("vacuum"), ""},
	{"{analyzed_lately:", DONE_LATELY("analyze"), ""},
	/* whether an invalid index (a row of pg_index) is not needed: a failed DROP
	 * or REINDEX has left it, or a valid index is equal */
	{"{leftover_index:",
	 "not @.indislive or exists (select from pg_catalog.pg_index as t\n"
	 "\t\tjoin pg_catalog.pg_class as tx on tx.oid = t.indexrelid\n"
	 "\t\tjoin pg_catalog.pg_class as ix on ix.oid = @.indexrelid\n"
	 "\t\twhere t.indrelid = @.indrelid and t.indexrelid <> @.indexrelid\n"
	 "\t\t\tand (t.indisvalid and t.indisready and t.indislive\n"
	 "\t\t\t\tor ix.relname ~ '_cc(new|old)[0-9]*$'"
	 " and tx.relname !~ '_cc(new|old)[0-9]*$')\n"
	 "\t\t\tand t.indisunique = @.indisunique and tx.relam = ix.relam\n"
	 "\t\t\tand t.indnkeyatts = @.indnkeyatts"
	 " and t.indkey::text = @.indkey::text\n"
	 "\t\t\tand t.indclass = @.indclass and t.indcollation = @.indcollation\n"
	 "\t\t\tand t.indoption::text = @.indoption::text\n"
	 "\t\t\tand pg_catalog.pg_get_expr(t.indexprs, t.indrelid)\n"
	 "\t\t\t\tis not distinct from"
	 " pg_catalog.pg_get_expr(@.indexprs, @.indrelid)\n"
	 "\t\t\tand pg_catalog.pg_get_expr(t.indpred, t.indrelid)\n"
	 "\t\t\t\tis not distinct from"
	 " pg_catalog.pg_get_expr(@.indpred, @.indrelid))",
	 ""},
};

#endif /* DBC_TOOLS_WORDS_H */
