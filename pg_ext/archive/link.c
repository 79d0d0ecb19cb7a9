/*
 * link.c
 *	  Foreign keys of rows whose parents were deleted.
 *
 * A row loses its parent by an UPDATE of the foreign key's own trigger.  Only
 * that can leave a foreign key whose old parent does not exist; a client that
 * sets a foreign key to null does it while the parent is there.
 */
#include "pg_ext/archive/link.h"
#include "pg_ext/core/owner.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_trigger.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* Frees the plan with the memory context. */
static void
free_plan(void *arg)
{
	dbcpg_archive_link *link = arg;

	if (link->find_parent)
		SPI_freeplan(link->find_parent);
	link->find_parent = NULL;
}

static void
read_constraint(dbcpg_archive_link *link)
{
	HeapTuple tuple =
		SearchSysCache1(CONSTROID, ObjectIdGetDatum(link->constraint));

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for constraint %u", link->constraint);
	link->parent = ((Form_pg_constraint) GETSTRUCT(tuple))->confrelid;
	dbcpg_read_foreign_key(tuple, &link->nkey, link->key, link->parent_key,
						   link->operators);
	ReleaseSysCache(tuple);
}

/* Whether a foreign key has all columns of the link. */
static bool
has_columns(const dbcpg_archive_link *link, Relation table, Oid constraint)
{
	ForeignKeyCacheInfo *found = NULL;
	ListCell *cell;

	foreach (cell, RelationGetFKeyList(table))
		if (lfirst_node(ForeignKeyCacheInfo, cell)->conoid == constraint)
			found = lfirst_node(ForeignKeyCacheInfo, cell);
	for (int i = 0; found && i < link->ncolumns; i++)
	{
		bool is_there = false;

		for (int j = 0; j < found->nkeys; j++)
			is_there |= found->conkey[j] == link->columns[i];
		if (!is_there)
			return false;
	}
	return found != NULL;
}

/* The foreign key of the link: that of the name in the arguments, or, if it was
 * renamed, the only one with the columns.  InvalidOid if it was dropped. */
static Oid
find_constraint(const dbcpg_archive_link *link, const TriggerData *data)
{
	Relation table = data->tg_relation;
	Oid constraint = get_relation_constraint_oid(
		RelationGetRelid(table), data->tg_trigger->tgargs[1], true);
	ListCell *cell;
	int count = 0;

	if (OidIsValid(constraint) && has_columns(link, table, constraint))
		return constraint;
	foreach (cell, RelationGetFKeyList(table))
	{
		Oid other = lfirst_node(ForeignKeyCacheInfo, cell)->conoid;

		if (!has_columns(link, table, other))
			continue;
		constraint = other;
		count++;
	}
	if (count > 1)
		ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("trigger \"%s\" of table %s does not tell which foreign "
					   "key it is about: that was renamed",
					   data->tg_trigger->tgname,
					   RelationGetRelationName(table)),
				errhint("Call dbarchive_enable() for the referenced table."));
	return count == 1 ? constraint : InvalidOid;
}

bool
dbcpg_archive_is_hold(const Trigger *trigger)
{
	return TRIGGER_FOR_ROW(trigger->tgtype) &&
		   TRIGGER_FOR_UPDATE(trigger->tgtype) && trigger->tgnargs == 1;
}

void
dbcpg_archive_read_link(dbcpg_archive_link *link, const TriggerData *data)
{
	const Trigger *trigger = data->tg_trigger;
	MemoryContextCallback *callback = palloc0(sizeof(*callback));

	/* those of UPDATE OF, which are not names */
	for (int i = 0; i < trigger->tgnattr && i < INDEX_MAX_KEYS; i++)
		link->columns[link->ncolumns++] = trigger->tgattr[i];
	link->constraint = find_constraint(link, data);
	if (OidIsValid(link->constraint))
		read_constraint(link);
	callback->func = free_plan;
	callback->arg = link;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, callback);
}

