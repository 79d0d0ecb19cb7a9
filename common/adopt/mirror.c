/*
 * mirror.c
 *	  The mirrored ledger: while another tool is in use, too, dbcare also
 *	  writes to its ledger and reads the changes that it made.
 *
 * Functions that only read apply these changes to the list of migrations in
 * memory; functions that run migrations record them first.  If the table was
 * dropped, the other tool is no longer in use and the mirroring ends.
 */
#include "common/adopt/adopt.h"

#include <string.h>

#include "common/core/clock.h"
#include "common/core/tables.h"
#include "common/format/format.h"

#define MAX_MACROS 11 /* macros of a statement */

/* Columns of ledger/texts.sql. */
enum
{
	T_UP_SQL = 0,
	T_UP_FILE = 3
};

/* The mirrored ledger, or NULL. */
static const dbc_adopt_ledger *
mirrored_ledger(dbc_host *host)
{
	const dbc_rows *rows;
	dbc_adopt_ledger *ledger;
	const char *problem;
	const char *name;

	if (!dbc_has_tables(host))
		return NULL;
	rows = dbc_query(host, "adopt/mirrored");
	if (rows->nrows == 0)
		return NULL;
	ledger = dbc_alloc(host, sizeof(*ledger));
	ledger->table = dbc_get_text(host, rows, 0, 0);
	name = dbc_get_text(host, rows, 0, 1);
	for (int t = 0; t < dbc_adopt_ntools; t++)
		if (dbc_same(dbc_adopt_tools[t].name, name))
			ledger->tool = &dbc_adopt_tools[t];
	return ledger->tool && dbc_adopt_ledger_exists(host, ledger, &problem)
			   ? ledger
			   : NULL;
}

/* ---- reading ---- */

typedef struct ledger_scan
{
	const dbc_adopt_ledger *ledger;
	dbc_migrations *list;
	dbc_adopt_ledger_rows rows;
} ledger_scan;

/* Reads and matches the ledger; for dbc_guard(). */
static void
scan_ledger(dbc_host *host, void *arg)
{
	ledger_scan *s = arg;
	const char *problem;

	if (dbc_adopt_ledger_exists(host, s->ledger, &problem) && problem)
		dbc_adopt_refuse_ledger(host, s->ledger, DBC_NOT_READY, problem);
	s->rows = dbc_adopt_read_ledger(host, s->ledger);
	dbc_adopt_match_ledger(host, s->ledger, &s->rows, s->list);
}

/* Whether a row records a migration as failed. */
static bool
has_failed(const dbc_adopt_ledger_row *row, const dbc_migration *m)
{
	return row->state == DBC_OLD_FAILED && row->migration == m;
}

/* Sets the state of a migration from a row: failed or applied. */
static void
apply_row(dbc_migration *m, const dbc_adopt_ledger_row *row, bool failed,
		  int64_t position)
{
	m->applied = !failed;
	m->state = failed ? DBC_FAILED : m->registered ? DBC_APPLIED : DBC_MISSING;
	m->baseline = true;
	m->position = position;
	m->applied_at = row->applied_at;
	m->applied_by = row->applied_by;
}

/* A migration that is only in the other ledger. */
static dbc_migration
unknown_migration(dbc_host *host, const dbc_adopt_ledger_row *row,
				  int64_t position)
{
	dbc_migration m = {.version = row->version, .name = row->name};

	m.transactional = true;
	m.depends_on = dbc_alloc(host, sizeof(*m.depends_on));
	apply_row(&m, row, false, position);
	return m;
}

/* Whether a row is an applied migration that is not in the list. */
static bool
is_unknown(const dbc_adopt_ledger_row *row)
{
	return !row->migration && row->state == DBC_OLD_APPLIED;
}

/* Sets the states of a list from the ledger.  An applied migration that is
 * neither registered nor in the ledger stays: it may belong to a third tool. */
