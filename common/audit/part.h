/*
 * part.h
 *	  [PG] The partitions that rows of a table are in.
 */
#ifndef DBC_AUDIT_PART_H
#define DBC_AUDIT_PART_H

#include "common/core/host.h"

/* A partition with rows, or a table without partitions. */
typedef struct dbc_audit_part
{
	int64_t relid;
	dbc_relation table;
} dbc_audit_part;

typedef struct dbc_audit_parts
{
	const dbc_relation *root;
	dbc_audit_part *list;
	int count;
	bool is_partitioned;
} dbc_audit_parts;

extern dbc_audit_parts dbc_audit_read_parts(dbc_host *host,
											const dbc_relation *table,
											bool is_partitioned);

/* Sets used[i] for each part that has rows with a condition, which names
 * columns by the table. */
extern void dbc_audit_find_parts(dbc_host *host, const dbc_audit_parts *parts,
								 const char *condition, bool *used);

/* Sets to[i] to the number of the part for each of some rows, given as JSON;
 * fails if there is none. */
extern void dbc_audit_route(dbc_host *host, const dbc_audit_parts *parts,
							const char *const *rows, int nrows, int *to);

#endif /* DBC_AUDIT_PART_H */
