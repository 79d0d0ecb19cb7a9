/*
 * words_audit.h
 *	  Macros about entries that are undone, and about the columns that options
 * of dbaudit_enable() name.
 *
 * Options have the names that columns had then.  What tells which columns these
 * are now is with the triggers: on PostgreSQL their arguments have the numbers
 * of the columns, on SQLite a trigger per column names it in UPDATE OF, where
 * SQLite follows a rename and allows DROP COLUMN.
 */
#ifndef DBC_TOOLS_WORDS_AUDIT_H
#define DBC_TOOLS_WORDS_AUDIT_H

/* Needs OWN_FUNCTION of words.h, and words_tables.h.  The numbers of the arguments
 * count in the database that the trigger was created in, elsewhere the names;
 * see pg_ext/audit/table.c, which does the same. */
#define OPTION_COLUMNS_POSTGRESQL                                              \
	"(select a.table_id, w.word, e.name, e.place, cast(case when s.relid is "  \
	"null then e.name else coalesce(case when s.in_place then n.attname end, " \
	"m.attname, n.attname) end as text) as now\n"                              \
	"from dbcare.audited_table as a cross join (values ('mask'), ('hash'), "   \
	"('exclude'), ('include')) as w (word)\n"                                  \
	"cross join lateral pg_catalog.jsonb_array_elements_text(case "            \
	"pg_catalog.jsonb_typeof(cast(a.options as pg_catalog.jsonb) -> w.word) "  \
	"when 'array' then cast(a.options as pg_catalog.jsonb) -> w.word end) "    \
	"with ordinality as e (name, place)\n"                                     \
	"left join (select c.table_id, c.relid, c.list, c.list[2] = 'place' and "  \
	"c.list[3] = " PLACE " and c.list[4] = cast(cast(c.relid as "              \
	"pg_catalog.int8) as text) as in_place from (select b.table_id, b.relid, " \
	"pg_catalog.string_to_array(pg_catalog.replace(pg_catalog.encode("         \
	"t.tgargs, 'escape'), E'\\\\\\\\', E'\\b'), E'\\\\000') as list from "     \
	"" BOUND                                                                   \
	" as b join pg_catalog.pg_trigger as t on t.tgrelid = b.relid and "        \
	"t.tgtype = 29 and t.tgparentid = 0 and t.tgfoid = any " OWN_FUNCTION(     \
		"dbaudit_capture") ") as c where c.list[1] = cast(c.table_id as "      \
						   "text)) as s on s.table_id = a.table_id\n"          \
						   "left join lateral (select x.number from (select "  \
						   "cast(pg_catalog.substring(s.list[g.n + 2], "       \
						   "'^[0-9]{1,4}$') as pg_catalog.int2) as "           \
						   "number, pg_catalog.row_number() over (order by "   \
						   "g.n) as place from pg_catalog.generate_series(2, " \
						   "pg_catalog.array_length(s.list, 1) - 2, 3) as g "  \
						   "(n) where s.list[g.n] = w.word) as x where "       \
						   "x.place = e.place) as p on true\n"                 \
						   "left join pg_catalog.pg_attribute as n on "        \
						   "n.attrelid = s.relid and n.attnum = p.number and " \
						   "n.attnum > 0 and not n.attisdropped\n"             \
						   "left join pg_catalog.pg_attribute as m on "        \
						   "m.attrelid = s.relid and m.attname = cast(e.name " \
						   "as pg_catalog.name) and m.attnum > 0 and not "     \
						   "m.attisdropped)"

/* Whether an entry is one of those that dbaudit_undo() has to undo: entry $1,
 * or those of transaction $2, or of actor $3 since $4; null: all.  Up to entry
 * $5: the undo is logged itself.  Ranges, so that an index finds them. */