static void
merge(dbc_host *host, dbc_migrations *list, const dbc_adopt_ledger_rows *rows)
{
	dbc_migration *items = dbc_alloc(
		host, ((size_t) (list->count + rows->count) + 1) * sizeof(*items));
	int64_t position = 0;

	for (int i = 0; i < list->count; i++)
	{
		items[i] = list->items[i];
		if (items[i].position > position)
			position = items[i].position;
	}
	for (int i = 0; i < list->count; i++)
	{
		const dbc_adopt_ledger_row *row = rows->of[i];

		if (row && !items[i].applied)
			apply_row(&items[i], row, has_failed(row, &list->items[i]),
					  ++position);
		else if (!row && items[i].applied && items[i].registered)
		{
			items[i].applied = items[i].baseline = false;
			items[i].state = DBC_PENDING;
			items[i].position = 0;
		}
	}
	list->items = items;
	for (int i = 0; i < rows->count; i++)
		if (is_unknown(&rows->items[i]))
			items[list->count++] =
				unknown_migration(host, &rows->items[i], ++position);
}

/* Updates a list from the mirrored ledger. */
void
dbc_adopt_read_mirror(dbc_host *host, dbc_migrations *list)
{
	ledger_scan s = {.ledger = mirrored_ledger(host), .list = list};
	dbc_error error;

	if (!s.ledger)
		return;
	if (dbc_class_writes(host->function->class))
		scan_ledger(host, &s);
	else if (!dbc_guard(host, scan_ledger, &s, DBC_KEEP, true, &error))
	{
		dbc_notice(host, "%s", error.message);
		return;
	}
	list->mirrored = s.ledger;
	merge(host, list, &s.rows);
}

/* ---- recording ---- */

/* Records that the other tool rolled a migration back. */
static void
record_rollback(dbc_host *host, const dbc_adopt_ledger *ledger,
				const dbc_migration *m, dbc_ledger_log *log)
{
	dbc_value version = dbc_text(m->version);
	dbc_ledger_event logged = {.event = "rollback",
							   .version = m->version,
							   .name = m->name,
							   .checksum = m->checksum,
							   .happened_at = dbc_now(host),
							   .ticket = ledger->tool->name};

	dbc_query(host, "ledger/ledger_remove", version);
	dbc_ledger_log_event(log, &logged);
}

/* Records in dbcare's ledger and log what the other tool has done; true if
 * there was a change. */
bool
dbc_adopt_record_mirror(dbc_host *host, const char *actor)
{
	dbc_ledger_log log = dbc_ledger_open_log(host, actor);
	dbc_migrations list;
	ledger_scan s = {.ledger = mirrored_ledger(host), .list = &list};
	bool changed = false;

	if (!s.ledger)
		return false;
	list = dbc_ledger_read(host, false);
	scan_ledger(host, &s);
	log.holds_head = true;
	for (int i = 0; i < list.count; i++)
	{
		const dbc_migration *m = &list.items[i];
		const dbc_adopt_ledger_row *row = s.rows.of[i];

		if ((row != NULL) == m->applied || (row && has_failed(row, m)) ||
			(!row && !m->registered))
			continue;
		if (row)
			dbc_adopt_record(host, &log, s.ledger, row, m);
		else
			record_rollback(host, s.ledger, m, &log);
		changed = true;
	}
	for (int i = 0; i < s.rows.count; i++)
		if (is_unknown(&s.rows.items[i]))
		{
			dbc_adopt_record(host, &log, s.ledger, &s.rows.items[i], NULL);
			changed = true;
		}
	dbc_ledger_move_head(&log);
	return changed;
}

/* ---- writing the other ledger ---- */

/* Whether a version is a number of at most 18 digits, which fits 64 bits. */
static bool
is_number(const char *version)
{
	size_t digits = strspn(version, "0123456789");

	return digits > 0 && digits < 19 && version[digits] == '\0';
}

/*
 * For a ledger that stores only the last version: a migration whose state would
 * be wrong if another one became the last version; NULL if there is none.
 * Migrations marked by the planner change with it.
 */
