/*
 * dump_count.c
 *	  The rows of the tables of a dump.
 *
 * They are counted by scans, not by queries: to plan one can run code of others
 * who own types or indexes of a table, and so must not have the caller's
 * rights, while no other role needs to have a right to read the table.
 */
#include "pg_ext/core/compat.h"
#include "pg_ext/backup/copy.h"

#include "access/relation.h"
#include "access/tableam.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

/* Columns of backup/dumped_tables.sql. */
enum
{
	T_NAME,
	T_OID
};

/* Fails as pg_dump would: it must see all rows. */
static void
require_all_rows(Oid table, const char *name)
{
	if (pg_class_aclcheck(table, GetUserId(), ACL_SELECT) != ACLCHECK_OK &&
		pg_attribute_aclcheck_all(table, GetUserId(), ACL_SELECT,
								  ACLMASK_ALL) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, name);
	if (check_enable_rls(table, InvalidOid, true) == RLS_ENABLED)
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("row security hides rows of table %s from role \"%s\"",
					   name, GetUserNameFromId(GetUserId(), false)),
				errdetail("A dump without them could not be restored."),
				errhint("Call the function as a role with BYPASSRLS."));
}

/* Counts the rows that the active snapshot sees. */
static int64
count_rows(Oid oid, const char *name)
{
	Relation table = try_relation_open(oid, AccessShareLock);
	TupleTableSlot *slot;
	TableScanDesc scan;
	int64 rows = 0;

	if (!table)
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_TABLE),
				errmsg("table %s was dropped while the backup was made", name));
	require_all_rows(oid, name);
	slot = table_slot_create(table, NULL);
	scan = dbcpg_begin_table_scan(table, GetActiveSnapshot());
	for (; table_scan_getnextslot(scan, ForwardScanDirection, slot); rows++)
		CHECK_FOR_INTERRUPTS();
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	relation_close(table, NoLock);
	return rows;
}

void
dbcpg_backup_dump_count(dbcpg_host *host, dbc_backup *backup)
{
	dbc_host *base = &host->base;
	const dbc_rows *rows = dbc_backup_dump_read_tables(base);
	dbc_backup_table *tables =
		dbc_alloc(base, ((size_t) rows->nrows + 1) * sizeof(*tables));

	for (int i = 0; i < rows->nrows; i++)
	{
		const char *name = dbc_get_text(base, rows, i, T_NAME);

		tables[i] = (dbc_backup_table){
			name, count_rows((Oid) dbc_get_int(base, rows, i, T_OID),
							 dbcpg_from_core(name))};
	}
	backup->tables = tables;
	backup->ntables = rows->nrows;
}
