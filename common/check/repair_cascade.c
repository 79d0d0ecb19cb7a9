/*
 * repair_cascade.c
 *	  Foreign keys of a repair: orphans, and the rows that become orphans when
 *	  these are deleted.
 *
 * A repair runs in rounds.  The first round repairs the orphans that exist.
 * Each later round searches the keys that refer to tables changed in the
 * previous round, and does what ON DELETE says; where ON DELETE would have
 * rejected the deletion, the row is repaired like an orphan of the first
 * round.  The repair ends when a round changes no table; since each round
 * deletes rows or clears references, it does end.
 *
 * A chain of n rows takes n rounds, so none of them may scan the whole table:
 * if few rows were changed, a round searches only for their children, and all
 * rows are scanned once after the last round.
 */
#include "common/check/repair.h"

#include "common/core/asserts.h"
#include "common/core/options.h"
#include "common/core/tables.h"

/* Columns of check/repair_keys.sql. */
enum
{
	F_SCHEMA,
	F_TABLE,
	F_SHOWN,
	F_ROOT,
	F_PARENT_ROOT,
	F_NAME,
	F_COLUMNS,
	F_ORPHANED,
	F_NULLS,
	F_DELETE_NULLS,
	F_DEFAULTS,
	F_NOT_NULL,
	F_ON_DELETE,
	F_REASON,
	F_LOST,
	F_NAMED
};

static const char act_remove[] = "delete";
static const char act_null[] = "set_null";
static const char act_default[] = "set_default";

/* ---- the keys ---- */

/* Counts the rows for which a condition is true; none if the key cannot be
 * read. */
static int64_t
count_rows(dbc_check_repair *r, const dbc_check_foreign_key *key,
		   const char *condition)
{
	dbc_row_cause cause = {.condition = condition};
	dbc_row_step step = {.table = &key->table, .causes = &cause, .ncauses = 1};

	if (key->reason)
		return 0;
	return dbc_check_run_step(r, DBC_ACT_COUNT, &step);
}

static int64_t
count_orphans(dbc_check_repair *r, const dbc_check_foreign_key *key)
{
	return count_rows(r, key, key->orphaned);
}

/* The condition of the orphans that this round searches for. */
static const char *
condition_of(dbc_check_repair *r, const dbc_check_foreign_key *key)
{
	return key->new_orphans ? dbc_format(r->host, "%s and (%s)",
										 key->new_orphans, key->orphaned)
							: key->orphaned;
}

static dbc_check_foreign_key
read_key(const dbc_value *cells)
{
	return (dbc_check_foreign_key){.table = {cells[F_SCHEMA].text,
											 cells[F_TABLE].text,
											 cells[F_SHOWN].text, 0},
								   .root = cells[F_ROOT].text,
								   .parent_root = cells[F_PARENT_ROOT].text,
								   .name = cells[F_NAME].text,
								   .columns = cells[F_COLUMNS].text,
								   .orphaned = cells[F_ORPHANED].text,
								   .nulls = cells[F_NULLS].text,
								   .delete_nulls = cells[F_DELETE_NULLS].text,
								   .defaults = cells[F_DEFAULTS].text,
								   .not_null = cells[F_NOT_NULL].text,
								   .on_delete = cells[F_ON_DELETE].text,
								   .reason = cells[F_REASON].text,
								   .lost = cells[F_LOST].text,
								   .named = cells[F_NAMED].text};
}

/* The name of a foreign key.  SQLite does not store it: verifying the table
 * derives it. */
const char *
dbc_check_foreign_key_name(dbc_check_repair *r, dbc_check_foreign_key *key)
{
	dbc_check_task task = {.table = &key->table,
						   .kinds = 1u << DBC_K_FOREIGN_KEY,
						   .memory = dbc_check_key_memory(r->host)};
	dbc_check_table_results found;

	if (key->name)
		return key->name;
	found = dbc_check_verify_table(r->host, &task);
	for (int i = 0; i < found.count && !key->name; i++)
		if (dbc_same(found.results[i].columns, key->columns) &&
			dbc_same(found.results[i].parent, key->parent_root))
			key->name = found.results[i].name;
	if (!key->name)
		key->name = key->columns;
	return key->name;
}

/* A key whose orphans are counted in a guard. */
typedef struct counted
{
	dbc_check_repair *r;
	const dbc_check_foreign_key *key;
	int64_t orphans;
} counted;

static void
count(dbc_host *host, void *arg)
{
	counted *c = arg;

	(void) host;
	c->orphans = count_orphans(c->r, c->key);
}

