/*
 * depend.c
 *	  Locks on relations that a statement does not name.
 */
#include "pg_ext/lint/analysis.h"

/* Adds an effect on each of some relations. */
static void
add_effects(dbcpg_lint_analyzer *r, List *relations, dbc_lint_lock_mode lock,
			bool scans)
{
	ListCell *cell;

	foreach (cell, relations)
	{
		const dbc_lint_object *object =
			dbcpg_lint_find_catalog_object(r, lfirst_oid(cell));

		if (object)
			dbcpg_lint_add_effect(r, object, lock, false, scans);
	}
}

void
dbcpg_lint_add_drop_effects(dbcpg_lint_analyzer *r, Oid catalog, Oid oid,
							int column, bool cascade)
{
	add_effects(r,
				dbcpg_lint_catalog_list_dropped(catalog, oid, column, cascade),
				DBC_L_ACCESS_EXCLUSIVE, false);
}

void
dbcpg_lint_add_cascade_effects(dbcpg_lint_analyzer *r, ObjectType type,
							   List *names)
{
	add_effects(r, dbcpg_lint_catalog_list_dropped_by_name(type, names),
				DBC_L_ACCESS_EXCLUSIVE, false);
}

void
dbcpg_lint_add_constraint_effects(dbcpg_lint_analyzer *r, Oid table, int column)
{
	add_effects(r, dbcpg_lint_catalog_list_constrained(table, column),
				DBC_L_ACCESS_EXCLUSIVE, false);
}

void
dbcpg_lint_add_sequence_effects(dbcpg_lint_analyzer *r, Oid table)
{
	if (OidIsValid(table))
		add_effects(r, dbcpg_lint_catalog_list_sequences(table),
					DBC_L_ACCESS_EXCLUSIVE, false);
}

void
dbcpg_lint_add_domain_effects(dbcpg_lint_analyzer *r, List *names)
{
	add_effects(r, dbcpg_lint_catalog_list_of_domain(names), DBC_L_SHARE, true);
}

void
dbcpg_lint_add_partition_effects(dbcpg_lint_analyzer *r, Oid parent,
								 dbc_lint_lock_mode mode, bool scans)
{
	Oid usual;

	if (!OidIsValid(parent))
		return;
	usual = dbcpg_lint_catalog_default_partition(parent);
	add_effects(r, list_make1_oid(parent), mode, false);
	if (OidIsValid(usual))
		add_effects(r, list_make1_oid(usual), DBC_L_ACCESS_EXCLUSIVE, scans);
}
