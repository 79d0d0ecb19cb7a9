/*
 * reach.c
 *	  What a statement makes SQLite evaluate besides its own text.
 *
 * A statement that names a table or a view evaluates parts of definitions in
 * the file: of the view, of what that names, and if rows are written, of
 * triggers and of tables with foreign keys.  Each word and each quoted text of
 * a statement or a definition that is the name of a table or a view counts as a
 * use of it, so nothing that SQLite resolves is missed, at worst too much is
 * refused.  Virtual tables are followed, too: FTS reads the table or the view
 * in its arguments, and any module its shadow tables, which may have been
 * replaced.
 *
 * Objects of temp belong to the session, not to the file: they are followed,
 * but may call any function.
 *
 * What was found is kept by the connection until the schema changes: the names
 * of functions and modules, which the application may register anew without a
 * change of the schema.
 */
#include "sqlite_ext/core/connection.h"
#include "sqlite_ext/core/statement.h"
#include "sqlite_ext/trust/modules.h"
#include "sqlite_ext/trust/objects.h"
#include "sqlite_ext/trust/reach_text.h"
#include "sqlite_ext/trust/unsafe.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/text.h"

static void use_table(dbcsl_reach *r, dbcsl_object *table, unsigned use);

static dbcsl_reach *
reach_of(dbcsl_host *h)
{
	if (!h->reach)
	{
		h->memos++;
		h->reach = dbcsl_alloc(&h->base, sizeof(*h->reach));
		h->reach->h = h;
	}
	return h->reach;
}

static bool
is_of_file(const dbcsl_object *what)
{
	return sqlite3_stricmp(what->schema, "temp") != 0;
}

static const char *
definition_of(dbcsl_reach *r, dbcsl_object *what)
{
	const dbc_rows *rows;

	if (what->sql)
		return what->sql;
	rows =
		dbcsl_reach_query(r,
						  dbcsl_printf(r->h,
									   "select cast(sql as text) from "
									   "\"%w\".sqlite_schema where rowid = $1",
									   what->schema),
						  dbc_int(what->rowid));

	what->sql = rows->nrows > 0 ? dbc_get_text(&r->h->base, rows, 0, 0) : "";
	return what->sql;
}

/* ---- virtual tables ---- */

/* Whether a name is that of a table-valued function that evaluates what others
 * wrote, or may: any of the application. */
static bool
is_unsafe_module(dbcsl_reach *r, const char *name)
{
	static const char pragma[] = "pragma_";

	if (sqlite3_strnicmp(name, pragma, (int) strlen(pragma)) == 0)
		return sqlite3_strlike("%\\_check", name, '\\') == 0;
	if (!r->modules)
	{
		r->h->memos++;
		r->modules = dbcsl_reach_query(
			r, "select name from temp.pragma_module_list", dbc_null());
	}
	for (int i = 0; i < r->modules->nrows; i++)
		if (sqlite3_stricmp(dbc_get_text(&r->h->base, r->modules, i, 0),
							name) == 0)
			return !dbcsl_is_safe_module(name);
	return false;
}

static _Noreturn void
refuse_module(dbcsl_reach *r, const char *name)
{
	dbc_fail(&r->h->base, DBC_INSUFFICIENT,
			 "SQL that is stored in the file would use its module.",
			 "Use the virtual table itself.",
			 "unsafe use of virtual table \"%s\"", name);
}

/* Refuses a module that stored SQL uses. */
static void
use_module(dbcsl_reach *r, const char *name)
{
	dbcsl_note_followed(r->h, DBCSL_MODULE, name);
	if (is_unsafe_module(r, name))
		refuse_module(r, name);
}

/* Refuses the module of a virtual table that stored SQL uses. */
static void
use_module_of(dbcsl_reach *r, dbcsl_object *table)
{
	const char *module = dbcsl_virtual_module(r->h, definition_of(r, table));

	if (module)
		use_module(r, module);
}

void
dbcsl_refuse_modules(dbcsl_host *h, const char *definition)
{
	dbcsl_reach *r = reach_of(h);
	dbcsl_token token = dbcsl_first_token(definition);

	for (; token.kind != DBCSL_END; token = dbcsl_next_token(&token))
		if (dbcsl_may_be_name(&token))
		{
			const char *name = dbcsl_unquote_token(h, &token);

			if (is_unsafe_module(r, name))
				refuse_module(r, name);
		}
}

/* ---- what texts name ---- */

/* How a text names something. */
typedef enum naming
{
	NAMED_BY_CALLER,
	NAMED_IN_FILE,
	NAMED_AS_TABLE /* where a table-valued function can be, too */
} naming;

