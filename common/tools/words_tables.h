/*
 * words_tables.h
 *	  Macros about the tables of users that dbcare knows, and their names.
 */
#ifndef DBC_TOOLS_WORDS_TABLES_H
#define DBC_TOOLS_WORDS_TABLES_H

/* Needs SHOWN and OWN_FUNCTION of words.h. */

/* The cluster and database that an OID of dbcare.known_table is of. */
#define PLACE                                                                  \
	"(select pg_catalog.format('%s/%s', s.system_identifier, d.oid) from "     \
	"pg_catalog.pg_control_system() as s join pg_catalog.pg_database as d on " \
	"d.datname = pg_catalog.current_database())"

/* The tables that dbcare knows and that exist: one that has got the OID of a
 * dropped one has another name and another owner.  In a copy of the database
 * they have their name and their owner. */
#define BOUND_COLUMNS                                                      \
	"select k.table_id, c.oid as relid, k.table_name as was, "             \
	"pg_catalog.format('%I.%I', n.nspname, c.relname) as now, c.relname, " \
	"c.relnamespace, c.relowner, c.relrowsecurity, c.relispartition, "     \
	"k.is_secured from dbcare.known_table as k "
#define BOUND                                                                 \
	"(" BOUND_COLUMNS                                                         \
	"join pg_catalog.pg_class as c on c.oid = k.relid and c.relkind in "      \
	"('r', 'p') join pg_catalog.pg_namespace as n on n.oid = c.relnamespace " \
	"where k.place = " PLACE " and (c.relowner = k.owner_id or "              \
	"pg_catalog.format('%I.%I', n.nspname, c.relname) = k.table_name) "       \
	"union all " BOUND_COLUMNS                                                \
	"join pg_catalog.pg_namespace as n on n.nspname = "                       \
	"(pg_catalog.parse_ident(k.table_name))[1] join pg_catalog.pg_class as "  \
	"c on c.relnamespace = n.oid and c.relname = "                            \
	"(pg_catalog.parse_ident(k.table_name))[2] and c.relkind in ('r', 'p') "  \
	"where k.place <> " PLACE " and pg_catalog.pg_get_userbyid(c.relowner) "  \
	"= k.owner_name)"

/* The renamed tables whose deleted rows are kept.  One that has its old name
 * again has rows under the names between: those are read one after the other,
 * by the index. */
#define RENAMED                                                               \
	"(with recursive name (table_id, table_name) as (\n"                      \
	"\t(select d.table_id, d.table_name from dbcare.trash as d "              \
	"where d.root is null order by d.table_id, d.table_name limit 1)\n"       \
	"\tunion all\n"                                                           \
	"\tselect n.table_id, n.table_name\n"                                     \
	"\tfrom name as o\n"                                                      \
	"\tcross join lateral (select d.table_id, d.table_name from "             \
	"dbcare.trash as d where d.root is null and "                             \
	"(d.table_id, d.table_name) > (o.table_id, o.table_name) "                \
	"order by d.table_id, d.table_name limit 1) as n\n"                       \
	")\n"                                                                     \
	"select b.table_id, b.was, b.now, b.relispartition from " BOUND " as b\n" \
	"where (b.was <> b.now or exists (select from name as n "                 \
	"where n.table_id = b.table_id and n.table_name <> b.now)) "              \
	"and (exists (select from dbcare.archived_table as a "                    \
	"where a.table_id = b.table_id) "                                         \
	"or exists (select from pg_catalog.pg_trigger as t "                      \
	"where t.tgrelid = b.relid and t.tgfoid = any " OWN_FUNCTION(             \
		"dbarchive_capture") ")))"

/* Names of tables as dbcare has last seen them, or on SQLite as their triggers
 * of mode trash have them, and what they are now. */
#define OLD_NAMES_POSTGRESQL \
	"(select b.was, b.now from " BOUND " as b where b.was <> b.now)"
#define OLD_NAMES_SQLITE                                                      \
	"(select k.key as was, k.shown as now from temp.dbcare_known as k where " \
	"k.kind = 'trash')"

/* [SQLite] The present name of a table with a number and the name it had: that
 * of its trigger of a kind, see sqlite_ext/call/known_table.c, or without that
 * the name that the trash has for it. */
#define NOW_SQLITE(kind, of)                                                \
	"coalesce((select k.shown from temp.dbcare_known as k where k.kind = "  \
	"'" kind "' and k.key = cast(" of ".table_id as text)), (select o.now " \
	"from " OLD_NAMES_SQLITE " as o where o.was = " of ".table_name), " of  \
	".table_name)"
#define HOLD_TABLE(hold) NOW_SQLITE("hold", hold)

/* [SQLite] The names of the columns of a key, in its order; [] if there is no
 * such table. */
#define KEY_COLUMNS(source)                                                    \
	"(select json_group_array(k.name) from (select x.name from "               \
	"temp.dbcare_known as s join temp.pragma_table_xinfo(s.tab, 'main') as x " \
	"where x.pk > 0 and " source " order by x.pk) as k)"

/* [SQLite] A row of dbcare_known: the trigger of a hold, or a table by name. */
#define OF_HOLD(hold) \
	"s.kind = 'hold' and s.key = cast(" hold ".table_id as text)"
#define OF_TABLE(shown) "s.kind = 'table' and s.shown = " shown

/* [SQLite] The values of a key whose columns $2 have the order $3 now, and
 * whether they are the same ones. */
#define MOVED_KEY                                                            \
	"(select '[' || group_concat(m.json, ', ') || ']' from (select (select " \
	"iif(v.type = 'object', (select '{' || json_quote(i.key) || ': ' || "    \
	"json_quote(i.value) || '}' from temp.json_each(v.value) as i), "        \
	"json_quote(v.atom)) from temp.json_each(key_values) as v where v.key "  \
	"= o.key) as json from temp.json_each($3) as n join "                    \
	"temp.json_each($2) as o on o.atom = n.atom order by n.key) as m)"
#define IS_MOVED_KEY                                                        \
	"$2 <> $3 and json_array_length(key_values) = json_array_length($3) "   \
	"and json_array_length($3) = (select count(*) from temp.json_each($3) " \
	"as n join temp.json_each($2) as o on o.atom = n.atom)"

#endif /* DBC_TOOLS_WORDS_TABLES_H */
