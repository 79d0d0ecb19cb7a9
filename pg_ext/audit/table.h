/*
 * table.h
 *	  What the trigger knows about a table, kept for the session.
 */
#ifndef DBCPG_AUDIT_TABLE_H
#define DBCPG_AUDIT_TABLE_H

#include "pg_ext/row/image.h"

#include "commands/trigger.h"

/* How the values of a column are logged. */
typedef enum dbcpg_audit_treatment
{
	DBCPG_AUDIT_SKIP,
	DBCPG_AUDIT_PLAIN,
	DBCPG_AUDIT_MASK,
	DBCPG_AUDIT_HASH
} dbcpg_audit_treatment;

/* How much their text depends on parameters of the session. */
typedef enum dbcpg_audit_dependence
{
	DBCPG_AUDIT_NONE,
	DBCPG_AUDIT_FORMATS, /* of times, numbers and bytes */
	DBCPG_AUDIT_ANY
} dbcpg_audit_dependence;

/* A table, or a partition of it. */
typedef struct dbcpg_audited
{
	Oid relation; /* the key of the cache */
	bool valid;
	MemoryContext context; /* of the members below */
	int64 table_id;
	const char *number; /* the same as in the arguments of the trigger */
	dbcpg_row_format *format;
	int ncolumns;
	dbcpg_audit_treatment *treatments;
	bool logs_inserted; /* the values of inserted rows */
	dbcpg_audit_dependence dependence;
	const char *secret;	 /* of hashed values; NULL: there are none */
	const char *columns; /* JSON for dbcare.audit_shape */
	/* number of these columns there, for one dbcare.audit_entry; 0: unknown */
	int32 shape_id;
	Oid shape_store;
	bool is_certain; /* learnt by a transaction that has committed */
} dbcpg_audited;

/* The table of a trigger. */
extern dbcpg_audited *dbcpg_audit_read_table(const TriggerData *data);

/* Called when something else is learnt about a table; see audit/certain.h. */
extern void dbcpg_audit_make_uncertain(dbcpg_audited *table);

#endif /* DBCPG_AUDIT_TABLE_H */