/* Chooses a key if it has orphans, or if their number is unknown. */
static void
choose(dbc_check_repair *r, dbc_check_foreign_key *key)
{
	counted c = {.r = r, .key = key};
	dbc_error error;

	if (!key->reason && !dbc_guard(r->host, count, &c, DBC_KEEP, true, &error))
	{
		if (!error.by_owner || r->root)
			dbc_rethrow(r->host, &error);
		key->reason = error.message;
	}
	key->chosen = key->reason || c.orphans > 0;
}

/* Reads the foreign keys, and chooses those with orphans. */
void
dbc_check_read_foreign_keys(dbc_check_repair *r, bool orphans)
{
	const dbc_rows *rows = dbc_query(r->host, "check/repair_keys");

	r->nkeys = rows->nrows;
	r->keys = dbc_alloc(r->host, ((size_t) rows->nrows + 1) * sizeof(*r->keys));
	for (int i = 0; i < r->nkeys; i++)
		r->keys[i] =
			read_key(dbc_get_row(r->host, rows, i, "tttttTtttTTTtTTT"));
	for (int i = 0; orphans && i < r->nkeys; i++)
	{
		dbc_check_foreign_key *key = &r->keys[i];

		if (r->root && !dbc_same(key->root, r->root))
			continue;
		dbc_progress(r->host, "search", i, r->nkeys);
		choose(r, key);
	}
	dbc_progress_end(r->host, r->nkeys);
}

/* Records that the last step has changed rows of a table. */
void
dbc_check_mark_changed(dbc_check_repair *r, const char *root)
{
	dbc_value step = dbc_int(r->steps);

	DBC_ASSERT(r->host, r->steps > 0);
	for (int i = 0; i < r->nkeys; i++)
	{
		dbc_check_foreign_key *key = &r->keys[i];

		if (!dbc_same(key->parent_root, root))
			continue;
		if (!key->stale)
			key->steps = dbc_json_array(r->host);
		key->stale = true;
		dbc_json_push_value(key->steps, &step);
	}
}

/* Locks a table against writes; on SQLite the whole database is locked. */
void
dbc_check_lock_table(dbc_check_repair *r, const char *shown)
{
	const dbc_rows *rows;

	if (!dbc_find_sql(r->host, "check/lock_table"))
		return;
	rows = dbc_query(r->host, "check/lock_table", dbc_text(shown));
	dbc_query_text(r->host, dbc_get_text(r->host, rows, 0, 0));
}

/* Locks all tables of the reached keys, and counts their orphans. */
void
dbc_check_prepare_foreign_keys(dbc_check_repair *r)
{
	for (int i = 0; i < r->nkeys; i++)
	{
		dbc_check_foreign_key *key = &r->keys[i];

		if (!key->reached)
			continue;
		dbc_check_lock_table(r, key->root);
		dbc_check_lock_table(r, key->parent_root);
		/* orphans of a chosen key are repaired */
		if (!key->chosen)
			key->before = count_orphans(r, key);
	}
}

/* ---- one round ---- */

/* The SET list of an action; NULL deletes the rows. */
static const char *
assignments_of(const dbc_check_foreign_key *key, bool cascades)
{
	if (key->action == act_null)
		return cascades && dbc_same(key->on_delete, act_null)
				   ? key->delete_nulls
				   : key->nulls;
	return key->action == act_default ? key->defaults : NULL;
}

/* A step that repairs orphans of keys of one table. */
static dbc_row_step *
make_step(dbc_check_repair *r, const dbc_check_foreign_key *key,
		  const char *assignments)
{
	dbc_row_step *step = dbc_alloc(r->host, sizeof(*step));

	step->set_id = r->id;
	step->number = ++r->steps;
	step->table = &key->table;
	step->causes =
		dbc_alloc(r->host, (size_t) r->nkeys * sizeof(*step->causes));
	step->assignments = assignments;
	return step;
}

/* Adds the orphans of a key to a step as a cause. */
static void
add_cause(dbc_check_repair *r, dbc_row_step *step, dbc_check_foreign_key *key,
		  bool cascades)
{
	step->causes[step->ncauses++] = (dbc_row_cause){
		.constraint = dbc_check_foreign_key_name(r, key),
		.condition = condition_of(r, key),
		.reason = dbc_format(r->host,
							 cascades ? "the parent row in %s was deleted"
									  : "the row has no parent in %s",
							 key->parent_root)};
}