static const dbc_migration *
find_gap(const dbc_migrations *list, const dbc_migration *migration,
		 bool applied)
{
	for (int i = 0; i < list->count; i++)
	{
		const dbc_migration *m = &list->items[i];
		const dbc_migration *lower = applied ? m : migration;
		const dbc_migration *higher = applied ? migration : m;

		if (m != migration && m->applied != applied && !m->mark &&
			!m->repeatable && dbc_ledger_comes_after(higher, lower))
			return m;
	}
	return NULL;
}

/* Fails for a change that the mirrored ledger cannot record. */
void
dbc_adopt_check_mirror(dbc_host *host, const dbc_migrations *list,
					   const dbc_migration *migration, bool applied)
{
	static const char hint[] =
		"When the other tool is no longer used, run dbmigrate_adopt() without "
		"keep_old.";
	const dbc_migration *gap;
	const dbc_adopt_tool *tool;

	if (!list->mirrored)
		return;
	tool = list->mirrored->tool;
	gap = tool->only_last ? find_gap(list, migration, applied) : NULL;
	if (gap)
		dbc_fail(
			host, DBC_NOT_READY,
			dbc_format(
				host, "The ledger stores only the last version, and \"%s\" %s.",
				gap->version, applied ? "is not applied" : "stays applied"),
			hint, "the %s ledger cannot record \"%s\" as %s", tool->name,
			migration->version, applied ? "applied" : "not applied");
	if ((migration->repeatable && tool->mirrored != DBC_MIRROR_ALL) ||
		(tool->mirrored == DBC_MIRROR_NUMBERS &&
		 !is_number(migration->version)))
		dbc_fail(
			host, DBC_UNSUPPORTED,
			migration->repeatable ? "The migration is repeatable."
								  : "The ledger stores versions as numbers.",
			hint, "migration \"%s\" cannot be written into the ledger of %s",
			migration->version, tool->name);
}

/* A text as an SQL literal; NULL becomes null. */
static const char *
literal(dbc_host *host, const char *text)
{
	if (!text)
		return "null";
	return dbc_get_text(host, dbc_query(host, "adopt/literal", dbc_text(text)),
						0, 0);
}

/* The last applied version before a migration that is rolled back, or NULL. */
static const char *
previous_version(const dbc_migrations *list, const dbc_migration *migration)
{
	const dbc_migration *last = NULL;

	for (int i = 0; i < list->count; i++)
	{
		const dbc_migration *m = &list->items[i];

		if (m->applied && !dbc_same(m->version, migration->version) &&
			is_number(m->version) && (!last || dbc_ledger_comes_after(m, last)))
			last = m;
	}
	return last ? last->version : NULL;
}

/* The file name of a migration; without a file, the name that it would have. */
static const char *
file_of(dbc_host *host, const dbc_migration *m, const char *up_file)
{
	return up_file ? up_file
				   : dbc_format(host, "%s_%s.sql", m->version, m->name);
}

/* The tool's checksum of a text, without the name of the algorithm. */
static const char *
checksum_of(dbc_host *host, const dbc_adopt_tool *tool, const char *text)
{
	const char *checksum =
		tool->checksum ? dbc_adopt_make_checksum(host, tool->checksum, text)
					   : NULL;

	return checksum ? strchr(checksum, ':') + 1 : NULL;
}

