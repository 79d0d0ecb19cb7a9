/*
 * merge.c
 *	  Applying one row: what the seed has, what it had when it was applied last,
 *	  and what the table has.
 *
 * A cell that is as it was seeded follows the seed; one that users have changed
 * stays, and is reported, unless the call says otherwise.
 */
#include "common/seed/merge.h"

#include <string.h>

#include "common/check/row.h"

/* SQLSTATE of rows that violate constraints. */
#define REFUSED_ROWS "23000"

/* The most bytes of a value in a message. */
#define MOST_SHOWN 100

/* What to do with each value of a row that exists. */
typedef struct decision
{
	bool *chosen; /* is written */
	bool *kept;	  /* stays, though it is not what is wanted */
	int nchosen;
	int nkept;
} decision;

static bool
choice_is(const dbc_seed_row *row, const char *choice)
{
	const char *given = row->run->request->on_conflict;

	return dbc_same(given ? given : "keep", choice);
}

static bool
mode_is(const dbc_seed_row *row, const char *mode)
{
	return dbc_same(row->work->seed->mode, mode);
}

static const char *
shown(dbc_host *host, const char *text)
{
	if (strlen(text) <= MOST_SHOWN)
		return text;
	return dbc_format(host, "%.*s...", (int) dbc_valid_utf8(text, MOST_SHOWN),
					  text);
}

/* A wanted value as JSON. */
static const char *
wanted_text(dbc_host *host, const dbc_seed_value *value)
{
	dbc_buffer buffer;

	if (value->wanted->kind == DBC_I_NULL)
		return "null";
	if (value->wanted->kind != DBC_I_STRING)
		return dbc_json_value_text(host, value->wanted);
	dbc_buffer_init(&buffer, host);
	dbc_json_append_string(&buffer, dbc_json_string(host, value->wanted));
	return buffer.data;
}

/* ---- problems of the row before it is written ---- */

/* The values that are written, or all, as a JSON object. */
static const char *
row_text(dbc_host *host, const dbc_seed_row *row, const bool *chosen)
{
	dbc_json_node *object = dbc_json_object(host);

	for (int i = 0; i < row->nvalues; i++)
	{
		dbc_value value = dbc_json(wanted_text(host, &row->values[i]));

		if (!chosen || chosen[i])
			dbc_json_put_value(object, row->values[i].column->name, &value);
	}
	return dbc_json_text(object);
}

/* Whether a value of this column is written. */
static const dbc_seed_value *
value_of(const dbc_seed_row *row, const char *column, const bool *chosen)
{
	for (int i = 0; column && i < row->nvalues; i++)
		if (dbc_same(row->values[i].column->name, column))
			return !chosen || chosen[i] ? &row->values[i] : NULL;
	return NULL;
}

/* Whether a violation does not prevent the row: that is left to the engine. */
static bool
is_ignored(const dbc_seed_row *row, const bool *chosen,
		   const dbc_check_row_violation *violation)
{
	const dbc_seed_value *value = value_of(row, violation->column, chosen);

	if (violation->kind == DBC_VIOLATION_UNKNOWN)
		return true;
	/* a blob is text in JSON */
	if (violation->kind == DBC_VIOLATION_VALUE)
		return value && value->column->kind == DBC_OPS_BLOB;
	if (!chosen || violation->kind == DBC_VIOLATION_PARENT)
		return false;
	/* an update: the row has other values, too */
	return violation->kind != DBC_VIOLATION_NOT_NULL || !value;
}

/* Adds what is wrong with the values that are written; returns whether there is
 * anything, and sets *put_off if it may be right later. */
static bool
refuses(dbc_host *host, const dbc_seed_row *row, const bool *chosen,
		bool *put_off)
{
	int nproblems;
	const dbc_check_row_problem *problems =
		dbc_check_list_problems(host, row->work->rows.table->relation,
								row_text(host, row, chosen), &nproblems);
	int found = 0;
	bool waits = !row->run->is_last;

	for (int i = 0; i < nproblems; i++)
		if (!is_ignored(row, chosen, problems[i].violation))
		{
			found++;
			waits =
				waits && problems[i].violation->kind == DBC_VIOLATION_PARENT;
		}
	*put_off = found > 0 && waits;
	for (int i = 0; i < nproblems && !*put_off; i++)
		if (!is_ignored(row, chosen, problems[i].violation))
			dbc_seed_note(host, row, "error", NULL, REFUSED_ROWS,
						  problems[i].message);
	return found > 0;
}

/* ---- after the row was written ---- */

/* Reads the row back, reports what is not as wanted, and stores its image. */
static void
verify(dbc_host *host, const dbc_seed_row *row, const bool *kept)
{
	dbc_seed_current current = dbc_seed_read(host, row, false);

	if (!current.exists)
	{
		row->work->counts.differences++;
		dbc_seed_note(host, row, "difference", NULL, NULL,
					  "the row is not there after it was written: a trigger, "
					  "a rule or a policy has prevented it");
		return;
	}
	for (int i = 0; i < row->nvalues; i++)
	{
		const dbc_seed_value *value = &row->values[i];

		if (current.equal[i].integer || (kept && kept[i]) || !value->wanted)
			continue;
		row->work->counts.differences++;
		dbc_seed_note(
			host, row, "difference", value->column, NULL,
			!dbc_seed_is_secret(value)
				? dbc_format(host, "the column has %s after %s was written",
							 shown(host, dbc_ops_cell_text(host, value->column,
														   &current.cells[i])),
							 shown(host, wanted_text(host, value)))
				: "the column has another value after it was written");
	}
	dbc_seed_store_image(host, row, &current, kept);
}