/* Adds the number of rows of each cause to its key. */
static void
note_rows(dbc_check_repair *r, dbc_check_foreign_key *key, int64_t rows,
		  bool cascades)
{
	if (rows == 0)
		return;
	if (cascades)
	{
		key->cascaded += rows;
		key->cascade = key->action;
	}
	else
	{
		key->repaired += rows;
		key->repair = key->action;
	}
	dbc_check_mark_changed(r, key->root);
}

/* Whether two keys of one table both delete orphans. */
static bool
removes_from(const dbc_check_foreign_key *key, const dbc_relation *table)
{
	return key->action == act_remove &&
		   dbc_same(key->table.shown, table->shown);
}

/* Saves the rows to delete from the table of keys[first], the first of its keys
 * that deletes any; NULL if there are none. */
static dbc_row_step *
save_removed(dbc_check_repair *r, int first, bool cascades)
{
	dbc_row_step *step = make_step(r, &r->keys[first], NULL);
	int cause = 0;

	for (int i = first; i < r->nkeys; i++)
		if (removes_from(&r->keys[i], step->table))
			add_cause(r, step, &r->keys[i], cascades);
	if (dbc_check_run_step(r, DBC_ACT_SAVE, step) == 0)
		return NULL;
	for (int i = first; i < r->nkeys; i++)
		if (removes_from(&r->keys[i], step->table))
			note_rows(r, &r->keys[i], step->causes[cause++].rows, cascades);
	return step;
}

/* The condition of rows of a table that this round deletes, or NULL. */
static const char *
removed_condition(dbc_check_repair *r, const dbc_relation *table)
{
	dbc_buffer condition;

	dbc_buffer_init(&condition, r->host);
	for (int i = 0; i < r->nkeys; i++)
		if (removes_from(&r->keys[i], table))
			dbc_append_format(&condition, "%s(%s)",
							  condition.length ? " or " : "",
							  condition_of(r, &r->keys[i]));
	return condition.length ? condition.data : NULL;
}

/* Sets the orphans of a key to null, or to the defaults of its columns. */
static void
update_orphans(dbc_check_repair *r, dbc_check_foreign_key *key, bool cascades)
{
	dbc_row_step *step = make_step(r, key, assignments_of(key, cascades));
	int64_t rows;

	add_cause(r, step, key, cascades);
	step->except = removed_condition(r, step->table);
	rows = dbc_check_run_step(r, DBC_ACT_SAVE, step);
	if (rows == 0)
		return;
	dbc_check_run_step(r, DBC_ACT_CHANGE, step);
	note_rows(r, key, rows, cascades);
	if (key->action == act_default && count_orphans(r, key) > 0)
		dbc_fail(
			r->host, DBC_FOREIGN_KEY, NULL,
			"Add the row that the default references, or change the default.",
			"the default of constraint %s of %s has no parent in %s",
			dbc_check_foreign_key_name(r, key), key->table.shown,
			key->parent_root);
}

/* Repairs the orphans of all keys that have an action.  Rows to delete are
 * saved before any row is changed, so that only rows that were orphans at the
 * start of the round count. */
static void
run_round(dbc_check_repair *r, bool cascades)
{
	dbc_row_step **removed =
		dbc_alloc(r->host, ((size_t) r->nkeys + 1) * sizeof(*removed));
	int nremoved = 0;
	int j;

	for (int i = 0; i < r->nkeys; i++)
	{
		for (j = 0; j < i; j++)
			if (removes_from(&r->keys[j], &r->keys[i].table))
				break;
		if (j < i || r->keys[i].action != act_remove)
			continue;
		removed[nremoved] = save_removed(r, i, cascades);
		nremoved += removed[nremoved] != NULL;
	}
	for (int i = 0; i < r->nkeys; i++)
		if (r->keys[i].action && r->keys[i].action != act_remove)
			update_orphans(r, &r->keys[i], cascades);
	for (int i = 0; i < nremoved; i++)
	{
		dbc_progress(r->host, "remove", i, nremoved);
		dbc_check_run_step(r, DBC_ACT_CHANGE, removed[i]);
	}
	dbc_progress_end(r->host, nremoved);
}

/* Fails for a key that must be set to null and has a NOT NULL column. */
static _Noreturn void
refuse_null(dbc_check_repair *r, dbc_check_foreign_key *key)
{
	dbc_fail(r->host, DBC_NOT_READY,
			 dbc_format(r->host, "Column %s is NOT NULL.", key->not_null),
			 "Use {\"orphans\": \"quarantine\"}, or drop NOT NULL first.",
			 "constraint %s of %s cannot be set to null",
			 dbc_check_foreign_key_name(r, key), key->table.shown);
}

