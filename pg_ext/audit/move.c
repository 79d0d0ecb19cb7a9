/*
 * move.c
 *	  Updates that move a row to another partition.
 *
 * PostgreSQL fires triggers for a delete and an insert.  The deleted row is
 * kept until the insert; a trigger of the user may have prevented that.
 */
#include "pg_ext/audit/move.h"

#include "access/xact.h"
#include "utils/memutils.h"

#include "common/audit/hash.h"

/* The row that was deleted last. */
static struct
{
	bool is_kept;
	MemoryContext context; /* of the transaction; NULL: there is none */
	Oid function;
	dbcpg_audited *table;
	StringInfoData key;
	dbcpg_audit_cells cells;
} move;

void
dbcpg_audit_append_treated(StringInfo json, const dbcpg_audited *table,
						   const dbcpg_audit_cell *cell)
{
	char result[DBC_AUDIT_HASH_SIZE];

	if (cell->treatment == DBCPG_AUDIT_MASK)
		appendStringInfoString(json, "{\"masked\": true}");
	else if (cell->treatment == DBCPG_AUDIT_HASH &&
			 strcmp(cell->json, "null") != 0)
	{
		dbc_audit_hash(
			table->secret,
			psprintf(INT64_FORMAT ".%s", table->table_id, cell->name),
			cell->json, strlen(cell->json), result);
		appendStringInfoString(json, result);
	}
	else
		appendStringInfoString(json, cell->json);
}

/* ---- the end of transactions ---- */

static void
end_transaction(XactEvent event, void *argument)
{
	(void) argument;
	if (event == XACT_EVENT_PRE_COMMIT || event == XACT_EVENT_PRE_PREPARE)
		dbcpg_audit_cancel_move();
	else
	{
		move.is_kept = false;
		move.context = NULL;
	}
}

static void
end_subtransaction(SubXactEvent event, SubTransactionId mine,
				   SubTransactionId parent, void *argument)
{
	(void) mine;
	(void) parent;
	(void) argument;
	if (event == SUBXACT_EVENT_PRE_COMMIT_SUB)
		dbcpg_audit_cancel_move();
	else if (event == SUBXACT_EVENT_ABORT_SUB)
		move.is_kept = false;
}

/* An empty context until the end of the transaction. */
static MemoryContext
get_context(void)
{
	static bool is_registered;

	if (!is_registered)
	{
		RegisterXactCallback(end_transaction, NULL);
		RegisterSubXactCallback(end_subtransaction, NULL);
		is_registered = true;
	}
	if (move.context)
		MemoryContextReset(move.context);
	else
		move.context = AllocSetContextCreate(
			TopTransactionContext, "dbcare moved row", ALLOCSET_DEFAULT_SIZES);
	return move.context;
}

/* ---- moving ---- */

void
dbcpg_audit_begin_move(const dbcpg_audit_log *log, dbcpg_audited *table,
					   const StringInfoData *key,
					   const dbcpg_audit_cells *cells)
{
	MemoryContext caller = MemoryContextSwitchTo(get_context());

	move.function = log->function;
	move.table = table;
	initStringInfo(&move.key);
	appendBinaryStringInfo(&move.key, key->data, key->len);
	move.cells = (dbcpg_audit_cells){
		.list = palloc((Size) (cells->count + 1) * sizeof(*cells->list)),
		.count = cells->count};
	for (int i = 0; i < cells->count; i++)
		move.cells.list[i] =
			(dbcpg_audit_cell){.name = pstrdup(cells->list[i].name),
							   .member = pstrdup(cells->list[i].member),
							   .treatment = cells->list[i].treatment,
							   .json = pstrdup(cells->list[i].json)};
	move.is_kept = true;
	MemoryContextSwitchTo(caller);
}

bool
dbcpg_audit_is_moving(const dbcpg_audited *table)
{
	return move.is_kept && move.table->table_id == table->table_id;
}

void
dbcpg_audit_end_move(dbcpg_audit_log *log, const StringInfoData *key,
					 const dbcpg_audit_cells *cells)
{
	StringInfoData changed;

	initStringInfo(&changed);
	for (int i = 0; i < move.cells.count; i++)
	{
		const dbcpg_audit_cell *old = &move.cells.list[i];

		for (int j = 0; j < cells->count; j++)
		{
			const dbcpg_audit_cell *new = &cells->list[j];

			if (strcmp(new->name, old->name) != 0 ||
				strcmp(new->json, old->json) == 0)
				continue;
			appendStringInfo(&changed, "%s%s:[", changed.len > 0 ? "," : "{",
							 old->member);
			dbcpg_audit_append_treated(&changed, move.table, old);
			appendStringInfoChar(&changed, ',');
			dbcpg_audit_append_treated(&changed, move.table, new);
			appendStringInfoChar(&changed, ']');
		}
	}
	appendStringInfoChar(&changed, '}');
	move.is_kept = false;
	dbcpg_audit_write(log, move.table, "update", &move.key, &changed,
					  strcmp(key->data, move.key.data) == 0 ? NULL : key);
}

void
dbcpg_audit_cancel_move(void)
{
	StringInfoData image;

	if (!move.is_kept)
		return;
	move.is_kept = false;
	initStringInfo(&image);
	for (int i = 0; i < move.cells.count; i++)
	{
		appendStringInfo(&image, "%s%s:", i > 0 ? "," : "{",
						 move.cells.list[i].member);
		dbcpg_audit_append_treated(&image, move.table, &move.cells.list[i]);
	}
	appendStringInfoChar(&image, '}');
	dbcpg_audit_write(dbcpg_audit_open_log(move.function), move.table, "delete",
					  &move.key, &image, NULL);
}