/* The macros of a statement and their values. */
static const char *const *
macro_values(dbc_host *host, const dbc_migrations *list, const dbc_migration *m,
			 const char *key, const char *actor, const dbc_value *duration_ms)
{
	dbc_value version = dbc_text(m->version);
	const dbc_rows *texts = dbc_query(host, "ledger/texts", version);
	const char *text = dbc_get_text(host, texts, 0, T_UP_SQL);
	const char *file =
		file_of(host, m, dbc_get_text_or_null(host, texts, 0, T_UP_FILE));
	const char *base = dbc_format_base_name(file);
	const char **pairs = dbc_alloc(host, (2 * MAX_MACROS + 1) * sizeof(*pairs));
	int n = 0;

	if (dbc_ends_with(base, ".sql"))
		base = dbc_copy(host, base, strlen(base) - strlen(".sql"));
	pairs[n++] = "ledger";
	pairs[n++] = list->mirrored->table;
	pairs[n++] = "version";
	pairs[n++] = literal(host, m->version);
	pairs[n++] = "key";
	pairs[n++] = literal(host, key);
	pairs[n++] = "name";
	pairs[n++] = literal(host, m->name);
	pairs[n++] = "file";
	pairs[n++] = literal(host, file);
	pairs[n++] = "base";
	pairs[n++] = literal(host, base);
	pairs[n++] = "checksum";
	pairs[n++] = literal(host, checksum_of(host, list->mirrored->tool, text));
	pairs[n++] = "repeatable";
	pairs[n++] = m->repeatable ? "1" : "0";
	pairs[n++] = "user";
	pairs[n++] = literal(host, actor);
	pairs[n++] = "duration";
	pairs[n++] =
		duration_ms && duration_ms->kind == DBC_INT
			? dbc_format(host, "%lld", (long long) duration_ms->integer)
			: "null";
	pairs[n++] = "previous";
	pairs[n++] = literal(host, previous_version(list, m));
	return pairs;
}

/* Runs a statement that writes the mirrored ledger. */
static void
run_write(dbc_host *host, const dbc_adopt_ledger *ledger, const char *suffix,
		  const char *const *pairs)
{
	dbc_script script = {.is_own = true, .is_fix = true, .first_line = 1};

	script.label = dbc_format(host, "the ledger of %s", ledger->tool->name);
	dbc_split(host, dbc_adopt_ledger_sql(host, ledger, suffix, pairs), &script);
	dbc_run_script(host, &script, NULL);
}

void
dbc_adopt_create_ledger(dbc_host *host, const dbc_adopt_tool *tool)
{
	dbc_adopt_ledger ledger = {.tool = tool, .table = tool->table};
	const char *const pairs[] = {"ledger", tool->table, NULL};
	/* not own: its schema is that of the user's tables */
	dbc_script script = {.first_line = 1};

	script.label = dbc_format(host, "the ledger of %s", tool->name);
	dbc_split(host, dbc_adopt_ledger_sql(host, &ledger, "_create", pairs),
			  &script);
	dbc_run_script(host, &script, NULL);
}

/* The row of a migration in the mirrored ledger, or NULL. */
static const dbc_adopt_ledger_row *
mirrored_row(dbc_host *host, const dbc_migrations *list,
			 const dbc_migration *migration)
{
	dbc_adopt_ledger_rows rows = dbc_adopt_read_ledger(host, list->mirrored);

	dbc_adopt_match_ledger(host, list->mirrored, &rows, list);
	for (int i = 0; i < list->count; i++)
		if (dbc_same(list->items[i].version, migration->version))
			return rows.of[i];
	return NULL;
}

/* Removes a migration from the mirrored ledger, in all forms in which its
 * version can be stored there: with leading zeros, or as a file name. */
static void
remove_mirrored(dbc_host *host, const dbc_migrations *list,
				const dbc_migration *migration, const char *actor)
{
	const dbc_adopt_ledger_row *row = mirrored_row(host, list, migration);
	const char *key = NULL;

	for (; row; row = mirrored_row(host, list, migration))
	{
		if (key && dbc_same(key, row->key))
			dbc_fail(
				host, DBC_NOT_READY,
				dbc_format(host,
						   "The migration is applied according to row \"%s\".",
						   key),
				NULL, "the %s ledger cannot record \"%s\" as not applied",
				list->mirrored->tool->name, migration->version);
		key = row->key;
		run_write(host, list->mirrored, "_remove",
				  macro_values(host, list, migration, key, actor, NULL));
		if (list->mirrored->tool->only_last)
			return;
	}
}

/* Writes to the mirrored ledger. */
void
dbc_adopt_write_mirror(dbc_host *host, const dbc_migrations *list,
					   const dbc_migration *migration, bool applied,
					   const char *actor, const dbc_value *duration_ms)
{
	if (!list->mirrored)
		return;
	if (applied)
		run_write(
			host, list->mirrored, "_add",
			macro_values(host, list, migration, NULL, actor, duration_ms));
	else
		remove_mirrored(host, list, migration, actor);
}
