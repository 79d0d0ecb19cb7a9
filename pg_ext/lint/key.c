/*
 * key.c
 *	  Index columns and partition keys of tables.
 */
#include "pg_ext/lint/analysis.h"

#include "common/core/text.h"

/* ---- partitions ---- */

void
dbcpg_lint_record_partition_key(dbcpg_lint_analyzer *r, dbc_lint_object *table,
								const PartitionSpec *spec)
{
	const char **key = dbc_alloc(
		r->host, ((size_t) list_length(spec->partParams) + 1) * sizeof(*key));
	ListCell *cell;
	int n = 0;

	foreach (cell, spec->partParams)
	{
		const PartitionElem *element = lfirst_node(PartitionElem, cell);

		key[n++] = element->name ? dbcpg_lint_copy_text(r, element->name) : "";
	}
	dbcpg_lint_get_relation(table)->key = key;
}

const char *const *
dbcpg_lint_find_partition_key(dbcpg_lint_analyzer *r, dbc_lint_object *table)
{
	dbcpg_lint_relation *relation = dbcpg_lint_get_relation(table);

	List *key;

	if (!relation->key && OidIsValid(relation->oid))
	{
		key = dbcpg_lint_catalog_read_key(relation->oid);
		relation->key = key ? dbcpg_lint_copy_names(r, key) : NULL;
	}
	return relation->key;
}

/* Whether a list of names contains all of another. */
static bool
contains(const char *const *names, const char *const *others)
{
	const char *const *name;

	for (; *others; others++)
	{
		for (name = names; *name && !dbc_same(*name, *others); name++)
			;
		if (!*name)
			return false;
	}
	return true;
}

bool
dbcpg_lint_partition_fits(dbcpg_lint_analyzer *r, dbc_lint_object *partition,
						  const char *const *key)
{
	const dbcpg_lint_constraint *constraint =
		dbcpg_lint_read_constraints(r, partition);
	const char *const *name;

	if (!key)
		return false;
	for (name = key; *name; name++)
		if (!**name || !dbcpg_lint_is_not_null(r, partition, *name))
			return false;
	for (; constraint; constraint = constraint->next)
		if (constraint->type == CONSTRAINT_CHECK && constraint->valid &&
			constraint->compares && contains(constraint->columns, key) &&
			contains(key, constraint->columns))
			return true;
	return false;
}

/* ---- indexes ---- */

void
dbcpg_lint_read_indexes(dbcpg_lint_analyzer *r, dbc_lint_object *table)
{
	Oid oid = dbcpg_lint_get_relation(table)->oid;
	const char *const **indexes;
	List *found;
	ListCell *cell;
	int n = 0;

	if (table->indexes || !OidIsValid(oid))
		return;
	found = dbcpg_lint_catalog_read_indexes(oid);
	indexes = dbc_alloc(r->host,
						((size_t) list_length(found) + 1) * sizeof(*indexes));
	foreach (cell, found)
		indexes[n++] = dbcpg_lint_copy_names(r, lfirst(cell));
	table->indexes = indexes;
}