/* ---- a row that is not there ---- */

static dbc_seed_outcome
create(dbc_host *host, const dbc_seed_row *row)
{
	int64_t errors = row->work->counts.errors;
	bool put_off;

	dbc_seed_make_secrets(host, row, NULL);
	if (row->work->counts.errors > errors)
		return DBC_SEED_DONE;
	if (refuses(host, row, NULL, &put_off))
		return put_off ? DBC_SEED_PUT_OFF : DBC_SEED_DONE;
	dbc_seed_insert(host, row);
	row->work->counts.created++;
	verify(host, row, NULL);
	dbc_seed_show_passwords(host, row);
	return DBC_SEED_DONE;
}

/* A row that users have deleted. */
static dbc_seed_outcome
meet_deleted(dbc_host *host, const dbc_seed_row *row, bool is_marked)
{
	static const char *const message = "the row was deleted";

	if (choice_is(row, "overwrite") && !is_marked)
		return create(host, row);
	row->work->counts.conflicts++;
	row->work->counts.skipped++;
	dbc_seed_note(host, row, choice_is(row, "fail") ? "error" : "deleted", NULL,
				  REFUSED_ROWS, message);
	return DBC_SEED_DONE;
}

/* ---- a row that is there ---- */

static void
add_conflict(dbc_host *host, const dbc_seed_row *row,
			 const dbc_seed_value *value, const dbc_value *cell)
{
	row->work->counts.conflicts++;
	dbc_seed_note(host, row, choice_is(row, "fail") ? "error" : "conflict",
				  value->column, REFUSED_ROWS,
				  dbc_seed_is_secret(value)
					  ? "the table has another password"
					  : dbc_format(host, "the table has %s, the seed has %s",
								   shown(host, dbc_ops_cell_text(
												   host, value->column, cell)),
								   shown(host, wanted_text(host, value))));
}

static decision
decide(dbc_host *host, const dbc_seed_row *row, const dbc_seed_current *current,
	   bool reports)
{
	size_t size = (size_t) row->nvalues + 1;
	decision d = {.chosen = dbc_alloc(host, size),
				  .kept = dbc_alloc(host, size)};

	for (int i = 0; i < row->nvalues; i++)
	{
		const dbc_seed_value *value = &row->values[i];

		if (current->equal[i].integer ||
			dbc_seed_in_key(&row->work->rows, value->column))
			continue;
		if (dbc_seed_is_untouched(host, row, value, &current->cells[i]))
			d.chosen[i] = dbc_seed_is_secret(value) ||
						  dbc_seed_is_changed(host, row, value);
		else
		{
			if (reports)
				add_conflict(host, row, value, &current->cells[i]);
			d.chosen[i] = choice_is(row, "overwrite");
			d.kept[i] = !d.chosen[i];
		}
		d.nchosen += d.chosen[i];
		d.nkept += d.kept[i];
	}
	return d;
}

/* Mode insert changes nothing. */
static void
compare(const dbc_seed_row *row, const dbc_seed_current *current)
{
	bool equal = true;

	for (int i = 0; i < row->nvalues; i++)
		equal = equal && (current->equal[i].integer ||
						  dbc_seed_is_secret(&row->values[i]));
	if (equal)
		row->work->counts.unchanged++;
	else
		row->work->counts.skipped++;
}

static dbc_seed_outcome
change(dbc_host *host, const dbc_seed_row *row, dbc_seed_current current)
{
	int64_t errors = row->work->counts.errors;
	bool put_off = false;
	decision d;

	dbc_seed_compare_secrets(host, row, &current);
	d = decide(host, row, &current, false);
	if (d.nchosen > 0)
	{
		dbc_seed_make_secrets(host, row, d.chosen);
		if (row->work->counts.errors > errors ||
			refuses(host, row, d.chosen, &put_off))
			return put_off ? DBC_SEED_PUT_OFF : DBC_SEED_DONE;
		/* others may have changed the row since it was read */
		current = dbc_seed_read(host, row, true);
		dbc_seed_compare_secrets(host, row, &current);
		if (!current.exists)
			return meet_deleted(host, row, false);
	}
	d = decide(host, row, &current, true);
	if (d.nchosen > 0)
	{
		if (dbc_seed_update(host, row, d.chosen) > 0)
			row->work->counts.updated++;
		else
			row->work->counts.skipped++;
		verify(host, row, d.kept);
		return DBC_SEED_DONE;
	}
	if (d.nkept > 0)
		row->work->counts.skipped++;
	else
		row->work->counts.unchanged++;
	dbc_seed_store_image(host, row, &current, d.kept);
	return DBC_SEED_DONE;
}

dbc_seed_outcome
dbc_seed_merge(dbc_host *host, dbc_seed_run *run, dbc_seed_work *work,
			   int number)
{
	dbc_seed_row row = {.run = run, .work = work, .number = number};
	int64_t errors = work->counts.errors;
	dbc_seed_current current;

	if (!dbc_seed_resolve(host, &row))
		return DBC_SEED_PUT_OFF;
	if (work->counts.errors > errors)
		return DBC_SEED_DONE;
	dbc_seed_find_image(host, &row);
	current = dbc_seed_read(host, &row, false);
	if (current.is_marked || (!current.exists && row.base_wanted))
		return meet_deleted(host, &row, current.is_marked);
	if (!current.exists)
		return create(host, &row);
	if (mode_is(&row, "insert"))
	{
		compare(&row, &current);
		return DBC_SEED_DONE;
	}
	return change(host, &row, current);
}