#define UNDONE(prefix, since)                                                 \
	"(@.action in ('insert', 'update', 'delete')\n"                           \
	"and @.entry_id between coalesce(cast($1 as bigint), 0) and "             \
	"coalesce(cast($1 as bigint), cast($5 as bigint), 9223372036854775807)\n" \
	"and @.transaction_id between coalesce(cast($2 as bigint), 0) and "       \
	"coalesce(cast($2 as bigint), 9223372036854775807)\n"                     \
	"and ($3 is null or (select coalesce(nullif(u.actor, ''), u.user_name) "  \
	"from " prefix                                                            \
	"audit_context as u where u.context_id = @.context_id) = $3)\n"           \
	"and ($4 is null or @.logged_at >= " since "))"

#define UNDONE_POSTGRESQL UNDONE("dbcare.", "cast($4 as timestamptz)")
#define UNDONE_SQLITE	  UNDONE("main.dbcare_", "$4")

#define OPTION_COLUMNS_SQLITE                                                 \
	"(select a.table_id, o.key as word, e.value as name, e.key as place, "    \
	"iif(t.name is null, e.value, (select x.name from "                       \
	"temp.pragma_table_xinfo(t.tbl_name, 'main') as x where substr(t.sql, "   \
	"instr(t.sql, ' after update of ') + 17, length(printf('\"%w\" on ', "    \
	"x.name))) = printf('\"%w\" on ', "                                       \
	"x.name))) as now\n"                                                      \
	"from main.dbcare_audited_table as a join temp.json_each(a.options) as "  \
	"o on o.key in ('mask', 'hash', 'exclude', 'include') and o.type = "      \
	"'array' join temp.json_each(a.options, '$.' || o.key) as e\n"            \
	"left join main.sqlite_schema as t on t.rowid = (select k.place from "    \
	"temp.dbcare_known as k cross join main.sqlite_schema as s on s.rowid = " \
	"k.place where k.kind = 'column' and k.key = cast(a.table_id as text) "   \
	"and substr(s.sql, -length(printf(' when %Q is null begin select 1; "     \
	"end', e.value))) = printf(' when %Q is null begin select 1; end', "      \
	"e.value)))"

/* The options of logged tables, with the present names of columns; those that
 * were dropped are left out. */
#define AUDITED_OPTIONS_POSTGRESQL                                            \
	"(select a.table_id, coalesce((select cast(cast(a.options as "            \
	"pg_catalog.jsonb) || pg_catalog.jsonb_object_agg(l.word, l.names) as "   \
	"text) from (select c.word, coalesce(pg_catalog.jsonb_agg(c.now order "   \
	"by c.place) filter (where c.now is not null), '[]') as names, "          \
	"pg_catalog.bool_or(c.now is distinct from c.name) as differs "           \
	"from " OPTION_COLUMNS_POSTGRESQL " as c where c.table_id = a.table_id "  \
	"group by c.word) as l having pg_catalog.bool_or(l.differs)), a.options)" \
	" as options from dbcare.audited_table as a)"

#define OPTION_LIST_SQLITE(word)                                           \
	"'$." word "', json((select json_group_array(c.now) from (select now " \
	"from " OPTION_COLUMNS_SQLITE                                          \
	" where table_id = a.table_id and word = '" word                       \
	"' and now is not null order by place) as c))"
#define OPTION_LISTS_SQLITE                                  \
	OPTION_LIST_SQLITE("mask")                               \
	", " OPTION_LIST_SQLITE("hash") ", " OPTION_LIST_SQLITE( \
		"exclude") ", " OPTION_LIST_SQLITE("include")
#define OPTIONS_DIFFER_SQLITE                      \
	"exists (select 1 from " OPTION_COLUMNS_SQLITE \
	" as c where c.table_id = a.table_id and c.now is not c.name)"
#define AUDITED_OPTIONS_SQLITE                       \
	"(select a.table_id, iif(" OPTIONS_DIFFER_SQLITE \
	", json_replace(a.options, " OPTION_LISTS_SQLITE \
	"), a.options) as options from main.dbcare_audited_table as a)"

#endif /* DBC_TOOLS_WORDS_AUDIT_H */
