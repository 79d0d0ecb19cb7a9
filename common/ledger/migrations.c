/*
 * migrations.c
 *	  Reads the migrations in dbcare's own ledger.
 */
#include "common/ledger/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/json_write.h"
#include "common/core/sort.h"
#include "common/core/sql_place.h"
#include "common/core/tables.h"
#include "common/core/version_order.h"

/* The longest chain of dependencies. */
#define MOST_DEPENDENCIES 1000

#define MAX_VERSION 255 /* bytes; an index may not hold longer ones */

/* Columns of ledger/list.sql, then those that only ledger/describe.sql has.
 */
enum
{
	L_VERSION,
	L_NAME,
	L_CHECKSUM,
	L_TRANSACTIONAL,
	L_REPEATABLE,
	L_ENVIRONMENTS,
	L_DOWN,
	L_FAILED,
	L_APPLIED,
	L_UNCHANGED,
	L_POSITION,
	L_BASELINE,
	L_REGISTERED,
	L_DESCRIPTION,
	L_DEFINITION,
	L_SOURCE,
	L_VERIFIABLE,
	L_APPLIED_AT,
	L_APPLIED_BY,
	L_DURATION,
	L_FROM_FILE,
	L_FAILURE
};

/* The first columns as dbc_get_row() reads them. */
#define LIST_SHAPE "ttTbbJTbbbIbb"

static const char *const no_dependencies[] = {NULL};

/* Compares migrations by their order, for qsort. */
static int
compare_migrations(const void *left, const void *right)
{
	const dbc_migration *l = left;
	const dbc_migration *r = right;
	int order = strcmp(l->order, r->order);

	return order ? order : strcmp(l->version, r->version);
}

/* Compares versions byte by byte, for qsort and bsearch. */
static int
compare_versions(const void *left, const void *right)
{
	return strcmp((*(dbc_migration *const *) left)->version,
				  (*(dbc_migration *const *) right)->version);
}

/* The state of a migration; its other members are set. */
static dbc_ledger_state
state_of(const dbc_migration *migration, bool unchanged, bool failed)
{
	if (!migration->applied)
		return failed ? DBC_FAILED : DBC_PENDING;
	if (!migration->registered)
		return DBC_MISSING;
	if (unchanged)
		return DBC_APPLIED;
	if (!migration->repeatable)
		return DBC_MODIFIED;
	return failed ? DBC_FAILED : DBC_PENDING;
}

/* Whether a script has a statement other than BEGIN and COMMIT. */
static bool
has_statement(dbc_host *host, const char *script)
{
	const dbc_sql_place place = {.engine = host->engine};
	dbc_lexeme at = dbc_scan(host, script);

	for (; at.kind != DBC_LEX_END; at = dbc_sql_next(&place, &at))
		if (dbc_lexeme_is_one_of(&at, " begin start commit end "))
			while (at.kind != DBC_LEX_END && !dbc_lexeme_is_symbol(&at, ";"))
				at = dbc_sql_next(&place, &at);
		else if (!dbc_lexeme_is_symbol(&at, ";"))
			return true;
	return false;
}

/* Reads one row of ledger/list.sql or ledger/describe.sql. */
static void
read_migration(dbc_host *host, const dbc_rows *rows, int row, dbc_migration *m)
{
	const dbc_value *cells = dbc_get_row(
		host, rows, row,
		rows->ncols > L_DESCRIPTION ? LIST_SHAPE "TTTbTTIbT" : LIST_SHAPE);
	const char *down = cells[L_DOWN].text;

	m->version = cells[L_VERSION].text;
	m->name = cells[L_NAME].text;
	m->checksum = cells[L_CHECKSUM].text;
	m->transactional = cells[L_TRANSACTIONAL].integer;
	m->repeatable = cells[L_REPEATABLE].integer;
	m->environments = cells[L_ENVIRONMENTS].text;
	m->reversible = down && has_statement(host, down);
	m->empty_down = down && !m->reversible;
	m->applied = cells[L_APPLIED].integer;
	m->registered = cells[L_REGISTERED].integer;
	m->position = cells[L_POSITION].integer;
	m->baseline = cells[L_BASELINE].integer;
	m->depends_on = no_dependencies;
	m->state = state_of(m, cells[L_UNCHANGED].integer, cells[L_FAILED].integer);
	if (rows->ncols <= L_DESCRIPTION)
		return;
	m->description = cells[L_DESCRIPTION].text;
	m->definition = cells[L_DEFINITION].text;
	m->source = cells[L_SOURCE].text;
	m->verifiable = cells[L_VERIFIABLE].integer;
	m->applied_at = cells[L_APPLIED_AT].text;
	m->applied_by = cells[L_APPLIED_BY].text;
	m->duration_ms = cells[L_DURATION];
	m->from_file = cells[L_FROM_FILE].integer;
	m->failure = cells[L_FAILURE].text;
}

