/*
 * shape.h
 *	  What has become of the columns that kept rows had.
 */
#ifndef DBC_ARCHIVE_SHAPE_H
#define DBC_ARCHIVE_SHAPE_H

#include "common/archive/archive.h"

/* The table into which kept rows return. */
typedef struct dbc_archive_target
{
	const char *name;		   /* that the rows were kept under ... */
	int64_t shape;			   /* ... with these columns */
	const dbc_relation *table; /* NULL: there is none */
	const dbc_rows *changes;   /* of the columns: archive/changes */
} dbc_archive_target;

extern dbc_archive_target
dbc_archive_find_target(dbc_host *host, const char *name, int64_t shape);

/* Fails unless all values of the rows can return as they were. */
extern void dbc_archive_require_columns(dbc_host *host,
										const dbc_archive_target *target);

/* The new names of columns, as a JSON object; NULL if all have their names. */
extern const char *dbc_archive_new_names(dbc_host *host,
										 const dbc_archive_target *target);

/* The members that rows lack, with the values that other rows of the table
 * have, as a JSON object; NULL if there are none. */
extern const char *dbc_archive_added(dbc_host *host,
									 const dbc_archive_target *target);

/* Whether a column that rows have, or lack, is computed now. */
extern bool dbc_archive_computes(dbc_host *host,
								 const dbc_archive_target *target);

/* Values of columns, or a key, with the present names; NULL if one of the
 * columns no longer takes them. */
extern const char *dbc_archive_rename(dbc_host *host,
									  const dbc_archive_target *target,
									  const char *json);

/* The same of a key, which has no names if it is of one column. */
extern const char *dbc_archive_rename_key(dbc_host *host,
										  const dbc_archive_target *target,
										  const char *json);

#endif /* DBC_ARCHIVE_SHAPE_H */
