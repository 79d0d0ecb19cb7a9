/*
 * store.h
 *	  Writing dbcare's tables of the log below SQL.
 *
 * Rows are inserted into a table and its indexes directly: this needs no
 * privileges on the tables, and runs no trigger, rule or operator that somebody
 * has added to them.
 */
#ifndef DBCPG_AUDIT_STORE_H
#define DBCPG_AUDIT_STORE_H

#include "pg_ext/core/compat.h"

#include "access/skey.h"
#include "nodes/pg_list.h"

/* A table of dbcare whose first column numbers its rows. */
typedef struct dbcpg_audit_table
{
	const char *name;
	const char *index; /* for dbcpg_audit_find() */
	int ncolumns;
	const char *const *columns;
	const Oid *types;
	MemoryContext context; /* of the statement */
	Oid relation;
	Oid sequence;
	Oid index_relation;
	List *indexes; /* all, as described by infos */
	IndexInfo **infos;
	EState *estate; /* for indexes on expressions; NULL: there are none */
	TupleTableSlot *slot;
} dbcpg_audit_table;

/* Most columns of such a table, those of others included. */
#define DBCPG_AUDIT_COLUMNS 32

/* Finds a table for one statement; fails unless it is as dbcare has created it
 * and belongs to a superuser or the owner of function. */
extern void dbcpg_audit_open(dbcpg_audit_table *table, Oid function);

/* Inserts a row; values[0] becomes its number, which is returned. */
extern int64 dbcpg_audit_append(dbcpg_audit_table *table, Datum *values,
								const bool *nulls);

/* The number of a row with some values, columns of the index of the table;
 * last, unless NULL, must be in the last column of the table.  0 if there is
 * none. */
extern int64 dbcpg_audit_find(const dbcpg_audit_table *table, ScanKey keys,
							  int nkeys, const char *last);

/* The key of hashed values. */
extern const char *dbcpg_audit_read_secret(Oid function);

#endif /* DBCPG_AUDIT_STORE_H */