/* Sets a modified migration to applied if only its layout has changed. */
static void
forgive_layout(dbc_host *host, dbc_migration *m)
{
	dbc_value version = dbc_text(m->version);
	const dbc_rows *rows = dbc_query(host, "ledger/both_texts", version);

	if (dbc_ledger_same_except_layout(host, dbc_get_text(host, rows, 0, 0),
									  dbc_get_text(host, rows, 0, 1)))
		m->state = DBC_APPLIED;
}

/* Reads the dependencies of all migrations. */
static void
read_dependencies(dbc_host *host, dbc_migrations *list)
{
	const dbc_rows *rows = dbc_query(host, "ledger/dependencies");
	int row = 0;

	while (row < rows->nrows)
	{
		const char *version = dbc_get_text(host, rows, row, 0);
		dbc_migration *migration = dbc_ledger_find_migration(list, version);
		int last = row;

		while (last < rows->nrows &&
			   dbc_same(dbc_get_text(host, rows, last, 0), version))
			last++;
		if (migration)
		{
			const char **needed =
				dbc_alloc(host, (size_t) (last - row + 1) * sizeof(*needed));

			for (int i = row; i < last; i++)
				needed[i - row] = dbc_get_text(host, rows, i, 1);
			migration->depends_on = needed;
		}
		row = last;
	}
}

/* Fails before the recursion over dependencies exhausts the stack.  In order of
 * version, a migration seldom has dependencies that were not visited before. */
void
dbc_ledger_limit_dependencies(dbc_host *host, const dbc_migration *migration,
							  int depth)
{
	if (depth > MOST_DEPENDENCIES)
		dbc_fail(host, DBC_TOO_COMPLEX, NULL,
				 "Give migrations versions in the order of their dependencies.",
				 "more than %d migrations in a row depend on migrations with "
				 "higher versions, up to \"%s\"",
				 MOST_DEPENDENCIES, migration->version);
}

/* Ranks a migration after its dependencies; the planner reports cycles and
 * missing dependencies. */
static void
set_rank(dbc_host *host, const dbc_migrations *list, dbc_migration *migration,
		 int *last, int depth)
{
	const char *const *version;

	if (migration->rank != 0)
		return;
	dbc_ledger_limit_dependencies(host, migration, depth);
	migration->rank = -1; /* being visited */
	for (version = migration->depends_on; *version; version++)
	{
		dbc_migration *needed = dbc_ledger_find_migration(list, *version);

		if (needed)
			set_rank(host, list, needed, last, depth + 1);
	}
	migration->rank = ++*last;
}

/* Sorts the migrations and the index by version. */
static void
sort_migrations(dbc_host *host, dbc_migrations *list)
{
	size_t count = (size_t) list->count;

	for (int i = 0; i < list->count; i++)
		if (!list->items[i].order)
			list->items[i].order =
				dbc_version_key(host, list->items[i].version, false);
	dbc_sort(list->items, count, sizeof(*list->items), compare_migrations);
	list->by_version = dbc_alloc(host, (count + 1) * sizeof(*list->by_version));
	for (int i = 0; i < list->count; i++)
		list->by_version[i] = &list->items[i];
	dbc_sort(list->by_version, count, sizeof(*list->by_version),
			 compare_versions);
}

/* Reads sort keys that differ from the version. */
static void
read_order(dbc_host *host, dbc_migrations *list)
{
	const dbc_rows *rows;

	if (!dbc_has_tables(host))
		return;
	rows = dbc_query(host, "ledger/order_keys");
	for (int row = 0; row < rows->nrows; row++)
	{
		dbc_migration *m =
			dbc_ledger_find_migration(list, dbc_get_text(host, rows, row, 0));

		m->order = dbc_get_text(host, rows, row, 1);
		m->own_order = true;
	}
	if (rows->nrows > 0)
		sort_migrations(host, list);
}

/* Whether any migration is pending, in any environment. */
static bool
any_pending(const dbc_migrations *list)
{
	for (int i = 0; i < list->count; i++)
		if (list->items[i].state == DBC_PENDING)
			return true;
	return false;
}

/* All migrations in dbcare's own ledger, in order. */
dbc_migrations
dbc_ledger_read(dbc_host *host, bool details)
{
	dbc_migrations list = {.count = 0};
	const dbc_rows *rows;

	if (!dbc_has_tables(host))
		return list;
	rows = dbc_query(host, details ? "ledger/describe" : "ledger/list");
	list.count = rows->nrows;
	list.items =
		dbc_alloc(host, ((size_t) list.count + 1) * sizeof(*list.items));
	for (int i = 0; i < list.count; i++)
	{
		dbc_migration *m = &list.items[i];

		read_migration(host, rows, i, m);
		if (m->state == DBC_MODIFIED)
			forgive_layout(host, m);
	}
	if (list.count > 0)
	{
		sort_migrations(host, &list);
		read_order(host, &list);
	}
	return list;
}

