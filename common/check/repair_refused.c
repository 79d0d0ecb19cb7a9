/*
 * repair_refused.c
 *	  Repairs that fail because of another owner's table or code.
 *
 * Code of a table's owner can fail, and a foreign key between tables of two
 * owners who do not trust each other cannot be verified.  Other tables must
 * still be repaired: only repairs of such a table, and those that reach it
 * through foreign keys, are refused.
 */
#include "common/check/repair.h"

#include "common/row/held.h"

/* Performs an action on rows of a table. r->table stays set if that fails. */
int64_t
dbc_check_run_step(dbc_check_repair *r, dbc_row_action act, dbc_row_step *step)
{
	int64_t rows;

	r->table = step->table;
	step->fires = r->fires;
	rows = dbc_row_act(r->host, act, step);
	r->table = NULL;
	if (act == DBC_ACT_CHANGE && rows > 0 && !r->fires)
		dbc_row_add_unfired(r->host, &r->unfired, step->table,
							step->assignments ? DBC_ROWS_UPDATED
											  : DBC_ROWS_DELETED);
	return rows;
}

/* ---- which tables a repair reaches ---- */

/* Records that rows of a table may be changed, and so may rows that refer to
 * it. */
static void
reach(dbc_check_repair *r, const char *root)
{
	for (int i = 0; i < r->nkeys; i++)
	{
		dbc_check_foreign_key *key = &r->keys[i];
		bool refers = dbc_same(key->parent_root, root);

		if (key->reached || (!refers && !dbc_same(key->root, root)))
			continue;
		key->reached = true;
		if (refers)
			reach(r, key->root);
	}
}

void
dbc_check_mark_all_reached(dbc_check_repair *r)
{
	for (int i = 0; i < r->nkeys; i++)
		r->keys[i].reached = false;
	for (const dbc_check_violated_rule *rule = r->rules; rule;
		 rule = rule->next)
		reach(r, rule->root);
	for (int i = 0; i < r->nkeys; i++)
		if (r->keys[i].chosen && !r->keys[i].reason)
			reach(r, r->keys[i].root);
}

static const char *
root_of(const dbc_check_repair *r, const dbc_relation *table)
{
	for (int i = 0; i < r->nkeys; i++)
		if (dbc_same(r->keys[i].table.shown, table->shown))
			return r->keys[i].root;
	for (const dbc_check_violated_rule *rule = r->rules; rule;
		 rule = rule->next)
		if (dbc_same(rule->table.shown, table->shown))
			return rule->root;
	return table->shown;
}

/* Whether a change of rows of one table may change rows of another. */
static bool
reaches(dbc_check_repair *r, const char *from, const char *to)
{
	for (int i = 0; i < r->nkeys; i++)
		r->keys[i].reached = false;
	reach(r, from);
	for (int i = 0; i < r->nkeys; i++)
		if (r->keys[i].reached && dbc_same(r->keys[i].root, to))
			return true;
	return false;
}

/* ---- refusing ---- */

/* Refuses the rules for a table, and those whose repair reaches it. */
static int
refuse_rules(dbc_check_repair *r, const char *root, bool reaching,
			 const char *reason)
{
	dbc_check_violated_rule **place = &r->rules;
	int refused = 0;

	while (*place && !r->named_rules)
	{
		dbc_check_violated_rule *rule = *place;

		if (!dbc_same(rule->root, root) &&
			!(reaching && reaches(r, rule->root, root)))
		{
			place = &rule->next;
			continue;
		}
		*place = rule->next;
		rule->next = r->unread;
		rule->reason = reason;
		r->unread = rule;
		refused++;
	}
	return refused;
}

/* Refuses the keys of a table, and those whose repair reaches it. */
static int
refuse_keys(dbc_check_repair *r, const char *root, bool reaching,
			const char *reason)
{
	int refused = 0;

	for (int i = 0; i < r->nkeys; i++)
	{
		dbc_check_foreign_key *key = &r->keys[i];

		if (!key->chosen || key->reason ||
			!(dbc_same(key->root, root) ||
			  (reaching && reaches(r, key->root, root))))
			continue;
		key->reason = reason;
		refused++;
	}
	return refused;
}

/* Forgets the steps done before the repair failed. */
static void
start_anew(dbc_check_repair *r)
{
	for (int i = 0; i < r->nkeys; i++)
	{
		dbc_check_foreign_key *key = &r->keys[i];

		key->stale = key->incomplete = false;
		key->steps = NULL;
		key->new_orphans = NULL;
		key->action = key->repair = key->cascade = NULL;
		key->before = key->repaired = key->cascaded = 0;
	}
	for (dbc_check_violated_rule *rule = r->rules; rule; rule = rule->next)
		rule->rows = 0;
	r->id = 0;
	r->steps = 0;
	r->table = NULL;
	r->obstacle = NULL;
}

static int
refuse(dbc_check_repair *r, const char *root, bool reaching, const char *reason)
{
	return refuse_rules(r, root, reaching, reason) +
		   refuse_keys(r, root, reaching, reason);
}

/* Whether rows of a table cannot be read. */
static bool
is_hidden(const dbc_check_repair *r, const dbc_relation *table)
{
	for (int i = 0; i < r->nkeys; i++)
		if (r->keys[i].reason && dbc_same(r->keys[i].table.shown, table->shown))
			return true;
	return false;
}

bool
dbc_check_skip_refused(dbc_check_repair *r, const dbc_error *error)
{
	const dbc_relation *table = r->table;
	const char *root;
	int refused;

	if (!table || r->root || (!error->by_owner && !is_hidden(r, table)))
		return false;
	root = root_of(r, table);
	if (!error->by_owner)
		refused = refuse(r, root, true, error->message);
	else
	{
		refused = refuse(r, root, false, error->message);
		if (refused == 0)
			refused =
				refuse(r, root, true,
					   dbc_format(r->host, "rows of %s may also change, but %s",
								  table->shown, error->message));
	}
	start_anew(r);
	return refused > 0;
}
