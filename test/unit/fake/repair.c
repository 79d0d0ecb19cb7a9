/*
 * repair.c
 *	  Rows of the fake host that can be repaired; see repair.h.
 */
#include "common/core/tables.h"
#include "test/unit/fake/repair.h"

#include <string.h>

#include "common/core/text.h"

/* The rows a condition is true for, or NULL. */
static fake_rows_found *
find(fake_host *fake, const char *condition)
{
	int i;

	for (i = 0; i < fake->nfound; i++)
		if (dbc_same(fake->found[i].condition, condition))
			return &fake->found[i];
	return NULL;
}

/* Counts rows, whose number goes to the causes. */
static int64_t
count(fake_host *fake, dbc_row_step *step)
{
	int64_t total = 0;
	int i;

	for (i = 0; i < step->ncauses; i++)
	{
		fake_rows_found *found = find(fake, step->causes[i].condition);

		step->causes[i].rows = found ? found->now : 0;
		total += step->causes[i].rows;
	}
	return total;
}

/* Changes the rows that were kept: they satisfy the condition no more, but
 * others do. */
static int64_t
change(fake_host *fake, dbc_row_step *step)
{
	int64_t total = count(fake, step);
	int i;

	for (i = 0; i < step->ncauses; i++)
	{
		fake_rows_found *found = find(fake, step->causes[i].condition);
		fake_rows_found *next =
			found && found->then ? find(fake, found->then) : NULL;

		if (found && !found->stubborn)
			found->now -= found->kept;
		if (next)
			next->now += found->more;
	}
	return total;
}

int64_t
fake_repair(dbc_host *host, dbc_row_action act, dbc_row_step *step)
{
	static const char *const names[] = {"count rows", "keep rows",
										"change rows", "restore rows"};
	fake_host *fake = (fake_host *) host;
	fake_entry *entry = fake_note(host, names[act]);
	int i;

	entry->table = step->table->name;
	entry->phase = step->assignments;
	/* as check/repair_steps says */
	if (act == DBC_ACT_RESTORE)
		return step->number == 2 ? 4 : 2;
	if (act == DBC_ACT_CHANGE)
		return change(fake, step);
	for (i = 0; act == DBC_ACT_SAVE && i < fake->nfound; i++)
		fake->found[i].kept = fake->found[i].now;
	return count(fake, step);
}

void
fake_find(fake_host *fake, const char *condition, int64_t rows)
{
	fake->found[fake->nfound++] =
		(fake_rows_found){.condition = condition, .rows = rows};
}

void
fake_then(fake_host *fake, const char *then, int64_t more)
{
	fake->found[fake->nfound - 1].then = then;
	fake->found[fake->nfound - 1].more = more;
}

void
fake_repairs(fake_host *fake, const fake_key *keys, int nkeys)
{
	dbc_value *cells =
		dbc_alloc(&fake->base, (size_t) nkeys * 16 * sizeof(*cells));
	int i;

	for (i = 0; i < nkeys; i++)
	{
		const fake_key *k = &keys[i];
		const char *texts[] = {"main",
							   k->child,
							   k->child,
							   k->child,
							   k->parent,
							   k->unnamed ? NULL : k->columns,
							   k->columns,
							   k->columns,
							   "nulls",
							   "delete nulls",
							   "defaults",
							   k->not_null,
							   k->on_delete ? k->on_delete : "none",
							   k->reason,
							   "lost",
							   k->named};
		int j;

		for (j = 0; j < 16; j++)
			cells[i * 16 + j] = dbc_text(texts[j]);
	}
	fake_table(fake, "check/repair_keys", NULL, 16, nkeys, cells);
	fake_rows(fake, "check/damaged_indexes", 4, 0);
	fake_rows(fake, "check/repair_rules", 6, 0);
	fake_rows(fake, "check/repair_add", 1, 1, dbc_int(7));
	fake_rows(fake, "check/lock_table", 1, 1, dbc_text("lock it"));
	fake_rows(fake, "lock it", 0, 0);
	fake_rows(fake, "check/parts", 5, 1, dbc_text("main"), dbc_text("t"),
			  dbc_text("t"), dbc_text("t"), dbc_int(0));
	fake_rows(fake, "check/repair", 2, 1, dbc_null(), dbc_null());
	fake_rows(fake, "check/repair_steps", 4, 2, dbc_int(2), dbc_text("c"),
			  dbc_text("update"), dbc_int(4), dbc_int(1), dbc_text("b"),
			  dbc_text("delete"), dbc_int(2));
	fake_rows(fake, "row/identity", 1, 1, dbc_text("[]"));
	fake_rows(fake, "row/identity_differs", 4, 0);
	fake_rows(fake, "check/repair_table", 1, 1, dbc_text("[]"));
	fake_rows(fake, "check/repair_table_add", 0, 0);
	fake_rows(fake, "check/repair_undone", 0, 0);
}

fake_host *
fake_repairable(const fake_key *keys, int nkeys)
{
	fake_host *fake = fake_new(DBC_ON_POSTGRESQL);

	fake_rows(fake, "core/tables_state", 2, 1, dbc_bool(true), dbc_bool(true));
	fake_rows(fake, "core/tables_version", 1, 1, dbc_int(1));
	fake_rows(fake, "core/settings", 2, 0);
	fake_repairs(fake, keys, nkeys);
	return fake;
}