/* Sets migrations that an earlier deploy left unfinished to failed. */
static void
mark_interrupted(dbc_host *host, const dbc_migrations *list)
{
	const dbc_rows *rows;

	if (!dbc_has_tables(host))
		return;
	rows = dbc_query(host, "ledger/interrupted");
	for (int i = 0; i < rows->nrows; i++)
	{
		dbc_migration *m =
			dbc_ledger_find_migration(list, dbc_get_text(host, rows, i, 0));

		if (m && m->state == DBC_PENDING)
			m->state = DBC_FAILED;
	}
}

/* Sorts migrations and ranks them by their dependencies. */
void
dbc_ledger_complete(dbc_host *host, dbc_migrations *list)
{
	int last_rank = 0;

	if (list->count == 0)
		return;
	sort_migrations(host, list);
	read_dependencies(host, list);
	for (int i = 0; i < list->count; i++)
		set_rank(host, list, &list->items[i], &last_rank, 0);
	if (any_pending(list))
		mark_interrupted(host, list);
}

/* The migration of a version, or NULL. */
dbc_migration *
dbc_ledger_find_migration(const dbc_migrations *list, const char *version)
{
	dbc_migration key = {.version = version};
	dbc_migration *wanted = &key;
	dbc_migration **found;

	if (list->count == 0)
		return NULL;
	found = dbc_search(&wanted, list->by_version, (size_t) list->count,
					   sizeof(*list->by_version), compare_versions);
	return found ? *found : NULL;
}

/* The same, ignoring leading zeros. */
dbc_migration *
dbc_ledger_find_version(const dbc_migrations *list, const char *version)
{
	dbc_migration *exact = dbc_ledger_find_migration(list, version);

	for (int i = 0; !exact && i < list->count; i++)
		if (dbc_version_same_number(list->items[i].version, version))
			return &list->items[i];
	return exact;
}

/* The migration of a version that the user gave. */
dbc_migration *
dbc_ledger_require_migration(dbc_host *host, const dbc_migrations *list,
							 const char *version)
{
	dbc_migration *migration = dbc_ledger_find_version(list, version);

	if (!migration)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
				 "dbmigrate_status() lists the registered versions.",
				 "migration \"%s\" does not exist", version);
	return migration;
}

/* Whether a version is the name of a changeset. */
static bool
is_name(const char *version)
{
	return strstr(version, "::") != NULL;
}

/* Whether one migration comes after another.  Names come before numbers: a
 * project that moves from a tool with names to numbers adds the numbers last.
 */
bool
dbc_ledger_comes_after(const dbc_migration *migration,
					   const dbc_migration *other)
{
	bool has_name = is_name(migration->version);

	if (has_name && is_name(other->version))
		return migration->rank > other->rank;
	if (has_name || is_name(other->version))
		return !has_name;
	return compare_migrations(migration, other) > 0;
}

/* The last applied migration in order, or NULL. */
const dbc_migration *
dbc_ledger_last_applied(const dbc_migrations *list)
{
	const dbc_migration *last = NULL;

	for (int i = 0; i < list->count; i++)
	{
		const dbc_migration *m = &list->items[i];

		if (m->applied && !m->repeatable &&
			(!last || dbc_ledger_comes_after(m, last)))
			last = m;
	}
	return last;
}

/* The version of the last applied migration, or NULL. */
const char *
dbc_ledger_last_applied_version(const dbc_migrations *list)
{
	const dbc_migration *last = dbc_ledger_last_applied(list);

	return last ? last->version : NULL;
}

const char *
dbc_ledger_state_name(dbc_ledger_state state)
{
	static const char *const names[] = {"pending", "applied", "failed",
										"modified", "missing"};

	return names[state];
}

/* The dependencies of a migration, as JSON text. */
const char *
dbc_ledger_dependencies_json(dbc_host *host, const dbc_migration *migration)
{
	dbc_json_node *array;
	const char *const *version;

	if (!*migration->depends_on)
		return "[]";
	array = dbc_json_array(host);
	for (version = migration->depends_on; *version; version++)
		dbc_json_push_text(array, *version);
	return dbc_json_text(array);
}

/* Fails if a version is empty, too long or contains a control character. */
void
dbc_ledger_check_version(dbc_host *host, const char *version, const char *what)
{
	if (*version == '\0')
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL, "%s is empty", what);
	if (strlen(version) > MAX_VERSION)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "%s is longer than %d bytes", what, MAX_VERSION);
	for (const char *c = version; *c; c++)
		if ((unsigned char) *c < ' ')
			dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
					 "%s contains a control character", what);
}
