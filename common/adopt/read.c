/*
 * read.c
 *	  Reads the ledger of another migration tool.
 *
 * The table may belong to another user.  It is read like the script of a
 * repair, so that functions behind it run with at most the rights of the
 * table's owner.
 */
#include "common/adopt/adopt.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/sort.h"
#include "common/core/version_order.h"

#define DIGITS "0123456789"

/* Columns of adopt/<tool>.sql. */
enum
{
	R_KEY,
	R_NAME,
	R_APPLIED_AT,
	R_APPLIED_BY,
	R_CHECKSUM,
	R_STATE
};

/* ---- statements ---- */

/* The value of a macro, or NULL. */
static const char *
macro_value(const char *const *pairs, const char *word, size_t length)
{
	for (; *pairs; pairs += 2)
		if (strlen(*pairs) == length && memcmp(*pairs, word, length) == 0)
			return pairs[1];
	return NULL;
}

/* The text of a statement with its macros expanded. */
const char *
dbc_adopt_ledger_sql(dbc_host *host, const dbc_adopt_ledger *ledger,
					 const char *suffix, const char *const *pairs)
{
	const dbc_sql *sql = dbc_find_sql(
		host, dbc_format(host, "adopt/%s%s", ledger->tool->name, suffix));
	const char *text = sql->text;
	dbc_buffer buffer;

	dbc_buffer_init(&buffer, host);
	while (*text)
	{
		size_t plain = strcspn(text, ":");
		size_t length;
		const char *value;

		dbc_append_bytes(&buffer, text, plain);
		text += plain;
		if (*text == '\0')
			break;
		length = strspn(text + 1, "abcdefghijklmnopqrstuvwxyz");
		value = macro_value(pairs, text + 1, length);
		if (value)
			dbc_append(&buffer, value);
		else
			dbc_append_bytes(&buffer, text, length + 1);
		text += length + 1;
	}
	return buffer.data;
}

typedef struct ledger_query
{
	const dbc_adopt_ledger *ledger;
	const dbc_rows *rows;
} ledger_query;

/* Runs the statement that reads a ledger as the script of a repair; it returns
 * rows because the guard is read-only. */
static void
read_rows(dbc_host *host, void *arg)
{
	ledger_query *r = arg;
	const char *pairs[] = {"ledger", r->ledger->table, NULL};
	dbc_script script = {.label = "the reading of the ledger",
						 .is_own = true,
						 .is_fix = true,
						 .first_line = 1};

	dbc_split(host, dbc_adopt_ledger_sql(host, r->ledger, "", pairs), &script);
	r->rows = dbc_run_script(host, &script, NULL);
}

/* ---- rows ---- */

/* The name of a file without its directory and ".sql". */
static const char *
file_name(dbc_host *host, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	size_t ending = dbc_ends_with(name, ".sql") ? strlen(".sql") : 0;

	return dbc_copy(host, name, strlen(name) - ending);
}

/* The version for a key of the ledger. */
static const char *
version_of(dbc_host *host, const dbc_adopt_tool *tool, const char *key)
{
	const char *base = strrchr(key, '/');
	bool is_sql = dbc_ends_with(key, ".sql");
	size_t length;

	if (tool->naming == DBC_N_NAME || tool->naming == DBC_N_TEXT)
		return dbc_format(host, "%s::%s", tool->name, key);
	if (tool->naming == DBC_N_VERSION && !is_sql)
		return key;
	base = base ? base + 1 : key;
	if (tool->naming == DBC_N_VERSION)
		return dbc_copy(host, base, strlen(base) - strlen(".sql"));
	length = strspn(base, DIGITS);
	if (length > 0)
		return dbc_copy(host, base, length);
	return dbc_format(host, "%s::%s", tool->name, base);
}

/* The state of this name. */
static dbc_adopt_ledger_state
state_named(dbc_host *host, const char *word)
{
	static const char *const words[] = {"applied", "failed", "undone",
										"baseline"};

	for (int state = DBC_OLD_APPLIED; state <= DBC_OLD_BASELINE; state++)
		if (dbc_same(words[state], word))
			return (dbc_adopt_ledger_state) state;
	dbc_fail(host, DBC_INTERNAL, NULL, NULL, "a ledger has the state \"%s\"",
			 word);
}