/* Appends an operator with its schema. */
static void
append_operator(StringInfo text, Oid operator)
{
	HeapTuple tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(operator));
	Form_pg_operator form;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for operator %u", operator);
	form = (Form_pg_operator) GETSTRUCT(tuple);
	appendStringInfo(text, " operator(%s.%s) ",
					 quote_identifier(get_namespace_name(form->oprnamespace)),
					 NameStr(form->oprname));
	ReleaseSysCache(tuple);
}

/* Prepares the query that finds the parent of a key. */
static void
prepare_find(dbcpg_archive_link *link, TupleDesc columns)
{
	Oid types[INDEX_MAX_KEYS];
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "select 1 from %s%s as p where true",
					 get_rel_relkind(link->parent) == RELKIND_PARTITIONED_TABLE
						 ? ""
						 : "only ",
					 quote_qualified_identifier(
						 get_namespace_name(get_rel_namespace(link->parent)),
						 get_rel_name(link->parent)));
	for (int i = 0; i < link->nkey; i++)
	{
		appendStringInfo(&text, " and p.%s",
						 quote_identifier(get_attname(
							 link->parent, link->parent_key[i], false)));
		append_operator(&text, link->operators[i]);
		appendStringInfo(&text, "$%d", i + 1);
		types[i] = TupleDescAttr(columns, link->key[i] - 1)->atttypid;
	}
	link->find_parent = SPI_prepare(text.data, link->nkey, types);
	if (!link->find_parent)
		dbcpg_require_spi_success(SPI_result);
	dbcpg_require_spi_success(SPI_keepplan(link->find_parent));
}

/* Whether the parent that a row had exists; a key with a null has none.
 * PostgreSQL runs this query as the owner of the parent, too, when it tests the
 * key: it runs no other code with that owner's rights, and a write of a user
 * must not fail here. */
static bool
has_parent(dbcpg_archive_link *link, TupleDesc columns, TupleTableSlot *row)
{
	Datum values[INDEX_MAX_KEYS];
	bool isnull = false;
	dbcpg_execution_identity was = dbcpg_become_owner(link->parent);

	/* an analysis does not wait for it */
	LockRelationOid(link->parent, AccessShareLock);
	if (link->find_parent && dbcpg_is_stale(link->find_parent))
		free_plan(link);
	if (!link->find_parent)
		prepare_find(link, columns);
	dbcpg_require_plan_of(link->find_parent, link->parent);
	for (int i = 0; i < link->nkey; i++)
	{
		values[i] = slot_getattr(row, link->key[i], &isnull);
		if (isnull)
			break;
	}
	if (!isnull)
		dbcpg_require_spi_success(
			SPI_execute_plan(link->find_parent, values, NULL, false, 1));
	dbcpg_restore_identity(&was);
	return isnull || SPI_processed > 0;
}

/* Whether an update changes the columns. */
static bool
has_changed(const dbcpg_archive_link *link, const TriggerData *data)
{
	TupleDesc columns = RelationGetDescr(data->tg_relation);

	for (int i = 0; i < link->ncolumns; i++)
	{
		Form_pg_attribute column = TupleDescAttr(columns, link->columns[i] - 1);
		bool was_null;
		bool is_null;
		Datum was =
			slot_getattr(data->tg_trigslot, link->columns[i], &was_null);
		Datum is = slot_getattr(data->tg_newslot, link->columns[i], &is_null);

		if (was_null != is_null ||
			(!was_null &&
			 !datum_image_eq(was, is, column->attbyval, column->attlen)))
			return true;
	}
	return false;
}

bool
dbcpg_archive_lost_parent(dbcpg_archive_link *link, const TriggerData *data)
{
	return OidIsValid(link->constraint) && has_changed(link, data) &&
		   !has_parent(link, RelationGetDescr(data->tg_relation),
					   data->tg_trigslot);
}