/* The action on orphans where ON DELETE does not specify one. */
static const char *
usual_action(dbc_check_repair *r, dbc_check_foreign_key *key)
{
	if (!r->set_null)
		return act_remove;
	if (key->not_null)
		refuse_null(r, key);
	return act_null;
}

/* The action on rows that have lost their parent. */
static const char *
cascading_action(dbc_check_repair *r, dbc_check_foreign_key *key)
{
	if (dbc_same(key->on_delete, "cascade"))
		return act_remove;
	if (dbc_same(key->on_delete, act_default))
		return act_default;
	if (!dbc_same(key->on_delete, act_null))
		return usual_action(r, key);
	if (key->not_null)
		refuse_null(r, key);
	return act_null;
}

/* ---- all rounds ---- */

/* Repairs the orphans of the chosen keys. */
void
dbc_check_repair_orphans(dbc_check_repair *r)
{
	for (int i = 0; i < r->nkeys; i++)
	{
		dbc_check_foreign_key *key = &r->keys[i];

		if (key->chosen && !key->reason)
			key->action = usual_action(r, key);
	}
	run_round(r, false);
}

/* The condition of rows whose parents were deleted since a key was last
 * searched; NULL, to search all rows, if there are too many or if orphans
 * existed before. */
static const char *
find_new_orphans(dbc_check_repair *r, const dbc_check_foreign_key *key)
{
	const dbc_rows *rows;

	if (key->before > 0 || !key->named || !key->steps)
		return NULL;
	rows = dbc_query(r->host, "check/new_orphans", dbc_int(r->id),
					 dbc_text(dbc_json_text(key->steps)), dbc_text(key->lost),
					 dbc_text(key->named));
	return rows->nrows > 0 ? dbc_get_text_or_null(r->host, rows, 0, 0) : NULL;
}

/* Sets the action of a key if its rows have lost parents. */
static void
inspect_key(dbc_check_repair *r, dbc_check_foreign_key *key)
{
	int64_t orphans;

	key->action = NULL;
	if (!key->stale)
		return;
	key->stale = false;
	r->table = key->reason ? &key->table : NULL;
	if (key->reason)
		dbc_fail(r->host, DBC_NOT_READY, NULL, NULL,
				 "rows of %s may lose their parent in %s, but %s",
				 key->table.shown, key->parent_root, key->reason);
	key->new_orphans = find_new_orphans(r, key);
	key->incomplete = key->new_orphans != NULL;
	orphans = count_rows(r, key, condition_of(r, key));
	if (orphans <= key->before)
		return;
	if (key->before > 0)
		dbc_fail(r->host, DBC_NOT_READY,
				 dbc_format(r->host, "Constraint %s already has %s.",
							dbc_check_foreign_key_name(r, key),
							dbc_count_text(r->host, key->before, "orphan")),
				 "Repair these rows first, or all tables at once.",
				 "rows of %s would lose their parent in %s", key->table.shown,
				 key->parent_root);
	key->action = cascading_action(r, key);
}

/* Marks the keys to search next: those whose parents were changed, or else those
 * of which not all rows were searched; false if there are none. */
static bool
mark_next(dbc_check_repair *r)
{
	bool any = false;

	for (int i = 0; i < r->nkeys; i++)
		if (r->keys[i].stale)
			return true;
	for (int i = 0; i < r->nkeys; i++)
	{
		r->keys[i].stale = r->keys[i].incomplete;
		r->keys[i].steps = NULL;
		any |= r->keys[i].stale;
	}
	return any;
}

/* Repairs rows whose parents the repair deletes. */
void
dbc_check_repair_cascade(dbc_check_repair *r)
{
	while (mark_next(r))
	{
		for (int i = 0; i < r->nkeys; i++)
		{
			dbc_progress(r->host, "cascade", i, r->nkeys);
			inspect_key(r, &r->keys[i]);
		}
		dbc_progress_end(r->host, r->nkeys);
		run_round(r, true);
	}
}

void
dbc_check_verify_foreign_keys(dbc_check_repair *r)
{
	for (int i = 0; i < r->nkeys; i++)
	{
		const dbc_check_foreign_key *key = &r->keys[i];

		if (key->reached && count_orphans(r, key) > key->before)
			dbc_fail(r->host, DBC_FOREIGN_KEY, NULL,
					 "Change the repair_sql of the rule so that every repaired "
					 "row has a parent.",
					 "rows of %s would be left without a parent in %s",
					 key->table.shown, key->parent_root);
	}
}