/* Compares versions, then places, for qsort. */
static int
compare_versions(const void *left, const void *right)
{
	const dbc_adopt_ledger_row *l = left;
	const dbc_adopt_ledger_row *r = right;
	int order = strcmp(l->version, r->version);

	return order ? order : l->place - r->place;
}

/* Compares places, for qsort. */
static int
compare_places(const void *left, const void *right)
{
	return ((const dbc_adopt_ledger_row *) left)->place -
		   ((const dbc_adopt_ledger_row *) right)->place;
}

/* Makes the file names the versions of files with the same number. */
static void
use_file_names(dbc_host *host, dbc_adopt_ledger_rows *rows)
{
	const char *last = NULL;

	dbc_sort(rows->items, (size_t) rows->count, sizeof(*rows->items),
			 compare_versions);
	for (int i = 0; i < rows->count; i++)
	{
		dbc_adopt_ledger_row *row = &rows->items[i];
		const char *number = row->version;
		bool again = i + 1 < rows->count && dbc_same(row[1].version, number) &&
					 !dbc_same(row[1].key, row->key);

		if (again || (last && dbc_same(last, number)))
			row->version = file_name(host, row->key);
		last = again ? number : NULL;
	}
}

/* Removes all but the last row of each version, and versions that were rolled
 * back. */
static void
select_last(dbc_adopt_ledger_rows *rows)
{
	int count = 0;

	if (rows->count == 0)
		return;
	dbc_sort(rows->items, (size_t) rows->count, sizeof(*rows->items),
			 compare_versions);
	for (int i = 0; i < rows->count; i++)
		if ((i + 1 == rows->count ||
			 !dbc_same(rows->items[i].version, rows->items[i + 1].version)) &&
			rows->items[i].state != DBC_OLD_UNDONE)
			rows->items[count++] = rows->items[i];
	rows->count = count;
	dbc_sort(rows->items, (size_t) count, sizeof(*rows->items), compare_places);
}

/* The rows of a ledger. */
dbc_adopt_ledger_rows
dbc_adopt_read_ledger(dbc_host *host, const dbc_adopt_ledger *ledger)
{
	ledger_query r = {.ledger = ledger};
	dbc_adopt_ledger_rows rows = {NULL, 0, NULL};
	dbc_error error;

	if (!dbc_guard(host, read_rows, &r, DBC_KEEP, true, &error))
		dbc_adopt_refuse_ledger(host, ledger, error.sqlstate, error.message);
	if (!r.rows)
		return rows;
	rows.items =
		dbc_alloc(host, ((size_t) r.rows->nrows + 1) * sizeof(*rows.items));
	for (int i = 0; i < r.rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, r.rows, i, "TTTTTt");
		dbc_adopt_ledger_row *row = &rows.items[rows.count];

		if (!cells[R_KEY].text || !*cells[R_KEY].text)
			continue;
		row->key = cells[R_KEY].text;
		row->version = version_of(host, ledger->tool, row->key);
		dbc_ledger_check_version(host, row->version, "a version of the ledger");
		row->name = cells[R_NAME].text && *cells[R_NAME].text
						? cells[R_NAME].text
						: row->version;
		row->applied_at = cells[R_APPLIED_AT].text;
		row->applied_by = cells[R_APPLIED_BY].text;
		row->checksum = cells[R_CHECKSUM].text;
		row->state = state_named(host, cells[R_STATE].text);
		row->place = rows.count++;
	}
	if (ledger->tool->naming == DBC_N_FILE && rows.count > 0)
		use_file_names(host, &rows);
	select_last(&rows);
	return rows;
}

/* ---- matching ---- */

/* The part of a changeset version after its path, or NULL. */
static const char *
after_path(const char *version)
{
	return strstr(version, "::");
}

/*
 * The migration of a changeset "path::id::author"; NULL if there is none or
 * more than one.  Liquibase's path may begin above the directory that was
 * loaded.
 */
