/*
 * table.h
 *	  Tables as their rows are compared, and sums of hashes of rows.
 */
#ifndef DBC_SYNC_TABLE_H
#define DBC_SYNC_TABLE_H

#include "common/core/host.h"

/* What the values of a column are; names in table.c. */
typedef enum dbc_sync_class
{
	DBC_SYNC_ANY,	/* as each value is */
	DBC_SYNC_WHOLE, /* always integers */
	DBC_SYNC_NUMBERS,
	DBC_SYNC_BOOLEANS,
	DBC_SYNC_TEXTS,
	DBC_SYNC_PADDED, /* text whose trailing spaces mean nothing */
	DBC_SYNC_BLOBS,
	DBC_SYNC_DATES,
	DBC_SYNC_TIMES,
	DBC_SYNC_TIMESTAMPS,
	DBC_SYNC_UUIDS,
	DBC_SYNC_DOCUMENTS, /* JSON */
	DBC_SYNC_CLASSES
} dbc_sync_class;

typedef struct dbc_sync_column
{
	const char *name;
	dbc_sync_class class;
	int key;		   /* place in the primary key, from 1; 0: not in it */
	int place;		   /* in the query, from 0 */
	bool is_required;  /* not null */
	const char *order; /* an expression that orders rows by canonical values */
	bool is_indexed; /* the primary key is an index in that order, by this name
					  */
} dbc_sync_column;

typedef struct dbc_sync_table
{
	const dbc_relation *relation;
	const char *source; /* of its rows alone */
	const char *query;	/* of all rows */
	const char *target; /* for statements that insert */
	int ncolumns;
	const dbc_sync_column *columns; /* in canonical order */
	int nkeys;
} dbc_sync_table;

/* The name of a class, and the class of a name, or -1. */
extern const char *dbc_sync_class_name(dbc_sync_class class);
extern int dbc_sync_find_class(const char *name);

/* A table as it is now, without generated columns. */
extern const dbc_sync_table *dbc_sync_describe(dbc_host *host,
											   const dbc_relation *relation);

/* The column with a place in the key, from 1; or NULL. */
extern const dbc_sync_column *dbc_sync_key_column(const dbc_sync_table *table,
												  int place);

/* ---- sums of hashes, modulo 2^256, so that the order of rows is free ---- */

typedef struct dbc_sync_sum
{
	int64_t rows;
	uint64_t words[4]; /* the lowest first */
} dbc_sync_sum;

/* Adds the hash of a row. */
extern void dbc_sync_add(dbc_sync_sum *sum, const unsigned char *hash);

/* Adds a sum. */
extern void dbc_sync_add_sum(dbc_sync_sum *sum, const dbc_sync_sum *other);

/* As 64 hexadecimal digits. */
extern const char *dbc_sync_sum_text(dbc_host *host, const dbc_sync_sum *sum);

#endif /* DBC_SYNC_TABLE_H */