/* Uses the tables, views and functions with the name of a table. */
static void
use_name(dbcsl_reach *r, const char *name, unsigned use, naming how)
{
	int place = dbcsl_find_object(r, name);

	if (how == NAMED_AS_TABLE && !dbcsl_is_object_named(r, place, name))
		use_module(r, name);
	for (; dbcsl_is_object_named(r, place, name); place++)
	{
		dbcsl_object *what = &r->objects[place];

		if (!dbcsl_is_a(what, "table") && !dbcsl_is_a(what, "view"))
			continue;
		if (how != NAMED_BY_CALLER && is_of_file(what))
			use_module_of(r, what);
		use_table(r, what, use);
	}
}

/* Uses what a text names. */
static void
use_names(dbcsl_reach *r, const char *text, unsigned use, bool is_stored)
{
	static const char *const before_tables[] = {
		"from",	 "join", "in",	   "into",	  "update", "rollback",
		"abort", "fail", "ignore", "replace", NULL};
	dbcsl_nesting n = {.depth = 0};
	dbcsl_token before = {DBCSL_END, "", 0};
	dbcsl_token token = dbcsl_first_token(text);

	while (token.kind != DBCSL_END)
	{
		dbcsl_token next = dbcsl_next_token(&token);

		if (is_stored)
			dbcsl_nest(&n, &token, &before);
		if (dbcsl_may_be_name(&token) && !dbcsl_is_no_table(&n, &before, &next))
			use_name(r, dbcsl_unquote_token(r->h, &token), use,
					 !is_stored ? NAMED_BY_CALLER
					 : dbcsl_is_one_of(&before, before_tables) ||
							 (before.length == 1 && strchr(",.(", *before.text))
						 ? NAMED_AS_TABLE
						 : NAMED_IN_FILE);
		before = token;
		token = next;
	}
}

/* Uses what the arguments of a virtual table name.  FTS4 takes all of an option
 * for one name, whatever it is to SQLite: content=a b. */
static void
use_arguments(dbcsl_reach *r, const char *arguments)
{
	dbcsl_token before = dbcsl_first_token(arguments);

	while (before.kind != DBCSL_END)
	{
		dbcsl_token token = dbcsl_next_token(&before);

		if (dbcsl_is_option(&before, &token))
			use_name(r, dbcsl_unquote_token(r->h, &token), DBCSL_READS,
					 NAMED_AS_TABLE);
		before = token;
	}
	use_names(r, arguments, DBCSL_READS, true);
	for (int i = 0; i < r->nobjects; i++)
		if (dbcsl_contains(arguments, r->objects[i].name))
			use_name(r, r->objects[i].name, DBCSL_READS, NAMED_IN_FILE);
}

/* Uses what a virtual table reads and writes: what its arguments name, and its
 * shadow tables. */
static void
use_virtual(dbcsl_reach *r, const dbcsl_object *table, const char *arguments,
			unsigned use)
{
	int length = (int) strlen(table->name);

	if (is_of_file(table))
		dbcsl_refuse_function(r->h,
							  dbcsl_find_unsafe_in_virtual(r->h, arguments));
	use_arguments(r, arguments);
	for (int i = 0; i < r->nobjects; i++)
		if ((dbcsl_is_a(&r->objects[i], "table") ||
			 dbcsl_is_a(&r->objects[i], "view")) &&
			sqlite3_strnicmp(r->objects[i].name, table->name, length) == 0 &&
			r->objects[i].name[length] == '_')
			use_table(r, &r->objects[i], use);
}

/* Uses the indexes of a table and, if rows are written, its triggers. */
static void
use_parts(dbcsl_reach *r, const dbcsl_object *table, unsigned use)
{
	dbcsl_object *part = r->objects[dbcsl_find_object(r, table->name)].parts;

	for (; part; part = part->next)
	{
		bool is_trigger = dbcsl_is_a(part, "trigger");
		const char *sql;

		if ((part->used & use) || (is_trigger && use != DBCSL_WRITES))
			continue;
		part->used |= use;
		sql = definition_of(r, part);
		if (is_of_file(part))
			dbcsl_refuse_function(r->h, is_trigger
											? dbcsl_find_unsafe(r->h, sql)
											: dbcsl_find_unsafe_part(
												  r->h, sql, DBCSL_IN_INDEXES));
		if (is_trigger)
			use_names(r, sql, DBCSL_WRITES, is_of_file(part));
	}
}

/* Writes the tables whose foreign keys refer to a table. */
static void
use_children(dbcsl_reach *r, const char *parent)
{
	const dbc_rows *keys;
	int enforced = 0;

	sqlite3_db_config(r->h->db, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &enforced);
	if (!enforced)
		return;
	keys = dbc_query(&r->h->base, "core/foreign_keys");
	for (int i = 0; i < keys->nrows; i++)
	{
		const char *child = dbc_get_text(&r->h->base, keys, i, 0);
		const char *other = dbc_get_text_or_null(&r->h->base, keys, i, 3);
		int place = dbcsl_find_object(r, child);

		if (!other || sqlite3_stricmp(other, parent) != 0)
			continue;
		for (; dbcsl_is_object_named(r, place, child); place++)
			if (dbcsl_is_a(&r->objects[place], "table"))
				use_table(r, &r->objects[place], DBCSL_WRITES);
	}
}