static dbc_migration *
find_changeset(const dbc_migrations *list, const char *version)
{
	dbc_migration *found = NULL;

	for (int i = 0; i < list->count; i++)
	{
		const char *own = list->items[i].version;
		const char *start = version + strlen(version);

		if (!list->items[i].registered || !after_path(own) ||
			strlen(own) >= strlen(version))
			continue;
		start -= strlen(own);
		if (start[-1] != '/' || !dbc_same(start, own))
			continue;
		if (found)
			return NULL;
		found = &list->items[i];
	}
	return found;
}

/* The migration of a row, registered if possible, or NULL. */
static dbc_migration *
find_migration(const dbc_migrations *list, const dbc_adopt_ledger_row *row)
{
	dbc_migration *found = dbc_ledger_find_version(list, row->version);
	dbc_migration *changeset;

	if ((found && found->registered) || !after_path(row->version))
		return found;
	changeset = find_changeset(list, row->version);
	return changeset ? changeset : found;
}

/* The checksum of a migration's text like another one; NULL if it has none. */
static const char *
checksum_of(dbc_host *host, const char *like, const dbc_migration *migration)
{
	return migration->registered
			   ? dbc_adopt_make_checksum(
					 host, like,
					 dbc_adopt_registered_text(host, migration->version))
			   : NULL;
}

/* The migration whose text has the checksum of a row, or NULL. */
static dbc_migration *
find_text(dbc_host *host, const dbc_migrations *list,
		  const char *const *checksums, const dbc_adopt_ledger_row *row,
		  dbc_migration *here)
{
	/* line ends may be those of another checkout */
	const char *own = here ? checksum_of(host, row->checksum, here) : NULL;

	if (own && dbc_same(own, row->checksum))
		return here;
	for (int i = 0; i < list->count; i++)
		if (checksums[i] && dbc_same(checksums[i], row->checksum))
			return &list->items[i];
	return NULL;
}

/* Matches rows that have nothing but a checksum: with the migration that has it,
 * or else with that at the same place, whose text was changed. */
static void
match_texts(dbc_host *host, const dbc_adopt_tool *tool,
			dbc_adopt_ledger_rows *rows, const dbc_migrations *list)
{
	const char **checksums =
		dbc_alloc(host, ((size_t) list->count + 1) * sizeof(*checksums));
	bool *taken = dbc_alloc(host, ((size_t) list->count + 1) * sizeof(*taken));

	for (int i = 0; i < list->count; i++)
		checksums[i] = checksum_of(host, tool->checksum, &list->items[i]);
	for (int pass = 0; pass < 2; pass++)
		for (int r = 0; r < rows->count; r++)
		{
			dbc_adopt_ledger_row *row = &rows->items[r];
			dbc_migration *here =
				row->place < list->count ? &list->items[row->place] : NULL;

			if (pass == 0)
				row->migration = find_text(host, list, checksums, row, here);
			else if (!row->migration && here && !taken[here - list->items])
				row->migration = here;
			if (row->migration)
				taken[row->migration - list->items] = true;
		}
}

/* Matches the rows with the migrations of a list. */
void
dbc_adopt_match_ledger(dbc_host *host, const dbc_adopt_ledger *ledger,
					   dbc_adopt_ledger_rows *rows, const dbc_migrations *list)
{
	rows->of = dbc_alloc(host, ((size_t) list->count + 1) * sizeof(*rows->of));
	if (ledger->tool->naming == DBC_N_TEXT)
		match_texts(host, ledger->tool, rows, list);
	for (int r = 0; r < rows->count; r++)
	{
		dbc_adopt_ledger_row *row = &rows->items[r];
		dbc_migration other = {.version = row->version};

		if (!row->migration)
			row->migration = find_migration(list, row);
		if (!row->migration && ledger->tool->naming == DBC_N_FILE)
			row->migration =
				dbc_ledger_find_migration(list, file_name(host, row->key));
		other.order = row->migration
						  ? row->migration->order
						  : dbc_version_key(host, row->version, false);
		if (ledger->tool->only_last || row->state == DBC_OLD_BASELINE)
			for (int i = 0; i < list->count; i++)
				if (!list->items[i].repeatable && !rows->of[i] &&
					&list->items[i] != row->migration &&
					!dbc_ledger_comes_after(&list->items[i], &other))
					rows->of[i] = row;
		if (row->migration)
			rows->of[row->migration - list->items] = row;
	}
}