/* Uses a table or a view. */
static void
use_table(dbcsl_reach *r, dbcsl_object *table, unsigned use)
{
	const char *arguments;
	const char *sql;
	bool is_view = dbcsl_is_a(table, "view");

	if (table->used & use)
		return;
	table->used |= use;
	dbc_poll(&r->h->base);
	sql = definition_of(r, table);
	arguments = is_view ? NULL : dbcsl_virtual_arguments(sql);
	if (arguments)
		use_virtual(r, table, arguments, use);
	else if (is_of_file(table))
		dbcsl_refuse_function(
			r->h, is_view ? dbcsl_find_unsafe(r->h, sql)
						  : dbcsl_find_unsafe_part(r->h, sql,
												   use == DBCSL_WRITES
													   ? DBCSL_FOR_NEW
													   : DBCSL_IN_COLUMNS |
															 DBCSL_IN_INDEXES));
	if (is_view)
		use_names(r, sql, DBCSL_READS, is_of_file(table));
	use_parts(r, table, use);
	if (use == DBCSL_WRITES && !is_view && !arguments)
		use_children(r, table->name);
}

/* ---- statements ---- */

/* Refuses what the application has made unsafe. */
static void
judge(dbcsl_reach *r, const char *names)
{
	for (const char *line = names + 1; *line; line = strchr(line, '\n') + 1)
	{
		size_t length = (size_t) (strchr(line, '\n') - line);
		const char *name = dbc_copy(&r->h->base, line + 1, length - 1);

		if (*line == DBCSL_MODULE && is_unsafe_module(r, name))
			refuse_module(r, name);
		if (*line == DBCSL_FUNCTION && dbcsl_is_unsafe(r->h, name))
			dbcsl_refuse_function(r->h, name);
	}
}

/* What is known of a shape of statements, if the schema has not changed. */
static const char *
recall(dbcsl_reach *r, const char *shape)
{
	if (!dbcsl_is_schema_unchanged(r->h))
		r->objects = NULL;
	return dbcsl_recall_followed(r->h, shape);
}

/* Follows the names of a text. */
static void
follow(dbc_host *host, void *arg)
{
	dbcsl_reach *r = dbcsl_of(host)->reach;
	const char *text = arg;
	bool is_watched = !dbcsl_names_attached(r->h, text);
	const char *shape = is_watched ? dbcsl_shape_of(r->h, text) : NULL;
	const char *names = is_watched ? recall(r, shape) : NULL;

	if (names)
	{
		judge(r, names);
		return;
	}
	dbcsl_read_objects(r, text);
	for (int i = 0; i < r->nobjects; i++)
		r->objects[i].used = 0;
	if (is_watched)
		dbcsl_begin_notes(r->h);
	use_names(r, text, dbcsl_use_of(text), false);
	if (r->h->notes)
		dbcsl_remember_followed(r->h, shape,
								sqlite3_mprintf("%s", r->h->notes->data));
}

/* Follows a text that is stored. */
static void
follow_stored(dbc_host *host, void *arg)
{
	dbcsl_reach *r = dbcsl_of(host)->reach;
	const char *text = arg;

	dbcsl_refuse_function(r->h, dbcsl_find_unsafe(r->h, text));
	dbcsl_read_objects(r, text);
	for (int i = 0; i < r->nobjects; i++)
		r->objects[i].used = 0;
	use_names(r, text, DBCSL_READS, true);
}

/* Follows a text; false if it is refused or fails. */
static bool
try_to_follow(dbcsl_host *h, void (*how)(dbc_host *, void *), const char *text)
{
	bool done;

	reach_of(h);
	if (h->reach->busy)
		return true;
	h->reach->busy = true;
	done = dbcsl_try(h, how, (void *) text);
	h->reach->busy = false;
	h->notes = NULL;
	return done;
}

/* The reason why a text is refused, or NULL. */
static const char *
find_reason(dbcsl_host *h, void (*how)(dbc_host *, void *), const char *text)
{
	if (try_to_follow(h, how, text))
		return NULL;
	if (!dbc_same(h->error.sqlstate, DBC_INSUFFICIENT))
		dbcsl_rethrow(h);
	return h->error.message;
}

void
dbcsl_refuse_unsafe_statement(dbcsl_host *h, const char *text)
{
	if (dbcsl_use_of(text) != 0 && !try_to_follow(h, follow, text))
		dbcsl_rethrow(h);
}

const char *
dbcsl_find_unsafe_use(dbcsl_host *h, const char *text)
{
	return find_reason(h, follow, text);
}

void
dbcsl_refuse_unsafe(dbcsl_host *h, const char *text)
{
	if (!try_to_follow(h, follow_stored, text))
		dbcsl_rethrow(h);
}

const char *
dbcsl_find_unsafe_stored(dbcsl_host *h, const char *text)
{
	return find_reason(h, follow_stored, text);
}
